import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '../../src/assess.ts';
import { VERSION } from '../../src/cli/version.ts';
import type { Cache } from '../../src/model/cache.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { InputScope, SubscriptionScope } from '../../src/model/scope.ts';
import { COUNTING, evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { Run } from '../../src/policy/report.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { jsonReporter } from '../../src/reporters/json.ts';
import { ndjsonReporter } from '../../src/reporters/ndjson.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { SUBSCRIPTION, TODAY } from './cache.ts';
import { emptyFolder } from './redvet.ts';
import { END, runOf } from './run.ts';

/** What a result is of, but for what a test is about. */
interface Scanned {
  readonly caches: readonly Cache[];
  readonly rules?: readonly Rule[];
  readonly run?: Partial<Run>;
  readonly policy?: Partial<Policy>;
  readonly problems?: readonly Problem[];
  readonly subscriptions?: readonly SubscriptionScope[];
  readonly inputs?: readonly InputScope[];
}

export const subscriptionRead = (id = SUBSCRIPTION): SubscriptionScope => ({
  id,
  name: null,
  state: 'Enabled',
  status: 'read',
  caches: 1,
  excluded: 0,
  reason: null,
});

export const FORMS = ['json', 'ndjson'] as const;
export type Form = (typeof FORMS)[number];

/** The result of a scan, as it is written. */
export const savedText = (form: Form, { caches, rules = [nonSslPortDisabled], ...more }: Scanned): string => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
  const policy: Policy = { ...COUNTING, digest, ...more.policy };
  const { failOn, allowIncomplete, allowEmpty } = policy;
  const run = runOf({
    tool: { name: 'redvet', version: VERSION, rulesetVersion: '1' },
    failOn,
    rules,
    ...more.run,
    options: { failOn, allowIncomplete, allowEmpty, ...more.run?.options },
  });
  const tally = tallyOf(run, policy);
  const reporter = form === 'json' ? jsonReporter() : ndjsonReporter();
  const texts = [reporter.begin(run)];
  for (const cache of caches) {
    const assessed = evaluate(assess(cache, rules, TODAY), policy);
    tally.add(assessed);
    texts.push(reporter.assessed(assessed));
  }
  for (const subscription of more.subscriptions ?? [subscriptionRead()]) tally.addSubscription(subscription);
  for (const input of more.inputs ?? []) tally.addInput(input);
  for (const problem of more.problems ?? []) tally.addProblem(problem);
  texts.push(...reporter.end(tally.report(END)));
  return texts.join('');
};

/** The name of a file with that in it. */
export const fileWith = (content: string | Uint8Array, name = 'result'): string => {
  const path = join(emptyFolder(), name);
  writeFileSync(path, content);
  return path;
};
