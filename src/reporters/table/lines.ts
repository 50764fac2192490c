import type { AssessedCache, Report } from '../../policy/report.ts';
import type { Display } from '../reporter.ts';

/** A section of the table, line by line, without a line that is broken later. */
export type Lines = Iterable<string>;

/** Caches that are told of one by one where the table is brief. */
export const CACHES_ON_SCREEN = 20;

/** A part of the table that grows with the estate: of each cache that goes by it keeps what it is going to print, and no more. */
export interface Gathering {
  add(assessed: AssessedCache): void;
  /** Its sections; the same again when asked again. */
  sections(report: Report): Iterable<Lines>;
}

/** What people call a subscription, by its id. */
export const subscriptionNames = ({ subscriptions }: Report): ReadonlyMap<string, string> =>
  new Map(subscriptions.map(({ id, name }) => [id, name ?? id]));

/** Makes of the id of a rule what leads to its documentation, where a terminal can. */
export const linksOf = ({ run }: Report, { style }: Pick<Display, 'style'>): ((id: string) => string) => {
  const urls = new Map(run.rules.map(({ id, references }) => [id, references[0]]));
  return (id) => style.linked(id, urls.get(id) ?? '');
};

/** Sections as text, piece by piece, with an empty line between any two that say something. */
export function* textOf(sections: Iterable<Lines>): Iterable<string> {
  let gap = '';
  for (const lines of sections) {
    let before = gap;
    for (const line of lines) {
      yield `${before}${line}\n`;
      before = '';
      gap = '\n';
    }
  }
}
