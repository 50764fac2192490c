import { FRAMEWORK_IDS, frameworkOf } from '../../rules/frameworks.ts';
import { RULES } from '../../rules/index.ts';
import { COMMANDS, type CommandSpec } from '../commands.ts';
import { nameOf, type OptionSpec } from '../options.ts';
import { VERSION } from '../version.ts';

/** What may stand as a value. `free`: only the person knows. `commas`: several of the words. `formats`: a word, or a word and a file after `=`. */
export type Values =
  | { readonly kind: 'words' | 'commas' | 'formats'; readonly words: readonly string[] }
  | { readonly kind: 'rules' | 'frameworks' | 'files' | 'free' };

/** A word with what a shell can show beside it. */
export interface Word {
  readonly text: string;
  readonly help: string;
}

export interface CompletedCommand extends Word {
  /** One for each argument, in order. */
  readonly takes: readonly Values[];
  /** Whether the last of them may be repeated. */
  readonly isMany: boolean;
}

/** An option as it is in one or several commands. */
export interface CompletedOption {
  /** `-s` and `--subscription`, or the long one alone. */
  readonly names: readonly string[];
  readonly help: string;
  /** Null for a switch. */
  readonly takes: Values | null;
  readonly isRepeated: boolean;
  readonly commands: readonly string[];
}

/** Everything that a shell can be told of the command line, once, for whatever shell. */
export interface Completed {
  readonly version: string;
  readonly commands: readonly CompletedCommand[];
  readonly options: readonly CompletedOption[];
  readonly formats: readonly string[];
  readonly rules: readonly Word[];
  readonly frameworks: readonly Word[];
}

/** What stands before any command. */
export const GLOBAL_OPTIONS: readonly Omit<CompletedOption, 'commands'>[] = [
  { names: ['-V', '--version'], help: 'print the version', takes: null, isRepeated: false },
  { names: ['-h', '--help'], help: 'print this help', takes: null, isRepeated: false },
];

/** All there is, out of what help and the parser are made of: a script cannot lag behind them. */
export const completed = (specs: readonly CommandSpec[] = COMMANDS): Completed => {
  const names = specs.map(({ name }) => name);
  const options = specs.flatMap((command) => command.specs.map((spec) => ({ ...completedOption(spec), commands: [command.name] })));
  const help = { names: ['-h', '--help'], help: 'print this help', takes: null, isRepeated: false, commands: names };
  return {
    version: VERSION,
    commands: [
      ...specs.map(completedCommand),
      { text: 'help', help: 'print the help of a command', takes: [{ kind: 'words', words: names }], isMany: false },
    ],
    options: [...merged(options), help],
    formats: options.flatMap(({ takes }) => (takes?.kind === 'formats' ? [takes.words] : []))[0] ?? [],
    rules: RULES.flatMap(({ id, title, aliases }) => [{ text: id, help: title }, ...aliases.map((alias) => ({ text: alias, help: id }))]),
    frameworks: FRAMEWORK_IDS.map((id) => ({ text: id, help: frameworkOf(id, []).title })),
  };
};

const completedCommand = ({ name, description, argument, second, words }: CommandSpec): CompletedCommand => {
  const takes = [argument, second].flatMap((one) => (one === undefined ? [] : [argumentValues(one[0], words)]));
  return { text: name, help: description, takes, isMany: argument?.[0].includes('...') ?? false };
};

/** An argument without words of its own, and that is no rule, is a file. */
const argumentValues = (name: string, words: readonly string[] | undefined): Values => {
  if (words !== undefined) return { kind: 'words', words };
  return { kind: name === '<rule>' ? 'rules' : 'files' };
};

const completedOption = (spec: OptionSpec): Omit<CompletedOption, 'commands'> => ({
  names: spec.flags.split(/, | /).filter((word) => word.startsWith('-')),
  help: spec.help,
  takes: optionValues(spec),
  isRepeated: spec.type === 'list' || spec.type === 'count',
});

/** By how the value is called in the help: what stands there is said to people, too. */
const optionValues = (spec: OptionSpec): Values | null => {
  const placeholder = /<(.*)>/.exec(spec.flags)?.[1];
  if (placeholder === undefined) return null;
  if (nameOf(spec) === 'framework') return { kind: 'frameworks' };
  if (placeholder === 'id|alias|glob') return { kind: 'rules' };
  if (placeholder === 'file') return { kind: 'files' };
  if (spec.words === undefined) return { kind: 'free' };
  return { kind: KINDS[placeholder] ?? 'words', words: spec.words };
};

const KINDS: Readonly<Record<string, 'commas' | 'formats'>> = { outcomes: 'commas', 'format[=file]': 'formats' };

/** Options that are the same in several commands, once. */
const merged = (options: readonly CompletedOption[]): readonly CompletedOption[] => {
  const found = new Map<string, CompletedOption>();
  for (const option of options) {
    const key = JSON.stringify({ ...option, commands: [] });
    found.set(key, { ...option, commands: [...(found.get(key)?.commands ?? []), ...option.commands] });
  }
  return [...found.values()];
};

/** The head of every script: what it is, and how it comes to be used. */
export const header = (shell: string, version: string, install: string): string =>
  `# What redvet ${version} takes, for ${shell}: it runs nothing and reads nothing. To install it:
${install.replace(/^/gm, '#   ')}
# Make it anew after an update of redvet.
`;

/** In single quotes, as the shells of Unix understand them. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
