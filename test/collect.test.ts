import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { at, type Ended, emptyFolder, type RunOptions, redvet, scan, signedIn } from './support/redvet.ts';
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
} from './support/resource-manager.ts';

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

interface Collected extends Ended {
  readonly file: string;
}

const collect = async (arm: LoopbackArm, args: readonly string[] = [], options: RunOptions = {}): Promise<Collected> => {
  const file = join(emptyFolder(), 'snapshot.ndjson');
  const ended = await redvet(['collect', ...at(arm), '-o', file, ...args], { ...options, env: { ...signedIn(arm), ...options.env } });
  return { ...ended, file };
};

const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

const answersIn = (file: string) => linesOf(file).map((line) => JSON.parse(line));

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
