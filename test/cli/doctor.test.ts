import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Diagnosis, ReadCheck } from '../../src/model/diagnosis.ts';
import { SCOPE_ACTIONS } from '../../src/model/need.ts';
import type { Status } from '../../src/policy/report.ts';
import schema from '../../src/schemas/doctor.json' with { type: 'json' };
import { at, type Ended, emptyFolder, type RunOptions, redvet, signedIn } from '../support/redvet.ts';
import {
  CLIENT,
  type Estate,
  type LoopbackArm,
  type Reply,
  startResourceManager,
  subscriptionId,
  TENANT,
  wireCluster,
  wireRedis,
  wireSubscription,
} from '../support/resource-manager.ts';
import { violationsBy } from '../support/schema.ts';

/** The binary against a Resource Manager on loopback: what it says of a read, held to whether that read was made. */

const [ONE, TWO, THREE] = [1, 2, 3].map(subscriptionId) as [string, string, string];
const OBJECT = '33333333-0000-4000-8000-000000000003';

const tokenOf = (claims: Readonly<Record<string, unknown>>): string =>
  [{ alg: 'RS256', typ: 'JWT' }, claims, 'the-signature-of-this-token']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

const TOKEN = tokenOf({ tid: TENANT, oid: OBJECT, appid: CLIENT, app_displayname: 'pipeline-redvet', idtyp: 'app' });

const FORBIDDEN: Reply = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no authorization' } } };

/** The same answers, but for what `reply` says, and a token that tells whom it was given to. */
const signingIn =
  (token = TOKEN, reply: NonNullable<Estate['reply']> = () => undefined): NonNullable<Estate['reply']> =>
  (received, nth, url) =>
    /\/token(?:\?|$)/.test(received.path)
      ? { body: { token_type: 'Bearer', expires_in: 3600, access_token: token } }
      : reply(received, nth, url);

const refusing =
  (pattern: RegExp, answer: Reply = FORBIDDEN): NonNullable<Estate['reply']> =>
  ({ path }) =>
    pattern.test(path) ? answer : undefined;

const started: LoopbackArm[] = [];

const start = async (estate: Estate): Promise<LoopbackArm> => {
  const arm = await startResourceManager({ reply: signingIn(), ...estate });
  started.push(arm);
  return arm;
};

afterEach(async () => {
  for (const arm of started.splice(0)) await arm.close();
});

const doctor = (arm: LoopbackArm, args: readonly string[] = [], options: RunOptions = {}): Promise<Ended> =>
  redvet(['doctor', ...at(arm), ...args], { ...options, env: { ...signedIn(arm), ...options.env } });

type Told = Diagnosis & {
  readonly status: Status;
  readonly identity: Readonly<Record<string, unknown>>;
  readonly problems: readonly unknown[];
};

const violations = violationsBy(schema);

