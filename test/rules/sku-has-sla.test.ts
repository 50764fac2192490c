import { describe, expect, it } from 'vitest';
import type { Tier } from '../../src/model/cache.ts';
import { skuHasSla } from '../../src/rules/sku-has-sla.ts';
import { cacheId, compliantCache, judged, NOT_EVALUATED, outOfReach, seen, TODAY, UNSEEN, unknownVerdict } from '../support/cache.ts';

const CASES: readonly { readonly tier: Tier; readonly outcome: 'pass' | 'fail'; readonly message: string }[] = [
  { tier: 'Basic', outcome: 'fail', message: 'Basic has no SLA and no replica' },
  { tier: 'Standard', outcome: 'pass', message: 'Standard has an SLA and a replica' },
  { tier: 'Premium', outcome: 'pass', message: 'Premium has an SLA and a replica' },
];

describe('sku-has-sla', () => {
  it('is a requirement of severity medium on Azure Cache for Redis', () => {
    const { severity, appliesTo } = skuHasSla;
    expect({ severity, appliesTo }).toEqual({ severity: 'medium', appliesTo: ['redis'] });
  });

  it.each(CASES)('says $outcome of $tier', ({ tier, outcome, message }) => {
    const verdict = judged(outcome, message, { expected: 'Standard or Premium', actual: tier });
    expect(skuHasSla.check(compliantCache({ tier: seen(tier) }), TODAY)).toEqual(verdict);
  });

  it.each(UNSEEN)('is unknown when the tier is $kind', (fact) => {
    expect(skuHasSla.check(compliantCache({ tier: fact }), TODAY)).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the tier', () => {
    expect(skuHasSla.check(compliantCache({ tier: outOfReach() }), TODAY)).toEqual(NOT_EVALUATED);
  });

  it.each([0, 1, 6])('is mended in size C%i without a change of size', (capacity) => {
    expect(skuHasSla.fix.steps(compliantCache({ sku: `Basic C${capacity}` }))).toEqual([
      { type: 'patch', body: { properties: { sku: { name: 'Standard', family: 'C', capacity } } } },
    ]);
  });

  it.each([null, 'Basic', 'Basic C9'])('leaves the size to a person where the SKU is %s', (sku) => {
    expect(skuHasSla.fix.steps(compliantCache({ sku }))).toEqual([
      {
        type: 'decide',
        text: expect.stringContaining('CAPACITY'),
        words: [
          'rest',
          '--method',
          'patch',
          '--url',
          `${cacheId('good')}?api-version=2024-11-01`,
          '--body',
          '{"properties":{"sku":{"name":"Standard","family":"C","capacity":CAPACITY}}}',
          '-o',
          'none',
        ],
      },
    ]);
  });
});
