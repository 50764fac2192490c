import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BY_SIX_RULES, scan } from '../support/redvet.ts';
import {
  type Estate,
  type Reply,
  startResourceManager,
  subscriptionId,
  tokenCalls,
  wireCluster,
  wireRedis,
  wireSubscription,
} from '../support/resource-manager.ts';

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];

/** Three subscriptions with one good cache each; the second one gets the fault. */
const HEALTHY: Estate = {
  subscriptions: [ONE, TWO, THREE],
  caches: { [ONE]: [wireRedis(ONE, 'one')], [TWO]: [wireRedis(TWO, 'two')], [THREE]: [wireRedis(THREE, 'three')] },
};

const LIST_OF_TWO = new RegExp(`^/subscriptions/${TWO}/providers/Microsoft\\.Cache/redis\\?`, 'i');

const BOTH_LISTS_OF_TWO = new RegExp(`^/subscriptions/${TWO}/providers/Microsoft\\.Cache/redis(?:Enterprise)?\\?`, 'i');

const armError = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers,
  body: { error: { code, message: `${code}, says the service` } },
});

const html = (status: number): Reply => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<html>Please sign in to Guest WiFi</html>',
});

const page = (value: unknown, more: Readonly<Record<string, unknown>> = {}): Reply => ({ body: { value, ...more } });

const GZIP = gzipSync(JSON.stringify({ value: [wireRedis(TWO, 'two')] }));

interface Fault {
  readonly fault: string;
  /** The answer to the nth request for a list; `self` is the address that was asked for. */
  readonly reply: (nth: number, self: string, evil: string) => Reply | undefined;
  readonly args?: readonly string[];
  readonly exit: number;
  /** Of the one problem in the report; null when the fault passes by itself. */
  readonly code: string | null;
  readonly kind?: string;
  readonly says?: RegExp;
  /** How often subscription two was asked. */
  readonly asked?: number;
  readonly tokens?: number;
}

const turns: number[] = [];