/** What it tells a machine, which follows the schema that ships. */
const toldBy = async (
  arm: LoopbackArm,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Ended & { readonly told: Told }> => {
  const ended = await doctor(arm, ['-o', 'json', ...args], options);
  const told = JSON.parse(ended.stdout);
  expect(violations(told)).toEqual([]);
  expect(told.status.exitCode).toBe(ended.code);
  return { ...ended, told };
};

const readsOf = ({ reads, subscriptions }: Diagnosis): readonly ReadCheck[] => [...reads, ...subscriptions.flatMap((one) => one.reads)];

/** `need of type: state`, of one subscription. */
const statesIn = ({ subscriptions }: Diagnosis, id: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    subscriptions
      .filter((one) => one.id === id)
      .flatMap(({ reads }) =>
        reads.map(({ need, resourceType, state }) => [resourceType === null ? need : `${need} of ${resourceType}`, state]),
      ),
  );

const belowOrders = (list: string): string =>
  `/subscriptions/${ONE}/resourceGroups/rg-test/providers/Microsoft.Cache/Redis/orders/${list}`.toLowerCase();

const pathsOf = ({ requests }: LoopbackArm): readonly string[] => requests.map(({ path }) => path.replace(/\?.*$/, '').toLowerCase());

/** Whether a request was made that such a row is about. */
const wasAsked = (arm: LoopbackArm, { need, resource }: ReadCheck): boolean => {
  const paths = pathsOf(arm);
  const at = (resource ?? '').toLowerCase();
  switch (need) {
    case 'subscriptions':
      return paths.includes('/subscriptions');
    case 'redis':
    case 'redisEnterprise':
      return paths.includes(`${at}/providers/microsoft.cache/${need.toLowerCase()}`);
    case 'providers':
      return paths.includes(`${at}/providers/microsoft.cache`);
    case 'databaseAccessPolicyAssignments':
      return paths.some((path) => path.startsWith(`${at}/databases/`) && path.endsWith('/accesspolicyassignments'));
    default:
      return paths.some((path) => path.startsWith(`${at}/`) && path.endsWith(`/${need.toLowerCase()}`));
  }
};

describe('redvet doctor', () => {
  it('ends with 0 when every read that can be tried works, and says which were not tried', async () => {
    const arm = await start({
      subscriptions: [ONE, TWO, wireSubscription(THREE, { state: 'Disabled' })],
      caches: { [ONE]: [wireRedis(ONE, 'orders'), wireRedis(ONE, 'sessions')] },
      clusters: { [TWO]: [wireCluster(TWO, 'ledger')] },
    });
    const { code, told, stderr } = await toldBy(arm);
    expect(code).toBe(0);
    expect(told.status).toMatchObject({ outcome: 'clean', complete: false });
    expect(stderr).toBe(`redvet: exit 0 (clean): ${told.status.reason}\n`);
    expect(told.status.reason).toMatch(/^12 reads work; 9 not tried, in no subscription: linkedServers of redis$/);
    expect(statesIn(told, ONE)).toEqual({
      ...{ redis: 'ok', redisEnterprise: 'ok' },
      ...{ 'firewallRules of redis': 'ok', 'accessPolicies of redis': 'ok', 'accessPolicyAssignments of redis': 'ok' },
      ...{ 'patchSchedules of redis': 'ok', 'linkedServers of redis': 'not_tried', 'diagnosticSettings of redis': 'ok' },
      ...{ 'databases of redisEnterprise': 'not_tried', 'diagnosticSettings of redisEnterprise': 'not_tried' },
    });
    expect(statesIn(told, TWO)).toMatchObject({
      ...{ 'firewallRules of redis': 'not_tried', 'databases of redisEnterprise': 'ok', 'diagnosticSettings of redisEnterprise': 'ok' },
    });
    expect(told).toMatchObject({ visibleSubscriptions: 3, missingActions: [], missingOn: [], problems: [] });
    expect(told.subscriptions.map(({ status, caches, reads }) => [status, caches, reads.length > 0])).toEqual([
      ['read', 2, true],
      ['read', 1, true],
      ['skipped', 0, false],
    ]);
  });

  it('calls a read ok only when its request was made, and tries each on one cache of its kind', async () => {
    const arm = await start({
      subscriptions: [ONE, TWO],
      caches: { [ONE]: [wireRedis(ONE, 'orders'), wireRedis(ONE, 'sessions')], [TWO]: [] },
      clusters: {
        [ONE]: [wireCluster(ONE, 'ledger'), wireCluster(ONE, 'other'), wireCluster(ONE, 'old', {}, { sku: { name: 'Enterprise_E10' } })],
      },
    });
    const { told } = await toldBy(arm);
    const ok = readsOf(told).filter(({ state }) => state === 'ok');
    expect(ok.length).toBeGreaterThan(10);
    expect(ok.filter((read) => !wasAsked(arm, read))).toEqual([]);
    const untried = readsOf(told).filter(({ state }) => state === 'not_tried');
    expect(untried.length).toBeGreaterThan(0);
    expect(untried.filter((read) => read.message === null)).toEqual([]);
    const below = pathsOf(arm).filter((path) => /\/(?:firewallrules|databases)$/.test(path));
    expect(below.map((path) => path.replace(/^.*\/([^/]+\/[^/]+)$/, '$1')).sort()).toEqual([
      'ledger/databases',
      'old/databases',
      'orders/firewallrules',
    ]);
  });

  it('tells a person the same, a mark in words before each', async () => {
    const arm = await start({ subscriptions: [ONE, TWO], caches: { [ONE]: [wireRedis(ONE, 'orders')] } });
    const { code, stdout } = await doctor(arm, [], { env: { COLUMNS: '100' } });
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('\n').filter((line) => /^\S/.test(line))).toEqual([
      'Environment',
      'Sign-in',
      'Subscriptions: 2 visible, 2 to be read',
      'Reads: each tried on one cache of its kind in each subscription',
      'Verdict',
    ]);
    for (const line of [
      `  -          cloud custom: ${arm.url}, sign-in at ${arm.url}`,
      '  -          no proxy (HTTPS_PROXY)',
      '  -          no configuration file',
      '  ok         signed in with --auth env (EnvironmentCredential)',
      `  ok         sub-1  ${ONE}  Enabled`,
      '    ok         firewallRules of orders',
      '    not tried  linkedServers: no geo-replicated Azure Cache for Redis there',
      '    not tried  databases, diagnosticSettings: no Azure Managed Redis or Redis Enterprise there',
      '             Next: redvet scan',
    ])
      expect(stdout.split('\n')).toContain(line);
  });

  it('ends with 3 and names the action when one read below a cache is denied', async () => {
    const reply = signingIn(TOKEN, refusing(/orders\/firewallRules/i));
    const arm = await start({ subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'orders')] }, reply });
    const { code, told } = await toldBy(arm);
    expect(code).toBe(3);
    expect(told.status).toMatchObject({ outcome: 'incomplete', complete: false, reason: 'a scan would miss something: 1 read denied' });
    const action = 'Microsoft.Cache/redis/firewallRules/read';
    expect(told).toMatchObject({ missingActions: [action], missingOn: [`/subscriptions/${ONE}`] });
    expect(readsOf(told).filter(({ state }) => state === 'denied')).toMatchObject([
      {
        need: 'firewallRules',
        action,
        resource: expect.stringMatching(/\/orders$/),
        message: `no right to ${action} (AuthorizationFailed)`,
      },
    ]);
    expect(statesIn(told, ONE)).toMatchObject({ 'accessPolicies of redis': 'ok' });

    const { stdout } = await doctor(arm);
    expect(stdout).toContain(`\nMissing actions\n  ${action}\n`);
    expect(stdout).toContain('    redvet permissions --as role > role.json\n');
    expect(stdout).toContain(`    az role assignment create --role Reader --assignee ${OBJECT} --scope /subscriptions/${ONE}\n`);
  });

  it('tells the reads that another one has to come before as not tried', async () => {
    const reply = signingIn(TOKEN, refusing(/ledger\/databases/));
    const arm = await start({ subscriptions: [ONE], clusters: { [ONE]: [wireCluster(ONE, 'ledger')] }, reply });
    const { code, told } = await toldBy(arm);
    expect(code).toBe(3);
    expect(statesIn(told, ONE)).toMatchObject({
      ...{ 'databases of redisEnterprise': 'denied', 'diagnosticSettings of redisEnterprise': 'not_tried' },
    });
    expect(told.missingActions).toEqual(['Microsoft.Cache/redisEnterprise/databases/read']);
  });

  it('ends with 4 when no list can be read, and what stands below was not tried', async () => {
    const reply = signingIn(TOKEN, refusing(/\/providers\//));
    const arm = await start({ subscriptions: [ONE, TWO], caches: { [ONE]: [wireRedis(ONE, 'orders')] }, reply });
    const { code, told } = await toldBy(arm);
    expect(code).toBe(4);
    expect(told.status).toMatchObject({ outcome: 'access', complete: false });
    expect(told.missingActions).toEqual(['Microsoft.Cache/redis/read', 'Microsoft.Cache/redisEnterprise/read']);
    expect(told.missingOn).toEqual([`/subscriptions/${ONE}`, `/subscriptions/${TWO}`]);
    expect(readsOf(told).filter(({ state }) => state === 'ok')).toMatchObject([{ need: 'subscriptions' }]);
    expect(new Set(Object.values(statesIn(told, ONE)))).toEqual(new Set(['denied', 'not_tried']));
  });

  it('ends with 3 when one subscription of two can be read', async () => {
    const reply = signingIn(TOKEN, refusing(new RegExp(`${TWO}/providers/`)));
    const arm = await start({ subscriptions: [ONE, TWO], reply });
    const { code, told } = await toldBy(arm);
    expect(code).toBe(3);
    expect(told.subscriptions.map(({ status }) => status)).toEqual(['read', 'denied']);
    const { stdout } = await doctor(arm);
    expect(stdout).toMatch(/^ {2}sub-2 \(0 caches seen\)\n {4}denied {5}list Azure Cache for Redis: /m);
    expect(stdout).toMatch(/^ {2}sub-1 \(0 caches\)$/m);
  });

  it('ends with 4 when there is no token, and says how to get one', async () => {
    const arm = await start({ subscriptions: [ONE], reply: () => undefined });
    const { code, told } = await toldBy(arm, [], { env: { AZURE_CLIENT_SECRET: 'not-the-secret' } });
    expect(code).toBe(4);
    expect(told.identity).toMatchObject({
      ...{ state: 'failed', auth: 'env', credential: null, objectId: null, tried: [] },
      problem: { code: 'SIGN_IN_FAILED', hint: expect.stringContaining('AZURE_CLIENT_SECRET') },
    });
    expect(readsOf(told)).toMatchObject([{ need: 'subscriptions', state: 'not_tried', message: 'nobody is signed in' }]);
    expect(told).toMatchObject({ visibleSubscriptions: null, missingActions: [] });
    expect(pathsOf(arm).filter((path) => path.startsWith('/subscriptions'))).toEqual([]);

    const { stdout, stderr } = await doctor(arm, [], { env: { AZURE_CLIENT_SECRET: 'not-the-secret' } });
    expect(stdout).toContain('\nSign-in\n  fail       cannot sign in with --auth env: ');
    expect(stdout).toContain('help: The client secret is wrong: ');
    expect(stdout).toContain('  not tried  list subscriptions: nobody is signed in\n');
    expect(stdout + stderr).not.toContain('not-the-secret');
  });

  it('repeats in short what each member of a chain said that gave no token', async () => {
    const arm = await start({ subscriptions: [ONE] });
    const { code, stdout } = await doctor(arm, ['--auth', 'auto'], { env: { AZURE_TOKEN_CREDENTIALS: 'dev', PATH: '' } });
    expect(code).toBe(4);
    expect(stdout).toContain('\n  fail       cannot sign in with --auth auto: ');
    for (const name of ['AzureCli', 'AzurePowerShell', 'AzureDeveloperCli'])
      expect(stdout).toMatch(new RegExp(`^ {13}${name}Credential: \\S`, 'm'));
    expect(stdout).not.toContain('https://aka.ms/');
    expect(stdout).toContain('help: Sign in with az login');
  });

  it('tells which member of a chain gave the token', async () => {
    const arm = await start({ subscriptions: [ONE] });
    const { code, told } = await toldBy(arm, ['--auth', 'auto']);
    expect(code).toBe(0);
    expect(told.identity).toMatchObject({ state: 'signed_in', auth: 'auto', credential: 'EnvironmentCredential' });
  });

  it('ends with 4 when no subscription is visible', async () => {
    const { code, told } = await toldBy(await start({ subscriptions: [] }));
    expect(code).toBe(4);
    expect(told).toMatchObject({ visibleSubscriptions: 0, subscriptions: [], problems: [{ code: 'NO_SUBSCRIPTION' }] });
  });

  it('says of a subscription without a cache that nothing could be tried, and is no failure', async () => {
    const arm = await start({ subscriptions: [ONE] });
    const { code, told } = await toldBy(arm);
    expect(code).toBe(0);
    expect(told.status).toMatchObject({ outcome: 'clean', complete: false });
    expect(told.status.reason).toBe('3 reads work; there is no cache to try the other 8 on');
    const below = readsOf(told).filter(({ resourceType }) => resourceType !== null);
    expect(below).toHaveLength(8);
    expect(new Set(below.map(({ state, resource }) => `${state} ${resource}`))).toEqual(new Set(['not_tried null']));
    const { stdout } = await doctor(arm);
    expect(stdout).toContain('there is no cache to try the other 8 on');
  });

  it('is complete when nothing is left that a scan by the rules would read', async () => {
    const arm = await start({ subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'orders')] } });
    const { code, told } = await toldBy(arm, ['--rule', 'non-ssl-port-disabled']);
    expect({ code, complete: told.status.complete }).toEqual({ code: 0, complete: true });
    expect(statesIn(told, ONE)).toEqual({ redis: 'ok' });
    expect(pathsOf(arm).filter((path) => path.includes('redisenterprise') || path.includes('/orders/'))).toEqual([]);
  });
});

