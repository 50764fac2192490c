import { describe, expect, it } from 'vitest';
import { type Problem, problem } from '../../src/model/problem.ts';
import type { SubscriptionScope } from '../../src/model/scope.ts';
import type { Threshold } from '../../src/model/severity.ts';
import { SEVERITIES, type Severity } from '../../src/model/severity.ts';
import type { Policy } from '../../src/policy/evaluate.ts';
import { EXIT_CODES, statusOf, type Tallied } from '../../src/policy/exit-code.ts';
import type { Status, Summary } from '../../src/policy/report.ts';
import { NO_WAIVERS } from '../../src/policy/waivers.ts';

const POLICY: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: NO_WAIVERS,
  baseline: null,
  digest: (text) => text,
};

const NONE = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

/** One cache, judged by six rules, and all is well. */
const CLEAN_SUMMARY: Summary = {
  caches: 1,
  rules: 6,
  evaluated: 6,
  pass: 6,
  fail: 0,
  unknown: 0,
  notApplicable: 0,
  notEvaluated: 0,
  waived: 0,
  baselined: 0,
  gating: 0,
  gatingAt: NONE,
  failBySeverity: NONE,
};

const subscription = (status: SubscriptionScope['status'], caches = 0): SubscriptionScope => ({
  id: 's',
  name: null,
  state: 'Enabled',
  status,
  caches,
  excluded: 0,
  reason: null,
});

const CLEAN: Tallied = { source: 'arm', subscriptions: [subscription('read', 1)], problems: [], summary: CLEAN_SUMMARY, gatingUnknown: 0 };

const EMPTY: Tallied = {
  ...CLEAN,
  subscriptions: [subscription('read')],
  summary: { ...CLEAN_SUMMARY, caches: 0, evaluated: 0, pass: 0 },
};

/** Something that happens to a run. */
type Event = (outcome: Tallied) => Tallied;

const met =
  (kind: Problem['kind'], code = 'CODE'): Event =>
  (outcome) => ({ ...outcome, problems: [...outcome.problems, problem(kind, code, `${code} happened`)] });

const failing =
  (severity: keyof typeof NONE, gating: number): Event =>
  (outcome) => ({
    ...outcome,
    summary: {
      ...outcome.summary,
      pass: 5,
      fail: 1,
      gating,
      gatingAt: { ...NONE, [severity]: gating },
      failBySeverity: { ...NONE, [severity]: 1 },
    },
  });

const findings = failing('high', 1);

const unreadable: Event = (outcome) => met('permission')({ ...outcome, subscriptions: [subscription('denied')] });

/** A subscription beside the one that was read. */
const beside =
  (other: SubscriptionScope): Event =>
  (outcome) => ({ ...outcome, subscriptions: [...outcome.subscriptions, other] });

const partlyRead: Event = (outcome) => met('throttle')(beside(subscription('partial', 1))(outcome));

const withoutCaches: Event = (outcome) => ({ ...outcome, summary: { ...outcome.summary, caches: 0 } });

const unknowns =
  (unknown: number, gatingUnknown: number): Event =>
  (outcome) => ({ ...outcome, summary: { ...outcome.summary, pass: 6 - unknown, evaluated: 6 - unknown, unknown }, gatingUnknown });

const unseen: Event = (outcome) => ({ ...outcome, summary: { ...outcome.summary, pass: 0, evaluated: 0, notEvaluated: 6 } });

const after = (...events: readonly Event[]): Tallied => events.reduce((outcome, event) => event(outcome), CLEAN);

const codeOf = (outcome: Tallied, policy: Partial<Policy> = {}): number => statusOf(outcome, { ...POLICY, ...policy }).exitCode;

/** What ends a run with which code, the strongest first: each beats all below it. */
const PRECEDENCE: readonly { readonly code: number; readonly name: Status['outcome']; readonly event: Event }[] = [
  { code: 70, name: 'internal', event: met('internal') },
  { code: 130, name: 'interrupted', event: met('interrupted', 'SIGINT') },
  { code: 73, name: 'output', event: met('output') },
  { code: 2, name: 'usage', event: met('usage') },
  { code: 4, name: 'access', event: unreadable },
  { code: 1, name: 'findings', event: findings },
  { code: 3, name: 'incomplete', event: met('network') },
  { code: 5, name: 'empty', event: withoutCaches },
  { code: 0, name: 'clean', event: (outcome) => outcome },
];

