import type { Outcome } from '../model/finding.ts';
import type { Counts } from './report.ts';

export const NO_COUNTS: Counts = { pass: 0, fail: 0, unknown: 0, notApplicable: 0, notEvaluated: 0 };

const COUNTED: Readonly<Record<Outcome, keyof Counts>> = {
  pass: 'pass',
  fail: 'fail',
  unknown: 'unknown',
  not_applicable: 'notApplicable',
  not_evaluated: 'notEvaluated',
};

export const countsOf = (findings: readonly { readonly outcome: Outcome }[]): Counts => {
  const counts = { ...NO_COUNTS };
  for (const { outcome } of findings) counts[COUNTED[outcome]] += 1;
  return counts;
};

export const sumOf = (one: Counts, other: Counts): Counts => ({
  pass: one.pass + other.pass,
  fail: one.fail + other.fail,
  unknown: one.unknown + other.unknown,
  notApplicable: one.notApplicable + other.notApplicable,
  notEvaluated: one.notEvaluated + other.notEvaluated,
});
