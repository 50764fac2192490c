import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Pace, pacing, RESOURCE_MANAGER_PACE } from '../../src/azure/pacing.ts';

/** Time stands still but for what a test lets pass. */
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const ONE = '/subscriptions/2a2b2c2d-0000-4000-8000-00000000beef';
const TWO = '/subscriptions/22222222-0000-4000-8000-000000000002';

/** A policy before a service that answers at once, and when each request reached it, in milliseconds since the start. */
const paced = (pace: Pace, answer: (nth: number) => Answer = () => ({}), skew: () => number = () => 0) => {
  const start = Date.now();
  const sent: { readonly name: string; readonly at: number }[] = [];
  const policy = pacing(pace, () => Date.now() + skew());
  return {
    sent,
    /** When each was sent. */
    times: () => sent.map(({ at }) => at),
    send: (path: string, name = '', abortSignal?: AbortSignal): Promise<PipelineResponse> =>
      policy.sendRequest(
        createPipelineRequest({ url: `https://arm.local${path}`, ...(abortSignal === undefined ? {} : { abortSignal }) }),
        async (request) => {
          sent.push({ name, at: Math.round(Date.now() - start) });
          const { status = 200, headers = {} } = answer(sent.length);
          return { request, status, headers: createHttpHeaders(headers), bodyAsText: '{}' };
        },
      ),
  };
};

