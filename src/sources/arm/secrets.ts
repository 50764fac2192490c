import type { Aside } from '../decode/declared.ts';
import { secretIn, secretsIn } from '../decode/declared-secrets.ts';
import { isObject, type JsonObject } from '../decode/json.ts';
import { ELSEWHERE, type Finder } from './belonging.ts';
import { evaluate, evaluateExpression, named } from './evaluate.ts';
import { type Expression, readText } from './expression.ts';
import type { Entry, Flattened, Template } from './flatten.ts';
import { targetIn } from './ids.ts';

/** The secrets of a template that stand beside its caches: in parameters, variables, outputs and in the text of expressions. */
export const asidesOf = ({ entries, templates }: Flattened, find: Finder, parameters: JsonObject | null): readonly Aside[] => [
  ...Object.entries(parameters ?? {}).flatMap(([name, entry]) => literals(entry, 'value', `parameters.${name}`)),
  ...templates.flatMap((template) => asidesIn(template, entries, find)),
  ...entries.filter(({ type, isDeclared }) => isDeclared && CACHE.test(type)).flatMap(inExpressions),
];

/** In clear in one part of an object, or in all of a value. */
const literals = (value: unknown, part: string | null, subject: string): readonly Aside[] => {
  const [held, path] = part === null ? [value, subject] : [isObject(value) ? named(value, part) : undefined, `${subject}.${part}`];
  return secretsIn(held, path, subject).map((secret) => ({ of: null, secret }));
};

const CACHE = /^microsoft\.cache\/(?:redis|redisenterprise)$/i;

const asidesIn = (template: Template, entries: readonly Entry[], find: Finder): readonly Aside[] => {
  const { content, scope, prefix } = template;
  const of = (section: string, part: string | null): readonly Aside[] =>
    Object.entries(objectIn(content, section)).flatMap(([name, value]) => literals(value, part, `${prefix}${section}.${name}`));
  const outputs = Object.entries(objectIn(content, 'outputs')).flatMap(([name, output]) => {
    if (!isObject(output) || isSecure(output) || evaluate(named(output, 'condition') ?? true, scope) === false) return [];
    const subject = `${prefix}outputs.${name}`;
    const loop = named(output, 'copy');
    const values = [named(output, 'value'), isObject(loop) ? named(loop, 'input') : undefined];
    const whose: Whose = (word) => keysOf(word, subject, template, entries, find);
    return values.flatMap((value) => [
      ...literals(value, null, subject),
      ...expressionsIn(value).flatMap((expression) => givenOut(expression, whose)),
    ]);
  });
  return [...of('parameters', 'defaultValue'), ...of('variables', null), ...outputs];
};

const objectIn = (object: JsonObject, name: string): JsonObject => {
  const value = named(object, name);
  return isObject(value) ? value : {};
};

const isSecure = (output: JsonObject): boolean => /^secure/i.test(String(named(output, 'type')));

const expressionsIn = (value: unknown): readonly Expression[] => {
  if (typeof value === 'string') {
    const expression = readText(value);
    return expression === null || typeof expression === 'string' ? [] : [expression];
  }
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  return isObject(value) ? Object.values(value).flatMap(expressionsIn) : [];
};

/** Whose keys a word leads to. */
type Whose = (word: Expression | undefined) => readonly Aside[];

/** The keys that an expression asks for: `listKeys(ID, …)`, or `reference(ID, …).accessKeys`. */
const givenOut = (expression: Expression, whose: Whose): readonly Aside[] => {
  switch (expression.type) {
    case 'literal':
      return [];
    case 'access': {
      const { of, key } = expression;
      const isKeys = of.type === 'call' && of.name === 'reference' && key.type === 'literal' && /^accesskeys$/i.test(String(key.value));
      return isKeys ? whose(of.words[0]) : [of, key].flatMap((one) => givenOut(one, whose));
    }
    case 'call':
      return /^list\w*keys$/.test(expression.name) ? whose(expression.words[0]) : expression.words.flatMap((one) => givenOut(one, whose));
  }
};

const KEYED = /^(microsoft\.cache\/redis(?:enterprise)?)(?:\/databases)?$/i;

/** A word is an id, or the symbolic name of a resource. */
const keysOf = (
  word: Expression | undefined,
  subject: string,
  { scope, group }: Template,
  entries: readonly Entry[],
  find: Finder,
): readonly Aside[] => {
  const secret = { what: 'the access keys', path: subject, subject };
  const value = word === undefined ? undefined : evaluateExpression(word, scope);
  const symbol = entries.find((entry) => entry.scope === scope && entry.symbol === value);
  const target = symbol === undefined ? targetIn(value) : { type: symbol.type, names: symbol.names ?? [], group: symbol.group };
  if (target === null) return [{ of: null, doubt: doubtOn(subject) }];
  const type = KEYED.exec(target.type)?.[1];
  if (type === undefined) return [];
  const found = find({ type, names: target.names.slice(0, 1), group: target.group ?? group });
  return [{ of: found === null || found === ELSEWHERE ? null : found.address, secret }];
};

const doubtOn = (subject: string): string => `${subject} gives out keys, and whose they are is known after it is deployed`;

/** What stands in clear in an expression that nobody can evaluate. */
const inExpressions = ({ raw, address }: Entry): readonly Aside[] => {
  const walk = (value: unknown, path: string): readonly Aside[] => {
    if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, `${path}[${index}]`));
    if (isObject(value)) return Object.entries(value).flatMap(([name, inner]) => walk(inner, path === '' ? name : `${path}.${name}`));
    const what = typeof value === 'string' && value.startsWith('[') ? secretIn(value) : null;
    return what === null ? [] : [{ of: address, secret: { what, path, subject: null } }];
  };
  return walk(Object.fromEntries(Object.entries(raw).filter(([name]) => name.toLowerCase() !== 'resources')), '');
};
