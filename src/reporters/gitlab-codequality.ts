import type { Severity } from '../model/severity.ts';
import type { Finding, Run } from '../policy/report.ts';
import { safeJson } from './escape.ts';
import { type Location, locationOf, type Placing, scopeLocation } from './location.ts';
import type { Reporter } from './reporter.ts';
import { SCAN_COMPLETE, toldOf, type Unread, unreadOf } from './unread.ts';

const SEVERITY = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
} as const satisfies Record<Severity, string>;

/** One violation, with the fields that GitLab reads: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
interface Violation {
  readonly description: string;
  readonly check_name: string;
  /** Unique in the report: GitLab tells by it what is new and what was resolved. */
  readonly fingerprint: string;
  readonly severity: (typeof SEVERITY)[Severity];
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/**
 * A Code Quality report of GitLab, which shows in a merge request what is new and what was resolved. Failures and what is not known
 * are in it, and what was not read: an empty list would mean that nothing is wrong. What is waived is not; what is baselined is,
 * or GitLab would call it resolved.
 */
export const gitlabCodequalityReporter = (placing: Placing): Reporter => {
  let any = false;
  const listed = (violations: readonly Violation[]): string =>
    violations.map((violation, index) => `${any || index > 0 ? ',' : ''}\n${safeJson(violation)}`).join('');
  return {
    begin: () => '[',
    assessed: ({ findings }) => {
      const violations = findings.filter(isViolation).map((finding) => findingViolation(finding, placing));
      const text = listed(violations);
      any ||= violations.length > 0;
      return text;
    },
    end: (report) => [listed(unreadOf(report).map((unread) => unreadViolation(unread, report.run, placing))), '\n]\n'],
  };
};

const isViolation = ({ outcome, disposition }: Finding): boolean =>
  (outcome === 'fail' || outcome === 'unknown') && disposition !== 'waived';

const findingViolation = (finding: Finding, placing: Placing): Violation => ({
  description: toldOf(finding),
  check_name: finding.rule.id,
  fingerprint: finding.fingerprint,
  severity: SEVERITY[finding.severity],
  location: placeOf(locationOf(finding, placing)),
});

const unreadViolation = ({ scope, text, fingerprint }: Unread, run: Run, placing: Placing): Violation => ({
  description: text,
  check_name: SCAN_COMPLETE.id,
  fingerprint,
  severity: SEVERITY[SCAN_COMPLETE.severity],
  location: placeOf(scopeLocation(scope, run, placing)),
});

/** A path as it is called in the repository: nothing is escaped in it. */
const placeOf = ({ path, line }: Location): Violation['location'] => ({ path: path.join('/'), lines: { begin: line } });
