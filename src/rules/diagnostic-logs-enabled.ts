import type { DiagnosticLog, DiagnosticSetting } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Verdict } from '../model/finding.ts';
import type { FixTarget } from '../model/fix.ts';
import { onEachDatabase } from './conditions.ts';
import { databaseId, defineFix } from './fixes.ts';
import { defineRule, fail, given, pass, unknown } from './rule.ts';

/** Microsoft's list of what Microsoft.Cache/redis logs. */
export const REDIS_LOGS: readonly string[] = ['ConnectedClientList', 'MSEntraAuthenticationAuditLog'];

/** The same of Microsoft.Cache/redisEnterprise/databases; a cluster itself logs nothing. */
const DATABASE_LOGS: readonly string[] = ['ConnectionEvents'];

const GROUPS: readonly string[] = ['audit', 'allLogs'];

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

/**
 * Passes where one of the wanted categories, or a group that contains it, is enabled. An enabled log that is not documented may be
 * the one under a new name, so that there nobody knows; metrics are no logs.
 */
export const someLogIsOn = (fact: Fact<readonly DiagnosticSetting[]>, wanted: readonly string[], documented: readonly string[]): Verdict =>
  given(fact, (settings) => {
    const expected = [...wanted, ...GROUPS].join(' or ');
    const logs = settings.flatMap((setting) =>
      setting.logs.known ? setting.logs.value.map((log) => ({ setting: setting.name, ...log })) : [],
    );
    const on = logs.filter(({ enabled }) => enabled.known && enabled.value);
    const good = on.find((log) => isOneOf(wanted, log.category) || isOneOf(GROUPS, log.group));
    if (good !== undefined) {
      return given(good.enabled, () => pass(`diagnostic setting ${good.setting} logs ${nameOf(good)}`, expected, { actual: nameOf(good) }));
    }
    const unseen = [...settings.map((setting) => setting.logs), ...logs.map(({ enabled }) => enabled)].find(({ known }) => !known);
    if (unseen !== undefined) return given<unknown>(unseen, () => fail('no log is enabled', expected));
    const undocumented = on.find((log) => !isOneOf(documented, log.category));
    if (undocumented !== undefined) {
      return given(undocumented.enabled, () =>
        unknown(`diagnostic setting ${undocumented.setting} logs ${nameOf(undocumented)}, which is not documented`, 'invalid', {
          actual: nameOf(undocumented),
        }),
      );
    }
    if (settings.length === 0) return fail('no diagnostic setting', expected);
    return fail(`no diagnostic setting logs ${wanted.join(' or ')}`, expected, { actual: on.map(nameOf).join(', ') || 'no log' });
  });

const isOneOf = (names: readonly string[], name: string | null): boolean => names.some((one) => one.toLowerCase() === name?.toLowerCase());

const nameOf = ({ category, group }: DiagnosticLog): string => category ?? group ?? 'a log without a name';

const resourceOf = (target: FixTarget): string => (target.kind === 'redis' ? target.id : databaseId(target));

/** The words that send these logs to a workspace, whose id a person has to name. */
export function createSetting(name: string, target: FixTarget, categories: readonly string[]): readonly string[] {
  const logs = JSON.stringify(categories.map((category) => ({ category, enabled: true })));
  const resource = ['--resource', resourceOf(target), '--workspace', 'WORKSPACE_ID'];
  return ['monitor', 'diagnostic-settings', 'create', '--name', name, ...resource, '--logs', logs];
}

export function listSettings(target: FixTarget): readonly string[] {
  return ['monitor', 'diagnostic-settings', 'list', '--resource', resourceOf(target)];
}

export function settingInTerraform(name: string, of: string, categories: readonly string[]) {
  const logs = categories.flatMap((category) => ['enabled_log {', `  category = "${category}"`, '}']);
  return {
    resource: 'azurerm_monitor_diagnostic_setting',
    lines: [
      `name                       = "${name}"`,
      `target_resource_id         = ${of}`,
      'log_analytics_workspace_id = azurerm_log_analytics_workspace.logs.id',
      ...logs,
    ],
    older: null,
  };
}

export function settingInBicep(name: string, scope: string, log: string): string {
  return `resource diagnosticSetting 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: '${name}'
  scope: ${scope}
  properties: {
    workspaceId: workspaceId
    logs: [
      { ${log}, enabled: true }
    ]
  }
}`;
}
