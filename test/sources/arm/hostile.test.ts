import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Trouble } from '../../../src/errors.ts';
import type { Cache } from '../../../src/model/cache.ts';
import { RULES } from '../../../src/rules/index.ts';
import { brief, cacheIn, cluster, INNER, type Json, nested, read, readText, redis, type Seen, template } from '../../support/templates.ts';

/** What came of a text: a mistake for the person, or what was read. */
const outcomeOf = async (text: string): Promise<Seen | string> => {
  try {
    return await readText(text);
  } catch (error) {
    if (error instanceof Trouble) return `${error.problem.code}: ${error.problem.message}`;
    throw error;
  }
};

const whole = JSON.stringify(template({ resources: [redis()] }));

describe('a text that is no template', () => {
  it.each<[text: string, told: unknown]>([
    ['', 'NOT_UNDERSTOOD: infra/main.json is not JSON, or not all of it (line 1, column 1)'],
    ['  \n', expect.stringMatching(/^NOT_UNDERSTOOD: infra\/main\.json is not JSON, or not all of it/)],
    ['null', 'NOT_OURS: infra/main.json is no template'],
    ['[]', 'NOT_OURS: infra/main.json is no template'],
    ['"text"', 'NOT_OURS: infra/main.json is no template'],
    ['7', 'NOT_OURS: infra/main.json is no template'],
    ['{}', 'NOT_OURS: infra/main.json has no resources'],
    ['{"resources": null}', 'NOT_UNDERSTOOD: infra/main.json has resources that are no list'],
    ['{"resources": "[variables(\'all\')]"}', 'NOT_UNDERSTOOD: infra/main.json has resources that are no list'],
    ['{"__proto__": {"resources": []}}', 'NOT_OURS: infra/main.json has no resources'],
    [
      '{"resources": [], "a": 1, "a": 2}',
      'NOT_UNDERSTOOD: infra/main.json repeats the name "a" in one object (line 1), and nobody can tell which of the two counts',
    ],
    [
      '{"a": 1,\n"resources": [{"b": {"c": 1,\n"\\u0063": 2}}]}',
      'NOT_UNDERSTOOD: infra/main.json repeats the name "c" in one object (line 3), and nobody can tell which of the two counts',
    ],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'NOT_UNDERSTOOD: infra/main.json is nested deeper than 200 levels'],
    ['{"a":'.repeat(100_000), 'NOT_UNDERSTOOD: infra/main.json is nested deeper than 200 levels'],
    [`{"resources": [/* ${'['.repeat(1000)} */ // ${'{'.repeat(1000)}\n], "a": "${'['.repeat(1000)}"}`, { caches: [], gaps: [] }],
    ['/*', expect.stringMatching(/^NOT_UNDERSTOOD/)],
    ['{"resources": [1e999]}', expect.objectContaining({ caches: [] })],
  ])('is told: %.60s', async (text, told) => {
    expect(await outcomeOf(text)).toEqual(told);
  });

  it('is told wherever it breaks off', async () => {
    for (let length = 0; length < whole.length; length += 1)
      expect(await outcomeOf(whole.slice(0, length))).toMatch(/^NOT_UNDERSTOOD: infra\/main\.json is not JSON, or not all of it/);
  });
});

describe('a template without a cache', () => {
  it.each<Json>([{ resources: [] }, { resources: {} }, { resources: [{ type: 'Microsoft.Storage/storageAccounts', name: 'x' }] }])(
    'yields nothing: %j',
    async (content) => {
      expect(await read(content)).toEqual({ caches: [], gaps: [] });
    },
  );
});

