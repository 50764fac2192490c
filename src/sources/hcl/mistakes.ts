import { Trouble } from '../../errors.ts';
import { problem } from '../../model/problem.ts';
import type { Gap } from '../../model/scope.ts';
import { gapOf } from '../gaps.ts';
import type { Mistake } from './syntax.ts';

/** A file that Terraform would refuse, with the place: `main.tf:12:3`. */
export const mistaken = (file: string, { place, what }: Mistake): Trouble => {
  const at = place === null ? file : `${file}:${place.line}:${place.column}`;
  return new Trouble(
    problem('usage', 'NOT_UNDERSTOOD', `${at} is no valid Terraform: ${what}`, {
      scope: file,
      hint: 'terraform validate tells more.',
      affects: ['*'],
    }),
  );
};

/** What could not be read of a folder that was not named itself. */
export const gapOfTrouble = ({ problem: told }: Trouble): Gap =>
  gapOf(new Trouble(told.kind === 'usage' ? { ...told, kind: 'malformed' } : told));
