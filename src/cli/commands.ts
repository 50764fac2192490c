import { CI_SYSTEMS } from '../init/systems.ts';
import { LANGUAGES } from '../remediation/language-names.ts';
import {
  COLLECT_OPTIONS,
  DEMO_OPTIONS,
  DIFF_OPTIONS,
  DOCTOR_OPTIONS,
  type OptionSpec,
  REPORT_OPTIONS,
  RULE_OPTIONS,
  SCAN_OPTIONS,
  WAIVERS_OPTIONS,
} from './options.ts';
import { COLOR_CHOICES, EXPLAIN_FORMATS, LIST_FORMATS, ROLE_LANGUAGES, SCHEMA_NAMES, SHELLS, SOURCES, WAIVER_ACTIONS } from './words.ts';

/** What a command is called, takes and is shown with in its help. */
export interface CommandSpec {
  readonly name: string;
  /** In the list of commands. */
  readonly description: string;
  /** What it does, to whoever has never used it. */
  readonly about: string;
  readonly specs: readonly OptionSpec[];
  /** Each a line that begins with `$`, below what it is for; no line is wider than 80 columns. */
  readonly examples: string;
  /** The exit codes, and what else there is to know. */
  readonly notes: string;
  readonly argument?: readonly [name: string, description: string];
  readonly second?: readonly [name: string, description: string];
  /** The words that the argument is one of, where those are known. */
  readonly words?: readonly string[];
  /** It prints a text of its own, which REDVET_OUTPUT, meant for scans, does not concern. */
  readonly ownOutput: boolean;
}

const catalogueOptions = (formats: string, words: readonly string[]): readonly OptionSpec[] => [
  { flags: '-o, --output <format>', group: 'Output', type: 'text', help: formats, words },
  { flags: '--color <when>', group: 'Output', type: 'text', help: 'auto, always or never (default: auto)', words: COLOR_CHOICES },
];

const SCAN_EXITS = `Exit codes: 0 clean, 1 findings, 2 usage, 3 incomplete, 4 no access, 5 no cache,
70 internal, 73 cannot write, 130/143 interrupted.`;

const PRINTING_EXITS = 'Exit codes: 0 printed, 2 usage, 70 internal, 73 cannot write.';

export const SCAN: CommandSpec = {
  name: 'scan',
  description: 'judge the caches that you can see, or those in files',
  about:
    'It reads every Redis cache that you can see on Azure, or that files declare, and tells which rules it breaks and how to mend that. It changes nothing. It signs in as you do elsewhere: az login, environment variables, a managed identity.',
  specs: SCAN_OPTIONS,
  argument: [
    '[file...]',
    'exports (az, PowerShell, Resource Graph, redvet collect), Terraform plans and files, ARM templates, Bicep, folders, or - for stdin; without any: Azure itself',
  ],
  ownOutput: false,
  examples: `  # every cache that you can see
  $ redvet scan
  # one subscription, and an exit code of 1 for what is medium, too
  $ redvet scan -s prod-platform --fail-on medium
  # one rule; a table to read and JSON to keep
  $ redvet scan --rule non-ssl-port-disabled -o table -o json=redvet.json
  # what Terraform, Bicep and ARM templates declare, before it is deployed
  $ redvet scan infra/
  # an export, without signing in
  $ az redis list -o json | redvet scan -`,
  notes: `${SCAN_EXITS}
Every long option is also an environment variable: REDVET_FAIL_ON=medium.
The same can stand in .redvet.yaml; --show-config shows what holds, and why.`,
};

export const DEMO: CommandSpec = {
  name: 'demo',
  description: 'the same scan on a sample estate; needs no Azure',
  about:
    'It does what redvet scan does, on a sample estate inside redvet: without Azure, a sign-in or a network. Some of it fails and some cannot be read, on purpose: it ends with 1.',
  specs: DEMO_OPTIONS,
  ownOutput: false,
  examples: `  # how a scan looks
  $ redvet demo
  # what every rule says of one cache
  $ redvet demo --cache identity-sessions --show fail,unknown,pass
  # the caches that fail, for a machine
  $ redvet demo -o json | jq -r '.findings[] | select(.gating) | .resourceName'`,
  notes: SCAN_EXITS,
};

export const DOCTOR: CommandSpec = {
  name: 'doctor',
  description: 'who signs in, and which reads of a scan would work',
  about:
    'It signs in as a scan does, tells as whom, and tries what a scan would read: the lists of each subscription, and below one cache of each kind. It names the rights that are missing. What there was nothing to try on is told as such.',
  specs: DOCTOR_OPTIONS,
  ownOutput: true,
  examples: `  # every subscription that you can see
  $ redvet doctor
  # one subscription, and what one framework needs
  $ redvet doctor -s prod-platform --framework cis-azure-database-2.0
  # the rights to ask for
  $ redvet doctor -o json | jq -r '.missingActions[]'`,
  notes: `Exit codes: 0 every read that was tried works, 2 usage, 3 something is missing,
4 no access, 70 internal, 73 cannot write, 130/143 interrupted.
It reads through Resource Manager; what --source graph takes besides is told by
redvet permissions --source graph.`,
};

