import type { Place } from '../model/cache.ts';
import { count } from '../model/count.ts';
import { rankOf, reaches, type Threshold } from '../model/severity.ts';
import type { Finding, Report } from '../policy/report.ts';
import { shortcomings, shortcomingText } from './ending.ts';
import type { Reporter } from './reporter.ts';
import { worstOf } from './worst.ts';

/** Something that a CI system shows beside a change. */
export interface Annotation {
  /** An error is what makes the exit code, a warning everything else. */
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly text: string;
  readonly file: string | null;
  readonly place: Place | null;
}

/** GitHub shows ten a step; more than that nobody reads elsewhere either. */
const MOST_ANNOTATIONS = 10;

/** Writes annotations for a CI system: what was not read, then the worst findings, and how many more there are. Other lines must not act. */
export const annotating = (
  command: (annotation: Annotation) => string,
  line: (text: string) => string,
  after: readonly string[] = [],
): Reporter => {
  const worst = worstOf<Annotation>(MOST_ANNOTATIONS);
  let failOn: Threshold = 'none';
  return {
    begin: (run) => {
      failOn = run.failOn;
      return '';
    },
    assessed: ({ findings }) => {
      for (const finding of findings) if (isTold(finding)) worst.add(annotationOf(finding, failOn), weightOf(finding, failOn));
      return '';
    },
    *end(report) {
      const all = [
        ...shortcomings(report).map(
          (one): Annotation => ({ level: levelOf(report), title: 'redvet: not read', text: shortcomingText(one), file: null, place: null }),
        ),
        ...worst.kept(),
      ];
      const shown = all.slice(0, MOST_ANNOTATIONS);
      for (const annotation of shown) yield `${command(annotation)}\n`;
      const more = shortcomings(report).length + worst.total() - shown.length;
      if (more > 0) yield `${line(`redvet: ${count(more, 'more finding')} without an annotation: the report has them all`)}\n`;
      yield `${line(`redvet: exit ${report.status.exitCode} (${report.status.outcome}): ${report.status.reason}`)}\n`;
      for (const one of after) yield `${one}\n`;
    },
  };
};

/** What is tolerated is still said. */
const levelOf = ({ status }: Report): Annotation['level'] => (status.exitCode === 0 ? 'warning' : 'error');

const isTold = ({ outcome, disposition }: Finding): boolean => outcome === 'unknown' || (outcome === 'fail' && disposition === 'active');

const weightOf = ({ gating, outcome, severity }: Finding, failOn: Threshold): number =>
  (gating ? 100 : 0) + (outcome === 'unknown' && (failOn === 'none' || reaches(severity, failOn)) ? 50 : 0) + rankOf(severity);

const annotationOf = (finding: Finding, failOn: Threshold): Annotation => {
  const { rule, cache, outcome, severity, message, gating, waiver, remediation, origin } = finding;
  const isGatingUnknown = outcome === 'unknown' && (failOn === 'none' || reaches(severity, failOn));
  const expired = waiver?.state === 'expired' ? ` (waiver ${waiver.id} expired on ${waiver.expires})` : '';
  const what = outcome === 'unknown' ? `could not be judged: ${message}` : `${message}${expired}`;
  return {
    level: gating || isGatingUnknown ? 'error' : 'warning',
    title: `${rule.id} (${severity})`,
    text: `${cache.name}: ${what}${remediation === null || remediation.summary === '' ? '' : `. ${remediation.summary}`}`,
    file: origin?.file ?? null,
    place: origin?.place ?? null,
  };
};
