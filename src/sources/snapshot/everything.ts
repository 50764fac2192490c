import { CACHE_KINDS, type Cache, type CacheKind, isBeingDeleted } from '../../model/cache.ts';
import type { Awaitable, Need } from '../../model/need.ts';
import type { RuleSpec } from '../../model/rule-spec.ts';
import type { Awaited } from '../completion.ts';

/**
 * What these rules may wait for below a cache, whatever its list says of it: other options of the rules, or another day, may decide
 * otherwise. A failure then concerns every rule.
 */
export const everythingFor = (rules: readonly Pick<RuleSpec, 'appliesTo' | 'needs'>[]): Awaited => {
  const needs = new Map<CacheKind, readonly Need[]>(CACHE_KINDS.map((kind) => [kind, needsOf(rules, kind)]));
  return (cache) =>
    new Map<Awaitable, readonly string[]>(
      isBeingDeleted(cache)
        ? []
        : (needs.get(cache.kind) ?? []).filter((need) => need !== 'linkedServers' || mayBeLinked(cache)).map((need) => [need, ['*']]),
    );
};

/** What of all that there is below a kind the rules may wait for. */
export const needsOf = (rules: readonly Pick<RuleSpec, 'appliesTo' | 'needs'>[], kind: CacheKind): readonly Need[] => {
  const wanted = new Set(rules.filter(({ appliesTo }) => appliesTo.includes(kind)).flatMap((rule) => rule.needs));
  return READABLE[kind].filter((need) => wanted.has(need));
};

const OF_CLUSTERS: readonly Need[] = ['databases', 'diagnosticSettings', 'databaseAccessPolicyAssignments', 'linkedServers'];

/** What there is below each kind. */
const READABLE: Readonly<Record<CacheKind, readonly Need[]>> = {
  redis: ['firewallRules', 'accessPolicies', 'accessPolicyAssignments', 'patchSchedules', 'linkedServers', 'diagnosticSettings'],
  managed: OF_CLUSTERS,
  enterprise: OF_CLUSTERS,
};

/** Geo-replication is of the Premium tier, and the cache says with how many others. */
const mayBeLinked = ({ kind, tier, linkedServerCount }: Cache): boolean =>
  kind !== 'redis' || ((!tier.known || tier.value === 'Premium') && (!linkedServerCount.known || linkedServerCount.value > 0));
