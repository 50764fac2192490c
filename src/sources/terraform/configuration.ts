import { inside, isObject, type JsonObject, propertyOf } from '../decode/json.ts';
import { mostSpecific, stepsOf } from '../decode/terraform-address.ts';

/**
 * The configuration that a plan repeats: which attribute is a literal, and what the others refer to.
 * https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
 */

/** An attribute as it is written. */
export interface Expression {
  readonly constant: unknown;
  readonly references: readonly string[];
}

/** One module instance, as far as it matters for what its expressions mean. */
export interface Module {
  readonly config: unknown;
  /** Before the addresses in it: empty for the root, else `module.cache["a"].`. */
  readonly prefix: string;
  /** What calls it, and from where; null for the root. */
  readonly caller: { readonly call: unknown; readonly module: Module } | null;
}

export const rootModule = (configuration: unknown): Module => ({ config: inside(configuration, 'root_module'), prefix: '', caller: null });

/** The module instance at an address such as `module.cache["a"].module.inner`. */
export const moduleAt = (root: Module, address: string): Module => {
  const steps = address.match(STEP) ?? [];
  return steps.reduce(calledModule, root);
};

const STEP = /module\.[^.[\]]+(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\])?/g;

/** `step`: such as `module.cache["a"]`; without its key all instances are meant. */
const calledModule = (module: Module, step: string): Module => {
  const name = /^module\.([^[]+)/.exec(step)?.[1] ?? '';
  const call = inside(inside(module.config, 'module_calls'), name);
  return { config: inside(call, 'module'), prefix: `${module.prefix}${step}.`, caller: { call, module } };
};

/** The modules that a module calls, all of their instances as one. */
export const modulesIn = (module: Module): readonly Module[] => {
  const calls = inside(module.config, 'module_calls');
  return isObject(calls) ? Object.keys(calls).map((name) => calledModule(module, `module.${name}`)) : [];
};

/** How a resource is written; undefined when the plan does not say. */
export const resourceIn = (module: Module, type: string, name: string): JsonObject | undefined => {
  const resources = inside(module.config, 'resources');
  const found = Array.isArray(resources)
    ? resources.find((one) => isObject(one) && one['type'] === type && one['name'] === name && one['mode'] !== 'data')
    : undefined;
  return isObject(found) ? found : undefined;
};

/** Every attribute and block that is written in a block, by path; blocks of one name share theirs. A dynamic block is not among them. */
export const expressionsIn = (expressions: unknown, at = ''): ReadonlyMap<string, readonly Expression[]> => {
  const found = new Map<string, readonly Expression[]>();
  if (!isObject(expressions)) return found;
  for (const [name, value] of Object.entries(expressions)) {
    const path = at === '' ? name : `${at}.${name}`;
    found.set(path, found.get(path) ?? []);
    for (const one of Array.isArray(value) ? value : [value]) {
      const expression = toExpression(one);
      if (expression !== null) found.set(path, [...(found.get(path) ?? []), expression]);
      else for (const [inner, all] of expressionsIn(one, path)) found.set(inner, [...(found.get(inner) ?? []), ...all]);
    }
  }
  return found;
};

export const toExpression = (value: unknown): Expression | null => {
  if (!isObject(value)) return null;
  const references = propertyOf(value, 'references');
  if (Object.hasOwn(value, 'constant_value')) return { constant: value['constant_value'], references: [] };
  return Array.isArray(references) && references.every((one): one is string => typeof one === 'string')
    ? { constant: undefined, references }
    : null;
};

/** What follows a chain of variables and outputs, and where it may end: a configuration that leads in circles is none. */
const MOST_STEPS = 10_000;

/**
 * The resources and values that an expression leads to, by absolute address: through the variables of a module to what its caller
 * gives, through outputs to what they are made of. A variable of the root is known in a plan, so that nothing unknown comes from it.
 */
export const leadsTo = (references: readonly string[], module: Module, each: unknown): readonly string[] => {
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting: { readonly reference: string; readonly module: Module; readonly each: unknown }[] = mostSpecific(references).map(
    (reference) => ({
      reference,
      module,
      each,
    }),
  );
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const key = `${next.module.prefix}${next.reference}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const step = follow(next.reference, next.module, next.each);
    for (const address of step.ends) found.add(address);
    waiting.push(...step.next);
    if (seen.size > MOST_STEPS) return ['local.unknown'];
  }
  return [...found].sort();
};

interface Followed {
  readonly ends: readonly string[];
  readonly next: readonly { readonly reference: string; readonly module: Module; readonly each: unknown }[];
}

const NOWHERE: Followed = { ends: [], next: [] };

const follow = (reference: string, module: Module, each: unknown): Followed => {
  const [first, second, third] = stepsOf(reference);
  const name = second?.name ?? '';
  switch (first?.name) {
    case 'each':
      return name === 'value' ? through(toExpression(each), module, null, reference) : { ends: [reference], next: [] };
    case 'count':
      return { ends: [reference], next: [] };
    case 'path':
    case 'terraform':
    case 'self':
      return NOWHERE;
    case 'local':
      return { ends: [reference], next: [] };
    case 'var': {
      if (module.caller === null) return NOWHERE;
      const { call, module: outer } = module.caller;
      const given = toExpression(inside(inside(call, 'expressions'), name));
      // What the caller does not give is the default, and known.
      return given === null ? NOWHERE : through(given, outer, inside(call, 'for_each_expression'), reference);
    }
    case 'module': {
      const key = second?.key === null || second === undefined ? '' : `[${second.key}]`;
      const called = calledModule(module, `module.${name}${key}`);
      const outputs = inside(called.config, 'outputs');
      const wanted = third === undefined ? namesOf(outputs) : [third.name];
      const all = wanted.map((output) => toExpression(inside(inside(outputs, output), 'expression')));
      if (all.length === 0 || all.includes(null)) return { ends: [`local.${name}`], next: [] };
      return all.reduce<Followed>((rest, one) => joined(rest, through(one, called, null, reference)), NOWHERE);
    }
    default:
      return { ends: [`${module.prefix}${reference}`], next: [] };
  }
};

const joined = (one: Followed, other: Followed): Followed => ({
  ends: [...one.ends, ...other.ends],
  next: [...one.next, ...other.next],
});

const through = (expression: Expression | null, module: Module, each: unknown, reference: string): Followed => {
  if (expression === null) return { ends: [reference], next: [] };
  return { ends: [], next: mostSpecific(expression.references).map((one) => ({ reference: one, module, each })) };
};

const namesOf = (value: unknown): readonly string[] => (isObject(value) ? Object.keys(value) : []);
