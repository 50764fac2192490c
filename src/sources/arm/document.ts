import { type ObjectNode, parse, type ValueNode } from '@humanwhocodes/momoa';
import type { Place } from '../../model/cache.ts';
import { isObject, shown } from '../decode/json.ts';
import { MOST_JSON_DEPTH, shapeOf } from '../strict-json.ts';

/** JSON as templates are written: with comments, trailing commas and strings over several lines, and each value with its place. */
export interface Document {
  readonly value: unknown;
  /** Where an object or an array begins. */
  readonly placeOf: (value: unknown) => Place | null;
  /** Where the name of a property stands. */
  readonly placeIn: (object: unknown, name: string) => Place | null;
}

/** As what follows the name of the file. */
export interface Malformed {
  readonly why: string;
}

export const readDocument = (text: string): Document | Malformed => {
  if (shapeOf(text).depth > MOST_JSON_DEPTH) return { why: `is nested deeper than ${MOST_JSON_DEPTH} levels` };
  const placeAt = placesIn(text);
  let root: ValueNode;
  try {
    root = parse(text, { mode: 'jsonc', allowTrailingCommas: true }).body;
  } catch (error) {
    // Its words may quote the file.
    const at = error instanceof Error && 'offset' in error && typeof error.offset === 'number' ? placeAt(error.offset) : null;
    return { why: `is not JSON, or not all of it${at === null ? '' : ` (line ${at.line}, column ${at.column})`}` };
  }
  const offsets = new WeakMap<object, number>();
  const names = new WeakMap<object, ReadonlyMap<string, number>>();
  let twice: { readonly name: string; readonly offset: number } | null = null;

  const objectOf = ({ members }: ObjectNode): object => {
    const starts = new Map<string, number>();
    const entries = members.map(({ name: node, value }): readonly [string, unknown] => {
      const name = node.type === 'String' ? node.value : node.name;
      const { offset } = node.loc.start;
      if (starts.has(name)) twice ??= { name, offset };
      starts.set(name, offset);
      return [name, plainOf(value)];
    });
    const object: object = Object.fromEntries(entries);
    names.set(object, starts);
    return object;
  };
  const plainOf = (node: ValueNode): unknown => {
    switch (node.type) {
      case 'Object': {
        const object = objectOf(node);
        offsets.set(object, node.loc.start.offset);
        return object;
      }
      case 'Array': {
        const array = node.elements.map(({ value }) => plainOf(value));
        offsets.set(array, node.loc.start.offset);
        return array;
      }
      case 'Null':
        return null;
      case 'NaN':
      case 'Infinity':
        return undefined;
      default:
        return node.value;
    }
  };

  const value = plainOf(root);
  if (twice !== null) return { why: repeats(twice, placeAt) };
  const at = (offset: number | undefined): Place | null => (offset === undefined ? null : placeAt(offset));
  return {
    value,
    placeOf: (one) => (isCompound(one) ? at(offsets.get(one)) : null),
    placeIn: (object, name) => (isCompound(object) ? at(names.get(object)?.get(name)) : null),
  };
};

const isCompound = (value: unknown): value is object => isObject(value) || Array.isArray(value);

const repeats = ({ name, offset }: { readonly name: string; readonly offset: number }, placeAt: (offset: number) => Place): string =>
  `repeats the name ${shown(name)} in one object (line ${placeAt(offset).line}), and nobody can tell which of the two counts`;

/** A parser counts lines otherwise where a string goes over several. */
const placesIn = (text: string): ((offset: number) => Place) => {
  const starts = [0];
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) starts.push(index + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
};
