import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src/model/cache.ts';
import type { TerraformResource } from '../../../src/sources/decode/azurerm.ts';
import { deferred, type JsonObject, sensitive } from '../../../src/sources/decode/json.ts';
import { cachesIn, LATER, redisResource, terraformResource } from '../../support/terraform.ts';

const SUBSCRIPTION = '44444444-0000-4000-8000-000000000001';
const idOf = (name: string, type = 'redis', group = 'rg') =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Cache/${type}/${name}`;

const A = 'azurerm_redis_cache.a';
const B = 'azurerm_redis_cache.b';

const two = (): readonly TerraformResource[] => [redisResource({ name: 'one' }, A), redisResource({ name: 'two' }, B)];

/** What a list of a cache holds, by name, or of what kind the gap is. */
const namesIn = (fact: Cache['firewallRules'] | Cache['privateEndpoints'] | Cache['diagnosticSettings']): string =>
  fact.known ? fact.value.map(({ name }) => name).join(' ') : fact.kind;

const rule = (values: JsonObject, references: readonly string[] = [], address = 'azurerm_redis_firewall_rule.office') =>
  terraformResource(
    address,
    { name: 'office', resource_group_name: 'rg', start_ip: '203.0.113.7', end_ip: '203.0.113.9', ...values },
    { redis_cache_name: references },
  );

const endpoint = (value: unknown, references: readonly string[] = [], block: JsonObject = {}) =>
  terraformResource(
    'azurerm_private_endpoint.pe',
    {
      name: 'pe',
      private_service_connection: [{ name: 'link', is_manual_connection: false, private_connection_resource_id: value, ...block }],
    },
    { 'private_service_connection.private_connection_resource_id': references },
  );

const setting = (values: JsonObject, references: readonly string[] = []) =>
  terraformResource(
    'azurerm_monitor_diagnostic_setting.logs',
    { name: 'logs', target_resource_id: LATER, ...values },
    { target_resource_id: references },
  );

describe('a child belongs to a cache', () => {
  it.each<[why: string, value: unknown, references: readonly string[], a: string, b: string]>([
    ['by its name', 'one', [], 'office', 'out_of_reach'],
    ['by its name in another case', 'TWO', [], 'out_of_reach', 'office'],
    ['that is not here', 'three', [], 'out_of_reach', 'out_of_reach'],
    ['by a reference', LATER, [`${A}.name`, A], 'office', 'out_of_reach'],
    ['by one of two references', LATER, [`${A}.name`, `${B}.name`], 'deferred', 'deferred'],
    ['or to something else', LATER, [`${A}.name`, 'azurerm_storage_account.x.name'], 'deferred', 'out_of_reach'],
    ['of another kind', LATER, ['azurerm_storage_account.x.name'], 'out_of_reach', 'out_of_reach'],
    ['by a local', LATER, ['local.name'], 'deferred', 'deferred'],
    ['by a local or a reference', LATER, ['local.name', `${A}.name`], 'deferred', 'deferred'],
    ['by a data source', LATER, ['data.azurerm_redis_cache.x.name'], 'deferred', 'deferred'],
    ['by a random name', LATER, ['random_string.x.result'], 'deferred', 'deferred'],
    ['by something that passes values on', LATER, ['terraform_data.x.output'], 'deferred', 'deferred'],
    ['by the group it is in', LATER, ['azurerm_resource_group.rg.id'], 'deferred', 'deferred'],
    ['by an output that leads nowhere', LATER, ['module.cache.redis'], 'deferred', 'deferred'],
    ['by nothing', LATER, [], 'deferred', 'deferred'],
    ['by no name', undefined, [], 'deferred', 'deferred'],
    ['by no text', {}, [], 'deferred', 'deferred'],
    ['by a sensitive name', sensitive('one'), [], 'office', 'out_of_reach'],
  ])('%s', (_, value, references, a, b) => {
    const caches = cachesIn([...two(), rule({ redis_cache_name: value }, references)]);
    expect(caches.map(({ firewallRules }) => namesIn(firewallRules))).toEqual([a, b]);
  });

  it('by name only in its group', () => {
    const [cache] = cachesIn([redisResource({ name: 'one', resource_group_name: 'other' }), rule({ redis_cache_name: 'one' })]);
    expect(cache && namesIn(cache.firewallRules)).toBe('out_of_reach');
  });

  it('that has no name yet, perhaps', () => {
    const caches = cachesIn([redisResource({ name: LATER }, A), redisResource({ name: 'two' }, B), rule({ redis_cache_name: 'three' })]);
    expect(caches.map(({ firewallRules }) => namesIn(firewallRules))).toEqual(['deferred', 'out_of_reach']);
  });

  it('of two with the same name to the one that is referred to', () => {
    const caches = cachesIn([redisResource({}, A), redisResource({}, B), rule({ redis_cache_name: 'orders' }, [`${B}.name`])]);
    expect(caches.map(({ firewallRules }) => namesIn(firewallRules))).toEqual(['out_of_reach', 'office']);
  });

  describe('of several instances', () => {
    const each = (key: string) => `module.m["${key}"].azurerm_redis_cache.this`;
    const INSTANCES = [
      'azurerm_redis_cache.this["a.b"]',
      'azurerm_redis_cache.this["c"]',
      'azurerm_redis_cache.this[0]',
      each('a'),
      each('c'),
    ];

    it.each<[address: string, references: readonly string[], owners: readonly number[], isCertain: boolean]>([
      ['x', ['azurerm_redis_cache.this["a.b"].name', 'azurerm_redis_cache.this["a.b"]', 'azurerm_redis_cache.this'], [0], true],
      ['x', ['azurerm_redis_cache.this[0].name', 'azurerm_redis_cache.this[0]', 'azurerm_redis_cache.this'], [2], true],
      ['x', ['azurerm_redis_cache.this'], [0, 1, 2], false],
      ['x["c"]', ['azurerm_redis_cache.this', 'each.key'], [1], true],
      ['x["c"]', ['azurerm_redis_cache.this', 'each.value'], [0, 1, 2, 3, 4], false],
      ['x["d"]', ['azurerm_redis_cache.this', 'each.key'], [0, 1, 2], false],
      ['x[0]', ['azurerm_redis_cache.this', 'count.index'], [2], true],
      ['x["c"]', ['azurerm_redis_cache.this'], [0, 1, 2], false],
      ['x', [`${each('a')}.name`], [3], true],
      ['x', ['module.m.azurerm_redis_cache.this.name'], [3, 4], false],
      ['x["c"]', ['module.m.azurerm_redis_cache.this.name', 'each.key'], [4], true],
      ['x', ['azurerm_redis_cache.thi'], [], true],
    ])('%s that refers to %j', (label, references, owners, isCertain) => {
      const resources = INSTANCES.map((address) => redisResource({ name: LATER }, address));
      const caches = cachesIn([...resources, rule({ redis_cache_name: LATER }, references, `azurerm_redis_firewall_rule.${label}`)]);
      const expected = INSTANCES.map((_, index) => (owners.includes(index) ? (isCertain ? 'office' : 'deferred') : 'out_of_reach'));
      expect(caches.map(({ firewallRules }) => namesIn(firewallRules))).toEqual(expected);
    });
  });

  it.each<[value: string, a: string, b: string]>([
    [idOf('one'), 'link', 'out_of_reach'],
    [idOf('TWO', 'Redis').toUpperCase(), 'out_of_reach', 'link'],
    [idOf('one', 'redis', 'elsewhere'), 'out_of_reach', 'out_of_reach'],
    [idOf('one', 'redisEnterprise'), 'out_of_reach', 'out_of_reach'],
    ['/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/one', 'out_of_reach', 'out_of_reach'],
    ['one', 'deferred', 'deferred'],
    ['', 'deferred', 'deferred'],
  ])('by the id %s', (value, a, b) => {
    const caches = cachesIn([...two(), endpoint(value)]);
    expect(caches.map(({ privateEndpoints }) => namesIn(privateEndpoints))).toEqual([a, b]);
  });

  it('by the id that it has already, wherever its name is used again', () => {
    const caches = cachesIn([
      redisResource({ name: 'one', id: idOf('one') }, A),
      redisResource({ name: 'one', id: idOf('one', 'redis', 'x') }, B),
      endpoint(idOf('one')),
    ]);
    expect(caches.map(({ privateEndpoints }) => namesIn(privateEndpoints))).toEqual(['link', 'out_of_reach']);
  });
});

const only = (resources: readonly TerraformResource[]): Cache => {
  const [cache] = cachesIn(resources);
  if (cache === undefined) throw new Error('no cache');
  return cache;
};

const MAIN = 'azurerm_redis_cache.main';

describe('a firewall rule', () => {
  it('has addresses where it stands', () => {
    const { firewallRules } = only([redisResource(), rule({ redis_cache_name: 'orders', end_ip: LATER })]);
    expect(firewallRules).toEqual({
      known: true,
      value: [
        {
          name: 'office',
          start: {
            known: true,
            value: '203.0.113.7',
            path: 'azurerm_redis_firewall_rule.office.start_ip',
            from: 'observed',
            written: '203.0.113.7',
          },
          end: {
            known: false,
            kind: 'deferred',
            path: 'azurerm_redis_firewall_rule.office.end_ip',
            reason: 'known after apply',
            actual: null,
          },
        },
      ],
      path: 'azurerm_redis_firewall_rule.office',
      from: 'observed',
      written: null,
    });
  });

  it('is not judged, and not shown, where its address is sensitive', () => {
    const { firewallRules } = only([redisResource(), rule({ redis_cache_name: 'orders', start_ip: sensitive('203.0.113.7') })]);
    expect(firewallRules.known && firewallRules.value[0]?.start).toMatchObject({ known: false, actual: '(sensitive)' });
  });
});

describe('a private endpoint', () => {
  const stateOf = (block: JsonObject): string => {
    const { privateEndpoints } = only([redisResource(), endpoint(LATER, [`${MAIN}.id`], block)]);
    const state = privateEndpoints.known ? privateEndpoints.value[0]?.state : undefined;
    return state?.known ? state.value : (state?.kind ?? 'none');
  };

  it.each<[JsonObject, string]>([
    [{}, 'Approved'],
    [{ is_manual_connection: 'false' }, 'Approved'],
    [{ is_manual_connection: true }, 'Pending'],
    [{ is_manual_connection: null }, 'missing'],
    [{ is_manual_connection: LATER }, 'deferred'],
    [{ is_manual_connection: 1 }, 'invalid'],
  ])('with %j is %s', (block, expected) => {
    expect(stateOf(block)).toBe(expected);
  });

  it('that leads to an alias belongs to no cache', () => {
    const alias = endpoint(undefined, [], { private_connection_resource_alias: 'x.azure.privatelinkservice' });
    expect(namesIn(only([redisResource(), alias]).privateEndpoints)).toBe('out_of_reach');
  });

  it.each([[LATER], [undefined], [[]], ['x'], [[LATER]]])('may lead anywhere where its connection is %j', (connection) => {
    const open = terraformResource('azurerm_private_endpoint.pe', { name: 'pe', private_service_connection: connection });
    expect(namesIn(only([redisResource(), open]).privateEndpoints)).toBe('deferred');
  });
});

describe('a diagnostic setting', () => {
  const logsOf = (values: JsonObject): string => {
    const { diagnosticSettings } = only([redisResource(), setting(values, [`${MAIN}.id`])]);
    const logs = diagnosticSettings.known ? diagnosticSettings.value[0]?.logs : undefined;
    if (!logs?.known) return logs?.kind ?? 'none';
    return logs.value
      .map(({ category, group, enabled }) => `${category ?? group ?? '?'}:${enabled.known ? enabled.value : enabled.kind}`)
      .join(' ');
  };

  it.each<[JsonObject, string]>([
    [{}, ''],
    [{ enabled_log: [{ category: 'ConnectedClientList' }] }, 'ConnectedClientList:true'],
    [{ enabled_log: [{ category_group: 'allLogs', category: null }] }, 'allLogs:true'],
    [{ log: [{ category: 'ConnectedClientList', enabled: false }] }, 'ConnectedClientList:false'],
    [{ log: [{ category: 'ConnectedClientList' }] }, 'ConnectedClientList:true'],
    [{ log: [{ category: 'ConnectedClientList', enabled: LATER }] }, 'ConnectedClientList:deferred'],
    [{ enabled_log: [{ category: LATER }] }, '?:deferred'],
    [{ enabled_log: [{}] }, 'invalid'],
    [{ enabled_log: 'all' }, 'invalid'],
    [{ enabled_log: LATER }, '?:deferred'],
    [{ enabled_log: [{ category_group: 'audit' }], log: LATER }, 'audit:true ?:deferred'],
    [{ enabled_log: [LATER] }, 'deferred'],
  ])('with %j logs %s', (values, expected) => {
    expect(logsOf(values)).toBe(expected);
  });
});

describe('the setting of a cluster', () => {
  const AMR = 'azurerm_managed_redis.main';
  const managed = terraformResource(AMR, {
    id: LATER,
    name: 'amr',
    resource_group_name: 'rg',
    sku_name: 'Balanced_B10',
    default_database: [{}],
  });

  it.each<[why: string, value: unknown, references: readonly string[], expected: string]>([
    ['names its database', `${idOf('amr', 'redisEnterprise')}/databases/default`, [], 'logs'],
    ['names the cluster', idOf('amr', 'redisEnterprise'), [], 'out_of_reach'],
    ['names another database', `${idOf('amr', 'redisEnterprise')}/databases/other`, [], 'deferred'],
    ['refers to it', LATER, [`${AMR}.id`, AMR], 'deferred'],
    ['refers to its database', LATER, [`${AMR}.default_database[0].id`, `${AMR}.default_database[0]`, AMR], 'logs'],
    ['is written with a database', deferred('known after apply', `"\${${AMR}.id}/databases/default"`), [`${AMR}.id`], 'logs'],
    ['refers to another', LATER, ['azurerm_managed_redis.other.id'], 'out_of_reach'],
  ])('that %s', (_, value, references, expected) => {
    const { databases } = only([managed, setting({ target_resource_id: value, enabled_log: [] }, references)]);
    const database = databases.known ? databases.value[0] : undefined;
    expect(database && namesIn(database.diagnosticSettings)).toBe(expected);
  });

  it('that refers to an enterprise database', () => {
    const cluster = terraformResource('azurerm_redis_enterprise_cluster.main', {
      name: 'ent',
      resource_group_name: 'rg',
      sku_name: 'Enterprise_E10-2',
    });
    const database = terraformResource(
      'azurerm_redis_enterprise_database.db',
      { cluster_id: LATER },
      { cluster_id: ['azurerm_redis_enterprise_cluster.main.id'] },
    );
    const { databases } = only([cluster, database, setting({ enabled_log: [] }, ['azurerm_redis_enterprise_database.db.id'])]);
    expect(databases.known && databases.value.map((one) => namesIn(one.diagnosticSettings))).toEqual(['logs']);
  });
});

describe('linked caches', () => {
  const link = (values: JsonObject, references: Readonly<Record<string, readonly string[]>> = {}) =>
    terraformResource('azurerm_redis_linked_server.link', { resource_group_name: 'rg', server_role: 'Secondary', ...values }, references);

  it('count each other, and show what both sides are set to', () => {
    const resources = [
      redisResource({ name: 'one', non_ssl_port_enabled: true }, A),
      redisResource({ name: 'two', non_ssl_port_enabled: false }, B),
      link({ target_redis_cache_name: 'one', linked_redis_cache_id: LATER }, { linked_redis_cache_id: [`${B}.id`] }),
    ];
    const caches = cachesIn(resources);
    expect(caches.map(({ linkedServerCount }) => linkedServerCount.known && linkedServerCount.value)).toEqual([1, 1]);
    const ports = caches.map(({ replicas }) =>
      replicas.known
        ? replicas.value.map(({ id, settings }) => [
            id,
            settings.known && settings.value.nonSslPort.known && settings.value.nonSslPort.value,
          ])
        : [],
    );
    expect(ports).toEqual([[[B, false]], [[A, true]]]);
  });

  it('say nothing of one that is declared elsewhere', () => {
    const { replicas, linkedServerCount } = only([
      redisResource(),
      link({ target_redis_cache_name: 'orders', linked_redis_cache_id: idOf('away') }),
    ]);
    expect(linkedServerCount).toMatchObject({ known: true, value: 1 });
    expect(replicas.known && replicas.value).toMatchObject([
      { id: idOf('away'), name: 'away', settings: { known: false, kind: 'out_of_reach' } },
    ]);
  });

  it('are open where one end is', () => {
    const caches = cachesIn([...two(), link({ target_redis_cache_name: 'one', linked_redis_cache_id: LATER })]);
    expect(caches.map(({ linkedServerCount }) => (linkedServerCount.known ? 'known' : linkedServerCount.kind))).toEqual([
      'deferred',
      'deferred',
    ]);
  });

  it('of Azure Managed Redis are linked with all of their group', () => {
    const cluster = (name: string) =>
      terraformResource(`azurerm_managed_redis.${name}`, {
        id: LATER,
        name,
        resource_group_name: 'rg',
        sku_name: 'Balanced_B10',
        default_database: [{ geo_replication_group_name: 'g' }],
      });
    const geo = terraformResource(
      'azurerm_managed_redis_geo_replication.g',
      { managed_redis_id: LATER, linked_managed_redis_ids: LATER },
      {
        managed_redis_id: ['azurerm_managed_redis.a.id'],
        linked_managed_redis_ids: ['azurerm_managed_redis.b.id', 'azurerm_managed_redis.c.id'],
      },
    );
    const links = cachesIn([cluster('a'), cluster('b'), cluster('c'), geo]).map(({ databases }) => {
      const fact = databases.known ? databases.value[0]?.links : undefined;
      return fact?.known ? fact.value.map(({ id }) => id.slice(-1)).join('') : fact?.kind;
    });
    expect(links).toEqual(['bc', 'ac', 'ab']);
  });
});

describe('whatever is declared', () => {
  const TYPES = [
    'azurerm_redis_cache',
    'azurerm_managed_redis',
    'azurerm_redis_enterprise_cluster',
    'azurerm_redis_enterprise_database',
    'azurerm_redis_firewall_rule',
    'azurerm_redis_cache_access_policy',
    'azurerm_redis_cache_access_policy_assignment',
    'azurerm_managed_redis_access_policy_assignment',
    'azurerm_managed_redis_geo_replication',
    'azurerm_redis_linked_server',
    'azurerm_private_endpoint',
    'azurerm_monitor_diagnostic_setting',
  ];
  const ODD: readonly unknown[] = [
    undefined,
    null,
    '',
    'x',
    0,
    -1,
    true,
    [],
    {},
    [null],
    [[]],
    ['x'],
    [{}],
    { a: {} },
    LATER,
    [LATER],
    sensitive('x'),
    sensitive(null),
  ];
  const NAMES = [
    'id name resource_group_name location sku_name family capacity zones tags identity patch_schedule redis_configuration subnet_id',
    'minimum_tls_version non_ssl_port_enabled enable_non_ssl_port public_network_access_enabled public_network_access default_database',
    'customer_managed_key high_availability_enabled cluster_id redis_cache_name redis_cache_id managed_redis_id linked_managed_redis_ids',
    'target_redis_cache_name linked_redis_cache_id private_service_connection target_resource_id enabled_log log start_ip end_ip permissions',
  ].flatMap((line) => line.split(' '));

  it.each(ODD.map((value, index): [number, unknown] => [index, value]))(
    'is read without an error where every value is odd (%i)',
    (_, value) => {
      const values = Object.fromEntries(NAMES.map((name) => [name, value]));
      const caches = cachesIn(TYPES.map((type) => terraformResource(`${type}.x`, values)));
      expect(caches.map(({ kind }) => kind)).toEqual(['redis', 'managed', 'enterprise']);
      for (const { nonSslPort, minimumTlsVersion, publicNetworkAccess } of caches) {
        expect(nonSslPort).not.toMatchObject({ value: false, from: 'observed' });
        expect(minimumTlsVersion).not.toMatchObject({ known: true, from: 'observed' });
        expect(publicNetworkAccess).not.toMatchObject({ value: 'Disabled' });
      }
    },
  );

  it('takes no value from a prototype', () => {
    const values = JSON.parse('{"name":"x","sku_name":"Basic","__proto__":{"minimum_tls_version":"1.3"},"constructor":{"family":"P"}}');
    const cache = only([terraformResource('azurerm_redis_cache.x', values)]);
    expect(cache.minimumTlsVersion).toMatchObject({ value: '1.2', from: 'service_default' });
  });
});
