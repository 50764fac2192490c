import { describe, expect, it } from 'vitest';
import type { Body, Fix } from '../../src/model/fix.ts';
import { bicepFile } from '../../src/remediation/bicep-file.ts';
import { planOf } from '../../src/remediation/plan.ts';
import { remediationOf } from '../../src/remediation/remediation.ts';
import { configure, database, patch } from '../../src/rules/fixes.ts';
import { RULES } from '../../src/rules/index.ts';
import { cacheId, clusterId } from '../support/cache.ts';
import { az, decide, failing, MANAGED, REDIS, ruleWith, written } from '../support/mending.ts';

const bicepOf = (fix: Partial<Fix>, target = REDIS): string | null => remediationOf(ruleWith('any', fix), target).bicep;

describe('a fix in Bicep', () => {
  it('says what has to stand in the declaration of a cache', () => {
    expect(bicepOf({ steps: () => [patch({ enableNonSslPort: false })] })).toBe(
      ['// in Microsoft.Cache/redis@2024-11-01', 'properties: {', '  enableNonSslPort: false', '}'].join('\n'),
    );
  });

  it('tells the declaration of a cluster from that of its database', () => {
    expect(bicepOf({ steps: () => [patch({ a: 'x' }), database({ b: 'y' })] }, MANAGED)).toBe(
      [
        '// in Microsoft.Cache/redisEnterprise@2025-07-01',
        'properties: {',
        "  a: 'x'",
        '}',
        '// in Microsoft.Cache/redisEnterprise/databases@2025-07-01',
        'properties: {',
        "  b: 'y'",
        '}',
      ].join('\n'),
    );
  });

  it('is the last of several changes of the same property, beside the others', () => {
    const steps = [
      patch({ sku: { name: 'Standard', capacity: 0 } }),
      patch({ sku: { name: 'Standard', capacity: 1 } }),
      configure({ 'a-b': '1' }),
    ];
    expect(
      bicepOf({ steps: () => [...steps, configure({ 'c-d': '2' })] })
        ?.split('\n')
        .slice(1),
    ).toEqual([
      'properties: {',
      '  sku: {',
      "    name: 'Standard'",
      '    capacity: 1',
      '  }',
      '  redisConfiguration: {',
      "    'a-b': '1'",
      "    'c-d': '2'",
      '  }',
      '}',
    ]);
  });

  it('is a declaration of its own where a fix brings one', () => {
    expect(bicepOf({ steps: () => [az('a')], bicep: "resource x 'y' = {\n}" })).toBe("resource x 'y' = {\n}");
  });

  it('is none where no property does it', () => {
    expect(bicepOf({ steps: () => [az('a')] })).toBeNull();
  });

  const VALUES: readonly { readonly value: Body[string]; readonly text: string }[] = [
    { value: true, text: 'a: true' },
    { value: 6, text: 'a: 6' },
    { value: 1.5, text: "a: json('1.5')" },
    { value: 'x', text: "a: 'x'" },
    { value: "it's", text: "a: 'it\\'s'" },
    { value: 'back\\slash', text: "a: 'back\\\\slash'" },
    { value: '$' + '{x} $x', text: "a: '\\$" + "{x} $x'" },
    { value: 'one\ntwo\u2028', text: "a: 'one\\u{a}two\\u{2028}'" },
    { value: '', text: "a: ''" },
    { value: ['1', '2'], text: "a: [\n  '1'\n  '2'\n]" },
    { value: {}, text: 'a: {\n}' },
  ];

  it.each(VALUES)('writes $value as a literal', ({ value, text }) => {
    const lines = bicepOf({ steps: () => [{ type: 'patch', body: { a: value } }] })?.split('\n');
    expect(lines?.slice(1).join('\n')).toBe(text);
  });

  it.each([
    ['a', 'a: 1'],
    ['_a1', '_a1: 1'],
    ['a-b', "'a-b': 1"],
    ['1a', "'1a': 1"],
    ["it's", "'it\\'s': 1"],
  ])('writes the name %s as a key', (name, line) => {
    expect(
      bicepOf({ steps: () => [{ type: 'patch', body: { [name]: 1 } }] })
        ?.split('\n')
        .at(-1),
    ).toBe(line);
  });
});

/** What is no comment. */
const declared = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('//'));

