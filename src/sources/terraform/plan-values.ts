import { AFTER_APPLY, CHOSEN_LATER } from '../decode/azurerm-values.ts';
import { isObject, type JsonObject, sensitive } from '../decode/json.ts';

/** The three trees that a plan holds of a resource: what it will be, what of that is not known yet, and what must not be shown. */
export interface Trees {
  readonly after: unknown;
  readonly unknown: unknown;
  readonly sensitive: unknown;
}

/**
 * One tree with marks. `isSet`: whether the configuration sets what stands at a path; what it does not set and nobody knows yet the
 * service chooses.
 */
export const valuesOf = (trees: Trees, isSet: (path: string) => boolean): JsonObject =>
  Object.fromEntries(namesIn(trees).map((name) => [name, marked(childOf(trees, name), name, isSet)]));

const marked = (trees: Trees, path: string, isSet: (path: string) => boolean): unknown => {
  const { after, unknown } = trees;
  if (unknown === true) return isSet(path) ? AFTER_APPLY : CHOSEN_LATER;
  // Trees of different shapes say nothing of each other.
  if ((Array.isArray(after) && isObject(unknown)) || (isObject(after) && Array.isArray(unknown))) return AFTER_APPLY;
  if (Array.isArray(after) || (after === undefined && Array.isArray(unknown))) {
    const length = Math.max(lengthOf(after), lengthOf(unknown));
    return Array.from({ length }, (_, index) => marked(childOf(trees, index), path, isSet));
  }
  if (isObject(after) || isObject(unknown)) {
    // What a plan says is partly unknown is no plain value.
    if (after !== undefined && after !== null && !isObject(after)) return AFTER_APPLY;
    return Object.fromEntries(namesIn(trees).map((name) => [name, marked(childOf(trees, name), `${path}.${name}`, isSet)]));
  }
  if (after === undefined || after === null) return after;
  return trees.sensitive === true || isSecretName(path) ? sensitive(after) : after;
};

/** Also where a plan does not say so: the mask is only as good as the provider that made it. */
const isSecretName = (path: string): boolean =>
  /(?:access_?key|connection[_-]?string(?:[_-]?\d+)?|password|secret|sas_?token)$/i.test(path);

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

const namesIn = ({ after, unknown }: Trees): readonly string[] => [
  ...new Set([after, unknown].flatMap((tree) => (isObject(tree) ? Object.keys(tree) : []))),
];

/** A mask that is true as a whole is true of all that is inside. */
const childOf = ({ after, unknown, sensitive: hidden }: Trees, key: string | number): Trees => ({
  after: at(after, key),
  unknown: at(unknown, key),
  sensitive: hidden === true ? true : at(hidden, key),
});

const at = (tree: unknown, key: string | number): unknown => {
  if (typeof key === 'number') return Array.isArray(tree) ? tree[key] : undefined;
  return isObject(tree) && Object.hasOwn(tree, key) ? tree[key] : undefined;
};
