import type { ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import type { Cache } from '../model/cache.ts';
import { problem } from '../model/problem.ts';
import type { Gap, Seen, SubscriptionScope } from '../model/scope.ts';
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
    const limits = { concurrency: request.concurrency, ahead: 2 * request.concurrency };
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
        else found.set(subscription.id, subscription);
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
  const id = textOf(item, 'subscriptionId') ?? textOf(item, 'id')?.replace(/^\/subscriptions\//i, '') ?? '';
  return isSubscriptionId(id) ? { id: id.toLowerCase(), name: textOf(item, 'displayName'), state: textOf(item, 'state') } : null;
};

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
  const none = { problem: { ...NO_SUBSCRIPTION, message: 'every visible subscription is disabled or deleted' }, correlationId: null };
  return { read, skipped: subscriptions.filter(isDead), gaps: read.length === 0 ? [...gaps, none] : gaps };
};

const chooseNamed = (subscriptions: readonly Subscription[], gaps: readonly Gap[], wanted: readonly string[]): Choice => {
  const read = new Set<Subscription>();
  const missing: Gap[] = [];
  for (const selector of new Set(wanted)) {
    const found = matching(subscriptions, selector);
    if (found.length > 1) throw new Trouble(ambiguous(selector, found));
    if (found[0]) read.add(found[0]);
    else missing.push({ problem: notFound(selector), correlationId: null });
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
  let pages = 0;
  try {
    for await (const page of arm.redis(subscription.id)) {
      pages += 1;
      page.forEach((item, index) => {
        const decoded = readRedis(item);
        const refused = 'refused' in decoded ? decoded.refused : otherSubscription(decoded.cache, subscription);
        if ('cache' in decoded && refused === null) addReport(reports, decoded.cache);
        else
          gaps.push(
            unreadable(
              `item ${index + 1} of page ${pages} of the list of caches cannot be taken for one: ${refused}`,
              scopeOf(subscription),
            ),
          );
      });
    }
  } catch (error) {
    const gap = await gapUnlessUnregistered(arm, subscription, error);
    if (gap !== null) gaps.push(gap);
    else pages += 1;
  }
  const sorted = [...reports].sort(([a], [b]) => compare(a, b)).map(([, all]) => mergeReports(all));
  return [
    ...sorted.map((cache): Seen => ({ type: 'cache', cache })),
    ...gaps.map((gap): Seen => ({ type: 'gap', gap })),
    { type: 'subscription', subscription: { ...subscription, status: statusOf(gaps, pages), caches: sorted.length, reason: null } },
  ];
};

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
  if (!(error instanceof Trouble)) throw error;
  if (!/MissingSubscriptionRegistration/i.test(error.problem.message)) return gapOf(error);
  try {
    const state = await arm.registrationOf(id);
    return /^(?:NotRegistered|Unregistered)$/i.test(state ?? '') ? null : gapOf(error);
  } catch (failure) {
    if (failure instanceof Trouble) return gapOf(failure);
    throw failure;
  }
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
    hint: 'Run again with -vv; if it stays, please report it.',
    affects: ['*'],
  }),
  correlationId: null,
});

const NO_SUBSCRIPTION = problem('not_found', 'NO_SUBSCRIPTION', 'signed in, but no subscription is visible', {
  hint: 'Ask for the role Reader on the subscriptions to scan, or sign in to their tenant with --tenant ID.',
  affects: ['*'],
});

const notFound = (selector: string) =>
  problem('not_found', 'SUBSCRIPTION_NOT_FOUND', `no visible subscription has the id or name ${shown(selector)}`, {
    scope: selector,
    hint: 'List what is visible with: az account list --all -o table. A subscription of another tenant needs --tenant ID.',
    affects: ['*'],
  });

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

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
