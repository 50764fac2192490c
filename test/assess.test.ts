import { describe, expect, it } from 'vitest';
import { assess, awaitedBy } from '../src/assess.ts';
import { type Cache, isBeingDeleted } from '../src/model/cache.ts';
import { pending } from '../src/model/fact.ts';
import type { Assessment, Verdict } from '../src/model/finding.ts';
import { type Awaitable, NEEDS } from '../src/model/need.ts';
import { RULES } from '../src/rules/index.ts';
import { defineRule, fail, given, pass, type Rule } from '../src/rules/rule.ts';
import { readCluster } from '../src/sources/decode/cluster.ts';
import { readRedis } from '../src/sources/decode/redis.ts';
import { cacheId, compliantCache, compliantCluster, compliantDatabase, listed, missing, seen, TODAY } from './support/cache.ts';
import { subscriptionId, wireCluster, wireRedis } from './support/resource-manager.ts';

/** A rule that says nothing but what is given. */
const ruleOf = (id: string, check: Rule['check'], differences: Partial<Rule> = {}): Rule => ({
  ...defineRule({
    id,
    title: 'Something must be so',
    severity: 'low',
    appliesTo: ['redis'],
    why: 'Because.',
    evidence: 'properties.something',
    fix: {
      summary: 'Do it.',
      risk: 'None.',
      stage: 'change',
      steps: () => [],
      verify: () => null,
      rollback: 'Undo it.',
      terraform: {},
      bicep: null,
      policy: null,
      portal: null,
      clients: null,
      rotateKeys: false,
    },
    references: ['https://learn.microsoft.com/azure/something'],
    check: () => pass('it is so'),
  }),
  check,
  ...differences,
});

const passing = ruleOf('passes', () => pass('it is so'));
const failing = ruleOf('fails', () => fail('it is not so'), { severity: 'high' });
const crashing = ruleOf('crashes', () => {
  throw new TypeError('x is not a function');
});

const idsOf = ({ judgements }: Assessment): readonly string[] => judgements.map(({ rule }) => rule.id);

