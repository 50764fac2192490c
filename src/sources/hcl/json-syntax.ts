import { type AnyNode, type ObjectNode, parse, type ValueNode } from '@humanwhocodes/momoa';
import type { Parser } from 'web-tree-sitter';
import type { Place } from '../../model/cache.ts';
import { shown } from '../decode/json.ts';
import { parseStrictly } from '../strict-json.ts';
import { readNative } from './native.ts';
import { type Attribute, type Block, type Body, type Expression, literal, opaque, type Parsed, placesIn } from './syntax.ts';

/** The same language in JSON: texts are templates, and only whoever knows a block tells it from an object. */
export const readJsonSyntax = (parser: Parser, text: string): Parsed => {
  const strict = parseStrictly(text);
  if ('why' in strict) return { mistake: { place: null, what: `it ${strict.why}` } };
  const placeAt = placesIn(text);
  const reading: Reading = { parser, text, placeAt };
  const members = objectsIn(parse(text, { mode: 'json', ranges: true }).body).flatMap(membersOf);
  const strange = members.find(({ name }) => !Object.hasOwn(LABELS, name) && !OTHER_BLOCKS.has(name));
  if (strange !== undefined) return { mistake: { place: placeAt(strange.at), what: `${shown(strange.name)} is no block of Terraform` } };
  const blocks = members.flatMap((member) => topBlocks(member, reading));
  return { body: { attributes: new Map(), blocks } };
};

/** A `.tfvars.json`: an object of values, which are no templates. */
export const readJsonValues = (text: string): Parsed => {
  const strict = parseStrictly(text);
  if ('why' in strict) return { mistake: { place: null, what: `it ${strict.why}` } };
  const { body } = parse(text, { mode: 'json', ranges: true });
  if (body.type !== 'Object') return { mistake: { place: null, what: 'it holds no object' } };
  return { body: { attributes: attributesOf(body, { parser: null, text, placeAt: placesIn(text) }), blocks: [] } };
};

interface Reading {
  /** Null where texts are no templates. */
  readonly parser: Parser | null;
  readonly text: string;
  readonly placeAt: (offset: number) => Place;
}

interface Member {
  readonly name: string;
  readonly value: ValueNode;
  readonly at: number;
}

/** `//` is how JSON is commented. */
const membersOf = (node: ObjectNode): readonly Member[] =>
  node.members
    .map(({ name, value }) => ({ name: name.type === 'String' ? name.value : name.name, value, at: startOf(name) }))
    .filter(({ name }) => name !== '//');

const startOf = (node: AnyNode): number => node.range?.[0] ?? 0;

/** One object, or a list of them. */
const objectsIn = (node: ValueNode): readonly ObjectNode[] => {
  if (node.type === 'Object') return [node];
  return node.type === 'Array' ? node.elements.flatMap(({ value }) => objectsIn(value)) : [];
};

/** How many labels the blocks have that matter here. */
const LABELS: Readonly<Record<string, number>> = { resource: 2, variable: 1, output: 1, module: 1, provider: 1, locals: 0, terraform: 0 };

/** Blocks that say nothing of a cache that will be. */
const OTHER_BLOCKS: ReadonlySet<string> = new Set(['data', 'moved', 'import', 'removed', 'check', 'ephemeral', 'action']);

/** Blocks inside of those; everything else there is an attribute. The last ones are of azurerm, as far as a cache has to do with them. */
const INNER_BLOCKS: ReadonlySet<string> = new Set([
  'required_providers',
  'lifecycle',
  'timeouts',
  'redis_configuration',
  'identity',
  'patch_schedule',
  'default_database',
  'customer_managed_key',
  'module',
  'private_service_connection',
  'private_dns_zone_group',
  'ip_configuration',
  'enabled_log',
  'log',
  'metric',
  'enabled_metric',
  'retention_policy',
]);

const topBlocks = ({ name, value, at }: Member, reading: Reading): readonly Block[] => {
  const labels = Object.hasOwn(LABELS, name) ? LABELS[name] : undefined;
  return labels === undefined ? [] : labelled(name, [], labels, value, at, reading);
};

