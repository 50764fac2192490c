import type { CacheFacts } from '../../model/cache.ts';
import type { Fact, Unknown } from '../../model/fact.ts';
import { deferred, isObject, type JsonObject, unknown } from './json.ts';

/** What the ways of exporting have in common. */

/** How an item of a cache is written. */
export interface Shape {
  /** The item as Resource Manager would write it. */
  readonly item: JsonObject;
  /** Whether a property that is absent was not reported by Azure, rather than left out on the way. `path` is that of the fact. */
  readonly tells: (path: string) => boolean;
  /** What there is instead of a fact that was left out. */
  readonly without: (path: string) => Unknown;
  /** Facts that come from elsewhere than the item, or that this way of exporting never shows. */
  readonly instead?: Partial<Record<keyof CacheFacts, Fact<unknown>>>;
}

/** One fact for all caches that lack it: its path is one of those that decode reads. */
const shared = (make: (path: string) => Unknown): ((path: string) => Unknown) => {
  const made = new Map<string, Unknown>();
  return (path) => {
    const fact = made.get(path) ?? make(path);
    made.set(path, fact);
    return fact;
  };
};

export const missing = (reason: string): ((path: string) => Unknown) => shared((path) => unknown(path, 'missing', reason));

export const notExported = shared((path) => unknown(path, 'out_of_reach', `exports do not show ${path}: scan what redvet collect writes`));

/** What ConvertTo-Json writes for what lies deeper than it goes. */
const isCut = (value: unknown): boolean => typeof value === 'string' && (value.startsWith('@{') || value.startsWith('System.'));

const CUT = deferred('ConvertTo-Json cut it off: export it again with -Depth 100');

/** The same object with marks for what was cut off. */
export const withCuts = (object: JsonObject): JsonObject =>
  Object.values(object).some(isCut)
    ? Object.fromEntries(Object.entries(object).map(([name, value]) => [name, isCut(value) ? CUT : value]))
    : object;

export const firstOf = (path: string): string => path.split('.', 1)[0] ?? path;

export const CONFIGURATION = 'properties.redisConfiguration.';

export const has = (object: unknown, name: string): boolean => isObject(object) && Object.hasOwn(object, name);

/** Whether the properties of an item stand beside its name. */
export const isFlat = (item: unknown): item is JsonObject => isObject(item) && !Object.hasOwn(item, 'properties');
