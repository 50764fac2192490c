import { describe, expect, it } from 'vitest';
import type { Cache, CacheFacts } from '../../../src/model/cache.ts';
import { readCluster } from '../../../src/sources/decode/cluster.ts';
import { wireCluster } from '../../support/resource-manager.ts';

const ID = '44444444-0000-4000-8000-000000000001';

const overTheWire = (item: unknown): unknown => JSON.parse(JSON.stringify(item));

const clusterOf = (item: unknown): Cache => {
  const decoded = readCluster(item);
  if ('refused' in decoded) throw new Error(`refused: ${decoded.refused}`);
  return decoded.cache;
};

const withProperty = (name: string, value: unknown): unknown => overTheWire(wireCluster(ID, 'c', { [name]: value }));

const observed = (value: unknown, path: string) => ({ known: true, value, path, from: 'observed', written: String(value) });

const byDefault = (value: unknown, path: string) => ({ known: true, value, path, from: 'service_default', written: null });

const missing = (path: string, reason = 'the property is missing from the answer') => ({
  known: false,
  path,
  kind: 'missing',
  reason,
  actual: null,
});

const notHere = (path: string) => ({
  known: false,
  path,
  kind: 'out_of_reach',
  reason: 'this kind of cache has no such property',
  actual: null,
});

const KEY_PATH = 'properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl';
const KEY = 'https://kv.vault.azure.net/keys/redis/0b1c';

const NO_SECRETS = { ...notHere('secrets'), reason: 'only declarations hold secrets' };

describe('readCluster', () => {
  it('reads a cluster as Resource Manager lists it', () => {
    const item = wireCluster(
      ID,
      'ledger',
      { encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: KEY } } },
      { zones: ['1', '2', '3'], tags: { owner: 'ada' }, sku: { name: 'Enterprise_E10', capacity: 2 } },
    );
    const configuration = notHere('properties.redisConfiguration');
    expect(readCluster(overTheWire(item))).toEqual({
      cache: {
        id: `/subscriptions/${ID}/resourceGroups/rg-test/providers/Microsoft.Cache/redisEnterprise/ledger`,
        name: 'ledger',
        kind: 'enterprise',
        resourceGroup: 'rg-test',
        subscriptionId: ID,
        location: 'westeurope',
        sku: 'Enterprise_E10',
        provisioningState: 'Succeeded',
        origin: null,
        minimumTlsVersion: observed('1.2', 'properties.minimumTlsVersion'),
        publicNetworkAccess: observed('Disabled', 'properties.publicNetworkAccess'),
        privateEndpoints: { ...observed([], 'properties.privateEndpointConnections'), written: null },
        zones: { ...observed(['1', '2', '3'], 'zones'), written: null },
        secrets: NO_SECRETS,
        tags: { ...observed([{ name: 'owner', value: 'ada' }], 'tags'), written: null },
        skuName: observed('Enterprise_E10', 'sku.name'),
        highAvailability: observed('Enabled', 'properties.highAvailability'),
        redundancyMode: observed('ZR', 'properties.redundancyMode'),
        customerManagedKey: observed(KEY, KEY_PATH),
        databases: { known: false, path: 'databases', kind: 'pending', reason: 'databases were not read', actual: null, need: 'databases' },
        replicas: {
          known: false,
          path: 'linkedServers',
          kind: 'pending',
          reason: 'linkedServers were not read',
          actual: null,
          need: 'linkedServers',
        },
        subnetId: byDefault(null, 'properties.subnetId'),
        nonSslPort: notHere('properties.enableNonSslPort'),
        authenticationDisabled: configuration,
        entraAuthentication: configuration,
        accessKeysDisabled: notHere('properties.disableAccessKeyAuthentication'),
        identityType: notHere('identity.type'),
        tier: notHere('sku.name'),
        size: notHere('sku'),
        redisVersion: notHere('properties.redisVersion'),
        updateChannel: notHere('properties.updateChannel'),
        zonalPolicy: notHere('properties.zonalAllocationPolicy'),
        rdbPersistence: configuration,
        aofPersistence: configuration,
        persistenceAuthentication: configuration,
        linkedServerCount: notHere('properties.linkedServers'),
        maxmemoryReserved: configuration,
        firewallRules: notHere('firewallRules'),
        accessPolicies: notHere('accessPolicies'),
        accessPolicyAssignments: notHere('accessPolicyAssignments'),
        patchDays: notHere('patchSchedules'),
        diagnosticSettings: notHere('diagnosticSettings'),
      },
    });
  });
});

