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
export const wrap = (text: string, width: number): readonly string[] => {
  if (width === Number.POSITIVE_INFINITY) return [text];
  const lines: string[] = [];
  let line: string[] = [];
  let columns = 0;
  for (const word of text.split(' ')) {
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
