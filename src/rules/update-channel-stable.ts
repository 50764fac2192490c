import { defineFix, patch, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const updateChannelStable = defineRule({
  id: 'update-channel-stable',
  title: 'The cache must take updates from the Stable channel',
  severity: 'low',
  appliesTo: ['redis'],
  why:
    'The Preview channel takes updates weeks before Stable does, so that a fault in one meets you first. ' +
    'Microsoft recommends it for what is not production.',
  evidence: 'properties.updateChannel (absent: the service default, Stable)',
  fix: defineFix({
    summary: 'Choose the Stable channel.',
    risk: 'The change itself starts a patch, with a failover: do it in the maintenance window.',
    stage: 'scale',
    steps: () => [patch({ updateChannel: 'Stable' })],
    verify: show('updateChannel'),
    rollback: 'The same with Preview.',
    portal: 'Schedule updates',
  }),
  controls: [{ framework: 'cis-azure-database-2.0', id: '2.10', origin: 'cis' }],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-administration#update-channel-and-schedule-updates'],
  check: (cache) =>
    given(cache.updateChannel, (channel) =>
      channel === 'Stable' ? pass('takes updates from Stable', 'Stable') : fail('takes updates from Preview', 'Stable'),
    ),
});
