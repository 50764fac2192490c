import { count } from '../model/count.ts';
import type { RuleSpec } from '../model/rule-spec.ts';
import { SEVERITIES, type Threshold } from '../model/severity.ts';
import type { Report, Run, Summary } from '../policy/report.ts';
import { safeLine } from './escape.ts';
import { unbroken, wrap } from './layout.ts';
import type { Display, Reporter } from './reporter.ts';
import { blocks } from './table/blocks.ts';
import { controls } from './table/controls.ts';
import { type Fixes, fixFirst } from './table/fix-first.ts';
import { type Gathering, type Lines, textOf } from './table/lines.ts';
import { matrix } from './table/matrix.ts';
import { notRead } from './table/not-read.ts';
import { ruleBlocks } from './table/rule-blocks.ts';
import { waivers } from './table/waivers.ts';

/** The report for a terminal: findings by cache or by rule, worst first, then the matrix, what was not read, what to fix first, the waivers to look at, the totals. */
export const tableReporter = (display: Display): Reporter => {
  let parts = partsOf('none', display);
  return {
    begin: ({ failOn }) => {
      parts = partsOf(failOn, display);
      return '';
    },
    assessed: (assessed) => {
      for (const part of [parts.blocks, parts.matrix, parts.fixes]) part.add(assessed);
      return '';
    },
    end: (report) => {
      // Nothing was seen at all: the error on stderr says it better than an empty table.
      if (report.summary.caches === 0 && (report.status.outcome === 'access' || report.status.outcome === 'usage')) return [];
      return textOf(sections(report, parts, display));
    },
  };
};

/** What grows with the estate. */
interface Parts {
  readonly blocks: Gathering;
  readonly matrix: Gathering;
  readonly fixes: Fixes;
}

const partsOf = (failOn: Threshold, display: Display): Parts => ({
  blocks: display.groupBy === 'rule' ? ruleBlocks(failOn, display) : blocks(failOn, display),
  matrix: matrix(display),
  fixes: fixFirst(display),
});

function* sections(report: Report, parts: Parts, display: Display): Iterable<Lines> {
  yield heading(report, display);
  yield* parts.blocks.sections(report);
  yield* parts.matrix.sections(report);
  yield* controls(report, display);
  yield* notRead(report, display);
  yield* parts.fixes.sections(report);
  yield waivers(report, display);
  yield [...totals(report, display), ...next(parts.fixes.worst(report), display)];
}

const heading = ({ run, subscriptions, inputs, summary }: Report, { style, unicode, width }: Display): Lines => {
  const dot = unicode ? ' · ' : ' - ';
  const read = subscriptions.filter(({ status }) => status !== 'skipped').length;
  const where = run.source === 'files' ? count(inputs.length, 'input') : count(read, 'subscription');
  const scope = [count(summary.caches, 'cache'), where, count(run.rules.length, 'rule')].join(dot);
  const excluded = [...subscriptions, ...inputs].reduce((sum, one) => sum + one.excluded, 0);
  const notes = [
    ...(run.source === 'graph' ? ['Read from Resource Graph, an index that lags by seconds, sometimes minutes.'] : []),
    ...(excluded > 0 ? [`Left out by --exclude: ${count(excluded, 'cache')}.`] : []),
    ...switchedOff(run),
  ];
  return [
    ...wrap(`${style.strong('redvet')} ${run.tool.version}${dot}Redis on Azure${dot}${scope}`, width),
    ...notes.flatMap((note) => wrap(note, width).map(style.faint)),
  ];
};

/** Rules that judged nothing because somebody said so, all of them: nobody may take their silence for a pass. */
const switchedOff = ({ config, disabled }: Run): readonly string[] => {
  if (disabled.length === 0) return [];
  const rules = disabled.map(({ rule, reason }) => `${rule} (${unbroken(reason)})`).join(', ');
  return [safeLine(`Switched off in ${config === null ? 'the configuration' : config.path}: ${rules}`)];
};

const totals = ({ summary, status }: Report, { style, unicode, width }: Display): Lines => {
  const failures = SEVERITIES.filter((severity) => summary.failBySeverity[severity] > 0).map((severity) =>
    style.severity[severity](`${summary.failBySeverity[severity]} ${severity}`),
  );
  const checks = summary.evaluated + summary.unknown + summary.notApplicable + summary.notEvaluated;
  const parts = [
    style.good(`${summary.pass} pass`),
    `${summary.fail} fail${failures.length > 0 ? ` (${failures.join(', ')}${accepted(summary)})` : ''}`,
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

/** The failures that do not count. */
const accepted = ({ waived, baselined }: Summary): string => {
  const parts = [...(waived > 0 ? [`${waived} waived`] : []), ...(baselined > 0 ? [`${baselined} in the baseline`] : [])];
  return parts.length === 0 ? '' : `; of them ${parts.join(', ')}`;
};

/** The next thing to do: read up on the worst that gates. */
const next = (worst: RuleSpec | null, { style }: Display): readonly string[] =>
  worst === null ? [] : [`${style.strong('next:')} redvet explain ${worst.id}`];
