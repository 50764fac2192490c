import { type Cache, type CacheFacts, type EnabledOrDisabled, REDUNDANCY_MODES } from '../../model/cache.ts';
import { pending } from '../../model/fact.ts';
import { DECLARED, type Dialect, isSince, knownSince, LIVE, type Unset } from './dialect.ts';
import { absentHere, declaredSharedFactsOf, locationOf, MINIMUM_TLS, notDeclared, objectOf, SWITCH, sharedFactsOf, TEXT } from './facts.ts';
import { inside, isDeferred, isObject, type JsonObject, oneOf, propertyOf, shown, textOf, unknown } from './json.ts';
import type { Decoded } from './redis.ts';
import { readResourceId } from './resource-id.ts';

/**
 * Reads one item of `GET …/providers/Microsoft.Cache/redisEnterprise` (API 2025-07-01): an Azure Managed Redis or a Redis Enterprise
 * cluster, told apart by the prefix of the SKU. The npm client speaks an API that was retired on 2026-10-31.
 */
export const readCluster = (item: unknown): Decoded => {
  if (!isObject(item)) return { refused: `it is ${shown(item)}, not an object` };
  const id = textOf(item, 'id');
  if (id === null) return { refused: 'it has no id' };
  const parts = readResourceId(id);
  if (parts === null || `${parts.provider}/${parts.type}`.toLowerCase() !== 'microsoft.cache/redisenterprise') {
    return { refused: `its id ${shown(id)} is not that of a Microsoft.Cache/redisEnterprise` };
  }
  const properties = objectOf(item, 'properties');
  const sku = objectOf(item, 'sku');
  const skuName = sku && textOf(sku, 'name');
  return {
    cache: {
      id,
      name: textOf(item, 'name') ?? parts.name,
      kind: kindOf(skuName),
      resourceGroup: parts.resourceGroup,
      subscriptionId: parts.subscriptionId.toLowerCase(),
      location: locationOf(item),
      sku: skuName,
      provisioningState: properties && textOf(properties, 'provisioningState'),
      origin: null,
      ...factsOf(item, READ, LIVE, sharedFactsOf),
      ...ABSENT,
    },
  };
};

const kindOf = (skuName: string | null): 'managed' | 'enterprise' =>
  /^Enterprise(?:Flash)?_/i.test(skuName ?? '') ? 'enterprise' : 'managed';

/** Reads the body of a declared Microsoft.Cache/redisEnterprise. What stands below it is not part of it. */
export const declaredCluster = (body: JsonObject, apiVersion: string | null): Pick<Cache, 'kind' | 'sku'> & CacheFacts => {
  const sku = objectOf(body, 'sku');
  const skuName = sku && textOf(sku, 'name');
  const kind = kindOf(skuName);
  const isRequired = kind === 'managed' && isSince(apiVersion, PUBLIC_ACCESS_REQUIRED) !== false;
  const facts = factsOf(body, isRequired ? READ_DECLARED : READ_DECLARED_BEFORE, DECLARED, declaredSharedFactsOf);
  return {
    kind,
    sku: skuName,
    ...facts,
    publicNetworkAccess: knownSince<EnabledOrDisabled | null>(facts.publicNetworkAccess, 'Enabled', apiVersion, '2025-05-01'),
    ...NOT_DECLARED,
  };
};

/** The version of the API that has `publicNetworkAccess`, and requires it of whoever creates a cluster. */
const PUBLIC_ACCESS_REQUIRED = '2025-07-01';

const factsOf = (
  item: JsonObject,
  read: typeof READ,
  dialect: Dialect,
  shared: typeof sharedFactsOf,
): Omit<CacheFacts, keyof typeof ABSENT> => {
  const properties = propertyOf(item, 'properties');
  return {
    minimumTlsVersion: read.minimumTlsVersion(properties),
    publicNetworkAccess: read.publicNetworkAccess(properties),
    skuName: read.skuName(propertyOf(item, 'sku')),
    highAvailability: read.highAvailability(properties),
    redundancyMode: read.redundancyMode(properties),
    customerManagedKey: keyOf(properties, dialect),
    ...shared(item),
  };
};

