import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import { isGlob, matchesGlob } from '../policy/glob.ts';
import type { Rule } from '../rules/rule.ts';
import { didYouMean } from './suggest.ts';

/** The rules that a name means: an id, an alias from another tool, or a glob over ids. Throws `Trouble` (usage) when it means none. */
export const rulesCalled = (name: string, rules: readonly Rule[], flag: string): readonly Rule[] => {
  const wanted = name.toLowerCase();
  const found = rules.filter(({ id, aliases }) =>
    isGlob(name) ? matchesGlob(name, id) : id === wanted || aliases.some((alias) => alias.toLowerCase() === wanted),
  );
  if (found.length > 0) return found;
  const known = rules.flatMap(({ id, aliases }) => [id, ...aliases]);
  throw new Trouble(
    problem('usage', 'UNKNOWN_RULE', `${flag} ${JSON.stringify(name)} matches no rule`, {
      scope: flag,
      hint: `${didYouMean(name, known)} List them with: redvet rules`.trim(),
    }),
  );
};

/** The rules to judge by, in report order. Throws `Trouble` (usage) when none would be left: a scan that checks nothing is no pass. */
export const selectRules = (
  rules: readonly Rule[],
  wanted: readonly string[],
  skipped: readonly string[],
  origins = { rule: '--rule', skipRule: '--skip-rule' },
): readonly Rule[] => {
  const chosen = new Set(wanted.length === 0 ? rules : wanted.flatMap((name) => rulesCalled(name, rules, origins.rule)));
  for (const rule of skipped.flatMap((name) => rulesCalled(name, rules, origins.skipRule))) chosen.delete(rule);
  if (chosen.size === 0) {
    throw new Trouble(
      problem('usage', 'NO_RULE_LEFT', `${origins.skipRule} leaves no rule to judge by`, {
        scope: origins.skipRule,
        hint: 'Leave at least one rule; list them with: redvet rules',
      }),
    );
  }
  return rules.filter((rule) => chosen.has(rule));
};
