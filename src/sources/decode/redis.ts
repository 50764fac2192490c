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
import { DECLARED, type Dialect, isSince, knownSince, LIVE, type Unset } from './dialect.ts';
import {
  absentHere,
  BY_REGION,
  declaredSharedFactsOf,
  locationOf,
  MINIMUM_TLS,
  notDeclared,
  objectOf,
  REDIS_VERSION,
  SWITCH,
  sharedFactsOf,
  TRUE_OR_FALSE,
  writtenAs,
} from './facts.ts';
import {
  inside,
  isDeferred,
  isObject,
  isTrueOrFalse,
  type JsonObject,
  oneOf,
  propertyOf,
  type Reading,
  shown,
  textOf,
  unknown,
} from './json.ts';
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
      ...factsOf(item, READ, sharedFactsOf),
      ...ABSENT,
    },
  };
};

/** Reads the body of a declared Microsoft.Cache/redis. What stands below it is not part of it. */
export const declaredRedis = (body: JsonObject, apiVersion: string | null): Pick<Cache, 'kind' | 'sku'> & CacheFacts => {
  const properties = propertyOf(body, 'properties');
  const facts = factsOf(
    body,
    isSince(apiVersion, LATEST_BY_DEFAULT) === true ? READ_DECLARED : READ_DECLARED_BEFORE,
    declaredSharedFactsOf,
  );
  return {
    kind: 'redis',
    sku: isObject(properties) ? skuOf(properties) : null,
    ...facts,
    size: leftOpen(inside(properties, 'sku')) ?? facts.size,
    publicNetworkAccess: knownSince(facts.publicNetworkAccess, 'Enabled', apiVersion, '2020-06-01'),
    accessKeysDisabled: knownSince(facts.accessKeysDisabled, false, apiVersion, '2024-03-01'),
    zonalPolicy: propertyOf(body, 'zones') === undefined ? facts.zonalPolicy : besideZones(facts.zonalPolicy),
    ...NOT_DECLARED,
  };
};

/**
 * From this version of the API on the specification says what a cache runs that does not say.
 * https://github.com/Azure/bicep-types-az/blob/main/generated/redis/microsoft.cache/2023-04-01/types.md
 */
const LATEST_BY_DEFAULT = '2023-04-01';

/** A size of which one part is left open. */
const leftOpen = (sku: unknown): CacheFacts['size'] | null => {
  const open = [inside(sku, 'family'), inside(sku, 'capacity')].find(isDeferred);
  return open === undefined ? null : unknown('properties.sku', 'deferred', open.reason, open.written);
};

/** Where zones are chosen, the policy that is not set is theirs. */
const besideZones = (fact: CacheFacts['zonalPolicy']): CacheFacts['zonalPolicy'] =>
  !fact.known && fact.kind === 'out_of_reach' ? unknown(fact.path, 'missing', 'the property is not set') : fact;

/** What the facts are called on the wire. */
const factsOf = (item: JsonObject, read: typeof READ, shared: typeof sharedFactsOf): Omit<CacheFacts, keyof typeof ABSENT> => {
  const properties = propertyOf(item, 'properties');
  const configuration = isObject(properties) ? propertyOf(properties, 'redisConfiguration') : openOf(properties);
  const sku = isObject(properties) ? propertyOf(properties, 'sku') : openOf(properties);
  return {
    nonSslPort: read.nonSslPort(properties),
    minimumTlsVersion: read.minimumTlsVersion(properties),
    publicNetworkAccess: read.publicNetworkAccess(properties),
    subnetId: read.subnetId(properties),
    authenticationDisabled: read.authenticationDisabled(configuration),
    entraAuthentication: read.entraAuthentication(configuration),
    accessKeysDisabled: read.accessKeysDisabled(properties),
    identityType: identityOf(propertyOf(item, 'identity'), read),
    tier: read.tier(sku),
    size: sizeOf(properties, read),
    redisVersion: read.redisVersion(properties),
    updateChannel: read.updateChannel(properties),
    zonalPolicy: read.zonalPolicy(properties),
    rdbPersistence: read.rdbPersistence(configuration),
    aofPersistence: read.aofPersistence(configuration),
    persistenceAuthentication: read.persistenceAuthentication(configuration),
    linkedServerCount: read.linkedServerCount(properties),
    maxmemoryReserved: read.maxmemoryReserved(configuration),
    // Last: Node takes a hundred times as long to add properties to a copy.
    ...shared(item),
  };
};

/** What is left open as a whole leaves open what is inside. */
const openOf = (value: unknown): unknown => (isDeferred(value) ? value : undefined);

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

/** The same of a declaration, where what stands below a cache is declared beside it. */
const NOT_DECLARED: Pick<CacheFacts, keyof typeof ABSENT> = {
  ...ABSENT,
  firewallRules: notDeclared('firewallRules', 'firewall rule'),
  accessPolicies: notDeclared('accessPolicies', 'access policy'),
  accessPolicyAssignments: notDeclared('accessPolicyAssignments', 'access policy assignment'),
  patchDays: notDeclared('patchSchedules', 'patch schedule'),
  diagnosticSettings: notDeclared('diagnosticSettings', 'diagnostic setting'),
  replicas: notDeclared('linkedServers', 'linked cache'),
};

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

