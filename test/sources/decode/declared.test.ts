import { describe, expect, it } from 'vitest';
import type { Cache, CacheFacts } from '../../../src/model/cache.ts';
import { type ArmResource, declaredCaches } from '../../../src/sources/decode/declared.ts';
import { FACTS } from '../../../src/sources/decode/fact-names.ts';
import { deferred, sensitive } from '../../../src/sources/decode/json.ts';
import { brief, type Json } from '../../support/templates.ts';

/** A resource called `main`, of the newest API of its type, with the differences given. */
const resource = (type: string, body: Json, differences: Partial<ArmResource> = {}): ArmResource => ({
  type,
  apiVersion: type.includes('Enterprise') ? '2025-07-01' : '2024-11-01',
  name: 'main',
  body,
  address: `azapi_resource.${differences.name ?? 'main'}`,
  place: { line: 3, column: 1 },
  places: new Map(),
  parent: null,
  creates: true,
  ...differences,
});

const REDIS = 'Microsoft.Cache/redis';
const CLUSTER = 'Microsoft.Cache/redisEnterprise';
const MAIN = 'azapi_resource.main';

const cachesIn = (...resources: readonly ArmResource[]): readonly Cache[] =>
  declaredCaches(resources, { file: 'main.tf', language: 'terraform' }).flatMap((seen) => (seen.type === 'cache' ? [seen.cache] : []));

const cacheOf = (...resources: readonly ArmResource[]): Cache => {
  const [cache, ...others] = cachesIn(...resources);
  if (cache === undefined || others.length > 0) throw new Error(`${others.length + 1} caches`);
  return cache;
};

/** All facts in few words, but those that this kind does not have. */
const factsOf = (cache: Cache): Readonly<Record<string, unknown>> =>
  Object.fromEntries(FACTS.map((name) => [name, brief(cache[name])] as const).filter(([, fact]) => !isNotHere(fact)));

const isNotHere = (fact: unknown): boolean =>
  JSON.stringify(fact) === JSON.stringify({ out_of_reach: 'this kind of cache has no such property' });

const elsewhere = (noun: string) => ({ out_of_reach: `no ${noun} is declared here, and others may be elsewhere` });

const notSet = (name: string) => ({
  missing: `${name} is not set, so its values are known after it is deployed: write \`${name}: {}\` to have its defaults judged`,
});

