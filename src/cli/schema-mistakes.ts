import { Trouble } from '../errors.ts';
import { count } from '../model/count.ts';
import { problem } from '../model/problem.ts';
import { redacted } from '../model/redact.ts';
import type { SchemaError } from '../schemas/validators.ts';
import { didYouMean } from './suggest.ts';
import type { YamlFile } from './yaml-file.ts';

/** Something in a file that a person wrote and has to put right. */
export interface Mistake {
  /** `file:line:column` */
  readonly place: string;
  readonly message: string;
  readonly hint: string;
}

/** What a schema does not allow, in the words of a person, in the order of the file. */
export const mistakesIn = (file: YamlFile, errors: readonly SchemaError[]): readonly Mistake[] =>
  errors
    // What a condition asks for is told by an error of its own.
    .filter(({ keyword }) => keyword !== 'if')
    .map((error) => mistakeOf(file, error))
    .sort((a, b) => lineOf(a) - lineOf(b));

/** Throws the first, and says how many more there are. */
export const refuseMistakes = (mistakes: readonly Mistake[]): void => {
  const [first] = mistakes;
  if (first === undefined) return;
  const more = mistakes.length === 1 ? '' : ` (and ${count(mistakes.length - 1, 'more mistake')} in the file)`;
  throw new Trouble(problem('usage', 'BAD_FILE', `${first.place}: ${first.message}${more}`, { scope: first.place, hint: first.hint }));
};

const lineOf = ({ place }: Mistake): number => {
  const [, line = '0', column = '0'] = /:(\d+):(\d+)$/.exec(place) ?? [];
  return Number(line) * 10_000 + Number(column);
};

const mistakeOf = (file: YamlFile, { path, keyword, params, schema }: SchemaError): Mistake => {
  const value = path.reduce<unknown>((found, step) => Object.entries(Object(found)).find(([key]) => key === String(step))?.[1], file.value);
  const name = nameOf(path);
  const mistake = (message: string, hint: string): Mistake => ({ place: file.place(path), message, hint });
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys(Object(schema['properties']));
      return {
        place: file.place([...path, key], 'key'),
        message: `${nameOf([...path, key])} is nothing that redvet knows`,
        hint: `${didYouMean(key, known)} ${path.length === 0 ? 'It' : name} takes ${known.join(', ')}.`.trim(),
      };
    }
    case 'required':
      return mistake(
        `${path.length === 0 ? 'it' : name} has no ${params['missingProperty']}`,
        requiredHint(schema, String(params['missingProperty'])),
      );
    case 'enum': {
      const words = wordsIn(params['allowedValues']);
      return mistake(
        `${name} is ${shown(value)}, which is none of its values`,
        `${didYouMean(String(value), words)} It takes ${words.join(', ')}.`.trim(),
      );
    }
    case 'const':
      return mistake(`${name} is ${shown(value)}`, `It has to be ${shown(params['allowedValue'])}.`);
    case 'type':
      return mistake(
        `${name} is ${shown(value)}`,
        `It has to be ${wordsIn(schema['type'])
          .map((type) => TYPES[type] ?? type)
          .join(' or ')}.`,
      );
    case 'minimum':
    case 'maximum':
      return mistake(
        `${name} is ${shown(value)}, which is out of range`,
        `It takes a whole number from ${schema['minimum']} to ${schema['maximum']}.`,
      );
    case 'minItems':
      return mistake(`${name} is an empty list`, 'Put something in, or leave it out.');
    default: {
      const isEmpty = typeof value === 'string' && value.trim() === '';
      const what = typeof schema['description'] === 'string' ? schema['description'] : 'Give it a value, or leave it out.';
      return mistake(isEmpty ? `${name} is empty` : `${name} is ${shown(value)}, which is not of its form`, what);
    }
  }
};

const TYPES: Readonly<Record<string, string>> = {
  object: 'keys with values',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

/** `waivers[2].expires` */
const nameOf = (path: SchemaError['path']): string =>
  path.reduce<string>((name, step) => (typeof step === 'number' ? `${name}[${step}]` : `${name}${name === '' ? '' : '.'}${step}`), '') ||
  'it';

const wordsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

/** What the one that is missing is, where the schema says. */
const requiredHint = (schema: SchemaError['schema'], name: string): string => {
  const described = Object(Object(schema['properties'])[name])['description'];
  return typeof described === 'string' ? `${name}: ${described}` : `Add ${name}.`;
};

const MOST_CHARACTERS = 60;

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys with values';
  const text = redacted(JSON.stringify(value));
  return text.length > MOST_CHARACTERS ? `${Array.from(text).slice(0, MOST_CHARACTERS).join('')}...` : text;
};
