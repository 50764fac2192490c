import { describe, expect, it } from 'vitest';
import { type ComparedFinding, comparisonWith, type Diff, diffStatus, type Sight } from '../../src/policy/diff.ts';

const finding = (differences: Partial<ComparedFinding> = {}): ComparedFinding => ({
  fingerprint: 'f',
  ruleId: 'rule',
  severity: 'high',
  outcome: 'fail',
  disposition: 'active',
  resourceId: '/id',
  resourceName: 'name',
  resourceKind: 'redis',
  resourceGroup: 'group',
  subscriptionId: 'subscription',
  message: 'it fails',
  file: null,
  cacheKey: '/id',
  ...differences,
});

const SEES: Sight = { isComplete: true, rules: new Set(['rule']), mayMiss: () => null };

const diffOf = (older: readonly ComparedFinding[], newer: readonly ComparedFinding[], sight: Partial<Sight> = {}): Diff => {
  const comparison = comparisonWith(older);
  for (const one of newer) comparison.add(one);
  return comparison.diff({ ...SEES, ...sight });
};

/** How a failure is called: the one list that it is in, and why it is not known. */
const kindsOf = ({ added, fixed, unchanged, unseen }: Diff): readonly string[] => [
  ...added.map(() => 'new'),
  ...fixed.map(() => 'fixed'),
  ...unchanged.map(() => 'unchanged'),
  ...unseen.map(({ why }) => `unseen: ${why}`),
];

const nothing: readonly ComparedFinding[] = [];
const passes = finding({ outcome: 'pass' });

interface Case {
  readonly what: string;
  readonly before: readonly ComparedFinding[];
  readonly now: readonly ComparedFinding[];
  readonly sight?: Partial<Sight>;
  readonly is: readonly string[];
}

const CASES: readonly Case[] = [
  { what: 'fails now and was not there', before: nothing, now: [finding()], is: ['new'] },
  { what: 'fails now and was waived', before: [finding({ disposition: 'waived' })], now: [finding()], is: ['new'] },
  { what: 'is worse now', before: [finding({ severity: 'low' })], now: [finding()], is: ['new'] },
  {
    what: 'fails now in another place',
    before: [finding()],
    now: [finding({ fingerprint: 'g' })],
    is: ['new', 'unseen: its rule fails for something else now'],
  },
  {
    what: 'fails now on another cache',
    before: [finding(), finding({ fingerprint: 'g', cacheKey: '/b' })],
    now: [finding()],
    is: ['fixed', 'unchanged'],
  },

  { what: 'still fails', before: [finding()], now: [finding()], is: ['unchanged'] },
  { what: 'is milder now', before: [finding()], now: [finding({ severity: 'low' })], is: ['unchanged'] },
  { what: 'is waived now', before: [finding()], now: [finding({ disposition: 'waived' })], is: ['unchanged'] },
  { what: 'is still waived', before: [finding({ disposition: 'waived' })], now: [finding({ disposition: 'waived' })], is: ['unchanged'] },
  { what: 'was in a baseline', before: [finding({ disposition: 'baselined' })], now: [finding()], is: ['unchanged'] },

  { what: 'passes now', before: [finding()], now: [passes], is: ['fixed'] },
  { what: 'does not apply any more', before: [finding()], now: [finding({ outcome: 'not_applicable' })], is: ['fixed'] },
  { what: 'was waived and passes now', before: [finding({ disposition: 'waived' })], now: [passes], is: ['fixed'] },
  {
    what: 'was of a place, and the whole cache passes now',
    before: [finding()],
    now: [finding({ fingerprint: 'g', outcome: 'pass' })],
    is: ['fixed'],
  },
  {
    what: 'is of a cache that is gone',
    before: [finding()],
    now: [finding({ ...passes, fingerprint: 'g', cacheKey: '/b' })],
    is: ['fixed'],
  },

  { what: 'is unknown now', before: [finding()], now: [finding({ outcome: 'unknown' })], is: ['unseen: it is unknown now'] },
  {
    what: 'was of a place, and the whole cache is unknown now',
    before: [finding()],
    now: [finding({ fingerprint: 'g', outcome: 'unknown' })],
    is: ['unseen: it is unknown now'],
  },
  {
    what: 'is not evaluated now',
    before: [finding()],
    now: [finding({ outcome: 'not_evaluated' })],
    is: ['unseen: it was not evaluated now'],
  },
  {
    what: 'is of a rule that was not selected now',
    before: [finding()],
    now: nothing,
    sight: { rules: new Set() },
    is: ['unseen: its rule was not selected now'],
  },
  {
    what: 'may be of a cache that was not read',
    before: [finding()],
    now: nothing,
    sight: { isComplete: false },
    is: ['unseen: not everything was seen now'],
  },
  {
    what: 'is of a cache that was not looked for',
    before: [finding()],
    now: nothing,
    sight: { mayMiss: () => 'other files' },
    is: ['unseen: other files'],
  },
  {
    what: 'is of a cache that is there, of which its rule says nothing',
    before: [finding()],
    now: [finding({ ruleId: 'another', fingerprint: 'g', outcome: 'pass' })],
    is: ['unseen: its rule was not judged for this cache now'],
  },
  { what: 'is told of twice, and passes once', before: [finding()], now: [passes, finding()], is: ['unchanged'] },
  {
    what: 'is told of twice, and is unknown once',
    before: [finding()],
    now: [finding({ outcome: 'unknown' }), passes],
    is: ['unseen: it is unknown now'],
  },

  { what: 'passed, and passes', before: [passes], now: [passes], is: [] },
  { what: 'was unknown, and passes', before: [finding({ outcome: 'unknown' })], now: [passes], is: [] },
  { what: 'was unknown, and fails now', before: [finding({ outcome: 'unknown' })], now: [finding()], is: ['new'] },
  { what: 'passed, and is unknown', before: [passes], now: [finding({ outcome: 'unknown' })], is: [] },
];

