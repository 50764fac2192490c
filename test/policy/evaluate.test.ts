import { describe, expect, it } from 'vitest';
import { assess } from '../../src/assess.ts';
import type { Judgement, Verdict } from '../../src/model/finding.ts';
import { SEVERITIES, type Severity, THRESHOLDS, type Threshold } from '../../src/model/severity.ts';
import { baselineOf } from '../../src/policy/baseline.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { Finding } from '../../src/policy/report.ts';
import { NO_WAIVERS, type Waivers, waiversFrom } from '../../src/policy/waivers.ts';
import { remediationOf } from '../../src/remediation/remediation.ts';
import { accessKeysDisabled } from '../../src/rules/access-keys-disabled.ts';
import { entraAuthenticationEnabled } from '../../src/rules/entra-authentication-enabled.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { privateEndpointApproved } from '../../src/rules/private-endpoint-approved.ts';
import { publicNetworkAccessDisabled } from '../../src/rules/public-network-access-disabled.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { tierNotRetiring } from '../../src/rules/tier-not-retiring.ts';
import { cacheId, compliantCache, declaredIn, missing, seen } from '../support/cache.ts';

const POLICY: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: NO_WAIVERS,
  baseline: null,
  digest: (text) => `digest of ${text}`,
};

const verdictOf = (outcome: Verdict['outcome']): Verdict => ({
  outcome,
  message: 'it is what it is',
  expected: 'false',
  actual: 'true',
  evidence: { path: 'properties.enableNonSslPort', source: 'observed' },
  reason: 'a_reason',
});

const judged = (rule: Rule, outcome: Verdict['outcome'], severity: Severity = rule.severity): Judgement => ({
  rule,
  severity,
  verdict: verdictOf(outcome),
});

const findingsOf = (judgements: readonly Judgement[], policy: Partial<Policy> = {}, cache = compliantCache()): readonly Finding[] =>
  evaluate({ cache, judgements, problems: [] }, { ...POLICY, ...policy }).findings;

const orders = compliantCache({ id: cacheId('orders'), name: 'orders' });

/** What a finding says whatever its outcome. */
const COMMON = {
  rule: nonSslPortDisabled,
  cache: orders,
  severity: 'high',
  disposition: 'active',
  waiver: null,
  message: 'it is what it is',
  expected: 'false',
  actual: 'true',
  evidence: { path: 'properties.enableNonSslPort', source: 'observed' },
  reason: 'a_reason',
  due: null,
  subject: null,
  origin: null,
  fingerprint: `digest of redvet/1|non-ssl-port-disabled|${cacheId('orders').toLowerCase()}`,
} as const;

