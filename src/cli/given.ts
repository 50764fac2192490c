import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { Config, ConfigValue } from './config.ts';
import { nameOf, type OptionSpec, SCAN_OPTIONS } from './options.ts';
import { didYouMean } from './suggest.ts';

/** Option values as they were written, before anything is made of them. */
export interface Given {
  /** The texts given for an option, by its long name without dashes; empty when it was not given. */
  texts(name: string): readonly string[];
  /** Where it was given, for messages: `--fail-on`, `REDVET_FAIL_ON`, or a place in a configuration file. */
  origin(name: string): string;
  /** Whether it was given on the command line. */
  isFlag(name: string): boolean;
  /** Whether it was given on the command line or in the environment, rather than in a configuration file. */
  isGiven(name: string): boolean;
  /** Whether it was given anywhere. */
  isSet(name: string): boolean;
  /** Null where there is none, and for a command that takes none. */
  readonly config: Config | null;
  isOn(name: string): boolean;
  count(name: string): number;
}

const variableOf = (name: string): string => `REDVET_${name.toUpperCase().replaceAll('-', '_')}`;

/** What commander parsed, each option completed by its environment variable, then by the configuration file: the first that says it wins. */
export const givenFrom = (
  specs: readonly OptionSpec[],
  parsed: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  config: Config | null = null,
): Given => {
  checkVariables(env);
  const isKnown = (name: string): boolean => specs.some((spec) => nameOf(spec) === name);
  const flag = (name: string): unknown => flagOf(parsed, name);
  const variable = (name: string): string | undefined => env[variableOf(name)] || undefined;
  // What a command does not take, a file may say for others.
  const inFile = (name: string): ConfigValue | null => (isKnown(name) ? (config?.option(name) ?? null) : null);
  return {
    config,
    origin: (name) => {
      if (flag(name) !== undefined) return `--${name}`;
      return variable(name) === undefined ? (inFile(name)?.origin ?? variableOf(name)) : variableOf(name);
    },
    isFlag: (name) => flag(name) !== undefined,
    isGiven: (name) => flag(name) !== undefined || variable(name) !== undefined,
    isSet: (name) => flag(name) !== undefined || variable(name) !== undefined || inFile(name) !== null,
    texts: (name) => {
      const value = flag(name);
      if (Array.isArray(value)) return value.map(String);
      if (typeof value === 'string') return [value];
      const text = variable(name);
      // `--no-waivers` takes back what else says where they are.
      if (value === false) return [];
      const isList = specs.some((spec) => nameOf(spec) === name && spec.type === 'list');
      if (text === undefined) {
        const texts = (inFile(name)?.values ?? []).map(String);
        return isList || texts.length === 0 ? texts : [texts.join(',')];
      }
      // `,` alone is an empty value, which is refused: it must not widen what is asked for.
      const parts = text.split(',').map((part) => part.trim());
      if (isList) return parts.some((part) => part !== '') ? parts.filter((part) => part !== '') : [''];
      return [text];
    },
    isOn: (name) => {
      if (flag(name) === true) return true;
      const text = variable(name);
      if (text !== undefined) return switchOf(variableOf(name), text);
      const said = inFile(name)?.values[0];
      return typeof said === 'boolean' && said !== name.startsWith('no-');
    },
    count: (name) => {
      const value = flag(name);
      return typeof value === 'number' ? value : countOf(variableOf(name), variable(name));
    },
  };
};

/** Commander writes `failOn` for `--fail-on`, and `progress: false` for `--no-progress`. */
const flagOf = (parsed: Readonly<Record<string, unknown>>, name: string): unknown => {
  const camel = (text: string): string => text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (name.startsWith('no-')) return parsed[camel(name.slice('no-'.length))] === false ? true : undefined;
  return parsed[camel(name)];
};

const ON = /^(?:1|true|yes|on)$/i;
const OFF = /^(?:0|false|no|off)$/i;

