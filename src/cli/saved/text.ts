import { Trouble } from '../../errors.ts';
import { problem } from '../../model/problem.ts';
import { isObject, type JsonObject, propertyOf, textOf } from '../../sources/decode/json.ts';
import { utf8Of, whyUnread } from '../../sources/input-text.ts';
import { linesOf } from '../../sources/lines.ts';
import { parseStrictly } from '../../sources/strict-json.ts';
import type { Io } from '../io.ts';

/** A saved result as it is written: one object, or a line for each part of it. */
export type SavedText =
  | { readonly form: 'object'; readonly root: JsonObject }
  | { readonly form: 'lines'; readonly header: JsonObject; readonly lines: AsyncIterable<SavedLine> };

/** `why`: what is wrong with a line that is no object. */
export type SavedLine = { readonly number: number } & ({ readonly value: JsonObject } | { readonly why: string });

/** Bytes that one object may have: it is held as a whole, and takes several times as much when it is read. */
const MOST_OBJECT_MB = 256;

/** The same, as what a line may have. */
const MOST_CHARACTERS = MOST_OBJECT_MB * 2 ** 20;

const MAJOR = '1';

export const HOW_TO_WRITE = 'Write a result with: redvet scan -o json=FILE, or -o ndjson=FILE for one of any size.';

/** Why a saved result cannot be used, as what follows its name. */
export type Refuse = (code: string, what: string, hint?: string) => Trouble;

export const refusalOf =
  (path: string): Refuse =>
  (code, what, hint = HOW_TO_WRITE) =>
    new Trouble(problem('usage', code, `${path === '-' ? 'standard input' : path} ${what}`, { scope: path, hint }));

/** Opens what `-o json` or `-o ndjson` wrote; `-` is standard input. Throws `Trouble` (usage) that names the file and what is wrong. */
export const openSaved = async (path: string, io: Io): Promise<SavedText> => {
  const refuse = refusalOf(path);
  const files = await io.inputs({ idleMs: IDLE_MS, programMs: IDLE_MS }, io.signal);
  const kind = await files.kindOf(path).catch((error: unknown) => {
    throw refuse('CANNOT_READ', whyUnread(error).why);
  });
  if (kind === 'folder' || kind === 'other') throw refuse('CANNOT_READ', 'is no file and no pipe');
  const lines = linesOf(utf8Of(readable(path, files, refuse)), MOST_CHARACTERS)[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw refuse('NOT_A_RESULT', 'is empty');
  const header = parseStrictly(first.value);
  if ('value' in header && isObject(header.value) && propertyOf(header.value, 'type') === 'run') {
    checkVersion(header.value, refuse);
    return { form: 'lines', header: header.value, lines: rest(lines) };
  }
  return { form: 'object', root: await objectOf(first.value, lines, refuse) };
};

/** A pipe may say nothing for that long. */
const IDLE_MS = 300_000;

async function* readable(
  path: string,
  files: { read(path: string): AsyncIterable<Uint8Array> },
  refuse: Refuse,
): AsyncIterable<Uint8Array> {
  try {
    yield* files.read(path);
  } catch (error) {
    if (error instanceof Trouble || (error instanceof Error && error.name === 'AbortError')) throw error;
    throw refuse('CANNOT_READ', whyUnread(error).why);
  }
}

async function* rest(lines: AsyncIterator<string>): AsyncIterable<SavedLine> {
  let number = 1;
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    number += 1;
    if (next.value.trim() === '') continue;
    const parsed = parseStrictly(next.value);
    if (!('value' in parsed)) yield { number, why: parsed.why };
    else if (!isObject(parsed.value)) yield { number, why: 'is no object' };
    else yield { number, value: parsed.value };
  }
}

const objectOf = async (first: string, lines: AsyncIterator<string>, refuse: Refuse): Promise<JsonObject> => {
  const texts = [first];
  let length = first.length;
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    texts.push(next.value);
    length += next.value.length + 1;
    if (length > MOST_CHARACTERS)
      throw refuse(
        'RESULT_TOO_LARGE',
        `is larger than ${MOST_OBJECT_MB} MB, which is the most for one object`,
        'Write it line by line, and give that: redvet scan -o ndjson=FILE',
      );
  }
  const parsed = parseStrictly(texts.join('\n'));
  if (!('value' in parsed)) throw refuse('NOT_A_RESULT', parsed.why);
  if (!isObject(parsed.value)) throw refuse('NOT_A_RESULT', 'is JSON, but no result of redvet');
  checkVersion(parsed.value, refuse);
  if (!Array.isArray(propertyOf(parsed.value, 'findings'))) throw refuse('NOT_A_RESULT', 'has no list of findings');
  return parsed.value;
};

const checkVersion = (root: JsonObject, refuse: Refuse): void => {
  const version = textOf(root, 'schemaVersion');
  if (version === null || !/^\d{1,5}\.\d{1,5}$/.test(version)) throw refuse('NOT_A_RESULT', 'is JSON, but no result of redvet');
  if (version.split('.')[0] !== MAJOR)
    throw refuse(
      'RESULT_VERSION',
      `is a result of format ${version}, and this redvet reads ${MAJOR}.x`,
      'Use the redvet that wrote it, or scan again with this one.',
    );
};
