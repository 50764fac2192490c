import { isObject, type JsonObject, shown } from '../../sources/decode/json.ts';
import type { Refuse } from './text.ts';

/** A value of a saved result, where it stands, and whom to tell what is wrong with it. */
export interface Place {
  readonly value: unknown;
  /** Such as `findings[17].outcome`. */
  readonly at: string;
  readonly refuse: Refuse;
}

/** Makes of a value what it has to be, or throws `Trouble` (usage) that says where it is not. */
export type Read<T> = (place: Place) => T;

export const wrong = ({ value, at, refuse }: Place, expected: string) =>
  refuse(
    'NOT_A_RESULT',
    `is no result that can be understood: ${at} is ${value === undefined ? 'missing' : `${shown(value)}, not ${expected}`}`,
  );

export const object: Read<JsonObject> = (place) => {
  if (isObject(place.value)) return place.value;
  throw wrong(place, 'an object');
};

export const text: Read<string> = (place) => {
  if (typeof place.value === 'string') return place.value;
  throw wrong(place, 'a text');
};

export const flag: Read<boolean> = (place) => {
  if (typeof place.value === 'boolean') return place.value;
  throw wrong(place, 'true or false');
};

/** A day as `YYYY-MM-DD`. */
export const day: Read<string> = (place) => {
  if (typeof place.value === 'string' && isMoment(`${place.value}T00:00:00.000Z`)) return place.value;
  throw wrong(place, 'a day such as 2026-12-31');
};

/** A moment in UTC, to the millisecond. */
export const moment: Read<string> = (place) => {
  if (typeof place.value === 'string' && isMoment(place.value)) return place.value;
  throw wrong(place, 'a moment such as 2026-12-31T23:59:59.000Z');
};

const isMoment = (written: string): boolean => {
  const ms = Date.parse(written);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === written;
};

/** A whole number that is not negative. */
export const number: Read<number> = (place) => {
  if (typeof place.value === 'number' && Number.isSafeInteger(place.value) && place.value >= 0) return place.value;
  throw wrong(place, 'a whole number');
};

/** Exactly one of these words: what a later version says in another is never taken for something else. */
export const word =
  <T extends string>(words: readonly T[]): Read<T> =>
  (place) => {
    const found = words.find((one) => one === place.value);
    if (found !== undefined) return found;
    throw wrong(place, `one of ${words.join(', ')}`);
  };

export const orNull =
  <T>(read: Read<T>): Read<T | null> =>
  (place) =>
    place.value === null ? null : read(place);

/** For what an earlier minor version did not write. */
export const orMissing =
  <T>(read: Read<T>, fallback: T): Read<T> =>
  (place) =>
    place.value === undefined ? fallback : read(place);

export const list =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (place) => {
    if (!Array.isArray(place.value)) throw wrong(place, 'a list');
    return place.value.map((value, index) => read({ ...place, value, at: `${place.at}[${index}]` }));
  };

/** Reads one property of an object after another. */
export const inside = (place: Place): (<T>(name: string, read: Read<T>) => T) => {
  const found = object(place);
  return (name, read) =>
    read({ ...place, value: Object.hasOwn(found, name) ? found[name] : undefined, at: place.at === '' ? name : `${place.at}.${name}` });
};
