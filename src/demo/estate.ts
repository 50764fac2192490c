/** The sample estate: a company that is real enough to recognise one's own in it. Shapes are those of API 2024-11-01. */

export interface DemoSubscription {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** Null: the credential has no right to read caches there. */
  readonly caches: readonly DemoCache[] | null;
}

interface DemoCache {
  readonly name: string;
  readonly group: string;
  readonly location: string;
  /** Such as `Premium P1`. */
  readonly sku: string;
  readonly state?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Wire properties that differ from those of a cache where all is well. */
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly configuration?: Readonly<Record<string, string>>;
}

export const TENANT = '5a4c1d2e-90b7-4f36-8f0a-3d2f4b6a7c10';

const KEYS_ONLY = { disableAccessKeyAuthentication: false };
const NO_ENTRA = { 'aad-enabled': 'False' };
const SUBNET = `/subscriptions/7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1001/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-prod/subnets/snet-redis`;

export const ESTATE: readonly DemoSubscription[] = [
  {
    id: '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1001',
    name: 'harborline-production',
    state: 'Enabled',
    caches: [
      { name: 'shop-sessions-prod', group: 'rg-shop', location: 'West Europe', sku: 'Premium P1', tags: { owner: 'team-shop' } },
      {
        name: 'shop-cart-prod',
        group: 'rg-shop',
        location: 'West Europe',
        sku: 'Premium P2',
        tags: { owner: 'team-shop', note: 'port opened for the old basket service' },
        properties: { ...KEYS_ONLY, enableNonSslPort: true, publicNetworkAccess: 'Enabled' },
        configuration: NO_ENTRA,
      },
      {
        name: 'shop-search-prod',
        group: 'rg-shop',
        location: 'West Europe',
        sku: 'Standard C3',
        properties: { ...KEYS_ONLY, minimumTlsVersion: undefined },
      },
      {
        name: 'payments-tokens-prod',
        group: 'rg-payments',
        location: 'North Europe',
        sku: 'Premium P3',
        properties: { ...KEYS_ONLY, subnetId: SUBNET, staticIP: '10.20.4.10', publicNetworkAccess: 'Enabled' },
        configuration: { ...NO_ENTRA, authnotrequired: 'true' },
      },
      { name: 'pricing-prod', group: 'rg-pricing', location: 'North Europe', sku: 'Premium P1', tags: { owner: 'team-pricing' } },
    ],
  },
  {
    id: '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1002',
    name: 'harborline-staging',
    state: 'Enabled',
    caches: [
      {
        name: 'shop-staging',
        group: 'rg-shop-staging',
        location: 'West Europe',
        sku: 'Standard C1',
        properties: { ...KEYS_ONLY, enableNonSslPort: true, minimumTlsVersion: '1.0', publicNetworkAccess: 'Enabled' },
        configuration: NO_ENTRA,
      },
      {
        name: 'pricing-staging',
        group: 'rg-pricing-staging',
        location: 'West Europe',
        sku: 'Basic C0',
        properties: { ...KEYS_ONLY, minimumTlsVersion: '1.1', publicNetworkAccess: 'Enabled' },
      },
      { name: 'loadtest-tmp', group: 'rg-loadtest', location: 'West Europe', sku: 'Standard C2', state: 'Deleting' },
    ],
  },
  {
    id: '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1003',
    name: 'harborline-shared-services',
    state: 'Enabled',
    caches: [
      {
        name: 'platform-ratelimit',
        group: 'rg-platform',
        location: 'West Europe',
        sku: 'Premium P1',
        properties: { publicNetworkAccess: 'Enabled' },
      },
      {
        name: 'feature-flags',
        group: 'rg-platform',
        location: 'West Europe',
        sku: 'Standard C1',
        // An answer without the property: nobody can tell, so it is no pass.
        properties: { disableAccessKeyAuthentication: undefined },
      },
      { name: 'build-cache', group: 'rg-ci', location: 'West Europe', sku: 'Basic C2', state: 'Scaling', properties: KEYS_ONLY },
      {
        name: 'identity-sessions',
        group: 'rg-identity',
        location: 'North Europe',
        sku: 'Premium P1',
        properties: { subnetId: SUBNET, staticIP: '10.20.4.11', publicNetworkAccess: 'Enabled' },
      },
    ],
  },
  { id: '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1004', name: 'harborline-data-lab', state: 'Enabled', caches: null },
  { id: '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1005', name: 'harborline-pilot-2019', state: 'Disabled', caches: [] },
];

/** A cache as Resource Manager lists it. An undefined property is not on the wire. */
export const wireCache = (subscriptionId: string, cache: DemoCache): Readonly<Record<string, unknown>> => {
  const [tier, size = ''] = cache.sku.split(' ');
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/${cache.group}/providers/Microsoft.Cache/Redis/${cache.name}`,
    location: cache.location,
    name: cache.name,
    type: 'Microsoft.Cache/Redis',
    tags: cache.tags ?? {},
    properties: {
      provisioningState: cache.state ?? 'Succeeded',
      redisVersion: '6.0',
      sku: { name: tier, family: size.slice(0, 1), capacity: Number(size.slice(1)) },
      enableNonSslPort: false,
      minimumTlsVersion: '1.2',
      publicNetworkAccess: 'Disabled',
      redisConfiguration: { maxclients: '7500', 'maxmemory-policy': 'volatile-lru', 'aad-enabled': 'true', ...cache.configuration },
      accessKeys: null,
      hostName: `${cache.name}.redis.cache.windows.net`,
      port: 6379,
      sslPort: 6380,
      linkedServers: [],
      updateChannel: 'Stable',
      disableAccessKeyAuthentication: true,
      ...cache.properties,
    },
  };
};
