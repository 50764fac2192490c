import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src/model/cache.ts';
import { brief, cacheIn, child, cluster, INNER, type Json, nested, read, readText, redis, SKU, template } from '../../support/templates.ts';

const RULE = { startIP: '10.0.0.1', endIP: '10.0.0.9' };
const FIREWALL = 'Microsoft.Cache/redis/firewallRules';

const idsIn = async (content: Json, parameters: Json | null = null): Promise<readonly string[]> =>
  (await read(content, parameters)).caches.map(({ id }) => id);

describe('the resources of a template', () => {
  it.each<[what: string, resources: unknown]>([
    ['a list', [redis()]],
    ['an object of symbolic names', { cache: redis() }],
  ])('may be %s', async (_, resources) => {
    expect(await idsIn({ resources })).toEqual(['Microsoft.Cache/redis/orders']);
  });

  it('have a type in any case', async () => {
    expect(await idsIn({ resources: [redis({}, { type: 'MICROSOFT.cache/REDIS' })] })).toEqual(['MICROSOFT.cache/REDIS/orders']);
  });

  it.each<[what: string, more: Json, parameters: Json]>([
    ['exists already', { existing: true }, {}],
    ['is not deployed', { condition: false }, {}],
    ['is not deployed by a parameter', { condition: "[parameters('isWanted')]" }, { isWanted: { value: false } }],
    ['is made no times', { copy: { name: 'loop', count: "[parameters('count')]" } }, { count: { value: 0 } }],
  ])('are none where one %s', async (_, more, values) => {
    const parameters = { isWanted: { type: 'bool' }, count: { type: 'int' } };
    expect(await read({ parameters, resources: [redis({}, more)] }, values)).toEqual({ caches: [], gaps: [] });
  });

  it.each<[what: string, more: Json, id: string]>([
    ['a condition that holds', { condition: '[not(false())]' }, 'Microsoft.Cache/redis/orders'],
    ['a condition that is open', { condition: "[parameters('isWanted')]" }, 'Microsoft.Cache/redis/orders [conditional]'],
    [
      'a loop',
      { copy: { name: 'loop', count: 3 }, name: "[concat('c', copyIndex())]" },
      "Microsoft.Cache/redis/[concat('c', copyIndex())] [copy]",
    ],
  ])('are judged once, and marked, under %s', async (_, more, id) => {
    expect(await idsIn({ parameters: { isWanted: { type: 'bool' } }, resources: [redis({}, more)] })).toEqual([id]);
  });

  it('have an address of their own', async () => {
    const twice = "[parameters('name')]";
    const parameters = { name: { type: 'string' } };
    expect(await idsIn({ parameters, resources: [redis({}, { name: twice }), redis({}, { name: twice })] })).toEqual([
      `Microsoft.Cache/redis/${twice}`,
      `Microsoft.Cache/redis/${twice} #2`,
    ]);
  });

  it('say what a cache is called, where, and of which kind', async () => {
    const { id, name, kind, sku, location, resourceGroup, subscriptionId, provisioningState } = await cacheIn({
      parameters: { env: { type: 'string', defaultValue: 'prod' } },
      resources: [redis({}, { name: "[format('orders-{0}', parameters('env'))]", location: 'West Europe' })],
    });
    expect({ id, name, kind, sku, location, resourceGroup, subscriptionId, provisioningState }).toEqual({
      id: "Microsoft.Cache/redis/[format('orders-{0}', parameters('env'))]",
      name: 'orders-prod',
      kind: 'redis',
      sku: 'Premium P1',
      location: 'westeurope',
      resourceGroup: null,
      subscriptionId: null,
      provisioningState: null,
    });
  });

  it('give a name that is open as it is written', async () => {
    const { name, location } = await cacheIn({
      resources: [redis({}, { name: '[uniqueString(1)]', location: '[resourceGroup().location]' })],
    });
    expect([name, location]).toEqual(['[uniqueString(1)]', null]);
  });

  it.each(['text', 7, null, {}, { type: 7 }, { type: 'redis' }, { type: '[parameters(1)]' }])(
    'that cannot be understood are a gap: %j',
    async (resource) => {
      const { caches, gaps } = await read({ resources: [resource, redis()] });
      expect(caches).toHaveLength(1);
      expect(gaps.map(({ problem: { kind, scope, affects } }) => ({ kind, scope, affects }))).toEqual([
        { kind: 'malformed', scope: 'infra/main.json', affects: ['*'] },
      ]);
    },
  );
});

