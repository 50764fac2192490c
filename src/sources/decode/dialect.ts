import type { Fact } from '../../model/fact.ts';
import { lastPart } from './facts.ts';
import { factAt, factOf, isObject, type JsonObject, propertyOf, type Reading, textOf, unknown } from './json.ts';

/** What a declaration says by leaving a property out: a documented default, or nothing, with the reason. */
export type Unset<T> = { readonly value: T } | { readonly reason: string };

/**
 * How properties are read. What is absent from a live answer was not reported; what a declaration leaves out takes the default of the
 * service. Names and values are the same in both.
 */
export interface Dialect {
  /** As `factOf` does; `unset` is for declarations, and `reading.absent` for live answers. */
  readonly factOf: <T>(object: unknown, at: string, name: string, reading: Reading<T>, unset?: Unset<NoInfer<T>>) => Fact<T>;
  /** The same for a property of many objects. */
  readonly factAt: <T>(at: string, name: string, reading: Reading<T>, unset?: Unset<NoInfer<T>>) => (object: unknown) => Fact<T>;
  /** What one item of a list is called; empty when nobody can tell. */
  readonly nameOf: (item: JsonObject) => string;
}

export const LIVE: Dialect = {
  factOf: (object, at, name, reading) => factOf(object, at, name, reading),
  factAt: (at, name, reading) => factAt(at, name, reading),
  nameOf: (item) => lastPart(textOf(item, 'name') ?? textOf(item, 'id') ?? ''),
};

const declaredFactOf = <T>(object: unknown, at: string, name: string, reading: Reading<T>, unset?: Unset<T>): Fact<T> => {
  const path = at === '' ? name : `${at}.${name}`;
  if (object === null || object === undefined) return unknown(path, 'missing', notSet(at));
  if (!isObject(object) || propertyOf(object, name) !== undefined) return factOf(object, at, name, reading);
  if (unset === undefined) return unknown(path, 'missing', 'the property is not set');
  if ('reason' in unset) return unknown(path, 'out_of_reach', unset.reason);
  return { known: true, value: unset.value, path, from: 'service_default', written: null };
};

/** `at` is the path of an object that is not there: the service fills in all of it. */
const notSet = (at: string): string => {
  const name = at.slice(at.lastIndexOf('.') + 1);
  return `${name} is not set, so its values are known after it is deployed: write \`${name}: {}\` to have its defaults judged`;
};

export const DECLARED: Dialect = {
  factOf: declaredFactOf,
  factAt: (at, name, reading, unset) => (object) => declaredFactOf(object, at, name, reading, unset),
  nameOf: (item) => textOf(item, 'name') ?? '',
};

/**
 * Whether a version of an API, such as `2025-07-01` or `2025-08-01-preview`, is of that day or later; null when it is not said, or is
 * no version.
 */
export const isSince = (apiVersion: string | null, day: string): boolean | null => {
  const date = /^(\d{4}-\d{2}-\d{2})(?:-[a-z]+)?$/i.exec(apiVersion ?? '')?.[1];
  return date === undefined ? null : date >= day;
};

/** A property that an older version of the API does not have changes nothing there, whatever it is set to. */
export const knownSince = <T>(fact: Fact<T>, byDefault: T, apiVersion: string | null, day: string): Fact<T> =>
  fact.known && fact.value !== byDefault && isSince(apiVersion, day) === false
    ? unknown(fact.path, 'invalid', `version ${apiVersion} of the API has no such property`, fact.written)
    : fact;
