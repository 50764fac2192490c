const WIDTH = 110;

/** Begins a line that a language passes over. */
export type CommentMark = '#' | '//';

/** Prose as comment lines, broken at spaces. A line break in it begins another comment line, so that nothing gets out of the comment. */
export const commented = (mark: CommentMark, text: string): readonly string[] => linesOf(text).flatMap((line) => wrapped(mark, line));

/** The same for what is there to be copied, and is therefore not broken. */
export const commentedAsIs = (mark: CommentMark, text: string): readonly string[] =>
  linesOf(text).map((line) => `${mark} ${line}`.trimEnd());

const linesOf = (text: string): readonly string[] => text.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/);

const wrapped = (mark: CommentMark, text: string): readonly string[] => {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH - indent.length) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((words) => `${mark} ${indent}${words}`.trimEnd());
};

/** Lines as a part of a text that goes on. */
export const piece = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
