import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CacheFacts } from '../../src/model/cache.ts';
import type { Fact } from '../../src/model/fact.ts';
import {
  readAccessPolicies,
  readAccessPolicyAssignments,
  readDatabaseAssignments,
  readDatabases,
  readFirewallRules,
  readLinkedServers,
  readPatchDays,
} from '../../src/sources/decode/children.ts';
import { readCluster } from '../../src/sources/decode/cluster.ts';
import { isObject } from '../../src/sources/decode/json.ts';
import { readRedis } from '../../src/sources/decode/redis.ts';

/** Answers that Azure gave to the test recordings of other open projects. They are not ours, so they lie beside the repository. */
const SAMPLES = new URL('../../../shared/samples/', import.meta.url);
const RECORDED = new URL('recorded/', SAMPLES);
const present = existsSync(RECORDED);

if (!present) {
  process.stdout.write(`skipped: the recorded answers of Azure are not in ${fileURLToPath(RECORDED)}\n`);
}

const readJson = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));

const itemsOf = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error('the sample is no list');
  return value;
};

/** A recording wraps each resource; the answer of a list has them under `value`. */
const recorded = (file: string): readonly unknown[] =>
  itemsOf(readJson(new URL(file, RECORDED))).map((entry) => (isObject(entry) ? entry['resource'] : entry));

/** An answer of Azure, or of the specification: a list, or one resource. */
const answered = (file: string): readonly unknown[] => {
  const answer = readJson(new URL(file, SAMPLES));
  if (!isObject(answer)) throw new Error(`${file} is no answer`);
  return 'value' in answer ? itemsOf(answer['value']) : [answer];
};

/** What came over the wire. */
const caches = (): readonly unknown[] => [
  ...recorded('redis.json'),
  ...answered('arm-redis-listBySubscription.wire-2023-04-01.json'),
  ...answered('arm-redis-put-response.wire-2024-11-01.json'),
];

const clusters = (): readonly unknown[] => [
  ...recorded('redisenterprise.json'),
  ...answered('arm-redisEnterprise-amr.wire-2026-06-01-preview.json'),
];

/** The wire value of a path such as `properties.subnetId`; undefined where there is none, or null. */
const wireAt = (item: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (isObject(value) ? (value[key] ?? undefined) : undefined), item);

const asBoolean = (wire: unknown): unknown => (typeof wire === 'string' ? JSON.parse(wire.toLowerCase()) : wire);
const asWritten = (wire: unknown): unknown => wire;
const asNumber = (wire: unknown): unknown => Number(wire);
const asCount = (wire: unknown): unknown => (Array.isArray(wire) ? wire.length : wire);
const asTags = (wire: unknown): unknown =>
  isObject(wire)
    ? Object.keys(wire)
        .sort()
        .map((name) => ({ name, value: wire[name] }))
    : wire;
const asSize = (wire: unknown): unknown => (isObject(wire) ? `${wire['family']}${wire['capacity']}` : wire);

interface Expectation {
  readonly fact: keyof CacheFacts;
  readonly path: string;
  readonly meaning: (wire: unknown) => unknown;
  /** What Azure documents for absence; undefined where it documents nothing. */
  readonly absent: unknown;
}

const setting = (name: string): string => `properties.redisConfiguration.${name}`;

const EXPECTATIONS: readonly Expectation[] = [
  { fact: 'nonSslPort', path: 'properties.enableNonSslPort', meaning: asWritten, absent: undefined },
  { fact: 'minimumTlsVersion', path: 'properties.minimumTlsVersion', meaning: asWritten, absent: '1.2' },
  { fact: 'publicNetworkAccess', path: 'properties.publicNetworkAccess', meaning: asWritten, absent: undefined },
  { fact: 'subnetId', path: 'properties.subnetId', meaning: asWritten, absent: null },
  { fact: 'authenticationDisabled', path: setting('authnotrequired'), meaning: asBoolean, absent: false },
  { fact: 'entraAuthentication', path: setting('aad-enabled'), meaning: asBoolean, absent: false },
  { fact: 'accessKeysDisabled', path: 'properties.disableAccessKeyAuthentication', meaning: asWritten, absent: undefined },
  { fact: 'tier', path: 'properties.sku.name', meaning: asWritten, absent: undefined },
  { fact: 'size', path: 'properties.sku', meaning: asSize, absent: undefined },
  { fact: 'redisVersion', path: 'properties.redisVersion', meaning: asWritten, absent: undefined },
  { fact: 'updateChannel', path: 'properties.updateChannel', meaning: asWritten, absent: 'Stable' },
  { fact: 'zonalPolicy', path: 'properties.zonalAllocationPolicy', meaning: asWritten, absent: undefined },
  { fact: 'rdbPersistence', path: setting('rdb-backup-enabled'), meaning: asBoolean, absent: false },
  { fact: 'aofPersistence', path: setting('aof-backup-enabled'), meaning: asBoolean, absent: false },
  {
    fact: 'persistenceAuthentication',
    path: setting('preferred-data-persistence-auth-method'),
    meaning: asWritten,
    absent: 'SAS',
  },
  { fact: 'linkedServerCount', path: 'properties.linkedServers', meaning: asCount, absent: undefined },
  { fact: 'maxmemoryReserved', path: setting('maxmemory-reserved'), meaning: asNumber, absent: undefined },
  { fact: 'zones', path: 'zones', meaning: asWritten, absent: undefined },
  { fact: 'tags', path: 'tags', meaning: asTags, absent: [] },
];

