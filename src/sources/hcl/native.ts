import type { Node, Parser, ParseState, Tree } from 'web-tree-sitter';
import type { Place } from '../../model/cache.ts';
import {
  type Attribute,
  type Block,
  type Body,
  type Expression,
  literal,
  MOST_NESTING,
  opaque,
  type Parsed,
  placesIn,
  TOO_DEEP,
} from './syntax.ts';
import { decodeQuoted, decodeTemplate, flushed, type TemplatePart } from './text.ts';

/**
 * Terraform's own syntax. The grammar takes more than Terraform does, so what it lets through is looked at again: line ends that end an
 * expression, names that stand twice, escapes; and it joins `a ? b : c ? d : e` from the left, where Terraform does from the right.
 */
export const readNative = (parser: Parser, text: string): Parsed => {
  if (signsIn(text) > MOST_SIGNS || BROKEN.has(parser)) return { mistake: { place: null, what: TOO_LARGE } };
  try {
    return readWith(parser, text);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'RuntimeError') throw error;
    // WebAssembly ran out of memory or stack, and nobody knows in which state that left the parser.
    BROKEN.add(parser);
    return { mistake: { place: null, what: TOO_LARGE } };
  }
};

/** Nothing is read any more by a parser that broke down. */
const BROKEN = new WeakSet<Parser>();

const TOO_LARGE = 'it is larger than anything that a person writes, or means to be';

const readWith = (parser: Parser, text: string): Parsed => {
  const placeAt = placesIn(text);
  const end = performance.now() + MOST_TIME;
  let reached = 0;
  const progressCallback = ({ currentOffset }: ParseState): boolean => {
    // In bytes of UTF-16.
    reached = currentOffset / 2;
    return performance.now() > end;
  };
  const tree = parser.parse(text, null, { progressCallback });
  if (tree === null) {
    parser.reset();
    return { mistake: { place: placeAt(reached), what: 'to understand what is here takes too long' } };
  }
  const parsed = bodyIn(tree, text, placeAt);
  tree.delete();
  return parsed;
};

const bodyIn = (tree: Tree, text: string, placeAt: Reading['placeAt']): Parsed => {
  if (tree.rootNode.hasError) return { mistake: mistakeIn(tree.rootNode, text, placeAt) };
  const reading: Reading = { text, placeAt, mistakes: [] };
  const top = named(tree.rootNode);
  const other = top.find(({ type }) => type !== 'body');
  if (other !== undefined) tell(reading, other, 'a block or an attribute is expected here');
  const body = bodyOf(top[0], reading, 0);
  const [mistake] = reading.mistakes;
  return mistake === undefined ? { body } : { mistake };
};

/** What takes memory is what is no letter, digit or white space: more of it than any file that a person writes has. */
const MOST_SIGNS = 2 ** 20;

/** Milliseconds. To recover from mistakes takes time by the square of their number; what a person writes takes less than one second. */
const MOST_TIME = 10_000;

const signsIn = (text: string): number => text.length - (text.match(/[\w\s]+/g) ?? []).reduce((sum, run) => sum + run.length, 0);

interface Reading {
  readonly text: string;
  readonly placeAt: (offset: number) => Place;
  /** The first one counts. */
  readonly mistakes: { readonly place: Place; readonly what: string }[];
}

const tell = ({ mistakes, placeAt }: Reading, { startIndex }: { readonly startIndex: number }, what: string): void => {
  mistakes.push({ place: placeAt(startIndex), what });
};

