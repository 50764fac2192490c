import type { CacheKind } from '../model/cache.ts';
import type { Fix, PolicyFix } from '../model/fix.ts';

/** The built-in policy of a fix where it looks at caches of that kind. */
export const policyFor = ({ policy }: Fix, kind: CacheKind): PolicyFix | null => (policy?.kinds.includes(kind) ? policy : null);

/** Assigns a policy to a subscription. Without its parameter, one that can deny would only audit. */
export const assignmentWords = ({ id, effect, assignment }: PolicyFix, subscriptionId: string): readonly string[] => [
  ...['policy', 'assignment', 'create', '--name', assignment, '--scope', `/subscriptions/${subscriptionId}`, '--policy', id],
  ...(effect === 'Deny' ? ['--params', JSON.stringify({ effect: { value: effect } })] : []),
  ...['--subscription', subscriptionId],
];

/** Keeps an assignment and ends its effect. */
export const suspensionWords = ({ assignment }: PolicyFix, subscriptionId: string): readonly string[] => [
  ...['policy', 'assignment', 'update', '--name', assignment, '--scope', `/subscriptions/${subscriptionId}`],
  ...['--enforcement-mode', 'DoNotEnforce', '--subscription', subscriptionId],
];
