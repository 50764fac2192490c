import { type CacheFacts, type EnabledOrDisabled, REDUNDANCY_MODES } from '../../model/cache.ts';
import { pending } from '../../model/fact.ts';
import { absentHere, locationOf, MINIMUM_TLS, objectOf, SWITCH, sharedFactsOf, TEXT } from './facts.ts';
import { factOf, isObject, type JsonObject, oneOf, propertyOf, shown, textOf, unknown } from './json.ts';
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
      kind: /^Enterprise(?:Flash)?_/i.test(skuName ?? '') ? 'enterprise' : 'managed',
      resourceGroup: parts.resourceGroup,
      subscriptionId: parts.subscriptionId.toLowerCase(),
      location: locationOf(item),
      sku: skuName,
      provisioningState: properties && textOf(properties, 'provisioningState'),
      ...factsOf(item),
      ...ABSENT,
    },
  };
};

const factsOf = (item: JsonObject): Omit<CacheFacts, keyof typeof ABSENT> => {
  const properties = propertyOf(item, 'properties');
  return {
    ...sharedFactsOf(item),
    minimumTlsVersion: factOf(properties, 'properties', 'minimumTlsVersion', MINIMUM_TLS),
    publicNetworkAccess: factOf<EnabledOrDisabled | null>(properties, 'properties', 'publicNetworkAccess', {
      ...SWITCH,
      // The specification: null "only for clusters created using an old API version which do not have this property".
      absent: { value: null },
    }),
    skuName: factOf(propertyOf(item, 'sku'), 'sku', 'name', TEXT),
    highAvailability: factOf(properties, 'properties', 'highAvailability', { ...SWITCH, absent: { value: 'Enabled' } }),
    redundancyMode: factOf(properties, 'properties', 'redundancyMode', {
      expected: `one of ${REDUNDANCY_MODES.join(', ')}`,
      read: oneOf(REDUNDANCY_MODES),
    }),
    customerManagedKey: keyOf(properties),
  };
};

/** `encryption` may be absent, empty, or hold a key: without the address of one Microsoft manages it. */
const keyOf = (properties: unknown): CacheFacts['customerManagedKey'] => {
  const none = { known: true, value: null, from: 'service_default', written: null } as const;
  const path = 'properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl';
  if (!isObject(properties)) return factOf<string | null>(properties, 'properties', 'encryption', TEXT);
  const encryption = propertyOf(properties, 'encryption');
  if (encryption === undefined) return { ...none, path };
  if (!isObject(encryption))
    return unknown(path, 'invalid', `properties.encryption is ${shown(encryption)}, not an object`, shown(encryption));
  const key = propertyOf(encryption, 'customerManagedKeyEncryption');
  if (key === undefined) return { ...none, path };
  if (isObject(key) && propertyOf(key, 'keyEncryptionKeyUrl') === '') return { ...none, path };
  return factOf<string | null>(key, 'properties.encryption.customerManagedKeyEncryption', 'keyEncryptionKeyUrl', {
    ...TEXT,
    absent: { value: null },
  });
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
