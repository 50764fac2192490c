import { type Deferred, isDeferred, isObject, isSensitive, type JsonObject, sensitive } from '../decode/json.ts';
import { type Expression, readText } from './expression.ts';
import { FUNCTIONS, inDeployment, keyOfProperty, reasonIn } from './functions.ts';
import { keyOf, LATER, openAt, partsOf, shortly } from './open.ts';

/** What names mean where an expression stands. */
export interface Scope {
  readonly parameter: (name: string) => unknown;
  readonly variable: (name: string) => unknown;
  /** What a nested deployment gives out, by its id or symbolic name; undefined when that is not here. */
  readonly output: (deployment: unknown, name: string, from: Scope) => unknown;
  /** Tells apart what functions such as `resourceGroup()` give in different deployments; empty in the outermost. */
  readonly deployment: string;
  readonly chain: Chain;
}

/** How deep the evaluation is, shared by all scopes of a template: names refer to each other across them. */
export interface Chain {
  depth: number;
}

const MOST_DEPTH = 500;

const deeper = (scope: Scope, work: () => unknown): unknown => {
  if (scope.chain.depth >= MOST_DEPTH) return openAt('it depends on too many others', 'too deep');
  scope.chain.depth += 1;
  const value = work();
  scope.chain.depth -= 1;
  return value;
};

/** A value of a template with all its expressions evaluated; what nobody can tell is open. */
export const evaluate = (value: unknown, scope: Scope): unknown => {
  if (typeof value === 'string') return evaluateText(value, scope);
  if (Array.isArray(value)) return deeper(scope, () => value.map((item) => evaluate(item, scope)));
  return isObject(value) ? deeper(scope, () => evaluateObject(value, scope)) : value;
};

const evaluateText = (text: string, scope: Scope): unknown => {
  const expression = readText(text);
  if (typeof expression === 'string') return expression;
  if (expression === null) return { ...openAt('an expression that cannot be read', keyOf(text)), written: text };
  const value = evaluateExpression(expression, scope);
  return isDeferred(value) ? { ...value, reason: reasonOf(value), written: text } : value;
};

/** What is open because of another expression says so. */
const reasonOf = ({ reason, written }: Deferred): string =>
  reason === LATER && written !== null ? `${LATER}: ${shortly(written)}` : reason;

const evaluateObject = (object: JsonObject, scope: Scope): unknown => {
  const entries: (readonly [string, unknown])[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (name.toLowerCase() === 'copy' && isCopy(value)) {
      entries.push(...value.map((loop): readonly [string, unknown] => [String(loop['name']), openAt(LOOP, keyOf(value))]));
      continue;
    }
    const evaluated = evaluateText(name, scope);
    // A property whose name is open may be any.
    if (typeof evaluated !== 'string') return { ...openAt(reasonIn([evaluated]), keyOf(object)), written: name };
    entries.push([evaluated, evaluate(value, scope)]);
  }
  return Object.fromEntries(entries);
};

const LOOP = 'a copy loop makes it when it is deployed';

/** Properties that a loop makes: https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-properties */
const isCopy = (value: unknown): value is readonly JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every((loop) => isObject(loop) && typeof loop['name'] === 'string' && 'input' in loop);

export const evaluateExpression = (expression: Expression, scope: Scope): unknown =>
  deeper(scope, () => {
    switch (expression.type) {
      case 'literal':
        return expression.value;
      case 'access':
        return (
          outputOf(expression, scope) ?? propertyOf(evaluateExpression(expression.of, scope), evaluateExpression(expression.key, scope))
        );
      case 'call':
        return call(expression.name, expression.words, scope);
    }
  });

/** `reference(DEPLOYMENT).outputs.NAME.value`: what another module of the same template gives out. */
const outputOf = (expression: Expression, scope: Scope): unknown => {
  const name = keyed(expression, 'value');
  const [outputs, key] = name?.type === 'access' && name.key.type === 'literal' ? [name.of, String(name.key.value)] : [null, ''];
  const reference = outputs === null ? null : keyed(outputs, 'outputs');
  const [deployment] = reference?.type === 'call' && reference.name === 'reference' ? reference.words : [];
  return deployment === undefined ? undefined : scope.output(evaluateExpression(deployment, scope), key, scope);
};

