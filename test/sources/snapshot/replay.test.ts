import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess, awaitedBy } from '../../../src/assess.ts';
import { openResourceManager, type ResourceManager } from '../../../src/azure/resource-manager.ts';
import { tokenSource } from '../../../src/azure/tokens.ts';
import { demoConnection } from '../../../src/demo/connection.ts';
import type { Seen } from '../../../src/model/scope.ts';
import { evaluate } from '../../../src/policy/evaluate.ts';
import { NO_WAIVERS } from '../../../src/policy/waivers.ts';
import { findingJson } from '../../../src/reporters/result-json.ts';
import { RULES } from '../../../src/rules/index.ts';
import type { LiveRequest } from '../../../src/sources/live.ts';
import { resourceManagerSource } from '../../../src/sources/resource-manager.ts';
import { EVERY_CACHE, type Selection } from '../../../src/sources/selection.ts';
import type { Answers } from '../../../src/sources/snapshot/answer.ts';
import { everythingFor } from '../../../src/sources/snapshot/everything.ts';
import { scopeFields } from '../../../src/sources/snapshot/header.ts';
import { recording } from '../../../src/sources/snapshot/record.ts';
import { armOf, type Listing, type Page, troubleAt } from '../../support/arm.ts';
import { subscriptionId, wireCluster, wireDatabase, wireRedis, wireSubscription } from '../../support/resource-manager.ts';
import { digest, header, problemsIn, seenIn, whole } from '../../support/snapshot.ts';

const TODAY = '2026-12-01';

const [ONE, TWO] = [subscriptionId(1), subscriptionId(2)];

type Asked = Partial<Pick<LiveRequest, 'subscriptions' | 'managementGroups' | 'concurrency'>> & { readonly selection?: Partial<Selection> };

const awaited: LiveRequest['awaited'] = (cache) => awaitedBy(cache, RULES, TODAY);

const requestOf = ({ selection = {}, ...asked }: Asked): LiveRequest => ({
  subscriptions: [],
  managementGroups: [],
  concurrency: 4,
  kinds: new Set(['redis', 'managed', 'enterprise']),
  awaited,
  watch: () => {},
  ...asked,
  selection: { ...EVERY_CACHE, ...selection },
});

const seenOf = async (arm: ResourceManager, request: LiveRequest, take: (seen: Seen) => void = () => {}): Promise<readonly Seen[]> => {
  const seen: Seen[] = [];
  for await (const one of resourceManagerSource(arm, request).open()) {
    take(one);
    seen.push(one);
  }
  return seen;
};

/** A snapshot of what a Resource Manager answers, as `redvet collect` writes it. */
const collected = async (arm: ResourceManager, asked: Asked): Promise<string> => {
  const request = requestOf(asked);
  const recorder = recording(new AbortController().signal);
  const lines: Answers[] = [];
  await seenOf(recorder.overhear(arm), { ...request, awaited: everythingFor(RULES) }, (seen) => {
    lines.push(...recorder.takeGeneral());
    if (seen.type === 'subscription') lines.push(...recorder.takeSubscription(seen.subscription.id));
    if (seen.type === 'cache') lines.push(...recorder.takeCache(seen.cache));
  });
  lines.push(...recorder.takeGeneral(), ...recorder.takeRest());
  const options = scopeFields({ ...request, rules: null });
  return whole([header({ options }), ...lines.map((line) => ({ type: 'answers', ...line }))]);
};

/** What comes of it: all findings of all rules, field by field, and what could not be read. */
const outcomeOf = (seen: readonly Seen[]) =>
  seen.map((one) =>
    one.type === 'cache'
      ? evaluate(assess(one.cache, RULES, TODAY), {
          failOn: 'high',
          allowEmpty: false,
          allowIncomplete: false,
          waivers: NO_WAIVERS,
          baseline: null,
          digest,
        }).findings.map(findingJson)
      : one,
  );

/** What could not be read. That a selector matches nothing in one of many files is for the reader of all to say. */
const unreadIn = (seen: readonly Seen[]) =>
  seen.flatMap((one) =>
    one.type === 'gap' && !/^(?:NOTHING_MATCHED|SUBSCRIPTION_NOT_FOUND|NO_SUBSCRIPTION)$/.test(one.gap.problem.code) ? [one.gap] : [],
  );

const outcomeOfFindings = (seen: readonly Seen[]) => outcomeOf(seen.filter(({ type }) => type === 'cache'));

