import { type Cache, type CacheFacts, NETWORK_ACCESS, TLS_VERSIONS } from '../../model/cache.ts';
import { factOf, isObject, isTrueOrFalse, type JsonObject, oneOf, propertyOf, type Reading, shown, textOf } from './json.ts';
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
      ...factsOf(propertyOf(item, 'properties')),
    },
  };
};

/** What the facts are called on the wire and what absence of each means in a live answer. */
const factsOf = (properties: unknown): CacheFacts => {
  const configuration = isObject(properties) ? propertyOf(properties, 'redisConfiguration') : undefined;
  return {
    nonSslPort: factOf(properties, 'properties', 'enableNonSslPort', TRUE_OR_FALSE),
    minimumTlsVersion: factOf(properties, 'properties', 'minimumTlsVersion', {
      expected: `one of ${TLS_VERSIONS.join(', ')}`,
      read: oneOf(TLS_VERSIONS),
      absent: { value: '1.2' },
    }),
    publicNetworkAccess: factOf(properties, 'properties', 'publicNetworkAccess', {
      expected: 'Enabled or Disabled',
      read: oneOf(NETWORK_ACCESS),
    }),
    subnetId: factOf<string | null>(properties, 'properties', 'subnetId', {
      expected: 'the id of a subnet',
      read: (value) => (typeof value === 'string' && isSubnetId(value) ? value : undefined),
      absent: { value: null },
    }),
    authenticationDisabled: factOf(configuration, CONFIGURATION, 'authnotrequired', {
      ...switchOf(['true', 'yes'], ['false', 'no']),
      absent: { value: false },
    }),
    entraAuthentication: factOf(configuration, CONFIGURATION, 'aad-enabled', {
      ...switchOf(['true'], ['false']),
      absent: { value: false },
    }),
    accessKeysDisabled: factOf(properties, 'properties', 'disableAccessKeyAuthentication', TRUE_OR_FALSE),
  };
};

const CONFIGURATION = 'properties.redisConfiguration';

const TRUE_OR_FALSE: Reading<boolean> = { expected: 'true or false', read: isTrueOrFalse };

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

const objectOf = (object: JsonObject, name: string): JsonObject | null => {
  const value = propertyOf(object, name);
  return isObject(value) ? value : null;
};

/** `West US` and `westus` are one place. */
const locationOf = (item: JsonObject): string | null => textOf(item, 'location')?.toLowerCase().replaceAll(' ', '') ?? null;

/** `Premium P1`: the tier, then family and capacity, as the portal writes it. */
const skuOf = (properties: JsonObject): string | null => {
  const sku = objectOf(properties, 'sku');
  const tier = sku && textOf(sku, 'name');
  if (!sku || !tier) return null;
  const family = textOf(sku, 'family') ?? '';
  const capacity = propertyOf(sku, 'capacity');
  return `${tier} ${family}${typeof capacity === 'number' ? capacity : ''}`.trim();
};
