import { deferred, isDeferred, isObject, isSensitive } from '../decode/json.ts';
import type { Expression } from './syntax.ts';
import { asBoolean, asNumber, asText, bounded, failure, hidden, lifted, objectOf, TOO_LARGE, type Value } from './values.ts';

/** The type that a variable has to have. */
export type Type =
  | { readonly is: 'any' }
  | { readonly is: 'primitive'; readonly convert: (value: Value) => Value }
  | { readonly is: 'list'; readonly of: Type }
  | { readonly is: 'map'; readonly of: Type }
  | { readonly is: 'tuple'; readonly of: readonly Type[] }
  | { readonly is: 'object'; readonly attributes: ReadonlyMap<string, AttributeType> };

interface AttributeType {
  readonly type: Type;
  readonly isOptional: boolean;
  /** Null when it has none. */
  readonly fallback: Expression | null;
}

const ANY: Type = { is: 'any' };

const NAMED: Readonly<Record<string, Type>> = {
  any: ANY,
  string: { is: 'primitive', convert: asText },
  number: { is: 'primitive', convert: asNumber },
  bool: { is: 'primitive', convert: asBoolean },
  list: { is: 'list', of: ANY },
  set: { is: 'list', of: ANY },
  map: { is: 'map', of: ANY },
};

/** Null for what is no type. Before Terraform 0.12 types stood in quotes. */
export const typeOf = (expression: Expression): Type | null => {
  if (expression.is === 'name') return named(expression.name);
  if (expression.is === 'literal' && typeof expression.value === 'string') return named(expression.value);
  if (expression.is !== 'call') return null;
  const [inner, ...more] = expression.given;
  if (inner === undefined || more.length > 0) return null;
  switch (expression.name) {
    case 'list':
    case 'set': {
      const of = typeOf(inner);
      return of && { is: 'list', of };
    }
    case 'map': {
      const of = typeOf(inner);
      return of && { is: 'map', of };
    }
    case 'tuple':
      return tupleOf(inner);
    case 'object':
      return objectTypeOf(inner);
    default:
      return null;
  }
};

const named = (name: string): Type | null => (Object.hasOwn(NAMED, name) ? (NAMED[name] ?? null) : null);

const tupleOf = (inner: Expression): Type | null => {
  if (inner.is !== 'list') return null;
  const types = inner.items.map(typeOf);
  const of = types.filter((type) => type !== null);
  return of.length === types.length ? { is: 'tuple', of } : null;
};

const objectTypeOf = (inner: Expression): Type | null => {
  if (inner.is !== 'object') return null;
  const attributes = new Map<string, AttributeType>();
  for (const { key, value } of inner.entries) {
    const isOptional = value.is === 'call' && value.name === 'optional';
    const [written, fallback] = isOptional ? value.given : [value];
    const type = written === undefined ? null : typeOf(written);
    if (type === null || key.is !== 'literal') return null;
    attributes.set(String(key.value), { type, isOptional, fallback: fallback ?? null });
  }
  return { is: 'object', attributes };
};

/** A value as a variable of that type has it; `read` gives what a default comes to. */
export const convertTo = (type: Type, value: Value, read: (fallback: Expression) => Value): Value => {
  if (isDeferred(value) || value === null) return value;
  if (isSensitive(value)) return hidden(convertTo(type, value.value, read));
  switch (type.is) {
    case 'any':
      return value;
    case 'primitive':
      return type.convert(value);
    case 'list':
      return Array.isArray(value) ? value.map(elementsOf(type.of, value, read)) : failure('it is no list');
    case 'map':
      return isObject(value)
        ? objectOf(mapped(Object.entries(value), elementsOf(type.of, Object.values(value), read)))
        : failure('it is no map');
    case 'tuple':
      return Array.isArray(value) && value.length === type.of.length
        ? value.map((item, index) => convertTo(type.of[index] ?? ANY, item, read))
        : failure('it is no such tuple');
    case 'object':
      return isObject(value)
        ? objectOf(
            [...type.attributes].map(([name, attribute]) => [
              name,
              attributeOf(attribute, Object.hasOwn(value, name) ? value[name] : undefined, read),
            ]),
          )
        : failure('it is no such object');
  }
};

const mapped = (entries: readonly (readonly [string, Value])[], convert: (item: Value) => Value): readonly (readonly [string, Value])[] =>
  entries.map(([name, item]) => [name, convert(item)]);

/** How each element becomes one of its collection: those have one type, also where that may be any, and texts make texts of the others. */
const elementsOf = (of: Type, items: readonly Value[], read: (fallback: Expression) => Value): ((item: Value) => Value) => {
  if (of.is !== 'any') return (item) => convertTo(of, item, read);
  if (isDeferred(bounded(items))) return () => TOO_LARGE;
  const kinds = new Set(items.flatMap(leavesOf));
  if (kinds.size <= 1) return (item) => item;
  const isPlain = items.every((item) => leavesOf(item).length <= 1 && !isCompound(item));
  if (isPlain) return (item) => (item === null || isDeferred(item) ? item : lifted([item], asText));
  return new Set(items.map(shapeOf)).size <= 1 ? (item) => item : () => SEVERAL;
};

const SEVERAL = deferred('it is of several types, of which Terraform makes one');

const isCompound = (value: Value): boolean => Array.isArray(value) || (isObject(value) && !isDeferred(value) && !isSensitive(value));

/** The kinds of what is in a value, without null. */
const leavesOf = (value: Value): readonly string[] => {
  if (isSensitive(value)) return leavesOf(value.value);
  if (value === null || isDeferred(value)) return [];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isObject(value) ? Object.values(value).flatMap(leavesOf) : [typeof value];
};

/** One text for values of one type. */
const shapeOf = (value: Value): string => {
  if (isSensitive(value)) return shapeOf(value.value);
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`;
  if (!isObject(value) || isDeferred(value)) return value === null ? 'null' : typeof value;
  return JSON.stringify(mapped(Object.entries(value), shapeOf).toSorted());
};

/** An optional attribute takes its default also where it is null. */
const attributeOf = ({ type, isOptional, fallback }: AttributeType, value: Value, read: (fallback: Expression) => Value): Value => {
  if (value === undefined && !isOptional) return failure('an attribute is missing');
  if (value !== undefined && value !== null) return convertTo(type, value, read);
  return fallback === null ? null : convertTo(type, read(fallback), read);
};
