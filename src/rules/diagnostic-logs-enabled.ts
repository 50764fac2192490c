import { onEachDatabase } from './conditions.ts';
import {
  createSetting,
  DATABASE_LOGS,
  listSettings,
  REDIS_LOGS,
  settingInBicep,
  settingInTerraform,
  someLogIsOn,
} from './diagnostic-logs.ts';
import { defineFix } from './fixes.ts';
import { defineRule } from './rule.ts';

export const diagnosticLogsEnabled = defineRule({
  id: 'diagnostic-logs-enabled',
  title: 'Connections must be logged',
  severity: 'low',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'After a leak the first question is who was connected, and without a log nobody can say. ' +
    'Metrics count connections, but they name no address.',
  evidence:
    'logs of the diagnostic settings, of a cluster those of each database: a documented category, or the group audit or allLogs, enabled',
  fix: defineFix({
    summary: 'Send the connection logs to a Log Analytics workspace, a storage account or an event hub.',
    risk: 'It costs by the gigabyte, and the first rows take up to 90 minutes. A storage account or event hub must be in the region of the cache.',
    stage: 'prepare',
    steps: (target) => [
      {
        type: 'decide',
        text: 'Name the Log Analytics workspace that takes the logs (WORKSPACE_ID).',
        words: createSetting('redvet', target, target.kind === 'redis' ? REDIS_LOGS : DATABASE_LOGS),
      },
    ],
    verify: listSettings,
    rollback: 'Delete the setting: az monitor diagnostic-settings delete --name redvet.',
    terraform: {
      redis: settingInTerraform('redvet', 'azurerm_redis_cache.cache.id', REDIS_LOGS),
      managed: settingInTerraform('redvet', 'format("%s/databases/default", azurerm_managed_redis.cache.id)', DATABASE_LOGS),
      enterprise: settingInTerraform('redvet', 'azurerm_redis_enterprise_database.cache.id', DATABASE_LOGS),
    },
    bicep: settingInBicep('redvet', 'cache // of a cluster: its database', "categoryGroup: 'allLogs'"),
    portal: 'Monitoring > Diagnostic settings (clusters: Diagnostic Settings - Auditing)',
  }),
  aliases: ['redisCacheDiagnosticLogs', 'redis-001'],
  controls: [{ framework: 'mcsb', id: 'LT-4', origin: 'redvet' }],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-monitor-diagnostic-settings',
    'https://learn.microsoft.com/azure/redis/monitor-diagnostic-settings',
    'https://learn.microsoft.com/azure/azure-monitor/reference/supported-logs/microsoft-cache-redis-logs',
  ],
  needs: ['databases', 'diagnosticSettings'],
  check: (cache) =>
    cache.kind === 'redis'
      ? someLogIsOn(cache.diagnosticSettings, REDIS_LOGS, REDIS_LOGS)
      : onEachDatabase(cache, ({ diagnosticSettings }) => someLogIsOn(diagnosticSettings, DATABASE_LOGS, DATABASE_LOGS)),
});
