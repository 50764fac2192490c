import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { at, BINARY, type Ended, emptyFolder, type RunOptions, redvet, scan, signedIn } from '../support/redvet.ts';
import {
  type Estate,
  type LoopbackArm,
  type Received,
  type Reply,
  startResourceManager,
  subscriptionId,
  wireCluster,
  wireDatabase,
  wireRedis,
  wireSubscription,
} from '../support/resource-manager.ts';
import { violationsBy } from '../support/schema.ts';

const [ONE, TWO, THREE, FOUR, FIVE] = [1, 2, 3, 4, 5].map(subscriptionId) as [string, string, string, string, string];

const started: LoopbackArm[] = [];

const start = async (estate: Estate): Promise<LoopbackArm> => {
  const arm = await startResourceManager(estate);
  started.push(arm);
  return arm;
};

afterEach(async () => {
  for (const arm of started.splice(0)) await arm.close();
});

type Line = Readonly<Record<string, unknown>>;

interface Collected extends Ended {
  readonly file: string;
}

const collect = async (arm: LoopbackArm, args: readonly string[] = [], options: RunOptions = {}): Promise<Collected> => {
  const file = join(emptyFolder(), 'snapshot.ndjson');
  const ended = await redvet(['collect', ...at(arm), '-o', file, ...args], { ...options, env: { ...signedIn(arm), ...options.env } });
  return { ...ended, file };
};

const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

const parsed = (file: string): readonly Line[] => linesOf(file).map((line) => JSON.parse(line));

/** What a scan of the file says, as JSON. */
const judged = async (files: string | readonly string[], args: readonly string[] = []) => {
  const { code, stdout, stderr } = await redvet(['scan', ...[files].flat(), '-o', 'json', ...args]);
  return { code, stderr, result: JSON.parse(stdout) };
};

const idOf = (subscription: string, name: string, type = 'Redis'): string =>
  `/subscriptions/${subscription}/resourceGroups/rg-test/providers/Microsoft.Cache/${type}/${name}`;

