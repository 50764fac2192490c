import { describe, expect, it } from 'vitest';
import { rulesCalled } from '../../src/cli/select-rules.ts';
import { CACHE_KINDS, type CacheKind } from '../../src/model/cache.ts';
import { FIX_STAGES, type Fix, type FixTarget, type Step } from '../../src/model/fix.ts';
import { NEEDS, type Need } from '../../src/model/need.ts';
import { SEVERITIES, type Severity } from '../../src/model/severity.ts';
import { explainedFix } from '../../src/remediation/explained.ts';
import { wordsOf } from '../../src/remediation/steps.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { cacheId, clusterId, SUBSCRIPTION } from '../support/cache.ts';

/** The catalogue as it is promised, written by hand: a rule that changes its mind has to change it here as well. */
const ALL: readonly CacheKind[] = ['redis', 'managed', 'enterprise'];
const CLUSTERS: readonly CacheKind[] = ['managed', 'enterprise'];
const REDIS: readonly CacheKind[] = ['redis'];

const CATALOGUE: readonly (readonly [id: string, severity: Severity, kinds: readonly CacheKind[]])[] = [
  ['non-ssl-port-disabled', 'high', REDIS],
  ['minimum-tls-1-2', 'high', ALL],
  ['public-network-access-disabled', 'high', ALL],
  ['authentication-required', 'critical', REDIS],
  ['entra-authentication-enabled', 'medium', REDIS],
  ['access-keys-disabled', 'medium', ['redis', 'managed']],
  ['access-policies-least-privilege', 'medium', REDIS],
  ['access-policies-assigned', 'low', REDIS],
  ['managed-identity-assigned', 'info', REDIS],
  ['private-endpoint-approved', 'medium', ALL],
  ['private-endpoint-requests-settled', 'medium', ALL],
  ['private-path-exists', 'low', ALL],
  ['firewall-rules-present', 'medium', REDIS],
  ['firewall-rules-narrow', 'high', REDIS],
  ['not-vnet-injected', 'info', REDIS],
  ['client-protocol-encrypted', 'high', CLUSTERS],
  ['persistence-uses-managed-identity', 'medium', REDIS],
  ['customer-managed-key', 'info', CLUSTERS],
  ['dedicated-node', 'low', REDIS],
  ['no-secrets-in-declarations', 'high', ALL],
  ['sku-has-sla', 'medium', REDIS],
  ['zone-redundant', 'low', ALL],
  ['high-availability-enabled', 'medium', ['managed']],
  ['geo-replicas-consistent', 'medium', ['redis', 'managed']],
  ['persistence-enabled', 'info', ALL],
  ['patch-schedule-set', 'low', REDIS],
  ['update-channel-stable', 'low', REDIS],
  ['redis-version-supported', 'medium', ALL],
  ['tier-not-retiring', 'critical', ['redis', 'enterprise']],
  ['diagnostic-logs-enabled', 'low', ALL],
  ['entra-audit-log-enabled', 'low', REDIS],
  ['memory-reserved', 'info', REDIS],
  ['required-tags-present', 'low', ALL],
];

const ids = RULES.map(({ id }) => id);

const ruleOf = (id: string): Rule => {
  const rule = RULES.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return rule;
};

