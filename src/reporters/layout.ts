import stringWidth from 'string-width';

/** Columns that a text takes on a terminal; wide characters take two. */
export const widthOf = (text: string): number => (NARROW.test(text) ? text.length : stringWidth(text));

/** Most texts: printable ASCII, and what we draw and shorten with. The package, slow to load, is for names in other scripts, and for colour. */
const NARROW = /^[ -~·…─└]*$/;

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** A text that a person wrote over several lines, as one. */
export const unbroken = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** Breaks a plain text at spaces into lines of at most `width` columns; a word that is longer stays whole, so that it can be copied. */
export const wrap = (text: string, width: number): readonly string[] =>
  width === Number.POSITIVE_INFINITY ? [text] : filled(text.split(' '), width);

/** The same of parts that are not torn as long as each fits on a line: `a, b,` and `c`. The separator ends with a space. */
export const wrapParts = (parts: readonly string[], separator: string, width: number): readonly string[] => {
  if (width === Number.POSITIVE_INFINITY) return [parts.join(separator)];
  const ends = parts.map((part, index) => (index < parts.length - 1 ? `${part}${separator.trimEnd()}` : part));
  return filled(ends, width).flatMap((line) => (widthOf(line) > width ? wrap(line, width) : [line]));
};

const filled = (words: readonly string[], width: number): readonly string[] => {
  const lines: string[] = [];
  let line: string[] = [];
  let columns = 0;
  for (const word of words) {
    const wide = widthOf(word);
    if (columns > 0 && columns + 1 + wide > width) {
      lines.push(line.join(' '));
      line = [];
      columns = 0;
    }
    columns += wide + (line.length > 0 ? 1 : 0);
    line.push(word);
  }
  return [...lines, line.join(' ')];
};

/** The largest of any number of numbers, 0 for none. (`Math.max(...many)` overflows the stack.) */
export const largest = (numbers: readonly number[]): number => numbers.reduce((most, number) => Math.max(most, number), 0);