/** The names of firewall rules of each cache, or why they are not known. */
const firewalls = ({ caches }: { readonly caches: readonly Cache[] }): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    caches.map(({ id, firewallRules }) => [
      id.replace('Microsoft.Cache/redis/', ''),
      firewallRules.known ? firewallRules.value.map(({ name }) => name) : brief(firewallRules),
    ]),
  );

const NONE = { out_of_reach: 'no firewall rule is declared here, and others may be elsewhere' };

describe('a child resource', () => {
  const parameters = { name: { type: 'string' }, other: { type: 'string' }, all: { type: 'string' } };

  it.each<[what: string, resources: readonly Json[], expected: unknown]>([
    ['by its name', [redis(), child(FIREWALL, 'orders/office', RULE)], { orders: ['office'] }],
    ['by its name in any case', [redis(), child(FIREWALL.toUpperCase(), 'ORDERS/office', RULE)], { orders: ['office'] }],
    ['by where it stands', [redis({}, { resources: [child('firewallRules', 'office', RULE)] })], { orders: ['office'] }],
    ['by where it stands, named in full', [redis({}, { resources: [child(FIREWALL, 'orders/office', RULE)] })], { orders: ['office'] }],
    ['to another cache', [redis(), child(FIREWALL, 'other/office', RULE)], { orders: NONE }],
    [
      'by the same expression',
      [redis({}, { name: "[parameters('name')]" }), child(FIREWALL, "[format('{0}/office', parameters('name'))]", RULE)],
      { "[parameters('name')]": ['office'] },
    ],
    [
      'by the same expression, written otherwise',
      [
        redis({}, { name: "[toLower(concat('c-', uniqueString(resourceGroup().id)))]" }),
        child(FIREWALL, "[concat(toLower(format('C-{0}', uniqueString(resourceGroup().id))), '/office')]", RULE),
      ],
      { "[toLower(concat('c-', uniqueString(resourceGroup().id)))]": ['office'] },
    ],
    [
      'to nobody knows which',
      [redis(), redis({}, { name: 'other' }), child(FIREWALL, "[concat(parameters('name'), '/office')]", RULE)],
      {
        orders: { deferred: 'what office belongs to is known after it is deployed' },
        other: { deferred: 'what office belongs to is known after it is deployed' },
      },
    ],
    [
      'to none here, by what is known of the name',
      [redis({}, { name: "[concat('a-', parameters('name'))]" }), child(FIREWALL, "[concat('b-', parameters('name'), '/office')]", RULE)],
      { "[concat('a-', parameters('name'))]": NONE },
    ],
    [
      'to nobody knows whom, where its whole name is open',
      [redis(), child(FIREWALL, "[parameters('all')]", RULE)],
      { orders: { deferred: "what [parameters('all')] belongs to is known after it is deployed" } },
    ],
    [
      'to one that exists already',
      [redis({}, { name: 'old', existing: true }), redis(), child(FIREWALL, 'old/office', RULE)],
      { orders: NONE },
    ],
    [
      'perhaps',
      [redis(), child(FIREWALL, 'orders/office', RULE, { condition: "[equals(parameters('name'), 'x')]" })],
      { orders: { deferred: "office: whether it is deployed depends on a condition: [equals(parameters('name'), 'x')]" } },
    ],
    [
      'as surely as the cache is there',
      [
        redis({}, { condition: "[equals(parameters('name'), 'x')]" }),
        child(FIREWALL, 'orders/office', RULE, { condition: "[equals(parameters('name'), 'x')]" }),
      ],
      { 'orders [conditional]': ['office'] },
    ],
    [
      'in a loop',
      [redis(), child(FIREWALL, "[concat('orders/r', copyIndex())]", RULE, { copy: { name: 'rules', count: 2 } })],
      { orders: ["[concat('orders/r', copyIndex())] [copy]"] },
    ],
    [
      'to nobody knows whom by a name that may be another one',
      [redis({}, { name: "[coalesce(parameters('name'), 'a')]" }), child(FIREWALL, "[concat(parameters('name'), '/office')]", RULE)],
      { "[coalesce(parameters('name'), 'a')]": { deferred: 'what office belongs to is known after it is deployed' } },
    ],
    ['in a loop that never runs', [redis(), child(FIREWALL, 'orders/x', RULE, { copy: { name: 'rules', count: 0 } })], { orders: NONE }],
  ])('belongs %s', async (_, resources, expected) => {
    expect(firewalls(await read({ parameters, resources }))).toEqual(expected);
  });
});

