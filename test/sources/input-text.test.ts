import { describe, expect, it } from 'vitest';
import { Trouble } from '../../src/errors.ts';
import { type Problem, problem } from '../../src/model/problem.ts';
import { MOST_DOCUMENT_BYTES, unreadableInput, utf8Of, wholeText } from '../../src/sources/input-text.ts';

const TEXT = '{"name": "Zürich – 日本 😀", "on": true}\n';

/** Without a mark, as the encoding of Node has it. */
const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => utf16le(text).swap16();

const marked = (mark: readonly number[], bytes: Buffer): Buffer => Buffer.concat([Buffer.from(mark), bytes]);

const ENCODINGS: readonly { readonly name: string; readonly of: (text: string) => Buffer }[] = [
  { name: 'UTF-8', of: (text) => Buffer.from(text) },
  { name: 'UTF-8 with a mark', of: (text) => marked([0xef, 0xbb, 0xbf], Buffer.from(text)) },
  { name: 'UTF-16LE', of: utf16le },
  { name: 'UTF-16LE with a mark', of: (text) => marked([0xff, 0xfe], utf16le(text)) },
  { name: 'UTF-16BE', of: utf16be },
  { name: 'UTF-16BE with a mark', of: (text) => marked([0xfe, 0xff], utf16be(text)) },
];

async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const utf8 = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of utf8Of(bytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Trouble) return error.problem;
    throw error;
  }
  throw new Error('it was read');
};

describe('bytes as UTF-8', () => {
  it.each(ENCODINGS)('are the text without a mark, out of $name', async ({ of }) => {
    expect(await utf8(chunksOf(of(TEXT)))).toEqual(Buffer.from(TEXT));
  });

  it.each(ENCODINGS)('are the same wherever a chunk of $name ends', async ({ of }) => {
    const bytes = of(TEXT);
    for (let at = 0; at <= bytes.length; at += 1) {
      const text = (await utf8(chunksOf(bytes.subarray(0, at), bytes.subarray(at)))).toString();
      expect({ at, text }).toEqual({ at, text: TEXT });
    }
  });

  it.each(ENCODINGS)('are the same where each byte of $name comes alone, with nothing between', async ({ of }) => {
    const single = [...of(TEXT)].flatMap((byte) => [Uint8Array.of(byte), new Uint8Array()]);
    expect((await utf8(chunksOf(...single))).toString()).toBe(TEXT);
  });

  it.each(ENCODINGS)('are one character out of $name, and none where there is none', async ({ of }) => {
    expect((await utf8(chunksOf(of('[')))).toString()).toBe('[');
    expect((await utf8(chunksOf(of('')))).toString()).toBe('');
    expect((await utf8(chunksOf())).toString()).toBe('');
  });

  it('keep a mark that is not at the beginning, and what is no UTF-8', async () => {
    const odd = Buffer.concat([Buffer.from('a\ufeffb'), Buffer.from([0xc3, 0x28, 0xff])]);
    expect(await utf8(chunksOf(odd))).toEqual(odd);
  });

  it('end with a mark of replacement where UTF-16 is cut within a character', async () => {
    expect((await utf8(chunksOf(marked([0xff, 0xfe], utf16le('ab')).subarray(0, -1)))).toString()).toBe('a\ufffd');
  });

  it('end with the error of what they come from', async () => {
    const broken = (async function* () {
      yield utf16le(TEXT);
      throw new Error('the disk is gone');
    })();
    await expect(utf8(broken)).rejects.toThrow('the disk is gone');
  });
});

