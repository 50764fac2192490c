import type { ResourceManager } from '../azure/resource-manager.ts';
import type { Cache, CacheKind } from '../model/cache.ts';
import { compare } from '../model/compare.ts';
import type { Gap } from '../model/scope.ts';
import { readCluster } from './decode/cluster.ts';
import { shown } from './decode/json.ts';
import { mergeReports } from './decode/merge.ts';
import { type Decoded, readRedis } from './decode/redis.ts';
import { gapFrom, unreadable } from './gaps.ts';
import type { Subscription } from './subscriptions.ts';

/** What the lists of one subscription hold. */
export interface Listed {
  /** By id; each once. */
  readonly caches: readonly Cache[];
  readonly gaps: readonly Gap[];
  /** How many pages were read: none means that nothing of the subscription was seen. */
  readonly pages: number;
}

/** Reads the lists that caches of these kinds stand in, both at the same time. */
export const readLists = async (arm: ResourceManager, kinds: ReadonlySet<CacheKind>, subscription: Subscription): Promise<Listed> => {
  const { add, collected } = collecting(subscription);
  const lists = await Promise.all(listsFor(kinds).map((list) => readList(arm, list, subscription, add)));
  const { caches, gaps } = collected();
  return {
    caches,
    gaps: [...distinct(lists.flatMap((list) => list.gaps)), ...gaps],
    pages: lists.reduce((sum, list) => sum + list.pages, 0),
  };
};

/** Caches of one subscription as they come, in whatever order. */
export interface Collecting {
  readonly add: (decoded: Decoded) => void;
  /** By id, each once, what among the items was none, and how many said a cache again. */
  readonly collected: () => Pick<Listed, 'caches' | 'gaps'> & { readonly repeated: number };
}

export const collecting = (subscription: Subscription): Collecting => {
  const reports = new Map<string, [Cache, ...Cache[]]>();
  const refused: string[] = [];
  let added = 0;
  return {
    add: (decoded) => {
      const why = 'refused' in decoded ? decoded.refused : otherSubscription(decoded.cache, subscription);
      if ('refused' in decoded || why !== null) {
        refused.push(why ?? '');
        return;
      }
      added += 1;
      const key = decoded.cache.id.toLowerCase();
      const before = reports.get(key);
      if (before === undefined) reports.set(key, [decoded.cache]);
      else before.push(decoded.cache);
    },
    collected: () => {
      const caches = [...reports].sort(([a], [b]) => compare(a, b)).map(([, all]) => mergeReports(all));
      const gaps = [
        ...(refused.length > 0 ? [unreadable('UNREADABLE_ITEM', refusal(refused), `/subscriptions/${subscription.id}`)] : []),
        ...caches
          .filter(isOfNoKind)
          .map(({ id, skuName }) =>
            unreadable(
              'UNREADABLE_ITEM',
              `${skuName.known ? '' : skuName.reason}: without its SKU nobody can tell what kind of cluster it is`,
              id,
            ),
          ),
      ];
      return { caches, gaps, repeated: added - caches.length };
    },
  };
};

/** It is judged as Azure Managed Redis, whose rules are not all those of Redis Enterprise. */
const isOfNoKind = ({ kind, skuName }: Cache): boolean => kind !== 'redis' && !skuName.known;

interface List {
  readonly pages: (arm: ResourceManager, subscriptionId: string) => AsyncIterable<readonly unknown[]>;
  readonly read: (item: unknown) => Decoded;
}

const REDIS: List = { pages: (arm, id) => arm.redis(id), read: readRedis };
const CLUSTERS: List = { pages: (arm, id) => arm.clusters(id), read: readCluster };

const listsFor = (kinds: ReadonlySet<CacheKind>): readonly List[] => [
  ...(kinds.has('redis') ? [REDIS] : []),
  ...(kinds.has('managed') || kinds.has('enterprise') ? [CLUSTERS] : []),
];

interface ListRead {
  readonly gaps: readonly Gap[];
  readonly pages: number;
}

const readList = async (
  arm: ResourceManager,
  { pages: pagesOf, read }: List,
  subscription: Subscription,
  add: Collecting['add'],
): Promise<ListRead> => {
  let pages = 0;
  try {
    for await (const page of pagesOf(arm, subscription.id)) {
      pages += 1;
      for (const item of page) add(read(item));
    }
    return { gaps: [], pages };
  } catch (error) {
    // What has answered with a page is registered, whatever it says of the next one.
    const gap = pages > 0 ? gapFrom(error) : await gapUnlessUnregistered(arm, subscription, error);
    return gap === null ? { gaps: [], pages: pages + 1 } : { gaps: [gap], pages };
  }
};

/** Both lists of a subscription often fail for one reason, such as a tenant; then it is told once. A right is missing for each. */
const distinct = (gaps: readonly Gap[]): Gap[] => [...new Map(gaps.map((gap) => [keyOf(gap), gap])).values()];

const keyOf = ({ problem: { action, ...rest } }: Gap): string => JSON.stringify(rest.kind === 'permission' ? { ...rest, action } : rest);

/** One gap for all of them, however many there are and on whatever pages they stand. */
const refusal = (refused: readonly string[]): string => {
  const reasons = [...new Set(refused)].sort();
  const more = reasons.length > REASONS_TOLD ? `; and ${reasons.length - REASONS_TOLD} reasons more` : '';
  const items = refused.length === 1 ? '1 item' : `${refused.length} items`;
  return `${items} of the list of caches cannot be taken for a cache: ${reasons.slice(0, REASONS_TOLD).join('; ')}${more}`;
};

const REASONS_TOLD = 3;

const otherSubscription = ({ id, subscriptionId }: Cache, subscription: Subscription): string | null =>
  subscriptionId === subscription.id ? null : `its id ${shown(id)} belongs to another subscription`;

/**
 * A subscription that never registered Microsoft.Cache cannot hold a cache, but only its registration proves that
 * the refusal meant this.
 */
const gapUnlessUnregistered = async (arm: ResourceManager, { id }: Subscription, error: unknown): Promise<Gap | null> => {
  const gap = gapFrom(error);
  if (!/MissingSubscriptionRegistration/i.test(gap.problem.message)) return gap;
  try {
    const state = await arm.registrationOf(id);
    return /^(?:NotRegistered|Unregistered)$/i.test(state ?? '') ? null : gap;
  } catch (failure) {
    return gapFrom(failure);
  }
};
