import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Progress, progressOn } from '../../src/cli/progress.ts';
import type { SubscriptionScope } from '../../src/model/scope.ts';
import { ioOf } from '../support/in-process.ts';

const CLEAR = '\r\u001b[2K';

interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  readonly wanted?: boolean;
}

const begun = ({ env = {}, terminal = true, wanted = true }: World = {}): { readonly progress: Progress; readonly told: () => string } => {
  const { io, stderr } = ioOf({ env, terminal });
  return { progress: progressOn(io, { apiCalls: 0, retries: 0, throttledMs: 0 }, wanted), told: stderr };
};

const scope = (nth: number, differences: Partial<SubscriptionScope> = {}): SubscriptionScope => ({
  id: `id-${nth}`,
  name: `sub-${nth}`,
  state: 'Enabled',
  status: 'read',
  caches: 2,
  excluded: 0,
  reason: null,
  ...differences,
});

const readAll = (progress: Progress, many: number): void => {
  progress.watch({ type: 'subscriptions', count: many });
  for (let nth = 1; nth <= many; nth += 1) {
    progress.watch({ type: 'listed', caches: 2 });
    progress.watch({ type: 'cache' });
    progress.watch({ type: 'cache' });
    progress.watch({ type: 'read', subscription: scope(nth) });
  }
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('progress on a terminal', () => {
  it('is a line that is drawn a few times a second, only where it changes, and taken away', async () => {
    const { progress, told } = begun();
    expect(told()).toBe('');
    vi.advanceTimersByTime(200);
    vi.advanceTimersByTime(2_000);
    expect(told()).toBe(`${CLEAR}signing in`);
    for (let nth = 0; nth < 1_000; nth += 1) progress.watch({ type: 'input', path: 'x.json' });
    progress.found(3);
    vi.advanceTimersByTime(200);
    await progress.stop();
    expect(told()).toBe(`${CLEAR}signing in${CLEAR}file 1,000: x.json, 0 caches, 3 failed${CLEAR}`);
    vi.advanceTimersByTime(10_000);
    expect(told().endsWith(`3 failed${CLEAR}`)).toBe(true);
  });

  it('writes nothing at all in a run that ends before the first line', async () => {
    const { progress, told } = begun();
    readAll(progress, 5);
    await progress.stop();
    expect(told()).toBe('');
  });

  it('keeps no process alive', () => {
    const timer = vi.spyOn(globalThis, 'setInterval');
    begun();
    expect(timer.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
  });

  it.each<World>([
    { terminal: false },
    { wanted: false },
    { wanted: false, env: { CI: 'true' } },
    { terminal: false, env: { TERM: 'dumb' } },
  ])('is silent with %o', async (world) => {
    const { progress, told } = begun(world);
    readAll(progress, 5);
    vi.advanceTimersByTime(10_000);
    await progress.stop();
    expect(told()).toBe('');
  });
});

describe('progress in a log', () => {
  const lines = (world: World, work: (progress: Progress) => void): readonly string[] => {
    const { progress, told } = begun(world);
    work(progress);
    vi.advanceTimersByTime(10_000);
    return told().split('\n').slice(0, -1);
  };
  const CI: World = { terminal: false, env: { GITHUB_ACTIONS: 'true' } };

  it.each<World>([
    { terminal: false, env: { CI: 'true' } },
    { terminal: false, env: { TF_BUILD: 'True' } },
    { terminal: false, env: { GITLAB_CI: 'true' } },
    { terminal: true, env: { CI: '1' } },
    { terminal: true, env: { TERM: 'dumb' } },
  ])('is a plain line a subscription (%o)', (world) => {
    expect(lines(world, (progress) => readAll(progress, 2))).toEqual(['redvet: sub-1: 2 caches', 'redvet: sub-2: 2 caches']);
  });

  it('says what was not read whole, by the id where there is no name, and performs nothing that a name holds', () => {
    const told = lines(CI, (progress) => {
      progress.watch({ type: 'subscriptions', count: 2 });
      progress.watch({ type: 'read', subscription: scope(1, { name: null, status: 'denied', caches: 0 }) });
      progress.watch({ type: 'read', subscription: scope(2, { name: '##vso[x]\n\u001b[2J', status: 'partial', caches: 1 }) });
    });
    expect(told).toEqual(['redvet: id-1: denied, 0 caches seen', 'redvet: \\x23#vso[x]\\n\\u{1b}[2J: partial, 1 cache seen']);
  });

  it('has a line for each of 30 subscriptions, and one a tenth where there are more', () => {
    expect(lines(CI, (progress) => readAll(progress, 30))).toHaveLength(30);
    const many = lines(CI, (progress) => readAll(progress, 400));
    expect(many).toHaveLength(10);
    expect(many[0]).toBe('redvet: 40 of 400 subscriptions read, 80 caches');
    expect(many[9]).toBe('redvet: 400 of 400 subscriptions read, 800 caches');
  });

  it('says of many caches how many it has read, ever more seldom', () => {
    const told = lines(CI, (progress) => {
      progress.watch({ type: 'input', path: 'x.json' });
      for (let nth = 0; nth < 5_000; nth += 1) progress.watch({ type: 'cache' });
    });
    expect(told).toEqual(['redvet: 1,000 caches read', 'redvet: 2,000 caches read', 'redvet: 4,000 caches read']);
  });

  it('stays small however large an estate is', () => {
    expect(lines(CI, (progress) => readAll(progress, 50_000)).length).toBeLessThan(30);
  });
});
