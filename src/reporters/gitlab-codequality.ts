import type { Severity } from '../model/severity.ts';
import type { Finding } from '../policy/report.ts';
import { shortcomings, shortcomingText } from './ending.ts';
import { safeJson, safeLine } from './escape.ts';
import { locationOf } from './location.ts';
import type { Reporter, SarifChoices } from './reporter.ts';

/** https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
};

/**
 * A list for GitLab's Code Quality, which compares it with that of the target branch: what is known stays in it, what is waived does not.
 * What was not read is an entry, too: an empty list would be clean.
 */
export const gitlabReporter = ({ locations }: Pick<SarifChoices, 'locations'>): Reporter => {
  let any = false;
  const item = (entry: object): string => {
    const text = `${any ? ',' : ''}\n${safeJson(entry)}`;
    any = true;
    return text;
  };
  return {
    begin: () => '[',
    assessed: ({ findings }) =>
      findings
        .filter(isTold)
        .map((finding) => item(entryOf(finding, locations)))
        .join(''),
    *end(report) {
      let first = !any;
      for (const [index, one] of shortcomings(report).entries()) {
        yield `${first ? '' : ','}\n${safeJson(problemEntry(one.code, shortcomingText(one), index))}`;
        first = false;
      }
      yield first ? ']\n' : '\n]\n';
    },
  };
};

const isTold = ({ outcome, disposition }: Finding): boolean => outcome === 'unknown' || (outcome === 'fail' && disposition !== 'waived');

const entryOf = (finding: Finding, locations: SarifChoices['locations']) => {
  const { rule, cache, severity, outcome, message, waiver, fingerprint } = finding;
  const { uri, line } = locationOf(finding, locations);
  const what = outcome === 'unknown' ? `could not be judged: ${message}` : message;
  const expired = waiver?.state === 'expired' ? ` (waiver ${waiver.id} expired on ${waiver.expires})` : '';
  return {
    description: safeLine(`${cache.name}: ${what}${expired}`),
    check_name: rule.id,
    // What is unknown today and fails tomorrow is news.
    fingerprint: outcome === 'unknown' ? `${fingerprint}-unknown` : fingerprint,
    severity: SEVERITIES[severity],
    location: { path: decodeURIComponent(uri), lines: { begin: line } },
  };
};

const problemEntry = (code: string, text: string, index: number) => ({
  description: safeLine(`Not everything was read: ${text}`),
  check_name: 'redvet-incomplete',
  fingerprint: `redvet-incomplete-${index}-${code}`,
  severity: 'blocker',
  location: { path: 'azure', lines: { begin: 1 } },
});
