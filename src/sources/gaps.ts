import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';

/** What could not be read, as a gap. Anything but a `Trouble` is a bug and goes on up. */
export const gapFrom = (error: unknown): Gap => {
  if (error instanceof Trouble) return gapOf(error);
  throw error;
};

/** `prefix` says what broke off. */
export const gapOf = ({ problem: told, correlationId }: Trouble, prefix?: string): Gap => ({
  problem: prefix === undefined ? told : { ...told, message: `${prefix}: ${told.message}` },
  correlationId,
});

/** Something in an answer that cannot be understood. */
export const unreadable = (code: 'UNREADABLE_ITEM' | 'UNREADABLE_SUBSCRIPTION', message: string, scope: string | null): Gap => ({
  problem: problem('malformed', code, message, {
    scope,
    hint: 'Run again; if it stays, please report it.',
    affects: ['*'],
  }),
  correlationId: null,
});
