import type { Cache } from '../model/cache.ts';
import { matchesGlob } from '../model/glob.ts';
import { NOTHING_MATCHED, problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';
import { isUuid, readResourceId } from './decode/resource-id.ts';

/** Which caches of the subscriptions are wanted. Kinds of selectors narrow each other; of one kind, any of them will do. */
export interface Selection {
  /** Ids of subscriptions, or their names where a source knows those; a live source reads no others, and leaves this empty. */
  readonly subscriptions: readonly string[];
  /** Names of resource groups. */
  readonly resourceGroups: readonly string[];
  /** Names or ids of caches. */
  readonly caches: readonly string[];
  /** Of one name any of the values; of every name one. */
  readonly tags: readonly TagSelector[];
  /** Globs over whole ids. */
  readonly excluded: readonly string[];
}

export interface TagSelector {
  readonly name: string;
  /** Null for any. */
  readonly value: string | null;
}

export const EVERY_CACHE: Selection = { subscriptions: [], resourceGroups: [], caches: [], tags: [], excluded: [] };

export interface Selector {
  readonly judge: Judge;
  /** Selectors that have matched none of the caches that were judged so far. */
  readonly unmatched: () => readonly Gap[];
}

/**
 * `excluded`: wanted, but for `--exclude`. A gap where nobody can tell whether it is wanted. `subscriptionName` is null where the
 * source does not know it.
 */
export type Judge = (cache: Cache, subscriptionName?: string | null) => 'wanted' | 'excluded' | 'other' | Gap;

/** A selector for one run: it remembers what was matched. */
export const selectorOf = (selection: Selection): Selector => {
  const { subscriptions, resourceGroups, caches, tags, excluded } = selection;
  const matched = new Set<string>();
  const dropped = new Set<string>();
  const groups = resourceGroups.map(fold);
  const wantedSubscriptions = subscriptions.map(fold);
  const named = caches.map(fold);
  const tagNames = [...new Set(tags.map(({ name }) => fold(name)))];

  const isInSubscription = ({ subscriptionId }: Cache, subscriptionName: string | null): boolean => {
    const called = [subscriptionId, subscriptionName].map((text) => fold(text ?? '')).filter((text) => wantedSubscriptions.includes(text));
    for (const text of called) matched.add(keyOf('--subscription', text));
    return called.length > 0 || wantedSubscriptions.length === 0;
  };
  const isInGroup = ({ resourceGroup }: Cache): boolean => {
    const group = fold(resourceGroup ?? '');
    if (!groups.includes(group)) return groups.length === 0;
    matched.add(keyOf('--resource-group', group));
    return true;
  };
  /** The selectors that name it. */
  const namesOf = ({ id, name }: Cache): readonly string[] => [fold(id), fold(name)].filter((text) => named.includes(text));
  /** Null where nobody can tell. */
  const isTagged = (cache: Cache): boolean | null => {
    if (tags.length === 0) return true;
    if (!cache.tags.known) return null;
    const carried = cache.tags.value;
    const held = tags.filter(({ name, value }) =>
      carried.some((tag) => fold(tag.name) === fold(name) && (value === null || tag.value === value)),
    );
    for (const tag of held) matched.add(keyOf('--tag', written(tag)));
    return tagNames.every((name) => held.some((tag) => fold(tag.name) === name));
  };

  return {
    judge: (cache, subscriptionName = null) => {
      const subscription = isInSubscription(cache, subscriptionName);
      const [group, names, tagged] = [isInGroup(cache), namesOf(cache), isTagged(cache)];
      const isOther = !subscription || !group || (names.length === 0 && named.length > 0) || tagged === false;
      // Whoever names a cache wants to know of it.
      for (const name of names) (isOther ? dropped : matched).add(keyOf('--cache', name));
      if (isOther) return 'other';
      if (excluded.some((glob) => matchesGlob(glob, cache.id))) return 'excluded';
      return tagged === null ? unreadableTags(cache) : 'wanted';
    },
    unmatched: () => [
      ...subscriptions
        .filter((subscription) => !matched.has(keyOf('--subscription', fold(subscription))))
        .map((subscription) =>
          isUuid(subscription)
            ? nothingIn('--subscription', subscription)
            : unmatched(
                '--subscription',
                subscription,
                `no snapshot holds a cache of a subscription called ${JSON.stringify(subscription)}`,
                BY_ID,
              ),
        ),
      ...resourceGroups
        .filter((group) => !matched.has(keyOf('--resource-group', fold(group))))
        .map((group) => nothingIn('--resource-group', group)),
      ...caches.filter((name) => !matched.has(keyOf('--cache', fold(name)))).map((name) => nothingIn('--cache', name, dropped)),
      ...tags.filter((tag) => !matched.has(keyOf('--tag', written(tag)))).map((tag) => nothingIn('--tag', written(tag))),
    ],
  };
};

const fold = (text: string): string => text.toLowerCase();

const keyOf = (flag: string, value: string): string => `${flag} ${value}`;

const written = ({ name, value }: TagSelector): string => (value === null ? name : `${name}=${value}`);

const nothingIn = (flag: string, value: string, dropped: ReadonlySet<string> = new Set()): Gap =>
  unmatched(
    flag,
    value,
    dropped.has(keyOf(flag, fold(value)))
      ? `${flag} ${JSON.stringify(value)} is a cache that another selector leaves out`
      : `${flag} ${JSON.stringify(value)} matches no cache that was read`,
  );

const BY_ID = 'Other files name subscriptions by their id only: 00000000-0000-0000-0000-000000000000.';

/** A selector that matched nothing: everything may have been read, and yet the run is no success. */
export const unmatched = (
  flag: string,
  value: string,
  message: string,
  hint = 'Check how it is written; without it the scan says what there is.',
): Gap => ({
  problem: problem('not_found', NOTHING_MATCHED, message, {
    scope: `${flag} ${value}`,
    hint,
  }),
  correlationId: null,
});

const unreadableTags = (cache: Cache): Gap => ({
  problem: problem('malformed', 'UNREADABLE_ITEM', `nobody can tell whether --tag is for it: ${reasonOf(cache)}`, {
    scope: cache.id,
    hint: 'Run again; if it stays, please report it.',
    affects: ['*'],
  }),
  correlationId: null,
});

const reasonOf = ({ tags }: Cache): string => (tags.known ? '' : tags.reason);

/** Whether a glob is for everything in a subscription: then nothing of it has to be read. */
export const excludesAllOf = (globs: readonly string[], subscriptionId: string): boolean =>
  globs.some((glob) => glob.endsWith('*') && matchesGlob(glob, `/subscriptions/${subscriptionId}/`));

/** The subscription of a cache that was selected by its id, lower case; null for a name. */
export const subscriptionOfSelector = (cache: string): string | null => readResourceId(cache)?.subscriptionId.toLowerCase() ?? null;