/** Where the parser gave up, found without walking what is right. */
const mistakeIn = (root: Node, text: string, placeAt: (offset: number) => Place): { readonly place: Place; readonly what: string } => {
  let node = root;
  for (;;) {
    if (node.isMissing) {
      // What is not closed is told by where it opens, which may be far above.
      const token = node.parent?.type === 'block_end' ? node.parent : node;
      const from = UNCLOSED.has(token.type) ? (token.parent ?? node) : node;
      return { place: placeAt(from.startIndex), what: `${MISSING[token.type] ?? token.type} is missing` };
    }
    if (node.isError) break;
    const next = node.children.find((child) => child.hasError || child.isMissing);
    if (next === undefined) break;
    node = next;
  }
  // What it does not understand begins at the first thing that it could not place; before that all is well-formed.
  const from = node.startIndex;
  const [token] = /^(?:[\w-]{1,40}|\S)/u.exec(text.slice(from, from + 80).trimStart()) ?? [];
  const what = token === undefined ? 'something is missing before the end' : `this is not understood, from "${token}" on`;
  return { place: placeAt(from), what };
};

const MISSING: Readonly<Record<string, string>> = {
  quoted_template_end: 'the closing quote of a text',
  heredoc_identifier: 'the line that ends a here-document',
  template_interpolation_end: 'the } of an interpolation',
  template_directive_end: 'the } of a directive',
  block_end: 'the } of a block',
  object_end: 'the } of an object',
  tuple_end: 'the ] of a list',
  identifier: 'a name',
  '<<': 'a value',
};

const UNCLOSED: ReadonlySet<string> = new Set(['quoted_template_end', 'heredoc_identifier', 'block_end']);

const named = (node: Node): readonly Node[] => node.namedChildren.filter(({ type }) => type !== 'comment');

const parts = (node: Node): readonly Node[] => node.children.filter(({ type }) => type !== 'comment');

const EMPTY: Body = { attributes: new Map(), blocks: [] };

const bodyOf = (node: Node | undefined, reading: Reading, depth: number): Body => {
  if (node === undefined) return EMPTY;
  if (depth > MOST_NESTING) {
    tell(reading, node, `blocks are nested deeper than ${MOST_NESTING} levels`);
    return EMPTY;
  }
  const attributes = new Map<string, Attribute>();
  const blocks: Block[] = [];
  let end: number | null = null;
  for (const item of named(node)) {
    if (end !== null && !breaks(reading, end, item.startIndex)) tell(reading, item, 'this has to begin on a line of its own');
    end = item.endIndex;
    if (item.type === 'block') blocks.push(blockOf(item, reading, depth));
    else if (item.type === 'attribute') {
      const attribute = attributeOf(item, reading);
      const before = attributes.get(attribute.name);
      if (before !== undefined) tell(reading, item, `"${attribute.name}" is set twice in one block, first in line ${before.place?.line}`);
      attributes.set(attribute.name, attribute);
    }
  }
  return { attributes, blocks };
};

/** Whether a line ends between the two. */
const breaks = ({ text }: Reading, from: number, to: number): boolean => text.slice(from, to).includes('\n');

const attributeOf = (node: Node, reading: Reading): Attribute => {
  const children = parts(node);
  const [name, , value] = children;
  keepsLine(children, reading);
  return {
    name: name?.text ?? '',
    value: value === undefined ? literal(null) : expressionOf(value, reading, 0, true),
    place: reading.placeAt(node.startIndex),
    written: value === undefined ? '' : reading.text.slice(value.startIndex, value.endIndex),
  };
};

const blockOf = (node: Node, reading: Reading, depth: number): Block => {
  const children = parts(node);
  const header = children.slice(0, children.findIndex(({ type }) => type === 'block_start') + 1);
  keepsLine(header, reading);
  const [type, ...labels] = header;
  return {
    type: type?.text ?? '',
    labels: labels.slice(0, -1).map((label) => (label.type === 'string_lit' ? stringOf(label, reading) : label.text)),
    body: bodyOf(
      children.find((child) => child.type === 'body'),
      reading,
      depth + 1,
    ),
    place: reading.placeAt(node.startIndex),
  };
};

