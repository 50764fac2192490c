import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import { didYouMean } from './suggest.ts';

/** One long option: how it is written, where it stands in the help, what an environment variable of the same name may hold. */
export interface OptionSpec {
  /** As commander reads it: `-s, --subscription <id|name>`. */
  readonly flags: string;
  readonly group: OptionGroup;
  readonly help: string;
  readonly type: 'text' | 'list' | 'switch' | 'count';
}

export type OptionGroup = 'Scope' | 'Sign-in' | 'Rules' | 'Gate' | 'Output' | 'Run';

const SHARED: readonly OptionSpec[] = [
  { flags: '--rule <id|alias|glob>', group: 'Rules', type: 'list', help: 'judge by this rule only (repeat for more)' },
  { flags: '--skip-rule <id|alias|glob>', group: 'Rules', type: 'list', help: 'leave this rule out (repeat for more)' },
  {
    flags: '--fail-on <severity>',
    group: 'Gate',
    type: 'text',
    help: 'least severity that makes the exit code 1: critical, high, medium, low, info, none (default: high)',
  },
  { flags: '--allow-incomplete', group: 'Gate', type: 'switch', help: 'exit 0 instead of 3 when something could not be read' },
  { flags: '--allow-empty', group: 'Gate', type: 'switch', help: 'exit 0 instead of 5 when there is no cache' },
  {
    flags: '-o, --output <format[=file]>',
    group: 'Output',
    type: 'list',
    help: 'table, json or none, to stdout or to a file (repeat for more; default: table)',
  },
  { flags: '--show <outcomes>', group: 'Output', type: 'text', help: 'rows of the table: fail,unknown,pass,not_applicable,not_evaluated' },
  { flags: '--min-severity <severity>', group: 'Output', type: 'text', help: 'hide milder rows of the table; never changes the gate' },
  { flags: '--wide', group: 'Output', type: 'switch', help: 'table with passes, evidence and every fix' },
  { flags: '--color <when>', group: 'Output', type: 'text', help: 'auto, always or never (default: auto)' },
  { flags: '--no-progress', group: 'Output', type: 'switch', help: 'no progress on stderr' },
  { flags: '-q, --quiet', group: 'Output', type: 'switch', help: 'only errors on stderr' },
  { flags: '-v, --verbose', group: 'Output', type: 'count', help: 'say more on stderr; -vv adds stacks' },
  { flags: '--concurrency <n>', group: 'Run', type: 'text', help: 'subscriptions read at a time, 1 to 256 (default: 32)' },
  { flags: '--timeout <duration>', group: 'Run', type: 'text', help: 'for the whole run, such as 90s or 10m (default: 10m)' },
  { flags: '--request-timeout <duration>', group: 'Run', type: 'text', help: 'for one request, body included (default: 30s)' },
  { flags: '--retries <n>', group: 'Run', type: 'text', help: 'attempts after the first, 0 to 20 (default: 5)' },
];

const LIVE: readonly OptionSpec[] = [
  {
    flags: '-s, --subscription <id|name>',
    group: 'Scope',
    type: 'list',
    help: 'read this subscription only (repeat for more; default: every one you can see)',
  },
  {
    flags: '--auth <kind>',
    group: 'Sign-in',
    type: 'text',
    help: 'auto, cli, env, workload, managed, powershell or azd (default: auto, the DefaultAzureCredential)',
  },
  { flags: '--tenant <id>', group: 'Sign-in', type: 'text', help: 'tenant to sign in to' },
  { flags: '--cloud <name>', group: 'Sign-in', type: 'text', help: 'public, usgov or china (default: public)' },
  { flags: '--arm-endpoint <url>', group: 'Sign-in', type: 'text', help: 'Resource Manager of a private cloud' },
  { flags: '--authority <url>', group: 'Sign-in', type: 'text', help: 'sign-in host of a private cloud' },
  { flags: '--audience <url>', group: 'Sign-in', type: 'text', help: 'resource that tokens are for (default: the Resource Manager)' },
];

export const SCAN_OPTIONS: readonly OptionSpec[] = [...LIVE, ...SHARED];
export const DEMO_OPTIONS: readonly OptionSpec[] = SHARED;

/** Option values as they were written, before anything is made of them. */
export interface Given {
  /** The texts given for an option, by its long name without dashes; empty when it was not given. */
  texts(name: string): readonly string[];
  /** Where it was given, for messages: `--fail-on` or `REDVET_FAIL_ON`. */
  origin(name: string): string;
  isOn(name: string): boolean;
  count(name: string): number;
}

/** The long name: `fail-on` for `--fail-on <severity>`. */
export const nameOf = ({ flags }: OptionSpec): string => /--([a-z-]+)/.exec(flags)?.[1] ?? flags;

const variableOf = (name: string): string => `REDVET_${name.toUpperCase().replaceAll('-', '_')}`;

/** What commander parsed, each option completed by its environment variable. A flag wins over the variable. */
export const givenFrom = (
  specs: readonly OptionSpec[],
  parsed: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Given => {
  checkVariables(env);
  const flag = (name: string): unknown => flagOf(parsed, name);
  const variable = (name: string): string | undefined => env[variableOf(name)] || undefined;
  return {
    origin: (name) => (flag(name) === undefined ? variableOf(name) : `--${name}`),
    texts: (name) => {
      const value = flag(name);
      if (Array.isArray(value)) return value.map(String);
      if (typeof value === 'string') return [value];
      const text = variable(name);
      if (text === undefined) return [];
      const isList = specs.some((spec) => nameOf(spec) === name && spec.type === 'list');
      return isList
        ? text
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : [text];
    },
    isOn: (name) => (flag(name) === true ? true : switchOf(variableOf(name), variable(name))),
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

/** The last text given for an option, which must be one of the words; the words are matched as written. */
export const wordOf = <T extends string>(given: Given, name: string, words: readonly T[], fallback: T): T => {
  const text = given.texts(name).at(-1);
  if (text === undefined) return fallback;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) {
    throw badValue(given.origin(name), text, 'is none of its values', `${didYouMean(text, words)} It takes ${words.join(', ')}.`.trim());
  }
  return word;
};

/** A whole number within limits. */
export const numberOf = (given: Given, name: string, least: number, most: number, fallback: number): number => {
  const text = given.texts(name).at(-1);
  if (text === undefined) return fallback;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw badValue(given.origin(name), text, 'is out of range', `It takes a whole number from ${least} to ${most}.`);
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