describe('a read', () => {
  const broken: readonly { readonly what: string; readonly answer: Reply; readonly message: RegExp }[] = [
    { what: 'of a page of a proxy', answer: { headers: { 'content-type': 'text/html' }, body: '<html>' }, message: /not JSON/ },
    { what: 'that holds no list', answer: { body: {} }, message: /"value" is not an array/ },
    { what: 'that fails', answer: { status: 500, body: { error: { code: 'InternalServerError', message: 'x' } } }, message: /HTTP 500/ },
    { what: 'that is not there', answer: { status: 404, body: { error: { code: 'NotFound', message: 'x' } } }, message: /not found/ },
    {
      what: 'that is throttled for an hour',
      answer: { status: 429, headers: { 'retry-after': '3600' }, body: { error: { code: 'TooManyRequests', message: 'x' } } },
      message: /throttling/,
    },
    {
      what: 'about another cache',
      answer: {
        body: {
          value: [
            { id: belowOrders('firewallRules/a').replace('orders', 'strange'), properties: { startIP: '1.2.3.4', endIP: '1.2.3.4' } },
          ],
        },
      },
      message: /belongs to another cache/,
    },
    { what: 'of what makes no sense', answer: { body: { value: [{ properties: { startIP: 7 } }] } }, message: /./ },
  ];
  it.each(broken)('$what is failed, never ok, and makes the exit code 3', async ({ answer, message }) => {
    const reply = signingIn(TOKEN, refusing(/orders\/firewallRules/i, answer));
    const arm = await start({ subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'orders')] }, reply });
    const { code, told } = await toldBy(arm, ['--retries', '0']);
    expect(code).toBe(3);
    const [read] = readsOf(told).filter(({ need }) => need === 'firewallRules');
    expect(read).toMatchObject({ state: 'failed', message: expect.stringMatching(message) });
    expect(told.missingActions).toEqual([]);
    const { stdout } = await doctor(arm, ['--retries', '0']);
    expect(stdout).toMatch(/^ {4}failed {5}firewallRules of orders: /m);
  });

  it('of a patch schedule that was never set is ok, as a scan takes its 404', async () => {
    const reply = signingIn(TOKEN, refusing(/patchSchedules/i, { status: 404, body: { error: { code: 'NotFound', message: 'x' } } }));
    const arm = await start({ subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'orders')] }, reply });
    const { code, told } = await toldBy(arm);
    expect({ code, state: statesIn(told, ONE)['patchSchedules of redis'] }).toEqual({ code: 0, state: 'ok' });
  });

  it('of both lists is failed when both fail for one reason, which is told once', async () => {
    const reply = signingIn(
      TOKEN,
      refusing(/\/providers\//, { status: 401, body: { error: { code: 'InvalidAuthenticationTokenTenant', message: 'x' } } }),
    );
    const arm = await start({ subscriptions: [ONE], reply });
    const { code, told, stdout } = await toldBy(arm);
    expect(code).toBe(4);
    expect(statesIn(told, ONE)).toMatchObject({ redis: 'failed', redisEnterprise: 'failed' });
    expect(stdout).toContain('--tenant ID');
  });

  it('of a list is ok where Microsoft.Cache is not registered, and says so', async () => {
    const reply = signingIn(TOKEN, ({ path }) => {
      if (/\/Microsoft\.Cache\/redis/.test(path))
        return { status: 409, body: { error: { code: 'MissingSubscriptionRegistration', message: 'x' } } };
      return /\/Microsoft\.Cache\?/.test(path) ? { body: { registrationState: 'NotRegistered' } } : undefined;
    });
    const { code, told } = await toldBy(await start({ subscriptions: [ONE], reply }));
    expect(code).toBe(0);
    expect(statesIn(told, ONE)).toMatchObject({ redis: 'ok', redisEnterprise: 'ok', providers: 'ok' });
    expect(readsOf(told).find(({ need }) => need === 'redis')?.message).toContain('not registered');
  });

  it('of the registration is denied where that alone would prove that no cache is there', async () => {
    const reply = signingIn(TOKEN, ({ path }) => {
      if (/\/Microsoft\.Cache\/redis/.test(path))
        return { status: 409, body: { error: { code: 'MissingSubscriptionRegistration', message: 'x' } } };
      return /\/Microsoft\.Cache\?/.test(path) ? FORBIDDEN : undefined;
    });
    const { code, told } = await toldBy(await start({ subscriptions: [ONE], reply }));
    expect(code).toBe(4);
    expect(statesIn(told, ONE)).toMatchObject({ redis: 'failed', redisEnterprise: 'failed', providers: 'denied' });
    expect(told.missingActions).toEqual([SCOPE_ACTIONS.providers]);
  });

  it('of a cache in another subscription that one is linked with is told where it is', async () => {
    const other = `/subscriptions/${TWO}/resourceGroups/rg-test/providers/Microsoft.Cache/Redis/replica`;
    const arm = await start({
      subscriptions: [ONE, TWO],
      caches: { [ONE]: [wireRedis(ONE, 'orders', { linkedServers: [{ id: other }] })] },
      below: { 'orders/linkedservers': [{ name: 'replica', properties: { linkedRedisCacheId: other, provisioningState: 'Succeeded' } }] },
      reply: signingIn(TOKEN, refusing(/\/replica\?/i)),
    });
    const { code, told } = await toldBy(arm);
    expect(code).toBe(3);
    expect(statesIn(told, ONE)).toMatchObject({ 'linkedServers of redis': 'ok' });
    expect(readsOf(told).filter(({ state }) => state === 'denied')).toMatchObject([{ need: 'linkedCaches', resource: other }]);
    expect(told).toMatchObject({ missingActions: ['Microsoft.Cache/redis/read'], missingOn: [`/subscriptions/${TWO}`] });
  });
});

