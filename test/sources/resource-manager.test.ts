import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceManager } from '../../src/azure/resource-manager.ts';
import { Trouble } from '../../src/errors.ts';
import { type Problem, problem } from '../../src/model/problem.ts';
import type { Gap, Seen, SubscriptionScope } from '../../src/model/scope.ts';
import { type LiveRequest, resourceManagerSource, type Watched } from '../../src/sources/resource-manager.ts';
import { subscriptionId, wireRedis, wireSubscription } from '../support/resource-manager.ts';

const [ONE, TWO, THREE, FOUR] = [subscriptionId(1), subscriptionId(2), subscriptionId(3), subscriptionId(4)];

/** A page, or what happens instead of it. */
type Page = readonly unknown[] | Error;

interface Listing {
  readonly subscriptions: readonly Page[];
  /** Pages of caches by subscription id; one page without any for those that are left out. */
  readonly caches?: Readonly<Record<string, readonly Page[]>>;
  readonly registration?: string | null | Error;
  /** Milliseconds before the caches of a subscription are there. */
  readonly delay?: (subscription: string) => number;
}

const armOf = ({ subscriptions, caches = {}, registration = 'Registered', delay }: Listing): ResourceManager => ({
  subscriptions: () => pagesOf(subscriptions),
  redis: (id) => pagesOf(caches[id] ?? [[]], delay?.(id)),
  clusters: async function* () {},
  list: async () => [],
  resource: async () => null,
  registrationOf: async () => {
    if (registration instanceof Error) throw registration;
    return registration;
  },
});

async function* pagesOf(pages: readonly Page[], delay?: number): AsyncIterable<readonly unknown[]> {
  for (const page of pages) {
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay));
    if (page instanceof Error) throw page;
    yield page;
  }
}

const sourceOf = (listing: Listing, request: Partial<LiveRequest> = {}) =>
  resourceManagerSource(armOf(listing), { subscriptions: [], concurrency: 4, watch: () => {}, ...request });

const collect = async (listing: Listing, request: Partial<LiveRequest> = {}): Promise<readonly Seen[]> => {
  const all: Seen[] = [];
  for await (const seen of sourceOf(listing, request).open()) all.push(seen);
  return all;
};

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
  reason: null,
  ...more,
});

const troubleIn = (id: string | null, kind: Problem['kind'], code: string, message = `${code} says the service`): Trouble =>
  new Trouble(problem(kind, code, message, { scope: id && `/subscriptions/${id}`, action: 'Microsoft.Cache/redis/read', affects: ['*'] }), {
    correlationId: 'c-1',
  });

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
        const delay = (id: string): number => (id === ONE ? one : two);
        expect(await collect({ ...listing, delay }, { concurrency })).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('reads no more subscriptions at a time than it may', async () => {
    let reading = 0;
    let most = 0;
    const arm: ResourceManager = {
      ...armOf({ subscriptions: [Array.from({ length: 20 }, (_, n) => wireSubscription(subscriptionId(n + 1)))] }),
      async *redis() {
        reading += 1;
        most = Math.max(most, reading);
        await new Promise((resolve) => setTimeout(resolve, 1));
        reading -= 1;
        yield [];
      },
    };
    const source = resourceManagerSource(arm, { subscriptions: [], concurrency: 3, watch: () => {} });
    const all: Seen[] = [];
    for await (const seen of source.open()) all.push(seen);
    expect(all).toHaveLength(20);
    expect(most).toBe(3);
  });

  it('is told while it goes: how many subscriptions, then each that was read', async () => {
    const events: Watched[] = [];
    await collect(listing, { concurrency: 1, watch: (event) => events.push(event) });
    expect(events).toEqual([
      { type: 'subscriptions', count: 2 },
      { type: 'read', subscription: scope(ONE, { caches: 3 }) },
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

  it('is not asked when the caches can be read', async () => {
    const all = await collect({ ...listing(new TypeError('asked')), caches: { [ONE]: [[wireRedis(ONE, 'a')]] } });
    expect(cacheNames(all)).toEqual(['a']);
  });
});
