import { Trouble } from '../errors.ts';
import { count } from '../model/count.ts';
import { problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';
import { gapOf } from './gaps.ts';
import { named } from './management-groups.ts';

/** What could not be had of the index, with the subscriptions that it concerns. Anything but a `Trouble` is a bug and goes on up. */
export const graphGap = (error: unknown, ids: readonly string[]): Gap => {
  if (!(error instanceof Trouble)) throw error;
  const gap = gapOf(error, `Resource Graph about ${count(ids.length, 'subscription')}`);
  const [only] = ids;
  const { scope, hint } = gap.problem;
  return {
    ...gap,
    problem: { ...gap.problem, scope: scope ?? (ids.length === 1 ? `/subscriptions/${only}` : null), hint: hint ?? WITHOUT_GRAPH },
  };
};

const WITHOUT_GRAPH = 'Run again, or read Resource Manager instead of its index: --source arm';

/** Rows out of order: of none of the subscriptions is it known that it is complete. */
export const unordered = (): Trouble =>
  new Trouble(problem('malformed', 'GRAPH_UNORDERED', 'the rows do not come in the order that was asked for', { affects: ['*'] }));

/** A row that comes again stands in the count for one that does not come. */
export const rowsRepeated = (id: string, repeated: number): Gap => ({
  problem: problem(
    'malformed',
    'GRAPH_ROWS_REPEATED',
    `Resource Graph gave ${count(repeated, 'row')} more than once: others may be missing`,
    {
      scope: `/subscriptions/${id}`,
      hint: WITHOUT_GRAPH,
      affects: ['*'],
    },
  ),
  correlationId: null,
});

/** Subscriptions of which the index holds nothing, so that no row means nothing. */
export const notIndexed = (ids: readonly string[]): Gap => ({
  problem: problem('not_found', 'NOT_INDEXED', `Resource Graph does not answer for ${named(ids)}, which Resource Manager lists`, {
    scope: ids.length === 1 ? `/subscriptions/${ids[0]}` : null,
    hint: 'Read what the index does not know from Resource Manager: --source arm, with --subscription ID for these alone.',
    affects: ['*'],
  }),
  correlationId: null,
});
