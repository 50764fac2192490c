import { deferred, isDeferred, isObject, propertyOf } from '../decode/json.ts';
import { functionOf } from './functions.ts';
import { type Expression, MOST_NESTING } from './syntax.ts';
import {
  asBoolean,
  asNumber,
  asText,
  contentsOf,
  failure,
  isFailure,
  lifted,
  MOST_CHARACTERS,
  objectOf,
  revealed,
  TOO_LARGE,
  type Value,
  within,
} from './values.ts';

/** What the names in an expression stand for. */
export interface Scope {
  readonly variable: (name: string) => Value;
  readonly local: (name: string) => Value;
  /** Undefined for an output that is not there, or of a module that was not read. */
  readonly output: (module: string, name: string) => Value | undefined;
  /** What stands for `each.key`, `each.value` or `count.index` in one of those that a block makes; absent where all are meant. */
  readonly own?: ReadonlyMap<string, Value>;
  /** How deep the evaluation is by now, over all that refers to each other. */
  readonly depth: { now: number };
}

/** What an expression comes to, with marks where nobody can tell before it is applied. */
export const evaluate = (expression: Expression, scope: Scope): Value => {
  if (scope.depth.now >= MOST_NESTING) return deferred('it refers to something that refers on, too often');
  scope.depth.now += 1;
  try {
    return evaluated(expression, scope);
  } finally {
    scope.depth.now -= 1;
  }
};

const evaluated = (expression: Expression, scope: Scope): Value => {
  switch (expression.is) {
    case 'literal':
      return expression.value;
    case 'template':
      return template(expression.parts, scope);
    case 'list':
      return expression.items.map((item) => evaluate(item, scope));
    case 'object':
      return object(expression.entries, scope);
    case 'name':
    case 'get':
    case 'index':
      return traversed(expression, scope);
    case 'call':
      return called(expression, scope);
    case 'conditional':
      return chosen(expression, scope);
    case 'unary':
      return lifted([evaluate(expression.operand, scope)], (value) => (expression.operator === '!' ? not(value) : minus(value)));
    case 'binary':
      return operated(expression, scope);
    case 'opaque':
      return opened(expression, scope);
  }
};

const template = (parts: readonly Expression[], scope: Scope): Value =>
  lifted(
    parts.map((part) => evaluate(part, scope)),
    (...values) => {
      const texts = values.map(asText);
      const bad = texts.find(isDeferred);
      if (bad !== undefined) return bad;
      const length = texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
      return length > MOST_CHARACTERS ? TOO_LARGE : texts.join('');
    },
  );

const object = (entries: Extract<Expression, { is: 'object' }>['entries'], scope: Scope): Value => {
  const pairs = entries.map(({ key, value }) => [revealed(evaluate(key, scope)), value] as const);
  const names = pairs.map(([key]) => asText(key));
  const open = pairs.find(([key]) => isDeferred(key))?.[0] ?? names.find(isDeferred);
  if (open !== undefined) return open;
  return objectOf(pairs.map(([key, value]) => [String(key), evaluate(value, scope)]));
};

type Step = { readonly name: string } | { readonly key: Expression };

/** `a.b["c"]` as its root and the steps from there. */
export const stepsOf = (expression: Expression): { readonly root: Expression; readonly steps: readonly Step[] } => {
  const steps: Step[] = [];
  let root = expression;
  while (root.is === 'get' || root.is === 'index') {
    steps.push(root.is === 'get' ? { name: root.name } : { key: root.key });
    root = root.of;
  }
  return { root, steps: steps.reverse() };
};

/** A reference for a message. */
const referenceText = (root: string, steps: readonly Step[]): string =>
  steps.reduce((text, step) => {
    if ('name' in step) return `${text}.${step.name}`;
    const { key } = step;
    return key.is === 'literal' ? `${text}[${JSON.stringify(key.value)}]` : `${text}[...]`;
  }, root);

const traversed = (expression: Expression, scope: Scope): Value => {
  const { root, steps } = stepsOf(expression);
  if (root.is !== 'name') return stepped(evaluate(root, scope), steps, scope);
  const [first, second, third] = steps;
  const name = first !== undefined && 'name' in first ? first.name : null;
  const open = (): Value => deferred(`depends on ${referenceText(root.name, steps)}`);
  if (name === null) return open();
  const own = scope.own?.get(`${root.name}.${name}`);
  if (own !== undefined) return stepped(own, steps.slice(1), scope);
  if (root.name === 'var') return stepped(scope.variable(name), steps.slice(1), scope);
  if (root.name === 'local') return stepped(scope.local(name), steps.slice(1), scope);
  if (root.name === 'module' && second !== undefined) {
    // A module that is called several times is read once: what one of the calls gives, all do.
    const isIndexed = 'key' in second;
    const output = isIndexed ? third : second;
    if (output === undefined || !('name' in output)) return open();
    const value = scope.output(name, output.name);
    return value === undefined ? open() : stepped(value, steps.slice(isIndexed ? 3 : 2), scope);
  }
  return open();
};

const stepped = (value: Value, steps: readonly Step[], scope: Scope): Value => {
  const [step, ...others] = steps;
  if (step === undefined) return value;
  const key = 'name' in step ? step.name : evaluate(step.key, scope);
  return stepped(
    within(value, (known) => within(key, (at) => partOf(known, at))),
    others,
    scope,
  );
};

const partOf = (value: Value, key: Value): Value => {
  if (Array.isArray(value)) {
    const at = asNumber(key);
    return typeof at === 'number' && Number.isInteger(at) && at >= 0 && at < value.length
      ? value[at]
      : failure('it asks for an item that is not there');
  }
  const name = asText(key);
  if (isObject(value) && typeof name === 'string' && Object.hasOwn(value, name)) return value[name];
  return failure('it asks for an attribute that is not there');
};