/** An expression ends with its line, unless a bracket is open. */
const keepsLine = (nodes: readonly Node[], reading: Reading): void => {
  for (let at = 1; at < nodes.length; at += 1) {
    const before = nodes[at - 1];
    const after = nodes[at];
    if (before === undefined || after === undefined || OPENS.has(before.type) || CLOSES.has(after.type)) continue;
    if (breaks(reading, before.endIndex, after.startIndex)) tell(reading, after, 'this belongs to the line above, or a bracket is missing');
  }
};

const OPENS = new Set(['(', '[']);
const CLOSES = new Set([')', ']']);

/** `isLine`: a line end would end it. */
const expressionOf = (node: Node, reading: Reading, depth: number, isLine: boolean): Expression => {
  if (depth > MOST_NESTING) return TOO_DEEP;
  const children = parts(node);
  if (isLine) keepsLine(children, reading);
  const [only] = children;
  if (only?.type === 'conditional') return conditionalOf(only, reading, depth, isLine);
  return termOf(children, reading, depth + 1, isLine);
};

/** The chain as Terraform reads it: each question is the last answer of the one before. */
const conditionalOf = (node: Node, reading: Reading, depth: number, isLine: boolean): Expression => {
  const answers: { readonly yes: Node; readonly no: Node }[] = [];
  let question: Node = node;
  for (;;) {
    const children = parts(question);
    if (isLine) keepsLine(children, reading);
    const [condition, , yes, , no] = children;
    if (condition === undefined || yes === undefined || no === undefined) return opaque('an incomplete condition');
    answers.push({ yes, no });
    question = condition;
    const inner = condition.children;
    if (inner.length !== 1 || inner[0]?.type !== 'conditional') break;
    [question] = inner;
  }
  const inside = depth + answers.length;
  if (inside > MOST_NESTING) return TOO_DEEP;
  const at = (part: Node): Expression => expressionOf(part, reading, inside, isLine);
  let whole: Expression | null = null;
  for (const [index, { yes, no }] of answers.entries())
    whole = { is: 'conditional', condition: at(answers[index + 1]?.no ?? question), yes: at(yes), no: whole ?? at(no) };
  return whole ?? opaque('an incomplete condition');
};

/** Something in parentheses or without, and what is asked of it: `.name`, `[index]`, `[*]`. */
const termOf = (nodes: readonly Node[], reading: Reading, depth: number, isLine: boolean): Expression => {
  const [first, second] = nodes;
  if (first === undefined) return opaque('nothing');
  if (depth > MOST_NESTING) return TOO_DEEP;
  const isBracketed = first.type === '(';
  let term = isBracketed
    ? second === undefined
      ? opaque('nothing')
      : expressionOf(second, reading, depth, false)
    : primaryOf(first, reading, depth, isLine);
  let steps = depth;
  for (const step of nodes.slice(isBracketed ? 3 : 1)) {
    steps += 1;
    if (steps > MOST_NESTING) return TOO_DEEP;
    term = stepOf(term, step, reading, depth + 1);
  }
  return term;
};

const stepOf = (of: Expression, step: Node, reading: Reading, depth: number): Expression => {
  const [inner] = named(step);
  if (step.type === 'get_attr') return { is: 'get', of, name: inner?.text ?? '' };
  if (step.type === 'splat') return opaque('a splat expression', [of, ...innerExpressions(step, reading, depth)]);
  if (step.type !== 'index' || inner === undefined) return opaque(`"${step.type}"`, [of]);
  if (inner.type === 'legacy_index') return { is: 'index', of, key: literal(Number(inner.text.slice(1))) };
  const [key] = named(inner);
  return key === undefined ? opaque('an index', [of]) : { is: 'index', of, key: expressionOf(key, reading, depth, false) };
};

