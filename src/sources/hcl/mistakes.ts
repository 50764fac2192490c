import { Trouble } from '../../errors.ts';
import type { Place } from '../../model/cache.ts';
import { problem } from '../../model/problem.ts';
import type { Gap } from '../../model/scope.ts';
import { gapOf } from '../gaps.ts';
import { nameOf } from '../input-text.ts';
import type { Mistake } from './syntax.ts';

/** `main.tf:12:3`. */
export const placeText = (file: string, place: Place | null): string =>
  place === null ? nameOf(file) : `${nameOf(file)}:${place.line}:${place.column}`;

/** A file that is not understood, with the place: `main.tf:12:3`. */
export const mistaken = (file: string, { place, what }: Mistake): Trouble => {
  return new Trouble(
    problem('usage', 'NOT_UNDERSTOOD', `${placeText(file, place)} cannot be read as Terraform: ${what}`, {
      scope: file,
      hint: 'terraform validate tells more.',
      affects: ['*'],
    }),
  );
};

/** What could not be read of a folder that was not named itself. */
export const gapOfTrouble = ({ problem: told }: Trouble): Gap =>
  gapOf(new Trouble(told.kind === 'usage' ? { ...told, kind: 'malformed' } : told));
