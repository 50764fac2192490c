import { type CacheFacts, type Database, TIERS, type Tier } from '../../model/cache.ts';
import type { Fact, Unknown } from '../../model/fact.ts';
import { readDatabases } from './children.ts';
import { readCluster } from './cluster.ts';
import { deferred, isObject, type JsonObject, oneOf, propertyOf, shown, textOf, unknown } from './json.ts';
import { changed, isMarked } from './marks.ts';
import { type Decoded, readRedis } from './redis.ts';
import { readResourceId } from './resource-id.ts';

/** `other`: clearly a resource of another type. `stray`: nothing tells what it is. */
export type Exported = Decoded | { readonly is: 'other' } | { readonly is: 'stray'; readonly why: string };

/**
 * Reads one item of what az, PowerShell, Resource Graph or Resource Manager say of resources. Each of them leaves something out, and
 * marks it in its own way; what an item does not tell is never taken for what Azure does where there is nothing to tell.
 */
export const readExported = (item: unknown): Exported => {
  // Whatever it is, it may be a secret.
  if (!isObject(item)) return { is: 'stray', why: 'it is no object' };
  const id = textOf(item, 'id') ?? textOf(item, 'Id') ?? textOf(item, 'ResourceId');
  const type = textOf(item, 'type') ?? textOf(item, 'Type') ?? textOf(item, 'ResourceType');
  const parts = id === null ? null : readResourceId(id);
  const typeOfId = parts === null ? null : `${parts.provider}/${parts.type}`;
  if (typeOfId !== null && CACHE_TYPE.test(typeOfId)) {
    if (type !== null && type.toLowerCase() !== typeOfId.toLowerCase())
      return { refused: `its type ${shown(type)} is not that of its id, ${shown(id)}` };
    return readShape({ ...item, id });
  }
  if (isOther(type, id)) return { is: 'other' };
  if (isOfCaches(type) || isOfCaches(id)) return { refused: id === null ? 'it has no id' : `its id ${shown(id)} is not that of a cache` };
  return { is: 'stray', why: 'it has neither a type nor the id of a resource' };
};

const CACHE_TYPE = /^microsoft\.cache\/redis(?:enterprise)?$/i;

const isOfCaches = (text: string | null): boolean => text !== null && /microsoft\.cache\/redis/i.test(text);

