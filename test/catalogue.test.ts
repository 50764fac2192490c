import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../src/model/need.ts';
import { RULES } from '../src/rules/index.ts';
import { type Ended, redvet, scan } from './support/redvet.ts';
import {
  type Estate,
  type LoopbackArm,
  type Received,
  type Reply,
  startResourceManager,
  subscriptionId,
  wireCluster,
  wireDatabase,
  wireRedis,
} from './support/resource-manager.ts';

/** Every rule of the catalogue over the wire, and what its verdict costs. */

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];

type Json = Readonly<Record<string, unknown>>;

const endpoint = (status: string, subscription: string): Json => ({
  name: 'pe',
  properties: {
    privateEndpoint: { id: `/subscriptions/${subscription}/resourceGroups/rg-net/providers/Microsoft.Network/privateEndpoints/pe` },
    privateLinkServiceConnectionState: { status },
  },
});

const APPROVED = { privateEndpointConnections: [endpoint('Approved', ONE)] };
const PUBLIC = { publicNetworkAccess: 'Enabled' };
const CONFIGURATION = {
  'maxmemory-reserved': '642',
  'aad-enabled': 'true',
  'rdb-backup-enabled': 'true',
  'preferred-data-persistence-auth-method': 'ManagedIdentity',
};
const GOOD = { ...APPROVED, redisConfiguration: CONFIGURATION };
const LABELS = { identity: { type: 'SystemAssigned' }, tags: { Owner: 'us' } };
const SUBNET = `/subscriptions/${ONE}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;

/** A redis cache of subscription one that is good but for this. */
const redis = (name: string, properties: Json = {}, more: Json = LABELS) => wireRedis(ONE, name, { ...GOOD, ...properties }, more);

const KEY = { customerManagedKeyEncryption: { keyEncryptionKeyUrl: 'https://vault.example/keys/redis/1' } };
const ENTERPRISE = { sku: { name: 'Enterprise_E10', capacity: 2 }, kind: 'v1', tags: { Owner: 'us' } };

const managed = (name: string, properties: Json = {}, more: Json = { tags: { Owner: 'us' } }) =>
  wireCluster(ONE, name, { ...APPROVED, encryption: KEY, ...properties }, more);

const enterprise = (name: string, properties: Json = {}, more: Json = {}) => managed(name, properties, { ...ENTERPRISE, ...more });

/** What fails every rule that can fail together on a cluster. */
const BAD_CLUSTER = {
  ...{ ...PUBLIC, minimumTlsVersion: '1.1', highAvailability: 'Disabled', redundancyMode: 'None', encryption: {} },
  privateEndpointConnections: [endpoint('Rejected', TWO)],
};
const BAD_DATABASE = wireDatabase({ clientProtocol: 'Plaintext', accessKeysAuthentication: 'Enabled', redisVersion: '4.0' });
const GOOD_DATABASE = wireDatabase({ persistence: { rdbEnabled: true, rdbFrequency: '6h', aofEnabled: false } });

const linkedServer = (to: string, subscription = ONE) => ({
  name: to,
  properties: { linkedRedisCacheId: wireRedis(subscription, to).id, serverRole: 'Secondary', provisioningState: 'Succeeded' },
});
const LINKED = { linkedServers: [{ id: 'one' }] };

const inGroup = (...names: readonly string[]) =>
  wireDatabase({
    geoReplication: {
      groupNickname: 'g',
      linkedDatabases: names.map((name) => ({ id: `${wireCluster(ONE, name).id}/databases/default`, state: 'Linked' })),
    },
  });

const assignment = (accessPolicyName: string) => ({
  name: 'one',
  properties: { accessPolicyName, objectId: 'e1a5c0de-0000-4000-8000-000000000001', objectIdAlias: 'app' },
});
const schedule = { name: 'x/default', properties: { scheduleEntries: [{ dayOfWeek: 'Sunday', startHourUtc: 2 }] } };
const setting = (...categories: readonly string[]) => ({
  name: 'to-workspace',
  properties: { logs: categories.map((category) => ({ category, enabled: true })), metrics: [] },
});
const rule = (name: string, startIP: string, endIP: string) => ({ name: `x/${name}`, properties: { startIP, endIP } });

const SETTINGS = 'providers/microsoft.insights/diagnosticsettings';
const BOTH_LOGS = setting('ConnectedClientList', 'MSEntraAuthenticationAuditLog');

/** What stands below a good cache, but for this. */
const below = (name: string, more: Readonly<Record<string, readonly unknown[]>> = {}) =>
  Object.fromEntries(
    Object.entries({
      accesspolicyassignments: [assignment('Data Contributor')],
      patchschedules: [schedule],
      [SETTINGS]: [BOTH_LOGS],
      ...more,
    }).map(([list, items]) => [`${name}/${list}`, items]),
  );

const DATABASE_SETTINGS = `databases/default/${SETTINGS}`;

const ESTATE: Estate = {
  subscriptions: [ONE, TWO],
  pageSize: 4,
  caches: {
    [ONE]: [
      redis('good'),
      redis('open', { ...PUBLIC, enableNonSslPort: true, minimumTlsVersion: '1.0', privateEndpointConnections: undefined }),
      redis('fenced', { ...PUBLIC, privateEndpointConnections: [] }),
      redis('wide', { ...PUBLIC, privateEndpointConnections: [] }),
      redis('hidden', { privateEndpointConnections: [endpoint('Pending', TWO)] }),
      redis('injected', { ...PUBLIC, subnetId: SUBNET, redisConfiguration: { ...CONFIGURATION, authnotrequired: 'True' } }),
      redis(
        'old',
        {
          ...{ redisVersion: '4.0', updateChannel: 'Preview', zonalAllocationPolicy: 'NoZones', disableAccessKeyAuthentication: false },
          redisConfiguration: {
            ...{ 'aad-enabled': 'False', 'maxmemory-reserved': '1', 'aof-backup-enabled': 'true' },
          },
        },
        {},
      ),
      redis('basic', { sku: { name: 'Basic', family: 'C', capacity: 0 } }),
      redis('bare', { redisConfiguration: { 'aad-enabled': 'true', 'maxmemory-reserved': '642' } }),
      redis('twin-a', LINKED),
      redis('twin-b', LINKED),
      redis('odd-a', LINKED),
      redis('far-a', LINKED),
    ],
    [TWO]: [wireRedis(TWO, 'far-b', { ...GOOD, ...LINKED, minimumTlsVersion: '1.1' }, LABELS)],
  },
  clusters: {
    [ONE]: [
      managed('m-good'),
      managed('m-bad', BAD_CLUSTER, { tags: null }),
      managed('m-hidden', { privateEndpointConnections: [] }),
      managed('m-twin-a'),
      managed('m-twin-b'),
      managed('m-odd', { minimumTlsVersion: '1.1' }),
      enterprise('e-good', { redundancyMode: 'LR' }, { zones: ['1', '2', '3'] }),
      enterprise('e-bad', BAD_CLUSTER, { zones: ['1'], tags: {} }),
      enterprise('e-hidden', { privateEndpointConnections: [] }),
    ],
  },
  below: {
    ...below('good'),
    ...below('open', { firewallrules: [] }),
    ...below('fenced', { firewallrules: [rule('office', '203.0.113.1', '203.0.113.9')] }),
    ...below('wide', { firewallrules: [rule('all', '0.0.0.0', '255.255.255.255')] }),
    ...below('hidden'),
    ...below('injected'),
    ...below('old', { patchschedules: [], [SETTINGS]: [] }),
    ...below('bare', {
      accesspolicyassignments: [assignment('own')],
      accesspolicies: [{ name: 'own', properties: { permissions: '+@all ~*' } }],
      [SETTINGS]: [setting('ConnectedClientList')],
    }),
    ...below('basic', { accesspolicyassignments: [] }),
    ...below('twin-a', { linkedservers: [linkedServer('twin-b')] }),
    ...below('twin-b', { linkedservers: [linkedServer('twin-a')] }),
    ...below('odd-a', { linkedservers: [linkedServer('open')] }),
    ...below('far-a', { linkedservers: [linkedServer('far-b', TWO)] }),
    ...below('far-b', { linkedservers: [linkedServer('far-a')] }),
    'm-good/databases': [GOOD_DATABASE],
    [`m-good/${DATABASE_SETTINGS}`]: [setting('ConnectionEvents')],
    'm-bad/databases': [BAD_DATABASE],
    'm-twin-a/databases': [inGroup('m-twin-a', 'm-twin-b')],
    'm-twin-b/databases': [inGroup('m-twin-a', 'm-twin-b')],
    'm-odd/databases': [inGroup('m-odd', 'm-twin-a')],
    'e-good/databases': [GOOD_DATABASE],
    [`e-good/${DATABASE_SETTINGS}`]: [setting('ConnectionEvents')],
    'e-bad/databases': [BAD_DATABASE],
  },
};

const TAGS = ['--rule-option', 'required-tags-present.tags=owner'];

interface Found {
  readonly ruleId: string;
  readonly resourceName: string;
  readonly resourceKind: string;
  readonly outcome: string;
  readonly message: string;
}

interface Result {
  readonly findings: readonly Found[];
  readonly caches: readonly { readonly name: string; readonly kind: string }[];
  readonly problems: readonly {
    readonly code: string;
    readonly kind: string;
    readonly scope: string;
    readonly action: string;
    readonly message: string;
    readonly affects: readonly string[];
  }[];
  readonly run: { readonly options: { readonly ruleOptions: Json } };
  readonly status: { readonly exitCode: number; readonly complete: boolean };
}

const resultOf = ({ stdout }: Ended): Result => JSON.parse(stdout);

/** Rules and kinds of which some cache came out so. */
const met = ({ findings }: Result, outcome: string): readonly string[] => [
  ...new Set(findings.filter((one) => one.outcome === outcome).map(({ ruleId, resourceKind }) => `${ruleId} ${resourceKind}`)),
];

/** What only a declaration can hold: a cache that runs neither passes nor fails it. */
const ONLY_DECLARED = ['no-secrets-in-declarations'];
const ONLY_DECLARED_AND_KINDS = RULES.filter(({ id }) => ONLY_DECLARED.includes(id)).flatMap(({ id, appliesTo }) =>
  appliesTo.map((kind) => `${id} ${kind}`),
);

const RULES_AND_KINDS = RULES.flatMap(({ id, appliesTo }) => appliesTo.map((kind) => `${id} ${kind}`));

/** Everything but the sign-in, in the order of time. */
const readsOf = ({ requests }: LoopbackArm): readonly string[] =>
  requests.filter(({ userAgent }) => userAgent?.startsWith('redvet/')).map(({ path }) => path.replace(/[?].*$/, ''));

const signInsOf = ({ requests }: LoopbackArm): readonly Received[] => requests.filter(({ userAgent }) => !userAgent?.startsWith('redvet/'));

describe('the catalogue over the wire', () => {
  let arm: LoopbackArm;
  let ended: Ended;
  let slow: Ended;
  let result: Result;

  beforeAll(async () => {
    arm = await startResourceManager(ESTATE);
    ended = await scan(arm, ['-o', 'json', ...TAGS]);
    slow = await scan(arm, ['-o', 'json', ...TAGS, '--concurrency', '1']);
    await arm.close();
    result = resultOf(ended);
  });

  it('fails every rule on every kind of cache that it is for, but what only declarations hold', () => {
    expect(RULES_AND_KINDS.filter((one) => !met(result, 'fail').includes(one))).toEqual(ONLY_DECLARED_AND_KINDS);
  });

  it('passes every rule on every kind of cache, but for tiers that retire and what only declarations hold', () => {
    expect(RULES_AND_KINDS.filter((one) => !met(result, 'pass').includes(one))).toEqual([
      ...ONLY_DECLARED_AND_KINDS,
      'tier-not-retiring redis',
      'tier-not-retiring enterprise',
    ]);
  });

  it('leaves nothing unknown where everything was answered', () => {
    expect(result.findings.filter(({ outcome }) => !['pass', 'fail', 'not_applicable'].includes(outcome))).toEqual([]);
    expect(result.problems).toEqual([]);
    expect({ code: ended.code, ...result.status }).toMatchObject({ code: 1, exitCode: 1, complete: true });
  });

  it('judges each cache by each rule for its kind, once', () => {
    const due = result.caches.flatMap(({ name, kind }) =>
      RULES.filter(({ appliesTo }) => appliesTo.some((one) => one === kind)).map(({ id }) => `${name} ${id}`),
    );
    expect(result.findings.map(({ resourceName, ruleId }) => `${resourceName} ${ruleId}`)).toEqual(due);
    expect(new Set(result.caches.map(({ kind }) => kind))).toEqual(new Set(['redis', 'managed', 'enterprise']));
  });

  const EXPECTED: readonly (readonly [rule: string, fails: readonly string[]])[] = [
    ['non-ssl-port-disabled', ['open']],
    ['authentication-required', ['injected']],
    ['access-policies-assigned', ['basic']],
    ['access-policies-least-privilege', ['bare']],
    ['private-path-exists', ['e-hidden', 'hidden', 'm-hidden']],
    ['private-endpoint-requests-settled', ['e-bad', 'far-b', 'hidden', 'm-bad']],
    ['firewall-rules-present', ['open']],
    ['firewall-rules-narrow', ['wide']],
    ['client-protocol-encrypted', ['e-bad', 'm-bad']],
    ['dedicated-node', ['basic']],
    ['high-availability-enabled', ['m-bad']],
    ['geo-replicas-consistent', ['far-a', 'far-b', 'm-odd', 'odd-a']],
    ['entra-audit-log-enabled', ['bare']],
    ['required-tags-present', ['e-bad', 'm-bad', 'old']],
  ];
  it.each(EXPECTED)('%s fails just where it should', (id, names) => {
    const failing = result.findings.filter(({ ruleId, outcome }) => ruleId === id && outcome === 'fail');
    expect(failing.map(({ resourceName }) => resourceName).sort()).toEqual(names);
  });

  it('compares a cache with its twin in another subscription', () => {
    const found = result.findings.find(({ ruleId, resourceName }) => ruleId === 'geo-replicas-consistent' && resourceName === 'far-a');
    expect(found?.message).toBe('replica far-b: minimumTlsVersion is 1.1 there and 1.2 here');
  });

  it('finds the same, byte for byte, whatever the concurrency', () => {
    const stable = ({ stdout }: Ended): string => stdout.slice(0, stdout.indexOf('\n"run": '));
    expect(stable(ended).length).toBeGreaterThan(100_000);
    expect(stable(slow)).toBe(stable(ended));
  });

  it('reads, and nothing else', () => {
    expect(new Set(arm.requests.filter(({ userAgent }) => userAgent?.startsWith('redvet/')).map(({ method }) => method))).toEqual(
      new Set(['GET']),
    );
  });
});

describe('what a rule costs', () => {
  const callsOf = async (args: readonly string[], estate: Estate = ESTATE): Promise<LoopbackArm> => {
    const arm = await startResourceManager(estate);
    await scan(arm, ['-o', 'none', ...args]);
    await arm.close();
    return arm;
  };
  const list = (id: string, type: string): string => `/subscriptions/${id}/providers/Microsoft.Cache/${type}`;
  const WHOLE = { ...ESTATE, pageSize: 100, subscriptions: [ONE, TWO, THREE] };
  const below = (arm: LoopbackArm): readonly string[] =>
    readsOf(arm)
      .flatMap((path) => /\/providers\/Microsoft\.Cache\/redis(?:Enterprise)?\/(.+)$/i.exec(path)?.[1] ?? [])
      .sort();

  it('is one list a subscription for non-ssl-port-disabled, besides the sign-in and the list of subscriptions', async () => {
    const arm = await callsOf(['--rule', 'non-ssl-port-disabled'], WHOLE);
    expect([...readsOf(arm)].sort()).toEqual(['/subscriptions', ...[ONE, TWO, THREE].map((id) => list(id, 'redis'))].sort());
    expect(signInsOf(arm).filter(({ path }) => !/\/\.well-known\/openid-configuration|\/oauth2\/v2\.0\/token/.test(path))).toEqual([]);
    expect(signInsOf(arm).filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('is the list of clusters and the databases of each for client-protocol-encrypted', async () => {
    const arm = await callsOf(['--rule', 'client-protocol-encrypted'], WHOLE);
    const clusters = WHOLE.clusters?.[ONE]?.map((item) => `${Object(item).name}/databases`) ?? [];
    expect(
      readsOf(arm)
        .filter((path) => !/\/databases$/.test(path))
        .sort(),
    ).toEqual(['/subscriptions', ...[ONE, TWO, THREE].map((id) => list(id, 'redisEnterprise'))].sort());
    expect(below(arm)).toEqual([...clusters].sort());
  });

  const COSTS: readonly { readonly rule: string; readonly asks: readonly string[]; readonly why: string }[] = [
    { rule: 'firewall-rules-narrow', asks: ['fenced', 'open', 'wide'].map((name) => `${name}/firewallRules`), why: 'where it is public' },
    {
      rule: 'access-policies-least-privilege',
      asks: [
        ...[
          'bare',
          'basic',
          'far-a',
          'far-b',
          'fenced',
          'good',
          'hidden',
          'injected',
          'odd-a',
          'old',
          'open',
          'twin-a',
          'twin-b',
          'wide',
        ].map((name) => `${name}/accessPolicyAssignments`),
        'bare/accessPolicies',
      ].sort(),
      why: 'policies only where one is not built in',
    },
    {
      rule: 'geo-replicas-consistent',
      asks: ['far-a', 'far-b', 'odd-a', 'twin-a', 'twin-b'].map((name) => `${name}/linkedServers`),
      why: 'links of redis only where there are some',
    },
  ];
  it.each(COSTS)('is what $rule waits for, and only $why', async ({ rule: id, asks }) => {
    const arm = await callsOf(['--rule', id]);
    const lists = below(arm).filter((path) => path.includes('/') && !path.endsWith('/databases'));
    expect(lists).toEqual(asks);
  });

  it('is nothing below a cache that is being deleted', async () => {
    const gone = { provisioningState: 'Deleting' };
    const arm = await callsOf([], {
      subscriptions: [ONE],
      caches: { [ONE]: [redis('gone', { ...gone, ...PUBLIC, privateEndpointConnections: [] })] },
      clusters: { [ONE]: [managed('m-gone', gone)] },
    });
    expect(readsOf(arm)).toHaveLength(3);
  });
});

describe('a list below a cache that cannot be read', () => {
  const FORBIDDEN: Reply = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'does not have authorization' } } };
  const MISSING: Reply = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'was not found' } } };

  /** One good cache and one good cluster, of which one list answers so. */
  const starting = (path: RegExp, reply: Reply): Promise<LoopbackArm> =>
    startResourceManager({
      subscriptions: [ONE],
      caches: { [ONE]: [redis('good'), redis('other')] },
      clusters: { [ONE]: [managed('m-good')] },
      below: {
        ...below('good'),
        ...below('other'),
        'm-good/databases': [GOOD_DATABASE],
        [`m-good/${DATABASE_SETTINGS}`]: [setting('ConnectionEvents')],
      },
      reply: (received) => (path.test(received.path) ? reply : undefined),
    });

  const outcomes = ({ findings }: Result, name: string, outcome: string): readonly string[] =>
    findings.filter((one) => one.resourceName === name && one.outcome === outcome).map(({ ruleId }) => ruleId);

  /** By everything but the rules that fail on every good cache, so that the gate may be low. */
  const BY_ALL = ['--skip-rule', 'tier-not-retiring'];

  const REFUSED: readonly { readonly list: RegExp; readonly name: string; readonly action: string; readonly affects: readonly string[] }[] =
    [
      { list: /\/good\/patchSchedules/, name: 'good', action: ACTIONS.patchSchedules, affects: ['patch-schedule-set'] },
      {
        list: /\/good\/providers\/Microsoft\.Insights/,
        name: 'good',
        action: ACTIONS.diagnosticSettings,
        affects: ['diagnostic-logs-enabled', 'entra-audit-log-enabled'],
      },
      {
        list: /\/databases\/default\/providers\/Microsoft\.Insights/,
        name: 'm-good',
        action: ACTIONS.diagnosticSettings,
        affects: ['diagnostic-logs-enabled'],
      },
    ];
  it.each(REFUSED)('makes unknown only what hangs on it, and matters only at their severity: $action of $name', async (example) => {
    const { list, name, action, affects } = example;
    const arm = await starting(list, FORBIDDEN);
    const json = await scan(arm, ['-o', 'json', ...BY_ALL]);
    const low = await scan(arm, ['-o', 'table', '--fail-on', 'low', ...BY_ALL], { env: { COLUMNS: '400' } });
    const high = await scan(arm, ['-o', 'table', ...BY_ALL], { env: { COLUMNS: '400' } });
    await arm.close();
    const result = resultOf(json);
    expect(outcomes(result, name, 'unknown')).toEqual(affects);
    expect(result.findings.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(affects.length);
    expect(result.findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(result.problems).toHaveLength(1);
    expect(result.problems).toMatchObject([{ code: 'AUTHORIZATION_FAILED', kind: 'permission', action, affects }]);
    expect(result.problems[0]?.scope).toMatch(new RegExp(`/${name}(?:/databases/default)?$`));
    for (const { message } of result.findings.filter(({ outcome }) => outcome === 'unknown')) expect(message).toContain(action);
    expect(result.status).toMatchObject({ exitCode: 0, complete: false });
    expect([json.code, high.code, low.code]).toEqual([0, 0, 3]);
    expect(low.stderr).toMatch(/^redvet: exit 3 \(incomplete\): \d unknown checks? that would gate\n$/);
    for (const { stdout } of [high, low]) {
      expect(stdout).toContain('This report is incomplete');
      const line = stdout.split('\n').find((text) => text.includes(`no right to ${action}`) && !text.includes('UNKNOWN'));
      expect(line).toContain(name);
    }
  });

  it('makes the run incomplete at the default gate where a high rule hangs on it', async () => {
    const arm = await starting(/\/m-good\/databases/, FORBIDDEN);
    const json = await scan(arm, ['-o', 'json', ...BY_ALL]);
    await arm.close();
    const result = resultOf(json);
    const affects = [
      ...['access-keys-disabled', 'client-protocol-encrypted', 'geo-replicas-consistent', 'persistence-enabled'],
      ...['redis-version-supported', 'diagnostic-logs-enabled'],
    ];
    expect([...outcomes(result, 'm-good', 'unknown')].sort()).toEqual([...affects].sort());
    expect([...(result.problems[0]?.affects ?? [])].sort()).toEqual([...affects].sort());
    expect(result.problems).toMatchObject([{ action: ACTIONS.databases }]);
    expect(json.code).toBe(3);
  });

  it('fails patch-schedule-set where there is no schedule, which Azure tells by 404', async () => {
    const arm = await starting(/\/good\/patchSchedules/, MISSING);
    const result = resultOf(await scan(arm, ['-o', 'json', ...BY_ALL]));
    await arm.close();
    expect(outcomes(result, 'good', 'fail')).toEqual(['patch-schedule-set']);
    expect({ problems: result.problems, ...result.status }).toMatchObject({ problems: [], exitCode: 0, complete: true });
  });

  it('is told even where what was seen fails already: the report is not complete', async () => {
    const arm = await startResourceManager({
      subscriptions: [ONE],
      caches: { [ONE]: [redis('good')] },
      below: { 'good/accesspolicyassignments': [assignment('Data Owner'), { ...assignment('own'), name: 'two' }] },
      reply: ({ path }) => (/\/accessPolicies\?/.test(path) ? FORBIDDEN : undefined),
    });
    const { findings, problems, status } = resultOf(await scan(arm, ['-o', 'json', '--rule', 'access-policies-least-privilege']));
    await arm.close();
    expect(findings).toMatchObject([{ outcome: 'fail' }]);
    expect(problems).toMatchObject([{ action: ACTIONS.accessPolicies, affects: ['access-policies-least-privilege'] }]);
    expect(status).toMatchObject({ exitCode: 0, complete: false });
  });

  it('is no empty list where 404 says nothing', async () => {
    const arm = await starting(/\/good\/(?:accessPolicyAssignments|providers)/, MISSING);
    const result = resultOf(await scan(arm, ['-o', 'json', ...BY_ALL]));
    await arm.close();
    const unknown = ['access-policies-least-privilege', 'access-policies-assigned', 'diagnostic-logs-enabled', 'entra-audit-log-enabled'];
    expect(outcomes(result, 'good', 'unknown')).toEqual(unknown);
    expect(outcomes(result, 'good', 'fail')).toEqual([]);
    expect(result.problems.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  });
});

describe('required-tags-present', () => {
  it('asks for the tags that --rule-option names, in any case, and repeats them in the report', async () => {
    const arm = await startResourceManager({
      subscriptions: [ONE],
      caches: { [ONE]: [redis('all', {}, { tags: { OWNER: 'us', Cost: '1' } }), redis('one'), redis('none', {}, { tags: {} })] },
      clusters: { [ONE]: [managed('m-none', {}, { tags: null })] },
    });
    const asked = await scan(arm, [
      '-o',
      'json',
      '--rule',
      'required-tags-present',
      '--rule-option',
      'required-tags-present.tags=owner,cost',
    ]);
    const unasked = await scan(arm, ['-o', 'json', '--rule', 'required-tags-present']);
    await arm.close();
    const { findings, run } = resultOf(asked);
    expect(findings.map(({ resourceName, outcome, message }) => [resourceName, outcome, message])).toEqual([
      ['all', 'pass', 'carries the required tags'],
      ['none', 'fail', 'without the tags owner, cost'],
      ['one', 'fail', 'without the tag cost'],
      ['m-none', 'fail', 'without the tags owner, cost'],
    ]);
    expect(run.options.ruleOptions).toEqual({ 'required-tags-present.tags': ['owner', 'cost'] });
    expect(new Set(resultOf(unasked).findings.map(({ outcome }) => outcome))).toEqual(new Set(['not_applicable']));
    expect(unasked.code).toBe(0);
  });
});

describe('the demo', () => {
  let result: Result;
  beforeAll(async () => {
    result = resultOf(await redvet(['demo', '-o', 'json']));
  });

  const ids = (outcome: string): ReadonlySet<string> =>
    new Set(result.findings.filter((one) => one.outcome === outcome).map(({ ruleId }) => ruleId));

  it('fails every rule at least once, but the tags that nobody asked for and what only declarations hold', () => {
    expect(RULES.map(({ id }) => id).filter((id) => !ids('fail').has(id))).toEqual([...ONLY_DECLARED, 'required-tags-present']);
  });

  it('passes every rule at least once, but those and the tiers that retire', () => {
    expect(RULES.map(({ id }) => id).filter((id) => !ids('pass').has(id))).toEqual([
      ...ONLY_DECLARED,
      'tier-not-retiring',
      'required-tags-present',
    ]);
  });

  it('holds all kinds of caches, something unknown and something that may not be read', () => {
    expect(new Set(result.caches.map(({ kind }) => kind))).toEqual(new Set(['redis', 'managed', 'enterprise']));
    expect(ids('unknown').size).toBeGreaterThan(0);
    expect(ids('not_applicable').size).toBeGreaterThan(0);
    expect(new Set(result.problems.map(({ kind }) => kind))).toEqual(new Set(['permission']));
  });

  it('fails and passes the tags that are asked for', async () => {
    const tags = resultOf(await redvet(['demo', '-o', 'json', '--rule', 'required-tags-present', ...TAGS]));
    expect([...met(tags, 'fail'), ...met(tags, 'pass')]).toEqual(
      expect.arrayContaining(['required-tags-present redis', 'required-tags-present managed']),
    );
  });
});
