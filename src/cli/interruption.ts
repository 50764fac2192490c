import { REPORT_BUG, Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { Stop } from './io.ts';

/** Why a run ends before it is done: a signal is no mistake of anybody, an error that nothing caught is a bug. */
export const interruption = ({ name, message }: Stop): Trouble =>
  new Trouble(
    name === 'crash'
      ? problem('internal', 'INTERNAL', message, { hint: REPORT_BUG, affects: ['*'] })
      : problem('interrupted', name, `${message} before everything was read`, {
          hint: 'Run it again for a complete report.',
          affects: ['*'],
        }),
  );
