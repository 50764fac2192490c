import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { validateConfig, validateWaivers } from '../../src/schemas/validators.ts';

/** A mistake, and all that is told of it. */
interface Case {
  readonly what: string;
  readonly value: unknown;
  readonly errors: readonly (readonly [path: string, keyword: string, params: Readonly<Record<string, unknown>>])[];
}

const config = (more: Readonly<Record<string, unknown>>) => ({ version: 1, ...more });

const rule = (settings: unknown) => config({ rules: { 'patch-schedule-set': settings } });

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

const CONFIGS: readonly Case[] = [
  { what: 'nothing', value: null, errors: [['', 'type', { type: 'object' }]] },
  { what: 'a list', value: [], errors: [['', 'type', { type: 'object' }]] },
  { what: 'a text', value: 'version', errors: [['', 'type', { type: 'object' }]] },
  { what: 'no version', value: {}, errors: [['', 'required', { missingProperty: 'version' }]] },
  { what: 'another version', value: { version: 2 }, errors: [['version', 'const', { allowedValue: 1 }]] },
  { what: 'a version that is text', value: { version: '1' }, errors: [['version', 'const', { allowedValue: 1 }]] },
  { what: 'an unknown key', value: config({ gates: {} }), errors: [['', 'additionalProperties', { additionalProperty: 'gates' }]] },
  {
    what: 'a key that every object of JavaScript has',
    value: JSON.parse('{ "version": 1, "__proto__": { "failOn": "none" }, "constructor": 1 }'),
    errors: [
      ['', 'additionalProperties', { additionalProperty: '__proto__' }],
      ['', 'additionalProperties', { additionalProperty: 'constructor' }],
    ],
  },
  {
    what: 'a key in the wrong case, deep inside',
    value: config({ gate: { failon: 'low' } }),
    errors: [['gate', 'additionalProperties', { additionalProperty: 'failon' }]],
  },
  {
    what: 'where a token goes',
    value: config({ auth: { armEndpoint: 'https://example.com' } }),
    errors: [['auth', 'additionalProperties', { additionalProperty: 'armEndpoint' }]],
  },
  { what: 'a section without anything in it', value: config({ gate: null }), errors: [['gate', 'type', { type: 'object' }]] },
  {
    what: 'a word that is none of the values',
    value: config({ gate: { failOn: 'hihg' } }),
    errors: [['gate.failOn', 'enum', { allowedValues: [...SEVERITIES, 'none'] }]],
  },
  {
    what: 'a word where true or false belongs',
    value: config({ gate: { allowEmpty: 'yes' } }),
    errors: [['gate.allowEmpty', 'type', { type: 'boolean' }]],
  },
  { what: 'a text for a list', value: config({ frameworks: 'mcsb' }), errors: [['frameworks', 'type', { type: 'array' }]] },
  { what: 'an empty list', value: config({ outputs: [] }), errors: [['outputs', 'minItems', { limit: 1 }]] },
  {
    what: 'a list with something else in it',
    value: config({ scope: { tags: ['a=b', 7, ' '] } }),
    errors: [
      ['scope.tags.1', 'type', { type: 'string' }],
      ['scope.tags.2', 'pattern', { pattern: '\\S' }],
    ],
  },
  {
    what: 'a number out of range',
    value: config({ run: { concurrency: 257 }, waivers: { maxDays: 0 } }),
    errors: [
      ['waivers.maxDays', 'minimum', { comparison: '>=', limit: 1 }],
      ['run.concurrency', 'maximum', { comparison: '<=', limit: 256 }],
    ],
  },
  { what: 'a fraction', value: config({ run: { retries: 1.5 } }), errors: [['run.retries', 'type', { type: 'integer' }]] },
  {
    what: 'a number that is none',
    value: config({ run: { retries: Number.NaN }, waivers: { warnDays: Number.POSITIVE_INFINITY } }),
    errors: [
      ['waivers.warnDays', 'type', { type: 'integer' }],
      ['run.retries', 'type', { type: 'integer' }],
    ],
  },
  {
    what: 'a duration without a unit',
    value: config({ run: { timeout: '600' } }),
    errors: [['run.timeout', 'pattern', { pattern: '^\\d{1,9}(?:\\.\\d{1,3})?(?:ms|s|m|h)$' }]],
  },
  { what: 'a duration that is a number', value: config({ run: { timeout: 600 } }), errors: [['run.timeout', 'type', { type: 'string' }]] },
  {
    what: 'a rule that is off without a reason',
    value: rule({ enabled: false }),
    errors: [
      ['rules.patch-schedule-set', 'required', { missingProperty: 'reason' }],
      ['rules.patch-schedule-set', 'if', { failingKeyword: 'then' }],
    ],
  },
  {
    what: 'a rule that is off for a reason that says nothing',
    value: rule({ enabled: false, reason: ' ' }),
    errors: [['rules.patch-schedule-set.reason', 'pattern', { pattern: '\\S' }]],
  },
  { what: 'a rule that is only named', value: rule(null), errors: [['rules.patch-schedule-set', 'type', { type: 'object' }]] },
  {
    what: 'a severity that gates on nothing',
    value: rule({ severity: 'none' }),
    errors: [['rules.patch-schedule-set.severity', 'enum', { allowedValues: SEVERITIES }]],
  },
  {
    what: 'an option that is an object',
    value: rule({ options: { days: {} } }),
    errors: [['rules.patch-schedule-set.options.days', 'type', { type: ['boolean', 'number', 'string', 'array'] }]],
  },
  {
    what: 'a place without a file, under a key with slashes and a tilde',
    value: config({ sarif: { locations: { '*/redis/~1-pay': ':12' } } }),
    errors: [['sarif.locations.*/redis/~1-pay', 'pattern', { pattern: '^[^:\\\\/][^:\\\\]*(?::[1-9]\\d{0,6})?$' }]],
  },
  {
    what: 'an outcome that the table does not have',
    value: config({ table: { show: ['fail', 'passed'] } }),
    errors: [['table.show.1', 'enum', { allowedValues: ['fail', 'unknown', 'pass', 'not_applicable', 'not_evaluated', 'waived'] }]],
  },
];

