import { NOTHING_MATCHED, type Problem } from '../../model/problem.ts';
import { severalOf } from '../../model/several.ts';
import type { Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { groupBy } from '../group-by.ts';
import { wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { type Lines, subscriptionNames } from './lines.ts';

/** What was asked for and not seen or not there, each kind once, with the missing action and what to do. */
export const notRead = (report: Report, display: Display): readonly Lines[] => {
  const { style } = display;
  const names = subscriptionNames(report);
  const problems = oneAScope(report.problems);
  const unread = problemLines(
    problems.filter(({ code }) => code !== NOTHING_MATCHED),
    names,
    display,
  );
  const unmatched = problemLines(
    problems.filter(({ code }) => code === NOTHING_MATCHED),
    names,
    display,
  );
  const skipped = skippedLines(report, display);
  return [
    unmatched.length === 0 ? [] : [style.strong('Not found'), ...unmatched],
    unread.length + skipped.length === 0 ? [] : [style.strong(unread.length > 0 ? 'Not read' : 'Skipped'), ...unread, ...skipped],
  ];
};

const problemLines = (problems: readonly Problem[], names: ReadonlyMap<string, string>, { style, width }: Display): readonly string[] =>
  [...groupBy(problems, ({ code, message }) => `${code}|${message}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    // What matched nothing is named by its message already.
    const scopes = group.map(({ code, scope }) => (code === NOTHING_MATCHED ? '' : scopeName(scope, names))).filter((name) => name !== '');
    const where = scopes.length === 0 ? '' : `${severalOf(scopes)}: `;
    return [
      ...wrap(safeLine(`${where}${first.message}`), width - 2).map((line) => `  ${line}`),
      ...(first.hint === null
        ? []
        : [`    ${style.faint('help:')} ${safeLine(first.hint)}${isOneHint(group) ? '' : ' (likewise for the others)'}`]),
    ];
  });

const skippedLines = ({ subscriptions }: Report, { style, width }: Display): readonly string[] => {
  const skipped = subscriptions.filter(({ status }) => status === 'skipped');
  return [...groupBy(skipped, ({ reason }) => reason)].flatMap(([reason, group]) =>
    wrap(safeLine(`${severalOf(group.map(({ name, id }) => name ?? id))}: skipped, ${reason}`), width - 2).map((line) =>
      style.faint(`  ${line}`),
    ),
  );
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
