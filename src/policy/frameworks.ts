import type { Outcome } from '../model/finding.ts';
import type { Framework } from '../model/framework.ts';
import type { ControlResult, FrameworkResult } from './report.ts';

/** What a run judged. */
export interface Judged {
  /** How often each outcome was met, by rule id. */
  readonly counts: ReadonlyMap<string, Readonly<Record<Outcome, number>>>;
  /** Ids of the rules that it judged by. */
  readonly selected: ReadonlySet<string>;
  /** Whether something that was asked for could not be seen by any rule. */
  readonly unread: boolean;
}

/**
 * What a run says of each control: it fails when one of its rules failed on some cache, is unknown when one could not be judged,
 * and passes only when all its rules were selected, something was judged, all of it passed, and nothing that was asked for is `unread`:
 * a cache that nobody saw may fail it. Otherwise it was not covered by this run.
 */
export const frameworkResults = (frameworks: readonly Framework[], judged: Judged): readonly FrameworkResult[] =>
  frameworks.map(({ id, title, controls }) => ({
    id,
    title,
    controls: controls.map((control) => ({ ...control, state: stateOf(control.rules, judged) })),
  }));

const stateOf = (rules: readonly string[], { counts, selected, unread }: Judged): ControlResult['state'] => {
  const met = (outcome: Outcome): boolean => rules.some((rule) => (counts.get(rule)?.[outcome] ?? 0) > 0);
  if (met('fail')) return 'fail';
  if (met('unknown')) return 'unknown';
  if (!met('pass') || met('not_evaluated') || !rules.every((rule) => selected.has(rule))) return 'not_covered';
  return unread ? 'unknown' : 'pass';
};
