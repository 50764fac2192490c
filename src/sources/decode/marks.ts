import type { Cache, CacheFacts, CacheKind } from '../../model/cache.ts';
import type { Fact } from '../../model/fact.ts';
import { FACTS } from './fact-names.ts';
import { isObject, propertyOf } from './json.ts';

/** What tells an answer of the newest API from an older or thinner one, of which nothing follows from absence. */

const OF_CLUSTERS = ['highAvailability', 'publicNetworkAccess', 'minimumTlsVersion', 'privateEndpointConnections', 'redundancyMode'];

/**
 * What the newest API tells of every cache, in every recording: paths below the properties. Older ones do not know some of it, and
 * what lacks any of it may lack anything.
 */
const MARKS: Readonly<Record<CacheKind, readonly (readonly string[])[]>> = {
  redis: [['updateChannel'], ['disableAccessKeyAuthentication'], ['redisVersion'], ['linkedServers'], ['redisConfiguration', 'maxclients']],
  managed: OF_CLUSTERS.map((name) => [name]),
  enterprise: OF_CLUSTERS.map((name) => [name]),
};

/** Whether these properties of a cache say by absence what Resource Manager would. */
export const isMarked = (kind: CacheKind, properties: unknown): boolean => MARKS[kind].every((path) => isThere(properties, path));

const isThere = (value: unknown, [name, ...rest]: readonly string[]): boolean => {
  const inner = isObject(value) && name !== undefined ? propertyOf(value, name) : undefined;
  return inner !== undefined && (rest.length === 0 || isThere(inner, rest));
};

/** The same cache with other facts. */
export const changed = (cache: Cache, change: (fact: Fact<unknown>, name: keyof CacheFacts) => Fact<unknown>): Cache => {
  // Node copies an object fast, and two into one slowly.
  const copy: Record<keyof CacheFacts, Fact<unknown>> = { ...cache };
  for (const name of FACTS) {
    const fact = change(cache[name], name);
    if (fact !== cache[name]) copy[name] = fact;
  }
  return copy as unknown as Cache;
};