/** A type decides; without one, the id. What stands below a cache is none. */
const isOther = (type: string | null, id: string | null): boolean => {
  if (type !== null) return /^[\w.-]+\/[\w./-]+$/.test(type) && !/^microsoft\.cache\/redis(?:enterprise)?\W*$/i.test(type);
  if (id === null || !/^\/(?:subscriptions|providers)\//i.test(id)) return false;
  return !isOfCaches(id) || /\/microsoft\.cache\/redis(?:enterprise)?\/[^/]+\/[^/]+\/[^/]+/i.test(id);
};

/** How an item of a cache is written. */
interface Shape {
  /** The item as Resource Manager would write it. */
  readonly item: JsonObject;
  /** Whether a property that is absent was not reported by Azure, rather than left out on the way. `path` is that of the fact. */
  readonly tells: (path: string) => boolean;
  /** Why something is unknown that was left out, as a clause. */
  readonly lacks: string;
  /** Facts that come from elsewhere than the item, or that this way of exporting never shows. */
  readonly instead?: Partial<Record<keyof CacheFacts, Fact<unknown>>>;
}

const readShape = (item: JsonObject): Exported => {
  const isCluster = /\/microsoft\.cache\/redisenterprise\//i.test(textOf(item, 'id') ?? '');
  if (Object.hasOwn(item, 'Id') && Object.hasOwn(item, 'Name')) {
    return isCluster
      ? { refused: 'PowerShell writes clusters in a form that redvet does not read: use az redisenterprise list -o json' }
      : decoded(readRedis, ofPowerShell(item));
  }
  if (Object.hasOwn(item, 'properties')) return decoded(isCluster ? readCluster : readRedis, nested(item, isCluster));
  return isCluster ? decoded(readCluster, flatCluster(item)) : decoded(readRedis, flatRedis(item));
};

const decoded = (read: (item: unknown) => Decoded, { item, tells, lacks, instead = {} }: Shape): Decoded => {
  const result = read(item);
  if ('refused' in result) return result;
  const isCluster = result.cache.kind !== 'redis';
  const cache = changed(result.cache, (fact, name): Fact<unknown> => {
    const other = instead[name];
    if (other !== undefined) return other;
    if (!fact.known) {
      if (fact.kind === 'pending') return notExported(fact.path);
      return fact.kind === 'missing' && !tells(fact.path) ? without(fact.path, lacks) : fact;
    }
    // Clusters have no subnet, whatever an item tells.
    if (fact.from === 'observed' || (isCluster && name === 'subnetId')) return fact;
    return tells(fact.path) ? fact : without(fact.path, lacks);
  });
  return { cache };
};

/** Facts of many caches are the same; each reason has few paths. */
const shared = (make: (path: string, reason: string) => Unknown) => {
  const made = new Map<string, Map<string, Unknown>>();
  return (path: string, reason: string): Unknown => {
    const ofReason = made.get(reason) ?? new Map<string, Unknown>();
    const fact = ofReason.get(path) ?? make(path, reason);
    made.set(reason, ofReason.set(path, fact));
    return fact;
  };
};

const without = shared((path, reason) => unknown(path, 'missing', reason));

const outOfReach = shared((path, reason) => unknown(path, 'out_of_reach', reason));

const notExported = (path: string): Unknown => outOfReach(path, `exports do not show ${path}: scan what redvet collect writes`);

/** What ConvertTo-Json writes for what lies deeper than it goes. */
const isCut = (value: unknown): boolean => typeof value === 'string' && /^(?:@\{|System\.[A-Z])/.test(value);

const CUT = deferred('ConvertTo-Json cut it off: export it again with -Depth 100');

/** The same object with marks for what was cut off. */
const withCuts = (object: JsonObject): JsonObject =>
  Object.values(object).some(isCut)
    ? Object.fromEntries(Object.entries(object).map(([name, value]) => [name, isCut(value) ? CUT : value]))
    : object;

/** As Resource Manager and Resource Graph write it, and az for any resource: settings stand under `properties`. */
const nested = (written: JsonObject, isCluster: boolean): Shape => {
  const item = withCuts(written);
  const properties = propertyOf(item, 'properties');
  if (!isObject(properties)) {
    const command = isCluster ? 'az redisenterprise list' : 'az redis list';
    return { item, tells: () => false, lacks: `this export shows no properties of resources: use ${command} -o json` };
  }
  const uncut = withCuts(properties);
  const isNew = isMarked(isCluster ? 'managed' : 'redis', uncut);
  const isWhole = IN_EVERY_ANSWER.every((name) => Object.hasOwn(item, name)) && !isRow(item);
  return {
    item: { ...item, properties: withEndpoints(withConfiguration(uncut)) },
    tells: (path) => (path.startsWith('properties.') ? isNew : isWhole || Object.hasOwn(item, firstOf(path))),
    lacks: 'the property is missing from an export that lacks others of this cache, too: an older API wrote it, or a query left it out',
  };
};

const IN_EVERY_ANSWER = ['id', 'name', 'type', 'location'];

const firstOf = (path: string): string => path.split('.', 1)[0] ?? path;

/** A row of Resource Graph has a column for everything, null where there is nothing, unless the query left the column out. */
export const isRow = (item: JsonObject): boolean =>
  ['tenantId', 'subscriptionId', 'ResourceId'].some((name) => Object.hasOwn(item, name)) ||
  textOf(item, 'type') === textOf(item, 'type')?.toLowerCase();

/** What stands outside of the properties, also where a tool writes both at one level. */
const OUTSIDE = new Set(['id', 'name', 'type', 'location', 'tags', 'identity', 'zones', 'resourceGroup', 'databases']);

const OUTSIDE_OF_CLUSTERS = new Set([...OUTSIDE, 'sku', 'kind']);

const nestedBelow = (item: JsonObject, outside: ReadonlySet<string>): JsonObject => ({
  ...Object.fromEntries(Object.entries(item).filter(([name]) => outside.has(name))),
  properties: withEndpoints(withConfiguration(Object.fromEntries(Object.entries(item).filter(([name]) => !outside.has(name))))),
});

/**
 * As `az redis list` and `az redis show` write it: properties at the top. They print null for each property that their version knows
 * and Azure did not report, and nothing at all for what it does not know.
 */
const flatRedis = (item: JsonObject): Shape => {
  const configuration = propertyOf(item, 'redisConfiguration');
  return {
    item: nestedBelow(item, OUTSIDE),
    tells: (path) => {
      if (path.startsWith(CONFIGURATION)) return spellingsOf(path.slice(CONFIGURATION.length)).some((name) => has(configuration, name));
      return Object.hasOwn(item, firstOf(path.replace(/^properties\./, '')));
    },
    lacks: 'the property is not in the export: this version of az does not know it, or a query left it out',
  };
};

const CONFIGURATION = 'properties.redisConfiguration.';

const has = (object: unknown, name: string): boolean => isObject(object) && Object.hasOwn(object, name);

/** `aad-enabled` and `aadEnabled`. */
const spellingsOf = (name: string): readonly string[] => [name, name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];

/** What is read of the configuration, in the other spelling that az has for what its version knows. */
const RESPELLED: readonly (readonly [string, string])[] = [
  'aad-enabled',
  'rdb-backup-enabled',
  'aof-backup-enabled',
  'preferred-data-persistence-auth-method',
  'maxmemory-reserved',
].map((name) => [name, spellingsOf(name)[1] ?? name]);

const withConfiguration = (properties: JsonObject): JsonObject => {
  const written = propertyOf(properties, 'redisConfiguration');
  if (!isObject(written)) return properties;
  const uncut = withCuts(written);
  const respelled = RESPELLED.filter(([, camel]) => Object.hasOwn(uncut, camel)).map(([kebab, camel]) => [
    kebab,
    settled(propertyOf(uncut, kebab), propertyOf(uncut, camel)),
  ]);
  if (respelled.length === 0 && uncut === written) return properties;
  return { ...properties, redisConfiguration: { ...uncut, ...Object.fromEntries(respelled) } };
};

/** What both spellings say; where they contradict each other, nobody knows. */
const settled = (one: unknown, other: unknown): unknown => {
  if (one === undefined || other === undefined || one === other) return one ?? other;
  return deferred(`the export says ${shown(one)} and ${shown(other)}`);
};

/** Private endpoint connections may be flattened, too. */
const withEndpoints = (properties: JsonObject): JsonObject => {
  const connections = propertyOf(properties, 'privateEndpointConnections');
  if (!Array.isArray(connections) || !connections.some(isFlat)) return properties;
  return { ...properties, privateEndpointConnections: connections.map((item) => (isFlat(item) ? { ...item, properties: item } : item)) };
};

const isFlat = (item: unknown): item is JsonObject => isObject(item) && !Object.hasOwn(item, 'properties');

/** As the redisenterprise extension of az writes it: at one level, without what is null, and the databases of each cluster with it. */
const flatCluster = (item: JsonObject): Shape => {
  const whole = nestedBelow(item, OUTSIDE_OF_CLUSTERS);
  const isNew = isMarked('managed', propertyOf(whole, 'properties'));
  const isWhole = IN_EVERY_ANSWER.every((name) => Object.hasOwn(item, name));
  return {
    item: whole,
    tells: (path) => (path.startsWith('properties.') ? isNew : isWhole),
    lacks: 'the property is missing from an export that lacks others of this cluster, too: an older az wrote it, or a query left it out',
    ...(Object.hasOwn(item, 'databases') ? { instead: { databases: databasesOf(propertyOf(item, 'databases')) } } : {}),
  };
};

const databasesOf = (written: unknown): Fact<readonly Database[]> => {
  if (!Array.isArray(written))
    return written === undefined
      ? unknown('databases', 'missing', 'the export names no databases')
      : unknown('databases', 'invalid', `databases is ${shown(written)}, not a list`, shown(written));
  const items = written.map((item: unknown) => (isFlat(item) ? { ...item, properties: item } : item));
  const fact = readDatabases(items);
  if (!fact.known) return fact;
  const isNew = items.every((item) => isObject(item) && MARKS_OF_DATABASES.every((name) => has(propertyOf(item, 'properties'), name)));
  return { ...fact, value: fact.value.map((database) => ofExport(database, isNew)) };
};

/** What the newest API tells of every database, in every recording. */
const MARKS_OF_DATABASES = ['clientProtocol', 'accessKeysAuthentication', 'redisVersion'];

const ofExport = (database: Database, isNew: boolean): Database => {
  const doubted = <T>(fact: Fact<T>): Fact<T> =>
    fact.known && fact.from === 'service_default' && !isNew
      ? without(fact.path, 'the property is missing from an export that lacks others of this database, too: an older az wrote it')
      : fact;
  return {
    ...database,
    rdbPersistence: doubted(database.rdbPersistence),
    aofPersistence: doubted(database.aofPersistence),
    links: doubted(database.links),
    diagnosticSettings: notExported(database.diagnosticSettings.path),
    accessPolicyAssignments: notExported(database.accessPolicyAssignments.path),
  };
};

/**
 * As `Get-AzRedisCache | ConvertTo-Json` writes it (RedisCacheAttributes and SizeConverter in Azure/azure-powershell): names begin with
 * a capital, null stands for what Azure did not report, the configuration holds only what it did, and private endpoints, linked
 * caches and public access do not occur at all.
 */
const ofPowerShell = (written: JsonObject): Shape => {
  const item = withCuts(written);
  const configuration = propertyOf(item, 'RedisConfiguration');
  const isNew =
    ['UpdateChannel', 'DisableAccessKeyAuthentication'].every((name) => Object.hasOwn(item, name)) && has(configuration, 'maxclients');
  const tier = oneOf(TIERS)(propertyOf(item, 'Sku'));
  const size = sizeOf(tier, propertyOf(item, 'Size'));
  return {
    item: {
      id: propertyOf(item, 'id'),
      name: propertyOf(item, 'Name'),
      type: propertyOf(item, 'Type'),
      location: propertyOf(item, 'Location'),
      tags: propertyOf(item, 'Tag'),
      zones: propertyOf(item, 'Zone'),
      ...identityOf(propertyOf(item, 'IdentityType')),
      properties: {
        ...Object.fromEntries(PASCAL.map(([pascal, camel]) => [camel, propertyOf(item, pascal)])),
        ...(isObject(configuration) ? { redisConfiguration: withCuts(configuration) } : { redisConfiguration: configuration }),
        sku: { name: propertyOf(item, 'Sku'), ...size },
      },
    },
    tells: (path) => {
      if (path.startsWith(CONFIGURATION)) return isNew;
      const name = firstOf(path.replace(/^properties\./, ''));
      return Object.hasOwn(item, TOLD_BY[name] ?? capital(name));
    },
    lacks: 'the property is not in the export: this version of Get-AzRedisCache does not know it, or a selection left it out',
    instead: {
      publicNetworkAccess: notShown('properties.publicNetworkAccess'),
      privateEndpoints: notShown('properties.privateEndpointConnections'),
      linkedServerCount: notShown('properties.linkedServers'),
      ...(size === null ? { size: unknown('properties.sku', 'missing', 'Get-AzRedisCache does not tell the size of this cache') } : {}),
    },
  };
};

const notShown = (path: string): Unknown =>
  outOfReach(path, `Get-AzRedisCache does not show ${firstOf(path.replace(/^properties\./, ''))}: use az redis list -o json`);

const PASCAL: readonly (readonly [string, string])[] = [
  ['ProvisioningState', 'provisioningState'],
  ['EnableNonSslPort', 'enableNonSslPort'],
  ['MinimumTlsVersion', 'minimumTlsVersion'],
  ['DisableAccessKeyAuthentication', 'disableAccessKeyAuthentication'],
  ['SubnetId', 'subnetId'],
  ['RedisVersion', 'redisVersion'],
  ['UpdateChannel', 'updateChannel'],
  ['ZonalAllocationPolicy', 'zonalAllocationPolicy'],
];

/** Where PowerShell has another word. */
const TOLD_BY: Readonly<Record<string, string>> = { tags: 'Tag', zones: 'Zone', identity: 'IdentityType' };

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Null: no identity at all. Empty: one of no type. */
const identityOf = (written: unknown): JsonObject => {
  if (written === undefined) return {};
  if (written === '') return { identity: { type: 'None' } };
  return { identity: { type: written === 'SystemAssignedUserAssigned' ? 'SystemAssigned, UserAssigned' : written } };
};

/** By gigabytes, for which PowerShell has one word whatever the tier; the largest Premium size it does not name. */
const CAPACITIES: Readonly<Record<string, readonly [ordinary: number | null, premium: number | null]>> = {
  '250MB': [0, null],
  '1GB': [1, null],
  '2.5GB': [2, null],
  '6GB': [3, 1],
  '13GB': [4, 2],
  '26GB': [5, 3],
  '53GB': [6, 4],
};

const sizeOf = (tier: Tier | undefined, size: unknown): { readonly family: string; readonly capacity: number } | null => {
  if (tier === undefined || typeof size !== 'string' || !Object.hasOwn(CAPACITIES, size)) return null;
  const capacity = CAPACITIES[size]?.[tier === 'Premium' ? 1 : 0] ?? null;
  return capacity === null ? null : { family: tier === 'Premium' ? 'P' : 'C', capacity };
};
