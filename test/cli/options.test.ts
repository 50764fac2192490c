import { describe, expect, it } from 'vitest';
import { CLOUD_NAMES } from '../../src/azure/cloud-names.ts';
import { CLOUDS } from '../../src/azure/clouds.ts';
import { configRequest } from '../../src/cli/config.ts';
import { durationOf, type Given, givenFrom, listOf, numberOf, textOf, wordOf } from '../../src/cli/given.ts';
import { FILES_ONLY, LIVE_ONLY, nameOf, type OptionSpec, SCAN_OPTIONS } from '../../src/cli/options.ts';
import { readFileSelection, readScope, scopeOptionsOf, selectionOptionsOf } from '../../src/cli/scope.ts';
import { optionsOf, readInputSettings, readLiveSettings, readScanSettings } from '../../src/cli/settings.ts';
import { Trouble } from '../../src/errors.ts';
import type { Problem } from '../../src/model/problem.ts';
import { INPUT_KINDS } from '../../src/model/scope.ts';
import { RULES } from '../../src/rules/index.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Parsed = Readonly<Record<string, unknown>>;

/** As commander hands options over: in camel case, lists as arrays. */
const given = (parsed: Parsed = {}, env: Env = {}): Given => givenFrom(SCAN_OPTIONS, parsed, env);

