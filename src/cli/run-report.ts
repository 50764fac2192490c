import { Trouble } from '../errors.ts';
import type { Problem } from '../model/problem.ts';
import type { Severity } from '../model/severity.ts';
import { SAVED_BASELINE } from '../policy/baseline.ts';
import { decided, type Policy } from '../policy/evaluate.ts';
import type { AssessedCache, Report, Run } from '../policy/report.ts';
import { tallyOf } from '../policy/tally.ts';
import { savedWaivers, type Waivers } from '../policy/waivers.ts';
import { beginCourse } from './course.ts';
import { readGate } from './gate.ts';
import type { Given } from './given.ts';
import type { Io } from './io.ts';
import { REPORT_OPTIONS } from './options.ts';
import { hiding } from './redaction.ts';
import { openReports } from './reports.ts';
import { runFailure } from './run-failure.ts';
import type { SavedEnd } from './saved/end.ts';
import { openResult, type SavedPart, type SavedResult } from './saved/result.ts';
import type { SavedRun } from './saved/run.ts';
import { ruleConfigs } from './select-rules.ts';
import { failOnOf, type ReportSettings, readReportSettings } from './settings.ts';
import { showConfig } from './show-config.ts';

/**
 * `redvet report RESULT`: a saved result once more, in any format, held to the gate anew. What is not said now is as it was for the scan:
 * its gate, its waivers as far as they have not expired since, its baseline.
 */
export const runReport = async (path: string, given: Given, io: Io): Promise<number> => {
  const settings = readReportSettings(given);
  const { severities, unwaivable } = ruleConfigs(given);
  const changes = changesOf(given);
  if (given.isOn('show-config')) return showConfig(REPORT_OPTIONS, given, io);
  try {
    const saved = await openResult(path, io);
    const isStrict = changes.strictWaivers ?? saved.run.strictWaivers;
    const today = dayOf(saved.run, io);
    const excused = await readGate({ gate: { ...settings.gate, isStrict }, unwaivable }, today, io);
    return await again(saved, { ...settings, severities, unwaivable, changes, isStrict, excused, today }, io);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return runFailure(error.problem, error, { ...settings, isQuiet: settings.quiet, isVerbose: settings.verbosity > 1 }, io);
  }
};

/** The day waivers are held to, in UTC: `YYYY-MM-DD`. A clock that is behind that of the scan brings none back. */
const dayOf = ({ today }: SavedRun, io: Io): string => {
  const now = io.now().toISOString().slice(0, 'YYYY-MM-DD'.length);
  return now < today ? today : now;
};

/** What of the gate is said now. */
type Changes = Partial<Pick<SavedRun, 'failOn' | 'allowIncomplete' | 'allowEmpty' | 'strictWaivers'>>;

const changesOf = (given: Given): Changes => {
  const failOn = failOnOf(given);
  return {
    ...(failOn === null ? {} : { failOn }),
    ...(given.isSet('allow-incomplete') ? { allowIncomplete: given.isOn('allow-incomplete') } : {}),
    ...(given.isSet('allow-empty') ? { allowEmpty: given.isOn('allow-empty') } : {}),
    ...(given.isSet('strict-waivers') ? { strictWaivers: given.isOn('strict-waivers') } : {}),
  };
};

interface Again extends ReportSettings {
  readonly severities: ReadonlyMap<string, Severity>;
  /** Ids of rules that nobody may waive. */
  readonly unwaivable: ReadonlySet<string>;
  readonly changes: Changes;
  readonly isStrict: boolean;
  readonly today: string;
  /** Null where what the result says of it holds. */
  readonly excused: { readonly waivers: Waivers | null; readonly baseline: Policy['baseline'] };
}