describe('a whole text', () => {
  it.each(ENCODINGS)('is the same out of $name', async ({ of }) => {
    expect(await wholeText(utf8Of(chunksOf(of(TEXT))), 'a.json')).toBe(TEXT);
  });

  it('is the same wherever a chunk ends', async () => {
    const bytes = Buffer.from(TEXT);
    for (let at = 0; at <= bytes.length; at += 1)
      expect(await wholeText(chunksOf(bytes.subarray(0, at), bytes.subarray(at)), 'a.json')).toBe(TEXT);
  });

  it.each([
    { what: 'a byte that begins nothing', bytes: [0x22, 0xff, 0x22] },
    { what: 'a byte that goes on with nothing', bytes: [0x22, 0x80, 0x22] },
    { what: 'a character that is not ended', bytes: [0x22, 0xc3, 0x22] },
    { what: 'a character written longer than need be', bytes: [0xc0, 0xaf] },
    { what: 'half a pair of UTF-16', bytes: [0xed, 0xa0, 0x80] },
    { what: 'the end cut within a character', bytes: [0x22, 0xf0, 0x9f, 0x98] },
  ])('is refused for $what', async ({ bytes }) => {
    expect(await problemOf(wholeText(chunksOf(Uint8Array.from(bytes)), 'infra/a.json'))).toEqual(
      problem('usage', 'NOT_UNDERSTOOD', 'infra/a.json is not text: it holds bytes that are not UTF-8', {
        scope: 'infra/a.json',
        hint: 'Save it as UTF-8.',
        affects: ['*'],
      }),
    );
  });

  it('is refused when it is too large, as soon as that is known', async () => {
    const chunk = new Uint8Array(2 ** 20).fill(0x20);
    let given = 0;
    const endless = (async function* () {
      for (;;) {
        given += chunk.length;
        yield chunk;
      }
    })();
    expect(await problemOf(wholeText(endless, '-'))).toMatchObject({
      kind: 'usage',
      code: 'NOT_UNDERSTOOD',
      message: 'standard input is larger than 128 MB',
      scope: '-',
      hint: 'Only inventories may be larger; split it.',
    });
    expect(given).toBe(MOST_DOCUMENT_BYTES + chunk.length);
  });

  it('may be exactly as large as that', async () => {
    const chunk = new Uint8Array(2 ** 20).fill(0x20);
    const chunks = Array.from({ length: MOST_DOCUMENT_BYTES / chunk.length }, () => chunk);
    expect(await wholeText(chunksOf(...chunks), '-')).toHaveLength(MOST_DOCUMENT_BYTES);
  });

  it('does not take a bug in what it comes from for bytes that are no text', async () => {
    const buggy = (async function* () {
      yield Buffer.from('{');
      throw new TypeError('x is not a function');
    })();
    await expect(wholeText(buggy, 'a.json')).rejects.toThrow(new TypeError('x is not a function'));
  });
});

describe('an input that cannot be read', () => {
  const nodeError = (code: string, message = 'x') => Object.assign(new Error(message), { code });

  it.each([
    ['ENOENT', 'there is no such file (ENOENT)'],
    ['EISDIR', 'it is a folder (EISDIR)'],
    ['ENOTDIR', 'a part of the path is not a folder (ENOTDIR)'],
    ['EACCES', 'no right to read it (EACCES)'],
    ['EPERM', 'no right to read it (EPERM)'],
    ['ELOOP', 'it is a link to itself (ELOOP)'],
    ['ENAMETOOLONG', 'the name is too long (ENAMETOOLONG)'],
    ['EIO', 'x (EIO)'],
  ])('says why in words: %s', (code, why) => {
    const error = nodeError(code);
    const trouble = unreadableInput('infra/main.tf', error);
    expect(trouble.problem).toEqual(
      problem('usage', 'CANNOT_READ', `infra/main.tf cannot be read: ${why}`, {
        scope: 'infra/main.tf',
        hint: 'Check the path and the right to read it.',
        affects: ['*'],
      }),
    );
    expect(trouble.cause).toBe(error);
  });

  it('says of a silent pipe how long it may be silent', () => {
    expect(unreadableInput('-', nodeError('ETIMEDOUT')).problem).toMatchObject({
      message: 'standard input cannot be read: nothing came for too long (ETIMEDOUT)',
      hint: 'See whether what writes to it goes on; it may be silent for ten times the --request-timeout.',
    });
  });

  it('says what it can of what is no error of Node', () => {
    expect(unreadableInput('a', new Error('odd')).problem.message).toBe('a cannot be read: odd');
    expect(unreadableInput('a', 'odd').problem.message).toBe('a cannot be read: odd');
  });
});
