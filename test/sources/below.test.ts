import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trouble } from '../../src/errors.ts';
import type { Cache } from '../../src/model/cache.ts';
import { ACTIONS, NEEDS, type Need } from '../../src/model/need.ts';
import type { ProblemKind } from '../../src/model/problem.ts';
import { type Listing, scanOf, troubleAt, type Waiting, waitingFor } from '../support/arm.ts';
import { subscriptionId, wireCluster, wireDatabase, wireRedis, wireSubscription } from '../support/resource-manager.ts';

const [ONE, TWO] = [subscriptionId(1), subscriptionId(2)];

const pathTo = (tail: string): string => `/subscriptions/${ONE}/resourceGroups/rg-test/providers/Microsoft.Cache/${tail}`;

/** A subscription with these caches and clusters. */
const estate = (caches: readonly unknown[], clusters: readonly unknown[] = [], more: Partial<Listing> = {}): Listing => ({
  subscriptions: [[wireSubscription(ONE)]],
  caches: { [ONE]: [caches] },
  clusters: { [ONE]: [clusters] },
  ...more,
});

const orders = wireRedis(ONE, 'orders');
const ledger = wireCluster(ONE, 'ledger');

const scan = (listing: Listing, rules: Waiting, concurrency = 4) => scanOf(listing, { awaited: waitingFor(rules), concurrency });

