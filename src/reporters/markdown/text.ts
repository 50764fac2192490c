import { safeLine } from '../escape.ts';
import { isDocumentation } from '../links.ts';

/** No cell of a table is a page. */
const MOST_CHARACTERS = 1_000;

/**
 * Data as code, in which nothing of Markdown acts. The fence is longer than any run of backticks in it; a bar would end a cell of a table
 * even there, and a span of nothing is none.
 */
export const code = (text: string): string => {
  const safe = cut(safeLine(text).replace(/\|/g, '\\u{7c}'));
  if (safe.trim() === '') return '(empty)';
  const fence = '`'.repeat(1 + (safe.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0));
  const isTouching = /^`|`$|^ .* $/.test(safe);
  return isTouching ? `${fence} ${safe} ${fence}` : `${fence}${safe}${fence}`;
};

const cut = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS).replace(/\p{Surrogate}$/u, '')}...` : text;

/** A sentence as it is where nothing in it can act, as code where something might. For what we have written, which a saved result may have changed. */
export const words = (text: string): string =>
  PLAIN.test(text) && !LINKED.test(text) && text.length <= MOST_CHARACTERS ? text : code(text);

/** Letters, digits, and of the punctuation what neither marks up nor mentions; nor is it what an item of a list begins with. */
const PLAIN = /^(?!\d+[.)](?: |$))[A-Za-z0-9](?:[A-Za-z0-9 ,.;()'%/-]|:(?= ))*$/;

/** What pages make links of without being asked to: addresses and issues. */
const LINKED = /www\.|\bgh-\d/i;

/** A label that leads to Microsoft's documentation; just the label where the address is another one. */
export const link = (label: string, url: string): string => (isDocumentation(url) ? `[${words(label)}](${url})` : words(label));
