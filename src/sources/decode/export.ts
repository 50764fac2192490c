import type { Fact } from '../../model/fact.ts';
import { readCluster } from './cluster.ts';
import { flatCluster, flatRedis, nested } from './export-az.ts';
import { ofPowerShell } from './export-powershell.ts';
import { notExported, type Shape } from './export-shape.ts';
import { isObject, type JsonObject, shown, textOf } from './json.ts';
import { changed } from './marks.ts';
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

const decoded = (read: (item: unknown) => Decoded, { item, tells, without, instead = {} }: Shape): Decoded => {
  const result = read(item);
  if ('refused' in result) return result;
  const isCluster = result.cache.kind !== 'redis';
  const cache = changed(result.cache, (fact, name): Fact<unknown> => {
    const other = instead[name];
    if (other !== undefined) return other;
    if (!fact.known) {
      if (fact.kind === 'pending') return notExported(fact.path);
      return fact.kind === 'missing' && !tells(fact.path) ? without(fact.path) : fact;
    }
    // Clusters have no subnet, whatever an item tells.
    if (fact.from === 'observed' || (isCluster && name === 'subnetId')) return fact;
    return tells(fact.path) ? fact : without(fact.path);
  });
  return { cache };
};
