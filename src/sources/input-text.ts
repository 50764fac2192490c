import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import { wordHint } from './word-hint.ts';

/** Bytes of an input as text, whatever wrote them: PowerShell before version 6 writes UTF-16. */

/** The same as UTF-8 and without a byte order mark. */
export async function* utf8Of(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let decoder: Decoder | null | undefined;
  let first: Uint8Array = new Uint8Array();
  const encoder = new TextEncoder();
  for await (const chunk of bytes) {
    let rest = chunk;
    if (decoder === undefined) {
      first = concatenated(first, chunk);
      if (first.length < MARK_BYTES) continue;
      decoder = decoderFor(first);
      rest = decoder === null && hasMark(first) ? first.subarray(MARK_BYTES) : first;
    }
    yield decoder === null ? rest : encoder.encode(decoder.decode(rest, { stream: true }));
  }
  // What is shorter than a mark is all there is.
  const end = decoder === undefined ? first : new Uint8Array();
  decoder ??= decoderFor(first);
  yield decoder === null ? end : encoder.encode(decoder.decode(end));
}

type Decoder = InstanceType<typeof TextDecoder>;

const MARK_BYTES = 3;

const hasMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

/** Null for UTF-8. What begins a text in UTF-16 is of ASCII here, so that one of its bytes is zero also where no mark says so. */
const decoderFor = ([one, two]: Uint8Array): Decoder | null => {
  if ((one === 0xff && two === 0xfe) || (one !== 0 && two === 0)) return new TextDecoder('utf-16le');
  if ((one === 0xfe && two === 0xff) || (one === 0 && two !== 0)) return new TextDecoder('utf-16be');
  return null;
};

const concatenated = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
};

/** Bytes: what is no list has to be held as a whole, and a declaration of a person is far smaller. */
export const MOST_DOCUMENT_BYTES = 128 * 2 ** 20;

/** All of it as text. Throws `Trouble` (usage) for what is too large, or no text. */
export const wholeText = async (bytes: AsyncIterable<Uint8Array>, path: string): Promise<string> => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (error instanceof TypeError) throw notUnderstood(path, 'is not text: it holds bytes that are not UTF-8', 'Save it as UTF-8.');
      throw error;
    }
  };
  let text = '';
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MOST_DOCUMENT_BYTES)
      throw notUnderstood(path, `is larger than ${MOST_DOCUMENT_BYTES / 2 ** 20} MB`, 'Only inventories may be larger; split it.');
    text += decoded(chunk);
  }
  return text + decoded();
};

/** How an input is called in a message. */
export const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);

/** An input that is there and is nothing that can be judged; `what` follows its name. */
export const notUnderstood = (path: string, what: string, hint: string, code = 'NOT_UNDERSTOOD'): Trouble =>
  new Trouble(problem('usage', code, `${nameOf(path)} ${what}`, { scope: path, hint, affects: ['*'] }));

/** The code of an input that is well-formed and says nothing of caches: in a folder it is passed over. */
export const NOT_OURS = 'NOT_OURS';

/** That of one without anything in it. */
export const EMPTY_INPUT = 'EMPTY_INPUT';

/** An input that cannot be read, after an error of Node. */
export const unreadableInput = (path: string, error: unknown): Trouble => {
  const { code, why } = whyUnread(error);
  return new Trouble(
    problem('usage', 'CANNOT_READ', `${nameOf(path)} ${why}`, {
      scope: path,
      hint:
        code === 'ETIMEDOUT'
          ? 'See whether what writes to it goes on; it may be silent for ten times the --request-timeout.'
          : (wordHint(path) ??
            `Check the path and the right to read it.${code === 'ENOENT' && OUTPUT.test(path) ? ' To write a report there: -o json=FILE.' : ''}`),
      affects: ['*'],
    }),
    { cause: error },
  );
};

/** A name that reports are often given. */
const OUTPUT = /\.(?:json|ndjson|sarif|csv|xml|html|md)$/i;

/** What an error of Node says of a file, as what follows its name. */
export const whyUnread = (error: unknown): { readonly code: string | null; readonly why: string } => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  const why = WHY[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return { code, why: `cannot be read: ${why}${code === null ? '' : ` (${code})`}` };
};

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'no right to read it',
  EPERM: 'no right to read it',
  ELOOP: 'it is a link to itself',
  ENAMETOOLONG: 'the name is too long',
  ETIMEDOUT: 'nothing came for too long',
};
