import { isObject, type JsonObject } from '../decode/json.ts';
import type { Files } from '../files.ts';
import { MOST_DOCUMENT_BYTES, utf8Of } from '../input-text.ts';
import { PARAMETERS, recognise } from '../recognise.ts';
import { readDocument } from './document.ts';
import { named } from './evaluate.ts';
import type { Values } from './parameters.ts';

/** What a JSON file is to the templates around it. `values` is null where it cannot be read: it may set anything. */
export type Looked = { readonly is: 'parameters'; readonly values: Values | null } | { readonly is: 'template' | 'other' };

const OTHER: Looked = { is: 'other' };
const TEMPLATE: Looked = { is: 'template' };
const UNREADABLE: Looked = { is: 'parameters', values: null };

/** Whether a file is called as files of parameters are, such as `prod.parameters.json` and `params-prod.json`. */
export const isCalledParameters = (path: string): boolean => /(?:^|[\\/._-])param(?:eter)?s?(?:[._-][^\\/]*)?\.jsonc?$/i.test(path);

/**
 * Looks at a JSON file no further than it takes to tell that it gives nothing to templates: next to them may stand inventories of any
 * size. What cannot be read gives anything, if its name or its beginning says that it is one of parameters, or nothing of it can be seen.
 */
export const lookAt = async (path: string, files: Files): Promise<Looked> => {
  const isCalled = isCalledParameters(path);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let told: Told = 'undecided';
  try {
    for await (const chunk of utf8Of(files.read(path))) {
      text += decoder.decode(chunk, { stream: true });
      if (told === 'undecided' && text.length >= HEAD_CHARACTERS) told = toldBy(text.slice(0, HEAD_CHARACTERS), false);
      if (told === 'parameters' && text.length > MOST_DOCUMENT_BYTES) return UNREADABLE;
      if (told !== 'parameters' && text.length > MOST_UNTOLD_CHARACTERS) return told === 'template' ? TEMPLATE : OTHER;
      if (!isCalled && (told === 'template' || told === 'other')) return { is: told };
    }
    text += decoder.decode();
  } catch (error) {
    return unread(error, isCalled, told === 'parameters');
  }
  if (told === 'undecided') told = toldBy(text, true);
  return looked(text, told, isCalled);
};

/** `other` of all of a text: nothing at its top says what it is. */
type Told = 'parameters' | 'template' | 'other' | 'undecided';

/** A file of parameters says what it is at its beginning. */
const HEAD_CHARACTERS = 4096;

/** Of one that does not. */
const MOST_UNTOLD_CHARACTERS = 2 ** 20;

const toldBy = (head: string, isAll: boolean): Told => {
  const told = recognise(head, isAll);
  if (told === PARAMETERS) return 'parameters';
  if (told === 'undecided') return 'undecided';
  return typeof told === 'object' && 'kind' in told && told.kind === 'arm-template' ? 'template' : 'other';
};

const unread = (error: unknown, isCalled: boolean, isTold: boolean): Looked => {
  const code = codeOfUnread(error);
  if (code === 'EISDIR') return OTHER;
  const isNothing = code === 'ENOENT' || code === NO_TEXT;
  return isNothing && !isCalled && !isTold ? OTHER : UNREADABLE;
};

/** What TextDecoder says of bytes that are not UTF-8. */
const NO_TEXT = 'ERR_ENCODING_INVALID_ENCODED_DATA';

/** The code by which the system refuses a file. Throws what is none: whoever stopped the run says why. */
export const codeOfUnread = (error: unknown): string => {
  if (error instanceof Error && error.name !== 'AbortError' && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
};

const looked = (text: string, told: Told, isCalled: boolean): Looked => {
  const isSure = told === 'parameters';
  const otherwise = told === 'template' ? TEMPLATE : OTHER;
  // Most of what stands beside templates needs not be parsed.
  if (!isSure && !isCalled && !/"(?:value|reference|expression)"\s*:/i.test(text)) return otherwise;
  const document = readDocument(text);
  if ('why' in document) return isSure || (isCalled && /"parameters"\s*:/i.test(text)) ? UNREADABLE : otherwise;
  const entries = entriesIn(document.value, isSure);
  if (entries === null) return isSure ? UNREADABLE : otherwise;
  return { is: 'parameters', values: valuesOf(entries) };
};

/** The parameters of a document; az takes them also where no `parameters` stands around them. */
const entriesIn = (value: unknown, isSure: boolean): JsonObject | null => {
  if (!isObject(value) || named(value, 'resources') !== undefined) return null;
  const inner = named(value, 'parameters') ?? value;
  if (!isObject(inner)) return null;
  const isEntry = (entry: unknown): boolean => {
    if (!isObject(entry) || isSure) return isObject(entry);
    // Outputs look the same, but for their type.
    return GIVEN.some((name) => named(entry, name) !== undefined) && (inner !== value || named(entry, 'type') === undefined);
  };
  return Object.values(inner).every(isEntry) ? inner : null;
};

const GIVEN = ['value', 'reference', 'expression'];

const valuesOf = (entries: JsonObject): Values => {
  const values = new Map<string, unknown>();
  for (const [name, entry] of Object.entries(entries)) {
    const key = name.toLowerCase();
    values.set(key, values.has(key) || !isObject(entry) ? undefined : named(entry, 'value'));
  }
  return values;
};
