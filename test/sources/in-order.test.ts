import { setImmediate as macrotask } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inOrder } from '../../src/sources/in-order.ts';

const collect = async <T>(results: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
};

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Work that ends when the test says so, and what is under way. */
const gated = () => {
  const open = new Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
  const started: number[] = [];
  const finished: number[] = [];
  return {
    started,
    finished,
    work: (item: number): Promise<string> => {
      started.push(item);
      return new Promise((resolve, reject) => {
        open.set(item, { resolve: () => resolve(`result ${item}`), reject });
      });
    },
    finish: async (item: number): Promise<void> => {
      open.get(item)?.resolve();
      finished.push(item);
      await macrotask();
    },
    fail: async (item: number, error: Error): Promise<void> => {
      open.get(item)?.reject(error);
      await macrotask();
    },
  };
};

/** Rejections that nobody handled until the test ends. */
const unhandledRejections = (): readonly unknown[] => {
  const seen: unknown[] = [];
  const note = (reason: unknown): void => void seen.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return seen;
};

describe('inOrder', () => {
  it('yields nothing for nothing', async () => {
    expect(await collect(inOrder([], { concurrency: 3, ahead: 6 }, async (item) => item))).toEqual([]);
  });

  it('keeps the order of the items whatever order the work ends in, and works on each exactly once', async () => {
    const limit = fc.integer({ min: 1, max: 8 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat(20), limit, limit, async (scheduler, count, concurrency, ahead) => {
        const worked: number[] = [];
        const results = collect(
          inOrder(numbers(count), { concurrency, ahead }, (item) => {
            worked.push(item);
            return scheduler.schedule(Promise.resolve(`result ${item}`));
          }),
        );
        expect(await scheduler.waitFor(results)).toEqual(numbers(count).map((item) => `result ${item}`));
        expect(worked).toEqual(numbers(count));
      }),
    );
  });

  it('never runs more at a time than it may', async () => {
    const limit = fc.integer({ min: 1, max: 8 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat(20), limit, limit, async (scheduler, count, concurrency, ahead) => {
        let running = 0;
        let most = 0;
        const results = collect(
          inOrder(numbers(count), { concurrency, ahead }, async (item) => {
            running += 1;
            most = Math.max(most, running);
            await scheduler.schedule(Promise.resolve());
            running -= 1;
            return item;
          }),
        );
        await scheduler.waitFor(results);
        expect(most).toBeLessThanOrEqual(concurrency);
      }),
    );
  });

  it('runs as many at a time as it may', async () => {
    const { work, started, finish } = gated();
    const results = inOrder(numbers(9), { concurrency: 3, ahead: 6 }, work)[Symbol.asyncIterator]();
    const first = results.next();
    await macrotask();
    expect(started).toEqual([0, 1, 2]);
    await finish(1);
    expect(started).toEqual([0, 1, 2, 3]);
    await finish(0);
    expect(await first).toEqual({ done: false, value: 'result 0' });
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets no more results wait for a slow reader than it may', async () => {
    const { work, finished, started, finish } = gated();
    const results = inOrder(numbers(20), { concurrency: 2, ahead: 4 }, work)[Symbol.asyncIterator]();
    const first = results.next();
    await finish(0);
    await first;
    for (const item of numbers(20).slice(1)) if (started.includes(item)) await finish(item);
    // The reader took one and sits on it.
    expect(finished.length - 1).toBe(4);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    await results.next();
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('lets no more results wait behind slow work than it may', async () => {
    const { work, finished, started, finish } = gated();
    const results = inOrder(numbers(20), { concurrency: 2, ahead: 4 }, work)[Symbol.asyncIterator]();
    const first = results.next();
    for (const item of numbers(20).slice(1)) if (started.includes(item)) await finish(item);
    expect(finished.length).toBe(4);
    await finish(0);
    expect(await first).toEqual({ done: false, value: 'result 0' });
  });

  it('gives the results before a failure, then the failure, and ends', async () => {
    const results = inOrder(numbers(5), { concurrency: 5, ahead: 5 }, async (item) => {
      if (item === 2) throw new Error('two is out of order');
      return item;
    })[Symbol.asyncIterator]();
    expect([await results.next(), await results.next()]).toEqual([
      { done: false, value: 0 },
      { done: false, value: 1 },
    ]);
    await expect(results.next()).rejects.toThrow('two is out of order');
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('holds a failure back until its turn, without an unhandled rejection', async () => {
    const unhandled = unhandledRejections();
    const { work, finish, fail } = gated();
    const results = inOrder(numbers(3), { concurrency: 3, ahead: 3 }, work)[Symbol.asyncIterator]();
    const first = results.next();
    await fail(2, new Error('the third broke'));
    await fail(1, new Error('the second broke'));
    await finish(0);
    expect(await first).toEqual({ done: false, value: 'result 0' });
    await expect(results.next()).rejects.toThrow('the second broke');
    await macrotask();
    expect(unhandled).toEqual([]);
  });

  it('leaves no unhandled rejection behind when the reader stops early', async () => {
    const unhandled = unhandledRejections();
    const { work, finish, fail } = gated();
    const results = inOrder(numbers(3), { concurrency: 3, ahead: 3 }, work)[Symbol.asyncIterator]();
    const first = results.next();
    await finish(0);
    await first;
    await results.return?.();
    await fail(1, new Error('nobody waits for it'));
    await macrotask();
    expect(unhandled).toEqual([]);
  });
});
