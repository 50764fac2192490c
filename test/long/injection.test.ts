import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { azureCommand, githubCommand } from '../support/ci-commands.ts';
import { BY_SIX_RULES, type Ended, emptyFolder, type RunOptions, redvet, SIX_RULES, scan } from '../support/redvet.ts';
import {
  type Estate,
  type LoopbackArm,
  SECRET,
  startResourceManager,
  subscriptionId,
  wireCluster,
  wireDatabase,
  wireRedis,
  wireSubscription,
} from '../support/resource-manager.ts';

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];
const [FOUR, FIVE, SIX] = [subscriptionId(4), subscriptionId(5), subscriptionId(6)];

/** Texts that act where they are shown unescaped: in a terminal, in a CI log, in a shell. */
const HOSTILE: readonly string[] = [
  'colour\u001b[31mred\u001b[0m',
  'title\u001b]0;owned\u0007',
  'link\u001b]8;;https:evil.example\u001b\\x',
  'c1\u009b2J\u0085x',
  'over\u202egpj.exe\u202c',
  'isolate\u2066x\u2069',
  'hidden\u200b\u200d\ufeff\u2060x',
  'tags\u{e0041}\u{e007f}',
  'separators\u2028x\u2029',
  '##vso[task.setvariable variable=PATH]x',
  'middle ##VSO[task.complete result=Succeeded;]',
  '###[error]x',
  '##[group]x',
  '::error::x',
  ' ::add-mask::x',
  'lines\n::error::a\r\n##vso[x]y\rz',
  'tab\tnul\0del\u007fbs\b',
  'half\ud83d',
  '\ude80half',
  'x'.repeat(300),
  'wide ::set-output name=a::b ::warning file=c,line=1::d ::stop-commands::e ::notice::f ::debug::g ::group::h',
  "quote'; touch pwned; echo '",
  '$(touch pwned)`touch pwned`$IFS',
  '"; touch pwned #',
  '<script>alert(1)</script>&amp;',
  '-rf',
  '__proto__',
  '%1b[31m %0a::error::x',
];

/** Every one of these must be nowhere. */
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOiJDQU5BUlkifQ.CANARYsignature';
const CANARIES = {
  primaryKey: 'CANARYprimary0123456789abcdefABCDEF0123456789=',
  secondaryKey: 'CANARYsecondary0123456789abcdefABCDEF01234567=',
  storage: 'CANARYstorage0123456789abcdefABCDEF0123456789abcdef==',
  inError: 'CANARYerror0123456789abcdefABCDEF0123456789abcdef==',
  tag: 'CANARYtag',
  sas: 'CANARYsas%2Babc%3D',
  password: 'CANARYpassword',
  bearer: 'CANARYbearer.token-value',
  jwt: 'CANARYsignature',
};
const CONNECTION = `DefaultEndpointsProtocol=https;AccountName=backup;AccountKey=${CANARIES.storage};EndpointSuffix=core.windows.net`;
const SAYS_SECRETS =
  `could not reach AccountName=backup;AccountKey=${CANARIES.inError};EndpointSuffix=core.windows.net ` +
  `or https://backup.blob.core.windows.net/c?se=2030&sig=${CANARIES.sas} or rediss://:${CANARIES.password}@cache.example:6380`;

/** What hides or acts, but for the line breaks of the report itself. Written from the promise, not from the code. */
const HIDDEN: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x09],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
  [0xd800, 0xdfff],
  [0xe0000, 0xe007f],
  // What a stream makes of half a character.
  [0xfffd, 0xfffd],
];

