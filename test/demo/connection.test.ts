import { setMaxListeners } from 'node:events';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { assess, awaitedBy } from '../../src/assess.ts';
import { openResourceManager } from '../../src/azure/resource-manager.ts';
import { tokenSource } from '../../src/azure/tokens.ts';
import { demoConnection } from '../../src/demo/connection.ts';
import { type DemoSubscription, ESTATE } from '../../src/demo/estate.ts';
import { belowCache, belowCluster, cacheId, clusterId, wireCache, wireCluster } from '../../src/demo/wire.ts';
import type { Cache } from '../../src/model/cache.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Outcome } from '../../src/model/finding.ts';
import type { Seen } from '../../src/model/scope.ts';
import { RULES } from '../../src/rules/index.ts';
import {
  readAccessPolicies,
  readAccessPolicyAssignments,
  readDatabaseAssignments,
  readDatabases,
  readDiagnosticSettings,
  readFirewallRules,
  readLinkedServers,
  readPatchDays,
} from '../../src/sources/decode/children.ts';
import { readCluster } from '../../src/sources/decode/cluster.ts';
import { type Decoded, readRedis } from '../../src/sources/decode/redis.ts';
import type { LiveRequest } from '../../src/sources/live.ts';
import { resourceManagerSource } from '../../src/sources/resource-manager.ts';
import { EVERY_CACHE } from '../../src/sources/selection.ts';

/** The calendar of the demo stands still. */
const TODAY = '2026-12-01';

const CACHES = ESTATE.flatMap((subscription) => (subscription.caches ?? []).map((cache) => ({ subscription, cache, name: cache.name })));
const CLUSTERS = ESTATE.flatMap((subscription) =>
  (subscription.clusters ?? []).map((cluster) => ({ subscription, cluster, name: cluster.name })),
);

const overTheWire = (item: unknown): unknown => JSON.parse(JSON.stringify(item));

const cacheOf = (decoded: Decoded): Cache => {
  if ('refused' in decoded) throw new Error(decoded.refused);
  return decoded.cache;
};

/** Facts that stand on the wire and make no sense: the estate has none of them. */
const invalidIn = (value: object): readonly string[] =>
  Object.entries(value).flatMap(([name, fact]) =>
    typeof fact === 'object' && fact !== null && 'known' in fact && fact.kind === 'invalid' ? [`${name}: ${fact.reason}`] : [],
  );

