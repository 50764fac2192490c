import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Trouble } from '../../src/errors.ts';
import { CACHE_KINDS } from '../../src/model/cache.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Gap, Seen, SubscriptionScope } from '../../src/model/scope.ts';
import type { LiveRequest, Watched } from '../../src/sources/live.ts';
import { resourceManagerSource } from '../../src/sources/resource-manager.ts';
import { EVERY_CACHE } from '../../src/sources/selection.ts';
import { armOf, type Listing, type Page, scanOf, troubleAt, waitingFor } from '../support/arm.ts';
import { subscriptionId, wireCluster, wireDatabase, wireRedis, wireSubscription } from '../support/resource-manager.ts';

const [ONE, TWO, THREE, FOUR] = [subscriptionId(1), subscriptionId(2), subscriptionId(3), subscriptionId(4)];

const collect = async (listing: Listing, request: Partial<LiveRequest> = {}): Promise<readonly Seen[]> =>
  (await scanOf(listing, { kinds: new Set(['redis']), ...request })).seen;

const scopesOf = (all: readonly Seen[]): readonly SubscriptionScope[] =>
  all.flatMap((seen) => (seen.type === 'subscription' ? [seen.subscription] : []));

const gapsOf = (all: readonly Seen[]): readonly Gap[] => all.flatMap((seen) => (seen.type === 'gap' ? [seen.gap] : []));

const cacheNames = (all: readonly Seen[]): readonly string[] => all.flatMap((seen) => (seen.type === 'cache' ? [seen.cache.name] : []));

/** The subscriptions that were read, whatever came of it. */
const readOf = (all: readonly Seen[]): readonly string[] =>
  scopesOf(all)
    .filter(({ status }) => status !== 'skipped')
    .map(({ id }) => id);

const scope = (id: string, more: Partial<SubscriptionScope> = {}): SubscriptionScope => ({
  id,
  name: `sub-${Number(id.slice(-12))}`,
  state: 'Enabled',
  status: 'read',
  caches: 0,
  excluded: 0,
  reason: null,
  ...more,
});

const troubleIn = (id: string | null, kind: Problem['kind'], code: string, message = `${code} says the service`): Trouble =>
  troubleAt(id && `/subscriptions/${id}`, kind, code, { message });