describe('assess', () => {
  it('judges a cache by every rule, in the order of the rules', () => {
    const cache = compliantCache();
    const assessment: Assessment = {
      cache,
      judgements: [
        { rule: failing, severity: 'high', verdict: fail('it is not so') },
        { rule: passing, severity: 'low', verdict: pass('it is so') },
      ],
      problems: [],
    };
    expect(assess(cache, [failing, passing], TODAY)).toEqual(assessment);
    expect(idsOf(assess(cache, [passing, failing], TODAY))).toEqual(['passes', 'fails']);
  });

  it('judges by no rule when none is given', () => {
    const cache = compliantCache();
    expect(assess(cache, [], TODAY)).toEqual({ cache, judgements: [], problems: [] });
  });

  it('hands each rule the cache itself, and the day', () => {
    const seenBy: unknown[] = [];
    const cache = compliantCache();
    assess(
      cache,
      [
        ruleOf('looks', (one, today) => {
          seenBy.push(one, today);
          return pass('it is so');
        }),
      ],
      TODAY,
    );
    expect(seenBy).toEqual([cache, TODAY]);
  });

  describe('leaves out the rules for other kinds of caches', () => {
    const rules = [
      ruleOf('for-redis', () => pass('it is so'), { appliesTo: ['redis'] }),
      ruleOf('for-clusters', () => pass('it is so'), { appliesTo: ['managed', 'enterprise'] }),
      ruleOf('for-all', () => pass('it is so'), { appliesTo: ['redis', 'managed', 'enterprise'] }),
    ];

    it.each([
      { kind: 'redis', ids: ['for-redis', 'for-all'] },
      { kind: 'managed', ids: ['for-clusters', 'for-all'] },
      { kind: 'enterprise', ids: ['for-clusters', 'for-all'] },
    ] as const)('$kind', ({ kind, ids }) => {
      expect(idsOf(assess(compliantCache({ kind }), rules, TODAY))).toEqual(ids);
    });
  });

  it('says how bad a finding is as its rule does, unless the verdict is milder', () => {
    const milder = ruleOf('milder', () => fail('a little', null, { severity: 'info' }), { severity: 'high' });
    expect(assess(compliantCache(), [milder, failing], TODAY).judgements.map(({ severity }) => severity)).toEqual(['info', 'high']);
  });

  const KINDS: readonly { readonly what: string; readonly cache: Cache; readonly apart: readonly string[] }[] = [
    {
      what: 'redis',
      cache: compliantCache(),
      apart: [
        'firewall-rules-present: not_applicable',
        'firewall-rules-narrow: not_applicable',
        'no-secrets-in-declarations: not_applicable',
        'geo-replicas-consistent: not_applicable',
        'tier-not-retiring: fail',
        'required-tags-present: not_applicable',
      ],
    },
    {
      what: 'managed',
      cache: compliantCluster('managed'),
      apart: [
        'no-secrets-in-declarations: not_applicable',
        'geo-replicas-consistent: not_applicable',
        'required-tags-present: not_applicable',
      ],
    },
    {
      what: 'enterprise',
      cache: compliantCluster('enterprise'),
      apart: ['no-secrets-in-declarations: not_applicable', 'required-tags-present: not_applicable'],
    },
  ];

  /** What is not a pass. */
  const outcomes = (cache: Cache): readonly string[] =>
    assess(cache, RULES, TODAY)
      .judgements.filter(({ verdict }) => verdict.outcome !== 'pass')
      .map(({ rule, verdict }) => `${rule.id}: ${verdict.outcome}`);

  it.each(KINDS)('passes a compliant cache of kind $what by every rule that has something to say', ({ cache, apart }) => {
    const { judgements, problems } = assess(cache, RULES, TODAY);
    expect(judgements.map(({ rule }) => rule.id)).toEqual(
      RULES.filter(({ appliesTo }) => appliesTo.includes(cache.kind)).map(({ id }) => id),
    );
    expect(outcomes(cache).filter((outcome) => !/^tier-not-retiring: (?:pass|fail|not_applicable)$/.test(outcome))).toEqual(
      apart.filter((outcome) => !outcome.startsWith('tier-not-retiring')),
    );
    expect(problems).toEqual([]);
  });

  it.each<{ readonly change: Partial<Cache>; readonly told: readonly string[] }>([
    { change: { nonSslPort: seen(true) }, told: ['non-ssl-port-disabled: fail'] },
    { change: { minimumTlsVersion: seen('1.1') }, told: ['minimum-tls-1-2: fail'] },
    { change: { authenticationDisabled: seen(true) }, told: ['authentication-required: fail'] },
    { change: { accessKeysDisabled: missing() }, told: ['access-keys-disabled: unknown'] },
    { change: { updateChannel: seen('Preview') }, told: ['update-channel-stable: fail'] },
    { change: { redisVersion: seen('4.0') }, told: ['redis-version-supported: fail'] },
    { change: { patchDays: seen([]) }, told: ['patch-schedule-set: fail'] },
    { change: { identityType: missing() }, told: ['managed-identity-assigned: unknown'] },
    { change: { zonalPolicy: missing() }, told: ['zone-redundant: unknown'] },
  ])('lets one fact decide for the rules that ask for it, and for no other: $told', ({ change, told }) => {
    const apart = outcomes(compliantCache());
    expect(outcomes(compliantCache(change)).filter((outcome) => !apart.includes(outcome))).toEqual(told);
  });
});

describe('a rule that throws', () => {
  const CRASHED: Verdict = {
    outcome: 'unknown',
    message: 'the rule crashed: this is a bug in redvet',
    expected: null,
    actual: null,
    evidence: null,
    reason: 'rule_crash',
  };

  it('costs its own verdict and leaves a problem, and the other rules judge', () => {
    const cache = compliantCache({ name: 'orders', id: cacheId('orders') });
    const assessment: Assessment = {
      cache,
      judgements: [
        { rule: passing, severity: 'low', verdict: pass('it is so') },
        { rule: crashing, severity: 'low', verdict: CRASHED },
        { rule: failing, severity: 'high', verdict: fail('it is not so') },
      ],
      problems: [
        {
          kind: 'rule_crash',
          code: 'RULE_CRASH',
          scope: cacheId('orders'),
          action: null,
          httpStatus: null,
          message: 'rule crashes crashed on orders: x is not a function',
          hint: expect.stringContaining('report it'),
          affects: ['crashes'],
        },
      ],
    };
    expect(assess(cache, [passing, crashing, failing], TODAY)).toEqual(assessment);
  });

  it.each([['a text'], [undefined], [null], [7]])('may throw anything: %j', (thrown) => {
    const odd = ruleOf('odd', () => {
      throw thrown;
    });
    const { judgements, problems } = assess(compliantCache(), [odd], TODAY);
    expect(judgements).toEqual([{ rule: odd, severity: 'low', verdict: CRASHED }]);
    expect(problems).toMatchObject([{ kind: 'rule_crash', message: `rule odd crashed on good: ${thrown}` }]);
  });

  it('leaves one problem for each time it throws', () => {
    const { problems } = assess(compliantCache(), [crashing, passing, crashing], TODAY);
    expect(problems).toHaveLength(2);
  });
});

