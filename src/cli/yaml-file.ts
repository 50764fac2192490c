import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import { whyUnread } from '../sources/input-text.ts';
import type { Io } from './io.ts';

/** A YAML file as plain data, and where each part of it stands. */
export interface YamlFile {
  readonly path: string;
  readonly sha256: string;
  readonly value: unknown;
  /** `file:line:column` of a value, or of its key where it is the key that is meant; of what encloses it where it is not there. */
  place(path: KeyPath, part?: 'value' | 'key'): string;
}

type KeyPath = readonly (string | number)[];

/** A person wrote it: what is larger is something else. */
const MOST = 1024 * 1024;

/**
 * Reads one YAML document: scalars of the core schema of YAML 1.2, text for keys, each key once. Throws `Trouble` (usage) that names line
 * and column, or why the file cannot be read; `what` is the file for, in the words of a message.
 */
export const readYamlFile = async (path: string, what: string, io: Pick<Io, 'readFile' | 'sha256'>): Promise<YamlFile> => {
  const bytes = await io.readFile(path, MOST).catch((error: unknown) => {
    const { code, why } = whyUnread(error);
    const told = code === 'EFBIG' ? `cannot be read: it is larger than ${MOST / 1024 / 1024} MB (EFBIG)` : why;
    throw refused('CANNOT_READ', path, `${path}, ${what}, ${told}`, 'Name a file that is there, or leave it out.', error);
  });
  const text = decoded(bytes, path, what);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    version: '1.2',
    schema: 'core',
    merge: false,
  });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  // A tag that is not known is only a warning there, and nothing of it is read as it is meant.
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake !== undefined) {
    const place = placeAt(mistake.pos[0]);
    throw refused('NOT_YAML', place, `${place}: ${toldOf(mistake)}`, `Write ${what} as YAML: the README has an example.`, mistake);
  }

  const place: YamlFile['place'] = (keys, part = 'value') => {
    let node: unknown = document.contents;
    let at: unknown = node;
    for (const [index, key] of keys.entries()) {
      if (isAlias(node)) node = node.resolve(document);
      if (isSeq(node) && typeof key === 'number') {
        node = node.items[key];
        at = node ?? at;
        continue;
      }
      if (!isMap(node)) break;
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) break;
      node = pair.value;
      // What is empty has no place of its own.
      const isEmpty = !hasRange(node) || (isScalar(node) && node.value === null);
      at = (part === 'key' && index === keys.length - 1) || isEmpty ? pair.key : node;
    }
    return placeAt(hasRange(at) ? at.range[0] : 0);
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw refused('NOT_YAML', path, `${path} repeats itself by aliases without end`, 'Write out what the aliases stand for.', error);
  }
  return { path, sha256: io.sha256(text), value, place };
};

/** What the parser says when it runs out of stack helps nobody. */
const toldOf = ({ message }: Error): string => (/call stack/i.test(message) ? 'it is nested too deeply' : message);

const MOST_ALIASES = 100;

const hasRange = (node: unknown): node is { readonly range: readonly [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);

const decoded = (bytes: Uint8Array, path: string, what: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw refused('NOT_YAML', path, `${path}, ${what}, is not UTF-8`, "Save it as UTF-8 (Windows PowerShell's > writes UTF-16).", error);
  }
};

const refused = (code: string, scope: string, message: string, hint: string, cause: unknown): Trouble =>
  new Trouble(problem('usage', code, message, { scope, hint }), { cause });