describe('the kind of a cluster', () => {
  const kindOf = (sku: unknown) => clusterOf(overTheWire(wireCluster(ID, 'c', {}, { sku }))).kind;

  it.each(['Enterprise_E1', 'Enterprise_E400', 'EnterpriseFlash_F300', 'enterprise_e10', 'ENTERPRISEFLASH_F1500', 'Enterprise_'])(
    'is enterprise by the prefix of its SKU: %s',
    (name) => {
      expect(kindOf({ name, capacity: 2 })).toBe('enterprise');
    },
  );

  it.each([
    'Balanced_B0',
    'MemoryOptimized_M10',
    'ComputeOptimized_X3',
    'FlashOptimized_A250',
    'Enterprise',
    'EnterpriseE10',
    'EnterpriseFlashy_F300',
    'My_Enterprise_E10',
    ' Enterprise_E10',
    'BrandNew_Z1',
  ])('is managed by any other: %s', (name) => {
    expect(kindOf({ name })).toBe('managed');
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ name: null }],
    [{ name: '' }],
    [{ name: 7 }],
    [{ name: ['Enterprise_E10'] }],
    ['Enterprise_E10'],
    [[]],
  ])('is managed where no SKU can be read, and the SKU itself is unknown: %j', (sku) => {
    const cluster = clusterOf(overTheWire(wireCluster(ID, 'c', {}, { sku })));
    expect(cluster).toMatchObject({ kind: 'managed', sku: null, skuName: { known: false, path: 'sku.name' } });
  });

  it('follows the SKU and nothing else', () => {
    expect(clusterOf(overTheWire(wireCluster(ID, 'c', {}, { kind: 'v1' }))).kind).toBe('managed');
  });
});

interface FactCase {
  readonly fact: keyof CacheFacts;
  readonly expected: string;
  readonly good: readonly (readonly [wire: unknown, value: unknown])[];
  readonly bad: readonly (readonly [wire: unknown, actual: string])[];
  readonly absent: unknown;
}

const NO_TYPES: FactCase['bad'] = [
  [{}, 'an object'],
  [[], 'an array of 0'],
  [['Enabled'], 'an array of 1'],
  ['', '""'],
  [true, 'true'],
  [0, '0'],
];

const NO_SWITCHES: FactCase['bad'] = [
  ...NO_TYPES,
  ['true', '"true"'],
  ['Enabled ', '"Enabled "'],
  ['SecuredByPerimeter', '"SecuredByPerimeter"'],
];

const SWITCHES: FactCase['good'] = [
  ['Enabled', 'Enabled'],
  ['Disabled', 'Disabled'],
  ['disabled', 'Disabled'],
  ['ENABLED', 'Enabled'],
];

/** Undefined: Azure documents nothing for the absence. */
const FACTS: readonly FactCase[] = [
  {
    fact: 'minimumTlsVersion',
    expected: 'one of 1.0, 1.1, 1.2, 1.3',
    good: ['1.0', '1.1', '1.2', '1.3'].map((version) => [version, version] as const),
    bad: [...NO_TYPES, [1.2, '1.2'], ['TLS1_2', '"TLS1_2"'], ['1.2 ', '"1.2 "']],
    absent: '1.2',
  },
  // A cluster older than the property has none, and null says so.
  { fact: 'publicNetworkAccess', expected: 'Enabled or Disabled', good: SWITCHES, bad: NO_SWITCHES, absent: null },
  { fact: 'highAvailability', expected: 'Enabled or Disabled', good: SWITCHES, bad: NO_SWITCHES, absent: 'Enabled' },
  {
    fact: 'redundancyMode',
    expected: 'one of None, LR, ZR',
    good: [
      ['None', 'None'],
      ['LR', 'LR'],
      ['ZR', 'ZR'],
      ['zr', 'ZR'],
      ['none', 'None'],
    ],
    bad: [...NO_TYPES, ['GR', '"GR"'], ['Z', '"Z"']],
    absent: undefined,
  },
];

