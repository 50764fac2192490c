import { assess } from '../assess.ts';
import { problemOf } from '../errors.ts';
import { evaluate, type Policy } from '../policy/evaluate.ts';
import type { Report, Run } from '../policy/report.ts';
import { tallyOf } from '../policy/tally.ts';
import { NO_WAIVERS } from '../policy/waivers.ts';
import { FRAMEWORK_IDS, frameworkOf, isInFramework } from '../rules/frameworks.ts';
import { RULES, RULESET_VERSION } from '../rules/index.ts';
import type { Source } from '../sources/source.ts';
import { beginCourse, type SourceContext } from './course.ts';
import { readGate } from './gate.ts';
import type { Io } from './io.ts';
import { hiding } from './redaction.ts';
import { openReports } from './reports.ts';
import { runFailure } from './run-failure.ts';
import type { ScanSettings } from './settings.ts';
import { VERSION } from './version.ts';

/** What a source may use of the scan it serves. */
export interface ScanContext extends SourceContext {
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
  const run = runOf(scan, io);
  let excused: Awaited<ReturnType<typeof readGate>>;
  try {
    excused = await readGate(settings, run.today, io);
  } catch (error) {
    // A configuration may say which reports are to tell of it.
    return runFailure(problemOf(error), error, { ...settings, isQuiet: settings.quiet, isVerbose: settings.verbosity > 1 }, io);
  }
  const policy: Policy = {
    ...settings,
    ...excused,
    waivers: excused.waivers ?? NO_WAIVERS,
    digest: (text) => io.sha256(text).slice(0, 32),
  };
  const tally = tallyOf(run, policy);
  const hide = hiding(settings.isRedacted, io);
  const isProgressShown = settings.progress && !streamsToTerminal(settings, io);
  const course = beginCourse({ ...settings, progress: isProgressShown, isAdvised: true }, tally, io, hide.text);
  const reports = await openReports(settings, io);
  for (const failure of reports.failures) tally.addProblem(failure);
  await course.follow(
    async () => {
      await reports.begin(hide.run(run));
      // Nobody would see what is found.
      if (!reports.hasAny) return NOTHING;
      return scan.open({ ...course.context, today: run.today });
    },
    async (seen) => {
      if (seen.type !== 'cache') return;
      const assessment = assess(seen.cache, settings.rules, run.today);
      const assessed = evaluate(assessment, policy);
      tally.add(assessed);
      course.found(assessed.counts.fail);
      for (const crash of assessment.problems) tally.addProblem(crash);
      await reports.assessed(hide.assessed(assessed));
    },
  );
  const end = course.end();
  const report = (): Report => hide.report(tally.report(end));
  await reports.end(report, (failure) => tally.addProblem(failure));
  const final = report();
  await course.tell(
    final,
    settings.outputs.some(({ format, file }) => format === 'table' && file === null),
  );
  return final.status.exitCode;
};

const NOTHING: Source = { async *open() {} };

/** A report that is written to the screen as it comes would be torn by a line that changes beside it. */
const streamsToTerminal = ({ outputs }: ScanSettings, { stdout }: Io): boolean =>
  stdout.isTerminal && outputs.some(({ format, file }) => file === null && format !== 'table' && format !== 'none');

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
  config: settings.config,
  disabled: settings.disabled,
  options,
});

/** `YYYY-MM-DD` */
const DATE_CHARACTERS = 10;

/** Those that were asked for, else every one that a selected rule is mapped to; with all their controls, so that it shows what is not covered. */
const frameworksOf = ({ frameworks, rules }: ScanSettings): Run['frameworks'] => {
  const wanted = frameworks.length > 0 ? frameworks : FRAMEWORK_IDS.filter((id) => rules.some((rule) => isInFramework(rule, id)));
  return wanted.map((id) => frameworkOf(id, RULES));
};