describe('names that mean something to a machine', () => {
  it('are names like others', async () => {
    const text = `{"parameters": {"__proto__": {"type": "bool", "defaultValue": true}, "constructor": {"type": "bool", "defaultValue": true}},
      "variables": {"toString": "1.0"},
      "resources": [{"type": "Microsoft.Cache/redis", "apiVersion": "2024-11-01", "name": "a",
        "properties": {"__proto__": {"enableNonSslPort": false}, "enableNonSslPort": "[parameters('__proto__')]",
          "disableAccessKeyAuthentication": "[parameters('constructor')]", "minimumTlsVersion": "[variables('tostring')]"}}]}`;
    const { caches } = await readText(text);
    expect(caches.map((cache) => [cache.nonSslPort, cache.accessKeysDisabled, cache.minimumTlsVersion].map(brief))).toEqual([
      [true, true, '1.0'],
    ]);
  });

  it.each([
    "[parameters('hasOwnProperty')]",
    "[variables('__proto__')]",
    "[createObject('a', 1).constructor]",
    '[toString()]',
    '[__proto__()]',
  ])('are not there unless they are written: %s', async (enableNonSslPort) => {
    expect(brief((await cacheIn({ resources: [redis({ enableNonSslPort })] })).nonSslPort)).toEqual({ deferred: expect.any(String) });
  });
});

/** Variables that each are made of the one before. */
const chain = (length: number, first: unknown, next: (before: string) => unknown): Json =>
  Object.fromEntries([['v0', first], ...Array.from({ length }, (_, index) => [`v${index + 1}`, next(`variables('v${index}')`)])]);

describe('what grows out of a small text', () => {
  it.each<[what: string, variables: Json]>([
    ['a long chain', chain(5000, false, (before) => `[${before}]`)],
    ['a text that doubles', chain(100, 'x', (before) => `[concat(${before}, ${before})]`)],
    ['an open text that doubles', chain(100, '[utcNow()]', (before) => `[concat(${before}, ${before})]`)],
    ['a list that doubles', chain(100, ['x'], (before) => `[concat(${before}, ${before})]`)],
    ['an object that doubles', chain(100, { x: 1 }, (before) => ({ a: `[${before}]`, b: `[${before}]` }))],
    [
      'an object that is merged with itself',
      chain(
        100,
        { x: {} },
        (before) => `[union(createObject('a', ${before}, 'b', ${before}), createObject('a', ${before}, 'b', ${before}))]`,
      ),
    ],
    ['an object that deepens', chain(3000, {}, (before) => ({ a: `[${before}]` }))],
    ['a name that is replaced by more', chain(100, 'aa', (before) => `[replace(${before}, 'a', 'aaaaaaaaaa')]`)],
  ])('comes to an end: %s', async (_, variables) => {
    const last = `v${Object.keys(variables).length - 1}`;
    const started = performance.now();
    const { caches } = await read({
      variables,
      outputs: { all: { type: 'object', value: `[variables('${last}')]` } },
      resources: [
        redis(
          { enableNonSslPort: `[variables('${last}')]`, tags: `[variables('${last}')]` },
          { tags: `[variables('${last}')]`, name: `[string(variables('${last}'))]` },
        ),
      ],
    });
    expect(caches.map(({ nonSslPort }) => nonSslPort.known)).toEqual([false]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('comes to an end in modules inside of modules', async () => {
    const inner = (depth: number): Json =>
      depth === 0
        ? { parameters: { p: { type: 'bool' } }, resources: [redis({ enableNonSslPort: "[parameters('p')]" })] }
        : {
            parameters: { p: { type: 'bool' } },
            resources: [nested(inner(depth - 1), { ...INNER, parameters: { p: { value: "[parameters('p')]" } } })],
          };
    const { caches, gaps } = await read({ parameters: { p: { type: 'bool', defaultValue: true } }, resources: inner(40)['resources'] });
    expect([caches.map(({ nonSslPort }) => brief(nonSslPort)), gaps]).toEqual([[true], []]);
  });

  it('comes to an end with thousands of children of thousands of caches', async () => {
    const many = Array.from({ length: 2500 }, (_, index) => index);
    const resources = [
      ...many.map((index) => redis({}, { name: `[concat(parameters('x'), '${index}')]` })),
      ...many.map((index) => ({
        ...redis(),
        type: 'Microsoft.Cache/redis/firewallRules',
        name: `[concat(parameters('y'), '${index}/rule')]`,
      })),
    ];
    const started = performance.now();
    const { caches } = await read({ parameters: { x: { type: 'string' }, y: { type: 'string' } }, resources });
    expect(caches.every(({ firewallRules }) => !firewallRules.known && firewallRules.kind === 'deferred')).toBe(true);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

/** Every value of a document, by its path. */
const pathsIn = (value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] => {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => pathsIn(item, [...path, index]))];
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name]))];
};

const replaced = (value: unknown, [first, ...rest]: readonly (string | number)[], by: unknown): unknown => {
  if (first === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (index === first ? replaced(item, rest, by) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, inner]) => [name, name === first ? replaced(inner, rest, by) : inner]),
  );
};