const demo = (): ResourceManager => {
  const connection = demoConnection();
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const limits = { concurrency: 8, retries: 0, timeLeft: () => 60_000, now: Date.now, random: () => 0, userAgent: 'redvet/test' };
  const scope = `${connection.cloud.audience}/.default`;
  return openResourceManager({
    ...connection,
    ...limits,
    traffic: { apiCalls: 0, retries: 0, throttledMs: 0 },
    tokens: tokenSource({ credential: connection.credential, scope, timeoutMs: 5_000, now: Date.now }),
    signal,
  });
};

const DEMO_CACHE =
  '/subscriptions/7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1001/resourceGroups/rg-shop/providers/Microsoft.Cache/Redis/shop-sessions-prod';

describe('the demo, collected and judged later,', () => {
  const SELECTIONS: readonly { readonly what: string; readonly asked: Asked }[] = [
    { what: 'all of it', asked: {} },
    { what: 'a subscription', asked: { subscriptions: ['harborline-staging'] } },
    { what: 'a disabled subscription', asked: { subscriptions: ['harborline-pilot-2019'] } },
    { what: 'a subscription that is not there', asked: { subscriptions: ['harborline-staging', 'gone'] } },
    { what: 'a management group', asked: { managementGroups: ['mg-harborline'] } },
    { what: 'a management group that is not there', asked: { managementGroups: ['mg-none'] } },
    { what: 'a resource group', asked: { selection: { resourceGroups: ['RG-SHOP'] } } },
    { what: 'a cache of which a replica is left out', asked: { selection: { caches: ['shop-sessions-prod'] } } },
    { what: 'a cache by its id', asked: { selection: { caches: [DEMO_CACHE] } } },
    { what: 'a tag', asked: { selection: { tags: [{ name: 'owner', value: 'team-shop' }] } } },
    { what: 'all but some', asked: { selection: { excluded: ['*/rg-shop*', '/subscriptions/7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1003/*'] } } },
  ];
  it.each(SELECTIONS)('is what it was: $what', async ({ asked }) => {
    const live = await seenOf(demo(), requestOf(asked));
    const text = await collected(demo(), asked);
    expect(outcomeOf(await seenIn(text, { awaited }))).toEqual(outcomeOf(live));
  });

  it.each(SELECTIONS.filter(({ asked }) => asked.managementGroups === undefined))(
    'is what it was when it is narrowed only then: $what',
    async ({ asked: { subscriptions = [], selection = {} } }) => {
      const live = await seenOf(demo(), requestOf({ subscriptions, selection }));
      const text = await collected(demo(), {});
      const narrowed = await seenIn(text, { awaited, selection: { ...selection, subscriptions } });
      expect(outcomeOfFindings(narrowed)).toEqual(outcomeOfFindings(live));
      expect(unreadIn(narrowed)).toEqual(unreadIn(live));
    },
  );

  it('is the same file whatever the concurrency', async () => {
    const [one, other] = [await collected(demo(), { concurrency: 1 }), await collected(demo(), { concurrency: 16 })];
    expect(one).toBe(other);
    expect(one.split('\n').length).toBeGreaterThan(20);
  });

  it('is the same file whatever comes first', async () => {
    const [one, other] = [1, -1].map((sign) =>
      armOf({
        subscriptions: [[wireSubscription(TWO), wireSubscription(ONE)]],
        caches: { [ONE]: [[wireRedis(ONE, 'b', LINKED), wireRedis(ONE, 'a')]], [TWO]: [[wireRedis(TWO, 'c')]] },
        below: { 'redis/b/linkedservers': [linkOf(TWO, 'c')] },
        resources: { 'redis/c': wireRedis(TWO, 'c') },
        delay: (asked) => 20 + ((asked.length * sign) % 11),
      }),
    );
    const text = await collected(one?.arm ?? demo(), {});
    expect(text).toBe(await collected(other?.arm ?? demo(), {}));
    const lines = text.split('\n').flatMap((line) => /"below":"([^"]*)"/.exec(line)?.[1]?.replace(/^.*Microsoft\.Cache\//, '') ?? []);
    expect(lines).toEqual([
      ...['/subscriptions', 'redis/a', 'redis/b', 'redis', 'redisEnterprise'],
      ...['redis/c', 'redis', 'redisEnterprise', 'redis/c'],
    ]);
  });

  it('asks for nothing below a cache that is being deleted, which no rule judges', async () => {
    const { arm, asked } = armOf({
      subscriptions: [[wireSubscription(ONE)]],
      caches: { [ONE]: [[wireRedis(ONE, 'gone', { provisioningState: 'Deleting' })]] },
    });
    await collected(arm, {});
    expect(asked.places).toEqual([]);
  });

  it('asks for everything that any rule may ask for, on another day and with other options too', async () => {
    const text = await collected(demo(), {});
    const everything = everythingFor(RULES);
    expect(problemsIn(await seenIn(text, { awaited: everything })).filter((problem) => problem.startsWith('NOT_IN_SNAPSHOT'))).toEqual([]);
    const stricter = RULES.map((rule) =>
      rule.id === 'public-network-access-disabled' ? rule.withOptions({ acceptNarrowFirewall: true }) : rule,
    );
    const seen = await seenIn(text, { awaited: (cache) => awaitedBy(cache, stricter, '2030-01-01') });
    expect(problemsIn(seen).filter((problem) => problem.startsWith('NOT_IN_SNAPSHOT'))).toEqual([]);
  });

  it('for two narrower selections at once is what both leave', async () => {
    const text = await collected(demo(), { selection: { resourceGroups: ['rg-shop', 'rg-pricing'] } });
    const seen = await seenIn(text, { awaited, selection: { resourceGroups: ['rg-shop', 'rg-platform'] } });
    expect(seen.flatMap((one) => (one.type === 'cache' ? [one.cache.resourceGroup] : []))).toEqual(['rg-shop', 'rg-shop', 'rg-shop']);
  });
});

