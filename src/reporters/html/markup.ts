import { safeLine } from '../escape.ts';

/** HTML that may stand in a page as it is. Only `html` and what is built from it makes one. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | null | readonly Part[];

/** A piece of a page. Whatever is put into it is text, escaped for content and for quoted attributes; null is nothing. */
export const html = (literals: TemplateStringsArray, ...parts: readonly Part[]): Markup => {
  const pieces = [literals[0] ?? ''];
  for (const [index, part] of parts.entries()) pieces.push(markupOf(part), literals[index + 1] ?? '');
  // Joined it is one string; added up it would be a tree of them, several times as large.
  return { markup: pieces.join('') };
};

/** Text of several lines, such as commands: its lines stay. */
export const linesOf = (text: string): Markup => ({
  markup: text
    .split('\n')
    .map((line) => escaped(safeLine(line)))
    .join('\n'),
});

const markupOf = (part: Part): string => {
  if (part === null) return '';
  if (typeof part === 'string') return escaped(safeLine(part));
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(markupOf).join('');
};

const escaped = (text: string): string => text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);

/** What follows `#` to ask the page for something: the value of a parameter. */
export const parameter = (value: string): string =>
  encodeURI(safeLine(value)).replace(/[&#+=?']/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
