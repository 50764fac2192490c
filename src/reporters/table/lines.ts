import type { Report } from '../../policy/report.ts';

/** A section of the table, line by line, without a line that is broken later. */
export type Lines = readonly string[];

/** What people call a subscription, by its id. */
export const subscriptionNames = ({ subscriptions }: Report): ReadonlyMap<string, string> =>
  new Map(subscriptions.map(({ id, name }) => [id, name ?? id]));
