import { subscriptionId } from './resource-manager.ts';

/** Caches described once, and written in every form that redvet reads. */

export type Json = Readonly<Record<string, unknown>>;

export const HOME = subscriptionId(1);

/** A redis cache; what is null is not set. */
export interface RedisConfiguration {
  readonly name: string;
  readonly tier: 'Basic' | 'Standard' | 'Premium';
  readonly capacity: number;
  readonly nonSsl: boolean;
  readonly tls: '1.0' | '1.1' | '1.2' | null;
  readonly isPublic: boolean;
  readonly isInjected: boolean;
  readonly entra: boolean;
  readonly keysDisabled: boolean;
  readonly withoutAuthentication: boolean;
  readonly identity: 'SystemAssigned' | 'UserAssigned' | null;
  readonly zones: readonly string[] | null;
  readonly rdb: boolean;
  readonly aof: boolean;
  readonly persistenceAuth: 'SAS' | 'ManagedIdentity';
  readonly version: string;
  readonly reserved: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Name, first and last address. */
  readonly firewall: readonly (readonly [name: string, first: string, last: string])[];
  readonly patchDays: readonly string[];
  /** Names of access policies that somebody has. */
  readonly policies: readonly string[];
  /** Categories of logs that are on. */
  readonly logs: readonly string[];
}

export interface ClusterConfiguration {
  readonly name: string;
  readonly sku: string;
  readonly isPublic: boolean;
  readonly tls: '1.1' | '1.2';
  readonly highAvailability: boolean;
  readonly key: boolean;
  readonly zones: readonly string[] | null;
  readonly isPlaintext: boolean;
  readonly keysEnabled: boolean;
  readonly rdb: boolean;
}

const redis = (name: string, differences: Partial<RedisConfiguration> = {}): RedisConfiguration => ({
  name,
  tier: 'Premium',
  capacity: 1,
  nonSsl: false,
  tls: '1.2',
  isPublic: false,
  isInjected: false,
  entra: true,
  keysDisabled: true,
  withoutAuthentication: false,
  identity: 'SystemAssigned',
  zones: ['1', '2'],
  rdb: true,
  aof: false,
  persistenceAuth: 'ManagedIdentity',
  version: '6',
  reserved: 642,
  tags: { owner: 'us' },
  firewall: [],
  patchDays: ['Sunday'],
  policies: ['Data Contributor'],
  logs: ['ConnectedClientList', 'MSEntraAuthenticationAuditLog'],
  ...differences,
});

const NARROW = [['office', '203.0.113.7', '203.0.113.7']] as const;

export const REDIS: readonly RedisConfiguration[] = [
  redis('good'),
  redis('open-port', { nonSsl: true }),
  redis('old-tls', { tls: '1.0' }),
  redis('unset-tls', { tls: null }),
  redis('public', { isPublic: true, firewall: NARROW }),
  redis('wide-open', { isPublic: true, firewall: [['all', '0.0.0.0', '255.255.255.255']] }),
  redis('keys', { entra: false, keysDisabled: false, policies: ['Data Owner'] }),
  redis('owned', { policies: ['Data Owner', 'Data Reader'] }),
  redis('no-auth', { isInjected: true, isPublic: true, withoutAuthentication: true, entra: false, keysDisabled: false }),
  redis('injected', { isInjected: true, isPublic: true }),
  redis('basic-c0', { tier: 'Basic', capacity: 0, zones: null, rdb: false, identity: null }),
  redis('standard', { tier: 'Standard', capacity: 1, rdb: false, identity: 'UserAssigned', reserved: 100 }),
  redis('one-zone', { zones: ['1'] }),
  redis('not-persisted', { rdb: false }),
  redis('by-storage-key', { rdb: false, aof: true, persistenceAuth: 'SAS' }),
  redis('without-identity', { identity: null }),
  redis('redis-4', { version: '4' }),
  redis('little-reserved', { reserved: 2 }),
  redis('without-patches', { patchDays: [], logs: ['ConnectedClientList'] }),
  redis('everything', {
    nonSsl: true,
    tls: '1.1',
    isPublic: true,
    entra: false,
    keysDisabled: false,
    firewall: [['ten', '10.0.0.0', '10.255.255.255']],
  }),
];