const switchOf = (variable: string, text: string | undefined): boolean => {
  if (text === undefined || OFF.test(text)) return false;
  if (ON.test(text)) return true;
  throw badValue(variable, text, 'is neither true nor false', 'Set it to true or false.');
};

const countOf = (variable: string, text: string | undefined): number => {
  if (text === undefined) return 0;
  if (/^[0-2]$/.test(text)) return Number(text);
  return Number(switchOf(variable, text));
};

/** A variable that is all but the name of an option is a slip that would loosen a gate in silence. */
const checkVariables = (env: Readonly<Record<string, string | undefined>>): void => {
  const known = new Map(SCAN_OPTIONS.map((spec) => [variableOf(nameOf(spec)).replaceAll('_', ''), variableOf(nameOf(spec))]));
  for (const name of Object.keys(env)) {
    const meant = name.toUpperCase().startsWith('REDVET_') ? known.get(name.toUpperCase().replaceAll('_', '')) : undefined;
    if (meant !== undefined && meant !== name) {
      throw new Trouble(
        problem('usage', 'UNKNOWN_VARIABLE', `the environment variable ${name} is not read by redvet`, {
          scope: name,
          hint: `Did you mean ${meant}?`,
        }),
      );
    }
  }
};

export const badValue = (origin: string, value: string, what: string, hint: string): Trouble =>
  new Trouble(problem('usage', 'BAD_VALUE', `${origin} ${JSON.stringify(value)} ${what}`, { scope: origin, hint }));

/**
 * A flag that changes nothing is a slip; a variable may be meant for other scans. What was given with it is not at fault, and may be
 * an address with a password.
 */
export const refuseFlags = (given: Given, names: readonly string[], what: string, hint: string): void => {
  const name = names.find((one) => given.isFlag(one));
  if (name === undefined) return;
  throw new Trouble(problem('usage', 'USAGE', `${given.origin(name)} ${what}`, { scope: given.origin(name), hint }));
};

/** The last text given for an option, which must be one of the words; the words are matched as written. */
export const wordOf = <T extends string>(given: Given, name: string, words: readonly T[], fallback: T): T => {
  const text = given.texts(name).at(-1);
  if (text === undefined) return fallback;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) {
    const several = text.split(',').every((one) => words.some((candidate) => candidate === one.trim()));
    const meant = several ? 'Give one of them.' : didYouMean(text, words);
    throw badValue(given.origin(name), text, 'is none of its values', `${meant} It takes ${words.join(', ')}.`.trim());
  }
  return word;
};

/** A whole number within limits. */
export const numberOf = (given: Given, name: string, least: number, most: number, fallback: number): number => {
  const text = given.texts(name).at(-1);
  if (text === undefined) return fallback;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw badValue(given.origin(name), text, 'is not a number in range', `It takes a whole number from ${least} to ${most}.`);
  }
  return number;
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds out of `500ms`, `30s`, `10m` or `1h`. */
export const durationOf = (given: Given, name: string, fallback: number): number => {
  const text = given.texts(name).at(-1);
  if (text === undefined) return fallback;
  const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(digits) * (UNITS[unit] ?? Number.NaN);
  if (!(ms >= 1 && ms <= LONGEST_MS)) {
    throw badValue(
      given.origin(name),
      text,
      'is not a duration',
      'It takes a number with a unit, such as 500ms, 30s, 10m or 1h; at most 24h.',
    );
  }
  return ms;
};

/** The last text, which must not be empty: an empty variable in a pipeline must not widen what is asked for. */
export const textOf = (given: Given, name: string): string | undefined => {
  const text = given.texts(name).at(-1);
  if (text !== undefined && text.trim() === '')
    throw badValue(given.origin(name), text, 'is empty', 'Give a value, or leave the option out.');
  return text;
};

export const listOf = (given: Given, name: string): readonly string[] => {
  const texts = given.texts(name);
  if (texts.some((text) => text.trim() === '')) {
    throw badValue(given.origin(name), '', 'is empty', 'Give a value, or leave the option out.');
  }
  return texts;
};
