import type { ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import type { Cache } from '../model/cache.ts';
import { problem } from '../model/problem.ts';
import type { Gap, Seen, SubscriptionScope } from '../model/scope.ts';
import { compare } from './compare.ts';
import { isObject, shown, textOf } from './decode/json.ts';
import { mergeReports } from './decode/merge.ts';
import { readRedis } from './decode/redis.ts';
import { isSubscriptionId } from './decode/resource-id.ts';
import { inOrder } from './in-order.ts';
import type { Source } from './source.ts';

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

interface Subscription {
  readonly id: string;
  readonly name: string | null;
  readonly state: string | null;
}

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

interface Listed {
  readonly subscriptions: readonly Subscription[];
  readonly gaps: readonly Gap[];
}

/** Everything the credential can see. A list that breaks off is a gap beside what it had told by then. */
const listSubscriptions = async (arm: ResourceManager): Promise<Listed> => {
  const found = new Map<string, Subscription>();
  const gaps: Gap[] = [];
  try {
    for await (const page of arm.subscriptions()) {
      for (const item of page) {
        const subscription = readSubscriptionItem(item);
        if (subscription === null) gaps.push(unreadable('an item of the list of subscriptions cannot be understood', null));
        else found.set(subscription.id, mergeListed(found.get(subscription.id), subscription));
      }
    }
  } catch (error) {
    if (found.size === 0 || !(error instanceof Trouble)) throw error;
    gaps.push(gapOf(error, 'the list of subscriptions broke off'));
  }
  return { subscriptions: [...found.values()], gaps };
};

const readSubscriptionItem = (item: unknown): Subscription | null => {
  if (!isObject(item)) return null;
  const ids = [textOf(item, 'subscriptionId'), textOf(item, 'id')?.replace(/^\/subscriptions\//i, '')]
    .filter((id) => typeof id === 'string')
    .map((id) => id.toLowerCase());
  const [id = '', other = id] = ids;
  return id === other && isSubscriptionId(id) ? { id, name: textOf(item, 'displayName'), state: textOf(item, 'state') } : null;
};

/** A subscription that is listed twice in two states has none that can be relied on: it is read. */
const mergeListed = (before: Subscription | undefined, now: Subscription): Subscription =>
  before === undefined || before.state === now.state ? now : { ...now, state: null };

interface Choice {
  readonly read: readonly Subscription[];
  readonly skipped: readonly Subscription[];
  readonly gaps: readonly Gap[];
}

/** Which of the listed subscriptions to read: all that are alive, or exactly those that were asked for. Throws `Trouble` (usage) for a name that several have. */
const choose = ({ subscriptions, gaps }: Listed, wanted: readonly string[]): Choice => {
  if (subscriptions.length === 0) return { read: [], skipped: [], gaps: [...gaps, { problem: NO_SUBSCRIPTION, correlationId: null }] };
  return wanted.length === 0 ? chooseAlive(subscriptions, gaps) : chooseNamed(subscriptions, gaps, wanted);
};

const chooseAlive = (subscriptions: readonly Subscription[], gaps: readonly Gap[]): Choice => {
  const isDead = ({ state }: Subscription): boolean => /^(?:disabled|deleted)$/i.test(state ?? '');
  const read = subscriptions.filter((subscription) => !isDead(subscription));
  const none = { problem: ALL_DISABLED, correlationId: null };
  return { read, skipped: subscriptions.filter(isDead), gaps: read.length === 0 ? [...gaps, none] : gaps };
};

const chooseNamed = (subscriptions: readonly Subscription[], gaps: readonly Gap[], wanted: readonly string[]): Choice => {
  const read = new Set<Subscription>();
  const missing: Gap[] = [];
  for (const selector of new Set(wanted)) {
    const found = matching(subscriptions, selector);
    if (found.length > 1) throw new Trouble(ambiguous(selector, found));
    if (found[0]) read.add(found[0]);
    else missing.push({ problem: notFound(selector, gaps.length === 0), correlationId: null });
  }
  return { read: [...read], skipped: [], gaps: [...gaps, ...missing] };
};

const matching = (subscriptions: readonly Subscription[], selector: string): readonly Subscription[] => {
  const wanted = selector.toLowerCase().replace(/^\/subscriptions\//, '');
  const byId = subscriptions.filter(({ id }) => id === wanted);
  return byId.length > 0 ? byId : subscriptions.filter(({ name }) => name?.toLowerCase() === selector.toLowerCase());
};

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
  if (refused.length > 0) gaps.push(unreadable(refusal(refused), scopeOf(subscription)));
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

/** What could not be read, as a gap. Anything but a `Trouble` is a bug and goes on up. */
const gapFrom = (error: unknown): Gap => {
  if (error instanceof Trouble) return gapOf(error);
  throw error;
};

const skippedScope = (subscription: Subscription): SubscriptionScope => ({
  ...subscription,
  status: 'skipped',
  caches: 0,
  reason: `its state is ${subscription.state}; name it with --subscription to read it all the same`,
});

const scopeOf = ({ id }: Subscription): string => `/subscriptions/${id}`;

const gapOf = ({ problem: told, correlationId }: Trouble, prefix?: string): Gap => ({
  problem: prefix === undefined ? told : { ...told, message: `${prefix}: ${told.message}` },
  correlationId,
});

const unreadable = (message: string, scope: string | null): Gap => ({
  problem: problem('malformed', 'UNREADABLE_ITEM', message, {
    scope,
    hint: 'Run again; if it stays, please report it.',
    affects: ['*'],
  }),
  correlationId: null,
});

const NO_SUBSCRIPTION = problem('not_found', 'NO_SUBSCRIPTION', 'signed in, but no subscription is visible', {
  hint: 'Ask for the role Reader on the subscriptions to scan, or sign in to their tenant with --tenant ID.',
  affects: ['*'],
});

const ALL_DISABLED = problem('not_found', 'NO_SUBSCRIPTION', 'every visible subscription is disabled or deleted', {
  hint: 'Name one with --subscription to read it all the same.',
  affects: ['*'],
});

const notFound = (selector: string, whole: boolean) =>
  problem(
    'not_found',
    'SUBSCRIPTION_NOT_FOUND',
    `no ${whole ? 'visible subscription' : 'subscription in the part of the list that was read'} has the id or name ${shown(selector)}`,
    {
      scope: selector,
      hint: 'List what is visible with: az account list --all -o table. A subscription of another tenant needs --tenant ID.',
      affects: ['*'],
    },
  );

const ambiguous = (selector: string, found: readonly Subscription[]) =>
  problem(
    'usage',
    'AMBIGUOUS_SUBSCRIPTION',
    `${found.length} subscriptions are called ${shown(selector)}: ${found
      .map(({ id }) => id)
      .sort()
      .join(', ')}`,
    {
      scope: '--subscription',
      hint: 'Name the one you mean by its id.',
    },
  );
