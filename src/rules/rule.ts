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
    if (verdict.evidence !== null) return verdict;
    const actual = verdict.outcome === 'not_applicable' ? null : fact.written;
    return { ...verdict, actual, evidence: { path: fact.path, source: fact.from } };
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

/** `expected` is the good value, as Azure writes it. */
export const pass = (message: string, expected: string | null = null): Verdict => ({ ...NOTHING_SAID, outcome: 'pass', message, expected });

export const fail = (message: string, expected: string | null = null): Verdict => ({ ...NOTHING_SAID, outcome: 'fail', message, expected });

/** The rule has no meaning for this cache; `reason` is a word in lower snake. */
export const notApplicable = (message: string, reason: string): Verdict => ({
  ...NOTHING_SAID,
  outcome: 'not_applicable',
  message,
  reason,
});

/** `given` adds what was seen and where. */
const NOTHING_SAID = { expected: null, actual: null, evidence: null, reason: null };
