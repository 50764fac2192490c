import type { Outcome } from '../../model/finding.ts';
import { rankOf, reaches } from '../../model/severity.ts';
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
    .map((one) => ({ ...one, rows: one.findings.filter((finding) => isShown(finding, assessed.length, display)) }))
    .filter(({ rows }) => rows.length > 0);
  const ruleWidth = largest(shown.flatMap(({ rows }) => rows.map(({ rule }) => rule.id.length)));
  return shown
    .map((one) => ({ ...one, rows: worstFirst(one.rows) }))
    .sort((a, b) => compareWeights(a.rows, b.rows))
    .map(({ cache, rows }) => [
      ...titleLines(cache, names, display),
      ...rows.flatMap((finding) => findingLines(finding, rows, ruleWidth, display)),
    ]);
};

const isShown = ({ outcome, severity }: Finding, caches: number, { show, minSeverity, wide }: Display): boolean => {
  if (!reaches(severity, minSeverity)) return false;
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
  return [...leaders].sort((a, b) => weight(b) - weight(a)).flatMap((leader) => [leader, ...rows.filter((row) => follows(row, leader))]);
};

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

const OUTCOME_WIDTH = 7;
const SEVERITY_WIDTH = 8;

const findingLines = (finding: Finding, rows: readonly Finding[], ruleWidth: number, { style, unicode, width, wide }: Display): Lines => {
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
  const message = safeLine(finding.message);
  const paint = told ? (text: string) => text : style.faint;
  const evidence = wide && finding.evidence !== null ? [style.faint(`    ${finding.evidence.path} (${finding.evidence.source})`)] : [];
  // Too narrow for columns: the message goes below.
  if (width - indent < 20) return [`  ${lead}`.trimEnd(), ...wrap(message, width - 6).map((line) => `      ${paint(line)}`), ...evidence];
  const [first = '', ...rest] = wrap(message, width - indent);
  return [`  ${lead}  ${paint(first)}`.trimEnd(), ...rest.map((line) => ' '.repeat(indent) + paint(line)), ...evidence];
};
