import { isDeferred, isObject, type JsonObject } from '../decode/json.ts';
import { MOST_JSON_DEPTH, parseStrictly } from '../strict-json.ts';
import { LATER, openText, type Part, partsOf, textOfParts } from './open.ts';

/**
 * Functions of templates that give the same here as in Resource Manager. Each gives undefined for words that it cannot take, or does not
 * know enough of.
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
 */
export type TemplateFunction = (words: readonly unknown[], deployment: string) => unknown;

/** Characters, or items: what is put together of itself may grow without end. */
const MOST = 131_072;

export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['true', () => true],
  ['false', () => false],
  ['null', () => null],
  ['equals', ([one, other]) => equals(one, other)],
  ['not', ([one]) => (typeof one === 'boolean' ? !one : undefined)],
  ['less', numbers((one, other) => one < other)],
  ['lessorequals', numbers((one, other) => one <= other)],
  ['greater', numbers((one, other) => one > other)],
  ['greaterorequals', numbers((one, other) => one >= other)],
  ['add', numbers((one, other) => one + other)],
  ['sub', numbers((one, other) => one - other)],
  ['mul', numbers((one, other) => one * other)],
  ['bool', ([one]) => boolOf(one)],
  ['int', ([one]) => intOf(one)],
  ['string', ([one]) => stringOf(one)],
  ['concat', (words) => concat(words)],
  ['format', ([pattern, ...words]) => format(pattern, words)],
  ['tolower', ([one]) => cased(one, 'tolower', (text) => text.toLowerCase())],
  ['toupper', ([one]) => cased(one, 'toupper', (text) => text.toUpperCase())],
  ['trim', ([one]) => (typeof one === 'string' ? one.trim() : undefined)],
  [
    'replace',
    texts((text, old, fresh = '') => (old === '' || text.length * fresh.length > MOST ? undefined : text.replaceAll(old, () => fresh))),
  ],
  ['startswith', texts((text, part) => text.toLowerCase().startsWith(part.toLowerCase()))],
  ['endswith', texts((text, part) => text.toLowerCase().endsWith(part.toLowerCase()))],
  ['split', texts((text, by) => (by === '' ? undefined : text.split(by)))],
  ['take', ([one, count]) => sliced(one, count, (length) => [0, length])],
  ['skip', ([one, count]) => sliced(one, count, (length) => [length, MOST])],
  ['tryget', ([one, ...names]) => tryGet(one, names)],
  ['length', ([one]) => (typeof one === 'string' || Array.isArray(one) ? one.length : isObject(one) ? Object.keys(one).length : undefined)],
  ['first', ([one]) => (Array.isArray(one) && one.length > 0 ? one[0] : undefined)],
  ['last', ([one]) => (Array.isArray(one) && one.length > 0 ? one.at(-1) : undefined)],
  ['empty', ([one]) => isEmpty(one)],
  ['coalesce', (words) => coalesce(words)],
  ['contains', ([one, other]) => contains(one, other)],
  ['createarray', (words) => [...words]],
  ['array', ([one]) => (isDeferred(one) ? undefined : Array.isArray(one) ? one : [one])],
  ['createobject', (words) => createObject(words)],
  ['union', (words) => union(words)],
  ['shallowmerge', ([items]) => (Array.isArray(items) ? merged(items, (_, later) => later) : undefined)],
  ['json', ([text]) => json(text)],
  ['resourceid', (words, deployment) => idOf([subscriptionOf(deployment), groupOf(deployment)], words)],
  ['subscriptionresourceid', (words, deployment) => idOf([subscriptionOf(deployment)], words)],
  ['tenantresourceid', (words) => idOf([], words)],
  ['extensionresourceid', ([scope, ...words]) => extensionId(scope, words)],
]);

function numbers(compute: (one: number, other: number) => unknown): TemplateFunction {
  return ([one, other]) => (typeof one === 'number' && typeof other === 'number' ? compute(one, other) : undefined);
}

function texts(compute: (one: string, other: string, third?: string) => unknown): TemplateFunction {
  return ([one, other, third]) =>
    typeof one === 'string' && typeof other === 'string' && (third === undefined || typeof third === 'string')
      ? compute(one, other, third)
      : undefined;
}

const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Values of different types are left to Resource Manager. */
const equals = (one: unknown, other: unknown): boolean | undefined => {
  if (one === null || other === null) return isScalar(one) && isScalar(other) ? one === other : undefined;
  return isScalar(one) && isScalar(other) && typeof one === typeof other ? one === other : undefined;
};

