import type { Fact, Unknown } from '../../model/fact.ts';
import { redacted } from '../../model/redact.ts';

/** JSON is `unknown` until decode has made it a model; an object here has own properties only, whatever its keys are called. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.hasOwn(value, MARK);

/** Nothing that was parsed has a property by that name. */
const MARK = Symbol('mark');

/** Stands in a decoded declaration for a value that it leaves open, such as an expression that nobody can evaluate before it is deployed. */
export interface Deferred {
  readonly [MARK]: 'deferred';
  /** A clause for people: `known after apply`, `depends on var.tls`. */
  readonly reason: string;
  /** What is written there instead; null when nothing is. */
  readonly written: string | null;
}

/** Stands in a decoded declaration for a value that is judged and never shown. */
export interface Sensitive {
  readonly [MARK]: 'sensitive';
  readonly value: unknown;
}

export const deferred = (reason: string, written: string | null = null): Deferred => ({ [MARK]: 'deferred', reason, written });

export const sensitive = (value: unknown): Sensitive => ({ [MARK]: 'sensitive', value });

const markOf = (value: unknown): 'deferred' | 'sensitive' | null =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, MARK) ? (value as Deferred | Sensitive)[MARK] : null;

export const isDeferred = (value: unknown): value is Deferred => markOf(value) === 'deferred';

export const isSensitive = (value: unknown): value is Sensitive => markOf(value) === 'sensitive';

/** A property of something that may be absent, no object, or left open as a whole: then what is inside is left open, too. */
export const inside = (value: unknown, name: string): unknown => {
  if (isDeferred(value)) return value;
  return isObject(value) ? propertyOf(value, name) : undefined;
};

/** What a declaration shows of a value that must not be shown. */
export const SENSITIVE = '(sensitive)';

/** An own property; `null` counts as absent, as everywhere in a live inventory. */
export const propertyOf = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;

export const textOf = (object: JsonObject, name: string): string | null => {
  const value = propertyOf(object, name);
  return typeof value === 'string' && value !== '' ? value : null;
};

/** How one property is read: what its value must be, and what Azure documents for its absence. */
export interface Reading<T> {
  /** What `read` accepts, for people: `true or false`. */
  readonly expected: string;
  /** The value, or undefined when it is none of the documented ones. */
  readonly read: (value: unknown) => T | undefined;
  /** Present when the service documents what absence means; otherwise absence is unknown. */
  readonly absent?: { readonly value: T };
}

/**
 * One property of an object as a fact. `at` is the path of the object, such as `properties`, or empty for the item itself; where the
 * object is absent or none, nothing is known of what it would hold, whatever absence means elsewhere.
 */
export const factOf = <T>(object: unknown, at: string, name: string, reading: Reading<T>): Fact<T> => {
  const path = at === '' ? name : `${at}.${name}`;
  if (isDeferred(object)) return open(path, object);
  if (object === null || object === undefined) return unknown(path, 'missing', `${at} is missing from the answer`);
  if (!isObject(object)) return unknown(path, 'invalid', `${at} is ${shown(object)}, not an object`, shown(object));
  const value = propertyOf(object, name);
  if (value === undefined) {
    return reading.absent
      ? { known: true, value: reading.absent.value, path, from: 'service_default', written: null }
      : unknown(path, 'missing', 'the property is missing from the answer');
  }
  if (isDeferred(value)) return open(path, value);
  if (isSensitive(value)) return hidden(path, value, reading);
  const left = Array.isArray(value) ? value.find(isDeferred) : undefined;
  if (left !== undefined) return open(path, left);
  const known = reading.read(value);
  return known === undefined
    ? unknown(path, 'invalid', `${shown(value)} is not ${reading.expected}`, shown(value))
    : { known: true, value: known, path, from: 'observed', written: typeof value === 'object' ? null : String(value) };
};

const open = (path: string, { reason, written }: Deferred): Unknown => unknown(path, 'deferred', reason, written);

const hidden = <T>(path: string, { value }: Sensitive, { expected, read }: Reading<T>): Fact<T> => {
  const known = read(value);
  return known === undefined
    ? unknown(path, 'invalid', `the sensitive value is not ${expected}`, SENSITIVE)
    : { known: true, value: known, path, from: 'observed', written: SENSITIVE };
};

/** Values of one property that are remembered. Most have few; a list of all that were ever seen would grow with the estate. */
const REMEMBERED = 64;

/**
 * Reads the same property of many objects, as `factOf` does. Caches by the thousand say the same of it, and share one fact: the
 * properties of a cache are most of what a scan allocates.
 */
export const factAt = <T>(at: string, name: string, reading: Reading<T>): ((object: unknown) => Fact<T>) => {
  const absent = factOf({}, at, name, reading);
  const remembered = new Map<unknown, Fact<T>>();
  return (object) => {
    if (!isObject(object)) return factOf(object, at, name, reading);
    const value = propertyOf(object, name);
    if (value === undefined) return absent;
    const before = remembered.get(value);
    if (before !== undefined) return before;
    const fact = factOf(object, at, name, reading);
    if (typeof value !== 'object' && remembered.size < REMEMBERED) remembered.set(value, fact);
    return fact;
  };
};

export const unknown = (path: string, kind: Unknown['kind'], reason: string, actual: string | null = null): Unknown => ({
  known: false,
  path,
  kind,
  reason,
  actual,
});

/** One of the documented words, without regard to case. */
export const oneOf =
  <T extends string>(words: readonly T[]) =>
  (value: unknown): T | undefined =>
    typeof value === 'string' ? words.find((word) => word.toLowerCase() === value.toLowerCase()) : undefined;

export const isText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** An array whose every item can be read; one that cannot makes the whole list unreadable, because it may be the one that counts. */
export const listOf =
  <T>(read: (item: unknown) => T | undefined) =>
  (value: unknown): readonly T[] | undefined => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map(read).filter((item): item is Awaited<T> & T => item !== undefined);
    return items.length === value.length ? items : undefined;
  };

export const isTrueOrFalse = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

const SHOWN_CHARACTERS = 60;

/** A raw value short enough for a message, as JSON so that `"1.2"` and `1.2` differ, without anything that looks like a secret. */
export const shown = (value: unknown): string => {
  if (isSensitive(value)) return SENSITIVE;
  if (isDeferred(value)) return value.written ?? `(${value.reason})`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isObject(value)) return 'an object';
  if (typeof value !== 'string') return JSON.stringify(value) ?? typeof value;
  const text = redacted(value);
  const cut = Array.from(text).slice(0, SHOWN_CHARACTERS).join('');
  return `${JSON.stringify(cut)}${cut === text ? '' : '...'}`;
};
