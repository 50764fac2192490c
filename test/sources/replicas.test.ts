import { describe, expect, it } from 'vitest';
import type { Replica } from '../../src/model/cache.ts';
import { ACTIONS } from '../../src/model/need.ts';
import { type Listing, scanOf, troubleAt, type Waiting, waitingFor } from '../support/arm.ts';
import { subscriptionId, wireCluster, wireDatabase, wireRedis, wireSubscription } from '../support/resource-manager.ts';

const [ONE, TWO, OUTSIDE] = [subscriptionId(1), subscriptionId(2), subscriptionId(9)];

const idOf = (name: string, subscription = ONE, type = 'Redis'): string =>
  `/subscriptions/${subscription}/resourceGroups/rg-test/providers/Microsoft.Cache/${type}/${name}`;

/** What stands in the list of linked servers of a cache. */
const linkTo = (id: unknown, state: unknown = 'Succeeded') => ({
  name: typeof id === 'string' ? id.replace(/^.*\//, '') || 'x' : 'x',
  properties: { linkedRedisCacheId: id, provisioningState: state, serverRole: 'Secondary' },
});

/** A database in a group of clusters. */
const inGroup = (...links: readonly (readonly [id: string, state: string])[]) =>
  wireDatabase({ geoReplication: { groupNickname: 'g', linkedDatabases: links.map(([id, state]) => ({ id, state })) } });

const databaseOf = (name: string, subscription = ONE): string => `${idOf(name, subscription, 'redisEnterprise')}/databases/default`;

const RULES: Waiting = { alike: ['linkedServers'] };
const GROUP_RULES: Waiting = { alike: ['databases', 'linkedServers'] };

const scan = (listing: Partial<Listing>, rules: Waiting = RULES, more: { readonly subscriptions?: readonly string[] } = {}) =>
  scanOf({ subscriptions: [[wireSubscription(ONE), wireSubscription(TWO)]], ...listing }, { awaited: waitingFor(rules), ...more });

const tails = (places: readonly { readonly path: string }[]): readonly string[] =>
  places.map(({ path }) => path.replace(/^\/subscriptions\/.{35}(.)\/.*\/Microsoft\.Cache\//, '$1: '));

/** The replicas of the cache of that name. */
const replicasOf = ({ caches }: Awaited<ReturnType<typeof scan>>, name: string): readonly Replica[] => {
  const fact = caches.find((cache) => cache.name === name)?.replicas;
  if (!fact?.known) throw new Error(fact?.reason ?? `${name} was not seen`);
  return fact.value;
};

describe('the replica of a redis cache', () => {
  const prod = wireRedis(ONE, 'prod');
  const linked = (...links: readonly unknown[]) => ({ 'redis/prod/linkedservers': links });

  it('in the same subscription is known from the list: nothing more is read', async () => {
    const dr = wireRedis(ONE, 'dr', { enableNonSslPort: true, minimumTlsVersion: undefined });
    const result = await scan({ caches: { [ONE]: [[prod], [dr]] }, below: linked(linkTo(idOf('dr'), 'Linking')) });
    expect(replicasOf(result, 'prod')).toMatchObject([
      {
        id: idOf('dr'),
        name: 'dr',
        link: { known: true, value: 'Linking' },
        settings: {
          known: true,
          value: {
            nonSslPort: { known: true, value: true },
            minimumTlsVersion: { known: true, value: '1.2', from: 'service_default' },
            publicNetworkAccess: { value: 'Disabled' },
            accessKeysDisabled: { value: true },
          },
        },
      },
    ]);
    expect(tails(result.asked.places)).toEqual(['1: redis/dr/linkedServers', '1: redis/prod/linkedServers']);
    expect(result.gaps).toEqual([]);
  });

  it('is found however its id is written', async () => {
    const result = await scan({ caches: { [ONE]: [[prod, wireRedis(ONE, 'dr')]] }, below: linked(linkTo(idOf('dr').toUpperCase())) });
    expect(replicasOf(result, 'prod')).toMatchObject([{ settings: { known: true } }]);
  });

  it('that was listed twice is known as far as both agree', async () => {
    const twice = [wireRedis(ONE, 'dr', { enableNonSslPort: true }), wireRedis(ONE, 'dr')];
    const result = await scan({ caches: { [ONE]: [[prod, ...twice]] }, below: linked(linkTo(idOf('dr'))) });
    expect(replicasOf(result, 'prod')).toMatchObject([{ settings: { known: true, value: { nonSslPort: { known: false } } } }]);
  });

  it('in another subscription of the scan is read by its id', async () => {
    const result = await scan({
      caches: { [ONE]: [[prod]], [TWO]: [[wireRedis(TWO, 'dr')]] },
      resources: { 'redis/dr': wireRedis(TWO, 'dr', { publicNetworkAccess: 'Enabled' }) },
      below: linked(linkTo(idOf('dr', TWO))),
    });
    expect(replicasOf(result, 'prod')).toMatchObject([
      { name: 'dr', settings: { known: true, value: { publicNetworkAccess: { value: 'Enabled' } } } },
    ]);
    expect(result.asked.places.filter(({ path }) => !path.endsWith('/linkedServers'))).toEqual([
      {
        path: `/subscriptions/${TWO}/resourceGroups/rg-test/providers/Microsoft.Cache/redis/dr`,
        apiVersion: '2024-11-01',
        scope: idOf('dr', TWO),
        action: 'Microsoft.Cache/redis/read',
      },
    ]);
    expect(result.gaps).toEqual([]);
  });

  it('outside of the scan is unknown, and not read', async () => {
    const result = await scan({ caches: { [ONE]: [[prod]] }, below: linked(linkTo(idOf('dr', OUTSIDE))) });
    expect(replicasOf(result, 'prod')).toMatchObject([
      {
        name: 'dr',
        link: { known: true, value: 'Succeeded' },
        settings: { known: false, kind: 'unread', reason: 'the linked cache dr is outside of this scan' },
      },
    ]);
    expect(tails(result.asked.places)).toEqual(['1: redis/prod/linkedServers']);
    expect(result.gaps).toEqual([]);
  });

  it.each([
    { what: 'was not asked for', subscriptions: [ONE], state: 'Enabled' },
    { what: 'is disabled', subscriptions: [], state: 'Disabled' },
  ])('in a subscription that $what is outside of the scan', async ({ subscriptions, state }) => {
    const result = await scan(
      {
        subscriptions: [[wireSubscription(ONE), wireSubscription(TWO, { state })]],
        caches: { [ONE]: [[prod]] },
        resources: { 'redis/dr': wireRedis(TWO, 'dr') },
        below: linked(linkTo(idOf('dr', TWO))),
      },
      RULES,
      { subscriptions },
    );
    expect(replicasOf(result, 'prod')).toMatchObject([{ settings: { known: false, reason: expect.stringContaining('outside') } }]);
    expect(result.asked.places).toHaveLength(1);
  });

  it('that the list of its subscription does not hold is unknown', async () => {
    const result = await scan({ caches: { [ONE]: [[prod]] }, below: linked(linkTo(idOf('gone'))) });
    expect(replicasOf(result, 'prod')).toMatchObject([
      { settings: { known: false, kind: 'unread', reason: 'the linked cache gone is not in the list of its subscription' } },
    ]);
    expect(result.asked.places).toHaveLength(1);
  });

  it('is never the cache itself: it would be found to be like itself', async () => {
    const result = await scan({ caches: { [ONE]: [[prod]] }, below: linked(linkTo(idOf('PROD'))) });
    expect(replicasOf(result, 'prod').filter(({ settings }) => settings.known)).toEqual([]);
  });

  it.each([
    'nonsense',
    '../../..',
    `https://evil.example${idOf('dr', TWO)}`,
    `${idOf('dr', TWO)}/../../x`,
    idOf('..', TWO),
    idOf('%2e%2e', TWO),
    idOf('dr?x=1', TWO),
    idOf('dr#x', TWO),
    idOf('d"r', TWO),
    idOf('\ud800', TWO),
    idOf('dr', '..'),
    idOf('dr', 'not-a-guid'),
    idOf('dr', TWO).replace('rg-test', '..'),
    idOf('dr', TWO).replace('rg-test', '%2e%2e'),
    idOf('dr', TWO).replace('Microsoft.Cache', 'Microsoft.Storage'),
    idOf('dr', TWO, 'storageAccounts'),
    `${idOf('dr', TWO)}/firewallRules/x`,
  ])('is unknown when its id makes no sense, and nothing is read there: %j', async (id) => {
    const result = await scan({ caches: { [ONE]: [[prod]] }, below: linked(linkTo(id)) });
    expect(replicasOf(result, 'prod')).toMatchObject([
      { settings: { known: false, kind: 'invalid', reason: expect.stringContaining('is not the id of a cache') } },
    ]);
    expect(tails(result.asked.places)).toEqual(['1: redis/prod/linkedServers']);
  });

  it('is unknown as a whole list when one link has no id', async () => {
    const result = await scan({ caches: { [ONE]: [[prod, wireRedis(ONE, 'dr')]] }, below: linked(linkTo(idOf('dr')), linkTo(null)) });
    expect(result.caches.find(({ name }) => name === 'prod')?.replicas).toMatchObject({ known: false, kind: 'invalid' });
  });

  it.each([
    { kind: 'permission', code: 'AUTHORIZATION_FAILED', fact: 'denied' },
    { kind: 'not_found', code: 'NOT_FOUND', fact: 'unread' },
    { kind: 'throttle', code: 'THROTTLED', fact: 'unread' },
  ] as const)('that cannot be read for $kind is unknown, and the gap names it and who waited', async ({ kind, code, fact }) => {
    const trouble = troubleAt(idOf('dr', TWO), kind, code);
    const result = await scan(
      { caches: { [ONE]: [[prod]] }, resources: { 'redis/dr': trouble }, below: linked(linkTo(idOf('dr', TWO))) },
      { ...RULES, other: [], late: ['firewallRules'] },
    );
    expect(replicasOf(result, 'prod')).toMatchObject([{ name: 'dr', settings: { known: false, kind: fact } }]);
    expect(result.gaps).toEqual([{ problem: { ...trouble.problem, affects: ['alike'] }, correlationId: 'c-1' }]);
    expect(result.scopes).toMatchObject([{ status: 'read' }, { status: 'read' }]);
  });

  it.each([
    { what: 'nothing', item: null },
    { what: 'a text', item: 'cache' },
    { what: 'another cache', item: wireRedis(TWO, 'other') },
    { what: 'a cluster', item: wireCluster(TWO, 'dr') },
    { what: 'the same name elsewhere', item: wireRedis(ONE, 'dr') },
  ])('is unknown when the answer is $what', async ({ item }) => {
    const result = await scan({ caches: { [ONE]: [[prod]] }, resources: { 'redis/dr': item }, below: linked(linkTo(idOf('dr', TWO))) });
    expect(replicasOf(result, 'prod')).toMatchObject([
      { settings: { known: false, kind: 'invalid', reason: 'the linked cache dr cannot be understood' } },
    ]);
  });

  it('does not hide a bug', async () => {
    const bug = new TypeError('x is not a function');
    const listing = { caches: { [ONE]: [[prod]] }, resources: { 'redis/dr': bug }, below: linked(linkTo(idOf('dr', TWO))) };
    await expect(scan(listing)).rejects.toBe(bug);
  });

  it('is one of several, each known for itself', async () => {
    const result = await scan({
      caches: { [ONE]: [[prod, wireRedis(ONE, 'a')]] },
      below: linked(linkTo(idOf('c', OUTSIDE)), linkTo(idOf('b')), linkTo(idOf('a'))),
    });
    expect(replicasOf(result, 'prod').map(({ name, settings }) => [name, settings.known])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ]);
  });

  it('is not looked for when the links cannot be read', async () => {
    const denied = troubleAt(idOf('prod'), 'permission', 'AUTHORIZATION_FAILED', { action: ACTIONS.linkedServers });
    const result = await scan({ caches: { [ONE]: [[prod]] }, below: { 'redis/prod/linkedservers': denied } });
    expect(result.caches).toMatchObject([{ replicas: { known: false, kind: 'denied' } }]);
    expect(result.gaps).toMatchObject([{ problem: { affects: ['alike'] } }]);
    expect(result.asked.places).toHaveLength(1);
  });
});

describe('the replica of a cluster', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => wireCluster(ONE, name));
  const all = ['a', 'b', 'c'].map((name): readonly [string, string] => [databaseOf(name), 'Linked']);

  it('is every other member of the group of its database, with its databases', async () => {
    const result = await scan(
      {
        clusters: { [ONE]: [[a, b]] },
        below: {
          'redisenterprise/a/databases': [inGroup([databaseOf('a'), 'Linked'], [databaseOf('b'), 'LinkFailed'])],
          'redisenterprise/b/databases': [wireDatabase({ clientProtocol: 'Plaintext' })],
        },
      },
      GROUP_RULES,
    );
    expect(replicasOf(result, 'a')).toMatchObject([
      {
        id: idOf('b', ONE, 'redisEnterprise'),
        name: 'b',
        link: { known: true, value: 'LinkFailed' },
        settings: {
          known: true,
          value: { minimumTlsVersion: { value: '1.2' }, databases: { known: true, value: [{ clientProtocol: { value: 'Plaintext' } }] } },
        },
      },
    ]);
    expect(replicasOf(result, 'b')).toEqual([]);
  });

  it('leaves the cluster itself out, however its id is written', async () => {
    const group = inGroup([databaseOf('A').toUpperCase(), 'Linked'], [databaseOf('b'), 'Linked']);
    const result = await scan({ clusters: { [ONE]: [[a, b]] }, below: { 'redisenterprise/a/databases': [group] } }, GROUP_RULES);
    expect(replicasOf(result, 'a').map(({ name }) => name)).toEqual(['b']);
  });

  it('has its databases read once, however many others ask', async () => {
    const group = [inGroup(...all)];
    const result = await scan(
      {
        clusters: { [ONE]: [[a, b, c]] },
        below: { 'redisenterprise/a/databases': group, 'redisenterprise/b/databases': group, 'redisenterprise/c/databases': group },
      },
      GROUP_RULES,
    );
    for (const name of ['a', 'b', 'c'])
      expect(replicasOf(result, name).map((one) => [one.name, one.settings.known && one.settings.value.databases.known])).toEqual(
        ['a', 'b', 'c'].filter((other) => other !== name).map((other) => [other, true]),
      );
    // Once for the cluster itself, and once for all its neighbours.
    const times = new Map<string, number>();
    for (const tail of tails(result.asked.places)) times.set(tail, (times.get(tail) ?? 0) + 1);
    expect([...times.values()].every((count) => count <= 2)).toBe(true);
    expect([...times.keys()].sort()).toEqual(['a', 'b', 'c'].map((name) => `1: redisEnterprise/${name}/databases`));
  });

  it('in another subscription of the scan is read by its id, then its databases', async () => {
    const result = await scan(
      {
        clusters: { [ONE]: [[a]] },
        resources: { 'redisenterprise/far': wireCluster(TWO, 'far', { publicNetworkAccess: 'Enabled' }) },
        below: { 'redisenterprise/a/databases': [inGroup([databaseOf('far', TWO), 'Linked'])] },
      },
      GROUP_RULES,
    );
    expect(tails(result.asked.places)).toEqual([
      '1: redisEnterprise/a/databases',
      '2: redisEnterprise/far',
      '2: redisEnterprise/far/databases',
    ]);
    expect(result.asked.places[1]).toMatchObject({ apiVersion: '2025-07-01', action: 'Microsoft.Cache/redisEnterprise/read' });
    expect(replicasOf(result, 'a')).toMatchObject([
      { name: 'far', settings: { value: { publicNetworkAccess: { value: 'Enabled' }, databases: { known: true } } } },
    ]);
  });

  it('outside of the scan is unknown, and not read', async () => {
    const result = await scan(
      { clusters: { [ONE]: [[a]] }, below: { 'redisenterprise/a/databases': [inGroup([databaseOf('far', OUTSIDE), 'Linked'])] } },
      GROUP_RULES,
    );
    expect(replicasOf(result, 'a')).toMatchObject([{ name: 'far', settings: { known: false, kind: 'unread' } }]);
    expect(result.asked.places).toHaveLength(1);
  });

  it('is known but for its databases when these cannot be read, and the gap says who waited', async () => {
    const denied = troubleAt(idOf('b', ONE, 'redisEnterprise'), 'permission', 'AUTHORIZATION_FAILED', { action: ACTIONS.databases });
    const listing = {
      clusters: { [ONE]: [[a, b]] },
      below: {
        'redisenterprise/a/databases': [inGroup([databaseOf('a'), 'Linked'], [databaseOf('b'), 'Linked'])],
        'redisenterprise/b/databases': denied,
      },
    };
    const result = await scan(listing, { ...GROUP_RULES, encrypted: ['databases'] });
    expect(replicasOf(result, 'a')).toMatchObject([
      { settings: { known: true, value: { minimumTlsVersion: { known: true }, databases: { known: false, kind: 'denied' } } } },
    ]);
    expect(result.gaps.map(({ problem: { scope, affects } }) => [scope, affects])).toEqual([
      [denied.problem.scope, ['alike']],
      [denied.problem.scope, ['alike', 'encrypted']],
    ]);
  });

  it.each([
    'nonsense',
    databaseOf('..', TWO),
    databaseOf('%2e%2e', TWO),
    databaseOf('far?x', TWO),
    databaseOf('far', '..'),
    `${databaseOf('far', TWO)}/x`,
    `https://evil.example${databaseOf('far', TWO)}`,
  ])('is unknown when its id makes no sense, and nothing is read there: %j', async (id) => {
    const result = await scan(
      { clusters: { [ONE]: [[a]] }, below: { 'redisenterprise/a/databases': [inGroup([id, 'Linked'])] } },
      GROUP_RULES,
    );
    expect(replicasOf(result, 'a')).toMatchObject([{ settings: { known: false, kind: 'invalid' } }]);
    expect(result.asked.places).toHaveLength(1);
  });

  it('is not looked for when the group cannot be understood, or the databases were not read', async () => {
    const broken = wireDatabase({ geoReplication: 'group' });
    const first = await scan({ clusters: { [ONE]: [[a]] }, below: { 'redisenterprise/a/databases': [broken] } }, GROUP_RULES);
    expect(first.caches).toMatchObject([{ replicas: { known: false, kind: 'invalid', actual: '"group"' } }]);
    const second = await scan(
      { clusters: { [ONE]: [[a]] }, below: { 'redisenterprise/a/databases': troubleAt('/x', 'throttle', 'THROTTLED') } },
      { alike: ['linkedServers'], b: ['databases'] },
    );
    expect(second.asked.places).toHaveLength(1);
    expect(second.caches).toMatchObject([{ replicas: { known: false } }]);
  });

  it('is nobody where the database is in no group', async () => {
    const result = await scan({ clusters: { [ONE]: [[a]] } }, GROUP_RULES);
    expect(replicasOf(result, 'a')).toEqual([]);
    expect(result.asked.places).toHaveLength(1);
  });
});
