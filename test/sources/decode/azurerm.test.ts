import { describe, expect, it } from 'vitest';
import type { Cache, CacheFacts } from '../../../src/model/cache.ts';
import type { ProviderMajor, TerraformResource } from '../../../src/sources/decode/azurerm.ts';
import { CHOSEN_LATER } from '../../../src/sources/decode/azurerm-values.ts';
import { deferred, type JsonObject, sensitive } from '../../../src/sources/decode/json.ts';
import { cachesIn, LATER, redisResource, terraformResource } from '../../support/terraform.ts';

const ID = '44444444-0000-4000-8000-000000000001';
const GROUP = `/subscriptions/${ID}/resourceGroups/rg`;

const first = (resources: readonly TerraformResource[], provider?: ProviderMajor): Cache => {
  const [cache] = cachesIn(resources, provider);
  if (cache === undefined) throw new Error('no cache');
  return cache;
};

const configured = (configuration: unknown): TerraformResource => redisResource({ redis_configuration: configuration });

const managed = (values: JsonObject = {}): TerraformResource =>
  terraformResource('azurerm_managed_redis.main', {
    id: LATER,
    name: 'amr',
    resource_group_name: 'rg',
    sku_name: 'Balanced_B10',
    ...values,
  });

const enterprise = (values: JsonObject = {}): TerraformResource =>
  terraformResource('azurerm_redis_enterprise_cluster.main', {
    id: LATER,
    name: 'ent',
    resource_group_name: 'rg',
    sku_name: 'Enterprise_E20-4',
    ...values,
  });

/** A fact without where it stands: its value and where that comes from, or of what kind the gap is. */
const shortOf = (fact: CacheFacts[keyof CacheFacts]): string => {
  if (!fact.known) return fact.kind;
  return `${JSON.stringify(fact.value)}${fact.from === 'observed' ? '' : ' by default'}`;
};

const BLOCK = 'redis_configuration';

describe('azurermCaches', () => {
  it('labels a cache by its address, its name and where it stands', () => {
    const { id, name, kind, resourceGroup, subscriptionId, location, sku, provisioningState, origin } = first([redisResource()]);
    expect({ id, name, kind, resourceGroup, subscriptionId, location, sku, provisioningState, origin }).toEqual({
      id: 'azurerm_redis_cache.main',
      name: 'orders',
      kind: 'redis',
      resourceGroup: 'rg',
      subscriptionId: null,
      location: 'westeurope',
      sku: 'Premium P1',
      provisioningState: null,
      origin: {
        file: 'plan.json',
        language: 'terraform',
        place: null,
        address: 'azurerm_redis_cache.main',
        creates: true,
        places: new Map(),
      },
    });
  });

  it('falls back on the last label where no name is known', () => {
    const { name, resourceGroup } = first([
      redisResource({ name: LATER, resource_group_name: LATER }, 'module.a[0].azurerm_redis_cache.this["x"]'),
    ]);
    expect({ name, resourceGroup }).toEqual({ name: 'this', resourceGroup: null });
  });

  it('knows the subscription of one that stands already', () => {
    expect(first([redisResource({ id: `${GROUP}/providers/Microsoft.Cache/redis/orders` })]).subscriptionId).toBe(ID);
  });

  it('yields nothing where there is no cache, whatever else there is', () => {
    expect(cachesIn([terraformResource('azurerm_private_endpoint.pe', {}), terraformResource('azurerm_storage_account.s', {})])).toEqual(
      [],
    );
  });

  it('says how Terraform writes what Azure writes otherwise', () => {
    expect(first([redisResource({ public_network_access_enabled: true })]).publicNetworkAccess).toEqual({
      known: true,
      value: 'Enabled',
      path: 'public_network_access_enabled',
      from: 'observed',
      written: 'true',
      spelling: { Enabled: 'true', Disabled: 'false' },
    });
    expect(first([redisResource({ access_keys_authentication_enabled: false })]).accessKeysDisabled).toEqual({
      known: true,
      value: true,
      path: 'access_keys_authentication_enabled',
      from: 'observed',
      written: 'false',
      spelling: { true: 'false', false: 'true' },
    });
  });
});

