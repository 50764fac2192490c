import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { abortError, type Traffic } from './transport.ts';

type Signal = PipelineRequest['abortSignal'];

/** What `work` gives, or an abort as soon as the signal says so. */
export const orStopped = <T>(work: Promise<T>, signal: Signal): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) {
      // Nobody waits for it any more, and its failure is nobody's.
      work.catch(() => {});
      return reject(abortError());
    }
    const stop = (): void => {
      // What is waited for may never come, and the signal lives as long as the run.
      signal?.removeEventListener('abort', stop);
      reject(abortError());
    };
    signal?.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', stop));
  });

export const pause = async (ms: number, signal: Signal): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await orStopped(passed, signal);
  } finally {
    clearTimeout(timer);
  }
};

/** Counts a wait that a service asks for. Several requests may wait at once: it goes on until the last of them may go on. */
export const countWait = (traffic: Traffic, ms: number, now: () => number): void => {
  traffic.throttledMs += Math.round(ms);
  traffic.resumesAt = Math.max(traffic.resumesAt ?? 0, now() + ms);
};

/** A longer Retry-After is not waited for: the scope is incomplete at once, and the report names the wait. */
export const LONGEST_WAIT_MS = 60_000;

/** `Retry-After: 0` must not become hammering. */
const LEAST_WAIT_MS = 500;

/** What the answer asks to wait, in milliseconds: a count of seconds or a date. Anything else is as if it were not there. */
export const retryAfterOf = (answer: PipelineResponse, now: () => number): number | null => {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const ms = answer.headers.get(name);
    if (ms !== undefined && /^\d+$/.test(ms)) return Math.max(Number(ms), LEAST_WAIT_MS);
  }
  const value = answer.headers.get('retry-after');
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Math.max(Number(value) * 1000, LEAST_WAIT_MS);
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(date - now(), LEAST_WAIT_MS);
};
