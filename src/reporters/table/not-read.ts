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
  const groups = groupBy(report.problems, ({ code, action, message }) => `${code}|${action}|${message}`);
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

/** A hint may name a scope, so that each of a group has its own. */
const isOneHint = (group: readonly { readonly hint: string | null }[]): boolean => new Set(group.map(({ hint }) => hint)).size === 1;

const scopeName = (scope: string | null, names: ReadonlyMap<string, string>): string => {
  const id = /^\/subscriptions\/([^/]+)$/i.exec(scope ?? '')?.[1]?.toLowerCase();
  return (id && names.get(id)) ?? scope ?? '';
};
