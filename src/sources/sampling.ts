import type { Awaited } from './completion.ts';

/**
 * What is awaited, each of it of one cache of each kind and subscription alone: to know whether something can be read, one is enough. It is
 * the first on which it can be tried.
 */
export const ofOneEach = (awaited: Awaited): Awaited => {
  const chosen = new Map<string, string>();
  return (cache) =>
    new Map(
      [...awaited(cache)].filter(([need]) => {
        const key = `${cache.subscriptionId} ${cache.kind} ${need}`;
        const first = chosen.get(key) ?? cache.id;
        chosen.set(key, first);
        return first === cache.id;
      }),
    );
};
