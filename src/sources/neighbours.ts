import type { ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import { API_VERSIONS, type Cache, type ReplicaSettings } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import { type ReadFact, type Resolve, readDatabasesOf } from './below.ts';
import { readCluster } from './decode/cluster.ts';
import { shown, unknown } from './decode/json.ts';
import { readRedis } from './decode/redis.ts';
import { pathOf, readResourceId } from './decode/resource-id.ts';
import { gapOf } from './gaps.ts';

export interface Neighbours {
  readonly resolve: Resolve;
}

/** The other caches that those of a subscription are linked with: of the same list, or of another subscription of this scan. */
export const neighboursOf = (
  arm: ResourceManager,
  inScope: ReadonlySet<string>,
  subscription: { readonly id: string },
  caches: readonly Cache[],
): Neighbours => {
  const known = new Map(caches.map((cache) => [cache.id.toLowerCase(), cache]));
  const found = async (id: string): Promise<ReadFact<Cache>> => {
    const parts = readResourceId(id);
    const path = pathOf(id);
    if (parts === null || path === null) return { fact: unseen('invalid', `${shown(id)} is not the id of a cache`), gaps: [] };
    const here = known.get(id.toLowerCase());
    if (here !== undefined) return { fact: { known: true, value: here, path: 'linkedServers', from: 'observed', written: null }, gaps: [] };
    const home = parts.subscriptionId.toLowerCase();
    if (home === subscription.id)
      return { fact: unseen('unread', `the linked cache ${parts.name} is not in the list of its subscription`), gaps: [] };
    if (!inScope.has(home)) return { fact: unseen('unread', `the linked cache ${parts.name} is outside of this scan`), gaps: [] };
    const isRedis = /^redis$/i.test(parts.type);
    const action = `Microsoft.Cache/${isRedis ? 'redis' : 'redisEnterprise'}/read`;
    try {
      const item = await arm.resource({ path, apiVersion: API_VERSIONS[isRedis ? 'redis' : 'managed'], scope: id, action });
      const decoded = isRedis ? readRedis(item) : readCluster(item);
      return 'cache' in decoded && decoded.cache.id.toLowerCase() === id.toLowerCase()
        ? { fact: { known: true, value: decoded.cache, path: 'linkedServers', from: 'observed', written: null }, gaps: [] }
        : { fact: unseen('invalid', `the linked cache ${parts.name} cannot be understood`), gaps: [] };
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      return { fact: unseen(error.problem.kind === 'permission' ? 'denied' : 'unread', error.problem.message), gaps: [gapOf(error)] };
    }
  };
  const settingsOf = async (id: string): Promise<ReadFact<ReplicaSettings>> => {
    const { fact, gaps } = await found(id);
    if (!fact.known) return { fact, gaps };
    const { value: cache } = fact;
    if (cache.kind === 'redis' || cache.databases.known) return { fact: { ...fact, value: cache }, gaps };
    const read = await readDatabasesOf(arm, cache.id);
    return { fact: { ...fact, value: { ...cache, databases: read.fact } }, gaps: [...gaps, ...read.gaps] };
  };
  return {
    resolve: async (links) => {
      const replicas = await Promise.all(
        links.map(async ({ id, state }) => {
          const { fact, gaps } = await settingsOf(id);
          return { replica: { id, name: readResourceId(id)?.name ?? id, link: state, settings: fact }, gaps };
        }),
      );
      return {
        fact: { known: true, value: replicas.map(({ replica }) => replica), path: 'linkedServers', from: 'observed', written: null },
        gaps: replicas.flatMap(({ gaps }) => gaps),
      };
    },
  };
};

const unseen = (kind: 'invalid' | 'denied' | 'unread', reason: string): Fact<never> => unknown('linkedServers', kind, reason);