describe('the exit code', () => {
  it('has a number for every outcome', () => {
    expect(EXIT_CODES).toEqual(Object.fromEntries(PRECEDENCE.map(({ name, code }) => [name, code])));
  });

  it.each(PRECEDENCE)('is $code ($name) when nothing else happens', ({ code, name, event }) => {
    expect(statusOf(after(event), POLICY)).toMatchObject({ exitCode: code, outcome: name });
  });

  const pairs = PRECEDENCE.flatMap((strong, index) => PRECEDENCE.slice(index + 1).map((weak) => ({ strong, weak })));

  it.each(pairs)('is $strong.code when $strong.name and $weak.name happen together', ({ strong, weak }) => {
    expect([codeOf(after(strong.event, weak.event)), codeOf(after(weak.event, strong.event))]).toEqual([strong.code, strong.code]);
  });

  it('is 143 after SIGTERM, with the same rank as after SIGINT', () => {
    expect(codeOf(after(met('interrupted', 'SIGTERM')))).toBe(143);
    expect(codeOf(after(findings, met('output'), met('interrupted', 'SIGTERM')))).toBe(143);
    expect(codeOf(after(met('interrupted', 'SIGTERM'), met('internal')))).toBe(70);
  });

  it('is the worst when everything happens at once', () => {
    expect(codeOf(after(...PRECEDENCE.map(({ event }) => event)))).toBe(70);
  });
});

describe('0, clean', () => {
  it('says what was seen', () => {
    const status: Status = { outcome: 'clean', exitCode: 0, complete: true, failOn: 'high', reason: '1 cache, nothing failed' };
    expect(statusOf(CLEAN, POLICY)).toEqual(status);
  });

  it('names the failures that the gate lets through', () => {
    expect(statusOf(after(failing('low', 0)), POLICY)).toMatchObject({
      exitCode: 0,
      complete: true,
      reason: '1 cache, 1 failure below --fail-on high',
    });
  });

  it('is not complete when something below the gate is unknown', () => {
    expect(statusOf(after(unknowns(1, 0)), POLICY)).toMatchObject({ exitCode: 0, outcome: 'clean', complete: false });
  });

  it('takes no harm from what was skipped', () => {
    expect(statusOf(after(beside(subscription('skipped'))), POLICY)).toMatchObject({ exitCode: 0, complete: true });
  });
});

/** What would gate at each threshold, where every failure counts. */
const summedUp = (failures: Readonly<Record<Severity, number>>): Record<Severity, number> => {
  let sum = 0;
  const at = { ...NONE };
  for (const severity of SEVERITIES) {
    sum += failures[severity];
    at[severity] = sum;
  }
  return at;
};

describe('1, findings', () => {
  it.each([
    [{ ...NONE, high: 3 }, 'high', '3 high at or above --fail-on high'],
    [{ ...NONE, critical: 1, high: 2, medium: 4 }, 'high', '1 critical, 2 high at or above --fail-on high'],
    [{ ...NONE, critical: 1, low: 2 }, 'info', '1 critical, 2 low at or above --fail-on info'],
  ] as const)('counts what gates: %j at %s', (failBySeverity, failOn, reason) => {
    const gating = failOn === 'high' ? failBySeverity.critical + failBySeverity.high : 3;
    const summary = { ...CLEAN_SUMMARY, fail: 7, gating, gatingAt: summedUp(failBySeverity), failBySeverity };
    expect(statusOf({ ...CLEAN, summary }, { ...POLICY, failOn })).toEqual({
      outcome: 'findings',
      exitCode: 1,
      complete: true,
      failOn,
      reason,
    });
  });

  it('says that the run was incomplete as well', () => {
    expect(statusOf(after(findings, partlyRead), POLICY)).toEqual({
      outcome: 'findings',
      exitCode: 1,
      complete: false,
      failOn: 'high',
      reason: '1 high at or above --fail-on high; incomplete: 1 subscription not fully read',
    });
  });

  it.each([{ allowIncomplete: true }, { allowEmpty: true }, { allowIncomplete: true, allowEmpty: true }])(
    'is not turned into 0 by %j',
    (allowed) => {
      expect(codeOf(after(findings, partlyRead), allowed)).toBe(1);
    },
  );
});