describe('what became of a finding between two results', () => {
  it.each(CASES)('that $what: $is', ({ before, now, sight, is }) => {
    expect(
      kindsOf(
        diffOf(
          before.filter(({ outcome }) => outcome === 'fail'),
          now,
          sight,
        ),
      ),
    ).toEqual(is);
  });

  it('is told worst first, in one order whatever that of the results', () => {
    const all = [
      finding({ fingerprint: '1', cacheKey: '/a', ruleId: 'y' }),
      finding({ fingerprint: '2', cacheKey: '/a', ruleId: 'z' }),
      finding({ fingerprint: '3', cacheKey: '/b', ruleId: 'y' }),
      finding({ fingerprint: '4', cacheKey: '/c', severity: 'critical' }),
    ];
    for (const order of [all, all.toReversed()]) {
      expect(diffOf([], order).added.map(({ fingerprint }) => fingerprint)).toEqual(['4', '1', '2', '3']);
      expect(diffOf(order, order).unchanged.map(({ fingerprint }) => fingerprint)).toEqual(['4', '1', '2', '3']);
      expect(diffOf(order, [], { rules: new Set(['rule', 'y', 'z']) }).fixed.map(({ fingerprint }) => fingerprint)).toEqual([
        '4',
        '1',
        '2',
        '3',
      ]);
    }
  });
});

describe('the exit code of a comparison', () => {
  const added = (...findings: readonly ComparedFinding[]): Diff => diffOf([], findings);

  it.each([
    ['nothing', added(), 'high', 0],
    ['a new failure at the gate', added(finding()), 'high', 1],
    ['a new failure above the gate', added(finding({ severity: 'critical' })), 'high', 1],
    ['a new failure below the gate', added(finding({ severity: 'medium' })), 'high', 0],
    ['a new failure, and no gate', added(finding({ severity: 'critical' })), 'none', 0],
    ['a new failure that is waived', added(finding({ disposition: 'waived' })), 'info', 0],
    ['a new failure that is in a baseline', added(finding({ disposition: 'baselined' })), 'info', 0],
    ['an old failure', diffOf([finding()], [finding()]), 'info', 0],
    ['a failure that nobody sees any more', diffOf([finding()], [], { isComplete: false }), 'info', 0],
  ] as const)('after %s', (_, diff, failOn, exitCode) => {
    expect(diffStatus(diff, failOn)).toMatchObject({ exitCode, failOn, outcome: exitCode === 1 ? 'findings' : 'clean' });
  });

  it('says how many of each there are', () => {
    const diff = diffOf(
      [
        finding({ fingerprint: '1', cacheKey: '/1' }),
        finding({ fingerprint: '2', cacheKey: '/2' }),
        finding({ fingerprint: '3', cacheKey: '/3' }),
      ],
      [
        finding({ fingerprint: '1', cacheKey: '/1', outcome: 'pass' }),
        finding({ fingerprint: '2', cacheKey: '/2', outcome: 'unknown' }),
        finding({ fingerprint: '3', cacheKey: '/3' }),
        finding({ fingerprint: '4', severity: 'critical' }),
        finding({ fingerprint: '5' }),
        finding({ fingerprint: '6', severity: 'low' }),
      ],
    );
    expect(diffStatus(diff, 'high').reason).toBe(
      '2 new failures (1 critical, 1 high) at or above --fail-on high; 3 new, 1 fixed, 1 unchanged, 1 not seen',
    );
  });
});
