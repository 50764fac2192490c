import { describe, expect, it } from 'vitest';
import type { Cache, CacheFacts } from '../../../src/model/cache.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { readExported } from '../../../src/sources/decode/export.ts';
import { FACTS } from '../../../src/sources/decode/fact-names.ts';
import { isObject } from '../../../src/sources/decode/json.ts';
import { readRedis } from '../../../src/sources/decode/redis.ts';
import { subscriptionId, wireCluster, wireDatabase, wireRedis } from '../../support/resource-manager.ts';

const ID = subscriptionId(1);

type Wire = Readonly<Record<string, unknown>>;

/** As a parser hands it over: a property that is undefined is not there. */
const overTheWire = (item: unknown): unknown => JSON.parse(JSON.stringify(item));

const cacheIn = (item: unknown): Cache => {
  const exported = readExported(overTheWire(item));
  if (!('cache' in exported)) throw new Error(JSON.stringify(exported));
  return exported.cache;
};

const without = (wire: Wire, ...names: readonly string[]): Wire =>
  Object.fromEntries(Object.entries(wire).filter(([name]) => !names.includes(name)));

/** A known fact by its value, any other by why it is none. */
const told = (cache: Cache, name: keyof CacheFacts): unknown => {
  const fact: Fact<unknown> = cache[name];
  return fact.known ? fact.value : fact.kind;
};

const reasonOf = (cache: Cache, name: keyof CacheFacts): string | null => {
  const fact: Fact<unknown> = cache[name];
  return fact.known ? null : fact.reason;
};

const propertiesOf = (wire: Wire): Wire => (isObject(wire['properties']) ? wire['properties'] : {});

/** What stands below a cache, which no export shows. */
const BELOW = ['firewallRules', 'accessPolicies', 'accessPolicyAssignments', 'patchDays', 'diagnosticSettings', 'replicas'] as const;

/** A cache as the newest API writes it, open in every way that it tells. */
const OPEN = {
  enableNonSslPort: true,
  minimumTlsVersion: '1.0',
  publicNetworkAccess: 'Enabled',
  disableAccessKeyAuthentication: false,
  updateChannel: 'Preview',
  redisConfiguration: { maxclients: '7500', 'aad-enabled': 'false', authnotrequired: 'true', 'rdb-backup-enabled': 'true' },
};

/** What a rule must never be told of a cache by default, when the export may have left it out. */
const DEFAULTS = [
  'minimumTlsVersion',
  'subnetId',
  'authenticationDisabled',
  'entraAuthentication',
  'rdbPersistence',
  'aofPersistence',
  'persistenceAuthentication',
  'updateChannel',
  'privateEndpoints',
] as const;

