import { rankOf, type Severity } from '../model/severity.ts';
import type { Disposition, Finding } from './report.ts';

/** What is known of failures before a run. */
export interface Baseline {
  knows(failure: Pick<Finding, 'fingerprint' | 'severity' | 'disposition'>): boolean;
}

/** What a result that was saved says of itself. */
export const SAVED_BASELINE: Baseline = { knows: ({ disposition }) => disposition === 'baselined' };

/** `known`: how severe each failure of an earlier result was (5 for critical down to 1), by its fingerprint. One that became more severe is news. */
export const baselineOf = (known: ReadonlyMap<string, number>): Baseline => ({
  knows: ({ fingerprint, severity }) => rankOf(severity) <= (known.get(fingerprint) ?? 0),
});

/** What of an earlier finding a baseline is made of. */
export interface EarlierFinding {
  readonly fingerprint: string;
  readonly outcome: Finding['outcome'];
  readonly disposition: Disposition;
  readonly severity: Severity;
}

/**
 * Adds what of an earlier result is known. A failure that was waived is not: a baseline would outlive the waiver. What was unknown or
 * passed and fails now is news.
 */
export const addToBaseline = (baseline: Map<string, number>, { fingerprint, outcome, disposition, severity }: EarlierFinding): void => {
  if (outcome !== 'fail' || disposition === 'waived') return;
  baseline.set(fingerprint, Math.max(rankOf(severity), baseline.get(fingerprint) ?? 0));
};
