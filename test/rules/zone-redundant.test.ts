import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { zoneRedundant } from '../../src/rules/zone-redundant.ts';
import {
  compliantCache,
  compliantCluster,
  invalid,
  judged,
  missing,
  NOT_EVALUATED,
  outOfReach,
  seen,
  seenList,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const MODE = 'properties.redundancyMode';
const ZONES = 'zones';
const POLICY = 'properties.zonalAllocationPolicy';
const at = (path: string) => ({ evidence: { path, source: 'observed' } as const });

const zr = seen('ZR' as const, MODE);
const lr = seen('LR' as const, MODE);

describe('zone-redundant', () => {
  it('is a requirement of severity low on every kind of cache', () => {
    const { severity, appliesTo, needs } = zoneRedundant;
    expect({ severity, appliesTo, needs }).toEqual({ severity: 'low', appliesTo: ['redis', 'managed', 'enterprise'], needs: [] });
  });

  describe('on Azure Cache for Redis', () => {
    const check = (differences: Partial<Cache>): Verdict => zoneRedundant.check(compliantCache(differences), TODAY);
    const expected = 'Automatic';

    it.each(['Standard', 'Premium'] as const)('passes %s where Azure chooses the zones, which are listed nowhere then', (tier) => {
      const verdict = judged('pass', 'Azure spreads it over zones', { expected, actual: 'Automatic', ...at(POLICY) });
      expect(check({ tier: seen(tier), zonalPolicy: seen('Automatic', POLICY), zones: missing() })).toEqual(verdict);
    });

    it('fails NoZones, and says that a region without zones gives it too', () => {
      const message = 'in no zone (NoZones), which is also what a region without zones gives';
      expect(check({ zonalPolicy: seen('NoZones', POLICY), zones: seenList(['1', '2'], ZONES) })).toEqual(
        judged('fail', message, { expected, actual: 'NoZones', ...at(POLICY) }),
      );
    });

    const chosen = [
      { zones: ['1', '2'], outcome: 'pass', message: 'spread over 2 zones', actual: '1, 2' },
      { zones: ['1', '2', '3'], outcome: 'pass', message: 'spread over 3 zones', actual: '1, 2, 3' },
      { zones: ['2'], outcome: 'fail', message: 'only in zone 2', actual: '2' },
      { zones: ['2', '2'], outcome: 'fail', message: 'only in zone 2', actual: '2, 2' },
      { zones: [], outcome: 'fail', message: 'no zones were chosen', actual: 'none' },
    ] as const;

    it.each(chosen)('says $outcome of the zones $zones that a person chose', ({ zones, outcome, message, actual }) => {
      const verdict = judged(outcome, message, { expected, actual, ...at(ZONES) });
      expect(check({ zonalPolicy: seen('UserDefined'), zones: seenList(zones, ZONES) })).toEqual(verdict);
    });

    it.each(chosen)('says $outcome of the zones $zones of a cache without a policy', ({ zones, outcome, message, actual }) => {
      const verdict = judged(outcome, message, { expected, actual, ...at(ZONES) });
      expect(check({ zonalPolicy: missing(), zones: seenList(zones, ZONES) })).toEqual(verdict);
    });

    it.each(UNSEEN)('is unknown when the zones that a person chose are $kind', (fact) => {
      expect(check({ zonalPolicy: seen('UserDefined'), zones: fact })).toEqual(unknownVerdict(fact));
    });

    it('is unknown when policy and zones are missing', () => {
      expect(check({ zonalPolicy: missing(), zones: missing() })).toEqual(unknownVerdict(missing()));
    });

    it.each(UNSEEN.filter(({ kind }) => kind !== 'missing'))('is unknown when the policy is $kind, whatever the zones', (fact) => {
      const verdicts = [seenList(['1', '2']), seenList([]), missing()].map((zones) => check({ zonalPolicy: fact, zones }));
      expect(verdicts).toEqual(verdicts.map(() => unknownVerdict(fact)));
    });

    it('does not apply to Basic, which has no replica to spread', () => {
      const verdict = judged('not_applicable', 'Standard and Premium only, and this is Basic', { reason: 'tier' });
      expect(check({ tier: seen('Basic'), zonalPolicy: seen('NoZones') })).toEqual(verdict);
    });

    it.each(UNSEEN)('is unknown when the tier is $kind', (fact) => {
      expect(check({ tier: fact })).toEqual(unknownVerdict(fact));
    });

    it.each(['tier', 'zonalPolicy'] as const)('is not evaluated when the source can never show %s', (fact) => {
      expect(check({ [fact]: outOfReach() })).toEqual(NOT_EVALUATED);
    });
  });

  describe('on Azure Managed Redis', () => {
    const check = (differences: Partial<Cache>): Verdict => zoneRedundant.check(compliantCluster('managed', differences), TODAY);
    const spread = judged('pass', 'redundancy mode ZR spreads it over zones', { expected: 'ZR', actual: 'ZR', ...at(MODE) });

    it('passes ZR', () => {
      expect(check({ redundancyMode: zr })).toEqual(spread);
    });

    it.each(['None', 'LR'] as const)('fails %s, whatever the zones, which cannot be set there', (mode) => {
      const verdict = judged('fail', `redundancy mode ${mode}: its nodes are not spread over zones`, {
        expected: 'ZR',
        actual: mode,
        ...at(MODE),
      });
      const verdicts = [missing(), seenList(['1', '2', '3'])].map((zones) => check({ redundancyMode: seen(mode, MODE), zones }));
      expect(verdicts).toEqual([verdict, verdict]);
    });

    it.each(UNSEEN)('is unknown when the mode is $kind', (fact) => {
      expect(check({ redundancyMode: fact })).toEqual(unknownVerdict(fact));
    });

    it.each(UNSEEN)('passes ZR alone when the SKU is $kind: it may be a Redis Enterprise cluster, whose zones count', (fact) => {
      const verdicts = [zr, lr, missing()].map((redundancyMode) =>
        check({ skuName: fact, redundancyMode, zones: seenList(['1', '2', '3']) }),
      );
      expect(verdicts).toEqual([spread, unknownVerdict(fact), unknownVerdict(fact)]);
    });

    it('is not evaluated when the source can never show the mode', () => {
      expect(check({ redundancyMode: outOfReach() })).toEqual(NOT_EVALUATED);
    });
  });

  describe('on Redis Enterprise', () => {
    const check = (differences: Partial<Cache>): Verdict => zoneRedundant.check(compliantCluster('enterprise', differences), TODAY);
    const expected = 'three zones, or ZR';

    it('passes three zones, whatever the mode', () => {
      const verdict = judged('pass', 'spread over 3 zones', { expected, actual: '1, 2, 3', ...at(ZONES) });
      const verdicts = [lr, missing(), invalid('"X"')].map((redundancyMode) =>
        check({ zones: seenList(['1', '2', '3'], ZONES), redundancyMode }),
      );
      expect(verdicts).toEqual([verdict, verdict, verdict]);
    });

    it('passes ZR, whatever the zones', () => {
      const verdict = judged('pass', 'redundancy mode ZR spreads it over zones', { expected: 'ZR', actual: 'ZR', ...at(MODE) });
      const verdicts = [seenList(['1', '2']), seenList([]), ...UNSEEN].map((zones) => check({ zones, redundancyMode: zr }));
      expect(verdicts).toEqual(verdicts.map(() => verdict));
    });

    it.each([
      { zones: seenList(['1', '2']), where: 'only in zone 1 and 2' },
      { zones: seenList(['1', '2', '2']), where: 'only in zone 1 and 2' },
      { zones: seenList([]), where: 'no zones were chosen' },
      { zones: missing(), where: 'no zones were chosen' },
    ])('fails a cluster of which it says: $where', ({ zones, where }) => {
      const verdict = judged('fail', `${where}, and its redundancy mode is LR`, { expected, actual: 'LR', ...at(MODE) });
      expect(check({ zones, redundancyMode: lr })).toEqual(verdict);
    });

    it.each(UNSEEN)('is unknown with fewer than three zones when the mode is $kind', (fact) => {
      const verdicts = [seenList(['1', '2']), missing()].map((zones) => check({ zones, redundancyMode: fact }));
      expect(verdicts).toEqual([unknownVerdict(fact), unknownVerdict(fact)]);
    });

    it.each(UNSEEN.filter(({ kind }) => kind !== 'missing'))('is unknown without ZR when the zones are $kind', (fact) => {
      expect(check({ zones: fact, redundancyMode: lr })).toEqual(unknownVerdict(fact));
    });
  });

  it('is mended in place only on Azure Cache for Redis', () => {
    const caches = [compliantCache(), compliantCluster('managed'), compliantCluster('enterprise')];
    expect(caches.map((cache) => zoneRedundant.fix.steps(cache))).toEqual([
      [{ type: 'patch', body: { properties: { zonalAllocationPolicy: 'Automatic' } } }],
      [],
      [],
    ]);
    expect(caches.map((cache) => zoneRedundant.fix.verify(cache)?.[7])).toEqual([
      'properties.zonalAllocationPolicy',
      'properties.redundancyMode',
      'properties.redundancyMode',
    ]);
  });
});