describe('a nested deployment', () => {
  const inner = {
    parameters: { port: { type: 'bool', defaultValue: false } },
    resources: [redis({ enableNonSslPort: "[parameters('port')]" })],
  };
  const outer = { port: { type: 'bool', defaultValue: true } };

  it('is evaluated with the names around it', async () => {
    expect(brief((await cacheIn({ parameters: outer, resources: [nested(inner)] })).nonSslPort)).toBe(true);
  });

  it.each<[what: string, given: Json, value: unknown]>([
    ['its own defaults', {}, false],
    ['what it is given', { port: { value: true } }, true],
    ['an expression of what is around it', { port: { value: "[parameters('port')]" } }, true],
    ['a secret of Key Vault', { port: { reference: {} } }, { deferred: 'a secret of Key Vault, which is read when it is deployed' }],
    ['something open', { port: { value: '[reference(1).x]' } }, { deferred: expect.stringContaining('[reference(1).x]') }],
    ['nothing that can be understood', { port: 7 }, { deferred: 'depends on parameter port' }],
    ['another type', { port: { value: 'open' } }, { deferred: 'parameter port is no bool' }],
  ])('with a scope of its own is evaluated with %s', async (_, given, value) => {
    expect(brief((await cacheIn({ parameters: outer, resources: [nested(inner, { ...INNER, parameters: given })] })).nonSslPort)).toEqual(
      value,
    );
  });

  it('may be given its parameters by a file that is elsewhere', async () => {
    const inner = {
      parameters: { open: { type: 'bool', defaultValue: false } },
      resources: [redis({ enableNonSslPort: "[parameters('open')]" })],
    };
    const { nonSslPort } = await cacheIn({ resources: [nested(inner, { ...INNER, parametersLink: { uri: 'https://x/p.json' } })] });
    expect(brief(nonSslPort)).toEqual({ deferred: 'depends on parameter open, which a linked file may set' });
  });

  it('leaves open what is given to it as a whole by an expression', async () => {
    const { nonSslPort } = await cacheIn({ resources: [nested(inner, { ...INNER, parameters: '[reference(1).all]' })] });
    expect(brief(nonSslPort)).toEqual({ deferred: 'depends on parameter port' });
  });

  it('has its name before the addresses inside, so that two modules differ', async () => {
    const resources = [nested(inner, INNER), nested(inner, INNER, { name: "[format('two-{0}', 1)]" })];
    expect(await idsIn({ resources })).toEqual([
      'module/Microsoft.Cache/redis/orders',
      "[format('two-{0}', 1)]/Microsoft.Cache/redis/orders",
    ]);
  });

  it('is left out with all that is inside, and doubted with it', async () => {
    expect(await idsIn({ resources: [nested(inner, INNER, { condition: false })] })).toEqual([]);
    const parameters = { isWanted: { type: 'bool' } };
    const resources = [nested(inner, INNER, { condition: "[parameters('isWanted')]" }), child(FIREWALL, 'orders/office', RULE)];
    expect(firewalls(await read({ parameters, resources }))).toEqual({ 'module [conditional]/orders': ['office'] });
  });

  it('whose children stand outside joins them by the value of the name', async () => {
    const named = { parameters: { name: { type: 'string' } }, resources: [redis({}, { name: "[parameters('name')]" })] };
    const resources = [
      nested(named, { ...INNER, parameters: { name: { value: "[parameters('cacheName')]" } } }),
      child(FIREWALL, "[concat(parameters('cacheName'), '/office')]", RULE),
    ];
    expect(firewalls(await read({ parameters: { cacheName: { type: 'string' } }, resources }))).toEqual({
      "module/[parameters('name')]": ['office'],
    });
  });

  it('of another resource group has other caches', async () => {
    const resources = [nested(inner, INNER, { resourceGroup: 'elsewhere' }), child(FIREWALL, 'orders/office', RULE)];
    expect(firewalls(await read({ resources }))).toEqual({
      'module/orders': { deferred: 'what office belongs to is known after it is deployed' },
    });
  });

  it.each([{ templateLink: { uri: 'https://example.com/redis.json' } }, { templateLink: { id: 'x' } }, {}, { template: '[variables(1)]' }])(
    'that is not here is a gap: %j',
    async (properties) => {
      const { caches, gaps } = await read({ resources: [redis(), { ...nested({}), properties }] });
      expect(caches).toHaveLength(1);
      expect(gaps.map(({ problem }) => [problem.code, problem.message, problem.affects])).toEqual([
        ['LINKED_TEMPLATE', 'the linked template of Microsoft.Resources/deployments/module is not here', ['*']],
      ]);
    },
  );

  it('whose scope is open is a gap', async () => {
    const { caches, gaps } = await read({ resources: [nested(inner, { expressionEvaluationOptions: { scope: '[reference(1).x]' } })] });
    expect([caches.length, gaps.map(({ problem }) => problem.kind)]).toEqual([0, ['malformed']]);
  });
});

