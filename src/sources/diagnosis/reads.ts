import type { Cache, CacheKind } from '../../model/cache.ts';
import { type DiagnosedSubscription, READ_NAMES, type ReadCheck, type ReadName, type ResourceType } from '../../model/diagnosis.ts';
import type { Fact } from '../../model/fact.ts';
import { ACTIONS, NEEDS, type Need, READ_ACTIONS, SCOPE_ACTIONS } from '../../model/need.ts';
import { hasNoToken, type Problem } from '../../model/problem.ts';
import type { RuleSpec } from '../../model/rule-spec.ts';
import type { Seen, SubscriptionScope } from '../../model/scope.ts';
import type { Awaited } from '../completion.ts';
import { everythingFor, needsOf } from '../snapshot/everything.ts';
import { type Asked, type Listener, listening } from './overheard.ts';

/** Makes of what a source tries and tells which reads work. */
export interface Diagnosing extends Pick<Listener, 'overhear' | 'visible'> {
  /** What the source is to wait for: all that the rules may ask, each of it on one cache of its kind in each subscription. */
  readonly awaited: Awaited;
  readonly take: (seen: Seen) => void;
  /** In the order of the source. */
  readonly subscriptions: () => readonly DiagnosedSubscription[];
  /** Reads that are of no single subscription. */
  readonly reads: () => readonly ReadCheck[];
}

type Rules = readonly Pick<RuleSpec, 'appliesTo' | 'needs'>[];

export const diagnosing = (rules: Rules): Diagnosing => {
  const listener = listening();
  const awaited = onOneOfEach(everythingFor(rules));
  const samples = new Map<string, Cache[]>();
  const scopes: SubscriptionScope[] = [];
  return {
    overhear: listener.overhear,
    visible: listener.visible,
    awaited,
    take: (seen) => {
      if (seen.type === 'subscription') scopes.push(seen.subscription);
      if (seen.type !== 'cache' || awaited(seen.cache).size === 0) return;
      const id = seen.cache.subscriptionId ?? '';
      samples.set(id, [...(samples.get(id) ?? []), seen.cache]);
    },
    subscriptions: () => {
      const asked = bySubscription(listener.asked());
      return scopes.map((scope) => ({
        ...scope,
        reads: scope.status === 'skipped' ? [] : readsOf(scope, rules, samples.get(scope.id) ?? [], awaited, asked.get(scope.id) ?? []),
      }));
    },
    reads: () =>
      (['subscriptions', 'managementGroups'] as const).flatMap((need) => {
        const tried = listener.asked().filter(({ action }) => action === SCOPE_ACTIONS[need]);
        return tried.map(({ scope, failure }) => checkOf(need, null, SCOPE_ACTIONS[need], scope, failure));
      }),
  };
};

/** The first cache of a kind in a subscription on which a need can be read is the one on which it is: the caches come by id. */
const onOneOfEach = (awaited: Awaited): Awaited => {
  const chosen = new Map<string, string>();
  return (cache) =>
    new Map(
      [...awaited(cache)].filter(([need]) => {
        const key = `${cache.subscriptionId}|${cache.kind}|${need}`;
        const id = chosen.get(key) ?? cache.id.toLowerCase();
        chosen.set(key, id);
        return id === cache.id.toLowerCase();
      }),
    );
};

const bySubscription = (asked: readonly Asked[]): ReadonlyMap<string, readonly Asked[]> => {
  const found = new Map<string, Asked[]>();
  for (const one of asked) {
    const id = /^\/subscriptions\/([^/]+)/i.exec(one.scope ?? '')?.[1]?.toLowerCase();
    if (id === undefined) continue;
    const known = found.get(id) ?? [];
    found.set(id, known);
    known.push(one);
  }
  return found;
};

const readsOf = (
  scope: SubscriptionScope,
  rules: Rules,
  samples: readonly Cache[],
  awaited: Awaited,
  asked: readonly Asked[],
): readonly ReadCheck[] => {
  const kinds = new Set(rules.flatMap(({ appliesTo }) => appliesTo));
  const types = TYPES.filter(({ kinds: of }) => of.some((kind) => kinds.has(kind)));
  const lists = types.map(({ type, action }) => listCheck(type, action, scope, asked));
  const below = samples.flatMap((cache) => needsIn(awaited, cache).map((need) => needCheck(need, cache, asked)));
  const untried = types.flatMap((type) => withoutSample(type, rules, below, lists));
  // What a scan asks of a whole subscription only where it has to, and of caches for the sake of others.
  const registration = asked.filter(({ action }) => action === SCOPE_ACTIONS.providers);
  const theirs = samples.map(({ id }) => id);
  const others = asked.filter(
    (one) => one.failure !== null && one.scope !== `/subscriptions/${scope.id}` && !theirs.some((id) => isWithin(one, id)),
  );
  return [
    ...lists,
    ...registration.map(({ scope: at, failure }) => checkOf('providers', null, SCOPE_ACTIONS.providers, at, failure)),
    ...[...below, ...untried].sort((a, b) => rankOf(a) - rankOf(b)),
    ...others.map((one) => checkOf('linkedCaches', null, one.action, one.scope, one.failure)),
  ];
};

