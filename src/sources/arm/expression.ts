/** What stands between the brackets of an expression of a template. */
export type Expression =
  | { readonly type: 'literal'; readonly value: string | number }
  | { readonly type: 'call'; readonly name: string; readonly words: readonly Expression[] }
  | { readonly type: 'access'; readonly of: Expression; readonly key: Expression };

/**
 * A text of a template: itself, or the expression that it stands for; null for an expression that nobody can read.
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
 */
export const readText = (text: string): string | Expression | null => {
  if (!text.startsWith('[') || !text.endsWith(']')) return text;
  if (text.startsWith('[[')) return text.slice(1);
  return text.length > MOST_CHARACTERS ? null : parsed(text.slice(1, -1));
};

/** The limit of Resource Manager. */
const MOST_CHARACTERS = 24_576;

const MOST_DEPTH = 60;

const TOKEN = /\s*(?:('(?:[^']|'')*')|(-?\d{1,15})(?![\w.])|([A-Za-z_][\w]*)|([.,()[\]]))\s*/y;

interface Token {
  readonly type: 'text' | 'number' | 'word' | 'sign';
  readonly text: string;
}

const tokensOf = (text: string): readonly Token[] | null => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, quoted, number, word, sign] = match;
    if (quoted !== undefined) tokens.push({ type: 'text', text: quoted.slice(1, -1).replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ type: 'number', text: number });
    else if (word !== undefined) tokens.push({ type: 'word', text: word });
    else tokens.push({ type: 'sign', text: sign ?? '' });
  }
  return tokens;
};

const parsed = (text: string): Expression | null => {
  const tokens = tokensOf(text);
  if (tokens === null) return null;
  let at = 0;
  const takes = (sign: string): boolean => {
    const token = tokens[at];
    if (token?.type !== 'sign' || token.text !== sign) return false;
    at += 1;
    return true;
  };
  const word = (): string | null => {
    const token = tokens[at];
    if (token?.type !== 'word') return null;
    at += 1;
    return token.text;
  };

  const expression = (depth: number): Expression | null => {
    if (depth > MOST_DEPTH) return null;
    let found = first(depth);
    while (found !== null) {
      if (takes('.')) {
        const name = word();
        found = name === null ? null : { type: 'access', of: found, key: { type: 'literal', value: name } };
      } else if (takes('[')) {
        const key = expression(depth + 1);
        found = key === null || !takes(']') ? null : { type: 'access', of: found, key };
      } else break;
    }
    return found;
  };
  const first = (depth: number): Expression | null => {
    const token = tokens[at];
    if (token === undefined || token.type === 'sign') return null;
    at += 1;
    if (token.type === 'text') return { type: 'literal', value: token.text };
    if (token.type === 'number') return { type: 'literal', value: Number(token.text) };
    return call(token.text, depth);
  };
  /** Functions of a template's own have a namespace: `contoso.name()`. */
  const call = (name: string, depth: number): Expression | null => {
    const own = takes('.') ? word() : '';
    if (own === null || !takes('(')) return null;
    const words: Expression[] = [];
    if (!takes(')')) {
      do {
        const one = expression(depth + 1);
        if (one === null) return null;
        words.push(one);
      } while (takes(','));
      if (!takes(')')) return null;
    }
    return { type: 'call', name: (own === '' ? name : `${name}.${own}`).toLowerCase(), words };
  };

  const whole = expression(0);
  return at === tokens.length ? whole : null;
};
