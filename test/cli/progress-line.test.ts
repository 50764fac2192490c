import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { advanced, newPace, type Pace, progressLine, remainingMs } from '../../src/cli/progress-line.ts';
import type { Watched } from '../../src/sources/live.ts';

const MINUTE = 60_000;

const paceOf = (differences: Partial<Pace>): Pace => ({ ...newPace(0), ...differences });

const QUIET = { apiCalls: 0, retries: 0, throttledMs: 0 };

const line = (
  pace: Partial<Pace>,
  { traffic = {}, elapsed = 0, width = 200 }: { readonly traffic?: object; readonly elapsed?: number; readonly width?: number } = {},
): string => progressLine(paceOf(pace), { ...QUIET, ...traffic }, { elapsed, now: 1_000_000, width });

const READ: Watched = {
  type: 'read',
  subscription: { id: 'x', name: 'x', state: 'Enabled', status: 'read', caches: 2, excluded: 0, reason: null },
};

describe('the pace of a scan', () => {
  it('adds up what it is told', () => {
    const events: readonly Watched[] = [
      { type: 'subscriptions', count: 2 },
      { type: 'listed', caches: 2 },
      { type: 'listed', caches: 3 },
      { type: 'cache' },
      READ,
      { type: 'input', path: 'a' },
      { type: 'input', path: 'b' },
    ];
    expect(events.reduce((pace, event) => advanced(pace, event, 7), newPace(1))).toEqual({
      startedAt: 1,
      countedAt: 7,
      total: 2,
      done: 1,
      lists: 2,
      listed: 5,
      caches: 1,
      failures: 0,
      inputs: 2,
      input: 'b',
    });
  });
});

describe('the line of progress', () => {
  it.each<[string, Partial<Pace>, object, string]>([
    ['nothing yet', {}, {}, 'signing in'],
    ['one answer', {}, { apiCalls: 1 }, 'listing subscriptions, 1 call'],
    ['the subscriptions', { total: 1 }, {}, '0/1 subscription, 0 caches'],
    ['many', { total: 1_200, done: 1_100, listed: 20_000, caches: 19_000 }, {}, '1,100/1,200 subscriptions, 19,000/20,000 caches'],
    ['all caches', { total: 2, done: 1, listed: 3, caches: 3 }, {}, '1/2 subscriptions, 3 caches'],
    ['failures', { total: 2, failures: 1_234 }, {}, '0/2 subscriptions, 0 caches, 1,234 failed'],
    ['retries', { total: 2 }, { apiCalls: 7, retries: 1 }, '0/2 subscriptions, 0 caches, 7 calls, 1 retry'],
    ['a wait', { total: 2 }, { resumesAt: 1_004_200 }, '0/2 subscriptions, 0 caches, throttled: waiting 5 s'],
    ['a wait that is over', { total: 2 }, { resumesAt: 1_000_000, throttledMs: 9_000 }, '0/2 subscriptions, 0 caches'],
    ['a file', { inputs: 1_000, input: 'a.json', caches: 5 }, {}, 'file 1,000: a.json, 5 caches'],
    ['a pipe', { inputs: 1, input: '-' }, {}, 'file 1: standard input, 0 caches'],
  ])('says of %s %o what is known', (_, pace, traffic, text) => {
    expect(line(pace, { traffic })).toBe(text);
  });

  it.each([
    [2_999, ''],
    [3_000, ', 0:03'],
    [725_900, ', 12:05'],
    [3_725_000, ', 1:02:05'],
  ])('says after %i ms how long it takes', (elapsed, text) => {
    expect(line({ total: 2 }, { elapsed })).toBe(`0/2 subscriptions, 0 caches${text}`);
  });

  const FULL: Partial<Pace> = { total: 40, countedAt: 0, done: 10, lists: 20, listed: 99, caches: 60, failures: 12 };

  it('leaves out where it is narrow what tells the least', () => {
    const at = (width: number): string =>
      line(FULL, { width, elapsed: MINUTE, traffic: { apiCalls: 300, retries: 2, resumesAt: 1_003_000 } });
    expect(at(200)).toBe(
      '10/40 subscriptions, 60/99 caches, throttled: waiting 3 s, 12 failed, 300 calls, 2 retries, 1:00, about 3 min left',
    );
    expect(at(105)).toBe('10/40 subscriptions, 60/99 caches, throttled: waiting 3 s, 12 failed, 300 calls, 1:00, about 3 min left');
    expect(at(80)).toBe('10/40 subscriptions, 60/99 caches, throttled: waiting 3 s, about 3 min left');
    expect(at(40)).toBe('10/40 subscriptions, 60/99 caches');
    expect(at(20)).toBe('10/40 subscriptions');
    expect(at(10)).toBe('10/40 s...');
  });

  it('is never wider than it may be, whatever a file is called', () => {
    for (const input of ['東京'.repeat(40), 'é'.repeat(99), '👩‍💻'.repeat(50), `x${'\u001b[2J\n'.repeat(20)}`, 'a/'.repeat(99)])
      for (let width = 3; width < 120; width += 1) {
        const text = line({ inputs: 1, input }, { width });
        expect(stringWidth(text)).toBeLessThanOrEqual(width);
        expect(text).not.toMatch(/\p{Cc}/u);
      }
  });
});

