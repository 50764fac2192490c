import { deferred, isDeferred, isObject, type JsonObject } from '../decode/json.ts';
import type { Declared } from './declarations.ts';
import { evaluate, referenceText, type Scope, stepsOf } from './evaluate.ts';
import type { Settings } from './folder.ts';
import type { Call, Module } from './module.ts';
import { type Attribute, type Block, type Expression, MOST_NESTING, partsOf } from './syntax.ts';
import { convertTo, typeOf } from './types.ts';
import { asNumber, bounded, hidden, revealed, type Value } from './values.ts';

/** A module with what it is called with. One that is called several times, by `count` or `for_each`, is one. */
export interface Instance {
  readonly module: Module;
  /** What its addresses begin with: `module.cache.`, or nothing for the root module. */
  readonly prefix: string;
  readonly scope: Scope;
  /** Those that are called at all, and were read. */
  readonly children: ReadonlyMap<string, Instance>;
  /** The calls of modules that were not read, and are not called zero times. */
  readonly unread: readonly Call[];
  /** The caller and its block; null for the root module. */
  readonly caller: { readonly instance: Instance; readonly block: Block } | null;
}

/** `settings`: the variables of the root module, those that count first. */
export const rootInstance = (module: Module, settings: readonly Settings[]): Instance => {
  const depth = { now: 0 };
  return instanceOf(module, '', null, depth, (name, declared, scope) => setByFiles(name, declared, settings, scope));
};

type Given = (name: string, declared: Declared<Block>, scope: Scope) => Value | undefined;

const instanceOf = (module: Module, prefix: string, caller: Instance['caller'], depth: Scope['depth'], given: Given): Instance => {
  const { declared } = module.folder;
  const remembered = new Map<string, Value>();
  const once = (name: string, work: () => Value): Value => {
    if (remembered.has(name)) return remembered.get(name);
    remembered.set(name, deferred(`${name} depends on itself`));
    const value = bounded(work());
    remembered.set(name, value);
    return value;
  };
  const scope: Scope = {
    depth,
    variable: (name) =>
      once(`var.${name}`, () => {
        const variable = declared.variables.get(name);
        return variable === undefined
          ? deferred(`depends on var.${name}, which is not declared`)
          : variableOf(name, variable, given, scope);
      }),
    local: (name) =>
      once(`local.${name}`, () => {
        const local = declared.locals.get(name);
        return local === undefined ? deferred(`depends on local.${name}, which is not declared`) : evaluate(local.is.value, scope);
      }),
    output: (name, output) => {
      const child = children.get(name);
      const block = child?.module.folder.declared.outputs.get(output);
      if (child === undefined || block === undefined) return undefined;
      return once(`module.${name}.${output}`, () => {
        const value = block.is.body.attributes.get('value');
        if (value === undefined) return deferred(`depends on module.${name}.${output}, which has no value`);
        const known = evaluate(value.value, child.scope);
        return isTrue(block.is, 'sensitive', child.scope) ? hidden(known) : known;
      });
    },
  };
  const children = new Map<string, Instance>();
  const unread: Call[] = [];
  const instance: Instance = { module, prefix, scope, children, unread, caller };
  for (const [name, call] of module.calls) {
    const { is: block } = call.declared;
    if (isNever(block, scope)) continue;
    if ('why' in call.called) {
      unread.push(call);
      continue;
    }
    children.set(
      name,
      instanceOf(call.called.module, `${prefix}module.${name}.`, { instance, block }, depth, (variable) => {
        const input = block.body.attributes.get(variable);
        return input === undefined ? undefined : evaluate(input.value, scope);
      }),
    );
  }
  return instance;
};

const variableOf = (name: string, { is: block, file }: Declared<Block>, given: Given, scope: Scope): Value => {
  const { attributes } = block.body;
  const fallback = attributes.get('default');
  const byDefault = (): Value => (fallback === undefined ? deferred(`depends on var.${name}`) : evaluate(fallback.value, scope));
  const written = given(name, { is: block, file }, scope);
  // Null is a value of its own, unless the variable refuses it.
  const isRefused = written === null && attributes.get('nullable') !== undefined && !isTrue(block, 'nullable', scope);
  const value = written === undefined || isRefused ? byDefault() : written;
  const type = attributes.get('type');
  const wanted = type === undefined ? null : typeOf(type.value);
  if (type !== undefined && wanted === null) return deferred(`depends on var.${name}, whose type is not understood`);
  const converted = wanted === null ? value : convertTo(wanted, value, (expression) => evaluate(expression, scope));
  return isTrue(block, 'sensitive', scope) ? hidden(converted) : converted;
};

const isTrue = (block: Block, name: string, scope: Scope): boolean => {
  const attribute = block.body.attributes.get(name);
  return attribute !== undefined && evaluate(attribute.value, scope) !== false;
};