describe('a finding', () => {
  it('that fails counts, names the controls that it breaks, and says how to mend it', () => {
    const finding: Finding = {
      ...COMMON,
      outcome: 'fail',
      gating: true,
      relatedTo: null,
      controls: nonSslPortDisabled.controls,
      remediation: remediationOf(nonSslPortDisabled, orders),
    };
    expect(findingsOf([judged(nonSslPortDisabled, 'fail')], {}, orders)).toEqual([finding]);
    expect(finding.controls).not.toEqual([]);
    expect(finding.remediation?.az).toBe(
      `az rest --method patch --url '${cacheId('orders')}?api-version=2024-11-01' --body '{"properties":{"enableNonSslPort":false}}' -o none`,
    );
  });

  it('that is unknown names the controls that nobody can vouch for, and neither gates nor offers a fix', () => {
    const finding: Finding = {
      ...COMMON,
      outcome: 'unknown',
      gating: false,
      relatedTo: null,
      controls: nonSslPortDisabled.controls,
      remediation: null,
    };
    expect(findingsOf([judged(nonSslPortDisabled, 'unknown')], {}, orders)).toEqual([finding]);
  });

  it.each(['pass', 'not_applicable', 'not_evaluated'] as const)('that is %s has nothing to add', (outcome) => {
    const finding: Finding = { ...COMMON, outcome, gating: false, relatedTo: null, controls: [], remediation: null };
    expect(findingsOf([judged(nonSslPortDisabled, outcome)], { failOn: 'info' }, orders)).toEqual([finding]);
  });

  it('has no command where the id does not allow one', () => {
    const cache = compliantCache({ id: "/subscriptions/x/'; rm -rf ~" });
    const [finding] = findingsOf([judged(nonSslPortDisabled, 'fail')], {}, cache);
    expect(finding?.remediation).toMatchObject({ summary: nonSslPortDisabled.fix.summary, az: null, verify: null, rotateKeys: null });
  });

  it('offers its command as a comment where it would cut everybody off, and says what comes first', () => {
    const az = (...judgements: readonly Judgement[]) => findingsOf(judgements, {}, orders)[0]?.remediation?.az ?? '';
    const network = judged(publicNetworkAccessDisabled, 'fail');
    expect(az(network, judged(privateEndpointApproved, 'pass'))).toMatch(/^az rest --method patch /);
    for (const lines of [az(network), az(network, judged(privateEndpointApproved, 'fail'))].map((text) => text.split('\n'))) {
      expect(lines[0]).toBe('# Held back: this cache has to pass private-endpoint-approved first:');
      expect(lines.filter((line) => !line.startsWith('# '))).toEqual([]);
      expect(lines.some((line) => line.startsWith('# az rest --method patch '))).toBe(true);
    }
  });

  it('holds no secret that stood in a name or a value', () => {
    const verdict: Verdict = {
      ...verdictOf('fail'),
      message: 'rule password=hunter2secret is wide',
      actual: 'AccountKey=c2VjcmV0c2VjcmV0',
      evidence: { path: 'firewallRules/password=hunter2secret', source: 'observed' },
    };
    const text = JSON.stringify({ ...findingsOf([{ rule: nonSslPortDisabled, severity: 'high', verdict }])[0], rule: null });
    expect(text).toContain('(redacted)');
    expect(text).not.toMatch(/hunter2secret|c2VjcmV0/);
  });

  it('is as severe as it was judged to be, which may be less than its rule can be', () => {
    const [finding] = findingsOf([judged(tierNotRetiring, 'fail', 'info')], { failOn: 'low' });
    expect(finding).toMatchObject({ severity: 'info', gating: false, rule: { severity: 'critical' } });
  });

  it('says when it comes about, if it does', () => {
    const verdict: Verdict = { ...verdictOf('fail'), due: '2028-09-30' };
    const dues = findingsOf([{ rule: tierNotRetiring, severity: 'info', verdict }, judged(nonSslPortDisabled, 'fail')]).map(
      ({ due }) => due,
    );
    expect(dues).toEqual(['2028-09-30', null]);
  });

  it('stands in the order of the judgements, once for each', () => {
    const rules = [accessKeysDisabled, nonSslPortDisabled, entraAuthenticationEnabled];
    expect(findingsOf(rules.map((rule) => judged(rule, 'pass'))).map(({ rule }) => rule)).toEqual(rules);
  });

  it('goes with its cache, counted by outcome', () => {
    const judgements = [judged(nonSslPortDisabled, 'fail'), judged(publicNetworkAccessDisabled, 'pass'), judged(tierNotRetiring, 'fail')];
    const { cache, counts, findings } = evaluate({ cache: orders, judgements, problems: [] }, POLICY);
    expect(cache).toBe(orders);
    expect(counts).toEqual({ pass: 1, fail: 2, unknown: 0, notApplicable: 0, notEvaluated: 0 });
    expect(findings.map(({ outcome }) => outcome)).toEqual(['fail', 'pass', 'fail']);
  });
});

