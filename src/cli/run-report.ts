import { Trouble } from '../errors.ts';
import type { Problem } from '../model/problem.ts';
import type { Severity } from '../model/severity.ts';
import { SAVED_BASELINE } from '../policy/baseline.ts';
import { decided, type Policy } from '../policy/evaluate.ts';
import type { AssessedCache, Report, Run } from '../policy/report.ts';
import { tallyOf } from '../policy/tally.ts';
import { savedWaivers, type Waiver } from '../policy/waivers.ts';
import { beginCourse } from './course.ts';
import { readGate } from './gate.ts';
import type { Given } from './given.ts';
import type { Io } from './io.ts';
import { REPORT_OPTIONS } from './options.ts';
import { hiding } from './redaction.ts';
import { openReports } from './reports.ts';
import { runFailure } from './run-failure.ts';
import type { SavedEnd, SavedRun } from './saved/decode.ts';
import { openResult, type SavedPart, type SavedResult } from './saved/result.ts';
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
  const failOn = failOnOf(given);
  if (given.isOn('show-config')) return showConfig(REPORT_OPTIONS, given, io);
  try {
    const saved = await openResult(path, io);
    const excused = await readGate({ ...settings, unwaivable }, dayOf(io), io);
    return await again(saved, { ...gateOf(given, saved.run, failOn), ...settings, severities, excused }, io);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return runFailure(error.problem, error, { ...settings, isQuiet: settings.quiet, isVerbose: settings.verbosity > 1 }, io);
  }
};

interface Again extends ReportSettings, Pick<Policy, 'failOn' | 'allowIncomplete' | 'allowEmpty'> {
  readonly severities: ReadonlyMap<string, Severity>;
  /** Null where what the result says of it holds. */
  readonly excused: { readonly waivers: Policy['waivers'] | null; readonly baseline: Policy['baseline'] };
}

const dayOf = (io: Io): string => io.now().toISOString().slice(0, 'YYYY-MM-DD'.length);

/** As it was for the scan, where nobody says otherwise. */
const gateOf = (given: Given, run: SavedRun, failOn: Run['failOn'] | null): Pick<Policy, 'failOn' | 'allowIncomplete' | 'allowEmpty'> => ({
  failOn: failOn ?? run.failOn,
  allowIncomplete: given.isSet('allow-incomplete') ? given.isOn('allow-incomplete') : run.allowIncomplete,
  allowEmpty: given.isSet('allow-empty') ? given.isOn('allow-empty') : run.allowEmpty,
});

const again = async (saved: SavedResult, settings: Again, io: Io): Promise<number> => {
  const { excused, gate } = settings;
  const kept: Pick<Waiver, 'id' | 'expires'>[] = [];
  const ids = saved.run.rules.map(({ id }) => id);
  const waivers = excused.waivers ?? savedWaivers(kept, ids, { today: dayOf(io), warnDays: gate.warnDays });
  const policy: Policy = { ...settings, waivers, baseline: excused.baseline ?? SAVED_BASELINE, digest: (text) => text };
  const run = runOf(saved.run, settings);
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
        kept.push(...part.end.waivers.map(({ id, expires }) => ({ id, expires, rules: ids })));
      }
      if (part.type !== 'assessed') return;
      const assessed = decidedAgain(part.assessed, settings.severities, policy);
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

const runOf = (saved: SavedRun, { failOn, allowIncomplete, allowEmpty, config, gate }: Again): Run => {
  const asked = Array.isArray(saved.options['frameworks']) ? saved.options['frameworks'].map(String) : [];
  return {
    ...saved,
    cloud: 'public',
    tenantId: null,
    failOn,
    frameworks: [],
    byFramework: asked.length > 0,
    config: config ?? saved.config,
    options: {
      ...saved.options,
      failOn,
      allowIncomplete,
      allowEmpty,
      ...(gate.baseline === null ? {} : { baseline: gate.baseline }),
      ...(gate.waivers === null && gate.isWaived ? {} : { waivers: gate.isWaived ? gate.waivers : false }),
    },
  };
};

const decidedAgain = ({ cache, counts, findings }: AssessedCache, severities: Again['severities'], policy: Policy): AssessedCache => ({
  cache,
  counts,
  findings: findings.map((finding) => decided({ ...finding, severity: severities.get(finding.rule.id) ?? finding.severity }, policy)),
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
