import { reaches, SEVERITIES, type Severity, type Threshold } from '../../model/severity.ts';
import type { Finding } from '../../policy/report.ts';
import type { Display } from '../reporter.ts';
import { type Standing, standingOf } from './standing.ts';

/** With no more caches than this, a person wants to see what passed, too. */
export const FEW_CACHES = 5;

/** What a failure or unknown that is only counted is counted as. */
type Counted = Severity | 'unknown' | 'waived' | 'baselined';

export type Counts = Map<Counted, number>;

/** What of some findings the table tells: as rows, or only as numbers. */
export interface Selection {
  readonly rows: readonly Finding[];
  readonly counted: readonly Finding[];
}

/** What of the findings on one cache has a row, and what is only counted, of that many caches. `failOn` is that of the run. */
export const selectionOf = (findings: readonly Finding[], caches: number, failOn: Threshold, display: Display): Selection => {
  const rows: Finding[] = [];
  const counted: Finding[] = [];
  for (const finding of findings) {
    const telling = tellingOf(finding, caches, failOn, display);
    if (telling === 'row') rows.push(finding);
    if (telling === 'counted') counted.push(finding);
  }
  return { rows, counted };
};

const tellingOf = (finding: Finding, caches: number, failOn: Threshold, display: Display): 'row' | 'counted' | 'none' => {
  const { show, minSeverity, wide } = display;
  const { outcome, severity } = finding;
  const standing = standingOf(finding);
  if (!reaches(severity, minSeverity ?? 'info')) return 'none';
  if (standing === 'waived' || standing === 'baselined') {
    if (!isHidden(standing, display)) return 'row';
    return wantsFailures(display) ? 'counted' : 'none';
  }
  if (show !== null) return show.has(outcome) ? 'row' : 'none';
  if (outcome === 'fail' || outcome === 'unknown') return isToldApart(finding, caches, failOn, display) ? 'row' : 'counted';
  return outcome === 'pass' && (wide || caches <= FEW_CACHES) ? 'row' : 'none';
};

/** Whether failures that do not count have no rows, for that reason. */
export const isHidden = (standing: 'waived' | 'baselined', display: Display): boolean => {
  if (standing === 'waived' && display.isWaivedShown) return false;
  if (!wantsFailures(display)) return true;
  return !display.wide && (standing === 'waived' || display.show === null);
};

const wantsFailures = ({ show }: Display): boolean => show === null || show.has('fail');

/** Mild findings of many caches bury the severe ones: there they are counted, and `--wide` or a milder `--min-severity` shows them. */
const isToldApart = ({ severity, outcome }: Finding, caches: number, failOn: Threshold, { wide, minSeverity }: Display): boolean => {
  if (wide || minSeverity !== null || caches <= FEW_CACHES) return true;
  return reaches(severity, 'medium') || reaches(severity, failOn) || (outcome === 'unknown' && failOn === 'none');
};

type Judged = { readonly standing: Standing; readonly severity: Severity };

const countedAs = ({ standing, severity }: Judged): Counted | null => {
  if (standing === 'waived' || standing === 'baselined' || standing === 'unknown') return standing;
  return standing === 'fail' ? severity : null;
};

/** Counts one more. */
export const countIn = (counts: Counts, finding: Finding): void => countRow(counts, { ...finding, standing: standingOf(finding) });

/** Counts a row that is not shown; one that tells of nothing bad counts as nothing. */
export const countRow = (counts: Counts, row: Judged): void => {
  const key = countedAs(row);
  if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** What is only counted, as text; empty when that is nothing. */
export interface Folded {
  readonly mild: string;
  /** What does not count. */
  readonly accepted: string;
}

export const foldedOf = (all: readonly ReadonlyMap<Counted, number>[]): Folded => {
  const text = (keys: readonly Counted[]): string =>
    keys
      .map((key) => ({ key, number: all.reduce((sum, counts) => sum + (counts.get(key) ?? 0), 0) }))
      .flatMap(({ key, number }) => (number > 0 ? [`${number} ${key === 'baselined' ? 'in the baseline' : key}`] : []))
      .join(', ');
  return { mild: text([...SEVERITIES, 'unknown']), accepted: text(['waived', 'baselined']) };
};

/** How to see the mild ones. The others are shown by what the matrix says of them. */
export const MILD_HINT = ' (--min-severity info shows them)';

/** Such as `2 low, 1 unknown (--min-severity info shows them), 3 waived`; empty where nothing is only counted. */
export const foldedText = ({ mild, accepted }: Folded, hint: string): string =>
  [...(mild === '' ? [] : [`${mild}${hint}`]), ...(accepted === '' ? [] : [accepted])].join(', ');