const boolOf = (value: unknown): boolean | undefined => {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return undefined;
  const word = value.toLowerCase();
  return word === 'true' || word === 'false' ? word === 'true' : undefined;
};

const intOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
};

const stringOf = (value: unknown): unknown => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' || isDeferred(value) ? value : undefined;
};

/** The parts of a word that becomes part of a text. */
const wordParts = (word: unknown): readonly Part[] | null => partsOf(stringOf(word));

const textFrom = (parts: readonly Part[], words: readonly unknown[]): unknown => {
  const length = parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : part.key.length), 0);
  return length > MOST ? undefined : textOfParts(parts, reasonIn(words));
};

/** Why a value is open that is made of others: what one of them says. */
export const reasonIn = (words: readonly unknown[]): string => {
  const reasons = words.filter(isDeferred).map(({ reason }) => reason);
  return reasons.find((reason) => reason !== LATER) ?? LATER;
};

const concat = (words: readonly unknown[]): unknown => {
  if (words.length > 0 && words.every((word): word is readonly unknown[] => Array.isArray(word))) {
    const all = words.reduce((sum, { length }) => sum + length, 0);
    return all > MOST ? undefined : words.flat();
  }
  const parts: Part[] = [];
  for (const word of words) {
    const more = wordParts(word);
    if (more === null) return undefined;
    parts.push(...more);
  }
  return textFrom(parts, words);
};

const PLACEHOLDER = /\{\{|\}\}|\{(\d{1,3})\}|[{}]/g;

/** Placeholders that say how a word is to be written are left to Resource Manager. */
const format = (pattern: unknown, words: readonly unknown[]): unknown => {
  if (typeof pattern !== 'string') return undefined;
  const parts: Part[] = [];
  let at = 0;
  for (const match of pattern.matchAll(PLACEHOLDER)) {
    const [text, number] = match;
    parts.push(pattern.slice(at, match.index));
    at = match.index + text.length;
    if (text === '{{' || text === '}}') {
      parts.push(text.charAt(0));
      continue;
    }
    const word = number === undefined ? null : wordParts(words[Number(number)]);
    if (word === null) return undefined;
    parts.push(...word);
  }
  return textFrom([...parts, pattern.slice(at)], words);
};

const cased = (value: unknown, name: string, change: (text: string) => string): unknown => {
  const parts = partsOf(value);
  if (parts === null) return undefined;
  const changed = parts.map((part): Part => (typeof part === 'string' ? change(part) : { key: `${name}(${part.key})` }));
  return textOfParts(changed, reasonIn([value]));
};

const sliced = (value: unknown, count: unknown, ends: (length: number) => readonly [number, number]): unknown => {
  if (typeof count !== 'number' || !(typeof value === 'string' || Array.isArray(value))) return undefined;
  return value.slice(...ends(Math.max(count, 0)));
};

/** What is not there is null; what is open may be there. */
const tryGet = (value: unknown, names: readonly unknown[]): unknown => {
  let found = value;
  for (const name of names) {
    if (found === null) return null;
    if (isObject(found) && typeof name === 'string') {
      const own = Object.entries(found).filter(([key]) => key.toLowerCase() === name.toLowerCase());
      if (own.length > 1) return undefined;
      found = own[0]?.[1] ?? null;
    } else if (Array.isArray(found) && typeof name === 'number') found = found[name] ?? null;
    else return undefined;
  }
  return found;
};

const isEmpty = (value: unknown): boolean | undefined => {
  if (value === null || value === undefined) return true;
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  // A text of which some part is known is not empty.
  return partsOf(value)?.some((part) => typeof part === 'string') === true ? false : undefined;
};

/** The first that is there; what is open may be the one. */
const coalesce = (words: readonly unknown[]): unknown => {
  for (const word of words) {
    if (word === null || word === undefined) continue;
    return isDeferred(word) && (partsOf(word)?.length ?? 0) < 2 ? undefined : word;
  }
  return null;
};

const contains = (container: unknown, item: unknown): boolean | undefined => {
  if (Array.isArray(container) && isScalar(item)) return container.every(isScalar) ? container.includes(item) : undefined;
  if (typeof item !== 'string') return undefined;
  if (typeof container === 'string') return container.includes(item);
  return isObject(container) ? Object.keys(container).some((name) => name.toLowerCase() === item.toLowerCase()) : undefined;
};

const createObject = (words: readonly unknown[]): JsonObject | undefined => {
  const entries: (readonly [string, unknown])[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const name = words[index];
    if (typeof name !== 'string' || index + 1 >= words.length) return undefined;
    entries.push([name, words[index + 1]]);
  }
  return Object.fromEntries(entries);
};

