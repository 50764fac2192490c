import { describe, expect, it } from 'vitest';
import { ACTIONS, actionsOf, NEEDS } from '../../src/model/need.ts';
import { RULES } from '../../src/rules/index.ts';
import { told } from '../support/in-process.ts';

const ONE = '11111111-aaaa-4bbb-8ccc-000000000001';
const TWO = '11111111-AAAA-4BBB-8CCC-000000000002';

interface Role {
  readonly Actions: readonly string[];
  readonly AssignableScopes: readonly string[];
}

const roleOf = (stdout: string): Role => JSON.parse(stdout);

const actionsFor = async (...args: readonly string[]): Promise<readonly string[]> =>
  roleOf((await told(['permissions', ...args])).stdout).Actions;

/** To see which subscriptions there are, and that one which never registered Microsoft.Cache holds no cache. */
const ALWAYS = ['Microsoft.Resources/subscriptions/read', 'Microsoft.Resources/subscriptions/providers/read'];
const REDIS = 'Microsoft.Cache/redis/read';
const CLUSTERS = 'Microsoft.Cache/redisEnterprise/read';
const DATABASES = 'Microsoft.Cache/redisEnterprise/databases/read';
const LOGS = 'Microsoft.Insights/diagnosticSettings/read';
const GRAPH = 'Microsoft.ResourceGraph/resources/read';
const RIGHTS = 'Microsoft.Authorization/permissions/read';
const GROUPS = 'Microsoft.Management/managementGroups/descendants/read';
const FIREWALL = 'Microsoft.Cache/redis/firewallRules/read';

