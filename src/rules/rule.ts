import type { Cache } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Verdict } from '../model/finding.ts';
import type { RuleSpec } from '../model/rule-spec.ts';

/** A requirement and how one cache is held to it. The check is pure: it knows the model and nothing else. */
export interface Rule extends RuleSpec {
  check(cache: Cache): Verdict;
}

type Optional = 'aliases' | 'controls' | 'needs' | 'follows';

export const defineRule = (rule: Omit<Rule, Optional> & Partial<Pick<Rule, Optional>>): Rule => ({
  aliases: [],
  controls: [],
  needs: [],
  follows: null,
  ...rule,
});

/**
 * Judges a fact that was seen. A fact that was not seen never reaches `judge`: it is `unknown`,
 * or `not_evaluated` where this kind of source can never show it.
 */
export const given = <T>(fact: Fact<T>, judge: (value: T) => Verdict): Verdict => {
  if (fact.known) {
    const verdict = judge(fact.value);
    return verdict.evidence === null ? { ...verdict, evidence: { path: fact.path, source: fact.from } } : verdict;
  }
  return {
    outcome: fact.kind === 'out_of_reach' ? 'not_evaluated' : 'unknown',
    message: fact.reason,
    expected: null,
    actual: fact.actual,
    evidence: { path: fact.path, source: 'observed' },
    reason: fact.kind,
  };
};

interface Values {
  readonly expected?: string;
  readonly actual?: string;
}

export const pass = (message: string, values: Values = {}): Verdict => ruling('pass', message, values);

export const fail = (message: string, values: Values = {}): Verdict => ruling('fail', message, values);

/** The rule has no meaning for this cache; `reason` is a word in lower snake. */
export const notApplicable = (message: string, reason: string): Verdict => ({ ...ruling('not_applicable', message, {}), reason });

const ruling = (outcome: Verdict['outcome'], message: string, { expected, actual }: Values): Verdict => ({
  outcome,
  message,
  expected: expected ?? null,
  actual: actual ?? null,
  evidence: null,
  reason: null,
});
