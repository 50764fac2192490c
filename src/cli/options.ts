import { AUTH_KINDS } from '../azure/auth-kinds.ts';
import { CLOUD_NAMES } from '../azure/cloud-names.ts';
import { INPUT_KINDS } from '../model/scope.ts';
import { SEVERITIES, THRESHOLDS } from '../model/severity.ts';
import { FORMATS } from '../reporters/index.ts';
import { COLOR_CHOICES, GROUPINGS, LIST_FORMATS, REDACTABLE, SARIF_WAIVED, SHOWN, SOURCES } from './words.ts';

/** One long option: how it is written, where it stands in the help, what an environment variable of the same name may hold. */
export interface OptionSpec {
  /** As commander reads it: `-s, --subscription <id|name>`. */
  readonly flags: string;
  readonly group: OptionGroup;
  readonly help: string;
  readonly type: 'text' | 'list' | 'switch' | 'count';
  /** The words that it takes, where those are known. */
  readonly words?: readonly string[];
}

type OptionGroup = 'Input' | 'Scope' | 'Sign-in' | 'Rules' | 'Gate' | 'Waivers' | 'Output' | 'Run' | 'Configuration';

/** The long name: `fail-on` for `--fail-on <severity>`. */
export const nameOf = ({ flags }: OptionSpec): string => /--([a-z-]+)/.exec(flags)?.[1] ?? flags;

const isOneOf =
  (...names: readonly string[]) =>
  (spec: OptionSpec): boolean =>
    names.includes(nameOf(spec));

/** How rules are selected, wherever they are. */
export const RULE_OPTIONS: readonly OptionSpec[] = [
  { flags: '--rule <id|alias|glob>', group: 'Rules', type: 'list', help: 'only this rule (repeat for more)' },
  { flags: '--skip-rule <id|alias|glob>', group: 'Rules', type: 'list', help: 'all rules but this one (repeat for more)' },
  {
    flags: '--framework <id>',
    group: 'Rules',
    type: 'list',
    help: 'only the rules of this framework, such as soc-2, summed up by its controls (repeat for more)',
  },
  {
    flags: '--rule-option <rule.name=value>',
    group: 'Rules',
    type: 'list',
    help: 'set an option of a rule, see: redvet explain RULE (repeat for others)',
  },
];

/** Where the waivers are. The order matters: what says no stands after what it takes back. */
const WAIVER_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--waivers <file>',
    group: 'Waivers',
    type: 'text',
    help: 'failures that are accepted until a day (default: .redvet.waivers.yaml here or above, where there is one)',
  },
  { flags: '--no-waivers', group: 'Waivers', type: 'switch', help: 'apply no waivers' },
];

const CONFIG_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--config <file>',
    group: 'Configuration',
    type: 'text',
    help: 'settings (default: .redvet.yaml here, or above it up to the root of the repository)',
  },
  { flags: '--no-config', group: 'Configuration', type: 'switch', help: 'read no settings' },
];

