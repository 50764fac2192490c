import { describe, expect, it } from 'vitest';
import { assess } from '../../src/assess.ts';
import { problem } from '../../src/model/problem.ts';
import { baselineOf } from '../../src/policy/baseline.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { waiversFrom } from '../../src/policy/waivers.ts';
import { jsonReporter } from '../../src/reporters/json.ts';
import { ndjsonReporter } from '../../src/reporters/ndjson.ts';
import type { Reporter } from '../../src/reporters/reporter.ts';
import { frameworkOf } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';
import { compliantCache, declaredIn, missing, SUBSCRIPTION, seen, TODAY } from '../support/cache.ts';
import { violationsOfLine, violationsOfResult } from '../support/result-schema.ts';
import { END, runOf } from '../support/run.ts';

/** Rules that have options, a day on which they come due, and a change for programs that connect. */
const SOME = RULES.filter(({ id }) =>
  ['non-ssl-port-disabled', 'firewall-rules-narrow', 'tier-not-retiring', 'minimum-tls-1-2'].includes(id),
);

const CACHES = [
  compliantCache({ nonSslPort: seen(true), minimumTlsVersion: seen('1.0') }),
  compliantCache({
    id: 'azurerm_redis_cache.main',
    nonSslPort: missing(),
    origin: declaredIn('main.tf'),
    resourceGroup: null,
    location: null,
  }),
];

const waiver = { category: 'mitigated', reason: 'behind a proxy', owner: 'team-orders', ticket: 'SEC-1', resource: '*' } as const;

const WAIVERS = waiversFrom(
  [
    { ...waiver, id: 'W-1', rules: ['non-ssl-port-disabled'], expires: TODAY },
    { ...waiver, id: 'W-2', rules: ['minimum-tls-1-2'], expires: '2025-01-01', ticket: null },
  ],
  false,
  { today: TODAY, warnDays: 14 },
);

const POLICY: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: WAIVERS,
  baseline: baselineOf(new Map()),
  digest: (text) => String(text.length),
};

const RUN = runOf({
  rules: SOME,
  frameworks: [frameworkOf('mcsb', SOME)],
  config: { path: '.redvet.yaml', sha256: 'a'.repeat(64) },
  disabled: [{ rule: 'patch-schedule-set', reason: 'the platform team does it' }],
  options: { failOn: 'high' },
});

/** A result in which everything is that there can be, in the form that a reporter gives it. */
const textBy = (reporter: Reporter): string => {
  const tally = tallyOf(RUN, POLICY);
  const parts = [reporter.begin(RUN)];
  for (const cache of CACHES) {
    const assessed = evaluate(assess(cache, SOME, TODAY), POLICY);
    tally.add(assessed);
    parts.push(reporter.assessed(assessed));
  }
  tally.addSubscription({ id: SUBSCRIPTION, name: 'prod', state: 'Enabled', status: 'read', caches: 2, excluded: 0, reason: null });
  tally.addInput({ path: 'main.tf', kind: 'terraform', status: 'read', caches: 1, excluded: 0 });
  tally.addProblem(
    problem('permission', 'AUTHORIZATION_FAILED', 'no right', { scope: '/subscriptions/x', affects: ['*'], httpStatus: 403 }),
  );
  return [...parts, ...reporter.end(tally.report(END))].join('');
};

const RESULT: unknown = JSON.parse(textBy(jsonReporter()));

const LINES: readonly unknown[] = textBy(ndjsonReporter())
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

type Path = readonly (string | number)[];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The ways to everything in a value, but into the options of a run, which hold anything. */
const pathsIn = (value: unknown, path: Path = []): readonly Path[] => {
  if (!isObject(value) || path.slice(-2).join('.') === 'run.options') return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return [[...path, step], ...pathsIn(one, [...path, step])];
  });
};

/** The value with something else at the end of a way; undefined for nothing. */
const changed = (value: unknown, [step, ...more]: Path, to: unknown): unknown => {
  if (step === undefined) return to;
  if (Array.isArray(value)) return value.map((one, index) => (index === step ? changed(one, more, to) : one));
  const { [step]: one, ...others }: Readonly<Record<string, unknown>> = { ...Object(value) };
  const made = changed(one, more, to);
  return made === undefined ? others : { ...others, [step]: made };
};

/** What is left of a value after each change that the schema allows all the same. */
const allowed = (value: unknown, violations: (value: unknown) => readonly string[], paths: readonly Path[], to: unknown) =>
  paths.filter((path) => violations(changed(value, path, to)).length === 0).map((path) => path.join('.'));

const isKey = (path: Path): boolean => typeof path.at(-1) === 'string';

/** Any text may stand in another's place, and any object in that of the options. */
const STRANGE = { strange: true };

describe('a result in which everything is', () => {
  it('has everything: waivers that hold and that do not, days, origins, problems and inputs', () => {
    expect(RESULT).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({
          disposition: 'waived',
          waiver: expect.objectContaining({ id: 'W-1', state: 'expiring', ticket: 'SEC-1' }),
        }),
        expect.objectContaining({ disposition: 'active', waiver: expect.objectContaining({ id: 'W-2', state: 'expired', ticket: null }) }),
        expect.objectContaining({ due: expect.stringMatching(/^\d{4}-/) }),
        expect.objectContaining({ origin: expect.objectContaining({ language: 'terraform' }), location: null }),
      ]),
      waivers: [expect.objectContaining({ id: 'W-1' }), expect.objectContaining({ id: 'W-2' })],
      run: { config: { path: '.redvet.yaml' }, disabledRules: [{ rule: 'patch-schedule-set' }], judgedOn: TODAY },
      problems: [{ httpStatus: 403 }],
      scope: { subscriptions: [{ name: 'prod' }], inputs: [{ kind: 'terraform' }] },
    });
  });

  it('follows the schema, as one object and line by line', () => {
    expect(violationsOfResult(RESULT)).toEqual([]);
    expect(LINES.flatMap(violationsOfLine)).toEqual([]);
  });

  it('can lack no property', () => {
    const paths = pathsIn(RESULT).filter(isKey);
    expect(paths.length).toBeGreaterThan(400);
    expect(allowed(RESULT, violationsOfResult, paths, undefined)).toEqual([]);
  });

  it('has an object where none belongs nowhere, and no property that is not described', () => {
    const paths = pathsIn(RESULT).filter((path) => path.join('.') !== 'run.options');
    expect(allowed(RESULT, violationsOfResult, paths, STRANGE)).toEqual([]);
    const objects = paths.filter((path) => !isKey(path)).map((path) => [...path, 'more']);
    // Into texts of lists nothing can be put.
    expect(allowed(RESULT, violationsOfResult, objects, 1)).toEqual([]);
  });

  it.each(['run', 'finding', 'cache', 'problem', 'end'])('can lack no property of a line that is a %s, its type included', (type) => {
    const lines = LINES.filter((line) => Object(line).type === type);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(allowed(line, violationsOfLine, pathsIn(line).filter(isKey), undefined)).toEqual([]);
      expect(violationsOfLine({ ...Object(line), type: 'other' })).not.toEqual([]);
      expect(violationsOfLine({ ...Object(line), more: 1 })).not.toEqual([]);
    }
  });
});