describe('the scope', () => {
  it('is what was named, and what of it cannot be found makes the exit code 3', async () => {
    const arm = await start({ subscriptions: [ONE, TWO, wireSubscription(THREE, { state: 'Disabled' })] });
    const { code, told } = await toldBy(arm, ['-s', 'sub-3', '-s', 'nowhere']);
    expect(code).toBe(3);
    expect(told).toMatchObject({ visibleSubscriptions: 3, problems: [{ code: 'SUBSCRIPTION_NOT_FOUND' }] });
    expect(told.subscriptions.map(({ id, status }) => [id, status])).toEqual([[THREE, 'read']]);
    const { stdout } = await doctor(arm, ['-s', 'sub-3', '-s', 'nowhere']);
    expect(stdout).toMatch(/^Problems\n {2}fail {7}no visible subscription has the id or name "nowhere"/m);
  });

  it('of nothing that was named is no access', async () => {
    expect((await doctor(await start({ subscriptions: [ONE] }), ['-s', 'nowhere'])).code).toBe(4);
  });

  it('by a management group takes the right to read that', async () => {
    const arm = await start({ subscriptions: [ONE], groups: {}, reply: signingIn(TOKEN, refusing(/managementGroups/)) });
    const { code, told } = await toldBy(arm, ['--management-group', 'mg-platform']);
    expect(code).toBe(4);
    expect(told.reads).toMatchObject([
      { need: 'subscriptions', state: 'ok' },
      { need: 'managementGroups', state: 'denied' },
    ]);
    expect(told).toMatchObject({
      missingActions: [SCOPE_ACTIONS.managementGroups],
      missingOn: ['/providers/Microsoft.Management/managementGroups/mg-platform'],
    });
    const { stdout } = await doctor(arm, ['--management-group', 'mg-platform']);
    expect(stdout).toContain('    redvet permissions --as role --management-group mg-platform > role.json\n');
  });

  it('of a cache that does not exist is something that a scan would miss', async () => {
    const { code, told } = await toldBy(await start({ subscriptions: [ONE] }), ['--cache', 'ordres']);
    expect({ code, problems: told.problems }).toMatchObject({ code: 3, problems: [{ code: 'NOTHING_MATCHED' }] });
  });

  it.each([
    { what: 'variable', env: { REDVET_SOURCE: 'graph' }, config: '' },
    { what: 'configuration', env: {}, config: 'scope: { source: graph }\n' },
    { what: 'configuration without Resource Manager', env: {}, config: 'scope: { graphOnly: true }\n' },
  ])('of an index, by a $what, is never complete: what that takes was not tried', async ({ env, config }) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, '.redvet.yaml'), `version: 1\n${config}`);
    const arm = await start({ subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'orders')] } });
    const { code, told } = await toldBy(arm, ['--rule', 'non-ssl-port-disabled'], { env, cwd });
    expect({ code, complete: told.status.complete, config: told.environment.config }).toEqual({
      code: 0,
      complete: false,
      config: '.redvet.yaml',
    });
    expect(told.reads.map(({ need, state }) => [need, state])).toEqual([
      ['subscriptions', 'ok'],
      ['graph', 'not_tried'],
      ['permissions', 'not_tried'],
    ]);
  });

  it('of a run that is interrupted is told as far as it got', async () => {
    let interrupt = (): void => {};
    const arm = await start({
      subscriptions: [ONE, TWO],
      reply: signingIn(
        TOKEN,
        refusing(/\/providers\//, () => interrupt()),
      ),
    });
    const onStart = (child: ChildProcess): void => {
      interrupt = () => child.kill('SIGINT');
    };
    const { code, told } = await toldBy(arm, ['--concurrency', '1'], { onStart });
    expect({ code, outcome: told.status.outcome }).toEqual({ code: 130, outcome: 'interrupted' });
    expect(readsOf(told).filter(({ state }) => state === 'ok')).toMatchObject([{ need: 'subscriptions' }]);
  });

  it('of 300 subscriptions is told in a page, and whole to a machine', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => subscriptionId(index + 1));
    const arm = await start({
      subscriptions: ids,
      caches: Object.fromEntries(ids.map((id, index) => [id, index % 3 === 0 ? [] : [wireRedis(id, `cache-${index}`)]])),
      reply: signingIn(TOKEN, refusing(/0001\d\d\/.*diagnosticSettings/)),
    });
    const [{ code, stdout }, { told }] = [await doctor(arm, [], { env: { COLUMNS: '100' } }), await toldBy(arm)];
    expect(code).toBe(3);
    expect(stdout.split('\n').length).toBeLessThan(90);
    expect(stdout).toContain('and 280 more');
    expect(told.subscriptions).toHaveLength(300);
    expect(told.subscriptions.filter(({ reads }) => reads.some(({ state }) => state === 'denied'))).toHaveLength(told.missingOn.length);
    expect(stdout).toContain(`and the same for ${told.missingOn.length - 3} more`);
  });

  it.each([
    { args: ['-o', 'xml'], says: '--output "xml"' },
    { args: ['--rule', 'nonsense'], says: '--rule "nonsense"' },
    { args: ['--redact', 'all'], says: '--redact "all"' },
    { args: ['--source', 'graph'], says: "unknown option '--source'" },
    { args: ['surplus'], says: 'does not take the argument "surplus"' },
  ])('that cannot be understood is exit 2: $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await redvet(['doctor', ...args], { env: { REDVET_OUTPUT: 'json' } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  it('by a name that two subscriptions have is exit 2', async () => {
    const arm = await start({ subscriptions: [ONE, TWO].map((id) => wireSubscription(id, { displayName: 'twin' })) });
    expect((await doctor(arm, ['-s', 'twin'])).code).toBe(2);
  });
});

