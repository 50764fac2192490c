import { rankOf, SEVERITIES, type Severity } from '../../model/severity.ts';
import type { AssessedCache, Finding } from '../../policy/report.ts';
import { type Standing, standingOf } from '../table/standing.ts';
import { STANDINGS } from './standing.ts';

export type Counted = Readonly<Record<Standing, number>>;

/** What the charts of a page are drawn from: numbers, whatever the size of the estate. */
export interface Tally {
  add(assessed: AssessedCache): void;
  bySeverity(severity: Severity): Counted;
  /** By rule id; rules that came to no finding are not in it. */
  byRule(id: string): RuleCount;
  all(): Counted;
  /** Caches with a finding that gates. */
  gatingCaches(): number;
}

interface RuleCount {
  readonly counted: Counted;
  readonly gating: number;
  /** The severest failure that nobody has accepted, which is often milder than the rule can be; null without one. */
  readonly worst: Severity | null;
}

export const tallyOf = (): Tally => {
  const severities = new Map<Severity, Record<Standing, number>>(SEVERITIES.map((severity) => [severity, nothing()]));
  const rules = new Map<string, { readonly counted: Record<Standing, number>; gating: number; worst: Severity | null }>();
  let gatingCaches = 0;
  const ruleOf = (id: string) => {
    const known = rules.get(id) ?? { counted: nothing(), gating: 0, worst: null };
    rules.set(id, known);
    return known;
  };
  const count = (finding: Finding): void => {
    const standing = standingOf(finding);
    const ofSeverity = severities.get(finding.severity);
    if (ofSeverity) ofSeverity[standing] += 1;
    const ofRule = ruleOf(finding.rule.id);
    ofRule.counted[standing] += 1;
    if (finding.gating) ofRule.gating += 1;
    if (standing === 'fail' && isWorse(finding.severity, ofRule.worst)) ofRule.worst = finding.severity;
  };
  return {
    add: ({ findings }) => {
      findings.forEach(count);
      if (findings.some(({ gating }) => gating)) gatingCaches += 1;
    },
    bySeverity: (severity) => severities.get(severity) ?? nothing(),
    byRule: (id) => rules.get(id) ?? { counted: nothing(), gating: 0, worst: null },
    all: () => [...severities.values()].reduce(sumOf, nothing()),
    gatingCaches: () => gatingCaches,
  };
};

const isWorse = (severity: Severity, than: Severity | null): boolean => than === null || rankOf(severity) > rankOf(than);

/** How much of what was to be judged passes, in percent, rounded down: all of it is 100, and nothing else is. Null where there is nothing. */
export const scoreOf = ({ pass, fail, unknown, waived, baselined }: Counted): number | null => {
  const judged = pass + fail + unknown + waived + baselined;
  return judged === 0 ? null : Math.floor((100 * pass) / judged);
};

const nothing = (): Record<Standing, number> => ({
  fail: 0,
  unknown: 0,
  waived: 0,
  baselined: 0,
  pass: 0,
  not_evaluated: 0,
  not_applicable: 0,
});

const sumOf = (sum: Record<Standing, number>, one: Counted): Record<Standing, number> => {
  for (const { standing } of STANDINGS) sum[standing] += one[standing];
  return sum;
};
