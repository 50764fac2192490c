import type { AssessedCache, Report } from '../../policy/report.ts';

/** A section of the table, line by line, without a line that is broken later. */
export type Lines = Iterable<string>;

/** A part of the table that grows with the estate: of each cache that goes by it keeps what it is going to print, and no more. */
export interface Gathering {
  add(assessed: AssessedCache): void;
  /** Its sections; the same again when asked again. */
  sections(report: Report): Iterable<Lines>;
}

/** What people call a subscription, by its id. */
export const subscriptionNames = ({ subscriptions }: Report): ReadonlyMap<string, string> =>
  new Map(subscriptions.map(({ id, name }) => [id, name ?? id]));

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
