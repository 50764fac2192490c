import { deserializationPolicy, serializationPolicy } from '@azure/core-client';
import {
  bearerTokenAuthenticationPolicyName,
  createEmptyPipeline,
  isRestError,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  setClientRequestIdPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import { type Pace, pacing } from './pacing.ts';
import { graphQuota } from './quota.ts';
import type { TokenSource } from './tokens.ts';
import type { Traffic } from './transport.ts';
import { countWait, LONGEST_WAIT_MS, orStopped, pause, retryAfterOf } from './waiting.ts';

export interface PipelineRequestOptions {
  readonly tokens: TokenSource;
  readonly userAgent: string;
  readonly retry: RetryOptions;
  /** How fast each subscription is read. */
  readonly pace: Pace;
}

/**
 * The one pipeline that every generated client shares. A client leaves a pipeline alone that already holds a policy with the
 * bearer policy's name; so the order is ours: the token is taken inside the retry loop, and no policy follows redirects,
 * logs, traces or decompresses behind our back.
 */
export const armPipeline = ({ tokens, userAgent, retry, pace }: PipelineRequestOptions): Pipeline => {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(serializationPolicy(), { phase: 'Serialize' });
  pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: userAgent }));
  pipeline.addPolicy(setClientRequestIdPolicy());
  pipeline.addPolicy(deserializationPolicy(), { phase: 'Deserialize' });
  pipeline.addPolicy(retrying(retry), { phase: 'Retry' });
  pipeline.addPolicy(bearer(tokens), { phase: 'Sign' });
  // Every attempt costs its turn, and the token is taken when that has come.
  pipeline.addPolicy(pacing(pace, retry.now), { phase: 'Sign', beforePolicies: [bearerTokenAuthenticationPolicyName] });
  pipeline.addPolicy(graphQuota(retry.traffic, retry.now), { phase: 'Sign', beforePolicies: [bearerTokenAuthenticationPolicyName] });
  return pipeline;
};

/** Sends the token; after a 401, once more with a fresh one. (A token for `subscription.tenantId` is never asked for: it may be a customer's.) */
const bearer = (tokens: TokenSource): PipelinePolicy => ({
  name: bearerTokenAuthenticationPolicyName,
  sendRequest: async (request, next) => {
    // A sign-in cannot be aborted, but a run that is stopped does not wait for it.
    const token = tokens.current() ?? (await orStopped(tokens.token(), request.abortSignal));
    request.headers.set('authorization', `Bearer ${token}`);
    const answer = await next(request);
    if (answer.status !== 401 || isOtherTenant(answer)) return answer;
    request.headers.set('authorization', `Bearer ${await orStopped(tokens.renewed(token, claimsOf(answer)), request.abortSignal)}`);
    return next(request);
  },
});

/** A token of the wrong tenant is not stale: a fresh one is of the same tenant. */
const isOtherTenant = ({ bodyAsText }: PipelineResponse): boolean => bodyAsText?.includes('InvalidAuthenticationTokenTenant') ?? false;

/** The claims challenge of continuous access evaluation, decoded; null when the 401 carries none. */
const claimsOf = (answer: PipelineResponse): string | null => {
  const encoded = /\bclaims="([\w+/=-]+)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8');
};

export interface RetryOptions {
  /** After the first attempt. */
  readonly retries: number;
  /** Milliseconds until the whole run must have ended. */
  readonly timeLeft: () => number;
  readonly traffic: Traffic;
  /** Milliseconds of the wall clock: a Retry-After may be a date. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

const FIRST_BACKOFF_MS = 1_000;

/** A request that timed out has cost its whole deadline already. */
const TIMEOUT_RETRIES = 1;

const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'DEADLINE',
]);

/**
 * Repeats what may pass by itself. Unlike the SDK's policy it retries a 429 without Retry-After, retries a body that was cut,
 * and never sleeps longer than a minute or than the run has left.
 */
export const retrying = ({ retries, timeLeft, traffic, now, random }: RetryOptions): PipelinePolicy => ({
  name: 'redvetRetryPolicy',
  sendRequest: async (request, next) => {
    for (let attempt = 0; ; attempt += 1) {
      const tried = await attemptOf(request, next);
      const waitMs = attempt < allowance(tried, retries) ? waitFor(tried, attempt, now, random) : null;
      if (waitMs === null || waitMs > LONGEST_WAIT_MS || waitMs >= timeLeft()) {
        if ('error' in tried) throw tried.error;
        return tried.answer;
      }
      traffic.retries += 1;
      if ('answer' in tried && isThrottling(tried.answer)) countWait(traffic, waitMs, now);
      await pause(waitMs, request.abortSignal);
    }
  },
});

const isThrottling = ({ status, headers }: PipelineResponse): boolean => status === 429 || headers.has('retry-after');

type Tried = { readonly answer: PipelineResponse } | { readonly error: unknown };

const attemptOf = async (request: PipelineRequest, next: (request: PipelineRequest) => Promise<PipelineResponse>): Promise<Tried> => {
  try {
    return { answer: await next(request) };
  } catch (error) {
    return { error };
  }
};

const codeOf = (tried: Tried): string => ('error' in tried && isRestError(tried.error) ? (tried.error.code ?? '') : '');

const allowance = (tried: Tried, retries: number): number => (codeOf(tried) === 'DEADLINE' ? Math.min(retries, TIMEOUT_RETRIES) : retries);

/** Milliseconds until the next attempt; null when another attempt cannot help. */
const waitFor = (tried: Tried, attempt: number, now: () => number, random: () => number): number | null => {
  const backoff = FIRST_BACKOFF_MS * 2 ** attempt * (0.5 + random() / 2);
  if ('error' in tried) return TRANSIENT_CODES.has(codeOf(tried)) ? backoff : null;
  if (!TRANSIENT_STATUS.has(tried.answer.status)) return null;
  return retryAfterOf(tried.answer, now) ?? Math.min(backoff, LONGEST_WAIT_MS);
};
