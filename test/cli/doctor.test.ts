import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import schema from '../../src/schemas/doctor.json' with { type: 'json' };
import { at, type Ended, emptyFolder, redvet, signedIn } from '../support/redvet.ts';
import {
  type Estate,
  type LoopbackArm,
  SECRET,
  startResourceManager,
  subscriptionId,
  TENANT,
  wireCluster,
  wireRedis,
  wireSubscription,
} from '../support/resource-manager.ts';
import { violationsBy } from '../support/schema.ts';

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];

let arm: LoopbackArm | null = null;
afterEach(async () => {
  await arm?.close();
  arm = null;
});

const doctor = async (estate: Estate, args: readonly string[] = []): Promise<Ended> => {
  arm = await startResourceManager(estate);
  return redvet(['doctor', ...at(arm), ...args], { env: signedIn(arm) });
};

interface Told {
  readonly identity: Readonly<Record<string, unknown>> | null;
  readonly signedIn: boolean;
  readonly subscriptions: readonly {
    readonly id: string;
    readonly status: string;
    readonly reads: readonly { readonly action: string; readonly state: string; readonly scope: string | null }[];
  }[];
  readonly missing: readonly { readonly action: string; readonly scopes: readonly string[] }[];
  readonly status: { readonly outcome: string; readonly exitCode: number; readonly complete: boolean; readonly reason: string };
}

const violations = violationsBy(schema);

const told = ({ stdout }: Ended): Told => {
  const value: Told = JSON.parse(stdout);
  expect(violations(value)).toEqual([]);
  return value;
};

const statesIn = ({ subscriptions }: Told, id: string): Readonly<Record<string, string>> =>
  Object.fromEntries(subscriptions.find((one) => one.id === id)?.reads.map(({ action, state }) => [action, state]) ?? []);

const premium = (id: string, name: string) =>
  wireRedis(id, name, { sku: { name: 'Premium', family: 'P', capacity: 1 }, linkedServers: [] });

const ALL_KINDS: Estate = {
  subscriptions: [ONE],
  caches: { [ONE]: [premium(ONE, 'orders'), premium(ONE, 'sessions')] },
  clusters: { [ONE]: [wireCluster(ONE, 'ledger')] },
};

const forbidden = (path: RegExp): NonNullable<Estate['reply']> => {
  const body = { error: { code: 'AuthorizationFailed', message: 'The client does not have authorization to perform the action' } };
  return (request) => (path.test(request.path.split('?')[0] ?? '') ? { status: 403, body } : undefined);
};

/** A token of Entra ID with these claims, as the sign-in service gives it. */
const tokenOf = (claims: unknown): string =>
  [{ alg: 'RS256', typ: 'JWT' }, claims, 'CANARYSIGNATURE']
    .map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'))
    .join('.');

const signingIn =
  (claims: unknown): NonNullable<Estate['reply']> =>
  (request) =>
    request.method === 'POST' && request.path.includes('/oauth2/')
      ? { body: { token_type: 'Bearer', expires_in: 3600, access_token: tokenOf(claims) } }
      : undefined;

