import { count } from '../model/count.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../policy/report.ts';

/** Whether everything that was asked for was seen, so that what is not told did not happen. Having found no cache is that only where it is tolerated. */
export const isWhole = ({ status }: Report): boolean =>
  status.complete && (status.outcome === 'clean' || status.outcome === 'findings' || (status.outcome === 'empty' && status.exitCode === 0));

type Shortcoming = Pick<Problem, 'code' | 'scope' | 'message' | 'hint'>;

/** What was not read or went wrong, with what to do; where a run is not whole for another reason, that reason. */
export const shortcomings = (report: Report): readonly Shortcoming[] => {
  const { problems, status } = report;
  if (problems.length > 0) return problems;
  if (isWhole(report)) return [];
  return [{ code: CODES[status.outcome] ?? status.outcome.toUpperCase(), scope: null, message: missingIn(report), hint: null }];
};

/** A verdict that stands although not everything was seen is not what went wrong. */
const CODES: Readonly<Partial<Record<Report['status']['outcome'], string>>> = { clean: 'INCOMPLETE', findings: 'INCOMPLETE' };

const missingIn = ({ status, summary }: Report): string =>
  status.outcome === 'findings' && summary.unknown > 0 ? `${count(summary.unknown, 'check')} could not be judged` : status.reason;

/** The same as one text. A message about a flag names it itself. */
export const shortcomingText = ({ scope, message, hint }: Pick<Shortcoming, 'scope' | 'message' | 'hint'>): string =>
  `${scope === null || message.startsWith(scope) ? '' : `${scope}: `}${message}${hint === null ? '' : `. ${hint}`}`;
