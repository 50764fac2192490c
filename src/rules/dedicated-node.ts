import { type FixTarget, patchWords, type Step } from '../model/fix.ts';
import { defineFix, patch, redisCache, show } from './fixes.ts';
import { defineRule, fail, given, pass, unknown } from './rule.ts';

export const dedicatedNode = defineRule({
  id: 'dedicated-node',
  title: 'The cache must run on dedicated cores',
  severity: 'low',
  appliesTo: ['redis'],
  why:
    'Size C0 shares its host with caches of others, and every other size has cores of its own. ' +
    'A busy neighbour slows a C0 cache down, and less stands between the two than elsewhere.',
  evidence: 'properties.sku: family and capacity',
  fix: defineFix({
    summary: 'Move the cache to size C1 or larger.',
    risk:
      'There is no way back to C0, connections break for a moment, and C1 costs more. Changing the size of a Basic cache loses its data: ' +
      'raise it to Standard first, at about double the cost and for good, one change per request.',
    stage: 'scale',
    steps,
    verify: show('sku'),
    rollback: 'None: no cache can be scaled down to C0.',
    terraform: { redis: redisCache('sku_name = "Standard"', 'family   = "C"', 'capacity = 1') },
    portal: 'Settings > Scale',
  }),
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-overview#choosing-the-right-tier',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-scale',
  ],
  check: (cache) =>
    given(cache.size, (size) => {
      if (size === 'C0') return fail('size C0 shares its host with other caches', EXPECTED);
      return DEDICATED.test(size)
        ? pass(`size ${size} has cores of its own`, EXPECTED)
        : unknown(`the size is not documented: ${size}`, 'invalid');
    }),
});

const EXPECTED = 'C1 or larger';

const DEDICATED = /^(?:C[1-6]|P[1-5])$/;

/** The size of a Basic cache is not changed unasked, because that loses its data. */
function steps(target: FixTarget): readonly Step[] {
  if (target.sku === 'Standard C0') return [patch({ sku: { name: 'Standard', family: 'C', capacity: 1 } })];
  return [
    {
      type: 'decide',
      text: 'Of a Basic cache, decide whether it may cost more: only as Standard can it grow without losing its data. So raise the tier first.',
      words: patchWords(target, '{"properties":{"sku":{"name":"Standard","family":"C","capacity":0}}}'),
    },
    {
      type: 'decide',
      text: 'When that is done, change the size, in a request of its own.',
      words: patchWords(target, '{"properties":{"sku":{"name":"Standard","family":"C","capacity":1}}}'),
    },
  ];
}