describe('3, incomplete', () => {
  const CASES: readonly { readonly name: string; readonly outcome: Tallied; readonly failOn?: Threshold; readonly code: number }[] = [
    {
      name: 'a subscription that was denied beside one that was read',
      outcome: after(met('permission'), beside(subscription('denied'))),
      code: 3,
    },
    { name: 'a subscription that broke off', outcome: after(partlyRead), code: 3 },
    { name: 'a subscription that was not found beside one that was read', outcome: after(met('not_found')), code: 3 },
    { name: 'an item that could not be read', outcome: after(met('malformed')), code: 3 },
    { name: 'a timeout', outcome: after(met('timeout')), code: 3 },
    { name: 'a limit', outcome: after(met('limit')), code: 3 },
    { name: 'a proxy', outcome: after(met('proxy')), code: 3 },
    { name: 'the network', outcome: after(met('network')), code: 3 },
    { name: 'a token that was refused on the way', outcome: after(met('auth')), code: 3 },
    { name: 'a rule that crashed, also below the gate', outcome: after(met('rule_crash'), unknowns(1, 0)), code: 3 },
    { name: 'an unknown that reaches the gate', outcome: after(unknowns(1, 1)), code: 3 },
    { name: 'an unknown below the gate', outcome: after(unknowns(1, 0)), code: 0 },
    { name: 'any unknown with the gate none', outcome: after(unknowns(1, 1)), failOn: 'none', code: 3 },
    { name: 'a gap with the gate none', outcome: after(partlyRead), failOn: 'none', code: 3 },
    { name: 'caches that no selected rule could judge', outcome: after(unseen), code: 3 },
    {
      name: 'caches of which one rule could judge one',
      outcome: after(unseen, (o) => ({ ...o, summary: { ...o.summary, evaluated: 1 } })),
      code: 0,
    },
    { name: 'caches without any finding', outcome: { ...CLEAN, summary: { ...CLEAN_SUMMARY, pass: 0, evaluated: 0 } }, code: 3 },
    {
      name: 'caches to which no rule applies',
      outcome: after(unseen, (o) => ({ ...o, summary: { ...o.summary, notEvaluated: 0, notApplicable: 6 } })),
      code: 0,
    },
    { name: 'a gap and no cache', outcome: after(partlyRead, withoutCaches), code: 3 },
    { name: 'failures that do not gate with none', outcome: after(failing('critical', 0)), failOn: 'none', code: 0 },
  ];

  it.each(CASES)('$code: $name', ({ outcome, failOn = 'high', code }) => {
    expect(codeOf(outcome, { failOn })).toBe(code);
  });

  it.each(CASES.filter(({ code }) => code === 3))('is never complete: $name', ({ outcome, failOn = 'high' }) => {
    expect(statusOf(outcome, { ...POLICY, failOn }).complete).toBe(false);
  });

  it.each(CASES)('is 0 with --allow-incomplete, and as incomplete as before: $name', ({ outcome, failOn = 'high' }) => {
    const [strict, tolerant] = [statusOf(outcome, { ...POLICY, failOn }), statusOf(outcome, { ...POLICY, failOn, allowIncomplete: true })];
    expect({ ...tolerant, reason: '' }).toEqual({ ...strict, exitCode: 0, reason: '' });
  });

  it('says what is missing', () => {
    expect(statusOf(after(partlyRead, unknowns(2, 1)), POLICY).reason).toBe(
      '1 subscription not fully read, 1 unknown check that would gate',
    );
    expect(statusOf(after(met('rule_crash')), POLICY).reason).toBe('CODE happened');
    expect(statusOf(after(unseen), POLICY).reason).toBe('no selected rule can be judged from this source');
    expect(statusOf(after(partlyRead), { ...POLICY, allowIncomplete: true }).reason).toBe(
      '1 subscription not fully read, tolerated by --allow-incomplete',
    );
  });
});

