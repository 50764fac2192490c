import { type Argument, Command, CommanderError, Option } from 'commander';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import {
  COLLECT,
  COMMANDS,
  COMPLETION,
  type CommandSpec,
  DEMO,
  DIFF,
  DOCTOR,
  EXPLAIN,
  INIT,
  PERMISSIONS,
  REMEDIATE,
  REPORT,
  RULES,
  SCAN,
  SCHEMA,
  WAIVERS,
} from './commands.ts';
import type { Config } from './config.ts';
import { type Given, givenFrom } from './given.ts';
import type { Io } from './io.ts';
import { ESTATE_OPTIONS, nameOf, type OptionSpec } from './options.ts';
import { slipIn } from './slips.ts';
import { VERSION } from './version.ts';

/** What a command line means: a command to run, or an exit code because everything was said already. */
export type Invocation = { readonly run: () => Promise<number> } | { readonly exitCode: number };

const EXAMPLES = `
Examples:
  $ redvet demo                                  a sample estate; needs no Azure
  $ redvet scan                                  every subscription you can see
  $ redvet scan -s prod -o json | jq '.summary'  one subscription, for a machine`;

/** Reads a command line. Throws `Trouble` (usage) for one that cannot be understood. */
export const readInvocation = async (argv: readonly string[], io: Io): Promise<Invocation> => {
  const chosen: Invocation[] = [];
  let printed: Promise<void> | null = null;
  const print = (text: string): void => {
    printed = (printed ?? Promise.resolve()).then(() => io.stdout.write(text));
    // It is awaited below; until then a failure is not unhandled.
    printed.catch(() => {});
  };
  const program = programFor(argv, io, print, (run) => {
    chosen.push({ run });
  });
  if (argv.every((word) => word === '--')) {
    await io.stderr.write(`${program.helpInformation()}${EXAMPLES}\n\n`);
    throw new Trouble(NO_COMMAND);
  }
  const named = COMMANDS.find(({ name }) => name === argv[0]);
  const slip = named === undefined ? null : slipIn(named, argv);
  if (slip !== null) throw new Trouble(slip);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (!isHelp(error)) throw new Trouble((await import('./mistakes.ts')).usageProblem(error, argv), { cause: error });
    // Help for a command that does not exist is asked for as an error, and prints nothing.
    if (printed === null) throw new Trouble((await import('./mistakes.ts')).unknownCommand(argv.at(-1) ?? ''), { cause: error });
    chosen.push({ exitCode: 0 });
  }
  await printed;
  const [invocation] = chosen;
  // Whatever else was written there, a command line that ran nothing is no success.
  if (invocation === undefined) throw new Trouble(NO_COMMAND);
  return invocation;
};

const NO_COMMAND = problem('usage', 'NO_COMMAND', 'no command was given', { hint: 'Begin with: redvet demo' });

/** Commander ends with what `process.exitCode` is by then, which is 70. */
const isHelp = ({ code }: CommanderError): boolean => /^commander\.(?:help|helpDisplayed|version)$/.test(code);

