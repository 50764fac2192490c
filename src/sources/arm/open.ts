import { redacted } from '../../model/redact.ts';
import { type Deferred, deferred, isDeferred, isSensitive, sensitive } from '../decode/json.ts';
import { MOST_JSON_DEPTH } from '../strict-json.ts';

/** A part of a text that is known, or stands for one that is evaluated when it is deployed. */
export type Part = string | Hole;

interface Hole {
  /** The same for whatever gives the same value in one deployment. */
  readonly key: string;
}

/**
 * A value that a template leaves open, with what is known of it as a text: names that are put together of the same parts are the same
 * name, whatever it will be.
 */
export interface Open extends Deferred {
  readonly [PARTS]: readonly Part[];
}

const PARTS = Symbol('parts');

export const LATER = 'an expression that is evaluated when it is deployed';

export const openText = (reason: string, parts: readonly Part[]): Open => ({ ...deferred(reason), [PARTS]: joinedParts(parts) });

export const openAt = (reason: string, key: string): Open => openText(reason, [{ key: shortKey(key) }]);

/** The parts of a text, open or not; null for what is none. */
export const partsOf = (value: unknown): readonly Part[] | null => {
  if (typeof value === 'string') return [value];
  return isOpen(value) ? value[PARTS] : null;
};

const isOpen = (value: unknown): value is Open => isDeferred(value) && Object.hasOwn(value, PARTS);

/** A text of parts: itself where all of them are known. */
export const textOfParts = (parts: readonly Part[], reason: string): string | Open => {
  const joined = joinedParts(parts);
  const [only, ...others] = joined;
  if (only === undefined) return '';
  return typeof only === 'string' && others.length === 0 ? only : openText(reason, joined);
};

const joinedParts = (parts: readonly Part[]): readonly Part[] => {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part === '') continue;
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
};

/** The segments of a path, each a text of its own: what stands for a part holds no slash that anybody could tell. */
export const segmentsOf = (parts: readonly Part[]): readonly (readonly Part[])[] => {
  const segments: Part[][] = [[]];
  for (const part of parts) {
    if (typeof part !== 'string') {
      segments.at(-1)?.push(part);
      continue;
    }
    const [first = '', ...others] = part.split('/');
    segments.at(-1)?.push(first);
    for (const other of others) segments.push([other]);
  }
  return segments.map(joinedParts);
};

/** One text for parts, in which what is open is no text that anybody could have written. */
export const keyOfParts = (parts: readonly Part[]): string => JSON.stringify(joinedParts(parts).map(lowered));

const lowered = (part: Part): Part => (typeof part === 'string' ? part.toLowerCase() : part);

/** Whether two names are the same, without regard to case; null where what is open may make them so. */
export const areSame = (one: readonly Part[], other: readonly Part[]): boolean | null => {
  if (keyOfParts(one) === keyOfParts(other)) return true;
  const [a, b] = [one, other].map((parts) => joinedParts(parts).map(lowered));
  if (a === undefined || b === undefined || !(a.some(isHole) || b.some(isHole))) return false;
  return differAt(a[0], b[0], 'startsWith') || differAt(a.at(-1), b.at(-1), 'endsWith') ? false : null;
};

const isHole = (part: Part): boolean => typeof part !== 'string';

/** Two known ends of which neither can be that of the other. */
const differAt = (one: Part | undefined, other: Part | undefined, has: 'startsWith' | 'endsWith'): boolean =>
  typeof one === 'string' && typeof other === 'string' && !one[has](other) && !other[has](one);

const MOST_KEY = 2048;

const shortKey = (key: string): string => (key.length <= MOST_KEY ? key : `${key.slice(0, 64)}#${key.length}#${hashOf(key)}`);

const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
};

/** A value as one text, by which values that are the same are told. */
export const keyOf = (value: unknown): string => {
  let left = MOST_KEY;
  const walk = (one: unknown, depth: number): string => {
    left -= 1;
    if (left < 0 || depth > MOST_JSON_DEPTH) return '?';
    if (isSensitive(one)) return '(sensitive)';
    if (isDeferred(one)) {
      const parts = partsOf(one) ?? [{ key: one.reason }];
      return parts.map((part) => (typeof part === 'string' ? JSON.stringify(part) : `{${part.key}}`)).join('');
    }
    if (Array.isArray(one)) return `[${one.map((item) => walk(item, depth + 1)).join(',')}]`;
    if (typeof one !== 'object' || one === null) return JSON.stringify(one) ?? 'undefined';
    return `{${Object.entries(one)
      .map(([name, inner]) => `${JSON.stringify(name)}:${walk(inner, depth + 1)}`)
      .join(',')}}`;
  };
  return walk(value, 0);
};

/** How many values of a template are looked at: one that is put together of itself may be larger than any memory. */
export interface Budget {
  left: number;
}

/** Of a whole template; and of each of its resources. */
export const MOST_VALUES = 5_000_000;
const MOST_OF_ONE = 50_000;

const TOO_LARGE = deferred('it is too large to be judged');

/** A value as decode takes it: what is open is a mark, and what must not be shown is marked down to the last value. */
export const closed = (value: unknown, budget: Budget): unknown => {
  const own = { left: Math.min(MOST_OF_ONE, budget.left) };
  const before = own.left;
  const done = close(value, own, 0, false);
  budget.left -= before - own.left;
  return done;
};

const close = (value: unknown, budget: Budget, depth: number, isHidden: boolean): unknown => {
  budget.left -= 1;
  if (budget.left < 0 || depth > MOST_JSON_DEPTH) return TOO_LARGE;
  if (isSensitive(value)) return close(value.value, budget, depth + 1, true);
  if (isDeferred(value)) return closedOpen(value);
  if (Array.isArray(value)) return value.map((item) => close(item, budget, depth + 1, isHidden));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, close(inner, budget, depth + 1, isHidden)]));
  return isHidden && value !== null && value !== undefined ? sensitive(value) : value;
};

const closedOpen = (value: Deferred): string | Deferred => {
  const id = idOf(partsOf(value) ?? []);
  if (id !== null) return id;
  const written = value.written === null ? null : shortly(value.written);
  return deferred(value.reason === LATER && written !== null ? `${LATER}: ${written}` : value.reason, written);
};

/** The id of a resource of which only names are open is an id, and the rest of it is known. */
const idOf = (parts: readonly Part[]): string | null => {
  const text = parts.map((part) => (typeof part === 'string' ? part : '...')).join('');
  return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+(?:\/[^/]+\/[^/]+)+$/i.test(text) ? text : null;
};

const SHOWN_CHARACTERS = 200;

/** As it is written but in one line, short enough for a message and without anything that looks like a secret. */
export const shortly = (text: string): string => {
  const shown = redacted(text.replace(/\s*\n\s*/g, ' '));
  return shown.length <= SHOWN_CHARACTERS ? shown : `${Array.from(shown).slice(0, SHOWN_CHARACTERS).join('')}...`;
};