const keyed = (expression: Expression, key: string): Expression | null =>
  expression.type === 'access' && expression.key.type === 'literal' && String(expression.key.value).toLowerCase() === key
    ? expression.of
    : null;

const propertyOf = (value: unknown, key: unknown): unknown => {
  if (isSensitive(value)) return sensitive(propertyOf(value.value, key));
  if (isSensitive(key)) return propertyOf(value, key.value);
  const found = isDeferred(value) || isDeferred(key) ? undefined : inside(value, key);
  return found === undefined ? openAt(reasonIn([value, key]), accessKey(value, key)) : found;
};

const accessKey = (value: unknown, key: unknown): string => {
  const [only, ...others] = partsOf(value) ?? [];
  const of = only !== undefined && typeof only !== 'string' && others.length === 0 ? only.key : keyOf(value);
  return typeof key === 'string' ? keyOfProperty(of, key) : `${of}[${keyOf(key)}]`;
};

const inside = (value: unknown, key: unknown): unknown => {
  if (Array.isArray(value)) return typeof key === 'number' ? value.at(key < 0 ? value.length : key) : undefined;
  return isObject(value) && typeof key === 'string' ? named(value, key) : undefined;
};

/** Names are the same without regard to case; two of one name are left to Resource Manager. */
export const named = (object: JsonObject, name: string): unknown => {
  const [only, ...others] = Object.keys(object).filter((one) => one.toLowerCase() === name.toLowerCase());
  return only === undefined || others.length > 0 ? undefined : object[only];
};

/** Functions whose value depends on the deployment that they stand in. */
const OF_DEPLOYMENT: ReadonlySet<string> = new Set(['resourcegroup', 'subscription', 'deployment', 'managementgroup', 'copyindex']);

const call = (name: string, words: readonly Expression[], scope: Scope): unknown => {
  if (name === 'if' || name === 'and' || name === 'or') return choice(name, words, scope);
  return applied(
    name,
    words.map((word) => evaluateExpression(word, scope)),
    scope,
  );
};

const applied = (name: string, words: readonly unknown[], scope: Scope): unknown => {
  if (words.some(isSensitive)) {
    const value = applied(
      name,
      words.map((word) => (isSensitive(word) ? word.value : word)),
      scope,
    );
    return isDeferred(value) ? openAt(reasonIn([value]), `${name}(${words.map(keyOf).join(',')})`) : sensitive(value);
  }
  const [first] = words;
  if (name === 'parameters' && typeof first === 'string') return scope.parameter(first);
  if (name === 'variables' && typeof first === 'string') return scope.variable(first);
  const value = FUNCTIONS.get(name)?.(words, scope.deployment);
  if (value !== undefined) return value;
  const key = `${name}(${words.map(keyOf).join(',')})`;
  return openAt(reasonIn(words), OF_DEPLOYMENT.has(name) ? inDeployment(key, scope.deployment) : key);
};

/** Only what is chosen is evaluated. */
const choice = (name: 'if' | 'and' | 'or', words: readonly Expression[], scope: Scope): unknown => {
  const values = name === 'if' ? words.slice(0, 1) : words;
  const given = values.map((word) => evaluateExpression(word, scope));
  const known = given.map((value) => (isSensitive(value) ? value.value : value));
  const decided = decidedOf(name, known);
  const isHidden = given.some(isSensitive);
  const hidden = (value: unknown): unknown => (isHidden && !isDeferred(value) ? sensitive(value) : value);
  if (decided === undefined) {
    const all = words.map((word) => evaluateExpression(word, scope));
    return openAt(reasonIn(known), `${name}(${all.map(keyOf).join(',')})`);
  }
  if (name !== 'if') return hidden(decided);
  const chosen = words[decided ? 1 : 2];
  return chosen === undefined ? openAt(LATER, 'if()') : hidden(evaluateExpression(chosen, scope));
};

const decidedOf = (name: 'if' | 'and' | 'or', values: readonly unknown[]): boolean | undefined => {
  if (name === 'if') return typeof values[0] === 'boolean' ? values[0] : undefined;
  const decisive = name === 'or';
  if (values.includes(decisive)) return decisive;
  return values.length > 0 && values.every((value) => value === !decisive) ? !decisive : undefined;
};
