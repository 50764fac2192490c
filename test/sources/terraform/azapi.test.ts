import { describe, expect, it } from 'vitest';
import type { Cache, CacheFacts } from '../../../src/model/cache.ts';
import { readTerraformJson } from '../../../src/sources/terraform-plan.ts';

type Json = Readonly<Record<string, unknown>>;

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const GROUP = '/subscriptions/44444444-0000-4000-8000-000000000001/resourceGroups/rg';
const REDIS = 'Microsoft.Cache/redis@2024-11-01';

interface Planned {
  readonly address: string;
  readonly after: Json;
  readonly unknown?: Json;
  readonly sensitive?: Json;
  readonly written?: Json;
}

const scan = async (planned: readonly Planned[]): Promise<{ readonly caches: readonly Cache[]; readonly gaps: readonly string[] }> => {
  const labels = planned.map(({ address }) => address.split('.'));
  const document = {
    format_version: '1.2',
    planned_values: { root_module: {} },
    resource_changes: planned.map(({ address, after, unknown = {}, sensitive = {} }, index) => ({
      address,
      mode: 'managed',
      type: labels[index]?.[0],
      name: labels[index]?.[1],
      change: { actions: ['create'], before: null, after, after_unknown: unknown, after_sensitive: sensitive },
    })),
    configuration: {
      provider_config: {},
      root_module: {
        resources: planned.map(({ written = {} }, index) => ({
          mode: 'managed',
          type: labels[index]?.[0],
          name: labels[index]?.[1],
          expressions: written,
        })),
      },
    },
  };
  const caches: Cache[] = [];
  const gaps: string[] = [];
  for await (const read of readTerraformJson(bytesOf(JSON.stringify(document)), 'plan.json')) {
    if (read.type === 'cache') caches.push(read.cache);
    else gaps.push(read.gap.problem.message);
  }
  return { caches, gaps };
};

const PROPERTIES: Json = { sku: { name: 'Premium', family: 'P', capacity: 1 }, enableNonSslPort: true, minimumTlsVersion: '1.2' };

const cache = (more: Json = {}, extra: Partial<Planned> = {}): Planned => ({
  address: 'azapi_resource.cache',
  after: { type: REDIS, name: 'orders', parent_id: GROUP, location: 'westeurope', body: { properties: PROPERTIES }, ...more },
  unknown: { id: true },
  written: { body: { constant_value: {} } },
  ...extra,
});

const azurerm = (after: Json = {}): Planned => ({
  address: 'azurerm_redis_cache.main',
  after: {
    name: 'orders',
    resource_group_name: 'rg',
    sku_name: 'Premium',
    family: 'P',
    capacity: 1,
    non_ssl_port_enabled: false,
    minimum_tls_version: '1.2',
    public_network_access_enabled: false,
    ...after,
  },
  unknown: { id: true },
});

const to = (address: string): Json => ({ references: [`${address}.id`, address] });

const shortOf = (fact: CacheFacts[keyof CacheFacts] | undefined): string => {
  if (fact === undefined) return 'no cache';
  return fact.known ? JSON.stringify(fact.value) : fact.kind;
};

const factOf = async (planned: readonly Planned[], name: keyof CacheFacts): Promise<string> =>
  shortOf((await scan(planned)).caches[0]?.[name]);