const FAULTS: readonly Fault[] = [
  {
    fault: '403',
    reply: () => armError(403, 'AuthorizationFailed'),
    exit: 3,
    code: 'AUTHORIZATION_FAILED',
    kind: 'permission',
    says: /no right to Microsoft\.Cache\/redis\/read[\s\S]*help: Grant Reader: az role assignment create/,
    asked: 1,
  },
  {
    fault: '403 with a page of a proxy',
    reply: () => html(403),
    exit: 3,
    code: 'PROXY_REFUSED',
    kind: 'proxy',
    says: /proxy or captive portal/,
  },
  { fault: '404', reply: () => armError(404, 'SubscriptionNotFound'), exit: 3, code: 'NOT_FOUND', kind: 'not_found', says: /--tenant/ },
  {
    fault: 'HTML with 200',
    reply: () => html(200),
    exit: 3,
    code: 'NOT_JSON',
    kind: 'malformed',
    says: /not JSON \(text\/html\)/,
    asked: 1,
  },
  { fault: '{} with 200', reply: () => ({ body: {} }), exit: 3, code: 'NOT_A_LIST', kind: 'malformed', says: /"value" is not an array/ },
  { fault: 'null with 200', reply: () => ({ body: 'null' }), exit: 3, code: 'NOT_A_LIST' },
  { fault: 'an array with 200', reply: () => ({ body: '[]' }), exit: 3, code: 'NOT_A_LIST' },
  { fault: 'value an object', reply: () => page({}), exit: 3, code: 'NOT_A_LIST' },
  { fault: 'value a text', reply: () => page('abc'), exit: 3, code: 'NOT_A_LIST' },
  { fault: 'an error with 200', reply: () => ({ body: { error: { code: 'X', message: 'y' } } }), exit: 3, code: 'NOT_A_LIST' },
  {
    fault: 'an error beside the list',
    reply: () => page([wireRedis(TWO, 'two')], { error: { code: 'PartialResult', message: 'one shard is down' } }),
    exit: 3,
    code: 'PARTIAL_ANSWER',
    kind: 'malformed',
  },
  {
    fault: 'a next page under another name',
    reply: (_, self) => page([], { '@odata.nextLink': `${self}/next` }),
    exit: 3,
    code: 'BAD_NEXT_LINK',
  },
  { fault: 'a next page in another case', reply: (_, self) => page([], { NextLink: `${self}/next` }), exit: 3, code: 'BAD_NEXT_LINK' },
  {
    fault: 'an error whose message is an object',
    reply: () => ({ status: 403, body: { error: { code: 'AuthorizationFailed', message: { a: 1 } } } }),
    exit: 3,
    code: 'AUTHORIZATION_FAILED',
  },
  {
    fault: 'an error whose code is a number',
    reply: () => ({ status: 400, body: { error: { code: 5, message: 7 } } }),
    exit: 3,
    code: 'UNEXPECTED_ANSWER',
  },
  { fault: 'an error that is a text', reply: () => ({ status: 400, body: { error: 'no' } }), exit: 3, code: 'UNEXPECTED_ANSWER' },
  {
    fault: 'ten thousand items that are no caches',
    reply: () => page(Array(10_000).fill(0)),
    exit: 3,
    code: 'UNREADABLE_ITEM',
    says: /10000 items of the list of caches cannot be taken for a cache: it is 0, not an object/,
  },
  {
    fault: 'an item null',
    reply: () => page([null]),
    exit: 3,
    code: 'UNREADABLE_ITEM',
    says: /1 item of the list of caches cannot be taken for a cache: it is null, not an object/,
  },
  { fault: 'an empty body', reply: () => ({ body: '' }), exit: 3, code: 'NOT_JSON' },
  { fault: '204', reply: () => (_, response) => response.writeHead(204).end(), exit: 3, code: 'UNEXPECTED_ANSWER' },
  { fault: '500', reply: () => armError(500, 'InternalServerError'), exit: 3, code: 'SERVER_ERROR', kind: 'network', asked: 2 },
  { fault: '503 once', reply: (nth) => (nth === 1 ? armError(503, 'ServerBusy') : undefined), exit: 0, code: null, asked: 2 },
  {
    fault: 'a gzip body that is cut by a closed connection',
    reply: () => (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': String(GZIP.length) });
      response.write(GZIP.subarray(0, GZIP.length / 2), () => response.destroy());
    },
    exit: 3,
    code: 'ECONNRESET',
    kind: 'network',
    says: /cut off in the middle/,
    asked: 2,
  },
  {
    fault: 'a gzip body that ends too early',
    reply: () => ({ headers: { 'content-encoding': 'gzip' }, body: GZIP.subarray(0, GZIP.length / 2) }),
    exit: 3,
    code: 'ECONNRESET',
    says: /cut off in the middle/,
  },
  {
    fault: 'a gzip body that stalls',
    reply: () => (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.write(GZIP.subarray(0, GZIP.length / 2));
    },
    exit: 3,
    code: 'REQUEST_TIMEOUT',
    kind: 'timeout',
  },
  { fault: 'a whole gzip body', reply: () => ({ headers: { 'content-encoding': 'gzip' }, body: GZIP }), exit: 0, code: null, asked: 1 },
  {
    fault: 'a plain body that is cut, once',
    reply: (nth) =>
      nth > 1
        ? undefined
        : (_, response) => {
            response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
            response.write('{"value":[', () => response.destroy());
          },
    exit: 0,
    code: null,
    asked: 2,
  },
  {
    fault: 'truncated JSON',
    reply: () => ({ body: '{"value":[{"id":' }),
    exit: 3,
    code: 'NOT_JSON',
    kind: 'malformed',
    says: /not valid JSON/,
  },
  { fault: 'invalid UTF-8', reply: () => ({ body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }), exit: 3, code: 'NOT_JSON' },
  {
    fault: 'a bomb of 65 MiB',
    reply: () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(65 * 2 ** 20, 0x20)) }),
    args: ['--request-timeout', '20s'],
    exit: 3,
    code: 'ANSWER_TOO_LARGE',
    kind: 'limit',
  },
  {
    fault: 'a server that never answers',
    reply: () => () => {},
    exit: 3,
    code: 'REQUEST_TIMEOUT',
    kind: 'timeout',
    says: /within 700 ms[\s\S]*--request-timeout/,
    asked: 2,
  },
  {
    fault: 'a body of one byte now and then',
    reply: () => (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(drip));
    },
    exit: 3,
    code: 'REQUEST_TIMEOUT',
  },
  {
    fault: 'a reset before the headers, once',
    reply: (nth) => (nth > 1 ? undefined : (request) => request.socket.destroy()),
    exit: 0,
    code: null,
    asked: 2,
  },
  {
    fault: '429 without Retry-After, once',
    reply: (nth) => (nth === 1 ? armError(429, 'TooManyRequests') : undefined),
    exit: 0,
    code: null,
    asked: 2,
  },
  { fault: '429 without end', reply: () => armError(429, 'TooManyRequests'), exit: 3, code: 'THROTTLED', kind: 'throttle', asked: 2 },
  {
    fault: '429 with Retry-After 1, once',
    reply: (nth) => (nth === 1 ? armError(429, 'TooManyRequests', { 'retry-after': '1' }) : undefined),
    exit: 0,
    code: null,
    asked: 2,
  },
  {
    fault: 'Retry-After 3600',
    reply: () => armError(429, 'TooManyRequests', { 'retry-after': '3600' }),
    args: ['--retries', '5'],
    exit: 3,
    code: 'THROTTLED',
    kind: 'throttle',
    says: /asks to wait 3600 s/,
    asked: 1,
  },
  {
    fault: 'Retry-After in the year 2099',
    reply: () => armError(503, 'ServerBusy', { 'retry-after': 'Wed, 01 Jan 2099 00:00:00 GMT' }),
    exit: 3,
    code: 'SERVER_ERROR',
    asked: 1,
  },
  {
    fault: 'Retry-After beyond the time left',
    reply: () => armError(429, 'TooManyRequests', { 'retry-after': '30' }),
    args: ['--timeout', '10s'],
    exit: 3,
    code: 'THROTTLED',
    says: /asks to wait 30 s/,
    asked: 1,
  },
  {
    fault: 'nextLink to another host',
    reply: (_, __, evil) => page([], { nextLink: `${evil}/next` }),
    exit: 3,
    code: 'FOREIGN_NEXT_LINK',
    kind: 'malformed',
    says: /nothing was sent there/,
  },
  {
    fault: 'nextLink to another port over https',
    reply: () => page([], { nextLink: 'https://localhost:1/next' }),
    exit: 3,
    code: 'FOREIGN_NEXT_LINK',
  },
  {
    fault: 'nextLink with a user',
    reply: (_, self) => page([], { nextLink: self.replace('https://', 'https://user@') }),
    exit: 3,
    code: 'FOREIGN_NEXT_LINK',
  },
  { fault: 'nextLink a number', reply: () => page([], { nextLink: 5 }), exit: 3, code: 'BAD_NEXT_LINK' },
  { fault: 'nextLink relative', reply: () => page([], { nextLink: '/next' }), exit: 3, code: 'BAD_NEXT_LINK' },
  { fault: 'nextLink null', reply: () => page([wireRedis(TWO, 'two')], { nextLink: null }), exit: 0, code: null },
  {
    fault: 'nextLink to itself',
    reply: (nth, self) => (nth > 3 ? undefined : page([], { nextLink: self })),
    exit: 3,
    code: 'NEXT_LINK_LOOP',
    kind: 'malformed',
    asked: 2,
  },
  {
    fault: 'nextLink from A to B to A',
    reply: (_, self) => page([], { nextLink: self.replace(/\?.*$/, `?page=${turns.push(0) % 2}`) }),
    exit: 3,
    code: 'NEXT_LINK_LOOP',
    asked: 3,
  },
  {
    fault: 'a redirect to another host',
    reply: (_, __, evil) => ({ status: 307, headers: { location: `${evil}/there` }, body: {} }),
    exit: 3,
    code: 'UNEXPECTED_ANSWER',
    asked: 1,
  },
  {
    fault: '401 once',
    reply: (nth) => (nth === 1 ? armError(401, 'ExpiredAuthenticationToken') : undefined),
    exit: 0,
    code: null,
    asked: 2,
    tokens: 2,
  },
  {
    fault: '401 for ever',
    reply: () => armError(401, 'ExpiredAuthenticationToken'),
    exit: 3,
    code: 'TOKEN_REFUSED',
    kind: 'auth',
    says: /az login/,
    asked: 2,
    tokens: 2,
  },
  {
    fault: '401 of another tenant',
    reply: () => armError(401, 'InvalidAuthenticationTokenTenant'),
    exit: 3,
    code: 'WRONG_TENANT',
    kind: 'auth',
    says: /--tenant ID/,
  },
];