const cluster = (name: string, sku: string, differences: Partial<ClusterConfiguration> = {}): ClusterConfiguration => ({
  name,
  sku,
  isPublic: false,
  tls: '1.2',
  highAvailability: true,
  key: true,
  zones: null,
  isPlaintext: false,
  keysEnabled: false,
  rdb: true,
  ...differences,
});

export const CLUSTERS: readonly ClusterConfiguration[] = [
  cluster('managed-good', 'Balanced_B10'),
  cluster('managed-bad', 'MemoryOptimized_M20', {
    isPublic: true,
    highAvailability: false,
    key: false,
    isPlaintext: true,
    keysEnabled: true,
    rdb: false,
  }),
  cluster('enterprise', 'Enterprise_E10-2', { zones: ['1', '2', '3'] }),
  cluster('enterprise-bad', 'Enterprise_E20-4', { tls: '1.1', isPlaintext: true, zones: ['1'], rdb: false }),
];

export const isEnterprise = ({ sku }: ClusterConfiguration): boolean => sku.startsWith('Enterprise_');

const GROUP = `/subscriptions/${HOME}/resourceGroups/rg-test`;
const SUBNET = `${GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app`;
const KEY_URL = 'https://vault.example/keys/redis/1';
const STORAGE = 'DefaultEndpointsProtocol=https;AccountName=backups';
const OBJECT = 'e1a5c0de-0000-4000-8000-000000000001';

const familyOf = ({ tier }: RedisConfiguration): string => (tier === 'Premium' ? 'P' : 'C');
const persistenceOf = (one: RedisConfiguration): boolean => one.rdb || one.aof;

/** `redisConfiguration` as Resource Manager writes it. */
const settingsOf = (one: RedisConfiguration): Json => ({
  maxclients: '7500',
  'maxmemory-reserved': String(one.reserved),
  'aad-enabled': String(one.entra),
  ...(one.withoutAuthentication ? { authnotrequired: 'true' } : {}),
  ...(one.rdb ? { 'rdb-backup-enabled': 'true', 'rdb-backup-frequency': '60' } : {}),
  ...(one.aof ? { 'aof-backup-enabled': 'true' } : {}),
  ...(persistenceOf(one) ? { 'preferred-data-persistence-auth-method': one.persistenceAuth } : {}),
});

const identityOf = (one: RedisConfiguration): Json =>
  one.identity === 'UserAssigned' ? { type: one.identity, userAssignedIdentities: { [IDENTITY]: {} } } : { type: one.identity };

const propertiesOf = (one: RedisConfiguration): Json => ({
  sku: { name: one.tier, family: familyOf(one), capacity: one.capacity },
  enableNonSslPort: one.nonSsl,
  ...(one.tls === null ? {} : { minimumTlsVersion: one.tls }),
  publicNetworkAccess: one.isPublic ? 'Enabled' : 'Disabled',
  disableAccessKeyAuthentication: one.keysDisabled,
  redisConfiguration: settingsOf(one),
  redisVersion: `${one.version}.0`,
  updateChannel: 'Stable',
  zonalAllocationPolicy: one.zones === null ? 'NoZones' : 'UserDefined',
  ...(one.isInjected ? { subnetId: SUBNET } : {}),
});

const outside = (one: RedisConfiguration): Json => ({
  location: 'West Europe',
  tags: one.tags,
  ...(one.zones === null ? {} : { zones: one.zones }),
  ...(one.identity === null ? {} : { identity: identityOf(one) }),
});

const idOf = (name: string, type = 'Redis'): string => `${GROUP}/providers/Microsoft.Cache/${type}/${name}`;

/** A page item of Resource Manager. */
export const wireOf = (one: RedisConfiguration): Json => ({
  id: idOf(one.name),
  name: one.name,
  type: 'Microsoft.Cache/Redis',
  ...outside(one),
  properties: { provisioningState: 'Succeeded', linkedServers: [], accessKeys: null, ...propertiesOf(one) },
});

const log = (category: string): Json => ({ category, enabled: true });