/** Values of the properties that rules judge: good, bad, absent, odd. */
const odd = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>('Enabled', 'Disabled', true, false, '1.0', '1.2', undefined, null, 'True', 7, [], {}) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>('password=CANARY', 'AccountKey=CANARY==;x', 'Bearer CANARYCANARY', `${'A'.repeat(43)}=`),
  },
);

const NAMES = ['a', 'b', 'c', 'd'];
const KINDS = [
  ['permission', 'AUTHORIZATION_FAILED'],
  ['throttle', 'THROTTLED'],
  ['not_found', 'NOT_FOUND'],
  ['network', 'ECONNRESET'],
  ['malformed', 'NOT_JSON'],
] as const;

const failure = fc
  .constantFrom(...KINDS)
  .map(([kind, code]) => troubleAt('/scope', kind, code, { message: 'password=CANARY of the service' }));

const idOf = (subscription: string, type: string, name: string): string =>
  `/subscriptions/${subscription}/resourceGroups/rg-test/providers/Microsoft.Cache/${type}/${name}`;

const redisOf = (subscription: string) =>
  fc
    .record({
      name: fc.constantFrom(...NAMES),
      property: fc.constantFrom(
        'enableNonSslPort',
        'minimumTlsVersion',
        'publicNetworkAccess',
        'redisConfiguration',
        'sku',
        'provisioningState',
        'accessKeys',
      ),
      value: odd,
      linked: fc.boolean(),
    })
    .map(({ name, property, value, linked }) =>
      wireRedis(subscription, name, { linkedServers: linked ? [{ id: 'x' }] : [], [property]: value }),
    );

const clusterOf = (subscription: string) =>
  fc
    .record({
      name: fc.constantFrom(...NAMES),
      property: fc.constantFrom('publicNetworkAccess', 'encryption', 'redundancyMode'),
      value: odd,
    })
    .map(({ name, property, value }) => wireCluster(subscription, name, { [property]: value }));

const pagesOf = (item: fc.Arbitrary<unknown>): fc.Arbitrary<readonly Page[]> =>
  fc
    .tuple(
      fc.array(fc.array(fc.oneof({ weight: 8, arbitrary: item }, { weight: 1, arbitrary: odd }), { maxLength: 4 }), { maxLength: 2 }),
      fc.option(failure, { freq: 4 }),
    )
    .map(([pages, end]): readonly Page[] => (end === null ? [[], ...pages] : [...pages, end]));

const linkOf = (subscription: string, name: string) => ({
  name,
  properties: { linkedRedisCacheId: idOf(subscription, 'Redis', name), provisioningState: 'Succeeded' },
});

const LINKED = { linkedServers: [{ id: 'x' }] };

const linkTo = fc.tuple(fc.constantFrom(ONE, TWO), fc.constantFrom(...NAMES)).map(([subscription, name]) => linkOf(subscription, name));

