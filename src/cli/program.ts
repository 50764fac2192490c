import { type Argument, Command, CommanderError, Option } from 'commander';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { Config } from './config.ts';
import { type Given, givenFrom } from './given.ts';
import type { Io } from './io.ts';
import {
  COLLECT_OPTIONS,
  DEMO_OPTIONS,
  DIFF_OPTIONS,
  ESTATE_OPTIONS,
  nameOf,
  type OptionSpec,
  REPORT_OPTIONS,
  RULE_OPTIONS,
  SCAN_OPTIONS,
  WAIVERS_OPTIONS,
} from './options.ts';
import { didYouMean } from './suggest.ts';
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
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (!isHelp(error)) throw new Trouble(usageProblem(error, argv), { cause: error });
    // Help for a command that does not exist is asked for as an error, and prints nothing.
    if (printed === null) throw new Trouble(unknownCommand(argv.at(-1) ?? ''), { cause: error });
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

const COMMANDS = ['scan', 'demo', 'collect', 'report', 'diff', 'rules', 'explain', 'remediate', 'permissions', 'waivers', 'schema'];

const unknownCommand = (word: string) =>
  problem('usage', 'USAGE', `unknown command '${word}'`, { hint: `${didYouMean(word, COMMANDS)} See: redvet --help`.trim() });