/** How each property is read, what absence of it means in a live answer, and last what it means in a declaration. */
const readersIn = ({ factAt }: Dialect, withoutVersion: Unset<string> = { value: 'latest' }) => ({
  nonSslPort: factAt('properties', 'enableNonSslPort', TRUE_OR_FALSE, { value: false }),
  minimumTlsVersion: factAt('properties', 'minimumTlsVersion', MINIMUM_TLS, { value: '1.2' }),
  publicNetworkAccess: factAt<EnabledOrDisabled | null>('properties', 'publicNetworkAccess', SWITCH, { value: 'Enabled' }),
  subnetId: factAt<string | null>(
    'properties',
    'subnetId',
    {
      expected: 'the id of a subnet',
      read: (value) => (typeof value === 'string' && isSubnetId(value) ? value : undefined),
      absent: { value: null },
    },
    { value: null },
  ),
  authenticationDisabled: factAt(
    CONFIGURATION,
    'authnotrequired',
    {
      ...switchOf(['true', 'yes'], ['false', 'no']),
      absent: { value: false },
    },
    { value: false },
  ),
  entraAuthentication: factAt(CONFIGURATION, 'aad-enabled', OFF_BY_DEFAULT, { value: false }),
  accessKeysDisabled: factAt('properties', 'disableAccessKeyAuthentication', TRUE_OR_FALSE, { value: false }),
  identityType: factAt('identity', 'type', {
    expected: `one of ${IDENTITY_TYPES.map((type) => `"${type}"`).join(', ')}`,
    // Azure writes both types with and without a space after the comma.
    read: (value) => (typeof value === 'string' ? oneOf(IDENTITY_TYPES)(value.replace(/,\s*/, ', ')) : undefined),
  }),
  tier: factAt('properties.sku', 'name', { expected: `one of ${TIERS.join(', ')}`, read: oneOf(TIERS) }),
  size: factAt('properties', 'sku', { expected: 'a family and a capacity', read: readSize }),
  redisVersion: factAt('properties', 'redisVersion', REDIS_VERSION, withoutVersion),
  updateChannel: factAt<UpdateChannel>(
    'properties',
    'updateChannel',
    {
      expected: `one of ${UPDATE_CHANNELS.join(', ')}`,
      read: oneOf(UPDATE_CHANNELS),
      absent: { value: 'Stable' },
    },
    { value: 'Stable' },
  ),
  zonalPolicy: factAt(
    'properties',
    'zonalAllocationPolicy',
    {
      expected: `one of ${ZONAL_POLICIES.join(', ')}`,
      read: oneOf(ZONAL_POLICIES),
    },
    { reason: BY_REGION },
  ),
  rdbPersistence: factAt(CONFIGURATION, 'rdb-backup-enabled', OFF_BY_DEFAULT, { value: false }),
  aofPersistence: factAt(CONFIGURATION, 'aof-backup-enabled', OFF_BY_DEFAULT, { value: false }),
  persistenceAuthentication: factAt<PersistenceAuthentication>(
    CONFIGURATION,
    'preferred-data-persistence-auth-method',
    {
      expected: `one of ${PERSISTENCE_AUTHENTICATIONS.join(', ')}`,
      read: oneOf(PERSISTENCE_AUTHENTICATIONS),
      absent: { value: 'SAS' },
    },
    { value: 'SAS' },
  ),
  linkedServerCount: factAt(
    'properties',
    'linkedServers',
    {
      expected: 'a list of linked caches',
      read: (value) => (Array.isArray(value) ? value.length : undefined),
    },
    { reason: 'no linked cache is declared here, and others may be elsewhere' },
  ),
  maxmemoryReserved: factAt(
    CONFIGURATION,
    'maxmemory-reserved',
    {
      expected: 'a number of megabytes',
      read: (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined),
    },
    { reason: 'not set: the service chooses it' },
  ),
});

const READ = readersIn(LIVE);
const READ_DECLARED = readersIn(DECLARED);
const READ_DECLARED_BEFORE = readersIn(DECLARED, { reason: 'not set: the service chooses it' });

/** As people write it. */
const sizeOf = (properties: unknown, read: typeof READ): CacheFacts['size'] => writtenAs(read.size(properties), (size) => size);

const NO_IDENTITY: CacheFacts['identityType'] = { known: true, value: 'None', path: 'identity', from: 'service_default', written: null };

/** No identity at all is documented as `None`; an identity without a type is not. */
const identityOf = (identity: unknown, read: typeof READ): CacheFacts['identityType'] =>
  identity === undefined ? NO_IDENTITY : read.identityType(identity);

/** `Premium P1`: the tier, then family and capacity, as the portal writes it. */
const skuOf = (properties: JsonObject): string | null => {
  const sku = objectOf(properties, 'sku');
  const tier = sku && textOf(sku, 'name');
  if (!sku || !tier) return null;
  const family = textOf(sku, 'family') ?? '';
  const capacity = propertyOf(sku, 'capacity');
  return `${tier} ${family}${typeof capacity === 'number' ? capacity : ''}`.trim();
};