describe('what modules give out', () => {
  const endpoint = (id: string): Json => ({
    type: 'Microsoft.Network/privateEndpoints',
    apiVersion: '2024-05-01',
    name: 'pe',
    properties: { privateLinkServiceConnections: [{ name: 'pe', properties: { privateLinkServiceId: id, groupIds: ['redisCache'] } }] },
  });
  const module = nested(
    { resources: [redis()], outputs: { id: { type: 'string', value: "[resourceId('Microsoft.Cache/redis', 'orders')]" } } },
    INNER,
  );
  const stateIn = ({ privateEndpoints }: Cache): unknown =>
    privateEndpoints.known ? privateEndpoints.value.map(({ state }) => brief(state)) : brief(privateEndpoints);

  it.each<[how: string, id: string]>([
    ['by its id', "[reference(resourceId('Microsoft.Resources/deployments', 'module'), '2022-09-01').outputs.id.value]"],
    ['with another case', "[Reference(resourceId('microsoft.resources/Deployments', 'module')).Outputs.ID.Value]"],
  ])('is known beside them %s', async (_, id) => {
    expect(stateIn(await cacheIn({ resources: [module, endpoint(id)] }))).toEqual([{ byDefault: 'Approved' }]);
  });

  it('is known by a symbolic name', async () => {
    const resources = { cacheModule: module, endpoint: endpoint("[reference('cacheModule').outputs.id.value]") };
    expect(stateIn(await cacheIn({ resources }))).toEqual([{ byDefault: 'Approved' }]);
  });

  it.each([
    "[reference(resourceId('Microsoft.Resources/deployments', 'module')).outputs.other.value]",
    "[reference(resourceId('Microsoft.Resources/deployments', 'other')).outputs.id.value]",
    "[parameters('id')]",
  ])('leaves the endpoints open where it is not known: %s', async (id) => {
    const cache = await cacheIn({ parameters: { id: { type: 'string' } }, resources: [module, endpoint(id)] });
    expect(stateIn(cache)).toEqual({ deferred: 'what pe belongs to is known after it is deployed' });
  });
});

