import { API_VERSIONS, type CacheKind } from '../model/cache.ts';
import { type Body, databaseId, type Fix, type FixTarget, type Step, type TerraformFix } from '../model/fix.ts';

type Optional = 'bicep' | 'policy' | 'portal' | 'clients' | 'rotateKeys' | 'terraform' | 'verify';

/** A fix that says no more than it must. */
export const defineFix = (fix: Omit<Fix, Optional> & Partial<Pick<Fix, Optional>>): Fix => ({
  bicep: null,
  policy: null,
  portal: null,
  clients: null,
  rotateKeys: false,
  terraform: {},
  verify: () => null,
  ...fix,
});

/** Sets properties of the cache or cluster, and only those. */
export const patch = (properties: Body): Step => ({ type: 'patch', body: { properties } });

/** Sets one key of `redisConfiguration`; the service merges it with the others. */
export const configure = (configuration: Body): Step => patch({ redisConfiguration: configuration });

/** Sets properties of the cluster's database. */
export const database = (properties: Body): Step => ({ type: 'database', body: { properties } });

/** Names a cache for the commands of `az redis`. */
export const named = ({ name, resourceGroup, subscriptionId }: FixTarget): readonly string[] => [
  '-n',
  name,
  '-g',
  resourceGroup,
  '--subscription',
  subscriptionId,
];

/** Shows one value of the cache or cluster: a JMESPath under `properties`, unless it begins with a dot for the top level. */
export const show =
  (query: string) =>
  ({ id, kind }: FixTarget): readonly string[] =>
    showing(id, kind, query);

/** Shows one value of the cluster's database. */
export const showDatabase =
  (query: string) =>
  (target: FixTarget): readonly string[] =>
    showing(databaseId(target), target.kind, query);

const showing = (id: string, kind: CacheKind, query: string): readonly string[] => [
  'resource',
  'show',
  '--ids',
  id,
  '--api-version',
  API_VERSIONS[kind],
  '--query',
  query.startsWith('.') ? query.slice(1) : `properties.${query}`,
  '-o',
  'tsv',
];

/** Lines for `azurerm_redis_cache`. */
export const redisCache = (...lines: readonly string[]): TerraformFix => ({ resource: 'azurerm_redis_cache', lines, older: null });

/** Lines for `azurerm_managed_redis`, from azurerm 4.50 on. */
export const managedRedis = (...lines: readonly string[]): TerraformFix => ({ resource: 'azurerm_managed_redis', lines, older: null });

/** Assigns an access policy to the identity of a client. */
export const assign = (target: FixTarget, policy = 'Data Contributor'): Step => ({
  type: 'decide',
  text: 'Assign an access policy to the identity of each client',
  words: [
    ...['redis', 'access-policy-assignment', 'create', ...named(target), '--policy-assignment-name', 'NAME'],
    ...['--access-policy-name', policy, '--object-id', 'OBJECT_ID', '--object-id-alias', 'ALIAS'],
  ],
});

export const showAssignments = (target: FixTarget): readonly string[] => [
  'redis',
  'access-policy-assignment',
  'list',
  ...named(target),
  '-o',
  'table',
];

export const ASSIGNMENT_IN_TERRAFORM: TerraformFix = {
  resource: 'azurerm_redis_cache_access_policy_assignment',
  lines: [
    'name               = "NAME"',
    'redis_cache_id     = azurerm_redis_cache.cache.id',
    'access_policy_name = "Data Contributor"',
    'object_id          = "OBJECT_ID"',
    'object_id_alias    = "ALIAS"',
  ],
  older: null,
};

export const ASSIGNMENT_IN_BICEP = `resource assignment 'Microsoft.Cache/redis/accessPolicyAssignments@2024-11-01' = {
  parent: cache
  name: 'NAME'
  properties: {
    accessPolicyName: 'Data Contributor'
    objectId: 'OBJECT_ID'
    objectIdAlias: 'ALIAS'
  }
}`;

export const showEndpoints = ({ id }: FixTarget): readonly string[] => [
  'network',
  'private-endpoint-connection',
  'list',
  '--id',
  id,
  '-o',
  'table',
];

export const createFirewallRule = (target: FixTarget): Step => ({
  type: 'decide',
  text: 'Create a rule for each range of addresses that clients come from, one after another',
  words: ['redis', 'firewall-rules', 'create', ...named(target), '--rule-name', 'NAME', '--start-ip', 'FIRST_IP', '--end-ip', 'LAST_IP'],
});

export const showFirewallRules = (target: FixTarget): readonly string[] => [
  'redis',
  'firewall-rules',
  'list',
  ...named(target),
  '-o',
  'table',
];

export const FIREWALL_RULE_IN_TERRAFORM: TerraformFix = {
  resource: 'azurerm_redis_firewall_rule',
  lines: [
    'name                = "NAME"',
    'redis_cache_name    = azurerm_redis_cache.cache.name',
    'resource_group_name = azurerm_redis_cache.cache.resource_group_name',
    'start_ip            = "FIRST_IP"',
    'end_ip              = "LAST_IP"',
  ],
  older: null,
};

export const FIREWALL_RULE_IN_BICEP = `resource rule 'Microsoft.Cache/redis/firewallRules@2024-11-01' = {
  parent: cache
  name: 'NAME'
  properties: {
    startIP: 'FIRST_IP'
    endIP: 'LAST_IP'
  }
}`;
