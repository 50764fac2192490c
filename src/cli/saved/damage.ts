import { type Problem, problem, type RESULT_NOT_WHOLE } from '../../model/problem.ts';
import { propertyOf } from '../../sources/decode/json.ts';
import type { SavedLine } from './text.ts';

export const AGAIN = 'Scan again, and write it anew.';

/** That a saved result is not all that was written. */
export const damaged = (path: string, what: string, code: (typeof RESULT_NOT_WHOLE)[number]): Problem =>
  problem('malformed', code, `the saved result is not whole: ${what}`, { scope: path, hint: AGAIN, affects: ['*'] });

/** What makes a line none that can be relied on. Lines of other types are passed over in what a later minor version wrote. */
export const damageIn = (line: SavedLine, isEnded: boolean, isOfLater: boolean): string | null => {
  if (isEnded) return 'stands after the end';
  if ('why' in line) return line.why;
  const type = propertyOf(line.value, 'type');
  if (typeof type !== 'string') return 'does not say what it is';
  if (type === 'run') return 'begins another result';
  return isOfLater || TYPES.includes(type) ? null : 'is none that such a result has';
};

const TYPES: readonly string[] = ['finding', 'cache', 'problem', 'end'];