describe('azapi_resource', () => {
  it.each<[why: string, body: unknown, unknown: Json, port: string]>([
    ['an object, as since azapi 2', { properties: PROPERTIES }, {}, 'true'],
    ['a text, as in azapi 1', JSON.stringify({ properties: PROPERTIES }), {}, 'true'],
    [
      'partly known',
      { properties: { ...PROPERTIES, enableNonSslPort: null } },
      { body: { properties: { enableNonSslPort: true } } },
      'deferred',
    ],
    ['not known', undefined, { body: true }, 'deferred'],
    ['a text that is no JSON', '{"properties":{"enableNonSslPort":fal', {}, 'deferred'],
    ['a text with a name twice', '{"properties":{"enableNonSslPort":true,"enableNonSslPort":false}}', {}, 'deferred'],
    ['a list', [], {}, 'deferred'],
    ['without properties', {}, {}, 'missing'],
  ])('whose body is %s', async (_, body, unknown, port) => {
    const { caches } = await scan([cache({ body }, { unknown: { id: true, ...unknown } })]);
    expect(caches.map(({ id, kind, name, origin, nonSslPort }) => [id, kind, name, origin?.language, shortOf(nonSslPort)])).toEqual([
      ['azapi_resource.cache', 'redis', 'orders', 'terraform', port],
    ]);
  });

  it.each<[why: string, body: unknown, sensitive: Json]>([
    ['a text', JSON.stringify({ properties: { enableNonSslPort: 'CANARY' } }), { body: true }],
    ['an object', { properties: { enableNonSslPort: 'CANARY' } }, { body: true }],
    ['an object in part', { properties: { enableNonSslPort: 'CANARY' } }, { body: { properties: { enableNonSslPort: true } } }],
  ])('shows nothing of a body that is sensitive, as %s', async (_, body, sensitive) => {
    const { caches } = await scan([cache({ body }, { sensitive })]);
    expect(caches[0]?.nonSslPort).toMatchObject({ known: false, kind: 'invalid', actual: '(sensitive)' });
    expect(JSON.stringify(caches)).not.toContain('CANARY');
  });

  it('is of a type in any case', async () => {
    const { caches } = await scan([
      cache({ type: 'MICROSOFT.CACHE/REDIS@2024-11-01' }),
      cache({ type: 'Microsoft.Storage/storageAccounts@2024-01-01' }, { address: 'azapi_resource.other' }),
    ]);
    expect(caches.map(({ id }) => id)).toEqual(['azapi_resource.cache']);
  });

  it('of no type is a gap', async () => {
    const { caches, gaps } = await scan([cache({ type: null }, { unknown: { type: true } })]);
    expect({ caches, gaps }).toEqual({ caches: [], gaps: ['azapi_resource.cache does not say what it is'] });
  });

  it('may hide what decides', async () => {
    const hidden = cache(
      {},
      { unknown: { id: true, sensitive_body: true }, written: { body: { constant_value: {} }, sensitive_body: { references: ['var.x'] } } },
    );
    expect(await factOf([hidden], 'minimumTlsVersion')).toBe('deferred');
  });

  const rule: Planned = {
    address: 'azapi_resource.rule',
    after: {
      type: 'Microsoft.Cache/redis/firewallRules@2024-11-01',
      name: 'office',
      body: { properties: { startIP: '203.0.113.7', endIP: '203.0.113.7' } },
    },
    unknown: { id: true, parent_id: true },
  };

  it.each<[why: string, written: Json, expected: string]>([
    ['this cache', { parent_id: to('azapi_resource.cache') }, 'known'],
    ['another', { parent_id: to('azurerm_redis_cache.other') }, 'out_of_reach'],
    ['nobody knows which', { parent_id: { references: ['local.id'] } }, 'deferred'],
  ])('below %s', async (_, written, expected) => {
    const { caches } = await scan([cache(), { ...rule, written }]);
    const fact = caches[0]?.firewallRules;
    expect(fact?.known ? 'known' : fact?.kind).toBe(expected);
  });

  it('has what azurerm declares below it', async () => {
    const endpoint: Planned = {
      address: 'azurerm_private_endpoint.pe',
      after: { name: 'pe', private_service_connection: [{ name: 'link', is_manual_connection: false, subresource_names: ['redisCache'] }] },
      unknown: { private_service_connection: [{ private_connection_resource_id: true }] },
      written: { private_service_connection: [{ private_connection_resource_id: to('azapi_resource.cache') }] },
    };
    const { caches } = await scan([cache(), endpoint]);
    const fact = caches[0]?.privateEndpoints;
    expect(fact?.known && fact.value.map(({ name, state }) => [name, state.known && state.value])).toEqual([['pe', 'Approved']]);
  });

  it('leaves open what it adds to a cache of azurerm', async () => {
    expect(await factOf([azurerm(), { ...rule, written: { parent_id: to('azurerm_redis_cache.main') } }], 'firewallRules')).toBe(
      'deferred',
    );
  });
});

