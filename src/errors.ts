import { type Problem, problem } from './model/problem.ts';

/**
 * Thrown for what the person running the tool can put right: a bad flag, no token, an output that cannot be written.
 * What merely could not be read of Azure is a `Gap` instead.
 */
export class Trouble extends Error {
  readonly problem: Problem;
  readonly correlationId: string | null;

  constructor(problem: Problem, more: { readonly cause?: unknown; readonly correlationId?: string | null } = {}) {
    super(problem.message, { cause: more.cause });
    this.name = 'Trouble';
    this.problem = problem;
    this.correlationId = more.correlationId ?? null;
  }
}

/** What any error is to whoever reads the report. One that is no `Trouble` is a bug. */
export const problemOf = (error: unknown): Problem =>
  error instanceof Trouble
    ? error.problem
    : problem('internal', 'INTERNAL', error instanceof Error ? `${error.name}: ${error.message}` : String(error), {
        hint: REPORT_BUG,
        affects: ['*'],
      });

export const REPORT_BUG = 'Please report it with the output of the same command and -vv.';