const problemOf = (act: () => unknown): Problem => {
  try {
    act();
  } catch (error) {
    if (error instanceof Trouble) return error.problem;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('a duration', () => {
  const GOOD: readonly { readonly text: string; readonly ms: number }[] = [
    { text: '1ms', ms: 1 },
    { text: '500ms', ms: 500 },
    { text: '30s', ms: 30_000 },
    { text: '1.5s', ms: 1_500 },
    { text: '10m', ms: 600_000 },
    { text: '0.5h', ms: 1_800_000 },
    { text: '24h', ms: 86_400_000 },
  ];
  it.each(GOOD)('$text is $ms ms', ({ text, ms }) => {
    expect(durationOf(given({ timeout: text }), 'timeout', 1)).toBe(ms);
  });

  it.each(['', ' ', '10', '10 s', 's', '-1s', '+1s', '0s', '0ms', '0.0001ms', '25h', '1e3s', '1,5s', '.5s', '10S', '10min', '1h30m', '٣s'])(
    '%j is refused',
    (text) => {
      expect(problemOf(() => durationOf(given({ timeout: text }), 'timeout', 1))).toMatchObject({
        kind: 'usage',
        scope: '--timeout',
        message: expect.stringContaining(`--timeout ${JSON.stringify(text)} `),
        hint: expect.stringContaining('30s'),
      });
    },
  );

  it('falls back when it is not given', () => {
    expect(durationOf(given(), 'timeout', 7)).toBe(7);
  });
});

describe('a number', () => {
  const GOOD: readonly { readonly text: string; readonly number: number }[] = [
    { text: '1', number: 1 },
    { text: '256', number: 256 },
    { text: '007', number: 7 },
  ];
  it.each(GOOD)('$text is $number', ({ text, number }) => {
    expect(numberOf(given({ concurrency: text }), 'concurrency', 1, 256, 32)).toBe(number);
  });

  it.each(['', ' ', '0', '257', '-1', '+1', '1.5', '1e2', '0x10', 'many', '1 ', '99999999999999999999', 'Infinity', '٣'])(
    '%j is refused',
    (text) => {
      expect(problemOf(() => numberOf(given({ concurrency: text }), 'concurrency', 1, 256, 32))).toMatchObject({
        kind: 'usage',
        scope: '--concurrency',
        message: expect.stringContaining(`--concurrency ${JSON.stringify(text)} `),
        hint: expect.stringMatching(/1 to 256/),
      });
    },
  );

  it('falls back when it is not given', () => {
    expect(numberOf(given(), 'concurrency', 1, 256, 32)).toBe(32);
  });
});

describe('a word', () => {
  it('is one of its values, as written', () => {
    expect(wordOf(given({ failOn: 'low' }), 'fail-on', ['high', 'low'], 'high')).toBe('low');
    expect(wordOf(given(), 'fail-on', ['high', 'low'], 'high')).toBe('high');
  });

  it.each(['LOW', ' low', 'lo', '', 'constructor'])('%j is refused, for there are no abbreviations', (text) => {
    expect(problemOf(() => wordOf(given({ failOn: text }), 'fail-on', ['high', 'low'], 'high'))).toMatchObject({
      kind: 'usage',
      scope: '--fail-on',
      message: expect.stringContaining(`--fail-on ${JSON.stringify(text)} `),
      hint: expect.stringContaining('high, low'),
    });
  });
});

describe('a text and a list', () => {
  it.each(['', ' ', '\t'])('%j is refused, so that an empty variable in a pipeline widens nothing', (text) => {
    const told = { kind: 'usage', message: expect.stringContaining('is empty') };
    expect(problemOf(() => textOf(given({ tenant: text }), 'tenant'))).toMatchObject(told);
    expect(problemOf(() => listOf(given({ subscription: ['prod', text] }), 'subscription'))).toMatchObject(told);
  });

  it('is absent when it is not given', () => {
    expect(textOf(given(), 'tenant')).toBeUndefined();
    expect(listOf(given(), 'subscription')).toEqual([]);
  });

  it('keeps a flag with a comma whole', () => {
    expect(listOf(given({ subscription: ['a,b'] }), 'subscription')).toEqual(['a,b']);
  });
});

describe('an environment variable', () => {
  it('splits a list at commas, and only a list', () => {
    const env = { REDVET_SUBSCRIPTION: 'prod, staging ,,dev', REDVET_TENANT: 'a,b' };
    expect(given({}, env).texts('subscription')).toEqual(['prod', 'staging', 'dev']);
    expect(given({}, env).texts('tenant')).toEqual(['a,b']);
  });

  it('counts as unset when it is empty', () => {
    expect(readScanSettings(given({}, { REDVET_FAIL_ON: '', REDVET_ALLOW_EMPTY: '', REDVET_RULE: '' }))).toEqual(readScanSettings(given()));
  });

  it('gives way to a flag, whole: lists are not joined', () => {
    const both = given({ subscription: ['prod'], failOn: 'low' }, { REDVET_SUBSCRIPTION: 'staging', REDVET_FAIL_ON: 'none' });
    expect(both.texts('subscription')).toEqual(['prod']);
    expect(both.texts('fail-on')).toEqual(['low']);
    expect([both.origin('fail-on'), given({}, { REDVET_FAIL_ON: 'none' }).origin('fail-on')]).toEqual(['--fail-on', 'REDVET_FAIL_ON']);
  });

  const SWITCHES: readonly { readonly text: string; readonly on: boolean }[] = [
    ...['1', 'true', 'TRUE', 'yes', 'on'].map((text) => ({ text, on: true })),
    ...['0', 'false', 'False', 'no', 'off'].map((text) => ({ text, on: false })),
  ];
  it.each(SWITCHES)('of a switch is $on when it says $text', ({ text, on }) => {
    expect(given({}, { REDVET_ALLOW_EMPTY: text }).isOn('allow-empty')).toBe(on);
  });

  it.each(['perhaps', '2', 'truee', '-', ' true'])('of a switch that says %j is refused', (text) => {
    expect(problemOf(() => given({}, { REDVET_ALLOW_EMPTY: text }).isOn('allow-empty'))).toMatchObject({
      kind: 'usage',
      scope: 'REDVET_ALLOW_EMPTY',
      message: expect.stringContaining(`REDVET_ALLOW_EMPTY ${JSON.stringify(text)} `),
      hint: expect.stringContaining('true or false'),
    });
  });

  const COUNTS: readonly { readonly text: string; readonly count: number }[] = [
    { text: '0', count: 0 },
    { text: '1', count: 1 },
    { text: '2', count: 2 },
    { text: 'true', count: 1 },
    { text: 'false', count: 0 },
  ];
  it.each(COUNTS)('of a count is $count when it says $text', ({ text, count }) => {
    expect(given({}, { REDVET_VERBOSE: text }).count('verbose')).toBe(count);
  });

  const SLIPS: readonly { readonly name: string; readonly meant: string }[] = [
    { name: 'REDVET_FAILON', meant: 'REDVET_FAIL_ON' },
    { name: 'REDVET_Fail_On', meant: 'REDVET_FAIL_ON' },
    { name: 'redvet_fail_on', meant: 'REDVET_FAIL_ON' },
    { name: 'REDVET_SKIPRULE', meant: 'REDVET_SKIP_RULE' },
    { name: 'REDVET_SUB_SCRIPTION', meant: 'REDVET_SUBSCRIPTION' },
    { name: 'REDVET_FAIL__ON', meant: 'REDVET_FAIL_ON' },
  ];
  it.each(SLIPS)('that is all but the name of an option is refused: $name', ({ name, meant }) => {
    expect(problemOf(() => given({}, { [name]: 'low' }))).toMatchObject({
      kind: 'usage',
      scope: name,
      hint: expect.stringContaining(`Did you mean ${meant}?`),
    });
  });

  it.each(['REDVET_VERSION', 'REDVETTED', 'FAILON', 'MY_REDVET_FAIL_ON'])('that is something else is left alone: %s', (name) => {
    expect(() => given({}, { [name]: 'x' })).not.toThrow();
  });
});

/** One example a scan option: as commander would hand it over, and as the variable says it. */
const EXAMPLES: Readonly<Record<string, { readonly parsed: Parsed; readonly env: Env }>> = {
  from: { parsed: { from: 'bicep' }, env: { REDVET_FROM: 'bicep' } },
  parameters: { parsed: { parameters: 'prod.bicepparam' }, env: { REDVET_PARAMETERS: 'prod.bicepparam' } },
  subscription: { parsed: { subscription: ['prod', 'dev'] }, env: { REDVET_SUBSCRIPTION: 'prod,dev' } },
  'management-group': { parsed: { managementGroup: ['mg-a', 'mg-b'] }, env: { REDVET_MANAGEMENT_GROUP: 'mg-a,mg-b' } },
  'resource-group': { parsed: { resourceGroup: ['rg-a', 'rg-b'] }, env: { REDVET_RESOURCE_GROUP: 'rg-a,rg-b' } },
  cache: { parsed: { cache: ['a', 'b'] }, env: { REDVET_CACHE: 'a,b' } },
  tag: { parsed: { tag: ['owner', 'env=prod'] }, env: { REDVET_TAG: 'owner,env=prod' } },
  exclude: { parsed: { exclude: ['*/sandbox-*', '*/x'] }, env: { REDVET_EXCLUDE: '*/sandbox-*,*/x' } },
  source: { parsed: { source: 'graph' }, env: { REDVET_SOURCE: 'graph' } },
  'graph-only': { parsed: { graphOnly: true }, env: { REDVET_GRAPH_ONLY: 'true' } },
  auth: { parsed: { auth: 'managed' }, env: { REDVET_AUTH: 'managed' } },
  tenant: { parsed: { tenant: 'contoso.com' }, env: { REDVET_TENANT: 'contoso.com' } },
  cloud: { parsed: { cloud: 'usgov' }, env: { REDVET_CLOUD: 'usgov' } },
  'arm-endpoint': { parsed: { armEndpoint: 'https://a.example' }, env: { REDVET_ARM_ENDPOINT: 'https://a.example' } },
  authority: { parsed: { authority: 'https://b.example' }, env: { REDVET_AUTHORITY: 'https://b.example' } },
  audience: { parsed: { audience: 'https://c.example' }, env: { REDVET_AUDIENCE: 'https://c.example' } },
  rule: { parsed: { rule: ['*tls*', '*port*'] }, env: { REDVET_RULE: '*tls*,*port*' } },
  'skip-rule': { parsed: { skipRule: ['*tls*', '*port*'] }, env: { REDVET_SKIP_RULE: '*tls*,*port*' } },
  framework: { parsed: { framework: ['hipaa', 'soc-2'] }, env: { REDVET_FRAMEWORK: 'hipaa,soc-2' } },
  'rule-option': {
    parsed: { ruleOption: ['required-tags-present.tags=owner,env', 'minimum-tls-1-2.requireExplicit=true'] },
    env: { REDVET_RULE_OPTION: 'required-tags-present.tags=owner,env,minimum-tls-1-2.requireExplicit=true' },
  },
  'fail-on': { parsed: { failOn: 'info' }, env: { REDVET_FAIL_ON: 'info' } },
  'allow-incomplete': { parsed: { allowIncomplete: true }, env: { REDVET_ALLOW_INCOMPLETE: 'true' } },
  'allow-empty': { parsed: { allowEmpty: true }, env: { REDVET_ALLOW_EMPTY: 'true' } },
  output: { parsed: { output: ['json', 'table=t'] }, env: { REDVET_OUTPUT: 'json,table=t' } },
  show: { parsed: { show: 'pass,fail' }, env: { REDVET_SHOW: 'pass,fail' } },
  'min-severity': { parsed: { minSeverity: 'high' }, env: { REDVET_MIN_SEVERITY: 'high' } },
  wide: { parsed: { wide: true }, env: { REDVET_WIDE: 'true' } },
  'group-by': { parsed: { groupBy: 'rule' }, env: { REDVET_GROUP_BY: 'rule' } },
  color: { parsed: { color: 'always' }, env: { REDVET_COLOR: 'always' } },
  'no-progress': { parsed: { progress: false }, env: { REDVET_NO_PROGRESS: 'true' } },
  quiet: { parsed: { quiet: true }, env: { REDVET_QUIET: 'true' } },
  verbose: { parsed: { verbose: 2 }, env: { REDVET_VERBOSE: '2' } },
  concurrency: { parsed: { concurrency: '8' }, env: { REDVET_CONCURRENCY: '8' } },
  timeout: { parsed: { timeout: '90s' }, env: { REDVET_TIMEOUT: '90s' } },
  'request-timeout': { parsed: { requestTimeout: '5s' }, env: { REDVET_REQUEST_TIMEOUT: '5s' } },
  retries: { parsed: { retries: '0' }, env: { REDVET_RETRIES: '0' } },
  baseline: { parsed: { baseline: 'before.json' }, env: { REDVET_BASELINE: 'before.json' } },
  waivers: { parsed: { waivers: 'w.yaml' }, env: { REDVET_WAIVERS: 'w.yaml' } },
  'no-waivers': { parsed: { waivers: false }, env: { REDVET_NO_WAIVERS: 'true' } },
  'strict-waivers': { parsed: { strictWaivers: true }, env: { REDVET_STRICT_WAIVERS: 'true' } },
  'sarif-waived': { parsed: { sarifWaived: 'include' }, env: { REDVET_SARIF_WAIVED: 'include' } },
  redact: { parsed: { redact: 'ids' }, env: { REDVET_REDACT: 'ids' } },
  config: { parsed: { config: 'c.yaml' }, env: { REDVET_CONFIG: 'c.yaml' } },
  'no-config': { parsed: { config: false }, env: { REDVET_NO_CONFIG: 'true' } },
  'show-config': { parsed: { showConfig: true }, env: { REDVET_SHOW_CONFIG: 'true' } },
};

describe('the settings of a scan', () => {
  const settings = (parsed: Parsed, env: Env) => {
    const all = given(parsed, env);
    const { cloud, ...live } = readLiveSettings(all, env);
    const { rules, ...scan } = readScanSettings(all);
    // Of two rules with the same options the functions differ.
    return {
      ...scan,
      rules: rules.map(({ id, options }) => ({ id, options })),
      live,
      cloud,
      scope: readScope(all),
      input: readInputSettings(all),
      configFile: configRequest(all),
      isShown: all.isOn('show-config'),
    };
  };

  it('have these values when nothing is given', () => {
    const { rules, ...rest } = settings({}, {});
    expect(rules).toEqual(RULES.map(({ id, options }) => ({ id, options })));
    expect(rest).toEqual({
      frameworks: [],
      failOn: 'high',
      allowIncomplete: false,
      allowEmpty: false,
      outputs: [{ format: 'table', file: null }],
      table: { show: null, isWaivedShown: false, minSeverity: null, wide: false, groupBy: 'cache' },
      sarif: { locations: [], isWaivedIncluded: false },
      gate: { baseline: null, waivers: null, isWaived: true, isStrict: false, maxDays: 180, warnDays: 14 },
      config: null,
      configFile: { path: null, isOff: false },
      isShown: false,
      isRedacted: false,
      disabled: [],
      unwaivable: new Set(),
      color: 'auto',
      progress: true,
      quiet: false,
      verbosity: 0,
      concurrency: 32,
      timeoutMs: 600_000,
      requestTimeoutMs: 30_000,
      retries: 5,
      live: {
        auth: 'auto',
        tenant: undefined,
      },
      cloud: CLOUDS.public,
      scope: {
        source: 'arm',
        index: 'complete',
        subscriptions: [],
        managementGroups: [],
        selection: { subscriptions: [], resourceGroups: [], caches: [], tags: [], excluded: [] },
      },
      input: { from: null, parameters: null },
    });
  });

  it.each(SCAN_OPTIONS.map(nameOf))('are the same by --%s and by its variable, and differ from the default', (name) => {
    const example = EXAMPLES[name];
    if (example === undefined) throw new Error(`add an example of --${name}`);
    const byFlag = settings(example.parsed, {});
    expect(settings({}, example.env)).toEqual(byFlag);
    expect(byFlag).not.toEqual(settings({}, {}));
  });

  it('tell a mild --min-severity from none: only the one that was asked for shows what the table else counts', () => {
    expect(readScanSettings(given({ minSeverity: 'info' })).table.minSeverity).toBe('info');
    expect(readScanSettings(given({}, { REDVET_MIN_SEVERITY: 'low' })).table.minSeverity).toBe('low');
  });

  it('repeat in the report what decided, with the options of rules that are not as they were', () => {
    expect(optionsOf(readScanSettings(given()))).toEqual({
      failOn: 'high',
      allowIncomplete: false,
      allowEmpty: false,
      frameworks: [],
      baseline: null,
      waivers: null,
      strictWaivers: false,
      ruleOptions: {},
    });
    const ruleOption = [
      'required-tags-present.tags=owner,env',
      'firewall-rules-narrow.maxAddresses=8',
      'minimum-tls-1-2.requireExplicit=false',
      'public-network-access-disabled.acceptNarrowFirewall=true',
    ];
    const skipRule = ['public-network-access-disabled'];
    expect(optionsOf(readScanSettings(given({ ruleOption, skipRule, allowEmpty: true })))).toMatchObject({
      allowEmpty: true,
      // Not what was given and is the default, nor what is for a rule that was left out.
      ruleOptions: { 'required-tags-present.tags': ['owner', 'env'], 'firewall-rules-narrow.maxAddresses': 8 },
    });
    expect(optionsOf(readScanSettings(given({ ruleOption, skipRule }))).ruleOptions).toEqual({
      'required-tags-present.tags': ['owner', 'env'],
      'firewall-rules-narrow.maxAddresses': 8,
    });
    expect(optionsOf(readScanSettings(given({ framework: ['SOC-2', 'hipaa'] }))).frameworks).toEqual(['soc-2', 'hipaa']);
  });

  it('show the outcomes that were named, and refuse one that is none', () => {
    expect(readScanSettings(given({ show: 'fail, not_applicable' })).table.show).toEqual(new Set(['fail', 'not_applicable']));
    expect(readScanSettings(given({ show: 'unknown,waived' })).table).toMatchObject({ show: new Set(['unknown']), isWaivedShown: true });
    for (const show of ['fial', 'fail,', 'FAIL', ',']) {
      expect(problemOf(() => readScanSettings(given({ show })))).toMatchObject({ kind: 'usage', scope: '--show' });
    }
    expect(problemOf(() => readScanSettings(given({ show: 'unknwn' }))).hint).toContain('Did you mean unknown?');
  });

  it.each(['a b', 'a/b', '../x', 'a?b', 'a#b', '-t', '.x', 'é', `a${'b'.repeat(300)}`, 'a\nb'])('refuse the tenant %j', (tenant) => {
    expect(problemOf(() => readLiveSettings(given({ tenant }), {}))).toMatchObject({ kind: 'usage', scope: '--tenant' });
  });

  it.each(['11111111-aaaa-4bbb-8ccc-000000000001', 'contoso.onmicrosoft.com', 'adfs', 'organizations'])('take the tenant %s', (tenant) => {
    expect(readLiveSettings(given({ tenant }), {}).tenant).toBe(tenant);
  });

  it('take the authority from AZURE_AUTHORITY_HOST unless a cloud or an authority is named', () => {
    const env = { AZURE_AUTHORITY_HOST: 'https://login.example' };
    const authority = (parsed: Parsed, more: Env = {}) =>
      readLiveSettings(given(parsed, { ...env, ...more }), { ...env, ...more }).cloud.authority;
    expect(authority({})).toBe('https://login.example');
    expect(authority({ cloud: 'china' })).toBe('https://login.chinacloudapi.cn');
    expect(authority({}, { REDVET_CLOUD: 'china' })).toBe('https://login.chinacloudapi.cn');
    expect(authority({ authority: 'https://other.example' })).toBe('https://other.example');
  });

  it('know every cloud', () => {
    expect(CLOUD_NAMES).toEqual(Object.keys(CLOUDS));
  });
});

describe('the scope of a scan', () => {
  const CACHE = '/subscriptions/33333333-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Cache/Redis/orders';

  const GOOD: readonly { readonly parsed: Parsed; readonly scope: object }[] = [
    { parsed: { managementGroup: ['mg_A(1).x'] }, scope: { managementGroups: ['mg_A(1).x'] } },
    {
      parsed: { managementGroup: ['/providers/Microsoft.Management/managementGroups/mg-a', 'mg-a'] },
      scope: { managementGroups: ['mg-a'] },
    },
    { parsed: { cache: [CACHE, 'orders'] }, scope: { selection: { caches: [CACHE, 'orders'] } } },
    { parsed: { tag: ['owner=a=b'] }, scope: { selection: { tags: [{ name: 'owner', value: 'a=b' }] } } },
    { parsed: { tag: ['owner='] }, scope: { selection: { tags: [{ name: 'owner', value: '' }] } } },
    { parsed: { tag: ['owner'] }, scope: { selection: { tags: [{ name: 'owner', value: null }] } } },
    {
      parsed: { exclude: ['*', '/subscriptions/*', '?subscriptions/x'] },
      scope: { selection: { excluded: ['*', '/subscriptions/*', '?subscriptions/x'] } },
    },
    { parsed: { graphOnly: true }, scope: { source: 'graph', index: 'only' } },
    { parsed: { graphOnly: true, source: 'graph' }, scope: { source: 'graph', index: 'only' } },
    { parsed: { source: 'graph' }, scope: { source: 'graph', index: 'complete' } },
  ];
  it.each(GOOD)('$parsed is understood', ({ parsed, scope }) => {
    expect(readScope(given(parsed))).toMatchObject(scope);
  });

  const BAD: readonly { readonly parsed: Parsed; readonly flag: string; readonly says: RegExp }[] = [
    { parsed: { managementGroup: ['a/b'] }, flag: '--management-group', says: /not the id/ },
    { parsed: { managementGroup: ['../x'] }, flag: '--management-group', says: /not the id/ },
    { parsed: { managementGroup: ['a b'] }, flag: '--management-group', says: /not the id/ },
    { parsed: { managementGroup: ['a.'] }, flag: '--management-group', says: /not the id/ },
    { parsed: { managementGroup: [`${'a'.repeat(91)}`] }, flag: '--management-group', says: /not the id/ },
    { parsed: { resourceGroup: ['rg-*'] }, flag: '--resource-group', says: /not the name/ },
    { parsed: { resourceGroup: ['/subscriptions/x/resourceGroups/y'] }, flag: '--resource-group', says: /not the name/ },
    { parsed: { cache: ['ord*'] }, flag: '--cache', says: /not a cache/ },
    { parsed: { cache: ['redis/orders'] }, flag: '--cache', says: /not a cache/ },
    { parsed: { cache: [`${CACHE}/firewallRules/x`] }, flag: '--cache', says: /not a cache/ },
    { parsed: { cache: [CACHE.replace('Redis', 'other')] }, flag: '--cache', says: /not a cache/ },
    { parsed: { tag: ['=prod'] }, flag: '--tag', says: /no name/ },
    { parsed: { exclude: ['sandbox-*'] }, flag: '--exclude', says: /match no id/ },
    { parsed: { source: 'resource-graph' }, flag: '--source', says: /none of its values/ },
    { parsed: { source: 'arm', graphOnly: true }, flag: '--source', says: /--graph-only/ },
    ...['managementGroup', 'resourceGroup', 'cache', 'tag', 'exclude'].map((name) => ({
      parsed: { [name]: [' '] },
      flag: `--${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`,
      says: /is empty/,
    })),
  ];
  it.each(BAD)('$parsed is refused', ({ parsed, flag, says }) => {
    expect(problemOf(() => readScope(given(parsed)))).toMatchObject({ kind: 'usage', scope: flag, message: expect.stringMatching(says) });
  });

  it('is repeated in the report as it was asked for', () => {
    const parsed = { subscription: ['prod'], resourceGroup: ['rg'], cache: ['c'], tag: ['a=b', 'd'], exclude: ['*/x'], graphOnly: true };
    expect(scopeOptionsOf(readScope(given(parsed)))).toEqual({
      source: 'graph',
      graphOnly: true,
      subscriptions: ['prod'],
      managementGroups: [],
      resourceGroups: ['rg'],
      caches: ['c'],
      tags: ['a=b', 'd'],
      exclude: ['*/x'],
    });
  });
});

describe('the settings of a scan of files', () => {
  it.each(INPUT_KINDS)('take %s for what the files are', (from) => {
    expect(readInputSettings(given({ from }))).toEqual({ from, parameters: null });
  });

  it('refuse a kind that is none, and parameters without a name', () => {
    expect(problemOf(() => readInputSettings(given({ from: 'terraform-pln' })))).toMatchObject({
      kind: 'usage',
      scope: '--from',
      hint: 'Did you mean terraform-plan or terraform? It takes inventory, snapshot, terraform-plan, terraform-state, terraform, arm-template, bicep.',
    });
    expect(problemOf(() => readInputSettings(given({ from: '' })))).toMatchObject({ kind: 'usage', scope: '--from' });
    expect(problemOf(() => readInputSettings(given({}, { REDVET_FROM: 'Bicep' })))).toMatchObject({ kind: 'usage', scope: 'REDVET_FROM' });
    expect(problemOf(() => readInputSettings(given({ parameters: ' ' })))).toMatchObject({ kind: 'usage', scope: '--parameters' });
  });

  const ID = '33333333-0000-4000-8000-00000000000A';

  it('select by the name of a subscription, too, which a snapshot knows', () => {
    const { subscriptions } = readFileSelection(given({ subscription: ['prod', `/subscriptions/${ID}`] }));
    expect(subscriptions).toEqual(['prod', ID]);
  });

  it('select by the id of a subscription, and by whatever a live scan selects by', () => {
    const parsed = { subscription: [ID], resourceGroup: ['rg'], cache: ['c'], tag: ['a=b', 'd'], exclude: ['azurerm_redis_cache.*'] };
    const selection = readFileSelection(given(parsed));
    expect(selection).toEqual({
      subscriptions: [ID],
      resourceGroups: ['rg'],
      caches: ['c'],
      tags: [
        { name: 'a', value: 'b' },
        { name: 'd', value: null },
      ],
      // An address need not begin with a slash.
      excluded: ['azurerm_redis_cache.*'],
    });
    expect(selectionOptionsOf(selection)).toEqual({
      subscriptions: [ID],
      resourceGroups: ['rg'],
      caches: ['c'],
      tags: ['a=b', 'd'],
      exclude: ['azurerm_redis_cache.*'],
    });
    expect(readFileSelection(given())).toEqual({ subscriptions: [], resourceGroups: [], caches: [], tags: [], excluded: [] });
  });

  it.each([
    { parsed: { subscription: [''] }, flag: '--subscription', says: /is empty/ },
    { parsed: { resourceGroup: ['rg-*'] }, flag: '--resource-group', says: /not the name/ },
    { parsed: { cache: ['redis/orders'] }, flag: '--cache', says: /not a cache/ },
    { parsed: { tag: ['=prod'] }, flag: '--tag', says: /no name/ },
    { parsed: { exclude: [' '] }, flag: '--exclude', says: /is empty/ },
  ])('refuse $parsed', ({ parsed, flag, says }) => {
    expect(problemOf(() => readFileSelection(given(parsed)))).toMatchObject({
      kind: 'usage',
      scope: flag,
      message: expect.stringMatching(says),
    });
  });
});

describe('the options of a scan', () => {
  it('are for files, for Azure itself, or for both', () => {
    const names = SCAN_OPTIONS.map(nameOf);
    expect([...FILES_ONLY, ...LIVE_ONLY].filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !FILES_ONLY.includes(name) && !LIVE_ONLY.includes(name))).toEqual([
      ...['subscription', 'resource-group', 'cache', 'tag', 'exclude'],
      ...['rule', 'skip-rule', 'framework', 'rule-option'],
      ...['fail-on', 'baseline', 'allow-incomplete', 'allow-empty', 'waivers', 'no-waivers', 'strict-waivers'],
      ...['output', 'show', 'min-severity', 'group-by', 'wide', 'sarif-waived', 'redact', 'color', 'no-progress', 'quiet', 'verbose'],
      ...['concurrency', 'timeout', 'request-timeout', 'retries', 'config', 'no-config', 'show-config'],
    ]);
  });

  it('each have a name and a short flag of their own', () => {
    const short = ({ flags }: OptionSpec): readonly string[] => /^-([a-zA-Z]),/.exec(flags)?.slice(1) ?? [];
    const names = SCAN_OPTIONS.map(nameOf);
    const letters = SCAN_OPTIONS.flatMap(short);
    expect(names).toEqual([...new Set(names)]);
    expect(letters).toEqual([...new Set(letters)]);
    expect(Object.keys(EXAMPLES).sort()).toEqual([...names].sort());
  });

  it('take no secret', () => {
    expect(SCAN_OPTIONS.filter(({ flags }) => /secret|password|token|key/i.test(flags))).toEqual([]);
  });
});
