import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../src/assess.ts';
import type { ResourceManager } from '../src/azure/resource-manager.ts';
import type { Outcome } from '../src/model/finding.ts';
import { type Problem, type ProblemKind, problem } from '../src/model/problem.ts';
import type { SubscriptionScope } from '../src/model/scope.ts';
import { SEVERITIES, THRESHOLDS, type Threshold } from '../src/model/severity.ts';
import { evaluate, type Policy } from '../src/policy/evaluate.ts';
import type { Run } from '../src/policy/report.ts';
import { tallyOf } from '../src/policy/tally.ts';
import { jsonReporter } from '../src/reporters/json.ts';
import { RULES } from '../src/rules/index.ts';
import { nonSslPortDisabled } from '../src/rules/non-ssl-port-disabled.ts';
import { isObject } from '../src/sources/decode/json.ts';
import { readRedis } from '../src/sources/decode/redis.ts';
import { resourceManagerSource } from '../src/sources/resource-manager.ts';
import { cacheId, compliantCache } from './support/cache.ts';
import { subscriptionId, wireRedis, wireSubscription } from './support/resource-manager.ts';

const ONE = subscriptionId(1);

/** What comes over the wire: an undefined property is not there. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The value at a path of wire JSON, own properties only; undefined where there is none, and for null. */
const wireAt = (item: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined), item);

const is =
  (...words: readonly unknown[]) =>
  (value: unknown): boolean =>
    words.includes(value);

const isWord =
  (...words: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && words.includes(value.toLowerCase());

/** Where each rule looks, and the raw values that the catalogue documents as good. Absence is good only where it says so. */
interface PassSet {
  readonly path: readonly string[];
  readonly isGood: (raw: unknown) => boolean;
  readonly absenceIsGood: boolean;
  /** Where nothing may stand beside it: a subnet makes the rule meaningless. */
  readonly onlyWithout?: readonly string[];
}

const PASS_SETS: Readonly<Record<string, PassSet>> = {
  'non-ssl-port-disabled': { path: ['properties', 'enableNonSslPort'], isGood: is(false), absenceIsGood: false },
  'minimum-tls-1-2': { path: ['properties', 'minimumTlsVersion'], isGood: is('1.2', '1.3'), absenceIsGood: true },
  'public-network-access-disabled': {
    path: ['properties', 'publicNetworkAccess'],
    isGood: isWord('disabled'),
    absenceIsGood: false,
    onlyWithout: ['properties', 'subnetId'],
  },
  'authentication-required': {
    path: ['properties', 'redisConfiguration', 'authnotrequired'],
    isGood: (raw) => raw === false || isWord('false', 'no')(raw),
    absenceIsGood: true,
  },
  'entra-authentication-enabled': {
    path: ['properties', 'redisConfiguration', 'aad-enabled'],
    isGood: (raw) => raw === true || isWord('true')(raw),
    absenceIsGood: false,
  },
  'access-keys-disabled': { path: ['properties', 'disableAccessKeyAuthentication'], isGood: is(true), absenceIsGood: false },
};

/** Whether the wire documents the good state. Absence says something only inside of an object that is there. */
const isDocumentedPass = (id: string, item: unknown): boolean => {
  const set = PASS_SETS[id];
  if (set === undefined) throw new Error(`no pass-set for ${id}`);
  if (set.onlyWithout && wireAt(item, set.onlyWithout) !== undefined) return false;
  const raw = wireAt(item, set.path);
  return raw === undefined ? set.absenceIsGood && isObject(wireAt(item, set.path.slice(0, -1))) : set.isGood(raw);
};

const outcomesOf = (item: unknown): ReadonlyMap<string, Outcome> => {
  const decoded = readRedis(item);
  if ('refused' in decoded) return new Map();
  return new Map(assess(decoded.cache, RULES).judgements.map(({ rule, verdict }) => [rule.id, verdict.outcome]));
};

const passesOf = (item: unknown): readonly string[] => [...outcomesOf(item)].flatMap(([id, outcome]) => (outcome === 'pass' ? [id] : []));

/** Values that are all but right, besides anything that JSON can hold. */
const NEARLY: readonly unknown[] = [
  ...'true|false|True|False|TRUE|FALSE| true|false |yes|no|Yes|NO|on|off|0|1|'.split('|'),
  ...'1.0|1.1|1.2|1.3|1.4|1.20| 1.2|1.2 |01.2|1.2e0|TLS1_2|TLS1.2|Tls12|Infinity'.split('|'),
  ...'Enabled|Disabled|enabled|disabled|DISABLED|Disabled |SecuredByPerimeter|None'.split('|'),
  ...[true, false, null, 0, 1, 1.1, 1.2, 1.3],
  ...[{}, [], [false], [true], ['Disabled'], [['1.2']], { value: false }, { toString: 'Disabled' }],
  `/subscriptions/${ONE}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s`,
];

const anyValue = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NEARLY) }, { weight: 1, arbitrary: fc.jsonValue() }).map(overTheWire);