describe('a resource of Resource Manager', () => {
  it('is read as in a live scan, but for what stands below it', () => {
    const wire = wireRedis(ID, 'orders', { updateChannel: 'Stable' }, { identity: { type: 'SystemAssigned' }, zones: ['1', '2'] });
    const [cache, live] = [cacheIn(wire), readRedis(wire)];
    if (!('cache' in live)) throw new Error('it is a cache');
    for (const name of FACTS.filter((fact) => !BELOW.some((below) => below === fact))) expect(cache[name]).toEqual(live.cache[name]);
    for (const name of BELOW) expect(told(cache, name)).toBe('out_of_reach');
    expect(reasonOf(cache, 'firewallRules')).toBe('exports do not show firewallRules: scan what redvet collect writes');
    expect(cache).toMatchObject({ id: wire.id, name: 'orders', kind: 'redis', resourceGroup: 'rg-test', subscriptionId: ID, origin: null });
  });

  it.each<[string, unknown]>([
    ['updateChannel', undefined],
    ['disableAccessKeyAuthentication', undefined],
    ['redisVersion', null],
    ['linkedServers', undefined],
    ['redisConfiguration', {}],
    ['redisConfiguration', undefined],
  ])('says nothing by absence where %s is %j: an older API may have left out anything', (mark, value) => {
    const bare = { updateChannel: 'Stable', minimumTlsVersion: undefined, redisConfiguration: { maxclients: '7500' } };
    const whole = cacheIn(wireRedis(ID, 'orders', bare));
    expect(DEFAULTS.filter((name) => !whole[name].known)).toEqual([]);
    const cache = cacheIn(wireRedis(ID, 'orders', { ...bare, [mark]: value }));
    expect(DEFAULTS.filter((name) => cache[name].known)).toEqual(mark === 'updateChannel' ? [] : ['updateChannel']);
    expect(told(cache, 'minimumTlsVersion')).toBe('missing');
    expect(told(cache, 'nonSslPort')).toBe(false);
  });

  it('without properties is unknown in everything, and says which command shows them', () => {
    for (const properties of [null, undefined, 'x', 7, []]) {
      const cache = cacheIn({ ...wireRedis(ID, 'orders'), sku: null, properties: properties === undefined ? null : properties });
      for (const name of [...DEFAULTS, 'nonSslPort', 'publicNetworkAccess', 'accessKeysDisabled', 'tier'] as const) {
        expect(cache[name].known).toBe(false);
        expect(['missing', 'invalid']).toContain(told(cache, name));
      }
    }
    const cache = cacheIn({ ...wireRedis(ID, 'orders'), properties: null });
    expect(reasonOf(cache, 'nonSslPort')).toBe('this export shows no properties of resources: use az redis list -o json');
    const cluster = cacheIn({ ...wireCluster(ID, 'ledger'), properties: null });
    expect(reasonOf(cluster, 'publicNetworkAccess')).toBe(
      'this export shows no properties of resources: use az redisenterprise list -o json',
    );
  });

  it.each([
    ['a whole answer has no tags and no identity', {}, [], 'None'],
    ['a row of Resource Graph says so in its columns', { tenantId: ID, tags: null, identity: null }, [], 'None'],
    ['a row may lack the columns', { tenantId: ID }, 'missing', 'missing'],
    ['a row by its type in lower case', { type: 'microsoft.cache/redis' }, 'missing', 'missing'],
    ['what a query left of an answer may lack them', { location: undefined }, 'missing', 'missing'],
  ])('%s', (_, more, tags, identity) => {
    const cache = cacheIn({ ...without(wireRedis(ID, 'orders'), 'tags'), ...more });
    expect([told(cache, 'tags'), told(cache, 'identityType')]).toEqual([tags, identity]);
  });

  it('is known by the id that Search-AzGraph adds', () => {
    const { id, ...wire } = wireRedis(ID, 'orders');
    expect(cacheIn({ ...wire, ResourceId: id })).toMatchObject({ id, name: 'orders' });
  });

  const CUTS = ['System.Collections.Hashtable', '@{maxclients=1; rdb-storage-connection-string=AccountKey=canary}', 'System.Object[]'];
  it.each(CUTS)('is unknown where ConvertTo-Json cut it off: %s', (cut) => {
    const wire = wireRedis(
      ID,
      'orders',
      { updateChannel: 'Stable', redisConfiguration: cut, sku: cut, privateEndpointConnections: cut, linkedServers: cut },
      { tags: cut },
    );
    const cache = cacheIn(wire);
    for (const name of ['authenticationDisabled', 'entraAuthentication', 'tier', 'privateEndpoints', 'linkedServerCount', 'tags'] as const)
      expect(cache[name].known).toBe(false);
    expect(reasonOf(cache, 'tags')).toBe('ConvertTo-Json cut it off: export it again with -Depth 100');
    expect(reasonOf(cacheIn({ ...wire, properties: cut }), 'nonSslPort')).toContain('-Depth 100');
    expect(JSON.stringify(cache)).not.toContain('canary');
  });
});

/** As az flattens it, with null for what its version knows and Azure did not report. */
const flat = (properties: Wire = {}, more: Wire = {}): Wire => {
  const wire = wireRedis(ID, 'orders');
  return {
    ...without(wire, 'properties'),
    ...propertiesOf(wire),
    ...{ identity: null, zones: null, resourceGroup: 'rg-test', subnetId: null, updateChannel: null, privateEndpointConnections: null },
    redisConfiguration: {
      aadEnabled: 'true',
      authnotrequired: null,
      rdbBackupEnabled: null,
      aofBackupEnabled: null,
      preferredDataPersistenceAuthMethod: null,
      maxclients: '7500',
      maxmemoryReserved: '642',
    },
    ...properties,
    ...more,
  };
};

