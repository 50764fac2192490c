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
  readonly message: string;
}

/** What is to be known of the newer result to say that something is gone, rather than not looked at. */
export interface Sight {
  /** Whether everything that was asked for was seen. */
  readonly isComplete: boolean;
  /** Ids of the rules that it was judged by. */
  readonly rules: ReadonlySet<string>;
  /** Why a failure of the older one that is in none of its findings may still be there; null where it cannot. */
  readonly mayMiss: (finding: ComparedFinding) => string | null;
}

export interface Diff {
  /** Failures that the older result does not have, or has milder or waived. */
  readonly added: readonly ComparedFinding[];
  /** Failures of the older result that the newer saw mended, or whose cache it saw to be gone. */
  readonly fixed: readonly ComparedFinding[];
  readonly unchanged: readonly ComparedFinding[];
  /** Failures of the older result of which the newer cannot say anything, and why. */
  readonly unseen: readonly (ComparedFinding & { readonly why: string })[];
}

/** Compares two results by the fingerprints of their findings. Nothing that the newer one did not see is called fixed. */
export const diffOf = (older: readonly ComparedFinding[], newer: Iterable<ComparedFinding>, sight: Sight): Diff => {
  const known = new Map<string, number>();
  const failed = new Map(older.filter(({ outcome }) => outcome === 'fail').map((finding) => [finding.fingerprint, finding]));
  for (const finding of older) addToBaseline(known, finding);
  const baseline = baselineOf(known);
  const added: ComparedFinding[] = [];
  const fixed: ComparedFinding[] = [];
  const unchanged: ComparedFinding[] = [];
  const unseen: (ComparedFinding & { readonly why: string })[] = [];
  for (const finding of newer) {
    const before = failed.get(finding.fingerprint);
    failed.delete(finding.fingerprint);
    if (finding.outcome === 'fail') {
      const isKnown = baseline.knows(finding) || (before !== undefined && finding.disposition === 'waived');
      (isKnown ? unchanged : added).push(finding);
    } else if (before !== undefined) {
      if (finding.outcome === 'pass' || finding.outcome === 'not_applicable') fixed.push(before);
      else unseen.push({ ...before, why: WHY[finding.outcome] });
    }
  }
  for (const finding of failed.values()) {
    const why = whyMissed(finding, sight);
    if (why === null) fixed.push(finding);
    else unseen.push({ ...finding, why });
  }
  return { added: worstFirst(added), fixed: worstFirst(fixed), unchanged: worstFirst(unchanged), unseen: worstFirst(unseen) };
};

const WHY = { unknown: 'it is unknown now', not_evaluated: 'it was not evaluated now' } as const;

const whyMissed = (finding: ComparedFinding, { isComplete, rules, mayMiss }: Sight): string | null => {
  if (!rules.has(finding.ruleId)) return 'its rule was not selected';
  return isComplete ? mayMiss(finding) : 'not everything was seen';
};

const worstFirst = <T extends ComparedFinding>(findings: readonly T[]): readonly T[] =>
  [...findings].sort((a, b) => rankOf(b.severity) - rankOf(a.severity));

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
