import type { Place, ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import { API_VERSIONS, type Cache, type CacheFacts, type Database, type Replica } from '../model/cache.ts';
import type { Fact, Unknown } from '../model/fact.ts';
import { ACTIONS, type Awaitable, type Need, READ_ACTIONS } from '../model/need.ts';
import type { Gap } from '../model/scope.ts';
import {
  type Link,
  readAccessPolicies,
  readAccessPolicyAssignments,
  readDatabaseAssignments,
  readDatabases,
  readDiagnosticSettings,
  readFirewallRules,
  readLinkedServers,
  readPatchDays,
} from './decode/children.ts';
import { readCluster } from './decode/cluster.ts';
import { FACTS } from './decode/fact-names.ts';
import { isObject, textOf, unknown } from './decode/json.ts';
import { readRedis } from './decode/redis.ts';
import { isPlainName, pathOf, readResourceId } from './decode/resource-id.ts';
import { gapOf } from './gaps.ts';

/** What stands below one cache in Resource Manager. */

interface List<T> {
  /** After the path of what it belongs to. */
  readonly child: string;
  readonly apiVersion: string;
  readonly read: (items: readonly unknown[]) => Fact<readonly T[]>;
  /** Whether 404 says that there is nothing, rather than that it could not be found. */
  readonly emptyAt404: boolean;
}

const listOf = <T>(child: string, apiVersion: string, read: List<T>['read'], emptyAt404 = false): List<T> => ({
  child,
  apiVersion,
  read,
  emptyAt404,
});

const REDIS = API_VERSIONS.redis;
const CLUSTER = API_VERSIONS.managed;

const LISTS = {
  firewallRules: listOf('firewallRules', REDIS, readFirewallRules),
  accessPolicies: listOf('accessPolicies', REDIS, readAccessPolicies),
  accessPolicyAssignments: listOf('accessPolicyAssignments', REDIS, readAccessPolicyAssignments),
  // A cache that never had a schedule answers 404.
  patchSchedules: listOf('patchSchedules', REDIS, readPatchDays, true),
  linkedServers: listOf('linkedServers', REDIS, readLinkedServers),
  databases: listOf('databases', CLUSTER, readDatabases),
  databaseAccessPolicyAssignments: listOf('accessPolicyAssignments', CLUSTER, readDatabaseAssignments),
  diagnosticSettings: listOf('providers/Microsoft.Insights/diagnosticSettings', '2021-05-01-preview', readDiagnosticSettings),
};

/** Something that was read, and what of it could not be. */
export interface ReadFact<T> {
  readonly fact: Fact<T>;
  readonly gaps: readonly Gap[];
}

/** Reads one list below the resource of that id, or of its database. Never throws for what could not be read: the fact is unknown then. */
const readList = async <T>(
  arm: ResourceManager,
  need: Need,
  { child, apiVersion, read, emptyAt404 }: List<T>,
  id: string,
  below: string | null = '',
) => {
  const path = pathOf(id);
  if (path === null || below === null)
    return { fact: unknown(need, 'invalid', `${need} were not read: the id does not follow Azure's naming rules`), gaps: [] };
  const place: Place = { path: `${path}${below}/${child}`, apiVersion, scope: `${id}${below}`, action: ACTIONS[need] };
  try {
    const items = await arm.list(place);
    return items.some((item) => isForeign(item, id))
      ? { fact: unknown(need, 'invalid', `an item of the list of ${need} belongs to another cache`), gaps: [] }
      : { fact: read(items), gaps: [] };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    const { problem } = error;
    if (emptyAt404 && problem.code === 'NOT_FOUND') return { fact: read([]), gaps: [] };
    return { fact: notSeen(need, error), gaps: [gapOf(error)] };
  }
};

/** An item whose id names another cache than the one that was asked after. */
const isForeign = (item: unknown, id: string): boolean => {
  const own = nameIn(id);
  const named = isObject(item) ? nameIn(textOf(item, 'id') ?? '') : null;
  return named !== null && named !== own;
};

const nameIn = (id: string): string | null => /\/providers\/Microsoft\.Cache\/[^/]+\/([^/]+)/i.exec(id)?.[1]?.toLowerCase() ?? null;

/** Why something is unknown that could not be read, in the words of the problem: it names the missing action. */
const notSeen = (need: Need, { problem }: Trouble): Unknown =>
  unknown(need, problem.kind === 'permission' ? 'denied' : 'unread', `${need}: ${problem.message}`);

export interface ReadFacts {
  readonly facts: Partial<CacheFacts>;
  readonly gaps: readonly Gap[];
}

/** How a link to another cache becomes a replica; the source knows the other caches. */
export type Resolve = (links: readonly Link[]) => Promise<ReadFact<readonly Replica[]>>;

/** Reads what a rule waits for. */
export const readNeed = async (arm: ResourceManager, need: Awaitable, cache: Cache, resolve: Resolve): Promise<ReadFacts> => {
  switch (need) {
    case 'resource':
      return readItself(arm, cache);
    case 'firewallRules': {
      const { fact, gaps } = await readList(arm, need, LISTS.firewallRules, cache.id);
      return { facts: { firewallRules: fact }, gaps };
    }
    case 'accessPolicies': {
      const { fact, gaps } = await readList(arm, need, LISTS.accessPolicies, cache.id);
      return { facts: { accessPolicies: fact }, gaps };
    }
    case 'accessPolicyAssignments': {
      const { fact, gaps } = await readList(arm, need, LISTS.accessPolicyAssignments, cache.id);
      return { facts: { accessPolicyAssignments: fact }, gaps };
    }
    case 'patchSchedules': {
      const { fact, gaps } = await readList(arm, need, LISTS.patchSchedules, cache.id);
      return { facts: { patchDays: fact }, gaps };
    }
    case 'databases': {
      const { fact, gaps } = await readDatabasesOf(arm, cache.id);
      return { facts: { databases: fact }, gaps };
    }
    case 'linkedServers':
      return readReplicas(arm, cache, resolve);
    case 'diagnosticSettings': {
      if (cache.kind !== 'redis')
        return readInDatabases(arm, need, cache, LISTS.diagnosticSettings, (fact) => ({ diagnosticSettings: fact }));
      const { fact, gaps } = await readList(arm, need, LISTS.diagnosticSettings, cache.id);
      return { facts: { diagnosticSettings: fact }, gaps };
    }
    case 'databaseAccessPolicyAssignments':
      return readInDatabases(arm, need, cache, LISTS.databaseAccessPolicyAssignments, (fact) => ({ accessPolicyAssignments: fact }));
  }
};

/** The cache or cluster at that id, straight from Resource Manager. Throws `Trouble` when it cannot be had. */
export const readCacheAt = async (arm: ResourceManager, id: string, path: string): Promise<Cache | null> => {
  const isRedis = /^redis$/i.test(readResourceId(id)?.type ?? '');
  const kind = isRedis ? 'redis' : 'managed';
  const item = await arm.resource({ path, apiVersion: API_VERSIONS[kind], scope: id, action: READ_ACTIONS[kind] });
  const decoded = isRedis ? readRedis(item) : readCluster(item);
  return 'cache' in decoded && decoded.cache.id.toLowerCase() === id.toLowerCase() ? decoded.cache : null;
};

/** What Resource Manager says of a cache of which an index did not show everything. What stands below it is not part of the answer. */
const readItself = async (arm: ResourceManager, cache: Cache): Promise<ReadFacts> => {
  const waiting = FACTS.filter((name) => isWaiting(cache[name]));
  const unseen = (kind: 'invalid' | 'denied' | 'unread', reason: string): Partial<CacheFacts> =>
    Object.fromEntries(waiting.map((name) => [name, unknown(cache[name].path, kind, reason)]));
  const path = pathOf(cache.id);
  if (path === null) return { facts: unseen('invalid', "it was not read: its id does not follow Azure's naming rules"), gaps: [] };
  try {
    const itself = await readCacheAt(arm, cache.id, path);
    if (itself === null || itself.kind !== cache.kind)
      return { facts: unseen('invalid', 'what Resource Manager says of it cannot be understood'), gaps: [] };
    const told = FACTS.filter((name) => !isPending(itself[name]));
    return { facts: Object.fromEntries(told.map((name) => [name, itself[name]])), gaps: [] };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    const { problem } = error;
    return { facts: unseen(problem.kind === 'permission' ? 'denied' : 'unread', problem.message), gaps: [gapOf(error)] };
  }
};

const isPending = (fact: Fact<unknown>): boolean => !fact.known && fact.kind === 'pending';

/** Whether a fact waits for the cache itself. */
export const isWaiting = (fact: Fact<unknown>): boolean => !fact.known && fact.need === 'resource';

export const readDatabasesOf = (arm: ResourceManager, clusterId: string): Promise<ReadFact<readonly Database[]>> =>
  readList(arm, 'databases', LISTS.databases, clusterId);

/** What stands below each database of a cluster. */
const readInDatabases = async <T>(
  arm: ResourceManager,
  need: Need,
  { id, databases }: Cache,
  list: List<T>,
  change: (fact: Fact<readonly T[]>) => Partial<Database>,
): Promise<ReadFacts> => {
  if (!databases.known) return { facts: {}, gaps: [] };
  const read = await Promise.all(
    databases.value.map(async (database) => {
      const path = isPlainName(database.name) ? `/databases/${database.name}` : null;
      const { fact, gaps } = await readList(arm, need, list, id, path);
      return { database: { ...database, ...change(fact) }, gaps };
    }),
  );
  return {
    facts: { databases: { ...databases, value: read.map(({ database }) => database) } },
    gaps: read.flatMap(({ gaps }) => gaps),
  };
};

/** The caches that one is geo-replicated with: links of their own for redis, those of the databases for a cluster. */
const readReplicas = async (arm: ResourceManager, cache: Cache, resolve: Resolve): Promise<ReadFacts> => {
  const { fact: links, gaps } = await linksOf(arm, cache);
  if (!links.known) return { facts: { replicas: links }, gaps };
  const others = links.value.filter(({ id }) => id.toLowerCase() !== cache.id.toLowerCase());
  const { fact, gaps: more } = await resolve(others);
  return { facts: { replicas: fact }, gaps: [...gaps, ...more] };
};

const linksOf = async (arm: ResourceManager, cache: Cache): Promise<ReadFact<readonly Link[]>> => {
  if (cache.kind === 'redis') return readList(arm, 'linkedServers', LISTS.linkedServers, cache.id);
  const { databases } = cache;
  if (!databases.known) return { fact: databases, gaps: [] };
  const links: Link[] = [];
  for (const { links: group } of databases.value) {
    if (!group.known) return { fact: group, gaps: [] };
    for (const { id, state } of group.value) {
      // `…/redisEnterprise/NAME/databases/default`: the cluster is what is compared. A group names its own member, too.
      const cluster = id.replace(/\/databases\/[^/]+$/i, '');
      if (cluster.toLowerCase() !== cache.id.toLowerCase()) links.push({ id: cluster, state });
    }
  }
  return { fact: { ...databases, path: 'databases', value: links }, gaps: [] };
};
