import { setMaxListeners } from 'node:events';
import type { Traffic } from '../azure/transport.ts';
import { problemOf, Trouble } from '../errors.ts';
import { type Problem, problem } from '../model/problem.ts';
import { redacted } from '../model/redact.ts';
import type { Gap, Seen } from '../model/scope.ts';
import type { Report, Stats } from '../policy/report.ts';
import type { Tally } from '../policy/tally.ts';
import { safeLine } from '../reporters/escape.ts';
import type { Watched } from '../sources/live.ts';
import { interruption } from './interruption.ts';
import type { Io, Stop } from './io.ts';
import { progressOn } from './progress.ts';
import type { ScanSettings } from './settings.ts';
import { looksOf } from './style.ts';
import { lastLine, nextLine, problemLines, waiverLine } from './tell.ts';

/** What a source may use of the run it serves. */
export interface SourceContext {
  readonly signal: AbortSignal;
  readonly traffic: Traffic;
  /** Milliseconds until the whole run must have ended. */
  readonly timeLeft: () => number;
  readonly watch: (event: Watched) => void;
}

/** What a source yields, or whatever else is read in its way. */
type Yielded = Seen | { readonly type: 'assessed' | 'end' };

interface SourceOf<T> {
  open(): AsyncIterable<T>;
}

/** How a source is read to its end, whatever is made of what it yields. */
export interface Course {
  readonly context: SourceContext;
  /**
   * Opens the source and hands on what it yields, which the tally is told of but for the caches. What ends it early is a problem.
   * Resolves in any case; to the problem that ended it, or null.
   */
  readonly follow: <T extends Yielded = Seen>(
    open: () => Promise<SourceOf<T>>,
    take: (seen: T) => Promise<void>,
  ) => Promise<Problem | null>;
  /** Told of checks that failed, for progress only. */
  readonly found: (failures: number) => void;
  /** When it ended, and what it took. */
  readonly end: () => { readonly finishedAt: string; readonly stats: Stats };
  /** The end on stderr: what went wrong, unless the person was shown it just now, and the line that names the exit code. */
  readonly tell: (report: Report, isShown: boolean) => Promise<void>;
}

interface CourseSettings extends Pick<ScanSettings, 'timeoutMs' | 'progress' | 'quiet' | 'color' | 'verbosity'> {
  /** Whether to say at the end what to try next, where nothing could be read: it may be the very command that runs. */
  readonly isAdvised?: boolean;
}

export const beginCourse = (
  settings: CourseSettings,
  tally: Pick<Tally, 'addProblem' | 'addSubscription' | 'addInput'>,
  io: Io,
  hide: (text: string) => string = (text) => text,
): Course => {
  const started = io.elapsed();
  const traffic: Traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
  const stop = stopAfter(settings.timeoutMs, io.signal);
  const progress = progressOn(io, traffic, settings.progress && !settings.quiet, hide);
  const details: string[] = [];
  const told = (seen: Yielded): void => {
    if (seen.type === 'subscription') tally.addSubscription(seen.subscription);
    else if (seen.type === 'input') tally.addInput(seen.input);
    else if (seen.type === 'gap' && !isStop(seen.gap.problem, stop.signal)) {
      tally.addProblem(seen.gap.problem);
      if (seen.gap.correlationId !== null) details.push(correlationOf(seen.gap));
    }
  };
  return {
    context: {
      signal: stop.signal,
      traffic,
      timeLeft: () => settings.timeoutMs - (io.elapsed() - started),
      watch: progress.watch,
    },
    follow: async (open, take) => {
      try {
        const source = await open();
        for await (const seen of source.open()) {
          told(seen);
          await take(seen);
        }
        // Every subscription that the stop left unread says so in its status; the reason is told once.
        if (stop.signal.aborted) throw stop.signal.reason;
        return null;
      } catch (error) {
        const ended = endOf(error, stop.signal);
        tally.addProblem(ended);
        details.push(detailOf(error));
        return ended;
      } finally {
        stop.end();
        await progress.stop();
      }
    },
    end: () => ({
      finishedAt: io.now().toISOString(),
      stats: {
        apiCalls: traffic.apiCalls,
        retries: traffic.retries,
        throttledMs: traffic.throttledMs,
        durationMs: Math.round(io.elapsed() - started),
      },
    }),
    found: progress.found,
    tell: (report, isShown) => tellEnd(report, isShown, details.map(hide), settings, io),
  };
};