/** What files beside the root module set: those that Terraform takes by itself, the last one winning. */
const setByFiles = (name: string, _declared: Declared<Block>, settings: readonly Settings[], scope: Scope): Value | undefined => {
  let value: Value | undefined;
  for (const { file, values, isAutomatic } of settings) {
    if (!isAutomatic) continue;
    if (values === null) return deferred(`depends on var.${name}, and ${file} could not be read`);
    const attribute = values.get(name);
    if (attribute === undefined) continue;
    value = evaluate(attribute.value, scope);
    break;
  }
  // Whoever has such a file gives it by -var-file, for one of several environments.
  const other = settings.find(({ values, isAutomatic }) => !isAutomatic && values?.has(name));
  return other === undefined ? value : deferred(`depends on var.${name}, which ${other.file} may set`);
};

/** Whether it is made, or called, zero times. What nobody can count is there. */
export const isNever = ({ body }: Block, scope: Scope): boolean => {
  const count = body.attributes.get('count');
  if (count !== undefined) return asNumber(revealed(bounded(evaluate(count.value, scope)))) === 0;
  const each = body.attributes.get('for_each');
  if (each === undefined) return false;
  const all = revealed(bounded(evaluate(each.value, scope)));
  if (Array.isArray(all)) return all.length === 0;
  return isObject(all) && Object.keys(all).length === 0;
};

/** What an attribute comes to. What is left open says what is written there. */
export const attributeValue = ({ value, written }: Attribute, scope: Scope, shown: (written: string) => string): Value =>
  described(bounded(evaluate(value, scope)), () => shown(written));

const described = (value: Value, written: () => string): Value => {
  if (isDeferred(value)) return deferred(value.reason, written());
  if (Array.isArray(value)) return value.map((item) => described(item, written));
  return isObject(value)
    ? (Object.fromEntries(Object.entries(value).map(([name, item]) => [name, described(item, written)])) as JsonObject)
    : value;
};

/** Where an expression leads in the end: addresses of resources, through variables, locals and outputs; and what leads nowhere, as it is written. */
export const addressesIn = (expression: Expression, instance: Instance, each: Expression | null): readonly string[] => {
  const found = new Set<string>();
  const seen = new Set<string>();
  const walk = (one: Expression, at: Instance, eachOf: Expression | null, bound: readonly string[], depth: number): void => {
    if (depth > MOST_NESTING) return;
    if (one.is === 'name' || one.is === 'get' || one.is === 'index') {
      follow(one, at, eachOf, bound, depth);
      return;
    }
    const names = one.is === 'opaque' ? [...bound, ...one.bound] : bound;
    for (const part of partsOf(one)) walk(part, at, eachOf, names, depth + 1);
  };
  const follow = (one: Expression, at: Instance, eachOf: Expression | null, bound: readonly string[], depth: number): void => {
    const { root, steps } = stepsOf(one);
    if (root.is !== 'name') {
      walk(root, at, eachOf, bound, depth + 1);
      return;
    }
    if (bound.includes(root.name)) return;
    const [first, second, third] = steps;
    const name = first !== undefined && 'name' in first ? first.name : null;
    if (name === null) return;
    const leads = target(root.name, name, second !== undefined && 'key' in second ? third : second, at, eachOf);
    if (leads === null) {
      found.add(isResource(root.name) ? `${at.prefix}${root.name}.${name}` : referenceText(root.name, steps));
      return;
    }
    const key = `${leads.at.prefix}${root.name}.${name}.${second !== undefined && 'name' in second ? second.name : ''}`;
    if (seen.has(key)) return;
    seen.add(key);
    walk(leads.expression, leads.at, leads.each, [], depth + 1);
  };
  walk(expression, instance, each, [], 0);
  return [...found].sort();
};

const isResource = (root: string): boolean =>
  !['var', 'local', 'module', 'data', 'each', 'count', 'path', 'terraform', 'self'].includes(root);

/** What stands behind a name of the language; null for a resource, and for what has nothing behind it. */
const target = (
  root: string,
  name: string,
  next: { readonly name: string } | { readonly key: Expression } | undefined,
  at: Instance,
  each: Expression | null,
): { readonly expression: Expression; readonly at: Instance; readonly each: Expression | null } | null => {
  switch (root) {
    case 'local': {
      const local = at.module.folder.declared.locals.get(name);
      return local === undefined ? null : { expression: local.is.value, at, each: null };
    }
    case 'var': {
      const given = at.caller?.block.body.attributes.get(name);
      if (at.caller === null || given === undefined) return null;
      return { expression: given.value, at: at.caller.instance, each: at.caller.block.body.attributes.get('for_each')?.value ?? null };
    }
    case 'module': {
      const child = at.children.get(name);
      const output = next !== undefined && 'name' in next ? child?.module.folder.declared.outputs.get(next.name) : undefined;
      const value = output?.is.body.attributes.get('value');
      return child === undefined || value === undefined ? null : { expression: value.value, at: child, each: null };
    }
    case 'each':
      return each === null ? null : { expression: each, at, each: null };
    default:
      return null;
  }
};