const linkTo = (id: string) => ({ name: id.replace(/^.*\//, ''), properties: { linkedRedisCacheId: id, provisioningState: 'Succeeded' } });

const inGroup = (...ids: readonly string[]) =>
  wireDatabase({
    geoReplication: { groupNickname: 'g', linkedDatabases: ids.map((id) => ({ id: `${id}/databases/default`, state: 'Linked' })) },
  });

const forbidden = (action: string): Reply => ({
  status: 403,
  headers: { 'x-ms-correlation-request-id': 'c-403' },
  body: { error: { code: 'AuthorizationFailed', message: `no right to ${action}` } },
});

const DAMAGED_ESTATE: Estate = {
  subscriptions: [
    FIVE,
    ONE,
    TWO,
    wireSubscription(THREE, { state: 'Disabled' }),
    wireSubscription(FOUR, { displayName: 'never-registered' }),
  ],
  pageSize: 2,
  caches: {
    [ONE]: [
      wireRedis(ONE, 'open', { enableNonSslPort: true, publicNetworkAccess: 'Enabled', minimumTlsVersion: '1.0' }),
      wireRedis(ONE, 'linked', { linkedServers: [{ id: 'x' }], minimumTlsVersion: undefined }),
      wireRedis(ONE, 'no-firewall-right', { publicNetworkAccess: 'Enabled' }),
      wireRedis(ONE, 'no-schedule'),
      wireRedis(ONE, 'deleting', { provisioningState: 'Deleting' }),
      wireRedis(ONE, 'twice', { enableNonSslPort: true }),
      wireRedis(ONE, 'twice'),
      wireRedis(ONE, 'odd', { enableNonSslPort: 'False', minimumTlsVersion: 1.2, redisConfiguration: [], sku: null }),
      wireRedis(TWO, 'stranger'),
      { id: 'nonsense' },
      null,
      7,
    ],
    [TWO]: [wireRedis(TWO, 'replica', { disableAccessKeyAuthentication: false }), ...['a', 'b', 'c'].map((name) => wireRedis(TWO, name))],
  },
  clusters: {
    [ONE]: [
      wireCluster(ONE, 'east'),
      wireCluster(ONE, 'west', { publicNetworkAccess: 'Enabled' }),
      wireCluster(ONE, 'old', {}, { sku: { name: 'Enterprise_E10' }, zones: ['1'] }),
      wireCluster(ONE, 'kindless', {}, { sku: null }),
    ],
    [TWO]: [wireCluster(TWO, 'north')],
  },
  below: {
    'open/firewallrules': [{ name: 'open/all', properties: { startIP: '0.0.0.0', endIP: '255.255.255.255' } }],
    'open/accesspolicyassignments': [
      { name: 'one', properties: { accessPolicyName: 'Data Owner', objectId: 'o-1', objectIdAlias: 'app' } },
      { name: 'two', properties: { accessPolicyName: 'custom', objectId: 'o-2', objectIdAlias: 'ops' } },
    ],
    'open/accesspolicies': [{ name: 'custom', properties: { permissions: '+@all ~* >hunter2' } }],
    'linked/linkedservers': [linkTo(idOf(TWO, 'replica'))],
    'east/databases': [inGroup(idOf(ONE, 'east', 'redisEnterprise'), idOf(ONE, 'west', 'redisEnterprise'))],
    'west/databases': [inGroup(idOf(ONE, 'east', 'redisEnterprise'), idOf(TWO, 'north', 'redisEnterprise'))],
    'old/databases': [wireDatabase({ clientProtocol: 'Plaintext', persistence: { rdbEnabled: true } })],
    'a/providers/microsoft.insights/diagnosticsettings': [
      { name: 'to-logs', properties: { logs: [{ category: null, categoryGroup: 'audit', enabled: true }], metrics: [] } },
    ],
  },
  reply: ({ path }: Received, nth): Reply | undefined => {
    if (path.includes('/no-firewall-right/firewallRules')) return forbidden('Microsoft.Cache/redis/firewallRules/read');
    if (path.includes('/no-schedule/patchSchedules')) return { status: 404, body: { error: { code: 'NotFound', message: 'none' } } };
    if (path.includes(`/${FIVE}/`)) return forbidden('Microsoft.Cache/redis/read');
    if (path.includes('/b/accessPolicyAssignments')) return { status: 429, headers: { 'retry-after': '3600' }, body: {} };
    if (path.includes(`/${TWO}/providers/Microsoft.Cache/redisEnterprise?`) && path.includes('skiptoken'))
      return { status: 200, body: '{' };
    if (path.includes('/c/patchSchedules')) return { body: { value: {} } };
    if (path.includes(`/${FOUR}/providers/Microsoft.Cache/redis`))
      return {
        status: 409,
        body: { error: { code: 'MissingSubscriptionRegistration', message: 'MissingSubscriptionRegistration: not registered' } },
      };
    if (path.includes(`/${FOUR}/providers/Microsoft.Cache?`)) return { body: { registrationState: 'NotRegistered' } };
    return nth > 1000 ? { status: 500 } : undefined;
  },
};

/** What a report says of an estate, but for where it was read. */
const substance = ({ findings, caches, problems, frameworks, summary }: Record<string, unknown>) => ({
  findings,
  caches,
  problems,
  frameworks,
  summary,
});

describe('a scan of a snapshot', () => {
  it.each([
    ['everything', []],
    ['one subscription by its name', ['-s', 'sub-1']],
    ['another one by its id', ['-s', TWO]],
    ['one that is denied', ['-s', FIVE]],
    ['a resource group', ['-g', 'rg-test']],
    ['a resource group that is not there', ['-g', 'rg-none']],
    ['caches by name', ['--cache', 'open', '--cache', 'no-firewall-right']],
    ['a cache by its id', ['--cache', idOf(ONE, 'linked')]],
    ['all but some', ['--exclude', '*/Redis/*']],
    ['all but a subscription', ['--exclude', `/subscriptions/${ONE}/*`]],
  ])('collected for %s says what the live scan said, field by field', async (_, selectors) => {
    const arm = await start(DAMAGED_ESTATE);
    const live = await scan(arm, ['-o', 'json', '--retries', '0', ...selectors]);
    const { file, code } = await collect(arm, ['--retries', '0', ...selectors]);
    const expected = JSON.parse(live.stdout);
    const replayed = await judged(file);
    expect(substance(replayed.result)).toEqual(substance(expected));
    expect(replayed.result.scope.subscriptions).toEqual(expected.scope.subscriptions);
    expect(code).toBeGreaterThan(2);
    // The same again, narrowed when it is judged.
    const whole = await collect(arm, ['--retries', '0']);
    const narrowed = await judged(whole.file, selectors);
    expect(narrowed.result.findings).toEqual(expected.findings);
  });
});

const SMALL_ESTATE: Estate = {
  subscriptions: [ONE],
  caches: { [ONE]: [wireRedis(ONE, 'good'), wireRedis(ONE, 'open', { enableNonSslPort: true })] },
  clusters: { [ONE]: [wireCluster(ONE, 'east')] },
};

const denying = (part: string, action = 'it'): Estate => ({
  ...SMALL_ESTATE,
  reply: ({ path }) => (path.includes(part) ? forbidden(action) : undefined),
});

describe('redvet collect', () => {
  const ENDS: readonly {
    readonly what: string;
    readonly estate: Estate;
    readonly args?: readonly string[];
    readonly code: number;
    readonly last: string;
  }[] = [
    { what: 'everything was read', estate: SMALL_ESTATE, code: 0, last: 'redvet: exit 0 (clean): 3 caches, everything was read' },
    {
      what: 'there is no cache',
      estate: { subscriptions: [ONE] },
      code: 5,
      last: 'redvet: exit 5 (empty): everything asked for was read, and there is no cache in it',
    },
    {
      what: 'that is tolerated',
      estate: { subscriptions: [ONE] },
      args: ['--allow-empty'],
      code: 0,
      last: 'redvet: exit 0 (empty): no cache found, tolerated by --allow-empty',
    },
    {
      what: 'a selector matches nothing',
      estate: SMALL_ESTATE,
      args: ['-g', 'rg-none'],
      code: 5,
      last: 'redvet: exit 5 (empty): --resource-group "rg-none" matches no cache that was read',
    },
    {
      what: 'a list below a cache is denied',
      estate: denying('/good/firewallRules'),
      code: 3,
      last: 'redvet: exit 3 (incomplete): no right to Microsoft.Cache/redis/firewallRules/read (AuthorizationFailed)',
    },
    {
      what: 'that is tolerated, too',
      estate: denying('/good/firewallRules'),
      args: ['--allow-incomplete'],
      code: 0,
      last: 'redvet: exit 0 (incomplete): no right to Microsoft.Cache/redis/firewallRules/read (AuthorizationFailed), tolerated by --allow-incomplete',
    },
    {
      what: 'one list of caches is denied',
      estate: denying('/redisEnterprise?'),
      code: 3,
      last: 'redvet: exit 3 (incomplete): 1 subscription not fully read',
    },
    {
      what: 'every list is denied',
      estate: denying('/providers/Microsoft.Cache/'),
      code: 4,
      last: 'redvet: exit 4 (access): no right to Microsoft.Cache/redis/read (AuthorizationFailed)',
    },
    { what: 'no subscription is visible', estate: {}, code: 4, last: 'redvet: exit 4 (access): signed in, but no subscription is visible' },
    {
      what: 'the subscription is not there',
      estate: SMALL_ESTATE,
      args: ['-s', 'gone'],
      code: 4,
      last: 'redvet: exit 4 (access): no visible subscription has the id or name "gone"',
    },
    {
      what: 'the list of subscriptions is denied',
      estate: denying('/subscriptions?'),
      code: 4,
      last: 'redvet: exit 4 (access): no right to Microsoft.Resources/subscriptions/read (AuthorizationFailed)',
    },
    { what: 'the secret is wrong', estate: { ...SMALL_ESTATE, clientSecret: 'another' }, code: 4, last: 'redvet: exit 4 (access): ' },
  ];
  it.each(ENDS)('ends with $code when $what', async ({ estate, args, code, last }) => {
    const ended = await collect(await start(estate), args);
    expect({ code: ended.code, stdout: ended.stdout, last: ended.stderr.trimEnd().split('\n').at(-1) }).toEqual({
      code,
      stdout: '',
      last: expect.stringContaining(last),
    });
  });

  it('writes a file that only its owner may read, and leaves nothing beside it', async () => {
    const { file } = await collect(await start(SMALL_ESTATE));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(file))).toEqual(['snapshot.ndjson']);
  });

  it('says first what it is, and last that it is whole', async () => {
    const { file } = await collect(await start(SMALL_ESTATE), ['-s', ONE, '--tag', 'a=b', '--tag', 'c', '--tenant', 'contoso.example']);
    const all = parsed(file);
    expect(all[0]).toEqual({
      type: 'snapshot',
      $schema: 'urn:redvet:schema:snapshot:1',
      schemaVersion: '1.0',
      tool: { name: 'redvet', version: expect.any(String), rulesetVersion: expect.any(String) },
      collectedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      cloud: 'custom',
      tenantId: 'contoso.example',
      options: {
        subscriptions: [ONE],
        managementGroups: [],
        resourceGroups: [],
        caches: [],
        tags: [
          { name: 'a', value: 'b' },
          { name: 'c', value: null },
        ],
        exclude: [],
        rules: null,
      },
    });
    expect(all.at(-1)).toMatchObject({ type: 'end', stopped: null, subscriptions: 1, caches: 0, digest: expect.any(String) });
  });

  it('writes lines that the schema in the package describes, and none that it does not', async () => {
    const violations = violationsBy(JSON.parse(readFileSync(new URL('../../dist/schemas/snapshot.json', import.meta.url), 'utf8')));
    const { file } = await collect(await start(DAMAGED_ESTATE), ['--retries', '0']);
    const all = parsed(file);
    expect(all.length).toBeGreaterThan(20);
    expect(all.flatMap(violations)).toEqual([]);
    for (const line of all.filter(({ type }) => type !== 'answers')) {
      expect(violations({ ...line, more: 1 })).not.toEqual([]);
      for (const name of ['type', ...(line['type'] === 'snapshot' ? ['options', 'schemaVersion'] : ['digest', 'stopped'])])
        expect(violations({ ...line, [name]: undefined })).not.toEqual([]);
    }
    expect(violations({ type: 'answers', below: '/x', answers: [{ at: '', pages: 0, items: [], problem: null }] })).not.toEqual([]);
  });

  it('reads, and changes nothing', async () => {
    const arm = await start(SMALL_ESTATE);
    await collect(arm);
    const asked = arm.requests.filter(({ path }) => path.startsWith('/subscriptions'));
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(asked.filter(({ path }) => /listKeys/i.test(path))).toEqual([]);
    expect(
      asked
        .map(({ path }) => path.replace(/^.*\/Microsoft\.Cache\/|\?.*$/gi, ''))
        .filter((path) => path.includes('good/'))
        .sort(),
    ).toEqual(
      [
        'accessPolicies',
        'accessPolicyAssignments',
        'firewallRules',
        'patchSchedules',
        'providers/Microsoft.Insights/diagnosticSettings',
      ].map((list) => `redis/good/${list}`),
    );
  });

  it('writes the same twice, whatever the concurrency, but for the time', async () => {
    const arm = await start(DAMAGED_ESTATE);
    const [one, other] = [await collect(arm, ['--retries', '0']), await collect(arm, ['--retries', '0', '--concurrency', '1'])];
    const stable = ({ file }: Collected) => linesOf(file).slice(1, -1);
    expect(stable(other)).toEqual(stable(one));
  });

  it('collects for some rules what they need, and a scan by others says what is missing', async () => {
    const arm = await start(SMALL_ESTATE);
    const { file, code } = await collect(arm, ['--rule', 'firewall-rules-present', '--rule', 'non-ssl-port-disabled']);
    expect(code).toBe(0);
    expect(parsed(file)[0]).toMatchObject({ options: { rules: ['non-ssl-port-disabled', 'firewall-rules-present'] } });
    expect(arm.requests.filter(({ path }) => /redisEnterprise|patchSchedules|diagnosticSettings/.test(path))).toEqual([]);
    const same = await judged(file, ['--rule', 'firewall-rules-present', '--rule', 'non-ssl-port-disabled']);
    expect({ code: same.code, complete: same.result.status.complete }).toEqual({ code: 1, complete: true });
    const more = await judged(file, ['--rule', 'patch-schedule-set', '--fail-on', 'low']);
    expect({ code: more.code, outcomes: more.result.findings.map(({ outcome }: { outcome: string }) => outcome) }).toEqual({
      code: 3,
      outcomes: ['unknown', 'unknown'],
    });
    expect(more.result.problems[0].hint).toContain('without --rule and --framework');
    const kinds = await judged(file, ['--rule', 'client-protocol-encrypted']);
    expect(kinds.code).toBe(3);
  });

  it('writes to stdout, from where a scan reads it', async () => {
    const arm = await start(SMALL_ESTATE);
    const { stdout, code } = await redvet(['collect', ...at(arm), '-o', '-'], { env: { ...signedIn(arm), REDVET_OUTPUT: 'json' } });
    expect(code).toBe(0);
    const child = spawn(process.execPath, [BINARY, 'scan', '-', '-o', 'ndjson', '-q']);
    child.stdin.end(stdout);
    const told: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => told.push(text));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
    const end = JSON.parse(told.join('').trimEnd().split('\n').at(-1) ?? '');
    expect(end).toMatchObject({
      status: { complete: true },
      summary: { caches: 3 },
      scope: { inputs: [{ kind: 'snapshot', status: 'read', caches: 3 }] },
    });
  });

  it('says how far it is, and what went wrong, as a scan does', async () => {
    const arm = await start(denying('/good/firewallRules'));
    const ci = await collect(arm, ['-v'], { env: { CI: 'true' } });
    expect(ci.stderr).toContain('redvet: sub-1: 3 caches\n');
    expect(ci.stderr).toContain('error[AUTHORIZATION_FAILED]: no right to Microsoft.Cache/redis/firewallRules/read (AuthorizationFailed)');
    expect(ci.stderr).toMatch(/redvet: \d+ calls to Resource Manager, 0 retries/);
    expect(ci.stderr).toContain('correlation id of AUTHORIZATION_FAILED');
    const quiet = await collect(await start(SMALL_ESTATE), ['-q']);
    expect(quiet).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['no file', [], 'redvet collect does not know where to write'],
    ['an empty file name', ['-o', ''], '--output "" is empty'],
    ['a rule that is none', ['-o', 'x', '--rule', 'nope'], '--rule "nope" matches no rule'],
    ['an option of a scan', ['-o', 'x', '--fail-on', 'high'], "unknown option '--fail-on'"],
    ['the index', ['-o', 'x', '--source', 'graph'], "unknown option '--source'"],
    ['a file to read', ['-o', 'x', 'y'], 'redvet collect does not take the argument "y"'],
  ])('refuses %s', async (_, args, message) => {
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await redvet(['collect', ...args], { cwd });
    expect({ code, stdout, told: stderr.includes(message), files: readdirSync(cwd) }).toEqual({
      code: 2,
      stdout: '',
      told: true,
      files: [],
    });
  });

  it.each([
    ['a folder that is not there', 'none/x', 'its folder does not exist'],
    ['a folder', '.', 'it is a folder'],
    ['a full disk', '/dev/full', 'no space is left'],
  ])('ends with 73 for %s', async (_, path, why) => {
    const arm = await start(SMALL_ESTATE);
    const { code, stderr } = await redvet(['collect', ...at(arm), '-o', path], { env: signedIn(arm) });
    expect({ code, told: stderr.includes(`cannot write ${path}: ${why}`) }).toEqual({ code: 73, told: true });
    expect(stderr.match(/error\[/g)).toHaveLength(1);
  });

  it('leaves the snapshot of yesterday where nothing could be read', async () => {
    const arm = await start(denying('/subscriptions?'));
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 's.ndjson'), 'of yesterday');
    const { code } = await redvet(['collect', ...at(arm), '-o', 's.ndjson'], { cwd, env: signedIn(arm) });
    expect({ code, files: readdirSync(cwd), text: readFileSync(join(cwd, 's.ndjson'), 'utf8') }).toEqual({
      code: 4,
      files: ['s.ndjson'],
      text: 'of yesterday',
    });
  });

  const hanging = (part: string, onHang: () => void): Estate => ({
    subscriptions: [ONE, TWO],
    caches: { [ONE]: [wireRedis(ONE, 'first')], [TWO]: [wireRedis(TWO, 'second')] },
    reply: ({ path }) => (path.includes(part) ? () => onHang() : undefined),
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that is stopped by %s writes what it has, and a scan of that is incomplete', async (signal, code) => {
    let stop = (): void => {};
    const arm = await start(hanging('/second/patchSchedules', () => setTimeout(() => stop(), 300)));
    const ended = await collect(arm, [], {
      onStart: (child) => {
        stop = () => child.kill(signal);
      },
    });
    expect(ended.code).toBe(code);
    expect(parsed(ended.file).at(-1)).toMatchObject({ type: 'end', complete: false, stopped: signal });
    const { result, code: judgedCode } = await judged(ended.file, ['--rule', 'patch-schedule-set', '--rule', 'non-ssl-port-disabled']);
    expect(judgedCode).toBe(3);
    expect(result.findings.map(({ resourceName, ruleId, outcome }: Record<string, string>) => [resourceName, ruleId, outcome])).toEqual([
      ['first', 'non-ssl-port-disabled', 'pass'],
      ['first', 'patch-schedule-set', 'fail'],
      ['second', 'non-ssl-port-disabled', 'pass'],
      ['second', 'patch-schedule-set', 'unknown'],
    ]);
    expect(result.status).toMatchObject({ outcome: 'incomplete', complete: false });
    expect(result.problems.map(({ code: one }: { code: string }) => one)).toEqual(['SNAPSHOT_STOPPED', 'NOT_IN_SNAPSHOT']);
  });

  it('that runs out of time writes what it has, too', async () => {
    const arm = await start(hanging(`/${TWO}/providers/Microsoft.Cache/redis?`, () => {}));
    const ended = await collect(arm, ['--timeout', '2s']);
    expect(ended.code).toBe(3);
    expect(parsed(ended.file).at(-1)).toMatchObject({ complete: false, stopped: 'RUN_TIMEOUT' });
    expect((await judged(ended.file)).result.status.complete).toBe(false);
  });

  it('that is stopped before anything was read writes no file', async () => {
    const arm = await start(hanging('/subscriptions?', () => {}));
    const ended = await collect(arm, ['--timeout', '1s']);
    expect({ code: ended.code, exists: existsSync(ended.file), beside: readdirSync(dirname(ended.file)) }).toEqual({
      code: 4,
      exists: false,
      beside: [],
    });
  });

  it('holds no secret, wherever one stands', async () => {
    const secret = 'CANARY0123456789abcdefABCDEF0123456789abcdefgh=';
    const text = `AccountKey=${secret};password=CANARYpw; sig=CANARYsig eyJhbGciOiJSUzI1NiJ9.eyJDQU5BUlkifQ.CANARYjwt`;
    const everywhere = { primaryKey: 'CANARY', a: text, 'b-connection-string': 'CANARY', c: { adminPassword: 'CANARY', d: [text] } };
    const spoiled = (wire: Line): Line => ({
      ...wire,
      ...everywhere,
      properties: { ...(wire['properties'] as object), ...everywhere },
      tags: { ...everywhere, [`x ${text}`]: text },
    });
    const arm = await start({
      subscriptions: [wireSubscription(ONE, { displayName: text, ...everywhere })],
      caches: {
        [ONE]: [
          spoiled(wireRedis(ONE, 'good', { accessKeys: everywhere, redisConfiguration: { 'rdb-storage-connection-string': 'CANARY' } })),
        ],
      },
      clusters: { [ONE]: [spoiled(wireCluster(ONE, 'east'))] },
      below: {
        'good/firewallrules': [spoiled({ name: text, properties: { startIP: text, endIP: '10.0.0.1' } })],
        'good/accesspolicies': [spoiled({ name: 'p', properties: { permissions: '+@all ~* >CANARY #CANARY' } })],
        'good/accesspolicyassignments': [spoiled({ name: 'a', properties: { accessPolicyName: 'p', objectId: text } })],
        'east/databases': [spoiled(wireDatabase({ accessKeys: everywhere }))],
      },
      reply: ({ path }) => (path.includes('patchSchedules') ? { status: 400, body: { error: { code: 'Bad', message: text } } } : undefined),
    });
    const { file, stderr } = await collect(arm, ['-vv']);
    expect(readFileSync(file, 'utf8')).not.toMatch(/CANARY|loopback-token|loopback-client-secret/);
    expect(stderr).not.toMatch(/CANARY/);
    const { result } = await judged(file);
    const live = JSON.parse((await scan(arm, ['-o', 'json'])).stdout);
    const outcomes = (findings: readonly Line[]) =>
      findings.map(({ ruleId, resourceId, outcome, severity }) => [ruleId, resourceId, outcome, severity]);
    expect(outcomes(result.findings)).toEqual(outcomes(live.findings));
    expect(result.findings.length).toBeGreaterThan(40);
  });

  it('writes nothing that acts on a terminal or a CI log', async () => {
    const hostile = '\u001b[31m \u009b2J \u202e \u200b ##vso[task.complete]x \n::error::x \ud83d';
    const arm = await start({
      subscriptions: [wireSubscription(ONE, { displayName: hostile })],
      caches: { [ONE]: [wireRedis(ONE, 'good', { hostName: hostile }, { tags: { [hostile]: hostile } })] },
    });
    const { stdout } = await redvet(['collect', ...at(arm), '-o', '-'], { env: signedIn(arm) });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those it is about
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e]|##vso|^::/m);
    expect(stdout).toContain('\\u001b[31m');
  });
});

