/** The sample estate: a company that is real enough to recognise one's own in it. Shapes are those of the APIs that redvet reads. */

export interface DemoSubscription {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** Null: the credential has no right to read caches there. */
  readonly caches: readonly DemoCache[] | null;
  readonly clusters?: readonly DemoCluster[];
}

/** What both services share. Everything that is left out is as it should be. */
interface DemoResource {
  readonly name: string;
  readonly group: string;
  readonly location: string;
  /** Such as `Premium P1` or `Balanced_B10`. */
  readonly sku: string;
  readonly state?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Wire properties that differ from those of a cache where all is well. */
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly endpoints?: readonly DemoEndpoint[];
  /** Enabled log categories; null: the credential has no right to read diagnostic settings. */
  readonly logs?: readonly string[] | null;
  /** Names of the caches or clusters it is geo-replicated with. */
  readonly linkedTo?: readonly string[];
}

export interface DemoCache extends DemoResource {
  readonly configuration?: Readonly<Record<string, string>>;
  readonly identity?: string;
  /** Name, first and last address. */
  readonly firewall?: readonly (readonly [string, string, string])[];
  /** Who, and by which access policy. */
  readonly assignments?: readonly (readonly [string, string])[];
  readonly patchDays?: readonly string[];
}

export interface DemoCluster extends DemoResource {
  readonly zones?: readonly string[];
  /** Wire properties of its database. */
  readonly database?: Readonly<Record<string, unknown>>;
}

interface DemoEndpoint {
  readonly name: string;
  readonly status: 'Approved' | 'Pending' | 'Rejected' | 'Disconnected';
  readonly subscription?: string;
}

export const TENANT = '5a4c1d2e-90b7-4f36-8f0a-3d2f4b6a7c10';

export const MANAGEMENT_GROUP = 'mg-harborline';

const PRODUCTION = '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1001';
const STAGING = '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1002';
const SHARED = '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1003';

const KEYS_ACCEPTED = { disableAccessKeyAuthentication: false };
const PUBLIC = { publicNetworkAccess: 'Enabled' };
const NO_ENTRA = { 'aad-enabled': 'False' };
const NO_PERSISTENCE = { 'rdb-backup-enabled': 'false' };
const SUBNET = `/subscriptions/${PRODUCTION}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-prod/subnets/snet-redis`;