describe('the sample estate', () => {
  it.each(CACHES)('holds the cache $name as Azure would write it', ({ subscription, cache }) => {
    const decoded = cacheOf(readRedis(overTheWire(wireCache(subscription, cache))));
    expect(invalidIn(decoded)).toEqual([]);
    expect(decoded).toMatchObject({
      name: cache.name,
      kind: 'redis',
      sku: cache.sku,
      subscriptionId: subscription.id,
      tier: { known: true },
      size: { known: true },
      nonSslPort: { known: true },
      maxmemoryReserved: { known: true },
      linkedServerCount: { known: true, value: cache.linkedTo?.length ?? 0 },
    });
  });

  it.each(CLUSTERS)('holds the cluster $name as Azure would write it', ({ subscription, cluster }) => {
    const decoded = cacheOf(readCluster(overTheWire(wireCluster(subscription, cluster))));
    expect(invalidIn(decoded)).toEqual([]);
    expect(decoded).toMatchObject({
      name: cluster.name,
      kind: cluster.sku.startsWith('Enterprise_') ? 'enterprise' : 'managed',
      skuName: { known: true, value: cluster.sku },
      redundancyMode: { known: true },
    });
  });

  type Read = (items: readonly unknown[]) => Fact<readonly unknown[]>;
  const CACHE_LISTS: readonly (readonly [string, Read])[] = [
    ['firewallRules', readFirewallRules],
    ['accessPolicies', readAccessPolicies],
    ['accessPolicyAssignments', readAccessPolicyAssignments],
    ['patchSchedules', readPatchDays],
    ['linkedServers', readLinkedServers],
    ['providers/Microsoft.Insights/diagnosticSettings', readDiagnosticSettings],
  ];
  const CLUSTER_LISTS: readonly (readonly [string, Read])[] = [
    ['databases', readDatabases],
    ['databases/default/accessPolicyAssignments', readDatabaseAssignments],
    ['databases/default/providers/Microsoft.Insights/diagnosticSettings', readDiagnosticSettings],
  ];
  const unreadable = (fact: Fact<readonly unknown[]>): readonly string[] =>
    fact.known ? fact.value.flatMap((one) => (typeof one === 'object' && one !== null ? invalidIn(one) : [])) : [fact.reason];

  it.each(CACHES.flatMap((one) => CACHE_LISTS.map(([child, read]) => ({ ...one, child, read }))))(
    'can be read below $name: $child',
    ({ subscription, cache, child, read }) => {
      const below = belowCache(subscription, cache, child);
      if (below === undefined) throw new Error('no such list');
      if ('items' in below) expect(unreadable(read(below.items.map(overTheWire)))).toEqual([]);
      else expect('denied' in below ? cache.logs : cache.patchDays).toEqual('denied' in below ? null : []);
    },
  );

  it.each(CLUSTERS.flatMap((one) => CLUSTER_LISTS.map(([child, read]) => ({ ...one, child, read }))))(
    'can be read below $name: $child',
    ({ subscription, cluster, child, read }) => {
      const below = belowCluster(subscription, cluster, child);
      if (below === undefined || !('items' in below)) throw new Error('no such list');
      expect(unreadable(read(below.items.map(overTheWire)))).toEqual([]);
    },
  );

  it('has caches that never had a patch schedule, which Resource Manager does not find', () => {
    const never = CACHES.filter(({ cache }) => cache.patchDays?.length === 0);
    expect(never).not.toEqual([]);
    for (const { subscription, cache } of never) expect(belowCache(subscription, cache, 'patchSchedules')).toEqual({ none: true });
  });

  it('links what it says is linked, both ways, to what there is', () => {
    const links = ESTATE.flatMap((subscription) =>
      [...(subscription.caches ?? []), ...(subscription.clusters ?? [])].flatMap(({ name, linkedTo = [] }) =>
        linkedTo.map((other) => [subscription.name, name, other] as const),
      ),
    );
    expect(links.length).toBeGreaterThan(2);
    for (const [home, name, other] of links) expect(links).toContainEqual([home, other, name]);
  });

  it('gives every name and every id once', () => {
    const ids = [
      ...CACHES.map(({ subscription, cache }) => cacheId(subscription, cache)),
      ...CLUSTERS.map(({ subscription, cluster }) => clusterId(subscription, cluster)),
    ];
    expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(ids.length);
    expect(new Set(ESTATE.map(({ id }) => id)).size).toBe(ESTATE.length);
  });

  it('has nothing below a cache that is not asked for by its name', () => {
    const [first] = CACHES;
    const [cluster] = CLUSTERS;
    if (!first || !cluster) throw new Error('an empty estate');
    expect(belowCache(first.subscription, first.cache, 'listKeys')).toBeUndefined();
    expect(belowCluster(cluster.subscription, cluster.cluster, 'databases/other/accessPolicyAssignments')).toBeUndefined();
  });
});