const SHARED: readonly OptionSpec[] = [
  ...RULE_OPTIONS,
  {
    flags: '--fail-on <severity>',
    group: 'Gate',
    type: 'text',
    help: 'least severity that makes the exit code 1: critical, high, medium, low, info, none (default: high)',
    words: THRESHOLDS,
  },
  {
    flags: '--baseline <file>',
    group: 'Gate',
    type: 'text',
    help: 'an earlier result (json or ndjson): only failures that are not in it count for the exit code',
  },
  { flags: '--allow-incomplete', group: 'Gate', type: 'switch', help: 'exit 0 instead of 3 when something could not be read' },
  { flags: '--allow-empty', group: 'Gate', type: 'switch', help: 'exit 0 instead of 5 when there is no cache' },
  ...WAIVER_OPTIONS,
  { flags: '--strict-waivers', group: 'Waivers', type: 'switch', help: 'an unused or expired waiver makes the exit code 2' },
  {
    flags: '-o, --output <format[=file]>',
    group: 'Output',
    type: 'list',
    help: `${FORMATS.join(', ')}; to stdout or to a file (repeat for more; default: table)`,
    words: FORMATS,
  },
  {
    flags: '--show <outcomes>',
    group: 'Output',
    type: 'text',
    help: `rows of the table, with commas between: ${SHOWN.join(', ')}`,
    words: SHOWN,
  },
  {
    flags: '--min-severity <severity>',
    group: 'Output',
    type: 'text',
    help: 'hide milder rows of the table; never changes the exit code',
    words: SEVERITIES,
  },
  {
    flags: '--group-by <what>',
    group: 'Output',
    type: 'text',
    help: 'blocks of the table: cache or rule (default: cache)',
    words: GROUPINGS,
  },
  { flags: '--wide', group: 'Output', type: 'switch', help: 'table with passes, failures that do not count, evidence and every fix' },
  {
    flags: '--sarif-waived <choice>',
    group: 'Output',
    type: 'text',
    help: 'include: waived findings are in SARIF, as suppressed; omit: they are not (default: omit)',
    words: SARIF_WAIVED,
  },
  {
    flags: '--redact <what>',
    group: 'Output',
    type: 'text',
    help: 'ids: hashes in place of the ids of subscriptions and tenants',
    words: REDACTABLE,
  },
  { flags: '--color <when>', group: 'Output', type: 'text', help: 'auto, always or never (default: auto)', words: COLOR_CHOICES },
  { flags: '--no-progress', group: 'Output', type: 'switch', help: 'no progress on stderr' },
  { flags: '-q, --quiet', group: 'Output', type: 'switch', help: 'only errors on stderr' },
  { flags: '-v, --verbose', group: 'Output', type: 'count', help: 'say more on stderr; -vv adds stacks' },
  { flags: '--concurrency <n>', group: 'Run', type: 'text', help: 'requests under way at a time, 1 to 256 (default: 32)' },
  { flags: '--timeout <duration>', group: 'Run', type: 'text', help: 'for the whole run, such as 90s or 10m (default: 10m)' },
  { flags: '--request-timeout <duration>', group: 'Run', type: 'text', help: 'for one request, body included (default: 30s)' },
  { flags: '--retries <n>', group: 'Run', type: 'text', help: 'attempts after the first, 0 to 20 (default: 5)' },
  ...CONFIG_OPTIONS,
  { flags: '--show-config', group: 'Configuration', type: 'switch', help: 'print every setting and where it comes from, and end' },
];

/** What of an estate is read, and from where. */
const SCOPE: readonly OptionSpec[] = [
  {
    flags: '-s, --subscription <id|name>',
    group: 'Scope',
    type: 'list',
    help: 'read this subscription only (repeat for more; default: every one you can see)',
  },
  { flags: '--management-group <id>', group: 'Scope', type: 'list', help: 'the subscriptions in this management group (repeat for more)' },
  { flags: '-g, --resource-group <name>', group: 'Scope', type: 'list', help: 'only caches in this resource group (repeat for more)' },
  { flags: '--cache <name|id>', group: 'Scope', type: 'list', help: 'only this cache (repeat for more)' },
  {
    flags: '--tag <name[=value]>',
    group: 'Scope',
    type: 'list',
    help: 'only caches with this tag (repeat: of one name any value, of several names all)',
  },
  {
    flags: '--exclude <glob>',
    group: 'Scope',
    type: 'list',
    help: 'leave out caches whose whole id matches, such as "*/resourceGroups/sandbox-*" (repeat for more)',
  },
  {
    flags: '--source <kind>',
    group: 'Scope',
    type: 'text',
    help: 'arm: Resource Manager; graph: Resource Graph, faster for many subscriptions (default: arm)',
    words: SOURCES,
  },
  { flags: '--graph-only', group: 'Scope', type: 'switch', help: 'Resource Graph alone: what its index does not hold is not evaluated' },
];

const SIGN_IN: readonly OptionSpec[] = [
  {
    flags: '--auth <kind>',
    group: 'Sign-in',
    type: 'text',
    help: 'auto, cli, env, workload, managed, powershell or azd (default: auto, the DefaultAzureCredential)',
    words: AUTH_KINDS,
  },
  { flags: '--tenant <id>', group: 'Sign-in', type: 'text', help: 'tenant to sign in to' },
  { flags: '--cloud <name>', group: 'Sign-in', type: 'text', help: 'public, usgov or china (default: public)', words: CLOUD_NAMES },
  { flags: '--arm-endpoint <url>', group: 'Sign-in', type: 'text', help: 'Resource Manager of a private cloud' },
  { flags: '--authority <url>', group: 'Sign-in', type: 'text', help: 'sign-in host of a private cloud' },
  { flags: '--audience <url>', group: 'Sign-in', type: 'text', help: 'resource that tokens are for (default: the Resource Manager)' },
];

