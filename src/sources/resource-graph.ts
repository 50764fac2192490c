import type { ResourceManager } from '../azure/resource-manager.ts';
import type { Cache, CacheKind } from '../model/cache.ts';
import { compare } from '../model/compare.ts';
import type { Gap, Seen } from '../model/scope.ts';
import { type IndexUse, readRow } from './decode/index-row.ts';
import { isObject, textOf } from './decode/json.ts';
import { graphGap, notIndexed, rowsRepeated, unordered } from './graph-gaps.ts';
import { inTurn } from './in-turn.ts';
import { collecting } from './lists.ts';
import { AHEAD, beginReading, type LiveRequest, type Reading, readCaches, scopeOf, skippedScope, whatMatchedNothing } from './live.ts';
import { oneAhead } from './one-ahead.ts';
import { type Prove, proving } from './rights.ts';
import type { Source } from './source.ts';
import type { Subscription } from './subscriptions.ts';

export interface GraphRequest extends LiveRequest {
  readonly index: IndexUse;
}

/** The caches of these kinds. What a cache is called in the index is written in lower case there. */
export const cachesQuery = (kinds: ReadonlySet<CacheKind>): string => {
  const types = [
    ...(kinds.has('redis') ? ["'microsoft.cache/redis'"] : []),
    ...(kinds.has('managed') || kinds.has('enterprise') ? ["'microsoft.cache/redisenterprise'"] : []),
  ];
  return `resources
| where type in~ (${types.join(', ')})
| project id, name, type, location, subscriptionId, kind, sku, zones, identity, tags, properties
| order by subscriptionId asc, id asc`;
};

/** The subscriptions that the index answers for: of one that it does not know, and of one without caches, there are no rows alike. */
export const SUBSCRIPTIONS_QUERY = `resourcecontainers
| where type =~ 'microsoft.resources/subscriptions'
| project id, subscriptionId
| order by id asc`;

/** The documentation asks for fewer than 300. */
const SUBSCRIPTIONS_A_QUERY = 300;

/**
 * The live source for many subscriptions: Azure Resource Graph, an index over all of them that lags behind by seconds or minutes.
 * What it does not hold is read from Resource Manager, unless it alone is to be used.
 */
export const resourceGraphSource = (manager: ResourceManager, request: GraphRequest): Source => ({
  async *open() {
    const reading = await beginReading(manager, request);
    yield* reading.gaps.map((gap): Seen => ({ type: 'gap', gap }));
    const limits = { concurrency: request.concurrency, ahead: AHEAD };
    const counts = new Map<string, { caches: number; excluded: number }>();
    for await (const one of inTurn(indexed(reading, request.index, proving(reading)), limits, (part) => readPart(reading, part))) {
      if (one.type === 'counted') counts.set(one.id, one);
      else if (one.type === 'closed') yield* closing(reading, one.closed, counts);
      else yield one;
    }
    yield* whatMatchedNothing(reading);
  },
});

/** What comes out of the index, one after the other: the caches of a subscription, or the end of what was asked in one query. */
type Part =
  | { readonly type: 'subscription'; readonly subscription: Subscription; readonly caches: readonly Cache[]; readonly gaps: readonly Gap[] }
  | { readonly type: 'closed'; readonly closed: Closed };

