import { count } from '../../model/count.ts';
import type { Outcome } from '../../model/finding.ts';
import { rankOf, reaches, SEVERITIES } from '../../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { largest, padEnd, widthOf, wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { type Lines, subscriptionNames } from './lines.ts';

/** With no more caches than this, a person wants to see what passed, too. */
const FEW_CACHES = 5;

/** One block a cache that has something to show. */
export const blocks = (report: Report, assessed: readonly AssessedCache[], display: Display): readonly Lines[] => {
  const names = subscriptionNames(report);
  const shown = assessed
    .map(({ cache, findings }) => {
      const wanted = findings.filter((finding) => isShown(finding, assessed.length, display));
      const rows = wanted.filter((finding) => isToldApart(finding, assessed.length, report, display));
      return { cache, rows, folded: wanted.filter((finding) => !rows.includes(finding)) };
    })
    .filter(({ rows }) => rows.length > 0);
  const ruleWidth = largest(shown.flatMap(({ rows }) => rows.map(({ rule }) => rule.id.length)));
  return shown
    .map((one) => ({ ...one, rows: worstFirst(one.rows) }))
    .sort((a, b) => compareWeights(a.rows, b.rows))
    .map(({ cache, rows, folded }, index, all) => [
      ...titleLines(cache, names, display),
      ...rows.flatMap((finding) => findingLines(finding, rows, ruleWidth, report, display)),
      ...(folded.length > 0
        ? [display.style.faint(`  and ${foldedText(folded)}${isFirstFolded(all, index) ? ' (--min-severity info shows them)' : ''}`)]
        : []),
    ]);
};

/** Mild findings of many caches bury the severe ones: there they are counted, and `--wide` or a milder `--min-severity` shows them. */
const isToldApart = ({ severity, outcome }: Finding, caches: number, { run }: Report, { wide, show, minSeverity }: Display): boolean => {
  if (wide || show !== null || minSeverity !== null || caches <= FEW_CACHES) return true;
  return reaches(severity, 'medium') || reaches(severity, run.failOn) || (outcome === 'unknown' && run.failOn === 'none');
};

/** How to see what is only counted is said once. */
const isFirstFolded = (all: readonly { readonly folded: readonly Finding[] }[], index: number): boolean =>
  all.findIndex(({ folded }) => folded.length > 0) === index;

const foldedText = (folded: readonly Finding[]): string => {
  const failures = SEVERITIES.flatMap((severity) => {
    const some = folded.filter((finding) => finding.severity === severity && finding.outcome === 'fail').length;
    return some === 0 ? [] : [`${some} ${severity}`];
  });
  const unknown = folded.filter(({ outcome }) => outcome === 'unknown').length;
  return [...failures, ...(unknown > 0 ? [`${unknown} unknown`] : [])].join(', ');
};

const isShown = ({ outcome, severity }: Finding, caches: number, { show, minSeverity, wide }: Display): boolean => {
  if (!reaches(severity, minSeverity ?? 'info')) return false;
  if (show !== null) return show.has(outcome);
  return outcome === 'fail' || outcome === 'unknown' || (outcome === 'pass' && (wide || caches <= FEW_CACHES));
};

const OUTCOME_WEIGHT: Readonly<Record<Outcome, number>> = { fail: 40, unknown: 30, pass: 20, not_evaluated: 10, not_applicable: 0 };

/** Failures before the rest, the severe before the mild; equal ones keep their order. */
const weight = ({ outcome, severity }: Finding): number => OUTCOME_WEIGHT[outcome] + rankOf(severity);

/** Worst cache first: by its worst finding, then by its next, and so on. */
const compareWeights = (a: readonly Finding[], b: readonly Finding[]): number => {
  const one = weightsOf(a);
  const other = weightsOf(b);
  const differs = one.findIndex((value, index) => value !== (other[index] ?? 0));
  return differs < 0 ? other.length - one.length : (other[differs] ?? 0) - (one[differs] ?? 0);
};

const weightsOf = (rows: readonly Finding[]): readonly number[] => rows.map(weight).sort((x, y) => y - x);