describe('the catalogue', () => {
  it('holds these rules in this order, each as severe as it can get and for these kinds', () => {
    expect(RULES.map(({ id, severity, appliesTo }) => [id, severity, appliesTo])).toEqual(CATALOGUE);
  });

  it('gates by default on what people adopt the tool for, and on what is as bad', () => {
    const gating = RULES.filter(({ severity }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf('high')).map(({ id }) => id);
    expect(gating).toEqual([
      'non-ssl-port-disabled',
      'minimum-tls-1-2',
      'public-network-access-disabled',
      'authentication-required',
      'firewall-rules-narrow',
      'client-protocol-encrypted',
      'no-secrets-in-declarations',
      'tier-not-retiring',
    ]);
  });
});

/** Names of the same checks in other tools, and ids of built-in policies. */
const FIREWALL = ['firewall-rules-present', 'firewall-rules-narrow'];
const ALIASES: readonly (readonly [rules: readonly string[], names: string])[] = [
  [
    ['non-ssl-port-disabled'],
    'redis_nosslonly Azure.Redis.NonSslPort AZR-000163 CKV_AZURE_91 sslAccessOnlyEnabled redis_cache_ssl_enabled redis-008 AC_AZURE_0394 ' +
      'e29a75e6-aba3-4896-b42d-b87818c16b58 redis-ssl-only 22bee202-a82f-4305-9a2a-6d7f44d4dedb',
  ],
  [
    ['minimum-tls-1-2'],
    'Azure.Redis.MinTLS AZR-000164 Azure.RedisEnterprise.MinTLS AZR-000301 CKV_AZURE_148 minimumTlsVersion redis_cache_min_tls_1_2 ' +
      'redis-009 e22e5620-3679-418e-bb74-c9f71731ab0f',
  ],
  [
    ['public-network-access-disabled'],
    'Azure.Redis.PublicNetworkAccess AZR-000165 CKV_AZURE_89 redisCachePrivateEndpoint redis-014 470baccb-7e51-4549-8b1a-3e5be069f663',
  ],
  [
    ['private-endpoint-approved'],
    'redis_cache_uses_private_link redis-015 7803067c-7d34-46e3-8c79-0ca68fc4036d 960e650e-9ce3-4316-9590-8ee2c016ca2f',
  ],
  [['entra-authentication-enabled'], 'Azure.Redis.EntraID AZR-000427'],
  [['access-keys-disabled'], 'Azure.Redis.LocalAuth AZR-000496 redis-017 3827af20-8f80-4b15-8300-6db0873ec901'],
  [['client-protocol-encrypted'], 'redis-018'],
  [
    FIREWALL,
    'Azure.Redis.FirewallRuleCount AZR-000299 Azure.Redis.FirewallIPRange AZR-000300 fd8da341-6760-4450-b26c-9f6d8850575e ' +
      '5089d055-53ff-421b-9482-a5267bdce629 a829b715-cf75-4e92-b645-54c9b739edfb AC_AZURE_0390 AC_AZURE_0391 AC_AZURE_0392',
  ],
  [['managed-identity-assigned'], 'redisCacheManagedIdentity'],
  [['diagnostic-logs-enabled'], 'redisCacheDiagnosticLogs redis-001'],
  [['patch-schedule-set'], 'redisCacheScheduledUpdates AC_AZURE_0393 b947809d-dd2f-4de9-b724-04d101c515aa'],
  [['redis-version-supported'], 'redisVersion Azure.Redis.Version AZR-000347'],
  [['sku-has-sla'], 'redis_cache_no_basic_sku CKV_AZURE_230 Azure.Redis.MinSKU AZR-000159'],
  [['memory-reserved'], 'Azure.Redis.MaxMemoryReserved AZR-000160'],
  [
    ['zone-redundant'],
    'Azure.Redis.AvailabilityZone AZR-000161 Azure.RedisEnterprise.Zones AZR-000162 redis-012 1bf67da8-b100-45bf-b89d-e4669fc54411',
  ],
  [['high-availability-enabled'], 'redis-013'],
  [['customer-managed-key'], 'redis-016 09aa11bb-87ec-409f-bf0b-49b7c1561a87'],
  [['tier-not-retiring'], 'Azure.Redis.MigrateAMR AZR-000533 Azure.RedisEnterprise.MigrateAMR AZR-000534 redis-010 redis-011'],
  [['required-tags-present'], 'redisCacheHasTags'],
];

const NAMES = ALIASES.flatMap(([rules, names]) => names.split(' ').map((name) => ({ name, rules })));

describe('a name from another tool', () => {
  it.each(NAMES)('$name means $rules, in any case', ({ name, rules }) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(rulesCalled(written, RULES, '--rule').map(({ id }) => id)).toEqual(rules);
    }
  });

  it('stands in this list, and no other does', () => {
    const known = RULES.flatMap(({ id, aliases }) => aliases.map((alias) => `${alias} ${id}`));
    expect(known.sort()).toEqual(NAMES.flatMap(({ name, rules }) => rules.map((id) => `${name} ${id}`)).sort());
  });

  it('is not that of the policy on zones of Redis Enterprise, which is wrong for every Azure Managed Redis cluster', () => {
    expect(() => rulesCalled('408934a8-941a-4c1e-ba88-dd035d9688f4', RULES, '--rule')).toThrow();
  });
});