describe('the gate', () => {
  const cases = THRESHOLDS.flatMap((failOn) => SEVERITIES.map((severity) => ({ failOn, severity })));
  /** Which severities count at which threshold. */
  const COUNTS: Readonly<Record<Threshold, readonly Severity[]>> = {
    critical: ['critical'],
    high: ['critical', 'high'],
    medium: ['critical', 'high', 'medium'],
    low: ['critical', 'high', 'medium', 'low'],
    info: ['critical', 'high', 'medium', 'low', 'info'],
    none: [],
  };

  it.each(cases)('--fail-on $failOn and a failure of severity $severity', ({ failOn, severity }) => {
    const [finding] = findingsOf([judged(nonSslPortDisabled, 'fail', severity)], { failOn });
    expect({ gating: finding?.gating, severity: finding?.severity }).toEqual({ gating: COUNTS[failOn].includes(severity), severity });
  });

  it.each(['unknown', 'pass', 'not_applicable', 'not_evaluated'] as const)('lets %s through at any threshold', (outcome) => {
    const gating = THRESHOLDS.map((failOn) => findingsOf([judged(nonSslPortDisabled, outcome, 'critical')], { failOn })[0]?.gating);
    expect(gating).toEqual(THRESHOLDS.map(() => false));
  });
});

describe('a failure that follows from another', () => {
  const related = (...judgements: readonly Judgement[]): readonly (string | null)[] =>
    findingsOf(judgements).map(({ relatedTo }) => relatedTo);
  const entra = (outcome: Verdict['outcome']): Judgement => judged(entraAuthenticationEnabled, outcome);
  const keys = (outcome: Verdict['outcome']): Judgement => judged(accessKeysDisabled, outcome);

  it('names it, in whatever order the two stand', () => {
    expect(related(entra('fail'), keys('fail'))).toEqual([null, 'entra-authentication-enabled']);
    expect(related(keys('fail'), entra('fail'))).toEqual(['entra-authentication-enabled', null]);
  });

  it.each(['pass', 'unknown', 'not_applicable', 'not_evaluated'] as const)('names none when that one is %s', (outcome) => {
    expect(related(entra(outcome), keys('fail'))).toEqual([null, null]);
  });

  it('names none when that one was not selected', () => {
    expect(related(keys('fail'), judged(nonSslPortDisabled, 'fail'))).toEqual([null, null]);
  });

  it.each(['pass', 'unknown', 'not_applicable', 'not_evaluated'] as const)('is a failure: what is %s follows from nothing', (outcome) => {
    expect(related(entra('fail'), keys(outcome))).toEqual([null, null]);
  });
});

describe('a fingerprint', () => {
  const fingerprintOf = (rule: Rule, id: string, outcome: Verdict['outcome'] = 'fail'): string | undefined =>
    findingsOf([judged(rule, outcome)], {}, compliantCache({ id }))[0]?.fingerprint;
  const base = fingerprintOf(nonSslPortDisabled, cacheId('orders'));

  it('stays the same when the case of the id or the outcome changes', () => {
    expect(fingerprintOf(nonSslPortDisabled, cacheId('orders').toUpperCase())).toBe(base);
    expect(fingerprintOf(nonSslPortDisabled, cacheId('orders'), 'pass')).toBe(base);
  });

  it('differs for another cache and for another rule', () => {
    const all = [base, fingerprintOf(nonSslPortDisabled, cacheId('orders-2')), fingerprintOf(accessKeysDisabled, cacheId('orders'))];
    expect(new Set(all).size).toBe(3);
  });
});

