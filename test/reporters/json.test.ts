import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { assess } from '../../src/assess.ts';
import type { Cache } from '../../src/model/cache.ts';
import { problem } from '../../src/model/problem.ts';
import type { SubscriptionScope } from '../../src/model/scope.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { Run } from '../../src/policy/report.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { jsonReporter, rulesJson } from '../../src/reporters/json.ts';
import { RULES } from '../../src/rules/index.ts';
import { defineRule, given, type Rule } from '../../src/rules/rule.ts';
import { readRedis } from '../../src/sources/decode/redis.ts';
import { subscriptionId, wireRedis } from '../support/resource-manager.ts';

const ONE = subscriptionId(1);

const redis = (name: string, properties: Readonly<Record<string, unknown>> = {}): Cache => {
  const decoded = readRedis(wireRedis(ONE, name, properties));
  if ('refused' in decoded) throw new Error(decoded.refused);
  return decoded.cache;
};

/** A rule that this kind of source can never answer. */
const BLIND = defineRule({
  id: 'firewall-rules-narrow',
  title: 'Firewall rules must be narrow',
  severity: 'medium',
  appliesTo: ['redis'],
  why: 'Because.',
  evidence: 'firewallRules',
  fix: { summary: 'Narrow them.', risk: 'None.', patch: { properties: {} }, verify: 'x', arm: 'x', terraform: 'x' },
  controls: [{ framework: 'mcsb', id: 'NS-2', origin: 'redvet' }],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/'],
  check: () =>
    given({ known: false, path: 'firewallRules', kind: 'out_of_reach', reason: 'this source has no firewall rules', actual: null }, () => {
      throw new Error('an unknown fact is not judged');
    }),
});

const ALL: readonly Rule[] = [...RULES, BLIND];

/** One cache for each outcome, so that every shape of a finding is there. */
const GOOD = redis('good');
const OPEN = redis('open', { enableNonSslPort: true, publicNetworkAccess: 'Enabled' });
const STRANGE = redis('strange', { enableNonSslPort: 'maybe' });
const INJECTED = redis('injected', {
  subnetId: `/subscriptions/${ONE}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s`,
});
const MANY = [GOOD, INJECTED, OPEN, STRANGE];

const POLICY: Policy = { failOn: 'high', allowIncomplete: false, allowEmpty: false, digest: (text) => String(text.length) };

const READ: SubscriptionScope = { id: ONE, name: 'prod', state: 'Enabled', status: 'read', caches: 0, reason: null };

