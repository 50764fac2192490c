import { describe, expect, it } from 'vitest';
import { AUTH_KINDS } from '../../src/azure/auth-kinds.ts';
import { CLOUD_NAMES } from '../../src/azure/cloud-names.ts';
import { MOST_DAYS, WARN_DAYS } from '../../src/cli/config.ts';
import { CONFIG_KEYS } from '../../src/cli/config-keys.ts';
import { givenFrom } from '../../src/cli/given.ts';
import { SCAN_OPTIONS } from '../../src/cli/options.ts';
import { readRunSettings } from '../../src/cli/settings.ts';
import { COLOR_CHOICES } from '../../src/cli/words.ts';
import { CACHE_KINDS, type Origin } from '../../src/model/cache.ts';
import { READ_NAMES, READ_STATES, RESOURCE_TYPES, SIGN_IN_STATES } from '../../src/model/diagnosis.ts';
import { type Evidence, OUTCOMES } from '../../src/model/finding.ts';
import type { ProblemKind } from '../../src/model/problem.ts';
import type { Control } from '../../src/model/rule-spec.ts';
import { INPUT_KINDS, type SubscriptionScope } from '../../src/model/scope.ts';
import { rankOf, SEVERITIES, THRESHOLDS } from '../../src/model/severity.ts';
import { EXIT_CODES } from '../../src/policy/exit-code.ts';
import {
  type ControlResult,
  DISPOSITIONS,
  type FindingWaiver,
  type Run,
  type StatusOutcome,
  WAIVER_CATEGORIES,
  type WaiverResult,
} from '../../src/policy/report.ts';
import { SCHEMA } from '../../src/reporters/result-json.ts';
import config from '../../src/schemas/config.json' with { type: 'json' };
import diff from '../../src/schemas/diff.json' with { type: 'json' };
import doctor from '../../src/schemas/doctor.json' with { type: 'json' };
import result from '../../src/schemas/result.json' with { type: 'json' };
import snapshot from '../../src/schemas/snapshot.json' with { type: 'json' };
import waivers from '../../src/schemas/waivers.json' with { type: 'json' };
import { violationsBy } from '../support/schema.ts';

type Schema = Readonly<Record<string, unknown>>;

const SCHEMAS: Readonly<Record<string, Schema>> = { result, diff, config, waivers, snapshot, doctor };

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at a pointer such as `$defs/rule/properties/severity`, beyond the references on the way. */
const at = (schema: Schema, pointer: string): Schema => {
  const resolved = (one: unknown): Schema => {
    if (!isSchema(one)) throw new Error(`nothing is at ${pointer}`);
    const { $ref, ...own } = one;
    return typeof $ref === 'string' ? { ...at(schema, $ref.slice(2)), ...own } : own;
  };
  return pointer.split('/').reduce<Schema>((found, step) => resolved(found[step]), schema);
};

/** Every property that a schema describes, by its path, with what the schema says of it. */
const propertiesIn = (schema: Schema, part: unknown = schema, path = ''): readonly (readonly [string, Schema])[] => {
  if (!isSchema(part)) return Array.isArray(part) ? part.flatMap((one) => propertiesIn(schema, one, path)) : [];
  return Object.entries(part).flatMap(([keyword, of]) => {
    // A condition is on properties that are described elsewhere.
    if (keyword === 'if' || keyword === 'then') return [];
    if ((keyword !== 'properties' && keyword !== '$defs') || !isSchema(of)) return propertiesIn(schema, of, path);
    return Object.entries(of).flatMap(([name, one]) => {
      const inner = propertiesIn(schema, one, `${path}.${name}`);
      if (keyword === '$defs' || !isSchema(one)) return inner;
      const reference = one['$ref'];
      const described = typeof reference === 'string' ? { ...at(schema, reference.slice(2)), ...one } : one;
      return [[`${path}.${name}`, described] as const, ...inner];
    });
  });
};

