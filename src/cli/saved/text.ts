import { Trouble } from '../../errors.ts';
import { problem } from '../../model/problem.ts';
import { isObject, type JsonObject, propertyOf, textOf } from '../../sources/decode/json.ts';
import { utf8Of, whyUnread } from '../../sources/input-text.ts';
import { linesOf } from '../../sources/lines.ts';
import { parseStrictly } from '../../sources/strict-json.ts';
import { interruption } from '../interruption.ts';
import type { Io } from '../io.ts';
import { codeOf } from '../unwritable.ts';

/** A saved result as it is written: one object, or a line for each part of it. */
export type SavedText =
  | { readonly form: 'object'; readonly root: JsonObject }
  | { readonly form: 'lines'; readonly header: JsonObject; readonly lines: AsyncIterable<SavedLine> };

/** `why`: what is wrong with a line that is no object. */
export type SavedLine = { readonly number: number } & ({ readonly value: JsonObject } | { readonly why: string });

/** What one object may have: it is held as a whole, and takes several times as much when it is read. */
const MOST_OBJECT_MB = 256;
const MOST_OBJECT_CHARACTERS = MOST_OBJECT_MB * 2 ** 20;

/** What one line may have, where each is a part: a finding has a few thousand characters. */
const MOST_LINE_MB = 16;

const [MAJOR, MINOR] = [1, 0];

const HOW_TO_WRITE = 'Write a result with: redvet scan -o json=FILE, or -o ndjson=FILE for one of any size.';

/** Why a saved result cannot be used, as what follows its name. */
export type Refuse = (code: string, what: string, hint?: string, cause?: unknown) => Trouble;

export const refusalOf =
  (path: string): Refuse =>
  (code, what, hint = HOW_TO_WRITE, cause) =>
    new Trouble(problem('usage', code, `${path === '-' ? 'standard input' : path} ${what}`, { scope: path, hint }), { cause });

/** Opens what `-o json` or `-o ndjson` wrote; `-` is standard input. Throws `Trouble` (usage) that names the file and what is wrong. */
export const openSaved = async (path: string, io: Pick<Io, 'inputs' | 'signal'>): Promise<SavedText> => {
  const refuse = refusalOf(path);
  const lines = linesFrom(path, io, refuse)[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw refuse('NOT_A_RESULT', 'is empty');
  const header = first.value.length > MOST_OBJECT_CHARACTERS ? { why: '' } : parseStrictly(first.value);
  if ('value' in header && isObject(header.value) && propertyOf(header.value, 'type') === 'run') {
    checkVersion(header.value, refuse);
    return { form: 'lines', header: header.value, lines: partsAfter(lines) };
  }
  return { form: 'object', root: await objectOf(first.value, lines, refuse) };
};

async function* linesFrom(path: string, { inputs, signal }: Pick<Io, 'inputs' | 'signal'>, refuse: Refuse): AsyncIterable<string> {
  try {
    const files = await inputs({ idleMs: IDLE_MS, programMs: IDLE_MS }, signal);
    yield* linesOf(utf8Of(files.read(path)), MOST_OBJECT_CHARACTERS, new TextDecoder('utf-8', { fatal: true }));
  } catch (error) {
    if (signal.aborted) throw interruption(signal.reason);
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw refuse('NOT_A_RESULT', 'is not UTF-8', HOW_TO_WRITE, error);
    throw refuse('CANNOT_READ', whyUnread(error).why, HOW_TO_WRITE, error);
  }
}

/** A pipe may say nothing for that long. */
const IDLE_MS = 300_000;

async function* partsAfter(lines: AsyncIterator<string>): AsyncIterable<SavedLine> {
  let number = 1;
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    number += 1;
    if (next.value.trim() === '') continue;
    if (next.value.length > MOST_LINE_MB * 2 ** 20) {
      yield { number, why: `is longer than ${MOST_LINE_MB} MB` };
      continue;
    }
    const parsed = parseStrictly(next.value);
    if (!('value' in parsed)) yield { number, why: parsed.why };
    else if (!isObject(parsed.value)) yield { number, why: 'is no object' };
    else yield { number, value: parsed.value };
  }
}

const objectOf = async (first: string, lines: AsyncIterator<string>, refuse: Refuse): Promise<JsonObject> => {
  const texts: string[] = [];
  let length = 0;
  for (let text: string | undefined = first; text !== undefined; text = await nextOf(lines)) {
    texts.push(text);
    length += text.length + 1;
    if (length > MOST_OBJECT_CHARACTERS)
      throw refuse(
        'RESULT_TOO_LARGE',
        `is larger than ${MOST_OBJECT_MB} MB, which is the most for one object`,
        'Have it written line by line, and give that: redvet scan -o ndjson=FILE',
      );
  }
  const parsed = parseStrictly(texts.join('\n'));
  if (!('value' in parsed)) throw refuse('NOT_A_RESULT', parsed.why);
  if (!isObject(parsed.value)) throw refuse('NOT_A_RESULT', 'is JSON, but no result of redvet');
  checkVersion(parsed.value, refuse);
  if (!Array.isArray(propertyOf(parsed.value, 'findings'))) throw refuse('NOT_A_RESULT', 'has no list of findings');
  return parsed.value;
};

const nextOf = async (lines: AsyncIterator<string>): Promise<string | undefined> => {
  const next = await lines.next();
  return next.done ? undefined : next.value;
};

const checkVersion = (root: JsonObject, refuse: Refuse): void => {
  const version = versionOf(root);
  if (version === null) throw refuse('NOT_A_RESULT', 'is JSON, but no result of redvet');
  if (version.major !== MAJOR)
    throw refuse(
      'RESULT_VERSION',
      `is a result of format ${version.text}, and this redvet reads ${MAJOR}.x`,
      'Use the redvet that wrote it, or scan again with this one.',
    );
};

/** The version of the format that a result is written in; null where it says none. */
const versionOf = (root: JsonObject) => {
  const text = textOf(root, 'schemaVersion');
  const [, major, minor] = /^(\d{1,5})\.(\d{1,5})$/.exec(text ?? '') ?? [];
  return text === null || major === undefined ? null : { text, major: Number(major), minor: Number(minor) };
};

/** Whether a result is of a later minor version, which may tell of things that are new. */
export const isNewer = (root: JsonObject): boolean => (versionOf(root)?.minor ?? 0) > MINOR;