const CLUSTER_EXPECTATIONS: readonly Expectation[] = [
  { fact: 'minimumTlsVersion', path: 'properties.minimumTlsVersion', meaning: asWritten, absent: '1.2' },
  { fact: 'publicNetworkAccess', path: 'properties.publicNetworkAccess', meaning: asWritten, absent: null },
  { fact: 'skuName', path: 'sku.name', meaning: asWritten, absent: undefined },
  { fact: 'highAvailability', path: 'properties.highAvailability', meaning: asWritten, absent: 'Enabled' },
  { fact: 'redundancyMode', path: 'properties.redundancyMode', meaning: asWritten, absent: undefined },
  { fact: 'zones', path: 'zones', meaning: asWritten, absent: undefined },
  { fact: 'tags', path: 'tags', meaning: asTags, absent: [] },
];

/** What must be known of a wire value: what stands there, and for what does not what Azure documents, if it does. */
const expectedOf = (item: unknown, { path, meaning, absent }: Expectation) => {
  const wire = wireAt(item, path);
  if (wire !== undefined) return { known: true, path, value: meaning(wire), from: 'observed' };
  return absent === undefined ? { known: false, path, kind: 'missing' } : { known: true, path, value: absent, from: 'service_default' };
};

const clusterFactsOf = (item: unknown): CacheFacts => {
  const decoded = readCluster(item);
  if ('refused' in decoded) throw new Error(`refused: ${decoded.refused}`);
  return decoded.cache;
};

const factsOf = (item: unknown): CacheFacts => {
  const decoded = readRedis(item);
  if ('refused' in decoded) throw new Error(`refused: ${decoded.refused}`);
  return decoded.cache;
};

describe.skipIf(!present)('readRedis on what Azure answered', () => {
  it('refuses no cache, whatever the API version', () => {
    const refused = caches().flatMap((item) => {
      const decoded = readRedis(item);
      return 'refused' in decoded ? [decoded.refused] : [];
    });
    expect(refused).toEqual([]);
    expect(caches().length).toBeGreaterThan(40);
  });

  it.each(EXPECTATIONS)('takes $fact from $path and from nowhere else', (expectation) => {
    expect(caches().map((item) => factsOf(item)[expectation.fact])).toMatchObject(caches().map((item) => expectedOf(item, expectation)));
  });

  it('takes the identity from where it stands', () => {
    const types = caches().map((item) => wireAt(item, 'identity.type') ?? 'None');
    expect(new Set(types)).toEqual(new Set(['None', 'UserAssigned', 'SystemAssigned, UserAssigned']));
    expect(caches().map((item) => factsOf(item).identityType)).toMatchObject(
      types.map((value) => ({ known: true, value, from: value === 'None' ? 'service_default' : 'observed' })),
    );
  });

  it('knows the private endpoints, and that there are none', () => {
    const facts = caches().map((item) => factsOf(item).privateEndpoints);
    const seen = facts.flatMap((fact) => (fact.known && fact.from === 'observed' ? fact.value : []));
    expect(seen).toMatchObject([
      { name: expect.stringMatching(/^cli-pe-/), state: { value: 'Approved', written: 'Approved' }, subscriptionId: expect.any(String) },
      { name: expect.stringMatching(/^cli-pe-/), state: { known: true }, subscriptionId: expect.any(String) },
    ]);
    expect(facts.filter((fact) => fact.known && fact.from === 'service_default' && fact.value.length === 0)).toHaveLength(
      caches().length - 2,
    );
  });

  it('repeats no access key that an answer to a write holds', () => {
    const [item] = answered('arm-redis-put-response.wire-2024-11-01.json');
    const key = wireAt(item, 'properties.accessKeys.primaryKey');
    expect(key).toEqual(expect.any(String));
    expect(JSON.stringify(readRedis(item))).not.toContain(key);
  });

  it('meets both states of what Azure leaves out', () => {
    const states = (path: string): readonly boolean[] => [...new Set(caches().map((item) => wireAt(item, path) !== undefined))].sort();
    const bothStates = EXPECTATIONS.map(({ path }) => path).filter((path) => states(path).length === 2);
    expect(bothStates).toEqual(
      expect.arrayContaining([
        'properties.minimumTlsVersion',
        'properties.publicNetworkAccess',
        'properties.subnetId',
        'properties.redisConfiguration.aad-enabled',
        'properties.disableAccessKeyAuthentication',
        'properties.updateChannel',
        'properties.zonalAllocationPolicy',
        'zones',
      ]),
    );
  });
});