const again = async (saved: SavedResult, settings: Again, io: Io): Promise<number> => {
  const { changes, excused, today } = settings;
  const run = runOf(saved.run, settings);
  const kept: Waivers['all'][number][] = [];
  const policy: Policy = {
    failOn: run.failOn,
    allowIncomplete: changes.allowIncomplete ?? saved.run.allowIncomplete,
    allowEmpty: changes.allowEmpty ?? saved.run.allowEmpty,
    waivers: excused.waivers ?? savedWaivers(kept, settings, { today, warnDays: settings.gate.warnDays }),
    baseline: excused.baseline ?? SAVED_BASELINE,
    digest: (text) => text,
  };
  const tally = tallyOf(run, policy);
  const hide = hiding(settings.isRedacted, io);
  const course = beginCourse({ ...settings, timeoutMs: LONGEST_MS, progress: false }, tally, io, hide.text);
  const reports = await openReports(settings, io);
  for (const failure of reports.failures) tally.addProblem(failure);
  let end: SavedEnd | null = null;
  await course.follow<SavedPart>(
    async () => {
      await reports.begin(hide.run(run));
      return { open: () => withoutOld(saved.parts) };
    },
    async (part) => {
      if (part.type === 'end') {
        end = part.end;
        for (const subscription of part.end.subscriptions) tally.addSubscription(subscription);
        for (const input of part.end.inputs) tally.addInput(input);
        const rules = run.rules.map(({ id }) => id);
        kept.push(...part.end.waivers.map(({ id, expires }) => ({ id, expires, rules })));
      }
      if (part.type !== 'assessed') return;
      const assessed = decidedAgain(part.assessed, run, settings.severities, policy);
      tally.add(assessed);
      await reports.assessed(hide.assessed(assessed));
    },
  );
  const report = (): Report => hide.report(tally.report(endOf(run, end)));
  await reports.end(report, (failure) => tally.addProblem(failure));
  const final = report();
  await course.tell(
    final,
    settings.outputs.some(({ format, file }) => format === 'table' && file === null),
  );
  return final.status.exitCode;
};

/** Nothing is waited for but the disk, and who stops it. */
const LONGEST_MS = 24 * 3_600_000;

async function* withoutOld(parts: AsyncIterable<SavedPart>): AsyncIterable<SavedPart> {
  for await (const part of parts) if (part.type !== 'gap' || !isOld(part.gap.problem)) yield part;
}

/** What was wrong with other reports, and with waivers on another day, is told anew where it still is. */
const isOld = ({ kind, scope }: Problem): boolean => kind === 'output' || (kind === 'usage' && scope === '--strict-waivers');

const runOf = (saved: SavedRun, { changes, config, gate, severities }: Again): Run => {
  const asked = Array.isArray(saved.options['frameworks']) ? saved.options['frameworks'].map(String) : [];
  return {
    ...saved,
    rules: saved.rules.map((rule) => ({ ...rule, severity: severities.get(rule.id) ?? rule.severity })),
    // These are told at the end of a result.
    cloud: 'public',
    tenantId: null,
    frameworks: [],
    byFramework: asked.length > 0,
    failOn: changes.failOn ?? saved.failOn,
    config: config ?? saved.config,
    options: {
      ...saved.options,
      ...changes,
      ...(gate.baseline === null ? {} : { baseline: gate.baseline }),
      ...(gate.waivers === null && gate.isWaived ? {} : { waivers: gate.isWaived ? gate.waivers : false }),
    },
  };
};

const decidedAgain = (
  { cache, counts, findings }: AssessedCache,
  { rules }: Run,
  severities: Again['severities'],
  policy: Policy,
): AssessedCache => ({
  cache,
  counts,
  findings: findings.map((finding) => {
    const rule = rules.find(({ id }) => id === finding.rule.id) ?? finding.rule;
    return decided({ ...finding, rule, severity: severities.get(rule.id) ?? finding.severity }, policy);
  }),
});

/** Where a result is cut off, its end is not known. */
const endOf = (run: Run, end: SavedEnd | null) => {
  if (end === null) return { finishedAt: run.startedAt, stats: { apiCalls: 0, retries: 0, throttledMs: 0, durationMs: 0 }, run };
  const { cloud, tenantId, frameworks, finishedAt, stats } = end;
  return {
    finishedAt,
    stats,
    run: {
      ...run,
      cloud,
      tenantId,
      frameworks: frameworks.map(({ id, title, controls }) => ({
        id,
        title,
        controls: controls.map(({ state: _, ...control }) => control),
      })),
    },
  };
};
