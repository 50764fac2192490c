import { AUTH_KINDS, type AuthKind } from '../azure/auth-kinds.ts';
import { CLOUD_NAMES } from '../azure/cloud-names.ts';
import { type Cloud, cloudFor } from '../azure/clouds.ts';
import { INPUT_KINDS, type InputKind } from '../model/scope.ts';
import { SEVERITIES, THRESHOLDS, type Threshold } from '../model/severity.ts';
import type { SarifChoices, TableChoices } from '../reporters/reporter.ts';
import { type Config, MOST_DAYS, WARN_DAYS } from './config.ts';
import { badValue, durationOf, type Given, listOf, numberOf, textOf, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { type OutputRequest, readOutputs } from './outputs.ts';
import { type RuleSettings, readRules } from './select-rules.ts';
import type { ColorChoice } from './style.ts';
import { didYouMean } from './suggest.ts';
import { COLOR_CHOICES, GROUPINGS, REDACTABLE, SARIF_WAIVED, SHOWN } from './words.ts';

/** What every command takes that reads an estate. */
export interface RunSettings extends RuleSettings {
  readonly allowIncomplete: boolean;
  readonly allowEmpty: boolean;
  readonly color: ColorChoice;
  readonly progress: boolean;
  readonly quiet: boolean;
  /** 0, 1 or 2. */
  readonly verbosity: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly retries: number;
}

/** Everything that `scan` and `demo` have in common, validated. */
export interface ScanSettings extends RunSettings {
  readonly failOn: Threshold;
  readonly outputs: readonly OutputRequest[];
  readonly table: TableChoices;
  readonly sarif: SarifChoices;
  readonly gate: GateSettings;
  readonly config: Config | null;
  /** Whether reports hold hashes in place of the ids of subscriptions and tenants. */
  readonly isRedacted: boolean;
}

/** How reports are written, whatever they are of. */
export type ReportSettings = Pick<
  ScanSettings,
  'outputs' | 'table' | 'sarif' | 'gate' | 'config' | 'isRedacted' | 'color' | 'quiet' | 'verbosity'
>;

/** Throws `Trouble` (usage) naming the option or variable, its value and what it takes. */
export const readScanSettings = (given: Given): ScanSettings => ({
  ...readRunSettings(given),
  ...readReportSettings(given),
  failOn: failOnOf(given) ?? 'high',
});

/** Null where nobody says. */
export const failOnOf = (given: Given): Threshold | null => (given.isSet('fail-on') ? wordOf(given, 'fail-on', THRESHOLDS, 'high') : null);

/** Throws as `readScanSettings` does. */
export const readReportSettings = (given: Given): ReportSettings => ({
  color: wordOf(given, 'color', COLOR_CHOICES, 'auto'),
  quiet: given.isOn('quiet'),
  verbosity: given.count('verbose'),
  outputs: readOutputs(listOf(given, 'output'), given.origin('output')),
  table: readTable(given),
  sarif: {
    locations: given.config?.locations ?? [],
    isWaivedIncluded: wordOf(given, 'sarif-waived', SARIF_WAIVED, 'omit') === 'include',
  },
  gate: readGateSettings(given),
  config: given.config,
  isRedacted: isRedactedBy(given),
});

export const isRedactedBy = (given: Given): boolean =>
  given.texts('redact').length > 0 && wordOf(given, 'redact', REDACTABLE, 'ids') === 'ids';

/** Which files excuse failures. */
export interface GateSettings {
  /** A file with an earlier result. */
  readonly baseline: string | null;
  /** A file; null to look for `.redvet.waivers.yaml`. */
  readonly waivers: string | null;
  readonly isWaived: boolean;
  readonly isStrict: boolean;
  readonly maxDays: number;
  readonly warnDays: number;
}

export const readGateSettings = (given: Given): GateSettings => ({
  baseline: textOf(given, 'baseline') ?? null,
  waivers: textOf(given, 'waivers') ?? null,
  // Who names a file by a flag means it, whatever a variable says.
  isWaived: given.isFlag('waivers') ? given.texts('waivers').length > 0 : !given.isOn('no-waivers'),
  isStrict: given.isOn('strict-waivers'),
  maxDays: given.config?.waivers.maxDays ?? MOST_DAYS,
  warnDays: given.config?.waivers.warnDays ?? WARN_DAYS,
});

const NOTHING_DECLARED: SarifChoices = { locations: [], isWaivedIncluded: false };

/** How reports look for which nothing could be chosen. */
export const PLAIN_CHOICES: Pick<ScanSettings, 'table' | 'sarif'> = {
  table: { show: null, isWaivedShown: false, minSeverity: null, wide: false, groupBy: 'cache' },
  sarif: NOTHING_DECLARED,
};

const readTable = (given: Given): TableChoices => ({
  ...shownIn(given),
  minSeverity: given.texts('min-severity').length === 0 ? null : wordOf(given, 'min-severity', SEVERITIES, 'info'),
  wide: given.isOn('wide'),
  groupBy: wordOf(given, 'group-by', GROUPINGS, 'cache'),
});

/** Throws as `readScanSettings` does. */
export const readRunSettings = (given: Given): RunSettings => ({
  ...readRules(given),
  allowIncomplete: given.isOn('allow-incomplete'),
  allowEmpty: given.isOn('allow-empty'),
  color: wordOf(given, 'color', COLOR_CHOICES, 'auto'),
  progress: !given.isOn('no-progress'),
  quiet: given.isOn('quiet'),
  verbosity: given.count('verbose'),
  concurrency: numberOf(given, 'concurrency', 1, 256, 32),
  timeoutMs: durationOf(given, 'timeout', 600_000),
  requestTimeoutMs: durationOf(given, 'request-timeout', 30_000),
  retries: numberOf(given, 'retries', 0, 20, 5),
});

/** What of them a report repeats. */
export const optionsOf = ({ failOn, allowIncomplete, allowEmpty, frameworks, rules, gate }: ScanSettings) => ({
  failOn,
  allowIncomplete,
  allowEmpty,
  frameworks,
  baseline: gate.baseline,
  waivers: gate.isWaived ? gate.waivers : false,
  strictWaivers: gate.isStrict,
  ruleOptions: Object.fromEntries(
    rules.flatMap(({ id, options }) =>
      options.filter((option) => option.value !== option.default).map(({ name, value }) => [`${id}.${name}`, value]),
    ),
  ),
});

const shownIn = (given: Given): Pick<TableChoices, 'show' | 'isWaivedShown'> => {
  const text = textOf(given, 'show');
  if (text === undefined) return { show: null, isWaivedShown: false };
  const words = text.split(',').map((word) => {
    const known = SHOWN.find((one) => one === word.trim());
    if (known !== undefined) return known;
    throw badValue(
      given.origin('show'),
      word.trim(),
      'is no outcome',
      `${didYouMean(word.trim(), SHOWN)} It takes ${SHOWN.join(', ')}, with commas between.`.trim(),
    );
  });
  return { show: new Set(words.filter((word) => word !== 'waived')), isWaivedShown: words.includes('waived') };
};

/** A failure that is waived has a row of its own kind. */
/** What only a scan of files takes. */
export interface InputSettings {
  /** What all the files are; null to tell by their contents. */
  readonly from: InputKind | null;
  /** A file with parameters for the templates. */
  readonly parameters: string | null;
}

export const readInputSettings = (given: Given): InputSettings => ({
  from: given.texts('from').length === 0 ? null : wordOf(given, 'from', INPUT_KINDS, 'inventory'),
  parameters: textOf(given, 'parameters') ?? null,
});

/** What only a live scan takes. */
export interface LiveSettings {
  readonly auth: AuthKind;
  readonly tenant: string | undefined;
  readonly cloud: Cloud;
}

export const readLiveSettings = (given: Given, env: Io['env']): LiveSettings => {
  const authority = textOf(given, 'authority');
  // Azure's own variable moves the public authority, as it does for every Azure tool; an explicit cloud or authority wins.
  const inherited = authority === undefined && given.texts('cloud').length === 0 ? env['AZURE_AUTHORITY_HOST'] || undefined : undefined;
  return {
    auth: wordOf(given, 'auth', AUTH_KINDS, 'auto'),
    tenant: tenantOf(given),
    cloud: cloudFor({
      cloud: wordOf(given, 'cloud', CLOUD_NAMES, 'public'),
      armEndpoint: textOf(given, 'arm-endpoint'),
      authority: authority ?? inherited,
      audience: textOf(given, 'audience'),
      origins: {
        armEndpoint: given.origin('arm-endpoint'),
        authority: inherited === undefined ? given.origin('authority') : 'AZURE_AUTHORITY_HOST',
        audience: given.origin('audience'),
      },
    }),
  };
};

/** A tenant becomes part of a sign-in address: an id, a domain, or `adfs`. */
const tenantOf = (given: Given): string | undefined => {
  const tenant = textOf(given, 'tenant');
  if (tenant !== undefined && !/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(tenant)) {
    throw badValue(
      given.origin('tenant'),
      tenant,
      'is not a tenant',
      'It takes the id of a tenant or one of its domains, such as contoso.onmicrosoft.com.',
    );
  }
  return tenant;
};
