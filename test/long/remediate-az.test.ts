import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adfs, azEnvironment, type DeadEnd, PATH, realAz, signInAz, startDeadEnd } from '../support/az.ts';
import { type ChangingEstate, changingEstate, KEYS, merged } from '../support/changing-estate.ts';
import { emptyFolder, redvet, scan } from '../support/redvet.ts';
import {
  type LoopbackArm,
  startResourceManager,
  subscriptionId,
  wireCluster,
  wireDatabase,
  wireRedis,
} from '../support/resource-manager.ts';

/** The generated script with the real Azure CLI, against a Resource Manager that applies what it is sent. */

const run = promisify(execFile);

if (realAz === undefined)
  process.stderr.write('test/long/remediate-az.test.ts: no az on PATH, so no script is run with the real Azure CLI\n');

const SUB = subscriptionId(1);

const approved = (id: string) => [
  {
    id: `${id}/privateEndpointConnections/pe`,
    properties: {
      privateEndpoint: { id: `/subscriptions/${SUB}/resourceGroups/rg-net/providers/Microsoft.Network/privateEndpoints/pe` },
      privateLinkServiceConnectionState: { status: 'Approved' },
    },
  },
];

const orders = wireRedis(SUB, 'orders', {
  enableNonSslPort: true,
  minimumTlsVersion: '1.0',
  publicNetworkAccess: 'Enabled',
  disableAccessKeyAuthentication: false,
  zonalAllocationPolicy: 'NoZones',
  updateChannel: 'Preview',
  redisVersion: '4.0',
  privateEndpointConnections: approved('orders'),
  redisConfiguration: {
    'aad-enabled': 'true',
    'rdb-backup-enabled': 'true',
    'maxmemory-reserved': '642',
    'maxmemory-policy': 'allkeys-lru',
  },
  somethingNew: { that: ['az', 'does not know'] },
});

const SUBNET = `/subscriptions/${SUB}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/redis`;

const inner = wireRedis(SUB, 'inner', {
  subnetId: SUBNET,
  publicNetworkAccess: 'Enabled',
  redisConfiguration: { 'aad-enabled': 'False', authnotrequired: 'true', 'maxmemory-reserved': '642' },
});

const small = wireRedis(SUB, 'small', { sku: { name: 'Basic', family: 'C', capacity: 1 } });

const catalog = wireCluster(SUB, 'catalog', {
  minimumTlsVersion: '1.1',
  publicNetworkAccess: 'Enabled',
  highAvailability: 'Disabled',
  privateEndpointConnections: approved('catalog'),
});

const database = {
  ...wireDatabase({ clientProtocol: 'Plaintext', accessKeysAuthentication: 'Enabled', somethingNew: 7 }),
  id: `${catalog.id}/databases/default`,
};

/** The rules whose fix is a property, and the caches on which they fail before. */
const MENDED: readonly (readonly [string, string, unknown])[] = [
  ['orders', 'non-ssl-port-disabled', { properties: { enableNonSslPort: false } }],
  ['orders', 'minimum-tls-1-2', { properties: { minimumTlsVersion: '1.2' } }],
  ['orders', 'public-network-access-disabled', { properties: { publicNetworkAccess: 'Disabled' } }],
  ['orders', 'access-keys-disabled', { properties: { disableAccessKeyAuthentication: true } }],
  ['orders', 'zone-redundant', { properties: { zonalAllocationPolicy: 'Automatic' } }],
  ['orders', 'update-channel-stable', { properties: { updateChannel: 'Stable' } }],
  ['orders', 'redis-version-supported', { properties: { redisVersion: '6' } }],
  ['orders', 'managed-identity-assigned', { identity: { type: 'SystemAssigned' } }],
  ['inner', 'managed-identity-assigned', { identity: { type: 'SystemAssigned' } }],
  ['inner', 'authentication-required', { properties: { redisConfiguration: { authnotrequired: 'false' } } }],
  ['inner', 'entra-authentication-enabled', { properties: { redisConfiguration: { 'aad-enabled': 'true' } } }],
  ['small', 'sku-has-sla', { properties: { sku: { name: 'Standard', family: 'C', capacity: 1 } } }],
  ['catalog', 'minimum-tls-1-2', { properties: { minimumTlsVersion: '1.2' } }],
  ['catalog', 'public-network-access-disabled', { properties: { publicNetworkAccess: 'Disabled' } }],
  ['catalog', 'high-availability-enabled', { properties: { highAvailability: 'Enabled' } }],
];

/** Changed by GET and PUT of the database. */
const MENDED_IN_DATABASE = [
  ['catalog', 'client-protocol-encrypted'],
  ['catalog', 'persistence-enabled'],
] as const;

/** What has to wait for a decision is left alone: without access for somebody, a database without keys is a database for nobody. */
const LEFT = [
  ['catalog', 'access-keys-disabled'],
  ['orders', 'persistence-uses-managed-identity'],
] as const;

/** Made by a command of their own. */
const MENDED_BESIDE = [
  ['orders', 'patch-schedule-set'],
  ['small', 'patch-schedule-set'],
] as const;