/** A host that no token may ever reach. */
const startEvil = async () => {
  let hits = 0;
  const server = createServer((_, response) => {
    hits += 1;
    response.end('{"value":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    hits: () => hits,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

describe.concurrent('a fault in one of three subscriptions', () => {
  for (const { fault, reply, args = [], exit, code, kind, says, asked, tokens = 1 } of FAULTS) {
    it(`${fault}: exit ${exit}${code === null ? '' : `, ${code}`}`, async () => {
      const evil = await startEvil();
      const arm = await startResourceManager({
        ...HEALTHY,
        reply: ({ path }, nth, url) => (LIST_OF_TWO.test(path) ? reply(nth, `${url}${path}`, evil.url) : undefined),
      });
      const ended = await scan(arm, ['-o', 'json', '--retries', '1', '--request-timeout', '700ms', ...BY_SIX_RULES, ...args]);
      await Promise.all([arm.close(), evil.close()]);
      const result = JSON.parse(ended.stdout);
      const names = result.caches.map(({ name }: { name: string }) => name);
      const problems: readonly { code: string; kind: string; scope: string | null }[] = result.problems;
      expect({ exit: ended.code, problems: problems.map((problem) => problem.code), evil: evil.hits() }).toEqual({
        exit,
        problems: code === null ? [] : [code],
        evil: 0,
      });
      expect(names).toEqual(code === null ? ['one', 'two', 'three'] : ['one', 'three']);
      expect(result.status.complete).toBe(code === null);
      expect(problems.map(({ scope }) => scope)).toEqual(code === null ? [] : [`/subscriptions/${TWO}`]);
      if (kind !== undefined) expect(problems[0]?.kind).toBe(kind);
      if (says !== undefined) expect(ended.stderr).toMatch(says);
      if (asked !== undefined) expect(arm.requests.filter(({ path }) => LIST_OF_TWO.test(path))).toHaveLength(asked);
      expect(tokenCalls(arm)).toHaveLength(tokens);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
    });
  }
});

describe('every fault at once', () => {
  /** What does not pass by itself, and needs no flag of its own. */
  const all = FAULTS.filter(({ code, args }) => code !== null && args === undefined);
  const flags = ['-o', 'json', '--retries', '1', '--request-timeout', '1500ms'];

  interface Told {
    readonly caches: readonly { readonly name: string; readonly kind: string }[];
    readonly findings: readonly { readonly resourceName: string; readonly outcome: string; readonly message: string }[];
    readonly problems: readonly {
      readonly code: string;
      readonly scope: string;
      readonly action: string;
      readonly affects: readonly string[];
    }[];
    readonly scope: { readonly subscriptions: readonly { readonly status: string }[] };
    readonly status: { readonly complete: boolean };
  }

  it('in the list of clusters, each in a subscription of its own, costs what it hides and nothing else', async () => {
    const ids = all.map((_, index) => subscriptionId(index + 1));
    const evil = await startEvil();
    const arm = await startResourceManager({
      subscriptions: ids,
      caches: Object.fromEntries(ids.map((id, index) => [id, [wireRedis(id, `cache-${index}`)]])),
      clusters: Object.fromEntries(ids.map((id, index) => [id, [wireCluster(id, `hidden-${index}`)]])),
      reply: ({ path }, nth, url) => {
        const id = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Cache\/redisEnterprise\?/.exec(path)?.[1] ?? '';
        return all[ids.indexOf(id)]?.reply(nth, `${url}${path}`, evil.url);
      },
    });
    const ended = await scan(arm, [...flags, '--rule', 'minimum-tls-1-2']);
    await Promise.all([arm.close(), evil.close()]);
    const { caches, findings, problems, scope, status }: Told = JSON.parse(ended.stdout);
    expect({ code: ended.code, complete: status.complete, evil: evil.hits() }).toEqual({ code: 3, complete: false, evil: 0 });
    expect(problems.map((told, index) => [all[index]?.fault, told.scope, told.code])).toEqual(
      all.map(({ fault, code }, index) => [fault, `/subscriptions/${ids[index]}`, code]),
    );
    expect(problems.filter(({ code, action }) => code !== 'UNREADABLE_ITEM' && action !== 'Microsoft.Cache/redisEnterprise/read')).toEqual(
      [],
    );
    expect(caches.map(({ name }) => name)).toEqual(all.map((_, index) => `cache-${index}`));
    expect(new Set(findings.map(({ outcome }) => outcome))).toEqual(new Set(['pass']));
    expect(new Set(scope.subscriptions.map((one) => one.status))).toEqual(new Set(['partial']));
  });

  it('in a list below a cache, each of a cache of its own, makes unknown what hangs on it and nothing else', async () => {
    const nth = (name: string): number => Number(/^cache-(\d+)$/.exec(name)?.[1]);
    const evil = await startEvil();
    const arm = await startResourceManager({
      subscriptions: [ONE],
      caches: { [ONE]: all.map((_, index) => wireRedis(ONE, `cache-${index}`, { publicNetworkAccess: 'Enabled' })) },
      reply: ({ path }, times, url) => {
        const index = nth(/\/redis\/([^/]+)\/firewallRules\?/i.exec(path)?.[1] ?? '');
        return all[index]?.reply(times, `${url}${path}`, evil.url);
      },
    });
    const ended = await scan(arm, [...flags, '--rule', 'firewall-rules-present', '--rule', 'non-ssl-port-disabled', '--fail-on', 'medium']);
    await Promise.all([arm.close(), evil.close()]);
    const { findings, problems, status }: Told = JSON.parse(ended.stdout);
    expect({ code: ended.code, complete: status.complete, evil: evil.hits() }).toEqual({ code: 3, complete: false, evil: 0 });
    const outcomes = new Map(all.map((_, index) => [`cache-${index}`, [] as string[]]));
    for (const { resourceName, outcome } of findings) outcomes.get(resourceName)?.push(outcome);
    expect([...outcomes].map(([name, each]) => [all[nth(name)]?.fault, ...each])).toEqual(
      all.map(({ fault }) => [fault, 'pass', 'unknown']),
    );
    // An item that makes no sense is told by the finding alone.
    const told = all.flatMap(({ code, fault }, index) => (code === 'UNREADABLE_ITEM' ? [] : [{ fault, code, name: `cache-${index}` }]));
    const byName = new Map(problems.map((one) => [one.scope.slice(one.scope.lastIndexOf('/') + 1), one]));
    expect(told.map(({ fault, name }) => [fault, byName.get(name)?.code])).toEqual(told.map(({ fault, code }) => [fault, code]));
    expect(problems).toHaveLength(told.length);
    for (const { action, affects } of problems) {
      expect({ action, affects }).toEqual({ action: 'Microsoft.Cache/redis/firewallRules/read', affects: ['firewall-rules-present'] });
    }
  });
});

interface Whole {
  readonly run: string;
  readonly estate: Estate;
  readonly args?: readonly string[];
  readonly exit: number;
  readonly says: RegExp;
}

const BAD_CACHE = { ...HEALTHY.caches, [ONE]: [wireRedis(ONE, 'one', { enableNonSslPort: true })] };

const onPath =
  (pattern: RegExp, reply: Reply): NonNullable<Estate['reply']> =>
  ({ path }) =>
    pattern.test(path) ? reply : undefined;

const ALL_LISTS = /Microsoft\.Cache\/redis(?:Enterprise)?\?/i;
const SUBSCRIPTIONS = /^\/subscriptions\?/;
const PROVIDER = /\/providers\/Microsoft\.Cache\?/;

const RUNS: readonly Whole[] = [
  {
    run: 'an open port on a page that is refused as if nothing were registered',
    estate: {
      subscriptions: [ONE],
      pageSize: 1,
      caches: { [ONE]: [wireRedis(ONE, 'good'), wireRedis(ONE, 'open', { enableNonSslPort: true })] },
      reply: (received, nth, url) =>
        onPath(/skiptoken=1/, armError(409, 'MissingSubscriptionRegistration'))(received, nth, url) ??
        onPath(PROVIDER, { body: { registrationState: 'NotRegistered' } })(received, nth, url),
    },
    exit: 3,
    says: /MissingSubscriptionRegistration/,
  },
  {
    run: 'a registration that a proxy answers for',
    estate: {
      ...HEALTHY,
      reply: (received, nth, url) =>
        onPath(LIST_OF_TWO, armError(409, 'MissingSubscriptionRegistration'))(received, nth, url) ??
        onPath(PROVIDER, html(200))(received, nth, url),
    },
    exit: 3,
    says: /MissingSubscriptionRegistration/,
  },
  {
    run: 'a subscription that is listed as enabled and as disabled',
    estate: { ...HEALTHY, caches: BAD_CACHE, subscriptions: [wireSubscription(ONE), TWO, wireSubscription(ONE, { state: 'Disabled' })] },
    exit: 1,
    says: /exit 1 \(findings\): 1 high/,
  },
  {
    run: 'a subscription with two different ids',
    estate: { ...HEALTHY, subscriptions: [ONE, wireSubscription(TWO, { subscriptionId: THREE })] },
    exit: 3,
    says: /an item of the list of subscriptions cannot be understood/,
  },
  {
    run: 'a list of subscriptions with nothing but nonsense in it',
    estate: { subscriptions: [7] },
    exit: 4,
    says: /NO_SUBSCRIPTION/,
  },
  {
    run: 'an item that is no cache in the only subscription',
    estate: { subscriptions: [ONE], caches: { [ONE]: [null] } },
    exit: 3,
    says: /exit 3 \(incomplete\)/,
  },
  {
    run: 'unknowns below the gate',
    estate: { subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'one', { disableAccessKeyAuthentication: undefined })] } },
    exit: 0,
    says: /exit 0 \(clean\): 1 cache, nothing failed, 1 check unknown below --fail-on high/,
  },
  {
    run: 'a secret in the code of an error',
    estate: { subscriptions: [ONE], reply: onPath(ALL_LISTS, armError(400, `AccountKey=${'c'.repeat(3000)}`)) },
    exit: 4,
    says: /^(?![\s\S]*ccccc)[\s\S]*AccountKey=\(redacted\)/,
  },
  { run: 'no subscription at all', estate: {}, exit: 4, says: /NO_SUBSCRIPTION\]: signed in, but no subscription is visible[\s\S]*Reader/ },
  {
    run: 'a list of subscriptions that is denied',
    estate: { ...HEALTHY, reply: onPath(SUBSCRIPTIONS, armError(403, 'AuthorizationFailed')) },
    exit: 4,
    says: /no right to Microsoft\.Resources\/subscriptions\/read/,
  },
  {
    run: 'a list of subscriptions that is a page of a proxy',
    estate: { ...HEALTHY, reply: onPath(SUBSCRIPTIONS, html(200)) },
    exit: 4,
    says: /captive portal/,
  },
  {
    run: 'a list of subscriptions that breaks off',
    estate: { ...HEALTHY, pageSize: 1, reply: onPath(/^\/subscriptions\?.*skiptoken=2/, armError(403, 'AuthorizationFailed')) },
    exit: 3,
    says: /the list of subscriptions broke off/,
  },
  {
    run: 'an item of the list of subscriptions that makes no sense',
    estate: { ...HEALTHY, subscriptions: [ONE, wireSubscription('../../evil')] },
    exit: 3,
    says: /cannot be understood/,
  },
  {
    run: 'every subscription denied',
    estate: { ...HEALTHY, reply: onPath(ALL_LISTS, armError(403, 'AuthorizationFailed')) },
    exit: 4,
    says: /no right to Microsoft\.Cache\/redis\/read/,
  },
  {
    run: 'the list of clusters denied, and the caches read',
    estate: { ...HEALTHY, reply: onPath(/redisEnterprise\?/, armError(403, 'AuthorizationFailed')) },
    exit: 3,
    says: /no right to Microsoft\.Cache\/redisEnterprise\/read[\s\S]*exit 3 \(incomplete\): 3 subscriptions not fully read/,
  },
  {
    run: 'the list of clusters denied, and a finding in a cache',
    estate: { ...HEALTHY, caches: BAD_CACHE, reply: onPath(/redisEnterprise\?/, armError(403, 'AuthorizationFailed')) },
    exit: 1,
    says: /exit 1 \(findings\): 1 high .*; incomplete: 3 subscriptions not fully read/,
  },
  {
    run: 'the list of clusters denied, and only caches asked about',
    estate: { ...HEALTHY, reply: onPath(/redisEnterprise\?/, armError(403, 'AuthorizationFailed')) },
    args: ['--skip-rule', 'minimum-*', '--skip-rule', 'public-*', '--skip-rule', 'access-*'],
    exit: 0,
    says: /exit 0 \(clean\): 3 caches, nothing failed/,
  },
  {
    run: 'clusters only, in a subscription whose caches are denied',
    estate: {
      subscriptions: [ONE],
      clusters: { [ONE]: [wireCluster(ONE, 'cluster')] },
      reply: onPath(/Microsoft\.Cache\/redis\?/i, armError(403, 'AuthorizationFailed')),
    },
    exit: 3,
    says: /no right to Microsoft\.Cache\/redis\/read[\s\S]*exit 3 \(incomplete\)/,
  },
  {
    run: 'every subscription denied, --allow-incomplete',
    estate: { ...HEALTHY, reply: onPath(ALL_LISTS, armError(403, 'AuthorizationFailed')) },
    args: ['--allow-incomplete'],
    exit: 4,
    says: /exit 4/,
  },
  {
    run: 'every subscription answered by a proxy, --allow-incomplete',
    estate: { ...HEALTHY, reply: onPath(ALL_LISTS, html(200)) },
    args: ['--allow-incomplete'],
    exit: 4,
    says: /exit 4/,
  },
  {
    run: 'one subscription denied, --allow-incomplete',
    estate: { ...HEALTHY, reply: onPath(LIST_OF_TWO, armError(403, 'AuthorizationFailed')) },
    args: ['--allow-incomplete'],
    exit: 0,
    says: /exit 0 \(incomplete\): .*tolerated by --allow-incomplete/,
  },
  {
    run: 'a finding and a denied subscription',
    estate: { ...HEALTHY, caches: BAD_CACHE, reply: onPath(LIST_OF_TWO, armError(403, 'AuthorizationFailed')) },
    exit: 1,
    says: /exit 1 \(findings\): 1 high .*; incomplete: 1 subscription not fully read/,
  },
  {
    run: 'a finding and a denied subscription, --allow-incomplete',
    estate: { ...HEALTHY, caches: BAD_CACHE, reply: onPath(LIST_OF_TWO, armError(403, 'AuthorizationFailed')) },
    args: ['--allow-incomplete'],
    exit: 1,
    says: /exit 1/,
  },
  {
    run: 'a finding below the gate',
    estate: { ...HEALTHY, caches: BAD_CACHE },
    args: ['--fail-on', 'critical'],
    exit: 0,
    says: /exit 0 \(clean\): 3 caches, 1 failure below --fail-on critical/,
  },
  {
    run: 'a finding with --fail-on none',
    estate: { ...HEALTHY, caches: BAD_CACHE },
    args: ['--fail-on', 'none'],
    exit: 0,
    says: /exit 0 \(clean\)/,
  },
  {
    run: 'an unknown that reaches the gate',
    estate: { ...HEALTHY, caches: { [ONE]: [wireRedis(ONE, 'one', { enableNonSslPort: undefined })] } },
    exit: 3,
    says: /exit 3 \(incomplete\): 1 unknown check that would gate/,
  },
  {
    run: 'an unknown below the gate',
    estate: { ...HEALTHY, caches: { [ONE]: [wireRedis(ONE, 'one', { disableAccessKeyAuthentication: undefined })] } },
    exit: 0,
    says: /exit 0/,
  },
  {
    run: 'an unknown with --fail-on none',
    estate: { ...HEALTHY, caches: { [ONE]: [wireRedis(ONE, 'one', { disableAccessKeyAuthentication: undefined })] } },
    args: ['--fail-on', 'none'],
    exit: 3,
    says: /exit 3/,
  },
  {
    run: 'two hundred thousand firewall rules that are none',
    estate: {
      subscriptions: [ONE],
      caches: { [ONE]: [wireRedis(ONE, 'one', { publicNetworkAccess: 'Enabled' })] },
      reply: onPath(/firewallRules\?/, page(Array(200_000).fill(0))),
    },
    args: ['--rule', 'firewall-rules-present', '--fail-on', 'critical'],
    exit: 0,
    says: /exit 0 \(clean\): 1 cache, .*1 check unknown below/,
  },
  {
    run: 'a cluster that no selected rule judges',
    estate: { subscriptions: [ONE], clusters: { [ONE]: [wireCluster(ONE, 'one', {}, { sku: { name: 'Enterprise_E10' } })] } },
    args: ['--rule', 'high-availability-enabled', '--skip-rule', 'minimum-*', '--skip-rule', 'public-*'],
    exit: 5,
    says: /exit 5 \(empty\): .*no cache in it that the selected rules judge/,
  },
  { run: 'no cache', estate: { subscriptions: [ONE] }, exit: 5, says: /exit 5 \(empty\)/ },
  {
    run: 'no cache, --allow-empty',
    estate: { subscriptions: [ONE] },
    args: ['--allow-empty'],
    exit: 0,
    says: /exit 0 \(empty\): .*tolerated by --allow-empty/,
  },
  {
    run: 'no cache and a gap, --allow-empty',
    estate: { subscriptions: [ONE, TWO], reply: onPath(LIST_OF_TWO, armError(403, 'AuthorizationFailed')) },
    args: ['--allow-empty'],
    exit: 3,
    says: /exit 3/,
  },
  {
    run: 'a subscription that is not there',
    estate: HEALTHY,
    args: ['-s', 'prod'],
    exit: 4,
    says: /no visible subscription has the id or name "prod"[\s\S]*az account list/,
  },
  {
    run: 'one of two subscriptions that is not there',
    estate: HEALTHY,
    args: ['-s', 'prod', '-s', 'SUB-1'],
    exit: 3,
    says: /no visible subscription has the id or name "prod"/,
  },
  {
    run: 'two subscriptions of one name',
    estate: { ...HEALTHY, subscriptions: [wireSubscription(ONE, { displayName: 'twin' }), wireSubscription(TWO, { displayName: 'Twin' })] },
    args: ['-s', 'twin'],
    exit: 2,
    says: new RegExp(`${ONE}, ${TWO}`),
  },
  {
    run: 'a disabled subscription beside a live one',
    estate: { ...HEALTHY, subscriptions: [ONE, wireSubscription(TWO, { state: 'Disabled' })] },
    exit: 0,
    says: /exit 0 \(clean\): 1 cache/,
  },
  {
    run: 'a disabled subscription that is named',
    estate: { ...HEALTHY, subscriptions: [ONE, wireSubscription(TWO, { state: 'Disabled' })] },
    args: ['-s', TWO],
    exit: 0,
    says: /exit 0 \(clean\): 1 cache/,
  },
  {
    run: 'disabled subscriptions only',
    estate: { ...HEALTHY, subscriptions: [wireSubscription(TWO, { state: 'Disabled' })] },
    exit: 4,
    says: /every visible subscription is disabled or deleted/,
  },
  {
    run: 'a subscription where Microsoft.Cache was never registered',
    estate: {
      ...HEALTHY,
      reply: (received, nth, url) =>
        onPath(BOTH_LISTS_OF_TWO, armError(409, 'MissingSubscriptionRegistration'))(received, nth, url) ??
        onPath(PROVIDER, { body: { registrationState: 'NotRegistered' } })(received, nth, url),
    },
    exit: 0,
    says: /exit 0 \(clean\): 2 caches/,
  },
  {
    run: 'the same refusal although it is registered',
    estate: {
      ...HEALTHY,
      reply: (received, nth, url) =>
        onPath(LIST_OF_TWO, armError(409, 'MissingSubscriptionRegistration'))(received, nth, url) ??
        onPath(PROVIDER, { body: { registrationState: 'Registered' } })(received, nth, url),
    },
    exit: 3,
    says: /MissingSubscriptionRegistration/,
  },
  {
    run: 'a run that is out of time',
    estate: { ...HEALTHY, reply: onPath(LIST_OF_TWO, () => {}) },
    args: ['--timeout', '1500ms'],
    exit: 3,
    says: /the time for the whole run, 1\.5 s, ended[\s\S]*--timeout/,
  },
];

