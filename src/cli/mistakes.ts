import type { CommanderError } from 'commander';
import { type Problem, problem } from '../model/problem.ts';
import { FORMATS } from '../reporters/index.ts';
import { wordHint } from '../sources/word-hint.ts';
import { COMMANDS, type CommandSpec } from './commands.ts';
import { nameOf, type OptionSpec } from './options.ts';
import { didYouMean } from './suggest.ts';

/** What other tools call things: their options, one of ours that the command must have, and what to write instead. */
const OPTIONS_ELSEWHERE: readonly (readonly [words: string, needs: string, hint: string])[] = [
  ['format output-format report-format report-type formatter f', 'output', 'Write -o FORMAT, or -o FORMAT=FILE.'],
  [
    'out outfile out-file output-file output-path output-file-path report-path save',
    'output',
    'Write -o FORMAT=FILE, such as -o json=redvet.json.',
  ],
  [
    'severity level threshold severity-threshold severity-cutoff fail-severity fail-level minimum-severity',
    'fail-on',
    'Write --fail-on SEVERITY for the exit code, --min-severity SEVERITY for the rows of the table.',
  ],
  [
    'soft-fail exit-zero no-fail no-exit-code exit-code',
    'fail-on',
    'Write --fail-on none: what fails then no longer makes the exit code 1.',
  ],
  ['check checks include include-rule rule-id rule-ids select only tests', 'rule', 'Write --rule RULE, once for each.'],
  [
    'skip skip-check skip-checks exclude-rule exclude-rules exclude-check ignore ignore-rule disable disable-rule',
    'skip-rule',
    'Write --skip-rule RULE. One cache, until a day: see redvet waivers --help.',
  ],
  ['compliance benchmark benchmarks standard', 'framework', 'Write --framework ID; a wrong ID lists them all.'],
  ['no-color no-colour no-colors', 'color', 'Write --color never.'],
  ['debug trace log-level', 'verbose', 'Write -v, or -vv for more.'],
  ['silent no-summary', 'quiet', 'Write -q.'],
  ['all all-subscriptions', 'subscription', 'Leave it out: without -s, every subscription that you can see is read.'],
  ['tenant-id directory-id', 'tenant', 'Write --tenant ID.'],
  ['name cache-name resource', 'cache', 'Write --cache NAME.'],
  ['suppressions suppress exceptions ignore-file baseline-ignore', 'waivers', 'Write --waivers FILE.'],
  [
    'login username password client-id client-secret service-principal sp token access-token',
    'auth',
    'Sign in elsewhere: az login, or AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET in the environment. No secret stands on the command line.',
  ],
  ['file files directory dir path input target plan d', 'from', 'Files and folders stand alone: redvet scan FILE.'],
  ['apply fix auto-fix remediate', '', 'redvet changes nothing: redvet remediate RESULT prints a script to read, and to run yourself.'],
];

/** What other tools call the commands, or what is said without thinking. */
const COMMANDS_ELSEWHERE: readonly (readonly [words: string, command: string])[] = [
  ['check checks audit analyze analyse run test assess lint validate evaluate inspect', 'scan'],
  ['list ls list-rules list-checks controls policies catalog', 'rules'],
  ['fix apply repair', 'remediate'],
  ['show info describe why', 'explain'],
  ['compare delta', 'diff'],
  ['export dump snapshot', 'collect'],
  ['role rbac', 'permissions'],
  ['ignore suppress exceptions', 'waivers'],
  ['setup scaffold ci', 'init'],
  ['autocomplete', 'completion'],
  ['version', '--version'],
  ['config', 'scan --show-config'],
];

const NAMES = COMMANDS.map(({ name }) => name);

/** A word that is no command. */
export const unknownCommand = (word: string): Problem =>
  problem('usage', 'USAGE', `unknown command '${word}'`, { hint: `${commandMeant(word)} See: redvet --help`.trim() });

const isPath = (word: string): boolean => /[./\\]/.test(word);

const SCAN_FILE = 'A file or a folder is judged by: redvet scan FILE.';

const commandMeant = (word: string): string => {
  const known = COMMANDS_ELSEWHERE.find(([words]) => words.split(' ').includes(word.toLowerCase()));
  if (known !== undefined) return `Did you mean redvet ${known[1]}?`;
  if (word === 'login') return 'redvet signs in as you do elsewhere: az login, then redvet scan.';
  return isPath(word) ? SCAN_FILE : didYouMean(word, NAMES);
};

