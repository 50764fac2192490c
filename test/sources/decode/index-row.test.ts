import { describe, expect, it } from 'vitest';
import type { Cache, CacheFacts } from '../../../src/model/cache.ts';
import { readCluster } from '../../../src/sources/decode/cluster.ts';
import { FACTS } from '../../../src/sources/decode/fact-names.ts';
import { type IndexUse, readRow } from '../../../src/sources/decode/index-row.ts';
import type { Decoded } from '../../../src/sources/decode/redis.ts';
import { readRedis } from '../../../src/sources/decode/redis.ts';
import { subscriptionId, wireCluster, wireRedis } from '../../support/resource-manager.ts';

const ID = subscriptionId(1);

type Wire = Readonly<Record<string, unknown>>;

const NEW = { updateChannel: 'Stable' };

const redis = (properties: Wire = {}, more: Wire = {}) => wireRedis(ID, 'orders', { ...NEW, ...properties }, more);
const cluster = (properties: Wire = {}, more: Wire = {}) => wireCluster(ID, 'ledger', properties, more);

/** As Resource Graph writes a row of what Resource Manager tells. */
const rowOf = (wire: Wire): Wire => ({
  ...{ sku: null, zones: null, identity: null, kind: '' },
  ...wire,
  type: String(wire['type']).toLowerCase(),
  subscriptionId: ID,
});

const cacheIn = (decoded: Decoded): Cache => {
  if ('refused' in decoded) throw new Error(decoded.refused);
  return decoded.cache;
};

const read = (wire: Wire, use: IndexUse = 'complete'): Cache => cacheIn(readRow(rowOf(wire), use));

/** The facts for which Resource Manager has to be asked about the cache itself. */
const doubted = (cache: Cache): readonly string[] =>
  FACTS.filter((name) => {
    const fact = cache[name];
    return !fact.known && fact.need === 'resource';
  }).sort();

const kindOf = (cache: Cache, name: keyof CacheFacts): string => {
  const fact = cache[name];
  return fact.known ? fact.from : fact.kind;
};