/** Objects that one call merges. */
const MOST_MERGED = 5000;

/** Objects are merged all the way down, lists are not. */
const union = (words: readonly unknown[], budget = { left: MOST_MERGED }, depth = 0): unknown => {
  budget.left -= 1;
  if (budget.left < 0 || depth > MOST_JSON_DEPTH) return undefined;
  if (words.length > 0 && words.every((word): word is readonly unknown[] => Array.isArray(word))) {
    const all = words.flat();
    return all.every(isScalar) && all.length <= MOST ? [...new Set(all)] : undefined;
  }
  return merged(words, (one, other) => (isObject(one) && isObject(other) ? union([one, other], budget, depth + 1) : other));
};

/** Names are the same without regard to case. */
const merged = (objects: readonly unknown[], both: (earlier: unknown, later: unknown) => unknown): JsonObject | undefined => {
  const values = new Map<string, { readonly name: string; readonly value: unknown }>();
  for (const object of objects) {
    if (!isObject(object)) return undefined;
    for (const [name, later] of Object.entries(object)) {
      const before = values.get(name.toLowerCase());
      // Whether nothing takes the place of something, and what is open that of an object, is left to Resource Manager.
      if (before !== undefined && (later === null || isDeferred(before.value) || isDeferred(later)) && later !== before.value)
        values.set(name.toLowerCase(), {
          name: before.name,
          value: openText(reasonIn([later, before.value]), [{ key: `union(${name})` }]),
        });
      else
        values.set(name.toLowerCase(), {
          name: before?.name ?? name,
          value: before === undefined ? later : (both(before.value, later) ?? openText(LATER, [{ key: `union(${name})` }])),
        });
    }
  }
  return Object.fromEntries([...values.values()].map(({ name, value }) => [name, value]));
};

const json = (text: unknown): unknown => {
  if (typeof text !== 'string' || text.length > MOST) return undefined;
  const parsed = parseStrictly(text);
  return 'value' in parsed ? parsed.value : undefined;
};

// Ids

/** What a function is called that gives something else in each deployment. */
export const inDeployment = (key: string, deployment: string): string => (deployment === '' ? key : `${key}@${deployment}`);

/** The same as an expression that asks for the property. */
export const keyOfProperty = (key: string, property: string): string => `${key}.${property.toLowerCase()}`;

const subscriptionOf = (deployment: string): readonly Part[] => [
  '/subscriptions/',
  { key: keyOfProperty(inDeployment('subscription()', deployment), 'subscriptionId') },
];

const groupOf = (deployment: string): readonly Part[] => [
  '/resourceGroups/',
  { key: keyOfProperty(inDeployment('resourcegroup()', deployment), 'name') },
];

/** Prefixes are what stands before the type where it is not said: `resourceId([subscription], [group], type, name…)`. */
const idOf = (prefixes: readonly (readonly Part[])[], words: readonly unknown[]): unknown => {
  const at = words.findIndex((word) => typeof word === 'string' && /^[\w.]+(?:\/[\w.]+)+$/.test(word) && word.includes('.'));
  const type = words[at];
  if (typeof type !== 'string' || at > prefixes.length) return undefined;
  const said = words.slice(0, at);
  const before: Part[] = [];
  for (const [index, prefix] of prefixes.entries()) {
    const word = said[index - (prefixes.length - said.length)];
    if (word === undefined) {
      before.push(...prefix);
      continue;
    }
    const parts = partsOf(word);
    const [label] = prefix;
    if (parts === null || label === undefined) return undefined;
    before.push(label, ...parts);
  }
  const below = belowProvider(type, words.slice(at + 1));
  return below === undefined ? undefined : textFrom([...before, ...below], words);
};

const extensionId = (scope: unknown, words: readonly unknown[]): unknown => {
  const parts = partsOf(scope);
  const [type, ...names] = words;
  const below = typeof type === 'string' ? belowProvider(type, names) : undefined;
  return parts === null || below === undefined ? undefined : textFrom([...parts, ...below], [scope, ...words]);
};

/** `/providers/Microsoft.Cache/redis/NAME/firewallRules/NAME` */
const belowProvider = (type: string, names: readonly unknown[]): readonly Part[] | undefined => {
  const [provider = '', ...types] = type.split('/');
  if (types.length === 0 || types.length !== names.length) return undefined;
  const parts: Part[] = ['/providers/', provider];
  for (const [index, one] of types.entries()) {
    const name = partsOf(names[index]);
    if (name === null) return undefined;
    parts.push(`/${one}/`, ...name);
  }
  return parts;
};