describe('a place', () => {
  it('is that of the resource, and of each of its properties', async () => {
    const text = readFileSync(new URL('../../fixtures/arm/commented.jsonc', import.meta.url), 'utf8');
    const { caches } = await readText(text);
    const [cache] = caches;
    expect({ ...cache?.origin, places: Object.fromEntries(cache?.origin?.places ?? []) }).toEqual({
      file: 'infra/main.json',
      language: 'arm',
      place: { line: 9, column: 5 },
      address: "Microsoft.Cache/Redis/[concat('a', 'b')]",
      creates: true,
      places: {
        location: { line: 14, column: 7 },
        properties: { line: 15, column: 7 },
        'properties.sku': { line: 16, column: 9 },
        'properties.sku.name': { line: 16, column: 18 },
        'properties.sku.family': { line: 16, column: 38 },
        'properties.sku.capacity': { line: 16, column: 53 },
        'properties.enableNonSslPort': { line: 17, column: 9 },
        'properties.redisConfiguration': { line: 18, column: 9 },
        'firewallRules/all': { line: 21, column: 9 },
        'firewallRules/all.properties': { line: 21, column: 87 },
        'firewallRules/all.properties.startIP': { line: 21, column: 103 },
        'firewallRules/all.properties.endIP': { line: 21, column: 125 },
      },
    });
    expect([cache?.name, cache && brief(cache.nonSslPort)]).toEqual(['ab', true]);
  });
});

describe('properties', () => {
  it('may be written in any case, and mean the same', async () => {
    const upper = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(upper);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toUpperCase(), name === 'tags' ? inner : upper(inner)]));
    };
    const full: Json = { resources: JSON.parse(readFileSync(new URL('../../fixtures/arm/full.json', import.meta.url), 'utf8')).resources };
    const factsOf = ({ caches }: { readonly caches: readonly Cache[] }) => caches.map((cache) => ({ ...cache, id: '', origin: null }));
    const expected = factsOf(await read(full));
    expect(expected.flatMap((cache) => Object.values(cache).filter((fact) => isDefault(fact)))).toEqual([]);
    expect(factsOf(await readText(JSON.stringify(upper(template(full)))))).toEqual(expected);
  });

  it('of two spellings are known by neither', async () => {
    const { nonSslPort } = await cacheIn({ resources: [redis({ enableNonSslPort: false, EnableNonSSLPort: true })] });
    expect(brief(nonSslPort)).toEqual({ deferred: 'it is set twice, in different spellings' });
  });

  it('that are null are absent', async () => {
    const cache = await cacheIn({ resources: [redis({ enableNonSslPort: null, publicNetworkAccess: null, redisConfiguration: null })] });
    expect([cache.nonSslPort, cache.publicNetworkAccess, cache.entraAuthentication].map(brief)).toEqual([
      { byDefault: false },
      { byDefault: 'Enabled' },
      {
        missing:
          'redisConfiguration is not set, so its values are known after it is deployed: write `redisConfiguration: {}` to have its defaults judged',
      },
    ]);
  });
});

/** A default among facts that were all to be written. */
const isDefault = (fact: unknown): boolean =>
  typeof fact === 'object' &&
  fact !== null &&
  'from' in fact &&
  fact.from === 'service_default' &&
  'path' in fact &&
  fact.path !== 'properties.subnetId';

describe('a cluster', () => {
  it('is judged with the databases beside it', async () => {
    const databases = child('Microsoft.Cache/redisEnterprise/databases', 'amr/default', { clientProtocol: 'Plaintext' });
    const { kind, databases: fact } = await cacheIn({ resources: [cluster(), databases] });
    expect(kind).toBe('managed');
    expect(
      fact.known && fact.value.map(({ name, clientProtocol, accessKeys }) => [name, brief(clientProtocol), brief(accessKeys)]),
    ).toEqual([['default', 'Plaintext', { byDefault: 'Disabled' }]]);
  });
});

void SKU;