const usageProblem = ({ message, code }: CommanderError, argv: readonly string[]) => {
  const [what = '', suggestion = ''] = message.replace(/^error: /, '').split('\n');
  if (code === 'commander.unknownCommand') return unknownCommand(/'(.*)'/s.exec(what)?.[1] ?? '');
  const command = COMMANDS.find((name) => argv.includes(name));
  // The value of an unknown option may be a secret that was meant for another tool.
  return problem('usage', 'USAGE', what.replace(/^(unknown option '--[\w-]+)=.*'$/s, "$1'"), {
    hint: `${suggestion.replace(/^\(|\)$/g, '')} See: redvet ${command ? `${command} ` : ''}--help`.trim(),
  });
};

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

  const add = ({ name, description, specs, examples, argument, second, ownOutput }: CommandSpec, run: Runner): void => {
    const command = program.command(name).description(description).exitOverride().allowExcessArguments();
    for (const one of [argument, second]) if (one) command.argument(...one);
    const isMany = argument?.[0].includes('...') ?? false;
    // Of a command that the line does not name, the help only shows that it has options; to make all of them takes longer than to print it.
    for (const spec of argv.includes(name) ? specs : specs.slice(0, 1)) command.addOption(optionOf(spec));
    command.addHelpText('after', `\nExamples:\n${examples}`);
    command.action(() => {
      const extra = isMany ? undefined : command.args[[argument, second].filter((one) => one !== undefined).length];
      if (extra !== undefined) throw new Trouble(excess(name, extra));
      choose(async () => {
        const env = ownOutput ? { ...io.env, REDVET_OUTPUT: undefined } : io.env;
        const given = givenFrom(specs, command.opts(), env);
        const config = specs.some((spec) => nameOf(spec) === 'config') ? await configFor(given, io) : null;
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
  add(PERMISSIONS, async (given) => (await import('./run-permissions.ts')).runPermissions(given, io));
  add(WAIVERS, async (given, [action = '']) => (await import('./run-waivers.ts')).runWaivers(action, given, io));
  add(SCHEMA, async (_, [name = '']) => (await import('./run-schema.ts')).runSchema(name, io));
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

interface CommandSpec {
  readonly name: string;
  readonly description: string;
  readonly specs: readonly OptionSpec[];
  readonly examples: string;
  readonly argument?: readonly [name: string, description: string];
  readonly second?: readonly [name: string, description: string];
  /** It prints a text of its own, which REDVET_OUTPUT, meant for scans, does not concern. */
  readonly ownOutput: boolean;
}

const excess = (command: string, argument: string) =>
  problem('usage', 'USAGE', `redvet ${command} does not take the argument ${JSON.stringify(argument)}`, {
    hint: `See: redvet ${command} --help`,
  });

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

const SCAN: CommandSpec = {
  name: 'scan',
  description: 'judge the caches that you can see, or those in files',
  specs: SCAN_OPTIONS,
  argument: [
    '[file...]',
    'exports (az, PowerShell, Resource Graph, redvet collect), Terraform plans and files, ARM templates, Bicep, folders, or - for stdin; without any: Azure itself',
  ],
  ownOutput: false,
  examples: `  $ redvet scan                                     sign in as you do elsewhere, read everything
  $ redvet scan -s prod-platform --fail-on medium   one subscription, a stricter gate
  $ redvet scan --rule non-ssl-port-disabled -o json=redvet.json -o table
  $ redvet scan infra/                              what is declared, before it is deployed
  $ az redis list -o json | redvet scan -           an export, without signing in

Exit codes: 0 clean, 1 findings, 2 usage, 3 incomplete, 4 no access, 5 no cache,
70 internal, 73 cannot write, 130/143 interrupted.
Every long option is also an environment variable: REDVET_FAIL_ON=medium.`,
};

const DEMO: CommandSpec = {
  name: 'demo',
  description: 'the same scan on a sample estate; needs no Azure',
  specs: DEMO_OPTIONS,
  ownOutput: false,
  examples: `  $ redvet demo
  $ redvet demo -o json | jq -r '.findings[] | select(.gating) | .resourceName'`,
};

const COLLECT: CommandSpec = {
  name: 'collect',
  description: 'write what a scan reads to a file, for later',
  specs: COLLECT_OPTIONS,
  ownOutput: true,
  examples: `  $ redvet collect -o redvet-snapshot.ndjson && redvet scan redvet-snapshot.ndjson
  $ redvet collect -s prod-platform -o - | gzip > prod.ndjson.gz   for whoever may not sign in

Exit codes: 0 all read, 2 usage, 3 incomplete, 4 no access, 5 no cache,
70 internal, 73 cannot write, 130/143 interrupted.`,
};

const REPORT: CommandSpec = {
  name: 'report',
  description: 'show a saved result again, and hold it to the gate anew',
  specs: REPORT_OPTIONS,
  argument: ['<result>', 'a result written by -o json=FILE or -o ndjson=FILE, or - for stdin'],
  ownOutput: false,
  examples: `  $ redvet report redvet.json --fail-on medium          the same findings, a stricter gate
  $ redvet report redvet.json -o sarif=redvet.sarif     another format, without Azure

What is not said is as it was for the scan. Exit codes are those of redvet scan.`,
};

const DIFF: CommandSpec = {
  name: 'diff',
  description: 'what failed since an earlier result, what was mended',
  specs: DIFF_OPTIONS,
  argument: ['<old>', 'an earlier result, json or ndjson'],
  second: ['<new>', 'a later one'],
  ownOutput: true,
  examples: `  $ redvet diff monday.json friday.json
  $ redvet diff monday.json friday.json -o json | jq -r '.new[].resourceName'

Exit codes: 0 nothing new at or above --fail-on, 1 something new, 2 usage.`,
};

const RULES: CommandSpec = {
  name: 'rules',
  description: 'list the rules',
  specs: [...RULE_OPTIONS, ...catalogueOptions('table or json (default: table)')],
  ownOutput: true,
  examples: `  $ redvet rules
  $ redvet rules --framework cis-azure-database-2.0
  $ redvet rules -o json | jq -r '.rules[].id'`,
};

const EXPLAIN: CommandSpec = {
  name: 'explain',
  description: 'why a rule matters, what it reads, how to mend it',
  specs: catalogueOptions('text, json or markdown (default: text)'),
  argument: ['<rule>', 'id of a rule, or its name in another tool'],
  ownOutput: true,
  examples: `  $ redvet explain non-ssl-port-disabled
  $ redvet explain CKV_AZURE_91`,
};

const REMEDIATE: CommandSpec = {
  name: 'remediate',
  description: 'print (never run) what mends the failing findings',
  specs: [
    { flags: '--as <language>', group: 'Output', type: 'text', help: 'az, bicep, terraform or policy (default: az)' },
    ...RULE_OPTIONS.filter(({ flags }) => /^--(?:skip-)?rule /.test(flags)),
    { flags: '-q, --quiet', group: 'Output', type: 'switch', help: 'only errors on stderr' },
  ],
  argument: ['<result>', 'a result written by -o json=FILE or -o ndjson=FILE, or - for stdin'],
  ownOutput: true,
  examples: `  $ redvet remediate redvet.json > fix.sh                         read it, then: APPLY=1 bash fix.sh
  $ redvet remediate redvet.json --as terraform --rule non-ssl-port-disabled`,
};

const WAIVERS: CommandSpec = {
  name: 'waivers',
  description: 'list the waivers, or check their file',
  specs: WAIVERS_OPTIONS,
  argument: ['<action>', 'list, or check: every mistake in the file with its line'],
  ownOutput: true,
  examples: `  $ redvet waivers check
  $ redvet waivers list -o json | jq -r '.waivers[] | select(.state != "valid") | .id'`,
};

const SCHEMA: CommandSpec = {
  name: 'schema',
  description: 'print a JSON Schema',
  specs: [],
  argument: ['[name]', 'result, diff, config, waivers or snapshot'],
  ownOutput: true,
  examples: `  $ redvet schema config > redvet.schema.json
  $ redvet schema result | jq '.properties.status'`,
};

const PERMISSIONS: CommandSpec = {
  name: 'permissions',
  description: 'print the least-privilege custom role for the rules',
  specs: [
    { flags: '--as <language>', group: 'Output', type: 'text', help: 'role (JSON for az) or bicep (default: role)' },
    { flags: '-s, --subscription <id>', group: 'Scope', type: 'list', help: 'subscription in which it is assignable (repeat for more)' },
    {
      flags: '--management-group <id>',
      group: 'Scope',
      type: 'list',
      help: 'management group in which it is assignable, and that may be read',
    },
    { flags: '--source <kind>', group: 'Scope', type: 'text', help: 'arm or graph: what a scan reads (default: arm)' },
    ...RULE_OPTIONS,
  ],
  ownOutput: true,
  examples: `  $ redvet permissions > role.json
  $ redvet permissions --rule non-ssl-port-disabled --as bicep`,
};
