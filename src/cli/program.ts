import { Command, CommanderError, Option } from 'commander';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { Io } from './io.ts';
import { DEMO_OPTIONS, type Given, givenFrom, type OptionSpec, SCAN_OPTIONS } from './options.ts';
import { VERSION } from './version.ts';

/** What a command line means: a command to run, or an exit code because everything was said already. */
export type Invocation = { readonly run: () => Promise<number> } | { readonly exitCode: number };

const EXAMPLES = `
Examples:
  $ redvet demo                                  a sample estate; needs no Azure
  $ redvet scan                                  every subscription that you can see
  $ redvet scan -s prod -o json | jq '.summary'  one subscription, for a machine`;

/** Reads a command line. Throws `Trouble` (usage) for one that cannot be understood. */
export const readInvocation = async (argv: readonly string[], io: Io): Promise<Invocation> => {
  let chosen: Invocation = { exitCode: 0 };
  const program = programFor(io, (run) => {
    chosen = { run };
  });
  if (argv.length === 0) {
    await io.stderr.write(`${program.helpInformation()}${EXAMPLES}\n`);
    return { exitCode: 2 };
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { exitCode: 0 };
    throw new Trouble(usageProblem(error, argv), { cause: error });
  }
  return chosen;
};

const usageProblem = (error: CommanderError, argv: readonly string[]) => {
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const command = ['scan', 'demo', 'rules', 'explain'].find((name) => argv.includes(name));
  const help = `See: redvet ${command ? `${command} ` : ''}--help`;
  return problem('usage', 'USAGE', what, { hint: suggestion ? `${suggestion.replace(/^\(|\)$/g, '')} ${help}` : help });
};

const programFor = (io: Io, choose: (run: () => Promise<number>) => void): Command => {
  const program = new Command('redvet');
  program
    .description('Finds the Redis caches on Azure that leak, and proves it. Reads only.')
    .usage('<command> [options]')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // Mistakes are told in our own form, by whoever catches them.
      writeErr: () => {},
      getOutHelpWidth: () => (io.stdout.isTerminal ? (io.stdout.columns ?? 80) : 80),
      getOutHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: false });

  const add = (
    name: string,
    description: string,
    specs: readonly OptionSpec[],
    examples: string,
    run: (given: Given, args: readonly string[]) => Promise<number>,
  ): Command => {
    const command = program.command(name).description(description).exitOverride();
    for (const spec of specs) command.addOption(optionOf(spec));
    command.addHelpText('after', `\nExamples:\n${examples}`);
    command.action((...all: readonly unknown[]) => {
      const args = all.slice(0, -2).map(String);
      choose(() => run(givenFrom(specs, command.opts(), io.env), args));
    });
    return command;
  };

  add('scan', 'judge the caches of every subscription that you can see', SCAN_OPTIONS, SCAN_EXAMPLES, async (given) =>
    (await import('./run-scan.ts')).runLiveScan(given, io),
  );
  add('demo', 'the same scan on a sample estate; needs no Azure', DEMO_OPTIONS, DEMO_EXAMPLES, async (given) =>
    (await import('./run-demo.ts')).runDemo(given, io),
  );
  add('rules', 'list the rules', catalogueOptions('table or json (default: table)'), RULES_EXAMPLES, async (given) =>
    (await import('./run-rules.ts')).runRules(given, io),
  );
  add(
    'explain',
    'why a rule matters, what it reads, how to mend it',
    catalogueOptions('text or json (default: text)'),
    EXPLAIN_EXAMPLES,
    async (given, [name = '']) => (await import('./run-explain.ts')).runExplain(name, given, io),
  ).argument('<rule>', 'id of a rule, or its name in another tool');
  return program;
};

const catalogueOptions = (formats: string): readonly OptionSpec[] => [
  { flags: '-o, --output <format>', group: 'Output', type: 'text', help: formats },
  { flags: '--color <when>', group: 'Output', type: 'text', help: 'auto, always or never (default: auto)' },
];

const optionOf = ({ flags, help, type, group }: OptionSpec): Option => {
  const option = new Option(flags, help).helpGroup(`${group}:`);
  if (type === 'list') option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  if (type === 'count') option.argParser((_: string, before: number | undefined) => Math.min(2, (before ?? 0) + 1));
  return option;
};

const SCAN_EXAMPLES = `  $ redvet scan                                     sign in as you do elsewhere, read everything
  $ redvet scan -s prod-platform --fail-on medium   one subscription, a stricter gate
  $ redvet scan --rule non-ssl-port-disabled -o json=redvet.json -o table

Exit codes: 0 clean, 1 findings, 2 usage, 3 incomplete, 4 no access, 5 no cache,
70 internal, 73 cannot write, 130/143 interrupted.
Every long option is also an environment variable: REDVET_FAIL_ON=medium.`;

const DEMO_EXAMPLES = `  $ redvet demo
  $ redvet demo -o json | jq -r '.findings[] | select(.gating) | .resourceName'`;

const RULES_EXAMPLES = `  $ redvet rules
  $ redvet rules -o json | jq -r '.rules[].id'`;

const EXPLAIN_EXAMPLES = `  $ redvet explain non-ssl-port-disabled
  $ redvet explain CKV_AZURE_91`;
