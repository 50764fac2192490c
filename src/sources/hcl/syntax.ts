import type { Place } from '../../model/cache.ts';

/** Terraform's language as far as a scan needs it, whichever of its two syntaxes it was written in. */

export interface Body {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
}

export interface Attribute {
  readonly name: string;
  readonly value: Expression;
  readonly place: Place | null;
  /** The expression as it stands in the file. */
  readonly written: string;
}

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly place: Place | null;
}

export type Primitive = string | number | boolean | null;

export type Expression =
  | { readonly is: 'literal'; readonly value: Primitive }
  /** A text; one interpolation and nothing else is no template but that expression. */
  | { readonly is: 'template'; readonly parts: readonly Expression[] }
  | { readonly is: 'list'; readonly items: readonly Expression[] }
  | { readonly is: 'object'; readonly entries: readonly { readonly key: Expression; readonly value: Expression }[] }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'get'; readonly of: Expression; readonly name: string }
  | { readonly is: 'index'; readonly of: Expression; readonly key: Expression }
  | { readonly is: 'call'; readonly name: string; readonly given: readonly Expression[]; readonly spreads: boolean }
  | { readonly is: 'conditional'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly is: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly is: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  /** What is not evaluated: `what` is a noun phrase, `parts` what it is made of, `bound` the names that only it knows. */
  | { readonly is: 'opaque'; readonly what: string; readonly parts: readonly Expression[]; readonly bound: readonly string[] };

/** Why a text is no Terraform: a clause that follows the place. */
export interface Mistake {
  readonly place: Place | null;
  readonly what: string;
}

export type Parsed = { readonly body: Body } | { readonly mistake: Mistake };

export const literal = (value: Primitive): Expression => ({ is: 'literal', value });

export const opaque = (what: string, parts: readonly Expression[] = [], bound: readonly string[] = []): Expression => ({
  is: 'opaque',
  what,
  parts,
  bound,
});

/** Deeper than anything that a person writes; whoever walks an expression must not run out of stack. */
export const MOST_NESTING = 200;

export const TOO_DEEP: Expression = opaque('an expression that is nested too deeply');

/** Lines and columns of a text, from 1; a column counts characters, also those beyond the first plane. */
export const placesIn = (text: string): ((offset: number) => Place) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    let column = 1;
    for (const _ of text.slice(start, offset)) column += 1;
    return { line: low + 1, column };
  };
};

/** What the value of an expression is made of; of a condition, not what decides it. */
export const partsOf = (expression: Expression): readonly Expression[] => {
  switch (expression.is) {
    case 'literal':
    case 'name':
      return [];
    case 'template':
    case 'opaque':
      return expression.parts;
    case 'list':
      return expression.items;
    case 'object':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'get':
    case 'index':
      return [expression.of];
    case 'call':
      return expression.given;
    case 'conditional':
      return [expression.yes, expression.no];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
  }
};