describe('a cache as az redis list writes it', () => {
  it('is read with all that it shows', () => {
    const cache = cacheIn(flat({ ...OPEN, identity: { type: 'SystemAssigned' }, zones: ['1'], tags: { a: 'b' } }));
    expect(
      Object.fromEntries(
        (
          [
            'nonSslPort',
            'minimumTlsVersion',
            'publicNetworkAccess',
            'accessKeysDisabled',
            'updateChannel',
            'entraAuthentication',
            'authenticationDisabled',
            'rdbPersistence',
            'tier',
            'size',
            'identityType',
            'zones',
            'tags',
            'linkedServerCount',
          ] as const
        ).map((name) => [name, told(cache, name)]),
      ),
    ).toEqual({
      nonSslPort: true,
      minimumTlsVersion: '1.0',
      publicNetworkAccess: 'Enabled',
      accessKeysDisabled: false,
      updateChannel: 'Preview',
      entraAuthentication: false,
      authenticationDisabled: true,
      rdbPersistence: true,
      tier: 'Premium',
      size: 'P1',
      identityType: 'SystemAssigned',
      zones: ['1'],
      tags: [{ name: 'a', value: 'b' }],
      linkedServerCount: 0,
    });
    expect(cache).toMatchObject({ sku: 'Premium P1', location: 'westeurope', provisioningState: 'Succeeded' });
    for (const name of BELOW) expect(told(cache, name)).toBe('out_of_reach');
  });

  /** What null means: Azure did not report it. */
  const NULLS: readonly (readonly [keyof CacheFacts, string, unknown])[] = [
    ['minimumTlsVersion', 'minimumTlsVersion', '1.2'],
    ['subnetId', 'subnetId', null],
    ['updateChannel', 'updateChannel', 'Stable'],
    ['privateEndpoints', 'privateEndpointConnections', []],
    ['identityType', 'identity', 'None'],
    ['tags', 'tags', []],
    ['nonSslPort', 'enableNonSslPort', 'missing'],
    ['publicNetworkAccess', 'publicNetworkAccess', 'missing'],
    ['accessKeysDisabled', 'disableAccessKeyAuthentication', 'missing'],
    ['zonalPolicy', 'zonalAllocationPolicy', 'missing'],
  ];
  it.each(NULLS)('knows of %s by null what Azure does, and by nothing nothing', (fact, name, absent) => {
    expect(told(cacheIn(flat({ [name]: null })), fact)).toEqual(absent);
    const cache = cacheIn(without(flat(), name));
    expect(told(cache, fact)).toBe('missing');
    expect(reasonOf(cache, fact)).toBe('the property is not in the export: this version of az does not know it, or a query left it out');
  });

  const SETTINGS: readonly (readonly [keyof CacheFacts, string, string, string, unknown, unknown])[] = [
    ['entraAuthentication', 'aadEnabled', 'aad-enabled', 'True', true, false],
    ['authenticationDisabled', 'authnotrequired', 'authnotrequired', 'yes', true, false],
    ['rdbPersistence', 'rdbBackupEnabled', 'rdb-backup-enabled', 'true', true, false],
    ['aofPersistence', 'aofBackupEnabled', 'aof-backup-enabled', 'true', true, false],
    [
      'persistenceAuthentication',
      'preferredDataPersistenceAuthMethod',
      'preferred-data-persistence-auth-method',
      'ManagedIdentity',
      'ManagedIdentity',
      'SAS',
    ],
    ['maxmemoryReserved', 'maxmemoryReserved', 'maxmemory-reserved', '10', 10, 'missing'],
  ];
  it.each(SETTINGS)('finds %s in either spelling', (fact, camel, kebab, written, value, absent) => {
    const read = (redisConfiguration: unknown) => told(cacheIn(flat({ redisConfiguration })), fact);
    const among = (settings: Wire) => read({ maxclients: '1', ...settings });
    for (const one of [among, read]) expect([one({ [camel]: written }), one({ [kebab]: written })]).toEqual([value, value]);
    // A dictionary: what az has no name for is passed through, unless a query took it apart.
    expect(among({})).toBe(absent);
    expect(among({ [camel]: null })).toBe(absent);
    expect(read({})).toBe('missing');
    expect(read({ [camel]: null })).toBe('missing');
    expect(read(null)).toBe('missing');
    expect(read('none')).toBe('invalid');
    if (camel === kebab) return;
    expect(read({ [camel]: null, [kebab]: written })).toBe(value);
    expect(read({ [camel]: written, [kebab]: null })).toBe(value);
    expect(read({ [camel]: written, [kebab]: 'other' })).toBe('deferred');
  });

  it('reads private endpoints that are flattened, too', () => {
    const connection = { id: '/x/pec', name: 'pec', privateEndpoint: { id: `/subscriptions/${ID.toUpperCase()}/x` } };
    const status = (status: unknown) => ({ ...connection, privateLinkServiceConnectionState: { status } });
    expect(cacheIn(flat({ privateEndpointConnections: [status('Pending')] })).privateEndpoints).toMatchObject({
      value: [{ name: 'pec', subscriptionId: ID, state: { known: true, value: 'Pending' } }],
    });
    for (const item of [connection, status(null), status(1)])
      expect(cacheIn(flat({ privateEndpointConnections: [item] })).privateEndpoints).toMatchObject({
        value: [{ state: { known: false } }],
      });
    for (const bad of ['x', {}, [7]]) expect(told(cacheIn(flat({ privateEndpointConnections: bad })), 'privateEndpoints')).toBe('invalid');
  });

  it('says nothing of what a query left out', () => {
    const { id } = wireRedis(ID, 'orders');
    const cache = cacheIn({ id, enableNonSslPort: false });
    expect(told(cache, 'nonSslPort')).toBe(false);
    const known = FACTS.filter((name) => cache[name].known);
    expect(known).toEqual(['nonSslPort']);
  });
});

