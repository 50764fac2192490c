import { type Fact, pending, type Unknown } from '../../model/fact.ts';
import { readCluster } from './cluster.ts';
import { absentHere } from './facts.ts';
import { isObject, propertyOf, textOf, unknown } from './json.ts';
import { changed, isMarked } from './marks.ts';
import { type Decoded, readRedis } from './redis.ts';

/** `complete`: what the index does not show is read from Resource Manager. `only`: nothing is asked of anybody else. */
export type IndexUse = 'complete' | 'only';

/**
 * Reads one row of Resource Graph about a cache or cluster. Values are as Resource Manager writes them, but Microsoft does not say
 * which version of the API the index follows, so that what is absent may be missing from the index alone: of a row that lacks
 * properties which Resource Manager tells of every cache, nothing follows from absence.
 */
export const readRow = (row: unknown, use: IndexUse): Decoded => {
  const id = isObject(row) ? (textOf(row, 'id') ?? '') : '';
  const decoded = /\/providers\/Microsoft\.Cache\/redisEnterprise\//i.test(id) ? readCluster(row) : readRedis(row);
  if ('refused' in decoded) return decoded;
  const isOld = isObject(row) && !isMarked(decoded.cache.kind, propertyOf(row, 'properties'));
  // The query asks for that column, so that a cache without tags has null there.
  const hasTags = isObject(row) && Object.hasOwn(row, 'tags');
  return {
    cache: changed(decoded.cache, (fact, name) => {
      // Of a cluster without a SKU nobody knows the kind, and that is a gap in every list.
      if (name === 'skuName') return fact;
      return name === 'tags' && !hasTags ? NO_TAGS : inIndex(fact, isOld, use);
    }),
  };
};

const NO_TAGS = unknown('tags', 'missing', 'the row of Resource Graph has no tags');

const inIndex = <T>(fact: Fact<T>, isOld: boolean, use: IndexUse): Fact<T> => {
  if (fact.known) {
    if (!isOld || fact.from === 'observed' || !fact.path.startsWith('properties.')) return fact;
    return use === 'complete' ? waiting(fact.path) : unknown(fact.path, 'missing', TOO_OLD);
  }
  if (fact.kind === 'pending')
    return use === 'complete' ? fact : { ...absentHere(fact.path), reason: `Resource Graph has no ${fact.path}` };
  // What this kind of cache does not have is nowhere to be read.
  return use === 'only' || fact.kind === 'out_of_reach' ? fact : waiting(fact.path);
};

const WAITING = new Map<string, Unknown>();

/** One fact for all caches that lack it: its path is one of those that decode reads. */
const waiting = (path: string): Unknown => {
  const fact = WAITING.get(path) ?? pending('resource', path);
  WAITING.set(path, fact);
  return fact;
};

const TOO_OLD = 'the property is missing from Resource Graph, which lacks newer ones of this cache, too';
