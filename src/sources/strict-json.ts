/** Why a text is no JSON that can be trusted, as what follows "the file": `is not JSON`, `repeats the name "a" in one object`. */
interface NotStrict {
  readonly why: string;
}

/** Deeper than anything that describes a cache; whoever walks a value must not run out of stack. */
export const MOST_JSON_DEPTH = 200;

/**
 * JSON, but for what JSON.parse takes without a word: a name that stands twice in one object, where the last one wins, and nesting
 * that nobody can walk.
 */
export const parseStrictly = (text: string): StrictJson => parseMeasured(text, shapeOf(text));

export type StrictJson = { readonly value: unknown } | NotStrict;

/** What is counted of a text while it is read, outside of strings. */
export interface Shape {
  /** How deep it nests. */
  readonly depth: number;
  /** How many names it holds: a colon follows each. */
  readonly members: number;
}

/** The same of a text that was counted already. */
export const parseMeasured = (text: string, { depth, members }: Shape): StrictJson => {
  if (depth > MOST_JSON_DEPTH) return { why: `is nested deeper than ${MOST_JSON_DEPTH} levels` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: 'is not JSON, or not all of it' };
  }
  return membersOf(value) === members ? { value } : { why: 'repeats a name in one object, and nobody can tell which of the two counts' };
};

/** Comments are no part of JSON, and of templates: nothing in them counts. */
export const shapeOf = (text: string): Shape => {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        for (index += 1; index < text.length && text.charCodeAt(index) !== QUOTE; index += 1)
          if (text.charCodeAt(index) === BACKSLASH) index += 1;
        break;
      case SLASH:
        index = commentEnd(text, index);
        break;
      case COLON:
        members += 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        if (depth > deepest) deepest = depth;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
    }
  }
  return { depth: deepest, members };
};

const commentEnd = (text: string, start: number): number => {
  const next = text.charAt(start + 1);
  if (next !== '/' && next !== '*') return start;
  const end = next === '/' ? text.indexOf('\n', start) : text.indexOf('*/', start + 2) + 1;
  return end <= 0 ? text.length : end;
};

const QUOTE = 0x22;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** How many names a parsed value holds, each once. */
const membersOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let members = Array.isArray(value) ? 0 : inner.length;
  for (const item of inner) members += membersOf(item);
  return members;
};