/** What Resource Manager lists below it, by the end of the path. */
export const belowOf = (one: RedisConfiguration): Readonly<Record<string, readonly unknown[]>> => ({
  [`${one.name}/firewallrules`]: one.firewall.map(([name, startIP, endIP]) => ({
    name: `${one.name}/${name}`,
    properties: { startIP, endIP },
  })),
  [`${one.name}/patchschedules`]:
    one.patchDays.length === 0 ? [] : [{ name: `${one.name}/default`, properties: { scheduleEntries: one.patchDays.map(entryOf) } }],
  [`${one.name}/accesspolicyassignments`]: one.policies.map((accessPolicyName, index) => ({
    name: `app-${index}`,
    properties: { accessPolicyName, objectId: OBJECT, objectIdAlias: 'app' },
  })),
  [`${one.name}/providers/microsoft.insights/diagnosticsettings`]: [{ name: 'logs', properties: { logs: one.logs.map(log), metrics: [] } }],
});

const entryOf = (dayOfWeek: string): Json => ({ dayOfWeek, startHourUtc: 2 });

/** What a current `az redis list -o json` prints: flattened, camel case where its SDK knows a name, null for what is not there. */
export const azOf = (one: RedisConfiguration): Json => {
  const { redisConfiguration, subnetId = null, minimumTlsVersion = null, ...rest } = propertiesOf(one);
  return {
    ...{ identity: null, zones: null, ...outside(one) },
    ...{ id: idOf(one.name), name: one.name, type: 'Microsoft.Cache/Redis', resourceGroup: 'rg-test' },
    ...{ provisioningState: 'Succeeded', linkedServers: [], accessKeys: null, privateEndpointConnections: null, staticIp: null },
    ...rest,
    ...{ subnetId, minimumTlsVersion, redisConfiguration: camelSettings(Object(redisConfiguration)) },
  };
};

const KEBAB_IN_AZ: ReadonlySet<string> = new Set(['authnotrequired', 'maxclients']);

const camelSettings = (settings: Json): Json => ({
  rdbBackupEnabled: null,
  rdbBackupFrequency: null,
  rdbStorageConnectionString: null,
  aofBackupEnabled: null,
  maxmemoryPolicy: null,
  preferredDataPersistenceAuthMethod: null,
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      KEBAB_IN_AZ.has(name) ? name : name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  ),
});

/** What `Get-AzRedisCache | ConvertTo-Json` prints. */
export const powerShellOf = (one: RedisConfiguration): Json => ({
  ResourceGroupName: 'rg-test',
  Id: idOf(one.name),
  Location: 'West Europe',
  Name: one.name,
  Type: 'Microsoft.Cache/Redis',
  HostName: `${one.name}.redis.cache.windows.net`,
  Port: 6379,
  ProvisioningState: 'Succeeded',
  SslPort: 6380,
  RedisConfiguration: settingsOf(one),
  EnableNonSslPort: one.nonSsl,
  RedisVersion: `${one.version}.0`,
  UpdateChannel: 'Stable',
  ZonalAllocationPolicy: one.zones === null ? 'NoZones' : 'UserDefined',
  Size: SIZES[`${familyOf(one)}${one.capacity}`],
  Sku: one.tier,
  TenantSettings: {},
  ShardCount: null,
  MinimumTlsVersion: one.tls,
  DisableAccessKeyAuthentication: one.keysDisabled,
  SubnetId: one.isInjected ? SUBNET : null,
  StaticIP: null,
  Tag: one.tags,
  Zone: one.zones,
  IdentityType: one.identity,
  SystemAssignedIdentity: null,
  UserAssignedIdentity: null,
});

const SIZES: Readonly<Record<string, string>> = { C0: '250MB', C1: '1GB', P1: '6GB' };

/** A row of Resource Graph. */
export const rowOf = (item: Json): Json => ({
  ...{ sku: null, zones: null, identity: null, kind: '', plan: null, managedBy: '' },
  ...item,
  ...{ type: String(item['type']).toLowerCase(), subscriptionId: HOME, resourceGroup: 'rg-test' },
});

// Clusters

