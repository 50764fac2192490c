import { count } from '../model/count.ts';
import { SEVERITIES } from '../model/severity.ts';
import type { AssessedCache, Report } from '../policy/report.ts';
import { wrap } from './layout.ts';
import type { Display, Reporter } from './reporter.ts';
import { blocks } from './table/blocks.ts';
import { controls } from './table/controls.ts';
import { fixFirst, gatingRules } from './table/fix-first.ts';
import type { Lines } from './table/lines.ts';
import { matrix } from './table/matrix.ts';
import { notRead } from './table/not-read.ts';

/** The report for a terminal: findings by cache, worst first, then the matrix, what was not read, what to fix first, the totals. */
export const tableReporter = (display: Display): Reporter => {
  const assessed: AssessedCache[] = [];
  return {
    begin: () => '',
    assessed: (one) => {
      assessed.push(one);
      return '';
    },
    end: (report) => {
      // Nothing was seen at all: the error on stderr says it better than an empty table.
      if (report.status.outcome === 'access' || report.status.outcome === 'usage') return [];
      const sections = [
        heading(report, display),
        ...blocks(report, assessed, display),
        matrix(report, assessed, display),
        ...controls(report, display),
        notRead(report, display),
        fixFirst(report, assessed, display),
        [...totals(report, display), ...next(report, assessed, display)],
      ];
      return sections.filter((lines) => lines.length > 0).map((lines, index) => `${index > 0 ? '\n' : ''}${lines.join('\n')}\n`);
    },
  };
};

const heading = ({ run, subscriptions, summary }: Report, { style, unicode, width }: Display): Lines => {
  const dot = unicode ? ' · ' : ' - ';
  const read = subscriptions.filter(({ status }) => status !== 'skipped').length;
  const scope = [count(summary.caches, 'cache'), count(read, 'subscription'), count(run.rules.length, 'rule')].join(dot);
  return wrap(`${style.strong('redvet')} ${run.tool.version}${dot}Redis on Azure${dot}${scope}`, width);
};

const totals = ({ summary, status }: Report, { style, unicode, width }: Display): Lines => {
  const failures = SEVERITIES.filter((severity) => summary.failBySeverity[severity] > 0).map((severity) =>
    style.severity[severity](`${summary.failBySeverity[severity]} ${severity}`),
  );
  const checks = summary.evaluated + summary.unknown + summary.notApplicable + summary.notEvaluated;
  const parts = [
    style.good(`${summary.pass} pass`),
    `${summary.fail} fail${failures.length > 0 ? ` (${failures.join(', ')})` : ''}`,
    ...(summary.unknown > 0 ? [style.outcome.unknown(`${summary.unknown} unknown`)] : []),
    ...(summary.notApplicable > 0 ? [`${summary.notApplicable} not applicable`] : []),
    ...(summary.notEvaluated > 0 ? [`${summary.notEvaluated} not seen by this source`] : []),
  ];
  const dot = unicode ? ' · ' : ' - ';
  return [
    ...wrap(`${style.strong(count(checks, 'check'))}${dot}${parts.join(', ')}`, width),
    ...(status.complete ? [] : [style.outcome.unknown('This report is incomplete: not everything that was asked for was seen.')]),
  ];
};

/** The next thing to do: read up on the worst that gates. */
const next = (report: Report, assessed: readonly AssessedCache[], { style }: Display): Lines => {
  const [worst] = gatingRules(report, assessed);
  return worst === undefined ? [] : [`${style.strong('next:')} redvet explain ${worst.rule.id}`];
};
