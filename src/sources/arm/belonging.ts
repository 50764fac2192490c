import type { Entry } from './flatten.ts';
import type { Target } from './ids.ts';
import { areSame, keyOfParts, type Part } from './open.ts';

/** What an entry of a template belongs to. */
export interface Belonging {
  /** Null when nobody can tell. */
  readonly address: string | null;
  /** Why it may not be there while that is; null when it surely is. */
  readonly doubt: string | null;
}

/** Null when nobody can tell. */
export type Found = Entry | typeof ELSEWHERE | null;

export const ELSEWHERE = 'elsewhere';

/** Finds what a type and names lead to among all entries. */
export type Finder = (target: Pick<Target, 'type'> & { readonly names: Entry['names']; readonly group: readonly Part[] }) => Found;

export const finderOf = (entries: readonly Entry[]): Finder => {
  const byType = new Map<string, Entry[]>();
  const exact = new Map<string, Entry>();
  for (const entry of entries) {
    const type = entry.type.toLowerCase();
    const before = byType.get(type);
    if (before === undefined) byType.set(type, [entry]);
    else before.push(entry);
    if (entry.names === null) continue;
    const key = exactKey(type, entry.names, entry.group);
    // Of two of one name the one that will be there is meant.
    if (exact.get(key)?.isDeclared !== true) exact.set(key, entry);
  }
  return ({ type, names, group }) => {
    const candidates = byType.get(type.toLowerCase()) ?? [];
    if (names === null) return candidates.length === 0 ? ELSEWHERE : null;
    const same = exact.get(exactKey(type, names, group));
    if (same !== undefined) return same;
    // Whoever compares everything with everything in a hostile template never comes to an end.
    if (candidates.length > MOST_CANDIDATES) return null;
    return candidates.some((candidate) => mayBe(candidate, names, group)) ? null : ELSEWHERE;
  };
};

/** A template holds at most 800 resources. */
const MOST_CANDIDATES = 2000;

const exactKey = (type: string, names: readonly (readonly Part[])[], group: readonly Part[]): string =>
  JSON.stringify([type.toLowerCase(), keyOfParts(group), ...names.map(keyOfParts)]);

/** Whether names that are open may turn out to be those of an entry. */
const mayBe = (candidate: Entry, names: readonly (readonly Part[])[], group: readonly Part[]): boolean =>
  areSame(candidate.group, group) !== false &&
  (candidate.names === null || candidate.names.every((name, index) => areSame(name, names[index] ?? []) !== false));

/** Doubts that a thing shares with what it belongs to are no doubts on whether it belongs there. */
export const belongingOf = (entry: Entry, found: Found): Belonging => {
  const shared = found === null || found === ELSEWHERE ? [] : found.doubts.map(({ key }) => key);
  const doubt = entry.doubts.find(({ key }) => !shared.includes(key))?.reason ?? null;
  if (found === null || found === ELSEWHERE) return { address: found, doubt };
  return { address: found.address, doubt };
};

/** The parent of a child resource: what it stands in, or what its name says. */
export const parentOf = (entry: Entry, find: Finder): Found => {
  const type = entry.type.replace(/\/[^/]+$/, '');
  if (!type.includes('/')) return ELSEWHERE;
  const { enclosing, names, group } = entry;
  if (enclosing?.type.toLowerCase() === type.toLowerCase()) return enclosing;
  return find({ type, names: names?.slice(0, -1) ?? null, group });
};