/** As the redisenterprise extension flattens it: nothing is null but the zones. */
const flatCluster = (properties: Wire = {}): Wire => {
  const wire = wireCluster(ID, 'ledger');
  return {
    ...without(wire, 'properties', 'tags'),
    ...propertiesOf(wire),
    ...{ zones: null, resourceGroup: 'rg-test', databases: [flatDatabase()] },
    ...properties,
  };
};

const flatDatabase = (properties: Wire = {}): Wire => {
  const wire = wireDatabase(properties);
  return { ...without(wire, 'properties'), ...wire.properties };
};

describe('a cluster as az redisenterprise list writes it', () => {
  it('is read with its databases', () => {
    const cache = cacheIn(flatCluster({ databases: [flatDatabase({ clientProtocol: 'Plaintext', accessKeysAuthentication: 'Enabled' })] }));
    expect(cache).toMatchObject({
      ...{ name: 'ledger', kind: 'managed', sku: 'Balanced_B10', location: 'westeurope' },
      minimumTlsVersion: { value: '1.2', from: 'observed' },
      publicNetworkAccess: { value: 'Disabled' },
      highAvailability: { value: 'Enabled' },
      redundancyMode: { value: 'ZR' },
      customerManagedKey: { value: null, from: 'service_default' },
      privateEndpoints: { value: [] },
      tags: { value: [] },
      subnetId: { value: null },
      databases: {
        known: true,
        value: [
          {
            name: 'default',
            clientProtocol: { value: 'Plaintext' },
            accessKeys: { value: 'Enabled' },
            redisVersion: { value: '7.4' },
            rdbPersistence: { known: true, value: false },
            links: { known: true, value: [] },
            diagnosticSettings: { known: false, kind: 'out_of_reach' },
            accessPolicyAssignments: { known: false, kind: 'out_of_reach' },
          },
        ],
      },
    });
  });

  it.each(['highAvailability', 'publicNetworkAccess', 'minimumTlsVersion', 'privateEndpointConnections', 'redundancyMode'])(
    'says nothing by absence where it lacks %s: az leaves out what is null',
    (mark) => {
      const cache = cacheIn(without(flatCluster(), mark));
      expect(told(cache, 'customerManagedKey')).toBe('missing');
      for (const name of ['highAvailability', 'publicNetworkAccess', 'minimumTlsVersion', 'privateEndpoints', 'redundancyMode'] as const)
        expect(told(cache, name)).not.toBeNull();
      expect(told(cache, mark === 'privateEndpointConnections' ? 'privateEndpoints' : (mark as keyof CacheFacts))).toBe('missing');
      // That clusters have none depends on no export.
      expect(told(cache, 'subnetId')).toBeNull();
    },
  );

  it.each<[string, unknown, string]>([
    ['that are not there', undefined, 'out_of_reach'],
    ['that are null', null, 'missing'],
    ['that are no list', {}, 'invalid'],
    ['of which one has no name', [{ clientProtocol: 'Encrypted' }], 'invalid'],
    ['of which one is none', [7], 'invalid'],
  ])('knows nothing of databases %s', (_, databases, kind) => {
    expect(told(cacheIn(flatCluster({ databases })), 'databases')).toBe(kind);
  });

  it('knows that there are none', () => {
    expect(told(cacheIn(flatCluster({ databases: [] })), 'databases')).toEqual([]);
  });

  it.each(['clientProtocol', 'accessKeysAuthentication', 'redisVersion'])('says nothing by absence of a database that lacks %s', (mark) => {
    const { databases } = cacheIn(flatCluster({ databases: [flatDatabase({ [mark]: undefined })] }));
    expect(databases).toMatchObject({
      value: [{ rdbPersistence: { known: false }, aofPersistence: { known: false }, links: { known: false } }],
    });
  });

  it('is told apart by its SKU', () => {
    expect(cacheIn(flatCluster({ sku: { name: 'Enterprise_E10', capacity: 2 } })).kind).toBe('enterprise');
    expect(told(cacheIn(flatCluster({ sku: null })), 'skuName')).toBe('missing');
  });
});