describe('a declared redis cache', () => {
  it('has the defaults of the service where it says nothing', () => {
    const cache = cacheOf(resource(REDIS, { properties: { sku: { name: 'Premium', family: 'P', capacity: 1 }, redisConfiguration: {} } }));
    expect(factsOf(cache)).toEqual({
      nonSslPort: { byDefault: false },
      minimumTlsVersion: { byDefault: '1.2' },
      publicNetworkAccess: { byDefault: 'Enabled' },
      privateEndpoints: elsewhere('private endpoint'),
      zones: { out_of_reach: 'not set: Azure chooses by region' },
      tags: { byDefault: [] },
      secrets: [],
      subnetId: { byDefault: null },
      authenticationDisabled: { byDefault: false },
      entraAuthentication: { byDefault: false },
      accessKeysDisabled: { byDefault: false },
      identityType: { byDefault: 'None' },
      tier: 'Premium',
      size: 'P1',
      redisVersion: { byDefault: 'latest' },
      updateChannel: { byDefault: 'Stable' },
      zonalPolicy: { out_of_reach: 'not set: Azure chooses by region' },
      rdbPersistence: { byDefault: false },
      aofPersistence: { byDefault: false },
      persistenceAuthentication: { byDefault: 'SAS' },
      linkedServerCount: elsewhere('linked cache'),
      maxmemoryReserved: { out_of_reach: 'not set: the service chooses it' },
      firewallRules: elsewhere('firewall rule'),
      accessPolicies: elsewhere('access policy'),
      accessPolicyAssignments: elsewhere('access policy assignment'),
      patchDays: elsewhere('patch schedule'),
      diagnosticSettings: elsewhere('diagnostic setting'),
      replicas: elsewhere('linked cache'),
    });
  });

  it('is unknown in all that it does not enclose', () => {
    const known = (body: Json): readonly string[] => FACTS.filter((name) => cacheOf(resource(REDIS, body))[name].known);
    expect(known({})).toEqual(['tags', 'identityType']);
    expect(known({ properties: 'open' })).toEqual(['tags', 'identityType']);
    expect(brief(cacheOf(resource(REDIS, {})).nonSslPort)).toEqual(notSet('properties'));
    expect(brief(cacheOf(resource(REDIS, { properties: {} })).entraAuthentication)).toEqual(notSet('redisConfiguration'));
    expect(brief(cacheOf(resource(REDIS, { properties: {} })).tier)).toEqual(notSet('sku'));
  });

  it('is open in all that is open', () => {
    const open = deferred('known after apply', 'var.all');
    const kinds = (body: Json): readonly string[] =>
      FACTS.flatMap((name) => {
        const fact = cacheOf(resource(REDIS, body))[name];
        return fact.known || fact.kind === 'out_of_reach' ? [] : [`${name} ${fact.kind} ${fact.actual}`];
      });
    expect(new Set(kinds({ properties: open }).map((text) => text.replace(/^\w+ /, '')))).toEqual(new Set(['deferred var.all']));
    expect(kinds({ properties: { sku: open, redisConfiguration: open } }).map((text) => text.split(' ')[1])).toEqual(
      Array(8).fill('deferred'),
    );
    expect(kinds({ properties: { sku: { name: 'Basic', family: 'C', capacity: open }, redisConfiguration: {} } })).toEqual([
      'size deferred var.all',
    ]);
    expect(kinds({ properties: { sku: SKU, redisConfiguration: {} }, identity: open, zones: open, tags: open })).toEqual([
      'zones deferred var.all',
      'tags deferred var.all',
      'identityType deferred var.all',
      'zonalPolicy missing null',
    ]);
  });

  it('shows nothing of what is sensitive', () => {
    const { minimumTlsVersion } = cacheOf(resource(REDIS, { properties: { sku: SKU, minimumTlsVersion: sensitive('1.0') } }));
    expect(minimumTlsVersion).toMatchObject({ known: true, value: '1.0', written: '(sensitive)' });
  });

  it.each<[name: keyof CacheFacts, property: string, good: unknown, apiVersion: string, expected: unknown]>([
    ['publicNetworkAccess', 'publicNetworkAccess', 'Disabled', '2020-06-01', 'Disabled'],
    [
      'publicNetworkAccess',
      'publicNetworkAccess',
      'Disabled',
      '2019-07-01',
      { invalid: 'version 2019-07-01 of the API has no such property' },
    ],
    ['publicNetworkAccess', 'publicNetworkAccess', 'Enabled', '2019-07-01', 'Enabled'],
    ['accessKeysDisabled', 'disableAccessKeyAuthentication', true, '2024-03-01', true],
    [
      'accessKeysDisabled',
      'disableAccessKeyAuthentication',
      true,
      '2023-08-01',
      { invalid: 'version 2023-08-01 of the API has no such property' },
    ],
    ['redisVersion', 'redisVersion', null, '2023-04-01', { byDefault: 'latest' }],
    ['redisVersion', 'redisVersion', null, '2022-06-01', { out_of_reach: 'not set: the service chooses it' }],
    ['redisVersion', 'redisVersion', null, 'latest', { out_of_reach: 'not set: the service chooses it' }],
  ])('has a %s by the version of the API: %s %j in %s', (name, property, value, apiVersion, expected) => {
    const body = { properties: { sku: SKU, redisConfiguration: {}, [property]: value } };
    expect(brief(cacheOf(resource(REDIS, body, { apiVersion }))[name])).toEqual(expected);
  });

  it.each<[property: string, value: unknown, name: keyof CacheFacts]>([
    ['enableNonSslPort', 'false', 'nonSslPort'],
    ['enableNonSslPort', 0, 'nonSslPort'],
    ['minimumTlsVersion', 1.2, 'minimumTlsVersion'],
    ['publicNetworkAccess', 'SecuredByPerimeter', 'publicNetworkAccess'],
    ['publicNetworkAccess', false, 'publicNetworkAccess'],
    ['subnetId', '', 'subnetId'],
    ['redisConfiguration', [], 'entraAuthentication'],
    ['disableAccessKeyAuthentication', 'true', 'accessKeysDisabled'],
  ])('is unknown by a value of another type: %s %j', (property, value, name) => {
    const body = { properties: { sku: SKU, redisConfiguration: {}, [property]: value } };
    expect(brief(cacheOf(resource(REDIS, body))[name])).toEqual({ invalid: expect.any(String) });
  });

  it('whose zones are chosen has the policy of zones', () => {
    const { zones, zonalPolicy } = cacheOf(resource(REDIS, { zones: ['1', '2'], properties: { sku: SKU } }));
    expect([brief(zones), brief(zonalPolicy)]).toEqual([['1', '2'], { missing: 'the property is not set' }]);
  });
});