export const clusterWireOf = (one: ClusterConfiguration): Json => ({
  id: idOf(one.name, 'redisEnterprise'),
  name: one.name,
  type: 'Microsoft.Cache/redisEnterprise',
  location: 'West Europe',
  kind: isEnterprise(one) ? 'v1' : 'v2',
  tags: { owner: 'us' },
  ...(one.zones === null ? {} : { zones: one.zones }),
  sku: { name: one.sku.replace(/-\d+$/, ''), ...(isEnterprise(one) ? { capacity: Number(/-(\d+)$/.exec(one.sku)?.[1]) } : {}) },
  identity: { type: 'None' },
  properties: {
    provisioningState: 'Succeeded',
    resourceState: 'Running',
    minimumTlsVersion: one.tls,
    publicNetworkAccess: one.isPublic ? 'Enabled' : 'Disabled',
    highAvailability: one.highAvailability ? 'Enabled' : 'Disabled',
    redundancyMode: one.highAvailability ? 'LR' : 'None',
    encryption: one.key ? { customerManagedKeyEncryption: { keyEncryptionKeyUrl: KEY_URL } } : {},
    privateEndpointConnections: [],
  },
});

export const databaseOf = (one: ClusterConfiguration): Json => ({
  name: 'default',
  type: 'Microsoft.Cache/redisEnterprise/databases',
  properties: { provisioningState: 'Succeeded', resourceState: 'Running', redisVersion: '7.4', port: 10000, ...databaseProperties(one) },
});

const databaseProperties = (one: ClusterConfiguration): Json => ({
  clientProtocol: one.isPlaintext ? 'Plaintext' : 'Encrypted',
  accessKeysAuthentication: one.keysEnabled ? 'Enabled' : 'Disabled',
  ...(one.rdb ? { persistence: { rdbEnabled: true, rdbFrequency: '6h', aofEnabled: false } } : {}),
});

/** What `az redisenterprise list -o json` prints: flattened, with its databases. */
export const azClusterOf = (one: ClusterConfiguration): Json => {
  const { properties, ...rest } = clusterWireOf(one);
  const { properties: inner, ...database } = databaseOf(one);
  return { zones: null, ...rest, resourceGroup: 'rg-test', ...Object(properties), databases: [{ ...database, ...Object(inner) }] };
};

// ARM templates

export const templateOf = (): Json => ({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  resources: [...REDIS.flatMap(templateResources), ...CLUSTERS.flatMap(templateClusters)],
});

const templateResources = (one: RedisConfiguration): readonly Json[] => {
  const child = (type: string, name: string, properties: Json): Json => ({
    type: `Microsoft.Cache/Redis/${type}`,
    apiVersion: '2024-11-01',
    name: `${one.name}/${name}`,
    properties,
  });
  return [
    { type: 'Microsoft.Cache/Redis', apiVersion: '2024-11-01', name: one.name, ...outside(one), properties: propertiesOf(one) },
    ...one.firewall.map(([name, startIP, endIP]) => child('firewallRules', name, { startIP, endIP })),
    child('patchSchedules', 'default', { scheduleEntries: one.patchDays.map(entryOf) }),
    ...one.policies.map((accessPolicyName, index) =>
      child('accessPolicyAssignments', `app-${index}`, { accessPolicyName, objectId: OBJECT, objectIdAlias: 'app' }),
    ),
    {
      type: 'Microsoft.Insights/diagnosticSettings',
      apiVersion: '2021-05-01-preview',
      name: 'logs',
      scope: `[resourceId('Microsoft.Cache/Redis', '${one.name}')]`,
      properties: { logs: one.logs.map(log) },
    },
  ];
};

const templateClusters = (one: ClusterConfiguration): readonly Json[] => {
  const { id: _, kind: __, properties, identity: ___, ...rest } = clusterWireOf(one);
  const { provisioningState: a, resourceState: b, redundancyMode: c, privateEndpointConnections: d, ...settable } = Object(properties);
  return [
    { ...rest, apiVersion: '2025-07-01', properties: settable },
    {
      type: 'Microsoft.Cache/redisEnterprise/databases',
      apiVersion: '2025-07-01',
      name: `${one.name}/default`,
      properties: databaseProperties(one),
    },
  ];
};

// Terraform

/** `3`: azurerm before 4.0 writes the port otherwise, and knows no switch for access keys. */
export type Azurerm = 3 | 4;

interface Resource {
  readonly type: string;
  readonly label: string;
  readonly values: Json;
  /** Attributes that are written as a reference, by name. */
  readonly references?: Readonly<Record<string, string>>;
}