const primaryOf = (node: Node, reading: Reading, depth: number, isLine: boolean): Expression => {
  switch (node.type) {
    case 'literal_value':
      return literalOf(node, reading);
    case 'template_expr':
      return templateOf(node, reading, depth);
    case 'variable_expr':
      return { is: 'name', name: node.text };
    case 'collection_value':
      return collectionOf(node, reading, depth);
    case 'function_call':
      return callOf(node, reading, depth);
    case 'operation':
      return operationOf(node, reading, depth, isLine);
    case 'for_expr':
      return forOf(node, reading, depth);
    case 'expression':
      return expressionOf(node, reading, depth, isLine);
    default:
      return opaque(`"${node.type}"`);
  }
};

const literalOf = (node: Node, reading: Reading): Expression => {
  const [inner] = named(node);
  switch (inner?.type) {
    case 'bool_lit':
      return literal(inner.text === 'true');
    case 'null_lit':
      return literal(null);
    case 'numeric_lit':
      return numberOf(inner, reading);
    case 'string_lit':
      return literal(stringOf(inner, reading));
    default:
      return opaque('a value of an unknown kind');
  }
};

/** Terraform keeps more digits than JavaScript: a number that would lose some is not evaluated. */
const numberOf = (node: Node, reading: Reading): Expression => {
  const { text } = node;
  if (!/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) {
    tell(reading, node, 'this is no number');
    return opaque('a number');
  }
  return /^\d{1,15}$/.test(text) || /^(?=.{3,16}$)\d+\.\d+$/.test(text) ? literal(Number(text)) : opaque('a number with many digits');
};

/** A text without interpolations, between its quotes. */
const stringOf = (node: Node, reading: Reading): string => {
  const raw = reading.text.slice(node.startIndex + 1, node.endIndex - 1);
  return quoted(raw, node, reading);
};

const quoted = (raw: string, at: Node, reading: Reading): string => {
  const decoded = decodeQuoted(raw);
  if ('text' in decoded) return decoded.text;
  tell(reading, at, decoded.why);
  return '';
};

const templateOf = (node: Node, reading: Reading, depth: number): Expression => {
  const [inner] = named(node);
  if (inner === undefined) return opaque('an empty template');
  const isHeredoc = inner.type === 'heredoc_template';
  const children = inner.children;
  const opening = children[isHeredoc ? 1 : 0];
  const closing = children.at(-1);
  if (opening === undefined || closing === undefined) return opaque('an incomplete template');
  const { text } = reading;
  const from = isHeredoc ? text.indexOf('\n', opening.endIndex) + 1 : opening.endIndex;
  const to = isHeredoc ? Math.max(from, text.lastIndexOf('\n', closing.startIndex) + 1) : closing.startIndex;
  // Literals are what stands between the rest: the grammar drops white space at their ends.
  const segments: TemplatePart[] = [];
  let at = from;
  const literalTo = (end: number): void => {
    const raw = text.slice(at, end);
    if (raw !== '') segments.push({ literal: isHeredoc ? decodeTemplate(raw) : quoted(raw, inner, reading) });
  };
  for (const child of children) {
    if (child.type === 'template_directive') return opaque('a template with directives', innerExpressions(inner, reading, depth));
    if (child.type !== 'template_interpolation') continue;
    if (child.children.some(({ type }) => type === 'strip_marker'))
      return opaque('a template that strips white space', innerExpressions(inner, reading, depth));
    literalTo(child.startIndex);
    at = child.endIndex;
    const expression = named(child).find(({ type }) => type === 'expression');
    if (expression === undefined) {
      tell(reading, child, 'an interpolation is empty');
      return opaque('an empty interpolation');
    }
    segments.push({ expression: expressionOf(expression, reading, depth + 1, false) });
  }
  literalTo(to);
  const isIndented = isHeredoc && children[0]?.text === '<<-';
  return joinedTemplate(
    (isIndented ? flushed(segments) : segments).map((part) => ('literal' in part ? literal(part.literal) : part.expression)),
  );
};

/** What a template is: a text, the one expression that it consists of, or both of several. */
const joinedTemplate = (parts: readonly Expression[]): Expression => {
  const [only, ...others] = parts;
  if (only === undefined) return literal('');
  return others.length === 0 ? only : { is: 'template', parts };
};