export const COLLECT: CommandSpec = {
  name: 'collect',
  description: 'write what a scan reads to a file, for later',
  about:
    'It writes what a scan would read, without secrets, to one file. redvet scan FILE judges that later, elsewhere, and without signing in.',
  specs: COLLECT_OPTIONS,
  ownOutput: true,
  examples: `  # now, and judged later
  $ redvet collect -o estate.ndjson
  $ redvet scan estate.ndjson
  # for whoever may not sign in
  $ redvet collect -s prod-platform -o - | gzip > prod.ndjson.gz`,
  notes: `Exit codes: 0 all read, 2 usage, 3 incomplete, 4 no access, 5 no cache,
70 internal, 73 cannot write, 130/143 interrupted.`,
};

export const REPORT: CommandSpec = {
  name: 'report',
  description: 'show a saved result again, and hold it to the gate anew',
  about:
    'It reads a result that redvet scan has saved, not Azure, and shows it in another format or holds it to another --fail-on, baseline or waivers. What is not said anew is as it was for the scan.',
  specs: REPORT_OPTIONS,
  argument: ['<result>', 'a result written by -o json=FILE or -o ndjson=FILE, or - for stdin'],
  ownOutput: false,
  examples: `  # the same findings, a stricter gate
  $ redvet report redvet.json --fail-on medium
  # another format
  $ redvet report redvet.json -o sarif=redvet.sarif`,
  notes: SCAN_EXITS,
};

export const DIFF: CommandSpec = {
  name: 'diff',
  description: 'what failed since an earlier result, what was mended',
  about: 'It compares two results that redvet scan has saved: what fails and did not before, what was mended, what fails still.',
  specs: DIFF_OPTIONS,
  argument: ['<old>', 'an earlier result, json or ndjson'],
  second: ['<new>', 'a later one'],
  ownOutput: true,
  examples: `  # since Monday
  $ redvet diff monday.json friday.json
  # the caches that fail anew, for a machine
  $ redvet diff monday.json friday.json -o json | jq -r '.new[].resourceName'`,
  notes: `Exit codes: 0 nothing new at or above --fail-on, 1 something new, 2 usage,
70 internal, 73 cannot write.`,
};

export const RULES: CommandSpec = {
  name: 'rules',
  description: 'list the rules',
  about:
    'It lists what redvet judges by: each rule with its severity and the kinds of cache that it is for. redvet explain RULE says more of one.',
  specs: [...RULE_OPTIONS, ...catalogueOptions('table or json (default: table)', LIST_FORMATS)],
  ownOutput: true,
  examples: `  # all of them
  $ redvet rules
  # those of a framework, with its controls
  $ redvet rules --framework cis-azure-database-2.0
  # their ids, for a machine
  $ redvet rules -o json | jq -r '.rules[].id'`,
  notes: PRINTING_EXITS,
};

export const EXPLAIN: CommandSpec = {
  name: 'explain',
  description: 'why a rule matters, what it reads, how to mend it',
  about:
    'It says why a rule matters, what is read for it and with which right, how to mend it with az, Bicep and Terraform, and which controls it belongs to.',
  specs: catalogueOptions('text, json or markdown (default: text)', EXPLAIN_FORMATS),
  argument: ['<rule>', 'its id, as redvet rules lists it, or its name in another tool'],
  ownOutput: true,
  examples: `  # by its id
  $ redvet explain non-ssl-port-disabled
  # by its name in another tool
  $ redvet explain CKV_AZURE_91
  # for a wiki
  $ redvet explain minimum-tls-1-2 -o markdown`,
  notes: PRINTING_EXITS,
};

export const REMEDIATE: CommandSpec = {
  name: 'remediate',
  description: 'print (never run) what mends the failing findings',
  about:
    'It prints what mends the failures of a saved result, cache by cache, and says what to mind. It runs nothing: read it, then run it yourself.',
  specs: [
    { flags: '--as <language>', group: 'Output', type: 'text', help: 'az, bicep, terraform or policy (default: az)', words: LANGUAGES },
    ...RULE_OPTIONS.filter(({ flags }) => /^--(?:skip-)?rule /.test(flags)),
    { flags: '-q, --quiet', group: 'Output', type: 'switch', help: 'only errors on stderr' },
  ],
  argument: ['<result>', 'a result written by -o json=FILE or -o ndjson=FILE, or - for stdin'],
  ownOutput: true,
  examples: `  # a script that shows what it would run; with APPLY=1 bash fix.sh it runs it
  $ redvet remediate redvet.json > fix.sh
  # one rule, in Terraform
  $ redvet remediate redvet.json --as terraform --rule non-ssl-port-disabled`,
  notes: PRINTING_EXITS,
};

