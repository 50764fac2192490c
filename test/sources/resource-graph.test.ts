import { describe, expect, it } from 'vitest';
import type { GraphQuery } from '../../src/azure/resource-graph.ts';
import type { Seen } from '../../src/model/scope.ts';
import type { Watched } from '../../src/sources/live.ts';
import { EVERY_CACHE } from '../../src/sources/selection.ts';
import { graphScanOf, type Listing, type Page, scanOf, troubleAt, waitingFor } from '../support/arm.ts';
import { subscriptionId, TENANT, wireCluster, wireDatabase, wireRedis, wireSubscription } from '../support/resource-manager.ts';

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];

type Wire = Readonly<Record<string, unknown>>;

const NEW = { updateChannel: 'Stable' };

const row = (subscription: string, name: string, properties: Wire = {}): Wire => ({
  ...wireRedis(subscription, name, { ...NEW, ...properties }, { zones: ['1'] }),
  type: 'microsoft.cache/redis',
  subscriptionId: subscription,
});

/** Answers queries for caches with these pages, and knows every subscription but the ones named. */
const index =
  (pages: readonly Page[], missing: readonly string[] = []): Listing['graph'] =>
  ({ text, subscriptions }: GraphQuery) =>
    text.startsWith('resourcecontainers')
      ? [subscriptions.filter((id) => !missing.includes(id)).map((id) => ({ subscriptionId: id }))]
      : pages;

const listing = (graph: Listing['graph'], more: Partial<Listing> = {}): Listing => ({
  subscriptions: [[THREE, ONE, TWO].map((id) => wireSubscription(id))],
  ...(graph === undefined ? {} : { graph }),
  ...more,
});

const brief = (seen: readonly Seen[]): readonly string[] =>
  seen.map((one) => {
    if (one.type === 'cache') return one.cache.name;
    if (one.type === 'gap') return one.gap.problem.code;
    if (one.type === 'input') return one.input.path;
    return `${one.subscription.name} ${one.subscription.status} ${one.subscription.caches}`;
  });

