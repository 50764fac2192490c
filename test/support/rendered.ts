import { assess } from '../../src/assess.ts';
import type { Problem } from '../../src/model/problem.ts';
import { countsOf } from '../../src/policy/counts.ts';
import { COUNTING, evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { AssessedCache, Finding, FindingWaiver, Report, Run } from '../../src/policy/report.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { type Format, REPORTERS } from '../../src/reporters/index.ts';
import type { Choices } from '../../src/reporters/reporter.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { compliantCache, seen, TODAY } from './cache.ts';
import { choicesOf, END, runOf } from './run.ts';

/** What a report is made of; without anything, a run that found no cache. */
export interface Rendering {
  readonly findings?: readonly Finding[];
  readonly problems?: readonly Problem[];
  readonly policy?: Partial<Policy>;
  readonly run?: Partial<Run>;
  readonly choices?: Partial<Omit<Choices, 'display'>>;
  /** What the report says otherwise than it was added up. */
  readonly report?: (report: Report) => Partial<Report>;
}

/** A whole report in a format. Findings of one cache that follow each other are shown together. */
export const rendered = async (
  format: Format,
  { findings = [], problems = [], policy, run, choices, report }: Rendering,
): Promise<string> => {
  const begun = runOf({ rules: [nonSslPortDisabled], ...run });
  const tally = tallyOf(begun, { ...COUNTING, ...policy });
  const reporter = await REPORTERS[format](choicesOf({}, choices));
  const parts = [reporter.begin(begun)];
  for (const assessed of cachesOf(findings)) {
    tally.add(assessed);
    parts.push(reporter.assessed(assessed));
  }
  for (const one of problems) tally.addProblem(one);
  const told = tally.report(END);
  parts.push(...reporter.end({ ...told, ...report?.(told) }));
  return parts.join('');
};

const cachesOf = (findings: readonly Finding[]): readonly AssessedCache[] => {
  const groups: Finding[][] = [];
  for (const finding of findings) {
    const last = groups.at(-1);
    if (last?.[0]?.cache === finding.cache) last.push(finding);
    else groups.push([finding]);
  }
  return groups.flatMap((group) => group.slice(0, 1).map(({ cache }) => ({ cache, counts: countsOf(group), findings: group })));
};

const [FAILED] = evaluate(assess(compliantCache({ nonSslPort: seen(true) }), [nonSslPortDisabled], TODAY), COUNTING).findings;

/** The failure of a cache named `good`, whose port 6379 is open: it is high and gates. With the differences given. */
export const findingOf = (differences: Partial<Finding> = {}): Finding => {
  if (FAILED === undefined) throw new Error('the rule judges the cache');
  return { ...FAILED, ...differences };
};

/** Of another outcome than failure: it neither gates nor is mended. */
export const outcomeOf = (outcome: Exclude<Finding['outcome'], 'fail'>, differences: Partial<Finding> = {}): Finding =>
  findingOf({ outcome, gating: false, remediation: null, ...differences });

export const waiverOf = (differences: Partial<FindingWaiver> = {}): FindingWaiver => ({
  id: 'legacy',
  state: 'applied',
  category: 'waiver',
  reason: 'the till cannot speak TLS',
  owner: 'team-shop',
  ticket: 'SEC-1',
  expires: '2026-12-31',
  ...differences,
});

export const waived = (differences: Partial<FindingWaiver> = {}): Finding =>
  findingOf({ disposition: 'waived', gating: false, waiver: waiverOf(differences) });

export const baselined = (): Finding => findingOf({ disposition: 'baselined', gating: false });