export const WAIVERS: CommandSpec = {
  name: 'waivers',
  description: 'list the waivers, or check their file',
  about:
    'A waiver accepts a failure until a day, with a reason and an owner. They stand in .redvet.waivers.yaml, here or above. list shows each with its state; check finds every mistake in the file.',
  specs: WAIVERS_OPTIONS,
  argument: ['<action>', 'list, or check: every mistake in the file with its line'],
  words: WAIVER_ACTIONS,
  ownOutput: true,
  examples: `  # before it is merged
  $ redvet waivers check
  # those that no longer hold, or not for long, for a machine
  $ redvet waivers list -o json | jq '.waivers[] | select(.state != "valid")'`,
  notes: `Exit codes: 0 nothing is wrong, 2 a mistake in the file, no file, or usage,
70 internal, 73 cannot write.`,
};

export const SCHEMA: CommandSpec = {
  name: 'schema',
  description: 'print a JSON Schema',
  about:
    'It prints the JSON Schema of what redvet writes (result, diff, snapshot, doctor) or reads (config, waivers): an editor helps by it, and others check by it.',
  specs: [],
  argument: ['[name]', 'result, diff, config, waivers, snapshot or doctor'],
  words: SCHEMA_NAMES,
  ownOutput: true,
  examples: `  # for an editor
  $ redvet schema config > redvet.schema.json
  # what a result says of its exit code
  $ redvet schema result | jq '.properties.status'`,
  notes: PRINTING_EXITS,
};

export const PERMISSIONS: CommandSpec = {
  name: 'permissions',
  description: 'print the least-privilege custom role for the rules',
  about: 'It prints a custom role for Azure with the rights that a scan takes, and no others. Whoever has the role Reader needs none.',
  specs: [
    { flags: '--as <language>', group: 'Output', type: 'text', help: 'role (JSON for az) or bicep (default: role)', words: ROLE_LANGUAGES },
    { flags: '-s, --subscription <id>', group: 'Scope', type: 'list', help: 'subscription in which it is assignable (repeat for more)' },
    {
      flags: '--management-group <id>',
      group: 'Scope',
      type: 'list',
      help: 'management group in which it is assignable, and that may be read',
    },
    { flags: '--source <kind>', group: 'Scope', type: 'text', help: 'arm or graph: what a scan reads (default: arm)', words: SOURCES },
    ...RULE_OPTIONS,
  ],
  ownOutput: true,
  examples: `  # for az role definition create --role-definition @role.json
  $ redvet permissions > role.json
  # for one rule, in Bicep
  $ redvet permissions --rule non-ssl-port-disabled --as bicep`,
  notes: PRINTING_EXITS,
};

export const INIT: CommandSpec = {
  name: 'init',
  description: 'write settings and CI jobs into a repository',
  about:
    'It writes settings, and the jobs of a CI system, to the root of the repository: all of the files, or none. Settings that are there are kept; a job that is there with other contents stays as well, and then nothing is written.',
  specs: [
    { flags: '--dry-run', group: 'Output', type: 'switch', help: 'print the files instead of writing them' },
    { flags: '--force', group: 'Output', type: 'switch', help: 'replace jobs that are there with other contents' },
  ],
  argument: ['[system]', 'github, azure-pipelines, gitlab or pre-commit; without it: the settings alone'],
  words: CI_SYSTEMS,
  ownOutput: true,
  examples: `  # .redvet.yaml and .redvet.waivers.yaml
  $ redvet init
  # and a workflow with its step
  $ redvet init github
  # look first
  $ redvet init gitlab --dry-run`,
  notes: 'Exit codes: 0 done, 2 usage, 70 internal, 73 cannot write.',
};

export const COMPLETION: CommandSpec = {
  name: 'completion',
  description: 'print what completes redvet in your shell',
  about:
    'It prints a script by which your shell completes commands, options and their values when you press Tab. The script runs nothing, and is for this version: print it anew after an update.',
  specs: [],
  argument: ['[shell]', 'bash, zsh, fish or powershell'],
  words: SHELLS,
  ownOutput: true,
  examples: `  # bash, with the package bash-completion
  $ redvet completion bash > ~/.local/share/bash-completion/completions/redvet
  # zsh, with fpath=(~/.zfunc $fpath) before compinit in ~/.zshrc
  $ redvet completion zsh > ~/.zfunc/_redvet
  # fish
  $ redvet completion fish > ~/.config/fish/completions/redvet.fish
  # PowerShell: this line in the file that $PROFILE names
  $ redvet completion powershell | Out-String | Invoke-Expression`,
  notes: `The folders must be there: mkdir -p makes them. Then open a new shell.

${PRINTING_EXITS}`,
};

/** In the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  SCAN,
  DEMO,
  COLLECT,
  REPORT,
  DIFF,
  RULES,
  EXPLAIN,
  REMEDIATE,
  DOCTOR,
  PERMISSIONS,
  WAIVERS,
  INIT,
  SCHEMA,
  COMPLETION,
];
