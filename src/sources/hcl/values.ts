import { redacted } from '../../model/redact.ts';
import { type Deferred, deferred, isDeferred, isObject, isSensitive, type JsonObject, sensitive } from '../decode/json.ts';

/**
 * What an expression comes to: a value of JSON, with marks where it is left open (`deferred`) or must not be shown (`sensitive`).
 * A mark may stand inside of a list or an object.
 */
export type Value = unknown;

/** Values that Terraform itself would refuse; `try` and `can` ask. All others that are left open may be anything. */
const FAILURES = new WeakSet<Deferred>();

export const failure = (reason: string): Deferred => {
  const mark = deferred(reason);
  FAILURES.add(mark);
  return mark;
};

export const isFailure = (value: Value): boolean => isDeferred(value) && FAILURES.has(value);

/** More parts than any value that a person writes: lists that hold each other would grow without end. */
const MOST_PARTS = 20_000;
const MOST_DEPTH = 64;
export const MOST_CHARACTERS = 2 ** 20;

export const TOO_LARGE = deferred('its value is too large to be evaluated');

/** What is in a value: whether all of it is known, and whether some of it must not be shown. */
export interface Contents {
  /** The mark that leaves it open; one that is no failure wins. */
  readonly open: Deferred | null;
  readonly isSensitive: boolean;
}

export const contentsOf = (value: Value): Contents => {
  let left = MOST_PARTS;
  let open: Deferred | null = null;
  let hidden = false;
  const walk = (part: Value, depth: number): boolean => {
    left -= 1;
    if (left < 0 || depth > MOST_DEPTH) return false;
    if (isDeferred(part)) {
      if (open === null || FAILURES.has(open)) open = part;
      return true;
    }
    if (isSensitive(part)) {
      hidden = true;
      return walk(part.value, depth + 1);
    }
    if (typeof part === 'string') return part.length <= MOST_CHARACTERS;
    if (Array.isArray(part)) return part.every((item) => walk(item, depth + 1));
    return !isObject(part) || Object.values(part).every((item) => walk(item, depth + 1));
  };
  return walk(value, 0) ? { open, isSensitive: hidden } : { open: TOO_LARGE, isSensitive: hidden };
};

/** The same value, unless it is larger than anybody could walk. */
export const bounded = (value: Value): Value => (contentsOf(value).open === TOO_LARGE ? TOO_LARGE : value);

/** Without the marks of what must not be shown. */
export const revealed = (value: Value): Value => {
  if (isSensitive(value)) return revealed(value.value);
  if (Array.isArray(value)) return value.map(revealed);
  return isObject(value) ? objectOf(Object.entries(value).map(([name, item]) => [name, revealed(item)])) : value;
};

/** Own properties only, whatever they are called. */
export const objectOf = (entries: Iterable<readonly [string, Value]>): JsonObject => Object.fromEntries(entries);

/** Computes with values that are known: what is open stays open, what is hidden stays hidden. */
export const lifted = (given: readonly Value[], compute: (...known: readonly Value[]) => Value): Value => {
  const all = given.map(contentsOf);
  const opens = all.flatMap(({ open }) => (open === null ? [] : [open]));
  const open = opens.find((mark) => !FAILURES.has(mark)) ?? opens[0];
  if (open !== undefined) return open;
  if (!all.some((one) => one.isSensitive)) return compute(...given);
  return hidden(compute(...given.map(revealed)));
};

export const hidden = (value: Value): Value => (isDeferred(value) || isSensitive(value) ? value : sensitive(value));

/** What is asked of a value that may be marked as a whole. */
export const within = (value: Value, ask: (known: Value) => Value): Value => {
  if (isDeferred(value)) return value;
  return isSensitive(value) ? hidden(ask(value.value)) : ask(value);
};

const SHOWN_CHARACTERS = 80;

/** An expression for a message: in one line, shortened, without anything that looks like a secret. */
export const shownExpression = (written: string): string => {
  const line = redacted(written.slice(0, 20 * SHOWN_CHARACTERS))
    .replace(/\s+/g, ' ')
    .trim();
  const cut = Array.from(line).slice(0, SHOWN_CHARACTERS).join('');
  return cut === line && written.length <= 20 * SHOWN_CHARACTERS ? line : `${cut}...`;
};

/** Conversions as Terraform makes them of itself; a failure for what it would refuse. */

export const asText = (value: Value): Value => {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return isExact(value) ? String(value) : NOT_EXACT;
  return failure('it is no text');
};

/** Where both write a number alike. */
const isExact = (value: number): boolean => value === 0 || (Math.abs(value) < 1e15 && Math.abs(value) > 1e-6);

const NOT_EXACT = deferred('it is a number with many digits');

export const asNumber = (value: Value): Value => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^[-+]?(?:\.?\d|inf)/i.test(value)) return failure('it is no number');
  return /^-?\d+(?:\.\d+)?$/.test(value) && value.length <= 15 ? Number(value) : NOT_EXACT;
};

export const asBoolean = (value: Value): Value => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  return failure('it is neither true nor false');
};