const NO_OBJECTS: readonly (readonly [wire: unknown, actual: string])[] = [
  ['text', '"text"'],
  ['', '""'],
  [7, '7'],
  [false, 'false'],
  [[], 'an array of 0'],
];

describe.each(FACTS)('$fact of a cluster', ({ fact, expected, good, bad, absent }) => {
  const path = `properties.${fact}`;

  it.each(good)(`is seen in ${path}: %j means %j`, (wire, value) => {
    expect(clusterOf(withProperty(fact, wire))[fact]).toEqual({ ...observed(value, path), written: wire });
  });

  it.each(bad)(`is unknown, with the raw value, when ${path} is %j`, (wire, actual) => {
    expect(clusterOf(withProperty(fact, wire))[fact]).toEqual({
      known: false,
      path,
      kind: 'invalid',
      reason: `${actual} is not ${expected}`,
      actual,
    });
  });

  it.each([[undefined], [null]])(`is what Azure documents when ${path} is %j, if it does`, (wire) => {
    expect(clusterOf(withProperty(fact, wire))[fact]).toEqual(absent === undefined ? missing(path) : byDefault(absent, path));
  });

  it.each([[undefined], [null]])('has no default when properties is %j', (properties) => {
    const cluster = clusterOf(overTheWire({ ...wireCluster(ID, 'c'), properties }));
    expect(cluster[fact]).toEqual(missing(path, 'properties is missing from the answer'));
  });

  it.each(NO_OBJECTS)('has no default when properties is %j, which is no object', (properties, actual) => {
    expect(clusterOf({ ...wireCluster(ID, 'c'), properties })[fact]).toMatchObject({ known: false, path, kind: 'invalid', actual });
  });
});

describe('skuName', () => {
  const skuNameIn = (sku: unknown) => clusterOf(overTheWire(wireCluster(ID, 'c', {}, { sku }))).skuName;

  it('is seen outside of properties, as it is written', () => {
    expect(skuNameIn({ name: 'enterprise_E10', capacity: 2 })).toEqual(observed('enterprise_E10', 'sku.name'));
    expect(clusterOf({ ...wireCluster(ID, 'c'), properties: undefined }).skuName).toEqual(observed('Balanced_B10', 'sku.name'));
  });

  it.each([[undefined], [null]])('is unknown when sku is %j', (sku) => {
    expect(skuNameIn(sku)).toEqual(missing('sku.name', 'sku is missing from the answer'));
  });

  it.each([[{}], [{ name: null }]])('is unknown when it is not in %j', (sku) => {
    expect(skuNameIn(sku)).toEqual(missing('sku.name'));
  });

  it.each([
    [{ name: '' }, '"" is not text'],
    [{ name: 10 }, '10 is not text'],
    ['Balanced_B10', 'sku is "Balanced_B10", not an object'],
    [[], 'sku is an array of 0, not an object'],
  ])('is unknown, with the raw value, for %j', (sku, reason) => {
    expect(skuNameIn(sku)).toMatchObject({ known: false, path: 'sku.name', kind: 'invalid', reason });
  });
});

