import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Outcome } from '../../src/model/finding.ts';
import type { Framework } from '../../src/model/framework.ts';
import { frameworkResults } from '../../src/policy/frameworks.ts';

const counts = (met: Partial<Record<Outcome, number>>): Record<Outcome, number> => ({
  pass: 0,
  fail: 0,
  unknown: 0,
  not_applicable: 0,
  not_evaluated: 0,
  ...met,
});

const frameworkOn = (...rules: readonly string[]): Framework => ({
  id: 'mcsb',
  title: 'Microsoft cloud security benchmark',
  controls: [{ id: 'DP-3', origin: 'redvet', rules }],
});

type Met = Readonly<Record<string, Partial<Record<Outcome, number>>>>;

const countsOf = (met: Met) => new Map(Object.entries(met).map(([rule, some]) => [rule, counts(some)]));

const stateOf = (met: Met, ...rules: readonly string[]): string | undefined =>
  frameworkResults([frameworkOn(...rules)], { counts: countsOf(met), selected: new Set(rules), unread: false })[0]?.controls[0]?.state;

describe('a control of one rule', () => {
  const TABLE: readonly { readonly what: string; readonly met: Partial<Record<Outcome, number>>; readonly state: string }[] = [
    { what: 'passed everywhere', met: { pass: 3 }, state: 'pass' },
    { what: 'passed where it applied', met: { pass: 1, not_applicable: 8 }, state: 'pass' },
    { what: 'failed once among many', met: { pass: 99, fail: 1, unknown: 2 }, state: 'fail' },
    { what: 'is unknown once and else passed', met: { pass: 99, unknown: 1 }, state: 'unknown' },
    { what: 'applied nowhere', met: { not_applicable: 5 }, state: 'not_covered' },
    { what: 'could not be judged from this source', met: { not_evaluated: 5 }, state: 'not_covered' },
    { what: 'met no cache', met: {}, state: 'not_covered' },
  ];

  it.each(TABLE)('is $state where it $what', ({ met, state }) => {
    expect(stateOf({ one: met }, 'one')).toBe(state);
  });

  it('is not covered where the rule was not selected', () => {
    expect(stateOf({ other: { pass: 1, fail: 1 } }, 'one')).toBe('not_covered');
  });
});

describe('a control of several rules', () => {
  const TABLE: readonly { readonly one: Outcome; readonly two: Outcome; readonly state: string }[] = [
    { one: 'pass', two: 'pass', state: 'pass' },
    { one: 'pass', two: 'fail', state: 'fail' },
    { one: 'fail', two: 'unknown', state: 'fail' },
    { one: 'unknown', two: 'pass', state: 'unknown' },
    { one: 'not_applicable', two: 'pass', state: 'pass' },
    { one: 'not_applicable', two: 'not_evaluated', state: 'not_covered' },
    { one: 'pass', two: 'not_evaluated', state: 'not_covered' },
    { one: 'fail', two: 'not_evaluated', state: 'fail' },
  ];

  it.each(TABLE)('is $state where they are $one and $two, whichever is which', ({ one, two, state }) => {
    expect([
      stateOf({ one: { [one]: 1 }, two: { [two]: 1 } }, 'one', 'two'),
      stateOf({ one: { [two]: 1 }, two: { [one]: 1 } }, 'one', 'two'),
    ]).toEqual([state, state]);
  });

  it('takes the worst that was met, for any counts', () => {
    const some = fc.record(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, fc.nat({ max: 2 })])));
    fc.assert(
      fc.property(some, some, (one, two) => {
        const met = (outcome: Outcome): boolean => (one[outcome] ?? 0) + (two[outcome] ?? 0) > 0;
        const passed = met('pass') && !met('not_evaluated') ? 'pass' : 'not_covered';
        const worst = (['fail', 'unknown'] as const).find(met) ?? passed;
        expect(stateOf({ one, two }, 'one', 'two')).toBe(worst);
      }),
    );
  });
});

describe('a control of a run that did not see all that was asked for', () => {
  const TABLE: readonly { readonly met: Met; readonly state: string }[] = [
    // A cache that nobody saw may fail it.
    { met: { one: { pass: 3 } }, state: 'unknown' },
    { met: { one: { fail: 1 } }, state: 'fail' },
    { met: { one: { unknown: 1 } }, state: 'unknown' },
    { met: { one: { not_applicable: 1 } }, state: 'not_covered' },
    { met: { two: { pass: 1 } }, state: 'not_covered' },
    { met: {}, state: 'not_covered' },
  ];

  it.each(TABLE)('is $state after $met: it never passes', ({ met, state }) => {
    expect(
      frameworkResults([frameworkOn('one')], { counts: countsOf(met), selected: new Set(['one']), unread: true })[0]?.controls[0]?.state,
    ).toBe(state);
  });
});

describe('the results of frameworks', () => {
  it('keep every framework and control as it was, in order, with its state', () => {
    const frameworks: readonly Framework[] = [
      {
        id: 'mcsb',
        title: 'Benchmark',
        controls: [
          { id: 'DP-3', origin: 'azure-policy', rules: ['one'] },
          { id: 'DP-3', origin: 'redvet', rules: ['two'] },
        ],
      },
      { id: 'soc-2', title: 'SOC 2', controls: [] },
    ];
    const all = new Map([
      ['one', counts({ pass: 1 })],
      ['two', counts({ fail: 1 })],
    ]);
    expect(frameworkResults(frameworks, { counts: all, selected: new Set(['one', 'two']), unread: false })).toEqual([
      {
        id: 'mcsb',
        title: 'Benchmark',
        controls: [
          { id: 'DP-3', origin: 'azure-policy', rules: ['one'], state: 'pass' },
          { id: 'DP-3', origin: 'redvet', rules: ['two'], state: 'fail' },
        ],
      },
      { id: 'soc-2', title: 'SOC 2', controls: [] },
    ]);
  });

  it('are none where no framework was asked for', () => {
    expect(frameworkResults([], { counts: new Map(), selected: new Set(), unread: true })).toEqual([]);
  });
});