const SKU = { name: 'Premium', family: 'P', capacity: 1 };

describe('a declared cluster', () => {
  const clusterOf = (body: Json, differences: Partial<ArmResource> = {}): Cache => cacheOf(resource(CLUSTER, body, differences));

  it('has the defaults of the service where it says nothing', () => {
    expect(factsOf(clusterOf({ sku: { name: 'Balanced_B10' }, properties: {} }))).toEqual({
      minimumTlsVersion: { byDefault: '1.2' },
      publicNetworkAccess: { missing: 'the property is not set' },
      privateEndpoints: elsewhere('private endpoint'),
      zones: { out_of_reach: 'not set: Azure chooses by region' },
      tags: { byDefault: [] },
      secrets: [],
      subnetId: { byDefault: null },
      skuName: 'Balanced_B10',
      highAvailability: { byDefault: 'Enabled' },
      redundancyMode: { out_of_reach: 'the service chooses it by the region' },
      customerManagedKey: { byDefault: null },
      databases: elsewhere('database'),
      replicas: elsewhere('linked cache'),
    });
  });

  it.each<[sku: unknown, apiVersion: string | null, kind: string, access: unknown]>([
    ['Balanced_B10', '2025-07-01', 'managed', { missing: 'the property is not set' }],
    ['Balanced_B10', '2025-08-01-preview', 'managed', { missing: 'the property is not set' }],
    ['Balanced_B10', null, 'managed', { missing: 'the property is not set' }],
    ['Balanced_B10', 'newest', 'managed', { missing: 'the property is not set' }],
    ['Balanced_B10', '2025-04-01', 'managed', { byDefault: 'Enabled' }],
    ['Balanced_B10', '2024-09-01-preview', 'managed', { byDefault: 'Enabled' }],
    ['Enterprise_E10', '2025-07-01', 'enterprise', { byDefault: 'Enabled' }],
    [deferred('later'), '2025-07-01', 'managed', { missing: 'the property is not set' }],
  ])('of %j by version %s of the API is %s, and its public access %j', (name, apiVersion, kind, access) => {
    const cache = clusterOf({ sku: { name }, properties: {} }, { apiVersion });
    expect([cache.kind, brief(cache.publicNetworkAccess)]).toEqual([kind, access]);
  });

  it('does not close public access by a version of the API that cannot', () => {
    const body = { sku: { name: 'Balanced_B10' }, properties: { publicNetworkAccess: 'Disabled' } };
    expect(brief(clusterOf(body, { apiVersion: '2025-04-01' }).publicNetworkAccess)).toEqual({
      invalid: 'version 2025-04-01 of the API has no such property',
    });
  });

  it.each<[encryption: unknown, expected: unknown]>([
    [{}, { byDefault: null }],
    [{ customerManagedKeyEncryption: {} }, { byDefault: null }],
    [{ customerManagedKeyEncryption: { keyEncryptionKeyUrl: 'https://v/keys/k' } }, 'https://v/keys/k'],
    [{ customerManagedKeyEncryption: { keyEncryptionKeyUrl: deferred('later') } }, { deferred: 'later' }],
    [{ customerManagedKeyEncryption: deferred('later') }, { deferred: 'later' }],
    [deferred('later'), { deferred: 'later' }],
    ['on', { invalid: 'properties.encryption is "on", not an object' }],
  ])('is encrypted by %j: %j', (encryption, expected) => {
    expect(brief(clusterOf({ sku: { name: 'Balanced_B10' }, properties: { encryption } }).customerManagedKey)).toEqual(expected);
  });

  const databaseOf = (properties: unknown, apiVersion: string | null = '2025-07-01') => {
    const database = resource(`${CLUSTER}/databases`, { properties }, { name: 'default', parent: MAIN, apiVersion });
    const { databases } = cacheOf(resource(CLUSTER, { sku: { name: 'Balanced_B10' }, properties: {} }), database);
    if (!databases.known) throw new Error(databases.reason);
    const [only] = databases.value;
    return Object.fromEntries(Object.entries(only ?? {}).map(([name, fact]) => [name, typeof fact === 'object' ? brief(fact) : fact]));
  };

  it('has databases with defaults of their own', () => {
    expect(databaseOf({})).toEqual({
      name: 'default',
      clientProtocol: { byDefault: 'Encrypted' },
      accessKeys: { byDefault: 'Disabled' },
      rdbPersistence: { byDefault: false },
      aofPersistence: { byDefault: false },
      redisVersion: { out_of_reach: 'the service chooses it' },
      links: { byDefault: [] },
      diagnosticSettings: elsewhere('diagnostic setting'),
      accessPolicyAssignments: elsewhere('access policy assignment'),
    });
  });

  it.each<[properties: unknown, apiVersion: string | null, expected: unknown]>([
    [{}, '2025-07-01', { byDefault: 'Disabled' }],
    [{}, '2025-08-01-preview', { byDefault: 'Disabled' }],
    [{}, '2025-04-01', { byDefault: 'Enabled' }],
    [{}, null, { missing: 'the property is not set' }],
    [{ accessKeysAuthentication: 'Disabled' }, '2025-04-01', 'Disabled'],
    [{ accessKeysAuthentication: 'Disabled' }, '2023-07-01', { invalid: 'version 2023-07-01 of the API has no such property' }],
    [undefined, '2025-07-01', notSet('properties')],
    [deferred('later'), '2025-07-01', { deferred: 'later' }],
  ])('whose database is %j by version %s has access keys: %j', (properties, apiVersion, expected) => {
    expect(databaseOf(properties, apiVersion)['accessKeys']).toEqual(expected);
  });

  it('is unknown in a database that is declared twice', () => {
    const database = (name: string, clientProtocol: string) =>
      resource(`${CLUSTER}/databases`, { properties: { clientProtocol } }, { name, parent: MAIN });
    const { databases } = clusterAnd(database('default', 'Encrypted'), database('default', 'Plaintext'));
    expect(
      databases.known &&
        databases.value.map(({ clientProtocol, diagnosticSettings }) => [brief(clientProtocol), brief(diagnosticSettings)]),
    ).toEqual([
      ['Encrypted', { invalid: 'the database is declared twice' }],
      ['Plaintext', { invalid: 'the database is declared twice' }],
    ]);
  });
});

