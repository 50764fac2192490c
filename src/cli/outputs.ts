import { resolve } from 'node:path';
import { FORMATS, type Format } from '../reporters/index.ts';
import { badValue } from './given.ts';
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
      `${formatMeant(text, name)} The formats are ${FORMATS.join(', ')}; with a file: json=FILE.`.trim(),
    );
  }
  if (file === '') throw badValue(origin, text, 'has no file after the equals sign', 'Write json=FILE, or json alone for stdout.');
  if (format === 'none' && file !== null) throw badValue(origin, text, 'writes nothing, so it takes no file', 'Write none alone.');
  return { format, file };
};

/** Formats and files as other tools take them: `json,sarif`, `=json`, `json:r.json`, `r.json`. */
const formatMeant = (text: string, name: string): string => {
  const words = text.split(/[,;\s]+/).filter((word) => FORMATS.some((format) => format === word));
  if (words.length > 1) return `Each has an option of its own: ${words.map((word) => `-o ${word}=FILE`).join(' ')}.`;
  const behindEquals = FORMATS.find((known) => `=${known}` === text);
  if (behindEquals !== undefined) return `Write -o ${behindEquals} with a space, or --output=${behindEquals}.`;
  const [, before = '', extension = ''] = /^([a-z]+):|\.([a-z]+)$/.exec(text) ?? [];
  const format = FORMATS.find((known) => known === (before || extension));
  return format === undefined ? didYouMean(name, FORMATS) : `To a file it is: -o ${format}=FILE.`;
};

/** `json@1` pins the major version of the format; there is only that one. */
const versionless = (name: string, text: string, origin: string): string => {
  const [format = '', version] = name.split('@');
  if (version !== undefined && !(format === 'json' && version === '1')) {
    throw badValue(origin, text, 'asks for a version that does not exist', 'json@1 is the only one.');
  }
  return format;
};

/** Commands whose output is a text of their own, which the variable for scans does not concern. */
const CATALOGUE = /^(?:rules|explain|permissions|remediate|diff|waivers|doctor|init|schema|completion|help)$/;

const SCANNING = /^(?:scan|demo|report)$/;

/**
 * What of the outputs can be made out on a command line that could not be understood: a pipeline that asked for JSON gets JSON,
 * with the mistake in it, and one document only.
 */
export const guessOutputs = (line: readonly string[], env: Readonly<Record<string, string | undefined>>): readonly OutputRequest[] => {
  // What follows are names of files, whatever they look like.
  const end = line.indexOf('--');
  const argv = end < 0 ? line : line.slice(0, end);
  // Its output is a file of its own.
  if (argv[0] === 'collect') return [];
  const isCatalogue = argv.some((word) => CATALOGUE.test(word));
  const flags = argv.flatMap((word, index) => outputWord(word, argv[index + 1]));
  const variable = isCatalogue ? '' : (env['REDVET_OUTPUT'] ?? '');
  const texts = flags.length > 0 ? flags : variable.split(',').map((text) => text.trim());
  const guessed = texts.filter((text) => text !== '').flatMap(guessOutput);
  const [onStdout] = guessed.filter(({ file }) => file === null);
  // Without a command that writes reports, a report that is there must stay.
  const files = argv.some((word) => SCANNING.test(word)) ? guessed.filter(({ file }) => file !== null) : [];
  return [...files.filter(({ file }, index) => files.findIndex((other) => other.file === file) === index), ...(onStdout ? [onStdout] : [])];
};

/** The value of `-o`, also at the end of a bundle such as `-qo json`. */
const outputWord = (word: string, next: string | undefined): string | readonly string[] => {
  if (word === '--output' || /^-[a-zA-Z]*o$/.test(word)) return next ?? [];
  return /^(?:--output=|-[qv]*o=?)(.+)$/.exec(word)?.[1] ?? [];
};

const guessOutput = (text: string): readonly OutputRequest[] => {
  try {
    return readOutputs([text], '--output');
  } catch {
    const format = FORMATS.find((known) => known === /^(?:nd)?json\b/.exec(text)?.[0]);
    return format === undefined || text.includes('=') ? [] : [{ format, file: null }];
  }
};