const resourcesOf = (version: Azurerm): readonly Resource[] => [
  ...REDIS.flatMap((one) => redisResources(one, version)),
  ...CLUSTERS.filter((one) => version === 4 || isEnterprise(one)).flatMap(clusterResources),
];

const redisResources = (one: RedisConfiguration, version: Azurerm): readonly Resource[] => {
  const label = one.name.replaceAll('-', '_');
  const port = version === 3 ? 'enable_non_ssl_port' : 'non_ssl_port_enabled';
  const auth = version === 3 ? 'enable_authentication' : 'authentication_enabled';
  const place = { resource_group_name: 'rg-test', location: 'westeurope' };
  const cache: Resource = {
    type: 'azurerm_redis_cache',
    label,
    values: {
      name: one.name,
      ...place,
      capacity: one.capacity,
      family: familyOf(one),
      sku_name: one.tier,
      [port]: one.nonSsl,
      ...(one.tls === null ? {} : { minimum_tls_version: one.tls }),
      public_network_access_enabled: one.isPublic,
      ...(version === 4 ? { access_keys_authentication_enabled: !one.keysDisabled } : {}),
      redis_version: one.version,
      ...(one.isInjected ? { subnet_id: SUBNET } : {}),
      ...(one.zones === null ? {} : { zones: one.zones }),
      tags: one.tags,
      redis_configuration: [
        {
          active_directory_authentication_enabled: one.entra,
          [auth]: !one.withoutAuthentication,
          maxmemory_reserved: one.reserved,
          ...(one.rdb ? { rdb_backup_enabled: true, rdb_backup_frequency: 60, rdb_storage_connection_string: STORAGE } : {}),
          ...(one.aof ? { aof_backup_enabled: true } : {}),
          ...(persistenceOf(one) ? { data_persistence_authentication_method: one.persistenceAuth } : {}),
        },
      ],
      ...(one.identity === null
        ? {}
        : { identity: [{ type: one.identity, ...(one.identity === 'UserAssigned' ? { identity_ids: [IDENTITY] } : {}) }] }),
      ...(one.patchDays.length === 0 ? {} : { patch_schedule: one.patchDays.map((day_of_week) => ({ day_of_week, start_hour_utc: 2 })) }),
    },
  };
  const at = `azurerm_redis_cache.${label}`;
  return [
    cache,
    ...one.firewall.map(
      ([name, start_ip, end_ip]): Resource => ({
        type: 'azurerm_redis_firewall_rule',
        label: `${label}_${name}`,
        values: { name, resource_group_name: 'rg-test', start_ip, end_ip },
        references: { redis_cache_name: `${at}.name` },
      }),
    ),
    ...one.policies.map(
      (access_policy_name, index): Resource => ({
        type: 'azurerm_redis_cache_access_policy_assignment',
        label: `${label}_${index}`,
        values: { name: `app-${index}`, access_policy_name, object_id: OBJECT, object_id_alias: 'app' },
        references: { redis_cache_id: `${at}.id` },
      }),
    ),
    {
      type: 'azurerm_monitor_diagnostic_setting',
      label,
      values: { name: 'logs', log_analytics_workspace_id: `${GROUP}/w`, enabled_log: one.logs.map((category) => ({ category })) },
      references: { target_resource_id: `${at}.id` },
    },
  ];
};

const clusterResources = (one: ClusterConfiguration): readonly Resource[] => {
  const label = one.name.replaceAll('-', '_');
  const place = { resource_group_name: 'rg-test', location: 'westeurope', tags: { owner: 'us' } };
  if (isEnterprise(one)) {
    return [
      {
        type: 'azurerm_redis_enterprise_cluster',
        label,
        values: {
          name: one.name,
          ...place,
          sku_name: one.sku,
          minimum_tls_version: one.tls,
          ...(one.zones === null ? {} : { zones: one.zones }),
        },
      },
      {
        type: 'azurerm_redis_enterprise_database',
        label,
        values: { name: 'default', client_protocol: one.isPlaintext ? 'Plaintext' : 'Encrypted' },
        references: { cluster_id: `azurerm_redis_enterprise_cluster.${label}.id` },
      },
    ];
  }
  return [
    {
      type: 'azurerm_managed_redis',
      label,
      values: {
        name: one.name,
        ...place,
        sku_name: one.sku,
        high_availability_enabled: one.highAvailability,
        public_network_access: one.isPublic ? 'Enabled' : 'Disabled',
        ...(one.key ? { customer_managed_key: [{ key_vault_key_id: KEY_URL, user_assigned_identity_id: IDENTITY }] } : {}),
        default_database: [
          {
            client_protocol: one.isPlaintext ? 'Plaintext' : 'Encrypted',
            access_keys_authentication_enabled: one.keysEnabled,
            ...(one.rdb ? { persistence_redis_database_backup_frequency: '6h' } : {}),
          },
        ],
      },
    },
  ];
};

