import { describe, expect, it } from 'vitest';
import type { Severity } from '../../src/model/severity.ts';
import { addToBaseline, baselineOf, type EarlierFinding, SAVED_BASELINE } from '../../src/policy/baseline.ts';

const earlier = (more: Partial<EarlierFinding> = {}): EarlierFinding => ({
  fingerprint: 'a',
  outcome: 'fail',
  disposition: 'active',
  severity: 'high',
  ...more,
});

const knows = (before: readonly EarlierFinding[], severity: Severity = 'high', fingerprint = 'a'): boolean => {
  const known = new Map<string, number>();
  for (const finding of before) addToBaseline(known, finding);
  return baselineOf(known).knows({ fingerprint, severity, disposition: 'active' });
};

describe('a baseline', () => {
  it.each<[what: string, before: readonly EarlierFinding[], severity: Severity, known: boolean]>([
    ['knows what failed before', [earlier()], 'high', true],
    ['knows what was in the baseline of the result it is made of', [earlier({ disposition: 'baselined' })], 'high', true],
    ['does not outlive a waiver', [earlier({ disposition: 'waived' })], 'high', false],
    ['does not know what was unknown', [earlier({ outcome: 'unknown' })], 'high', false],
    ['does not know what passed', [earlier({ outcome: 'pass' })], 'high', false],
    ['does not know what became worse', [earlier()], 'critical', false],
    ['knows what became milder', [earlier()], 'low', true],
    ['of two of one fingerprint takes the worse', [earlier({ severity: 'critical' }), earlier({ severity: 'low' })], 'critical', true],
    ['that is empty knows nothing', [], 'info', false],
  ])('%s', (_, before, severity, known) => {
    expect(knows(before, severity)).toBe(known);
  });

  it('of a saved result is what it says of itself', () => {
    expect(SAVED_BASELINE.knows({ fingerprint: 'a', severity: 'high', disposition: 'baselined' })).toBe(true);
    expect(SAVED_BASELINE.knows({ fingerprint: 'a', severity: 'high', disposition: 'active' })).toBe(false);
  });

  it('tells one finding from another', () => {
    expect(knows([earlier()], 'high', 'b')).toBe(false);
  });
});
