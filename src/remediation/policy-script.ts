import { count } from '../model/count.ts';
import type { PolicyFix } from '../model/fix.ts';
import { BASH_END, BASH_FRAME } from './bash.ts';
import { commented, commentedAsIs, piece } from './comment.ts';
import { headerLines, type Origin, toMend } from './header.ts';
import type { Plan } from './plan.ts';
import { assignmentWords, policyFor, suspensionWords } from './policy.ts';
import { azCommand, quoted } from './shell.ts';

const USE: readonly string[] = [
  'By itself it only prints the commands. To run them: APPLY=1 bash FILE',
  'A policy mends nothing: it keeps what is mended from coming back. Mend the caches first, because a policy that denies refuses every write to a cache that still fails it.',
  'Sign in first with az login, to the tenant and the cloud of these subscriptions, with a role that may write policy assignments.',
];

/** One policy at one subscription, and the caches there that fail it. */
interface Assignment {
  readonly policy: PolicyFix;
  readonly subscriptionId: string;
  readonly ruleIds: readonly string[];
  readonly caches: number;
}

/** A script for bash that assigns the built-in policies which keep caches mended; a piece of text each. */
export function* policyScript(plan: Plan, origin: Origin): Iterable<string> {
  const assignments = assignmentsOf(plan);
  yield piece(['#!/usr/bin/env bash', ...headerLines('#', purposeOf(assignments, plan), plan, origin)]);
  if (assignments.length > 0) yield BASH_FRAME;
  for (const assignment of assignments) yield piece(['', ...assignmentLines(assignment)]);
  const without = withoutPolicy(plan);
  if (without.length > 0) {
    yield piece(['', ...commented('#', `No built-in policy keeps these, on the caches that fail them: ${without.join(', ')}.`)]);
  }
  if (assignments.length > 0) yield BASH_END;
}

const purposeOf = (assignments: readonly Assignment[], plan: Plan) => {
  if (assignments.length === 0)
    return plan.caches.length === 0 ? toMend(plan, [], () => false) : { what: 'No built-in policy to assign.', use: [] };
  const subscriptions = new Set(assignments.map(({ subscriptionId }) => subscriptionId.toLowerCase()));
  const policies = count(assignments.length, 'built-in policy', 'built-in policies');
  return { what: `Assigns ${policies} to ${count(subscriptions.size, 'subscription')}.`, use: USE };
};

const assignmentsOf = ({ caches }: Plan): readonly Assignment[] => {
  const assignments = new Map<string, Assignment>();
  for (const { target, mends } of caches) {
    for (const { rule } of mends) {
      const policy = policyFor(rule.fix, target.kind);
      if (policy === null) continue;
      const { subscriptionId } = target;
      const key = `${subscriptionId.toLowerCase()} ${policy.id}`;
      const before = assignments.get(key) ?? { policy, subscriptionId, ruleIds: [], caches: 0 };
      assignments.set(key, { ...before, ruleIds: [...new Set([...before.ruleIds, rule.id])], caches: before.caches + 1 });
    }
  }
  return [...assignments.values()];
};

const withoutPolicy = ({ caches }: Plan): readonly string[] => [
  ...new Set(
    caches.flatMap(({ target, mends }) =>
      mends.flatMap(({ rule }) => (policyFor(rule.fix, target.kind) === null ? [`${rule.id} (${target.kind})`] : [])),
    ),
  ),
];

const assignmentLines = ({ policy, subscriptionId, ruleIds, caches }: Assignment): readonly string[] => [
  ...commented('#', `-- ${policy.displayName} (${ruleIds.join(', ')}; ${count(caches, 'failing cache')})`),
  ...commented('#', `Effect: ${policy.effect}. Mind: ${policy.risk}`),
  ...commentedAsIs('#', `Roll back: ${azCommand(suspensionWords(policy, subscriptionId))}`),
  `here ${quoted(`/subscriptions/${subscriptionId}`)}`,
  `run ${azCommand(assignmentWords(policy, subscriptionId))}`,
];