describe.each(Object.entries(SCHEMAS))('the schema of a %s', (name, schema) => {
  it('is one by the rules of 2020-12, and holds no word that they do not know', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema['$id']).toBe(`urn:redvet:schema:${name}:1`);
    expect(() => violationsBy(schema)).not.toThrow();
  });

  it('says of every property what it is, in a sentence', () => {
    const all = propertiesIn(schema);
    expect(all.length).toBeGreaterThan(9);
    const bare = all.filter(([, { description }]) => typeof description !== 'string');
    expect(bare.map(([path]) => path)).toEqual([]);
  });
});

/** All members of a union, which the compiler counts. */
const membersOf = <T extends string>(members: Readonly<Record<T, true>>): readonly string[] => Object.keys(members);

const ORIGINS = membersOf<Control['origin']>({ 'azure-policy': true, cis: true, redvet: true });

const ENUMERATIONS: readonly (readonly [schema: Schema, pointer: string, values: readonly unknown[]])[] = [
  [config, 'properties/auth/properties/kind', AUTH_KINDS],
  [config, 'properties/auth/properties/cloud', CLOUD_NAMES],
  [config, 'properties/gate/properties/failOn', THRESHOLDS],
  [config, 'properties/table/properties/show/items', [...OUTCOMES, 'waived']],
  [config, 'properties/table/properties/minSeverity', SEVERITIES],
  [config, 'properties/table/properties/color', COLOR_CHOICES],
  [config, '$defs/rule/properties/severity', SEVERITIES],
  [waivers, '$defs/waiver/properties/category', WAIVER_CATEGORIES],
  [result, '$defs/severity', SEVERITIES],
  [result, '$defs/threshold', THRESHOLDS],
  [result, '$defs/kind', CACHE_KINDS],
  [result, '$defs/control/properties/origin', ORIGINS],
  [result, '$defs/framework/properties/controls/items/properties/origin', ORIGINS],
  [
    result,
    '$defs/framework/properties/controls/items/properties/state',
    membersOf<ControlResult['state']>({ pass: true, fail: true, unknown: true, not_covered: true }),
  ],
  [result, '$defs/origin/properties/language', membersOf<Origin['language']>({ terraform: true, arm: true, bicep: true })],
  [result, '$defs/waiver/properties/state', membersOf<FindingWaiver['state']>({ applied: true, expiring: true, expired: true })],
  [result, '$defs/waiver/properties/category', WAIVER_CATEGORIES],
  [
    result,
    '$defs/waiverResult/properties/state',
    membersOf<WaiverResult['state']>({ applied: true, unused: true, expired: true, expiring: true }),
  ],
  [result, '$defs/finding/properties/outcome', OUTCOMES],
  [result, '$defs/finding/properties/disposition', DISPOSITIONS],
  [result, '$defs/evidence/properties/source', membersOf<Evidence['source']>({ observed: true, service_default: true })],
  [
    result,
    '$defs/problem/properties/kind',
    membersOf<ProblemKind>({
      usage: true,
      permission: true,
      not_found: true,
      auth: true,
      throttle: true,
      timeout: true,
      network: true,
      proxy: true,
      malformed: true,
      limit: true,
      rule_crash: true,
      output: true,
      interrupted: true,
      internal: true,
    }),
  ],
  [
    result,
    '$defs/subscription/properties/status',
    membersOf<SubscriptionScope['status']>({ read: true, denied: true, skipped: true, partial: true }),
  ],
  [result, '$defs/input/properties/kind', INPUT_KINDS],
  [result, '$defs/run/properties/source', membersOf<Run['source']>({ arm: true, graph: true, files: true })],
  [
    result,
    '$defs/status/properties/outcome',
    membersOf<StatusOutcome>({
      clean: true,
      findings: true,
      usage: true,
      incomplete: true,
      access: true,
      empty: true,
      output: true,
      internal: true,
      interrupted: true,
    }),
  ],
  [doctor, '$defs/identity/properties/state', SIGN_IN_STATES],
  [doctor, '$defs/read/properties/need', READ_NAMES],
  [doctor, '$defs/read/properties/state', READ_STATES],
  [doctor, '$defs/read/properties/resourceType', [...RESOURCE_TYPES, null]],
  // SIGTERM has a code of its own.
  [result, '$defs/status/properties/exitCode', [...Object.values(EXIT_CODES), 143]],
];

