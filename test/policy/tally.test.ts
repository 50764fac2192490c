import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import type { Outcome, Verdict } from '../../src/model/finding.ts';
import { problem } from '../../src/model/problem.ts';
import type { SubscriptionScope } from '../../src/model/scope.ts';
import type { Severity, Threshold } from '../../src/model/severity.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { AssessedCache, Report, Run, Stats } from '../../src/policy/report.ts';
import { type Tally, tallyOf } from '../../src/policy/tally.ts';
import { NO_WAIVERS } from '../../src/policy/waivers.ts';
import { frameworkOf, isInFramework } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';
import { minimumTls12 } from '../../src/rules/minimum-tls-1-2.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { cacheId, compliantCache, SUBSCRIPTION } from '../support/cache.ts';

const POLICY: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: NO_WAIVERS,
  baseline: null,
  digest: (text) => text,
};

const RUN: Run = {
  tool: { name: 'redvet', version: '0.0.0', rulesetVersion: '1' },
  id: 'run-1',
  startedAt: '2026-01-01T00:00:00.000Z',
  today: '2026-01-01',
  source: 'arm',
  cloud: 'public',
  tenantId: null,
  failOn: 'high',
  rules: [nonSslPortDisabled, minimumTls12],
  frameworks: [frameworkOf('hipaa', [nonSslPortDisabled, minimumTls12])],
  byFramework: true,
  config: null,
  disabled: [],
  options: {},
};

const STATS: Stats = { apiCalls: 3, retries: 1, throttledMs: 20, durationMs: 400 };
const END = { finishedAt: '2026-01-01T00:00:01.000Z', stats: STATS };

const SCOPE: SubscriptionScope = { id: SUBSCRIPTION, name: 'prod', state: 'Enabled', status: 'read', caches: 2, excluded: 0, reason: null };

const verdictOf = (outcome: Outcome): Verdict => ({
  outcome,
  message: outcome,
  expected: null,
  actual: null,
  evidence: null,
  reason: null,
});

/** A cache with one finding for each outcome and severity given. */
const assessed = (
  cache: Cache,
  verdicts: readonly (readonly [outcome: Outcome, severity: Severity])[],
  policy: Partial<Policy> = {},
  rule: Rule = nonSslPortDisabled,
): AssessedCache => {
  const judgements = verdicts.map(([outcome, severity]) => ({ rule, severity, verdict: verdictOf(outcome) }));
  return evaluate({ cache, judgements, problems: [] }, { ...POLICY, ...policy });
};

const filled = (tally: Tally): Tally => {
  tally.add(
    assessed(compliantCache({ id: cacheId('one'), name: 'one' }), [
      ['fail', 'critical'],
      ['fail', 'high'],
      ['fail', 'high'],
      ['fail', 'low'],
      ['unknown', 'high'],
      ['pass', 'medium'],
    ]),
  );
  tally.add(
    assessed(compliantCache({ id: cacheId('two'), name: 'two', provisioningState: null }), [
      ['pass', 'high'],
      ['not_applicable', 'high'],
      ['not_evaluated', 'high'],
      ['not_evaluated', 'info'],
    ]),
  );
  tally.addSubscription(SCOPE);
  tally.addProblem(problem('rule_crash', 'RULE_CRASH', 'a rule crashed'));
  return tally;
};