describe('the token', () => {
  it.each([[['-o', 'json']], [[]]])('is told by its claims, and is itself nowhere: %j', async (format) => {
    const arm = await start({
      subscriptions: [ONE],
      caches: { [ONE]: [wireRedis(ONE, 'orders')] },
      reply: signingIn(
        TOKEN,
        refusing(/firewallRules/, { status: 401, body: { error: { code: 'ExpiredAuthenticationToken', message: TOKEN } } }),
      ),
    });
    const { stdout, stderr } = await doctor(arm, [...format, '-vv'], { env: { AZURE_LOG_LEVEL: 'info' } });
    for (const claim of ['pipeline-redvet', OBJECT, CLIENT, TENANT]) expect(stdout).toContain(claim);
    const [header = '', payload = '', signature = ''] = TOKEN.split('.');
    for (const part of [header, payload, signature, 'Bearer', 'loopback-client-secret']) expect(stdout + stderr).not.toContain(part);
    expect(arm.requests.some(({ authorization }) => authorization === `Bearer ${TOKEN}`)).toBe(true);
  });

  it('of a person names who that is and which tool signed in', async () => {
    const token = tokenOf({
      tid: TENANT,
      oid: OBJECT,
      appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
      upn: 'ada@example.com',
      idtyp: 'user',
    });
    const arm = await start({ subscriptions: [ONE], reply: signingIn(token) });
    const { told } = await toldBy(arm);
    expect(told.identity).toMatchObject({ type: 'user', name: 'ada@example.com', appName: 'Microsoft Azure CLI', objectId: OBJECT });
    const { stdout } = await doctor(arm);
    expect(stdout).toMatch(/^ {13}user +ada@example\.com$/m);
  });

  it.each(['opaque', 'a.b.c', `a.${Buffer.from('[1]').toString('base64url')}.c`, `a.${Buffer.from('null').toString('base64url')}.c`])(
    'that says nothing is no failure: %s',
    async (token) => {
      const arm = await start({ subscriptions: [ONE], reply: signingIn(token) });
      const { code, stdout } = await doctor(arm);
      expect(code).toBe(0);
      expect(stdout).toContain('the token does not say whom it was given to');
    },
  );

  it('leaves no id where ids are to be hidden', async () => {
    const arm = await start({
      subscriptions: [ONE],
      caches: { [ONE]: [wireRedis(ONE, 'orders')] },
      reply: signingIn(TOKEN, refusing(/firewallRules/)),
    });
    for (const format of [['-o', 'json'], []]) {
      const { stdout, stderr } = await doctor(arm, ['--redact', 'ids', '-vv', ...format]);
      for (const id of [ONE, TENANT, CLIENT, OBJECT]) expect(stdout + stderr).not.toContain(id);
      expect(stdout).toContain('redacted-');
    }
  });
});