describe.each(RULES)('the text of $id', ({ id, title, why, evidence, references }) => {
  it('says in a sentence what is required, without a full stop', () => {
    expect(title).toMatch(/^[A-Z].* (?:must|may) .*[^.\s]$/);
  });

  it('says in two sentences or more why it matters', () => {
    expect(why).toMatch(/^[A-Z].*\.$/s);
    expect(why.match(/[.](?=\s|$)/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('says what is read', () => {
    expect(evidence).not.toBe('');
  });

  it('refers to documentation, each page once', () => {
    expect(references.filter((url) => !/^https:\/\/learn\.microsoft\.com\/[a-z0-9/-]+(?:#[a-z0-9-]+)?$/.test(url))).toEqual([]);
    expect(references).toEqual([...new Set(references)]);
  });

  it('is in plain letters, so that every terminal shows it', () => {
    expect([id, title, why, evidence].join('').replace(/[\x20-\x7e]/g, '')).toBe('');
  });
});

/** What a rule may read beyond the lists. */
const READS: Readonly<Record<string, readonly Need[]>> = {
  'access-keys-disabled': ['databases'],
  'access-policies-least-privilege': ['accessPolicyAssignments', 'accessPolicies'],
  'access-policies-assigned': ['accessPolicyAssignments'],
  'firewall-rules-present': ['firewallRules'],
  'firewall-rules-narrow': ['firewallRules'],
  'client-protocol-encrypted': ['databases'],
  'geo-replicas-consistent': ['linkedServers', 'databases'],
  'persistence-enabled': ['databases'],
  'patch-schedule-set': ['patchSchedules'],
  'redis-version-supported': ['databases'],
  'diagnostic-logs-enabled': ['databases', 'diagnosticSettings'],
  'entra-audit-log-enabled': ['diagnosticSettings'],
};

describe('what a rule needs', () => {
  it.each(RULES)('is for $id no more than this', ({ id, needs }) => {
    expect([...needs].sort()).toEqual([...(READS[id] ?? [])].sort());
    expect(needs.filter((need) => !NEEDS.includes(need))).toEqual([]);
  });

  it('grows with an option that makes it read more', () => {
    const rule = ruleOf('public-network-access-disabled');
    expect(rule.needs).toEqual([]);
    expect(rule.withOptions({ acceptNarrowFirewall: true }).needs).toEqual(['firewallRules']);
  });
});

/** Which failure explains which. */
const FOLLOWS: Readonly<Record<string, string>> = {
  'access-keys-disabled': 'entra-authentication-enabled',
  'private-endpoint-approved': 'public-network-access-disabled',
  'firewall-rules-present': 'public-network-access-disabled',
  'firewall-rules-narrow': 'public-network-access-disabled',
  'entra-audit-log-enabled': 'diagnostic-logs-enabled',
};

describe('a rule that follows from another', () => {
  it('is one of these', () => {
    expect(Object.fromEntries(RULES.flatMap(({ id, follows }) => (follows === null ? [] : [[id, follows]])))).toEqual(FOLLOWS);
  });

  it('follows from one that exists, knows all its kinds and follows from nothing itself, so that the table can fold it under', () => {
    for (const { id, follows, appliesTo } of RULES.filter((rule) => rule.follows !== null)) {
      const leader = ruleOf(follows ?? '');
      expect({ id, of: leader.follows }).toEqual({ id, of: null });
      expect(appliesTo.some((kind) => leader.appliesTo.includes(kind))).toBe(true);
    }
  });
});

/** Every option of every rule: its default, and values that it takes and does not take on a command line. */
const OPTIONS: readonly {
  readonly option: string;
  readonly fallback: unknown;
  readonly expected: string;
  readonly good: readonly (readonly [written: string, value: unknown])[];
  readonly bad: readonly string[];
}[] = [
  {
    option: 'minimum-tls-1-2.requireExplicit',
    fallback: false,
    expected: 'true or false',
    good: [
      ['true', true],
      ['false', false],
    ],
    bad: ['', 'yes', 'TRUE', '1'],
  },
  {
    option: 'public-network-access-disabled.acceptNarrowFirewall',
    fallback: false,
    expected: 'true or false',
    good: [['true', true]],
    bad: ['', 'narrow'],
  },
  {
    option: 'firewall-rules-narrow.maxAddresses',
    fallback: 256,
    expected: 'a whole number from 1 to 16777215',
    good: [
      ['1', 1],
      ['16777215', 16_777_215],
    ],
    // 2^24 addresses are never narrow.
    bad: ['', '0', '16777216', '-1', '1.5', '1e3', 'many'],
  },
  {
    option: 'required-tags-present.tags',
    fallback: [],
    expected: 'names, with commas between',
    good: [
      ['owner', ['owner']],
      ['owner, cost centre', ['owner', 'cost centre']],
    ],
    bad: ['', ',', 'owner,,x'],
  },
];

describe('the options', () => {
  it('are these', () => {
    const known = RULES.flatMap(({ id, options }) => options.map((option) => [`${id}.${option.name}`, option.default, option.expected]));
    expect(known).toEqual(OPTIONS.map(({ option, fallback, expected }) => [option, fallback, expected]));
  });

  it.each(OPTIONS)('hold $option to what it takes', ({ option, fallback, good, bad }) => {
    const [id = '', name = ''] = option.split('.');
    const rule = ruleOf(id);
    for (const [written, value] of good) {
      expect(rule.readOption(name, written)).toEqual(value);
      const [changed] = rule.withOptions({ [name]: rule.readOption(name, written) ?? false }).options.filter((one) => one.name === name);
      expect(changed).toMatchObject({ name, default: fallback, value });
    }
    expect(bad.filter((written) => rule.readOption(name, written) !== undefined)).toEqual([]);
  });

  it.each(RULES.flatMap((rule) => rule.options.map((option) => ({ rule, id: rule.id, ...option }))))(
    'of $id say what $name is for, and have a default that it takes itself',
    ({ rule, name, help, value, default: fallback }) => {
      expect(help).toMatch(/^[a-z].{10,}[^.]$/);
      expect(value).toEqual(fallback);
      // An empty list is what nobody asked for: it cannot be asked for.
      const isNone = Array.isArray(fallback) && fallback.length === 0;
      expect(rule.readOption(name, fallback)).toEqual(isNone ? undefined : fallback);
    },
  );

  it.each(RULES)('of $id are none but its own', (rule) => {
    for (const name of ['', 'nonsense', 'constructor', '__proto__', 'toString']) {
      expect(rule.readOption(name, 'true')).toBeUndefined();
      expect(() => rule.withOptions({ [name]: true })).toThrow(name === '__proto__' ? undefined : TypeError);
    }
  });
});

const SKUS: Readonly<Record<CacheKind, readonly (string | null)[]>> = {
  redis: [null, 'Basic C0', 'Basic C6', 'Standard C0', 'Standard C1', 'Standard C6', 'Premium P1', 'Premium P5', 'Unheard Of', ''],
  managed: [null, 'Balanced_B0', 'Balanced_B10', 'MemoryOptimized_M10', 'ComputeOptimized_X5', 'FlashOptimized_A250', 'Unheard_Of', ''],
  enterprise: [null, 'Enterprise_E10', 'Enterprise_E400', 'EnterpriseFlash_F300', ''],
};

const targetsOf = (kind: CacheKind): readonly FixTarget[] =>
  SKUS[kind].map((sku) => ({
    id: kind === 'redis' ? cacheId('orders') : clusterId('orders'),
    name: 'orders',
    kind,
    resourceGroup: 'rg-test',
    subscriptionId: SUBSCRIPTION,
    sku,
  }));

const stepsOf = (rule: Rule): readonly { readonly step: Step; readonly target: FixTarget }[] =>
  rule.appliesTo.flatMap((kind) => targetsOf(kind).flatMap((target) => rule.fix.steps(target).map((step) => ({ step, target }))));

/** What is there to be copied into a declaration. */
const declarations = ({ bicep, terraform }: Fix): readonly string[] => [
  bicep ?? '',
  ...Object.values(terraform).flatMap((lines) => [...lines.lines, ...(lines.older?.lines ?? [])]),
];

/** What shows keys or makes new ones. */
const KEY_WORDS = /list-?keys|regenerate|primary_?key|secondary_?key|access_?key\b/i;

describe.each(RULES)('the fix of $id', (rule) => {
  const { fix } = rule;

  it('says in sentences what to do, what it breaks and how to go back', () => {
    for (const text of [fix.summary, fix.risk, fix.rollback]) expect(text).toMatch(/^(?:[A-Z]|az ).*\.$/s);
    expect(FIX_STAGES).toContain(fix.stage);
  });

  it('has steps for every kind and size, also where the size is not known', () => {
    const all = rule.appliesTo.flatMap((kind) => targetsOf(kind).map((target) => fix.steps(target)));
    expect(all.every(Array.isArray)).toBe(true);
    for (const kind of rule.appliesTo) expect(() => explainedFix(rule, kind)).not.toThrow();
  });

  it('shows no key and asks for none', () => {
    const commands = stepsOf(rule).flatMap(({ step, target }) => [...wordsOf(step, target), 'text' in step ? step.text : '']);
    const checks = rule.appliesTo.flatMap((kind) => targetsOf(kind).flatMap((target) => fix.verify(target) ?? []));
    expect([...commands, ...checks, ...declarations(fix)].filter((text) => KEY_WORDS.test(text))).toEqual([]);
  });

  it('prints no answer of a change, which may hold keys', () => {
    for (const { step, target } of stepsOf(rule)) {
      const words = wordsOf(step, target);
      if (words.length > 0) expect(words.slice(-2)).toEqual(['-o', 'none']);
    }
  });

  it('changes only the cache that it was given', () => {
    for (const { step, target } of stepsOf(rule)) {
      const text = wordsOf(step, target).join(' ');
      const named = text.includes(target.id) || text.includes(`-n ${target.name}`) || text.includes(`--cluster-name ${target.name}`);
      // A right to a storage account, or a network: the step before and after it name the cache.
      const elsewhere = /^(?:role assignment|network) /.test(text);
      expect(text === '' || named || elsewhere ? '' : text).toBe('');
    }
  });

  it('is written in other languages only for kinds that the rule knows', () => {
    expect(Object.keys(fix.terraform).filter((kind) => !rule.appliesTo.some((one) => one === kind))).toEqual([]);
  });

  it('names a policy, if any, by its id and within the limits of Azure', () => {
    if (fix.policy === null) return;
    expect(fix.policy.id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(RULES.flatMap(({ aliases }) => aliases)).toContain(fix.policy.id);
    expect(fix.policy.assignment).toMatch(/^[a-z][a-z0-9-]{1,23}$/);
    expect(fix.policy.risk).toMatch(/\.$/);
  });
});

describe('the fixes', () => {
  it('rotate the keys exactly where they may have been read, on the way or where they were written down', () => {
    expect(RULES.filter(({ fix }) => fix.rotateKeys).map(({ id }) => id)).toEqual([
      'non-ssl-port-disabled',
      'client-protocol-encrypted',
      'no-secrets-in-declarations',
    ]);
  });

  it('assign each policy under a name of its own', () => {
    const names = new Map(RULES.flatMap(({ fix }) => (fix.policy === null ? [] : [[fix.policy.id, fix.policy.assignment]])));
    expect([...names.values()]).toEqual([...new Set(names.values())]);
    expect(names.size).toBeGreaterThan(2);
  });

  it('are without steps only where nothing can be changed in place', () => {
    const none = RULES.flatMap(({ id, fix, appliesTo }) =>
      appliesTo.filter((kind) => targetsOf(kind).every((target) => fix.steps(target).length === 0)).map((kind) => `${id} ${kind}`),
    );
    expect(none.sort()).toEqual([
      'geo-replicas-consistent managed',
      'geo-replicas-consistent redis',
      'no-secrets-in-declarations enterprise',
      'no-secrets-in-declarations managed',
      'no-secrets-in-declarations redis',
      'not-vnet-injected redis',
      'tier-not-retiring enterprise',
      'tier-not-retiring redis',
      'zone-redundant enterprise',
      'zone-redundant managed',
    ]);
  });

  it('exist for every kind that there is', () => {
    expect([...new Set(RULES.flatMap(({ appliesTo }) => appliesTo))]).toEqual([...CACHE_KINDS]);
    expect(ids).toHaveLength(33);
  });
});
