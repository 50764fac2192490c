import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { LONGEST_WAIT_MS, pause, retryAfterOf } from './waiting.ts';

/** How fast one subscription is read. */
export interface Pace {
  readonly perSecond: number;
  /** Requests that may go out at once after a rest. */
  readonly burst: number;
}

/**
 * Resource Manager gives every subscription and principal a bucket of 250 reads that fills by 25 a second
 * (learn.microsoft.com, request-limits-and-throttling). A little below, so that nothing is lost to throttling.
 */
export const RESOURCE_MANAGER_PACE: Pace = { perSecond: 24, burst: 249 };

interface Bucket {
  /** Below zero by those that wait for their turn. */
  tokens: number;
  filledAt: number;
  /** Until then the service has asked for silence. */
  quietUntil: number;
}

/**
 * Lets requests of one subscription out at its pace, in the order they came; whatever goes to no subscription is not paced.
 * When Resource Manager says that less is left than we count, because somebody else reads with the same account, its count holds;
 * when it throttles one request, all others of the subscription wait as well.
 */
export const pacing = ({ perSecond, burst }: Pace, now: () => number): PipelinePolicy => {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (id: string): Bucket => {
    const bucket = buckets.get(id) ?? { tokens: burst, filledAt: now(), quietUntil: 0 };
    buckets.set(id, bucket);
    return bucket;
  };
  const quietOf = ({ quietUntil }: Bucket): number => {
    const left = quietUntil - now();
    return left > LONGEST_WAIT_MS ? 0 : left;
  };
  const waitFor = (bucket: Bucket): number => {
    const at = now();
    // The wall clock may be set back.
    const passed = Math.max(0, at - bucket.filledAt);
    bucket.tokens = Math.min(burst, bucket.tokens + (passed / 1000) * perSecond) - 1;
    bucket.filledAt = at;
    const turn = bucket.tokens >= 0 ? 0 : (-bucket.tokens / perSecond) * 1000;
    return Math.max(turn, quietOf(bucket));
  };
  const learn = (bucket: Bucket, answer: PipelineResponse): void => {
    const left = answer.headers.get('x-ms-ratelimit-remaining-subscription-reads');
    if (left !== undefined && /^\d{1,6}$/.test(left)) bucket.tokens = Math.min(bucket.tokens, Number(left));
    const asked = answer.status === 429 ? retryAfterOf(answer, now) : null;
    if (asked !== null && asked <= LONGEST_WAIT_MS) bucket.quietUntil = Math.max(bucket.quietUntil, now() + asked);
  };
  return {
    name: 'redvetPacingPolicy',
    sendRequest: async (request, next) => {
      const id = /^\/subscriptions\/([^/?]+)\//i.exec(new URL(request.url).pathname)?.[1]?.toLowerCase();
      if (id === undefined) return next(request);
      const bucket = bucketOf(id);
      const waitMs = waitFor(bucket);
      for (let ms = waitMs; ms > 0; ms = quietOf(bucket)) await pause(ms, request.abortSignal);
      const answer = await next(request);
      learn(bucket, answer);
      return answer;
    },
  };
};