describe('a file in Bicep', () => {
  const file = (findings: Parameters<typeof planOf>[0], rules: Parameters<typeof planOf>[1]): string =>
    written(bicepFile, planOf(findings, rules));

  it('has a variable for each cache, with what all fixes set together', () => {
    const rules = [
      ruleWith('port', { steps: () => [patch({ port: false })], stage: 'cut' }),
      ruleWith('entra', { steps: () => [configure({ 'aad-enabled': 'true' }), decide('Choose')] }),
      ruleWith('auth', { steps: () => [configure({ auth: 'false' })] }),
    ];
    expect(declared(file([...rules.map(({ id }) => failing(id)), failing('port', { resourceId: cacheId('b') })], rules))).toEqual([
      'var redis_b = {',
      '  properties: {',
      '    port: false',
      '  }',
      '}',
      'var redis_orders = {',
      '  properties: {',
      '    redisConfiguration: {',
      "      'aad-enabled': 'true'",
      "      auth: 'false'",
      '    }',
      '    port: false',
      '  }',
      '}',
    ]);
  });

  it('has another for the database of a cluster', () => {
    const rule = ruleWith('any', { steps: () => [patch({ a: 1 }), database({ b: 2 })] });
    expect(declared(file([failing('any', { resourceId: MANAGED.id, resourceKind: 'managed' })], [rule]))).toEqual([
      'var redis_orders = {',
      '  properties: {',
      '    a: 1',
      '  }',
      '}',
      'var redis_orders_database = {',
      '  properties: {',
      '    b: 2',
      '  }',
      '}',
    ]);
  });

  it('gives caches of the same name names of their own, also where a database has that name', () => {
    const rule = ruleWith('any', { steps: () => [patch({ a: 1 })] });
    const ids = [cacheId('a-b'), cacheId('A-B', 'rg-2'), cacheId('a-b', 'rg-3')];
    const text = file(
      ids.map((resourceId) => failing('any', { resourceId })),
      [rule],
    );
    expect(declared(text).filter((line) => line.startsWith('var'))).toEqual([
      'var redis_a_b = {',
      'var redis_a_b_2 = {',
      'var redis_a_b_3 = {',
    ]);
  });

  it('leaves in comments what needs a decision, is held, or is a declaration of its own', () => {
    const rules = [
      ruleWith('public-network-access-disabled', { steps: () => [patch({ publicNetworkAccess: 'Disabled' })] }),
      ruleWith('waits', { steps: () => [decide('Choose'), patch({ waits: true })] }),
      ruleWith('own', { steps: () => [az('a')], bicep: "resource x 'y' = {\n  z: 1\n}" }),
      ruleWith('none'),
    ];
    const text = file([...rules.map(({ id }) => failing(id)), failing('private-endpoint-approved', { outcome: 'unknown' })], rules);
    expect(declared(text)).toEqual([]);
    for (const line of [
      '//    Held back: this cache has to pass private-endpoint-approved first.',
      "//        publicNetworkAccess: 'Disabled'",
      '//        waits: true',
      "//      resource x 'y' = {",
      '//        z: 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('says of each fix what it does and breaks', () => {
    const text = file([failing('any')], [ruleWith('any', { steps: () => [patch({ a: 1 })] })]);
    expect(text).toContain(
      `// ==== ${REDIS.id}\n// -- any: Do it.\n//    Mind: It hurts.\n// in Microsoft.Cache/redis@2024-11-01\nvar redis_orders = {`,
    );
  });

  it('is made of declarations for every rule and kind', () => {
    const ids = { redis: cacheId('a'), managed: clusterId('b'), enterprise: clusterId('c') };
    const findings = RULES.flatMap(({ id, appliesTo }) =>
      appliesTo.map((kind) => failing(id, { resourceKind: kind, resourceId: ids[kind] })),
    );
    const lines = declared(file(findings, RULES));
    expect(lines.length).toBeGreaterThan(10);
    expect(
      lines.filter((line) => !/^(?:var \w+ = \{| *(?:\w+|'[\w-]+'): (?:\{|\[|true|false|\d+|'[^'\\$]*')| *'[^'\\$]*'| *[}\]])$/.test(line)),
    ).toEqual([]);
    expect(lines.filter((line) => /[{[]$/.test(line)).length).toBe(lines.filter((line) => /[}\]]$/.test(line)).length);
  });
});
