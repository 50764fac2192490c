import fc from 'fast-check';
import { OUTCOMES, type Outcome } from '../../src/model/finding.ts';
import { rankOf, SEVERITIES, type Threshold } from '../../src/model/severity.ts';
import { baselineOf } from '../../src/policy/baseline.ts';
import { COUNTING, evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { AssessedCache, FindingWaiver } from '../../src/policy/report.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { NO_WAIVERS } from '../../src/policy/waivers.ts';
import type { TableChoices } from '../../src/reporters/reporter.ts';
import { tableReporter } from '../../src/reporters/table.ts';
import { RULES } from '../../src/rules/index.ts';
import { cacheId, compliantCache, SUBSCRIPTION } from './cache.ts';
import { choicesOf, END, runOf } from './run.ts';

export type Choice = Omit<TableChoices, 'groupBy'>;

const anyJudgement = fc.record({
  rule: fc.constantFrom(...RULES),
  severity: fc.constantFrom(...SEVERITIES),
  outcome: fc.constantFrom<Outcome>('fail', 'fail', 'fail', ...OUTCOMES),
  waiver: fc.constantFrom<FindingWaiver['state'] | null>(null, null, 'applied', 'expired'),
  known: fc.boolean(),
  message: fc.constantFrom('so it is', 'so it is, too', 'something else'),
  path: fc.constantFrom(null, 'properties.one', 'properties.other'),
});

const waiverIn = (state: FindingWaiver['state'] | null): FindingWaiver | null =>
  state && {
    id: state === 'expired' ? 'W-0' : 'W-1',
    state,
    category: 'waiver',
    reason: 'moves soon',
    owner: 'team-test@example.com',
    ticket: null,
    expires: state === 'expired' ? '2025-05-31' : '2025-06-30',
  };

const anyCache = fc.record({
  sku: fc.constantFrom('Basic C0', 'Premium P1'),
  group: fc.constantFrom('rg-one', 'rg-two', "rg-'; no name of Azure's"),
  judgements: fc.uniqueArray(anyJudgement, { selector: ({ rule }) => rule.id, maxLength: 8 }),
});

/** What may be chosen for the rows of a table. */
export const anyChoice: fc.Arbitrary<Choice> = fc.oneof(
  fc.constant({ show: null, isWaivedShown: false, minSeverity: null, wide: false }),
  fc.record({
    show: fc.option(fc.subarray([...OUTCOMES]).map((outcomes) => new Set(outcomes))),
    isWaivedShown: fc.boolean(),
    minSeverity: fc.option(fc.constantFrom(...SEVERITIES)),
    wide: fc.boolean(),
  }),
);

type AnyCache = typeof anyCache extends fc.Arbitrary<infer T> ? T : never;

/** Five caches are few, six are many. */
export const anyEstate = fc.oneof(fc.array(anyCache, { maxLength: 4 }), fc.array(anyCache, { minLength: 5, maxLength: 12 }));

export const assessedOf = (caches: readonly AnyCache[], failOn: Threshold): readonly AssessedCache[] => {
  const chosen = (cache: string, rule: string) =>
    caches[Number(cache.slice('cache-'.length))]?.judgements.find((one) => one.rule.id === rule);
  const known = caches.flatMap(({ group, judgements }, index) =>
    judgements.filter((one) => one.known).map(({ rule }) => `redvet/1|${rule.id}|${cacheId(`cache-${index}`, group).toLowerCase()}`),
  );
  const policy: Policy = {
    ...COUNTING,
    failOn,
    waivers: { ...NO_WAIVERS, of: ({ cache, rule }) => waiverIn(chosen(cache.name, rule.id)?.waiver ?? null) },
    baseline: baselineOf(new Map(known.map((fingerprint) => [fingerprint, rankOf('critical')]))),
  };
  return caches.map(({ sku, group, judgements }, index) => {
    const name = `cache-${index}`;
    return evaluate(
      {
        cache: compliantCache({ id: cacheId(name, group), name, sku, resourceGroup: group }),
        judgements: judgements.map(({ rule, severity, outcome, message, path }) => ({
          rule,
          severity,
          verdict: { outcome, message, expected: null, actual: null, evidence: path && { path, source: 'observed' }, reason: null },
        })),
        problems: [],
      },
      policy,
    );
  });
};

/** Their table on a terminal as wide as one likes. */
export const tableOfAssessed = (estate: readonly AssessedCache[], failOn: Threshold, choices: Partial<TableChoices>): string => {
  const run = runOf({ failOn, rules: RULES });
  const tally = tallyOf(run, { ...COUNTING, failOn });
  const reporter = tableReporter(choicesOf(choices).display);
  reporter.begin(run);
  for (const assessed of estate) {
    tally.add(assessed);
    reporter.assessed(assessed);
  }
  tally.addSubscription({
    id: SUBSCRIPTION,
    name: 'prod',
    state: 'Enabled',
    status: 'read',
    caches: estate.length,
    excluded: 0,
    reason: null,
  });
  return [...reporter.end(tally.report(END))].join('');
};
