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

/** So many are kept without a look at them. */
const MANY_BUCKETS = 1_000;

interface Bucket {
  /** Below zero by those that wait for their turn. */
  tokens: number;
  filledAt: number;
  /** Until then the service has asked for silence. */
  quietUntil: number;
  /** Requests that wait for their turn or for an answer. */
  underWay: number;
}

/**
 * Lets requests of one subscription out at its pace, in the order they came; whatever goes to no subscription is not paced.
 * When Resource Manager says that less is left than we count, because somebody else reads with the same account, its count holds;
 * when it throttles one request, all others of the subscription wait as well.
 */
export const pacing = ({ perSecond, burst }: Pace, now: () => number): PipelinePolicy => {
  const buckets = new Map<string, Bucket>();
  let roomFor = MANY_BUCKETS;
  /** A bucket that is full again is like none; of many subscriptions they would all be kept. */
  const forgetFull = (): void => {
    const at = now();
    for (const [id, { tokens, filledAt, quietUntil, underWay }] of buckets) {
      if (underWay === 0 && quietUntil <= at && tokens + ((at - filledAt) / 1000) * perSecond >= burst) buckets.delete(id);
    }
    roomFor = Math.max(MANY_BUCKETS, 2 * buckets.size);
  };
  const bucketOf = (id: string): Bucket => {
    const known = buckets.get(id);
    if (known !== undefined) return known;
    if (buckets.size >= roomFor) forgetFull();
    const bucket = { tokens: burst, filledAt: now(), quietUntil: 0, underWay: 0 };
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
      bucket.underWay += 1;
      try {
        const waitMs = waitFor(bucket);
        for (let ms = waitMs; ms > 0; ms = quietOf(bucket)) await pause(ms, request.abortSignal);
        const answer = await next(request);
        learn(bucket, answer);
        return answer;
      } finally {
        bucket.underWay -= 1;
      }
    },
  };
};
