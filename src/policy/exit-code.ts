import { count } from '../model/count.ts';
import { isOfBrokenResult, NOTHING_MATCHED, type Problem } from '../model/problem.ts';
import type { SubscriptionScope } from '../model/scope.ts';
import { reaches, SEVERITIES } from '../model/severity.ts';
import type { Policy } from './evaluate.ts';
import type { Run, Status, StatusOutcome, Summary } from './report.ts';

/** The contract with every pipeline. 130 is 143 after SIGTERM. */
export const EXIT_CODES: Readonly<Record<StatusOutcome, number>> = {
  clean: 0,
  findings: 1,
  usage: 2,
  incomplete: 3,
  access: 4,
  empty: 5,
  internal: 70,
  output: 73,
  interrupted: 130,
};

const SIGTERM_CODE = 143;

/** What a run came to: all that its exit code depends on. */
export interface Tallied {
  readonly source: Run['source'];
  readonly subscriptions: readonly SubscriptionScope[];
  readonly problems: readonly Problem[];
  readonly summary: Summary;
  /** Unknown findings whose severity reaches the gate; with the gate `none`, every unknown one. */
  readonly gatingUnknown: number;
}

/** The verdict of a run, from the report alone. The first line that holds decides. */
export const statusOf = (outcome: Tallied, policy: Policy): Status => {
  const { problems, summary } = outcome;
  const of = (kind: Problem['kind']): readonly Problem[] => problems.filter((problem) => problem.kind === kind);
  const unmatched = problems.filter(({ code }) => code === NOTHING_MATCHED);
  const unread = problems.filter((problem) => problem.kind !== 'output' && !unmatched.includes(problem) && !isToldByFindings(problem));
  // Where nothing was judged, caches that no rule is for do not make it a verdict. Without any rule nothing was to be judged.
  const judged = summary.evaluated + summary.unknown;
  const blind = summary.rules > 0 && summary.caches > 0 && judged === 0 && (summary.notEvaluated > 0 || summary.notApplicable === 0);
  const complete = problems.every((problem) => problem.kind === 'output' || unmatched.includes(problem)) && summary.unknown === 0 && !blind;
  const incomplete = unread.length > 0 || outcome.gatingUnknown > 0 || blind;

  const status = (name: StatusOutcome, reason: string, exitCode = EXIT_CODES[name]): Status => ({
    outcome: name,
    exitCode,
    complete,
    failOn: policy.failOn,
    reason,
  });

  const [internal] = of('internal');
  if (internal) return status('internal', `a bug in redvet: ${internal.message}`);
  const [signal] = of('interrupted');
  if (signal) return status('interrupted', signal.message, signal.code === 'SIGTERM' ? SIGTERM_CODE : EXIT_CODES.interrupted);
  const [output] = of('output');
  if (output) return status('output', output.message);
  const [usage] = of('usage');
  if (usage) return status('usage', usage.message);
  if (nothingReadable({ ...outcome, problems: unread })) return status('access', unread[0]?.message ?? 'nothing could be read');
  if (summary.gating > 0)
    return status(
      'findings',
      `${bySeverity(summary, policy)}${incomplete ? `; incomplete: ${whatIsMissing(outcome, unread, blind)}` : ''}`,
    );
  // What was asked for by name and not found stays told, whatever else is tolerated.
  if (incomplete && !(policy.allowIncomplete && unmatched.length > 0)) {
    const missing = whatIsMissing(outcome, unread, blind);
    return policy.allowIncomplete
      ? status('incomplete', `${missing}, tolerated by --allow-incomplete`, EXIT_CODES.clean)
      : status('incomplete', missing);
  }
  if (summary.caches === 0 || unmatched.length > 0) {
    const what = unmatched.map(({ message }) => message).join(', ');
    return policy.allowEmpty
      ? status('empty', `${what || 'no cache found'}, tolerated by --allow-empty`, EXIT_CODES.clean)
      : status('empty', what || nothingIn(outcome));
  }
  return status('clean', `${count(summary.caches, 'cache')}, ${cleanBelow(summary, policy)}`);
};

