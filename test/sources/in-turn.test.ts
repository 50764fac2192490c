import { setImmediate as macrotask } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inTurn } from '../../src/sources/in-turn.ts';
import { oneAhead } from '../../src/sources/one-ahead.ts';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const collect = async <T>(results: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
};

async function* lazily<T>(items: Iterable<T>): AsyncIterable<T> {
  for (const item of items) {
    await macrotask();
    yield item;
  }
}

/** Producers that give one result whenever the test lets them. */
const gated = () => {
  const gates = new Map<number, { give: () => void; end: () => void; fail: (error: Error) => void }>();
  const started: number[] = [];
  return {
    started,
    gate: (item: number) => {
      const gate = gates.get(item);
      if (gate === undefined) throw new Error(`${item} was not started`);
      return gate;
    },
    produce: async function* (item: number): AsyncIterable<string> {
      started.push(item);
      for (let nth = 0; ; nth += 1) {
        const ended = await new Promise<boolean>((resolve, reject) => {
          gates.set(item, { give: () => resolve(false), end: () => resolve(true), fail: reject });
        });
        if (ended) return;
        yield `${item}.${nth}`;
      }
    },
  };
};

const give = async (act: () => void): Promise<void> => {
  act();
  await macrotask();
};

describe('inTurn', () => {
  it.each([
    ['at once', numbers(7)],
    ['as they come', lazily(numbers(7))],
  ])('yields what every producer gives, in the order of the items, which are there %s', async (_, items) => {
    const produce = async function* (item: number): AsyncIterable<string> {
      for (const nth of numbers(item)) {
        if ((item + nth) % 3 === 0) await macrotask();
        yield `${item}.${nth}`;
      }
    };
    const expected = numbers(7).flatMap((item) => numbers(item).map((nth) => `${item}.${nth}`));
    expect(await collect(inTurn(items, { concurrency: 3, ahead: 5 }, produce))).toEqual(expected);
  });

  it('keeps the order whatever order the work ends in, and runs no more at a time than it may', async () => {
    const limit = fc.integer({ min: 1, max: 6 });
    const sizes = fc.array(fc.nat(4), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), sizes, limit, limit, async (scheduler, counts, concurrency, ahead) => {
        let running = 0;
        let most = 0;
        const produce = async function* (item: number): AsyncIterable<string> {
          running += 1;
          most = Math.max(most, running);
          for (const nth of numbers(counts[item] ?? 0)) {
            await scheduler.schedule(Promise.resolve());
            yield `${item}.${nth}`;
          }
          running -= 1;
        };
        const all = collect(inTurn(numbers(counts.length), { concurrency, ahead }, produce));
        await scheduler.waitFor(all);
        expect(await all).toEqual(counts.flatMap((count, item) => numbers(count).map((nth) => `${item}.${nth}`)));
        expect(most).toBeLessThanOrEqual(concurrency);
      }),
      { numRuns: 60 },
    );
  });

  it('passes on what the first producer gives before it has ended', async () => {
    const { produce, gate } = gated();
    const results = inTurn([0, 1], { concurrency: 2, ahead: 10 }, produce)[Symbol.asyncIterator]();
    const first = results.next();
    await macrotask();
    await give(gate(0).give);
    expect(await first).toEqual({ done: false, value: '0.0' });
  });

  it('starts no further producer while too much waits to be taken, and then does', async () => {
    const { produce, gate, started } = gated();
    const results = inTurn(numbers(4), { concurrency: 2, ahead: 2 }, produce)[Symbol.asyncIterator]();
    const first = results.next();
    await macrotask();
    expect(started).toEqual([0, 1]);
    await give(gate(1).give);
    await give(gate(1).give);
    await give(gate(1).end);
    // There is a place, but two results wait behind the first producer.
    expect(started).toEqual([0, 1]);
    await give(gate(0).give);
    expect((await first).value).toBe('0.0');
    const second = results.next();
    await macrotask();
    await give(gate(0).end);
    expect((await second).value).toBe('1.0');
    await macrotask();
    // One waits, and both places are free.
    expect(started).toEqual([0, 1, 2, 3]);
    expect((await results.next()).value).toBe('1.1');
    const third = results.next();
    await macrotask();
    await give(gate(2).end);
    await give(gate(3).end);
    expect((await third).done).toBe(true);
  });

  it('does not let a slow producer stop those behind it until that much waits', async () => {
    const { produce, gate, started } = gated();
    const results = inTurn(numbers(9), { concurrency: 2, ahead: 5 }, produce)[Symbol.asyncIterator]();
    const first = results.next();
    await macrotask();
    for (const item of [1, 2, 3, 4, 5]) {
      await give(gate(item).give);
      await give(gate(item).end);
    }
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
    await give(gate(0).end);
    expect((await first).value).toBe('1.0');
  });

  it('tells of a failure in its turn, after what came before', async () => {
    const { produce, gate } = gated();
    const results = inTurn([0, 1], { concurrency: 2, ahead: 10 }, produce)[Symbol.asyncIterator]();
    const first = results.next();
    await macrotask();
    gate(1).fail(new Error('broken'));
    await macrotask();
    await give(gate(0).give);
    expect((await first).value).toBe('0.0');
    const second = expect(results.next()).rejects.toThrow('broken');
    await macrotask();
    await give(gate(0).end);
    await second;
  });

  it('tells of a failure of the items after all that they gave', async () => {
    const items = async function* (): AsyncIterable<number> {
      yield 1;
      throw new Error('no more items');
    };
    const produce = async function* (item: number): AsyncIterable<number> {
      await macrotask();
      yield item;
    };
    const results = inTurn(items(), { concurrency: 4, ahead: 4 }, produce)[Symbol.asyncIterator]();
    expect((await results.next()).value).toBe(1);
    await expect(results.next()).rejects.toThrow('no more items');
  });

  it('starts nothing more when nobody reads any longer', async () => {
    const { produce, gate, started } = gated();
    const results = inTurn(numbers(9), { concurrency: 1, ahead: 9 }, produce)[Symbol.asyncIterator]();
    const first = results.next();
    await macrotask();
    await give(gate(0).give);
    await first;
    await results.return?.();
    await give(gate(0).give);
    await give(() => {});
    expect(started).toEqual([0]);
  });

  it('yields nothing for nothing', async () => {
    expect(await collect(inTurn([], { concurrency: 3, ahead: 3 }, lazily<never>))).toEqual([]);
  });
});

describe('oneAhead', () => {
  it('gives the same, and has one more fetched while one is used', async () => {
    const fetched: number[] = [];
    const items = async function* (): AsyncIterable<number> {
      for (const item of numbers(4)) {
        fetched.push(item);
        yield item;
      }
    };
    const given: number[] = [];
    for await (const item of oneAhead(items())) {
      given.push(item);
      await macrotask();
      expect(fetched).toEqual(numbers(Math.min(4, item + 2)));
    }
    expect(given).toEqual(numbers(4));
  });

  it('tells of a failure after what came before it, and of none that nobody waits for', async () => {
    const items = async function* (): AsyncIterable<number> {
      yield 1;
      throw new Error('broken');
    };
    const results = oneAhead(items())[Symbol.asyncIterator]();
    expect((await results.next()).value).toBe(1);
    await expect(results.next()).rejects.toThrow('broken');
    const others = oneAhead(items())[Symbol.asyncIterator]();
    await others.next();
    await others.return?.();
    await macrotask();
  });
});