const called = ({ name, given, spreads }: Extract<Expression, { is: 'call' }>, scope: Scope): Value => {
  if (name === 'try') return tried(given, scope);
  const values = given.map((one) => evaluate(one, scope));
  const all = spreads ? spread(values) : values;
  if (all === null) return notEvaluated(name, values);
  if (name === 'can') return can(all);
  const value = functionOf(name)?.(all);
  return value === undefined ? notEvaluated(name, all) : value;
};

const can = (given: readonly Value[]): Value => {
  const { open } = contentsOf(given[0]);
  return open === null || isFailure(open) ? open === null : open;
};

/** The last one given, item by item. */
const spread = (values: readonly Value[]): readonly Value[] | null => {
  const last = values.at(-1);
  return Array.isArray(last) ? [...values.slice(0, -1), ...last] : null;
};

const notEvaluated = (name: string, values: readonly Value[]): Value => {
  const open = values.map((value) => contentsOf(value).open).find((mark) => mark !== null);
  return open ?? deferred(`the function ${name} is not evaluated here`);
};

/** The first that Terraform would not refuse; one that is left open may be refused or not. */
const tried = (given: readonly Expression[], scope: Scope): Value => {
  for (const one of given) {
    const value = evaluate(one, scope);
    const { open } = contentsOf(value);
    if (!isFailure(open)) return open ?? value;
  }
  return failure('try finds nothing');
};

const chosen = ({ condition, yes, no }: Extract<Expression, { is: 'conditional' }>, scope: Scope): Value =>
  within(evaluate(condition, scope), (known) => {
    const isTrue = asBoolean(known);
    if (typeof isTrue !== 'boolean') return isTrue;
    const [value, other] = [evaluate(isTrue ? yes : no, scope), evaluate(isTrue ? no : yes, scope)];
    return alike(value, other);
  });

/** One of two answers, which Terraform makes one type before: of a text and something else, that is text. */
const alike = (value: Value, other: Value): Value => {
  if (typeof other === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return asText(value);
  if (Array.isArray(value) && Array.isArray(other)) {
    const text = other.find((item) => typeof item === 'string');
    return value.map((item, index) => alike(item, index < other.length ? other[index] : text));
  }
  if (!isObject(value) || !isObject(other)) return value;
  return objectOf(Object.entries(value).map(([name, item]) => [name, alike(item, propertyOf(other, name))]));
};

const operated = ({ operator, left, right }: Extract<Expression, { is: 'binary' }>, scope: Scope): Value => {
  const [one, other] = [evaluate(left, scope), evaluate(right, scope)];
  if (operator === '&&' || operator === '||') return logical(operator === '&&', one, other);
  if (operator === '==') return lifted([one, other], equal);
  if (operator === '!=') return lifted([one, other], (a, b) => not(equal(a, b)));
  return lifted([one, other], (a, b) => arithmetic(operator, asNumber(a), asNumber(b)));
};

/** One side may settle it, whatever the other comes to. */
const logical = (isAnd: boolean, one: Value, other: Value): Value => {
  const settles = (value: Value): boolean => {
    const plain = asBoolean(revealed(value));
    return plain === !isAnd;
  };
  const settling = [one, other].find((value) => !isDeferred(value) && settles(value));
  if (settling !== undefined && !isFailure(one) && !isFailure(other)) return lifted([settling], () => !isAnd);
  return lifted([one, other], (a, b) => {
    const [x, y] = [asBoolean(a), asBoolean(b)];
    if (typeof x !== 'boolean') return x;
    if (typeof y !== 'boolean') return y;
    return isAnd ? x && y : x || y;
  });
};

/** Lists and objects have types of their own, which decide here. */
const equal = (one: Value, other: Value): Value => {
  const isPlain = (value: Value): boolean => typeof value !== 'object' || value === null;
  if (isPlain(one) && isPlain(other)) return one === other;
  if (one === null || other === null) return false;
  return isPlain(one) || isPlain(other) ? false : deferred('lists and objects are not compared here');
};

const not = (value: Value): Value => {
  const known = isDeferred(value) ? value : asBoolean(value);
  return typeof known === 'boolean' ? !known : known;
};

const minus = (value: Value): Value => {
  const known = asNumber(value);
  return typeof known === 'number' ? 0 - known : known;
};

/** Whole numbers only: Terraform keeps more digits of the others than JavaScript does. */
const arithmetic = (operator: string, one: Value, other: Value): Value => {
  if (typeof one !== 'number') return one;
  if (typeof other !== 'number') return other;
  const compared = COMPARISONS[operator]?.(one, other);
  if (compared !== undefined) return compared;
  const result = OPERATIONS[operator]?.(one, other);
  const isExact = [one, other, result].every((number) => Number.isSafeInteger(number));
  return isExact ? result : deferred(`"${operator}" is not evaluated for these numbers`);
};

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
};

const OPERATIONS: Readonly<Record<string, (one: number, other: number) => number>> = {
  '+': (one, other) => one + other,
  '-': (one, other) => one - other,
  '*': (one, other) => one * other,
  '/': (one, other) => one / other,
  '%': (one, other) => one % other,
};

/** What is not evaluated, with what it depends on when that is open, too. */
const opened = ({ what, parts, bound }: Extract<Expression, { is: 'opaque' }>, scope: Scope): Value => {
  if (bound.length === 0) {
    for (const part of parts) {
      const { open } = contentsOf(evaluate(part, scope));
      if (open !== null && !isFailure(open)) return open;
    }
  }
  return deferred(`${what} is not evaluated here`);
};