/** As Get-AzRedisCache | ConvertTo-Json writes it. */
const powerShell = (more: Wire = {}): Wire => ({
  ResourceGroupName: 'rg-test',
  Id: wireRedis(ID, 'orders').id,
  Location: 'West Europe',
  Name: 'orders',
  Type: 'Microsoft.Cache/Redis',
  HostName: 'orders.redis.cache.windows.net',
  Port: 6379,
  ProvisioningState: 'Succeeded',
  SslPort: 6380,
  RedisConfiguration: { maxclients: '7500', 'aad-enabled': 'true' },
  EnableNonSslPort: false,
  RedisVersion: '6.0',
  UpdateChannel: 'Stable',
  ZonalAllocationPolicy: 'Automatic',
  Size: '6GB',
  Sku: 'Premium',
  TenantSettings: {},
  ShardCount: null,
  MinimumTlsVersion: null,
  DisableAccessKeyAuthentication: true,
  SubnetId: null,
  StaticIP: null,
  Tag: { owner: 'team' },
  Zone: ['1', '2'],
  IdentityType: null,
  ...more,
});

describe('a cache as Get-AzRedisCache writes it', () => {
  it('is read with all that it shows', () => {
    const cache = cacheIn(powerShell());
    expect(cache).toMatchObject({
      id: wireRedis(ID, 'orders').id,
      name: 'orders',
      sku: 'Premium P1',
      location: 'westeurope',
      provisioningState: 'Succeeded',
    });
    const expected: Partial<Record<keyof CacheFacts, unknown>> = {
      nonSslPort: false,
      minimumTlsVersion: '1.2',
      accessKeysDisabled: true,
      entraAuthentication: true,
      authenticationDisabled: false,
      redisVersion: '6.0',
      updateChannel: 'Stable',
      zonalPolicy: 'Automatic',
      subnetId: null,
      tier: 'Premium',
      size: 'P1',
      zones: ['1', '2'],
      tags: [{ name: 'owner', value: 'team' }],
      identityType: 'None',
      rdbPersistence: false,
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, told(cache, name as keyof CacheFacts)]))).toEqual(expected);
  });

  it('never shows public access, private endpoints and links', () => {
    const cache = cacheIn(powerShell());
    for (const name of ['publicNetworkAccess', 'privateEndpoints', 'linkedServerCount', ...BELOW] as const)
      expect(told(cache, name)).toBe('out_of_reach');
    expect(reasonOf(cache, 'publicNetworkAccess')).toBe('Get-AzRedisCache does not show publicNetworkAccess: use az redis list -o json');
  });

  it.each([
    ['Basic', '250MB', 'C0'],
    ['Standard', '1GB', 'C1'],
    ['Standard', '2.5GB', 'C2'],
    ['Standard', '6GB', 'C3'],
    ['Standard', '13GB', 'C4'],
    ['Basic', '26GB', 'C5'],
    ['Standard', '53GB', 'C6'],
    ['Premium', '6GB', 'P1'],
    ['Premium', '13GB', 'P2'],
    ['Premium', '26GB', 'P3'],
    ['Premium', '53GB', 'P4'],
    ['Premium', null, 'missing'],
    ['Premium', '1GB', 'missing'],
    ['Standard', '__proto__', 'missing'],
    ['Other', '1GB', 'missing'],
  ])('knows the size of %s %s as %s', (Sku, Size, size) => {
    expect(told(cacheIn(powerShell({ Sku, Size })), 'size')).toBe(size);
  });

  it.each([
    [null, 'None'],
    ['', 'None'],
    ['SystemAssigned', 'SystemAssigned'],
    ['SystemAssignedUserAssigned', 'SystemAssigned, UserAssigned'],
    ['Other', 'invalid'],
    [7, 'invalid'],
  ])('reads the identity %j as %s', (IdentityType, identity) => {
    expect(told(cacheIn(powerShell({ IdentityType })), 'identityType')).toBe(identity);
  });

  it.each<[keyof CacheFacts, string]>([
    ['nonSslPort', 'EnableNonSslPort'],
    ['minimumTlsVersion', 'MinimumTlsVersion'],
    ['subnetId', 'SubnetId'],
    ['accessKeysDisabled', 'DisableAccessKeyAuthentication'],
    ['updateChannel', 'UpdateChannel'],
    ['identityType', 'IdentityType'],
    ['tags', 'Tag'],
    ['zones', 'Zone'],
    ['authenticationDisabled', 'RedisConfiguration'],
    ['authenticationDisabled', 'UpdateChannel'],
    ['authenticationDisabled', 'DisableAccessKeyAuthentication'],
  ])('knows nothing of %s where %s is not there', (fact, name) => {
    expect(told(cacheIn(without(powerShell(), name)), fact)).toBe('missing');
  });

  it('knows nothing of a configuration that was cut off', () => {
    const cache = cacheIn(powerShell({ RedisConfiguration: 'System.Collections.Generic.Dictionary`2[System.String,System.String]' }));
    expect(told(cache, 'authenticationDisabled')).toBe('deferred');
    expect(told(cache, 'entraAuthentication')).toBe('deferred');
  });
});