describe.skipIf(!present)('readRedis on the examples of the specification', () => {
  it.each(['arm-redis-get.spec-2024-11-01.json', 'arm-redis-listBySubscription.spec-2024-11-01.json'])('refuses none: %s', (file) => {
    const facts = answered(file).map(factsOf);
    expect(facts).toMatchObject([{ nonSslPort: { known: true, value: true }, updateChannel: { known: true, value: 'Stable' } }]);
  });

  it('reads what a whole one holds', () => {
    const [item] = answered('arm-redis-get.spec-2024-11-01.json');
    expect(factsOf(item)).toMatchObject({
      linkedServerCount: { value: 1 },
      privateEndpoints: { value: [{ name: 'cachePec', state: { value: wireStatus(item) }, subscriptionId: 'subid' }] },
    });
  });
});

/** The state of the first private endpoint connection. */
const wireStatus = (item: unknown): unknown => {
  const connections = wireAt(item, 'properties.privateEndpointConnections');
  return Array.isArray(connections) ? wireAt(connections[0], 'properties.privateLinkServiceConnectionState.status') : undefined;
};

describe.skipIf(!present)('readCluster on what Azure answered', () => {
  it('refuses none, and takes all that were recorded for Azure Managed Redis', () => {
    const decoded = clusters().map(readCluster);
    expect(decoded.length).toBeGreaterThan(10);
    expect(decoded).toMatchObject(decoded.map(() => ({ cache: { kind: 'managed', databases: { kind: 'pending' } } })));
  });

  it.each(CLUSTER_EXPECTATIONS)('takes $fact from $path and from nowhere else', (expectation) => {
    expect(clusters().map((item) => clusterFactsOf(item)[expectation.fact])).toMatchObject(
      clusters().map((item) => expectedOf(item, expectation)),
    );
  });

  it('meets clusters without the switch for public access, and with', () => {
    expect(new Set(clusters().map((item) => wireAt(item, 'properties.publicNetworkAccess')))).toEqual(new Set(['Enabled', undefined]));
  });

  it('reads the examples of the specification, of which both are of the tier that is retired', () => {
    const [flash] = answered('arm-redisEnterprise-list.spec-2025-07-01.json');
    expect(readCluster(flash)).toMatchObject({
      cache: {
        kind: 'enterprise',
        sku: 'EnterpriseFlash_F300',
        publicNetworkAccess: { value: 'Disabled' },
        redundancyMode: { known: false, kind: 'missing' },
        highAvailability: { value: 'Enabled', from: 'service_default' },
        customerManagedKey: { value: null, from: 'service_default' },
      },
    });
    const [whole] = answered('arm-redisEnterprise-get.spec-2026-09-01.json');
    expect(readCluster(whole)).toMatchObject({
      cache: {
        kind: 'enterprise',
        privateEndpoints: { value: [{ name: 'cachePec', state: { value: 'Approved' } }] },
        zones: { known: true },
      },
    });
  });
});

interface Children {
  readonly what: string;
  readonly items: () => readonly unknown[];
  readonly read: (items: readonly unknown[]) => Fact<readonly unknown[]>;
  /** What must be read from a wire item. */
  readonly expected: (item: unknown) => unknown;
}

const seen = (value: unknown) => ({ known: true, value, from: 'observed' });

