import type { Problem } from '../model/problem.ts';
import type { InputScope, SubscriptionScope } from '../model/scope.ts';
import { reaches, SEVERITIES, type Severity } from '../model/severity.ts';
import { NO_COUNTS, sumOf } from './counts.ts';
import type { Policy } from './evaluate.ts';
import { statusOf } from './exit-code.ts';
import { frameworkResults } from './frameworks.ts';
import type { AssessedCache, Finding, FindingWaiver, Report, Run, Stats, Summary } from './report.ts';
import { strictProblems, waiverResults } from './waivers.ts';

/** Adds up a run as it streams by, so that neither a finding nor a cache needs to be kept. */
export interface Tally {
  add(assessed: AssessedCache): void;
  addSubscription(subscription: SubscriptionScope): void;
  addInput(input: InputScope): void;
  addProblem(problem: Problem): void;
  /** The report as of now; later additions do not change it. `run`: what is known of it by then, where that is more. */
  report(end: { readonly finishedAt: string; readonly stats: Stats; readonly run?: Run }): Report;
}

export const tallyOf = (begun: Run, policy: Policy): Tally => {
  const subscriptions: SubscriptionScope[] = [];
  const inputs: InputScope[] = [];
  const problems: Problem[] = [];
  let caches = 0;
  let totals = NO_COUNTS;
  const failBySeverity = zeroed();
  const activeBySeverity = zeroed();
  const dispositions = { active: 0, waived: 0, baselined: 0 };
  const waiversMet = new Map<string, FindingWaiver['state']>();
  const byRule = new Map<string, Record<Finding['outcome'], number>>();
  let gating = 0;
  let gatingUnknown = 0;

  return {
    add: ({ counts, findings }) => {
      caches += 1;
      totals = sumOf(totals, counts);
      for (const { rule, outcome, severity, disposition, waiver, gating: gates } of findings) {
        const met = byRule.get(rule.id) ?? { pass: 0, fail: 0, unknown: 0, not_applicable: 0, not_evaluated: 0 };
        met[outcome] += 1;
        byRule.set(rule.id, met);
        if (outcome === 'fail') {
          failBySeverity[severity] += 1;
          dispositions[disposition] += 1;
          if (disposition === 'active') activeBySeverity[severity] += 1;
          if (waiver !== null) waiversMet.set(waiver.id, waiver.state);
        }
        if (gates) gating += 1;
        if (outcome === 'unknown' && (policy.failOn === 'none' || reaches(severity, policy.failOn))) gatingUnknown += 1;
      }
    },
    addSubscription: (subscription) => void subscriptions.push(subscription),
    addInput: (input) => void inputs.push(input),
    addProblem: (problem) => void problems.push(problem),
    report: ({ finishedAt, stats, run = begun }) => {
      const summary: Summary = {
        caches,
        rules: run.rules.length,
        evaluated: totals.pass + totals.fail,
        ...totals,
        waived: dispositions.waived,
        baselined: dispositions.baselined,
        gating,
        gatingAt: gatingAt(activeBySeverity),
        failBySeverity: { ...failBySeverity },
      };
      const waivers = waiverResults(policy.waivers, waiversMet, run.rules);
      const isComplete = problems.every(({ kind }) => kind === 'output') && totals.unknown === 0;
      const told = [...problems, ...(policy.waivers.isStrict ? strictProblems(waivers, isComplete) : [])];
      return {
        run,
        finishedAt,
        subscriptions: [...subscriptions],
        inputs: [...inputs],
        problems: told,
        frameworks: frameworkResults(run.frameworks, {
          counts: byRule,
          selected: new Set(run.rules.map(({ id }) => id)),
          unread: problems.some(isUnread),
        }),
        waivers,
        summary,
        status: statusOf({ source: run.source, subscriptions, problems: told, summary, gatingUnknown }, policy),
        stats,
      };
    },
  };
};

/** Something of which no rule could see anything. */
const isUnread = ({ kind, affects }: Problem): boolean => kind !== 'output' && affects.includes('*');

const zeroed = (): Record<Severity, number> => ({ critical: 0, high: 0, medium: 0, low: 0, info: 0 });

/** A threshold gates on its own severity and on all above it. */
const gatingAt = (active: Readonly<Record<Severity, number>>): Record<Severity, number> => {
  const at = zeroed();
  let sum = 0;
  for (const severity of SEVERITIES) {
    sum += active[severity];
    at[severity] = sum;
  }
  return at;
};
