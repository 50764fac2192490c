import { deferred, isDeferred, isObject } from '../decode/json.ts';
import {
  asBoolean,
  asNumber,
  asText,
  bounded,
  contentsOf,
  failure,
  hidden,
  isFailure,
  lifted,
  MOST_CHARACTERS,
  objectOf,
  revealed,
  TOO_LARGE,
  type Value,
  within,
} from './values.ts';

/**
 * Terraform's functions, as far as they can be computed exactly as it does. Each takes what it is given with its marks; undefined when
 * this case is not among those.
 */
type Compute = (given: readonly Value[]) => Value | undefined;

export const functionOf = (name: string): Compute | null => FUNCTIONS.get(name.replace(/^core::/, '')) ?? null;

/** Of known values only. */
const known =
  (compute: (...given: readonly Value[]) => Value | undefined): Compute =>
  (given) => {
    let isComputed = true;
    const value = lifted(given, (...all) => {
      const computed = compute(...all);
      isComputed = computed !== undefined;
      return computed;
    });
    return isComputed ? value : undefined;
  };

/** Of texts: numbers and switches become some. */
const ofTexts = (compute: (...given: readonly string[]) => Value | undefined): Compute =>
  known((...given) => {
    const texts = given.map(asText);
    const bad = texts.find(isDeferred);
    if (bad !== undefined) return bad;
    return compute(...texts.filter((text) => typeof text === 'string'));
  });

/** Letters outside of ASCII have no case, or another one, in one of the two languages. */
const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

const converted = (convert: (value: Value) => Value): Compute =>
  known((value, ...more) => {
    if (more.length > 0) return undefined;
    return value === null ? null : convert(value);
  });

const kindOf = (value: Value): string => (value === null ? 'null' : typeof value);

const isPrimitive = (value: Value): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** Null when not all are known, none is a list or an object, and all are of one kind. */
const alike = (values: readonly Value[]): boolean => {
  const kinds = new Set(values.filter((value) => value !== null).map(kindOf));
  return values.every(isPrimitive) && kinds.size <= 1;
};

const lists = (given: readonly Value[]): readonly (readonly Value[])[] | null => {
  const all = given.filter((one): one is readonly Value[] => Array.isArray(one));
  return all.length === given.length ? all : null;
};

const joinLists: Compute = (given) => {
  const open = given.find(isDeferred);
  if (open !== undefined) return open;
  return lists(given)?.flat();
};

/** The last one that has a name wins; null is as good as an empty object. What is inside may be open. */
const merge: Compute = (given) => {
  const open = given.find((one) => isDeferred(one) && !isFailure(one)) ?? given.find(isDeferred);
  if (open !== undefined) return open;
  const objects = given.filter((one) => one !== null).filter(isObject);
  if (objects.length !== given.filter((one) => one !== null).length) return undefined;
  return objectOf(objects.flatMap((one) => Object.entries(one)));
};

const lookup: Compute = ([map, key, fallback, ...more]) =>
  more.length > 0 || key === undefined
    ? undefined
    : within(map, (object) =>
        within(key, (name) => {
          if (typeof name !== 'string' || !isObject(object)) return failure('lookup asks for a name in something that has none');
          if (Object.hasOwn(object, name)) return object[name];
          return fallback === undefined ? failure('lookup finds no such name') : fallback;
        }),
      );

/** The first that is neither null nor an empty text. */
const coalesce: Compute = (given) => {
  for (const one of given) {
    if (isDeferred(one)) return one;
    const plain = revealed(one);
    if (plain === null || plain === '') continue;
    const others = given.filter((other) => !isDeferred(other)).map(revealed);
    return alike(others) ? one : undefined;
  }
  return failure('coalesce finds nothing');
};

