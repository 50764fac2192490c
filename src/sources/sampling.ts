import type { Cache } from '../model/cache.ts';
import type { Awaited } from './completion.ts';

const NOTHING: ReturnType<Awaited> = new Map();

/** What is awaited, of one cache of each kind and subscription alone: to know whether it can be read, one is enough. */
export const ofOneEach = (awaited: Awaited): Awaited => {
  const chosen = new Map<string, string>();
  return (cache: Cache) => {
    const key = `${cache.subscriptionId} ${cache.kind}`;
    const first = chosen.get(key) ?? cache.id;
    chosen.set(key, first);
    return first === cache.id ? awaited(cache) : NOTHING;
  };
};
