import type { Place, ResourceManager } from '../azure/resource-manager.ts';
import type { Cache, CacheKind } from '../model/cache.ts';
import { compare } from '../model/compare.ts';
import { ACTIONS } from '../model/need.ts';
import type { Gap, Seen, SubscriptionScope } from '../model/scope.ts';
import { type Awaited, complete } from './completion.ts';
import { inOrder } from './in-order.ts';
import type { Listed } from './lists.ts';
import { type GroupMembers, readGroup } from './management-groups.ts';
import { neighboursOf } from './neighbours.ts';
import { excludesAllOf, type Judge, type Selection, type Selector, selectorOf, subscriptionOfSelector } from './selection.ts';
import { choose, listSubscriptions, type Subscription, subscriptionCalled } from './subscriptions.ts';

/** What both live sources are asked for, and what they do alike: which subscriptions, which of their caches, and what stands below those. */
export interface LiveRequest {
  /** Ids or display names as the person gave them. */
  readonly subscriptions: readonly string[];
  readonly managementGroups: readonly string[];
  readonly selection: Selection;
  /** Subscriptions, and caches of each, that are read at a time. */
  readonly concurrency: number;
  /** The kinds of cache that anybody wants to know of. */
  readonly kinds: ReadonlySet<CacheKind>;
  readonly awaited: Awaited;
  /** What less than that is wanted of a recording; absent for all that it was made for. */
  readonly narrowed?: Narrowing;
  /** Told how far the scan is, for progress only. */
  readonly watch: (event: Watched) => void;
}

/** A selection inside of another one. What of it matched nothing is told by whoever narrows: there may be other recordings. */
export interface Narrowing {
  readonly selection: Selection;
  /** The selector of that selection. */
  readonly judge: Judge;
}

export type Watched =
  /** The next file is being read. */
  | { readonly type: 'input'; readonly path: string }
  | { readonly type: 'subscriptions'; readonly count: number }
  /** The caches of one more subscription are known. */
  | { readonly type: 'listed'; readonly caches: number }
  /** All is known of one more cache. */
  | { readonly type: 'cache' }
  | { readonly type: 'read'; readonly subscription: SubscriptionScope };

/** Results that may wait until those before them are there: one subscription that is throttled must not stop all others. */
export const AHEAD = 1_000;

/** What every subscription of a run is read with. */
export interface Reading {
  readonly arm: ResourceManager;
  readonly request: LiveRequest;
  readonly selector: Selector;
  /** By id: those that are read and those that are passed over. */
  readonly subscriptions: readonly Subscription[];
  /** What the management groups that were asked for hold. */
  readonly groups: readonly GroupMembers[];
  /** The subscriptions that are read, by id. */
  readonly inScope: ReadonlySet<string>;
  /** Why a subscription is passed over. */
  readonly skipped: ReadonlyMap<Subscription, string>;
  /** What could not be seen of the subscriptions themselves. */
  readonly gaps: readonly Gap[];
}

/** Begins a run: which subscriptions there are, and which of them are read. Throws `Trouble` when that cannot be told. */
export const beginReading = async (manager: ResourceManager, request: LiveRequest): Promise<Reading> => {
  const arm = readingOnce(manager);
  const { selection, managementGroups, narrowed } = request;
  const listed = await listSubscriptions(arm);
  const groups = await Promise.all(managementGroups.map((group) => readGroup(arm, group)));
  const ofCaches = selection.caches.map(subscriptionOfSelector);
  const chosen = choose(listed, {
    subscriptions: request.subscriptions,
    groups,
    ofCaches: ofCaches.filter((id) => id !== null),
    // As long as one cache is known by its name alone, it may be in any.
    anywhere: ofCaches.length === 0 || ofCaches.includes(null),
  });
  const isIn = narrowed === undefined ? () => true : narrowing(listed.subscriptions, narrowed.selection);
  const skipped = new Map([...chosen.skipped].filter(([subscription]) => isIn(subscription)));
  const wanted = chosen.read.filter(isIn);
  for (const one of wanted) if (excludesAllOf(selection.excluded, one.id)) skipped.set(one, 'left out by --exclude');
  const read = wanted.filter((subscription) => !skipped.has(subscription));
  request.watch({ type: 'subscriptions', count: read.length });
  return {
    arm,
    request,
    selector: selectorOf(selection),
    groups,
    subscriptions: [...new Set([...wanted, ...skipped.keys()])].sort((a, b) => compare(a.id, b.id)),
    inScope: new Set(read.map(({ id }) => id)),
    skipped,
    gaps: chosen.gaps,
  };
};

