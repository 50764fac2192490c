import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { graphQuota } from '../../src/azure/quota.ts';

/** Time stands still but for what a test lets pass. */
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const GRAPH = '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01';

type Headers = Readonly<Record<string, string>>;

const quota = (left: number | string, resets: string): Headers => ({
  'x-ms-user-quota-remaining': String(left),
  'x-ms-user-quota-resets-after': resets,
});

/** A policy before a service that answers at once, and when each request reached it, in milliseconds since the start. */
const before = (headers: (nth: number) => Headers) => {
  const start = Date.now();
  const times: number[] = [];
  const traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
  const policy = graphQuota(traffic, () => Date.now());
  const send = (path = GRAPH, abortSignal?: AbortSignal): Promise<PipelineResponse> =>
    policy.sendRequest(
      createPipelineRequest({ url: `https://arm.local${path}`, ...(abortSignal === undefined ? {} : { abortSignal }) }),
      async (request) => {
        times.push(Date.now() - start);
        return { request, status: 200, headers: createHttpHeaders(headers(times.length)), bodyAsText: '{}' };
      },
    );
  return { times, traffic, send };
};

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the quota of Resource Graph', () => {
  it('is kept: a query waits until there is one left, and the wait is counted', async () => {
    const { send, times, traffic } = before((nth) => (nth === 1 ? quota(0, '00:00:03') : quota(14, '00:00:05')));
    await send();
    void send();
    await pass(2_999);
    expect(times).toEqual([0]);
    await pass(1);
    expect(times).toEqual([0, 3_000]);
    expect(traffic.throttledMs).toBe(3_000);
  });

  it('counts the queries that were sent since the last answer', async () => {
    const answers = new Map([[1, quota(2, '00:00:05')]]);
    const { send, times } = before((nth) => answers.get(nth) ?? {});
    await send();
    for (const _ of [1, 2, 3]) void send();
    await pass(0);
    expect(times).toEqual([0, 0, 0]);
    await pass(5_000);
    expect(times).toEqual([0, 0, 0, 5_000]);
  });

  it('lets fifteen in five seconds through a service that allows no more, and never one too many', async () => {
    const window = 5_000;
    let opened = -window;
    let used = 0;
    let refused = 0;
    const { send, times } = before(() => {
      const now = Date.now();
      if (now - opened >= window) [opened, used] = [now, 0];
      used += 1;
      if (used > 15) refused += 1;
      const left = Math.max(0, 15 - used);
      return quota(left, `00:00:0${Math.ceil((opened + window - now) / 1000)}`);
    });
    const all = (async () => {
      for (let sent = 0; sent < 40; sent += 1) await send();
    })();
    await pass(60_000);
    await all;
    expect(times).toHaveLength(40);
    expect(refused).toBe(0);
    expect(times.at(-1)).toBeLessThanOrEqual(10_000);
  });

  it.each([
    ['is not told', {}],
    ['has something left', quota(1, '00:00:05')],
    ['is no number', quota('many', '00:00:05')],
    ['does not say when it is reset', { 'x-ms-user-quota-remaining': '0' }],
    ['is reset by no time', quota(0, 'soon')],
    ['is reset at once', quota(0, '00:00:00')],
    ['is reset later than redvet ever waits', quota(0, '00:01:01')],
  ])('that %s holds nobody back', async (_, headers) => {
    const { send, times, traffic } = before(() => headers);
    await send();
    void send();
    await pass(0);
    expect(times).toEqual([0, 0]);
    expect(traffic.throttledMs).toBe(0);
  });

  it('is for queries alone', async () => {
    const { send, times } = before(() => quota(0, '00:00:30'));
    await send();
    await send('/subscriptions/22222222-0000-4000-8000-000000000001/providers/Microsoft.Cache/redis');
    await send('/subscriptions');
    expect(times).toEqual([0, 0, 0]);
  });

  it('is not waited for by a run that is stopped', async () => {
    const { send, times } = before(() => quota(0, '00:00:30'));
    await send();
    const stop = new AbortController();
    const waiting = send(GRAPH, stop.signal);
    const ended = expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    stop.abort();
    await ended;
    expect(times).toEqual([0]);
  });
});