const correlationOf = ({ problem: { code, scope }, correlationId }: Gap): string =>
  `correlation id of ${code} in ${scope ?? 'the list of subscriptions'}: ${correlationId}`;

const isStop = ({ code }: Problem, stop: AbortSignal): boolean =>
  stop.aborted && stop.reason instanceof Trouble && stop.reason.problem.code === code;

/** What a run cannot go on after. */
const endOf = (error: unknown, stop: AbortSignal): Problem =>
  stop.aborted && stop.reason instanceof Trouble ? { ...stop.reason.problem, scope: null, action: null } : problemOf(error);

/** Messages of the SDK carry whole bodies. */
const shortened = (line: string): string => (line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS)}...` : line);

const LINE_CHARACTERS = 500;

/** The error and what caused it; the first line of each for `-v`, the stacks for `-vv`. */
const detailOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return redacted(`${error.stack ?? error.message}${cause === undefined ? '' : `\ncaused by ${detailOf(cause)}`}`);
};

/** A signal or the end of the run's time stops every request; the reason is a `Trouble`, so that each knows why. */
const stopAfter = (timeoutMs: number, outer: AbortSignal): { readonly signal: AbortSignal; readonly end: () => void } => {
  const controller = new AbortController();
  // Every request under way listens; Node 20 warns of more than ten.
  setMaxListeners(0, controller.signal);
  const onOuter = (): void => controller.abort(interruption(outer.reason as Stop));
  const timer = setTimeout(() => controller.abort(outOfTime(timeoutMs)), timeoutMs);
  if (outer.aborted) onOuter();
  outer.addEventListener('abort', onOuter);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', onOuter);
      // After an error, requests of other subscriptions may still be under way.
      controller.abort(new Trouble(problem('internal', 'ENDED', 'the run has ended')));
    },
  };
};

const outOfTime = (timeoutMs: number): Trouble =>
  new Trouble(
    problem('timeout', 'RUN_TIMEOUT', `the time for the whole run, ${timeoutMs / 1000} s, ended before everything was read`, {
      hint: 'Give --timeout more time, or scan less in one run: fewer subscriptions, or fewer files.',
      affects: ['*'],
    }),
  );

const tellEnd = async (report: Report, isShown: boolean, details: readonly string[], settings: CourseSettings, io: Io): Promise<void> => {
  const { status } = report;
  const ended = !['clean', 'findings', 'incomplete', 'empty'].includes(status.outcome);
  const looks = looksOf(io.stderr, settings.color, io);
  if (ended || !isShown) await io.stderr.write(problemLines(report.problems, looks));
  if (!isShown && !settings.quiet) await io.stderr.write(waiverLine(report.waivers));
  if (settings.verbosity > 0) await io.stderr.write(detailLines(report, details, settings.verbosity));
  if (!settings.quiet) await io.stderr.write(`${settings.isAdvised ? nextLine(report) : ''}${lastLine(status)}`);
};

const detailLines = ({ stats }: Report, details: readonly string[], verbosity: number): string => {
  const lines = [
    `${stats.apiCalls} calls to Resource Manager, ${stats.retries} retries, ${stats.throttledMs} ms throttled, ${stats.durationMs} ms in all`,
    ...details.flatMap((detail) => detail.split('\n').filter((line) => verbosity > 1 || !/^\s+at /.test(line))).map(shortened),
  ];
  return lines.map((line) => `redvet: ${safeLine(line)}\n`).join('');
};