describe('redvet permissions', () => {
  it('prints the role that az takes, with every read of every rule and nothing else', async () => {
    const { code, stdout } = await told(['permissions']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      Name: 'redvet reader',
      IsCustom: true,
      Description: 'Reads what redvet judges of Redis caches. Cannot list keys or change anything.',
      Actions: [
        ...ALWAYS,
        REDIS,
        CLUSTERS,
        FIREWALL,
        'Microsoft.Cache/redis/accessPolicies/read',
        'Microsoft.Cache/redis/accessPolicyAssignments/read',
        'Microsoft.Cache/redis/patchSchedules/read',
        'Microsoft.Cache/redis/linkedServers/read',
        DATABASES,
        LOGS,
      ],
      NotActions: [],
      DataActions: [],
      NotDataActions: [],
      AssignableScopes: ['/subscriptions/SUBSCRIPTION_ID'],
    });
    expect(stdout.slice(-2)).toBe('}\n');
  });

  it('says on stderr only how to create it, so that stdout is a file', async () => {
    const [role, bicep] = await Promise.all([told(['permissions']), told(['permissions', '--as', 'bicep'])]);
    expect(role.stderr).toMatch(/^redvet: create it with: az role definition create --role-definition @role\.json\b.*\n$/);
    expect(bicep.stderr).toMatch(/^redvet: create it with: az deployment sub create .*--template-file role\.bicep\n$/);
    for (const { stdout } of [role, bicep]) expect(stdout).not.toContain('create it with');
  });

  const LEAST: readonly { readonly args: readonly string[]; readonly actions: readonly string[] }[] = [
    { args: ['--rule', 'non-ssl-port-disabled'], actions: [...ALWAYS, REDIS] },
    { args: ['--rule', 'CKV_AZURE_91'], actions: [...ALWAYS, REDIS] },
    { args: ['--rule', 'minimum-tls-1-2'], actions: [...ALWAYS, REDIS, CLUSTERS] },
    { args: ['--rule', 'high-availability-enabled'], actions: [...ALWAYS, CLUSTERS] },
    { args: ['--rule', 'client-protocol-encrypted'], actions: [...ALWAYS, CLUSTERS, DATABASES] },
    { args: ['--rule', 'firewall-rules-narrow'], actions: [...ALWAYS, REDIS, FIREWALL] },
    { args: ['--rule', 'entra-audit-log-enabled'], actions: [...ALWAYS, REDIS, LOGS] },
    { args: ['--rule', 'diagnostic-logs-enabled'], actions: [...ALWAYS, REDIS, CLUSTERS, DATABASES, LOGS] },
    { args: ['--rule', 'public-network-access-disabled'], actions: [...ALWAYS, REDIS, CLUSTERS] },
    {
      args: ['--rule', 'public-network-access-disabled', '--rule-option', 'public-network-access-disabled.acceptNarrowFirewall=true'],
      actions: [...ALWAYS, REDIS, CLUSTERS, FIREWALL],
    },
    { args: ['--framework', 'soc-2'], actions: [...ALWAYS, REDIS] },
    { args: ['--framework', 'soc-2', '--source', 'arm'], actions: [...ALWAYS, REDIS] },
    { args: ['--framework', 'soc-2', '--source', 'graph'], actions: [...ALWAYS, REDIS, GRAPH, RIGHTS] },
    { args: ['--framework', 'soc-2', '--management-group', 'mg-a'], actions: [...ALWAYS, REDIS, GROUPS] },
    { args: ['--framework', 'hipaa', '--skip-rule', 'non-ssl-port-disabled'], actions: [...ALWAYS, REDIS, CLUSTERS, DATABASES] },
  ];

  it.each(LEAST)('grants no more than it takes for $args', async ({ args, actions }) => {
    expect(await actionsFor(...args)).toEqual(actions);
  });

  it.each(RULES.map(({ id }) => id))('grants only reads for %s, each once, and at least that of its caches', async (id) => {
    const actions = await actionsFor('--rule', id);
    expect(actions.filter((action) => !/^Microsoft\.(?:Resources|Cache|Insights)\/[A-Za-z/]+\/read$/.test(action))).toEqual([]);
    expect(actions).toEqual([...new Set(actions)]);
    expect(actions.some((action) => action === REDIS || action === CLUSTERS)).toBe(true);
  });

  it('is assignable in the subscriptions that are named', async () => {
    const { stdout } = await told(['permissions', '-s', ONE, '--subscription', TWO]);
    expect(roleOf(stdout).AssignableScopes).toEqual([`/subscriptions/${ONE}`, `/subscriptions/${TWO}`]);
    const { stdout: byVariable } = await told(['permissions'], { env: { REDVET_SUBSCRIPTION: `${ONE},${TWO}` } });
    expect(byVariable).toBe(stdout);
    const { stdout: inGroup } = await told(['permissions', '-s', ONE, '--management-group', 'mg-a']);
    expect(roleOf(inGroup).AssignableScopes).toEqual([`/subscriptions/${ONE}`, '/providers/Microsoft.Management/managementGroups/mg-a']);
  });

  it('prints Bicep that says the same', async () => {
    const { code, stdout } = await told(['permissions', '--as', 'bicep', '--rule', 'client-protocol-encrypted']);
    expect(code).toBe(0);
    expect(stdout).toBe(`targetScope = 'subscription'

param roleName string = 'redvet reader'

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, roleName)
  properties: {
    roleName: roleName
    description: 'Reads what redvet judges of Redis caches. Cannot list keys or change anything.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.Resources/subscriptions/read'
          'Microsoft.Resources/subscriptions/providers/read'
          'Microsoft.Cache/redisEnterprise/read'
          'Microsoft.Cache/redisEnterprise/databases/read'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [
      subscription().id
    ]
  }
}

output roleDefinitionId string = role.id
`);
  });

  it('grants the same in Bicep as in JSON', async () => {
    const { stdout } = await told(['permissions', '--as', 'bicep']);
    expect([...stdout.matchAll(/^ {10}'(.+)'$/gm)].map(([, action]) => action)).toEqual(await actionsFor());
  });

  const REFUSED: readonly { readonly what: string; readonly args: readonly string[]; readonly says: string; readonly helps: string }[] = [
    { what: 'a language that is none', args: ['--as', 'json'], says: '--as "json"', helps: 'role, bicep' },
    { what: 'a language with a slip', args: ['--as', 'bicp'], says: '--as "bicp"', helps: 'Did you mean bicep?' },
    { what: 'a language in capitals', args: ['--as', 'ROLE'], says: '--as "ROLE"', helps: 'role, bicep' },
    { what: 'a subscription by name', args: ['-s', 'prod'], says: '--subscription "prod"', helps: 'named by their id' },
    { what: 'an empty subscription', args: ['-s', ''], says: '--subscription "" is empty', helps: 'Give a value' },
    { what: 'one bad subscription among good ones', args: ['-s', ONE, '-s', `${TWO}x`], says: `"${TWO}x"`, helps: 'named by their id' },
    { what: 'a subscription that would break out', args: ['-s', `${ONE}/"]`], says: '--subscription', helps: 'named by their id' },
    { what: 'a subscription for Bicep', args: ['--as', 'bicep', '-s', ONE], says: 'a Bicep role', helps: '--as role' },
    { what: 'a management group for Bicep', args: ['--as', 'bicep', '--management-group', 'a'], says: 'a Bicep role', helps: '--as role' },
    {
      what: 'a management group that is none',
      args: ['--management-group', 'a/b'],
      says: '--management-group "a/b"',
      helps: 'mg-platform',
    },
    { what: 'a source that is none', args: ['--source', 'x'], says: '--source "x"', helps: 'arm, graph' },
    { what: 'a rule that is none', args: ['--rule', 'nonsense'], says: '--rule "nonsense"', helps: 'redvet rules' },
    { what: 'an argument', args: ['surplus'], says: '"surplus"', helps: 'redvet permissions --help' },
    { what: 'an option that it does not have', args: ['--fail-on', 'high'], says: "'--fail-on'", helps: 'redvet permissions --help' },
  ];

  it.each(REFUSED)('ends with 2 for $what: $args', async ({ args, says, helps }) => {
    const { code, stdout, stderr } = await told(['permissions', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain(helps);
  });
});

describe('the action that reads something', () => {
  it('is a read for every need; a wildcard only where the read cannot be named', () => {
    expect(Object.keys(ACTIONS)).toEqual(NEEDS);
    expect(Object.values(ACTIONS).filter((action) => !action.endsWith('/read'))).toEqual([]);
    expect(Object.entries(ACTIONS).filter(([, action]) => action.includes('*'))).toEqual([
      ['databaseAccessPolicyAssignments', 'Microsoft.Cache/redisEnterprise/*/read'],
    ]);
  });

  it('is asked for only by rules that need it', () => {
    for (const need of NEEDS) {
      expect(actionsOf([{ appliesTo: ['redis'], needs: [need] }])).toEqual([...ALWAYS, REDIS, ACTIONS[need]]);
    }
    expect(actionsOf([])).toEqual(ALWAYS);
  });
});