describe.skipIf(realAz === undefined)('the script of redvet remediate --as az, run by bash with the real Azure CLI', () => {
  let arm: LoopbackArm;
  let deadEnd: DeadEnd;
  let estate: ChangingEstate;
  let env: Readonly<Record<string, string>>;
  let script: string;
  let dry: { readonly stdout: string; readonly stderr: string };
  let applied: { readonly stdout: string; readonly stderr: string };
  let before: readonly Finding[];
  let after: readonly Finding[];

  interface Finding {
    readonly ruleId: string;
    readonly resourceName: string;
    readonly outcome: string;
  }

  const findings = async (file: string): Promise<readonly Finding[]> => {
    const { stdout, code } = await scan(arm, ['-o', `json=${file}`, '-o', 'none', '--fail-on', 'none']);
    expect({ stdout, code: code === 0 || code === 3 }).toEqual({ stdout: '', code: true });
    return JSON.parse(await import('node:fs/promises').then(({ readFile }) => readFile(file, 'utf8'))).findings;
  };

  const outcomeOf = (all: readonly Finding[], name: string, rule: string): string | undefined =>
    all.find(({ resourceName, ruleId }) => resourceName === name && ruleId === rule)?.outcome;

  beforeAll(async () => {
    estate = changingEstate(Object.fromEntries([orders, inner, small, catalog, database].map((wire) => [wire.id, wire])));
    const list = (...ids: readonly string[]) => ids.map((id) => estate.at(id));
    const served = {
      subscriptions: [SUB],
      get caches() {
        return { [SUB]: list(orders.id, inner.id, small.id) };
      },
      get clusters() {
        return { [SUB]: list(catalog.id) };
      },
      get below() {
        const assignments = [{ name: 'app', properties: { accessPolicyName: 'Data Contributor', objectId: 'o', objectIdAlias: 'app' } }];
        const schedules = [orders, inner, small].map(({ id, name }) => [`${name}/patchschedules`, estate.below(id, 'patchSchedules')]);
        return { ...Object.fromEntries(schedules), 'catalog/databases': list(database.id), 'orders/accesspolicyassignments': assignments };
      },
      reply: (...received: Parameters<typeof adfs>) => adfs(...received) ?? estate.reply(...received),
    };
    [arm, deadEnd] = await Promise.all([startResourceManager(served), startDeadEnd()]);
    env = { HOME: emptyFolder(), ...azEnvironment(arm, deadEnd), PATH };
    await signInAz(arm, env);
    const folder = emptyFolder();
    before = await findings(join(folder, 'before.json'));
    const printed = await redvet(['remediate', join(folder, 'before.json'), '--as', 'az']);
    expect(printed.code).toBe(0);
    script = join(folder, 'fix.sh');
    writeFileSync(script, printed.stdout);
    dry = await run('bash', [script], { env });
    expect(estate.changes).toEqual([]);
    applied = await run('bash', [script], { env: { ...env, APPLY: '1' }, maxBuffer: 2 ** 24 });
    after = await findings(join(folder, 'after.json'));
  }, 600_000);

  afterAll(async () => {
    await Promise.all([arm?.close(), deadEnd?.close()]);
  });

  it('is accepted by bash -n', async () => {
    await expect(run('bash', ['-n', script])).resolves.toMatchObject({ stderr: '' });
  });

  it('changes nothing unless APPLY=1, and prints what it would run', () => {
    expect(dry.stdout).toContain('az rest --method patch');
    expect(dry.stdout).toContain('az resource update');
  });

  it.each([...MENDED.map(([name, rule]) => [name, rule] as const), ...MENDED_IN_DATABASE, ...MENDED_BESIDE])(
    'mends %s: %s',
    (name, rule) => {
      expect([outcomeOf(before, name, rule), outcomeOf(after, name, rule)]).toEqual(['fail', 'pass']);
    },
  );

  it('sends bodies that hold the named property and nothing else', () => {
    const patches = estate.changes.filter(({ method }) => method === 'PATCH');
    const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);
    for (const [name, , body] of MENDED) expect(patches.map((patch) => [nameOf(patch.id), patch.body])).toContainEqual([name, body]);
    expect(patches).toHaveLength(MENDED.length);
  });

  it.each([orders, inner, small, catalog])('changes nothing else on $name', ({ id, name }) => {
    const bodies = MENDED.filter(([cache]) => cache === name).map(([, , body]) => body);
    const wire = [orders, inner, small, catalog].find((one) => one.name === name);
    expect(estate.at(id)).toEqual(bodies.reduce(merged, wire));
  });

  it('changes nothing else on the database', () => {
    const { properties } = database;
    const changed = { clientProtocol: 'Encrypted', persistence: { rdbEnabled: true, rdbFrequency: '12h', aofEnabled: false } };
    expect(estate.at(database.id)).toEqual({ ...database, properties: { ...properties, ...changed } });
  });

  it.each(LEFT)('leaves %s: %s, which needs a decision, and says how', (name, rule) => {
    expect([outcomeOf(before, name, rule), outcomeOf(after, name, rule)]).toEqual(['fail', 'fail']);
  });

  it('prints no key, though every answer to a write holds both', () => {
    for (const text of [dry.stdout, dry.stderr, applied.stdout, applied.stderr]) {
      expect(text).not.toContain(KEYS.primaryKey);
      expect(text).not.toContain(KEYS.secondaryKey);
    }
  });

  it('breaks no rule that held before', () => {
    const broken = after.filter(
      ({ resourceName, ruleId, outcome }) => outcome === 'fail' && outcomeOf(before, resourceName, ruleId) === 'pass',
    );
    expect(broken).toEqual([]);
  });
});
