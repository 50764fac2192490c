import { count, grouped } from '../model/count.ts';
import type { RuleSpec } from '../model/rule-spec.ts';
import { SEVERITIES, type Threshold } from '../model/severity.ts';
import type { Report, Run, Summary } from '../policy/report.ts';
import { safeLine } from './escape.ts';
import { unbroken, wrap, wrapParts } from './layout.ts';
import type { Display, Reporter } from './reporter.ts';
import { dotOf } from './table/block-lines.ts';
import { blocks } from './table/blocks.ts';
import { controls } from './table/controls.ts';
import { type Fixes, fixFirst } from './table/fix-first.ts';
import { type Gathering, type Lines, textOf } from './table/lines.ts';
import { matrix } from './table/matrix.ts';
import { nextStep } from './table/next.ts';
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
  yield [...totals(report, display), ...next(report, parts.fixes.worst(report), display)];
}

const heading = ({ run, subscriptions, inputs, summary }: Report, { style, unicode, width }: Display): Lines => {
  const read = subscriptions.filter(({ status }) => status !== 'skipped').length;
  const where = run.source === 'files' ? count(inputs.length, 'input') : count(read, 'subscription');
  const scope = [count(summary.caches, 'cache'), where, count(run.rules.length, 'rule')];
  const excluded = [...subscriptions, ...inputs].reduce((sum, one) => sum + one.excluded, 0);
  const notes = [
    ...(run.source === 'graph' ? ['Read from Resource Graph, an index that lags by seconds, sometimes minutes.'] : []),
    ...(excluded > 0 ? [`Left out by --exclude: ${count(excluded, 'cache')}.`] : []),
    ...switchedOff(run),
  ];
  return [
    ...wrapParts([`${style.strong('redvet')} ${run.tool.version}`, 'Redis on Azure', ...scope], dotOf(unicode), width),
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
    style.severity[severity](`${grouped(summary.failBySeverity[severity])} ${severity}`),
  );
  const checks = summary.evaluated + summary.unknown + summary.notApplicable + summary.notEvaluated;
  const parts = [
    style.good(`${grouped(summary.pass)} pass`),
    `${grouped(summary.fail)} fail${failures.length > 0 ? ` (${failures.join(', ')}${accepted(summary)})` : ''}`,
    ...(summary.unknown > 0 ? [style.outcome.unknown(`${grouped(summary.unknown)} unknown`)] : []),
    ...(summary.notApplicable > 0 ? [`${grouped(summary.notApplicable)} not applicable`] : []),
    ...(summary.notEvaluated > 0 ? [`${grouped(summary.notEvaluated)} not seen by this source`] : []),
  ];
  // Of nothing, no failure would look like a good end.
  const text = summary.caches === 0 ? 'No cache: nothing was judged.' : parts.join(', ');
  return [
    ...wrap(summary.caches === 0 ? style.strong(text) : `${style.strong(count(checks, 'check'))}${dotOf(unicode)}${text}`, width),
    ...(status.complete ? [] : wrap(INCOMPLETE, width).map(style.outcome.unknown)),
  ];
};

const INCOMPLETE = 'This report is incomplete: not everything that was asked for was seen.';

/** The failures that do not count. */
const accepted = ({ waived, baselined }: Summary): string => {
  const parts = [...(waived > 0 ? [`${grouped(waived)} waived`] : []), ...(baselined > 0 ? [`${grouped(baselined)} in the baseline`] : [])];
  return parts.length === 0 ? '' : `; of them ${parts.join(', ')}`;
};

const next = (report: Report, worst: RuleSpec | null, { style, width, brief }: Display): readonly string[] => {
  const step = nextStep(report, worst, brief);
  if (step === null) return [];
  const { command, why } = step;
  const line = `${style.strong('next:')} ${command}`;
  if (why === '') return [line];
  const isShort = 'next: '.length + command.length + 3 + why.length <= width;
  return isShort
    ? [`${line} ${style.faint(`(${why})`)}`]
    : [line, ...wrap(`(${why})`, width - 6).map((text) => style.faint(`      ${text}`))];
};