const database = fc
  .tuple(odd, fc.array(fc.tuple(fc.constantFrom(ONE, TWO), fc.constantFrom(...NAMES)), { maxLength: 2 }))
  .map(([value, links]) =>
    wireDatabase({
      clientProtocol: value,
      geoReplication: {
        linkedDatabases: links.map(([subscription, name]) => ({
          id: `${idOf(subscription, 'redisEnterprise', name)}/databases/default`,
          state: 'Linked',
        })),
      },
    }),
  );

const CHILDREN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  firewallrules: fc.tuple(odd, fc.uuid()).map(([value, name]) => ({ name, properties: { startIP: value, endIP: '10.0.0.9' } })),
  // Of one name the values decide the order, and so would those that are redacted.
  accesspolicyassignments: fc
    .tuple(odd, fc.uuid())
    .map(([value, name]) => ({ name, properties: { accessPolicyName: value, objectId: 'o' } })),
  accesspolicies: fc
    .constantFrom('+@all ~* >CANARY', '+@read ~a:*', '~password: +@all')
    .map((permissions) => ({ name: 'Enabled', properties: { permissions } })),
  patchschedules: odd.map((value) => ({ name: 'default', properties: { scheduleEntries: value } })),
  linkedservers: linkTo,
  databases: database,
  'providers/microsoft.insights/diagnosticsettings': odd.map((value) => ({ name: 's', properties: { logs: value } })),
  'databases/default/providers/microsoft.insights/diagnosticsettings': odd.map((value) => ({ name: 's', properties: { logs: value } })),
};

const below = fc
  .array(
    fc
      .tuple(fc.constantFrom('redis', 'redisenterprise'), fc.constantFrom(...NAMES), fc.constantFrom(...Object.keys(CHILDREN)))
      .chain(([type, name, child]) =>
        fc
          .oneof<fc.Arbitrary<Page>[]>(fc.array(CHILDREN[child] ?? odd, { maxLength: 3 }), failure)
          .map((page): readonly [string, Page] => [`${type}/${name}/${child}`, page]),
      ),
    { maxLength: 12 },
  )
  .map((all) => Object.fromEntries(all));

const listing: fc.Arbitrary<Listing> = fc.record({
  subscriptions: fc
    .tuple(fc.constantFrom('Enabled', 'Disabled', null), fc.option(failure, { freq: 8 }))
    .map(([state, end]) => [[wireSubscription(ONE), wireSubscription(TWO, { state })], ...(end === null ? [] : [end])]),
  caches: fc.record({ [ONE]: pagesOf(redisOf(ONE)), [TWO]: pagesOf(redisOf(TWO)) }),
  clusters: fc.record({ [ONE]: pagesOf(clusterOf(ONE)), [TWO]: pagesOf(clusterOf(TWO)) }),
  below,
  resources: fc.record({ 'redis/a': redisOf(TWO), 'redis/b': failure, 'redisenterprise/a': clusterOf(TWO) }),
});

describe('any estate, collected and judged later,', () => {
  it('is what it was, whatever its answers hold and wherever they fail, and holds no secret', async () => {
    await fc.assert(
      fc.asyncProperty(listing, async (estate) => {
        // Resource Manager's answers come out of JSON.
        const wire: Listing = { ...estate, ...revived(estate) };
        const live = await seenOf(armOf(wire).arm, requestOf({}));
        const text = await collected(armOf(wire).arm, {});
        expect(text).not.toContain('CANARY');
        expect(told(await seenIn(text, { awaited }))).toEqual(told(live));
      }),
      { numRuns: 100 },
    );
  });
});

/** A secret is redacted before a message is made of it, or after: then what follows may be gone, too. */
const told = (seen: readonly Seen[]): unknown =>
  JSON.parse(
    JSON.stringify(outcomeOf(seen))
      .replaceAll(/password=\w+/g, 'password=(redacted)')
      .replaceAll(/\(redacted\)[\w.-]*/g, '(redacted)'),
  );

/** Everything but errors through JSON. */
const revived = ({ caches = {}, clusters = {}, below: lists = {}, resources = {} }: Listing): Partial<Listing> => {
  const page = <T>(value: T): T => (value instanceof Error ? value : JSON.parse(JSON.stringify(value)));
  const each = <T>(values: Readonly<Record<string, T>>, change: (value: T) => T) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
  return {
    caches: each(caches, (pages) => pages.map(page)),
    clusters: each(clusters, (pages) => pages.map(page)),
    below: each(lists, page),
    resources: each(resources, page),
  };
};
