import { setMaxListeners } from 'node:events';
import { assess } from '../assess.ts';
import type { Traffic } from '../azure/transport.ts';
import { problemOf, REPORT_BUG, Trouble } from '../errors.ts';
import { type Problem, problem } from '../model/problem.ts';
import { redacted } from '../model/redact.ts';
import { evaluate, type Policy } from '../policy/evaluate.ts';
import type { Report, Run } from '../policy/report.ts';
import { type Tally, tallyOf } from '../policy/tally.ts';
import { safeLine } from '../reporters/escape.ts';
import { FRAMEWORK_IDS, frameworkOf, isInFramework } from '../rules/frameworks.ts';
import { RULES, RULESET_VERSION } from '../rules/index.ts';
import type { Watched } from '../sources/live.ts';
import type { Source } from '../sources/source.ts';
import type { Io, Stop } from './io.ts';
import { progressOn } from './progress.ts';
import { openReports, type Reports } from './reports.ts';
import type { ScanSettings } from './settings.ts';
import { looksOf } from './style.ts';
import { lastLine, problemLines } from './tell.ts';
import { VERSION } from './version.ts';

/** What a source may use of the run it serves. */
export interface ScanContext {
  readonly signal: AbortSignal;
  readonly traffic: Traffic;
  /** Milliseconds until the whole run must have ended. */
  readonly timeLeft: () => number;
  readonly watch: (event: Watched) => void;
  /** The date of the run in UTC, as `YYYY-MM-DD`. */
  readonly today: string;
}