/** How each property is read, what absence of it means in a live answer, and last what it means in a declaration. */
const readersIn = ({ factAt }: Dialect, withoutPublicAccess?: Unset<EnabledOrDisabled>) => ({
  minimumTlsVersion: factAt('properties', 'minimumTlsVersion', MINIMUM_TLS, { value: '1.2' }),
  publicNetworkAccess: factAt<EnabledOrDisabled | null>(
    'properties',
    'publicNetworkAccess',
    {
      ...SWITCH,
      // The specification: null "only for clusters created using an old API version which do not have this property".
      absent: { value: null },
    },
    withoutPublicAccess,
  ),
  skuName: factAt('sku', 'name', TEXT),
  highAvailability: factAt<EnabledOrDisabled>(
    'properties',
    'highAvailability',
    { ...SWITCH, absent: { value: 'Enabled' } },
    { value: 'Enabled' },
  ),
  redundancyMode: factAt(
    'properties',
    'redundancyMode',
    { expected: `one of ${REDUNDANCY_MODES.join(', ')}`, read: oneOf(REDUNDANCY_MODES) },
    { reason: 'the service chooses it by the region' },
  ),
});

const READ = readersIn(LIVE);
const READ_DECLARED = readersIn(DECLARED);
const READ_DECLARED_BEFORE = readersIn(DECLARED, { value: 'Enabled' });

const NO_KEY = {
  known: true,
  value: null,
  path: 'properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl',
  from: 'service_default',
  written: null,
} as const;

/** `encryption` may be absent, empty, or hold a key: without the address of one Microsoft manages it. */
const keyOf = (properties: unknown, { factOf }: Dialect): CacheFacts['customerManagedKey'] => {
  if (!isObject(properties)) return factOf<string | null>(properties, 'properties', 'encryption', TEXT);
  const encryption = propertyOf(properties, 'encryption');
  if (encryption === undefined) return NO_KEY;
  if (!isObject(encryption) && !isDeferred(encryption))
    return unknown(NO_KEY.path, 'invalid', `properties.encryption is ${shown(encryption)}, not an object`, shown(encryption));
  const key = inside(encryption, 'customerManagedKeyEncryption');
  if (key === undefined || (isObject(key) && propertyOf(key, 'keyEncryptionKeyUrl') === '')) return NO_KEY;
  return factOf<string | null>(
    key,
    'properties.encryption.customerManagedKeyEncryption',
    'keyEncryptionKeyUrl',
    {
      ...TEXT,
      absent: { value: null },
    },
    { value: null },
  );
};

/** What the list does not show, and what this service does not have. */
const ABSENT = {
  databases: pending('databases'),
  replicas: pending('linkedServers'),
  // Clusters cannot be injected into a virtual network.
  subnetId: { known: true, value: null, path: 'properties.subnetId', from: 'service_default', written: null },
  nonSslPort: absentHere('properties.enableNonSslPort'),
  authenticationDisabled: absentHere('properties.redisConfiguration'),
  entraAuthentication: absentHere('properties.redisConfiguration'),
  accessKeysDisabled: absentHere('properties.disableAccessKeyAuthentication'),
  identityType: absentHere('identity.type'),
  tier: absentHere('sku.name'),
  size: absentHere('sku'),
  redisVersion: absentHere('properties.redisVersion'),
  updateChannel: absentHere('properties.updateChannel'),
  zonalPolicy: absentHere('properties.zonalAllocationPolicy'),
  rdbPersistence: absentHere('properties.redisConfiguration'),
  aofPersistence: absentHere('properties.redisConfiguration'),
  persistenceAuthentication: absentHere('properties.redisConfiguration'),
  linkedServerCount: absentHere('properties.linkedServers'),
  maxmemoryReserved: absentHere('properties.redisConfiguration'),
  firewallRules: absentHere('firewallRules'),
  accessPolicies: absentHere('accessPolicies'),
  accessPolicyAssignments: absentHere('accessPolicyAssignments'),
  patchDays: absentHere('patchSchedules'),
  diagnosticSettings: absentHere('diagnosticSettings'),
} satisfies Partial<CacheFacts>;

/** The same of a declaration, where databases are declared beside their cluster. */
const NOT_DECLARED: Pick<CacheFacts, keyof typeof ABSENT> = {
  ...ABSENT,
  databases: notDeclared('databases', 'database'),
  replicas: notDeclared('linkedServers', 'linked cache'),
};
