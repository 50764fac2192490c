/**
 * Data may not act on whatever shows it. Names, tags and messages come from strangers; escaped here, once, for every writer:
 * C0 and C1 controls, DEL, bidirectional and other invisible characters, lone surrogates, and the two sequences that CI systems
 * take for commands, `##[`/`##vso[` anywhere in a line and `::` at its start.
 */
const INVISIBLE =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb';
const TAGS = '\\u{e0000}-\\u{e007f}';
const LONE_SURROGATE = '\\p{Surrogate}';

const UNSAFE_TEXT = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f${INVISIBLE}${TAGS}${LONE_SURROGATE}]`, 'gu');
const UNSAFE_IN_JSON = new RegExp(`[\\u007f-\\u009f${INVISIBLE}${TAGS}]`, 'gu');

const AZURE_COMMAND = /#(?=#(?:\[|vso\[))/gi;

/** Text as one line for a person: `\n`, `\u{1b}` and so on are shown, never performed. */
export const safeLine = (text: string): string =>
  text
    .replace(UNSAFE_TEXT, (character) => SHORT.get(character) ?? `\\u{${codeOf(character).toString(16)}}`)
    .replace(AZURE_COMMAND, '\\x23')
    // Wherever a line may be broken, a word may come to stand at the start of one.
    .replace(/(^|\s):(?=:)/g, '$1\\x3a');

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

/** JSON on one line. A parser reads back exactly the value that went in. */
export const safeJson = (value: unknown): string =>
  // `JSON.stringify` escapes C0 and lone surrogates already.
  withoutCommands((JSON.stringify(value) ?? 'null').replace(UNSAFE_IN_JSON, (character) => character.split('').map(jsonEscape).join('')));

/** Two of them in a row are rare, and looking for those alone is quick. */
const withoutCommands = (json: string): string => (json.includes('##') ? json.replace(AZURE_COMMAND, '\\u0023') : json);

const jsonEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
