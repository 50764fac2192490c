import { deferred, isDeferred, isObject, type JsonObject } from '../decode/json.ts';

/**
 * Resource Manager takes names of properties in any case, and decode reads the documented one: `EnableNonSslPort` must not pass for a
 * property that is not set.
 */
const NAMES: ReadonlyMap<string, string> = new Map(
  [
    ...['properties', 'sku', 'identity', 'zones', 'tags', 'location', 'name', 'family', 'capacity', 'type'],
    ...['enableNonSslPort', 'minimumTlsVersion', 'publicNetworkAccess', 'subnetId', 'redisConfiguration', 'disableAccessKeyAuthentication'],
    ...['redisVersion', 'updateChannel', 'zonalAllocationPolicy', 'linkedServers', 'authnotrequired', 'aad-enabled', 'maxmemory-reserved'],
    ...['rdb-backup-enabled', 'aof-backup-enabled', 'preferred-data-persistence-auth-method'],
    ...['highAvailability', 'redundancyMode', 'encryption', 'customerManagedKeyEncryption', 'keyEncryptionKeyUrl'],
    ...['clientProtocol', 'accessKeysAuthentication', 'persistence', 'rdbEnabled', 'aofEnabled', 'geoReplication', 'linkedDatabases', 'id'],
    ...['startIP', 'endIP', 'permissions', 'accessPolicyName', 'objectId', 'objectIdAlias', 'user', 'scheduleEntries', 'dayOfWeek'],
    ...['linkedRedisCacheId', 'logs', 'category', 'categoryGroup', 'enabled', 'groupIds', 'privateLinkServiceId', 'status'],
    ...['privateLinkServiceConnections', 'manualPrivateLinkServiceConnections', 'privateLinkServiceConnectionState'],
  ].map((name) => [name.toLowerCase(), name]),
);

export const spelling = (name: string): string => NAMES.get(name.toLowerCase()) ?? name;

/** Whose keys are names that people give. */
const FREE: ReadonlySet<string> = new Set(['tags']);

/** The body of a resource with the documented names; of two that differ in case only nobody knows which counts. */
const spelled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(spelled);
  if (isDeferred(value) || !isObject(value)) return value;
  const entries = new Map<string, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    const right = spelling(name);
    entries.set(right, entries.has(right) ? TWICE : FREE.has(right) ? inner : spelled(inner));
  }
  return Object.fromEntries(entries);
};

const TWICE = deferred('it is set twice, in different spellings');

export const spelledBody = (body: JsonObject): JsonObject => {
  const value = spelled(body);
  return isObject(value) ? value : {};
};
