import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BY_SIX_RULES, type Ended, redvet, scan } from '../support/redvet.ts';
import {
  type Estate,
  GRAPH_PATH,
  graphCalls,
  type LoopbackArm,
  listCalls,
  READER,
  type Received,
  type Reply,
  type Row,
  startResourceManager,
  subscriptionId,
  TENANT,
  tokenCalls,
  wireCluster,
  wireDatabase,
  wireRedis,
  wireSubscription,
} from '../support/resource-manager.ts';

/** Resource Graph over real sockets, by the built binary. */

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];

interface Finding {
  readonly ruleId: string;
  readonly resourceId: string;
  readonly outcome: string;
}

interface Result {
  readonly findings: readonly Finding[];
  readonly caches: readonly unknown[];
  readonly problems: readonly {
    readonly code: string;
    readonly scope: string | null;
    readonly message: string;
    readonly hint: string | null;
  }[];
  readonly summary: Readonly<Record<string, number>>;
  readonly scope: { readonly subscriptions: readonly { readonly id: string; readonly status: string }[] };
  readonly run: { readonly source: string; readonly options: Readonly<Record<string, unknown>> };
  readonly status: { readonly exitCode: number; readonly complete: boolean; readonly reason: string };
}

const resultOf = ({ stdout }: Ended): Result => JSON.parse(stdout);

const JSON_OUT = ['-o', 'json', '-q'];

const GRAPH = ['--source', 'graph', ...JSON_OUT];