describe('tallyOf', () => {
  it('adds up a run', () => {
    const report: Report = {
      run: RUN,
      finishedAt: '2026-01-01T00:00:01.000Z',
      subscriptions: [SCOPE],
      inputs: [],
      problems: [problem('rule_crash', 'RULE_CRASH', 'a rule crashed')],
      frameworks: [
        {
          id: 'hipaa',
          title: 'HIPAA Security Rule',
          controls: [
            {
              id: '164.312(e)(1)',
              origin: 'redvet',
              rules: ['non-ssl-port-disabled', 'minimum-tls-1-2'],
              state: 'fail',
            },
          ],
        },
      ],
      waivers: [],
      summary: {
        caches: 2,
        rules: 2,
        evaluated: 6,
        pass: 2,
        fail: 4,
        unknown: 1,
        notApplicable: 1,
        notEvaluated: 2,
        waived: 0,
        baselined: 0,
        gating: 3,
        gatingAt: { critical: 1, high: 3, medium: 3, low: 4, info: 4 },
        failBySeverity: { critical: 1, high: 2, medium: 0, low: 1, info: 0 },
      },
      status: {
        outcome: 'findings',
        exitCode: 1,
        complete: false,
        failOn: 'high',
        reason: '1 critical, 2 high at or above --fail-on high; incomplete: a rule crashed, 1 unknown check that would gate',
      },
      stats: STATS,
    };
    expect(filled(tallyOf(RUN, POLICY)).report(END)).toEqual(report);
  });

  it('reports a run in which nothing happened', () => {
    expect(tallyOf(RUN, POLICY).report(END)).toMatchObject({
      subscriptions: [],
      problems: [],
      summary: { caches: 0, rules: 2, evaluated: 0, pass: 0, fail: 0, unknown: 0, notApplicable: 0, notEvaluated: 0, gating: 0 },
      status: { outcome: 'empty', exitCode: 5 },
    });
  });

  it('adds up to the number of findings', () => {
    const { summary } = filled(tallyOf(RUN, POLICY)).report(END);
    const { pass, fail, unknown, notApplicable, notEvaluated } = summary;
    expect(pass + fail + unknown + notApplicable + notEvaluated).toBe(10);
  });

  it('leaves a report as it was when more is added', () => {
    const tally = filled(tallyOf(RUN, POLICY));
    const before = tally.report(END);
    const copy: unknown = structuredClone({ ...before, run: null });
    filled(tally);
    tally.addProblem(problem('internal', 'INTERNAL', 'a bug'));
    expect({ ...before, run: null }).toEqual(copy);
    expect(tally.report(END).status).toMatchObject({ outcome: 'internal', exitCode: 70 });
  });

  it('keeps nothing of a cache, so that a report of many is as large as one of few', () => {
    const tally = tallyOf(RUN, POLICY);
    const sizeAfter = (caches: number): number => {
      for (let n = 0; n < caches; n += 1) tally.add(assessed(compliantCache({ id: cacheId(`cache-${n}`) }), [['fail', 'high']]));
      return JSON.stringify(tally.report(END)).length;
    };
    const [few, many] = [sizeAfter(1), sizeAfter(999)];
    // Numbers have more digits.
    expect(many - few).toBeLessThan(50);
    expect(tally.report(END).summary).toMatchObject({ caches: 1_000, fail: 1_000 });
  });

  it('tells one run from another', () => {
    filled(tallyOf(RUN, POLICY));
    expect(tallyOf(RUN, POLICY).report(END).summary.caches).toBe(0);
  });
});

