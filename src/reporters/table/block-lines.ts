import { safeLine } from '../escape.ts';
import { largest, padEnd, widthOf, wrap, wrapParts } from '../layout.ts';
import type { Display } from '../reporter.ts';
import type { Row } from './row.ts';
import { paintsOf, STANDING_WIDTH } from './standing.ts';

/** The name of what a block is about, with what else is known of it: behind it, or below where that is too wide. */
export const titleLines = (
  name: string,
  details: readonly string[],
  { style, unicode, width }: Display,
  link: (text: string) => string = (text) => text,
): readonly string[] => {
  const title = safeLine(name);
  const rest = dotted(details, unicode);
  return widthOf(title) + 2 + widthOf(rest) <= width
    ? [`${style.strong(link(title))}  ${style.faint(rest)}`]
    : [style.strong(link(title)), ...dottedLines(details, unicode, width - 2).map((line) => `  ${style.faint(line)}`)];
};

export const dotted = (details: readonly string[], unicode: boolean): string => details.map(safeLine).join(dotOf(unicode));

export const dottedLines = (details: readonly string[], unicode: boolean, width: number): readonly string[] =>
  wrapParts(details.map(safeLine), dotOf(unicode), width);

/** What stands between details. */
export const dotOf = (unicode: boolean): string => (unicode ? ' · ' : ' - ');

/** A row to be laid out. */
export interface Told {
  readonly row: Row;
  /** What stands in the place of the outcome. */
  readonly word: string;
  /** A column more; null for none. */
  readonly id: string | null;
  readonly said: string;
}

/** Where the rows of a block have what they say: in a column behind the id, below it, or, where even that has no room, both below. */
type Layout = { readonly type: 'column'; readonly idWidth: number } | { readonly type: 'below' } | { readonly type: 'narrow' };

/** A message in a narrower column is hard to read, unless it is on one line. */
const MESSAGE_COLUMNS = 36;

const SEVERITY_WIDTH = 8;

const LEAD_WIDTH = 2 + STANDING_WIDTH + 2 + SEVERITY_WIDTH;

/** `idWidth`: a width that the ids of all blocks have room in. It is kept where that leaves room for what is said. */
const layoutOf = (rows: readonly Told[], idWidth: number, width: number): Layout => {
  const own = largest(rows.map(({ id }) => widthOf(id ?? '')));
  const roomBehind = (ids: number): number => width - LEAD_WIDTH - 2 - (ids === 0 ? 0 : ids + 2);
  if (roomBehind(idWidth) >= MESSAGE_COLUMNS) return { type: 'column', idWidth };
  if (rows.every(({ said }) => widthOf(said) <= roomBehind(own))) return { type: 'column', idWidth: own };
  return { type: LEAD_WIDTH + (own === 0 ? 0 : own + 2) <= width ? 'below' : 'narrow' };
};

/** The rows of a block: a word, the severity, the id and what is said, alike in all of them. `link` is made of an id that is printed. */
export const rowsLines = (
  all: readonly Told[],
  idWidth: number,
  display: Display,
  link: (id: string) => string = (id) => id,
): readonly (readonly string[])[] => {
  const { style, width } = display;
  const safe = all.map((one) => ({ ...one, id: one.id === null ? null : safeLine(one.id), said: safeLine(one.said) }));
  const layout = layoutOf(safe, idWidth, width);
  return safe.map(({ row, word, id, said }) => {
    const paints = paintsOf(row, style);
    const evidence = row.evidence === null ? [] : wrap(safeLine(row.evidence), width - 4).map((text) => style.faint(`    ${text}`));
    const below = (indent: number): readonly string[] => wrap(said, width - indent).map((text) => ' '.repeat(indent) + paints.text(text));
    const lead = `  ${paints.word(word.padEnd(STANDING_WIDTH))}  ${paints.severity(row.severity.padEnd(SEVERITY_WIDTH))}`;
    const name = id === null ? null : paints.text(link(id));
    if (layout.type === 'narrow') return [lead.trimEnd(), ...(name === null ? [] : [`    ${name}`]), ...below(6), ...evidence];
    const head = name === null ? lead : `${lead}  ${name}`;
    if (layout.type === 'below') return [head.trimEnd(), ...below(Math.min(11, Math.max(6, width - MESSAGE_COLUMNS))), ...evidence];
    const gap = id === null ? '' : padEnd(id, layout.idWidth).slice(id.length);
    const indent = LEAD_WIDTH + 2 + (id === null ? 0 : layout.idWidth + 2);
    const [first = '', ...rest] = wrap(said, width - indent);
    return [`${head}${gap}  ${paints.text(first)}`.trimEnd(), ...rest.map((text) => ' '.repeat(indent) + paints.text(text)), ...evidence];
  });
};

/** What is only counted; nothing for an empty text. `lead` stands before it. */
export const foldedLines = (text: string, lead: 'and ' | '', { style, width }: Display): readonly string[] =>
  text === '' ? [] : wrap(`${lead}${text}`, width - 2).map((line) => style.faint(`  ${line}`));
