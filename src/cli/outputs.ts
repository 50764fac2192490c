import { resolve } from 'node:path';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import { FORMATS, type Format } from '../reporters/index.ts';
import { badValue } from './options.ts';
import { didYouMean } from './suggest.ts';

/** One report to write: `file` is null for stdout. */
export interface OutputRequest {
  readonly format: Format;
  readonly file: string | null;
}

/** Reads `FORMAT[=FILE]` texts; none means a table on stdout. Throws `Trouble` (usage). */
export const readOutputs = (texts: readonly string[], origin: string): readonly OutputRequest[] => {
  if (texts.length === 0) return [{ format: 'table', file: null }];
  const outputs = texts.map((text) => readOutput(text, origin));
  const onStdout = outputs.filter(({ format, file }) => file === null && format !== 'none');
  if (onStdout.length > 1) {
    throw badValue(
      origin,
      onStdout.map(({ format }) => format).join(', '),
      'would mix two reports on stdout',
      'Send all but one to a file: -o json=FILE.',
    );
  }
  const files = outputs.flatMap(({ file }) => (file === null ? [] : [resolve(file)]));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) throw badValue(origin, twice, 'is named twice', 'Give each report a file of its own.');
  return outputs;
};

const readOutput = (text: string, origin: string): OutputRequest => {
  const [name = '', ...rest] = text.split('=');
  const file = text.includes('=') ? rest.join('=') : null;
  const format = FORMATS.find((known) => known === versionless(name, text, origin));
  if (format === undefined) {
    throw badValue(
      origin,
      text,
      'names no format',
      `${didYouMean(name, FORMATS)} The formats are ${FORMATS.join(', ')}; with a file: json=FILE.`.trim(),
    );
  }
  if (file === '') throw badValue(origin, text, 'has no file after the equals sign', 'Write json=FILE, or json alone for stdout.');
  if (format === 'none' && file !== null) throw badValue(origin, text, 'writes nothing, so it takes no file', 'Write none alone.');
  return { format, file };
};

/** `json@1` pins the major version of the format; there is only that one. */
const versionless = (name: string, text: string, origin: string): string => {
  const [format = '', version] = name.split('@');
  if (version !== undefined && !(format === 'json' && version === '1')) {
    throw badValue(origin, text, 'asks for a version that does not exist', 'json@1 is the only one.');
  }
  return format;
};

/**
 * What of the outputs can be made out on a command line that could not be understood: a pipeline that asked for JSON gets JSON,
 * with the mistake in it.
 */
export const guessOutputs = (argv: readonly string[], env: Readonly<Record<string, string | undefined>>): readonly OutputRequest[] => {
  const texts = argv.flatMap((word, index) => {
    if (word === '-o' || word === '--output') return argv[index + 1] ?? [];
    return /^(?:--output=|-o=?)(.+)$/.exec(word)?.[1] ?? [];
  });
  const asked = texts.length > 0 ? texts : (env['REDVET_OUTPUT'] ?? '').split(',').filter((text) => text !== '');
  return asked.flatMap((text) => {
    try {
      return readOutputs([text], '--output');
    } catch {
      return /^json\b/.test(text) && !text.includes('=') ? [{ format: 'json' as const, file: null }] : [];
    }
  });
};

export const unwritable = (file: string, error: unknown): Trouble => {
  const { code } = error as NodeJS.ErrnoException;
  const why = WHY[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return new Trouble(
    problem('output', 'CANNOT_WRITE', `cannot write ${file}: ${why}${code ? ` (${code})` : ''}`, {
      scope: file,
      hint: 'Give another path, or make room or rights there. What was there before is untouched.',
    }),
    { cause: error },
  );
};

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'no right to write there',
  EPERM: 'no right to write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
};