const length = known((value, ...more) => {
  if (more.length > 0) return undefined;
  if (Array.isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  return typeof value === 'string' && isPlain(value) ? value.length : undefined;
});

/** How many there are is known also where what they are is not. */
const lengthOf: Compute = (given) => {
  const [value, ...more] = given;
  return more.length === 0 && Array.isArray(value) ? value.length : length(given);
};

const contains = known((list, value, ...more) => {
  if (more.length > 0 || !Array.isArray(list) || !alike([...list, value])) return undefined;
  return list.includes(value);
});

const join = known((separator, ...given) => {
  const all = lists(given);
  if (typeof separator !== 'string' || all === null) return undefined;
  const texts = all.flat().map(asText);
  const text = texts.every((one) => typeof one === 'string') ? texts.join(separator) : undefined;
  return text !== undefined && text.length > MOST_CHARACTERS ? TOO_LARGE : text;
});

const setOf = known((value, ...more) => {
  if (more.length > 0 || !Array.isArray(value) || !alike(value)) return undefined;
  const items = [...new Set(value)];
  return items.every((item) => typeof item === 'string') ? items.sort(byBytes) : items;
});

/** Go compares bytes of UTF-8, which sort as code points do. */
const byBytes = (one: string, other: string): number => {
  const [a, b] = [Array.from(one), Array.from(other)];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

/** A text that is no regular expression, which stands between slashes. */
const replace = ofTexts((text, part, by, ...more) => {
  if (more.length > 0 || text === undefined || by === undefined || !part || /^\/.*\/$/.test(part)) return undefined;
  return bounded(text.split(part).join(by));
});

/** `%s`, `%d` and `%%` of plain values. */
const format = known((pattern, ...given) => {
  if (typeof pattern !== 'string') return undefined;
  const waiting = [...given];
  let isExact = true;
  const text = pattern.replace(/%(.|$)/gsu, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = waiting.shift();
    const shown = verb === 's' ? asText(value) : value;
    if (verb === 's' && typeof shown === 'string') return shown;
    if (verb === 'd' && Number.isSafeInteger(value)) return String(value);
    isExact = false;
    return '';
  });
  return isExact && waiting.length === 0 ? text : undefined;
});

const element: Compute = ([list, index, ...more]) =>
  more.length > 0
    ? undefined
    : within(list, (items) =>
        within(index, (at) => {
          const number = asNumber(at);
          if (!Array.isArray(items) || typeof number !== 'number' || !Number.isInteger(number)) return failure('element finds nothing');
          // From the end, or a mistake: by the version of Terraform.
          if (number < 0) return deferred('element asks for an item before the first one');
          return items.length === 0 ? failure('element of an empty list') : items[number % items.length];
        }),
      );

const FUNCTIONS: ReadonlyMap<string, Compute> = new Map<string, Compute>([
  ['tostring', converted(asText)],
  ['tonumber', converted(asNumber)],
  ['tobool', converted(asBoolean)],
  [
    'tolist',
    ([value, ...more]) => (more.length === 0 && Array.isArray(value) && value.every(isPrimitive) && alike(value) ? value : undefined),
  ],
  ['toset', setOf],
  ['tomap', ([value, ...more]) => (more.length === 0 && isObject(value) && alike(Object.values(value)) ? value : undefined)],
  ['lower', ofTexts((text, ...more) => (more.length === 0 && text !== undefined && isPlain(text) ? text.toLowerCase() : undefined))],
  ['upper', ofTexts((text, ...more) => (more.length === 0 && text !== undefined && isPlain(text) ? text.toUpperCase() : undefined))],
  ['trimspace', ofTexts((text, ...more) => (more.length === 0 && text !== undefined && isPlain(text) ? text.trim() : undefined))],
  ['startswith', ofTexts((text, start, ...more) => (more.length === 0 && start !== undefined ? text?.startsWith(start) : undefined))],
  ['endswith', ofTexts((text, end, ...more) => (more.length === 0 && end !== undefined ? text?.endsWith(end) : undefined))],
  ['replace', replace],
  ['format', format],
  ['join', join],
  ['split', ofTexts((separator, text, ...more) => (more.length === 0 && separator ? text?.split(separator) : undefined))],
  ['length', lengthOf],
  ['contains', contains],
  ['element', element],
  ['concat', joinLists],
  ['merge', merge],
  ['lookup', lookup],
  ['coalesce', coalesce],
  ['sensitive', ([value, ...more]) => (more.length > 0 || value === undefined ? undefined : hidden(value))],
  [
    'nonsensitive',
    ([value, ...more]) => (more.length > 0 || value === undefined || contentsOf(value).open !== null ? undefined : revealed(value)),
  ],
]);