/** The same numbers for the same seed (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

type Wire = Readonly<Record<string, unknown>>;

/** An estate that nobody thought of: every property as it should be, bad, missing, null or of the wrong type. */
const generatedEstate = (seed: number): Estate => {
  const random = randomFrom(seed);
  const one = <T>(...values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
  const flag = () => one<unknown>(true, false, false, 'true', null, undefined);
  const access = () => one<unknown>('Enabled', 'Disabled', 'Disabled', 'SecuredByPerimeter', null, undefined);
  const subnet = `/subscriptions/${ONE}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
  const endpoints = (id: string) =>
    one<unknown>(
      undefined,
      [],
      [
        {
          id: `${id}/privateEndpointConnections/pe`,
          properties: { privateLinkServiceConnectionState: { status: one('Approved', 'Pending', 'Odd') } },
        },
      ],
    );
  const below: Record<string, readonly unknown[]> = {};
  const redis = (subscription: string, name: string): Wire => {
    const wire = wireRedis(subscription, name, {}, {});
    const child = (list: string, items: readonly unknown[]) => {
      if (random() < 0.7) below[`${name}/${list}`.toLowerCase()] = items;
    };
    child('firewallRules', [{ name: `${name}/all`, properties: { startIP: '0.0.0.0', endIP: one('255.255.255.255', '0.0.0.9', 'x') } }]);
    child('accessPolicyAssignments', [{ name: 'a', properties: { accessPolicyName: one('Data Owner', 'Data Reader'), objectId: 'o' } }]);
    child('patchSchedules', [{ name: 'default', properties: { scheduleEntries: [{ dayOfWeek: one('Sunday', 'Someday') }] } }]);
    const tier = one('Basic', 'Standard', 'Premium');
    const [zonalAllocationPolicy, zones] =
      one<readonly unknown[]>(['Automatic'], ['NoZones'], ['UserDefined', ['1', '2']], ['UserDefined', 'x'], [undefined, ['1']], []) ?? [];
    return wireRedis(
      subscription,
      name,
      {
        sku: one<unknown>({ name: tier, family: tier === 'Premium' ? 'P' : 'C', capacity: one(0, 1, 2) }, undefined),
        enableNonSslPort: flag(),
        minimumTlsVersion: one<unknown>('1.0', '1.2', '1.3', 'TLS1_2', null, undefined),
        publicNetworkAccess: access(),
        disableAccessKeyAuthentication: flag(),
        updateChannel: one<unknown>('Stable', 'Preview', 'Odd', undefined),
        zonalAllocationPolicy,
        subnetId: one<unknown>(undefined, undefined, subnet, 7),
        redisVersion: one<unknown>('6.0', '4.0', undefined),
        provisioningState: one('Succeeded', 'Succeeded', 'Updating', 'Deleting'),
        privateEndpointConnections: endpoints(wire.id),
        redisConfiguration: one<unknown>(
          undefined,
          {
            maxclients: '7500',
            'aad-enabled': one('true', 'False', 'odd'),
            authnotrequired: one('true', 'false', undefined),
            'maxmemory-reserved': one('642', '1'),
          },
          { 'rdb-backup-enabled': 'true', 'preferred-data-persistence-auth-method': one('SAS', 'ManagedIdentity') },
        ),
        linkedServers: one<unknown>([], [], [{ id: 'x' }], undefined),
      },
      { tags: one<unknown>({}, { owner: 'x' }, null, 7), zones },
    );
  };
  const cluster = (subscription: string, name: string): Wire => {
    const { id } = wireCluster(subscription, name);
    below[`${name}/databases`] = [
      wireDatabase({
        clientProtocol: one<unknown>('Encrypted', 'Plaintext', undefined),
        accessKeysAuthentication: access(),
        persistence: one<unknown>(undefined, { rdbEnabled: true }, { aofEnabled: flag() }),
      }),
    ];
    return wireCluster(
      subscription,
      name,
      {
        minimumTlsVersion: one<unknown>('1.2', '1.0', undefined),
        publicNetworkAccess: access(),
        highAvailability: one<unknown>('Enabled', 'Disabled', undefined),
        redundancyMode: one<unknown>('ZR', 'LR', 'None', undefined),
        encryption: one<unknown>(undefined, {}, { customerManagedKeyEncryption: { keyEncryptionKeyUrl: 'https://v.example/k' } }),
        privateEndpointConnections: endpoints(id),
      },
      { sku: { name: one('Balanced_B10', 'Enterprise_E10', 'MemoryOptimized_M10') }, zones: one<unknown>(undefined, ['1', '2', '3']) },
    );
  };
  const ids = [THREE, ONE, TWO];
  const many = (most: number): readonly number[] => Array.from({ length: Math.floor(random() * most) }, (_, nth) => nth);
  return {
    subscriptions: ids,
    pageSize: 7,
    caches: Object.fromEntries(ids.map((id, nth) => [id, many(14).map((n) => redis(id, `${one('a', 'B', 'c')}-${nth}-${n}`))])),
    clusters: Object.fromEntries(ids.map((id, nth) => [id, many(7).map((n) => cluster(id, `e-${nth}-${n}`))])),
    below,
  };
};

/** The index as it would be if it followed an API of long ago: without the properties that came later, and with what it cannot know as null. */
const ofOldApi = (row: Row): Row => {
  const LATER = [
    ...[
      'disableAccessKeyAuthentication',
      'updateChannel',
      'zonalAllocationPolicy',
      'publicNetworkAccess',
      'highAvailability',
      'redundancyMode',
    ],
    ...['encryption', 'privateEndpointConnections', 'minimumTlsVersion'],
  ];
  const properties = Object.entries(Object(row['properties'])).filter(([name]) => !LATER.includes(name));
  return { ...row, properties: Object.fromEntries(properties) };
};

describe('both live sources', () => {
  it('say the same of the sample estate, whatever else they tell', async () => {
    const [arm, graph] = await Promise.all(
      [
        ['--source', 'arm'],
        ['--source', 'graph'],
      ].map((source) => redvet(['demo', ...source, ...JSON_OUT])),
    );
    const [one, other] = [arm, graph].map((ended) => resultOf(ended ?? Object()));
    expect(one?.findings.length).toBeGreaterThan(400);
    expect(other?.findings).toEqual(one?.findings);
    expect(other?.caches).toEqual(one?.caches);
    expect([arm?.code, graph?.code]).toEqual([1, 1]);
    expect([one?.run.source, other?.run.source]).toEqual(['arm', 'graph']);
  });

  const SEEDS = [1, 2, 3];

  it.each(SEEDS)('say the same of a generated estate, also when the index follows an older version of the API: %s', async (seed) => {
    const generated = generatedEstate(seed);
    const [arm, old] = await Promise.all([generated, { ...generated, indexed: ofOldApi }].map(startResourceManager));
    if (arm === undefined || old === undefined) throw new Error('not started');
    const [direct, graph, older] = (await Promise.all([scan(arm, JSON_OUT), scan(arm, GRAPH), scan(old, GRAPH)])).map(resultOf);
    await Promise.all([arm.close(), old.close()]);
    expect(direct?.findings.length).toBeGreaterThan(0);
    expect(graph?.findings).toEqual(direct?.findings);
    expect(graph?.caches).toEqual(direct?.caches);
    expect(graph?.status).toEqual(direct?.status);
    expect(older?.findings).toEqual(direct?.findings);
    expect(older?.status).toEqual(direct?.status);
  });

  it.each(SEEDS)('never pass by the index alone what does not pass otherwise: %s', async (seed) => {
    const generated = generatedEstate(seed);
    const arms = await Promise.all([generated, generated, { ...generated, indexed: ofOldApi }].map(startResourceManager));
    const flags = [[], ['--graph-only'], ['--graph-only']];
    const [direct, only, older] = await Promise.all(
      arms.map(async (arm, nth) => resultOf(await scan(arm, [...JSON_OUT, ...(flags[nth] ?? [])]))),
    );
    const keyOf = ({ ruleId, resourceId }: Finding): string => `${ruleId} ${resourceId}`;
    const outcomes = new Map(direct?.findings.map((finding) => [keyOf(finding), finding.outcome]));
    for (const { findings } of [only, older].filter((result) => result !== undefined)) {
      expect(findings).toHaveLength(outcomes.size);
      expect(findings.filter((finding) => finding.outcome === 'pass' && outcomes.get(keyOf(finding)) !== 'pass')).toEqual([]);
    }
    expect(only?.summary['notEvaluated']).toBeGreaterThan(0);
    const asked = arms.map(({ requests }) => requests.filter(({ path }) => /\/providers\/Microsoft\.Cache/i.test(path)).length);
    expect(asked).toEqual([expect.any(Number), 0, 0]);
    expect(asked[0]).toBeGreaterThan(0);
    await Promise.all(arms.map((arm) => arm.close()));
  });
});

const estate = (more: Partial<Estate> = {}): Estate => ({
  subscriptions: [THREE, ONE, TWO],
  caches: {
    [ONE]: ['a', 'b', 'c'].map((name) => wireRedis(ONE, name, { updateChannel: 'Stable' })),
    [TWO]: [wireRedis(TWO, 'd', { updateChannel: 'Stable' })],
  },
  ...more,
});

/** Changes what Resource Graph answers to the query that begins with that word. */
const instead =
  (table: string, reply: (received: Received, nth: number) => Reply | undefined): NonNullable<Estate['reply']> =>
  (received, nth) =>
    received.path.startsWith(GRAPH_PATH) && received.body.includes(`"query":"${table}\\n`) ? reply(received, nth) : undefined;

const page = (differences: Wire): Reply => ({
  body: { totalRecords: 0, count: 0, data: [], facets: [], resultTruncated: 'false', ...differences },
});

const rows = (count: number) =>
  Array.from({ length: count }, (_, nth) => ({ ...wireRedis(ONE, `x${nth}`, { updateChannel: 'Stable' }), subscriptionId: ONE }));

describe('redvet scan --source graph', () => {
  it('reads a whole tenant with two queries and no list, and says where it read', async () => {
    const arm = await startResourceManager(estate());
    const ended = await scan(arm, [...GRAPH, ...BY_SIX_RULES]);
    await arm.close();
    const { summary, run, status, scope } = resultOf(ended);
    expect({ code: ended.code, complete: status.complete, caches: summary['caches'], source: run.source }).toEqual({
      code: 0,
      complete: true,
      caches: 4,
      source: 'graph',
    });
    expect(run.options).toMatchObject({ source: 'graph', graphOnly: false });
    expect(scope.subscriptions.map(({ id, status: read }) => [id, read])).toEqual([ONE, TWO, THREE].map((id) => [id, 'read']));
    expect([graphCalls(arm, 'resources').length, graphCalls(arm, 'resourcecontainers').length]).toEqual([1, 1]);
    expect(listCalls(arm)).toEqual([]);
    expect(arm.requests.filter(({ method }) => method === 'POST').map(({ path }) => path.replace(/\?.*/, ''))).toEqual([
      expect.stringMatching(/token$/),
      GRAPH_PATH,
      GRAPH_PATH,
    ]);
    const body = JSON.parse(graphCalls(arm, 'resources')[0]?.body ?? '');
    expect(body).toMatchObject({ subscriptions: [ONE, TWO, THREE], options: { resultFormat: 'objectArray', $top: 1000 } });
    for (const { authorization } of graphCalls(arm)) expect(authorization).toBe('Bearer loopback-token');
  });

  interface Fault {
    readonly what: string;
    readonly estate: Partial<Estate>;
    readonly code: string;
    readonly exit?: number;
    readonly says?: RegExp;
  }
  const FAULTS: readonly Fault[] = [
    {
      what: 'a result that was cut short',
      estate: { reply: instead('resources', () => page({ totalRecords: 9, count: 4, data: rows(4), resultTruncated: 'true' })) },
      code: 'GRAPH_TRUNCATED',
    },
    {
      what: 'rows that are missing',
      estate: { reply: instead('resources', () => page({ totalRecords: 9, count: 4, data: rows(4) })) },
      code: 'GRAPH_ROWS_MISSING',
    },
    {
      what: 'a token that comes again',
      estate: { reply: instead('resources', () => page({ totalRecords: 9, count: 1, data: rows(1), $skipToken: 't' })) },
      code: 'GRAPH_TOKEN_LOOP',
    },
    {
      what: 'the table format',
      estate: { reply: instead('resources', () => page({ data: { columns: [], rows: [] } })) },
      code: 'NOT_A_LIST',
      exit: 4,
    },
    { what: 'a subscription that the index lacks', estate: { unindexed: [TWO] }, code: 'NOT_INDEXED', says: /--source arm/ },
    {
      what: 'rows that come twice',
      estate: {
        reply: instead('resources', ({ body }) =>
          body.includes('skipToken')
            ? page({ totalRecords: 4, count: 2, data: rows(3).slice(1) })
            : page({ totalRecords: 4, count: 2, data: rows(2), $skipToken: 't' }),
        ),
      },
      code: 'GRAPH_ROWS_REPEATED',
      says: /1 row more than once/,
    },
    {
      what: 'a count that changes between two pages',
      estate: {
        reply: instead('resources', ({ body }) =>
          body.includes('skipToken')
            ? page({ totalRecords: 2, count: 1, data: rows(2).slice(1) })
            : page({ totalRecords: 900, count: 1, data: rows(1), $skipToken: 't' }),
        ),
      },
      code: 'GRAPH_ROWS_MISSING',
      says: /counted 900 rows and now counts 2/,
    },
    {
      what: 'no right to read the clusters of a subscription',
      estate: {
        rights: (scope) => (scope.endsWith(TWO) ? [{ actions: ['*/read'], notActions: ['microsoft.cache/RedisEnterprise/*'] }] : undefined),
      },
      code: 'AUTHORIZATION_FAILED',
      says: /no right to Microsoft\.Cache\/redisEnterprise\/read on the whole subscription/,
    },
    {
      what: 'rights on the resource groups of a subscription alone',
      estate: { rights: (scope) => (scope.endsWith(ONE) ? [] : undefined) },
      code: 'AUTHORIZATION_FAILED',
      says: /az role assignment create --role Reader/,
    },
    {
      what: 'no right to read any cache anywhere',
      estate: { caches: {}, rights: () => [{ actions: ['Microsoft.Compute/*'], notActions: [] }] },
      code: 'AUTHORIZATION_FAILED',
      exit: 4,
    },
    {
      what: 'rights that cannot be told',
      estate: {
        reply: ({ path }) =>
          path.includes('/Microsoft.Authorization/')
            ? { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } }
            : undefined,
      },
      code: 'AUTHORIZATION_FAILED',
      says: /nobody can tell whether Resource Graph shows all of it: no right to Microsoft\.Authorization\/permissions\/read/,
    },
    {
      what: 'no right to query',
      estate: { reply: instead('resources', () => ({ status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } })) },
      code: 'AUTHORIZATION_FAILED',
      exit: 4,
      says: /Microsoft\.ResourceGraph\/resources\/read/,
    },
    {
      what: 'no eligible subscription',
      estate: {
        reply: instead('resources', () => ({
          status: 400,
          body: { error: { code: 'BadRequest', message: 'NoValidSubscriptionsInQueryRequest' } },
        })),
      },
      code: 'UNEXPECTED_ANSWER',
      exit: 4,
    },
    {
      what: 'a second page that fails',
      estate: {
        pageSize: 2,
        reply: instead('resources', ({ body }) =>
          body.includes('skipToken') ? { status: 400, body: { error: { code: 'BadRequest', message: 'no' } } } : undefined,
        ),
      },
      code: 'UNEXPECTED_ANSWER',
    },
    {
      what: 'no answer about the subscriptions',
      estate: { reply: instead('resourcecontainers', () => ({ status: 404, body: { error: { code: 'NotFound', message: 'no' } } })) },
      code: 'NOT_FOUND',
    },
    {
      what: 'a redirect',
      estate: { reply: instead('resources', () => ({ status: 307, headers: { location: 'https://evil.example/' }, body: {} })) },
      code: 'UNEXPECTED_ANSWER',
      exit: 4,
    },
    {
      what: 'a page of HTML',
      estate: {
        reply: instead('resources', () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' })),
      },
      code: 'NOT_JSON',
      exit: 4,
    },
  ];
  it.each(FAULTS)('is never clean with $what: $code', async ({ estate: differences, code, exit = 3, says = /./ }) => {
    const arm = await startResourceManager(estate(differences));
    const ended = await scan(arm, [...GRAPH, ...BY_SIX_RULES, '--retries', '0']);
    await arm.close();
    const { problems, status } = resultOf(ended);
    expect({ code: ended.code, complete: status.complete }).toEqual({ code: exit, complete: false });
    expect(problems.map((problem) => problem.code)).toContain(code);
    expect(JSON.stringify(problems)).toMatch(says);
    for (const { hint } of problems) expect(hint).toMatch(/\w/);
  });

  it('waits for the quota, and for what a 429 asks', async () => {
    const none = { 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:01' };
    const times: number[] = [];
    const reply = instead('resources', ({ body }) => {
      times.push(Date.now());
      if (times.length === 2)
        return { status: 429, headers: { 'retry-after': '1' }, body: { error: { code: 'RateLimiting', message: 'slow down' } } };
      const second = body.includes('skipToken');
      return {
        headers: none,
        body: {
          totalRecords: 2,
          count: 1,
          data: rows(second ? 2 : 1).slice(-1),
          facets: [],
          resultTruncated: 'false',
          ...(second ? {} : { $skipToken: '1' }),
        },
      };
    });
    const arm = await startResourceManager(estate({ reply }));
    const ended = await scan(arm, [...GRAPH, ...BY_SIX_RULES]);
    await arm.close();
    expect({ code: ended.code, caches: resultOf(ended).summary['caches'] }).toEqual({ code: 0, caches: 2 });
    expect(times).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(990);
    expect(third - second).toBeGreaterThanOrEqual(990);
  });

  it('asks once for the rights on a whole tenant, or on the management groups that were named', async () => {
    const rightsAt = (scope: string) => (scope.startsWith('/providers/') ? READER : []);
    const arm = await startResourceManager(estate({ groups: { 'mg-all': [ONE, TWO, THREE] }, rights: rightsAt }));
    const [tenant, group, only] = [
      await scan(arm, [...GRAPH, ...BY_SIX_RULES]),
      await scan(arm, [...GRAPH, ...BY_SIX_RULES, '--management-group', 'mg-all']),
      await scan(arm, ['--graph-only', ...JSON_OUT, ...BY_SIX_RULES]),
    ];
    await arm.close();
    expect([tenant, group, only].map(({ code }) => code)).toEqual([0, 0, 0]);
    const asked = arm.requests.flatMap(({ path }) => /(.*)\/providers\/Microsoft\.Authorization\//.exec(path)?.[1] ?? []);
    expect(asked).toEqual([TENANT, 'mg-all', TENANT].map((id) => `/providers/Microsoft.Management/managementGroups/${id}`));
  });

  it('exits 3 when every rule that was asked for needs what the index does not hold, and it alone may be asked', async () => {
    const arm = await startResourceManager(estate());
    const ended = await scan(arm, ['--graph-only', '-o', 'json', '--rule', 'patch-schedule-set']);
    await arm.close();
    const { summary, status } = resultOf(ended);
    expect({ code: ended.code, notEvaluated: summary['notEvaluated'] }).toEqual({ code: 3, notEvaluated: 4 });
    expect(status.reason).toContain('no selected rule can be judged from this source');
  });

  it('exits 3 when the only caches that a rule is for could not be judged, whatever it is not for', async () => {
    const caches = [
      wireRedis(ONE, 'private', { updateChannel: 'Stable' }),
      wireRedis(ONE, 'public', { publicNetworkAccess: 'Enabled', updateChannel: 'Stable' }),
    ];
    const arm = await startResourceManager({ subscriptions: [ONE], caches: { [ONE]: caches } });
    const ended = await scan(arm, ['--graph-only', '-o', 'json', '--rule', 'firewall-rules-narrow']);
    await arm.close();
    const { summary, status } = resultOf(ended);
    expect(ended.code).toBe(3);
    expect(summary).toMatchObject({ notApplicable: 1, notEvaluated: 1, pass: 0 });
    expect(status.complete).toBe(false);
  });

  it('says of a clean run what could not be evaluated', async () => {
    const arm = await startResourceManager(estate());
    const rules = ['--rule', 'patch-schedule-set', '--rule', 'non-ssl-port-disabled'];
    const ended = await scan(arm, ['--graph-only', '-o', 'json', ...rules]);
    await arm.close();
    expect(ended.code).toBe(0);
    expect(resultOf(ended).status.reason).toBe('4 caches, nothing failed, 4 checks not evaluated from this source');
  });

  it('cannot tell whether --tag is for a cache whose row says nothing of tags', async () => {
    const caches = ['a', 'b'].map((name) => wireRedis(ONE, name, { updateChannel: 'Stable' }, { tags: { env: 'prod' } }));
    const withoutTags = ({ tags: _, ...row }: Row): Row => row;
    const arm = await startResourceManager({
      subscriptions: [ONE],
      caches: { [ONE]: caches },
      indexed: (row) => (row['name'] === 'a' ? withoutTags(row) : row),
    });
    const ended = await scan(arm, [...GRAPH, ...BY_SIX_RULES, '--tag', 'env=prod']);
    await arm.close();
    const { problems, summary } = resultOf(ended);
    expect({ code: ended.code, caches: summary['caches'] }).toEqual({ code: 3, caches: 1 });
    expect(problems.map(({ code, scope }) => `${code} ${scope?.slice(-2)}`)).toEqual(['UNREADABLE_ITEM /a']);
  });

  it('does not take a cluster of another kind for the one of the row', async () => {
    const wire = wireCluster(ONE, 'm', { minimumTlsVersion: '1.0' });
    const arm = await startResourceManager({
      subscriptions: [ONE],
      clusters: { [ONE]: [wire] },
      indexed: (row) => ({ ...row, properties: {} }),
      reply: ({ path }) => (/redisEnterprise\/m\?/i.test(path) ? { body: { ...wire, sku: { name: 'Enterprise_E10' } } } : undefined),
    });
    const ended = await scan(arm, [...GRAPH, '--rule', 'minimum-tls-1-2']);
    await arm.close();
    expect(resultOf(ended).findings.map(({ outcome }) => outcome)).toEqual(['unknown']);
    expect(ended.code).toBe(3);
  });

  it('sends no POST to anything but the query, and no query elsewhere', async () => {
    const arm = await startResourceManager(estate());
    await scan(arm, JSON_OUT);
    await arm.close();
    expect(arm.requests.filter((request) => request.method !== 'GET' && !tokenCalls(arm).includes(request))).toEqual([]);
  });
});

describe.each([['arm'], ['graph']])('the scope of redvet scan --source %s', (source) => {
  let arm: LoopbackArm;
  const tagged = (id: string, name: string, group: string, tags: Wire) => {
    const wire = wireRedis(id, name, { updateChannel: 'Stable', enableNonSslPort: name === 'open' }, { tags });
    return { ...wire, id: wire.id.replace('rg-test', group) };
  };
  beforeAll(async () => {
    arm = await startResourceManager({
      subscriptions: [wireSubscription(ONE), wireSubscription(TWO, { state: 'Disabled' }), wireSubscription(THREE)],
      groups: {
        'mg-one': [ONE, TWO],
        'mg(x)': [THREE],
        'mg-unseen': [subscriptionId(9)],
        'mg-part': [ONE, subscriptionId(9)],
        'mg-empty': [],
        'mg-dead': [TWO],
      },
      caches: {
        [ONE]: [tagged(ONE, 'open', 'rg-shop', { owner: 'team-shop', env: 'prod' }), tagged(ONE, 'good', 'rg-pay', { owner: 'team-pay' })],
        [TWO]: [tagged(TWO, 'old', 'rg-old', {})],
        [THREE]: [tagged(THREE, 'other', 'rg-shop', { Owner: 'team-shop' })],
      },
    });
  });
  afterAll(async () => {
    await arm.close();
  });

  const ID = (subscription: string, name: string, group: string) =>
    `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Cache/redis/${name}`;

  const CASES: readonly {
    readonly args: readonly string[];
    readonly caches: readonly string[];
    readonly code: number;
    readonly says?: RegExp;
  }[] = [
    { args: [], caches: ['good', 'open', 'other'], code: 1 },
    { args: ['--management-group', 'mg-one'], caches: ['good', 'open'], code: 1 },
    { args: ['--management-group', 'mg(x)'], caches: ['other'], code: 0 },
    { args: ['--management-group', 'mg-one', '--management-group', 'mg(x)'], caches: ['good', 'open', 'other'], code: 1 },
    { args: ['--management-group', 'mg(x)', '-s', TWO], caches: ['old', 'other'], code: 0 },
    { args: ['--management-group', 'mg-none'], caches: [], code: 4, says: /mg-none/ },
    { args: ['--management-group', 'mg-unseen'], caches: [], code: 4, says: /mg-unseen/ },
    { args: ['--management-group', 'mg-part'], caches: ['good', 'open'], code: 1, says: /mg-part/ },
    { args: ['--management-group', 'mg-part', '--cache', 'good'], caches: ['good'], code: 3, says: /mg-part/ },
    { args: ['--management-group', 'mg-empty'], caches: [], code: 5, says: /mg-empty/ },
    { args: ['--management-group', 'mg-empty', '--allow-empty'], caches: [], code: 0 },
    { args: ['--management-group', 'mg-dead'], caches: [], code: 4, says: /every subscription in the management groups is disabled/ },
    { args: ['--management-group', 'mg-dead', '-s', ONE, '--cache', 'good'], caches: ['good'], code: 0 },

    { args: ['-g', 'RG-SHOP'], caches: ['open', 'other'], code: 1 },
    { args: ['--resource-group', 'rg-pay'], caches: ['good'], code: 0 },
    { args: ['-g', 'rg-none'], caches: [], code: 5, says: /--resource-group "rg-none" matches no cache/ },
    { args: ['-g', 'rg-none', '--allow-empty'], caches: [], code: 0 },
    { args: ['-g', 'rg-none', '-g', 'rg-pay'], caches: ['good'], code: 5, says: /rg-none/ },
    { args: ['-g', 'rg-none', '-g', 'rg-shop'], caches: ['open', 'other'], code: 1 },

    { args: ['--cache', 'GOOD'], caches: ['good'], code: 0 },
    { args: ['--cache', 'good', '--cache', 'other'], caches: ['good', 'other'], code: 0 },
    { args: ['--cache', ID(ONE, 'open', 'rg-shop')], caches: ['open'], code: 1 },
    { args: ['--cache', ID(TWO, 'old', 'rg-old')], caches: ['old'], code: 0 },
    { args: ['--cache', ID(ONE, 'gone', 'rg-shop')], caches: [], code: 5, says: /gone/ },
    { args: ['--cache', ID(subscriptionId(9), 'x', 'rg')], caches: [], code: 4, says: /no visible subscription/ },
    { args: ['--cache', 'nothing'], caches: [], code: 5, says: /--cache "nothing" matches no cache/ },
    { args: ['--cache', 'open', '-g', 'rg-pay'], caches: [], code: 5, says: /"open" is a cache that another selector leaves out/ },
    { args: ['--cache', 'good', '--cache', 'other', '-g', 'rg-pay'], caches: ['good'], code: 5, says: /"other" is a cache that another/ },
    { args: ['--cache', 'good', '--cache', 'other', '--exclude', '*/other'], caches: ['good'], code: 0 },
    { args: ['--cache', ID(TWO, 'old', 'rg-old'), '--cache', 'good'], caches: ['good', 'old'], code: 0 },
    {
      args: ['--cache', ID(subscriptionId(9), 'x', 'rg'), '--cache', 'good', '--allow-empty'],
      caches: ['good'],
      code: 3,
      says: /no visible/,
    },

    { args: ['--tag', 'owner=team-shop'], caches: ['open', 'other'], code: 1 },
    { args: ['--tag', 'OWNER=team-pay'], caches: ['good'], code: 0 },
    { args: ['--tag', 'env'], caches: ['open'], code: 1 },
    { args: ['--tag', 'owner=team-shop', '--tag', 'env=prod'], caches: ['open'], code: 1 },
    { args: ['--tag', 'owner=team-shop', '--tag', 'owner=team-pay', '--exclude', '*/open'], caches: ['good', 'other'], code: 0 },
    { args: ['--tag', 'owner=TEAM-PAY'], caches: [], code: 5, says: /--tag "owner=TEAM-PAY" matches no cache/ },

    { args: ['--exclude', '*/open'], caches: ['good', 'other'], code: 0 },
    { args: ['--exclude', '*/RESOURCEGROUPS/rg-shop/*'], caches: ['good'], code: 0 },
    { args: ['--exclude', `/subscriptions/${ONE}/*`], caches: ['other'], code: 0 },
    { args: ['--exclude', '*'], caches: [], code: 5, says: /every subscription is passed over: nothing was read/ },
    { args: ['--exclude', '*/nothing-like-it'], caches: ['good', 'open', 'other'], code: 1 },
  ];
  // Which caches are wanted is decided in one place for both.
  it.each(CASES.filter((_, nth) => source === 'arm' || nth % 5 === 0))(
    'with $args is $caches, and ends with $code',
    async ({ args, caches, code, says }) => {
      const ended = await scan(arm, ['--source', source, '-o', 'json', '--rule', 'non-ssl-port-disabled', ...args]);
      const { findings, status } = resultOf(ended);
      expect({ caches: findings.map(({ resourceId }) => resourceId.replace(/.*\//, '')).sort(), code: ended.code }).toEqual({
        caches: [...caches],
        code,
      });
      expect(status.exitCode).toBe(code);
      if (says !== undefined) expect(ended.stderr).toMatch(says);
    },
  );
});
