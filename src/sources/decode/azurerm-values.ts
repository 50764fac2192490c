import type { Tag } from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import type { Fact } from '../../model/fact.ts';
import {
  type Deferred,
  deferred,
  factOf,
  isObject,
  isSensitive,
  type JsonObject,
  propertyOf,
  type Reading,
  SENSITIVE,
  unknown,
} from './json.ts';

/** Attributes of Terraform as facts: what is not set, and how its values convert. */

/** Stands for an attribute that nobody set and whose value the service chooses: a plan does not know it yet. */
export const CHOSEN_LATER: Deferred = deferred('not set, so that it is known after apply');

/** The same of something that is set, and that a plan cannot tell. */
export const AFTER_APPLY: Deferred = deferred('known after apply');

/** An attribute as a fact; `at` is the path of its block, empty for the resource itself. */
export const attribute = <T>(block: unknown, at: string, name: string, reading: Reading<T>): Fact<T> => {
  const fact = factOf(block, at, name, reading);
  if (fact.known || fact.kind !== 'missing') return fact;
  return { ...fact, reason: block === undefined || block === null ? `${at} is not set` : `${name} is not set` };
};

/** How Terraform writes what Azure calls otherwise. */
export const spelled = <T>(fact: Fact<T>, spelling: Readonly<Record<string, string>>): Fact<T> =>
  fact.known ? { ...fact, spelling } : fact;

/** The block of a name that may stand once: undefined where there is none, the list itself where there are several. */
export const blockOf = (values: JsonObject, name: string): unknown => {
  const value = propertyOf(values, name);
  if (!Array.isArray(value)) return value;
  return value.length > 1 ? value : (value[0] ?? undefined);
};

/** The literal text of an attribute that may be shown; null for anything else. */
export const literalOf = (values: JsonObject, name: string): string | null => textFrom(propertyOf(values, name)) ?? null;

/** The text behind a value, also of one that must not be shown. */
export const textBehind = (value: unknown): string | null => textFrom(isSensitive(value) ? value.value : value) ?? null;

const textFrom = (value: unknown): string | undefined => (value === '' ? undefined : toText(value));

/** As Terraform converts to text: `1.2` is "1.2". */
const toText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/** As Terraform converts to bool (zclconf/go-cty, convert/conversion_primitive.go): no number, and no other spelling. */
const toBoolean = (value: unknown): boolean | undefined => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1') return true;
  return value === 'false' || value === '0' ? false : undefined;
};

/** Free text that rules repeat in what they say: one that must not be shown is not judged. */
export const shownText = (block: unknown, at: string, name: string, reading: Reading<string> = TEXT): Fact<string> =>
  isObject(block) && isSensitive(propertyOf(block, name))
    ? unknown(`${at}.${name}`, 'deferred', 'the value is sensitive, and to judge it is to show it', SENSITIVE)
    : attribute(block, at, name, reading);

/** A reading of text. */
export const ofText = <T>(reading: Reading<T>): Reading<T> => ({ ...reading, read: (value) => reading.read(toText(value)) });

export const TEXT: Reading<string> = { expected: 'text', read: textFrom };

export const TRUE_OR_FALSE: Reading<boolean> = { expected: 'true or false', read: toBoolean };

export const or = <T>(reading: Reading<T>, value: T): Reading<T> => ({ ...reading, absent: { value } });

/** A switch that Azure writes as a word, or the other way round. */
export const switchTo = <T>(on: T, off: T): Reading<T> => ({
  expected: TRUE_OR_FALSE.expected,
  read: (value) => {
    const isOn = toBoolean(value);
    if (isOn === undefined) return undefined;
    return isOn ? on : off;
  },
});

/** A whole number that Terraform takes for one. */
export const COUNT: Reading<number> = {
  expected: 'a whole number',
  read: (value) => {
    const text = typeof value === 'boolean' ? undefined : toText(value);
    return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  },
};

/** Whether nothing is set there: the service may choose. */
export const isUnset = (block: unknown, name: string): boolean => {
  if (!isObject(block)) return false;
  const value = propertyOf(block, name);
  return value === undefined || value === CHOSEN_LATER;
};

/** By name; a value that is no text, or must not be shown, is null. */
export const tagsOf = (values: JsonObject): Fact<readonly Tag[]> => {
  const isHidden = isSensitive(propertyOf(values, 'tags'));
  return attribute<readonly Tag[]>(values, '', 'tags', {
    expected: 'a map of tags',
    read: (tags) =>
      isObject(tags)
        ? Object.entries(tags)
            .map(([name, value]) => ({ name, value: (isHidden ? undefined : toText(value)) ?? null }))
            .sort((a, b) => compare(a.name, b.name))
        : undefined,
    absent: { value: [] },
  });
};