describe('a snapshot that somebody changed', () => {
  const change = async (edit: (lines: readonly string[]) => readonly string[]) => {
    const { file } = await collect(
      await start({ subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'good', { privateEndpointConnections: APPROVED })] } }),
    );
    const before = await judged(file, ['--rule', 'non-ssl-port-disabled']);
    expect(before.code).toBe(0);
    writeFileSync(file, `${edit(linesOf(file)).join('\n')}\n`);
    return judged(file, ['--rule', 'non-ssl-port-disabled']);
  };
  const APPROVED = [{ name: 'pe', properties: { privateLinkServiceConnectionState: { status: 'Approved' } } }];

  it.each([
    ['a line is missing', (lines: readonly string[]) => lines.filter((line) => !line.includes('/firewallRules"'))],
    [
      'its list of caches is missing',
      (lines: readonly string[]) => lines.filter((line) => !line.includes('Microsoft.Cache/redis","answers"')),
    ],
    ['a line is doubled', (lines: readonly string[]) => lines.flatMap((line) => (line.includes('firewallRules') ? [line, line] : [line]))],
    [
      'a line belongs to another subscription',
      (lines: readonly string[]) => lines.map((line, index) => (index === 2 ? line.replaceAll(ONE, TWO) : line)),
    ],
    ['every line belongs to another subscription', (lines: readonly string[]) => lines.map((line) => line.replaceAll(ONE, TWO))],
    ['a value is another one', (lines: readonly string[]) => lines.map((line) => line.replace('"Disabled"', '"Enabled"'))],
    [
      'it was collected for something else',
      (lines: readonly string[]) => lines.map((line) => line.replace('"exclude":[]', '"exclude":["*/none"]')),
    ],
    ['its end is missing', (lines: readonly string[]) => lines.slice(0, -1)],
    [
      'its end comes before its other lines',
      (lines: readonly string[]) => [...lines.slice(0, 1), ...lines.slice(-1), ...lines.slice(1, -1)],
    ],
  ])('is never complete: %s', async (_, edit) => {
    const { code, result } = await change(edit);
    expect(code).toBeGreaterThan(1);
    expect(result.status.complete).toBe(false);
  });

  it('in a folder is found beside other files', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'deep'));
    const { file } = await collect(await start(SMALL_ESTATE));
    writeFileSync(join(folder, 'deep', 's.ndjson'), readFileSync(file));
    writeFileSync(join(folder, 'other.json'), '{"hello":1}');
    const { result } = await judged(folder);
    expect(result.scope.inputs).toMatchObject([{ kind: 'snapshot', caches: 3 }]);
  });

  it('of which there are two of one estate says that nobody knows which of them counts', async () => {
    const arm = await start(SMALL_ESTATE);
    const [one, other] = [await collect(arm), await collect(arm)];
    const { result } = await judged([one.file, other.file]);
    expect(result.problems.map(({ code }: { code: string }) => code)).toEqual(['REPEATED_CACHE', 'REPEATED_CACHE', 'REPEATED_CACHE']);
  });

  it('of which there are two of different estates is both, and a selector may match in one of them', async () => {
    const one = await collect(await start(SMALL_ESTATE));
    const other = await collect(await start({ subscriptions: [TWO], caches: { [TWO]: [wireRedis(TWO, 'elsewhere')] } }));
    const found = async (...args: readonly string[]) => {
      const { result } = await judged([one.file, other.file], args);
      const { caches, problems } = result as { caches: readonly { name: string }[]; problems: readonly { code: string }[] };
      return { names: caches.map(({ name }) => name), codes: problems.map(({ code }) => code) };
    };
    expect(await found()).toEqual({ names: ['good', 'open', 'east', 'elsewhere'], codes: [] });
    expect(await found('-s', 'sub-2')).toEqual({ names: ['elsewhere'], codes: [] });
    expect(await found('--cache', 'elsewhere', '--cache', 'open')).toEqual({ names: ['open', 'elsewhere'], codes: [] });
    expect(await found('-s', 'sub-3')).toEqual({ names: [], codes: ['NOTHING_MATCHED'] });
    expect(await found('-s', 'SUB-1', '-s', TWO)).toEqual({ names: ['good', 'open', 'east', 'elsewhere'], codes: [] });
  });
});