const clusterAnd = (...below: readonly ArmResource[]): Cache =>
  cacheOf(resource(CLUSTER, { sku: { name: 'Balanced_B10' }, properties: { publicNetworkAccess: 'Disabled' } }), ...below);

const redisAnd = (...below: readonly ArmResource[]): Cache => cacheOf(resource(REDIS, { properties: { sku: SKU } }), ...below);

describe('what stands below a cache', () => {
  it('is a list of its own', () => {
    const rule = resource(
      `${REDIS}/firewallRules`,
      { properties: { startIP: '10.0.0.1', endIP: '10.0.0.9' } },
      { name: 'office', parent: MAIN },
    );
    expect(redisAnd(rule).firewallRules).toEqual({
      known: true,
      value: [
        {
          name: 'office',
          start: { known: true, value: '10.0.0.1', path: 'firewallRules/office.properties.startIP', from: 'observed', written: '10.0.0.1' },
          end: { known: true, value: '10.0.0.9', path: 'firewallRules/office.properties.endIP', from: 'observed', written: '10.0.0.9' },
        },
      ],
      path: 'firewallRules',
      from: 'observed',
      written: null,
    });
  });

  it.each<[parent: string | null, doubt: string | undefined, expected: unknown]>([
    ['elsewhere', undefined, elsewhere('linked cache')],
    [MAIN, undefined, 1],
    [null, undefined, { deferred: 'what other belongs to is known after it is deployed' }],
    [MAIN, 'count is known after apply', { deferred: 'other: count is known after apply' }],
  ])('counts for a cache whose it is: parent %j, doubt %j', (parent, doubt, expected) => {
    const link = resource(`${REDIS}/linkedServers`, {}, { name: 'other', parent, ...(doubt === undefined ? {} : { doubt }) });
    expect(brief(redisAnd(link).linkedServerCount)).toEqual(expected);
  });

  it.each<[body: unknown, expected: unknown]>([
    [{ privateLinkServiceConnections: [{}] }, [{ byDefault: 'Approved' }]],
    [{ manualPrivateLinkServiceConnections: [{}] }, [{ byDefault: 'Pending' }]],
    [{ privateLinkServiceConnections: [{}], manualPrivateLinkServiceConnections: [{}] }, [{ invalid: expect.any(String) }]],
    [{}, [{ invalid: expect.any(String) }]],
    [undefined, [{ invalid: expect.any(String) }]],
    [deferred('later'), [{ deferred: 'later' }]],
    [{ privateLinkServiceConnections: deferred('later') }, [{ deferred: 'later' }]],
    [{ privateLinkServiceConnections: [{ properties: { privateLinkServiceConnectionState: { status: 'Rejected' } } }] }, ['Rejected']],
  ])('is a private endpoint in a state: %j', (properties, expected) => {
    const endpoint = resource('Microsoft.Network/privateEndpoints', { properties }, { name: 'pe', parent: MAIN });
    const { privateEndpoints } = redisAnd(endpoint);
    expect(privateEndpoints.known && privateEndpoints.value.map(({ state }) => brief(state))).toEqual(expected);
  });

  it.each<[groupIds: unknown, redis: boolean, cluster: boolean]>([
    [['redisCache'], false, true],
    [['redisEnterprise'], true, false],
    [['sqlServer'], true, true],
    [[deferred('later')], false, false],
    [undefined, false, false],
  ])('by a private endpoint of unknown target for %j leaves open only what that may be', (groupIds, isRedisTold, isClusterTold) => {
    const endpoint = resource(
      'Microsoft.Network/privateEndpoints',
      { properties: { privateLinkServiceConnections: [{ properties: { groupIds } }] } },
      { name: 'pe' },
    );
    const isTold = ({ privateEndpoints }: Cache): boolean => !privateEndpoints.known && privateEndpoints.kind === 'out_of_reach';
    expect([isTold(redisAnd(endpoint)), isTold(clusterAnd(endpoint))]).toEqual([isRedisTold, isClusterTold]);
  });

  it('is a diagnostic setting of the cache, or of a database', () => {
    const setting = (parent: string): ArmResource =>
      resource(
        'Microsoft.Insights/diagnosticSettings',
        { properties: { logs: [{ category: 'x', enabled: true }] } },
        { name: 'logs', parent },
      );
    const database = resource(`${CLUSTER}/databases`, { properties: {} }, { name: 'default', parent: MAIN, address: 'azapi_resource.db' });
    const names = (fact: CacheFacts['diagnosticSettings']): unknown => (fact.known ? fact.value.map(({ name }) => name) : fact.kind);
    expect(names(redisAnd(setting(MAIN)).diagnosticSettings)).toEqual(['logs']);
    const of = (parent: string): unknown => {
      const { databases } = clusterAnd(database, setting(parent));
      return databases.known && databases.value.map(({ diagnosticSettings }) => names(diagnosticSettings));
    };
    expect([of('azapi_resource.db'), of(MAIN)]).toEqual([[['logs']], ['out_of_reach']]);
  });
});

describe('the origin of a declared cache', () => {
  it('has the places of what stands below it', () => {
    const place = { line: 9, column: 2 };
    const rule = resource(
      `${REDIS}/firewallRules`,
      {},
      { name: deferred('later', 'var.name'), parent: MAIN, place, places: new Map([['properties', place]]) },
    );
    expect(redisAnd(rule).origin).toEqual({
      file: 'main.tf',
      language: 'terraform',
      place: { line: 3, column: 1 },
      address: MAIN,
      creates: true,
      places: new Map([
        ['firewallRules/var.name', place],
        ['firewallRules/var.name.properties', place],
      ]),
    });
  });

  it('gives the name that is literal, else what is written, else the last label', () => {
    const named = (name: unknown): string => cacheOf(resource(REDIS, {}, { name, address: 'a/b/last' })).name;
    expect([named('orders'), named(deferred('later', 'var.name')), named(deferred('later')), named('')]).toEqual([
      'orders',
      'var.name',
      'last',
      'last',
    ]);
  });
});