describe('azurerm_redis_cache', () => {
  const FACTS: readonly (readonly [fact: keyof CacheFacts, values: JsonObject, expected: string])[] = [
    ['nonSslPort', {}, 'false by default'],
    ['nonSslPort', { non_ssl_port_enabled: null }, 'false by default'],
    ['nonSslPort', { non_ssl_port_enabled: true }, 'true'],
    ['nonSslPort', { enable_non_ssl_port: true }, 'true'],
    ['nonSslPort', { non_ssl_port_enabled: true, enable_non_ssl_port: false }, 'true'],
    ['nonSslPort', { non_ssl_port_enabled: false, enable_non_ssl_port: true }, 'true'],
    ['nonSslPort', { non_ssl_port_enabled: LATER, enable_non_ssl_port: true }, 'true'],
    ['nonSslPort', { non_ssl_port_enabled: LATER, enable_non_ssl_port: false }, 'deferred'],
    ['nonSslPort', { non_ssl_port_enabled: false, enable_non_ssl_port: LATER }, 'deferred'],
    ['nonSslPort', { non_ssl_port_enabled: false, enable_non_ssl_port: false }, 'false'],
    ['nonSslPort', { non_ssl_port_enabled: 'true' }, 'true'],
    ['nonSslPort', { non_ssl_port_enabled: '0' }, 'false'],
    ['nonSslPort', { non_ssl_port_enabled: 0 }, 'invalid'],
    ['nonSslPort', { non_ssl_port_enabled: 'False' }, 'invalid'],
    ['nonSslPort', { non_ssl_port_enabled: [] }, 'invalid'],
    ['minimumTlsVersion', { minimum_tls_version: '1.0' }, '"1.0"'],
    ['minimumTlsVersion', { minimum_tls_version: 1.2 }, '"1.2"'],
    ['minimumTlsVersion', { minimum_tls_version: 1 }, 'invalid'],
    ['minimumTlsVersion', { minimum_tls_version: 'TLS1_2' }, 'invalid'],
    ['minimumTlsVersion', { minimum_tls_version: LATER }, 'deferred'],
    ['publicNetworkAccess', {}, '"Enabled" by default'],
    ['publicNetworkAccess', { public_network_access_enabled: false }, '"Disabled"'],
    ['publicNetworkAccess', { public_network_access_enabled: 'Disabled' }, 'invalid'],
    ['publicNetworkAccess', { public_network_access_enabled: LATER }, 'deferred'],
    ['subnetId', {}, 'null by default'],
    ['subnetId', { subnet_id: LATER }, 'deferred'],
    ['subnetId', { subnet_id: 'nowhere' }, 'invalid'],
    ['accessKeysDisabled', {}, 'false by default'],
    ['accessKeysDisabled', { access_keys_authentication_enabled: LATER }, 'deferred'],
    ['identityType', {}, '"None" by default'],
    ['identityType', { identity: [] }, '"None" by default'],
    ['identityType', { identity: [{ type: 'SystemAssigned, UserAssigned' }] }, '"SystemAssigned, UserAssigned"'],
    ['identityType', { identity: [{}] }, 'missing'],
    ['identityType', { identity: LATER }, 'deferred'],
    ['tier', { sku_name: null }, 'missing'],
    ['tier', { sku_name: 'Gold' }, 'invalid'],
    ['size', { capacity: '2' }, '"P2"'],
    ['size', { capacity: 9 }, 'invalid'],
    ['size', { family: LATER }, 'deferred'],
    ['redisVersion', { redis_version: 6 }, '"6"'],
    ['redisVersion', { redis_version: 'six' }, 'invalid'],
    ['updateChannel', {}, '"Stable" by default'],
    ['zones', {}, 'out_of_reach'],
    ['zones', { zones: [] }, 'out_of_reach'],
    ['zones', { zones: CHOSEN_LATER }, 'out_of_reach'],
    ['zones', { zones: ['1', '2'] }, '["1","2"]'],
    ['zones', { zones: [1, 2] }, '["1","2"]'],
    ['zones', { zones: ['1', LATER] }, 'deferred'],
    ['zones', { zones: '1' }, 'invalid'],
    ['zonalPolicy', {}, 'out_of_reach'],
    ['zonalPolicy', { zones: ['1'] }, '"UserDefined"'],
    ['zonalPolicy', { zones: LATER }, 'deferred'],
    ['patchDays', {}, '[] by default'],
    ['patchDays', { patch_schedule: [{ day_of_week: 'sunday' }] }, '["Sunday"]'],
    ['patchDays', { patch_schedule: [{ day_of_week: 'Someday' }] }, 'invalid'],
    ['patchDays', { patch_schedule: LATER }, 'deferred'],
    ['tags', {}, '[] by default'],
    ['tags', { tags: { b: 1, a: LATER } }, '[{"name":"a","value":null},{"name":"b","value":"1"}]'],
    ['tags', { tags: sensitive({ a: 'hidden' }) }, '[{"name":"a","value":null}]'],
    ['tags', { tags: 'none' }, 'invalid'],
    ['linkedServerCount', {}, 'out_of_reach'],
    ['privateEndpoints', {}, 'out_of_reach'],
    ['firewallRules', {}, 'out_of_reach'],
    ['accessPolicies', {}, 'out_of_reach'],
    ['accessPolicyAssignments', {}, 'out_of_reach'],
    ['diagnosticSettings', {}, 'out_of_reach'],
    ['secrets', {}, '[]'],
  ];

  it.each(FACTS)('reads %s of %j as %s', (fact, values, expected) => {
    expect(shortOf(first([redisResource(values)])[fact])).toBe(expected);
  });

  const IN_BLOCK: readonly (readonly [fact: keyof CacheFacts, configuration: JsonObject, expected: string])[] = [
    ['authenticationDisabled', {}, 'false by default'],
    ['authenticationDisabled', { authentication_enabled: true }, 'false'],
    ['authenticationDisabled', { authentication_enabled: false }, 'true'],
    ['authenticationDisabled', { enable_authentication: false }, 'true'],
    ['authenticationDisabled', { enable_authentication: true, authentication_enabled: false }, 'true'],
    ['authenticationDisabled', { enable_authentication: true, authentication_enabled: LATER }, 'deferred'],
    ['authenticationDisabled', { authentication_enabled: 'no' }, 'invalid'],
    ['entraAuthentication', {}, 'false by default'],
    ['entraAuthentication', { active_directory_authentication_enabled: 'true' }, 'true'],
    ['rdbPersistence', { rdb_backup_enabled: true }, 'true'],
    ['aofPersistence', { aof_backup_enabled: LATER }, 'deferred'],
    ['persistenceAuthentication', {}, '"SAS" by default'],
    ['persistenceAuthentication', { data_persistence_authentication_method: 'managedidentity' }, '"ManagedIdentity"'],
    ['maxmemoryReserved', {}, 'out_of_reach'],
    ['maxmemoryReserved', { maxmemory_reserved: CHOSEN_LATER }, 'out_of_reach'],
    ['maxmemoryReserved', { maxmemory_reserved: LATER }, 'deferred'],
    ['maxmemoryReserved', { maxmemory_reserved: 642 }, '642'],
    ['maxmemoryReserved', { maxmemory_reserved: 'much' }, 'invalid'],
  ];

  it.each(IN_BLOCK)(`reads %s of ${BLOCK} %j as %s`, (fact, configuration, expected) => {
    expect(shortOf(first([configured([configuration])])[fact])).toBe(expected);
  });

  const OF_BLOCK = [
    'authenticationDisabled',
    'entraAuthentication',
    'rdbPersistence',
    'aofPersistence',
    'persistenceAuthentication',
    'maxmemoryReserved',
  ] as const;

  it.each([
    ['is not set', undefined],
    ['is null', null],
    ['is an empty list', []],
    ['is known after apply', CHOSEN_LATER],
  ])('knows nothing of what stands in redis_configuration where that %s', (_, configuration) => {
    const cache = first([configured(configuration)]);
    for (const fact of OF_BLOCK)
      expect(cache[fact]).toMatchObject({
        known: false,
        kind: 'deferred',
        reason: 'redis_configuration is not set, so its values are known after apply: write the block to have them judged',
      });
  });

  it.each([['a text'], [7], [[{}, {}]], [[null, {}]], [[LATER]], [deferred('depends on var.x')]])(
    'knows nothing of it where redis_configuration is %j',
    (configuration) => {
      const cache = first([configured(configuration)]);
      for (const fact of OF_BLOCK) expect(cache[fact].known).toBe(false);
    },
  );

  it.each<[ProviderMajor, JsonObject, string]>([
    [2, {}, '"1.0" by default'],
    [3, {}, '"1.2" by default'],
    [4, {}, '"1.2" by default'],
    [5, {}, '"1.2" by default'],
    [null, {}, 'missing'],
    [null, { enable_non_ssl_port: false }, 'missing'],
    [null, { non_ssl_port_enabled: false }, '"1.2" by default'],
    [2, { minimum_tls_version: '1.2' }, '"1.2"'],
    [null, { minimum_tls_version: '1.2' }, '"1.2"'],
  ])('takes the default of TLS in azurerm %s with %j for %s', (provider, values, expected) => {
    expect(shortOf(first([redisResource(values)], provider).minimumTlsVersion)).toBe(expected);
  });

  it.each<[ProviderMajor, string]>([
    [null, 'deferred'],
    [3, 'deferred'],
    [4, '"6" by default'],
    [5, '"6" by default'],
  ])('takes the version of Redis that azurerm %s does not set for %s', (provider, expected) => {
    expect(shortOf(first([redisResource()], provider).redisVersion)).toBe(expected);
  });

  it('judges a sensitive value and does not show it', () => {
    expect(first([redisResource({ non_ssl_port_enabled: sensitive(true) })]).nonSslPort).toMatchObject({
      value: true,
      written: '(sensitive)',
    });
  });
});

