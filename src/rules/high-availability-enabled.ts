import { defineFix, managedRedis, patch, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const highAvailabilityEnabled = defineRule({
  id: 'high-availability-enabled',
  title: 'High availability must be on',
  severity: 'medium',
  appliesTo: ['managed'],
  why:
    'Without high availability there is no replica and no SLA, and maintenance can lose data. ' +
    'Microsoft means such clusters for development and tests.',
  evidence: 'properties.highAvailability (absent: the service default, Enabled)',
  fix: defineFix({
    summary: 'Turn high availability on.',
    risk: 'The cost about doubles, and whether it can be turned off again in place is not known. Terraform alone would replace the cluster, and its data with it.',
    stage: 'scale',
    steps: () => [patch({ highAvailability: 'Enabled' })],
    verify: show('highAvailability'),
    rollback: 'Not known to work in place: plan for a new cluster.',
    terraform: {
      managed: managedRedis('# Change it in Azure first: this alone replaces the cluster', '# high_availability_enabled = true'),
    },
  }),
  aliases: ['redis-013'],
  references: ['https://learn.microsoft.com/azure/redis/high-availability', 'https://learn.microsoft.com/azure/redis/architecture'],
  check: (cache) =>
    // Without its SKU nobody knows whether it is Azure Managed Redis at all.
    given(cache.skuName, () =>
      given(cache.highAvailability, (setting) =>
        setting === 'Enabled'
          ? pass('high availability is on', 'Enabled')
          : fail('high availability is off: no replica and no SLA', 'Enabled'),
      ),
    ),
});
