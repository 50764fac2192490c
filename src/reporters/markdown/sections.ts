import { count } from '../../model/count.ts';
import { SEVERITIES } from '../../model/severity.ts';
import type { FrameworkResult, Report, WaiverResult } from '../../policy/report.ts';
import { shortcomings, shortcomingText } from '../ending.ts';
import { code, words } from './text.ts';

/** What stands below the findings: lines that may be left out, from the last on. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** The verdict, and what was counted. */
export const headOf = (report: Report): string => {
  const { status } = report;
  const paragraphs = [
    `## redvet: ${status.outcome}`,
    `Exit ${status.exitCode}: ${code(status.reason)}`,
    totalsOf(report),
    ...(status.complete ? [] : ['**This report is incomplete: not everything that was asked for was seen.**']),
    ...leftOutOf(report),
  ];
  return `${paragraphs.join('\n\n')}\n`;
};

const totalsOf = ({ summary }: Report): string => {
  const severities = SEVERITIES.filter((severity) => summary.failBySeverity[severity] > 0).map(
    (severity) => `${summary.failBySeverity[severity]} ${severity}`,
  );
  const excused = [
    ...(summary.waived > 0 ? [`${summary.waived} waived`] : []),
    ...(summary.baselined > 0 ? [`${summary.baselined} in the baseline`] : []),
  ];
  const failures = `${severities.length > 0 ? ` (${severities.join(', ')})` : ''}${excused.length > 0 ? `, of them ${excused.join(', ')}` : ''}`;
  return [
    count(summary.caches, 'cache'),
    `${summary.pass} pass`,
    `${summary.fail} fail${failures}`,
    ...(summary.unknown > 0 ? [`**${summary.unknown} unknown**`] : []),
    ...(summary.notApplicable > 0 ? [`${summary.notApplicable} not applicable`] : []),
    ...(summary.notEvaluated > 0 ? [`${summary.notEvaluated} not evaluated`] : []),
  ].join(' · ');
};

const leftOutOf = ({ subscriptions, inputs }: Report): readonly string[] => {
  const skipped = subscriptions.filter(({ status }) => status === 'skipped').length;
  const excluded = [...subscriptions, ...inputs].reduce((sum, one) => sum + one.excluded, 0);
  return [
    ...(skipped > 0 ? [`Passed over: ${count(skipped, 'subscription')}.`] : []),
    ...(excluded > 0 ? [`Left out by --exclude: ${count(excluded, 'cache')}.`] : []),
  ];
};

/** What was not read, the waivers to look after, what is switched off, and the frameworks that were asked for. */
export const sectionsOf = (report: Report): readonly Section[] =>
  [
    { heading: '\n### Problems\n\n', lines: shortcomings(report).map((one) => `- ${code(shortcomingText(one))}\n`) },
    { heading: '\n### Waivers\n\n', lines: report.waivers.filter(({ state }) => state !== 'applied').map(waiverLine) },
    {
      heading: '\n### Switched off by the configuration\n\n',
      lines: report.run.disabled.map(({ rule, reason }) => `- ${words(rule)}: ${code(reason)}\n`),
    },
    ...(report.run.byFramework ? report.frameworks.map(frameworkOf) : []),
  ].filter(({ lines }) => lines.length > 0);

const waiverLine = ({ id, state, expires }: WaiverResult): string => `- ${code(id)} ${WAIVER_WORDS[state](words(expires))}\n`;

const WAIVER_WORDS: Readonly<Record<WaiverResult['state'], (expires: string) => string>> = {
  applied: (expires) => `holds until ${expires}`,
  unused: () => 'is unused',
  expiring: (expires) => `expires on ${expires}`,
  expired: (expires) => `expired on ${expires}, and is not applied`,
};

const frameworkOf = ({ title, controls }: FrameworkResult): Section => ({
  heading: `\n### ${words(title)}\n\n| control | origin | state | rules |\n|---|---|---|---|\n`,
  lines: controls.map(
    ({ id, origin, state, rules }) => `| ${words(id)} | ${origin} | ${state.replace('_', ' ')} | ${rules.map(words).join(', ')} |\n`,
  ),
});
