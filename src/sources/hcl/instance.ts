import { deferred, isDeferred, isObject, isSensitive, type JsonObject } from '../decode/json.ts';
import type { Declared } from './declarations.ts';
import { evaluate, type Scope } from './evaluate.ts';
import type { Settings } from './folder.ts';
import type { Call, Module } from './module.ts';
import type { Attribute, Block, Expression } from './syntax.ts';
import { convertTo, typeOf } from './types.ts';
import { asNumber, bounded, contentsOf, hidden, revealed, type Value } from './values.ts';

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
      const child = childOf(name);
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
  const begun = new Set<string>();
  // Whether one is called may depend on what another one gives.
  const childOf = (name: string): Instance | undefined => {
    const call = module.calls.get(name);
    if (call === undefined || begun.has(name)) return children.get(name);
    begun.add(name);
    const { is: block } = call.declared;
    if (isNever(block, scope)) return undefined;
    if ('why' in call.called) {
      unread.push(call);
      return undefined;
    }
    const owns = ownsOf(block, scope);
    const child = instanceOf(call.called.module, `${prefix}module.${name}.`, { instance, block }, depth, (variable) => {
      const input = block.body.attributes.get(variable);
      return input === undefined ? undefined : evaluateForAll(input.value, scope, owns);
    });
    children.set(name, child);
    return child;
  };
  for (const name of module.calls.keys()) childOf(name);
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
const setByFiles = (name: string, { is: block }: Declared<Block>, settings: readonly Settings[], scope: Scope): Value | undefined => {
  const automatic = settings.filter(({ isAutomatic }) => isAutomatic).find(({ values }) => values === null || values.has(name));
  if (automatic?.values === null) return deferred(`depends on var.${name}, and ${automatic.file} could not be read`);
  const own = automatic?.values.get(name);
  // Whoever has such a file gives it by -var-file, for one of several environments.
  const others = settings.filter(({ values, isAutomatic }) => !isAutomatic && (values === null || values.has(name)));
  const [first] = others;
  if (first === undefined) return own && evaluate(own.value, scope);
  const all = [own ?? block.body.attributes.get('default'), ...others.map(({ values }) => values?.get(name))];
  const values = all.flatMap((one) => (one === undefined ? [] : [evaluate(one.value, scope)]));
  const isSame = others.every(({ values: read }) => read !== null) && new Set(values.map((value) => JSON.stringify(value))).size === 1;
  return isSame ? values[0] : deferred(`depends on var.${name}, which ${first.file} may set`);
};

/** How often something is made, or a module called. */
export interface Times {
  /** Null when nobody can tell before it is applied. */
  readonly known: number | null;
  /** Whether it is once at most. */
  readonly isSingle: boolean;
  /** What says so: the same expression is the same number. Null where nothing does, which is once. */
  readonly expression: Expression | null;
}

export const timesOf = ({ body }: Block, scope: Scope): Times => {
  const count = body.attributes.get('count')?.value;
  const each = body.attributes.get('for_each')?.value;
  if (count !== undefined) {
    const known = asNumber(revealed(bounded(evaluate(count, scope))));
    if (typeof known === 'number') return { known, isSingle: known <= 1, expression: count };
    const answers = count.is === 'conditional' ? [count.yes, count.no].map((answer) => asNumber(evaluate(answer, scope))) : [null];
    return { known: null, isSingle: answers.every((answer) => answer === 0 || answer === 1), expression: count };
  }
  if (each === undefined) return { known: 1, isSingle: true, expression: null };
  const all = revealed(bounded(evaluate(each, scope)));
  const known = Array.isArray(all) ? all.length : isObject(all) ? Object.keys(all).length : null;
  return { known, isSingle: known !== null && known <= 1, expression: each };
};

/** What nobody can count is there. */
export const isNever = (block: Block, scope: Scope): boolean => timesOf(block, scope).known === 0;

/** What `each` or `count` is in every one that a block makes. */
type Owns = readonly NonNullable<Scope['own']>[];

/** More than that would take long; then, and where nobody can tell, none. */
const MOST_OWNS = 50;

export const ownsOf = ({ body }: Block, scope: Scope): Owns => {
  const [count, each] = ['count', 'for_each'].map((name) => {
    const attribute = body.attributes.get(name);
    return attribute === undefined ? undefined : bounded(evaluate(attribute.value, scope));
  });
  const own = (key: string, value: Value): Owns[number] =>
    new Map([
      ['each.key', key],
      ['each.value', value],
    ]);
  if (typeof count === 'number' && count <= MOST_OWNS)
    return Array.from({ length: count }, (_, index) => new Map([['count.index', index]]));
  if (isDeferred(each) || isSensitive(each)) return [];
  const entries = Array.isArray(each)
    ? each.map((item): [string, Value] => [String(item), item])
    : isObject(each)
      ? Object.entries(each)
      : [];
  return entries.length <= MOST_OWNS ? entries.map(([key, value]) => own(key, value)) : [];
};

/** What is made several times is judged once: by what it comes to in all of them. */
const evaluateForAll = (expression: Expression, scope: Scope, owns: Owns): Value => {
  const value = evaluate(expression, scope);
  if (owns.length === 0 || contentsOf(value).open === null) return value;
  const [first, ...others] = owns.map((own) => bounded(evaluate(expression, { ...scope, own })));
  const text = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === text) ? first : NOT_ALIKE;
};

const NOT_ALIKE = deferred('it is not the same in all that are made');

/** What an attribute comes to. What is left open says what is written there. */
export const attributeValue = ({ value, written }: Attribute, scope: Scope, owns: Owns, shown: (written: string) => string): Value =>
  described(bounded(evaluateForAll(value, scope, owns)), () => shown(written));

const described = (value: Value, written: () => string): Value => {
  if (isDeferred(value)) return deferred(value.reason, written());
  if (Array.isArray(value)) return value.map((item) => described(item, written));
  return isObject(value)
    ? (Object.fromEntries(Object.entries(value).map(([name, item]) => [name, described(item, written)])) as JsonObject)
    : value;
};