const nameIn = (item: unknown): string => String(wireAt(item, 'name')).replace(/^.*\//, '');

const CHILDREN: readonly Children[] = [
  {
    what: 'firewall rules',
    items: () => [...recorded('redis-firewallrules.json'), ...answered('arm-redis-firewallRules-list.spec.json')],
    read: readFirewallRules,
    expected: (item) => ({
      name: nameIn(item),
      start: seen(wireAt(item, 'properties.startIP')),
      end: seen(wireAt(item, 'properties.endIP')),
    }),
  },
  {
    what: 'access policies',
    items: () => [...recorded('redis-accesspolicies.json'), ...answered('arm-redis-accessPolicies-list.spec.json')],
    read: readAccessPolicies,
    expected: (item) => ({ name: nameIn(item), permissions: seen(wireAt(item, 'properties.permissions')) }),
  },
  {
    what: 'access policy assignments',
    items: () => [...recorded('redis-accesspolicyassignments.json'), ...answered('arm-redis-accessPolicyAssignments-list.spec.json')],
    read: readAccessPolicyAssignments,
    expected: (item) => ({
      name: nameIn(item),
      policy: seen(wireAt(item, 'properties.accessPolicyName')),
      objectId: wireAt(item, 'properties.objectId'),
      alias: wireAt(item, 'properties.objectIdAlias'),
    }),
  },
  {
    what: 'access policy assignments of databases',
    items: () => [
      ...recorded('redisenterprise-databases-accesspolicyassignments.json'),
      ...answered('arm-redisEnterprise-accessPolicyAssignments-list.json'),
    ],
    read: readDatabaseAssignments,
    expected: (item) => ({
      name: nameIn(item),
      policy: seen(wireAt(item, 'properties.accessPolicyName')),
      objectId: wireAt(item, 'properties.user.objectId'),
      alias: null,
    }),
  },
  {
    what: 'linked servers',
    items: () => [...recorded('redis-linkedservers.json'), ...answered('arm-redis-linkedServers-list.spec.json')],
    read: readLinkedServers,
    expected: (item) => ({ id: wireAt(item, 'properties.linkedRedisCacheId'), state: seen(wireAt(item, 'properties.provisioningState')) }),
  },
  {
    what: 'databases',
    items: () => [...recorded('redisenterprise-databases.json'), ...answered('arm-redisEnterprise-databases-list.spec-2025-07-01.json')],
    read: readDatabases,
    expected: (item) => {
      const persists = wireAt(item, 'properties.persistence.rdbEnabled');
      return {
        name: 'default',
        clientProtocol: seen(wireAt(item, 'properties.clientProtocol')),
        accessKeys: seen(wireAt(item, 'properties.accessKeysAuthentication')),
        redisVersion: seen(wireAt(item, 'properties.redisVersion')),
        rdbPersistence: persists === undefined ? { known: true, value: false, from: 'service_default' } : seen(persists),
        aofPersistence: { known: true, value: false, from: 'service_default' },
        links: { known: true, value: [], from: 'service_default' },
        diagnosticSettings: { kind: 'pending', need: 'diagnosticSettings' },
        accessPolicyAssignments: { kind: 'pending', need: 'databaseAccessPolicyAssignments' },
      };
    },
  },
];

describe.skipIf(!present).each(CHILDREN)('$what that Azure answered', ({ items, read, expected }) => {
  it('are read one by one', () => {
    expect(items().length).toBeGreaterThan(4);
    expect(items().map((item) => read([item]))).toMatchObject(items().map((item) => ({ known: true, value: [expected(item)] })));
  });

  it('are read as one list: each one once that was recorded several times over', () => {
    const fact = read(items());
    expect(fact.known && fact.value.length).toBeGreaterThan(1);
    expect(read([...items(), ...items()].reverse())).toEqual(fact);
  });
});

describe.skipIf(!present)('patch schedules that Azure answered', () => {
  const items = () => [...recorded('redis-patchschedules.json'), ...answered('arm-redis-patchSchedules-list.spec.json')];

  it('are read one by one', () => {
    const days = (item: unknown) => {
      const entries = wireAt(item, 'properties.scheduleEntries');
      return itemsOf(entries).map((entry) => wireAt(entry, 'dayOfWeek'));
    };
    expect(items().length).toBeGreaterThan(5);
    expect(items().map((item) => readPatchDays([item]))).toMatchObject(items().map((item) => seen(days(item))));
    expect(items().map(days)).toContainEqual(['Monday', 'Wednesday']);
  });
});

const others = present ? readdirSync(RECORDED).filter((file) => file.endsWith('.json') && file !== 'redis.json') : [];

describe.skipIf(!present)('the readers of caches on other resources that Azure answered', () => {
  it('finds some', () => {
    expect(others).toContain('redisenterprise.json');
    expect(others).toContain('redis-firewallrules.json');
  });

  it.each(others)('take none of %s for a cache, and say why', (file) => {
    const items = recorded(file);
    expect(items).not.toEqual([]);
    expect(items.map(readRedis)).toEqual(
      items.map(() => ({ refused: expect.stringMatching(/^its id ".+"(?:\.\.\.)? is not that of a Microsoft\.Cache\/redis$/) })),
    );
  });

  it.each(others.filter((file) => file !== 'redisenterprise.json'))('take none of %s for a cluster', (file) => {
    expect(recorded(file).map(readCluster)).toEqual(
      recorded(file).map(() => ({ refused: expect.stringContaining('is not that of a Microsoft.Cache/redisEnterprise') })),
    );
  });

  it('take no cache for a cluster', () => {
    expect(recorded('redis.json').filter((item) => 'cache' in readCluster(item))).toEqual([]);
  });
});
