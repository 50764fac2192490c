import { type FixTarget, patchWords, type Step } from '../model/fix.ts';
import { defineFix, patch, redisCache, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const skuHasSla = defineRule({
  id: 'sku-has-sla',
  title: 'The cache must be of a tier with an SLA',
  severity: 'medium',
  appliesTo: ['redis'],
  why:
    'A Basic cache is one node without a replica and without an SLA: each patch of it is an outage, and each failure loses all data. ' +
    'Microsoft means it for development and tests.',
  evidence: 'properties.sku.name',
  fix: defineFix({
    summary: 'Scale the cache to Standard, or move to Azure Managed Redis: the tier is retiring.',
    risk:
      'A tier cannot be lowered again, and Standard costs about double. Connections break for a moment. The size cannot be changed in the ' +
      'same request, and Premium is reached by way of Standard only.',
    stage: 'scale',
    steps,
    verify: show('sku.name'),
    rollback: 'None: no cache can be scaled down to Basic.',
    terraform: { redis: redisCache('sku_name = "Standard"') },
    portal: 'Settings > Scale',
  }),
  aliases: ['redis_cache_no_basic_sku', 'CKV_AZURE_230', 'Azure.Redis.MinSKU', 'AZR-000159'],
  controls: [
    { framework: 'cis-azure-foundations-2.0', id: '5.5', origin: 'cis' },
    { framework: 'cis-azure-foundations-2.1', id: '5.5', origin: 'cis' },
    { framework: 'cis-azure-foundations-3.0', id: '6.5', origin: 'cis' },
    { framework: 'cis-azure-foundations-4.0', id: '7.1.5', origin: 'cis' },
    { framework: 'cis-azure-foundations-5.0', id: '6.1.5', origin: 'cis' },
    { framework: 'cis-azure-foundations-6.0', id: '6.1.5', origin: 'cis' },
  ],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-overview#service-tiers',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-high-availability',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-scale',
  ],
  check: (cache) =>
    given(cache.tier, (tier) =>
      tier === 'Basic' ? fail('Basic has no SLA and no replica', EXPECTED) : pass(`${tier} has an SLA and a replica`, EXPECTED),
    ),
});

const EXPECTED = 'Standard or Premium';

/** The same size: only the tier may change in one request. */
function steps(target: FixTarget): readonly Step[] {
  const capacity = /^Basic C([0-6])$/.exec(target.sku ?? '')?.[1];
  if (capacity !== undefined) return [patch({ sku: { name: 'Standard', family: 'C', capacity: Number(capacity) } })];
  return [
    {
      type: 'decide',
      text: 'Write the number of the present size for CAPACITY, 0 to 6: it cannot change in the same request.',
      words: patchWords(target, '{"properties":{"sku":{"name":"Standard","family":"C","capacity":CAPACITY}}}'),
    },
  ];
}
