import type { Outcome } from '../../model/finding.ts';
import { rankOf } from '../../model/severity.ts';
import type { Disposition, Finding } from '../../policy/report.ts';
import type { Style } from '../reporter.ts';

/** How a finding stands: by its outcome, or, for a failure that does not count, by why not. */
export type Standing = Outcome | Exclude<Disposition, 'active'>;

export const standingOf = ({ outcome, disposition }: Pick<Finding, 'outcome' | 'disposition'>): Standing =>
  disposition === 'active' ? outcome : disposition;

const WEIGHTS: Readonly<Record<Standing, number>> = {
  fail: 60,
  unknown: 50,
  baselined: 40,
  waived: 30,
  pass: 20,
  not_evaluated: 10,
  not_applicable: 0,
};

/** Failures that count before the rest, the severe before the mild. */
export const weightOf = (finding: Pick<Finding, 'outcome' | 'disposition' | 'severity'>): number =>
  WEIGHTS[standingOf(finding)] + rankOf(finding.severity);

const WORDS: Readonly<Record<Standing, string>> = {
  fail: 'FAIL',
  unknown: 'UNKNOWN',
  baselined: 'KNOWN',
  waived: 'WAIVED',
  pass: 'pass',
  not_applicable: 'n/a',
  not_evaluated: 'unseen',
};

export const STANDING_WIDTH = 7;

export const wordOf = (standing: Standing): string => WORDS[standing];

type Paint = Style['faint'];

const plain: Paint = (text) => text;

/** How the word, the severity and the text of a row are painted: what counts is loud, and what was accepted is not as quiet as a pass. */
export const paintsOf = (
  { standing, severity }: { readonly standing: Standing; readonly severity: Finding['severity'] },
  style: Style,
): { readonly word: Paint; readonly severity: Paint; readonly text: Paint } => {
  if (standing === 'waived' || standing === 'baselined') return { word: plain, severity: plain, text: plain };
  const told = standing === 'fail' || standing === 'unknown';
  return { word: style.outcome[standing], severity: told ? style.severity[severity] : style.faint, text: told ? plain : style.faint };
};
