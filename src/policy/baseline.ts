import { rankOf, type Severity } from '../model/severity.ts';
import type { Disposition, Finding } from './report.ts';

/** The failures of an earlier result: how severe each was (5 for critical down to 1), by its fingerprint. */
export type Baseline = ReadonlyMap<string, number>;

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

/** A known failure that became more severe is news, too. */
export const isKnown = ({ fingerprint, severity }: Pick<Finding, 'fingerprint' | 'severity'>, baseline: Baseline): boolean =>
  rankOf(severity) <= (baseline.get(fingerprint) ?? 0);
