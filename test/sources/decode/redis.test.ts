import { describe, expect, it } from 'vitest';
import type { Cache, CacheFacts } from '../../../src/model/cache.ts';
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

describe('readRedis', () => {
  it('reads a cache as Resource Manager lists it', () => {
    const item = wireRedis(ID, 'orders-prod', { subnetId: SUBNET, redisConfiguration: { 'aad-enabled': 'True', authnotrequired: 'no' } });
    const cache: Cache = {
      id: `/subscriptions/${ID}/resourceGroups/rg-test/providers/Microsoft.Cache/Redis/orders-prod`,
      name: 'orders-prod',
      kind: 'redis',
      resourceGroup: 'rg-test',
      subscriptionId: ID,
      location: 'westeurope',
      sku: 'Premium P1',
      provisioningState: 'Succeeded',
      nonSslPort: { known: true, value: false, path: 'properties.enableNonSslPort', from: 'observed', written: 'false' },
      minimumTlsVersion: { known: true, value: '1.2', path: 'properties.minimumTlsVersion', from: 'observed', written: '1.2' },
      publicNetworkAccess: {
        known: true,
        value: 'Disabled',
        path: 'properties.publicNetworkAccess',
        from: 'observed',
        written: 'Disabled',
      },
      subnetId: { known: true, value: SUBNET, path: 'properties.subnetId', from: 'observed', written: SUBNET },
      authenticationDisabled: {
        known: true,
        value: false,
        path: 'properties.redisConfiguration.authnotrequired',
        from: 'observed',
        written: 'no',
      },
      entraAuthentication: {
        known: true,
        value: true,
        path: 'properties.redisConfiguration.aad-enabled',
        from: 'observed',
        written: 'True',
      },
      accessKeysDisabled: {
        known: true,
        value: true,
        path: 'properties.disableAccessKeyAuthentication',
        from: 'observed',
        written: 'true',
      },
    };
    expect(readRedis(overTheWire(item))).toEqual({ cache });
  });
});

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
];

describe.each(FACTS)('$fact', ({ fact, path, expected, item, good, bad, absent }) => {
  it.each(good)(`is seen in ${path}: %j means %j`, (wire, value) => {
    expect(cacheOf(item(wire))[fact]).toEqual({ known: true, value, path, from: 'observed', written: String(wire) });
  });

  it.each(bad)(`is unknown, with the raw value, when ${path} is %j`, (wire, actual) => {
    expect(cacheOf(item(wire))[fact]).toEqual({ known: false, path, kind: 'invalid', reason: `${actual} is not ${expected}`, actual });
  });

  const whenAbsent =
    absent === undefined
      ? { known: false, path, kind: 'missing', reason: 'the property is missing from the answer', actual: null }
      : { known: true, value: absent, path, from: 'service_default', written: null };

  it.each([
    { state: 'absent', wire: undefined },
    { state: 'null', wire: null },
  ])(`is ${absent === undefined ? 'unknown' : `the default of the service (${absent})`} when ${path} is $state`, ({ wire }) => {
    expect(cacheOf(item(wire))[fact]).toEqual(whenAbsent);
  });

  it('changes with nothing else on the wire', () => {
    const others = FACTS.filter((other) => other.fact !== fact);
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

  const missingFrom = (at: string, { path }: FactCase) => ({
    known: false,
    path,
    kind: 'missing',
    reason: `${at} is missing from the answer`,
    actual: null,
  });

  it.each([[undefined], [null]])('leaves every fact unknown when properties is %j', (properties) => {
    const cache = cacheOf(overTheWire({ ...wireRedis(ID, 'c'), properties }));
    expect(FACTS.map(({ fact }) => cache[fact])).toMatchObject(
      FACTS.map((one) =>
        INSIDE.includes(one) ? { known: false, path: one.path, kind: 'missing', actual: null } : missingFrom('properties', one),
      ),
    );
    expect({ sku: cache.sku, provisioningState: cache.provisioningState }).toEqual({ sku: null, provisioningState: null });
  });

  it.each([[undefined], [null]])('leaves its settings unknown when redisConfiguration is %j', (configuration) => {
    const cache = cacheOf(withProperty('redisConfiguration', configuration));
    expect(INSIDE.map(({ fact }) => cache[fact])).toEqual(INSIDE.map((one) => missingFrom('properties.redisConfiguration', one)));
    expect(cache.nonSslPort.known).toBe(true);
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
