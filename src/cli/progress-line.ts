import type { Traffic } from '../azure/transport.ts';
import { count, grouped } from '../model/count.ts';
import { safeLine } from '../reporters/escape.ts';
import { widthOf } from '../reporters/layout.ts';
import type { Watched } from '../sources/live.ts';

/** How far a scan is. Times are milliseconds of a clock that only goes forward. */
export interface Pace {
  readonly startedAt: number;
  /** When it was known how much there is to read; null before that. */
  readonly countedAt: number | null;
  /** Subscriptions to read; null as long as they are not known. */
  readonly total: number | null;
  readonly done: number;
  /** Subscriptions whose caches are known, and how many those are. */
  readonly lists: number;
  readonly listed: number;
  readonly caches: number;
  readonly failures: number;
  /** Files so far, and the one that is being read. */
  readonly inputs: number;
  readonly input: string | null;
}

export const newPace = (startedAt: number): Pace => ({
  startedAt,
  countedAt: null,
  total: null,
  done: 0,
  lists: 0,
  listed: 0,
  caches: 0,
  failures: 0,
  inputs: 0,
  input: null,
});

/** The pace after one more event. */
export const advanced = (pace: Pace, event: Watched, elapsed: number): Pace => {
  switch (event.type) {
    case 'input':
      return { ...pace, inputs: pace.inputs + 1, input: event.path };
    case 'subscriptions':
      return { ...pace, total: event.count, countedAt: elapsed };
    case 'listed':
      return { ...pace, lists: pace.lists + 1, listed: pace.listed + event.caches };
    case 'cache':
      return { ...pace, caches: pace.caches + 1 };
    case 'read':
      return { ...pace, done: pace.done + 1 };
  }
};

export interface Moment {
  readonly elapsed: number;
  /** The time of day that waiting is told by, in milliseconds. */
  readonly now: number;
  readonly width: number;
}

/** One line within the width. Where it is narrow, what tells the least is left out first. */
export const progressLine = (pace: Pace, traffic: Traffic, { elapsed, now, width }: Moment): string => {
  const waitMs = (traffic.resumesAt ?? 0) - now;
  const seconds = Math.floor((elapsed - pace.startedAt) / 1000);
  const left = remainingMs(pace, elapsed);
  const parts: readonly Part[] = [
    { text: whatOf(pace, traffic), worth: 9 },
    { text: cachesOf(pace), worth: 8 },
    { text: waitMs > 0 ? `throttled: waiting ${Math.ceil(waitMs / 1000)} s` : '', worth: 7 },
    { text: pace.failures > 0 ? `${grouped(pace.failures)} failed` : '', worth: 5 },
    { text: traffic.apiCalls > 0 ? count(traffic.apiCalls, 'call') : '', worth: 3 },
    { text: traffic.retries > 0 ? count(traffic.retries, 'retry', 'retries') : '', worth: 2 },
    { text: seconds >= FIRST_SECONDS ? clock(seconds) : '', worth: 4 },
    { text: left === null ? '' : `about ${roughly(left)} left`, worth: 6 },
  ].filter(({ text }) => text !== '');
  return cut(fitting(parts, width), width);
};

interface Part {
  readonly text: string;
  readonly worth: number;
}

const FIRST_SECONDS = 3;

const whatOf = ({ total, done, inputs, input }: Pace, { apiCalls }: Traffic): string => {
  if (input !== null) return `file ${grouped(inputs)}: ${input === '-' ? 'standard input' : safeLine(input)}`;
  if (total === null) return apiCalls === 0 ? 'signing in' : 'listing subscriptions';
  return `${grouped(done)}/${count(total, 'subscription')}`;
};

const cachesOf = ({ caches, listed, total, input }: Pace): string => {
  if (total === null && input === null) return '';
  return caches < listed ? `${grouped(caches)}/${count(listed, 'cache')}` : count(caches, 'cache');
};

/** Less than this is no measure of what is still to come. */
const LEAST_MEASURED_MS = 5_000;
const LEAST_READ = 5;
const LEAST_SHARE = 0.1;

/** At the pace so far; null where that is no more than a guess, or longer than anybody waits. */
export const remainingMs = ({ total, done, lists, listed, caches, countedAt }: Pace, elapsed: number): number | null => {
  if (total === null || countedAt === null) return null;
  // Subscriptions differ in size; as soon as all are listed it is the caches that count.
  const [read, all] = lists >= total && listed > 0 ? [caches, listed] : [done, total];
  const taken = elapsed - countedAt;
  if (taken < LEAST_MEASURED_MS || read < LEAST_READ || read < LEAST_SHARE * all || read >= all) return null;
  const left = (taken * (all - read)) / read;
  return left > LONGEST_MS ? null : left;
};

const LONGEST_MS = 6 * 3_600_000;

/** No more exact than it is known. */
const roughly = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 10) return '10 s';
  if (seconds <= 90) return `${Math.ceil(seconds / 10) * 10} s`;
  return `${Math.ceil(seconds / 60)} min`;
};

/** `0:42`, `12:05`, `1:02:05`. */
const clock = (seconds: number): string => {
  const two = (n: number): string => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

const fitting = (parts: readonly Part[], width: number): string => {
  const line = parts.map(({ text }) => text).join(', ');
  if (parts.length < 2 || widthOf(line) <= width) return line;
  const least = Math.min(...parts.map(({ worth }) => worth));
  return fitting(
    parts.filter(({ worth }) => worth > least),
    width,
  );
};

/** What is too long alone loses its end. */
const cut = (line: string, width: number): string => {
  if (widthOf(line) <= width) return line;
  let kept = '';
  let columns = 0;
  for (const character of line) {
    columns += widthOf(character);
    if (columns > width - 3) break;
    kept += character;
  }
  return `${kept}...`.slice(0, Math.max(0, width));
};