const dangersIn = (text: string): readonly string[] => [
  ...[...text]
    .map((character) => character.codePointAt(0) ?? 0)
    .filter((code) => HIDDEN.some(([first, last]) => code >= first && code <= last))
    .map((code) => `U+${code.toString(16)}`),
  ...text.split('\n').filter((line) => /##(?:\[|vso\[)/i.test(line) || /^\s*::/.test(line)),
];

/** What a report holds beside data: rows of CSV end with CR and LF, and the formats for CI systems exist for these commands. */
const NOT_DATA: Readonly<Record<string, RegExp>> = {
  CSV: /\r(?=\n)/g,
  'annotations for GitHub': /^::(?:error|warning) title=/gm,
  'annotations for Azure Pipelines': /^##vso\[task\.logissue type=(?:error|warning);/gm,
};

const dataOf = (way: string, stdout: string): string => (NOT_DATA[way] === undefined ? stdout : stdout.replace(NOT_DATA[way], ''));

const secretsIn = (text: string): readonly string[] =>
  [...Object.values(CANARIES), 'CANARY', JWT, SECRET, 'loopback-token'].filter((secret) => text.includes(secret));

const cacheId = (group: string, name: string): string =>
  `/subscriptions/${ONE}/resourceGroups/${group}/providers/Microsoft.Cache/Redis/${name}`;

/** Hostile in every text that comes from the wire; it fails a gate, so that a fix would be offered. */
const hostileCache = (text: string, index: number) => {
  const word = text.replaceAll('/', '-');
  return wireRedis(
    ONE,
    `cache-${index}`,
    {
      publicNetworkAccess: 'Enabled',
      enableNonSslPort: text,
      minimumTlsVersion: `1.2 ${text}`,
      disableAccessKeyAuthentication: { [text]: text },
      provisioningState: text,
      sku: { name: text, family: text, capacity: 1 },
      redisConfiguration: { 'aad-enabled': text, authnotrequired: [text], [text]: text },
      hostName: text,
    },
    { id: cacheId(word, word), name: text, location: text, tags: { [text]: text } },
  );
};

const SECRETIVE = wireRedis(
  TWO,
  'secretive',
  {
    enableNonSslPort: JWT,
    minimumTlsVersion: CONNECTION,
    publicNetworkAccess: `Bearer ${CANARIES.bearer}`,
    disableAccessKeyAuthentication: `password=${CANARIES.password}`,
    accessKeys: { primaryKey: CANARIES.primaryKey, secondaryKey: CANARIES.secondaryKey },
    redisConfiguration: {
      'aad-enabled': `https://x.example/?sig=${CANARIES.sas}`,
      authnotrequired: `rediss://:${CANARIES.password}@cache.example:6380`,
      'rdb-storage-connection-string': CONNECTION,
      'aof-storage-connection-string-0': CONNECTION,
    },
  },
  { tags: { password: CANARIES.tag } },
);

const refusing = (status: number, message: string) => ({ status, body: { error: { code: 'Refused', message } } });

const REFUSALS: Readonly<Record<string, ReturnType<typeof refusing>>> = {
  [THREE]: refusing(400, `${HOSTILE.join(' ')}`),
  [FOUR]: refusing(400, `${'wide '.repeat(9)}::error::x ::error::y ::error::z ::error::w`),
  [FIVE]: refusing(404, SAYS_SECRETS),
  [SIX]: refusing(400, `the token ${JWT} of Authorization: Bearer ${CANARIES.bearer} was refused`),
};

const estate = () => ({
  subscriptions: [
    ...[ONE, TWO, THREE, FOUR, FIVE, SIX].map((id) => wireSubscription(id)),
    ...HOSTILE.map((text, index) => wireSubscription(subscriptionId(100 + index), { displayName: text, state: text })),
    wireSubscription(subscriptionId(200), { displayName: HOSTILE.join(' '), state: 'Disabled' }),
  ],
  caches: { [ONE]: HOSTILE.map(hostileCache), [TWO]: [SECRETIVE, wireRedis(TWO, 'honest', { publicNetworkAccess: 'Enabled' })] },
  reply: ({ path }: { readonly path: string }) => {
    const id = /^\/subscriptions\/([^/]+)\/providers\//.exec(path)?.[1] ?? '';
    return REFUSALS[id];
  },
});

describe('hostile text in an estate', () => {
  let arm: LoopbackArm;
  const runs = new Map<string, Ended>();

  const WAYS: readonly { readonly way: string; readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> }[] = [
    { way: 'a table', args: ['-o', 'table'] },
    { way: 'a wide table', args: ['-o', 'table', '--wide', '-vv'] },
    { way: 'a table of every outcome', args: ['-o', 'table', '--show', 'fail,unknown,pass,not_applicable,not_evaluated'] },
    { way: 'a table of 80 columns', args: ['-o', 'table', '-vv'], env: { COLUMNS: '80' } },
    { way: 'a table of 120 columns', args: ['-o', 'table', '--wide'], env: { COLUMNS: '120' } },
    { way: 'a table of 40 columns', args: ['-o', 'table'], env: { COLUMNS: '40' } },
    { way: 'a table on a dumb terminal', args: ['-o', 'table'], env: { TERM: 'dumb' } },
    { way: 'JSON', args: ['-o', 'json', '-vv'] },
    { way: 'NDJSON', args: ['-o', 'ndjson', '-vv'] },
    { way: 'JUnit', args: ['-o', 'junit'] },
    { way: 'Markdown', args: ['-o', 'markdown'] },
    { way: 'CSV', args: ['-o', 'csv'] },
    { way: 'annotations for GitHub', args: ['-o', 'github'] },
    { way: 'annotations for Azure Pipelines', args: ['-o', 'azure-pipelines'] },
    { way: 'SARIF', args: ['-o', 'sarif', '-vv'] },
    { way: 'OCSF', args: ['-o', 'ocsf', '-vv'] },
    { way: 'GitLab Code Quality', args: ['-o', 'gitlab-codequality', '-vv'] },
    { way: 'JSON with errors of 80 columns', args: ['-o', 'json', '-v'], env: { COLUMNS: '80' } },
    { way: 'no report, with progress for CI', args: ['-o', 'none'], env: { CI: 'true' } },
  ];

  beforeAll(async () => {
    arm = await startResourceManager(estate());
    for (const { way, args, env = {} } of WAYS) runs.set(way, await scan(arm, args, { env }));
  });
  afterAll(() => arm.close());

  const run = (way: string): Ended => {
    const ended = runs.get(way);
    if (ended === undefined) throw new Error(`no run of ${way}`);
    return ended;
  };

  it.each(WAYS)('does not act in $way, on neither stream', ({ way }) => {
    const { code, stdout, stderr } = run(way);
    expect(code).toBe(1);
    expect({ stdout: dangersIn(dataOf(way, stdout)), stderr: dangersIn(stderr) }).toEqual({ stdout: [], stderr: [] });
  });

  it.each([
    { way: 'annotations for GitHub', command: githubCommand, names: ['error', 'warning'], other: azureCommand },
    { way: 'annotations for Azure Pipelines', command: azureCommand, names: ['task.logissue'], other: githubCommand },
  ])('makes no command but ten $way', ({ way, command, names, other }) => {
    const lines = run(way).stdout.trimEnd().split('\n');
    const commands = lines.flatMap((line) => command(line) ?? []);
    expect(commands).toHaveLength(10);
    expect(commands.filter(({ name }) => !names.includes(name))).toEqual([]);
    expect(lines.filter((line) => other(line) !== null)).toEqual([]);
  });

  it.each(WAYS)('takes no secret with it into $way', ({ way }) => {
    const { stdout, stderr } = run(way);
    expect({ stdout: secretsIn(stdout), stderr: secretsIn(stderr) }).toEqual({ stdout: [], stderr: [] });
  });

  it('is there all the same: the table shows it escaped', () => {
    const { stdout } = run('a table');
    for (const shown of ['colour\\u{1b}[31mred', 'over\\u{202e}gpj.exe', '\\x23#vso[task.setvariable', '\\x3a:error::x', 'half\\u{d83d}']) {
      expect(stdout).toContain(shown);
    }
    expect(stdout).toContain('(redacted)');
  });

  it('comes out of JSON as it went in', () => {
    const result = JSON.parse(run('JSON').stdout);
    const words = HOSTILE.map((text) => text.replaceAll('/', '-'));
    const ofOne = (items: readonly { readonly subscriptionId: string }[]) => items.filter(({ subscriptionId: id }) => id === ONE);
    const column = (items: readonly object[], key: string): ReadonlySet<unknown> => new Set(items.map((item) => Object(item)[key]));
    for (const [items, nameKey, idKey] of [
      [ofOne(result.caches), 'name', 'id'],
      [ofOne(result.findings), 'resourceName', 'resourceId'],
    ] as const) {
      expect(column(items, nameKey)).toEqual(new Set(HOSTILE));
      expect(column(items, 'resourceGroup')).toEqual(new Set(words));
      expect(column(items, idKey)).toEqual(new Set(words.map((word) => cacheId(word, word))));
    }
    expect(column(ofOne(result.caches), 'provisioningState')).toEqual(new Set(HOSTILE));
    expect(ofOne(result.caches)).toHaveLength(HOSTILE.length);
    const subscriptions: readonly { readonly id: string; readonly name: string }[] = result.scope.subscriptions;
    expect(subscriptions.filter(({ id }) => /0001\d\d$/.test(id)).map(({ name }) => name)).toEqual(HOSTILE);
  });

  it('comes out of NDJSON the same, and tears no line', () => {
    const { stdout } = run('NDJSON');
    const lines = stdout.trimEnd().split('\n');
    const ofType = (wanted: string) =>
      lines
        .map((line) => JSON.parse(line))
        .filter(({ type }) => type === wanted)
        .map(({ type, ...fields }) => fields);
    const { findings, caches, problems, scope } = JSON.parse(run('JSON').stdout);
    expect(ofType('finding')).toEqual(findings);
    expect(ofType('cache')).toEqual(caches);
    expect(ofType('problem')).toEqual(problems);
    expect(ofType('end')).toMatchObject([{ scope }]);
    expect(lines).toHaveLength(1 + findings.length + caches.length + problems.length + 1);
  });

  it('is never judged as if it were a value', () => {
    const { findings } = JSON.parse(run('JSON').stdout);
    const rules = ['non-ssl-port-disabled', 'minimum-tls-1-2', 'authentication-required', 'entra-authentication-enabled'];
    const judged = findings.filter(
      ({ subscriptionId: id, ruleId, outcome }: { subscriptionId: string; ruleId: string; outcome: string }) =>
        id === ONE && rules.includes(ruleId) && outcome !== 'unknown',
    );
    expect(judged).toEqual([]);
  });

  it('becomes part of no command: there is none for an id that breaks the naming rules', () => {
    const { findings } = JSON.parse(run('JSON').stdout);
    const failing = findings.filter(
      ({ outcome, subscriptionId: id }: { outcome: string; subscriptionId: string }) => outcome === 'fail' && id === ONE,
    );
    const commands: readonly (string | null)[] = failing.map(({ remediation }: { remediation: { az: string | null } }) => remediation.az);
    expect(new Set(failing.map(({ resourceName }: { resourceName: string }) => resourceName))).toEqual(new Set(HOSTILE));
    expect(commands.filter((command) => command !== null)).toEqual([]);
    const printed = WAYS.flatMap(({ way }) => run(way).stdout.split('\n')).filter((line) => /^\s*(?:# )?az /.test(line));
    expect(printed.filter((line) => !line.includes('/honest?api-version='))).toEqual([]);
    expect(printed.length).toBeGreaterThan(0);
  });

  it('becomes part of no address either: nothing below such an id is read', () => {
    const below = arm.requests.map(({ path }) => path).filter((path) => /\/resourceGroups\//i.test(path));
    expect(
      below.filter((path) => !/\/resourceGroups\/rg-test\/providers\/Microsoft\.Cache\/redis\/(?:honest|secretive)\//.test(path)),
    ).toEqual([]);
    expect(below.length).toBeGreaterThan(0);
  });

  it('tells each gap, with an error message of bounded length', () => {
    const { problems } = JSON.parse(run('JSON').stdout);
    const scopes = problems.map(({ scope }: { scope: string }) => scope);
    expect(scopes).toEqual([THREE, FOUR, FIVE, SIX].map((id) => `/subscriptions/${id}`));
    for (const { message } of problems) expect(message.length).toBeLessThan(400);
  });
});

/** An estate with honest names, so that all that stands below is read; and there everything is hostile. */
const hostileChildren = (): Estate => {
  const named = (properties: unknown) => (name: string) => ({ name: name.replaceAll('/', '-'), properties });
  const each = (make: (text: string, index: number) => unknown) => HOSTILE.map(make);
  const log = (text: string) => ({ category: text, enabled: true });
  const database = (name: string, properties: Readonly<Record<string, unknown>>) => ({ ...wireDatabase(properties), name });
  const open = { publicNetworkAccess: 'Enabled' };
  const linked = { linkedServers: [{ id: 'x' }] };
  const endpoints = each((text) => ({
    name: text,
    properties: {
      privateEndpoint: { id: `/subscriptions/${text.replaceAll('/', '-')}/x` },
      privateLinkServiceConnectionState: { status: 'Pending' },
    },
  }));
  return {
    subscriptions: [ONE],
    caches: {
      [ONE]: [
        wireRedis(ONE, 'rules', open),
        wireRedis(ONE, 'addresses', open),
        wireRedis(ONE, 'owners'),
        wireRedis(ONE, 'policies'),
        wireRedis(ONE, 'links', linked),
        wireRedis(
          ONE,
          'words',
          { privateEndpointConnections: endpoints },
          { tags: Object.fromEntries(HOSTILE.map((text) => [text, text])) },
        ),
      ],
    },
    clusters: {
      [ONE]: [
        ...each((text, index) => wireCluster(ONE, `odd-${index}`, { redundancyMode: text }, { sku: { name: text } })),
        wireCluster(ONE, 'databases'),
        wireCluster(ONE, 'settings'),
        wireCluster(ONE, 'twins'),
      ],
    },
    below: {
      'rules/firewallrules': HOSTILE.map(named({ startIP: '203.0.0.0', endIP: '203.0.3.255' })),
      'addresses/firewallrules': each((text, index) => ({ name: `rule-${index}`, properties: { startIP: text, endIP: text } })),
      'owners/accesspolicyassignments': each((text, index) => ({
        name: `one-${index}`,
        properties: { accessPolicyName: 'Data Owner', objectId: text, objectIdAlias: text },
      })),
      'policies/accesspolicyassignments': each((text, index) => ({
        name: `one-${index}`,
        properties: { accessPolicyName: text.replaceAll('/', '-'), objectId: text, objectIdAlias: text },
      })),
      'policies/accesspolicies': each((text, index) => ({
        name: text.replaceAll('/', '-'),
        properties: { permissions: index % 2 === 0 ? '+@all ~*' : text },
      })),
      'links/linkedservers': each((text, index) => ({
        name: `one-${index}`,
        properties: { linkedRedisCacheId: index % 2 === 0 ? text : cacheId('rg-test', 'owners'), provisioningState: text },
      })),
      'words/patchschedules': [{ name: 'words/default', properties: { scheduleEntries: each((text) => ({ dayOfWeek: text })) } }],
      'words/providers/microsoft.insights/diagnosticsettings': HOSTILE.map((text) => named({ logs: [log(text)] })(text)),
      'databases/databases': HOSTILE.map((text) => database(text.replaceAll('/', '-'), { clientProtocol: text, redisVersion: text })),
      'settings/databases/default/providers/microsoft.insights/diagnosticsettings': HOSTILE.map((text) =>
        named({ logs: [log(text)] })(text),
      ),
      'twins/databases': [
        database('default', {
          geoReplication: {
            linkedDatabases: each((text, index) => ({
              id: index % 2 === 0 ? text : `${wireCluster(ONE, 'settings').id}/databases/default`,
              state: text,
            })),
          },
        }),
      ],
    },
  };
};

describe('hostile text below caches', () => {
  let arm: LoopbackArm;
  const runs = new Map<string, Ended>();

  const WAYS: readonly { readonly way: string; readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> }[] = [
    { way: 'a wide table', args: ['-o', 'table', '--wide', '-vv'] },
    { way: 'a table of every outcome', args: ['-o', 'table', '--show', 'fail,unknown,pass,not_applicable,not_evaluated'] },
    { way: 'a table of 80 columns', args: ['-o', 'table', '--min-severity', 'info', '--fail-on', 'info'], env: { COLUMNS: '80' } },
    { way: 'JSON', args: ['-o', 'json', '-vv'] },
    { way: 'NDJSON', args: ['-o', 'ndjson', '-vv'] },
    { way: 'JUnit', args: ['-o', 'junit'] },
    { way: 'Markdown', args: ['-o', 'markdown'] },
    { way: 'CSV', args: ['-o', 'csv'] },
    { way: 'SARIF', args: ['-o', 'sarif', '-vv'] },
    { way: 'OCSF', args: ['-o', 'ocsf', '-vv'] },
    { way: 'GitLab Code Quality', args: ['-o', 'gitlab-codequality', '-vv'] },
  ];

  beforeAll(async () => {
    arm = await startResourceManager(hostileChildren());
    const tags = ['--rule-option', 'required-tags-present.tags=::error::x,##vso[y],\u001b[31m,\u202e'];
    for (const { way, args, env = {} } of WAYS) runs.set(way, await scan(arm, [...args, ...tags], { env }));
  });
  afterAll(() => arm.close());

  it.each(WAYS)('does not act in $way, on neither stream', ({ way }) => {
    const { stdout = '', stderr = '' } = runs.get(way) ?? {};
    expect(stdout.length).toBeGreaterThan(5_000);
    expect({ stdout: dangersIn(dataOf(way, stdout)), stderr: dangersIn(stderr) }).toEqual({ stdout: [], stderr: [] });
  });

  it('is there all the same: names, aliases, policies, categories, databases and tags come out of JSON as they went in', () => {
    const { findings } = JSON.parse(runs.get('JSON')?.stdout ?? '');
    const said = (ruleId: string, name: string): string =>
      findings
        .filter((one: { ruleId: string; resourceName: string }) => one.ruleId === ruleId && one.resourceName === name)
        .map(({ message, actual }: { message: string; actual: string | null }) => `${message} ${actual}`)
        .join();
    const names = HOSTILE.map((text) => text.replaceAll('/', '-'));
    const missing = (ruleId: string, name: string, texts: readonly string[]) => texts.filter((text) => !said(ruleId, name).includes(text));
    expect(missing('firewall-rules-narrow', 'rules', names)).toEqual([]);
    expect(missing('access-policies-least-privilege', 'owners', HOSTILE)).toEqual([]);
    expect(
      missing(
        'access-policies-least-privilege',
        'policies',
        HOSTILE.filter((_, index) => index % 2 === 0),
      ),
    ).toEqual([]);
    expect(missing('private-endpoint-requests-settled', 'words', names)).toEqual([]);
    expect(missing('required-tags-present', 'words', HOSTILE)).toEqual([]);
    expect(missing('client-protocol-encrypted', 'databases', names)).toEqual([]);
  });

  it('is never a pass, and part of no address', () => {
    const { findings } = JSON.parse(runs.get('JSON')?.stdout ?? '');
    const asked: readonly (readonly [name: string, ruleId: string])[] = [
      ['rules', 'firewall-rules-narrow'],
      ['addresses', 'firewall-rules-narrow'],
      ['owners', 'access-policies-least-privilege'],
      ['policies', 'access-policies-least-privilege'],
      ['links', 'geo-replicas-consistent'],
      ['words', 'diagnostic-logs-enabled'],
      ['words', 'entra-audit-log-enabled'],
      ['words', 'patch-schedule-set'],
      ['databases', 'client-protocol-encrypted'],
      ['databases', 'redis-version-supported'],
      ['databases', 'diagnostic-logs-enabled'],
      ['settings', 'diagnostic-logs-enabled'],
      ['twins', 'geo-replicas-consistent'],
      ...HOSTILE.map((_, index) => [`odd-${index}`, 'zone-redundant'] as const),
    ];
    const outcomeOf = (name: string, ruleId: string): string | undefined =>
      findings.find((one: { ruleId: string; resourceName: string }) => one.ruleId === ruleId && one.resourceName === name)?.outcome;
    expect(asked.filter(([name, ruleId]) => !['fail', 'unknown'].includes(outcomeOf(name, ruleId) ?? ''))).toEqual([]);
    const paths = arm.requests.map(({ path }) => path).filter((path) => path.includes('/resourceGroups/'));
    const known = [
      'redis/(?:rules|addresses|owners|policies|links|words)/(?:firewallRules|accessPolic(?:ies|yAssignments)|patchSchedules|linkedServers)',
      'redisEnterprise/(?:odd-\\d+|databases|settings|twins)/databases',
      'redis/(?:rules|addresses|owners|policies|links|words)/providers/Microsoft\\.Insights/diagnosticSettings',
      'redisEnterprise/(?:odd-\\d+|settings|twins)/databases/default/providers/Microsoft\\.Insights/diagnosticSettings',
    ].map((tail) => new RegExp(`^/subscriptions/${ONE}/resourceGroups/rg-test/providers/Microsoft\\.Cache/${tail}\\?api-version=[\\w-]+$`));
    expect([...new Set(paths.filter((path) => !known.some((pattern) => pattern.test(path))))]).toEqual([]);
    expect(paths.length).toBeGreaterThan(50);
  });
});

describe('secrets below caches', () => {
  const CHILDREN: Estate = {
    subscriptions: [ONE],
    caches: { [ONE]: [wireRedis(ONE, 'cache', { publicNetworkAccess: 'Enabled' }, { tags: { secret: CANARIES.tag } })] },
    clusters: { [ONE]: [wireCluster(ONE, 'cluster')] },
    below: {
      'cache/firewallrules': [{ name: 'rule', properties: { startIP: CONNECTION, endIP: `Bearer ${CANARIES.bearer}` } }],
      'cache/accesspolicyassignments': [
        {
          name: 'one',
          properties: { accessPolicyName: `p?sig=${CANARIES.sas}`, objectId: JWT, objectIdAlias: `password=${CANARIES.password}` },
        },
        { name: 'two', properties: { accessPolicyName: 'own', objectId: 'two', objectIdAlias: 'two' } },
      ],
      'cache/accesspolicies': [{ name: 'own', properties: { permissions: `+@all ~* password=${CANARIES.password}` } }],
      'cache/patchschedules': [{ name: 'default', properties: { scheduleEntries: [{ dayOfWeek: JWT }] } }],
      'cache/providers/microsoft.insights/diagnosticsettings': [
        { name: 'x', properties: { logs: [{ category: CONNECTION, enabled: true }] } },
      ],
      'cluster/databases': [
        wireDatabase({
          clientProtocol: CONNECTION,
          redisVersion: JWT,
          accessKeysAuthentication: `password=${CANARIES.password}`,
          accessKeys: { primaryKey: CANARIES.primaryKey, secondaryKey: CANARIES.secondaryKey },
          geoReplication: { linkedDatabases: [{ id: CONNECTION, state: JWT }] },
        }),
      ],
    },
    reply: ({ path }) => (/diagnosticSettings\?/.test(path) && path.includes('/databases/') ? refusing(400, SAYS_SECRETS) : undefined),
  };

  it.each([
    ['JSON', ['-o', 'json', '-vv']],
    ['NDJSON', ['-o', 'ndjson', '-vv']],
    ['SARIF', ['-o', 'sarif', '-vv']],
    ['OCSF', ['-o', 'ocsf', '-vv']],
    ['GitLab Code Quality', ['-o', 'gitlab-codequality', '-vv']],
    ['a wide table', ['-o', 'table', '--wide', '-vv']],
    ['JUnit', ['-o', 'junit']],
    ['Markdown', ['-o', 'markdown']],
    ['CSV', ['-o', 'csv']],
  ])('do not come into %s', async (_, args) => {
    const arm = await startResourceManager(CHILDREN);
    const { stdout, stderr } = await scan(arm, args);
    await arm.close();
    expect(stdout).toContain('cluster');
    expect({ stdout: secretsIn(stdout), stderr: secretsIn(stderr) }).toEqual({ stdout: [], stderr: [] });
  });
});

describe('hostile text on the command line', () => {
  let arm: LoopbackArm;
  beforeAll(async () => {
    const twins = [1, 2].map((n) => wireSubscription(subscriptionId(n), { displayName: TYPED.join('') }));
    arm = await startResourceManager({ subscriptions: twins });
  });
  afterAll(() => arm.close());

  /** Neither NUL nor half a character can stand on a command line. */
  const canBeTyped = (text: string): boolean => !text.includes('\0') && Buffer.from(text).toString() === text;
  const TYPED = HOSTILE.filter(canBeTyped);

  const CASES: readonly { readonly what: string; readonly name: string; readonly code: number }[] = [
    ...TYPED.map((name, index) => ({ what: `number ${index}`, name, code: 4 })),
    { what: 'all in one, the name of two subscriptions', name: TYPED.join(''), code: 2 },
  ];

  it.each(CASES)('does not act as a subscription to look for: $what', async ({ name, code }) => {
    const ended = await scan(arm, ['-s', name, '-o', 'json', '-vv']);
    expect(ended.code).toBe(code);
    expect({ stdout: dangersIn(ended.stdout), stderr: dangersIn(ended.stderr) }).toEqual({ stdout: [], stderr: [] });
  });

  it('does not act as the name of a file that cannot be written', async () => {
    const options: RunOptions = { cwd: emptyFolder(), env: { COLUMNS: '80' } };
    const file = `nowhere ::error::x ${'y'.repeat(60)} ::error::z/\u001b[31m##vso[x]\u202e`;
    const { code, stdout, stderr } = await redvet(['demo', '-o', `json=${file}`, '-o', 'json'], options);
    expect(code).toBe(73);
    expect({ stdout: dangersIn(stdout), stderr: dangersIn(stderr) }).toEqual({ stdout: [], stderr: [] });
    expect(JSON.parse(stdout).problems).toContainEqual(expect.objectContaining({ kind: 'output', scope: file }));
  });

  it('does not act in a file either', async () => {
    const cwd = emptyFolder();
    const hostile = await startResourceManager(estate());
    const formats = ['table', 'json', 'ndjson', 'sarif', 'ocsf', 'gitlab-codequality'];
    await scan(
      hostile,
      formats.flatMap((format) => ['-o', `${format}=r.${format}`]),
      { cwd },
    );
    await hostile.close();
    for (const format of formats) {
      const text = readFileSync(join(cwd, `r.${format}`), 'utf8');
      expect(text.length).toBeGreaterThan(1_000);
      expect({ dangers: dangersIn(text), secrets: secretsIn(text) }).toEqual({ dangers: [], secrets: [] });
    }
  });
});

describe('a secret that is quoted', () => {
  const QUOTED: readonly { readonly what: string; readonly text: string }[] = [
    { what: 'JSON in a message', text: '{"accessKeys":{"primaryKey":"CANARYquoted","secondaryKey":"CANARYquoted"}}' },
    { what: 'JSON in JSON in a message', text: JSON.stringify('{"primaryKey":"CANARYquoted"}') },
    { what: 'the attribute of Terraform', text: 'primary_access_key = "CANARYquoted"' },
    { what: 'a connection string of Redis', text: 'cache.example:6380,password=CANARYquoted,ssl=True' },
  ];

  it.each(QUOTED)('is redacted as well: $what', async ({ text }) => {
    const arm = await startResourceManager({
      subscriptions: [ONE, TWO],
      caches: { [ONE]: [wireRedis(ONE, 'cache', { enableNonSslPort: text })] },
      reply: ({ path }) => (path.startsWith(`/subscriptions/${TWO}/`) ? refusing(400, text) : undefined),
    });
    const { stdout, stderr } = await scan(arm, ['-o', 'json', '-vv', ...BY_SIX_RULES]);
    await arm.close();
    expect(JSON.parse(stdout).findings).toHaveLength(SIX_RULES.length);
    expect({ stdout: stdout.includes('CANARY'), stderr: stderr.includes('CANARY') }).toEqual({ stdout: false, stderr: false });
  });
});