const labelled = (
  type: string,
  labels: readonly string[],
  missing: number,
  value: ValueNode,
  at: number,
  reading: Reading,
): readonly Block[] =>
  objectsIn(value).flatMap((node) =>
    missing === 0
      ? [{ type, labels, body: bodyOf(node, type === 'resource' || type === 'terraform', reading), place: reading.placeAt(at) }]
      : membersOf(node).flatMap((member) => labelled(type, [...labels, member.name], missing - 1, member.value, member.at, reading)),
  );

const bodyOf = (node: ObjectNode, hasBlocks: boolean, reading: Reading): Body => {
  const members = membersOf(node);
  const isBlock = ({ name, value }: Member): boolean =>
    hasBlocks && (INNER_BLOCKS.has(name) || name === 'dynamic') && (value.type === 'Object' || value.type === 'Array');
  return {
    attributes: new Map(members.filter((member) => !isBlock(member)).map((member) => [member.name, attributeOf(member, reading)])),
    blocks: members.filter(isBlock).flatMap(({ name, value, at }) =>
      name === 'dynamic'
        ? labelled(name, [], 1, value, at, reading)
        : objectsIn(value).map((inner) => ({
            type: name,
            labels: [],
            body: bodyOf(inner, name !== 'required_providers', reading),
            place: reading.placeAt(at),
          })),
    ),
  };
};

const attributesOf = (node: ObjectNode, reading: Reading): ReadonlyMap<string, Attribute> =>
  new Map(membersOf(node).map((member) => [member.name, attributeOf(member, reading)]));

const attributeOf = ({ name, value, at }: Member, reading: Reading): Attribute => ({
  name,
  value:
    name === 'type' && value.type === 'String' && reading.parser !== null
      ? typeIn(value.value, reading.parser)
      : expressionOf(value, reading),
  place: reading.placeAt(at),
  written: reading.text.slice(...(value.range ?? [0, 0])),
});

const expressionOf = (node: ValueNode, reading: Reading): Expression => {
  switch (node.type) {
    case 'String':
      return reading.parser === null ? literal(node.value) : templateIn(node.value, reading.parser);
    case 'Number': {
      const written = reading.text.slice(...(node.range ?? [0, 0]));
      return /^-?\d{1,15}$|^(?=.{3,16}$)-?\d+\.\d+$/.test(written) ? literal(node.value) : opaque('a number with many digits');
    }
    case 'Boolean':
      return literal(node.value);
    case 'Null':
      return literal(null);
    case 'Array':
      return { is: 'list', items: node.elements.map(({ value }) => expressionOf(value, reading)) };
    case 'Object':
      return {
        is: 'object',
        entries: membersOf(node).map(({ name, value }) => ({
          key: reading.parser === null ? literal(name) : templateIn(name, reading.parser),
          value: expressionOf(value, reading),
        })),
      };
    default:
      return opaque('a value of an unknown kind');
  }
};

/** Ends no text that anybody writes. */
const END = 'REDVET_END_OF_TEXT';

/** A text as a template. In a here-document, as in JSON, a backslash is one. */
const templateIn = (text: string, parser: Parser): Expression => {
  if (!/[$%]\{/.test(text)) return literal(text);
  if (text.includes(END)) return opaque('a text');
  const parsed = expressionIn(`<<${END}\n${text}\n${END}\n`, parser);
  if (parsed === null) return opaque('a template that is not understood');
  if (parsed.is === 'literal') return literal(String(parsed.value).replace(/\n$/, ''));
  if (parsed.is !== 'template') return parsed;
  const last = parsed.parts.at(-1);
  if (last?.is !== 'literal' || typeof last.value !== 'string') return parsed;
  const end = last.value.replace(/\n$/, '');
  const parts = [...parsed.parts.slice(0, -1), ...(end === '' ? [] : [literal(end)])];
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : { is: 'template', parts };
};

const typeIn = (text: string, parser: Parser): Expression => expressionIn(`${text}\n`, parser) ?? opaque('a type that is not understood');

const expressionIn = (written: string, parser: Parser): Expression | null => {
  const parsed = readNative(parser, `a = ${written}`);
  if ('mistake' in parsed || parsed.body.blocks.length > 0 || parsed.body.attributes.size !== 1) return null;
  return parsed.body.attributes.get('a')?.value ?? null;
};