const collectionOf = (node: Node, reading: Reading, depth: number): Expression => {
  const [inner] = named(node);
  if (inner?.type === 'tuple') {
    const items = named(inner).filter(({ type }) => type === 'expression');
    return { is: 'list', items: items.map((item) => expressionOf(item, reading, depth + 1, false)) };
  }
  if (inner?.type !== 'object') return opaque('a collection of an unknown kind');
  const elements = parts(inner).slice(1, -1);
  separated(elements, reading);
  const entries = elements
    .filter(({ type }) => type === 'object_elem')
    .map((element) => {
      keepsLine(parts(element), reading);
      const key = element.childForFieldName('key');
      const value = element.childForFieldName('val');
      return {
        key: key === null ? literal('') : keyOf(key, reading, depth + 1),
        value: value === null ? literal(null) : expressionOf(value, reading, depth + 1, true),
      };
    });
  return { is: 'object', entries };
};

/** Between two entries of an object stands a comma or a line end. */
const separated = (nodes: readonly Node[], reading: Reading): void => {
  for (let at = 1; at < nodes.length; at += 1) {
    const [before, after] = [nodes[at - 1], nodes[at]];
    if (before?.type !== 'object_elem' || after?.type !== 'object_elem') continue;
    if (!breaks(reading, before.endIndex, after.startIndex)) tell(reading, after, 'a comma or a new line is missing before this');
  }
};

/** A plain name is the key itself, not what it refers to. */
const keyOf = (node: Node, reading: Reading, depth: number): Expression => {
  const [only, ...others] = named(node);
  if (node.children.length === 1 && others.length === 0 && only?.type === 'variable_expr') return literal(only.text);
  return expressionOf(node, reading, depth, true);
};

const callOf = (node: Node, reading: Reading, depth: number): Expression => {
  const [name, list] = named(node);
  const given = list === undefined ? [] : named(list);
  return {
    is: 'call',
    name: name?.text ?? '',
    given: given.filter(({ type }) => type === 'expression').map((one) => expressionOf(one, reading, depth + 1, false)),
    spreads: given.some(({ type }) => type === 'ellipsis'),
  };
};

const operationOf = (node: Node, reading: Reading, depth: number, isLine: boolean): Expression => {
  const [inner] = named(node);
  if (inner === undefined) return opaque('an operation');
  const children = parts(inner);
  if (isLine) keepsLine(children, reading);
  const [first] = children;
  if (inner.type === 'unary_operation')
    return { is: 'unary', operator: first?.type ?? '', operand: termOf(children.slice(1), reading, depth + 1, isLine) };
  const at = children.findIndex(({ type }) => OPERATORS.has(type));
  if (at === -1) return opaque('an operation');
  return {
    is: 'binary',
    operator: children[at]?.type ?? '',
    left: termOf(children.slice(0, at), reading, depth + 1, isLine),
    right: termOf(children.slice(at + 1), reading, depth + 1, isLine),
  };
};

const OPERATORS = new Set(['*', '/', '%', '+', '-', '>', '>=', '<', '<=', '==', '!=', '&&', '||']);

const forOf = (node: Node, reading: Reading, depth: number): Expression => {
  const intro = named(node)
    .flatMap(named)
    .find(({ type }) => type === 'for_intro');
  const bound = intro === undefined ? [] : named(intro).filter(({ type }) => type === 'identifier');
  return opaque(
    'a for expression',
    innerExpressions(node, reading, depth),
    bound.map(({ text }) => text),
  );
};

/** The outermost expressions inside of something that is not evaluated. */
const innerExpressions = (node: Node, reading: Reading, depth: number): readonly Expression[] => {
  const found: Expression[] = [];
  const waiting = [...named(node)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.type === 'expression') found.push(expressionOf(next, reading, depth + 1, false));
    else waiting.push(...named(next));
  }
  return found;
};
