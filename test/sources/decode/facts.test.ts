import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src/model/cache.ts';
import { readCluster } from '../../../src/sources/decode/cluster.ts';
import { lastPart, locationOf, writtenAs } from '../../../src/sources/decode/facts.ts';
import { readRedis } from '../../../src/sources/decode/redis.ts';
import { byDefault, invalid, seen } from '../../support/cache.ts';
import { wireCluster, wireRedis } from '../../support/resource-manager.ts';

const ID = '44444444-0000-4000-8000-000000000001';

type Wire = Readonly<Record<string, unknown>>;

/** Both services write these facts alike: a cache of each, with what is given. */
const SERVICES: readonly { readonly service: string; readonly read: (properties: Wire, more?: Wire) => Cache }[] = [
  { service: 'redis', read: (properties, more) => cacheOf(readRedis(overTheWire(wireRedis(ID, 'c', properties, more)))) },
  { service: 'redisEnterprise', read: (properties, more) => cacheOf(readCluster(overTheWire(wireCluster(ID, 'c', properties, more)))) },
];

const overTheWire = (item: unknown): unknown => JSON.parse(JSON.stringify(item));

const cacheOf = (decoded: ReturnType<typeof readRedis>): Cache => {
  if ('refused' in decoded) throw new Error(`refused: ${decoded.refused}`);
  return decoded.cache;
};

describe.each(SERVICES)('zones of $service', ({ read }) => {
  const zonesIn = (zones: unknown) => read({}, { zones }).zones;

  it.each([[['1']], [['1', '2', '3']], [['3', '1']], [[]]])('are seen as they stand: %j', (zones) => {
    expect(zonesIn(zones)).toEqual({ known: true, value: zones, path: 'zones', from: 'observed', written: null });
  });

  it.each([[undefined], [null]])('are not known when they are %j: Azure may choose them by itself', (zones) => {
    expect(zonesIn(zones)).toEqual({
      known: false,
      path: 'zones',
      kind: 'missing',
      reason: 'the property is missing from the answer',
      actual: null,
    });
  });

  it.each([
    [[1, 2, 3], 'an array of 3'],
    [['1', 2], 'an array of 2'],
    [['1', null], 'an array of 2'],
    [['1', ''], 'an array of 2'],
    [[['1']], 'an array of 1'],
    ['1,2,3', '"1,2,3"'],
    ['', '""'],
    [{ 0: '1' }, 'an object'],
    [3, '3'],
    [true, 'true'],
  ])('are unknown, with the raw value, when they are %j', (zones, actual) => {
    expect(zonesIn(zones)).toEqual({
      known: false,
      path: 'zones',
      kind: 'invalid',
      reason: `${actual} is not a list of zones`,
      actual,
    });
  });
});

describe.each(SERVICES)('tags of $service', ({ read }) => {
  const tagsIn = (tags: unknown) => read({}, { tags }).tags;

  it('are seen as they are written, in one order, a value that is no text as none', () => {
    expect(tagsIn({ team: null, Owner: '', 'a b': 7, owner: {}, env: 'Prod' })).toEqual({
      known: true,
      value: [
        { name: 'Owner', value: '' },
        { name: 'a b', value: null },
        { name: 'env', value: 'Prod' },
        { name: 'owner', value: null },
        { name: 'team', value: null },
      ],
      path: 'tags',
      from: 'observed',
      written: null,
    });
  });

  it('are none when there are none', () => {
    expect(tagsIn({})).toMatchObject({ value: [], from: 'observed' });
    const none = { known: true, value: [], path: 'tags', from: 'service_default', written: null };
    expect([tagsIn(undefined), tagsIn(null)]).toEqual([none, none]);
  });

  it('may be called like what every object inherits', () => {
    const item: unknown = JSON.parse(
      `{"id":"/subscriptions/${ID}/resourceGroups/g/providers/Microsoft.Cache/redis/c","tags":{"__proto__":"x","constructor":"y"}}`,
    );
    expect(cacheOf(readRedis(item)).tags).toMatchObject({
      value: [
        { name: '__proto__', value: 'x' },
        { name: 'constructor', value: 'y' },
      ],
    });
  });

  it.each([
    [[], 'an array of 0'],
    [['owner'], 'an array of 1'],
    ['owner', '"owner"'],
    ['', '""'],
    [0, '0'],
    [false, 'false'],
  ])('are unknown, with the raw value, when they are %j', (tags, actual) => {
    expect(tagsIn(tags)).toEqual({ known: false, path: 'tags', kind: 'invalid', reason: `${actual} is not an object of tags`, actual });
  });
});

