import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { assess } from '../../src/assess.ts';
import type { Cache } from '../../src/model/cache.ts';
import { problem } from '../../src/model/problem.ts';
import type { SubscriptionScope } from '../../src/model/scope.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { NO_WAIVERS } from '../../src/policy/waivers.ts';
import { jsonReporter, rulesJson } from '../../src/reporters/json.ts';
import { frameworkOf } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Rule } from '../../src/rules/rule.ts';
import {
  cacheId,
  clusterId,
  compliantCache,
  compliantCluster,
  compliantDatabase,
  declaredIn,
  firewallRule,
  invalid,
  missing,
  outOfReach,
  SUBSCRIPTION,
  seen,
  TODAY,
} from '../support/cache.ts';
import { expectValidResult } from '../support/result-schema.ts';
import { runOf } from '../support/run.ts';

const cacheOf = (name: string, differences: Partial<Cache> = {}): Cache => compliantCache({ id: cacheId(name), name, ...differences });

/** One cache for each outcome, so that every shape of a finding is there. */
const GOOD = cacheOf('good');
const OPEN = cacheOf('open', {
  nonSslPort: seen(true, 'properties.enableNonSslPort'),
  publicNetworkAccess: seen('Enabled'),
  privateEndpoints: seen([]),
  firewallRules: seen([firewallRule('all', '0.0.0.0', '255.255.255.255')]),
  entraAuthentication: seen(false),
  accessKeysDisabled: seen(false),
});
const STRANGE = cacheOf('strange', { nonSslPort: invalid('"maybe"') });
const INJECTED = cacheOf('injected', { subnetId: seen('/subscriptions/x/subnets/s') });
/** What this source can never show of it. */
const BLIND = cacheOf('blind', { patchDays: outOfReach() });
const CLUSTER = compliantCluster('managed', {
  id: clusterId('cluster'),
  name: 'cluster',
  databases: seen([compliantDatabase({ clientProtocol: seen('Plaintext') })]),
});
const MANY = [GOOD, INJECTED, OPEN, STRANGE, BLIND, CLUSTER];

const POLICY: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: NO_WAIVERS,
  baseline: null,
  digest: (text) => String(text.length),
};

const READ: SubscriptionScope = { id: SUBSCRIPTION, name: 'prod', state: 'Enabled', status: 'read', caches: 0, excluded: 0, reason: null };

interface Scene {
  readonly rules?: readonly Rule[];
  /** Whether a subscription could not be read. */
  readonly unread?: boolean;
}