/** A finding that follows from another stands right under it. */
const worstFirst = (rows: readonly Finding[]): readonly Finding[] => {
  const follows = (row: Finding, leader: Finding): boolean => row.relatedTo === leader.rule.id;
  const leaders = rows.filter((row) => !rows.some((leader) => follows(row, leader)));
  return bySeverity(leaders).flatMap((leader) => [leader, ...bySeverity(rows.filter((row) => follows(row, leader)))]);
};

const bySeverity = (rows: readonly Finding[]): readonly Finding[] => [...rows].sort((a, b) => weight(b) - weight(a));

const titleLines = (cache: AssessedCache['cache'], names: ReadonlyMap<string, string>, { style, unicode, width }: Display): Lines => {
  const state = cache.provisioningState === 'Succeeded' ? null : cache.provisioningState;
  const details = [cache.sku, cache.location, cache.resourceGroup, names.get(cache.subscriptionId) ?? cache.subscriptionId, state]
    .filter((part) => part !== null)
    .map(safeLine)
    .join(unicode ? ' · ' : ' - ');
  const name = safeLine(cache.name);
  return widthOf(name) + 2 + widthOf(details) <= width
    ? [`${style.strong(name)}  ${style.faint(details)}`]
    : [style.strong(name), ...wrap(details, width - 2).map((line) => `  ${style.faint(line)}`)];
};

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  fail: 'FAIL',
  unknown: 'UNKNOWN',
  pass: 'pass',
  not_applicable: 'n/a',
  not_evaluated: 'unseen',
};

/** A message in a narrower column is hard to read. */
const MESSAGE_COLUMNS = 36;

const OUTCOME_WIDTH = 7;
const SEVERITY_WIDTH = 8;

/** Whole days from the day of the run; a finding says no number of days, because it must not change from one day to the next. */
const daysLeft = (due: string | null, { run }: Report): string => {
  if (due === null) return '';
  const days = Math.round((Date.parse(due) - Date.parse(run.today)) / MS_A_DAY);
  return days >= 0 ? ` (${count(days, 'day')} left)` : ` (${count(-days, 'day')} ago)`;
};

const MS_A_DAY = 86_400_000;

const findingLines = (
  finding: Finding,
  rows: readonly Finding[],
  ruleWidth: number,
  report: Report,
  { style, unicode, width, wide }: Display,
): Lines => {
  const { outcome, severity, rule, relatedTo } = finding;
  const told = outcome === 'fail' || outcome === 'unknown';
  const folded = relatedTo !== null && rows.some((row) => row.rule.id === relatedTo);
  const word = folded ? (unicode ? '  └─' : '  +-') : OUTCOME_WORDS[outcome];
  const lead = [
    style.outcome[outcome](padEnd(word, OUTCOME_WIDTH)),
    told ? style.severity[severity](padEnd(severity, SEVERITY_WIDTH)) : style.faint(padEnd(severity, SEVERITY_WIDTH)),
    told ? padEnd(rule.id, ruleWidth) : style.faint(padEnd(rule.id, ruleWidth)),
  ].join('  ');
  const indent = 2 + OUTCOME_WIDTH + 2 + SEVERITY_WIDTH + 2 + ruleWidth + 2;
  const message = safeLine(`${finding.message}${daysLeft(finding.due, report)}`);
  const paint = told ? (text: string) => text : style.faint;
  const { evidence: seen } = finding;
  const evidence =
    wide && seen !== null ? wrap(safeLine(`${seen.path} (${seen.source})`), width - 4).map((line) => style.faint(`    ${line}`)) : [];
  if (width - indent < MESSAGE_COLUMNS) {
    // Too narrow for columns: the message goes below.
    const below = Math.min(2 + OUTCOME_WIDTH + 2, Math.max(6, width - MESSAGE_COLUMNS));
    return [`  ${lead}`.trimEnd(), ...wrap(message, width - below).map((line) => ' '.repeat(below) + paint(line)), ...evidence];
  }
  const [first = '', ...rest] = wrap(message, width - indent);
  return [`  ${lead}  ${paint(first)}`.trimEnd(), ...rest.map((line) => ' '.repeat(indent) + paint(line)), ...evidence];
};
