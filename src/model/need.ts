import { CACHE_KINDS, type CacheKind } from './cache.ts';
import type { RuleSpec } from './rule-spec.ts';

/** What a rule may want to know beyond the lists of caches: each is read only for caches on which a selected rule waits for it. */
export const NEEDS = [
  'firewallRules',
  'accessPolicies',
  'accessPolicyAssignments',
  'patchSchedules',
  'linkedServers',
  'databases',
  'databaseAccessPolicyAssignments',
  'diagnosticSettings',
] as const;
export type Need = (typeof NEEDS)[number];

/** What a verdict may wait for: a need, or the cache itself, of which an index shows less than Resource Manager. */
export type Awaitable = Need | 'resource';

/**
 * The Azure actions that reading it takes, by need. `databases/accessPolicyAssignments/read` is not in Microsoft's list of
 * actions, so that a role may not name it: hence the wildcard over what is read of redisEnterprise.
 */
export const ACTIONS: Readonly<Record<Need, string>> = {
  firewallRules: 'Microsoft.Cache/redis/firewallRules/read',
  accessPolicies: 'Microsoft.Cache/redis/accessPolicies/read',
  accessPolicyAssignments: 'Microsoft.Cache/redis/accessPolicyAssignments/read',
  patchSchedules: 'Microsoft.Cache/redis/patchSchedules/read',
  linkedServers: 'Microsoft.Cache/redis/linkedServers/read',
  databases: 'Microsoft.Cache/redisEnterprise/databases/read',
  databaseAccessPolicyAssignments: 'Microsoft.Cache/redisEnterprise/*/read',
  diagnosticSettings: 'Microsoft.Insights/diagnosticSettings/read',
};

/** The action that reading the cache or cluster itself takes. */
export const READ_ACTIONS: Readonly<Record<CacheKind, string>> = {
  redis: 'Microsoft.Cache/redis/read',
  managed: 'Microsoft.Cache/redisEnterprise/read',
  enterprise: 'Microsoft.Cache/redisEnterprise/read',
};

/** To see which subscriptions there are, that one never registered Microsoft.Cache, and what a management group holds. */
export const SCOPE_ACTIONS = {
  subscriptions: 'Microsoft.Resources/subscriptions/read',
  providers: 'Microsoft.Resources/subscriptions/providers/read',
  managementGroups: 'Microsoft.Management/managementGroups/descendants/read',
} as const;

/** Proves that an index shows everything: it leaves out what its caller may not read. */
export const READ_PERMISSIONS = 'Microsoft.Authorization/permissions/read';

export const QUERY_GRAPH = 'Microsoft.ResourceGraph/resources/read';

/** Ways to scan that take more than the reads of caches. */
export type Way = 'graph' | 'managementGroups';

const WAY_ACTIONS: Readonly<Record<Way, readonly string[]>> = {
  graph: [QUERY_GRAPH, READ_PERMISSIONS],
  managementGroups: [SCOPE_ACTIONS.managementGroups],
};

/**
 * The Azure actions that a scan by these rules takes: all of them reads. The last of the first two proves that a subscription
 * which never registered Microsoft.Cache holds no cache.
 */
export const actionsOf = (rules: readonly Pick<RuleSpec, 'appliesTo' | 'needs'>[], ways: readonly Way[] = []): readonly string[] => {
  const kinds = new Set(rules.flatMap(({ appliesTo }) => appliesTo));
  const needs = new Set(rules.flatMap((rule) => rule.needs));
  return [
    SCOPE_ACTIONS.subscriptions,
    SCOPE_ACTIONS.providers,
    ...new Set(CACHE_KINDS.filter((kind) => kinds.has(kind)).map((kind) => READ_ACTIONS[kind])),
    ...NEEDS.filter((need) => needs.has(need)).map((need) => ACTIONS[need]),
    ...ways.flatMap((way) => WAY_ACTIONS[way]),
  ];
};
