import { count } from '../model/count.ts';
import { LANGUAGES } from '../remediation/language-names.ts';
import { WRITERS } from '../remediation/languages.ts';
import { counts, fixesIn, type Plan, planOf } from '../remediation/plan.ts';
import { safeLine } from '../reporters/escape.ts';
import { RULES } from '../rules/index.ts';
import { type Given, listOf, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { type MendedResult, readMended } from './saved/mending.ts';
import { selectRules } from './select-rules.ts';

/** `redvet remediate RESULT`: what mends the failures of a saved result, in one language. It prints, and runs nothing. */
export const runRemediate = async (file: string, given: Given, io: Io): Promise<number> => {
  const language = wordOf(given, 'as', LANGUAGES, 'az');
  const rules = selectRules(
    RULES,
    { rules: listOf(given, 'rule'), skipped: listOf(given, 'skip-rule') },
    { rule: given.origin('rule'), skipRule: given.origin('skip-rule'), framework: '--framework' },
  );
  const result = await readMended(file, io);
  const plan = planOf(result.findings, rules);
  for (const text of WRITERS[language](plan, { ...result, safeLine })) await io.stdout.write(text);
  if (!given.isOn('quiet'))
    await io.stderr.write(
      notes(result, plan)
        .map((line) => `redvet: ${line}\n`)
        .join(''),
    );
  return 0;
};

const notes = ({ findings, complete }: MendedResult, plan: Plan): readonly string[] => {
  const waiting = plan.caches.flatMap(({ mends }) => mends).filter(({ held }) => held !== null).length;
  const strange = findings.filter((finding) => counts(finding) && !RULES.some(({ id }) => id === finding.ruleId)).length;
  return [
    `${count(fixesIn(plan), 'finding')} to mend on ${count(plan.caches.length, 'cache')}; nothing was changed`,
    ...(waiting === 0 ? [] : [`${count(waiting, 'change')} held back: the reason stands above each`]),
    ...(plan.refused.length === 0
      ? []
      : [`${count(plan.refused.length, 'cache')} left out: no command may name them, as what is only declared`]),
    ...(strange === 0 ? [] : [`${count(strange, 'finding')} left out: of rules that this version does not know`]),
    ...(complete ? [] : ['the scan did not see everything it was asked for: there may be more to mend']),
  ].map(safeLine);
};