describe('what strangers wrote', () => {
  it('does not act on whatever shows it', async () => {
    const evil = 'x\u001b[31m\u202e\n##vso[task.setvariable variable=PATH]y';
    const token = tokenOf({ tid: TENANT, oid: evil, upn: evil, appid: evil, app_displayname: evil });
    const arm = await start({
      subscriptions: [wireSubscription(ONE, { displayName: evil, state: evil }), TWO],
      caches: { [ONE]: [wireRedis(ONE, 'orders')] },
      reply: signingIn(token, refusing(/firewallRules/, { status: 403, body: { error: { code: evil, message: evil } } })),
    });
    for (const format of [['-o', 'json'], []]) {
      const { code, stdout, stderr } = await doctor(arm, [...format, '-vv']);
      expect(code).toBe(3);
      for (const text of [stdout, stderr]) {
        for (const sequence of ['\u001b', '\u202e', '##vso[']) expect(text).not.toContain(sequence);
        expect(text.split('\n').filter((line) => line.startsWith('##') || line.startsWith('::'))).toEqual([]);
      }
    }
    const { stdout } = await doctor(arm);
    // A text that is no id does not come into a command.
    expect(stdout).toContain(`--assignee OBJECT_ID --scope /subscriptions/${ONE}\n`);
  });
});