const tails = (places: readonly { readonly path: string }[]): readonly string[] =>
  places.map(({ path }) => path.replace(/^.*\/Microsoft\.Cache\//, ''));

interface NeedCase {
  readonly need: Need;
  readonly kind: 'redis' | 'managed';
  /** What follows the cache in the path. */
  readonly child: string;
  readonly apiVersion: string;
  /** Of which resource below the cache the list is one. */
  readonly of?: string;
  readonly items: readonly unknown[];
  /** Where the fact ends up, and what it is of these items. */
  readonly fact: (cache: Cache) => unknown;
  readonly value: unknown;
}

const firstDatabase = ({ databases }: Cache) => (databases.known ? databases.value[0] : undefined);

const CASES: readonly NeedCase[] = [
  {
    need: 'firewallRules',
    kind: 'redis',
    child: 'firewallRules',
    apiVersion: '2024-11-01',
    items: [{ name: 'orders/office', properties: { startIP: '1.1.1.1', endIP: '1.1.1.2' } }],
    fact: ({ firewallRules }) => firewallRules,
    value: [{ name: 'office', start: { value: '1.1.1.1' }, end: { value: '1.1.1.2' } }],
  },
  {
    need: 'accessPolicies',
    kind: 'redis',
    child: 'accessPolicies',
    apiVersion: '2024-11-01',
    items: [{ name: 'reader', properties: { permissions: '+@read' } }],
    fact: ({ accessPolicies }) => accessPolicies,
    value: [{ name: 'reader', permissions: { value: '+@read' } }],
  },
  {
    need: 'accessPolicyAssignments',
    kind: 'redis',
    child: 'accessPolicyAssignments',
    apiVersion: '2024-11-01',
    items: [{ name: 'app', properties: { accessPolicyName: 'Data Owner', objectId: 'o' } }],
    fact: ({ accessPolicyAssignments }) => accessPolicyAssignments,
    value: [{ name: 'app', policy: { value: 'Data Owner' }, objectId: 'o' }],
  },
  {
    need: 'patchSchedules',
    kind: 'redis',
    child: 'patchSchedules',
    apiVersion: '2024-11-01',
    items: [{ name: 'orders/default', properties: { scheduleEntries: [{ dayOfWeek: 'Sunday' }] } }],
    fact: ({ patchDays }) => patchDays,
    value: ['Sunday'],
  },
  {
    need: 'linkedServers',
    kind: 'redis',
    child: 'linkedServers',
    apiVersion: '2024-11-01',
    items: [],
    fact: ({ replicas }) => replicas,
    value: [],
  },
  {
    need: 'diagnosticSettings',
    kind: 'redis',
    child: 'providers/Microsoft.Insights/diagnosticSettings',
    apiVersion: '2021-05-01-preview',
    items: [{ name: 'logs', properties: { logs: [{ category: 'C', enabled: true }] } }],
    fact: ({ diagnosticSettings }) => diagnosticSettings,
    value: [{ name: 'logs', logs: { value: [{ category: 'C' }] } }],
  },
  {
    need: 'databases',
    kind: 'managed',
    child: 'databases',
    apiVersion: '2025-07-01',
    items: [wireDatabase({ clientProtocol: 'Plaintext' })],
    fact: ({ databases }) => databases,
    value: [{ name: 'default', clientProtocol: { value: 'Plaintext' } }],
  },
  {
    need: 'diagnosticSettings',
    kind: 'managed',
    of: '/databases/default',
    child: 'providers/Microsoft.Insights/diagnosticSettings',
    apiVersion: '2021-05-01-preview',
    items: [{ name: 'logs', properties: { logs: [{ categoryGroup: 'allLogs', enabled: true }] } }],
    fact: (cache) => firstDatabase(cache)?.diagnosticSettings,
    value: [{ name: 'logs', logs: { value: [{ group: 'allLogs' }] } }],
  },
  {
    need: 'databaseAccessPolicyAssignments',
    kind: 'managed',
    of: '/databases/default',
    child: 'accessPolicyAssignments',
    apiVersion: '2025-07-01',
    items: [{ name: 'app', properties: { accessPolicyName: 'default', user: { objectId: 'o' } } }],
    fact: (cache) => firstDatabase(cache)?.accessPolicyAssignments,
    value: [{ name: 'app', policy: { value: 'default' }, objectId: 'o' }],
  },
];

const cacheFor = ({ kind }: NeedCase): Listing => (kind === 'redis' ? estate([orders]) : estate([], [ledger]));

const idFor = ({ kind }: NeedCase): string => (kind === 'redis' ? pathTo('Redis/orders') : pathTo('redisEnterprise/ledger'));

/** The path that is asked for, whose fixed words are always written in one way. */
const pathFor = ({ kind, of = '', child }: NeedCase): string =>
  `${pathTo(kind === 'redis' ? 'redis/orders' : 'redisEnterprise/ledger')}${of}/${child}`;

const keyFor = (one: NeedCase): string => (tails([{ path: pathFor(one) }])[0] ?? '').toLowerCase();

/** What a rule asks: what stands below databases after the databases. */
const rulesFor = ({ need, of }: NeedCase): Waiting => ({ 'the-rule': of === undefined ? [need] : ['databases', need] });

/** Asked for besides the databases that have to be known first. */
const besides = <T extends { readonly path: string }>(places: readonly T[], { need }: NeedCase): readonly T[] =>
  places.filter(({ path }) => need === 'databases' || !path.endsWith('/databases'));

describe.each(CASES.map((one) => ({ ...one, one, title: `${one.need} of ${one.kind}` })))(
  '$title',
  ({ one, need, apiVersion, fact, value, items }) => {
    it('is read from its own place', async () => {
      const { asked, caches, gaps } = await scan({ ...cacheFor(one), below: { [keyFor(one)]: items } }, rulesFor(one));
      expect(besides(asked.places, one)).toEqual([
        { path: pathFor(one), apiVersion, scope: `${idFor(one)}${one.of ?? ''}`, action: ACTIONS[need] },
      ]);
      expect(caches.map(fact)).toMatchObject([{ known: true, value }]);
      expect(gaps).toEqual([]);
    });

    const FAILURES: readonly (readonly [kind: ProblemKind, code: string, fact: string])[] = [
      ['permission', 'AUTHORIZATION_FAILED', 'denied'],
      ['throttle', 'THROTTLED', 'unread'],
      ['network', 'SERVER_ERROR', 'unread'],
      ['network', 'ECONNRESET', 'unread'],
      ['malformed', 'NOT_JSON', 'unread'],
      ['malformed', 'NOT_A_LIST', 'unread'],
      ['malformed', 'FOREIGN_NEXT_LINK', 'unread'],
      ['proxy', 'PROXY_REFUSED', 'unread'],
      ['auth', 'TOKEN_REFUSED', 'unread'],
      ['timeout', 'RUN_TIMEOUT', 'unread'],
    ];
    const failing = (trouble: Trouble) => scan({ ...cacheFor(one), below: { [keyFor(one)]: trouble } }, { ...rulesFor(one), other: [] });
    const scope = `${idFor(one)}${one.of ?? ''}`;

    it.each(FAILURES)('is unknown when it fails for %s (%s), and the gap names what and who', async (kind, code, unknownKind) => {
      const trouble = troubleAt(scope, kind, code, { action: ACTIONS[need] });
      const { caches, gaps, scopes } = await failing(trouble);
      expect(caches.map(fact)).toEqual([
        { known: false, path: need, kind: unknownKind, reason: `${need}: ${code} says the service`, actual: null },
      ]);
      expect(gaps).toEqual([{ problem: { ...trouble.problem, affects: ['the-rule'] }, correlationId: 'c-1' }]);
      expect(scopes).toMatchObject([{ status: 'read', caches: 1 }]);
    });

    it('is unknown when it is not found, but for patch schedules, where it says that there are none', async () => {
      const { caches, gaps } = await failing(troubleAt(scope, 'not_found', 'NOT_FOUND', { action: ACTIONS[need] }));
      if (need === 'patchSchedules') {
        expect(caches.map(fact)).toEqual([{ known: true, value: [], path: 'patchSchedules', from: 'observed', written: null }]);
        expect(gaps).toEqual([]);
      } else {
        expect(caches.map(fact)).toMatchObject([{ known: false, kind: 'unread' }]);
        expect(gaps).toMatchObject([{ problem: { code: 'NOT_FOUND', affects: ['the-rule'] } }]);
      }
    });

    it('is not read when nobody waits for it', async () => {
      const { asked, caches } = await scan(cacheFor(one), { 'the-rule': [] });
      expect(asked.places).toEqual([]);
      if (one.of === undefined) expect(caches.map(fact)).toMatchObject([{ known: false, kind: 'pending', need }]);
      else expect(caches.map(({ databases }) => databases)).toMatchObject([{ known: false, kind: 'pending', need: 'databases' }]);
    });

    it('does not hide a bug', async () => {
      const bug = new TypeError('x is not a function');
      await expect(scan({ ...cacheFor(one), below: { [keyFor(one)]: bug } }, rulesFor(one))).rejects.toBe(bug);
    });
  },
);

describe('every need', () => {
  it('has a case here', () => {
    expect(NEEDS.filter((need) => !CASES.some((one) => one.need === need))).toEqual([]);
  });
});

describe('what rules wait for', () => {
  it('is read for the caches on which one waits, and for no other', async () => {
    const awaited = waitingFor({ a: ['firewallRules'] });
    const { asked } = await scanOf(estate([orders, wireRedis(ONE, 'quiet'), wireRedis(ONE, 'sessions')]), {
      awaited: (cache) => (cache.name === 'quiet' ? new Map() : awaited(cache)),
    });
    expect(tails(asked.places)).toEqual(['redis/orders/firewallRules', 'redis/sessions/firewallRules']);
  });

  it('is read once, however many wait for it', async () => {
    const { asked, caches } = await scan(estate([orders]), { a: ['firewallRules'], b: ['firewallRules'], c: ['firewallRules'] });
    expect(tails(asked.places)).toEqual(['redis/orders/firewallRules']);
    expect(caches).toMatchObject([{ firewallRules: { known: true } }]);
  });

  it('is read once, also when it failed or cannot be understood', async () => {
    const broken = troubleAt('/x', 'network', 'SERVER_ERROR');
    for (const answer of [broken, [null]]) {
      const listing = estate([orders], [], { below: { 'redis/orders/accesspolicyassignments': answer } });
      const { asked, caches } = await scan(listing, { a: ['accessPolicyAssignments', 'accessPolicies'] });
      expect(tails(asked.places)).toEqual(['redis/orders/accessPolicyAssignments']);
      expect(caches).toMatchObject([{ accessPolicyAssignments: { known: false }, accessPolicies: { kind: 'pending' } }]);
    }
  });

  it('is read in rounds: one thing after the other where the first decides what is wanted next', async () => {
    const rules = { a: ['accessPolicyAssignments', 'accessPolicies', 'patchSchedules'], b: ['firewallRules'] } as const;
    const { asked, caches } = await scan(estate([orders]), rules);
    expect(tails(asked.places)).toEqual([
      'redis/orders/accessPolicyAssignments',
      'redis/orders/firewallRules',
      'redis/orders/accessPolicies',
      'redis/orders/patchSchedules',
    ]);
    expect(caches).toMatchObject([
      {
        accessPolicyAssignments: { known: true },
        accessPolicies: { known: true },
        patchDays: { known: true },
        firewallRules: { known: true },
        replicas: { kind: 'pending' },
      },
    ]);
  });

  it('ends also where a rule never stops to wait', async () => {
    const { asked } = await scanOf(estate([orders]), { awaited: () => new Map([['firewallRules', ['stubborn']]]) });
    expect(tails(asked.places)).toEqual(['redis/orders/firewallRules']);
  });

  it('is read for a cache that was listed twice, once', async () => {
    const twice = { ...orders, id: orders.id.toUpperCase() };
    const { asked, caches } = await scan(estate([orders, twice]), { a: ['firewallRules'] });
    expect(asked.places).toHaveLength(1);
    expect(caches).toMatchObject([{ firewallRules: { known: true } }]);
  });

  it('leaves the caches of another subscription alone when it fails', async () => {
    const listing: Listing = {
      subscriptions: [[wireSubscription(ONE), wireSubscription(TWO)]],
      caches: { [ONE]: [[orders]], [TWO]: [[wireRedis(TWO, 'other')]] },
      below: { 'redis/orders/firewallrules': troubleAt('/x', 'throttle', 'THROTTLED') },
    };
    const { caches, gaps, scopes } = await scan(listing, { a: ['firewallRules'] });
    expect(caches).toMatchObject([{ firewallRules: { kind: 'unread' } }, { firewallRules: { known: true } }]);
    expect(gaps).toHaveLength(1);
    expect(scopes.map(({ status }) => status)).toEqual(['read', 'read']);
  });
});

describe('the gap of what could not be read', () => {
  const denied = (name: string, need: Need): Trouble =>
    troubleAt(pathTo(`Redis/${name}`), 'permission', 'AUTHORIZATION_FAILED', { action: ACTIONS[need] });

  it('names the rules that waited for it, and no other', async () => {
    const listing = estate([orders], [], { below: { 'redis/orders/firewallrules': denied('orders', 'firewallRules') } });
    const { gaps } = await scan(listing, {
      first: ['firewallRules'],
      second: ['patchSchedules'],
      third: ['patchSchedules', 'firewallRules'],
      fourth: ['firewallRules', 'patchSchedules'],
      fifth: [],
    });
    expect(gaps.map(({ problem: { affects } }) => affects)).toEqual([['first', 'third', 'fourth']]);
  });

  it('is one for each cache and need, in the order of the caches', async () => {
    const below = {
      'redis/a/firewallrules': denied('a', 'firewallRules'),
      'redis/a/patchschedules': denied('a', 'patchSchedules'),
      'redis/b/firewallrules': denied('b', 'firewallRules'),
    };
    const { gaps } = await scan(estate([wireRedis(ONE, 'b'), wireRedis(ONE, 'a')], [], { below }), {
      first: ['firewallRules'],
      second: ['patchSchedules'],
    });
    expect(gaps.map(({ problem: { scope, action, affects } }) => [scope, action, affects])).toEqual([
      [pathTo('Redis/a'), ACTIONS.firewallRules, ['first']],
      [pathTo('Redis/a'), ACTIONS.patchSchedules, ['second']],
      [pathTo('Redis/b'), ACTIONS.firewallRules, ['first']],
    ]);
  });

  it('stands after those of the lists themselves, and these still concern all', async () => {
    const listing = {
      ...estate([orders, null], [], { below: { 'redis/orders/firewallrules': denied('orders', 'firewallRules') } }),
      clusters: { [ONE]: [troubleAt(`/subscriptions/${ONE}`, 'network', 'SERVER_ERROR')] },
    };
    const { gaps, scopes } = await scan(listing, { first: ['firewallRules'] });
    expect(gaps.map(({ problem: { code, affects } }) => [code, affects])).toEqual([
      ['SERVER_ERROR', ['*']],
      ['UNREADABLE_ITEM', ['*']],
      ['AUTHORIZATION_FAILED', ['first']],
    ]);
    expect(scopes).toMatchObject([{ status: 'partial' }]);
  });
});

describe('what stands below the databases of a cluster', () => {
  const named = (name: string) => ({ ...wireDatabase(), name });
  const logs = [{ name: 'logs', properties: { logs: [{ category: 'ConnectionEvents', enabled: true }] } }];
  const rules: Waiting = { audit: ['databases', 'diagnosticSettings'] };

  it('is read for each of them, once they are known', async () => {
    const below = {
      'redisenterprise/ledger/databases': [named('b'), named('ledger/a')],
      'redisenterprise/ledger/databases/b/providers/microsoft.insights/diagnosticsettings': logs,
    };
    const { asked, caches } = await scan(estate([], [ledger], { below }), rules);
    expect(tails(asked.places)).toEqual([
      'redisEnterprise/ledger/databases',
      'redisEnterprise/ledger/databases/a/providers/Microsoft.Insights/diagnosticSettings',
      'redisEnterprise/ledger/databases/b/providers/Microsoft.Insights/diagnosticSettings',
    ]);
    expect(caches).toMatchObject([
      {
        databases: {
          value: [
            { name: 'a', diagnosticSettings: { known: true, value: [] } },
            { name: 'b', diagnosticSettings: { known: true, value: [{ name: 'logs' }] } },
          ],
        },
      },
    ]);
  });

  it('is not asked for where the databases could not be read, or there is none', async () => {
    const denied = troubleAt('/x', 'permission', 'AUTHORIZATION_FAILED');
    for (const answer of [denied, [null], []]) {
      const { asked } = await scan(estate([], [ledger], { below: { 'redisenterprise/ledger/databases': answer } }), rules);
      expect(tails(asked.places)).toEqual(['redisEnterprise/ledger/databases']);
    }
  });

  it('is unknown of the one database that failed, and known of the other', async () => {
    const below = {
      'redisenterprise/ledger/databases': [named('a'), named('b')],
      'redisenterprise/ledger/databases/a/providers/microsoft.insights/diagnosticsettings': troubleAt(
        '/x',
        'permission',
        'AUTHORIZATION_FAILED',
      ),
    };
    const { caches, gaps } = await scan(estate([], [ledger], { below }), { ...rules, encrypted: ['databases'] });
    expect(caches).toMatchObject([
      { databases: { value: [{ diagnosticSettings: { kind: 'denied' } }, { diagnosticSettings: { known: true } }] } },
    ]);
    expect(gaps.map(({ problem: { affects } }) => affects)).toEqual([['audit']]);
  });

  it('names every rule that needs the databases when these fail', async () => {
    const below = { 'redisenterprise/ledger/databases': troubleAt('/x', 'permission', 'AUTHORIZATION_FAILED') };
    const { gaps } = await scan(estate([], [ledger], { below }), { ...rules, encrypted: ['databases'], other: [] });
    expect(gaps.map(({ problem: { affects } }) => affects)).toEqual([['audit', 'encrypted']]);
  });

  it('is all there when two things are wanted at the same time', async () => {
    const below = { 'redisenterprise/ledger/databases/default/providers/microsoft.insights/diagnosticsettings': logs };
    const { asked, caches } = await scan(estate([], [ledger], { below }), {
      ...rules,
      assigned: ['databases', 'databaseAccessPolicyAssignments'],
    });
    expect(tails(asked.places)).toHaveLength(3);
    expect(caches).toMatchObject([
      {
        databases: {
          value: [{ diagnosticSettings: { known: true, value: [{ name: 'logs' }] }, accessPolicyAssignments: { known: true, value: [] } }],
        },
      },
    ]);
  });

  it('is all there when it is wanted at the same time as the databases', async () => {
    const { caches } = await scanOf(estate([], [ledger]), {
      awaited: (cache) => {
        const database = firstDatabase(cache);
        const isRead = database?.diagnosticSettings.known === true;
        return new Map(isRead ? [] : [['databases', ['a']] as const, ['diagnosticSettings', ['b']] as const]);
      },
    });
    expect(caches.map((cache) => firstDatabase(cache)?.diagnosticSettings)).toMatchObject([{ known: true }]);
  });
});

/** Names and groups that would lead to another address if they became part of one. */
const HOSTILE: readonly string[] = [
  '.',
  '..',
  '...',
  '%2e%2e',
  '%2E%2E%2Forders',
  '..%2f..%2fother',
  'a?api-version=2020-01-01',
  'a#b',
  'a\\b',
  'a b',
  "a'b",
  'a"b',
  'a;b',
  'a@evil.example',
  'a:443',
  'ördérs',
  'a\u0000b',
  'a\nb',
  '\u202eredro',
  '\ud800',
  '💥',
  'n'.repeat(64),
];

describe('an item of another cache', () => {
  const rule = (id: string) => ({
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    properties: { startIP: '203.0.113.1', endIP: '203.0.113.2' },
  });
  const firewallRules = async (...items: readonly unknown[]) => {
    const { caches } = await scan(estate([orders], [], { below: { 'redis/orders/firewallrules': items } }), { a: ['firewallRules'] });
    return caches[0]?.firewallRules;
  };

  it('is no part of the list of this one, which nobody knows then', async () => {
    const items = [rule(pathTo('Redis/orders/firewallRules/own')), rule(pathTo('Redis/other/firewallRules/foreign'))];
    expect(await firewallRules(...items)).toMatchObject({
      known: false,
      kind: 'invalid',
      reason: 'an item of the list of firewallRules belongs to another cache',
    });
  });

  it.each([pathTo('redis/ORDERS/firewallRules/own'), `/other/form${pathTo('REDIS/Orders/firewallrules/own')}`, 'own'])(
    'is not what is only written in another way: %s',
    async (id) => {
      expect(await firewallRules(rule(id))).toMatchObject({ known: true, value: [{ name: 'own' }] });
    },
  );
});

describe('nothing out of an answer leads elsewhere', () => {
  const ALL: Waiting = Object.fromEntries(NEEDS.map((need) => [need, ['databases', need]]));
  const REDIS_NEEDS: Waiting = {
    a: ['firewallRules'],
    b: ['accessPolicies'],
    c: ['accessPolicyAssignments'],
    d: ['patchSchedules'],
    e: ['linkedServers'],
    f: ['diagnosticSettings'],
  };

  it.each(HOSTILE)('a cache called %j is not asked after, and what is below it is unknown', async (name) => {
    const id = pathTo(`Redis/${name}`);
    const { asked, caches } = await scan(estate([{ ...orders, id }]), REDIS_NEEDS);
    expect(asked.places).toEqual([]);
    expect(caches).toMatchObject([
      {
        firewallRules: { known: false, kind: 'invalid', reason: expect.stringContaining('were not read') },
        accessPolicies: { known: false, kind: 'invalid' },
        accessPolicyAssignments: { known: false, kind: 'invalid' },
        patchDays: { known: false, kind: 'invalid' },
        replicas: { known: false, kind: 'invalid' },
        diagnosticSettings: { known: false, kind: 'invalid' },
      },
    ]);
  });

  it.each(HOSTILE.filter((group) => group !== 'ördérs' && group.length < 64))('nor one in a group called %j', async (group) => {
    const id = orders.id.replace('rg-test', group);
    const clusterId = ledger.id.replace('rg-test', group);
    const { asked, caches } = await scan(estate([{ ...orders, id }], [{ ...ledger, id: clusterId }]), {
      a: ['firewallRules'],
      b: ['databases'],
    });
    expect(asked.places).toEqual([]);
    expect(caches).toHaveLength(2);
    expect(caches.map(({ kind, firewallRules, databases }) => (kind === 'redis' ? firewallRules : databases))).toMatchObject([
      { known: false, kind: 'invalid' },
      { known: false, kind: 'invalid' },
    ]);
  });

  it.each(HOSTILE)('nor a database called %j, while the other is', async (name) => {
    const databases = [
      { ...wireDatabase(), name: 'good' },
      { ...wireDatabase(), name },
    ];
    const { asked, caches } = await scan(estate([], [ledger], { below: { 'redisenterprise/ledger/databases': databases } }), {
      a: ['databases', 'diagnosticSettings'],
    });
    expect(tails(asked.places)).toEqual([
      'redisEnterprise/ledger/databases',
      'redisEnterprise/ledger/databases/good/providers/Microsoft.Insights/diagnosticSettings',
    ]);
    const [cache] = caches;
    const facts = cache?.databases.known ? cache.databases.value.map((one) => [one.name, one.diagnosticSettings]) : [];
    expect(Object.fromEntries(facts)).toMatchObject({
      good: { known: true },
      [name.replace(/^.*\//, '')]: { known: false, kind: 'invalid', reason: expect.stringContaining('were not read') },
    });
  });

  it('whatever the names: only the caches that are listed are asked after, each by its own path', async () => {
    const anyName = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
      fc.constant('orders'),
    );
    await fc.assert(
      fc.asyncProperty(anyName, anyName, anyName, async (name, group, database) => {
        const at = (type: string): string => `/subscriptions/${ONE}/resourceGroups/${group}/providers/Microsoft.Cache/${type}/${name}`;
        const below = { [`redisenterprise/${name}/databases`.toLowerCase()]: [{ ...wireDatabase(), name: database }] };
        const { asked } = await scan(estate([{ ...orders, id: at('Redis') }], [{ ...ledger, id: at('redisEnterprise') }], { below }), {
          ...REDIS_NEEDS,
          ...ALL,
        });
        for (const { path } of asked.places) {
          const { pathname, search, hash, href } = new URL(`https://arm.local${path}?api-version=1`);
          expect([search, hash, href]).toEqual(['?api-version=1', '', `https://arm.local${path}?api-version=1`]);
          expect(pathname).toMatch(
            /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.Cache\/(?:redis|redisEnterprise)\/[A-Za-z0-9-]+\//,
          );
          expect(decodeURIComponent(pathname.split('/')[4] ?? '')).toBe(group);
          expect(pathname.split('/')[8]).toBe(name);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the same estate', () => {
  const names = ['d', 'B', 'a', 'c', 'f-10', 'f-2'];
  const listing: Listing = {
    subscriptions: [[wireSubscription(TWO), wireSubscription(ONE)]],
    caches: { [ONE]: [names.map((name) => wireRedis(ONE, name))], [TWO]: [[wireRedis(TWO, 'z')], [wireRedis(TWO, 'y')]] },
    clusters: { [ONE]: [names.map((name) => wireCluster(ONE, name))] },
    below: {
      'redis/a/firewallrules': troubleAt(pathTo('Redis/a'), 'permission', 'AUTHORIZATION_FAILED'),
      'redis/d/patchschedules': troubleAt(pathTo('Redis/d'), 'throttle', 'THROTTLED'),
      'redisenterprise/c/databases': troubleAt(pathTo('redisEnterprise/c'), 'network', 'ECONNRESET'),
      'redis/z/firewallrules': [
        { name: 'b', properties: {} },
        { name: 'a', properties: {} },
      ],
    },
  };
  const rules: Waiting = { a: ['firewallRules', 'patchSchedules'], b: ['accessPolicies'], c: ['databases', 'diagnosticSettings'] };

  it('gives the same whatever the concurrency and however long each answer takes', async () => {
    const expected = (await scan(listing, rules, 1)).seen;
    expect(expected.filter(({ type }) => type === 'gap')).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 2, 7, 32), fc.infiniteStream(fc.nat(4)), async (concurrency, latency) => {
        const delay = (): number => latency.next().value ?? 0;
        expect((await scan({ ...listing, delay }, rules, concurrency)).seen).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('has no more caches of a subscription read at a time than allowed', async () => {
    let reading = 0;
    let most = 0;
    const many = Array.from({ length: 30 }, (_, index) => wireRedis(ONE, `n-${index}`));
    const awaited = waitingFor({ a: ['firewallRules', 'patchSchedules'] });
    await scanOf(estate(many, [], { delay: () => 1 }), {
      concurrency: 3,
      awaited: (cache) => {
        const waiting = awaited(cache);
        if (waiting.has('firewallRules')) reading += 1;
        if (waiting.size === 0) reading -= 1;
        most = Math.max(most, reading);
        return waiting;
      },
    });
    expect(most).toBe(3);
  });
});
