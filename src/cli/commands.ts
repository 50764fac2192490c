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

/** What a command is called, takes and is shown with in its help. */
export interface CommandSpec {
  readonly name: string;
  readonly description: string;
  readonly specs: readonly OptionSpec[];
  readonly examples: string;
  readonly argument?: readonly [name: string, description: string];
  readonly second?: readonly [name: string, description: string];
  /** It prints a text of its own, which REDVET_OUTPUT, meant for scans, does not concern. */
  readonly ownOutput: boolean;
}

const catalogueOptions = (formats: string): readonly OptionSpec[] => [
  { flags: '-o, --output <format>', group: 'Output', type: 'text', help: formats },
  { flags: '--color <when>', group: 'Output', type: 'text', help: 'auto, always or never (default: auto)' },
];

export const SCAN: CommandSpec = {
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

export const DEMO: CommandSpec = {
  name: 'demo',
  description: 'the same scan on a sample estate; needs no Azure',
  specs: DEMO_OPTIONS,
  ownOutput: false,
  examples: `  $ redvet demo
  $ redvet demo -o json | jq -r '.findings[] | select(.gating) | .resourceName'`,
};

export const COLLECT: CommandSpec = {
  name: 'collect',
  description: 'write what a scan reads to a file, for later',
  specs: COLLECT_OPTIONS,
  ownOutput: true,
  examples: `  $ redvet collect -o redvet-snapshot.ndjson && redvet scan redvet-snapshot.ndjson
  $ redvet collect -s prod-platform -o - | gzip > prod.ndjson.gz   for whoever may not sign in

Exit codes: 0 all read, 2 usage, 3 incomplete, 4 no access, 5 no cache,
70 internal, 73 cannot write, 130/143 interrupted.`,
};

export const REPORT: CommandSpec = {
  name: 'report',
  description: 'show a saved result again, and hold it to the gate anew',
  specs: REPORT_OPTIONS,
  argument: ['<result>', 'a result written by -o json=FILE or -o ndjson=FILE, or - for stdin'],
  ownOutput: false,
  examples: `  $ redvet report redvet.json --fail-on medium          the same findings, a stricter gate
  $ redvet report redvet.json -o sarif=redvet.sarif     another format, without Azure

What is not said is as it was for the scan. Exit codes are those of redvet scan.`,
};

export const DIFF: CommandSpec = {
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

export const RULES: CommandSpec = {
  name: 'rules',
  description: 'list the rules',
  specs: [...RULE_OPTIONS, ...catalogueOptions('table or json (default: table)')],
  ownOutput: true,
  examples: `  $ redvet rules
  $ redvet rules --framework cis-azure-database-2.0
  $ redvet rules -o json | jq -r '.rules[].id'`,
};

export const EXPLAIN: CommandSpec = {
  name: 'explain',
  description: 'why a rule matters, what it reads, how to mend it',
  specs: catalogueOptions('text, json or markdown (default: text)'),
  argument: ['<rule>', 'id of a rule, or its name in another tool'],
  ownOutput: true,
  examples: `  $ redvet explain non-ssl-port-disabled
  $ redvet explain CKV_AZURE_91`,
};

export const REMEDIATE: CommandSpec = {
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

export const WAIVERS: CommandSpec = {
  name: 'waivers',
  description: 'list the waivers, or check their file',
  specs: WAIVERS_OPTIONS,
  argument: ['<action>', 'list, or check: every mistake in the file with its line'],
  ownOutput: true,
  examples: `  $ redvet waivers check
  $ redvet waivers list -o json | jq -r '.waivers[] | select(.state != "valid") | .id'`,
};

export const SCHEMA: CommandSpec = {
  name: 'schema',
  description: 'print a JSON Schema',
  specs: [],
  argument: ['[name]', 'result, diff, doctor, config, waivers or snapshot'],
  ownOutput: true,
  examples: `  $ redvet schema config > redvet.schema.json
  $ redvet schema result | jq '.properties.status'`,
};

export const DOCTOR: CommandSpec = {
  name: 'doctor',
  description: 'who you are, what you can read, which rights are missing',
  specs: DOCTOR_OPTIONS,
  ownOutput: true,
  examples: `  $ redvet doctor                      every read that a scan needs, each tried on one cache
  $ redvet doctor -s prod-platform -o json | jq -r '.missingActions[]'

Exit codes: 0 every read that could be tried works, 2 usage, 3 a scan would miss
something, 4 no access, 70 internal, 130/143 interrupted. Reads only, through
Resource Manager; what --source graph takes, redvet permissions --source graph tells.`,
};

export const PERMISSIONS: CommandSpec = {
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
