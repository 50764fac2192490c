import type { GraphQuery } from '../../src/azure/resource-graph.ts';
import type { Place, ResourceManager } from '../../src/azure/resource-manager.ts';
import { Trouble } from '../../src/errors.ts';
import type { Cache, CacheKind } from '../../src/model/cache.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Need } from '../../src/model/need.ts';
import { type ProblemKind, problem } from '../../src/model/problem.ts';
import type { Gap, Seen, SubscriptionScope } from '../../src/model/scope.ts';
import type { LiveRequest } from '../../src/sources/live.ts';
import { type GraphRequest, resourceGraphSource } from '../../src/sources/resource-graph.ts';
import { resourceManagerSource } from '../../src/sources/resource-manager.ts';
import { EVERY_CACHE } from '../../src/sources/selection.ts';
import type { Source } from '../../src/sources/source.ts';
import { wireDatabase } from './resource-manager.ts';

/** A `ResourceManager` without HTTP: what it answers is a table, and it remembers what it was asked. */

/** A page, or what happens instead of it. */
export type Page = readonly unknown[] | Error;

type ByPath<T> = Readonly<Record<string, T>>;

export interface Listing {
  readonly subscriptions: readonly Page[];
  /** Pages of caches by subscription id; one page without any for those that are left out. */
  readonly caches?: ByPath<readonly Page[]>;
  /** The same of clusters. */
  readonly clusters?: ByPath<readonly Page[]>;
  readonly registration?: string | null | Error;
  /**
   * The lists below caches, by what follows Microsoft.Cache in their path, in lower case: `redis/orders/firewallrules`.
   * What is left out is empty, but for `databases`, of which there is one.
   */
  readonly below?: ByPath<Page>;
  /** Single resources, in the same way: `redis/orders`. */
  readonly resources?: ByPath<unknown>;
  /** Pages of rows by the first word of a query: `resources`, `resourcecontainers`. The latter are by default all that were asked about. */
  readonly graph?: (query: GraphQuery) => readonly Page[] | undefined;
  /** Pages of what descends from a management group; those that are left out do not exist. */
  readonly groups?: ByPath<readonly Page[]>;
  /** What the caller may do, by scope as Resource Manager tells it; read everything by default. */
  readonly rights?: (scope: string) => Page | undefined;
  /** Milliseconds before an answer is there. */
  readonly delay?: (asked: string) => number;
}

/** What was asked for, oldest first. */
interface Asked {
  /** `redis ID`, `clusters ID`, `registration ID`, `group ID`. */
  readonly lists: string[];
  /** Of lists below a cache and of single resources. */
  readonly places: Place[];
  /** Scopes whose rights were asked for. */
  readonly rights: string[];
  /** Queries of Resource Graph. */
  readonly queries: GraphQuery[];
}

export const armOf = ({
  subscriptions,
  caches = {},
  clusters = {},
  registration = 'Registered',
  below = {},
  resources = {},
  graph = () => undefined,
  groups = {},
  rights = () => undefined,
  delay,
}: Listing) => {
  const asked: Asked = { lists: [], places: [], rights: [], queries: [] };
  const wait = async (what: string): Promise<void> => {
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay(what)));
  };
  async function* pagesOf(pages: readonly Page[], what: string): AsyncIterable<readonly unknown[]> {
    for (const page of pages) {
      await wait(what);
      if (page instanceof Error) throw page;
      yield page;
    }
  }
  const arm: ResourceManager = {
    subscriptions: () => pagesOf(subscriptions, 'subscriptions'),
    redis: (id) => {
      asked.lists.push(`redis ${id}`);
      return pagesOf(caches[id] ?? [[]], `redis ${id}`);
    },
    clusters: (id) => {
      asked.lists.push(`clusters ${id}`);
      return pagesOf(clusters[id] ?? [[]], `clusters ${id}`);
    },
    query: (query) => {
      asked.queries.push(query);
      const isScope = query.text.startsWith('resourcecontainers');
      return pagesOf(
        graph(query) ?? [isScope ? query.subscriptions.map((subscriptionId) => ({ subscriptionId })) : []],
        query.text.slice(0, 12),
      );
    },
    descendants: (group) => {
      asked.lists.push(`group ${group}`);
      return pagesOf(
        groups[group] ?? [troubleAt(`/providers/Microsoft.Management/managementGroups/${group}`, 'not_found', 'NOT_FOUND')],
        group,
      );
    },
    list: async (place) => {
      if (place.path.endsWith('/providers/Microsoft.Authorization/permissions')) {
        asked.rights.push(place.scope);
        const held = rights(place.scope) ?? [{ actions: ['*/read'], notActions: [] }];
        if (held instanceof Error) throw held;
        return held;
      }
      asked.places.push(place);
      await wait(place.path);
      const items = below[tailOf(place.path)] ?? (place.path.endsWith('/databases') ? [wireDatabase()] : []);
      if (items instanceof Error) throw items;
      return items;
    },
    resource: async (place) => {
      asked.places.push(place);
      await wait(place.path);
      const item = resources[tailOf(place.path)];
      if (item instanceof Error) throw item;
      if (item === undefined) throw troubleAt(place.scope, 'not_found', 'NOT_FOUND');
      return item;
    },
    registrationOf: async (id) => {
      asked.lists.push(`registration ${id}`);
      if (registration instanceof Error) throw registration;
      return registration;
    },
  };
  return { arm, asked };
};