describe('azapi_resource_action', () => {
  const action = (more: Json): Planned => ({
    address: 'azapi_resource_action.port',
    after: { type: REDIS, resource_id: `${GROUP}/providers/Microsoft.Cache/redis/orders`, body: { properties: PROPERTIES }, ...more },
  });

  it.each([
    ['that patches a cache leaves open what it says', { method: 'PATCH' }, false],
    ['that has a name changes no setting', { method: 'POST', action: 'regenerateKey' }, true],
    ['that only reads changes nothing', { method: 'GET' }, true],
  ])('%s', async (_, more, isKnown) => {
    const { caches } = await scan([cache(), action(more)]);
    expect(caches.map(({ id, nonSslPort }) => [id, nonSslPort.known])).toEqual([['azapi_resource.cache', isKnown]]);
  });
});

describe('azapi_update_resource', () => {
  const update = (properties: Json, written: Json = { resource_id: to('azurerm_redis_cache.main') }, more: Json = {}): Planned => ({
    address: 'azapi_update_resource.port',
    after: { type: REDIS, body: { properties }, ...more },
    unknown: { id: true, ...('resource_id' in written ? { resource_id: true } : {}) },
    written,
  });

  it('leaves open what it changes of a cache of azurerm, and nothing else', async () => {
    const { caches } = await scan([azurerm(), update({ enableNonSslPort: true })]);
    expect(caches.map(({ nonSslPort, minimumTlsVersion }) => [shortOf(nonSslPort), shortOf(minimumTlsVersion)])).toEqual([
      ['deferred', '"1.2"'],
    ]);
    expect(caches[0]?.nonSslPort).toMatchObject({ reason: 'azapi_update_resource.port says something of it, too' });
  });

  it('leaves open all of it where its body is not known', async () => {
    const open: Planned = { ...update({}), unknown: { resource_id: true, body: true }, after: { type: REDIS } };
    expect(await factOf([azurerm(), open], 'nonSslPort')).toBe('deferred');
    expect(await factOf([azurerm(), open], 'minimumTlsVersion')).toBe('deferred');
  });

  it.each<[why: string, written: Json, more: Json]>([
    ['by name and group', {}, { name: 'orders', parent_id: GROUP }],
    ['by id', {}, { resource_id: `${GROUP}/providers/Microsoft.Cache/redis/orders` }],
    ['by what nobody knows', { resource_id: { references: ['local.x'] } }, {}],
  ])('finds the cache %s', async (_, written, more) => {
    expect(await factOf([azurerm(), update({ enableNonSslPort: true }, written, more)], 'nonSslPort')).toBe('deferred');
  });

  it('changes a cache of azapi, too', async () => {
    expect(await factOf([cache(), update({ enableNonSslPort: false }, { resource_id: to('azapi_resource.cache') })], 'nonSslPort')).toBe(
      'deferred',
    );
  });

  it('of a cache that is not here shows what it sets, and nothing of the rest', async () => {
    const { caches } = await scan([
      update({ enableNonSslPort: true }, {}, { resource_id: `${GROUP}/providers/Microsoft.Cache/redis/elsewhere` }),
    ]);
    const facts = ['nonSslPort', 'minimumTlsVersion', 'publicNetworkAccess', 'subnetId', 'entraAuthentication', 'updateChannel'] as const;
    expect(facts.map((name) => [name, shortOf(caches[0]?.[name])])).toEqual([
      ['nonSslPort', 'true'],
      ...facts.slice(1).map((name) => [name, 'missing']),
    ]);
  });
});
