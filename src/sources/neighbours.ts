import type { ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import type { Cache, ReplicaSettings } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import { isWaiting, type ReadFact, type Resolve, readCacheAt, readDatabasesOf } from './below.ts';
import { shown, unknown } from './decode/json.ts';
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
    if (here !== undefined && COMPARED.every((name) => !isWaiting(here[name])))
      return { fact: { known: true, value: here, path: 'linkedServers', from: 'observed', written: null }, gaps: [] };
    const home = parts.subscriptionId.toLowerCase();
    if (here === undefined && home === subscription.id)
      return { fact: unseen('unread', `the linked cache ${parts.name} is not in the list of its subscription`), gaps: [] };
    if (!inScope.has(home)) return { fact: unseen('unread', `the linked cache ${parts.name} is outside of this scan`), gaps: [] };
    try {
      const cache = await readCacheAt(arm, id, path);
      return cache === null
        ? { fact: unseen('invalid', `the linked cache ${parts.name} cannot be understood`), gaps: [] }
        : { fact: { known: true, value: cache, path: 'linkedServers', from: 'observed', written: null }, gaps: [] };
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

/** What both sides are compared by; in an index it may not stand. */
const COMPARED = ['nonSslPort', 'minimumTlsVersion', 'publicNetworkAccess', 'accessKeysDisabled'] as const;

const unseen = (kind: 'invalid' | 'denied' | 'unread', reason: string): Fact<never> => unknown('linkedServers', kind, reason);