const WAIVER = {
  id: 'W-1',
  rule: 'non-ssl-port-disabled',
  resource: '*',
  category: 'waiver',
  reason: 'until the cut-over',
  owner: 'team-orders',
  expires: '2026-12-31',
};

const waiver = (more: Readonly<Record<string, unknown>>) => ({ version: 1, waivers: [WAIVER, { ...WAIVER, ...more }] });

const ID = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

const DAY = '^\\d{4}-\\d{2}-\\d{2}$';

const WAIVERS: readonly Case[] = [
  { what: 'nothing', value: null, errors: [['', 'type', { type: 'object' }]] },
  { what: 'a list without its key', value: [WAIVER], errors: [['', 'type', { type: 'object' }]] },
  { what: 'a version alone', value: { version: 1 }, errors: [['', 'required', { missingProperty: 'waivers' }]] },
  { what: 'a key without a list', value: { version: 1, waivers: null }, errors: [['waivers', 'type', { type: 'array' }]] },
  {
    what: 'an empty waiver',
    value: { version: 1, waivers: [{}] },
    errors: Object.keys(WAIVER).map((missingProperty) => ['waivers.0', 'required', { missingProperty }] as const),
  },
  ...Object.keys(WAIVER).map((name) => ({
    what: `no ${name}`,
    value: waiver({ [name]: undefined }),
    errors: [['waivers.1', 'required', { missingProperty: name }]] as const,
  })),
  {
    what: 'an unknown key',
    value: waiver({ expiry: '2026-12-31' }),
    errors: [['waivers.1', 'additionalProperties', { additionalProperty: 'expiry' }]],
  },
  { what: 'an id with a space', value: waiver({ id: 'W 1' }), errors: [['waivers.1.id', 'pattern', { pattern: ID }]] },
  { what: 'an id with a line break', value: waiver({ id: 'W-1\n' }), errors: [['waivers.1.id', 'pattern', { pattern: ID }]] },
  { what: 'an id that is long', value: waiver({ id: 'W'.repeat(65) }), errors: [['waivers.1.id', 'pattern', { pattern: ID }]] },
  { what: 'an id that is a number', value: waiver({ id: 14 }), errors: [['waivers.1.id', 'type', { type: 'string' }]] },
  ...['rule', 'resource', 'reason', 'owner', 'ticket'].map((name) => ({
    what: `a blank ${name}`,
    value: waiver({ [name]: ' \t' }),
    errors: [[`waivers.1.${name}`, 'pattern', { pattern: '\\S' }]] as const,
  })),
  {
    what: 'another category',
    value: waiver({ category: 'accepted' }),
    errors: [['waivers.1.category', 'enum', { allowedValues: ['waiver', 'mitigated', 'false_positive'] }]],
  },
  { what: 'a day in words', value: waiver({ expires: '31 December' }), errors: [['waivers.1.expires', 'pattern', { pattern: DAY }]] },
  {
    what: 'a moment for a day',
    value: waiver({ expires: '2026-12-31T00:00:00Z' }),
    errors: [['waivers.1.expires', 'pattern', { pattern: DAY }]],
  },
];

/** The same out of dist, where no ajv is: there the code stands that it made. */
const built = (): Readonly<Record<'validateConfig' | 'validateWaivers', typeof validateConfig>> => {
  const dist = fileURLToPath(new URL('../../dist', import.meta.url));
  const [file = '', ...more] = readdirSync(dist).filter((name) => /^validators-.*\.js$/.test(name));
  expect(more).toEqual([]);
  return createRequire(import.meta.url)(join(dist, file));
};

describe.each([
  { file: 'a configuration', cases: CONFIGS, validate: validateConfig, builtName: 'validateConfig' as const },
  { file: 'a file of waivers', cases: WAIVERS, validate: validateWaivers, builtName: 'validateWaivers' as const },
])('of $file', ({ cases, validate, builtName }) => {
  it.each(cases)('$what is told with the way to it, and what would be right', ({ value, errors }) => {
    const told = validate(value);
    expect(told.map(({ path, keyword, params }) => [path.join('.'), keyword, params])).toEqual(errors);
    // Whoever makes a message of it finds there what else is known of the place; what a condition requires stands under `then`.
    for (const { schema, keyword } of told)
      expect(schema).toSatisfy(() => keyword in schema || (keyword === 'required' && 'then' in schema));
  });

  it.each(cases)('$what is told alike by what is built', ({ value }) => {
    expect(built()[builtName](value)).toEqual(validate(value));
  });
});