describe('the environment', () => {
  it('names the proxy without its password, and whom it is not for', async () => {
    const arm = await start({ subscriptions: [ONE] });
    const env = { HTTPS_PROXY: 'http://ada:pa55word@127.0.0.1:1', NO_PROXY: 'localhost' };
    const { code, told, stdout, stderr } = await toldBy(arm, [], { env });
    expect(code).toBe(0);
    expect(told.environment.proxy).toEqual({
      ...{ address: 'http://127.0.0.1:1', hasCredentials: true, servesEndpoint: false, servesAuthority: false, problem: null },
    });
    const text = await doctor(arm, ['-vv'], { env });
    expect(text.stdout.replace(/\s+/g, ' ')).toContain(
      'proxy http://127.0.0.1:1, with a user and password that are not shown; NO_PROXY: not for Resource Manager and sign-in',
    );
    for (const said of [stdout, stderr, text.stdout, text.stderr]) expect(said).not.toMatch(/pa55word|ada/);
  });

  it('behind a proxy that is not there is no access, and says what to check', async () => {
    const arm = await start({ subscriptions: [ONE] });
    const { code, stdout } = await doctor(arm, ['--retries', '0'], { env: { HTTPS_PROXY: 'http://127.0.0.1:1' } });
    expect(code).toBe(4);
    expect(stdout).toMatch(/^ {2}fail {7}cannot sign in with --auth env: the sign-in service could not be used/m);
  });

  it('with a proxy that is no address is exit 2, and shows which line is wrong', async () => {
    const { code, told, stdout } = await toldBy(await start({ subscriptions: [ONE] }), [], { env: { HTTPS_PROXY: 'http://a:pa55word@' } });
    expect(code).toBe(2);
    expect(told.environment.proxy).toMatchObject({ address: null, problem: { code: 'BAD_PROXY' } });
    expect(told.identity).toMatchObject({ state: 'not_tried' });
    expect(stdout).not.toContain('pa55word');
  });

  it('says of a file of certificates that it is not there, and that trust is not switched off', async () => {
    const arm = await start({ subscriptions: [ONE] });
    const env = { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { code, stdout } = await doctor(arm, ['--retries', '0'], { env });
    expect(code).toBe(4);
    expect(stdout).toMatch(/^ {2}fail {7}NODE_EXTRA_CA_CERTS names \/nowhere\/ca\.pem, which is not there/m);
    expect(stdout).toMatch(/^ {2}warn {7}NODE_TLS_REJECT_UNAUTHORIZED=0 is set: redvet checks certificates all the same/m);
  });
});

describe('a token that says nothing sensible of when it ends', () => {
  it.each(['abc', 1e300, -1e300, null])('is a token all the same: expires_in %j', async (expires_in) => {
    const arm = await startResourceManager({
      subscriptions: [ONE],
      reply: ({ method, path }) =>
        method === 'POST' && path.includes('/oauth2/') ? { body: { token_type: 'Bearer', expires_in, access_token: 'a.b.c' } } : undefined,
    });
    const { code, stdout } = await redvet(['doctor', ...at(arm), '-o', 'json'], { env: signedIn(arm) });
    await arm.close();
    expect(code).toBe(0);
    const diagnosis = JSON.parse(stdout);
    expect(violationsBy(schema)(diagnosis)).toEqual([]);
    expect(diagnosis.identity.state).toBe('signed_in');
  });
});
