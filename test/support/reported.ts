import { assess } from '../../src/assess.ts';
import type { Cache } from '../../src/model/cache.ts';
import type { Problem } from '../../src/model/problem.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { AssessedCache, Finding, FindingWaiver, Report, Run } from '../../src/policy/report.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { NO_WAIVERS } from '../../src/policy/waivers.ts';
import { type Format, REPORTERS } from '../../src/reporters/index.ts';
import type { Choices } from '../../src/reporters/reporter.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { compliantCache, TODAY } from './cache.ts';
import { choicesOf, END, runOf } from './run.ts';

/** The same each time, and as short as a fingerprint is. */
const digest = (text: string): string => Buffer.from(text).toString('hex').slice(-32);

const POLICY: Policy = { failOn: 'high', allowIncomplete: false, allowEmpty: false, waivers: NO_WAIVERS, baseline: null, digest };

/** A waiver that holds, but for what a test is about. */
export const waiverOf = (more: Partial<FindingWaiver> = {}): FindingWaiver => ({
  id: 'W-1',
  state: 'applied',
  category: 'mitigated',
  reason: 'Only the proxy reaches it',
  owner: 'team-x',
  ticket: 'SEC-1',
  expires: '2026-12-31',
  ...more,
});

/** What a cache comes to, each finding changed by `change`. */
export const assessedCache = (
  differences: Partial<Cache>,
  rules: readonly Rule[],
  change: (finding: Finding) => Partial<Finding> = () => ({}),
): AssessedCache => {
  const assessed = evaluate(assess(compliantCache(differences), rules, TODAY), POLICY);
  return { ...assessed, findings: assessed.findings.map((finding) => ({ ...finding, ...change(finding) })) };
};

interface Reported {
  readonly caches?: readonly AssessedCache[];
  readonly problems?: readonly Problem[];
  readonly run?: Partial<Run>;
  readonly report?: Partial<Report>;
  readonly choices?: Partial<Omit<Choices, 'display'>>;
}

/** A whole report in a format, from its first character to its last. */
export const reported = async (
  format: Format,
  { caches = [], problems = [], run = {}, report = {}, choices = {} }: Reported,
): Promise<string> => {
  const reporter = await REPORTERS[format](choicesOf({}, choices));
  const begun = runOf(run);
  const tally = tallyOf(begun, POLICY);
  const texts = [reporter.begin(begun)];
  for (const assessed of caches) {
    tally.add(assessed);
    texts.push(reporter.assessed(assessed));
  }
  for (const problem of problems) tally.addProblem(problem);
  return [...texts, ...reporter.end({ ...tally.report(END), ...report })].join('');
};