/**
 * What could not be read below a cache concerns some rules, whose findings are unknown: those decide whether it matters. A rule that
 * crashed is a bug, and always does.
 */
const isToldByFindings = ({ kind, affects }: Problem): boolean => kind !== 'rule_crash' && affects.length > 0 && !affects.includes('*');

const nothingIn = ({ subscriptions }: Tallied): string =>
  subscriptions.length > 0 && subscriptions.every(({ status }) => status === 'skipped')
    ? 'every subscription is passed over: nothing was read'
    : 'everything asked for was read, and there is no cache in it that the selected rules judge';

/**
 * Not one subscription of which anything was seen: of files nobody has to be let in. What was skipped was not asked for; an item that
 * makes no sense was seen. Of a saved result that breaks off, the subscriptions may be what is missing.
 */
const nothingReadable = ({ source, subscriptions, problems, summary }: Tallied): boolean => {
  const ofRun = problems.filter((problem) => !isOfBrokenResult(problem));
  const isSeen = ofRun.length < problems.length && summary.caches > 0;
  return (
    source !== 'files' &&
    ofRun.length > 0 &&
    !isSeen &&
    !ofRun.some(({ code }) => code === 'UNREADABLE_ITEM') &&
    !subscriptions.some(({ status, caches }) => status === 'read' || (status === 'partial' && caches > 0))
  );
};

const bySeverity = ({ gatingAt, ...excused }: Summary, { failOn }: Policy): string => {
  const parts = SEVERITIES.filter((severity) => reaches(severity, failOn)).map((severity, index) => {
    const above = SEVERITIES[index - 1];
    return { severity, failures: gatingAt[severity] - (above === undefined ? 0 : gatingAt[above]) };
  });
  const told = parts.filter(({ failures }) => failures > 0).map(({ severity, failures }) => `${failures} ${severity}`);
  return `${told.join(', ')} at or above --fail-on ${failOn}${excusedOf(excused)}`;
};

/** Failures that do not count are told wherever the verdict is. */
const excusedOf = ({ waived, baselined }: Pick<Summary, 'waived' | 'baselined'>): string => {
  const parts = [...(waived > 0 ? [`${waived} waived`] : []), ...(baselined > 0 ? [`${baselined} in the baseline`] : [])];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
};

const cleanBelow = (summary: Summary, { failOn }: Policy): string => {
  const { unknown, notEvaluated } = summary;
  const fail = summary.fail - summary.waived - summary.baselined;
  const gate = failOn === 'none' ? 'not gating with --fail-on none' : `below --fail-on ${failOn}`;
  const nothing = summary.fail === 0 ? 'nothing failed' : 'no failure that counts';
  const failures = `${fail === 0 ? nothing : `${count(fail, 'failure')} ${gate}`}${excusedOf(summary)}`;
  const unseen = unknown === 0 ? '' : `, ${count(unknown, 'check')} unknown ${gate}`;
  return `${failures}${unseen}${notEvaluated === 0 ? '' : `, ${count(notEvaluated, 'check')} not evaluated from this source`}`;
};

const whatIsMissing = ({ subscriptions, gatingUnknown }: Tallied, unread: readonly Problem[], blind: boolean): string => {
  const unseen = subscriptions.filter(({ status }) => status === 'denied' || status === 'partial').length;
  const parts = [
    unseen > 0 ? `${count(unseen, 'subscription')} not fully read` : '',
    unseen === 0 && unread.length === 1 ? (unread[0]?.message ?? '') : '',
    unseen === 0 && unread.length > 1 ? `${count(unread.length, 'problem')}, the first: ${unread[0]?.message}` : '',
    gatingUnknown > 0 ? `${count(gatingUnknown, 'unknown check')} that would gate` : '',
    blind ? 'no selected rule can be judged from this source' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
};
