import type { DemoCache, DemoCluster, DemoSubscription } from './estate.ts';

/** The estate as Resource Manager tells it: redis by API 2024-11-01, redisEnterprise by 2025-07-01. An undefined property is not on the wire. */

type Wire = Readonly<Record<string, unknown>>;

/** Megabytes that the service keeps free by default, by size. */
const RESERVED: Readonly<Record<string, string>> = { C0: '30', C1: '125', C2: '297', C3: '642', P1: '642', P2: '1392', P3: '2784' };

export const cacheId = ({ id }: DemoSubscription, { group, name }: DemoCache): string =>
  `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.Cache/Redis/${name}`;

export const clusterId = ({ id }: DemoSubscription, { group, name }: DemoCluster): string =>
  `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.Cache/redisEnterprise/${name}`;

export const wireCache = (subscription: DemoSubscription, cache: DemoCache): Wire => {
  const id = cacheId(subscription, cache);
  const [tier, size = ''] = cache.sku.split(' ');
  const persists = tier === 'Premium';
  return {
    id,
    location: cache.location,
    name: cache.name,
    type: 'Microsoft.Cache/Redis',
    tags: cache.tags ?? {},
    ...(cache.identity === 'None' || !persists ? {} : { identity: { type: cache.identity ?? 'SystemAssigned' } }),
    properties: {
      provisioningState: cache.state ?? 'Succeeded',
      redisVersion: '6.0',
      sku: { name: tier, family: size.slice(0, 1), capacity: Number(size.slice(1)) },
      enableNonSslPort: false,
      minimumTlsVersion: '1.2',
      publicNetworkAccess: 'Disabled',
      redisConfiguration: {
        maxclients: '7500',
        'maxmemory-policy': 'volatile-lru',
        'maxmemory-reserved': RESERVED[size],
        'aad-enabled': 'true',
        ...(persists ? { 'rdb-backup-enabled': 'true', 'preferred-data-persistence-auth-method': 'ManagedIdentity' } : {}),
        ...cache.configuration,
      },
      accessKeys: null,
      hostName: `${cache.name}.redis.cache.windows.net`,
      port: 6379,
      sslPort: 6380,
      linkedServers: (cache.linkedTo ?? []).map((name) => ({ id: `${id}/linkedServers/${name}` })),
      ...endpointsOf(id, cache, subscription.id),
      updateChannel: 'Stable',
      zonalAllocationPolicy: 'Automatic',
      disableAccessKeyAuthentication: true,
      ...cache.properties,
    },
  };
};

export const wireCluster = (subscription: DemoSubscription, cluster: DemoCluster): Wire => {
  const id = clusterId(subscription, cluster);
  return {
    id,
    location: cluster.location,
    name: cluster.name,
    type: 'Microsoft.Cache/redisEnterprise',
    kind: cluster.sku.startsWith('Enterprise') ? 'v1' : 'v2',
    tags: cluster.tags ?? null,
    sku: cluster.sku.startsWith('Enterprise') ? { name: cluster.sku, capacity: 2 } : { name: cluster.sku },
    ...(cluster.zones === undefined ? {} : { zones: cluster.zones }),
    identity: { type: 'None' },
    properties: {
      provisioningState: cluster.state ?? 'Succeeded',
      resourceState: 'Running',
      hostName: `${cluster.name}.westeurope.redis.azure.net`,
      minimumTlsVersion: '1.2',
      publicNetworkAccess: 'Disabled',
      highAvailability: 'Enabled',
      redundancyMode: 'ZR',
      ...endpointsOf(id, cluster, subscription.id),
      ...cluster.properties,
    },
  };
};

/** Absent where there are none, as on the wire. */
const endpointsOf = (id: string, { name, endpoints }: DemoCache | DemoCluster, home: string): Wire => {
  const connections = endpoints ?? [{ name: `pe-${name}`, status: 'Approved' as const }];
  if (connections.length === 0) return {};
  return {
    privateEndpointConnections: connections.map((endpoint) => ({
      id: `${id}/privateEndpointConnections/${endpoint.name}`,
      properties: {
        privateEndpoint: {
          id: `/subscriptions/${'subscription' in endpoint ? endpoint.subscription : home}/resourceGroups/rg-network/providers/Microsoft.Network/privateEndpoints/${endpoint.name}`,
        },
        privateLinkServiceConnectionState: { status: endpoint.status, description: '', actionsRequired: 'None' },
        provisioningState: 'Succeeded',
      },
    })),
  };
};

/** A list below a cache: its items, 403 where the credential may not read it, 404 where there is none; undefined for what does not exist. */
export type Below = { readonly items: readonly Wire[] } | { readonly denied: string } | { readonly none: true } | undefined;