describe('the order of a scan', () => {
  const listing: Listing = {
    subscriptions: [[wireSubscription(TWO), wireSubscription(FOUR, { state: 'Disabled' })], [wireSubscription(ONE)]],
    caches: {
      [ONE]: [[wireRedis(ONE, 'b'), wireRedis(ONE, 'C')], [wireRedis(ONE, 'a')]],
      [TWO]: [[wireRedis(TWO, 'z'), null]],
    },
  };

  it('is by subscription, then by cache, each subscription closed by its own line', async () => {
    const all = await collect(listing);
    expect(all.map((seen) => (seen.type === 'cache' ? seen.cache.name : seen.type))).toEqual([
      'a',
      'b',
      'C',
      'subscription',
      'z',
      'gap',
      'subscription',
      'subscription',
    ]);
    expect(scopesOf(all)).toEqual([
      scope(ONE, { caches: 3 }),
      scope(TWO, { caches: 1, status: 'partial' }),
      scope(FOUR, { state: 'Disabled', status: 'skipped', reason: expect.stringContaining('Disabled') }),
    ]);
  });

  it('is the same whatever the concurrency and however long each subscription takes', async () => {
    const expected = await collect(listing, { concurrency: 1 });
    const delays = fc.record({ concurrency: fc.integer({ min: 1, max: 8 }), one: fc.nat(5), two: fc.nat(5) });
    await fc.assert(
      fc.asyncProperty(delays, async ({ concurrency, one, two }) => {
        const delay = (asked: string): number => (asked.endsWith(ONE) ? one : two);
        expect(await collect({ ...listing, delay }, { concurrency })).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('reads no more subscriptions at a time than it may', async () => {
    let reading = 0;
    let most = 0;
    const arm = {
      ...armOf({ subscriptions: [Array.from({ length: 20 }, (_, n) => wireSubscription(subscriptionId(n + 1)))] }).arm,
      async *redis() {
        reading += 1;
        most = Math.max(most, reading);
        await new Promise((resolve) => setTimeout(resolve, 1));
        reading -= 1;
        yield [];
      },
    };
    const source = resourceManagerSource(arm, {
      subscriptions: [],
      managementGroups: [],
      selection: EVERY_CACHE,
      concurrency: 3,
      kinds: new Set(['redis']),
      awaited: () => new Map(),
      watch: () => {},
    });
    const all: Seen[] = [];
    for await (const seen of source.open()) all.push(seen);
    expect(all).toHaveLength(20);
    expect(most).toBe(3);
  });

  it('is told while it goes: how many subscriptions, then of each how many caches, each of them, and that it was read', async () => {
    const events: Watched[] = [];
    await collect(listing, { concurrency: 1, watch: (event) => events.push(event) });
    expect(events).toEqual([
      { type: 'subscriptions', count: 2 },
      { type: 'listed', caches: 3 },
      ...Array(3).fill({ type: 'cache' }),
      { type: 'read', subscription: scope(ONE, { caches: 3 }) },
      { type: 'listed', caches: 1 },
      { type: 'cache' },
      { type: 'read', subscription: scope(TWO, { caches: 1, status: 'partial' }) },
    ]);
  });
});

describe('the choice of subscriptions', () => {
  const listed = (...items: readonly unknown[]): Listing => ({ subscriptions: [items] });
  const PROD = listed(
    wireSubscription(ONE, { displayName: 'Prod' }),
    wireSubscription(TWO, { displayName: 'prod-eu' }),
    wireSubscription(THREE, { displayName: 'twin', state: 'Disabled' }),
    wireSubscription(FOUR, { displayName: 'Twin' }),
  );

  it.each([
    { asked: [], read: [ONE, TWO, FOUR], skipped: [THREE] },
    { asked: [ONE], read: [ONE], skipped: [] },
    { asked: [ONE.toUpperCase()], read: [ONE], skipped: [] },
    { asked: [`/subscriptions/${ONE}`], read: [ONE], skipped: [] },
    { asked: ['Prod'], read: [ONE], skipped: [] },
    { asked: ['PROD-EU'], read: [TWO], skipped: [] },
    { asked: [TWO, ONE], read: [ONE, TWO], skipped: [] },
    { asked: [ONE, 'prod', ONE.toUpperCase()], read: [ONE], skipped: [] },
    { asked: [THREE], read: [THREE], skipped: [] },
  ])('reads $read when asked for $asked', async ({ asked, read, skipped }) => {
    const all = await collect(PROD, { subscriptions: asked });
    const passedOver = scopesOf(all).filter(({ status }) => status === 'skipped');
    expect({ read: readOf(all), skipped: passedOver.map(({ id }) => id), gaps: gapsOf(all) }).toEqual({ read, skipped, gaps: [] });
  });

  it.each([
    ['Enabled', true],
    ['Warned', true],
    ['PastDue', true],
    ['Locked', true],
    [null, true],
    ['Disabled', false],
    ['disabled', false],
    ['Deleted', false],
  ])('reads one whose state is %s, unless it is named: %j', async (state, isRead) => {
    const listing = listed(wireSubscription(ONE), wireSubscription(TWO, { state }));
    expect(readOf(await collect(listing))).toEqual(isRead ? [ONE, TWO] : [ONE]);
    expect(readOf(await collect(listing, { subscriptions: [TWO] }))).toEqual([TWO]);
  });

  it('takes an id for an id, also where another subscription has it for a name', async () => {
    const listing = listed(wireSubscription(ONE), wireSubscription(TWO, { displayName: ONE }));
    expect(readOf(await collect(listing, { subscriptions: [ONE] }))).toEqual([ONE]);
  });

  it('refuses a name that two subscriptions have, and lists their ids', async () => {
    const asked = collect(PROD, { subscriptions: ['twin'] });
    await expect(asked).rejects.toBeInstanceOf(Trouble);
    await expect(asked).rejects.toMatchObject({
      problem: { kind: 'usage', code: 'AMBIGUOUS_SUBSCRIPTION', message: `2 subscriptions are called "twin": ${THREE}, ${FOUR}` },
    });
  });

  it('reports what it does not find as a gap, and reads the rest', async () => {
    const all = await collect(PROD, { subscriptions: ['nowhere', ONE] });
    expect(readOf(all)).toEqual([ONE]);
    expect(gapsOf(all)).toMatchObject([
      { problem: { kind: 'not_found', code: 'SUBSCRIPTION_NOT_FOUND', scope: 'nowhere', affects: ['*'] } },
    ]);
  });

  it('does not take a part of a name for the name', async () => {
    const all = await collect(PROD, { subscriptions: ['pro', 'prod*', ' prod'] });
    expect(readOf(all)).toEqual([]);
    expect(gapsOf(all)).toHaveLength(3);
  });

  it('reads one that the list names on two pages once', async () => {
    const listing = { subscriptions: [[wireSubscription(ONE)], [wireSubscription(ONE, { subscriptionId: ONE.toUpperCase() })]] };
    expect(scopesOf(await collect(listing))).toEqual([scope(ONE)]);
  });

  it('finds the id where only the long form is there', async () => {
    const listing = listed({ id: `/subscriptions/${ONE.toUpperCase()}`, displayName: 'sub-1', state: 'Enabled' });
    expect(scopesOf(await collect(listing))).toEqual([scope(ONE)]);
  });

  it('knows no name and no state where there are none', async () => {
    expect(scopesOf(await collect(listed({ subscriptionId: ONE })))).toEqual([scope(ONE, { name: null, state: null })]);
  });

  it('reports it when no subscription is visible at all', async () => {
    for (const subscriptions of [[], [ONE]]) {
      const all = await collect({ subscriptions: [[]] }, { subscriptions });
      expect(all).toMatchObject([{ type: 'gap', gap: { problem: { kind: 'not_found', code: 'NO_SUBSCRIPTION', affects: ['*'] } } }]);
    }
  });

  it('reports it when none of those that are visible is alive', async () => {
    const all = await collect(listed(wireSubscription(ONE, { state: 'Disabled' })));
    expect(gapsOf(all)).toMatchObject([{ problem: { kind: 'not_found', code: 'NO_SUBSCRIPTION' } }]);
    expect(scopesOf(all)).toMatchObject([{ id: ONE, status: 'skipped' }]);
  });
});

describe('the list of subscriptions', () => {
  it.each([[null], [7], ['text'], [[]], [{}], [{ subscriptionId: '../../evil' }], [{ subscriptionId: 7 }], [{ id: '/subscriptions/' }]])(
    'leaves a gap for an item that cannot be understood: %j',
    async (item) => {
      const all = await collect({ subscriptions: [[item, wireSubscription(ONE)]] });
      expect(readOf(all)).toEqual([ONE]);
      expect(gapsOf(all)).toMatchObject([{ problem: { kind: 'malformed', code: 'UNREADABLE_SUBSCRIPTION', scope: null, affects: ['*'] } }]);
    },
  );

  it('keeps what it told before it broke off, and says that it did', async () => {
    const all = await collect({
      subscriptions: [[wireSubscription(TWO)], troubleIn(null, 'network', 'ECONNRESET'), [wireSubscription(ONE)]],
    });
    expect(readOf(all)).toEqual([TWO]);
    expect(gapsOf(all)).toEqual([
      {
        problem: {
          ...troubleIn(null, 'network', 'ECONNRESET').problem,
          message: 'the list of subscriptions broke off: ECONNRESET says the service',
        },
        correlationId: 'c-1',
      },
    ]);
  });

  it('leaves its gaps also when one subscription was asked for by name', async () => {
    const all = await collect(
      { subscriptions: [[null, wireSubscription(ONE)], troubleIn(null, 'network', 'ECONNRESET')] },
      { subscriptions: [ONE] },
    );
    expect(readOf(all)).toEqual([ONE]);
    expect(gapsOf(all).map(({ problem: { code } }) => code)).toEqual(['UNREADABLE_SUBSCRIPTION', 'ECONNRESET']);
  });

  it('is the end of the scan when it breaks off before it told anything', async () => {
    const trouble = troubleIn(null, 'auth', 'TOKEN_REFUSED');
    await expect(collect({ subscriptions: [trouble] })).rejects.toBe(trouble);
  });

  it('does not turn a bug into a gap', async () => {
    const bug = new TypeError('x is not a function');
    await expect(collect({ subscriptions: [[wireSubscription(ONE)], bug] })).rejects.toBe(bug);
  });
});

describe('the caches of a subscription', () => {
  const oneWith = (...pages: readonly Page[]): Listing => ({ subscriptions: [[wireSubscription(ONE)]], caches: { [ONE]: pages } });

  it('are the same for every way to split, order and repeat them', async () => {
    const items = ['a', 'b', 'c', 'd'].map((name) => wireRedis(ONE, name, { enableNonSslPort: name === 'c' }));
    const expected = await collect(oneWith(items));
    const shuffled = fc.shuffledSubarray([...items, ...items], { minLength: 2 * items.length });
    await fc.assert(
      fc.asyncProperty(shuffled, fc.array(fc.nat(8), { maxLength: 4 }), async (all, cuts) => {
        const edges = [0, ...[...cuts].sort((a, b) => a - b), all.length];
        const pages = edges.slice(1).map((end, index) => all.slice(edges[index], end));
        expect(await collect(oneWith(...pages))).toEqual(expected);
      }),
    );
  });

  it('are one cache when only the case of the id differs', async () => {
    const item = wireRedis(ONE, 'orders');
    const all = await collect(oneWith([item], [{ ...item, id: item.id.toUpperCase() }]));
    expect(cacheNames(all)).toEqual(['orders']);
    expect(scopesOf(all)).toEqual([scope(ONE, { caches: 1 })]);
  });

  it('are unknown in what two pages disagree on', async () => {
    const pages = [[wireRedis(ONE, 'orders', { enableNonSslPort: false })], [wireRedis(ONE, 'orders', { enableNonSslPort: true })]];
    for (const all of [await collect(oneWith(...pages)), await collect(oneWith(...[...pages].reverse()))]) {
      expect(all).toMatchObject([
        { type: 'cache', cache: { nonSslPort: { known: false, kind: 'invalid' }, publicNetworkAccess: { known: true } } },
        { type: 'subscription', subscription: { status: 'read', caches: 1 } },
      ]);
    }
  });

  it('carry the same labels whatever page comes first, also under one spelling of the id', async () => {
    const small = wireRedis(ONE, 'orders', {}, { location: 'West Europe' });
    const large = wireRedis(ONE, 'orders', { sku: { name: 'Premium', family: 'P', capacity: 5 } }, { location: 'North Europe' });
    expect(await collect(oneWith([large], [small]))).toEqual(await collect(oneWith([small], [large])));
  });

  it('are told of in the same way whatever the order of three pages that disagree', async () => {
    const port = fc.constantFrom(true, false, undefined, 'True', 7);
    const version = fc.constantFrom('1.0', '1.1', '1.2', undefined);
    const report = fc.record({ enableNonSslPort: port, minimumTlsVersion: version }).map((wire) => [wireRedis(ONE, 'orders', wire)]);
    await fc.assert(
      fc.asyncProperty(report, report, report, async (a, b, c) => {
        const expected = await collect(oneWith(a, b, c));
        expect([await collect(oneWith(b, c, a)), await collect(oneWith(c, b, a))]).toEqual([expected, expected]);
      }),
    );
  });

  it.each([
    { what: 'null', item: null },
    { what: 'a number', item: 7 },
    { what: 'a string', item: 'cache' },
    { what: 'an array', item: [] },
    { what: 'no id', item: { name: 'orders' } },
    {
      what: 'another type',
      item: wireRedis(ONE, 'o', {}, { id: `/subscriptions/${ONE}/resourceGroups/g/providers/Microsoft.Cache/redisEnterprise/o` }),
    },
    { what: 'the id of another subscription', item: wireRedis(TWO, 'orders') },
  ])('leave a gap for an item that cannot be taken for one: $what', async ({ item }) => {
    const all = await collect(oneWith([wireRedis(ONE, 'a')], [wireRedis(ONE, 'b'), item]));
    expect(cacheNames(all)).toEqual(['a', 'b']);
    expect(gapsOf(all)).toEqual([
      {
        problem: {
          kind: 'malformed',
          code: 'UNREADABLE_ITEM',
          scope: `/subscriptions/${ONE}`,
          action: null,
          httpStatus: null,
          message: expect.stringMatching(/^1 item of the list of caches cannot be taken for a cache: ./),
          hint: expect.any(String),
          affects: ['*'],
        },
        correlationId: null,
      },
    ]);
    expect(scopesOf(all)).toEqual([scope(ONE, { caches: 2, status: 'partial' })]);
  });

  it('are kept when a later page fails, and the subscription is partial', async () => {
    const trouble = troubleIn(ONE, 'throttle', 'THROTTLED');
    const all = await collect(oneWith([wireRedis(ONE, 'b'), wireRedis(ONE, 'a')], trouble, [wireRedis(ONE, 'c')]));
    expect(all.slice(-2)).toEqual([
      { type: 'gap', gap: { problem: trouble.problem, correlationId: 'c-1' } },
      { type: 'subscription', subscription: scope(ONE, { caches: 2, status: 'partial' }) },
    ]);
    expect(cacheNames(all)).toEqual(['a', 'b']);
  });

  it.each([
    { kind: 'permission', status: 'denied' },
    { kind: 'not_found', status: 'denied' },
    { kind: 'auth', status: 'denied' },
    { kind: 'throttle', status: 'partial' },
    { kind: 'network', status: 'partial' },
    { kind: 'malformed', status: 'partial' },
  ] as const)('that fail on the first page for $kind leave the subscription $status and the others alone', async ({ kind, status }) => {
    const all = await collect({
      subscriptions: [[wireSubscription(ONE), wireSubscription(TWO)]],
      caches: { [ONE]: [troubleIn(ONE, kind, 'FAILED')], [TWO]: [[wireRedis(TWO, 'b')]] },
    });
    expect(scopesOf(all)).toEqual([scope(ONE, { status }), scope(TWO, { caches: 1 })]);
    expect(gapsOf(all)).toEqual([{ problem: troubleIn(ONE, kind, 'FAILED').problem, correlationId: 'c-1' }]);
  });

  it('that one may not read after the first page are a partial subscription, not a denied one', async () => {
    const all = await collect(oneWith([], troubleIn(ONE, 'permission', 'AUTHORIZATION_FAILED')));
    expect(scopesOf(all)).toEqual([scope(ONE, { status: 'partial' })]);
  });

  it('do not hide a bug', async () => {
    const bug = new TypeError('x is not a function');
    await expect(collect(oneWith([wireRedis(ONE, 'a')], bug))).rejects.toBe(bug);
  });
});

describe('the two lists of a subscription', () => {
  const listing: Listing = {
    subscriptions: [[wireSubscription(ONE)], [wireSubscription(TWO)]],
    caches: { [ONE]: [[wireRedis(ONE, 'b'), wireRedis(ONE, 'D')], [wireRedis(ONE, 'a')]], [TWO]: [[wireRedis(TWO, 'x')]] },
    clusters: {
      [ONE]: [[wireCluster(ONE, 'C'), wireCluster(ONE, 'a')]],
      [TWO]: [[wireCluster(TWO, 'w', {}, { sku: { name: 'Enterprise_E10' } })]],
    },
  };

  it.each([
    { kinds: ['redis'], asked: [`redis ${ONE}`, `redis ${TWO}`] },
    { kinds: ['managed'], asked: [`clusters ${ONE}`, `clusters ${TWO}`] },
    { kinds: ['enterprise'], asked: [`clusters ${ONE}`, `clusters ${TWO}`] },
    { kinds: ['managed', 'enterprise'], asked: [`clusters ${ONE}`, `clusters ${TWO}`] },
    { kinds: ['redis', 'managed'], asked: [`clusters ${ONE}`, `clusters ${TWO}`, `redis ${ONE}`, `redis ${TWO}`] },
  ] as const)('are read once each, and only for those who want to know of $kinds', async ({ kinds, asked }) => {
    const scan = await scanOf(listing, { kinds: new Set(kinds) });
    expect([...scan.asked.lists].sort()).toEqual(asked);
    expect(scan.asked.places).toEqual([]);
  });

  it('make one list, in the order of the ids', async () => {
    const { seen, caches, scopes } = await scanOf(listing);
    const idsOf = (id: string) => caches.filter(({ subscriptionId: home }) => home === id).map((cache) => cache.id.toLowerCase());
    expect(idsOf(ONE)).toEqual([...idsOf(ONE)].sort());
    expect(caches.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'redis a',
      'redis b',
      'redis D',
      'managed a',
      'managed C',
      'redis x',
      'enterprise w',
    ]);
    expect(scopes).toEqual([scope(ONE, { caches: 5 }), scope(TWO, { caches: 2 })]);
    expect(seen.map(({ type }) => type)).toEqual([...Array(5).fill('cache'), 'subscription', 'cache', 'cache', 'subscription']);
  });

  it('may hold a cache and a cluster of one name in groups of one name', async () => {
    const { caches } = await scanOf({
      subscriptions: [[wireSubscription(ONE)]],
      caches: { [ONE]: [[wireRedis(ONE, 'same')]] },
      clusters: { [ONE]: [[wireCluster(ONE, 'same')]] },
    });
    expect(caches.map(({ kind, name }) => [kind, name])).toEqual([
      ['redis', 'same'],
      ['managed', 'same'],
    ]);
  });

  it('mix nothing up: an item on the wrong one is refused', async () => {
    const { caches, gaps, scopes } = await scanOf({
      subscriptions: [[wireSubscription(ONE)]],
      caches: { [ONE]: [[wireCluster(ONE, 'a')]] },
      clusters: { [ONE]: [[wireRedis(ONE, 'b')]] },
    });
    expect(caches).toEqual([]);
    expect(gaps).toMatchObject([
      { problem: { code: 'UNREADABLE_ITEM', message: expect.stringMatching(/^2 items of the list of caches/) } },
    ]);
    expect(scopes).toEqual([scope(ONE, { status: 'partial' })]);
  });

  const denied = (action: string): Trouble => troubleAt(`/subscriptions/${ONE}`, 'permission', 'AUTHORIZATION_FAILED', { action });
  const REDIS = denied('Microsoft.Cache/redis/read');
  const CLUSTERS = denied('Microsoft.Cache/redisEnterprise/read');
  const only = (caches: readonly Page[], clusters: readonly Page[]): Listing => ({
    subscriptions: [[wireSubscription(ONE)]],
    caches: { [ONE]: caches },
    clusters: { [ONE]: clusters },
  });

  it.each([
    { what: 'the caches', listing: only([REDIS], [[wireCluster(ONE, 'c')]]), names: ['c'], gaps: [REDIS] },
    { what: 'the clusters', listing: only([[wireRedis(ONE, 'r')]], [CLUSTERS]), names: ['r'], gaps: [CLUSTERS] },
    { what: 'the clusters, of which there is no cache either', listing: only([[]], [CLUSTERS]), names: [], gaps: [CLUSTERS] },
  ])('are a partial subscription when $what cannot be read', async ({ listing: one, names, gaps }) => {
    const scan = await scanOf(one);
    expect(scan.caches.map(({ name }) => name)).toEqual(names);
    expect(scan.gaps).toEqual(gaps.map(({ problem }) => ({ problem, correlationId: 'c-1' })));
    expect(scan.scopes).toEqual([scope(ONE, { caches: names.length, status: 'partial' })]);
  });

  it('are a denied subscription when neither can be read, and both actions are told', async () => {
    const scan = await scanOf(only([REDIS], [CLUSTERS]));
    expect(scan.gaps.map(({ problem }) => problem.action)).toEqual(['Microsoft.Cache/redis/read', 'Microsoft.Cache/redisEnterprise/read']);
    expect(scan.scopes).toEqual([scope(ONE, { status: 'denied' })]);
  });

  it('are a partial subscription when one may not be read and the other broke off: perhaps there is something', async () => {
    const network = troubleAt(`/subscriptions/${ONE}`, 'network', 'ECONNRESET');
    for (const both of [only([REDIS], [network]), only([network], [CLUSTERS])])
      expect((await scanOf(both)).scopes).toEqual([scope(ONE, { status: 'partial' })]);
  });

  it('that fail for one and the same reason tell it once', async () => {
    const tenant = troubleAt(`/subscriptions/${ONE}`, 'auth', 'WRONG_TENANT');
    const scan = await scanOf(only([tenant], [tenant]));
    expect(scan.gaps).toHaveLength(1);
    expect(scan.scopes).toEqual([scope(ONE, { status: 'denied' })]);
  });

  it('do not hide a bug in the second', async () => {
    const bug = new TypeError('x is not a function');
    await expect(scanOf(only([[]], [bug]))).rejects.toBe(bug);
  });

  it('merge two reports of one cluster, and leave open what is still to be read', async () => {
    const pages = [[wireCluster(ONE, 'c', { redundancyMode: 'ZR' })], [wireCluster(ONE, 'c', { redundancyMode: 'LR' })]];
    const { caches } = await scanOf(only([[]], pages));
    expect(caches).toMatchObject([{ redundancyMode: { known: false, kind: 'invalid' }, databases: { kind: 'pending' } }]);
  });
});

describe('a subscription that says it never registered Microsoft.Cache', () => {
  const refusal = troubleIn(
    ONE,
    'malformed',
    'UNEXPECTED_ANSWER',
    'Resource Manager answered HTTP 409 (MissingSubscriptionRegistration: The subscription is not registered to use namespace Microsoft.Cache.)',
  );
  const listing = (registration: Listing['registration']): Listing => ({
    subscriptions: [[wireSubscription(ONE)]],
    caches: { [ONE]: [refusal] },
    ...(registration === undefined ? {} : { registration }),
  });

  it.each(['NotRegistered', 'Unregistered', 'notregistered'])('has no cache once its registration confirms it: %s', async (state) => {
    expect(await collect(listing(state))).toEqual([{ type: 'subscription', subscription: scope(ONE) }]);
  });

  it.each(['Registered', 'Registering', 'Unregistering', '', null])('is a gap when its registration says otherwise: %j', async (state) => {
    expect(await collect(listing(state))).toEqual([
      { type: 'gap', gap: { problem: refusal.problem, correlationId: 'c-1' } },
      { type: 'subscription', subscription: scope(ONE, { status: 'partial' }) },
    ]);
  });

  it('is a gap when its registration cannot be read', async () => {
    const denied = troubleIn(ONE, 'permission', 'AUTHORIZATION_FAILED');
    const all = await collect(listing(denied));
    expect(gapsOf(all)).toEqual([{ problem: denied.problem, correlationId: 'c-1' }]);
    expect(readOf(all)).toEqual([ONE]);
    expect(scopesOf(all)).not.toMatchObject([{ status: 'read' }]);
  });

  it('has neither caches nor clusters, and says so of both lists', async () => {
    const clusters = { [ONE]: [refusal] };
    expect((await scanOf({ ...listing('NotRegistered'), clusters })).seen).toEqual([{ type: 'subscription', subscription: scope(ONE) }]);
    const registered = await scanOf({ ...listing('Registered'), clusters });
    expect(registered.gaps).not.toEqual([]);
    expect(registered.scopes).toEqual([scope(ONE, { status: 'partial' })]);
  });

  it('is a gap when only one of the lists says so, and the other holds a cache', async () => {
    const scan = await scanOf({ ...listing('Registered'), clusters: { [ONE]: [[wireCluster(ONE, 'c')]] } });
    expect(scan.caches.map(({ name }) => name)).toEqual(['c']);
    expect(scan.scopes).toEqual([scope(ONE, { caches: 1, status: 'partial' })]);
  });

  it('is not asked when the caches can be read', async () => {
    const all = await collect({ ...listing(new TypeError('asked')), caches: { [ONE]: [[wireRedis(ONE, 'a')]] } });
    expect(cacheNames(all)).toEqual(['a']);
  });
});

describe('a cluster without a SKU', () => {
  const { sku: _, ...nameless } = wireCluster(ONE, 'nameless');

  it.each([
    ['missing', nameless, 'sku is missing from the answer'],
    ['null', { ...nameless, sku: null }, 'sku is missing from the answer'],
    ['without a name', { ...nameless, sku: {} }, 'the property is missing from the answer'],
    ['ill-typed', { ...nameless, sku: 'Balanced_B0' }, 'sku is "Balanced_B0", not an object'],
  ])('that is %s is judged as Azure Managed Redis, and is a gap: it may be Redis Enterprise', async (_what, wire, why) => {
    const { seen } = await scanOf(
      { subscriptions: [[wireSubscription(ONE)]], clusters: { [ONE]: [[wire]] } },
      { kinds: new Set(CACHE_KINDS) },
    );
    expect(seen).toMatchObject([
      { type: 'cache', cache: { name: 'nameless', kind: 'managed', skuName: { known: false } } },
      {
        type: 'gap',
        gap: { problem: { code: 'UNREADABLE_ITEM', scope: nameless.id, affects: ['*'], message: expect.stringContaining(why) } },
      },
      { type: 'subscription', subscription: { status: 'partial', caches: 1 } },
    ]);
  });
});

describe('clusters that are linked with each other', () => {
  it('are asked for their databases once, however many want to know', async () => {
    const names = ['one', 'two', 'three'];
    const clusters = names.map((name) => wireCluster(ONE, name));
    const linkedDatabases = clusters.map(({ id }) => ({ id: `${id}/databases/default`, state: 'Linked' }));
    const below = Object.fromEntries(
      names.map((name) => [
        `redisenterprise/${name}/databases`,
        [wireDatabase({ geoReplication: { groupNickname: 'g', linkedDatabases } })],
      ]),
    );
    const { asked, seen } = await scanOf(
      { subscriptions: [[wireSubscription(ONE)]], clusters: { [ONE]: [clusters] }, below },
      { kinds: new Set(CACHE_KINDS), awaited: waitingFor({ a: ['databases', 'linkedServers'] }) },
    );
    expect(asked.places.map(({ path }) => path).filter((path) => path.endsWith('/databases'))).toHaveLength(3);
    for (const one of seen) if (one.type === 'cache') expect(one.cache.replicas).toMatchObject({ known: true, value: { length: 2 } });
  });
});