const HOME = '5f5e5d5c-0000-4000-8000-00000000beef';

/** A private endpoint connection as it comes over the wire. */
const connection = (name: string, status: unknown, more: Wire = {}) => ({
  id: `/subscriptions/${ID}/resourceGroups/g/providers/Microsoft.Cache/Redis/c/privateEndpointConnections/${name}`,
  properties: {
    privateEndpoint: { id: `/subscriptions/${HOME}/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe` },
    privateLinkServiceConnectionState: { status, description: '', actionsRequired: 'None' },
    provisioningState: 'Succeeded',
    ...more,
  },
});

describe.each(SERVICES)('private endpoints of $service', ({ read }) => {
  const endpointsIn = (connections: unknown) => read({ privateEndpointConnections: connections }).privateEndpoints;
  const onlyOne = (item: unknown) => {
    const fact = endpointsIn([item]);
    if (!fact.known) throw new Error(fact.reason);
    return fact.value[0];
  };
  const path = 'properties.privateEndpointConnections';
  const at = `${path}/pec-1.properties.privateLinkServiceConnectionState`;

  it.each([
    ['Approved', 'Approved'],
    ['Pending', 'Pending'],
    ['Rejected', 'Rejected'],
    ['Disconnected', 'Disconnected'],
    ['approved', 'Approved'],
    ['PENDING', 'Pending'],
  ])('have a name, a state and a home: %s', (status, value) => {
    expect(endpointsIn([connection('pec-1', status)])).toEqual({
      known: true,
      path,
      from: 'observed',
      written: null,
      value: [
        {
          name: 'pec-1',
          state: { known: true, value, path: `${at}.status`, from: 'observed', written: status },
          subscriptionId: HOME,
        },
      ],
    });
  });

  it('stand in the order of their names', () => {
    const fact = endpointsIn([connection('b', 'Approved'), connection('a', 'Pending')]);
    expect(fact.known && fact.value.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('are none when there are none', () => {
    expect(endpointsIn([])).toMatchObject({ known: true, value: [], from: 'observed' });
    const none = { known: true, value: [], path, from: 'service_default', written: null };
    expect([endpointsIn(undefined), endpointsIn(null)]).toEqual([none, none]);
  });

  it('are unknown where properties are missing or no object', () => {
    expect(read({}, { properties: undefined }).privateEndpoints).toMatchObject({ known: false, path, kind: 'missing' });
    expect(read({}, { properties: 'x' }).privateEndpoints).toMatchObject({ known: false, path, kind: 'invalid', actual: '"x"' });
  });

  it.each([
    [{}, 'an object'],
    [{ value: [] }, 'an object'],
    ['', '""'],
    [0, '0'],
    [false, 'false'],
    [[null], 'an array of 1'],
    [['pec'], 'an array of 1'],
    [[connection('a', 'Approved'), null], 'an array of 2'],
    [[[connection('a', 'Approved')]], 'an array of 1'],
  ])('are all unknown when the list, or one of them, makes no sense: %j', (wire, actual) => {
    expect(endpointsIn(wire)).toEqual({
      known: false,
      path,
      kind: 'invalid',
      reason: `${actual} is not a list of private endpoint connections`,
      actual,
    });
  });

  it.each([
    ['', '""'],
    ['Approved ', '"Approved "'],
    ['Removed', '"Removed"'],
    [true, 'true'],
    [{ status: 'Approved' }, 'an object'],
  ])('have an unknown state when Azure documents none like %j', (status, actual) => {
    expect(onlyOne(connection('pec-1', status))).toEqual({
      name: 'pec-1',
      subscriptionId: HOME,
      state: {
        known: false,
        path: `${at}.status`,
        kind: 'invalid',
        reason: `${actual} is not one of Approved, Pending, Rejected, Disconnected`,
        actual,
      },
    });
  });

  it.each([
    { what: 'no status', item: connection('pec-1', undefined), state: { known: false, kind: 'missing', path: `${at}.status` } },
    { what: 'a null for a status', item: connection('pec-1', null), state: { known: false, kind: 'missing', path: `${at}.status` } },
    {
      what: 'no state at all',
      item: connection('pec-1', 'Approved', { privateLinkServiceConnectionState: undefined }),
      state: { known: false, kind: 'missing', path: `${at}.status` },
    },
    {
      what: 'a word for a state',
      item: connection('pec-1', 'Approved', { privateLinkServiceConnectionState: 'Approved' }),
      state: { known: false, kind: 'invalid', path: `${at}.status`, actual: '"Approved"' },
    },
    { what: 'no properties', item: { name: 'pec-1' }, state: { known: false, kind: 'missing' } },
    { what: 'a word for properties', item: { name: 'pec-1', properties: 'Approved' }, state: { known: false } },
  ])('are never approved by $what', ({ item, state }) => {
    expect(onlyOne(item)).toMatchObject({ name: 'pec-1', state });
  });

  it.each([
    { what: 'its name', item: { ...connection('from-id', 'Approved'), name: 'given' }, name: 'given' },
    { what: 'the last part of its name', item: { ...connection('x', 'Approved'), name: 'cache/given' }, name: 'given' },
    { what: 'the last part of its id', item: connection('from-id', 'Approved'), name: 'from-id' },
    { what: 'nothing', item: { properties: connection('x', 'Approved').properties }, name: 'without a name' },
    { what: 'an empty part', item: { ...connection('x', 'Approved'), name: 'cache/' }, name: 'without a name' },
  ])('are called by $what', ({ item, name }) => {
    expect(onlyOne(item)).toMatchObject({ name, state: { value: 'Approved' } });
  });

  it.each([
    { id: `/subscriptions/${HOME.toUpperCase()}/resourceGroups/g`, home: HOME },
    { id: `/SUBSCRIPTIONS/${HOME}/x`, home: HOME },
    { id: `/x/subscriptions/${HOME}/y`, home: null },
    { id: 'pe', home: null },
    { id: '', home: null },
    { id: 7, home: null },
  ])('live in the subscription that the id of the endpoint names: $id', ({ id, home }) => {
    expect(onlyOne(connection('pec-1', 'Approved', { privateEndpoint: { id } }))).toMatchObject({ subscriptionId: home });
  });

  it.each([[undefined], [null], ['x'], [[]]])('live nowhere that is known when the endpoint is %j', (privateEndpoint) => {
    expect(onlyOne(connection('pec-1', 'Approved', { privateEndpoint }))).toMatchObject({ subscriptionId: null, state: { known: true } });
  });
});

describe('lastPart', () => {
  it.each([
    ['rule', 'rule'],
    ['cache/rule', 'rule'],
    ['/subscriptions/s/x/rule', 'rule'],
    ['cache/', ''],
    ['', ''],
  ])('of %j is %j', (name, part) => {
    expect(lastPart(name)).toBe(part);
  });
});

describe('locationOf', () => {
  it.each([
    ['West US', 'westus'],
    ['East  US 2', 'eastus2'],
    [7, null],
  ])('writes %j as %j', (location, expected) => {
    expect(locationOf({ location })).toBe(expected);
  });
});

describe('writtenAs', () => {
  const composed = { ...seen('P1'), written: null };

  it('writes what is no single value on the wire, and only that', () => {
    const write = (size: string): string => `size ${size}`;
    expect(writtenAs(composed, write)).toEqual({ ...composed, written: 'size P1' });
    for (const fact of [seen('P1'), byDefault('P1'), invalid('7')]) expect(writtenAs<string>(fact, write)).toBe(fact);
  });
});
