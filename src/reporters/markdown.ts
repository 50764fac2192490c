import { count } from '../model/count.ts';
import { rankOf, SEVERITIES, type Severity } from '../model/severity.ts';
import type { Finding, Report, WaiverResult } from '../policy/report.ts';
import { shortcomings, shortcomingText } from './ending.ts';
import { safeLine } from './escape.ts';
import type { MarkdownChoices, Reporter } from './reporter.ts';
import { worstOf } from './worst.ts';

/** More of them nobody reads, and no page shows. */
const MOST_FINDINGS = 20_000;

/** What is kept of a finding. */
interface Row {
  readonly severity: Severity;
  readonly text: string;
}

/** A report for a comment on a pull request, or the summary of a job: the verdict, what counts, what was not read. */
export const markdownReporter = ({ mostBytes }: MarkdownChoices): Reporter => {
  const worst = worstOf<Row>(MOST_FINDINGS);
  return {
    begin: () => '',
    assessed: ({ findings }) => {
      for (const finding of findings)
        if (isTold(finding)) worst.add({ severity: finding.severity, text: rowOf(finding) }, weightOf(finding));
      return '';
    },
    *end(report) {
      const before = headOf(report);
      const after = tailOf(report);
      const rows = worst.kept();
      let room = mostBytes - bytesOf(before) - bytesOf(after) - BYTES_OF_NOTES;
      let shown = 0;
      yield before;
      for (const { text } of rows) {
        const line = `${shown === 0 ? HEADING : ''}${text}`;
        room -= bytesOf(line);
        if (room < 0) break;
        shown += 1;
        yield line;
      }
      const left = worst.total() - shown;
      if (left > 0) yield `\n${count(left, 'finding')} more, milder or as severe as the last, not shown here.\n`;
      yield after;
    },
  };
};

/** What is said of rows that are left out. */
const BYTES_OF_NOTES = 400;

const HEADING = '\n| | severity | cache | rule | finding |\n|---|---|---|---|---|\n';

const bytesOf = (text: string): number => Buffer.byteLength(text);

const isTold = ({ outcome, disposition }: Finding): boolean => outcome === 'unknown' || (outcome === 'fail' && disposition === 'active');

const weightOf = ({ gating, outcome, severity }: Finding): number => (gating ? 100 : 0) + (outcome === 'fail' ? 10 : 0) + rankOf(severity);

const rowOf = ({ rule, cache, gating, outcome, severity, message, waiver, origin, remediation }: Finding): string => {
  const where = origin === null ? '' : ` ${code(origin.place === null ? origin.file : `${origin.file}:${origin.place.line}`)}`;
  const expired = waiver?.state === 'expired' ? ` (waiver ${code(waiver.id)} expired on ${waiver.expires})` : '';
  const fix = remediation === null || remediation.summary === '' ? '' : `<br>${remediation.summary}`;
  const cells = [
    outcome === 'unknown' ? 'unknown' : gating ? '**fail**' : 'fail',
    severity,
    `${code(cache.name)}${where}`,
    `[${rule.id}](${rule.references[0]})`,
    `${code(message)}${expired}${fix}`,
  ];
  return `| ${cells.join(' | ')} |\n`;
};

const headOf = (report: Report): string => {
  const { status, summary, run } = report;
  const failures = SEVERITIES.filter((severity) => summary.failBySeverity[severity] > 0).map(
    (severity) => `${summary.failBySeverity[severity]} ${severity}`,
  );
  const excused = [
    ...(summary.waived > 0 ? [`${summary.waived} waived`] : []),
    ...(summary.baselined > 0 ? [`${summary.baselined} in the baseline`] : []),
  ];
  const parts = [
    count(summary.caches, 'cache'),
    `${summary.pass} pass`,
    `${summary.fail} fail${failures.length > 0 ? ` (${failures.join(', ')})` : ''}${excused.length > 0 ? `, of them ${excused.join(', ')}` : ''}`,
    ...(summary.unknown > 0 ? [`**${summary.unknown} unknown**`] : []),
    ...(summary.notEvaluated > 0 ? [`${summary.notEvaluated} not evaluated`] : []),
  ];
  const lines = [
    `## redvet: ${status.outcome}`,
    '',
    `Exit ${status.exitCode}: ${code(cut(status.reason))}`,
    '',
    parts.join(' · '),
    ...(status.complete ? [] : ['', '**This report is incomplete: not everything that was asked for was seen.**']),
    ...(run.disabled.length === 0
      ? []
      : ['', `Switched off by the configuration: ${run.disabled.map(({ rule, reason }) => `${rule} (${code(reason)})`).join(', ')}`]),
  ];
  return `${lines.join('\n')}\n`;
};

/** Of what went wrong, not more than anybody reads: what surrounds the findings has to leave room for them. */
const MOST_PROBLEMS = 100;

const MOST_CHARACTERS = 1_000;

const cut = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text);

const tailOf = (report: Report): string => {
  const problems = shortcomings(report).map((one) => `- ${code(cut(shortcomingText(one)))}\n`);
  const frameworks = report.run.byFramework ? report.frameworks.map(frameworkOf) : [];
  return [
    ...(problems.length === 0 ? [] : ['\n### Not read\n\n', ...problems.slice(0, MOST_PROBLEMS)]),
    ...(problems.length > MOST_PROBLEMS ? [`- and ${problems.length - MOST_PROBLEMS} more\n`] : []),
    ...waiversOf(report.waivers),
    ...frameworks,
  ].join('');
};

const waiversOf = (waivers: readonly WaiverResult[]): readonly string[] => {
  const told = waivers.filter(({ state }) => state !== 'applied');
  if (told.length === 0) return [];
  const lines = told
    .slice(0, MOST_PROBLEMS)
    .map(
      ({ id, state, expires }) =>
        `- ${code(id)} ${state === 'unused' ? 'is unused' : state === 'expired' ? `expired on ${expires}, and is not applied` : `expires on ${expires}`}\n`,
    );
  return ['\n### Waivers\n\n', ...lines, ...(told.length > MOST_PROBLEMS ? [`- and ${told.length - MOST_PROBLEMS} more\n`] : [])];
};

const frameworkOf = ({ title, controls }: Report['frameworks'][number]): string =>
  `\n### ${title}\n\n| control | origin | state | rules |\n|---|---|---|---|\n${controls
    .map(({ id, origin, state, rules }) => `| ${id} | ${origin} | ${state.replace('_', ' ')} | ${rules.join(', ')} |\n`)
    .join('')}`;

/**
 * Data as code, in which nothing of Markdown acts. The fence is longer than any run of backticks in it, a bar would end a cell of a table
 * even there, and an empty span is none.
 */
const code = (text: string): string => {
  const safe = safeLine(text).replace(/\|/g, '\\u{7c}');
  const fence = '`'.repeat(1 + Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length)));
  const isTouching = /^`|`$|^ .* $/.test(safe);
  if (safe.trim() === '') return '(empty)';
  return isTouching ? `${fence} ${safe} ${fence}` : `${fence}${safe}${fence}`;
};
