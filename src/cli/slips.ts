import { type Problem, problem } from '../model/problem.ts';
import type { CommandSpec } from './commands.ts';
import { nameOf, type OptionSpec } from './options.ts';

/** What commander would understand, and nobody means: told before anything is read. */
export const slipIn = (command: CommandSpec, argv: readonly string[]): Problem | null => {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return oneDash(command, words) ?? swallowed(command, words);
};

/** `-output json` is `-o utput` and a file of that name; `-graph-only` is a resource group. */
const oneDash = ({ specs }: CommandSpec, words: readonly string[]): Problem | null => {
  const names = specs.map(nameOf);
  const word = words.find((one) => names.includes(/^-([a-z][a-z-]+)(?:=|$)/.exec(one)?.[1] ?? ''));
  if (word === undefined) return null;
  const [option = ''] = word.split('=');
  return problem('usage', 'USAGE', `${option} has one dash only`, { scope: option, hint: `Did you mean -${option}?` });
};

/** `-s --fail-on high` is about a subscription of that name. */
const swallowed = ({ specs }: CommandSpec, words: readonly string[]): Problem | null => {
  const takers = new Set(specs.filter(({ flags }) => flags.includes('<')).flatMap(namesOf));
  const known = new Set(['-h', '--help', ...specs.flatMap(namesOf)]);
  const at = words.findIndex((word, index) => takers.has(word) && known.has(words[index + 1] ?? ''));
  if (at < 0) return null;
  return problem('usage', 'USAGE', `${words[at]} has no value: ${words[at + 1]} stands in its place`, {
    scope: words[at] ?? null,
    hint: 'Put its value behind it, or leave it out.',
  });
};

/** `-s` and `--subscription`. */
const namesOf = ({ flags }: OptionSpec): readonly string[] => flags.split(/[, ]+/).filter((word) => word.startsWith('-'));