describe('customerManagedKey', () => {
  const keyIn = (encryption: unknown) => clusterOf(withProperty('encryption', encryption)).customerManagedKey;
  const withKey = (keyEncryptionKeyUrl: unknown) => ({ customerManagedKeyEncryption: { keyEncryptionKeyUrl } });

  it('is the address of the key', () => {
    expect(keyIn(withKey(KEY))).toEqual(observed(KEY, KEY_PATH));
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ customerManagedKeyEncryption: null }],
    [{ customerManagedKeyEncryption: {} }],
    [{ customerManagedKeyEncryption: { keyEncryptionKeyIdentity: { identityType: 'systemAssignedIdentity' } } }],
    [withKey(null)],
    [withKey('')],
  ])('is one of Microsoft where no address stands: encryption is %j', (encryption) => {
    expect(keyIn(encryption)).toEqual(byDefault(null, KEY_PATH));
  });

  it.each([
    { encryption: 'on', actual: '"on"', path: KEY_PATH },
    { encryption: true, actual: 'true', path: KEY_PATH },
    { encryption: [], actual: 'an array of 0', path: KEY_PATH },
    { encryption: '', actual: '""', path: KEY_PATH },
    { encryption: { customerManagedKeyEncryption: KEY }, actual: JSON.stringify(KEY), path: KEY_PATH },
    { encryption: { customerManagedKeyEncryption: [] }, actual: 'an array of 0', path: KEY_PATH },
    { encryption: { customerManagedKeyEncryption: false }, actual: 'false', path: KEY_PATH },
    { encryption: withKey(7), actual: '7', path: KEY_PATH },
    { encryption: withKey(true), actual: 'true', path: KEY_PATH },
    { encryption: withKey([KEY]), actual: 'an array of 1', path: KEY_PATH },
    { encryption: withKey({}), actual: 'an object', path: KEY_PATH },
  ])('is unknown, with the raw value, for $encryption', ({ encryption, actual, path }) => {
    expect(keyIn(encryption)).toMatchObject({ known: false, path, kind: 'invalid', actual });
  });

  it.each([[undefined], [null], ['x'], [[]]])('is unknown when properties is %j', (properties) => {
    expect(clusterOf(overTheWire({ ...wireCluster(ID, 'c'), properties })).customerManagedKey.known).toBe(false);
  });

  it('is forged by no key that means something to JavaScript', () => {
    const encryption: unknown = JSON.parse(`{"__proto__":${JSON.stringify(withKey(KEY))}}`);
    expect(clusterOf({ ...wireCluster(ID, 'c', { encryption }) }).customerManagedKey).toEqual(byDefault(null, KEY_PATH));
  });
});

describe('a cluster without properties', () => {
  it('keeps its labels, and knows only what stands outside of them', () => {
    const cluster = clusterOf({ id: `/SUBSCRIPTIONS/${ID.toUpperCase()}/RESOURCEGROUPS/RG/providers/microsoft.cache/REDISENTERPRISE/C` });
    expect(cluster).toMatchObject({
      name: 'C',
      kind: 'managed',
      resourceGroup: 'RG',
      subscriptionId: ID,
      location: null,
      sku: null,
      provisioningState: null,
    });
    const known = Object.entries(cluster).flatMap(([name, fact]) =>
      typeof fact === 'object' && fact !== null && fact.known ? [[name, fact.from]] : [],
    );
    expect(known).toEqual([
      ['tags', 'service_default'],
      ['subnetId', 'service_default'],
    ]);
  });

  it.each([
    ['Deleting', 'Deleting'],
    [null, null],
    [7, null],
  ])('says its state as the source does: %j is %j', (wire, state) => {
    expect(clusterOf(withProperty('provisioningState', wire)).provisioningState).toBe(state);
  });
});

describe('an item that is no cluster', () => {
  const idOf = (rest: string): string => `/subscriptions/${ID}/resourceGroups/g/providers/${rest}`;

  it.each([
    { what: 'null', item: null, refused: 'it is null, not an object' },
    { what: 'a number', item: 7, refused: 'it is 7, not an object' },
    { what: 'an array', item: [wireCluster(ID, 'c')], refused: 'it is an array of 1, not an object' },
    { what: 'an empty object', item: {}, refused: 'it has no id' },
    { what: 'an id that is null', item: wireCluster(ID, 'c', {}, { id: null }), refused: 'it has no id' },
    { what: 'an id that is a number', item: wireCluster(ID, 'c', {}, { id: 7 }), refused: 'it has no id' },
    {
      what: 'an id under __proto__',
      item: JSON.parse(`{"__proto__":{"id":"${idOf('Microsoft.Cache/redisEnterprise/c')}"}}`),
      refused: 'it has no id',
    },
  ])('is refused with the reason: $what', ({ item, refused }) => {
    expect(readCluster(item)).toEqual({ refused });
  });

  it.each([
    'Microsoft.Cache/redis/c',
    'Microsoft.Cache/redisEnterprise/c/databases/default',
    'Microsoft.Cache/redisEnterprises/c',
    'Microsoft.Cache/redisEnterprise/',
    'Contoso.Cache/redisEnterprise/c',
  ])('is refused when its id is that of %s', (rest) => {
    expect(readCluster(wireCluster(ID, 'c', {}, { id: idOf(rest) }))).toEqual({
      refused: expect.stringMatching(/^its id ".*"(?:\.\.\.)? is not that of a Microsoft\.Cache\/redisEnterprise$/),
    });
  });
});
