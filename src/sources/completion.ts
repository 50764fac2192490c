import type { ResourceManager } from '../azure/resource-manager.ts';
import type { Cache } from '../model/cache.ts';
import { pending } from '../model/fact.ts';
import type { Awaitable } from '../model/need.ts';
import type { Gap } from '../model/scope.ts';
import { isWaiting, readNeed } from './below.ts';
import { FACTS } from './decode/fact-names.ts';
import type { Neighbours } from './neighbours.ts';

/** What the rules still wait for on a cache, and the ids of those that do. */
export type Awaited = (cache: Cache) => ReadonlyMap<Awaitable, readonly string[]>;

export interface Completed {
  readonly cache: Cache;
  readonly gaps: readonly Gap[];
}

/** On a cluster these change the same fact, or need what one of them brings, so they are read one after the other, in this order. */
const IN_TURN: readonly Awaitable[] = ['databases', 'diagnosticSettings', 'databaseAccessPolicyAssignments', 'linkedServers'];

/** Reads below a cache what the rules wait for, and only that, until none waits any more. */
export const complete = async (arm: ResourceManager, listed: Cache, neighbours: Neighbours, awaited: Awaited): Promise<Completed> => {
  let cache = listed;
  const gaps: { readonly need: Awaitable; readonly gap: Gap }[] = [];
  const read = new Set<Awaitable>();
  for (;;) {
    const open = [...awaited(cache).keys()].filter((need) => !read.has(need));
    const needs = nextOf(open, cache.kind);
    if (needs.length === 0) break;
    for (const need of needs) read.add(need);
    const current = cache;
    const answers = await Promise.all(needs.map(async (need) => ({ need, ...(await readNeed(arm, need, current, neighbours.resolve)) })));
    for (const { need, facts, gaps: more } of answers) {
      cache = { ...cache, ...facts };
      gaps.push(...more.map((gap) => ({ need, gap })));
    }
  }
  return {
    cache,
    gaps: gaps.map(({ need, gap }) => ({ ...gap, problem: { ...gap.problem, affects: affected(need, listed, cache, awaited) } })),
  };
};

/** What can be read at the same time. What the cache itself says may make everything else needless. */
const nextOf = (open: readonly Awaitable[], kind: Cache['kind']): readonly Awaitable[] => {
  if (open.includes('resource')) return ['resource'];
  return kind === 'redis' ? open : atOnce(open);
};

const atOnce = (open: readonly Awaitable[]): readonly Awaitable[] => {
  const first = IN_TURN.find((need) => open.includes(need));
  return open.filter((need) => need === first || !IN_TURN.includes(need));
};

/** The rules that would still wait for it if it had not been tried: those that its failure leaves without a verdict. */
const affected = (need: Awaitable, listed: Cache, cache: Cache, awaited: Awaited): readonly string[] =>
  awaited(without(need, listed, cache)).get(need) ?? [];

const without = (need: Awaitable, listed: Cache, cache: Cache): Cache => {
  const fact = pending(need);
  const { databases } = cache;
  switch (need) {
    case 'resource':
      return { ...cache, ...Object.fromEntries(FACTS.filter((name) => isWaiting(listed[name])).map((name) => [name, listed[name]])) };
    case 'patchSchedules':
      return { ...cache, patchDays: fact };
    case 'linkedServers':
      return { ...cache, replicas: fact };
    case 'diagnosticSettings':
      return cache.kind === 'redis' || !databases.known
        ? { ...cache, diagnosticSettings: fact }
        : { ...cache, databases: { ...databases, value: databases.value.map((one) => ({ ...one, diagnosticSettings: fact })) } };
    case 'databaseAccessPolicyAssignments':
      return databases.known
        ? { ...cache, databases: { ...databases, value: databases.value.map((one) => ({ ...one, accessPolicyAssignments: fact })) } }
        : cache;
    default:
      return { ...cache, [need]: fact };
  }
};