const resultOf = (caches: readonly Cache[], { rules = RULES, unread = true }: Scene = {}): string => {
  const run = runOf({
    failOn: POLICY.failOn,
    rules,
    frameworks: [frameworkOf('mcsb', RULES), frameworkOf('soc-2', RULES)],
    options: { failOn: POLICY.failOn },
  });
  const tally = tallyOf(run, POLICY);
  const reporter = jsonReporter();
  const parts = [reporter.begin(run)];
  for (const cache of caches) {
    const assessed = evaluate(assess(cache, rules, TODAY), POLICY);
    tally.add(assessed);
    parts.push(reporter.assessed(assessed));
  }
  tally.addSubscription({ ...READ, caches: caches.length });
  if (unread) tally.addProblem(problem('permission', 'AUTHORIZATION_FAILED', 'no right', { scope: '/subscriptions/x', affects: ['*'] }));
  const stats = { apiCalls: 2, retries: 0, throttledMs: 0, durationMs: 5 };
  parts.push(...reporter.end(tally.report({ finishedAt: '2026-01-01T00:00:01.000Z', stats })));
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
const OPTION_KEYS = 'name help expected default value';
const CONTROL_KEYS = 'framework id origin';
const SHAPES: readonly (readonly [path: string, keys: string])[] = [
  ['tool', 'name version rulesetVersion'],
  ['run', 'id startedAt finishedAt judgedOn source config disabledRules options'],
  ['run.config', 'path sha256'],
  ['scope', 'cloud tenantId subscriptions inputs'],
  [
    'findings.*',
    'ruleId ruleTitle ruleUrl severity severityRank outcome disposition gating resourceId resourceName resourceKind resourceGroup ' +
      'subscriptionId location sku message expected actual relatedTo evidence origin reason due waiver controls remediation fingerprint',
  ],
  ['findings.*.evidence', 'path source'],
  ['findings.*.controls.*', CONTROL_KEYS],
  ['findings.*.remediation', 'summary risk az bicep terraform policy verify rollback portal clients rotateKeys'],
  ['findings.*.remediation.clients.*', 'client change'],
  ['caches.*', 'id name kind sku location resourceGroup subscriptionId provisioningState origin findings'],
  ['caches.*.findings', COUNTS],
  ['rules.*', RULE_KEYS],
  ['rules.*.controls.*', CONTROL_KEYS],
  ['rules.*.options.*', OPTION_KEYS],
  ['frameworks.*', 'id title controls'],
  ['frameworks.*.controls.*', 'id origin rules state'],
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
  'findings.*.remediation.clients',
  'caches',
  'rules',
  'rules.*.kinds',
  'rules.*.aliases',
  'rules.*.needs',
  'rules.*.controls',
  'rules.*.options',
  'frameworks',
  'frameworks.*.controls',
  'frameworks.*.controls.*.rules',
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

  it('follows the schema that ships', () => {
    expectValidResult(JSON.parse(text));
  });

  it('names its schema', () => {
    expect(parsed(text)).toMatchObject({ $schema: 'urn:redvet:schema:result:1', schemaVersion: '1.0' });
  });

  it('has exactly the promised keys at its root', () => {
    expect(Object.keys(parsed(text)).sort()).toEqual(words(ROOT_KEYS));
  });

  it.each(SHAPES)('has exactly the promised keys at %s', (path, keys) => {
    // Where a finding has none of it, there stands null.
    const places = at(parsed(text), path).filter((place) => !(path.startsWith('findings.*.') && place === null));
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
      caches.flatMap(({ name, kind }) => RULES.filter(({ appliesTo }) => appliesTo.includes(kind)).map(({ id }) => [name, id])),
    );
  });

  it('counts every finding under exactly one outcome', () => {
    const result = parsed(text);
    const outcomes = findingsOf(result).map(({ outcome }) => outcome);
    const times = (wanted: string): number => outcomes.filter((outcome) => outcome === wanted).length;
    const [pass, fail] = [times('pass'), times('fail')];
    expect(result['summary']).toMatchObject({
      caches: caches.length,
      rules: RULES.length,
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

  it('carries the controls of its rule and a remedy where it failed', () => {
    const failed = findings.filter(({ outcome, resourceName }) => outcome === 'fail' && resourceName === 'open');
    expect(failed.map(({ ruleId, severity, gating, relatedTo }) => [ruleId, severity, gating, relatedTo])).toEqual([
      ['non-ssl-port-disabled', 'high', true, null],
      ['public-network-access-disabled', 'high', true, null],
      ['entra-authentication-enabled', 'medium', false, null],
      ['access-keys-disabled', 'medium', false, 'entra-authentication-enabled'],
      ['private-endpoint-approved', 'medium', false, 'public-network-access-disabled'],
      ['firewall-rules-narrow', 'high', true, 'public-network-access-disabled'],
      ['tier-not-retiring', 'info', false, null],
    ]);
    for (const { ruleId, controls, remediation } of failed) {
      const rule = RULES.find(({ id }) => id === ruleId);
      expect(controls).toEqual(rule?.controls);
      expect(remediation).toMatchObject({ summary: rule?.fix.summary, risk: rule?.fix.risk, rollback: rule?.fix.rollback });
    }
  });

  it('offers the remedy in every language that there is one in', () => {
    const remedyOf = (name: string, id: string): Json =>
      objectOf(findings.find(({ resourceName, ruleId }) => resourceName === name && ruleId === id)?.['remediation']);
    expect(remedyOf('open', 'non-ssl-port-disabled')).toMatchObject({
      az: expect.stringContaining('enableNonSslPort'),
      bicep: expect.stringContaining('enableNonSslPort'),
      terraform: expect.stringContaining('non_ssl_port_enabled'),
      policy: expect.stringContaining('22bee202-a82f-4305-9a2a-6d7f44d4dedb'),
      verify: expect.stringContaining('properties.enableNonSslPort'),
      portal: expect.stringContaining('Advanced settings'),
      clients: expect.arrayContaining([{ client: 'redis-cli', change: 'redis-cli --tls -h HOST -p 6380' }]),
      rotateKeys: expect.stringContaining('regenerate-keys'),
    });
    // Its end is no setting: there is nothing to run.
    expect(remedyOf('open', 'tier-not-retiring')).toMatchObject({
      az: null,
      bicep: null,
      terraform: null,
      policy: null,
      verify: null,
      clients: [],
      rotateKeys: null,
    });
  });

  it('says nothing that changes from day to day', () => {
    expect(resultOf(MANY)).not.toMatch(/\bdays?\b[^"]*\b(?:left|ago)\b/);
    for (const { due } of findings) expect(due === null || /^\d{4}-\d\d-\d\d$/.test(String(due))).toBe(true);
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
      subscriptionId: SUBSCRIPTION,
      location: 'westeurope',
      sku: 'Premium P1',
      severity: 'high',
      expected: 'false',
      actual: 'true',
      evidence: { path: 'properties.enableNonSslPort', source: 'observed' },
    });
  });

  it('exists only for rules that know the kind of the cache', () => {
    const idsOf = (name: string): readonly unknown[] =>
      findings.filter(({ resourceName }) => resourceName === name).map(({ ruleId }) => ruleId);
    expect(idsOf('cluster')).toContain('client-protocol-encrypted');
    expect(idsOf('cluster')).not.toContain('non-ssl-port-disabled');
    expect(idsOf('good')).not.toContain('client-protocol-encrypted');
  });

  it('repeats of its rule what it can be at worst, and of itself how bad it is', () => {
    const [finding] = findings.filter(({ ruleId, resourceName }) => ruleId === 'tier-not-retiring' && resourceName === 'good');
    const [rule] = at(result, 'rules.*')
      .map(objectOf)
      .filter(({ id }) => id === 'tier-not-retiring');
    expect([finding?.['severity'], finding?.['severityRank'], rule?.['severity'], rule?.['severityRank']]).toEqual([
      'info',
      1,
      'critical',
      5,
    ]);
  });
});

describe('an option of a rule in the JSON result', () => {
  it('has its value beside its default', () => {
    const rules = RULES.map((rule) => {
      if (rule.id === 'required-tags-present') return rule.withOptions({ tags: ['owner'] });
      return rule.id === 'firewall-rules-narrow' ? rule.withOptions({ maxAddresses: 16 }) : rule;
    });
    const options = at(parsed(resultOf([GOOD], { rules })), 'rules.*').flatMap((rule) =>
      at(rule, 'options.*').map((option) => ({ rule: at(rule, 'id')[0], ...objectOf(option) })),
    );
    expect(options).toMatchObject([
      { rule: 'minimum-tls-1-2', name: 'requireExplicit', expected: 'true or false', default: false, value: false },
      { rule: 'public-network-access-disabled', name: 'acceptNarrowFirewall', default: false, value: false },
      { rule: 'firewall-rules-narrow', name: 'maxAddresses', default: 256, value: 16 },
      { rule: 'required-tags-present', name: 'tags', default: [], value: ['owner'] },
    ]);
  });
});

describe('the frameworks in the JSON result', () => {
  it('say of each control by each origin what this run saw', () => {
    const states = (caches: readonly Cache[], scene: Scene = { unread: false }): readonly unknown[] =>
      at(parsed(resultOf(caches, scene)), 'frameworks.*.controls.*')
        .map(objectOf)
        .map(({ id, origin, rules, state }) => [id, origin, rules, state]);
    const mcsb = (dp3: string, own: string, im1: string, lt4: string, ns2: string) => [
      ['DP-3', 'azure-policy', ['non-ssl-port-disabled'], dp3],
      ['DP-3', 'redvet', ['minimum-tls-1-2', 'client-protocol-encrypted'], own],
      ['IM-1', 'redvet', ['entra-authentication-enabled', 'access-keys-disabled'], im1],
      ['LT-4', 'redvet', ['diagnostic-logs-enabled'], lt4],
      ['NS-2', 'azure-policy', ['private-endpoint-approved'], ns2],
    ];
    const soc2 = (state: string) => ['CC6.1', 'CC6.6', 'CC6.7'].map((id) => [id, 'azure-policy', ['non-ssl-port-disabled'], state]);
    expect(states([])).toEqual([
      ...mcsb('not_covered', 'not_covered', 'not_covered', 'not_covered', 'not_covered'),
      ...soc2('not_covered'),
    ]);
    expect(states([GOOD])).toEqual([...mcsb('pass', 'pass', 'pass', 'pass', 'pass'), ...soc2('pass')]);
    expect(states([GOOD, STRANGE])).toEqual([...mcsb('unknown', 'pass', 'pass', 'pass', 'pass'), ...soc2('unknown')]);
    expect(states([GOOD, OPEN, STRANGE])).toEqual([...mcsb('fail', 'pass', 'fail', 'pass', 'fail'), ...soc2('fail')]);
    // Beside what nobody could read, what was seen is not enough for a pass.
    expect(states([GOOD], { unread: true })).toEqual([...mcsb('unknown', 'unknown', 'unknown', 'unknown', 'unknown'), ...soc2('unknown')]);
    // A cluster has no port: where there are clusters only, nothing is said of it.
    expect(states([CLUSTER])).toEqual([...mcsb('not_covered', 'fail', 'pass', 'pass', 'pass'), ...soc2('not_covered')]);
  });
});

describe('the counts of the JSON result', () => {
  it('add up for any estate', () => {
    const fact = <T>(...values: readonly T[]) => fc.constantFrom(...values.map((value) => seen(value)), missing(), outOfReach());
    const differences = fc.record({
      nonSslPort: fact(true, false),
      minimumTlsVersion: fact('1.0' as const, '1.2' as const),
      publicNetworkAccess: fact('Enabled' as const, 'Disabled' as const),
      accessKeysDisabled: fact(true, false),
      tier: fact('Basic' as const, 'Premium' as const),
    });
    fc.assert(
      fc.property(fc.array(differences, { maxLength: 4 }), fc.subarray([...RULES], { minLength: 1 }), (estate, rules) => {
        const caches = estate.map((one, index) => cacheOf(`cache-${index}`, one));
        const result = parsed(resultOf(caches, { rules }));
        const findings = findingsOf(result);
        const failures = findings.filter(({ outcome }) => outcome === 'fail');
        const summary = objectOf(result['summary']);
        const sum = (counts: unknown, keys: string): number => words(keys).reduce((total, key) => total + Number(objectOf(counts)[key]), 0);
        expect(findings).toHaveLength(estate.length * rules.filter(({ appliesTo }) => appliesTo.includes('redis')).length);
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
    expect(at(catalogue, 'rules.*.options.*').map((option) => Object.keys(objectOf(option)).sort())).toEqual(
      RULES.flatMap(({ options }) => options.map(() => words(OPTION_KEYS))),
    );
    expect(text.slice(-2)).toBe('}\n');
  });
});

describe('what is declared', () => {
  const places = new Map([['properties.enableNonSslPort', { line: 7, column: 5 }]]);
  const declared = cacheOf('declared', {
    id: 'module.a.azurerm_redis_cache.main',
    resourceGroup: null,
    subscriptionId: null,
    nonSslPort: seen(true, 'properties.enableNonSslPort'),
    origin: declaredIn('infra/main.tf', { places, address: 'module.a.azurerm_redis_cache.main' }),
  });
  const result = JSON.parse(resultOf([declared], { unread: false }));
  const findingOf = (ruleId: string) => result.findings.find((finding: { ruleId: string }) => finding.ruleId === ruleId);

  it('follows the schema that ships', () => {
    expectValidResult(result);
  });

  it('says in each finding where the value that decided stands, and in the card where it begins', () => {
    const place = { file: 'infra/main.tf', language: 'terraform', address: 'module.a.azurerm_redis_cache.main' };
    expect(findingOf('non-ssl-port-disabled').origin).toEqual({ ...place, line: 7, column: 5 });
    expect(findingOf('minimum-tls-1-2').origin).toEqual({ ...place, line: 3, column: 1 });
    expect(result.caches[0].origin).toEqual({ ...place, line: 3, column: 1 });
  });

  it('has no line where the format has none', () => {
    const plan = { ...declared, origin: declaredIn('plan.json', { place: null }) };
    expect(JSON.parse(resultOf([plan], { unread: false })).caches[0].origin).toMatchObject({ file: 'plan.json', line: null, column: null });
  });

  it('has its address for an id, and null for what nobody wrote down', () => {
    expect(findingOf('non-ssl-port-disabled')).toMatchObject({
      resourceId: 'module.a.azurerm_redis_cache.main',
      resourceGroup: null,
      subscriptionId: null,
    });
  });

  it('is named by what holds the secret, where that is not the cache', () => {
    const secrets = seen([{ what: 'an access key', path: 'output.key', subject: 'output.key' }]);
    const findings = JSON.parse(resultOf([{ ...declared, secrets }], { unread: false })).findings;
    const [secret] = findings.filter((finding: { ruleId: string }) => finding.ruleId === 'no-secrets-in-declarations');
    expect(secret).toMatchObject({ outcome: 'fail', resourceId: 'output.key', resourceName: 'declared' });
  });
});
