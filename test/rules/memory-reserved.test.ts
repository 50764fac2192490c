import { describe, expect, it } from 'vitest';
import type { Tier } from '../../src/model/cache.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { memoryReserved } from '../../src/rules/memory-reserved.ts';
import { cacheId, compliantCache, judged, NOT_EVALUATED, outOfReach, seen, TODAY, UNSEEN, unknownVerdict } from '../support/cache.ts';

/** The least number of megabytes that is a tenth, or more, of the memory. */
const LEAST: readonly (readonly [tier: Tier, size: string, least: number])[] = [
  ['Standard', 'C0', 26],
  ['Standard', 'C1', 103],
  ['Standard', 'C2', 256],
  ['Standard', 'C3', 615],
  ['Standard', 'C4', 1332],
  ['Standard', 'C5', 2663],
  ['Standard', 'C6', 5428],
  ['Premium', 'P1', 615],
  ['Premium', 'P2', 1332],
  ['Premium', 'P3', 2663],
  ['Premium', 'P4', 5428],
  ['Premium', 'P5', 12_288],
];

/** What the service set by itself on caches that were recorded. */
const DEFAULTS: readonly (readonly [tier: Tier, size: string, reserved: number])[] = [
  ['Premium', 'P1', 642],
  ['Standard', 'C1', 125],
  ['Standard', 'C2', 297],
  ['Standard', 'C0', 30],
  ['Standard', 'C6', 5448],
];

const check = (tier: Tier, size: string, reserved: number): Verdict =>
  memoryReserved.check(compliantCache({ tier: seen(tier), size: seen(size), maxmemoryReserved: seen(reserved) }), TODAY);

describe('memory-reserved', () => {
  it('is a requirement of severity info on Azure Cache for Redis', () => {
    const { severity, appliesTo } = memoryReserved;
    expect({ severity, appliesTo }).toEqual({ severity: 'info', appliesTo: ['redis'] });
  });

  it.each(LEAST)('asks of %s %s for %i MB', (tier, size, least) => {
    const expected = String(least);
    expect([least, least - 1].map((reserved) => check(tier, size, reserved))).toEqual([
      judged('pass', `${least} MB are reserved: at least 10 % of size ${size}`, { expected, actual: `${least}` }),
      judged('fail', `${least - 1} MB are reserved: less than 10 % of size ${size}`, { expected, actual: `${least - 1}` }),
    ]);
  });

  it.each(DEFAULTS)('passes what the service reserves on %s %s: %i MB', (tier, size, reserved) => {
    expect(check(tier, size, reserved).outcome).toBe('pass');
  });

  it('does not apply to Basic, where it cannot be set', () => {
    const verdict = judged('not_applicable', 'Standard and Premium only, and this is Basic', { reason: 'tier' });
    expect(check('Basic', 'C1', 0)).toEqual(verdict);
  });

  it('is unknown for a size that is not documented', () => {
    const verdict = judged('unknown', 'the memory of size P6 is not documented', { actual: 'P6', reason: 'invalid' });
    expect(check('Premium', 'P6', 999_999)).toEqual(verdict);
  });

  it.each(['tier', 'size', 'maxmemoryReserved'] as const)('is unknown when %s was not seen', (name) => {
    const verdicts = UNSEEN.map((fact) => memoryReserved.check(compliantCache({ [name]: fact }), TODAY));
    expect(verdicts).toEqual(UNSEEN.map(unknownVerdict));
  });

  it.each(['tier', 'size', 'maxmemoryReserved'] as const)('is not evaluated when the source can never show %s', (name) => {
    expect(memoryReserved.check(compliantCache({ [name]: outOfReach() }), TODAY)).toEqual(NOT_EVALUATED);
  });

  it.each(LEAST)('is mended on %s %s by as much as the rule asks for: %i MB', (tier, size, least) => {
    const mb = String(least);
    expect(memoryReserved.fix.steps(compliantCache({ sku: `${tier} ${size}` }))).toEqual([
      {
        type: 'patch',
        body: { properties: { redisConfiguration: { 'maxmemory-reserved': mb, 'maxfragmentationmemory-reserved': mb } } },
      },
    ]);
  });

  it.each([null, 'Premium P9', 'Standard', 'Basic C1'])('leaves the number to a person where the SKU is %s', (sku) => {
    expect(memoryReserved.fix.steps(compliantCache({ sku }))).toEqual([
      {
        type: 'decide',
        text: expect.stringContaining('MEGABYTES'),
        words: [
          'rest',
          '--method',
          'patch',
          '--url',
          `${cacheId('good')}?api-version=2024-11-01`,
          '--body',
          '{"properties":{"redisConfiguration":{"maxmemory-reserved":"MEGABYTES","maxfragmentationmemory-reserved":"MEGABYTES"}}}',
          '-o',
          'none',
        ],
      },
    ]);
  });
});
