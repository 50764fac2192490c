import { describe, expect, it } from 'vitest';
import type { Cache, CacheFacts } from '../../../src/model/cache.ts';
import type { Known } from '../../../src/model/fact.ts';
import { readRedis } from '../../../src/sources/decode/redis.ts';
import { wireRedis } from '../../support/resource-manager.ts';

const ID = '44444444-0000-4000-8000-000000000001';
const SUBNET = `/subscriptions/${ID}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;

/** A wire cache as a parser hands it over: a property that is undefined is not there, and `__proto__` is a key like others. */
const overTheWire = (item: unknown): unknown => JSON.parse(JSON.stringify(item));

const cacheOf = (item: unknown): Cache => {
  const decoded = readRedis(item);
  if ('refused' in decoded) throw new Error(`refused: ${decoded.refused}`);
  return decoded.cache;
};

const refusalOf = (item: unknown): string | null => {
  const decoded = readRedis(item);
  return 'refused' in decoded ? decoded.refused : null;
};

const withProperty = (name: string, value: unknown): unknown => overTheWire(wireRedis(ID, 'c', { [name]: value }));

const withSetting = (name: string, value: unknown): unknown =>
  overTheWire(wireRedis(ID, 'c', { redisConfiguration: { maxclients: '256', [name]: value } }));

/** A value that the source saw; for a list or an object `written` is null, for it is no single value. */
const observed = (value: unknown, path: string, written: string | null = String(value)) => ({
  known: true,
  value,
  path,
  from: 'observed',
  written,
});

const byDefault = (value: unknown, path: string) => ({ known: true, value, path, from: 'service_default', written: null });

const notThere = (path: string, reason = 'the property is missing from the answer') => ({
  known: false,
  path,
  kind: 'missing',
  reason,
  actual: null,
});

const notRead = (need: string) => ({
  known: false,
  path: need,
  kind: 'pending',
  reason: `${need} were not read`,
  actual: null,
  need,
});

const notHere = (path: string) => ({
  known: false,
  path,
  kind: 'out_of_reach',
  reason: 'this kind of cache has no such property',
  actual: null,
});

const NO_SECRETS = { ...notHere('secrets'), reason: 'only declarations hold secrets' };

describe('readRedis', () => {
  it('reads a cache as Resource Manager lists it', () => {
    const item = wireRedis(
      ID,
      'orders-prod',
      {
        subnetId: SUBNET,
        redisVersion: '6.0',
        updateChannel: 'Preview',
        zonalAllocationPolicy: 'UserDefined',
        linkedServers: [{ id: 'x' }],
        redisConfiguration: {
          'aad-enabled': 'True',
          authnotrequired: 'no',
          'rdb-backup-enabled': 'true',
          'preferred-data-persistence-auth-method': 'ManagedIdentity',
          'maxmemory-reserved': '642',
        },
      },
      { zones: ['1', '2'], tags: { team: 'orders', Owner: 'ada' }, identity: { type: 'SystemAssigned', principalId: 'p', tenantId: 't' } },
    );
    const configuration = 'properties.redisConfiguration';
    expect(readRedis(overTheWire(item))).toEqual({
      cache: {
        id: `/subscriptions/${ID}/resourceGroups/rg-test/providers/Microsoft.Cache/Redis/orders-prod`,
        name: 'orders-prod',
        kind: 'redis',
        resourceGroup: 'rg-test',
        subscriptionId: ID,
        location: 'westeurope',
        sku: 'Premium P1',
        provisioningState: 'Succeeded',
        origin: null,
        nonSslPort: observed(false, 'properties.enableNonSslPort'),
        minimumTlsVersion: observed('1.2', 'properties.minimumTlsVersion'),
        publicNetworkAccess: observed('Disabled', 'properties.publicNetworkAccess'),
        privateEndpoints: byDefault([], 'properties.privateEndpointConnections'),
        zones: observed(['1', '2'], 'zones', null),
        secrets: NO_SECRETS,
        tags: observed(
          [
            { name: 'Owner', value: 'ada' },
            { name: 'team', value: 'orders' },
          ],
          'tags',
          null,
        ),
        subnetId: observed(SUBNET, 'properties.subnetId'),
        authenticationDisabled: observed(false, `${configuration}.authnotrequired`, 'no'),
        entraAuthentication: observed(true, `${configuration}.aad-enabled`, 'True'),
        accessKeysDisabled: observed(true, 'properties.disableAccessKeyAuthentication'),
        identityType: observed('SystemAssigned', 'identity.type'),
        tier: observed('Premium', 'properties.sku.name'),
        size: observed('P1', 'properties.sku'),
        redisVersion: observed('6.0', 'properties.redisVersion'),
        updateChannel: observed('Preview', 'properties.updateChannel'),
        zonalPolicy: observed('UserDefined', 'properties.zonalAllocationPolicy'),
        rdbPersistence: observed(true, `${configuration}.rdb-backup-enabled`),
        aofPersistence: byDefault(false, `${configuration}.aof-backup-enabled`),
        persistenceAuthentication: observed('ManagedIdentity', `${configuration}.preferred-data-persistence-auth-method`),
        linkedServerCount: observed(1, 'properties.linkedServers', null),
        maxmemoryReserved: observed(642, `${configuration}.maxmemory-reserved`),
        firewallRules: notRead('firewallRules'),
        accessPolicies: notRead('accessPolicies'),
        accessPolicyAssignments: notRead('accessPolicyAssignments'),
        patchDays: notRead('patchSchedules'),
        diagnosticSettings: notRead('diagnosticSettings'),
        replicas: notRead('linkedServers'),
        skuName: notHere('sku.name'),
        highAvailability: notHere('properties.highAvailability'),
        redundancyMode: notHere('properties.redundancyMode'),
        customerManagedKey: notHere('properties.encryption'),
        databases: notHere('databases'),
      },
    });
  });

  it('knows nothing of a cache without properties but what absence documents outside of them', () => {
    const cache = cacheOf({ id: wireRedis(ID, 'c').id });
    const known = Object.entries(cache).flatMap(([name, fact]) => (isKnown(fact) ? [[name, fact.value, fact.from]] : []));
    expect(known).toEqual([
      ['identityType', 'None', 'service_default'],
      ['tags', [], 'service_default'],
    ]);
  });
});

const isKnown = (fact: unknown): fact is Known<unknown> =>
  typeof fact === 'object' && fact !== null && 'known' in fact && fact.known === true;

interface FactCase {
  readonly fact: keyof CacheFacts;
  /** Where it stands on the wire. */
  readonly path: string;
  readonly expected: string;
  readonly item: (value: unknown) => unknown;
  /** Wire values that are documented, and what each means. */
  readonly good: readonly (readonly [wire: unknown, value: unknown])[];
  /** Wire values that mean nothing, and how each is shown. */
  readonly bad: readonly (readonly [wire: unknown, actual: string])[];
  /** What Azure documents for absence; undefined where it documents nothing. */
  readonly absent: unknown;
  /** How a value is told that is no single one on the wire. */
  readonly written?: (value: unknown) => string | null;
  /** A fact that is made of the same property. */
  readonly shares?: keyof CacheFacts;
}

const property = (name: string): Pick<FactCase, 'path' | 'item'> => ({
  path: `properties.${name}`,
  item: (value) => withProperty(name, value),
});

const setting = (name: string): Pick<FactCase, 'path' | 'item'> => ({
  path: `properties.redisConfiguration.${name}`,
  item: (value) => withSetting(name, value),
});

const NO_TYPES: FactCase['bad'] = [
  [{}, 'an object'],
  [{ value: true }, 'an object'],
  [[], 'an array of 0'],
  [[true], 'an array of 1'],
  ['', '""'],
];

const NO_BOOLEANS: FactCase['bad'] = [
  ...NO_TYPES,
  ['true', '"true"'],
  ['false', '"false"'],
  ['True', '"True"'],
  ['FALSE', '"FALSE"'],
  [0, '0'],
  [1, '1'],
];

const NO_SWITCHES: FactCase['bad'] = [
  ...NO_TYPES,
  ['on', '"on"'],
  ['0', '"0"'],
  ['1', '"1"'],
  [0, '0'],
  [1, '1'],
  [' true', '" true"'],
  ['false ', '"false "'],
];

const NO_WORDS: FactCase['bad'] = [...NO_TYPES, [true, 'true'], [1, '1'], ['None ', '"None "'], ['Nonsense', '"Nonsense"']];

/** Documented words, each in the documented case and in others. */
const words = (...all: readonly string[]): FactCase['good'] =>
  all.flatMap((word) => [word, word.toLowerCase(), word.toUpperCase()].map((wire) => [wire, word] as const));

const TRUE_OR_FALSE: FactCase['good'] = [
  [true, true],
  [false, false],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['fAlSe', false],
];

const FACTS: readonly FactCase[] = [
  {
    fact: 'nonSslPort',
    ...property('enableNonSslPort'),
    expected: 'true or false',
    good: [
      [true, true],
      [false, false],
    ],
    bad: NO_BOOLEANS,
    absent: undefined,
  },
  {
    fact: 'minimumTlsVersion',
    ...property('minimumTlsVersion'),
    expected: 'one of 1.0, 1.1, 1.2, 1.3',
    good: [
      ['1.0', '1.0'],
      ['1.1', '1.1'],
      ['1.2', '1.2'],
      ['1.3', '1.3'],
    ],
    bad: [
      ...NO_TYPES,
      [1.2, '1.2'],
      [1, '1'],
      [true, 'true'],
      ['TLS1_2', '"TLS1_2"'],
      ['Tls12', '"Tls12"'],
      [' 1.2', '" 1.2"'],
      ['1.2 ', '"1.2 "'],
      ['1.20', '"1.20"'],
      ['1.4', '"1.4"'],
      ['1', '"1"'],
    ],
    absent: '1.2',
  },
  {
    fact: 'publicNetworkAccess',
    ...property('publicNetworkAccess'),
    expected: 'Enabled or Disabled',
    good: [
      ['Enabled', 'Enabled'],
      ['Disabled', 'Disabled'],
      ['disabled', 'Disabled'],
      ['DISABLED', 'Disabled'],
      ['enabled', 'Enabled'],
    ],
    bad: [
      ...NO_TYPES,
      [true, 'true'],
      [false, 'false'],
      ['SecuredByPerimeter', '"SecuredByPerimeter"'],
      ['Disabled ', '"Disabled "'],
      ['false', '"false"'],
    ],
    absent: undefined,
  },
  {
    fact: 'subnetId',
    ...property('subnetId'),
    expected: 'the id of a subnet',
    good: [
      [SUBNET, SUBNET],
      [SUBNET.toUpperCase(), SUBNET.toUpperCase()],
      [SUBNET.replace('Network', 'ClassicNetwork'), SUBNET.replace('Network', 'ClassicNetwork')],
    ],
    bad: [...NO_TYPES, [true, 'true'], ['yes', '"yes"'], ['snet', '"snet"'], [`${SUBNET}/`, `${JSON.stringify(SUBNET.slice(0, 60))}...`]],
    absent: null,
  },
  {
    fact: 'authenticationDisabled',
    ...setting('authnotrequired'),
    expected: 'true or false',
    good: [...TRUE_OR_FALSE, ['yes', true], ['YES', true], ['no', false]],
    bad: NO_SWITCHES,
    absent: false,
  },
  {
    fact: 'entraAuthentication',
    ...setting('aad-enabled'),
    expected: 'true or false',
    good: TRUE_OR_FALSE,
    // Only authentication-required knows a yes; here nothing documents one.
    bad: [...NO_SWITCHES, ['yes', '"yes"'], ['no', '"no"']],
    absent: false,
  },
  {
    fact: 'accessKeysDisabled',
    ...property('disableAccessKeyAuthentication'),
    expected: 'true or false',
    good: [
      [true, true],
      [false, false],
    ],
    bad: NO_BOOLEANS,
    absent: undefined,
  },
  {
    fact: 'tier',
    path: 'properties.sku.name',
    item: (name) => withProperty('sku', { name, family: 'P', capacity: 1 }),
    expected: 'one of Basic, Standard, Premium',
    good: words('Basic', 'Standard', 'Premium'),
    bad: [...NO_WORDS, ['Balanced_B10', '"Balanced_B10"'], ['Premium P1', '"Premium P1"'], ['Enterprise', '"Enterprise"']],
    absent: undefined,
  },
  {
    fact: 'size',
    ...property('sku'),
    expected: 'a family and a capacity',
    good: [
      ...[0, 1, 2, 3, 4, 5, 6].map((capacity) => [{ name: 'Standard', family: 'C', capacity }, `C${capacity}`] as const),
      ...[1, 2, 3, 4, 5].map((capacity) => [{ name: 'Premium', family: 'P', capacity }, `P${capacity}`] as const),
      [{ family: 'p', capacity: 3 }, 'P3'],
    ],
    bad: [
      [{}, 'an object'],
      [{ family: 'P' }, 'an object'],
      [{ capacity: 1 }, 'an object'],
      [{ family: 'P', capacity: '1' }, 'an object'],
      [{ family: 'P', capacity: null }, 'an object'],
      [{ family: 'P', capacity: 0 }, 'an object'],
      [{ family: 'P', capacity: 6 }, 'an object'],
      [{ family: 'C', capacity: 7 }, 'an object'],
      [{ family: 'C', capacity: 1.5 }, 'an object'],
      [{ family: 'C', capacity: -1 }, 'an object'],
      [{ family: 'CP', capacity: 1 }, 'an object'],
      [{ family: '', capacity: 1 }, 'an object'],
      [{ family: 'E', capacity: 1 }, 'an object'],
      ['P1', '"P1"'],
      [1, '1'],
      [[], 'an array of 0'],
    ],
    absent: undefined,
    written: String,
    shares: 'tier',
  },
  {
    fact: 'redisVersion',
    ...property('redisVersion'),
    expected: 'a version of Redis',
    good: ['6', '6.0', '6.0.14', '7.4', '4.0', '10.2.3.4', 'latest', 'LATEST'].map((version) => [version, version] as const),
    bad: [
      ...NO_TYPES,
      [6, '6'],
      [6.2, '6.2'],
      ['v6', '"v6"'],
      ['6.', '"6."'],
      ['.6', '".6"'],
      ['6.0-preview', '"6.0-preview"'],
      ['6,0', '"6,0"'],
      [' 6.0', '" 6.0"'],
      ['6.0\n', '"6.0\\n"'],
      ['1234', '"1234"'],
      ['1.2.3.4.5', '"1.2.3.4.5"'],
      ['latest6', '"latest6"'],
      ['\u0666', '"\u0666"'],
    ],
    absent: undefined,
  },
  {
    fact: 'updateChannel',
    ...property('updateChannel'),
    expected: 'one of Stable, Preview',
    good: words('Stable', 'Preview'),
    bad: [...NO_WORDS, ['Beta', '"Beta"']],
    absent: 'Stable',
  },
  {
    fact: 'zonalPolicy',
    ...property('zonalAllocationPolicy'),
    expected: 'one of Automatic, UserDefined, NoZones',
    good: words('Automatic', 'UserDefined', 'NoZones'),
    bad: [...NO_WORDS, ['User Defined', '"User Defined"'], ['No', '"No"']],
    absent: undefined,
  },
  {
    fact: 'rdbPersistence',
    ...setting('rdb-backup-enabled'),
    expected: 'true or false',
    good: TRUE_OR_FALSE,
    bad: [...NO_SWITCHES, ['yes', '"yes"'], ['15', '"15"']],
    absent: false,
  },
  {
    fact: 'aofPersistence',
    ...setting('aof-backup-enabled'),
    expected: 'true or false',
    good: TRUE_OR_FALSE,
    bad: [...NO_SWITCHES, ['yes', '"yes"']],
    absent: false,
  },
  {
    fact: 'persistenceAuthentication',
    ...setting('preferred-data-persistence-auth-method'),
    expected: 'one of SAS, ManagedIdentity',
    good: words('SAS', 'ManagedIdentity'),
    bad: [...NO_WORDS, ['Managed Identity', '"Managed Identity"'], ['sas?sig=c2VjcmV0', '"sas?sig=(redacted)"']],
    absent: 'SAS',
  },
  {
    fact: 'linkedServerCount',
    ...property('linkedServers'),
    expected: 'a list of linked caches',
    good: [
      [[], 0],
      [[{ id: 'a' }], 1],
      [[{ id: 'a' }, null], 2],
    ],
    bad: [
      [{}, 'an object'],
      [{ length: 0 }, 'an object'],
      ['', '""'],
      [0, '0'],
      [false, 'false'],
    ],
    absent: undefined,
    written: () => null,
  },
  {
    fact: 'maxmemoryReserved',
    ...setting('maxmemory-reserved'),
    expected: 'a number of megabytes',
    good: [
      ['642', 642],
      ['0', 0],
      ['030', 30],
      ['999999999', 999999999],
    ],
    bad: [
      ...NO_TYPES,
      [642, '642'],
      [true, 'true'],
      ['-1', '"-1"'],
      ['1.5', '"1.5"'],
      ['1e3', '"1e3"'],
      ['0x10', '"0x10"'],
      [' 642', '" 642"'],
      ['642 MB', '"642 MB"'],
      ['9999999999', '"9999999999"'],
      ['Infinity', '"Infinity"'],
    ],
    absent: undefined,
  },
];

describe.each(FACTS)('$fact', ({ fact, path, expected, item, good, bad, absent, written, shares }) => {
  it.each(good)(`is seen in ${path}: %j means %j`, (wire, value) => {
    expect(cacheOf(item(wire))[fact]).toEqual(observed(value, path, written ? written(value) : String(wire)));
  });

  it.each(bad)(`is unknown, with the raw value, when ${path} is %j`, (wire, actual) => {
    expect(cacheOf(item(wire))[fact]).toEqual({ known: false, path, kind: 'invalid', reason: `${actual} is not ${expected}`, actual });
  });

  const whenAbsent = absent === undefined ? notThere(path) : byDefault(absent, path);

  it.each([
    { state: 'absent', wire: undefined },
    { state: 'null', wire: null },
  ])(`is ${absent === undefined ? 'unknown' : `the default of the service (${absent})`} when ${path} is $state`, ({ wire }) => {
    expect(cacheOf(item(wire))[fact]).toEqual(whenAbsent);
  });

  it('changes with nothing else on the wire', () => {
    const others = FACTS.filter((other) => other.fact !== fact && other.fact !== shares);
    const [[wire] = []] = good;
    const cache = cacheOf(item(wire));
    const changed = cacheOf(item('nonsense'));
    expect(others.map((other) => changed[other.fact])).toEqual(others.map((other) => cache[other.fact]));
  });
});

/** The enclosing objects: no default applies to what they would hold. */
describe('an enclosing object', () => {
  const NO_OBJECTS: readonly (readonly [wire: unknown, actual: string])[] = [
    ['text', '"text"'],
    ['', '""'],
    [7, '7'],
    [true, 'true'],
    [[], 'an array of 0'],
    [[{ 'aad-enabled': 'true' }], 'an array of 1'],
  ];
  const INSIDE = FACTS.filter(({ path }) => path.startsWith('properties.redisConfiguration.'));
  const DEEPER = [...INSIDE, ...FACTS.filter(({ fact }) => fact === 'tier')];

  const missingFrom = (at: string, { path }: FactCase) => notThere(path, `${at} is missing from the answer`);

  it('holds every fact of the table', () => {
    expect(FACTS.every(({ path }) => path.startsWith('properties.'))).toBe(true);
  });

  it.each([[undefined], [null]])('leaves every fact unknown when properties is %j', (properties) => {
    const cache = cacheOf(overTheWire({ ...wireRedis(ID, 'c'), properties }));
    expect(FACTS.map(({ fact }) => cache[fact])).toMatchObject(
      FACTS.map((one) =>
        DEEPER.includes(one) ? { known: false, path: one.path, kind: 'missing', actual: null } : missingFrom('properties', one),
      ),
    );
    expect({ sku: cache.sku, provisioningState: cache.provisioningState }).toEqual({ sku: null, provisioningState: null });
  });

  it.each([[undefined], [null]])('leaves its settings unknown when redisConfiguration is %j', (configuration) => {
    const cache = cacheOf(withProperty('redisConfiguration', configuration));
    expect(INSIDE.map(({ fact }) => cache[fact])).toEqual(INSIDE.map((one) => missingFrom('properties.redisConfiguration', one)));
    expect(cache.nonSslPort.known).toBe(true);
  });

  it.each(NO_OBJECTS)('leaves the tier and the size unknown when sku is %j', (sku, actual) => {
    const cache = cacheOf(withProperty('sku', sku));
    expect([cache.tier, cache.size]).toMatchObject([
      { known: false, kind: 'invalid', path: 'properties.sku.name', actual },
      { known: false, kind: 'invalid', path: 'properties.sku', actual },
    ]);
  });

  it.each([[undefined], [null]])('leaves the tier and the size unknown when sku is %j', (sku) => {
    const cache = cacheOf(withProperty('sku', sku));
    expect([cache.tier, cache.size]).toEqual([
      notThere('properties.sku.name', 'properties.sku is missing from the answer'),
      notThere('properties.sku'),
    ]);
  });

  it.each(NO_OBJECTS)('leaves every fact unknown when properties is %j', (properties) => {
    const cache = cacheOf({ ...wireRedis(ID, 'c'), properties });
    expect(FACTS.map(({ fact }) => cache[fact].known)).toEqual(FACTS.map(() => false));
  });

  it.each(NO_OBJECTS)('leaves its settings unknown when redisConfiguration is %j', (configuration) => {
    const cache = cacheOf(withProperty('redisConfiguration', configuration));
    expect(INSIDE.map(({ fact }) => cache[fact].known)).toEqual(INSIDE.map(() => false));
    expect(cache.nonSslPort.known).toBe(true);
  });

  it('is not said to be missing when it is there and no object: the raw value is shown', () => {
    const told = NO_OBJECTS.flatMap(([wire]) => [
      cacheOf({ ...wireRedis(ID, 'c'), properties: wire }).nonSslPort,
      cacheOf(withProperty('redisConfiguration', wire)).entraAuthentication,
    ]);
    expect(told).toMatchObject(
      NO_OBJECTS.flatMap(([, actual]) => [
        { kind: 'invalid', actual },
        { kind: 'invalid', actual },
      ]),
    );
  });

  it('has every default when it is there and empty', () => {
    const cache = cacheOf({ ...wireRedis(ID, 'c'), properties: { redisConfiguration: {} } });
    expect(FACTS.map(({ fact }) => [fact, cache[fact].known && cache[fact].from])).toEqual(
      FACTS.map(({ fact, absent }) => [fact, absent === undefined ? false : 'service_default']),
    );
  });
});

describe('identityType', () => {
  const identityIn = (identity: unknown) => cacheOf(overTheWire({ ...wireRedis(ID, 'c'), identity })).identityType;
  const EXPECTED = 'one of "None", "SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"';

  it.each([
    ['None', 'None'],
    ['SystemAssigned', 'SystemAssigned'],
    ['systemassigned', 'SystemAssigned'],
    ['UserAssigned', 'UserAssigned'],
    ['SystemAssigned, UserAssigned', 'SystemAssigned, UserAssigned'],
    ['SystemAssigned,UserAssigned', 'SystemAssigned, UserAssigned'],
    ['SYSTEMASSIGNED,  userassigned', 'SystemAssigned, UserAssigned'],
  ])('is seen in identity.type: %j means %j', (type, value) => {
    expect(identityIn({ type })).toEqual(observed(value, 'identity.type', type));
  });

  it.each([[undefined], [null]])('is None, by default of the service, when identity is %j', (identity) => {
    expect(identityIn(identity)).toEqual(byDefault('None', 'identity'));
  });

  it.each([[{}], [{ type: null }], [{ principalId: 'p' }]])('is unknown when there is an identity without a type: %j', (identity) => {
    expect(identityIn(identity)).toEqual(notThere('identity.type'));
  });

  it.each([
    ['', '""'],
    ['UserAssigned, SystemAssigned', '"UserAssigned, SystemAssigned"'],
    ['SystemAssigned;UserAssigned', '"SystemAssigned;UserAssigned"'],
    ['Delegated', '"Delegated"'],
    [1, '1'],
    [true, 'true'],
    [['SystemAssigned'], 'an array of 1'],
    [{}, 'an object'],
  ])('is unknown, with the raw value, when identity.type is %j', (type, actual) => {
    expect(identityIn({ type })).toEqual({
      known: false,
      path: 'identity.type',
      kind: 'invalid',
      reason: `${actual} is not ${EXPECTED}`,
      actual,
    });
  });

  it.each([
    ['SystemAssigned', '"SystemAssigned"'],
    ['', '""'],
    [false, 'false'],
    [[], 'an array of 0'],
  ])('is unknown when identity is %j, which is no object', (identity, actual) => {
    expect(identityIn(identity)).toMatchObject({ known: false, path: 'identity.type', kind: 'invalid', actual });
  });

  it('does not depend on properties', () => {
    expect(cacheOf({ ...wireRedis(ID, 'c'), properties: null, identity: { type: 'UserAssigned' } }).identityType).toMatchObject({
      value: 'UserAssigned',
    });
  });
});

describe('a label', () => {
  const cacheWith = (more: Readonly<Record<string, unknown>>): Cache => cacheOf(overTheWire({ ...wireRedis(ID, 'from-id'), ...more }));
  const skuOf = (sku: unknown): string | null => cacheOf(withProperty('sku', sku)).sku;

  it.each([
    ['West Europe', 'westeurope'],
    ['westeurope', 'westeurope'],
    ['EAST US 2', 'eastus2'],
    ['', null],
    [null, null],
    [7, null],
  ])('location is one place however it is written: %j is %j', (wire, location) => {
    expect(cacheWith({ location: wire }).location).toBe(location);
  });

  it.each([
    ['given', 'given'],
    ['', 'from-id'],
    [null, 'from-id'],
    [7, 'from-id'],
  ])('name comes from the id when there is none: %j is %j', (wire, name) => {
    expect(cacheWith({ name: wire }).name).toBe(name);
  });

  it.each([
    [{ name: 'Premium', family: 'P', capacity: 1 }, 'Premium P1'],
    [{ name: 'Basic', family: 'C', capacity: 0 }, 'Basic C0'],
    [{ name: 'Standard' }, 'Standard'],
    [{ name: 'Standard', family: 'C', capacity: '3' }, 'Standard C'],
    [{ family: 'C', capacity: 1 }, null],
    ['Premium', null],
    [null, null],
  ])('sku is for people: %j is %j', (wire, sku) => {
    expect(skuOf(wire)).toBe(sku);
  });

  it('subscriptionId is in lower case, the id and the resource group as the source wrote them', () => {
    const id = `/SUBSCRIPTIONS/${ID.toUpperCase()}/RESOURCEGROUPS/RG-Test/providers/microsoft.cache/REDIS/Orders`;
    const cache = cacheWith({ id, name: undefined });
    expect([cache.id, cache.subscriptionId, cache.resourceGroup, cache.name]).toEqual([id, ID, 'RG-Test', 'Orders']);
  });

  it.each([
    ['Succeeded', 'Succeeded'],
    ['Deleting', 'Deleting'],
    ['ABrandNewState', 'ABrandNewState'],
    [null, null],
    [7, null],
  ])('provisioningState is what the source says: %j is %j', (wire, state) => {
    expect(cacheOf(withProperty('provisioningState', wire)).provisioningState).toBe(state);
  });
});

describe('an item that is no cache', () => {
  const idOf = (rest: string): string => `/subscriptions/${ID}/resourceGroups/g/providers/${rest}`;

  it.each([
    { what: 'null', item: null, refused: 'it is null, not an object' },
    { what: 'a number', item: 7, refused: 'it is 7, not an object' },
    { what: 'a string', item: 'cache', refused: 'it is "cache", not an object' },
    { what: 'true', item: true, refused: 'it is true, not an object' },
    { what: 'an array', item: [wireRedis(ID, 'c')], refused: 'it is an array of 1, not an object' },
    { what: 'an empty object', item: {}, refused: 'it has no id' },
    { what: 'an id that is null', item: wireRedis(ID, 'c', {}, { id: null }), refused: 'it has no id' },
    { what: 'an id that is empty', item: wireRedis(ID, 'c', {}, { id: '' }), refused: 'it has no id' },
    { what: 'an id that is a number', item: wireRedis(ID, 'c', {}, { id: 7 }), refused: 'it has no id' },
    { what: 'an id that is an object', item: wireRedis(ID, 'c', {}, { id: { id: 'x' } }), refused: 'it has no id' },
    {
      what: 'an id under __proto__',
      item: JSON.parse(`{"__proto__":{"id":"${idOf('Microsoft.Cache/redis/c')}"}}`),
      refused: 'it has no id',
    },
  ])('is refused with the reason: $what', ({ item, refused }) => {
    expect(readRedis(item)).toEqual({ refused });
  });

  it.each([
    'Microsoft.Cache/redisEnterprise/c',
    'Microsoft.Cache/redis/c/firewallRules/r',
    'Microsoft.Cache/redisx/c',
    'Microsoft.CacheX/redis/c',
    'Microsoft.Storage/storageAccounts/c',
  ])('is refused when its id is that of %s', (rest) => {
    expect(refusalOf(wireRedis(ID, 'c', {}, { id: idOf(rest) }))).toMatch(/^its id .* is not that of a Microsoft\.Cache\/redis$/);
  });

  it.each([
    '',
    '/',
    'redis',
    idOf('Microsoft.Cache/redis/'),
    `${idOf('Microsoft.Cache/redis/c')}/`,
    `https://x${idOf('Microsoft.Cache/redis/c')}`,
  ])('is refused when its id is %j', (id) => {
    expect(refusalOf({ ...wireRedis(ID, 'c'), id })).not.toBeNull();
  });
});