describe('a row of Resource Graph', () => {
  it.each([
    ['redis', redis(), readRedis],
    [
      'redis in a subnet, with everything set',
      redis({ minimumTlsVersion: undefined, tenantSettings: {} }, { tags: { a: 'b' } }),
      readRedis,
    ],
    ['a cluster', cluster(), readCluster],
    ['an enterprise cluster', cluster({}, { sku: { name: 'Enterprise_E10', capacity: 2 }, zones: ['1', '2', '3'] }), readCluster],
  ])('about %s is read as Resource Manager would tell it, as long as nothing is missing', (_, wire, direct) => {
    const cache = read(wire);
    const expected = cacheIn(direct(wire));
    const differing = FACTS.filter((name) => JSON.stringify(cache[name]) !== JSON.stringify(expected[name]));
    // Zones are absent where Azure chooses, here as there.
    expect(differing.filter((name) => name !== 'zones' && name !== 'redundancyMode')).toEqual([]);
    expect({ id: cache.id, name: cache.name, kind: cache.kind, sku: cache.sku, location: cache.location }).toEqual({
      id: expected.id,
      name: expected.name,
      kind: expected.kind,
      sku: expected.sku,
      location: expected.location,
    });
  });

  const MISSING: readonly { readonly what: string; readonly wire: Wire; readonly asks: readonly string[] }[] = [
    { what: 'a property that is always there', wire: redis({ enableNonSslPort: undefined }), asks: ['nonSslPort', 'zones'] },
    { what: 'a property that is null', wire: redis({ publicNetworkAccess: null }), asks: ['publicNetworkAccess', 'zones'] },
    { what: 'a value that is none of the documented ones', wire: redis({ enableNonSslPort: 'no' }), asks: ['nonSslPort', 'zones'] },
    {
      what: 'the zonal policy, which older versions of the API do not know',
      wire: redis({ zonalAllocationPolicy: undefined }),
      asks: ['zonalPolicy', 'zones'],
    },
    // Absent by default, on a row of the newest API: nothing to ask.
    { what: 'the minimum TLS version', wire: redis({ minimumTlsVersion: undefined }), asks: ['zones'] },
    { what: 'a customer-managed key', wire: cluster({ encryption: undefined }), asks: ['zones'] },
  ];
  it.each(MISSING)('without $what asks Resource Manager for it', ({ wire, asks }) => {
    expect(doubted(read(wire))).toEqual([...asks].sort());
  });

  it.each(['updateChannel', 'disableAccessKeyAuthentication', 'redisVersion', 'linkedServers'])(
    'about redis that lacks %s tells nothing by absence',
    (mark) => {
      const cache = read(redis({ [mark]: undefined, minimumTlsVersion: undefined, subnetId: undefined, redisConfiguration: {} }));
      const defaults = ['minimumTlsVersion', 'subnetId', 'authenticationDisabled', 'entraAuthentication', 'privateEndpoints'];
      expect(doubted(cache)).toEqual(expect.arrayContaining(defaults));
      // What stands outside of the properties does not depend on them.
      expect([kindOf(cache, 'tags'), kindOf(cache, 'identityType')]).toEqual(['observed', 'service_default']);
      // What is there is there.
      expect(cache.nonSslPort).toMatchObject({ known: true, value: false });
    },
  );

  it.each([undefined, {}, { 'maxmemory-reserved': '642' }])(
    'about redis whose configuration in the index is %s tells nothing by absence: authentication may be off',
    (redisConfiguration) => {
      const cache = read(redis({ redisConfiguration }));
      expect(doubted(cache)).toEqual(expect.arrayContaining(['authenticationDisabled', 'entraAuthentication', 'subnetId']));
    },
  );

  it.each([
    ['highAvailability', 'highAvailability'],
    ['publicNetworkAccess', 'publicNetworkAccess'],
    ['minimumTlsVersion', 'minimumTlsVersion'],
    ['privateEndpointConnections', 'privateEndpoints'],
    ['redundancyMode', 'redundancyMode'],
  ])('about a cluster that lacks %s tells nothing by absence', (mark, fact) => {
    const cache = read(cluster({ [mark]: undefined, encryption: undefined }));
    expect(doubted(cache)).toEqual(['customerManagedKey', 'subnetId', 'zones', fact].sort());
  });

  it('without the column of tags does not say that the cache has none', () => {
    const { tags: _, ...wire } = rowOf(redis({}, { tags: { owner: 'team-shop' } }));
    expect(cacheIn(readRow(wire, 'complete')).tags).toMatchObject({ known: false, kind: 'missing', path: 'tags' });
    expect(read(redis({}, { tags: null })).tags).toMatchObject({ known: true, value: [] });
  });

  it('keeps what stands below the cache for later', () => {
    const children = {
      firewallRules: 'firewallRules',
      patchDays: 'patchSchedules',
      replicas: 'linkedServers',
      diagnosticSettings: 'diagnosticSettings',
    } as const;
    const cache = read(redis());
    for (const [fact, need] of Object.entries(children)) expect(cache).toMatchObject({ [fact]: { known: false, kind: 'pending', need } });
    expect(read(cluster()).databases).toMatchObject({ known: false, kind: 'pending', need: 'databases' });
  });

  describe('alone, with --graph-only,', () => {
    it('can never show what stands below the cache', () => {
      const cache = read(redis(), 'only');
      for (const name of [
        'firewallRules',
        'accessPolicies',
        'accessPolicyAssignments',
        'patchDays',
        'replicas',
        'diagnosticSettings',
      ] as const)
        expect(kindOf(cache, name)).toBe('out_of_reach');
      expect(cache.firewallRules).toMatchObject({ reason: 'Resource Graph has no firewallRules' });
      expect(kindOf(read(cluster(), 'only'), 'databases')).toBe('out_of_reach');
    });

    it('leaves unknown what is missing, and what an old row says by absence', () => {
      expect(kindOf(read(redis({ enableNonSslPort: undefined }), 'only'), 'nonSslPort')).toBe('missing');
      expect(read(redis({ enableNonSslPort: 'no' }), 'only').nonSslPort).toMatchObject({ kind: 'invalid', actual: '"no"' });
      const old = read(cluster({ highAvailability: undefined, publicNetworkAccess: undefined, minimumTlsVersion: undefined }), 'only');
      for (const name of ['highAvailability', 'publicNetworkAccess', 'minimumTlsVersion'] as const)
        expect(kindOf(old, name)).toBe('missing');
      expect(kindOf(read(redis({ minimumTlsVersion: undefined }), 'only'), 'minimumTlsVersion')).toBe('service_default');
    });

    it('asks for nothing', () => {
      for (const wire of [redis({ updateChannel: undefined }), cluster({ highAvailability: undefined }), redis()]) {
        const cache = read(wire, 'only');
        expect(FACTS.filter((name) => kindOf(cache, name) === 'pending')).toEqual([]);
      }
    });
  });

  it.each([null, 7, {}, { id: '/subscriptions/x' }, { id: wireRedis(ID, 'x').id.replace('Redis', 'redisOther') }])(
    '%j is refused',
    (row) => {
      expect(readRow(row, 'complete')).toMatchObject({ refused: expect.any(String) });
    },
  );

  it('of a cluster without a SKU does not ask for it: that is a gap in every list', () => {
    expect(read(cluster({}, { sku: null })).skuName).toMatchObject({ known: false, kind: 'missing' });
  });
});
