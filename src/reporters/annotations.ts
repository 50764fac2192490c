import type { Place } from '../model/cache.ts';
import { count } from '../model/count.ts';
import type { Threshold } from '../model/severity.ts';
import type { Finding, Report } from '../policy/report.ts';
import { shortcomings, shortcomingText } from './ending.ts';
import type { Reporter } from './reporter.ts';
import { isTold, weightOf, worstOf } from './worst.ts';

/** Something that a CI system shows beside a change. */
export interface Annotation {
  /** An error makes the exit code what it is: where that is 0, there is none. */
  readonly level: 'error' | 'warning';
  /** The rule, or the code of a problem. */
  readonly code: string;
  readonly title: string;
  readonly text: string;
  readonly file: string | null;
  readonly place: Place | null;
}

/** GitHub shows ten a step; more than that nobody reads elsewhere either. */
const MOST_ANNOTATIONS = 10;

/** However much was not read, the worst findings are told. */
const MOST_PROBLEMS = 5;

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
      for (const finding of findings) if (isTold(finding)) worst.add(() => annotationOf(finding), weightOf(finding, failOn));
      return '';
    },
    *end(report) {
      const kept = worst.kept();
      const problems = problemsOf(report);
      const shownProblems = problems.slice(0, Math.max(MOST_PROBLEMS, MOST_ANNOTATIONS - kept.length));
      const shownFindings = kept.slice(0, MOST_ANNOTATIONS - shownProblems.length);
      for (const annotation of [...shownProblems, ...shownFindings]) yield `${command(annotation)}\n`;
      const left = [
        ...leftOf(problems.length - shownProblems.length, 'problem'),
        ...leftOf(worst.total() - shownFindings.length, 'finding'),
      ];
      if (left.length > 0)
        yield `${line(`redvet: ${left.join(' and ')} without an annotation: other formats, such as json, have them all`)}\n`;
      yield `${line(`redvet: exit ${report.status.exitCode} (${report.status.outcome}): ${report.status.reason}`)}\n`;
      for (const one of after) yield `${one}\n`;
    },
  };
};

const leftOf = (n: number, noun: string): readonly string[] => (n > 0 ? [count(n, `more ${noun}`)] : []);

/** What is tolerated is still said. */
const problemsOf = (report: Report): readonly Annotation[] =>
  shortcomings(report).map((one) => ({
    level: report.status.exitCode === 0 ? 'warning' : 'error',
    code: one.code,
    title: `redvet: ${one.code}`,
    text: shortcomingText(one),
    file: null,
    place: null,
  }));

const annotationOf = ({ rule, cache, outcome, severity, message, gating, waiver, remediation, origin }: Finding): Annotation => {
  const expired = waiver?.state === 'expired' ? ` (waiver ${waiver.id} expired on ${waiver.expires})` : '';
  const what = outcome === 'unknown' ? `could not be judged: ${message}` : `${message}${expired}`;
  // A stream has no place in a repository.
  const written = origin !== null && origin.file !== '-' ? origin : null;
  return {
    level: gating ? 'error' : 'warning',
    code: rule.id,
    title: `${rule.id} (${severity})`,
    text: `${cache.name}: ${what}${remediation === null || remediation.summary === '' ? '' : `. ${remediation.summary}`}`,
    file: written?.file ?? null,
    place: written?.place ?? null,
  };
};
