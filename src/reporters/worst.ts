import { rankOf, reaches, type Threshold } from '../model/severity.ts';
import type { Finding } from '../policy/report.ts';

/** Keeps the heaviest of many; memory is bounded by how many are kept. */
export interface Worst<T> {
  /** `make` is asked only where the item is among the heaviest so far. */
  add(make: () => T, weight: number): void;
  /** The heaviest first; those of one weight as they came. */
  kept(): readonly T[];
  /** How many were added in all. */
  total(): number;
}

export const worstOf = <T>(most: number): Worst<T> => {
  let items: { readonly item: T; readonly weight: number }[] = [];
  let total = 0;
  /** What weighs no more is not among the heaviest, whatever follows. */
  let least = Number.NEGATIVE_INFINITY;
  const trim = (): void => {
    // The sort is stable: what came first stays before what weighs the same.
    items.sort((a, b) => b.weight - a.weight);
    items = items.slice(0, most);
    if (items.length === most) least = items.at(-1)?.weight ?? least;
  };
  return {
    add: (make, weight) => {
      total += 1;
      if (weight <= least) return;
      items.push({ item: make(), weight });
      // Sorting now and then is cheaper than keeping a heap, and takes little more room.
      if (items.length >= 1.25 * most + 16) trim();
    },
    kept: () => {
      trim();
      return items.map(({ item }) => item);
    },
    total: () => total,
  };
};

/** Whether a finding is one to act on: what is waived or in the baseline is counted elsewhere. */
export const isTold = ({ outcome, disposition }: Pick<Finding, 'outcome' | 'disposition'>): boolean =>
  outcome === 'unknown' || (outcome === 'fail' && disposition === 'active');

/** What gates before what would gate if it were known, before the rest; then by severity, and failures first. */
export const weightOf = ({ gating, outcome, severity }: Pick<Finding, 'gating' | 'outcome' | 'severity'>, failOn: Threshold): number => {
  const wouldGate = outcome === 'unknown' && (failOn === 'none' || reaches(severity, failOn));
  return (gating ? 100 : 0) + (wouldGate ? 50 : 0) + 2 * rankOf(severity) + (outcome === 'fail' ? 1 : 0);
};