describe('a control of a framework', () => {
  const stateAfter = (...met: readonly (readonly [rule: Rule, outcome: Outcome])[]): string | undefined => {
    const tally = tallyOf(RUN, POLICY);
    for (const [rule, outcome] of met) tally.add(assessed(compliantCache(), [[outcome, 'low']], {}, rule));
    return tally.report(END).frameworks[0]?.controls[0]?.state;
  };

  it.each<{ readonly what: string; readonly met: readonly (readonly [Rule, Outcome])[]; readonly state: string }>([
    { what: 'nothing was found', met: [], state: 'not_covered' },
    {
      what: 'all passed, on whatever cache',
      met: [
        [nonSslPortDisabled, 'pass'],
        [minimumTls12, 'pass'],
      ],
      state: 'pass',
    },
    {
      what: 'one cache fails after others passed',
      met: [
        [nonSslPortDisabled, 'pass'],
        [nonSslPortDisabled, 'fail'],
      ],
      state: 'fail',
    },
    {
      what: 'one cache passes after others failed',
      met: [
        [minimumTls12, 'fail'],
        [nonSslPortDisabled, 'pass'],
      ],
      state: 'fail',
    },
    {
      what: 'one could not be judged',
      met: [
        [nonSslPortDisabled, 'unknown'],
        [minimumTls12, 'pass'],
      ],
      state: 'unknown',
    },
    {
      what: 'nothing applied',
      met: [
        [nonSslPortDisabled, 'not_applicable'],
        [minimumTls12, 'not_evaluated'],
      ],
      state: 'not_covered',
    },
  ])('is $state when $what', ({ met, state }) => {
    expect(stateAfter(...met)).toBe(state);
  });

  it.each([
    { what: 'a subscription that nobody could read', met: problem('permission', 'DENIED', 'x', { affects: ['*'] }), state: 'unknown' },
    { what: 'a run that was stopped', met: problem('interrupted', 'SIGINT', 'x', { affects: ['*'] }), state: 'unknown' },
    { what: 'a report that could not be written', met: problem('output', 'EACCES', 'x', { affects: ['*'] }), state: 'pass' },
    {
      what: 'something that concerns other rules',
      met: problem('permission', 'DENIED', 'x', { affects: ['zone-redundant'] }),
      state: 'pass',
    },
  ])('is $state beside $what, though all that was seen passes', ({ met, state }) => {
    const tally = tallyOf(RUN, POLICY);
    tally.add(assessed(compliantCache(), [['pass', 'low']]));
    tally.addProblem(met);
    expect(tally.report(END).frameworks[0]?.controls[0]?.state).toBe(state);
  });

  it('is not covered by a run that leaves one of its rules out, though the others pass', () => {
    const tally = tallyOf({ ...RUN, frameworks: [frameworkOf('hipaa', RULES)] }, POLICY);
    tally.add(assessed(compliantCache(), [['pass', 'low']]));
    expect(tally.report(END).frameworks[0]?.controls[0]).toMatchObject({
      state: 'not_covered',
      rules: RULES.filter((rule) => isInFramework(rule, 'hipaa')).map(({ id }) => id),
    });
  });

  it('stays as it was in a report that was made before more was seen', () => {
    const tally = tallyOf(RUN, POLICY);
    tally.add(assessed(compliantCache(), [['pass', 'low']]));
    const before = tally.report(END).frameworks;
    tally.add(assessed(compliantCache(), [['fail', 'low']]));
    expect(before[0]?.controls[0]?.state).toBe('pass');
    expect(tally.report(END).frameworks[0]?.controls[0]?.state).toBe('fail');
  });
});

describe('an unknown finding', () => {
  const codeAt = (severity: Severity, failOn: Threshold): number => {
    const tally = tallyOf({ ...RUN, failOn }, { ...POLICY, failOn });
    tally.addSubscription(SCOPE);
    tally.add(
      assessed(
        compliantCache(),
        [
          ['pass', 'high'],
          ['unknown', severity],
        ],
        { failOn },
      ),
    );
    return tally.report(END).status.exitCode;
  };

  it.each([
    { severity: 'critical', failOn: 'high', code: 3 },
    { severity: 'high', failOn: 'high', code: 3 },
    { severity: 'medium', failOn: 'high', code: 0 },
    { severity: 'info', failOn: 'high', code: 0 },
    { severity: 'medium', failOn: 'medium', code: 3 },
    { severity: 'high', failOn: 'critical', code: 0 },
    { severity: 'info', failOn: 'info', code: 3 },
    { severity: 'info', failOn: 'none', code: 3 },
    { severity: 'critical', failOn: 'none', code: 3 },
  ] as const)('of severity $severity makes --fail-on $failOn end with $code', ({ severity, failOn, code }) => {
    expect(codeAt(severity, failOn)).toBe(code);
  });
});
