import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { GRAPH_PATH } from './resource-graph.ts';
import type { Traffic } from './transport.ts';
import { countWait, LONGEST_WAIT_MS, pause } from './waiting.ts';

/** Queries that a user has left, and when there are more: as the last answer said, and without those that were sent since. */
interface Quota {
  left: number;
  resetsAt: number;
}

/**
 * Keeps to the quota that Resource Graph tells with every answer (learn.microsoft.com, guidance-for-throttled-requests: at most 15
 * queries in 5 seconds, subject to change). When it is used up, the next query waits until it is reset, unless that takes longer
 * than redvet ever waits. Everything else passes.
 */
export const graphQuota = (traffic: Traffic, now: () => number): PipelinePolicy => {
  let quota: Quota | null = null;
  const waitMs = (): number => {
    if (quota === null || quota.left > 0) return 0;
    const left = quota.resetsAt - now();
    return left > LONGEST_WAIT_MS ? 0 : left;
  };
  const learn = (answer: PipelineResponse): void => {
    const left = answer.headers.get('x-ms-user-quota-remaining') ?? '';
    const reset = resetOf(answer.headers.get('x-ms-user-quota-resets-after'));
    if (/^\d{1,6}$/.test(left) && reset !== null) quota = { left: Number(left), resetsAt: now() + reset };
  };
  return {
    name: 'redvetQuotaPolicy',
    sendRequest: async (request, next) => {
      if (!request.url.includes(GRAPH_PATH)) return next(request);
      for (let ms = waitMs(); ms > 0; ms = waitMs()) {
        countWait(traffic, ms, now);
        await pause(ms, request.abortSignal);
        // Whoever comes first after that begins a new window.
        if (quota !== null && quota.left <= 0 && quota.resetsAt <= now()) quota = null;
      }
      if (quota !== null) quota.left -= 1;
      const answer = await next(request);
      learn(answer);
      return answer;
    },
  };
};

/** Milliseconds out of `hh:mm:ss`, with or without a fraction. */
const resetOf = (text: string | undefined): number | null => {
  const [, hours, minutes, seconds] = /^(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  return seconds === undefined ? null : ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
};