describe('a finding on a declared cache', () => {
  const places = new Map([
    ['redis_configuration', { line: 8, column: 3 }],
    ['redis_configuration.authentication_enabled', { line: 9, column: 5 }],
    ['firewallRules/all.properties', { line: 20, column: 1 }],
  ]);
  const cache = compliantCache({ id: 'azurerm_redis_cache.main', subscriptionId: null, origin: declaredIn('infra/main.tf', { places }) });
  const at = (path: string | null, more: Partial<Verdict> = {}) => {
    const evidence = path === null ? null : ({ path, source: 'observed' } as const);
    return findingsOf([{ ...judged(nonSslPortDisabled, 'fail'), verdict: { ...verdictOf('fail'), evidence, ...more } }], {}, cache)[0];
  };

  it.each([
    ['the value itself', 'redis_configuration.authentication_enabled', 9],
    ['what encloses it', 'redis_configuration.rdb_backup_enabled', 8],
    ['what encloses it, some levels up', 'firewallRules/all.properties.startIP', 20],
    ['the whole declaration', 'minimum_tls_version', 3],
    ['the whole declaration, without evidence', null, 3],
    ['the whole declaration, for a path that only begins alike', 'redis_configurations', 3],
  ])('stands where %s stands', (_, path, line) => {
    expect(at(path)?.origin).toMatchObject({ file: 'infra/main.tf', address: 'azurerm_redis_cache.main', place: { line } });
  });

  it('is mended in its declaration, and by no command', () => {
    const { remediation } = at(null) ?? {};
    expect(remediation).toMatchObject({ az: null, policy: null, verify: null, rotateKeys: null });
    expect(remediation?.terraform).toContain('non_ssl_port_enabled = false');
    expect(remediation?.bicep).toContain('enableNonSslPort: false');
  });

  it('is the same finding in no other file, nor on something else of the same cache', () => {
    const elsewhere = compliantCache({ ...cache, origin: declaredIn('other/main.tf') });
    const all = [at(null), findingsOf([judged(nonSslPortDisabled, 'fail')], {}, elsewhere)[0], at(null, { subject: 'output.key' })];
    expect(new Set(all.map((finding) => finding?.fingerprint)).size).toBe(3);
    expect(at('redis_configuration')?.fingerprint).toBe(at(null)?.fingerprint);
    expect(all.map((finding) => finding?.subject)).toEqual([null, null, 'output.key']);
  });
});

describe('what counts', () => {
  const open = compliantCache({ id: cacheId('orders'), name: 'orders', nonSslPort: seen(true) });
  const judged = (policy: Partial<Policy>) =>
    evaluate(assess(open, [nonSslPortDisabled], '2026-01-01'), { ...POLICY, ...policy }).findings.map(
      ({ disposition, gating, waiver }) => ({
        disposition,
        gating,
        waiver: waiver?.state ?? null,
      }),
    );
  const [known] = evaluate(assess(open, [nonSslPortDisabled], '2026-01-01'), POLICY).findings;
  const baseline = baselineOf(new Map([[known?.fingerprint ?? '', 4]]));
  const waivers = (expires: string): Waivers =>
    waiversFrom(
      [
        {
          id: 'W-1',
          rules: [nonSslPortDisabled.id],
          resource: open.id,
          category: 'waiver',
          reason: 'why',
          owner: 'who',
          ticket: null,
          expires,
        },
      ],
      false,
      { today: '2026-01-01', warnDays: 14 },
    );

  it.each<[what: string, policy: Partial<Policy>, expected: unknown]>([
    ['a failure that is in nothing', {}, { disposition: 'active', gating: true, waiver: null }],
    ['a waived one does not', { waivers: waivers('2026-06-01') }, { disposition: 'waived', gating: false, waiver: 'applied' }],
    ['one whose waiver has expired does', { waivers: waivers('2025-12-31') }, { disposition: 'active', gating: true, waiver: 'expired' }],
    ['one of the baseline does not', { baseline }, { disposition: 'baselined', gating: false, waiver: null }],
    [
      'one of the baseline is waived all the same',
      { baseline, waivers: waivers('2026-01-01') },
      { disposition: 'waived', gating: false, waiver: 'expiring' },
    ],
    [
      'one of the baseline tells of its waiver that has expired',
      { baseline, waivers: waivers('2025-12-31') },
      { disposition: 'baselined', gating: false, waiver: 'expired' },
    ],
    ['below the gate nothing does', { failOn: 'critical' }, { disposition: 'active', gating: false, waiver: null }],
  ])('%s', (_, policy, expected) => {
    expect(judged(policy)).toEqual([expected]);
  });

  it('is no question of what was not seen, whatever waives it', () => {
    const unread = compliantCache({ id: open.id, nonSslPort: missing() });
    const { findings } = evaluate(assess(unread, [nonSslPortDisabled], '2026-01-01'), {
      ...POLICY,
      baseline,
      waivers: waivers('2026-06-01'),
    });
    expect(findings).toMatchObject([{ outcome: 'unknown', disposition: 'active', gating: false, waiver: null }]);
  });
});
