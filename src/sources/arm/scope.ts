import { deferred, isDeferred, isObject, isSensitive, type JsonObject, sensitive, shown } from '../decode/json.ts';
import { evaluate, named, type Scope } from './evaluate.ts';
import { keyOf, openAt, shortly } from './open.ts';

/** What a parameter is given from outside; null for nothing. */
export type Given = (name: string) => { readonly value: unknown } | null;

/** The names of one template. `id` is its own among the templates that are nested in each other. */
export const scopeOf = (
  template: JsonObject,
  given: Given,
  { id, ...shared }: { readonly id: string } & Pick<Scope, 'deployment' | 'chain' | 'output'>,
): Scope => {
  const parameters = indexOf(template, 'parameters');
  const variables = indexOf(template, 'variables');
  const definitions = objectIn(template, 'definitions');
  const own = (what: string): string => (id === '' ? what : `${what}@${id}`);
  const scope: Scope = {
    ...shared,
    parameter: lazily((name) => {
      const key = own(`parameters(${JSON.stringify(name.toLowerCase())})`);
      const definition = parameters(name);
      if (!isObject(definition)) return openAt(`depends on parameter ${shortly(name)}, which is not declared`, key);
      return parameterOf(name, typeOf(definition, definitions), definition, given, key, scope);
    }),
    variable: lazily((name) => {
      const key = own(`variables(${JSON.stringify(name.toLowerCase())})`);
      const value = variables(name);
      if (value !== undefined) return evaluate(value, scope);
      const why = isLoop(variables('copy'), name) ? 'which a copy loop makes' : 'which is not declared';
      return openAt(`depends on variable ${shortly(name)}, ${why}`, key);
    }),
  };
  return scope;
};

const objectIn = (object: JsonObject, name: string): JsonObject => {
  const value = named(object, name);
  return isObject(value) ? value : {};
};

/** What stands there by name; two of one name are left to Resource Manager. */
const indexOf = (object: JsonObject, name: string): ((name: string) => unknown) => {
  const index = new Map<string, unknown>();
  for (const [key, value] of Object.entries(objectIn(object, name)))
    index.set(key.toLowerCase(), index.has(key.toLowerCase()) ? undefined : value);
  return (key) => index.get(key.toLowerCase());
};

const isLoop = (loops: unknown, name: string): boolean =>
  Array.isArray(loops) && loops.some((loop) => isObject(loop) && String(loop['name']).toLowerCase() === name.toLowerCase());

/** Each name once, and no name by itself. */
const lazily = (read: (name: string) => unknown): ((name: string) => unknown) => {
  const values = new Map<string, unknown>();
  return (name) => {
    const key = name.toLowerCase();
    if (values.has(key)) return values.get(key);
    values.set(key, openAt(`${shortly(name)} depends on itself`, key));
    const value = read(name);
    values.set(key, value);
    return value;
  };
};

interface ParameterType {
  readonly name: string;
  readonly isSecure: boolean;
  readonly isNullable: boolean;
}

/** A type may be a definition of the template's own: `{"$ref": "#/definitions/name"}`. */
const typeOf = (definition: JsonObject, definitions: JsonObject): ParameterType => {
  let isNullable = false;
  let current = definition;
  for (let depth = 0; depth < 20; depth += 1) {
    isNullable ||= named(current, 'nullable') === true;
    const reference = named(current, '$ref');
    const next = typeof reference === 'string' ? named(definitions, reference.replace(/^#\/definitions\//, '')) : null;
    if (!isObject(next)) break;
    current = next;
  }
  const type = named(current, 'type');
  const name = typeof type === 'string' ? type.toLowerCase() : '';
  return { name: name.replace(/^secure/, ''), isSecure: name.startsWith('secure'), isNullable };
};

const parameterOf = (name: string, type: ParameterType, definition: JsonObject, given: Given, key: string, scope: Scope): unknown => {
  const said = given(name);
  const byDefault = named(definition, 'defaultValue');
  if (said === null && byDefault === undefined) return type.isNullable ? null : openAt(`depends on parameter ${shortly(name)}`, key);
  const value = said === null ? evaluate(byDefault, scope) : said.value;
  const known = isSensitive(value) ? value.value : value;
  if (isDeferred(known)) return known;
  if (known === null) return null;
  const converted = convert(known, type.name);
  if (converted === undefined) {
    const what = TYPES.has(type.name) ? `is no ${type.name}` : 'has a type that cannot be told';
    return deferred(`parameter ${shortly(name)} ${what}`, type.isSecure ? null : shown(known));
  }
  return type.isSecure || isSensitive(value) ? sensitive(converted) : converted;
};

const TYPES: ReadonlySet<string> = new Set(['string', 'bool', 'int', 'object', 'array']);

/** A value as the type of the parameter makes it; undefined where it cannot be one. */
const convert = (value: unknown, type: string): unknown => {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'bool':
      if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
      return typeof value === 'boolean' ? value : undefined;
    case 'int':
      if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
      return typeof value === 'number' ? value : undefined;
    case 'object':
      return isObject(value) ? value : undefined;
    case 'array':
      return Array.isArray(value) ? value : undefined;
    default:
      return undefined;
  }
};

/** What a nested deployment gives its template: values of the template around it. */
export const givenBy = (parameters: unknown, outer: Scope): Given => {
  if (parameters === undefined || parameters === null) return () => null;
  if (isObject(parameters)) return (name) => entryOf(parameters, name, (value) => evaluate(value, outer));
  const whole = evaluate(parameters, outer);
  if (isObject(whole)) return (name) => entryOf(whole, name, (value) => value);
  return (name) => ({ value: openAt(`depends on parameter ${shortly(name)}`, keyOf([whole, name.toLowerCase()])) });
};

/** What a file with parameters gives. */
export const givenIn =
  (parameters: JsonObject | null): Given =>
  (name) =>
    entryOf(parameters, name, (value) => value);

const entryOf = (parameters: unknown, name: string, read: (value: unknown) => unknown): ReturnType<Given> => {
  const entry = isObject(parameters) ? named(parameters, name) : undefined;
  if (entry === undefined) return null;
  const value = isObject(entry) ? named(entry, 'value') : undefined;
  if (value !== undefined) return { value: read(value) };
  const isSecret = isObject(entry) && named(entry, 'reference') !== undefined;
  return { value: openAt(isSecret ? KEY_VAULT : `depends on parameter ${shortly(name)}`, keyOf(entry)) };
};

const KEY_VAULT = 'a secret of Key Vault, which is read when it is deployed';
