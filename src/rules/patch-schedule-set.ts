import { defineFix, named, redisCache } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const patchScheduleSet = defineRule({
  id: 'patch-schedule-set',
  title: 'Updates must have a maintenance window',
  severity: 'low',
  appliesTo: ['redis'],
  why:
    'Without a window Azure may patch the Redis server at any time, and each patch is a failover with a short loss of connections. ' +
    'A window puts it where few notice.',
  evidence: 'patchSchedules/default: properties.scheduleEntries (none, or no schedule: no window)',
  fix: defineFix({
    summary: 'Set a window in which few use the cache; Sunday from 2:00 UTC is only a proposal.',
    risk: 'Nothing breaks. A window lasts at least five hours and is for updates of the server, not for the maintenance of hosts.',
    stage: 'prepare',
    steps: (target) => [{ type: 'az', words: ['redis', 'patch-schedule', 'create', ...named(target), '--schedule-entries', SCHEDULE] }],
    verify: (target) => ['redis', 'patch-schedule', 'show', ...named(target)],
    rollback: 'Delete the schedule: az redis patch-schedule delete.',
    terraform: {
      redis: redisCache('patch_schedule {', '  day_of_week    = "Sunday"', '  start_hour_utc = 2', '}'),
    },
    bicep: `resource patchSchedule 'Microsoft.Cache/redis/patchSchedules@2024-11-01' = {
  parent: cache
  name: 'default'
  properties: {
    scheduleEntries: [
      { dayOfWeek: 'Sunday', startHourUtc: 2, maintenanceWindow: 'PT5H' }
    ]
  }
}`,
    portal: 'Schedule updates',
  }),
  aliases: ['redisCacheScheduledUpdates', 'AC_AZURE_0393', 'b947809d-dd2f-4de9-b724-04d101c515aa'],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-administration#update-channel-and-schedule-updates'],
  needs: ['patchSchedules'],
  check: ({ patchDays, tier }) => {
    const verdict = given(patchDays, (days) =>
      days.length === 0
        ? fail('no maintenance window: updates come at any time', EXPECTED)
        : pass(`maintenance window: ${[...new Set(days)].join(', ')}`, EXPECTED),
    );
    // A Basic cache has no replica to fail over to, so that a window spares it little.
    return tier.known && tier.value === 'Basic' ? { ...verdict, severity: 'info' } : verdict;
  },
});

const EXPECTED = 'a day of the week';

const SCHEDULE = JSON.stringify([{ dayOfWeek: 'Sunday', startHourUtc: '02', maintenanceWindow: 'PT5H' }]);