const PROVIDER = 'registry.terraform.io/hashicorp/azurerm';

/** What `terraform show -json` prints of a plan that creates all of it. */
export const planOf = (version: Azurerm): Json => {
  const resources = resourcesOf(version);
  const change = ({ type, label, values, references = {} }: Resource): Json => ({
    address: `${type}.${label}`,
    mode: 'managed',
    type,
    name: label,
    provider_name: PROVIDER,
    change: {
      actions: ['create'],
      before: null,
      after: { ...(type === 'azurerm_redis_cache' ? planDefaults(version) : {}), ...values },
      after_unknown: { id: true, ...Object.fromEntries(Object.keys(references).map((name) => [name, true])) },
      before_sensitive: false,
      after_sensitive: {},
    },
  });
  return {
    format_version: '1.2',
    terraform_version: '1.9.8',
    planned_values: { root_module: {} },
    resource_changes: resources.map(change),
    configuration: {
      provider_config: { azurerm: { name: 'azurerm', full_name: PROVIDER, version_constraint: `~> ${version}.0` } },
      root_module: {
        resources: resources.map(({ type, label, values, references = {} }) => ({
          address: `${type}.${label}`,
          mode: 'managed',
          type,
          name: label,
          provider_config_key: 'azurerm',
          expressions: {
            ...constants(values),
            ...Object.fromEntries(Object.entries(references).map(([name, to]) => [name, { references: [to, to.replace(/\.[^.]+$/, '')] }])),
          },
        })),
      },
    },
    complete: true,
    errored: false,
  };
};

/** How the configuration in a plan repeats what is written as a literal. */
const constants = (values: Json): Json =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) && value.some((item) => typeof item === 'object')
        ? value.map((item) => constants(Object(item)))
        : { constant_value: value },
    ]),
  );

/** Every attribute is printed in a plan, with its default. */
const planDefaults = (version: Azurerm): Json => ({
  minimum_tls_version: '1.2',
  subnet_id: null,
  zones: null,
  identity: [],
  patch_schedule: [],
  shard_count: null,
  ...(version === 4 ? { access_keys_authentication_enabled: true } : {}),
});

/** The same as source. */
export const hclOf = (version: Azurerm): string =>
  [
    'terraform {',
    '  required_providers {',
    '    azurerm = {',
    '      source  = "hashicorp/azurerm"',
    `      version = "~> ${version}.0"`,
    '    }',
    '  }',
    '}',
    ...resourcesOf(version).flatMap(({ type, label, values, references = {} }) => [
      '',
      `resource "${type}" "${label}" {`,
      ...Object.entries(values).flatMap(([name, value]) => hclLines(name, value, '  ')),
      ...Object.entries(references).map(([name, to]) => `  ${name} = ${to}`),
      '}',
    ]),
    '',
  ].join('\n');

const hclLines = (name: string, value: unknown, indent: string): readonly string[] => {
  if (!Array.isArray(value)) return [`${indent}${name} = ${hclValue(value)}`];
  if (value.every((item) => typeof item === 'string')) return [`${indent}${name} = ${JSON.stringify(value)}`];
  return value.flatMap((item) => [
    `${indent}${name} {`,
    ...Object.entries(Object(item)).flatMap(([inner, one]) => hclLines(inner, one, `${indent}  `)),
    `${indent}}`,
  ]);
};

const hclValue = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? `{ ${Object.entries(value)
        .map(([name, one]) => `${name} = ${JSON.stringify(one)}`)
        .join(', ')} }`
    : JSON.stringify(value);
