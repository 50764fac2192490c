import type { Fact } from './fact.ts';

/**
 * `redis`: Microsoft.Cache/redis (Basic, Standard, Premium). `managed`: Microsoft.Cache/redisEnterprise with an Azure Managed Redis SKU.
 * `enterprise`: the same type with an `Enterprise_` or `EnterpriseFlash_` SKU.
 */
export const CACHE_KINDS = ['redis', 'managed', 'enterprise'] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];

/** The API version by which caches of a kind are read and changed: the newest stable ones that every cloud serves. */
export const API_VERSIONS: Readonly<Record<CacheKind, string>> = { redis: '2024-11-01', managed: '2025-07-01', enterprise: '2025-07-01' };

export const TLS_VERSIONS = ['1.0', '1.1', '1.2', '1.3'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** Most switches of Azure are not booleans. */
export const ENABLED_OR_DISABLED = ['Enabled', 'Disabled'] as const;
export type EnabledOrDisabled = (typeof ENABLED_OR_DISABLED)[number];

export const TIERS = ['Basic', 'Standard', 'Premium'] as const;
export type Tier = (typeof TIERS)[number];

export const ENDPOINT_STATES = ['Approved', 'Pending', 'Rejected', 'Disconnected'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

export const ZONAL_POLICIES = ['Automatic', 'UserDefined', 'NoZones'] as const;
type ZonalPolicy = (typeof ZONAL_POLICIES)[number];

export const REDUNDANCY_MODES = ['None', 'LR', 'ZR'] as const;
type RedundancyMode = (typeof REDUNDANCY_MODES)[number];

export const IDENTITY_TYPES = ['None', 'SystemAssigned', 'UserAssigned', 'SystemAssigned, UserAssigned'] as const;
export type IdentityType = (typeof IDENTITY_TYPES)[number];

export const UPDATE_CHANNELS = ['Stable', 'Preview'] as const;
export type UpdateChannel = (typeof UPDATE_CHANNELS)[number];

export const PERSISTENCE_AUTHENTICATIONS = ['SAS', 'ManagedIdentity'] as const;
export type PersistenceAuthentication = (typeof PERSISTENCE_AUTHENTICATIONS)[number];

export const CLIENT_PROTOCOLS = ['Encrypted', 'Plaintext'] as const;
type ClientProtocol = (typeof CLIENT_PROTOCOLS)[number];

/** One cache as a source saw it. Labels are for people and may be null; what a rule judges is a `Fact`. */
export interface Cache extends CacheLabels, CacheFacts {}

export interface CacheLabels {
  /** The Azure Resource Manager id as the source wrote it, compared without case; of a declared one the address at the source. */
  readonly id: string;
  readonly name: string;
  readonly kind: CacheKind;
  /** Null where a declaration does not say. */
  readonly resourceGroup: string | null;
  /** Lower case; null where a declaration does not say. */
  readonly subscriptionId: string | null;
  readonly location: string | null;
  /** For people, such as `Premium P1` or `Balanced_B10`. */
  readonly sku: string | null;
  readonly provisioningState: string | null;
  /** Where it is declared; null for one that runs. */
  readonly origin: Origin | null;
}

/** Where a cache is written down before it is deployed. */
export interface Origin {
  /** The file as the person named it, with `/` between folders. */
  readonly file: string;
  /** In which language it has to be mended. */
  readonly language: 'terraform' | 'arm' | 'bicep';
  /** The line and column it begins at, from 1; null where the format has none. */
  readonly place: Place | null;
  /** Its address there; the cache's id, too. */
  readonly address: string;
  /** Whether the declaration makes a new cache, rather than changing or keeping one. */
  readonly creates: boolean;
  /** Where single values stand, by the path of the fact. */
  readonly places: ReadonlyMap<string, Place>;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a kind of cache does not have is out of reach for it, and no rule for that kind asks. */
export interface CacheFacts extends SharedFacts, RedisFacts, ClusterFacts {}

interface SharedFacts {
  readonly minimumTlsVersion: Fact<TlsVersion>;
  /** Null: a managed or enterprise cluster older than the property. Its private endpoints, if it has any, then restrict all public access. */
  readonly publicNetworkAccess: Fact<EnabledOrDisabled | null>;
  readonly privateEndpoints: Fact<readonly PrivateEndpoint[]>;
  /** The availability zones that were chosen; absent where Azure chooses. */
  readonly zones: Fact<readonly string[]>;
  /** By name, as they are written; names are compared without case, values with it. */
  readonly tags: Fact<readonly Tag[]>;
  /** Keys and connection strings that its declaration holds in clear. */
  readonly secrets: Fact<readonly DeclaredSecret[]>;
}

interface RedisFacts {
  /** Whether port 6379 accepts connections without TLS. */
  readonly nonSslPort: Fact<boolean>;
  /** The subnet the cache is injected into; a known null when it is not VNet-injected. */
  readonly subnetId: Fact<string | null>;
  /** Whether clients may connect without any credential. */
  readonly authenticationDisabled: Fact<boolean>;
  readonly entraAuthentication: Fact<boolean>;
  readonly accessKeysDisabled: Fact<boolean>;
  readonly identityType: Fact<IdentityType>;
  readonly tier: Fact<Tier>;
  /** Family and capacity: `C0` to `C6`, `P1` to `P5`. */
  readonly size: Fact<string>;
  /** Such as `6.0`, or `latest`. */
  readonly redisVersion: Fact<string>;
  readonly updateChannel: Fact<UpdateChannel>;
  readonly zonalPolicy: Fact<ZonalPolicy>;
  readonly rdbPersistence: Fact<boolean>;
  readonly aofPersistence: Fact<boolean>;
  readonly persistenceAuthentication: Fact<PersistenceAuthentication>;
  /** How many caches it is geo-replicated with. */
  readonly linkedServerCount: Fact<number>;
  /** Megabytes per shard that are kept free for what is not data. */
  readonly maxmemoryReserved: Fact<number>;
  readonly firewallRules: Fact<readonly FirewallRule[]>;
  readonly accessPolicies: Fact<readonly AccessPolicy[]>;
  readonly accessPolicyAssignments: Fact<readonly AccessPolicyAssignment[]>;
  /** Days of the week with a patch window. */
  readonly patchDays: Fact<readonly string[]>;
  readonly diagnosticSettings: Fact<readonly DiagnosticSetting[]>;
  /** The caches it is geo-replicated with; also of a managed cluster. */
  readonly replicas: Fact<readonly Replica[]>;
}

interface ClusterFacts {
  /** Such as `Balanced_B10`. */
  readonly skuName: Fact<string>;
  readonly highAvailability: Fact<EnabledOrDisabled>;
  readonly redundancyMode: Fact<RedundancyMode>;
  /** The key in Key Vault that encrypts the disks; a known null for a key that Microsoft manages. */
  readonly customerManagedKey: Fact<string | null>;
  readonly databases: Fact<readonly Database[]>;
}

export interface Tag {
  readonly name: string;
  /** Null when it is not a text. */
  readonly value: string | null;
}

/** A secret that stands in clear in a declaration. The value itself is nowhere. */
export interface DeclaredSecret {
  /** A noun phrase: `an access key`. */
  readonly what: string;
  /** Where it stands: an attribute, `output.redis_key`, `parameters.key.defaultValue`. */
  readonly path: string;
  /** The address of the output, variable or parameter; null when it stands in the declaration of the cache itself. */
  readonly subject: string | null;
}

export interface PrivateEndpoint {
  /** The name of the connection. */
  readonly name: string;
  readonly state: Fact<EndpointState>;
  /** The subscription that the private endpoint lives in, lower case; null when the answer does not say. */
  readonly subscriptionId: string | null;
}

export interface FirewallRule {
  readonly name: string;
  /** Addresses as they are written: nothing here says that they are any. */
  readonly start: Fact<string>;
  readonly end: Fact<string>;
}

export interface AccessPolicy {
  readonly name: string;
  /** Redis ACL syntax, such as `+@read ~app:*`. */
  readonly permissions: Fact<string>;
}

export interface AccessPolicyAssignment {
  readonly name: string;
  readonly policy: Fact<string>;
  readonly objectId: string | null;
  readonly alias: string | null;
}

export interface DiagnosticSetting {
  readonly name: string;
  readonly logs: Fact<readonly DiagnosticLog[]>;
}

export interface DiagnosticLog {
  /** A category, such as `ConnectedClientList`; null when a group is named. */
  readonly category: string | null;
  /** A group of categories: `audit` or `allLogs`. */
  readonly group: string | null;
  readonly enabled: Fact<boolean>;
}

/** A cache that another one is geo-replicated with. */
export interface Replica {
  readonly id: string;
  readonly name: string;
  /** `Succeeded`, `Linked`, or what else the service says of the link. */
  readonly link: Fact<string>;
  /** What has to be the same on both sides. */
  readonly settings: Fact<ReplicaSettings>;
}

export type ReplicaSettings = Pick<
  CacheFacts,
  'nonSslPort' | 'minimumTlsVersion' | 'publicNetworkAccess' | 'accessKeysDisabled' | 'databases'
>;

/** A database of a managed or enterprise cluster: there the protocol and the keys are set. */
export interface Database {
  readonly name: string;
  readonly clientProtocol: Fact<ClientProtocol>;
  readonly accessKeys: Fact<EnabledOrDisabled>;
  readonly rdbPersistence: Fact<boolean>;
  readonly aofPersistence: Fact<boolean>;
  readonly redisVersion: Fact<string>;
  /** The databases of its geo-replication group, itself among them; empty when it is in none. */
  readonly links: Fact<readonly DatabaseLink[]>;
  readonly diagnosticSettings: Fact<readonly DiagnosticSetting[]>;
  readonly accessPolicyAssignments: Fact<readonly AccessPolicyAssignment[]>;
}

export interface DatabaseLink {
  readonly id: string;
  readonly state: Fact<string>;
}

/** A cache that Azure is removing: nothing about it can be mended any more. */
export const isBeingDeleted = (cache: CacheLabels): boolean => /^delet(ing|ed)$/i.test(cache.provisioningState ?? '');