const TYPES: readonly {
  readonly type: ResourceType;
  readonly action: string;
  readonly kinds: readonly CacheKind[];
  readonly noun: string;
}[] = [
  { type: 'redis', action: READ_ACTIONS.redis, kinds: ['redis'], noun: 'Azure Cache for Redis' },
  {
    type: 'redisEnterprise',
    action: READ_ACTIONS.managed,
    kinds: ['managed', 'enterprise'],
    noun: 'Azure Managed Redis or Redis Enterprise',
  },
];

const typeOf = (kind: CacheKind): ResourceType => (kind === 'redis' ? 'redis' : 'redisEnterprise');

/** Redis before clusters, and of each the needs in their order. */
const rankOf = ({ need, resourceType }: ReadCheck): number => (resourceType === 'redis' ? 0 : READ_NAMES.length) + READ_NAMES.indexOf(need);

/** Geo-replicated clusters are known from their databases: no read of theirs is below them. */
const needsIn = (awaited: Awaited, cache: Cache): readonly Need[] =>
  NEEDS.filter((need) => awaited(cache).has(need) && !(need === 'linkedServers' && cache.kind !== 'redis'));

const listCheck = (type: ResourceType, action: string, scope: SubscriptionScope, asked: readonly Asked[]): ReadCheck => {
  const at = `/subscriptions/${scope.id}`;
  const found = asked.find((one) => one.action === action && one.scope === at);
  if (found === undefined) return untriedCheck(type, null, action, 'it was not reached');
  // The source takes a refusal for an answer where the registration proves that no cache can be there.
  if (found.failure !== null && scope.status === 'read')
    return { ...checkOf(type, null, action, at, null), message: 'Microsoft.Cache is not registered there, so no cache can be there' };
  return checkOf(type, null, action, at, found.failure);
};

const needCheck = (need: Need, cache: Cache, asked: readonly Asked[]): ReadCheck => {
  const type = typeOf(cache.kind);
  const action = ACTIONS[need];
  const facts = factsOf(cache, need);
  const unknown = facts.flatMap((fact) => (fact.known ? [] : [fact]))[0];
  const tried = asked.filter((one) => one.action === action && isWithin(one, cache.id));
  if (tried.length === 0)
    return { ...untriedCheck(need, type, action, unknown?.reason ?? 'the cluster has no database'), resource: cache.id };
  if (unknown === undefined) return checkOf(need, type, action, cache.id, null);
  const failure = tried.find((one) => one.failure !== null)?.failure ?? null;
  return failure === null
    ? { ...checkOf(need, type, action, cache.id, null), state: 'failed', message: unknown.reason }
    : checkOf(need, type, action, cache.id, failure);
};

/** What a need is about, once everything was read. */
const factsOf = (cache: Cache, need: Need): readonly Fact<unknown>[] => {
  const { databases } = cache;
  switch (need) {
    case 'patchSchedules':
      return [cache.patchDays];
    case 'linkedServers':
      return [cache.replicas];
    case 'databaseAccessPolicyAssignments':
      return databases.known ? databases.value.map((one) => one.accessPolicyAssignments) : [databases];
    case 'diagnosticSettings':
      if (cache.kind === 'redis') return [cache.diagnosticSettings];
      return databases.known ? databases.value.map((one) => one.diagnosticSettings) : [databases];
    default:
      return [cache[need]];
  }
};

/** What the rules may ask of a type of which no cache was there to ask it of. */
const withoutSample = (
  { type, kinds, noun }: (typeof TYPES)[number],
  rules: Rules,
  below: readonly ReadCheck[],
  lists: readonly ReadCheck[],
): readonly ReadCheck[] => {
  const wanted = new Set(kinds.flatMap((kind) => needsOf(rules, kind)));
  const isTried = (need: Need): boolean => below.some((one) => one.need === need && one.resourceType === type);
  const isListed = lists.some((one) => one.need === type && one.state === 'ok');
  return NEEDS.filter((need) => wanted.has(need) && !isTried(need) && !(need === 'linkedServers' && type !== 'redis')).map((need) =>
    untriedCheck(
      need,
      type,
      ACTIONS[need],
      isListed ? `no ${need === 'linkedServers' ? 'geo-replicated ' : ''}${noun} there` : 'its caches could not be listed',
    ),
  );
};

const isWithin = ({ scope }: Asked, id: string): boolean => {
  const at = (scope ?? '').toLowerCase();
  return at === id.toLowerCase() || at.startsWith(`${id.toLowerCase()}/`);
};

const untriedCheck = (need: ReadName, resourceType: ResourceType | null, action: string, message: string): ReadCheck => ({
  need,
  resourceType,
  action,
  state: 'not_tried',
  resource: null,
  message,
  hint: null,
});

const checkOf = (
  need: ReadName,
  resourceType: ResourceType | null,
  action: string,
  resource: string | null,
  failure: Problem | null,
): ReadCheck => {
  const of = { need, resourceType, action, resource };
  if (failure === null) return { ...of, state: 'ok', message: null, hint: null };
  // Without a token nothing was sent.
  if (hasNoToken(failure)) return { ...of, state: 'not_tried', message: 'nobody is signed in', hint: null };
  return { ...of, state: failure.kind === 'permission' ? 'denied' : 'failed', message: failure.message, hint: failure.hint };
};