const all = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the pace of one subscription', () => {
  it('is below that of Resource Manager: 250 at once, then 25 a second', () => {
    const { burst, perSecond } = RESOURCE_MANAGER_PACE;
    expect(burst).toBeLessThan(250);
    expect(perSecond).toBeLessThan(25);
    expect({ burst, perSecond }).toEqual({ burst: 249, perSecond: 24 });
  });

  it('lets a burst out at once, then one after the other', async () => {
    const { send, times } = paced({ perSecond: 10, burst: 3 });
    for (const _ of all(6)) void send(`${ONE}/x`);
    await pass(1_000);
    expect(times()).toEqual([0, 0, 0, 100, 200, 300]);
  });

  it('keeps the order in which they came', async () => {
    const { send, sent } = paced({ perSecond: 10, burst: 1 });
    for (const name of ['a', 'b', 'c', 'd']) void send(`${ONE}/x`, name);
    await pass(1_000);
    expect(sent.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('never lets out more than a burst and what has filled up since, whenever they come', async () => {
    const pace = { perSecond: 20, burst: 5 };
    const { send, times } = paced(pace);
    for (const gap of [0, 0, 0, 0, 0, 0, 0, 30, 0, 0, 500, 0, 0, 0, 0, 0, 0, 0, 10, 10, 10, 2_000, 0, 0, 0, 0, 0, 0, 0]) {
      await pass(gap);
      void send(`${ONE}/x`);
    }
    await pass(10_000);
    const sent = times();
    expect(sent).toHaveLength(29);
    for (const [first, from] of sent.entries()) {
      for (const [last, to] of sent.entries()) {
        if (last < first) continue;
        // A timer takes whole milliseconds.
        expect(last - first + 1).toBeLessThanOrEqual(pace.burst + ((to - from + 1) / 1000) * pace.perSecond);
      }
    }
  });

  it('fills up again, and never beyond a burst', async () => {
    const { send, times } = paced({ perSecond: 10, burst: 2 });
    for (const _ of all(2)) void send(`${ONE}/x`);
    await pass(60_000);
    for (const _ of all(4)) void send(`${ONE}/x`);
    await pass(1_000);
    expect(times()).toEqual([0, 0, 60_000, 60_000, 60_100, 60_200]);
  });

  it('is one for all requests of the subscription, however its id is written', async () => {
    const { send, times } = paced({ perSecond: 10, burst: 1 });
    void send(`${ONE}/providers/x`);
    void send(`${ONE.toUpperCase()}/resourceGroups/y`);
    void send(`${ONE}/z?api-version=1`);
    await pass(1_000);
    expect(times()).toEqual([0, 100, 200]);
  });

  it('does not concern another subscription', async () => {
    const { send, sent } = paced({ perSecond: 1, burst: 1 });
    for (const _ of all(3)) void send(`${ONE}/x`, 'one');
    void send(`${TWO}/x`, 'two');
    await pass(0);
    expect(sent.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it.each(['/subscriptions?api-version=1', '/subscriptions', '/tenants', '/', '/providers/subscriptions/x/y'])(
    'does not concern what goes to none: %s',
    async (path) => {
      const { send, times } = paced({ perSecond: 0.001, burst: 1 });
      for (const _ of all(5)) void send(path);
      await pass(0);
      expect(times()).toEqual([0, 0, 0, 0, 0]);
    },
  );

  it('passes on the answer, and an error as it is', async () => {
    const policy = pacing({ perSecond: 1, burst: 9 }, Date.now);
    const request = createPipelineRequest({ url: `https://arm.local${ONE}/x` });
    const answer: PipelineResponse = { request, status: 404, headers: createHttpHeaders() };
    expect(await policy.sendRequest(request, async () => answer)).toBe(answer);
    const error = new Error('down');
    await expect(policy.sendRequest(request, () => Promise.reject(error))).rejects.toBe(error);
  });
});

describe('a clock that is not right', () => {
  it('loses nothing but the refill when it is set back, and goes on', async () => {
    let skew = 0;
    const { send, times } = paced(
      { perSecond: 10, burst: 2 },
      () => ({}),
      () => skew,
    );
    for (const _ of all(2)) void send(`${ONE}/x`);
    await pass(0);
    skew = -3_600_000;
    for (const _ of all(3)) void send(`${ONE}/x`);
    await pass(1_000);
    expect(times()).toEqual([0, 0, 100, 200, 300]);
  });

  it('does not make a minute of silence an hour when it is set back', async () => {
    let skew = 0;
    const { send, times } = paced(
      { perSecond: 10, burst: 9 },
      (nth) => (nth === 1 ? { status: 429, headers: { 'retry-after': '10' } } : {}),
      () => skew,
    );
    await send(`${ONE}/x`);
    skew = -3_600_000;
    void send(`${ONE}/x`);
    await pass(60_000);
    expect(times()).toHaveLength(2);
  });
});

const throttled = (nth: number, headers: Readonly<Record<string, string>>) => (n: number) => (n === nth ? { status: 429, headers } : {});

describe('a throttled request', () => {
  const wide = { perSecond: 1_000, burst: 100 };

  it.each([
    [{ 'retry-after': '5' }, 5_000],
    [{ 'retry-after': '60' }, 60_000],
    [{ 'retry-after-ms': '1200' }, 1_200],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }, 7_000],
    [{ 'retry-after': '0' }, 500],
  ])('quiets all others of its subscription for as long as the service asks: %j', async (headers, wait) => {
    const { send, times } = paced(wide, throttled(1, headers));
    await send(`${ONE}/x`);
    for (const _ of all(3)) void send(`${ONE}/x`);
    await pass(120_000);
    expect(times()).toEqual([0, wait, wait, wait]);
  });

  it('quiets those, too, that are waiting for their turn already', async () => {
    const { send, times } = paced({ perSecond: 10, burst: 1 }, throttled(1, { 'retry-after': '5' }));
    for (const _ of all(5)) void send(`${ONE}/x`);
    await pass(60_000);
    expect(times()).toHaveLength(5);
    expect(
      times()
        .slice(1)
        .filter((at) => at < 5_000),
    ).toEqual([]);
  });

  it('lets another subscription go on', async () => {
    const { send, times } = paced(wide, throttled(1, { 'retry-after': '5' }));
    await send(`${ONE}/x`);
    void send(`${TWO}/x`);
    await pass(0);
    expect(times()).toEqual([0, 0]);
  });

  it.each([{ 'retry-after': '61' }, { 'retry-after': '3600' }, { 'retry-after': 'soon' }, {}])(
    'quiets nobody when the wait is longer than anybody waits, or none is named: %j',
    async (headers) => {
      const { send, times } = paced(wide, throttled(1, headers));
      await send(`${ONE}/x`);
      void send(`${ONE}/x`);
      await pass(0);
      expect(times()).toEqual([0, 0]);
    },
  );

  it('does not shorten a silence that is longer', async () => {
    const { send, times } = paced(wide, (nth) => ({ status: 429, headers: { 'retry-after': nth === 1 ? '30' : '1' } }));
    const [first, second] = [send(`${ONE}/x`), send(`${ONE}/x`)];
    await Promise.all([first, second]);
    void send(`${ONE}/x`);
    await pass(60_000);
    expect(times()).toEqual([0, 0, 30_000]);
  });

  it.each([503, 500, 200, 404])('is none that was answered %i', async (status) => {
    const { send, times } = paced(wide, () => ({ status, headers: { 'retry-after': '5' } }));
    await send(`${ONE}/x`);
    void send(`${ONE}/x`);
    await pass(0);
    expect(times()).toEqual([0, 0]);
  });
});

describe('what Resource Manager says is left', () => {
  const LEFT = 'x-ms-ratelimit-remaining-subscription-reads';

  it('counts when it is less than we count: somebody else reads with the same account', async () => {
    const { send, times } = paced({ perSecond: 10, burst: 100 }, (nth) => (nth === 1 ? { headers: { [LEFT]: '2' } } : {}));
    await send(`${ONE}/x`);
    for (const _ of all(4)) void send(`${ONE}/x`);
    await pass(10_000);
    expect(times()).toEqual([0, 0, 0, 100, 200]);
  });

  it('does not count when it is more: our own pace holds', async () => {
    const { send, times } = paced({ perSecond: 10, burst: 2 }, () => ({ headers: { [LEFT]: '249' } }));
    await send(`${ONE}/x`);
    for (const _ of all(3)) void send(`${ONE}/x`);
    await pass(10_000);
    expect(times()).toEqual([0, 0, 100, 200]);
  });

  it('holds everybody up when it is nothing', async () => {
    const { send, times } = paced({ perSecond: 10, burst: 100 }, (nth) => (nth === 1 ? { headers: { [LEFT]: '0' } } : {}));
    await send(`${ONE}/x`);
    void send(`${ONE}/x`);
    await pass(10_000);
    expect(times()).toEqual([0, 100]);
  });

  it.each(['', '-1', '1.5', 'none', '1e3', '9999999', '0x0', 'NaN'])('is not said by nonsense: %j', async (left) => {
    const { send, times } = paced({ perSecond: 10, burst: 3 }, () => ({ headers: { [LEFT]: left } }));
    for (const _ of all(3)) await send(`${ONE}/x`);
    expect(times()).toEqual([0, 0, 0]);
  });

  it('is not what is left to the tenant or to all principals', async () => {
    const { send, times } = paced({ perSecond: 10, burst: 3 }, () => ({
      headers: { 'x-ms-ratelimit-remaining-tenant-reads': '0', 'x-ms-ratelimit-remaining-subscription-global-reads': '0' },
    }));
    for (const _ of all(3)) await send(`${ONE}/x`);
    expect(times()).toEqual([0, 0, 0]);
  });
});

describe('the buckets of many subscriptions', () => {
  const id = (nth: number): string => `/subscriptions/33333333-0000-4000-8000-${String(nth).padStart(12, '0')}`;

  it('are forgotten when they are full again, and no other: none is read faster than it may be', async () => {
    const { send, sent } = paced({ perSecond: 1, burst: 2 });
    const first = sent.length;
    for (const _ of all(2)) void send(`${ONE}/x`, 'one');
    await pass(0);
    // Thousands come and go while ONE has nothing left.
    for (const nth of all(2_500)) void send(`${id(nth)}/x`);
    void send(`${ONE}/x`, 'one');
    await pass(0);
    expect(sent.slice(first).filter(({ name }) => name === 'one')).toHaveLength(2);
    await pass(1_000);
    expect(sent.filter(({ name }) => name === 'one').map(({ at }) => at)).toEqual([0, 0, 1_000]);
    await pass(60_000);
    for (const nth of all(2_500)) void send(`${id(nth)}/y`);
    for (const _ of all(3)) void send(`${ONE}/x`, 'again');
    await pass(0);
    expect(sent.filter(({ name }) => name === 'again')).toHaveLength(2);
  });

  it('are kept while something is under way: what its answer says is not lost', async () => {
    let answer: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const policy = pacing({ perSecond: 1_000, burst: 2 }, () => Date.now());
    const times: number[] = [];
    const start = Date.now();
    const send = (path: string, headers: Readonly<Record<string, string>>, status = 200, until: Promise<void> = Promise.resolve()) =>
      policy.sendRequest(createPipelineRequest({ url: `https://arm.local${path}` }), async (request) => {
        times.push(Date.now() - start);
        await until;
        return { request, status, headers: createHttpHeaders(headers), bodyAsText: '{}' };
      });
    void send(`${ONE}/slow`, { 'retry-after': '7' }, 429, waiting);
    await pass(100);
    for (const nth of all(2_500)) void send(`${id(nth)}/x`, {});
    await pass(0);
    answer();
    await pass(0);
    times.length = 0;
    void send(`${ONE}/next`, {});
    await pass(10_000);
    expect(times).toEqual([7_100]);
  });
});

describe('a run that is stopped', () => {
  it('does not wait for its turn, and nothing is sent', async () => {
    const { send, times } = paced({ perSecond: 1, burst: 1 });
    const stop = new AbortController();
    await send(`${ONE}/x`);
    const waiting = send(`${ONE}/x`, '', stop.signal);
    const ended = expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    stop.abort();
    await ended;
    await pass(60_000);
    expect(times()).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin to wait when it is stopped already', async () => {
    const { send, times } = paced({ perSecond: 1, burst: 1 });
    await send(`${ONE}/x`);
    await expect(send(`${ONE}/x`, '', AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(times()).toEqual([0]);
  });
});