describe('the index as a source', () => {
  it('yields caches by subscription and id, and then the subscriptions', async () => {
    const pages = [[row(ONE, 'b'), row(ONE, 'A')], [row(THREE, 'c')]];
    const { seen, asked } = await graphScanOf(listing(index(pages)));
    expect(brief(seen)).toEqual(['A', 'b', 'c', 'sub-1 read 2', 'sub-2 read 0', 'sub-3 read 1']);
    expect(asked.lists).toEqual([]);
    expect(asked.queries.map(({ subscriptions }) => subscriptions)).toEqual([
      [ONE, TWO, THREE],
      [ONE, TWO, THREE],
    ]);
  });

  it('asks about no more than 300 subscriptions at a time, and about none that is passed over', async () => {
    const ids = Array.from({ length: 650 }, (_, nth) => subscriptionId(nth + 1));
    const dead = new Set(ids.slice(100, 110));
    const subscriptions = [ids.map((id) => wireSubscription(id, { state: dead.has(id) ? 'Disabled' : 'Enabled' }))];
    const { asked, scopes } = await graphScanOf({ subscriptions });
    const about = (table: string) => asked.queries.filter(({ text }) => text.startsWith(table)).map((query) => query.subscriptions.length);
    expect(about('resources')).toEqual([300, 300, 40]);
    expect(about('resourcecontainers')).toEqual([300, 300, 40]);
    expect(scopes.map(({ id }) => id)).toEqual(ids);
    expect(scopes.filter(({ status }) => status === 'skipped')).toHaveLength(10);
    expect(scopes.filter(({ status }) => status === 'read')).toHaveLength(640);
  });

  it('yields a cache once whose row comes twice, and is incomplete about its subscription: in the count it stands for another', async () => {
    const pages = [[row(ONE, 'a'), row(ONE, 'b')], [row(ONE, 'b')], [row(TWO, 'c')]];
    const { seen } = await graphScanOf(listing(index(pages)));
    expect(brief(seen)).toEqual(['a', 'b', 'GRAPH_ROWS_REPEATED', 'c', 'sub-1 partial 2', 'sub-2 read 1', 'sub-3 read 0']);
  });

  it('asks nobody about nothing', async () => {
    const { asked, seen } = await graphScanOf({ subscriptions: [[wireSubscription(ONE, { state: 'Disabled' })]] });
    expect(asked.queries).toEqual([]);
    expect(brief(seen)).toEqual(['NO_SUBSCRIPTION', 'sub-1 skipped 0']);
  });

  it('is incomplete about a subscription that Resource Manager lists and the index lacks, and only about that', async () => {
    const { seen, gaps } = await graphScanOf(listing(index([[row(ONE, 'a')]], [TWO])));
    expect(brief(seen)).toEqual(['a', 'NOT_INDEXED', 'sub-1 read 1', 'sub-2 partial 0', 'sub-3 read 0']);
    expect(gaps[0]?.problem).toMatchObject({
      scope: `/subscriptions/${TWO}`,
      affects: ['*'],
      hint: expect.stringContaining('--source arm'),
    });
  });

  it('is incomplete about all of them when it is not known for which it answers', async () => {
    const graph: Listing['graph'] = ({ text }) =>
      text.startsWith('resourcecontainers') ? [troubleAt(null, 'permission', 'AUTHORIZATION_FAILED')] : [[row(ONE, 'a')]];
    const { seen } = await graphScanOf(listing(graph));
    expect(brief(seen)).toEqual(['a', 'AUTHORIZATION_FAILED', 'sub-1 partial 1', 'sub-2 partial 0', 'sub-3 partial 0']);
  });

  it('judges what came before a page that fails, and is incomplete about all subscriptions of the query', async () => {
    const failure = troubleAt(null, 'malformed', 'GRAPH_TRUNCATED');
    const { seen, gaps } = await graphScanOf(listing(index([[row(ONE, 'a'), row(TWO, 'b')], failure])));
    expect(brief(seen)).toEqual(['a', 'b', 'GRAPH_TRUNCATED', 'sub-1 partial 1', 'sub-2 partial 1', 'sub-3 partial 0']);
    expect(gaps[0]?.problem.message).toContain('Resource Graph about 3 subscriptions: ');
  });

  it('is incomplete when nothing can be asked', async () => {
    const { seen } = await graphScanOf(listing(() => [troubleAt(null, 'throttle', 'THROTTLED')]));
    expect(brief(seen)).toEqual(['THROTTLED', 'THROTTLED', 'sub-1 partial 0', 'sub-2 partial 0', 'sub-3 partial 0']);
  });

  it('stops at rows that go back to a subscription, for then none is known to be complete', async () => {
    const { seen } = await graphScanOf(listing(index([[row(ONE, 'a'), row(TWO, 'b'), row(ONE, 'c')]])));
    expect(brief(seen)).toEqual(['a', 'b', 'GRAPH_UNORDERED', 'sub-1 partial 1', 'sub-2 partial 1', 'sub-3 partial 0']);
  });

  it.each([
    ['that is none', 7],
    ['of a subscription that was not asked about', row(subscriptionId(9), 'stranger')],
    ['of another type', { ...row(ONE, 'x'), id: row(ONE, 'x')['id']?.toString().replace('Redis', 'other') }],
  ])('says so of a row %s, and takes the others', async (_, stranger) => {
    const { seen } = await graphScanOf(listing(index([[row(ONE, 'a'), stranger, row(TWO, 'b')]])));
    expect(brief(seen)).toEqual(['a', 'UNREADABLE_ITEM', 'b', 'sub-1 partial 1', 'sub-2 read 1', 'sub-3 read 0']);
  });

  it('goes on up with what is no trouble but a bug', async () => {
    await expect(graphScanOf(listing(index([new TypeError('a bug')])))).rejects.toThrow('a bug');
  });

  it('reads below a cache from Resource Manager what a rule waits for, or nothing of it with --graph-only', async () => {
    const estate = listing(index([[row(ONE, 'a')]]), { below: { 'redis/a/firewallrules': [] } });
    const awaited = waitingFor({ narrow: ['firewallRules'] });
    const complete = await graphScanOf(estate, { awaited });
    expect(complete.caches[0]?.firewallRules).toMatchObject({ known: true, value: [] });
    const only = await graphScanOf(estate, { awaited, index: 'only' });
    expect(only.caches[0]?.firewallRules).toMatchObject({ known: false, kind: 'out_of_reach' });
    expect(only.asked.places).toEqual([]);
  });

  it('asks Resource Manager for the cache itself where its row lacks what a rule waits for, before it asks for anything else', async () => {
    const itself = wireRedis(ONE, 'a', { ...NEW, enableNonSslPort: true });
    const estate = listing(index([[row(ONE, 'a', { enableNonSslPort: undefined })]]), { resources: { 'redis/a': itself } });
    const awaited = (cache: { readonly nonSslPort: { readonly known: boolean } }) =>
      cache.nonSslPort.known
        ? new Map()
        : new Map([
            ['resource', ['port']],
            ['firewallRules', ['narrow']],
          ] as const);
    const { caches, gaps, asked } = await graphScanOf(estate, { awaited });
    expect(caches[0]?.nonSslPort).toMatchObject({ known: true, value: true });
    expect(gaps).toEqual([]);
    // It made the list of rules needless.
    expect(asked.places.map(({ path }) => path.replace(/.*\/redis\//, ''))).toEqual(['a']);
    expect(asked.places[0]).toMatchObject({ apiVersion: '2024-11-01', action: 'Microsoft.Cache/redis/read' });
  });

  it.each([
    ['cannot be had', troubleAt(row(ONE, 'a')['id']?.toString() ?? '', 'permission', 'AUTHORIZATION_FAILED'), 'denied', 1],
    ['is something else', wireRedis(ONE, 'b'), 'invalid', 0],
    ['is no cache', {}, 'invalid', 0],
  ])('leaves unknown what the row lacks when the cache itself %s', async (_, itself, kind, problems) => {
    const estate = listing(index([[row(ONE, 'a', { enableNonSslPort: undefined })]]), { resources: { 'redis/a': itself } });
    const awaited = (cache: { readonly nonSslPort: { readonly known: boolean; readonly need?: string } }) =>
      cache.nonSslPort.need === 'resource' ? new Map([['resource', ['port']]] as const) : new Map();
    const { caches, gaps } = await graphScanOf(estate, { awaited });
    expect(caches[0]?.nonSslPort).toMatchObject({ known: false, kind });
    expect(gaps).toHaveLength(problems);
    for (const { problem } of gaps) expect(problem.affects).toEqual(['port']);
  });

  it('compares a cache with what Resource Manager says of its replica when its row lacks something', async () => {
    const linked = { linkedServers: [{ id: 'x' }] };
    const here = row(ONE, 'a', linked);
    const there = row(ONE, 'b', { ...linked, publicNetworkAccess: undefined });
    const link = { name: 'b', properties: { linkedRedisCacheId: there['id'], provisioningState: 'Succeeded' } };
    const estate = listing(index([[here, there]]), {
      below: { 'redis/a/linkedservers': [link] },
      resources: { 'redis/b': wireRedis(ONE, 'b', { ...NEW, ...linked, publicNetworkAccess: 'Enabled' }) },
    });
    const { caches } = await graphScanOf(estate, { awaited: waitingFor({ geo: ['linkedServers'] }) });
    const replicas = caches[0]?.replicas;
    expect(replicas?.known && replicas.value[0]?.settings).toMatchObject({
      known: true,
      value: { publicNetworkAccess: { known: true, value: 'Enabled' } },
    });
  });

  it('tells how far it is as the other source does', async () => {
    const events: Watched[] = [];
    await graphScanOf(listing(index([[row(ONE, 'a'), row(THREE, 'b')]])), { concurrency: 1, watch: (event) => events.push(event) });
    expect(events.map((event) => event.type)).toEqual(expect.arrayContaining(['subscriptions', 'listed', 'cache', 'read']));
    expect(events.filter(({ type }) => type === 'read')).toHaveLength(3);
    expect(events.filter(({ type }) => type === 'cache')).toHaveLength(2);
    expect(events[0]).toEqual({ type: 'subscriptions', count: 3 });
  });
});

describe.each([
  { source: 'Resource Manager', scan: scanOf },
  { source: 'Resource Graph', scan: graphScanOf },
])('the scope of a scan of $source', ({ scan }) => {
  const items = {
    [ONE]: [row(ONE, 'a'), row(ONE, 'b')],
    [TWO]: [row(TWO, 'c')],
    [THREE]: [row(THREE, 'd')],
  };
  const cluster = { ...wireCluster(THREE, 'e'), subscriptionId: THREE };
  const estate = (more: Partial<Listing> = {}): Listing => ({
    subscriptions: [[ONE, TWO, THREE].map((id) => wireSubscription(id, id === TWO ? { state: 'Disabled' } : {}))],
    caches: Object.fromEntries(Object.entries(items).map(([id, rows]) => [id, [rows]])),
    clusters: { [THREE]: [[cluster]] },
    graph: ({ text, subscriptions }) =>
      text.startsWith('resourcecontainers')
        ? undefined
        : [subscriptions.flatMap((id) => [...(items[id] ?? []), ...(id === THREE && text.includes('enterprise') ? [cluster] : [])])],
    below: { 'redisenterprise/e/databases': [wireDatabase()] },
    ...more,
  });
  const inside = (group: string, ...ids: readonly string[]): Partial<Listing> => ({
    groups: {
      [group]: [
        [{ id: '/providers/Microsoft.Management/managementGroups/inner', type: 'Microsoft.Management/managementGroups' }],
        ids.map((id) => ({ id: `/subscriptions/${id.toUpperCase()}`, type: '/subscriptions' })),
      ],
    },
  });
  const gapCodes = async (...args: Parameters<typeof scan>): Promise<readonly string[]> =>
    (await scan(...args)).gaps.map(({ problem }) => problem.code);

  it('is every subscription that is alive', async () => {
    const { seen } = await scan(estate());
    expect(
      brief(seen)
        .filter((text) => !text.includes('read'))
        .sort(),
    ).toEqual(['a', 'b', 'd', 'e', 'sub-2 skipped 0']);
  });

  it('of a management group is the subscriptions in it, however deep, that are alive', async () => {
    const { caches, scopes, gaps, asked } = await scan(estate(inside('mg', ONE, TWO)), { managementGroups: ['mg'] });
    expect(caches.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(scopes.map(({ id, status }) => [id, status])).toEqual([
      [ONE, 'read'],
      [TWO, 'skipped'],
    ]);
    expect(gaps).toEqual([]);
    expect(asked.lists).toContain('group mg');
  });

  it('adds a management group to the subscriptions that were named', async () => {
    const { scopes } = await scan(estate(inside('mg', ONE, TWO)), { managementGroups: ['mg'], subscriptions: [TWO, 'sub-3'] });
    expect(scopes.map(({ id, status }) => [id, status])).toEqual([ONE, TWO, THREE].map((id) => [id, 'read']));
  });

  it('is incomplete when a management group holds a subscription that cannot be seen', async () => {
    const { gaps, scopes } = await scan(estate(inside('mg', ONE, subscriptionId(8), subscriptionId(9))), { managementGroups: ['mg'] });
    expect(gaps.map(({ problem }) => [problem.code, problem.scope])).toEqual([['SUBSCRIPTION_NOT_FOUND', 'mg']]);
    expect(gaps[0]?.problem.message).toContain(`2 of the subscriptions in the management group mg cannot be seen: ${subscriptionId(8)}`);
    expect(scopes.map(({ id }) => id)).toEqual([ONE]);
  });

  it('is nothing, and incomplete, of a management group that does not exist or breaks off', async () => {
    expect(await gapCodes(estate(), { managementGroups: ['none'] })).toEqual(['NOT_FOUND']);
    const broken = { groups: { mg: [[{ id: `/subscriptions/${ONE}` }, 7], troubleAt(null, 'network', 'ECONNRESET')] } };
    const { gaps, scopes } = await scan(estate(broken), { managementGroups: ['mg'] });
    expect(gaps.map(({ problem }) => problem.code).sort()).toEqual(['ECONNRESET', 'UNREADABLE_SUBSCRIPTION']);
    expect(scopes.map(({ id }) => id)).toEqual([ONE]);
  });

  it('is nothing of a management group without subscriptions, which is told', async () => {
    expect(await gapCodes(estate({ groups: { mg: [[]] } }), { managementGroups: ['mg'] })).toEqual(['NOTHING_MATCHED']);
  });

  it('is narrowed by a selection, and counts what it leaves out', async () => {
    const selection = { ...EVERY_CACHE, excluded: ['*/b', '*/e'] };
    const { caches, scopes } = await scan(estate(), { selection });
    expect(caches.map(({ name }) => name)).toEqual(['a', 'd']);
    expect(scopes.map(({ status, caches: seen, excluded }) => [status, seen, excluded])).toEqual([
      ['read', 1, 1],
      ['skipped', 0, 0],
      ['read', 1, 1],
    ]);
  });

  it('says at the end which selectors matched nothing', async () => {
    const selection = { ...EVERY_CACHE, caches: ['a', 'zzz'], resourceGroups: ['rg-test'] };
    const { seen } = await scan(estate(), { selection });
    expect(brief(seen).at(-1)).toBe('NOTHING_MATCHED');
    expect(brief(seen).filter((text) => text === 'a' || text === 'NOTHING_MATCHED')).toEqual(['a', 'NOTHING_MATCHED']);
  });

  it('reads of no other subscription when every cache is known by its id, alive or not', async () => {
    const selection = { ...EVERY_CACHE, caches: [row(TWO, 'c')['id']?.toString() ?? ''] };
    const { caches, scopes } = await scan(estate(), { selection });
    expect(caches.map(({ name }) => name)).toEqual(['c']);
    expect(scopes.map(({ id }) => id)).toEqual([TWO]);
    const both = await scan(estate(), { selection: { ...selection, caches: [...selection.caches, 'd'] } });
    expect(both.scopes).toHaveLength(3);
  });

  it('is incomplete when the subscription of a cache that was named by its id cannot be seen', async () => {
    const selection = { ...EVERY_CACHE, caches: [row(subscriptionId(9), 'x')['id']?.toString() ?? ''] };
    expect(await gapCodes(estate(), { selection })).toEqual(['SUBSCRIPTION_NOT_FOUND', 'NOTHING_MATCHED']);
  });

  it('does not read a subscription all of which is left out', async () => {
    const selection = { ...EVERY_CACHE, excluded: [`/subscriptions/${ONE}/*`] };
    const { scopes, asked } = await scan(estate(), { selection });
    expect(scopes.map(({ id, status, reason }) => [id, status, reason === null ? null : reason.slice(0, 20)])).toEqual([
      [ONE, 'skipped', 'left out by --exclud'],
      [TWO, 'skipped', 'its state is Disable'],
      [THREE, 'read', null],
    ]);
    expect(asked.lists.filter((list) => list.includes(ONE))).toEqual([]);
    expect(asked.queries.filter(({ subscriptions }) => subscriptions.includes(ONE))).toEqual([]);
  });
});

describe('the right to see everything', () => {
  const READ = { actions: ['*/read'], notActions: [] };
  const [RG, CLUSTERS] = ['Microsoft.Cache/redis/read', 'Microsoft.Cache/redisEnterprise/read'];
  const missingIn = (gaps: readonly { readonly problem: { readonly action: string | null; readonly scope: string | null } }[]) =>
    gaps.map(({ problem }) => `${problem.action} ${problem.scope?.slice(-1)}`);

  const CASES: readonly { readonly what: string; readonly held: Page; readonly lacks: readonly string[] }[] = [
    { what: 'Reader', held: [READ], lacks: [] },
    { what: 'everything', held: [{ actions: ['*'], notActions: [] }], lacks: [] },
    { what: 'a role that never heard of what it does not take away', held: [{ actions: ['Microsoft.Cache/*'] }], lacks: [] },
    { what: 'the two actions, in another case', held: [{ actions: [RG.toUpperCase(), CLUSTERS], notActions: [] }], lacks: [] },
    { what: 'the two actions in two roles', held: [{ actions: [RG] }, { actions: [CLUSTERS] }], lacks: [] },
    { what: 'a role that takes away what another grants', held: [{ actions: ['*'], notActions: ['Microsoft.Cache/*'] }, READ], lacks: [] },
    { what: 'Reader but for clusters', held: [{ ...READ, notActions: ['*/redisEnterprise/read'] }], lacks: [CLUSTERS] },
    { what: 'one action', held: [{ actions: [RG], notActions: [] }], lacks: [CLUSTERS] },
    { what: 'what stands below a cache', held: [{ actions: ['Microsoft.Cache/redis/*/read'], notActions: [] }], lacks: [RG, CLUSTERS] },
    { what: 'data actions', held: [{ actions: [], dataActions: ['*'] }], lacks: [RG, CLUSTERS] },
    { what: 'nothing', held: [], lacks: [RG, CLUSTERS] },
    { what: 'actions that are no list', held: [{ actions: '*', notActions: [] }], lacks: [RG, CLUSTERS] },
    { what: 'exceptions that cannot be understood', held: [{ actions: ['*'], notActions: [7] }], lacks: [RG, CLUSTERS] },
    { what: 'something else', held: [7, null, 'x'], lacks: [RG, CLUSTERS] },
  ];
  it.each(CASES)('with $what on a subscription lacks $lacks there', async ({ held, lacks }) => {
    const rights = (scope: string): Page => (scope === `/subscriptions/${TWO}` ? held : scope.startsWith('/sub') ? [READ] : []);
    const { gaps, scopes } = await graphScanOf(listing(index([]), { rights }));
    expect(missingIn(gaps)).toEqual(lacks.map((action) => `${action} 2`));
    const status = ['read', 'partial', 'denied'][lacks.length];
    expect(scopes.map((scope) => scope.status)).toEqual(['read', status, 'read']);
  });

  it('is partly there where rows are: of some resource groups they may be, and of others not', async () => {
    const rights = (scope: string): Page => (scope.endsWith(ONE) ? [] : [READ]);
    const { seen } = await graphScanOf(
      listing(index([[row(ONE, 'a')]]), { rights: (scope) => (scope.startsWith('/providers/') ? [] : rights(scope)) }),
    );
    expect(brief(seen)).toEqual(['a', 'AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', 'sub-1 partial 1', 'sub-2 read 0', 'sub-3 read 0']);
  });

  it('is asked only for the kinds that somebody wants to know of', async () => {
    const rights = (): Page => [{ actions: [RG] }];
    const { gaps } = await graphScanOf(listing(index([]), { rights }), { kinds: new Set(['redis']) });
    expect(gaps).toEqual([]);
  });

  it('is proven once for the tenant of several subscriptions, which its root management group is called like', async () => {
    const rights = (scope: string): Page => (scope.startsWith('/providers/') ? [READ] : []);
    const { asked, gaps } = await graphScanOf(listing(index([]), { rights }));
    expect(gaps).toEqual([]);
    expect(asked.rights).toEqual([`/providers/Microsoft.Management/managementGroups/${TENANT}`]);
  });

  it('is not proven by one tenant for the subscriptions of another, nor for one whose tenant nobody knows', async () => {
    const other = '99999999-aaaa-4bbb-8ccc-000000000001';
    const subscriptions = [
      [ONE, TWO].map((id) => wireSubscription(id)),
      [wireSubscription(THREE, { tenantId: other }), wireSubscription(subscriptionId(4), { tenantId: undefined })],
    ];
    const rights = (scope: string): Page => (scope.includes(TENANT) ? [READ] : []);
    const { asked, gaps, scopes } = await graphScanOf(listing(index([]), { subscriptions, rights }));
    expect(scopes.map(({ status }) => status)).toEqual(['read', 'read', 'denied', 'denied']);
    expect(gaps).toHaveLength(4);
    expect(asked.rights.slice(1)).toEqual([THREE, subscriptionId(4)].map((id) => `/subscriptions/${id}`));
  });

  it.each(['..', '.', '', 'mg-other', `${TENANT}/x`, 7])(
    'is not asked for on a management group that is called like the tenant %j',
    async (tenantId) => {
      const subscriptions = [[ONE, TWO].map((id) => wireSubscription(id, { tenantId }))];
      const { asked, scopes } = await graphScanOf(listing(index([]), { subscriptions, rights: () => [] }));
      expect(asked.rights).toEqual([ONE, TWO].map((id) => `/subscriptions/${id}`));
      expect(scopes.map(({ status }) => status)).toEqual(['denied', 'denied']);
    },
  );

  it('is not proven for a subscription that is listed in two tenants by one of them', async () => {
    const other = '99999999-aaaa-4bbb-8ccc-000000000001';
    const subscriptions = [
      [wireSubscription(ONE), wireSubscription(TWO, { tenantId: other })],
      [wireSubscription(TWO), wireSubscription(THREE)],
    ];
    const rights = (scope: string): Page => (scope.includes(TENANT) ? [READ] : []);
    const { scopes } = await graphScanOf(listing(index([]), { subscriptions, rights }));
    expect(scopes.map(({ status }) => status)).toEqual(['read', 'denied', 'read']);
  });

  it('is proven by a management group for its own subscriptions alone, and asked for on the others', async () => {
    const groups = { mg: [[{ id: `/subscriptions/${ONE}` }]] };
    const rights = (scope: string): Page => (scope.includes('/managementGroups/') ? [READ] : []);
    const request = { managementGroups: ['mg'], subscriptions: [TWO] };
    const { asked, scopes } = await graphScanOf(listing(index([]), { groups, rights }), request);
    expect(scopes.map(({ status }) => status)).toEqual(['read', 'denied']);
    expect(asked.rights).toEqual(['/providers/Microsoft.Management/managementGroups/mg', `/subscriptions/${TWO}`]);
  });

  it('is asked for on each subscription where the management group does not tell', async () => {
    const rights = (scope: string): Page =>
      scope.startsWith('/providers/') ? troubleAt(scope, 'permission', 'AUTHORIZATION_FAILED') : [READ];
    const { asked, gaps } = await graphScanOf(listing(index([]), { rights }));
    expect(gaps).toEqual([]);
    expect(asked.rights.slice(1)).toEqual([ONE, TWO, THREE].map((id) => `/subscriptions/${id}`));
  });

  it('that nobody can tell of leaves a subscription incomplete', async () => {
    const rights = (scope: string): Page =>
      scope.endsWith(TWO) || scope.includes(TENANT) ? troubleAt(scope, 'throttle', 'THROTTLED') : [READ];
    const { seen, gaps } = await graphScanOf(listing(index([[row(ONE, 'a')]]), { rights }));
    expect(brief(seen)).toEqual(['a', 'THROTTLED', 'sub-1 read 1', 'sub-2 partial 0', 'sub-3 read 0']);
    expect(gaps[0]?.problem.message).toMatch(/^nobody can tell whether Resource Graph shows all of it: /);
  });

  it('says of a subscription that may not be read at all only that: the index does not know it either', async () => {
    const { seen } = await graphScanOf(
      listing(index([], [TWO]), { rights: (scope) => (scope.endsWith(TWO) || scope.includes(TENANT) ? [] : [READ]) }),
    );
    expect(brief(seen)).toEqual(['AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', 'sub-1 read 0', 'sub-2 denied 0', 'sub-3 read 0']);
  });

  it('goes on up with what is no trouble but a bug', async () => {
    const rights = (): Page => new TypeError('a bug');
    await expect(graphScanOf(listing(index([]), { rights }))).rejects.toThrow('a bug');
  });
});
