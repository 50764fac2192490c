import { whereEntraIsOn } from './conditions.ts';
import { createSetting, listSettings, REDIS_LOGS, settingInBicep, settingInTerraform, someLogIsOn } from './diagnostic-logs.ts';
import { defineFix } from './fixes.ts';
import { defineRule } from './rule.ts';

const AUDIT_LOG = 'MSEntraAuthenticationAuditLog';

/** Not the name of the other setting, which it would replace. */
const SETTING = 'redvet-entra';

export const entraAuditLogEnabled = defineRule({
  id: 'entra-audit-log-enabled',
  title: 'Sign-ins with Entra must be logged',
  severity: 'low',
  appliesTo: ['redis'],
  why:
    'With Entra authentication every connection has a name, and the audit log is where it is written. ' +
    'The list of connected clients holds addresses only.',
  evidence: 'logs of the diagnostic settings: MSEntraAuthenticationAuditLog, or the group audit or allLogs, enabled',
  fix: defineFix({
    summary: 'Send the Entra audit log to a Log Analytics workspace, a storage account or an event hub.',
    risk: 'It costs by the gigabyte, and the first rows take up to 90 minutes. Azure takes no log twice for one destination.',
    stage: 'prepare',
    steps: (target) => [
      {
        type: 'decide',
        text: 'Name the Log Analytics workspace that takes the log (WORKSPACE_ID); not needed where the fix of diagnostic-logs-enabled was just made.',
        words: createSetting(SETTING, target, [AUDIT_LOG]),
      },
    ],
    verify: listSettings,
    rollback: `Delete the setting: az monitor diagnostic-settings delete --name ${SETTING}.`,
    terraform: { redis: settingInTerraform(SETTING, 'azurerm_redis_cache.cache.id', [AUDIT_LOG]) },
    bicep: settingInBicep(SETTING, 'cache', `category: '${AUDIT_LOG}'`),
    portal: 'Monitoring > Diagnostic settings',
  }),
  references: [
    'https://learn.microsoft.com/azure/azure-monitor/reference/supported-logs/microsoft-cache-redis-logs',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-monitor-diagnostic-settings',
  ],
  needs: ['diagnosticSettings'],
  follows: 'diagnostic-logs-enabled',
  check: (cache) => whereEntraIsOn(cache, () => someLogIsOn(cache.diagnosticSettings, [AUDIT_LOG], REDIS_LOGS)),
});