/** The demo scanned as the command does it, but for the command. */
const scanDemo = async (request: Partial<LiveRequest> = {}) => {
  const connection = demoConnection();
  const asked: string[] = [];
  const transport = {
    sendRequest: (sent: ReturnType<typeof createPipelineRequest>) => {
      asked.push(`${sent.method} ${sent.url.replace(/^https:\/\/[^/]+/, '')}`);
      return connection.transport.sendRequest(sent);
    },
  };
  const traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const arm = openResourceManager({
    ...connection,
    transport,
    traffic,
    tokens: tokenSource({
      credential: connection.credential,
      scope: `${connection.cloud.audience}/.default`,
      timeoutMs: 5_000,
      now: Date.now,
    }),
    retries: 0,
    timeLeft: () => 60_000,
    now: Date.now,
    random: () => 0,
    signal,
    userAgent: 'redvet/test',
    concurrency: 8,
  });
  const seen: Seen[] = [];
  const source = resourceManagerSource(arm, {
    managementGroups: [],
    selection: EVERY_CACHE,
    subscriptions: [],
    concurrency: 8,
    kinds: new Set(['redis', 'managed', 'enterprise']),
    awaited: (cache) => awaitedBy(cache, RULES, TODAY),
    watch: () => {},
    ...request,
  });
  for await (const one of source.open()) seen.push(one);
  const caches = seen.flatMap((one) => (one.type === 'cache' ? [one.cache] : []));
  const assessments = caches.map((cache) => assess(cache, RULES, TODAY));
  return { seen, asked, traffic, caches, assessments };
};

const { seen, asked, traffic, caches, assessments } = await scanDemo();

const verdicts = assessments.flatMap(({ cache, judgements }) =>
  judgements.map(({ rule, verdict }) => ({ cache: cache.name, rule: rule.id, verdict })),
);

const rulesWith = (outcome: Outcome): ReadonlySet<string> =>
  new Set(verdicts.filter(({ verdict }) => verdict.outcome === outcome).map(({ rule }) => rule));

