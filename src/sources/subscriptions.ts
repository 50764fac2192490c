import { distance } from 'fastest-levenshtein';
import type { ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';
import { isObject, shown, textOf } from './decode/json.ts';
import { isUuid } from './decode/resource-id.ts';
import { gapOf, unreadable } from './gaps.ts';
import { type GroupMembers, invisible } from './management-groups.ts';
import { unmatched } from './selection.ts';

export interface Subscription {
  readonly id: string;
  readonly name: string | null;
  readonly state: string | null;
  /** Of its own tenant, which for one that is managed from elsewhere is not that of the sign-in. Lower case. */
  readonly tenantId: string | null;
}

interface Listed {
  readonly subscriptions: readonly Subscription[];
  readonly gaps: readonly Gap[];
}

/** Everything the credential can see. A list that breaks off is a gap beside what it had told by then. */
export const listSubscriptions = async (arm: ResourceManager): Promise<Listed> => {
  const found = new Map<string, Subscription>();
  const gaps: Gap[] = [];
  try {
    for await (const page of arm.subscriptions()) {
      for (const item of page) {
        const subscription = readSubscriptionItem(item);
        if (subscription === null)
          gaps.push(unreadable('UNREADABLE_SUBSCRIPTION', 'an item of the list of subscriptions cannot be understood', null));
        else found.set(subscription.id, mergeListed(found.get(subscription.id) ?? subscription, subscription));
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
  if (id !== other || !isUuid(id)) return null;
  const tenant = textOf(item, 'tenantId') ?? '';
  return {
    id,
    name: textOf(item, 'displayName'),
    state: textOf(item, 'state'),
    // It becomes part of an address.
    tenantId: isUuid(tenant) ? tenant.toLowerCase() : null,
  };
};

/** What a subscription that is listed twice says in two ways cannot be relied on: without a state it is read. */
const mergeListed = (before: Subscription, now: Subscription): Subscription => ({
  ...now,
  state: before.state === now.state ? now.state : null,
  tenantId: before.tenantId === now.tenantId ? now.tenantId : null,
});

/** Which subscriptions are asked for: each kind adds to the others. */
export interface Wanted {
  /** Ids or display names as the person gave them. */
  readonly subscriptions: readonly string[];
  readonly groups: readonly GroupMembers[];
  /** Ids of the subscriptions of caches that were named by their ids: they count where no subscription was asked for. */
  readonly ofCaches: readonly string[];
  /** Whether other caches may be anywhere. */
  readonly anywhere: boolean;
}

export interface Choice {
  readonly read: readonly Subscription[];
  /** What is passed over, and why. */
  readonly skipped: ReadonlyMap<Subscription, string>;
  readonly gaps: readonly Gap[];
}

/** Which of the listed subscriptions to read. Throws `Trouble` (usage) for a name that several have. */
export const choose = ({ subscriptions, gaps }: Listed, { subscriptions: named, groups, ofCaches, anywhere }: Wanted): Choice => {
  if (subscriptions.length === 0) return { ...NOTHING, gaps: [...gaps, { problem: NO_SUBSCRIPTION, correlationId: null }] };
  const ids = named.length + groups.length === 0 ? ofCaches : [];
  const all = named.length + groups.length === 0 && anywhere ? withoutDead(subscriptions) : NOTHING;
  const choices = [
    all,
    chooseNamed(subscriptions, [...named, ...ids], gaps.length === 0),
    ...groups.map((group) => chooseInGroup(subscriptions, group)),
  ];
  const read = new Set(choices.flatMap((choice) => choice.read));
  const skipped = choices.flatMap((choice) => [...choice.skipped]).filter(([subscription]) => !read.has(subscription));
  const none = read.size === 0 && skipped.length > 0 ? [allDisabled(groups.length > 0 ? 'in the management groups' : null)] : [];
  return { read: [...read], skipped: new Map(skipped), gaps: [...gaps, ...choices.flatMap((choice) => choice.gaps), ...none] };
};

const NOTHING: Choice = { read: [], skipped: new Map(), gaps: [] };

const withoutDead = (subscriptions: readonly Subscription[]): Choice => {
  const isDead = ({ state }: Subscription): boolean => /^(?:disabled|deleted)$/i.test(state ?? '');
  const dead = subscriptions.filter(isDead);
  const reason = ({ state }: Subscription) => `its state is ${state}; name it with --subscription to read it all the same`;
  return {
    read: subscriptions.filter((subscription) => !isDead(subscription)),
    skipped: new Map(dead.map((subscription) => [subscription, reason(subscription)])),
    gaps: [],
  };
};

/** Exactly those that were asked for, whatever state they are in. */
const chooseNamed = (subscriptions: readonly Subscription[], wanted: readonly string[], whole: boolean): Choice => {
  const read = new Set<Subscription>();
  const missing: Gap[] = [];
  for (const selector of new Set(wanted)) {
    const found = subscriptionCalled(subscriptions, selector);
    if (found) read.add(found);
    else missing.push({ problem: notFound(selector, subscriptions, whole), correlationId: null });
  }
  return { ...NOTHING, read: [...read], gaps: missing };
};

const chooseInGroup = (subscriptions: readonly Subscription[], { group, subscriptions: members, gaps }: GroupMembers): Choice => {
  const wanted = new Set(members);
  const found = subscriptions.filter(({ id }) => wanted.has(id));
  const visible = new Set(found.map(({ id }) => id));
  const unseen = members.filter((id) => !visible.has(id));
  const empty = members.length === 0 && gaps.length === 0;
  return {
    ...withoutDead(found),
    gaps: [
      ...gaps,
      ...(unseen.length > 0 ? [invisible(group, unseen)] : []),
      ...(empty ? [unmatched('--management-group', group, `the management group ${group} holds no subscription`)] : []),
    ],
  };
};

/** The one of that id or name. Throws `Trouble` (usage) for a name that several have. */
export const subscriptionCalled = (subscriptions: readonly Subscription[], selector: string): Subscription | undefined => {
  const found = matching(subscriptions, selector);
  if (found.length > 1) throw new Trouble(ambiguous(selector, found));
  return found[0];
};

const matching = (subscriptions: readonly Subscription[], selector: string): readonly Subscription[] => {
  const wanted = selector.toLowerCase().replace(/^\/subscriptions\//, '');
  const byId = subscriptions.filter(({ id }) => id === wanted);
  return byId.length > 0 ? byId : subscriptions.filter(({ name }) => name?.toLowerCase() === selector.toLowerCase());
};

const NO_SUBSCRIPTION = problem('not_found', 'NO_SUBSCRIPTION', 'signed in, but no subscription is visible', {
  hint: 'Ask for the role Reader on the subscriptions to scan, or sign in to their tenant with --tenant ID.',
  affects: ['*'],
});

const allDisabled = (where: string | null): Gap => ({
  problem: problem(
    'not_found',
    'NO_SUBSCRIPTION',
    `every ${where ? `subscription ${where}` : 'visible subscription'} is disabled or deleted`,
    {
      hint: 'Name one with --subscription to read it all the same.',
      affects: ['*'],
    },
  ),
  correlationId: null,
});

const notFound = (selector: string, subscriptions: readonly Subscription[], whole: boolean) =>
  problem(
    'not_found',
    'SUBSCRIPTION_NOT_FOUND',
    `no ${whole ? 'visible subscription' : 'subscription in the part of the list that was read'} has the id or name ${shown(selector)}`,
    {
      scope: selector,
      hint: `${nearlyCalled(selector, subscriptions)}List what is visible with: az account list --all -o table. A subscription of another tenant needs --tenant ID.`,
      affects: ['*'],
    },
  );

const nearlyCalled = (selector: string, subscriptions: readonly Subscription[]): string => {
  const names = subscriptions.flatMap(({ name }) => (name !== null && isSlipOf(name.toLowerCase(), selector.toLowerCase()) ? [name] : []));
  return names.length === 0 ? '' : `Did you mean ${[...new Set(names)].sort().slice(0, 3).map(shown).join(' or ')}? `;
};

/** One letter in three may be wrong. */
const isSlipOf = (name: string, selector: string): boolean => 3 * distance(name, selector) <= selector.length;

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