const resultOf = (caches: readonly Cache[], { rules = ALL }: { readonly rules?: readonly Rule[] } = {}): string => {
  const run: Run = {
    tool: { name: 'redvet', version: '0.0.0', rulesetVersion: '1' },
    id: 'run-1',
    startedAt: '2026-01-01T00:00:00.000Z',
    source: 'arm',
    cloud: 'public',
    tenantId: null,
    failOn: POLICY.failOn,
    rules,
    options: { failOn: POLICY.failOn },
  };
  const tally = tallyOf(run, POLICY);
  const reporter = jsonReporter();
  const parts = [reporter.begin(run)];
  for (const cache of caches) {
    const assessed = evaluate(assess(cache, rules), POLICY);
    tally.add(assessed);
    parts.push(reporter.assessed(assessed));
  }
  tally.addSubscription({ ...READ, caches: caches.length });
  tally.addProblem(problem('permission', 'AUTHORIZATION_FAILED', 'no right', { scope: '/subscriptions/x', affects: ['*'] }));
  const stats = { apiCalls: 2, retries: 0, throttledMs: 0, durationMs: 5 };
  parts.push(reporter.end(tally.report({ finishedAt: '2026-01-01T00:00:01.000Z', stats })));
  return parts.join('');
};

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const objectOf = (value: unknown): Json => {
  if (!isObject(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
};

const parsed = (text: string): Json => objectOf(JSON.parse(text));

/** What stands at a path such as `run.config`; `*` goes into every item of an array. */
const at = (root: unknown, path: string): readonly unknown[] =>
  path.split('.').reduce<readonly unknown[]>(
    (found, step) =>
      found.flatMap((value): readonly unknown[] => {
        if (step === '*') return Array.isArray(value) ? value : [];
        return isObject(value) && step in value ? [value[step]] : [];
      }),
    [root],
  );

const findingsOf = (result: Json): readonly Json[] => at(result, 'findings.*').map(objectOf);

/** The key sets as the contract prints them, one line a place. */
const words = (text: string): readonly string[] => text.split(' ').sort();

const COUNTS = 'pass fail unknown notApplicable notEvaluated';
const SEVERITY_KEYS = 'critical high medium low info';
const RULE_KEYS = 'id title severity severityRank kinds aliases needs controls options url';
const SHAPES: readonly (readonly [path: string, keys: string])[] = [
  ['tool', 'name version rulesetVersion'],
  ['run', 'id startedAt finishedAt source config options'],
  ['run.config', 'path sha256'],
  ['scope', 'cloud tenantId subscriptions inputs'],
  [
    'findings.*',
    'ruleId ruleTitle ruleUrl severity severityRank outcome disposition gating resourceId resourceName resourceKind resourceGroup ' +
      'subscriptionId location sku message expected actual relatedTo evidence origin reason waiver controls remediation fingerprint',
  ],
  ['caches.*', 'id name kind sku location resourceGroup subscriptionId provisioningState origin findings'],
  ['caches.*.findings', COUNTS],
  ['rules.*', RULE_KEYS],
  ['problems.*', 'code kind scope action httpStatus message hint affects'],
  ['summary', `caches rules evaluated ${COUNTS} waived baselined gating gatingAt failBySeverity`],
  ['summary.gatingAt', SEVERITY_KEYS],
  ['summary.failBySeverity', SEVERITY_KEYS],
  ['status', 'outcome exitCode complete failOn reason'],
  ['stats', 'apiCalls retries throttledMs durationMs'],
];
const ROOT_KEYS = '$schema schemaVersion tool run scope findings caches rules frameworks waivers problems summary status stats';
const ARRAYS = [
  'findings',
  'findings.*.controls',
  'caches',
  'rules',
  'rules.*.kinds',
  'rules.*.aliases',
  'rules.*.needs',
  'rules.*.controls',
  'rules.*.options',
  'frameworks',
  'waivers',
  'problems',
  'problems.*.affects',
  'scope.subscriptions',
  'scope.inputs',
];

describe.each([
  { amount: 'no cache', caches: [] },
  { amount: 'one cache', caches: [OPEN] },
  { amount: 'many caches', caches: MANY },
])('the JSON result of $amount', ({ caches }) => {
  const text = resultOf(caches);

  it('is one JSON object that ends with exactly one newline', () => {
    expect(isObject(JSON.parse(text))).toBe(true);
    expect(text.slice(-2)).toBe('}\n');
  });

  it('names its schema', () => {
    expect(parsed(text)).toMatchObject({ $schema: 'urn:redvet:schema:result:1', schemaVersion: '1.0' });
  });

  it('has exactly the promised keys at its root', () => {
    expect(Object.keys(parsed(text)).sort()).toEqual(words(ROOT_KEYS));
  });

  it.each(SHAPES)('has exactly the promised keys at %s', (path, keys) => {
    const places = at(parsed(text), path);
    if (!/^(?:findings|caches)/.test(path)) expect(places).not.toEqual([]);
    expect(places.map((place) => Object.keys(objectOf(place)).sort())).toEqual(places.map(() => words(keys)));
  });

  it('has at least the promised keys for a subscription', () => {
    const [subscription] = at(parsed(text), 'scope.subscriptions.*').map(objectOf);
    expect(Object.keys(objectOf(subscription))).toEqual(expect.arrayContaining([...words('id name state status caches')]));
  });

  it.each(ARRAYS)('always has an array at %s', (path) => {
    expect(at(parsed(text), path).filter((value) => !Array.isArray(value))).toEqual([]);
    if (!path.includes('*')) expect(at(parsed(text), path)).toHaveLength(1);
  });

  it('has exactly one finding for each cache and selected rule, in that order', () => {
    expect(findingsOf(parsed(text)).map(({ resourceName, ruleId }) => [resourceName, ruleId])).toEqual(
      caches.flatMap(({ name }) => ALL.map(({ id }) => [name, id])),
    );
  });

  it('counts every finding under exactly one outcome', () => {
    const result = parsed(text);
    const outcomes = findingsOf(result).map(({ outcome }) => outcome);
    const times = (wanted: string): number => outcomes.filter((outcome) => outcome === wanted).length;
    const [pass, fail] = [times('pass'), times('fail')];
    expect(result['summary']).toMatchObject({
      caches: caches.length,
      rules: ALL.length,
      evaluated: pass + fail,
      pass,
      fail,
      unknown: times('unknown'),
      notApplicable: times('not_applicable'),
      notEvaluated: times('not_evaluated'),
    });
    const counts = words(COUNTS).map((key) => Number(at(result, `summary.${key}`)[0]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(outcomes.length);
  });
});

describe('a finding in the JSON result', () => {
  let result: Json;
  let findings: readonly Json[];
  beforeAll(() => {
    result = parsed(resultOf(MANY));
    findings = findingsOf(result);
  });

  it('is there with every outcome', () => {
    expect(new Set(findings.map(({ outcome }) => outcome))).toEqual(
      new Set(['pass', 'fail', 'unknown', 'not_applicable', 'not_evaluated']),
    );
  });

  it.each(['pass', 'not_applicable', 'not_evaluated'])('carries nothing to do where the outcome is %s', (outcome) => {
    const quiet = findings.filter((finding) => finding['outcome'] === outcome);
    expect(quiet).not.toEqual([]);
    for (const finding of quiet) {
      expect(finding).toMatchObject({
        controls: [],
        remediation: null,
        waiver: null,
        relatedTo: null,
        disposition: 'active',
        gating: false,
      });
    }
  });

  it('carries controls and a remedy of two fields where it failed', () => {
    const failed = findings.filter(({ outcome }) => outcome === 'fail');
    expect(failed.map(({ ruleId }) => ruleId)).toEqual(['non-ssl-port-disabled', 'public-network-access-disabled']);
    for (const { controls, remediation, gating } of failed) {
      expect(controls).not.toEqual([]);
      expect(Object.keys(objectOf(remediation)).sort()).toEqual(['az', 'summary']);
      expect(gating).toBe(true);
    }
  });

  it('has a numeric twin of its severity', () => {
    const RANKS: Json = { critical: 5, high: 4, medium: 3, low: 2, info: 1 };
    for (const { severity, severityRank } of [...findings, ...at(result, 'rules.*').map(objectOf)]) {
      expect(severityRank).toBe(RANKS[String(severity)]);
    }
  });

  it('needs no join: it repeats the labels of its cache', () => {
    const [finding] = findings.filter(({ resourceName, ruleId }) => resourceName === 'open' && ruleId === 'non-ssl-port-disabled');
    expect(finding).toMatchObject({
      resourceId: OPEN.id,
      resourceKind: 'redis',
      resourceGroup: 'rg-test',
      subscriptionId: ONE,
      location: 'westeurope',
      sku: 'Premium P1',
      severity: 'high',
      expected: 'false',
      actual: 'true',
      evidence: { path: 'properties.enableNonSslPort', source: 'observed' },
    });
  });

  it('exists only for rules that know the kind of the cache', () => {
    const managed: Cache = { ...GOOD, kind: 'managed' };
    const ids = findingsOf(parsed(resultOf([managed]))).map(({ ruleId }) => ruleId);
    expect(ids).toEqual(['minimum-tls-1-2', 'public-network-access-disabled']);
  });
});

describe('the counts of the JSON result', () => {
  it('add up for any estate', () => {
    const property = fc.constantFrom(true, false, 'Enabled', 'Disabled', '1.0', '1.2', null, 7);
    const wire = fc.record({
      enableNonSslPort: property,
      minimumTlsVersion: property,
      publicNetworkAccess: property,
      disableAccessKeyAuthentication: property,
    });
    fc.assert(
      fc.property(fc.array(wire, { maxLength: 4 }), fc.subarray([...ALL], { minLength: 1 }), (estate, rules) => {
        const result = parsed(
          resultOf(
            estate.map((properties, index) => redis(`cache-${index}`, properties)),
            { rules },
          ),
        );
        const findings = findingsOf(result);
        const failures = findings.filter(({ outcome }) => outcome === 'fail');
        const summary = objectOf(result['summary']);
        const sum = (counts: unknown, keys: string): number => words(keys).reduce((total, key) => total + Number(objectOf(counts)[key]), 0);
        expect(findings).toHaveLength(estate.length * rules.length);
        expect(sum(summary, COUNTS)).toBe(findings.length);
        expect(sum(summary['failBySeverity'], SEVERITY_KEYS)).toBe(failures.length);
        expect(objectOf(summary['gatingAt'])['info']).toBe(failures.length);
        expect(objectOf(summary['gatingAt'])['high']).toBe(failures.filter(({ severityRank }) => Number(severityRank) >= 4).length);
        expect(summary['gating']).toBe(findings.filter(({ gating }) => gating === true).length);
        expect(at(result, 'caches.*.findings').reduce<number>((total, counts) => total + sum(counts, COUNTS), 0)).toBe(findings.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the JSON catalogue of redvet rules', () => {
  it('is an object of rules in the same shape, in report order', () => {
    const text = rulesJson(RULES);
    const catalogue = parsed(text);
    expect(Object.keys(catalogue)).toEqual(['rules']);
    const rules = at(catalogue, 'rules.*').map(objectOf);
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(rules.map((rule) => Object.keys(rule).sort())).toEqual(RULES.map(() => words(RULE_KEYS)));
    expect(text.slice(-2)).toBe('}\n');
  });
});
