import type { CacheKind } from '../model/cache.ts';
import { compare } from '../model/compare.ts';
import { count } from '../model/count.ts';
import type { Outcome } from '../model/finding.ts';
import { rankOf, reaches, SEVERITIES, type Severity, type Threshold } from '../model/severity.ts';
import { addToBaseline, baselineOf } from './baseline.ts';
import { EXIT_CODES } from './exit-code.ts';
import type { Disposition } from './report.ts';

/** A finding as far as two results are compared by it. */
export interface ComparedFinding {
  readonly fingerprint: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly disposition: Disposition;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly resourceKind: CacheKind;
  readonly resourceGroup: string | null;
  readonly subscriptionId: string | null;
  readonly message: string;
  /** The file that declares its cache; null for one that runs. */
  readonly file: string | null;
  /** What its cache is told apart by, in both results. */
  readonly cacheKey: string;
}

/** What is to be known of the newer result to say that something is gone, rather than not looked at. */
export interface Sight {
  /** Whether all of what it looked at was seen. */
  readonly isComplete: boolean;
  /** Ids of the rules that it was judged by. */
  readonly rules: ReadonlySet<string>;
  /** Why a cache of the older one that is not in it may still be there, by one of its failures; null where it cannot. */
  readonly mayMiss: (finding: ComparedFinding) => string | null;
}

export interface Diff {
  /** Failures that the older result does not have, or has milder or waived. */
  readonly added: readonly ComparedFinding[];
  /** Failures of the older result that the newer saw mended, or whose cache it saw to be gone. */
  readonly fixed: readonly ComparedFinding[];
  readonly unchanged: readonly ComparedFinding[];
  /** Failures of the older result of which the newer cannot say anything, and why. */
  readonly unseen: readonly Unseen[];
}

type Unseen = ComparedFinding & { readonly why: string };

/** Compares a result with the failures of an older one, as it streams by. */
export interface Comparison {
  add(newer: ComparedFinding): void;
  /** To be asked for when all of the newer result went by. */
  diff(sight: Sight): Diff;
}

/** What became of a failure; of several that are said, the last of these counts. */
type Fate = { readonly type: 'fixed' | 'failing' } | { readonly type: 'unseen'; readonly why: string };

const FATES: readonly Fate['type'][] = ['fixed', 'unseen', 'failing'];

/**
 * Failures are the same by their fingerprints. Where a rule says nothing of the very place any more, what it says of the whole cache
 * counts. Nothing that the newer result did not see is called fixed.
 */
export const comparisonWith = (failures: readonly ComparedFinding[]): Comparison => {
  const known = new Map<string, number>();
  for (const failure of failures) addToBaseline(known, failure);
  const baseline = baselineOf(known);
  const byFingerprint = new Map(failures.map((failure) => [failure.fingerprint, failure]));
  const byRule = new Map(failures.map((failure) => [ruleKey(failure), failure]));
  const there = new Map(failures.map(({ cacheKey }) => [cacheKey, false]));
  const fates = new Map<ComparedFinding, Fate>();
  const added: ComparedFinding[] = [];
  const unchanged: ComparedFinding[] = [];
  const settle = (failure: ComparedFinding | undefined, fate: Fate): void => {
    if (failure === undefined) return;
    const before = fates.get(failure);
    if (before === undefined || FATES.indexOf(fate.type) > FATES.indexOf(before.type)) fates.set(failure, fate);
  };
  return {
    add: (finding) => {
      if (there.has(finding.cacheKey)) there.set(finding.cacheKey, true);
      const same = byFingerprint.get(finding.fingerprint);
      const failure = same ?? byRule.get(ruleKey(finding));
      if (finding.outcome !== 'fail') {
        settle(failure, fateOf(finding.outcome));
        return;
      }
      const isKnown = baseline.knows(finding) || (same !== undefined && finding.disposition === 'waived');
      (isKnown ? unchanged : added).push(finding);
      settle(failure, same === undefined ? { type: 'unseen', why: 'its rule fails for something else now' } : { type: 'failing' });
    },
    diff: (sight) => {
      const fixed: ComparedFinding[] = [];
      const unseen: Unseen[] = [];
      for (const failure of failures) {
        const fate = fates.get(failure) ?? fateOfMissing(failure, there.get(failure.cacheKey) === true, sight);
        if (fate.type === 'fixed') fixed.push(failure);
        if (fate.type === 'unseen') unseen.push({ ...failure, why: fate.why });
      }
      return { added: worstFirst(added), fixed: worstFirst(fixed), unchanged: worstFirst(unchanged), unseen: worstFirst(unseen) };
    },
  };
};

const ruleKey = ({ ruleId, cacheKey }: ComparedFinding): string => `${ruleId}|${cacheKey}`;

const fateOf = (outcome: Exclude<Outcome, 'fail'>): Fate => {
  if (outcome === 'pass' || outcome === 'not_applicable') return { type: 'fixed' };
  return { type: 'unseen', why: outcome === 'unknown' ? 'it is unknown now' : 'it was not evaluated now' };
};

const fateOfMissing = (failure: ComparedFinding, isThere: boolean, { isComplete, rules, mayMiss }: Sight): Fate => {
  const why = whyMissed(failure, isThere, { isComplete, rules, mayMiss });
  return why === null ? { type: 'fixed' } : { type: 'unseen', why };
};

const whyMissed = (failure: ComparedFinding, isThere: boolean, { isComplete, rules, mayMiss }: Sight): string | null => {
  if (!rules.has(failure.ruleId)) return 'its rule was not selected now';
  if (isThere) return 'its rule was not judged for this cache now';
  return isComplete ? mayMiss(failure) : 'not everything was seen now';
};

/** The severe before the mild, then by cache and rule, in whatever order the results tell of them. */
const worstFirst = <T extends ComparedFinding>(findings: readonly T[]): readonly T[] =>
  findings.toSorted(
    (one, other) =>
      rankOf(other.severity) - rankOf(one.severity) || compare(one.cacheKey, other.cacheKey) || compare(one.ruleId, other.ruleId),
  );

export interface DiffStatus {
  readonly exitCode: number;
  readonly outcome: 'clean' | 'findings';
  readonly failOn: Threshold;
  readonly reason: string;
}

/** 1 where a failure is new, counts, and reaches the gate. */
export const diffStatus = ({ added, fixed, unchanged, unseen }: Diff, failOn: Threshold): DiffStatus => {
  const active = added.filter(({ disposition }) => disposition === 'active');
  const gating = active.filter(({ severity }) => reaches(severity, failOn));
  const parts = SEVERITIES.flatMap((severity) => {
    const some = gating.filter((finding) => finding.severity === severity).length;
    return some === 0 ? [] : [`${some} ${severity}`];
  });
  const counts = `${added.length} new, ${fixed.length} fixed, ${unchanged.length} unchanged${unseen.length === 0 ? '' : `, ${unseen.length} not seen`}`;
  return gating.length > 0
    ? {
        exitCode: EXIT_CODES.findings,
        outcome: 'findings',
        failOn,
        reason: `${count(gating.length, 'new failure')} (${parts.join(', ')}) at or above --fail-on ${failOn}; ${counts}`,
      }
    : { exitCode: EXIT_CODES.clean, outcome: 'clean', failOn, reason: counts };
};