describe('the demo', () => {
  it('shows every cache and cluster, in order, and why the rest was not read', () => {
    expect(caches.map(({ name }) => name).sort()).toEqual([...CACHES, ...CLUSTERS].map(({ name }) => name).sort());
    const statuses = seen.flatMap((one) => (one.type === 'subscription' ? [[one.subscription.name, one.subscription.status]] : []));
    const expected = (subscription: DemoSubscription): string => {
      if (subscription.state !== 'Enabled') return 'skipped';
      return subscription.caches === null ? 'denied' : 'read';
    };
    expect(statuses).toEqual(ESTATE.map((subscription) => [subscription.name, expected(subscription)]));
  });

  it('fails to read what the estate denies, and nothing else', () => {
    const gaps = seen.flatMap((one) => (one.type === 'gap' ? [one.gap.problem] : []));
    expect(gaps.map(({ kind, action, affects }) => [kind, action, affects])).toEqual([
      ['permission', 'Microsoft.Insights/diagnosticSettings/read', expect.arrayContaining(['diagnostic-logs-enabled'])],
      ['permission', 'Microsoft.Cache/redis/read', ['*']],
      ['permission', 'Microsoft.Cache/redisEnterprise/read', ['*']],
    ]);
    expect(gaps[0]?.scope).toMatch(/\/identity-sessions$/);
  });

  it('leaves nothing unread that a rule waits for, and no rule crashes', () => {
    expect(verdicts.filter(({ verdict }) => verdict.awaits !== undefined)).toEqual([]);
    expect(assessments.flatMap(({ problems }) => problems)).toEqual([]);
    expect(verdicts.filter(({ verdict }) => verdict.outcome === 'not_evaluated')).toEqual([]);
  });

  it('has unknown verdicts only where the estate leaves something out or denies it', () => {
    const unknown = verdicts.filter(({ verdict }) => verdict.outcome === 'unknown').map(({ cache, rule }) => `${cache} ${rule}`);
    const identity = ['diagnostic-logs-enabled', 'entra-audit-log-enabled'].map((rule) => `identity-sessions ${rule}`);
    expect(unknown.sort()).toEqual(['feature-flags access-keys-disabled', ...identity].sort());
  });

  it('has a failure for each rule to show, but for what needs a setting of its own and what only declarations hold', () => {
    const never = RULES.map(({ id }) => id).filter((id) => !rulesWith('fail').has(id));
    expect(never).toEqual(['no-secrets-in-declarations', 'required-tags-present']);
  });

  it('has a pass for each rule to show, but for what nobody can pass and what only declarations hold', () => {
    const never = RULES.map(({ id }) => id).filter((id) => !rulesWith('pass').has(id));
    expect(never).toEqual(['no-secrets-in-declarations', 'tier-not-retiring', 'required-tags-present']);
  });

  it('has a cache where all is well, but for the tier', () => {
    const failing = new Set(
      verdicts
        .filter(({ verdict, rule }) => verdict.outcome !== 'pass' && verdict.outcome !== 'not_applicable' && rule !== 'tier-not-retiring')
        .map(({ cache }) => cache),
    );
    expect(caches.filter(({ name }) => !failing.has(name)).length).toBeGreaterThan(0);
  });

  it('judges the cache that is being deleted by no rule, and reads nothing below it', () => {
    expect(new Set(verdicts.filter(({ cache }) => cache === 'loadtest-tmp').map(({ verdict }) => verdict.outcome))).toEqual(
      new Set(['not_applicable']),
    );
    expect(asked.filter((request) => request.includes('loadtest-tmp/'))).toEqual([]);
  });

  it('asks for nothing twice, and only reads', () => {
    const reads = asked.filter((request) => !request.includes('/oauth2/') && !request.includes('openid-configuration'));
    expect(reads.filter((request) => !request.startsWith('GET '))).toEqual([]);
    const twice = reads.filter((request, index) => reads.indexOf(request) !== index && !/\/databases\?/.test(request));
    expect(twice).toEqual([]);
    expect(traffic.retries).toBe(0);
    expect(traffic.apiCalls).toBe(reads.length);
  });

  it('is the same each time', async () => {
    expect((await scanDemo({ concurrency: 1 })).seen).toEqual(seen);
  });

  it('reads two lists for a subscription, and nothing below a cache, when no rule waits', async () => {
    const quiet = await scanDemo({ awaited: () => new Map() });
    const places = quiet.asked.filter((request) => /Microsoft\.Cache\/[^/?]+\//.test(request));
    expect(places).toEqual([]);
    const known = quiet.caches.filter(({ kind, firewallRules, databases }) => (kind === 'redis' ? firewallRules.known : databases.known));
    expect(known).toEqual([]);
  });
});

describe('the Resource Manager of the demo', () => {
  const { transport, cloud } = demoConnection();
  const get = async (path: string) => {
    const { status, bodyAsText } = await transport.sendRequest(createPipelineRequest({ url: `${cloud.endpoint}${path}` }));
    const body: unknown = JSON.parse(bodyAsText ?? '');
    return { status, body };
  };
  const [first] = CACHES;
  const path = first === undefined ? '' : cacheId(first.subscription, first.cache);

  it.each([
    { asked: '/subscriptions/nowhere/providers/Microsoft.Cache/redis', status: 404 },
    { asked: `/subscriptions/${ESTATE[0]?.id}/providers/Microsoft.Cache/other`, status: 404 },
    { asked: `${path}/listKeys`, status: 404 },
    { asked: `${path}x/firewallRules`, status: 404 },
    { asked: `${path}/firewallRules`, status: 200 },
    { asked: `/subscriptions/${ESTATE[3]?.id}/providers/Microsoft.Cache/redis`, status: 403 },
    { asked: `/subscriptions/${ESTATE[3]?.id}/providers/Microsoft.Cache/redisEnterprise`, status: 403 },
  ])('answers $status to $asked', async ({ asked: url, status }) => {
    const answer = await get(url);
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.body).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
  });

  it('has pages, as the real one', async () => {
    const { body } = await get(`/subscriptions/${ESTATE[0]?.id}/providers/Microsoft.Cache/redis?api-version=2024-11-01`);
    expect(body).toMatchObject({ value: expect.any(Array), nextLink: expect.stringContaining(cloud.endpoint) });
  });
});