describe('azurerm_managed_redis', () => {
  it.each<[keyof CacheFacts, JsonObject, string]>([
    ['minimumTlsVersion', {}, '"1.2" by default'],
    ['publicNetworkAccess', {}, '"Enabled" by default'],
    ['publicNetworkAccess', { public_network_access: 'disabled' }, '"Disabled"'],
    ['publicNetworkAccess', { public_network_access: false }, 'invalid'],
    ['highAvailability', {}, '"Enabled" by default'],
    ['highAvailability', { high_availability_enabled: false }, '"Disabled"'],
    ['highAvailability', { high_availability_enabled: LATER }, 'deferred'],
    ['redundancyMode', {}, 'out_of_reach'],
    ['customerManagedKey', {}, 'null by default'],
    ['customerManagedKey', { customer_managed_key: [{ key_vault_key_id: 'https://v/keys/k' }] }, '"https://v/keys/k"'],
    ['customerManagedKey', { customer_managed_key: [{ key_vault_key_id: LATER }] }, 'deferred'],
    ['customerManagedKey', { customer_managed_key: [{}] }, 'missing'],
    ['customerManagedKey', { customer_managed_key: LATER }, 'deferred'],
    ['skuName', {}, '"Balanced_B10"'],
    ['skuName', { sku_name: LATER }, 'deferred'],
    ['databases', {}, 'out_of_reach'],
    ['databases', { default_database: [] }, 'out_of_reach'],
    ['databases', { default_database: LATER }, 'deferred'],
    ['databases', { default_database: 'default' }, 'invalid'],
  ])('reads %s of %j as %s', (fact, values, expected) => {
    expect(shortOf(first([managed(values)])[fact])).toBe(expected);
  });

  const database = (block: JsonObject) => {
    const { databases } = first([managed({ default_database: [block] })]);
    return databases.known ? databases.value[0] : undefined;
  };

  it.each<['clientProtocol' | 'accessKeys' | 'rdbPersistence' | 'aofPersistence' | 'redisVersion' | 'links', JsonObject, string]>([
    ['clientProtocol', {}, '"Encrypted" by default'],
    ['clientProtocol', { client_protocol: 'Plaintext' }, '"Plaintext"'],
    ['clientProtocol', { client_protocol: 'TLS' }, 'invalid'],
    ['clientProtocol', { client_protocol: LATER }, 'deferred'],
    ['accessKeys', {}, '"Disabled" by default'],
    ['accessKeys', { access_keys_authentication_enabled: true }, '"Enabled"'],
    ['rdbPersistence', {}, 'false by default'],
    ['rdbPersistence', { persistence_redis_database_backup_frequency: '6h' }, 'true'],
    ['rdbPersistence', { persistence_redis_database_backup_frequency: 'never' }, 'invalid'],
    ['aofPersistence', { persistence_append_only_file_backup_frequency: '1s' }, 'true'],
    ['redisVersion', {}, 'out_of_reach'],
    ['links', {}, '[] by default'],
    ['links', { geo_replication_group_name: 'g' }, 'out_of_reach'],
  ])('reads %s of the database %j as %s', (fact, block, expected) => {
    const one = database(block)?.[fact];
    expect(one && shortOf(one as CacheFacts[keyof CacheFacts])).toBe(expected);
  });
});

