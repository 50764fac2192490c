import type { Problem } from '../../model/problem.ts';
import type { Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { groupBy } from '../group-by.ts';
import { wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { type Lines, subscriptionNames } from './lines.ts';

/** What was asked for and not seen, each kind once, with the missing action and what to do. */
export const notRead = (report: Report, display: Display): Lines => {
  const { style, width } = display;
  const names = subscriptionNames(report);
  const groups = groupBy(oneAScope(report.problems), ({ code, message }) => `${code}|${message}`);
  const skipped = report.subscriptions.filter(({ status }) => status === 'skipped');
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const scopes = group.map(({ scope }) => scopeName(scope, names)).filter((name) => name !== '');
    const where =
      scopes.length === 0 ? '' : `${scopes.slice(0, 5).join(', ')}${scopes.length > 5 ? ` and ${scopes.length - 5} more` : ''}: `;
    return [
      ...wrap(safeLine(`${where}${first.message}`), width - 2).map((line) => `  ${line}`),
      ...(first.hint === null
        ? []
        : [`    ${style.faint('help:')} ${safeLine(first.hint)}${isOneHint(group) ? '' : ' (likewise for the others)'}`]),
    ];
  });
  const passedOver = skipped.flatMap(({ name, id, reason }) =>
    wrap(safeLine(`${name ?? id}: skipped, ${reason}`), width - 2).map((line) => style.faint(`  ${line}`)),
  );
  return lines.length + passedOver.length === 0 ? [] : [style.strong(lines.length > 0 ? 'Not read' : 'Skipped'), ...lines, ...passedOver];
};

/** What failed in one scope for one reason, such as the right to both lists of a subscription, is one problem with one way out. */
const oneAScope = (problems: readonly Problem[]): readonly Problem[] =>
  [...groupBy(problems, ({ code, scope, hint }) => JSON.stringify([code, scope, hint])).values()].flatMap((group) => {
    const messages = [...new Set(group.map(({ message }) => message))];
    return group.slice(0, 1).map((first) => ({ ...first, message: messages.join('; ') }));
  });

/** A hint may name a scope, so that each of a group has its own. */
const isOneHint = (group: readonly { readonly hint: string | null }[]): boolean => new Set(group.map(({ hint }) => hint)).size === 1;

const scopeName = (scope: string | null, names: ReadonlyMap<string, string>): string => {
  const [, subscription = '', below = ''] = /^\/subscriptions\/([^/]+)(\/.*)?$/i.exec(scope ?? '') ?? [];
  const name = names.get(subscription.toLowerCase());
  if (name === undefined) return scope ?? '';
  // Of a cache its name and, for a database, what follows; its whole id stands in the hint and in JSON.
  const cache = /\/providers\/Microsoft\.Cache\/[^/]+\/(.+)$/i.exec(below)?.[1];
  return cache === undefined ? `${name}${below}` : `${cache} (${name})`;
};