describe('the time that is left', () => {
  const left = (pace: Partial<Pace>, elapsed: number): number | null => remainingMs(paceOf({ countedAt: 0, ...pace }), elapsed);

  it.each<[string, Partial<Pace>, number, number | null]>([
    ['before the subscriptions are known', { done: 9 }, MINUTE, null],
    ['in the first seconds', { total: 10, done: 5 }, 4_999, null],
    ['after a few', { total: 10, done: 4 }, MINUTE, null],
    ['after half', { total: 10, done: 5 }, MINUTE, MINUTE],
    ['after less than a tenth', { total: 100, done: 9 }, MINUTE, null],
    ['after a tenth', { total: 100, done: 10 }, MINUTE, 9 * MINUTE],
    ['at the end', { total: 10, done: 10 }, MINUTE, null],
    ['by caches, as soon as all are listed', { total: 2, done: 1, lists: 2, listed: 100, caches: 75 }, MINUTE, MINUTE / 3],
    ['by subscriptions before', { total: 10, done: 5, lists: 9, listed: 100, caches: 99 }, MINUTE, MINUTE],
    ['when all caches are read', { total: 10, done: 9, lists: 10, listed: 100, caches: 100 }, MINUTE, null],
    ['of no subscription', { total: 0 }, MINUTE, null],
    ['of no cache', { total: 10, done: 5, lists: 10 }, MINUTE, MINUTE],
    ['of a whole day', { total: 10, done: 5 }, 24 * 60 * MINUTE, null],
  ])('%s', (_, pace, elapsed, expected) => {
    expect(left(pace, elapsed)).toBe(expected);
  });

  it('is counted from when it was known how much there is', () => {
    expect(left({ total: 10, done: 5, countedAt: MINUTE }, 2 * MINUTE)).toBe(MINUTE);
  });

  it.each([
    [9, '10 s'],
    [11, '20 s'],
    [90, '90 s'],
    [91, '2 min'],
    [3_600, '60 min'],
  ])('is told no more exactly than it is known: %i s as %s', (seconds, text) => {
    expect(line({ total: 10, done: 5, countedAt: 0 }, { elapsed: Math.max(seconds, 5) * 1_000 })).toContain(`about ${text} left`);
  });

  it('is never negative nor endless, however a scan goes', () => {
    let pace = advanced(newPace(0), { type: 'subscriptions', count: 50 }, 0);
    for (let step = 1; step <= 50; step += 1) {
      pace = advanced(pace, { type: 'listed', caches: step % 7 }, step * 900);
      for (let nth = 0; nth < step % 7; nth += 1) pace = advanced(pace, { type: 'cache' }, step * 900);
      pace = advanced(pace, READ, step * 900);
      const ms = remainingMs(pace, step * 900);
      expect(ms === null || (ms > 0 && ms <= 50 * 900)).toBe(true);
    }
  });
});
