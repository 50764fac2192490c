/** Words for a POSIX shell. Nothing becomes part of a command but through `quoted`. */

/** Stands in a word for the value of a shell variable, such as `$ID`; no name in Azure holds these characters. */
export const variable = (name: string): string => `\ue000${name}\ue001`;

const VARIABLE = /\ue000([A-Z]+)\ue001/;

/** A text with something else in the place of the variables that stand in it. */
export const withVariables = (text: string, value: (name: string) => string): string =>
  text
    .split(VARIABLE)
    .map((part, index) => (index % 2 === 1 ? value(part) : part))
    .join('');

/** Means itself to every shell. No slash, so that ids are seen to be quoted. */
const PLAIN = /^[A-Za-z0-9_.,:=@%+-]+$/;

/** Means something between double quotes. */
const ACTS_IN_DOUBLE_QUOTES = /["$`\\!]/;

export const quoted = (word: string): string => {
  if (!VARIABLE.test(word)) return literal(word);
  // Every second part is the name of a variable.
  const parts = word.split(VARIABLE);
  const isName = (index: number): boolean => index % 2 === 1;
  if (parts.some((part, index) => !isName(index) && ACTS_IN_DOUBLE_QUOTES.test(part))) {
    return parts.map((part, index) => (isName(index) ? `"$${part}"` : part && literal(part))).join('');
  }
  const reference = (name: string, next = ''): string => (/^\w/.test(next) ? `\${${name}}` : `$${name}`);
  return `"${parts.map((part, index) => (isName(index) ? reference(part, parts[index + 1]) : part)).join('')}"`;
};

const literal = (text: string): string => {
  if (PLAIN.test(text)) return text;
  if (text.includes("'") && !ACTS_IN_DOUBLE_QUOTES.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
};

/** A command line of its words after `az`. */
export const azCommand = (words: readonly string[]): string => ['az', ...words].map(quoted).join(' ');
