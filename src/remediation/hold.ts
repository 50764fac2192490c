import type { CacheKind } from '../model/cache.ts';
import type { Outcome } from '../model/finding.ts';

/** A change that would cut everybody off, or that Azure refuses, as long as another rule says what it says. */
interface Hold {
  /** The rule whose fix it is. */
  readonly fix: string;
  readonly kinds: readonly CacheKind[];
  /** The rule to ask. */
  readonly ask: string;
  /** Whether its outcome on the same cache stands in the way; null when it was not judged. */
  readonly isInTheWay: (outcome: Outcome | null) => boolean;
  readonly reason: string;
}

const EVERY: readonly CacheKind[] = ['redis', 'managed', 'enterprise'];

/** Only what is known to hold opens the way: what failed, is unknown or was not judged does not. */
const unlessFine = (outcome: Outcome | null): boolean => outcome !== 'pass' && outcome !== 'not_applicable';

/** A cache that is in no group is none that the rule has a meaning for. */
const whereJudged = (outcome: Outcome | null): boolean => outcome === 'pass' || outcome === 'fail' || outcome === 'unknown';

const first = (fix: string, kinds: readonly CacheKind[], ask: string): Hold => ({
  fix,
  kinds,
  ask,
  isInTheWay: unlessFine,
  reason: `this cache has to pass ${ask} first`,
});

const whileLinked = (fix: string): Hold => ({
  fix,
  kinds: ['redis'],
  ask: 'geo-replicas-consistent',
  isInTheWay: whereJudged,
  reason: 'this cache is geo-replicated, and has to be unlinked first',
});

const HOLDS: readonly Hold[] = [
  first('public-network-access-disabled', EVERY, 'private-endpoint-approved'),
  first('access-keys-disabled', ['redis'], 'entra-authentication-enabled'),
  first('access-keys-disabled', ['redis'], 'access-policies-assigned'),
  whileLinked('access-keys-disabled'),
  whileLinked('zone-redundant'),
  {
    fix: 'zone-redundant',
    kinds: ['redis'],
    ask: 'not-vnet-injected',
    isInTheWay: (outcome) => outcome === 'fail',
    reason: 'this cache is injected into a virtual network, where Azure refuses it',
  },
];

/**
 * Why the fix of a rule has to wait on a cache, as a clause; null where nothing speaks against it. A saved result that was put
 * together may hold several outcomes of one rule on one cache: then any of them can be in the way.
 */
export const heldBack = (fix: string, kind: CacheKind, outcomesOf: (ruleId: string) => readonly Outcome[]): string | null => {
  const isInTheWay = (hold: Hold): boolean => {
    const outcomes = outcomesOf(hold.ask);
    return outcomes.length === 0 ? hold.isInTheWay(null) : outcomes.some(hold.isInTheWay);
  };
  const reasons = HOLDS.filter((hold) => hold.fix === fix && hold.kinds.includes(kind) && isInTheWay(hold)).map(({ reason }) => reason);
  return reasons.length === 0 ? null : reasons.join('; ');
};
