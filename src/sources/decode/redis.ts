import {
  type Cache,
  type CacheFacts,
  type EnabledOrDisabled,
  IDENTITY_TYPES,
  PERSISTENCE_AUTHENTICATIONS,
  type PersistenceAuthentication,
  TIERS,
  UPDATE_CHANNELS,
  type UpdateChannel,
  ZONAL_POLICIES,
} from '../../model/cache.ts';
import { pending } from '../../model/fact.ts';
import { absentHere, locationOf, MINIMUM_TLS, objectOf, REDIS_VERSION, SWITCH, sharedFactsOf, TRUE_OR_FALSE, writtenAs } from './facts.ts';
import { factAt, isObject, isTrueOrFalse, type JsonObject, oneOf, propertyOf, type Reading, shown, textOf } from './json.ts';
import { isSubnetId, readResourceId } from './resource-id.ts';

/** A cache, or a clause that says why the item cannot be taken for one. */
export type Decoded = { readonly cache: Cache } | { readonly refused: string };

/**
 * Reads one item of `GET …/providers/Microsoft.Cache/redis` (API 2024-11-01) as it came over the wire.
 * The SDK's own model must not be used: it fills in `enableNonSslPort: false`, `publicNetworkAccess: Enabled` and
 * `disableAccessKeyAuthentication: false` where the answer has none, so that an unknown reads as compliant.
 */
export const readRedis = (item: unknown): Decoded => {
  if (!isObject(item)) return { refused: `it is ${shown(item)}, not an object` };
  const id = textOf(item, 'id');
  if (id === null) return { refused: 'it has no id' };
  const parts = readResourceId(id);
  if (parts === null || `${parts.provider}/${parts.type}`.toLowerCase() !== 'microsoft.cache/redis') {
    return { refused: `its id ${shown(id)} is not that of a Microsoft.Cache/redis` };
  }
  const properties = objectOf(item, 'properties');
  return {
    cache: {
      id,
      name: textOf(item, 'name') ?? parts.name,
      kind: 'redis',
      resourceGroup: parts.resourceGroup,
      subscriptionId: parts.subscriptionId.toLowerCase(),
      location: locationOf(item),
      sku: properties && skuOf(properties),
      provisioningState: properties && textOf(properties, 'provisioningState'),
      origin: null,
      ...factsOf(item),
      ...ABSENT,
    },
  };
};

/** What the facts are called on the wire. */
const factsOf = (item: JsonObject): Omit<CacheFacts, keyof typeof ABSENT> => {
  const properties = propertyOf(item, 'properties');
  const configuration = isObject(properties) ? propertyOf(properties, 'redisConfiguration') : undefined;
  const sku = isObject(properties) ? propertyOf(properties, 'sku') : undefined;
  return {
    nonSslPort: READ.nonSslPort(properties),
    minimumTlsVersion: READ.minimumTlsVersion(properties),
    publicNetworkAccess: READ.publicNetworkAccess(properties),
    subnetId: READ.subnetId(properties),
    authenticationDisabled: READ.authenticationDisabled(configuration),
    entraAuthentication: READ.entraAuthentication(configuration),
    accessKeysDisabled: READ.accessKeysDisabled(properties),
    identityType: identityOf(propertyOf(item, 'identity')),
    tier: READ.tier(sku),
    size: sizeOf(properties),
    redisVersion: READ.redisVersion(properties),
    updateChannel: READ.updateChannel(properties),
    zonalPolicy: READ.zonalPolicy(properties),
    rdbPersistence: READ.rdbPersistence(configuration),
    aofPersistence: READ.aofPersistence(configuration),
    persistenceAuthentication: READ.persistenceAuthentication(configuration),
    linkedServerCount: READ.linkedServerCount(properties),
    maxmemoryReserved: READ.maxmemoryReserved(configuration),
    // Last: Node takes a hundred times as long to add properties to a copy.
    ...sharedFactsOf(item),
  };
};

/** What the list does not show, and what this service does not have. */
const ABSENT = {
  firewallRules: pending('firewallRules'),
  accessPolicies: pending('accessPolicies'),
  accessPolicyAssignments: pending('accessPolicyAssignments'),
  patchDays: pending('patchSchedules'),
  diagnosticSettings: pending('diagnosticSettings'),
  replicas: pending('linkedServers'),
  skuName: absentHere('sku.name'),
  highAvailability: absentHere('properties.highAvailability'),
  redundancyMode: absentHere('properties.redundancyMode'),
  customerManagedKey: absentHere('properties.encryption'),
  databases: absentHere('databases'),
} satisfies Partial<CacheFacts>;

const CONFIGURATION = 'properties.redisConfiguration';

/** Values of `redisConfiguration` are strings or booleans, written in any case: recordings hold "true" and "True". */
const switchOf = (on: readonly string[], off: readonly string[]): Reading<boolean> => ({
  expected: 'true or false',
  read: (value) => {
    if (typeof value !== 'string') return isTrueOrFalse(value);
    const word = value.toLowerCase();
    if (on.includes(word)) return true;
    return off.includes(word) ? false : undefined;
  },
});