describe('what -vv says', () => {
  const CANARY = 'canary-in-a-body';
  const bodies: readonly (readonly [string, Reply])[] = [
    ['JSON that is cut', { body: `{"value":[{"primaryKey":"${CANARY}",\n${'"x",\n'.repeat(100_000)}` }],
    ['a page that is no error of Resource Manager', { status: 203, body: { value: [{ primaryKey: CANARY }] } }],
    ['a text', { status: 400, body: { key: CANARY } }],
  ];
  it.each(bodies)('is short and holds nothing of a body: %s', async (_, reply) => {
    const arm = await startResourceManager({ ...HEALTHY, reply: onPath(SUBSCRIPTIONS, reply) });
    const { code, stdout, stderr } = await scan(arm, ['-vv', '-o', 'json', '--retries', '0']);
    await arm.close();
    expect({ code, leak: (stdout + stderr).includes(CANARY), short: stderr.length < 8_000 }).toEqual({ code: 4, leak: false, short: true });
    expect(stderr).toMatch(/caused by RestError: .*\n(?:redvet: +at .*\n)+/);
  });
});

describe('one reason for two lists', () => {
  it('is one problem: a subscription that is not found', async () => {
    const arm = await startResourceManager({ ...HEALTHY, reply: onPath(BOTH_LISTS_OF_TWO, armError(404, 'SubscriptionNotFound')) });
    const { code, stdout } = await scan(arm, ['-o', 'json', ...BY_SIX_RULES]);
    await arm.close();
    expect(code).toBe(3);
    expect(JSON.parse(stdout).problems).toMatchObject([{ code: 'NOT_FOUND', scope: `/subscriptions/${TWO}` }]);
  });

  it('is not where two rights are missing', async () => {
    const arm = await startResourceManager({ ...HEALTHY, reply: onPath(BOTH_LISTS_OF_TWO, armError(403, 'AuthorizationFailed')) });
    const { stdout } = await scan(arm, ['-o', 'json', ...BY_SIX_RULES]);
    await arm.close();
    expect(JSON.parse(stdout).problems.map(({ action }: { action: string }) => action)).toEqual([
      'Microsoft.Cache/redis/read',
      'Microsoft.Cache/redisEnterprise/read',
    ]);
  });
});

describe.concurrent('a whole run', () => {
  for (const { run, estate, args = [], exit, says } of RUNS) {
    it(`${run}: exit ${exit}`, async () => {
      const arm = await startResourceManager(estate);
      const ended = await scan(arm, ['-o', 'json', '--retries', '0', ...BY_SIX_RULES, ...args]);
      await arm.close();
      expect({ exit: ended.code, told: JSON.parse(ended.stdout).status.exitCode }).toEqual({ exit, told: exit });
      expect(ended.stderr).toMatch(says);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
    });
  }
});
