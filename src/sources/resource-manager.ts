import type { Place, ResourceManager } from '../azure/resource-manager.ts';
import type { CacheKind } from '../model/cache.ts';
import { compare } from '../model/compare.ts';
import { ACTIONS } from '../model/need.ts';
import type { Gap, Seen, SubscriptionScope } from '../model/scope.ts';
import { type Awaited, complete } from './completion.ts';
import { inOrder } from './in-order.ts';
import { readLists } from './lists.ts';
import { neighboursOf } from './neighbours.ts';
import type { Source } from './source.ts';
import { choose, listSubscriptions, type Subscription } from './subscriptions.ts';

export interface LiveRequest {
  /** Ids or display names as the person gave them; empty for every subscription the credential can see. */
  readonly subscriptions: readonly string[];
  /** Subscriptions, and caches of each, that are read at a time. */
  readonly concurrency: number;
  /** The kinds of cache that anybody wants to know of. */
  readonly kinds: ReadonlySet<CacheKind>;
  readonly awaited: Awaited;
  /** Told how far the scan is, for progress only. */
  readonly watch: (event: Watched) => void;
}

export type Watched =
  | { readonly type: 'subscriptions'; readonly count: number }
  /** The caches of one more subscription are known. */
  | { readonly type: 'listed'; readonly caches: number }
  /** All is known of one more cache. */
  | { readonly type: 'cache' }
  | { readonly type: 'read'; readonly subscription: SubscriptionScope };

/** Subscriptions that may be read before the first of them is: one that is throttled must not stop all others. */
const AHEAD = 1_000;

/** The live source: Azure Resource Manager, subscription by subscription. */
export const resourceManagerSource = (manager: ResourceManager, request: LiveRequest): Source => ({
  async *open() {
    const arm = readingOnce(manager);
    const listed = await listSubscriptions(arm);
    const chosen = choose(listed, request.subscriptions);
    request.watch({ type: 'subscriptions', count: chosen.read.length });
    yield* chosen.gaps.map((gap): Seen => ({ type: 'gap', gap }));
    const order = [...chosen.read, ...chosen.skipped].sort((a, b) => compare(a.id, b.id));
    const skipped = new Set(chosen.skipped);
    const limits = { concurrency: request.concurrency, ahead: AHEAD };
    const reading = { arm, request, inScope: new Set(chosen.read.map(({ id }) => id)) };
    const read = async (subscription: Subscription): Promise<readonly Seen[]> => {
      if (skipped.has(subscription)) return [{ type: 'subscription', subscription: skippedScope(subscription) }];
      const seen = await readSubscription(reading, subscription);
      const last = seen.at(-1);
      if (last?.type === 'subscription') request.watch({ type: 'read', subscription: last.subscription });
      return seen;
    };
    for await (const seen of inOrder(order, limits, read)) yield* seen;
  },
});

/** What every subscription is read with. */
interface Reading {
  readonly arm: ResourceManager;
  readonly request: LiveRequest;
  /** The subscriptions of this scan, by id. */
  readonly inScope: ReadonlySet<string>;
}

const readSubscription = async ({ arm, request, inScope }: Reading, subscription: Subscription): Promise<readonly Seen[]> => {
  const { kinds, awaited, concurrency, watch } = request;
  const { caches, gaps, pages } = await readLists(arm, kinds, subscription);
  // One list holds two kinds, and the rules may be for one of them.
  const wanted = caches.filter(({ kind }) => kinds.has(kind));
  watch({ type: 'listed', caches: wanted.length });
  const neighbours = neighboursOf(arm, inScope, subscription, caches);
  const seen: Seen[] = [];
  const below: Gap[] = [];
  const completed = inOrder(wanted, { concurrency, ahead: concurrency }, async (cache) => complete(arm, cache, neighbours, awaited));
  for await (const { cache, gaps: more } of completed) {
    watch({ type: 'cache' });
    seen.push({ type: 'cache', cache });
    below.push(...more);
  }
  return [
    ...seen,
    ...[...gaps, ...below].map((gap): Seen => ({ type: 'gap', gap })),
    { type: 'subscription', subscription: { ...subscription, status: statusOf(gaps, pages), caches: wanted.length, reason: null } },
  ];
};

/** Clusters that are geo-replicated with each other ask for each other's databases, beside their own. */
const readingOnce = (arm: ResourceManager): ResourceManager => {
  const lists = new Map<string, Promise<readonly unknown[]>>();
  const resources = new Map<string, Promise<unknown>>();
  const once = <T>(known: Map<string, Promise<T>>, { path }: Place, read: () => Promise<T>): Promise<T> => {
    const key = path.toLowerCase();
    const reading = known.get(key) ?? read();
    known.set(key, reading);
    return reading;
  };
  return {
    ...arm,
    list: (place) => (place.action === ACTIONS.databases ? once(lists, place, () => arm.list(place)) : arm.list(place)),
    resource: (place) => once(resources, place, () => arm.resource(place)),
  };
};

const statusOf = (gaps: readonly Gap[], pages: number): SubscriptionScope['status'] => {
  if (gaps.length === 0) return 'read';
  return pages === 0 && gaps.every(({ problem: { kind } }) => DENIED.has(kind)) ? 'denied' : 'partial';
};

const DENIED: ReadonlySet<string> = new Set(['permission', 'not_found', 'auth']);

const skippedScope = (subscription: Subscription): SubscriptionScope => ({
  ...subscription,
  status: 'skipped',
  caches: 0,
  reason: `its state is ${subscription.state}; name it with --subscription to read it all the same`,
});