const tailOf = (path: string): string => path.toLowerCase().replace(/^.*\/providers\/microsoft\.cache\//, '');

export const troubleAt = (
  scope: string | null,
  kind: ProblemKind,
  code: string,
  { message = `${code} says the service`, action = 'Microsoft.Cache/redis/read' } = {},
): Trouble => new Trouble(problem(kind, code, message, { scope, action, affects: ['*'] }), { correlationId: 'c-1' });

/** The need of every rule, in the order in which it asks. */
export type Waiting = Readonly<Record<string, readonly Need[]>>;

/**
 * What rules of these needs wait for: each for the first that was not read, as long as all before it are known. What stands below
 * databases is asked for once they are known.
 */
export const waitingFor =
  (rules: Waiting): LiveRequest['awaited'] =>
  (cache) => {
    const awaited = new Map<Need, readonly string[]>();
    for (const [id, needs] of Object.entries(rules)) {
      const need = firstAwaited(cache, needs);
      if (need !== null) awaited.set(need, [...(awaited.get(need) ?? []), id]);
    }
    return awaited;
  };

const firstAwaited = (cache: Cache, needs: readonly Need[]): Need | null => {
  for (const need of needs) {
    const facts = factsFor(cache, need);
    if (facts.some((fact) => !fact.known && fact.kind === 'pending')) return need;
    if (facts.some(({ known }) => !known)) return null;
  }
  return null;
};

const factsFor = (cache: Cache, need: Need): readonly Fact<unknown>[] => {
  const { databases } = cache;
  switch (need) {
    case 'patchSchedules':
      return [cache.patchDays];
    case 'linkedServers':
      return [cache.replicas];
    case 'diagnosticSettings':
      if (cache.kind === 'redis') return [cache.diagnosticSettings];
      return databases.known ? databases.value.map((database) => database.diagnosticSettings) : [];
    case 'databaseAccessPolicyAssignments':
      return databases.known ? databases.value.map((database) => database.accessPolicyAssignments) : [];
    default:
      return [cache[need]];
  }
};

const ALL_KINDS: readonly CacheKind[] = ['redis', 'managed', 'enterprise'];

/** Everything that the live source yields of a listing, and what it asked for. */
export const scanOf = async (listing: Listing, request: Partial<LiveRequest> = {}) => {
  const { arm, asked } = armOf(listing);
  return { asked, ...(await seenBy(resourceManagerSource(arm, { ...DEFAULTS, ...request }))) };
};

/** The same of the index. */
export const graphScanOf = async (listing: Listing, request: Partial<GraphRequest> = {}) => {
  const { arm, asked } = armOf(listing);
  return { asked, ...(await seenBy(resourceGraphSource(arm, { ...DEFAULTS, index: 'complete', ...request }))) };
};

const DEFAULTS: LiveRequest = {
  subscriptions: [],
  managementGroups: [],
  selection: EVERY_CACHE,
  concurrency: 4,
  kinds: new Set(ALL_KINDS),
  awaited: () => new Map(),
  watch: () => {},
};

const seenBy = async (source: Source) => {
  const seen: Seen[] = [];
  for await (const one of source.open()) seen.push(one);
  return { seen, caches: cachesOf(seen), gaps: gapsOf(seen), scopes: scopesOf(seen) };
};

const cachesOf = (seen: readonly Seen[]): readonly Cache[] => seen.flatMap((one) => (one.type === 'cache' ? [one.cache] : []));

const gapsOf = (seen: readonly Seen[]): readonly Gap[] => seen.flatMap((one) => (one.type === 'gap' ? [one.gap] : []));

const scopesOf = (seen: readonly Seen[]): readonly SubscriptionScope[] =>
  seen.flatMap((one) => (one.type === 'subscription' ? [one.subscription] : []));