const PATHS = [...Object.values(PASS_SETS).map(({ path }) => path), ['properties', 'subnetId'], ['properties', 'provisioningState']];

/** Where something can be altered: the facts, what encloses them, the labels, and keys that mean something to JavaScript. */
const places = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<readonly string[]>(...PATHS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<readonly string[]>(
      ['properties'],
      ['properties', 'redisConfiguration'],
      ['properties', 'sku'],
      ['type'],
      ['name'],
      ['location'],
      ['properties', '__proto__'],
      ['properties', 'hasOwnProperty'],
      ['properties', 'redisConfiguration', '__proto__'],
      ['__proto__'],
    ),
  },
);

/** The item with the value at the path replaced, or taken away when it is undefined. Keys are own keys, whatever they are called. */
const altered = (item: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value;
  const entries = isObject(item) ? Object.entries(item) : [];
  const inner = altered(isObject(item) && Object.hasOwn(item, key) ? item[key] : undefined, rest, value);
  const others = entries.filter(([name]) => name !== key);
  return JSON.parse(
    `{${[...others, [key, inner] as const]
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`)
      .join(',')}}`,
  );
};

const anyChange = fc.record({
  path: places,
  value: fc.oneof({ weight: 4, arbitrary: anyValue }, { weight: 1, arbitrary: fc.constant(undefined) }),
});

const GOOD = overTheWire(wireRedis(ONE, 'c'));

/** A cache that fails every rule. */
const BAD = overTheWire(
  wireRedis(ONE, 'c', {
    enableNonSslPort: true,
    minimumTlsVersion: '1.0',
    publicNetworkAccess: 'Enabled',
    disableAccessKeyAuthentication: false,
    redisConfiguration: { authnotrequired: 'true', 'aad-enabled': 'false' },
  }),
);

/** Any cache, from a good one to one of which nothing makes sense. */
const anyItem = fc
  .tuple(fc.constantFrom(GOOD, BAD), fc.array(anyChange, { maxLength: 8 }))
  .map(([start, changes]) => changes.reduce<unknown>((item, { path, value }) => altered(item, path, value), start));

describe('P1: a pass comes only from a documented value', () => {
  it('has a pass-set for every rule', () => {
    expect(Object.keys(PASS_SETS)).toEqual(RULES.map(({ id }) => id));
  });

  it.each(Object.entries(PASS_SETS))('%s, for any JSON value where it looks', (id, { path }) => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const item = altered(GOOD, path, value);
        if (passesOf(item).includes(id)) expect(isDocumentedPass(id, item)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(Object.entries(PASS_SETS))('%s passes what is documented as good', (id, { path, isGood }) => {
    const good = NEARLY.filter(isGood);
    expect(good).not.toEqual([]);
    expect(good.map((value) => passesOf(altered(GOOD, path, value)).includes(id))).toEqual(good.map(() => true));
  });

  it('whatever else is wrong with the cache', () => {
    fc.assert(
      fc.property(anyItem, (item) => {
        expect(passesOf(item).filter((id) => !isDocumentedPass(id, item))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('for any item at all, and none is thrown on', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(passesOf(overTheWire(json))).toEqual([]);
      }),
    );
  });
});

describe('P2: nothing becomes a pass by being damaged', () => {
  it('altering or taking away any property turns a failure or an unknown into a pass only by a documented value', () => {
    fc.assert(
      fc.property(anyItem, anyChange, (item, { path, value }) => {
        const before = outcomesOf(item);
        const changed = altered(item, path, value);
        const healed = passesOf(changed).filter((id) => before.get(id) === 'fail' || before.get(id) === 'unknown');
        expect(healed.filter((id) => !isDocumentedPass(id, changed))).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(PATHS.map((path) => ({ path, name: path.join('.') })))(
    'taking away $name from a cache where all fails passes nothing but the documented',
    ({ path }) => {
      const DOCUMENTED: Readonly<Record<string, readonly string[]>> = {
        'properties.minimumTlsVersion': ['minimum-tls-1-2'],
        'properties.redisConfiguration.authnotrequired': ['authentication-required'],
      };
      expect(passesOf(BAD)).toEqual([]);
      expect(passesOf(altered(BAD, path, undefined))).toEqual(DOCUMENTED[path.join('.')] ?? []);
    },
  );
});

describe('what a finding shows', () => {
  /** Every documented spelling of every value that a rule judges, and the rule that judges it. */
  const SPELLINGS: readonly { readonly rule: string; readonly spellings: readonly unknown[] }[] = [
    { rule: 'non-ssl-port-disabled', spellings: [true, false] },
    { rule: 'minimum-tls-1-2', spellings: ['1.0', '1.1', '1.2', '1.3'] },
    { rule: 'public-network-access-disabled', spellings: ['Enabled', 'Disabled', 'enabled', 'DISABLED'] },
    { rule: 'authentication-required', spellings: ['true', 'false', 'True', 'False', 'yes', 'no', true, false] },
    { rule: 'entra-authentication-enabled', spellings: ['true', 'false', 'True', 'False', true, false] },
    { rule: 'access-keys-disabled', spellings: [true, false] },
  ];

  it.each(SPELLINGS)('$rule shows the value as it is written at the source', ({ rule, spellings }) => {
    const path = PASS_SETS[rule]?.path ?? [];
    const shown = spellings.map((value) => {
      const decoded = readRedis(altered(GOOD, path, value));
      if ('refused' in decoded) throw new Error(decoded.refused);
      return assess(decoded.cache, RULES).judgements.find((one) => one.rule.id === rule)?.verdict.actual;
    });
    expect(shown).toEqual(spellings.map(String));
  });
});

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

const END = { finishedAt: '2026-01-01T00:00:01.000Z', stats: { apiCalls: 0, retries: 0, throttledMs: 0, durationMs: 0 } };

/** The whole JSON report of a scan of the pages given. */
const reportOf = async (pages: readonly (readonly unknown[])[]): Promise<string> => {
  const arm: ResourceManager = {
    async *subscriptions() {
      yield [wireSubscription(ONE)];
    },
    async *redis() {
      yield* pages;
    },
    clusters: async function* () {},
    list: async () => [],
    resource: async () => null,
    registrationOf: async () => null,
  };
  const tally = tallyOf(RUN, POLICY);
  const reporter = jsonReporter();
  let text = reporter.begin(RUN);
  for await (const seen of resourceManagerSource(arm, { subscriptions: [], concurrency: 1, watch: () => {} }).open()) {
    if (seen.type === 'gap') tally.addProblem(seen.gap.problem);
    else if (seen.type === 'subscription') tally.addSubscription(seen.subscription);
    else {
      const assessed = evaluate(assess(seen.cache, RULES), POLICY);
      tally.add(assessed);
      text += reporter.assessed(assessed);
    }
  }
  return text + reporter.end(tally.report(END));
};

/** A list cut into pages at any places. */
const cut = <T>(items: readonly T[], cuts: readonly number[]): readonly (readonly T[])[] => {
  const edges = [0, ...cuts.map((at) => at % (items.length + 1)).sort((a, b) => a - b), items.length];
  return edges.slice(1).map((end, index) => items.slice(edges[index], end));
};

const anyCuts = fc.array(fc.nat(100), { maxLength: 6 });

describe('P6: the report does not depend on how the list of caches came', () => {
  const anyCaches = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'C', 'd', 'E', 'f-1', 'f-10', 'f-2'), changes: fc.array(anyChange, { maxLength: 4 }) }),
    {
      selector: ({ name }) => name.toLowerCase(),
      maxLength: 6,
    },
  );
  const wire = (name: string, changes: readonly { readonly path: readonly string[]; readonly value: unknown }[]): unknown =>
    changes.reduce<unknown>((item, { path, value }) => altered(item, path, value), overTheWire(wireRedis(ONE, name)));

  it('is the same for every split into pages, every order, and every item twice', async () => {
    const estates = anyCaches.chain((caches) => {
      const items = caches.map(({ name, changes }) => wire(name, changes));
      return fc.record({
        items: fc.constant(items),
        shuffled: fc.shuffledSubarray([...items, ...items], { minLength: 2 * items.length }),
        cuts: anyCuts,
      });
    });
    await fc.assert(
      fc.asyncProperty(estates, async ({ items, shuffled, cuts }) => {
        expect(await reportOf(cut(shuffled, cuts))).toBe(await reportOf([items]));
      }),
      { numRuns: 200 },
    );
  });

  it('has the same caches and the same status when items are hostile, wherever they stand', async () => {
    const hostile = fc.array(fc.oneof(fc.jsonValue(), fc.constant(wireRedis(subscriptionId(2), 'x'))).map(overTheWire), {
      minLength: 1,
      maxLength: 3,
    });
    const good = ['a', 'b', 'c'].map((name) => overTheWire(wireRedis(ONE, name)));
    const estates = hostile.chain((items) =>
      fc.record({
        items: fc.constant(items),
        shuffled: fc.shuffledSubarray([...good, ...items], { minLength: good.length + items.length }),
        cuts: anyCuts,
      }),
    );
    const stable = (text: string): unknown => {
      const { caches, findings, scope, summary, status, problems }: Record<string, readonly unknown[]> = JSON.parse(text);
      return { caches, findings, scope, summary, status, problems: problems?.length };
    };
    await fc.assert(
      fc.asyncProperty(estates, async ({ items, shuffled, cuts }) => {
        const report = stable(await reportOf(cut(shuffled, cuts)));
        expect(report).toEqual(stable(await reportOf([[...good, ...items]])));
        expect(report).toMatchObject({ status: { exitCode: 3, complete: false }, problems: 1 });
      }),
      { numRuns: 100 },
    );
  });
});

/** Just what a stranger who holds nothing but the JSON needs to tell the exit code. */
interface ResultJson {
  readonly findings: readonly {
    readonly outcome: string;
    readonly severityRank: number;
    readonly disposition: string;
    readonly gating: boolean;
  }[];
  readonly caches: readonly unknown[];
  readonly problems: readonly { readonly kind: string; readonly code: string }[];
  readonly scope: { readonly subscriptions: readonly { readonly status: string; readonly caches: number }[] };
  readonly run: { readonly options: { readonly failOn: string; readonly allowIncomplete: boolean; readonly allowEmpty: boolean } };
  readonly summary: { readonly gating: number };
  readonly status: { readonly exitCode: number; readonly complete: boolean };
}

const RANKS: Readonly<Record<string, number>> = { critical: 5, high: 4, medium: 3, low: 2, info: 1, none: 6 };

/** cli.md, "Exit codes", read as a stranger would. */
const recomputed = ({ findings, caches, problems, scope, run }: ResultJson) => {
  const { failOn, allowIncomplete, allowEmpty } = run.options;
  const gate = RANKS[failOn] ?? 0;
  const has = (kind: string): boolean => problems.some((one) => one.kind === kind);
  const unread = problems.filter(({ kind }) => kind !== 'output').length > 0;
  const unknowns = findings.filter(({ outcome }) => outcome === 'unknown');
  const judgedNothing = caches.length > 0 && findings.every(({ outcome }) => outcome === 'not_evaluated');
  const sawSomething = scope.subscriptions.some(({ status, caches: count }) => status === 'read' || (status === 'partial' && count > 0));
  const gating = findings.map((one) => one.outcome === 'fail' && one.disposition === 'active' && one.severityRank >= gate);
  const complete = !unread && unknowns.length === 0 && !judgedNothing;
  const code = (): number => {
    if (has('internal')) return 70;
    const signal = problems.find(({ kind }) => kind === 'interrupted');
    if (signal) return signal.code === 'SIGTERM' ? 143 : 130;
    if (has('output')) return 73;
    if (has('usage')) return 2;
    if (unread && !sawSomething) return 4;
    if (gating.includes(true)) return 1;
    if (unread || judgedNothing || unknowns.some(({ severityRank }) => failOn === 'none' || severityRank >= gate))
      return allowIncomplete ? 0 : 3;
    if (caches.length === 0) return allowEmpty ? 0 : 5;
    return 0;
  };
  return { exitCode: code(), complete, gating };
};

describe('P10: the exit code can be recomputed from the JSON report', () => {
  const KINDS: readonly ProblemKind[] = [
    ...(['usage', 'permission', 'not_found', 'auth', 'throttle', 'timeout', 'network', 'proxy', 'malformed', 'limit'] as const),
    ...(['rule_crash', 'output', 'interrupted', 'internal'] as const),
  ];
  const OUTCOMES: readonly Outcome[] = ['fail', 'unknown', 'pass', 'not_applicable', 'not_evaluated'];

  const anyProblem = fc
    .record({ kind: fc.constantFrom(...KINDS), signal: fc.constantFrom('SIGINT', 'SIGTERM') })
    .map(({ kind, signal }): Problem => problem(kind, kind === 'interrupted' ? signal : 'CODE', 'something happened'));

  const anyFinding = fc.record({ outcome: fc.constantFrom(...OUTCOMES), severity: fc.constantFrom(...SEVERITIES) });

  /** Mostly one kind of outcome to a cache, so that runs of nothing but passes or of nothing judged at all come up. */
  const anyCache = fc.oneof(
    fc.array(anyFinding, { maxLength: 6 }),
    fc.constantFrom(...OUTCOMES).chain((outcome) =>
      fc.array(
        anyFinding.map(({ severity }) => ({ outcome, severity })),
        { minLength: 1, maxLength: 3 },
      ),
    ),
  );

  const anySubscription = fc.record({
    status: fc.constantFrom<SubscriptionScope['status']>('read', 'read', 'denied', 'skipped', 'partial'),
    caches: fc.array(anyCache, { maxLength: 3 }),
  });

  const anyRun = fc.record({
    subscriptions: fc.array(anySubscription, { maxLength: 3 }),
    problems: fc.oneof(fc.constant<readonly Problem[]>([]), fc.array(anyProblem, { maxLength: 3 })),
    failOn: fc.constantFrom<Threshold>(...THRESHOLDS),
    allowIncomplete: fc.boolean(),
    allowEmpty: fc.boolean(),
  });

  type AnyRun = typeof anyRun extends fc.Arbitrary<infer T> ? T : never;

  const resultOf = ({ subscriptions, problems, ...gate }: AnyRun): ResultJson => {
    const run: Run = { ...RUN, failOn: gate.failOn, options: gate };
    const policy: Policy = { ...POLICY, ...gate };
    const tally = tallyOf(run, policy);
    const reporter = jsonReporter();
    let text = reporter.begin(run);
    subscriptions.forEach(({ status, caches }, index) => {
      const seen = status === 'read' || status === 'partial' ? caches : [];
      seen.forEach((findings, nth) => {
        const judgements = findings.map(({ outcome, severity }) => ({
          rule: nonSslPortDisabled,
          severity,
          verdict: { outcome, message: 'so it is', expected: null, actual: null, evidence: null, reason: null },
        }));
        const assessed = evaluate({ cache: compliantCache({ id: cacheId(`c-${index}-${nth}`) }), judgements, problems: [] }, policy);
        tally.add(assessed);
        text += reporter.assessed(assessed);
      });
      // Whatever was not read fully has said why.
      if (status === 'denied') tally.addProblem(problem('permission', 'AUTHORIZATION_FAILED', 'no right'));
      if (status === 'partial') tally.addProblem(problem('network', 'ECONNRESET', 'it broke off'));
      tally.addSubscription({ id: subscriptionId(index), name: null, state: 'Enabled', status, caches: seen.length, reason: null });
    });
    for (const one of problems) tally.addProblem(one);
    return JSON.parse(text + reporter.end(tally.report(END)));
  };

  it('by whoever has read the table of exit codes', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const result = resultOf(run);
        const { status, findings, summary } = result;
        const gating = findings.map((one) => one.gating);
        expect({ exitCode: status.exitCode, complete: status.complete, gating }).toEqual(recomputed(result));
        expect(summary.gating).toBe(gating.filter((gates) => gates).length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('and every code comes up', () => {
    const codes = new Set(fc.sample(anyRun, { numRuns: 3_000, seed: 1 }).map((run) => resultOf(run).status.exitCode));
    expect([...codes].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 70, 73, 130, 143]);
  });
});