describe('redvet doctor', () => {
  it('ends with 0 where every read works, and tries each on one cache of a kind', async () => {
    const ended = await doctor(ALL_KINDS, ['-o', 'json']);
    const { status, missing, subscriptions } = told(ended);
    expect({ code: ended.code, ...status }).toMatchObject({ code: 0, outcome: 'clean', exitCode: 0, complete: true });
    expect(missing).toEqual([]);
    expect(subscriptions.map(({ id, status: of }) => [id, of])).toEqual([[ONE, 'read']]);
    const states = statesIn(told(ended), ONE);
    expect(Object.entries(states).filter(([, state]) => state !== 'ok' && state !== 'not_tried')).toEqual([]);
    expect(states).toMatchObject({
      'Microsoft.Cache/redis/read': 'ok',
      'Microsoft.Cache/redisEnterprise/read': 'ok',
      'Microsoft.Cache/redis/firewallRules/read': 'ok',
      'Microsoft.Cache/redisEnterprise/databases/read': 'ok',
      'Microsoft.Insights/diagnosticSettings/read': 'ok',
    });
    const firewalls = arm?.requests.filter(({ path }) => /firewallRules/i.test(path)).map(({ path }) => path.split('?')[0]);
    expect(firewalls).toHaveLength(1);
    expect(firewalls?.[0]).toContain('/orders/');
  });

  it('reads as a scan does: nothing but GET', async () => {
    await doctor(ALL_KINDS);
    const methods = new Set(arm?.requests.filter(({ path }) => path.startsWith('/subscriptions')).map(({ method }) => method));
    expect(methods).toEqual(new Set(['GET']));
  });

  it('ends with 3 where a read is refused, and names the action, where, and how to get it', async () => {
    const estate = { ...ALL_KINDS, reply: forbidden(/firewallRules$/i) };
    const ended = await doctor(estate, ['-o', 'json']);
    expect(ended.code).toBe(3);
    const value = told(ended);
    expect(statesIn(value, ONE)).toMatchObject({
      'Microsoft.Cache/redis/firewallRules/read': 'denied',
      'Microsoft.Cache/redis/accessPolicies/read': 'ok',
    });
    expect(value.missing).toEqual([
      { action: 'Microsoft.Cache/redis/firewallRules/read', scopes: [expect.stringMatching(/\/Redis\/orders$/)] },
    ]);
    await arm?.close();
    const { stdout, stderr, code } = await doctor(estate);
    expect(code).toBe(3);
    expect(stdout).toContain('Microsoft.Cache/redis/firewallRules/read  on orders');
    expect(stdout).toContain(`az role assignment create --role Reader --assignee`);
    expect(stdout).toContain(`--scope /subscriptions/${ONE}`);
    expect(stdout).toContain('redvet permissions');
    expect(stderr).toMatch(/^redvet: exit 3 \(incomplete\): /m);
  });

  it('ends with 3 where one of several subscriptions is closed, and with 4 where all are', async () => {
    const estate = { subscriptions: [ONE, TWO], caches: { [ONE]: [premium(ONE, 'orders')] } };
    const some = await doctor({ ...estate, reply: forbidden(new RegExp(`${TWO}/providers`)) }, ['-o', 'json']);
    expect([some.code, told(some).subscriptions.map(({ status }) => status)]).toEqual([3, ['read', 'denied']]);
    expect(statesIn(told(some), TWO)).toMatchObject({
      'Microsoft.Cache/redis/read': 'denied',
      'Microsoft.Cache/redis/firewallRules/read': 'not_tried',
    });
    await arm?.close();
    const none = await doctor({ ...estate, reply: forbidden(/providers/) }, ['-o', 'json']);
    expect([none.code, told(none).status.outcome]).toEqual([4, 'access']);
  });

  it('calls nothing ok that it could not try', async () => {
    const ended = await doctor({ subscriptions: [ONE] }, ['-o', 'json']);
    const value = told(ended);
    expect({ code: ended.code, reason: value.status.reason }).toEqual({
      code: 0,
      reason: 'the lists can be read; there is no cache to try anything else on',
    });
    const states = statesIn(value, ONE);
    expect(states['Microsoft.Cache/redis/read']).toBe('ok');
    const below = Object.entries(states).filter(([action]) => !/(?:redis|redisEnterprise)\/read$/.test(action));
    expect(new Set(below.map(([, state]) => state))).toEqual(new Set(['not_tried']));
    await arm?.close();
    const half = told(await doctor({ subscriptions: [ONE], caches: { [ONE]: [premium(ONE, 'orders')] } }, ['-o', 'json']));
    expect(half.status.reason).toMatch(/^every read that was tried works; \d others could not be tried: Microsoft\./);
  });

  it('tries only what the rules that are asked for need', async () => {
    const value = told(await doctor(ALL_KINDS, ['-o', 'json', '--rule', 'firewall-rules-narrow']));
    expect(Object.keys(statesIn(value, ONE))).toEqual(['Microsoft.Cache/redis/read', 'Microsoft.Cache/redis/firewallRules/read']);
  });

  it('passes over a subscription that is disabled, and says why', async () => {
    const { stdout, code } = await doctor({ subscriptions: [ONE, wireSubscription(THREE, { state: 'Disabled' })] });
    expect(code).toBe(0);
    expect(stdout).toMatch(/skipped {2}sub-3: its state is Disabled/);
  });

  const CLAIMS: readonly { readonly what: string; readonly claims: unknown; readonly identity: unknown }[] = [
    {
      what: 'a user through az',
      claims: {
        tid: TENANT,
        oid: 'object-1',
        upn: 'jane@contoso.com',
        idtyp: 'user',
        appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
        exp: 1_800_000_000,
      },
      identity: {
        type: 'user',
        name: 'jane@contoso.com',
        tenantId: TENANT,
        objectId: 'object-1',
        appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
        app: 'Microsoft Azure CLI',
        expiresOn: '2027-01-15T08:00:00.000Z',
      },
    },
    {
      what: 'an application',
      claims: { tid: TENANT, oid: 'object-2', idtyp: 'app', appid: 'app-1' },
      identity: { type: 'app', name: null, tenantId: TENANT, objectId: 'object-2', appId: 'app-1', app: null, expiresOn: null },
    },
    {
      what: 'a managed identity',
      claims: { tid: TENANT, oid: 'object-3', idtyp: 'app', appid: 'app-2', xms_mirid: '/subscriptions/x' },
      identity: {
        type: 'managed_identity',
        name: null,
        tenantId: TENANT,
        objectId: 'object-3',
        appId: 'app-2',
        app: null,
        expiresOn: null,
      },
    },
    {
      what: 'claims of other types',
      claims: { tid: 7, oid: {}, exp: 'x', appid: '__proto__' },
      identity: { type: 'app', name: null, tenantId: null, objectId: null, appId: '__proto__', app: null, expiresOn: null },
    },
    {
      what: 'a date beyond all dates',
      claims: { exp: 1e300 },
      identity: { type: 'app', name: null, tenantId: null, objectId: null, appId: null, app: null, expiresOn: null },
    },
    { what: 'claims that are none', claims: [1], identity: null },
  ];

  it.each(CLAIMS)('tells who signs in: $what', async ({ claims, identity }) => {
    const ended = await doctor({ subscriptions: [ONE], reply: signingIn(claims) }, ['-o', 'json']);
    expect(told(ended)).toMatchObject({ signedIn: true, identity });
  });

  it('names the object that a role is for in what it proposes', async () => {
    const denied = forbidden(/providers/);
    const signed = signingIn({ tid: TENANT, oid: '33333333-0000-4000-8000-000000000001', appid: 'a' });
    const { stdout } = await doctor({
      subscriptions: [ONE],
      reply: (request, nth, url) => signed(request, nth, url) ?? denied(request, nth, url),
    });
    expect(stdout).toContain(
      `az role assignment create --role Reader --assignee 33333333-0000-4000-8000-000000000001 --scope /subscriptions/${ONE}`,
    );
  });

  it('shows neither the token nor the secret, however loud', async () => {
    for (const args of [['-vv'], ['-vv', '-o', 'json']]) {
      const { stdout, stderr } = await doctor({ subscriptions: [ONE], reply: signingIn({ tid: TENANT, oid: 'x' }) }, args);
      for (const secret of [
        SECRET,
        'CANARYSIGNATURE',
        Buffer.from('CANARYSIGNATURE').toString('base64url'),
        tokenOf({ tid: TENANT, oid: 'x' }).split('.')[1] ?? '',
      ])
        expect(stdout + stderr).not.toContain(secret);
      await arm?.close();
    }
  });

  it('lets no name act on a terminal or in a log', async () => {
    const hostile = '\u001b[31m\u202e##vso[task.complete]\n::error::x';
    const { stdout, stderr } = await doctor({
      subscriptions: [wireSubscription(ONE, { displayName: hostile })],
      reply: signingIn({ tid: hostile, oid: hostile, upn: hostile, appid: hostile }),
    });
    for (const acts of ['\u001b', '\u202e', '##vso[', '\n::']) expect(stdout + stderr).not.toContain(acts);
    expect(stdout).toContain('\\u{1b}[31m');
  });

  it('ends with 4 where nobody can be signed in, and says how to', async () => {
    const { code, stdout, stderr } = await redvet(['doctor', '--auth', 'env'], { env: { AZURE_CLIENT_ID: '', AZURE_TENANT_ID: '' } });
    expect(code).toBe(4);
    expect(stdout).toMatch(/Sign-in\n {2}failed {3}cannot sign in with --auth env/);
    expect(stderr).toContain('Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET');
    expect(stdout).not.toContain('Subscriptions');
  });

  it('says what each credential of a chain was asked in vain', async () => {
    const env = {
      AZURE_TOKEN_CREDENTIALS: 'prod',
      AZURE_CLIENT_ID: '',
      AZURE_TENANT_ID: '',
      IDENTITY_ENDPOINT: 'http://127.0.0.1:9',
      IDENTITY_HEADER: 'x',
    };
    const { code, stdout } = await redvet(['doctor'], { env });
    expect(code).toBe(4);
    expect(stdout).toMatch(/EnvironmentCredential: /);
    expect(stdout).toMatch(/ManagedIdentityCredential: /);
  });

  it('says which credential of a chain gave the token', async () => {
    arm = await startResourceManager({ subscriptions: [ONE], reply: signingIn({ tid: TENANT, oid: 'x' }) });
    const args = at(arm).filter((word) => word !== '--auth' && word !== 'env');
    const ended = await redvet(['doctor', ...args, '-o', 'json'], { env: signedIn(arm) });
    expect(JSON.parse(ended.stdout)).toMatchObject({ signedIn: true, credential: 'EnvironmentCredential', tried: [] });
    expect(violations(JSON.parse(ended.stdout))).toEqual([]);
  });

  it('tries each read on the first cache of a kind that has it', async () => {
    const basic = wireRedis(ONE, 'aaa', { linkedServers: [] }, { tags: null });
    const linked = { id: `${wireRedis(ONE, 'x').id}/linkedServers/y` };
    const premium = wireRedis(ONE, 'bbb', { sku: { name: 'Premium', family: 'P', capacity: 1 }, linkedServers: [linked] });
    await doctor({ subscriptions: [ONE], caches: { [ONE]: [basic, premium] } });
    const paths = arm?.requests.map(({ path }) => path.split('?')[0] ?? '') ?? [];
    expect(paths.filter((path) => /linkedServers/i.test(path)).map((path) => path.split('/').at(-2))).toEqual(['bbb']);
    expect(paths.filter((path) => /firewallRules/i.test(path)).map((path) => path.split('/').at(-2))).toEqual(['aaa']);
  });

  it('does not call ready what the configuration would ask of an index', async () => {
    arm = await startResourceManager(ALL_KINDS);
    const cwd = emptyFolder();
    writeFileSync(join(cwd, '.redvet.yaml'), 'version: 1\nscope: { source: graph }\n');
    const ended = await redvet(['doctor', ...at(arm), '-o', 'json'], { env: signedIn(arm), cwd });
    expect(statesIn(told(ended), ONE)).toMatchObject({
      'Microsoft.ResourceGraph/resources/read': 'not_tried',
      'Microsoft.Authorization/permissions/read': 'not_tried',
    });
    expect(told(ended).status.reason).toContain('Microsoft.ResourceGraph/resources/read');
  });

  it('hides the password of a proxy', async () => {
    const { stdout } = await redvet(['doctor', '--auth', 'env'], {
      env: { HTTPS_PROXY: 'http://jane:CANARY@127.0.0.1:9', AZURE_CLIENT_ID: '' },
    });
    expect(stdout).toContain('proxy          http://127.0.0.1:9\n');
    expect(stdout).not.toContain('CANARY');
  });

  it('sums up many subscriptions, and lists those with something wrong', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => subscriptionId(n + 1));
    const { stdout, code } = await doctor({ subscriptions: ids, reply: forbidden(new RegExp(`${subscriptionId(7)}/providers`)) });
    expect(code).toBe(3);
    expect(stdout).toContain('denied   sub-7: 0 caches');
    expect(stdout).toContain('and 59 other subscriptions, 59 of all ok');
    expect(stdout.split('\n').length).toBeLessThan(50);
  });
});