interface Closed {
  /** Those that were asked about, and those that were passed over between them. */
  readonly subscriptions: readonly Subscription[];
  /** Of which not everything was seen, by id. */
  readonly partial: ReadonlySet<string>;
  /** Of which nothing may be read, by id. */
  readonly denied: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

type Told =
  | Seen
  | { readonly type: 'counted'; readonly id: string; readonly caches: number; readonly excluded: number }
  | Extract<Part, { type: 'closed' }>;

async function* readPart(reading: Reading, part: Part): AsyncIterable<Told> {
  if (part.type === 'closed') {
    yield part;
    return;
  }
  const counted = yield* readCaches(reading, part.subscription, part);
  yield { type: 'counted', id: part.subscription.id, ...counted };
}

/** The subscriptions of a query, told when all that could be had of them was read. */
function* closing(
  { request, skipped }: Reading,
  { subscriptions, partial, denied, gaps }: Closed,
  counts: Map<string, { caches: number; excluded: number }>,
): Iterable<Seen> {
  yield* gaps.map((gap): Seen => ({ type: 'gap', gap }));
  for (const subscription of subscriptions) {
    const { id } = subscription;
    const reason = skipped.get(subscription);
    if (reason !== undefined) {
      yield skippedScope(subscription, reason);
      continue;
    }
    const status = denied.has(id) ? 'denied' : partial.has(id) ? 'partial' : 'read';
    const scope = scopeOf(subscription, status, counts.get(id) ?? { caches: 0, excluded: 0 });
    request.watch({ type: 'read', subscription: scope });
    yield { type: 'subscription', subscription: scope };
    counts.delete(id);
  }
}

async function* indexed(reading: Reading, use: IndexUse, prove: Prove): AsyncIterable<Part> {
  for (const subscriptions of chunksOf(reading)) yield* partsOf(reading, subscriptions, use, prove);
}

/** As many subscriptions as one query may be about, with those that are passed over between them. */
const chunksOf = ({ subscriptions, skipped }: Reading): readonly (readonly Subscription[])[] => {
  const chunks: Subscription[][] = [];
  let asked = SUBSCRIPTIONS_A_QUERY;
  for (const subscription of subscriptions) {
    if (asked >= SUBSCRIPTIONS_A_QUERY) {
      chunks.push([]);
      asked = 0;
    }
    chunks.at(-1)?.push(subscription);
    if (!skipped.has(subscription)) asked += 1;
  }
  return chunks;
};

async function* partsOf(reading: Reading, subscriptions: readonly Subscription[], use: IndexUse, prove: Prove): AsyncIterable<Part> {
  const { arm, request, skipped } = reading;
  const asked = new Map(subscriptions.filter((subscription) => !skipped.has(subscription)).map((one) => [one.id, one]));
  const ids = [...asked.keys()];
  const [first] = asked.values();
  if (first === undefined) {
    yield { type: 'closed', closed: { subscriptions, partial: new Set(), denied: new Set(), gaps: [] } };
    return;
  }
  const answering = answeredFor(arm, ids);
  const rights = prove([...asked.values()]);
  // They are awaited below; until then a failure is not unhandled.
  answering.catch(() => {});
  rights.catch(() => {});
  const partial = new Set<string>();
  const shown = new Set<string>();
  const gaps: Gap[] = [];
  let subscription = first;
  let rows = collecting(first);
  const complete = (): Part => {
    const { caches, gaps: unread, repeated } = rows.collected();
    const own = repeated > 0 ? [...unread, rowsRepeated(subscription.id, repeated)] : unread;
    if (own.length > 0) partial.add(subscription.id);
    if (caches.length > 0) shown.add(subscription.id);
    return { type: 'subscription', subscription, caches, gaps: own };
  };
  try {
    for await (const page of oneAhead(arm.query({ text: cachesQuery(request.kinds), subscriptions: ids }))) {
      for (const row of page) {
        // A row of a stranger is refused by whoever collects.
        const home = asked.get(subscriptionOf(row)) ?? subscription;
        if (compare(home.id, subscription.id) < 0) throw unordered();
        if (home !== subscription) {
          yield complete();
          subscription = home;
          rows = collecting(home);
        }
        rows.add(readRow(row, use));
      }
    }
  } catch (error) {
    gaps.push(graphGap(error, ids));
    // Nobody knows of which of them rows are missing.
    for (const id of ids) partial.add(id);
  }
  yield complete();
  const unproven = await rights;
  const denied = new Set<string>();
  for (const [id, of] of unproven) {
    gaps.push(...of.gaps);
    (of.denied && !shown.has(id) ? denied : partial).add(id);
  }
  const { known, gap } = await answering;
  if (gap !== null) {
    gaps.push(gap);
    for (const id of ids) partial.add(id);
  } else {
    const missing = ids.filter((id) => !known.has(id) && !unproven.has(id));
    if (missing.length > 0) gaps.push(notIndexed(missing));
    for (const id of missing) partial.add(id);
  }
  yield { type: 'closed', closed: { subscriptions, partial, denied, gaps } };
}

const subscriptionOf = (row: unknown): string =>
  isObject(row) ? (/^\/subscriptions\/([^/]+)\//i.exec(textOf(row, 'id') ?? '')?.[1]?.toLowerCase() ?? '') : '';

interface Answered {
  readonly known: ReadonlySet<string>;
  /** Why that could not be told. */
  readonly gap: Gap | null;
}

/** For which of the subscriptions the index answers. Never rejects but for a bug. */
const answeredFor = async (arm: ResourceManager, ids: readonly string[]): Promise<Answered> => {
  const known = new Set<string>();
  try {
    for await (const page of arm.query({ text: SUBSCRIPTIONS_QUERY, subscriptions: ids })) {
      for (const row of page) if (isObject(row)) known.add((textOf(row, 'subscriptionId') ?? '').toLowerCase());
    }
    return { known, gap: null };
  } catch (error) {
    return { known, gap: graphGap(error, ids) };
  }
};