/** Which subscriptions a narrower selection may concern. */
const narrowing = (all: readonly Subscription[], { subscriptions, caches, excluded }: Selection): ((one: Subscription) => boolean) => {
  const named = new Set(subscriptions.map((selector) => subscriptionCalled(all, selector)));
  const ofCaches = subscriptions.length > 0 ? [] : caches.map(subscriptionOfSelector);
  return (one) =>
    (subscriptions.length === 0 || named.has(one)) &&
    (ofCaches.length === 0 || ofCaches.includes(null) || ofCaches.includes(one.id)) &&
    !excludesAllOf(excluded, one.id);
};

/** How many of the caches of a subscription were wanted, and how many of those were left out. */
export interface Counted {
  readonly caches: number;
  readonly excluded: number;
}

/** The wanted caches of a subscription, each as soon as all is known of it, and then what could not be seen. */
export async function* readCaches(
  { arm, request, selector, inScope }: Reading,
  subscription: Subscription,
  { caches, gaps }: Pick<Listed, 'caches' | 'gaps'>,
): AsyncGenerator<Seen, Counted> {
  const { kinds, awaited, concurrency, narrowed, watch } = request;
  const judge = (cache: Cache): ReturnType<Judge> => {
    const is = selector.judge(cache);
    return is === 'wanted' && narrowed !== undefined ? narrowed.judge(cache, subscription.name) : is;
  };
  // One list holds two kinds, and the rules may be for one of them.
  const judged = caches.filter(({ kind }) => kinds.has(kind)).map((cache) => ({ cache, is: judge(cache) }));
  const wanted = judged.filter(({ is }) => is === 'wanted').map(({ cache }) => cache);
  watch({ type: 'listed', caches: wanted.length });
  const neighbours = neighboursOf(arm, inScope, subscription, caches);
  const below: Gap[] = [];
  const completed = inOrder(wanted, { concurrency, ahead: concurrency }, async (cache) => complete(arm, cache, neighbours, awaited));
  for await (const { cache, gaps: more } of completed) {
    watch({ type: 'cache' });
    below.push(...more);
    yield { type: 'cache', cache };
  }
  const doubtful = judged.flatMap(({ is }) => (typeof is === 'object' ? [is] : []));
  yield* [...gaps, ...doubtful, ...below].map((gap): Seen => ({ type: 'gap', gap }));
  return { caches: wanted.length, excluded: judged.filter(({ is }) => is === 'excluded').length };
}

/** What was asked for by name and matched nothing, when everything was read. */
export const whatMatchedNothing = ({ selector, request }: Reading): readonly Seen[] =>
  request.narrowed === undefined ? selector.unmatched().map((gap): Seen => ({ type: 'gap', gap })) : [];

/** A subscription that was read, or passed over for a reason. */
export const scopeOf = (
  { id, name, state }: Subscription,
  status: SubscriptionScope['status'],
  { caches, excluded }: Counted,
  reason: string | null = null,
): SubscriptionScope => ({ id, name, state, status, caches, excluded, reason });

export const skippedScope = (subscription: Subscription, reason: string): Seen => ({
  type: 'subscription',
  subscription: scopeOf(subscription, 'skipped', { caches: 0, excluded: 0 }, reason),
});

/** Lists that are remembered: memory must not grow with the estate. */
const REMEMBERED = 500;

/** Clusters that are geo-replicated with each other ask for each other's databases, beside their own. */
const readingOnce = (arm: ResourceManager): ResourceManager => {
  const lists = new Map<string, Promise<readonly unknown[]>>();
  const resources = new Map<string, Promise<unknown>>();
  const once = <T>(known: Map<string, Promise<T>>, { path }: Place, read: () => Promise<T>): Promise<T> => {
    const key = path.toLowerCase();
    const reading = known.get(key) ?? read();
    known.set(key, reading);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return reading;
  };
  return {
    ...arm,
    list: (place) => (place.action === ACTIONS.databases ? once(lists, place, () => arm.list(place)) : arm.list(place)),
    resource: (place) => once(resources, place, () => arm.resource(place)),
  };
};