describe('4, access', () => {
  it.each([
    { name: 'no token', outcome: { ...EMPTY, subscriptions: [], problems: [problem('auth', 'SIGN_IN_FAILED', 'cannot sign in')] } },
    {
      name: 'no subscription visible',
      outcome: { ...EMPTY, subscriptions: [], problems: [problem('not_found', 'NO_SUBSCRIPTION', 'none')] },
    },
    {
      name: 'none of those asked for found',
      outcome: { ...EMPTY, subscriptions: [], problems: [problem('not_found', 'X', 'x'), problem('not_found', 'Y', 'y')] },
    },
    {
      name: 'every subscription denied',
      outcome: { ...EMPTY, subscriptions: [subscription('denied'), subscription('denied')], problems: [problem('permission', 'X', 'x')] },
    },
    {
      name: 'one denied, the others skipped',
      outcome: { ...EMPTY, subscriptions: [subscription('denied'), subscription('skipped')], problems: [problem('permission', 'X', 'x')] },
    },
  ])('$name', ({ outcome }) => {
    const [first] = outcome.problems;
    expect(statusOf(outcome, POLICY)).toEqual({ outcome: 'access', exitCode: 4, complete: false, failOn: 'high', reason: first?.message });
    expect(codeOf(outcome, { allowIncomplete: true, allowEmpty: true })).toBe(4);
  });

  it('is not for one that was read beside those that were denied', () => {
    expect(
      codeOf({ ...EMPTY, subscriptions: [subscription('denied'), subscription('read')], problems: [problem('permission', 'X', 'x')] }),
    ).toBe(3);
  });

  it('is not for one of which a part was seen', () => {
    expect(codeOf({ ...CLEAN, subscriptions: [subscription('partial', 1)], problems: [problem('network', 'X', 'x')] })).toBe(3);
  });
});

describe('what could not be read below a cache', () => {
  /** The logs of a cache: two rules wait for them. */
  const unreadLogs: Event = (outcome) => ({
    ...outcome,
    problems: [...outcome.problems, problem('permission', 'DENIED', 'no right to the logs', { affects: ['diagnostic-logs-enabled'] })],
  });

  it('is told by the findings: below the gate it changes the code of nothing', () => {
    expect(statusOf(after(unreadLogs, unknowns(1, 0)), POLICY)).toEqual({
      outcome: 'clean',
      exitCode: 0,
      complete: false,
      failOn: 'high',
      reason: '1 cache, nothing failed, 1 check unknown below --fail-on high',
    });
    expect(codeOf(after(unreadLogs, unknowns(1, 0), findings))).toBe(1);
  });

  it('is 3 where an unknown finding reaches the gate', () => {
    expect(statusOf(after(unreadLogs, unknowns(1, 1)), POLICY)).toMatchObject({
      outcome: 'incomplete',
      exitCode: 3,
      complete: false,
      reason: '1 unknown check that would gate',
    });
  });

  it('is never the only thing that was seen: it makes no run one without access', () => {
    const denied: Event = (outcome) => ({ ...outcome, subscriptions: [subscription('read', 1)] });
    expect(codeOf(after(denied, unreadLogs, unknowns(6, 6)))).toBe(3);
  });

  it.each([
    { what: 'every rule', affects: ['*'], kind: 'permission' as const },
    { what: 'nobody knows which rules', affects: [], kind: 'permission' as const },
    { what: 'a rule that crashed, which is a bug', affects: ['diagnostic-logs-enabled'], kind: 'rule_crash' as const },
  ])('is 3 whatever the findings say where it concerns $what', ({ affects, kind }) => {
    const outcome = { ...CLEAN, problems: [problem(kind, 'X', 'it went wrong', { affects })] };
    expect(statusOf(outcome, POLICY)).toMatchObject({ outcome: 'incomplete', exitCode: 3, complete: false });
  });
});

describe('5, empty', () => {
  it('is for a run that read everything and found no cache', () => {
    const status: Status = {
      outcome: 'empty',
      exitCode: 5,
      complete: true,
      failOn: 'high',
      reason: 'everything asked for was read, and there is no cache in it that the selected rules judge',
    };
    expect(statusOf(EMPTY, POLICY)).toEqual(status);
  });

  it('is for a run without a single scope, too: nothing was seen, and nobody says why', () => {
    expect(codeOf({ ...EMPTY, subscriptions: [] })).toBe(5);
    expect(codeOf({ ...EMPTY, subscriptions: [subscription('skipped')] })).toBe(5);
  });

  it('is 0 with --allow-empty, and still called empty', () => {
    expect(statusOf(EMPTY, { ...POLICY, allowEmpty: true })).toEqual({
      outcome: 'empty',
      exitCode: 0,
      complete: true,
      failOn: 'high',
      reason: 'no cache found, tolerated by --allow-empty',
    });
  });

  it('is not turned into 0 by --allow-incomplete', () => {
    expect(codeOf(EMPTY, { allowIncomplete: true })).toBe(5);
  });

  it.each([
    { name: 'a subscription that broke off', outcome: partlyRead(EMPTY), code: 3 },
    { name: 'a subscription that was denied', outcome: met('permission')(beside(subscription('denied'))(EMPTY)), code: 3 },
    { name: 'a subscription that was not found', outcome: met('not_found')(EMPTY), code: 3 },
    { name: 'nothing that could be read', outcome: unreadable(EMPTY), code: 4 },
    { name: 'a bug', outcome: met('internal')(EMPTY), code: 70 },
    { name: 'a report that could not be written', outcome: met('output')(EMPTY), code: 73 },
  ])('--allow-empty never covers $name', ({ outcome, code }) => {
    expect(codeOf(outcome, { allowEmpty: true })).toBe(code);
  });
});

