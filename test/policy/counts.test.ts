import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/model/finding.ts';
import { countsOf, NO_COUNTS, sumOf } from '../../src/policy/counts.ts';

describe('countsOf', () => {
  it('counts every outcome under its own name', () => {
    const counts = OUTCOMES.map((outcome) => countsOf([{ outcome }]));
    expect(Object.fromEntries(OUTCOMES.map((outcome, index) => [outcome, counts[index]]))).toEqual({
      pass: { ...NO_COUNTS, pass: 1 },
      fail: { ...NO_COUNTS, fail: 1 },
      unknown: { ...NO_COUNTS, unknown: 1 },
      not_applicable: { ...NO_COUNTS, notApplicable: 1 },
      not_evaluated: { ...NO_COUNTS, notEvaluated: 1 },
    });
  });

  it('counts nothing for nothing', () => {
    expect(countsOf([])).toEqual({ pass: 0, fail: 0, unknown: 0, notApplicable: 0, notEvaluated: 0 });
  });
});

describe('sumOf', () => {
  it('adds each count to the one of its name', () => {
    expect(
      sumOf(
        { pass: 1, fail: 2, unknown: 3, notApplicable: 4, notEvaluated: 5 },
        { pass: 10, fail: 20, unknown: 30, notApplicable: 40, notEvaluated: 50 },
      ),
    ).toEqual({ pass: 11, fail: 22, unknown: 33, notApplicable: 44, notEvaluated: 55 });
  });
});
