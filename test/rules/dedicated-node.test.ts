import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/model/finding.ts';
import { dedicatedNode } from '../../src/rules/dedicated-node.ts';
import { cacheId, compliantCache, judged, NOT_EVALUATED, outOfReach, seen, TODAY, UNSEEN, unknownVerdict } from '../support/cache.ts';

const expected = 'C1 or larger';

const check = (size: string): Verdict => dedicatedNode.check(compliantCache({ size: seen(size) }), TODAY);

const patchWords = (body: string): readonly string[] => [
  'rest',
  '--method',
  'patch',
  '--url',
  `${cacheId('good')}?api-version=2024-11-01`,
  '--body',
  body,
  '-o',
  'none',
];

const BY_WAY_OF_STANDARD = [
  {
    type: 'decide',
    text: expect.stringContaining('decide whether it may cost more'),
    words: patchWords('{"properties":{"sku":{"name":"Standard","family":"C","capacity":0}}}'),
  },
  {
    type: 'decide',
    text: expect.stringContaining('in a request of its own'),
    words: patchWords('{"properties":{"sku":{"name":"Standard","family":"C","capacity":1}}}'),
  },
];

describe('dedicated-node', () => {
  it('is a requirement of severity low on Azure Cache for Redis', () => {
    const { severity, appliesTo } = dedicatedNode;
    expect({ severity, appliesTo }).toEqual({ severity: 'low', appliesTo: ['redis'] });
  });

  it('fails size C0, whatever the tier', () => {
    const verdicts = (['Basic', 'Standard'] as const).map((tier) =>
      dedicatedNode.check(compliantCache({ tier: seen(tier), size: seen('C0') }), TODAY),
    );
    const verdict = judged('fail', 'size C0 shares its host with other caches', { expected, actual: 'C0' });
    expect(verdicts).toEqual([verdict, verdict]);
  });

  it.each(['C1', 'C6', 'P1', 'P5'])('passes size %s', (size) => {
    expect(check(size)).toEqual(judged('pass', `size ${size} has cores of its own`, { expected, actual: size }));
  });

  it.each(['C7', 'C00', 'C10', 'P10', 'P0', 'c0', 'M10', ''])('is unknown on size "%s", which is not documented', (size) => {
    expect(check(size)).toEqual(judged('unknown', `the size is not documented: ${size}`, { actual: size, reason: 'invalid' }));
  });

  it.each(UNSEEN)('is unknown when the size is $kind', (fact) => {
    expect(dedicatedNode.check(compliantCache({ size: fact }), TODAY)).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the size', () => {
    expect(dedicatedNode.check(compliantCache({ size: outOfReach() }), TODAY)).toEqual(NOT_EVALUATED);
  });

  it('is mended at once on Standard', () => {
    expect(dedicatedNode.fix.steps(compliantCache({ sku: 'Standard C0' }))).toEqual([
      { type: 'patch', body: { properties: { sku: { name: 'Standard', family: 'C', capacity: 1 } } } },
    ]);
  });

  it.each(['Basic C0', null, 'Basic'])(
    'is left to a person on %s, because the size of a Basic cache is changed at the cost of its data',
    (sku) => {
      expect(dedicatedNode.fix.steps(compliantCache({ sku }))).toEqual(BY_WAY_OF_STANDARD);
    },
  );
});
