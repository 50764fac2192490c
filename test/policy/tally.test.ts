import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { OUTCOMES, type Outcome, type Verdict } from '../../src/model/finding.ts';
import { problem } from '../../src/model/problem.ts';
import type { SubscriptionScope } from '../../src/model/scope.ts';
import type { Severity, Threshold } from '../../src/model/severity.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { AssessedCache, Report, Run, Stats } from '../../src/policy/report.ts';
import { countsOf, type Tally, tallyOf } from '../../src/policy/tally.ts';
import { RULES } from '../../src/rules/index.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, compliantCache, SUBSCRIPTION } from '../support/cache.ts';

const POLICY: Policy = { failOn: 'high', allowIncomplete: false, allowEmpty: false, digest: (text) => text };

const RUN: Run = {
  tool: { name: 'redvet', version: '0.0.0', rulesetVersion: '1' },
  id: 'run-1',
  startedAt: '2026-01-01T00:00:00.000Z',
  source: 'arm',
  cloud: 'public',
  tenantId: null,
  failOn: 'high',
  rules: RULES,
  options: {},
};

const STATS: Stats = { apiCalls: 3, retries: 1, throttledMs: 20, durationMs: 400 };
const END = { finishedAt: '2026-01-01T00:00:01.000Z', stats: STATS };

const SCOPE: SubscriptionScope = { id: SUBSCRIPTION, name: 'prod', state: 'Enabled', status: 'read', caches: 2, reason: null };

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
): AssessedCache => {
  const judgements = verdicts.map(([outcome, severity]) => ({ rule: nonSslPortDisabled, severity, verdict: verdictOf(outcome) }));
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
      caches: [
        {
          id: cacheId('one'),
          name: 'one',
          kind: 'redis',
          sku: 'Premium P1',
          location: 'westeurope',
          resourceGroup: 'rg-test',
          subscriptionId: SUBSCRIPTION,
          provisioningState: 'Succeeded',
          findings: { pass: 1, fail: 4, unknown: 1, notApplicable: 0, notEvaluated: 0 },
        },
        {
          id: cacheId('two'),
          name: 'two',
          kind: 'redis',
          sku: 'Premium P1',
          location: 'westeurope',
          resourceGroup: 'rg-test',
          subscriptionId: SUBSCRIPTION,
          provisioningState: null,
          findings: { pass: 1, fail: 0, unknown: 0, notApplicable: 1, notEvaluated: 2 },
        },
      ],
      problems: [problem('rule_crash', 'RULE_CRASH', 'a rule crashed')],
      summary: {
        caches: 2,
        rules: 6,
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
        reason: '1 critical, 2 high at or above --fail-on high; incomplete: a rule crashed, 1 of 7 checks unknown',
      },
      stats: STATS,
    };
    expect(filled(tallyOf(RUN, POLICY)).report(END)).toEqual(report);
  });

  it('reports a run in which nothing happened', () => {
    expect(tallyOf(RUN, POLICY).report(END)).toMatchObject({
      subscriptions: [],
      caches: [],
      problems: [],
      summary: { caches: 0, rules: 6, evaluated: 0, pass: 0, fail: 0, unknown: 0, notApplicable: 0, notEvaluated: 0, gating: 0 },
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

  it('tells one run from another', () => {
    filled(tallyOf(RUN, POLICY));
    expect(tallyOf(RUN, POLICY).report(END).summary.caches).toBe(0);
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

describe('countsOf', () => {
  it('counts every outcome under its own name', () => {
    const counts = OUTCOMES.map((outcome) => countsOf(assessed(compliantCache(), [[outcome, 'low']]).findings));
    const none = { pass: 0, fail: 0, unknown: 0, notApplicable: 0, notEvaluated: 0 };
    expect(Object.fromEntries(OUTCOMES.map((outcome, index) => [outcome, counts[index]]))).toEqual({
      pass: { ...none, pass: 1 },
      fail: { ...none, fail: 1 },
      unknown: { ...none, unknown: 1 },
      not_applicable: { ...none, notApplicable: 1 },
      not_evaluated: { ...none, notEvaluated: 1 },
    });
  });

  it('counts nothing for nothing', () => {
    expect(countsOf([])).toEqual({ pass: 0, fail: 0, unknown: 0, notApplicable: 0, notEvaluated: 0 });
  });
});