describe('keys that mean something to JavaScript', () => {
  const raw = (properties: string): unknown =>
    JSON.parse(`{"id":"/subscriptions/${ID}/resourceGroups/g/providers/Microsoft.Cache/redis/c","properties":${properties}}`);

  it('forge no property through __proto__', () => {
    const forged = `{"enableNonSslPort":false,"publicNetworkAccess":"Disabled","disableAccessKeyAuthentication":true,"minimumTlsVersion":"1.2"}`;
    const cache = cacheOf(raw(`{"__proto__":${forged},"redisConfiguration":{"__proto__":{"aad-enabled":"true"}}}`));
    expect([cache.nonSslPort.known, cache.publicNetworkAccess.known, cache.accessKeysDisabled.known]).toEqual([false, false, false]);
    expect([cache.minimumTlsVersion, cache.entraAuthentication]).toMatchObject([
      { value: '1.2', from: 'service_default' },
      { value: false, from: 'service_default' },
    ]);
  });

  it('forge no properties of an item through __proto__', () => {
    const id = `/subscriptions/${ID}/resourceGroups/g/providers/Microsoft.Cache/redis/c`;
    const cache = cacheOf(JSON.parse(`{"id":"${id}","__proto__":{"properties":{"enableNonSslPort":false}}}`));
    expect(cache.nonSslPort).toMatchObject({ known: false, kind: 'missing' });
  });

  it('take nothing away as hasOwnProperty, constructor or toString', () => {
    const cache = cacheOf(raw('{"hasOwnProperty":1,"constructor":2,"toString":3,"valueOf":null,"enableNonSslPort":true}'));
    expect(cache.nonSslPort).toEqual({ known: true, value: true, path: 'properties.enableNonSslPort', from: 'observed', written: 'true' });
  });
});
