import { type Cache, isBeingDeleted } from './model/cache.ts';
import type { Assessment, Judgement, Verdict } from './model/finding.ts';
import type { Awaitable } from './model/need.ts';
import { type Problem, problem } from './model/problem.ts';
import { notApplicable, type Rule } from './rules/rule.ts';

/**
 * Judges one cache by every rule whose kinds include it, in rule order, as of `today` (`YYYY-MM-DD`, UTC).
 * A rule that throws costs its own verdict, never the run.
 */
export const assess = (cache: Cache, rules: readonly Rule[], today: string): Assessment => {
  const problems: Problem[] = [];
  const judgements = rules
    .filter((rule) => rule.appliesTo.includes(cache.kind))
    .map((rule): Judgement => {
      try {
        const verdict = verdictOf(cache, rule, today);
        return { rule, severity: verdict.severity ?? rule.severity, verdict };
      } catch (error) {
        problems.push(crashOf(cache, rule, error));
        return { rule, severity: rule.severity, verdict: CRASHED };
      }
    });
  return { cache, judgements, problems };
};

const verdictOf = (cache: Cache, rule: Rule, today: string): Verdict =>
  isBeingDeleted(cache) ? notApplicable('the cache is being deleted', 'being_deleted') : rule.check(cache, today);

/**
 * What the rules still wait for on a cache of which only the lists were read, and the ids of the rules that do. A rule whose
 * verdict does not depend on it asks for nothing.
 */
export const awaitedBy = (cache: Cache, rules: readonly Rule[], today: string): ReadonlyMap<Awaitable, readonly string[]> => {
  const awaited = new Map<Awaitable, readonly string[]>();
  for (const { rule, verdict } of assess(cache, rules, today).judgements) {
    if (verdict.awaits !== undefined) awaited.set(verdict.awaits, [...(awaited.get(verdict.awaits) ?? []), rule.id]);
  }
  return awaited;
};

const CRASHED: Verdict = {
  outcome: 'unknown',
  message: 'the rule crashed: this is a bug in redvet',
  expected: null,
  actual: null,
  evidence: null,
  reason: 'rule_crash',
};

const crashOf = (cache: Cache, rule: Rule, error: unknown): Problem =>
  problem(
    'rule_crash',
    'RULE_CRASH',
    `rule ${rule.id} crashed on ${cache.name}: ${error instanceof Error ? error.message : String(error)}`,
    {
      scope: cache.id,
      affects: [rule.id],
      hint: 'Please report it with the output of the same command and -vv. The other rules were judged.',
    },
  );