describe('of the items of an export', () => {
  const { id } = wireRedis(ID, 'orders');
  const child = `${id}/firewallRules/office`;
  it.each<[string, unknown]>([
    [
      'another resource',
      {
        id: `/subscriptions/${ID}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v`,
        type: 'Microsoft.Compute/virtualMachines',
      },
    ],
    ['another resource without its type', { id: `/subscriptions/${ID}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v` }],
    ['a subscription', { id: `/subscriptions/${ID}`, type: 'microsoft.resources/subscriptions' }],
    ['a firewall rule', { id: child, type: 'Microsoft.Cache/Redis/firewallRules', startIp: '0.0.0.0' }],
    ['a firewall rule without its type', { id: child }],
    ['a database', { id: wireCluster(ID, 'l').id.concat('/databases/default'), type: 'microsoft.cache/redisenterprise/databases' }],
    [
      'a diagnostic setting',
      { id: `${id}/providers/microsoft.insights/diagnosticSettings/d`, type: 'Microsoft.Insights/diagnosticSettings' },
    ],
  ])('%s is passed over', (_, item) => {
    expect(readExported(item)).toEqual({ is: 'other' });
  });

  it.each<[string, unknown, RegExp]>([
    ['no id', { type: 'Microsoft.Cache/Redis', properties: {} }, /^it has no id$/],
    ['an id of another type', { id: child, type: 'Microsoft.Cache/redis' }, /is not that of a cache$/],
    ['an id that is none', { id: 'orders', type: 'microsoft.cache/redisenterprise' }, /is not that of a cache$/],
    ['an id with an empty part', { id: id.replace('rg-test', '') }, /is not that of a cache$/],
    ['a type that is not that of its id', { id, type: 'Microsoft.Compute/virtualMachines' }, /^its type ".+" is not that of its id/],
    ['a type with a space', { id, type: 'Microsoft.Cache/Redis ' }, /is not that of its id/],
    ['a type with a space and no id', { type: 'Microsoft.Cache/Redis ' }, /^it has no id$/],
    ['the form in which PowerShell writes clusters', { Id: wireCluster(ID, 'l').id, Name: 'l' }, /az redisenterprise list/],
  ])('a cache with %s is refused', (_, item, why) => {
    expect(readExported(item)).toEqual({ refused: expect.stringMatching(why) });
  });

  it.each([
    null,
    7,
    'AccountKey=canary',
    true,
    [],
    [{ id }],
    {},
    { id: 7 },
    { id: 'x' },
    { name: 'orders', enableNonSslPort: true },
    { type: 7 },
  ])('nobody can tell what %j is', (item) => {
    expect(readExported(item)).toEqual({ is: 'stray', why: expect.not.stringContaining('canary') });
  });

  it('none takes a forged prototype for its properties', () => {
    const forged: unknown = JSON.parse(`{"id":"${id}","__proto__":{"properties":{"enableNonSslPort":false},"enableNonSslPort":false}}`);
    const exported = readExported(forged);
    expect('cache' in exported && exported.cache.nonSslPort.known).toBe(false);
  });
});
