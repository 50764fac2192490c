import { databasesOf } from './export-databases.ts';
import { CONFIGURATION, firstOf, has, isFlat, missing, type Shape, withCuts } from './export-shape.ts';
import { deferred, isObject, type JsonObject, propertyOf, shown, textOf } from './json.ts';
import { isMarked } from './marks.ts';

/** As Resource Manager and Resource Graph write it, and az for any resource: settings stand under `properties`. */
export const nested = (exported: JsonObject, isCluster: boolean): Shape => {
  const item = withCuts(exported);
  const properties = propertyOf(item, 'properties');
  if (!isObject(properties)) {
    return { item, tells: () => false, without: isCluster ? NO_PROPERTIES_OF_CLUSTERS : NO_PROPERTIES };
  }
  const uncut = withCuts(properties);
  const isNew = isMarked(isCluster ? 'managed' : 'redis', uncut);
  const written = withEndpoints(withConfiguration(uncut));
  return {
    item: written === item['properties'] ? item : { ...item, properties: written },
    tells: (path) => (path.startsWith('properties.') ? isNew : Object.hasOwn(item, firstOf(path)) || (isWhole(item) && !isRow(item))),
    without: LACKED_WITH_OTHERS,
  };
};

const NO_PROPERTIES = missing('this export shows no properties of resources: use az redis list -o json');

const NO_PROPERTIES_OF_CLUSTERS = missing('this export shows no properties of resources: use az redisenterprise list -o json');

const LACKED_WITH_OTHERS = missing(
  'the property is missing from an export that lacks others of this cache, too: an older API wrote it, or a query left it out',
);

const IN_EVERY_ANSWER = ['id', 'name', 'type', 'location'];

const isWhole = (item: JsonObject): boolean => IN_EVERY_ANSWER.every((name) => Object.hasOwn(item, name));

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
export const flatRedis = (item: JsonObject): Shape => {
  const configuration = propertyOf(item, 'redisConfiguration');
  return {
    item: nestedBelow(item, OUTSIDE),
    tells: (path) => {
      // A dictionary: what this az has no name for is passed through, so that a key which is not there was not reported.
      if (path.startsWith(CONFIGURATION)) return has(configuration, IN_EVERY_CONFIGURATION);
      return Object.hasOwn(item, firstOf(path.replace(/^properties\./, '')));
    },
    without: UNKNOWN_TO_AZ,
  };
};

/** In every recording; without it a query took the dictionary apart. */
const IN_EVERY_CONFIGURATION = 'maxclients';

const UNKNOWN_TO_AZ = missing('the property is not in the export: this version of az does not know it, or a query left it out');

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

/** As the redisenterprise extension of az writes it: at one level, without what is null, and the databases of each cluster with it. */
export const flatCluster = (item: JsonObject): Shape => {
  const whole = nestedBelow(item, OUTSIDE_OF_CLUSTERS);
  const isNew = isMarked('managed', propertyOf(whole, 'properties'));
  return {
    item: whole,
    tells: (path) => (path.startsWith('properties.') ? isNew : isWhole(item)),
    without: LACKED_OF_CLUSTER,
    ...(Object.hasOwn(item, 'databases') ? { instead: { databases: databasesOf(propertyOf(item, 'databases')) } } : {}),
  };
};

const LACKED_OF_CLUSTER = missing(
  'the property is missing from an export that lacks others of this cluster, too: an older az wrote it, or a query left it out',
);