/** What says which estate is scanned, and as whom: a configuration says it for scans of Azure itself only. */
export const ESTATE_OPTIONS: readonly string[] = [...SCOPE, ...SIGN_IN].map(nameOf);

/** How files are read. */
const INPUT: readonly OptionSpec[] = [
  {
    flags: '--from <kind>',
    group: 'Input',
    type: 'text',
    help: `what the files are, where their contents do not tell: ${INPUT_KINDS.join(', ')}`,
    words: INPUT_KINDS,
  },
  { flags: '--parameters <file>', group: 'Input', type: 'text', help: 'parameters for ARM templates and Bicep' },
];

/** What only a scan of files takes. */
export const FILES_ONLY: readonly string[] = ['from', 'parameters'];

/** What only a scan of Azure itself takes. */
export const LIVE_ONLY: readonly string[] = [
  'source',
  'graph-only',
  'management-group',
  'auth',
  'tenant',
  'cloud',
  'arm-endpoint',
  'authority',
  'audience',
];

const named = (...names: readonly string[]): readonly OptionSpec[] => SHARED.filter(isOneOf(...names));

/** What may be said anew of a result that is there. */
export const REPORT_OPTIONS: readonly OptionSpec[] = [
  ...named('fail-on', 'baseline', 'allow-incomplete', 'allow-empty', 'waivers', 'no-waivers', 'strict-waivers').map((spec) => ({
    ...spec,
    help: spec.help.replace(/\(default: ([^)]*)\)/, (_, known: string) =>
      nameOf(spec) === 'waivers' ? `(default: ${known}; else as the scan was)` : '(default: as the scan was)',
    ),
  })),
  ...named('output', 'show', 'min-severity', 'group-by', 'wide', 'sarif-waived', 'redact', 'color', 'quiet', 'verbose'),
  ...named('config', 'no-config', 'show-config'),
];

export const DIFF_OPTIONS: readonly OptionSpec[] = [
  ...named('fail-on'),
  { flags: '-o, --output <format>', group: 'Output', type: 'text', help: 'table or json (default: table)', words: LIST_FORMATS },
  ...named('color', 'quiet', 'config', 'no-config'),
];

export const WAIVERS_OPTIONS: readonly OptionSpec[] = [
  { flags: '--waivers <file>', group: 'Waivers', type: 'text', help: 'their file (default: .redvet.waivers.yaml here or above)' },
  {
    flags: '-o, --output <format>',
    group: 'Output',
    type: 'text',
    help: 'of the list: table or json (default: table)',
    words: LIST_FORMATS,
  },
  ...CONFIG_OPTIONS,
];

export const SCAN_OPTIONS: readonly OptionSpec[] = [...INPUT, ...SCOPE, ...SIGN_IN, ...SHARED];
export const DEMO_OPTIONS: readonly OptionSpec[] = [...SCOPE, ...SHARED];

/** What is read through Resource Manager and judged by nobody: the rules say what that is. */
const READING: readonly OptionSpec[] = [
  ...SCOPE.filter(isOneOf('subscription', 'management-group', 'resource-group', 'cache', 'tag', 'exclude')),
  ...SIGN_IN,
  ...RULE_OPTIONS.map((spec) => ({
    ...spec,
    help: spec.help.replace(
      'only the rules of this framework, such as soc-2, summed up by its controls',
      'only what the rules of this framework need',
    ),
  })),
];

/** What is read as for a scan, and written to one file. */
export const COLLECT_OPTIONS: readonly OptionSpec[] = [
  ...READING,
  ...SHARED.filter(isOneOf('allow-incomplete', 'allow-empty')),
  { flags: '-o, --output <file>', group: 'Output', type: 'text', help: 'where to write the snapshot; - for stdout' },
  ...SHARED.filter(isOneOf('color', 'no-progress', 'quiet', 'verbose', 'concurrency', 'timeout', 'request-timeout', 'retries')),
  ...CONFIG_OPTIONS,
];

/** What is read as for a scan, as far as it takes to see that it can be. */
export const DOCTOR_OPTIONS: readonly OptionSpec[] = [
  ...READING,
  { flags: '-o, --output <format>', group: 'Output', type: 'text', help: 'table or json (default: table)', words: LIST_FORMATS },
  ...named('redact', 'color', 'no-progress', 'quiet', 'verbose', 'concurrency', 'timeout', 'request-timeout', 'retries'),
  ...CONFIG_OPTIONS,
];