const FULL: unknown = JSON.parse(readFileSync(new URL('../../fixtures/arm/full.json', import.meta.url), 'utf8'));

const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  '',
  'x',
  '[',
  '[]',
  "[parameters('gone')]",
  "[listKeys('x', 'y')]",
  "[resourceId('Microsoft.Cache/redis', 'orders')]",
  '\u0000\u001b[31m\u202e::error::',
  [],
  {},
  [null],
  [[]],
  { a: null },
  { '[x]': 1 },
  { copy: [{ name: 'properties', input: 1 }] },
];

/** What the rules say of a cache, by rule. */
const verdictsOf = (cache: Cache): ReadonlyMap<string, string> =>
  new Map(
    RULES.filter(({ appliesTo }) => appliesTo.includes(cache.kind)).map((rule) => [rule.id, rule.check(cache, '2026-01-01').outcome]),
  );

describe('a template with one value that is something else', () => {
  const paths = pathsIn(FULL);

  it('is read or told, never a crash', async () => {
    // Each of them somewhere, and each place with several.
    for (const [index, path] of paths.entries())
      for (let turn = 0; turn < 5; turn += 1)
        await outcomeOf(JSON.stringify(replaced(FULL, path, HOSTILE[(index + turn * 4) % HOSTILE.length])));
  }, 120_000);

  it('never passes by a value that is open', async () => {
    const { caches } = await readText(JSON.stringify(FULL));
    const before = new Map(caches.map((cache) => [cache.kind, verdictsOf(cache)]));
    const wrong: string[] = [];
    for (const path of paths.filter((one) => one.includes('properties'))) {
      const seen = await outcomeOf(JSON.stringify(replaced(FULL, path, "[reference('x').y]")));
      if (typeof seen === 'string') continue;
      for (const cache of seen.caches)
        for (const [rule, outcome] of verdictsOf(cache))
          if (outcome === 'pass' && before.get(cache.kind)?.get(rule) !== 'pass') wrong.push(`${path.join('.')} ${rule}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

describe('any JSON', () => {
  it('is read or told as a template', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), async (text) => {
        await outcomeOf(`{"resources": [${text}], "parameters": ${text}, "variables": ${text}, "outputs": ${text}}`);
        await outcomeOf(text);
      }),
      { numRuns: 300 },
    );
  });

  it('is read or told as the properties of a cache and of its neighbours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
        const types = ['redis', 'redis/firewallRules', 'redis/patchSchedules', 'redisEnterprise', 'redisEnterprise/databases'];
        const resources = [
          ...types.map((type) => ({
            ...cluster(),
            type: `Microsoft.Cache/${type}`,
            name: type.includes('/') ? 'a/b' : 'a',
            properties: value,
          })),
          { ...redis(), type: 'Microsoft.Network/privateEndpoints', properties: value },
          { ...redis(), type: 'Microsoft.Insights/diagnosticSettings', scope: value, properties: value },
          { ...redis(), sku: value, tags: value, zones: value, identity: value, location: value, apiVersion: value, name: value },
        ];
        await outcomeOf(JSON.stringify(template({ resources })));
      }),
      { numRuns: 300 },
    );
  });
});