describe('a cache that is being deleted', () => {
  const GOING: Verdict = {
    outcome: 'not_applicable',
    message: 'the cache is being deleted',
    expected: null,
    actual: null,
    evidence: null,
    reason: 'being_deleted',
  };

  it.each(['Deleting', 'deleting', 'Deleted', 'DELETED'])('is listed and not judged, not even by a rule that would throw: %s', (state) => {
    const cache = compliantCache({ provisioningState: state });
    expect(assess(cache, [failing, crashing], TODAY)).toEqual({
      cache,
      judgements: [
        { rule: failing, severity: 'high', verdict: GOING },
        { rule: crashing, severity: 'low', verdict: GOING },
      ],
      problems: [],
    });
  });

  it.each([
    'Succeeded',
    'Creating',
    'Updating',
    'Scaling',
    'Linking',
    'Failed',
    'Disabled',
    'Unprovisioning',
    'DeletingSoon',
    'NotDeleted',
    null,
  ])('is none in any other state: %s', (provisioningState) => {
    const { judgements } = assess(compliantCache({ provisioningState }), [failing], TODAY);
    expect(judgements.map(({ verdict }) => verdict.outcome)).toEqual(['fail']);
  });
});

describe('awaitedBy', () => {
  const waiting = (id: string, need: Awaitable, differences: Partial<Rule> = {}) =>
    ruleOf(id, () => given(pending(need), () => failing.check(compliantCache(), TODAY)), differences);

  it('names what is waited for, and by which rules, in their order', () => {
    const rules = [
      waiting('b', 'firewallRules'),
      passing,
      waiting('a', 'firewallRules'),
      waiting('c', 'patchSchedules'),
      crashing,
      waiting('d', 'firewallRules', { appliesTo: ['managed'] }),
    ];
    expect([...awaitedBy(compliantCache(), rules, TODAY)]).toEqual([
      ['firewallRules', ['b', 'a']],
      ['patchSchedules', ['c']],
    ]);
  });

  it('is nothing where no rule waits', () => {
    expect(awaitedBy(compliantCache(), [passing, failing, crashing], TODAY).size).toBe(0);
    expect(awaitedBy(compliantCache(), [], TODAY).size).toBe(0);
  });

  it('is nothing for a cache that is being deleted', () => {
    expect(awaitedBy(compliantCache({ provisioningState: 'Deleting' }), [waiting('a', 'firewallRules')], TODAY).size).toBe(0);
  });

  it('is asked by the day that rules judge by', () => {
    const rule = ruleOf('by-day', (_, today) => given(pending(today === TODAY ? 'databases' : 'linkedServers'), () => pass('so')));
    expect([...awaitedBy(compliantCache(), [rule], TODAY).keys()]).toEqual(['databases']);
  });

  const ONE = subscriptionId(1);
  type Wire = Readonly<Record<string, unknown>>;
  const redis = (properties: Wire = {}): Cache => cacheIn(readRedis(wireRedis(ONE, 'c', properties)));
  const cluster = (properties: Wire = {}, more: Wire = {}): Cache => cacheIn(readCluster(wireCluster(ONE, 'c', properties, more)));
  const cacheIn = (decoded: ReturnType<typeof readRedis>): Cache => {
    if ('refused' in decoded) throw new Error(decoded.refused);
    return decoded.cache;
  };
  const needsOf = (cache: Cache): readonly Awaitable[] => [...awaitedBy(cache, RULES, TODAY).keys()].sort();
  const PUBLIC = { publicNetworkAccess: 'Enabled' };
  const LINKED = { linkedServers: [{ id: 'x' }] };

  it.each([
    { what: 'a cache as it should be', cache: redis(), needs: ['accessPolicyAssignments', 'diagnosticSettings', 'patchSchedules'] },
    {
      what: 'one that is public',
      cache: redis(PUBLIC),
      needs: ['accessPolicyAssignments', 'diagnosticSettings', 'firewallRules', 'patchSchedules'],
    },
    {
      what: 'one that is linked',
      cache: redis(LINKED),
      needs: ['accessPolicyAssignments', 'diagnosticSettings', 'linkedServers', 'patchSchedules'],
    },
    { what: 'a public one of which no assignment matters', cache: redis({ ...PUBLIC, provisioningState: 'Deleting' }), needs: [] },
    { what: 'a cluster', cache: cluster(), needs: ['databases'] },
    { what: 'an enterprise cluster', cache: cluster({}, { sku: { name: 'Enterprise_E10' } }), needs: ['databases'] },
    { what: 'a cluster that is being deleted', cache: cluster({ provisioningState: 'Deleting' }), needs: [] },
  ])('of the catalogue, for $what, is $needs', ({ cache, needs }) => {
    expect(needsOf(cache)).toEqual(needs);
  });

  it('is what stands below the databases once these are known', () => {
    const databases = listed([compliantDatabase({ diagnosticSettings: pending('diagnosticSettings') })]);
    expect(needsOf({ ...cluster(), databases })).toEqual(['diagnosticSettings']);
  });

  it('is never more than the rule says it may need', () => {
    const samples: readonly Cache[] = [
      redis(),
      redis(PUBLIC),
      redis(LINKED),
      redis({ ...PUBLIC, ...LINKED, redisConfiguration: {} }),
      redis({ redisConfiguration: null }),
      cacheIn(readRedis({ ...wireRedis(ONE, 'c'), properties: null })),
      cluster(),
      cluster({ publicNetworkAccess: null }),
      cluster({}, { sku: { name: 'Enterprise_E10' } }),
      cacheIn(readCluster({ ...wireCluster(ONE, 'c'), properties: null })),
    ];
    const readSoFar = samples.flatMap((cache) => [
      cache,
      { ...cache, accessPolicyAssignments: compliantCache().accessPolicyAssignments, firewallRules: listed([]) },
      { ...cache, databases: listed([compliantDatabase({ diagnosticSettings: pending('diagnosticSettings') })]) },
    ]);
    const beyond = readSoFar.flatMap((cache) =>
      [...awaitedBy(cache, RULES, TODAY)].flatMap(([need, ids]) =>
        ids
          .filter((id) => !RULES.some((rule) => rule.id === id && rule.needs.some((one) => one === need)))
          .map((id) => `${id} awaits ${need}`),
      ),
    );
    expect(beyond).toEqual([]);
    const awaited = new Set(readSoFar.flatMap(needsOf));
    // Policies are wanted for an assignment of one that is not built in; no rule judges the assignments of databases.
    expect(NEEDS.filter((need) => !awaited.has(need))).toEqual(['accessPolicies', 'databaseAccessPolicyAssignments']);
  });

  it('is for policies of their own only what nothing else tells', () => {
    const assigned = (policy: string): Cache => ({
      ...redis(),
      accessPolicyAssignments: listed([{ name: 'a', policy: seen(policy), objectId: null, alias: null }]),
    });
    expect(needsOf(assigned('my-policy'))).toContain('accessPolicies');
    for (const policy of ['Data Owner', 'data contributor', 'Data Reader'])
      expect(needsOf(assigned(policy))).not.toContain('accessPolicies');
  });

  it('is nothing that is known, unknown for good, or of another kind', () => {
    expect(needsOf(compliantCache())).toEqual([]);
    expect(needsOf(compliantCluster('managed'))).toEqual([]);
    expect(needsOf(compliantCache({ patchDays: missing(), accessPolicyAssignments: missing() }))).toEqual([]);
  });
});

describe('isBeingDeleted', () => {
  it.each([
    ['Deleting', true],
    ['DELETED', true],
    ['Unprovisioning', false],
    [null, false],
  ])('of %j is %j', (provisioningState, expected) => {
    expect(isBeingDeleted(compliantCache({ provisioningState }))).toBe(expected);
  });
});
