import { createHttpHeaders, createPipelineRequest, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { retrying } from '../../src/azure/pipeline.ts';

type Step = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | { readonly code: string };

/** Runs a request against a script of answers and tells how often it was sent and whether it ended well. */
const run = async (script: readonly Step[], { retries = 3, timeLeft = 600_000 } = {}) => {
  const traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
  const policy = retrying({ retries, timeLeft: () => timeLeft, traffic, now: Date.now, random: () => 0 });
  let sent = 0;
  const next = async (request: PipelineResponse['request']): Promise<PipelineResponse> => {
    const step = script[Math.min(sent, script.length - 1)] ?? { status: 200 };
    sent += 1;
    if ('code' in step) throw new RestError(step.code, { code: step.code, request });
    return { request, status: step.status, headers: createHttpHeaders(step.headers), bodyAsText: '' };
  };
  const ended = await policy.sendRequest(createPipelineRequest({ url: 'https://arm.local/x' }), next).then(
    ({ status }) => String(status),
    (error: unknown) => (error instanceof RestError ? (error.code ?? '') : String(error)),
  );
  return { sent, ended, retries: traffic.retries, throttledMs: traffic.throttledMs };
};

const after = (value: string): Step => ({ status: 429, headers: { 'retry-after': value } });
const OK: Step = { status: 200 };

describe('what is sent again', () => {
  const cases: readonly (readonly [
    string,
    readonly Step[],
    { readonly sent: number; readonly ended: string; readonly throttledMs?: number },
  ])[] = [
    ['nothing after a success', [OK], { sent: 1, ended: '200' }],
    ['429 without a header', [{ status: 429 }, OK], { sent: 2, ended: '200', throttledMs: 500 }],
    ['429 with a header that makes no sense', [after('soon'), OK], { sent: 2, ended: '200', throttledMs: 500 }],
    ['429 with a negative wait', [after('-5'), OK], { sent: 2, ended: '200', throttledMs: 500 }],
    ['429 with a wait of none, which must not become hammering', [after('0'), OK], { sent: 2, ended: '200', throttledMs: 500 }],
    ['429 with a date in the past', [after('Wed, 01 Jan 2020 00:00:00 GMT'), OK], { sent: 2, ended: '200', throttledMs: 500 }],
    [
      '429 with milliseconds',
      [{ status: 429, headers: { 'x-ms-retry-after-ms': '600' } }, OK],
      { sent: 2, ended: '200', throttledMs: 600 },
    ],
    ...[408, 500, 502, 503, 504].map((status) => [`HTTP ${status}`, [{ status }, OK], { sent: 2, ended: '200', throttledMs: 0 }] as const),
    ['a reset connection', [{ code: 'ECONNRESET' }, OK], { sent: 2, ended: '200', throttledMs: 0 }],
    ['a name that is not found', [{ code: 'ENOTFOUND' }, OK], { sent: 2, ended: '200' }],
    ['a name server that is busy', [{ code: 'EAI_AGAIN' }, OK], { sent: 2, ended: '200' }],
    ['a timeout, once and no more', [{ code: 'DEADLINE' }], { sent: 2, ended: 'DEADLINE' }],
  ];
  for (const [what, script, expected] of cases) {
    it.concurrent(what, async () => {
      expect(await run(script)).toMatchObject(expected);
    });
  }

  const never: readonly (readonly [string, Step])[] = [
    ...[200, 204, 302, 307, 400, 401, 403, 404, 409, 501, 505].map((status) => [`HTTP ${status}`, { status }] as const),
    ['an untrusted certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }],
    ['a foreign origin', { code: 'FOREIGN_ORIGIN' }],
    ['a bomb', { code: 'TOO_LARGE' }],
    ['a proxy that refuses', { code: 'PROXY_407' }],
    ['a wait above a minute', after('61')],
    ['a wait of an hour', after('3600')],
    ['a wait that overflows a timer', after('9999999999')],
    ['a date far ahead', after('Wed, 01 Jan 2099 00:00:00 GMT')],
  ];
  for (const [what, step] of never) {
    it.concurrent(`not after ${what}`, async () => {
      expect(await run([step, OK])).toMatchObject({ sent: 1, retries: 0 });
    });
  }

  it('not when the wait is longer than the run has left', async () => {
    expect(await run([after('2'), OK], { timeLeft: 2_000 })).toMatchObject({ sent: 1, ended: '429' });
  });

  it('no more often than allowed', async () => {
    expect(await run([{ status: 503 }], { retries: 1 })).toMatchObject({ sent: 2, ended: '503' });
    expect(await run([{ status: 503 }], { retries: 0 })).toMatchObject({ sent: 1, ended: '503' });
  });

  it('not once the run is stopped, and the wait ends at once', async () => {
    const stop = new AbortController();
    const policy = retrying({
      retries: 3,
      timeLeft: () => 600_000,
      traffic: { apiCalls: 0, retries: 0, throttledMs: 0 },
      now: Date.now,
      random: () => 0,
    });
    const request = createPipelineRequest({ url: 'https://arm.local/x', abortSignal: stop.signal });
    const answer = policy.sendRequest(request, async () => ({ request, status: 429, headers: createHttpHeaders({ 'retry-after': '50' }) }));
    setTimeout(() => stop.abort(), 20);
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  });
});