const OFF_BY_DEFAULT: Reading<boolean> = { ...switchOf(['true'], ['false']), absent: { value: false } };

/** `P1` out of the family and the capacity. */
const readSize = (sku: unknown): string | undefined => {
  if (!isObject(sku)) return undefined;
  const capacity = propertyOf(sku, 'capacity');
  const size = `${textOf(sku, 'family')?.toUpperCase() ?? ''}${typeof capacity === 'number' ? capacity : ''}`;
  return /^(?:C[0-6]|P[1-5])$/.test(size) ? size : undefined;
};

/** How each property is read, and what absence of it means in a live answer. */
const READ = {
  nonSslPort: factAt('properties', 'enableNonSslPort', TRUE_OR_FALSE),
  minimumTlsVersion: factAt('properties', 'minimumTlsVersion', MINIMUM_TLS),
  publicNetworkAccess: factAt<EnabledOrDisabled | null>('properties', 'publicNetworkAccess', SWITCH),
  subnetId: factAt<string | null>('properties', 'subnetId', {
    expected: 'the id of a subnet',
    read: (value) => (typeof value === 'string' && isSubnetId(value) ? value : undefined),
    absent: { value: null },
  }),
  authenticationDisabled: factAt(CONFIGURATION, 'authnotrequired', {
    ...switchOf(['true', 'yes'], ['false', 'no']),
    absent: { value: false },
  }),
  entraAuthentication: factAt(CONFIGURATION, 'aad-enabled', OFF_BY_DEFAULT),
  accessKeysDisabled: factAt('properties', 'disableAccessKeyAuthentication', TRUE_OR_FALSE),
  identityType: factAt('identity', 'type', {
    expected: `one of ${IDENTITY_TYPES.map((type) => `"${type}"`).join(', ')}`,
    // Azure writes both types with and without a space after the comma.
    read: (value) => (typeof value === 'string' ? oneOf(IDENTITY_TYPES)(value.replace(/,\s*/, ', ')) : undefined),
  }),
  tier: factAt('properties.sku', 'name', { expected: `one of ${TIERS.join(', ')}`, read: oneOf(TIERS) }),
  size: factAt('properties', 'sku', { expected: 'a family and a capacity', read: readSize }),
  redisVersion: factAt('properties', 'redisVersion', REDIS_VERSION),
  updateChannel: factAt<UpdateChannel>('properties', 'updateChannel', {
    expected: `one of ${UPDATE_CHANNELS.join(', ')}`,
    read: oneOf(UPDATE_CHANNELS),
    absent: { value: 'Stable' },
  }),
  zonalPolicy: factAt('properties', 'zonalAllocationPolicy', {
    expected: `one of ${ZONAL_POLICIES.join(', ')}`,
    read: oneOf(ZONAL_POLICIES),
  }),
  rdbPersistence: factAt(CONFIGURATION, 'rdb-backup-enabled', OFF_BY_DEFAULT),
  aofPersistence: factAt(CONFIGURATION, 'aof-backup-enabled', OFF_BY_DEFAULT),
  persistenceAuthentication: factAt<PersistenceAuthentication>(CONFIGURATION, 'preferred-data-persistence-auth-method', {
    expected: `one of ${PERSISTENCE_AUTHENTICATIONS.join(', ')}`,
    read: oneOf(PERSISTENCE_AUTHENTICATIONS),
    absent: { value: 'SAS' },
  }),
  linkedServerCount: factAt('properties', 'linkedServers', {
    expected: 'a list of linked caches',
    read: (value) => (Array.isArray(value) ? value.length : undefined),
  }),
  maxmemoryReserved: factAt(CONFIGURATION, 'maxmemory-reserved', {
    expected: 'a number of megabytes',
    read: (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined),
  }),
} as const;

/** As people write it. */
const sizeOf = (properties: unknown): CacheFacts['size'] => writtenAs(READ.size(properties), (size) => size);

const NO_IDENTITY: CacheFacts['identityType'] = { known: true, value: 'None', path: 'identity', from: 'service_default', written: null };

/** No identity at all is documented as `None`; an identity without a type is not. */
const identityOf = (identity: unknown): CacheFacts['identityType'] => (identity === undefined ? NO_IDENTITY : READ.identityType(identity));

/** `Premium P1`: the tier, then family and capacity, as the portal writes it. */
const skuOf = (properties: JsonObject): string | null => {
  const sku = objectOf(properties, 'sku');
  const tier = sku && textOf(sku, 'name');
  if (!sku || !tier) return null;
  const family = textOf(sku, 'family') ?? '';
  const capacity = propertyOf(sku, 'capacity');
  return `${tier} ${family}${typeof capacity === 'number' ? capacity : ''}`.trim();
};