describe('an enumeration in a schema', () => {
  const named = ENUMERATIONS.map(([schema, pointer, values]) => ({ schema, pointer, values, id: schema['$id'] }));

  it.each(named)('is that of the code: $pointer in $id', ({ schema, pointer, values }) => {
    const written = at(schema, pointer)['enum'];
    expect({ pointer, values: [...new Set(Array.isArray(written) ? written : [])].sort() }).toEqual({
      pointer,
      values: [...values].sort(),
    });
  });

  it('is counted by severity wherever severities are keys', () => {
    for (const name of ['gatingAt', 'failBySeverity']) {
      const { properties, required } = at(result, `$defs/summary/properties/${name}`);
      expect([Object.keys(Object(properties)), required]).toEqual([SEVERITIES, SEVERITIES]);
    }
    expect(at(result, '$defs/severityRank')).toMatchObject({ minimum: rankOf('info'), maximum: rankOf('critical') });
  });
});

describe('the schema of a result', () => {
  it('is the one that results name', () => {
    expect(result.$id).toBe(SCHEMA.$schema);
    expect(SCHEMA.schemaVersion).toMatch(new RegExp(result.properties.schemaVersion.pattern));
  });
});

describe('the schema of a diagnosis', () => {
  it.each(['problem', 'tool', 'stats'] as const)('tells a %s as a result does', (name) => {
    expect(doctor.$defs[name]).toEqual(result.$defs[name]);
  });

  it('tells a subscription as a result does, with its reads', () => {
    const { reads, ...rest } = doctor.$defs.subscription.properties;
    expect(rest).toEqual(result.$defs.subscription.properties);
    expect(reads.items).toEqual({ $ref: '#/$defs/read' });
  });
});

describe('the schema of a config', () => {
  /** Keys that no option of the command line stands for. */
  const OWN = ['version', 'rules', 'sarif.locations', 'waivers.maxDays', 'waivers.warnDays'];

  it('has a key for each option that a file may set, and no other', () => {
    const keys = Object.entries(config.properties).flatMap(([name, section]) =>
      'properties' in section ? Object.keys(section.properties).map((key) => `${name}.${key}`) : [name],
    );
    expect(keys.sort()).toEqual([...Object.values(CONFIG_KEYS), ...OWN].sort());
  });

  it('lets nobody write a secret, or where a token goes', () => {
    expect(Object.keys(config.properties.auth.properties)).toEqual(['kind', 'tenant', 'cloud']);
    expect(config.properties.auth.additionalProperties).toBe(false);
  });

  it('refuses an unknown key in every section', () => {
    const objects = propertiesIn(config).filter(([, one]) => one['type'] === 'object');
    expect(objects.filter(([, one]) => one['additionalProperties'] === undefined)).toEqual([]);
  });

  it.each([
    { name: 'concurrency', ...config.properties.run.properties.concurrency },
    { name: 'retries', ...config.properties.run.properties.retries },
  ])('gives $name the limits of the command line', ({ name, minimum, maximum }) => {
    const read = (value: number) => () => readRunSettings(givenFrom(SCAN_OPTIONS, { [name]: String(value) }, {}));
    expect(read(minimum)).not.toThrow();
    expect(read(maximum)).not.toThrow();
    expect(read(maximum + 1)).toThrow(/is not a number in range/);
    expect(read(minimum - 1)).toThrow(/is not a number in range/);
  });

  it.each(['500ms', '1.5s', '10m', '24h', '90', '10 m', '1d', '-5s', '1.2345s', ''])(
    'takes the duration %j as the command line does',
    (text) => {
      const pattern = new RegExp(config.$defs.duration.pattern, 'u');
      const read = () => readRunSettings(givenFrom(SCAN_OPTIONS, { timeout: text }, {}));
      if (pattern.test(text)) expect(read).not.toThrow();
      else expect(read).toThrow(/is not a duration/);
    },
  );

  it('tells the defaults of waivers as they are', () => {
    expect(config.properties.waivers.properties.maxDays.description).toContain(`Default: ${MOST_DAYS}.`);
    expect(config.properties.waivers.properties.warnDays.description).toContain(`Default: ${WARN_DAYS}.`);
  });
});
