import { safeLine } from '../escape.ts';
import { widthOf, wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import type { Row } from './row.ts';
import { paintsOf, STANDING_WIDTH } from './standing.ts';

/** The name of what a block is about, with what else is known of it: behind it, or below where that is too wide. */
export const titleLines = (name: string, details: readonly string[], { style, unicode, width }: Display): readonly string[] => {
  const title = safeLine(name);
  const rest = dotted(details, unicode);
  return widthOf(title) + 2 + widthOf(rest) <= width
    ? [`${style.strong(title)}  ${style.faint(rest)}`]
    : [style.strong(title), ...wrap(rest, width - 2).map((line) => `  ${style.faint(line)}`)];
};

export const dotted = (details: readonly string[], unicode: boolean): string => details.map(safeLine).join(unicode ? ' · ' : ' - ');

/** A message in a narrower column is hard to read. */
const MESSAGE_COLUMNS = 36;

const SEVERITY_WIDTH = 8;

/** A row: a word, the severity, a column more where `id` is given, and what it says: behind them, or below where that is too narrow. */
export const rowLines = (row: Row, word: string, id: string | null, said: string, { style, width }: Display): readonly string[] => {
  const paints = paintsOf(row, style);
  const lead = [
    paints.word(word.padEnd(STANDING_WIDTH)),
    paints.severity(row.severity.padEnd(SEVERITY_WIDTH)),
    ...(id === null ? [] : [paints.text(id)]),
  ].join('  ');
  const indent = 2 + STANDING_WIDTH + 2 + SEVERITY_WIDTH + 2 + (id === null ? 0 : id.length + 2);
  const message = safeLine(said);
  const evidence = row.evidence === null ? [] : wrap(safeLine(row.evidence), width - 4).map((text) => style.faint(`    ${text}`));
  if (width - indent < MESSAGE_COLUMNS) {
    // Too narrow for columns: the message goes below.
    const below = Math.min(2 + STANDING_WIDTH + 2, Math.max(6, width - MESSAGE_COLUMNS));
    return [`  ${lead}`.trimEnd(), ...wrap(message, width - below).map((text) => ' '.repeat(below) + paints.text(text)), ...evidence];
  }
  const [first = '', ...rest] = wrap(message, width - indent);
  return [`  ${lead}  ${paints.text(first)}`.trimEnd(), ...rest.map((text) => ' '.repeat(indent) + paints.text(text)), ...evidence];
};

/** What is only counted; nothing for an empty text. `lead` stands before it. */
export const foldedLines = (text: string, lead: 'and ' | '', { style, width }: Display): readonly string[] =>
  text === '' ? [] : wrap(`${lead}${text}`, width - 2).map((line) => style.faint(`  ${line}`));