describe('azurerm_redis_enterprise_cluster', () => {
  const CLUSTER = 'azurerm_redis_enterprise_cluster.main';
  const database = (values: JsonObject = {}) =>
    terraformResource(
      'azurerm_redis_enterprise_database.main',
      { id: LATER, name: 'default', cluster_id: LATER, ...values },
      { cluster_id: [`${CLUSTER}.id`, CLUSTER] },
    );

  it.each<[keyof CacheFacts, JsonObject, string]>([
    ['minimumTlsVersion', {}, '"1.2" by default'],
    ['minimumTlsVersion', { minimum_tls_version: '1.1' }, '"1.1"'],
    ['publicNetworkAccess', {}, 'out_of_reach'],
    ['zones', {}, '[] by default'],
    ['zones', { zones: ['1', '2', '3'] }, '["1","2","3"]'],
    ['zones', { zones: LATER }, 'deferred'],
    ['skuName', {}, '"Enterprise_E20-4"'],
    ['databases', {}, 'out_of_reach'],
  ])('reads %s of %j as %s', (fact, values, expected) => {
    expect(shortOf(first([enterprise(values)])[fact])).toBe(expected);
  });

  it('has the databases that refer to it', () => {
    const { databases } = first([enterprise(), database({ client_protocol: 'Plaintext' })]);
    expect(databases).toMatchObject({ known: true, path: 'azurerm_redis_enterprise_database.main' });
    expect(
      databases.known && databases.value.map(({ name, clientProtocol }) => [name, shortOf(clientProtocol as CacheFacts['skuName'])]),
    ).toEqual([['default', '"Plaintext"']]);
  });
});