export const belowCache = (subscription: DemoSubscription, cache: DemoCache, child: string): Below => {
  const id = cacheId(subscription, cache);
  const item = (name: string, properties: Wire): Wire => ({ id: `${id}/${child}/${name}`, name, properties });
  switch (child.toLowerCase()) {
    case 'firewallrules':
      return { items: (cache.firewall ?? []).map(([name, startIP, endIP]) => item(`${cache.name}/${name}`, { startIP, endIP })) };
    case 'accesspolicies':
      return { items: BUILT_IN.map(([name, permissions]) => item(name, { type: 'BuiltIn', permissions, provisioningState: 'Succeeded' })) };
    case 'accesspolicyassignments':
      return {
        items: (cache.assignments ?? [['application', 'Data Contributor'] as const]).map(([alias, accessPolicyName], index) =>
          item(`assignment-${index + 1}`, {
            objectId: `e1a5c0de-0000-4000-8000-00000000000${index + 1}`,
            objectIdAlias: alias,
            accessPolicyName,
            provisioningState: 'Succeeded',
          }),
        ),
      };
    case 'patchschedules': {
      const days = cache.patchDays ?? ['Sunday'];
      if (days.length === 0) return { none: true };
      const scheduleEntries = days.map((dayOfWeek) => ({ dayOfWeek, startHourUtc: 2, maintenanceWindow: 'PT5H' }));
      return { items: [item(`${cache.name}/default`, { scheduleEntries })] };
    }
    case 'linkedservers':
      return {
        items: (subscription.caches ?? [])
          .filter(({ name }) => cache.linkedTo?.includes(name))
          .map((other) =>
            item(other.name, {
              linkedRedisCacheId: cacheId(subscription, other),
              linkedRedisCacheLocation: other.location,
              serverRole: 'Secondary',
              provisioningState: 'Succeeded',
            }),
          ),
      };
    case 'providers/microsoft.insights/diagnosticsettings':
      return diagnosticSettings(id, cache.logs === undefined ? ['ConnectedClientList', 'MSEntraAuthenticationAuditLog'] : cache.logs);
    default:
      return undefined;
  }
};

const BUILT_IN: readonly (readonly [string, string])[] = [
  ['Data Owner', '+@all allkeys'],
  ['Data Contributor', '+@all -@dangerous +cluster|info +cluster|nodes +cluster|slots allkeys'],
  ['Data Reader', '+@read +@connection +cluster|info +cluster|nodes +cluster|slots allkeys'],
];

export const belowCluster = (subscription: DemoSubscription, cluster: DemoCluster, child: string): Below => {
  const id = clusterId(subscription, cluster);
  switch (child.toLowerCase()) {
    case 'databases':
      return { items: [wireDatabase(subscription, cluster, `${id}/databases/default`)] };
    case 'databases/default/accesspolicyassignments':
      return { items: [] };
    case 'databases/default/providers/microsoft.insights/diagnosticsettings':
      return diagnosticSettings(`${id}/databases/default`, cluster.logs === undefined ? ['ConnectionEvents'] : cluster.logs);
    default:
      return undefined;
  }
};

const wireDatabase = (subscription: DemoSubscription, cluster: DemoCluster, id: string): Wire => {
  const group = (subscription.clusters ?? []).filter(({ name }) => name === cluster.name || cluster.linkedTo?.includes(name));
  return {
    id,
    name: 'default',
    type: 'Microsoft.Cache/redisEnterprise/databases',
    properties: {
      provisioningState: 'Succeeded',
      resourceState: 'Running',
      clientProtocol: 'Encrypted',
      port: 10000,
      clusteringPolicy: 'OSSCluster',
      evictionPolicy: 'VolatileLRU',
      redisVersion: '7.4',
      deferUpgrade: 'NotDeferred',
      accessKeysAuthentication: 'Disabled',
      ...(cluster.linkedTo === undefined
        ? { persistence: { aofEnabled: false, rdbEnabled: true, rdbFrequency: '6h' } }
        : {
            geoReplication: {
              groupNickname: 'catalog',
              linkedDatabases: group.map((one) => ({ id: `${clusterId(subscription, one)}/databases/default`, state: 'Linked' })),
            },
          }),
      ...cluster.database,
    },
  };
};

const diagnosticSettings = (id: string, logs: readonly string[] | null): Below => {
  if (logs === null) return { denied: 'Microsoft.Insights/diagnosticSettings/read' };
  const name = 'to-log-analytics';
  const categories = logs.map((category) => ({ category, categoryGroup: null, enabled: true }));
  const metrics = [{ category: 'AllMetrics', enabled: true }];
  return {
    items: [{ id: `${id}/providers/Microsoft.Insights/diagnosticSettings/${name}`, name, properties: { logs: categories, metrics } }],
  };
};