export interface Scan {
  readonly settings: ScanSettings;
  readonly cloud: string;
  readonly tenant: string | null;
  readonly source: Run['source'];
  /** The date to judge by; null for that of the clock. */
  readonly today: string | null;
  /** What was asked for, as the report repeats it. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly open: (context: ScanContext) => Promise<Source>;
}

/** Runs a scan from source to reports and returns the exit code. Whatever happens, every report that was asked for is finished. */
export const runScan = async (scan: Scan, io: Io): Promise<number> => {
  const { settings } = scan;
  const started = io.elapsed();
  const traffic: Traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
  const run = runOf(scan, io);
  const policy: Policy = { ...settings, digest: (text) => io.sha256(text).slice(0, 32) };
  const tally = tallyOf(run, policy);
  const stop = stopAfter(settings.timeoutMs, io.signal);
  const reports = await openReports(settings, io);
  const progress = progressOn(io, traffic, settings.progress && !settings.quiet && !streamsToTerminal(settings, io));
  const context: ScanContext = {
    signal: stop.signal,
    traffic,
    timeLeft: () => settings.timeoutMs - (io.elapsed() - started),
    watch: progress.watch,
    today: run.today,
  };
  const details: string[] = [];
  for (const failure of reports.failures) tally.addProblem(failure);
  try {
    await reports.begin(run);
    // Nobody would see what is found.
    if (reports.failures.length < settings.outputs.length)
      await collect(await scan.open(context), { tally, policy, settings, reports, today: run.today, stop: stop.signal, details });
  } catch (error) {
    tally.addProblem(endOf(error, stop.signal));
    details.push(detailOf(error));
  } finally {
    stop.end();
    await progress.stop();
  }
  const end = { finishedAt: io.now().toISOString(), stats: { ...traffic, durationMs: Math.round(io.elapsed() - started) } };
  const report = (): Report => tally.report(end);
  await reports.end(report, (failure) => tally.addProblem(failure));
  const final = report();
  await tellEnd(final, details, settings, io);
  return final.status.exitCode;
};

/** A report that is written to the screen as it comes would be torn by a line that changes beside it. */
const streamsToTerminal = ({ outputs }: ScanSettings, { stdout }: Io): boolean =>
  stdout.isTerminal && outputs.some(({ format, file }) => file === null && (format === 'json' || format === 'ndjson'));

const runOf = ({ settings, cloud, tenant, source, today, options }: Scan, io: Io): Run => ({
  tool: { name: 'redvet', version: VERSION, rulesetVersion: RULESET_VERSION },
  id: io.uuid(),
  startedAt: io.now().toISOString(),
  today: today ?? io.now().toISOString().slice(0, DATE_CHARACTERS),
  source,
  cloud,
  tenantId: tenant,
  failOn: settings.failOn,
  rules: settings.rules,
  frameworks: frameworksOf(settings),
  byFramework: settings.frameworks.length > 0,
  options,
});

/** `YYYY-MM-DD` */
const DATE_CHARACTERS = 10;

/** Those that were asked for, else every one that a selected rule is mapped to; with all their controls, so that it shows what is not covered. */
const frameworksOf = ({ frameworks, rules }: ScanSettings): Run['frameworks'] => {
  const wanted = frameworks.length > 0 ? frameworks : FRAMEWORK_IDS.filter((id) => rules.some((rule) => isInFramework(rule, id)));
  return wanted.map((id) => frameworkOf(id, RULES));
};

interface Collection {
  readonly tally: Tally;
  readonly policy: Policy;
  readonly settings: ScanSettings;
  readonly reports: Reports;
  readonly today: string;
  readonly stop: AbortSignal;
  readonly details: string[];
}

const collect = async (source: Source, { tally, policy, settings, reports, today, stop, details }: Collection): Promise<void> => {
  for await (const seen of source.open()) {
    if (seen.type === 'cache') {
      const assessment = assess(seen.cache, settings.rules, today);
      const assessed = evaluate(assessment, policy);
      tally.add(assessed);
      for (const crash of assessment.problems) tally.addProblem(crash);
      await reports.assessed(assessed);
    } else if (seen.type === 'subscription') {
      tally.addSubscription(seen.subscription);
    } else if (seen.type === 'input') {
      tally.addInput(seen.input);
    } else if (!isStop(seen.gap.problem, stop)) {
      tally.addProblem(seen.gap.problem);
      if (seen.gap.correlationId !== null)
        details.push(
          `correlation id of ${seen.gap.problem.code} in ${seen.gap.problem.scope ?? 'the list of subscriptions'}: ${seen.gap.correlationId}`,
        );
    }
  }
  // Every subscription that the stop left unread says so in its status; the reason is told once.
  if (stop.aborted) throw stop.reason;
};

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

const interruption = ({ name, message }: Stop): Trouble =>
  new Trouble(
    name === 'crash'
      ? problem('internal', 'INTERNAL', message, { hint: REPORT_BUG, affects: ['*'] })
      : problem('interrupted', name, `${message} before everything was read`, {
          hint: 'Run it again for a complete report.',
          affects: ['*'],
        }),
  );

const outOfTime = (timeoutMs: number): Trouble =>
  new Trouble(
    problem('timeout', 'RUN_TIMEOUT', `the time for the whole run, ${timeoutMs / 1000} s, ended before everything was read`, {
      hint: 'Give --timeout more time, or scan less in one run: fewer subscriptions, or fewer files.',
      affects: ['*'],
    }),
  );

/** The end of a run on stderr: what went wrong, unless a table just said it, and the line that names the exit code. */
const tellEnd = async (report: Report, details: readonly string[], settings: ScanSettings, io: Io): Promise<void> => {
  const { status } = report;
  const tableShown = settings.outputs.some(({ format, file }) => format === 'table' && file === null);
  const ended = !['clean', 'findings', 'incomplete', 'empty'].includes(status.outcome);
  const looks = looksOf(io.stderr, settings.color, io);
  if (ended || !tableShown) await io.stderr.write(problemLines(report.problems, looks));
  if (settings.verbosity > 0) await io.stderr.write(detailLines(report, details, settings.verbosity));
  if (!settings.quiet) await io.stderr.write(lastLine(status));
};

const detailLines = ({ stats }: Report, details: readonly string[], verbosity: number): string => {
  const lines = [
    `${stats.apiCalls} calls to Resource Manager, ${stats.retries} retries, ${stats.throttledMs} ms throttled, ${stats.durationMs} ms in all`,
    ...details.flatMap((detail) => detail.split('\n').filter((line) => verbosity > 1 || !/^\s+at /.test(line))).map(shortened),
  ];
  return lines.map((line) => `redvet: ${safeLine(line)}\n`).join('');
};
