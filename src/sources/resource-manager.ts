import type { ResourceManager } from '../azure/resource-manager.ts';
import type { Cache } from '../model/cache.ts';
import type { Gap, Seen, SubscriptionScope } from '../model/scope.ts';
import { compare } from './compare.ts';
import { shown } from './decode/json.ts';
import { mergeReports } from './decode/merge.ts';
import { readRedis } from './decode/redis.ts';
import { gapFrom, unreadable } from './gaps.ts';
import { inOrder } from './in-order.ts';
import type { Source } from './source.ts';
import { choose, listSubscriptions, type Subscription } from './subscriptions.ts';

export interface LiveRequest {
  /** Ids or display names as the person gave them; empty for every subscription the credential can see. */
  readonly subscriptions: readonly string[];
  /** Subscriptions read at a time. */
  readonly concurrency: number;
  /** Told how far the scan is, for progress only. */
  readonly watch: (event: Watched) => void;
}

export type Watched =
  | { readonly type: 'subscriptions'; readonly count: number }
  | { readonly type: 'read'; readonly subscription: SubscriptionScope };

/** Subscriptions that may be read before the first of them is: one that is throttled must not stop all others. */
const AHEAD = 1_000;

/** The live source: Azure Resource Manager, subscription by subscription. */
export const resourceManagerSource = (arm: ResourceManager, request: LiveRequest): Source => ({
  async *open() {
    const listed = await listSubscriptions(arm);
    const chosen = choose(listed, request.subscriptions);
    request.watch({ type: 'subscriptions', count: chosen.read.length });
    yield* chosen.gaps.map((gap): Seen => ({ type: 'gap', gap }));
    const order = [...chosen.read, ...chosen.skipped].sort((a, b) => compare(a.id, b.id));
    const skipped = new Set(chosen.skipped);
    const limits = { concurrency: request.concurrency, ahead: AHEAD };
    const read = async (subscription: Subscription): Promise<readonly Seen[]> => {
      if (skipped.has(subscription)) return [{ type: 'subscription', subscription: skippedScope(subscription) }];
      const seen = await readSubscription(arm, subscription);
      const last = seen.at(-1);
      if (last?.type === 'subscription') request.watch({ type: 'read', subscription: last.subscription });
      return seen;
    };
    for await (const seen of inOrder(order, limits, read)) yield* seen;
  },
});

const readSubscription = async (arm: ResourceManager, subscription: Subscription): Promise<readonly Seen[]> => {
  const reports = new Map<string, [Cache, ...Cache[]]>();
  const gaps: Gap[] = [];
  const refused: string[] = [];
  let pages = 0;
  try {
    for await (const page of arm.redis(subscription.id)) {
      pages += 1;
      for (const item of page) {
        const decoded = readRedis(item);
        const why = 'refused' in decoded ? decoded.refused : otherSubscription(decoded.cache, subscription);
        if ('cache' in decoded && why === null) addReport(reports, decoded.cache);
        else refused.push(why ?? '');
      }
    }
  } catch (error) {
    // What has answered with a page is registered, whatever it says of the next one.
    const gap = pages > 0 ? gapFrom(error) : await gapUnlessUnregistered(arm, subscription, error);
    if (gap !== null) gaps.push(gap);
    else pages += 1;
  }
  if (refused.length > 0) gaps.push(unreadable('UNREADABLE_ITEM', refusal(refused), scopeOf(subscription)));
  const sorted = [...reports].sort(([a], [b]) => compare(a, b)).map(([, all]) => mergeReports(all));
  return [
    ...sorted.map((cache): Seen => ({ type: 'cache', cache })),
    ...gaps.map((gap): Seen => ({ type: 'gap', gap })),
    { type: 'subscription', subscription: { ...subscription, status: statusOf(gaps, pages), caches: sorted.length, reason: null } },
  ];
};

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

const addReport = (reports: Map<string, [Cache, ...Cache[]]>, cache: Cache): void => {
  const key = cache.id.toLowerCase();
  const before = reports.get(key);
  if (before === undefined) reports.set(key, [cache]);
  else before.push(cache);
};

const statusOf = (gaps: readonly Gap[], pages: number): SubscriptionScope['status'] => {
  if (gaps.length === 0) return 'read';
  return pages === 0 && gaps.every(({ problem: { kind } }) => DENIED.has(kind)) ? 'denied' : 'partial';
};

const DENIED: ReadonlySet<string> = new Set(['permission', 'not_found', 'auth']);

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

const skippedScope = (subscription: Subscription): SubscriptionScope => ({
  ...subscription,
  status: 'skipped',
  caches: 0,
  reason: `its state is ${subscription.state}; name it with --subscription to read it all the same`,
});

const scopeOf = ({ id }: Subscription): string => `/subscriptions/${id}`;