describe('the schema of a mistake', () => {
  const schemaIn = (value: unknown): Readonly<Record<string, unknown>> => ({ ...validateConfig(value)[0]?.schema });

  it('is that of the object that has a key too many', () => {
    expect(Object.keys(Object(schemaIn(config({ gates: {} }))['properties']))).toContain('gate');
    expect(Object.keys(Object(schemaIn(rule({ sverity: 'high' }))['properties']))).toEqual([
      ...['enabled', 'reason', 'severity', 'waivable', 'options'],
    ]);
    const [error] = validateWaivers(waiver({ expiry: 'soon' }));
    expect(Object.keys(Object(error?.schema['properties']))).toEqual([...Object.keys(WAIVER).slice(0, -1), 'ticket', 'expires']);
  });

  it('is that of the object that lacks a key, which may be required by a condition', () => {
    expect(schemaIn(rule({ enabled: false }))).toMatchObject({ properties: { reason: { description: expect.any(String) } } });
  });

  it('says what the key is for, also where its form is one of several keys', () => {
    expect(schemaIn(config({ run: { timeout: '600' } }))).toMatchObject({
      type: 'string',
      description: 'For the whole run. Default: 10m. A number with a unit, such as 500ms, 30s, 10m or 1h; at most 24h.',
    });
    expect(schemaIn(config({ auth: { tenant: '' } }))).toMatchObject({ pattern: '\\S', description: expect.stringMatching(/tenant/) });
  });
});

describe('the way to a mistake', () => {
  it('has numbers into lists and texts into objects, also where a key is a number', () => {
    expect(validateWaivers(waiver({ category: 'x' })).map(({ path }) => path)).toEqual([['waivers', 1, 'category']]);
    expect(validateConfig(config({ rules: { 1: { enabled: 'x' } } })).map(({ path }) => path)).toEqual([['rules', '1', 'enabled']]);
  });
});

describe('what is right', () => {
  const EVERYTHING = {
    version: 1,
    scope: {
      subscriptions: ['prod'],
      managementGroups: ['mg'],
      resourceGroups: ['rg'],
      caches: ['orders'],
      tags: ['env=prod', 'owner'],
      exclude: ['*/resourceGroups/sandbox-*/*'],
      source: 'graph',
      graphOnly: true,
    },
    auth: { kind: 'cli', tenant: 'contoso.example', cloud: 'usgov' },
    gate: { failOn: 'none', allowEmpty: true, allowIncomplete: true, baseline: 'old.json' },
    rules: {
      'minimum-tls-1-2': { severity: 'critical', waivable: false, options: { requireExplicit: true, most: 16, tags: ['owner', 'cost'] } },
      CKV_AZURE_91: { enabled: false, reason: 'not ours' },
    },
    select: { rules: ['*tls*'], skip: ['patch-schedule-set'] },
    frameworks: ['mcsb'],
    outputs: ['table', 'json=out/redvet.json'],
    sarif: { locations: { '*/redis/payments-*': 'infra/redis.bicep:12', '*': 'infra/main.tf' }, waived: 'include' },
    table: { show: ['fail', 'waived'], groupBy: 'rule', minSeverity: 'low', wide: true, color: 'never' },
    redact: 'ids',
    waivers: { file: 'w.yaml', maxDays: 3650, warnDays: 0, strict: true },
    run: { concurrency: 256, timeout: '10m', requestTimeout: '1.5s', retries: 0, progress: false },
  };

  it.each([
    { what: 'a version alone', value: { version: 1 } },
    { what: 'everything that there is', value: EVERYTHING },
    { what: 'sections without keys', value: { version: 1, scope: {}, gate: {}, rules: {}, sarif: { locations: {} }, run: {} } },
    { what: 'a reason beside a rule that is on', value: rule({ enabled: true, reason: 'asked twice' }) },
  ])('is nothing to tell of a configuration: $what', ({ value }) => {
    expect(validateConfig(value)).toEqual([]);
    expect(built().validateConfig(value)).toEqual([]);
  });

  it.each([
    { what: 'no waiver', value: { version: 1, waivers: [] } },
    { what: 'one with a ticket', value: waiver({ ticket: 'SEC-4411' }) },
    { what: 'the longest id', value: waiver({ id: 'W'.repeat(64) }) },
  ])('is nothing to tell of a file of waivers: $what', ({ value }) => {
    expect(validateWaivers(value)).toEqual([]);
    expect(built().validateWaivers(value)).toEqual([]);
  });

  it('is told alike whatever was checked before', () => {
    const wrong = validateConfig({ version: 2 });
    expect(validateConfig({ version: 1 })).toEqual([]);
    expect(wrong).toEqual(validateConfig({ version: 2 }));
  });
});
