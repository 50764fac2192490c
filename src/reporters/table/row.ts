import { count } from '../../model/count.ts';
import type { Severity } from '../../model/severity.ts';
import type { Finding, FindingWaiver, Report } from '../../policy/report.ts';
import { unbroken, wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { type Standing, standingOf } from './standing.ts';

/** What a table keeps of a finding that it shows. */
export interface Row {
  readonly standing: Standing;
  readonly severity: Severity;
  readonly ruleId: string;
  readonly message: string;
  readonly due: string | null;
  /** The line that the value stands in, where that is another one than its declaration begins at. */
  readonly line: number | null;
  /** What its waiver says of it, also one that has expired. */
  readonly note: string | null;
  /** Where it was seen, where that is printed. */
  readonly evidence: string | null;
}

export const rowOf = (finding: Finding, display: Display): Row => {
  const { rule, cache, severity, message, due, waiver, evidence, origin } = finding;
  return {
    standing: standingOf(finding),
    severity,
    ruleId: rule.id,
    message,
    due,
    line: origin?.place && origin.place.line !== cache.origin?.place?.line ? origin.place.line : null,
    note: waiver && noteOf(waiver, display),
    evidence: display.wide && evidence !== null ? `${evidence.path} (${evidence.source})` : null,
  };
};

/** Of a reason that is longer, the beginning says enough: the whole stands in the file. */
const REASON_COLUMNS = 60;

const noteOf = ({ id, state, reason, expires }: FindingWaiver, { wide, unicode }: Display): string => {
  if (state === 'expired') return `waiver ${id} expired on ${expires}`;
  const [first = '', ...rest] = wrap(unbroken(reason), wide ? Number.POSITIVE_INFINITY : REASON_COLUMNS);
  return `${id} until ${expires}: ${first}${rest.length === 0 ? '' : ELLIPSIS[unicode ? 'unicode' : 'ascii']}`;
};

const ELLIPSIS = { unicode: '…', ascii: '...' };

/** All that a row says behind its columns. Not yet safe to print. */
export const messageOf = ({ message, due, line, note }: Row, { run }: Report): string =>
  [
    message,
    ...(due === null ? [] : [`(${daysLeft(due, run)})`]),
    ...(line === null ? [] : [`(line ${line})`]),
    ...(note === null ? [] : [`(${note})`]),
  ].join(' ');

/** Whole days from the day of the run; a finding says no number of days, because it must not change from one day to the next. */
export const daysLeft = (day: string, { today }: Report['run']): string => {
  const days = Math.round((Date.parse(day) - Date.parse(today)) / MS_A_DAY);
  return days >= 0 ? `${count(days, 'day')} left` : `${count(-days, 'day')} ago`;
};

const MS_A_DAY = 86_400_000;
