import type { DiagnosticLog, DiagnosticSetting } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Verdict } from '../model/finding.ts';
import { databaseId, type FixTarget, type TerraformFix } from '../model/fix.ts';

import { fail, given, pass, unknown } from './rule.ts';

/** Diagnostic settings: what they must send, and how they are made. */

/** Microsoft's list of what Microsoft.Cache/redis logs. */
export const REDIS_LOGS: readonly string[] = ['ConnectedClientList', 'MSEntraAuthenticationAuditLog'];

/** The same of Microsoft.Cache/redisEnterprise/databases; a cluster itself logs nothing. */
export const DATABASE_LOGS: readonly string[] = ['ConnectionEvents'];

const GROUPS: readonly string[] = ['audit', 'allLogs'];

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
export const createSetting = (name: string, target: FixTarget, categories: readonly string[]): readonly string[] => {
  const logs = JSON.stringify(categories.map((category) => ({ category, enabled: true })));
  const resource = ['--resource', resourceOf(target), '--workspace', 'WORKSPACE_ID'];
  return ['monitor', 'diagnostic-settings', 'create', '--name', name, ...resource, '--logs', logs];
};

export const listSettings = (target: FixTarget): readonly string[] => [
  'monitor',
  'diagnostic-settings',
  'list',
  '--resource',
  resourceOf(target),
];

export const settingInTerraform = (name: string, of: string, categories: readonly string[]): TerraformFix => {
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
};

export const settingInBicep = (name: string, scope: string, log: string): string =>
  `resource diagnosticSetting 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: '${name}'
  scope: ${scope}
  properties: {
    workspaceId: workspaceId
    logs: [
      { ${log}, enabled: true }
    ]
  }
}`;