describe('a selector that matched nothing', () => {
  const unmatched = met('not_found', 'NOTHING_MATCHED');

  it('is empty, not incomplete: everything was read, and the selector is named', () => {
    const reason = 'NOTHING_MATCHED happened';
    expect(statusOf(unmatched(EMPTY), POLICY)).toEqual({ outcome: 'empty', exitCode: 5, complete: true, failOn: 'high', reason });
    expect(statusOf(unmatched(EMPTY), { ...POLICY, allowEmpty: true })).toMatchObject({
      exitCode: 0,
      reason: `${reason}, tolerated by --allow-empty`,
    });
  });

  it.each([
    { name: 'a clean run', outcome: unmatched(CLEAN), code: 5 },
    { name: 'findings', outcome: unmatched(findings(CLEAN)), code: 1 },
    { name: 'something that was not read', outcome: met('permission')(unmatched(CLEAN)), code: 3 },
    { name: 'nothing that could be read', outcome: unreadable(unmatched(EMPTY)), code: 4 },
  ])('beside $name ends with $code', ({ outcome, code }) => {
    expect(codeOf(outcome)).toBe(code);
    expect(codeOf(outcome, { allowIncomplete: true })).toBe(code === 3 ? 5 : code);
  });
});

describe('the other codes', () => {
  it.each([
    {
      event: met('internal', 'INTERNAL'),
      status: { outcome: 'internal', exitCode: 70, complete: false, reason: 'a bug in redvet: INTERNAL happened' },
    },
    { event: met('interrupted', 'SIGINT'), status: { outcome: 'interrupted', exitCode: 130, complete: false, reason: 'SIGINT happened' } },
    {
      event: met('interrupted', 'SIGTERM'),
      status: { outcome: 'interrupted', exitCode: 143, complete: false, reason: 'SIGTERM happened' },
    },
    { event: met('usage', 'USAGE'), status: { outcome: 'usage', exitCode: 2, complete: false, reason: 'USAGE happened' } },
    // Everything was read; only the writing failed.
    { event: met('output', 'EACCES'), status: { outcome: 'output', exitCode: 73, complete: true, reason: 'EACCES happened' } },
  ])('$status.exitCode, $status.outcome, is not turned into 0 by any flag', ({ event, status }) => {
    expect(statusOf(after(event), POLICY)).toEqual({ ...status, failOn: 'high' });
    expect(codeOf(after(event), { allowIncomplete: true, allowEmpty: true, failOn: 'none' })).toBe(status.exitCode);
  });
});

describe('a run over files', () => {
  const files = (outcome: Tallied): Tallied => ({ ...outcome, source: 'files', subscriptions: [] });

  it('needs no subscription', () => {
    expect(codeOf(files(CLEAN))).toBe(0);
    expect(codeOf(files(EMPTY))).toBe(5);
  });

  it('that broke off is incomplete, not without access, also before its first cache', () => {
    const broken = files({ ...EMPTY, problems: [problem('malformed', 'BROKEN_OFF', 'it ends in the middle', { affects: ['*'] })] });
    expect(codeOf(broken)).toBe(3);
    expect(codeOf(broken, { allowIncomplete: true, allowEmpty: true })).toBe(0);
  });

  it('with an input that cannot be understood ends with 2, whatever is tolerated', () => {
    const mistake = files({ ...CLEAN, problems: [problem('usage', 'NOT_UNDERSTOOD', 'it is nothing of ours')] });
    expect(codeOf(mistake, { allowIncomplete: true, allowEmpty: true })).toBe(2);
  });
});