export const ESTATE: readonly DemoSubscription[] = [
  {
    id: PRODUCTION,
    name: 'harborline-production',
    state: 'Enabled',
    caches: [
      { name: 'pricing-prod', group: 'rg-pricing', location: 'North Europe', sku: 'Premium P1', tags: { owner: 'team-pricing' } },
      {
        name: 'payments-tokens-prod',
        group: 'rg-payments',
        location: 'North Europe',
        sku: 'Premium P3',
        tags: { owner: 'team-payments' },
        properties: { ...KEYS_ACCEPTED, ...PUBLIC, subnetId: SUBNET, staticIP: '10.20.4.10' },
        configuration: { ...NO_ENTRA, authnotrequired: 'true' },
        endpoints: [],
        assignments: [],
      },
      {
        name: 'shop-cart-prod',
        group: 'rg-shop',
        location: 'West Europe',
        sku: 'Premium P2',
        tags: { owner: 'team-shop', note: 'port opened for the old basket service' },
        properties: { ...KEYS_ACCEPTED, ...PUBLIC, enableNonSslPort: true },
        configuration: { ...NO_ENTRA, 'preferred-data-persistence-auth-method': 'SAS' },
        identity: 'None',
        endpoints: [],
        assignments: [],
        firewall: [
          ['basket-service', '203.0.113.16', '203.0.113.31'],
          ['temporary', '0.0.0.0', '255.255.255.255'],
        ],
      },
      {
        name: 'shop-search-prod',
        group: 'rg-shop',
        location: 'West Europe',
        sku: 'Standard C3',
        tags: { owner: 'team-shop' },
        properties: { ...KEYS_ACCEPTED, minimumTlsVersion: undefined },
        configuration: { 'maxmemory-reserved': '125' },
        // Somebody outside asks for a way in, and nobody has answered; the way in that was meant is not there.
        endpoints: [{ name: 'pe-search-analytics', status: 'Pending', subscription: 'a83f9d10-6c44-4d0b-8c1f-52e97a2b7001' }],
      },
      {
        name: 'shop-sessions-dr',
        group: 'rg-shop-dr',
        location: 'North Europe',
        sku: 'Premium P1',
        tags: { owner: 'team-shop' },
        properties: { ...KEYS_ACCEPTED },
        configuration: NO_PERSISTENCE,
        linkedTo: ['shop-sessions-prod'],
      },
      {
        name: 'shop-sessions-prod',
        group: 'rg-shop',
        location: 'West Europe',
        sku: 'Premium P1',
        tags: { owner: 'team-shop' },
        configuration: NO_PERSISTENCE,
        linkedTo: ['shop-sessions-dr'],
      },
    ],
    clusters: [
      { name: 'catalog-dr', group: 'rg-catalog', location: 'North Europe', sku: 'Balanced_B10', linkedTo: ['catalog-prod'] },
      { name: 'catalog-prod', group: 'rg-catalog', location: 'West Europe', sku: 'Balanced_B10', linkedTo: ['catalog-dr'] },
      {
        name: 'ledger-prod',
        group: 'rg-ledger',
        location: 'West Europe',
        sku: 'Enterprise_E10',
        zones: ['1', '2', '3'],
        properties: {
          redundancyMode: 'LR',
          encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: 'https://kv-ledger.vault.azure.net/keys/redis/0b1c2d3e4f' } },
        },
      },
      {
        name: 'recommendations-prod',
        group: 'rg-recommendations',
        location: 'West Europe',
        sku: 'MemoryOptimized_M10',
        // Made by an old version of the API, and therefore without the switch for public access.
        properties: { publicNetworkAccess: undefined, redundancyMode: 'LR' },
        endpoints: [],
        database: { clientProtocol: 'Plaintext', accessKeysAuthentication: 'Enabled' },
        logs: [],
      },
    ],
  },
  {
    id: STAGING,
    name: 'harborline-staging',
    state: 'Enabled',
    caches: [
      { name: 'loadtest-tmp', group: 'rg-loadtest', location: 'West Europe', sku: 'Standard C2', state: 'Deleting' },
      {
        name: 'pricing-staging',
        group: 'rg-pricing-staging',
        location: 'West Europe',
        sku: 'Basic C0',
        properties: { ...KEYS_ACCEPTED, ...PUBLIC, minimumTlsVersion: '1.1' },
        endpoints: [],
        firewall: [['office', '198.51.100.8', '198.51.100.15']],
        patchDays: [],
      },
      {
        name: 'shop-staging',
        group: 'rg-shop-staging',
        location: 'West Europe',
        sku: 'Standard C1',
        properties: { ...KEYS_ACCEPTED, ...PUBLIC, enableNonSslPort: true, minimumTlsVersion: '1.0', zonalAllocationPolicy: 'NoZones' },
        configuration: NO_ENTRA,
        endpoints: [],
        assignments: [],
        logs: [],
        patchDays: [],
      },
    ],
    clusters: [
      {
        name: 'catalog-staging',
        group: 'rg-catalog-staging',
        location: 'West Europe',
        sku: 'Balanced_B0',
        properties: { highAvailability: 'Disabled', redundancyMode: 'None' },
        database: { persistence: undefined },
      },
    ],
  },
  {
    id: SHARED,
    name: 'harborline-shared-services',
    state: 'Enabled',
    caches: [
      {
        name: 'build-cache',
        group: 'rg-ci',
        location: 'West Europe',
        sku: 'Basic C2',
        state: 'Scaling',
        properties: { ...KEYS_ACCEPTED, redisVersion: '4.0' },
        assignments: [],
        logs: ['ConnectedClientList'],
      },
      {
        name: 'feature-flags',
        group: 'rg-platform',
        location: 'West Europe',
        sku: 'Standard C1',
        // An answer without the property: nobody can tell, so it is no pass.
        properties: { disableAccessKeyAuthentication: undefined, updateChannel: 'Preview' },
      },
      {
        name: 'identity-sessions',
        group: 'rg-identity',
        location: 'North Europe',
        sku: 'Premium P1',
        properties: { ...PUBLIC, subnetId: SUBNET, staticIP: '10.20.4.11' },
        endpoints: [],
        logs: null,
      },
      {
        name: 'platform-ratelimit',
        group: 'rg-platform',
        location: 'West Europe',
        sku: 'Premium P1',
        properties: { ...PUBLIC },
        configuration: NO_PERSISTENCE,
        endpoints: [],
        firewall: [
          ['edge-a', '203.0.113.0', '203.0.113.15'],
          ['edge-b', '198.51.100.0', '198.51.100.63'],
        ],
        assignments: [
          ['edge', 'Data Contributor'],
          ['operations', 'Data Owner'],
        ],
      },
    ],
  },
  { id: '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1004', name: 'harborline-data-lab', state: 'Enabled', caches: null },
  { id: '7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1005', name: 'harborline-pilot-2019', state: 'Disabled', caches: [] },
];
