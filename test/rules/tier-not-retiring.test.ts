import { describe, expect, it } from 'vitest';
import type { Tier } from '../../src/model/cache.ts';
import type { Verdict } from '../../src/model/finding.ts';
import type { Severity } from '../../src/model/severity.ts';
import { tierNotRetiring } from '../../src/rules/tier-not-retiring.ts';
import { compliantCache, compliantCluster, declaredIn, judged, outOfReach, PATH, seen, TODAY, UNSEEN } from '../support/cache.ts';

const expected = 'Azure Managed Redis';

/** The day before a severity and the day on which it begins. */
const CACHE_DAYS: readonly (readonly [today: string, severity: Severity])[] = [
  ['1999-12-31', 'info'],
  [TODAY, 'info'],
  ['2027-03-29', 'info'],
  ['2027-03-30', 'low'],
  ['2027-09-29', 'low'],
  ['2027-09-30', 'medium'],
  ['2028-07-02', 'medium'],
  ['2028-07-03', 'high'],
  ['2028-09-30', 'high'],
  ['2028-10-01', 'critical'],
  ['2031-01-01', 'critical'],
];

const ENTERPRISE_DAYS: readonly (readonly [today: string, severity: Severity])[] = [
  ['2025-09-30', 'low'],
  ['2026-03-30', 'low'],
  ['2026-03-31', 'medium'],
  ['2026-12-31', 'medium'],
  ['2027-01-01', 'high'],
  ['2027-03-31', 'high'],
  ['2027-04-01', 'critical'],
  ['2031-01-01', 'critical'],
];

const TIERS: readonly (readonly [tier: Tier, successor: string])[] = [
  ['Basic', 'Balanced without high availability'],
  ['Standard', 'Balanced'],
  ['Premium', 'Memory Optimized or Balanced'],
];

const SKUS = [
  ['Enterprise_E10', 'Enterprise', 'Balanced, Memory Optimized or Compute Optimized'],
  ['enterprise_e10', 'Enterprise', 'Balanced, Memory Optimized or Compute Optimized'],
  ['EnterpriseFlash_F300', 'EnterpriseFlash', 'Flash Optimized'],
  ['enterpriseflash_f300', 'EnterpriseFlash', 'Flash Optimized'],
] as const;

const ofTier = (tier: Tier, today: string): Verdict => tierNotRetiring.check(compliantCache({ tier: seen(tier) }), today);
const ofSku = (sku: string, today: string): Verdict => tierNotRetiring.check(compliantCluster('enterprise', { skuName: seen(sku) }), today);

describe('tier-not-retiring', () => {
  it('is a requirement of severity critical at most, on the tiers that retire', () => {
    const { severity, appliesTo, needs } = tierNotRetiring;
    expect({ severity, appliesTo, needs }).toEqual({ severity: 'critical', appliesTo: ['redis', 'enterprise'], needs: [] });
  });

  it.each(CACHE_DAYS)('on %s is %s for Basic, Standard and Premium', (today, severity) => {
    const verdicts = TIERS.map(([tier]) => ofTier(tier, today));
    expect(verdicts.map((verdict) => [verdict.outcome, verdict.severity, verdict.due])).toEqual(
      TIERS.map(() => ['fail', severity, '2028-09-30']),
    );
  });

  it.each(ENTERPRISE_DAYS)('on %s is %s for the Enterprise tiers', (today, severity) => {
    const verdicts = SKUS.map(([sku]) => ofSku(sku, today));
    expect(verdicts.map((verdict) => [verdict.outcome, verdict.severity, verdict.due])).toEqual(
      SKUS.map(() => ['fail', severity, '2027-03-31']),
    );
  });

  it.each(['2025-09-29', TODAY, '1999-12-31'])('passes an Enterprise tier on %s, before it was told', (today) => {
    expect(ofSku('Enterprise_E10', today)).toEqual(
      judged('pass', 'Enterprise stays until 2027-03-31', { expected, actual: 'Enterprise_E10', due: '2027-03-31' }),
    );
  });

  it.each(TIERS)('names the date for %s, and what to move to', (tier, successor) => {
    const message = `${tier} retires on 2028-09-30: move to Azure Managed Redis, ${successor}`;
    expect(ofTier(tier, '2026-06-01')).toEqual(judged('fail', message, { expected, actual: tier, severity: 'info', due: '2028-09-30' }));
  });

  it.each(SKUS)('names the date for %s, and what to move to', (sku, tier, successor) => {
    const message = `${tier} retires on 2027-03-31: move to Azure Managed Redis, ${successor}`;
    expect(ofSku(sku, '2026-06-01')).toEqual(judged('fail', message, { expected, actual: sku, severity: 'medium', due: '2027-03-31' }));
  });

  it('says the same on every day of one severity', () => {
    expect(ofTier('Premium', '2026-06-01')).toEqual(ofTier('Premium', '2026-06-02'));
  });

  it.each([...UNSEEN, outOfReach()])('fails all the same when the tier is $kind: every one of them retires', (fact) => {
    const seenThere = { evidence: { path: PATH, source: 'observed' }, actual: fact.actual } as const;
    expect(tierNotRetiring.check(compliantCache({ tier: fact }), '2026-06-01')).toEqual(
      judged('fail', 'this tier retires on 2028-09-30: move to Azure Managed Redis', {
        ...seenThere,
        expected,
        severity: 'info',
        due: '2028-09-30',
      }),
    );
    expect(tierNotRetiring.check(compliantCluster('enterprise', { skuName: fact }), '2026-06-01')).toEqual(
      judged('fail', 'this tier retires on 2027-03-31: move to Azure Managed Redis', {
        ...seenThere,
        expected,
        severity: 'medium',
        due: '2027-03-31',
      }),
    );
  });

  it('is mended by nothing in place', () => {
    expect(tierNotRetiring.fix.steps(compliantCache())).toEqual([]);
    expect(tierNotRetiring.fix.verify(compliantCache())).toBeNull();
  });

  describe('of an Enterprise tier that a declaration makes anew', () => {
    const declared = (creates: boolean, today: string) =>
      tierNotRetiring.check(compliantCluster('enterprise', { origin: declaredIn('main.tf', { creates }) }), today);

    it.each([
      { today: '2026-03-31', creates: true, severity: 'medium' },
      { today: '2026-04-01', creates: true, severity: 'high' },
      { today: '2027-01-01', creates: true, severity: 'high' },
      { today: '2027-04-01', creates: true, severity: 'critical' },
      { today: '2026-04-01', creates: false, severity: 'medium' },
    ])('on $today, created: $creates, is $severity', ({ today, creates, severity }) => {
      expect(declared(creates, today)).toMatchObject({ outcome: 'fail', severity });
    });

    it('says that Azure refuses it', () => {
      expect(declared(true, '2026-04-01').message).toMatch(/; since 2026-04-01 Azure refuses to create one$/);
      expect(declared(false, '2026-04-01').message).not.toMatch(/refuses/);
    });

    it('is no harder on Basic, Standard and Premium, which can be created still', () => {
      const cache = compliantCache({ origin: declaredIn('main.tf', { creates: true }) });
      expect(tierNotRetiring.check(cache, '2026-06-01')).toMatchObject({ severity: 'info' });
    });
  });
});