/** A command line that commander does not understand, told with what was meant where that can be told. */
export const usageProblem = ({ message, code }: CommanderError, argv: readonly string[]): Problem => {
  const [what = '', suggestion = ''] = message.replace(/^error: /, '').split('\n');
  const quoted = /'(.*)'/s.exec(what)?.[1] ?? '';
  if (code === 'commander.unknownCommand') return unknownCommand(quoted);
  const command = COMMANDS.find(({ name }) => argv.includes(name));
  const see = `See: redvet ${command ? `${command.name} ` : ''}--help`;
  const tell = (text: string, hint: string): Problem => problem('usage', 'USAGE', text, { hint: `${hint} ${see}`.trim() });
  if (code === 'commander.missingArgument' && command !== undefined) return tell(what, argumentMissing(command, quoted));
  if (code === 'commander.optionMissingArgument' && command !== undefined)
    return tell(`${/--[a-z-]+/.exec(quoted)} has no value`, valueMissing(command, quoted));
  // The value of an unknown option may be a secret that was meant for another tool.
  const text = what.replace(/^(unknown option '--[\w-]+)=.*'$/s, "$1'");
  const fallback = suggestion.replace(/^\(|\)$/g, '');
  if (code !== 'commander.unknownOption') return tell(text, fallback);
  return tell(text, optionMeant(quoted, command, argv) ?? fallback);
};

const argumentMissing = ({ name, argument, second }: CommandSpec, missing: string): string => {
  const all = [argument, second].filter((one) => one !== undefined);
  const [, description = ''] = all.find(([word]) => word.slice(1, -1) === missing) ?? [];
  const words = all.map(([word]) => word.slice(1, -1).toUpperCase());
  return `Write: redvet ${name} ${words.join(' ')}. ${missing.toUpperCase()}: ${description}.`;
};

const valueMissing = ({ specs }: CommandSpec, flags: string): string => {
  const words = specs.find((spec) => spec.flags === flags)?.words;
  return words === undefined ? 'Put its value behind it.' : `It takes ${words.join(', ')}.`;
};

/** Null where nobody can tell. */
const optionMeant = (option: string, command: CommandSpec | undefined, argv: readonly string[]): string | null => {
  const [word = '', attached] = option.split(/=(.*)/s);
  const name = word.replace(/^-+/, '');
  const at = argv.findIndex((one) => one === option || one.startsWith(`${word}=`));
  if (command === undefined) return NAMES.includes(name) ? `Did you mean redvet ${name}?` : null;
  if (at >= 0 && at < argv.indexOf(command.name)) return `Options stand behind the command: redvet ${command.name} ${word} ...`;
  const value = attached ?? argv[at + 1] ?? '';
  const has = (needed: string): OptionSpec | undefined => command.specs.find((spec) => nameOf(spec) === needed);
  const [, needs = '', hint] =
    OPTIONS_ELSEWHERE.find(([words, needed]) => words.split(' ').includes(name) && (needed === '' || has(needed))) ?? [];
  // Only a word that we know is repeated: another may be a secret.
  if (hint !== undefined) return has(needs)?.words?.includes(value) ? hint.replaceAll(/FORMAT|SEVERITY/g, value) : hint;
  if (has('output')?.words?.includes(name)) return `Write -o ${name}.`;
  const others = COMMANDS.filter(({ specs }) => specs.some((spec) => spec.flags.split(/[, ]+/).includes(word))).map((one) => one.name);
  if (others.length === 0) return null;
  const [last = '', ...before] = others.map((one) => `redvet ${one}`).reverse();
  const all = before.length === 0 ? last : `${before.reverse().join(', ')} and ${last}`;
  return `redvet ${command.name} does not take it; ${all} ${others.length > 1 ? 'do' : 'does'}.`;
};

/** A word more than a command takes. */
export const excess = ({ name, specs, argument }: CommandSpec, word: string, argv: readonly string[]): Problem =>
  problem('usage', 'USAGE', `redvet ${name} does not take the argument ${JSON.stringify(word)}`, {
    hint: `${excessMeant(specs, argument === undefined, word, argv)} See: redvet ${name} --help`.trim(),
  });

const excessMeant = (specs: readonly OptionSpec[], isFileless: boolean, word: string, argv: readonly string[]): string => {
  const [option = '', before = ''] = argv.slice(Math.max(0, argv.indexOf(word) - 2), Math.max(0, argv.indexOf(word)));
  const called = (flag: string): OptionSpec | undefined => specs.find(({ flags }) => flags.split(/[, ]+/).includes(flag));
  const asked = called(option);
  if (called(before)?.flags.includes('<') === false) return `${before} takes no value.`;
  if (asked?.flags.includes('[=file]') && FORMATS.some((format) => format === before))
    return `A file stands behind an equals sign: -o ${before}=FILE.`;
  if (asked?.flags.includes('<')) return `If it belongs to ${option}, put both words in quotes.`;
  return wordHint(word) ?? (isPath(word) && isFileless ? SCAN_FILE : '');
};
