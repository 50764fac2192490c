import type { Problem } from '../model/problem.ts';
import type { Report } from '../policy/report.ts';

/** Whether everything that was asked for was seen, so that what is not told did not happen. */
export const isWhole = ({ status }: Report): boolean => status.complete && ['clean', 'findings', 'empty'].includes(status.outcome);

/** What was not read or went wrong, with what to do; where a run is not whole for another reason, that reason. */
export const shortcomings = (report: Report): readonly Pick<Problem, 'code' | 'scope' | 'message' | 'hint'>[] => {
  const { problems, status } = report;
  if (problems.length > 0) return problems;
  if (isWhole(report)) return [];
  return [{ code: status.outcome.toUpperCase(), scope: null, message: status.reason, hint: null }];
};

/** The same as one text. */
export const shortcomingText = ({ scope, message, hint }: Pick<Problem, 'scope' | 'message' | 'hint'>): string =>
  `${scope === null ? '' : `${scope}: `}${message}${hint === null ? '' : `. ${hint}`}`;