const programFor = (
  argv: readonly string[],
  io: Io,
  print: (text: string) => void,
  choose: (run: () => Promise<number>) => void,
): Command => {
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
      writeOut: print,
      // Mistakes are told in our own form, by whoever catches them.
      writeErr: () => {},
      getOutHelpWidth: () => (io.stdout.isTerminal ? (io.stdout.columns ?? 80) : 80),
      getOutHasColors: () => false,
    })
    .configureHelp({
      showGlobalOptions: false,
      // That a command has options, everybody expects.
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map((one) => termOf(one))].join(' '),
    });

  const add = (spec: CommandSpec, run: Runner): void => {
    const { name, description, about, specs, examples, notes, argument, second, ownOutput } = spec;
    const command = program.command(name).summary(description).description(about).exitOverride().allowExcessArguments();
    for (const one of [argument, second]) if (one) command.argument(...one);
    const isMany = argument?.[0].includes('...') ?? false;
    // Of a command that the line does not name, the help only shows that it has options; to make all of them takes longer than to print it.
    for (const one of argv.includes(name) ? specs : specs.slice(0, 1)) command.addOption(optionOf(one));
    command.addHelpText('after', `\nExamples:\n${examples}\n\n${notes}`);
    command.action(async () => {
      const extra = isMany ? undefined : command.args[[argument, second].filter((one) => one !== undefined).length];
      if (extra !== undefined) throw new Trouble((await import('./mistakes.ts')).excess(spec, extra, argv));
      choose(async () => {
        const env = ownOutput ? { ...io.env, REDVET_OUTPUT: undefined } : io.env;
        const given = givenFrom(specs, command.opts(), env);
        const config = specs.some((one) => nameOf(one) === 'config') ? await configFor(given, io) : null;
        if (config === null) return run(given, command.args);
        // What is in files, and the sample estate, are of no subscription of anybody's.
        const left = [
          ...(ownOutput ? ['output'] : []),
          ...(name === 'demo' || (name === 'scan' && command.args.length > 0) ? ESTATE_OPTIONS : []),
        ];
        return run(givenFrom(specs, command.opts(), env, without(config, left)), command.args);
      });
    });
  };

  add(SCAN, async (given, paths) =>
    paths.length === 0
      ? (await import('./run-scan.ts')).runLiveScan(given, io)
      : (await import('./run-file-scan.ts')).runFileScan(paths, given, io),
  );
  add(DEMO, async (given) => (await import('./run-demo.ts')).runDemo(given, io));
  add(COLLECT, async (given) => (await import('./run-collect.ts')).runCollect(given, io));
  add(REPORT, async (given, [file = '']) => (await import('./run-report.ts')).runReport(file, given, io));
  add(DIFF, async (given, [older = '', newer = '']) => (await import('./run-diff.ts')).runDiff(older, newer, given, io));
  add(RULES, async (given) => (await import('./run-rules.ts')).runRules(given, io));
  add(EXPLAIN, async (given, [name = '']) => (await import('./run-explain.ts')).runExplain(name, given, io));
  add(REMEDIATE, async (given, [file = '']) => (await import('./run-remediate.ts')).runRemediate(file, given, io));
  add(DOCTOR, async (given) => (await import('./run-doctor.ts')).runDoctor(given, io));
  add(PERMISSIONS, async (given) => (await import('./run-permissions.ts')).runPermissions(given, io));
  add(WAIVERS, async (given, [action = '']) => (await import('./run-waivers.ts')).runWaivers(action, given, io));
  add(INIT, async (given, [system = null]) => (await import('./run-init.ts')).runInit(system, given, io));
  add(SCHEMA, async (_, [name = '']) => (await import('./run-schema.ts')).runSchema(name, io));
  add(COMPLETION, async (_, [shell = '']) => (await import('./run-completion.ts')).runCompletion(shell, io));
  return program;
};

/** The configuration as a command sees it that some of its options do not concern. */
const without = (config: Config, names: readonly string[]): Config => ({
  ...config,
  option: (name) => (names.includes(name) ? null : config.option(name)),
});

const configFor = async (given: Given, io: Io): Promise<Config | null> => {
  const { configRequest, readConfig } = await import('./config.ts');
  return readConfig(configRequest(given), io);
};

const termOf = (argument: Argument): string => {
  const word = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${word}>` : `[${word}]`;
};

type Runner = (given: Given, words: readonly string[]) => Promise<number>;

const optionOf = ({ flags, help, type, group }: OptionSpec): Option => {
  const option = new Option(flags, help).helpGroup(`${group}:`);
  if (type === 'list') option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  if (type === 'count') option.argParser((_: string, before: number | undefined) => Math.min(2, (before ?? 0) + 1));
  return option;
};
