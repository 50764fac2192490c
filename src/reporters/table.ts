import type { Outcome } from '../model/finding.ts';
import { rankOf, reaches, SEVERITIES, type Severity } from '../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../policy/report.ts';
import { safeLine } from './escape.ts';
import { groupBy } from './group-by.ts';
import { count, padEnd, padStart, widthOf, wrap } from './layout.ts';
import type { Display, Reporter } from './reporter.ts';

/** With no more caches than this, a person wants to see what passed, too. */
const FEW_CACHES = 5;

/** Fixes are printed for this many caches of each gating rule; `--wide` prints all. */
const FIXES_SHOWN = 1;

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
      if (report.status.outcome === 'access' || report.status.outcome === 'usage') return '';
      const sections = [
        heading(report, display),
        ...blocks(report, assessed, display),
        matrix(report, assessed, display),
        notRead(report, display),
        fixFirst(report, assessed, display),
        [...totals(report, display), ...next(report, assessed, display)],
      ];
      return `${sections
        .filter((lines) => lines.length > 0)
        .map((lines) => lines.join('\n'))
        .join('\n\n')}\n`;
    },
  };
};

type Lines = readonly string[];

const heading = ({ run, subscriptions, caches }: Report, { style, unicode, width }: Display): Lines => {
  const dot = unicode ? ' · ' : ' - ';
  const read = subscriptions.filter(({ status }) => status !== 'skipped').length;
  const scope = [count(caches.length, 'cache'), count(read, 'subscription'), count(run.rules.length, 'rule')].join(dot);
  return wrap(`${style.strong('redvet')} ${run.tool.version}${dot}Azure Cache for Redis${dot}${scope}`, width);
};

/** One block a cache that has something to show. */
const blocks = (report: Report, assessed: readonly AssessedCache[], display: Display): readonly Lines[] => {
  const names = subscriptionNames(report);
  const shown = assessed
    .map((one) => ({ ...one, rows: one.findings.filter((finding) => isShown(finding, assessed.length, display)) }))
    .filter(({ rows }) => rows.length > 0);
  const ruleWidth = Math.max(0, ...shown.flatMap(({ rows }) => rows.map(({ rule }) => rule.id.length)));
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
const weight = (finding: Finding | undefined): number =>
  finding === undefined ? 0 : OUTCOME_WEIGHT[finding.outcome] + rankOf(finding.severity);

/** Worst cache first: by its worst finding, then by its next, and so on. */
const compareWeights = (a: readonly Finding[], b: readonly Finding[]): number => {
  const [one, other] = [a, b].map((rows) => rows.map(weight).sort((x, y) => y - x)) as [number[], number[]];
  const differs = one.findIndex((value, index) => value !== (other[index] ?? 0));
  return differs < 0 ? other.length - one.length : (other[differs] ?? 0) - (one[differs] ?? 0);
};

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

/** Every cache with its failures by severity. `-`: no selected rule of that severity applied; `0`: all of them passed or are unknown. */
const matrix = (report: Report, assessed: readonly AssessedCache[], display: Display): Lines => {
  if (assessed.length === 0) return [];
  const { style, unicode } = display;
  const severities = SEVERITIES.filter((severity) => report.run.rules.some((rule) => rule.severity === severity));
  const header = ['cache', 'sku', ...severities, 'unknown', 'pass'];
  const rows = assessed.map(({ cache, findings }) => [
    safeLine(cache.name),
    safeLine(cache.sku ?? '-'),
    ...severities.map((severity) => failuresOf(findings, severity)),
    String(findings.filter(({ outcome }) => outcome === 'unknown').length),
    String(findings.filter(({ outcome }) => outcome === 'pass').length),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => widthOf(row[column] ?? ''))));
  const aligned = (cells: Lines): Lines => cells.map((cell, column) => (column < 2 ? padEnd : padStart)(cell, widths[column] ?? 0));
  const paint = (cells: Lines, original: Lines): Lines =>
    cells.map((cell, column) => {
      const severity = header[column] as Severity | 'unknown' | 'pass';
      if (column < 2 || /^[-0]$/.test(original[column] ?? '')) return column < 1 ? cell : style.faint(cell);
      if (severity === 'unknown') return style.outcome.unknown(cell);
      return severity === 'pass' ? style.good(cell) : style.severity[severity](cell);
    });
  const width = widths.reduce((sum, column) => sum + column + 2, 0);
  return [
    `  ${style.faint(aligned(header).join('  ').trimEnd())}`,
    `  ${style.faint((unicode ? '─' : '-').repeat(width - 2))}`,
    ...rows.map((row) => `  ${paint(aligned(row), row).join('  ')}`.trimEnd()),
  ];
};

const failuresOf = (findings: readonly Finding[], severity: Severity): string => {
  const applied = findings.filter(({ rule, outcome }) => rule.severity === severity && outcome !== 'not_applicable');
  return applied.length === 0 ? '-' : String(applied.filter(({ outcome }) => outcome === 'fail').length);
};

/** What was asked for and not seen, each kind once, with the missing action and what to do. */
const notRead = (report: Report, display: Display): Lines => {
  const { style, width } = display;
  const names = subscriptionNames(report);
  const groups = groupBy(report.problems, ({ code, action, message }) => `${code}|${action}|${message}`);
  const skipped = report.subscriptions.filter(({ status }) => status === 'skipped');
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const scopes = group.map(({ scope }) => safeLine(scopeName(scope, names))).filter((name) => name !== '');
    const where =
      scopes.length === 0 ? '' : `${scopes.slice(0, 5).join(', ')}${scopes.length > 5 ? ` and ${scopes.length - 5} more` : ''}: `;
    return [
      ...wrap(`${where}${safeLine(first.message)}`, width - 2).map((line) => `  ${line}`),
      ...(first.hint === null ? [] : [`    ${style.faint('help:')} ${safeLine(first.hint)}`]),
    ];
  });
  const passedOver = skipped.flatMap(({ name, id, reason }) =>
    wrap(`${safeLine(name ?? id)}: skipped, ${safeLine(reason ?? '')}`, width - 2).map((line) => style.faint(`  ${line}`)),
  );
  return lines.length + passedOver.length === 0 ? [] : [style.strong(lines.length > 0 ? 'Not read' : 'Skipped'), ...lines, ...passedOver];
};

const subscriptionNames = ({ subscriptions }: Report): ReadonlyMap<string, string> =>
  new Map(subscriptions.map(({ id, name }) => [id, name ?? id]));

const scopeName = (scope: string | null, names: ReadonlyMap<string, string>): string => {
  const id = /^\/subscriptions\/([^/]+)$/i.exec(scope ?? '')?.[1]?.toLowerCase();
  return (id && names.get(id)) ?? scope ?? '';
};

/** The commands that mend what gates, by rule, in rule order. They are never broken into lines: they are there to be copied. */
const fixFirst = ({ run }: Report, assessed: readonly AssessedCache[], { style, width, wide }: Display): Lines => {
  const gating = assessed.flatMap(({ findings }) => findings.filter(({ gating: gates }) => gates));
  const groups = groupBy(gating, ({ rule }) => rule.id);
  const byRule = [...run.rules]
    .sort((a, b) => rankOf(b.severity) - rankOf(a.severity))
    .flatMap((rule): [typeof rule, readonly Finding[]][] => [[rule, groups.get(rule.id) ?? []]])
    .filter(([, findings]) => findings.length > 0);
  if (byRule.length === 0) return [];
  const lines = byRule.flatMap(([rule, findings]) => {
    const commands = findings.flatMap(({ remediation }) => (remediation?.az ? [remediation.az] : []));
    const printed = wide ? commands : commands.slice(0, FIXES_SHOWN);
    const left = findings.length - printed.length;
    return [
      `  ${style.severity[rule.severity](rule.id)}`,
      ...wrap(rule.fix.summary, width - 4).map((line) => `    ${line}`),
      ...wrap(`Mind: ${rule.fix.risk}`, width - 4).map((line) => `    ${style.faint(line)}`),
      ...printed.map((command) => `    ${style.link(safeLine(command))}`),
      ...(left > 0 ? [style.faint(`    and ${count(left, 'more cache')}: --wide or -o json has every command`)] : []),
    ];
  });
  return [style.strong('Fix first'), ...lines];
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
const next = ({ run }: Report, assessed: readonly AssessedCache[], { style }: Display): Lines => {
  const gating = assessed.flatMap(({ findings }) => findings.filter(({ gating: gates }) => gates));
  const worst = Math.max(0, ...gating.map(({ severity }) => rankOf(severity)));
  const rule = run.rules.find(({ id }) => gating.some((finding) => finding.rule.id === id && rankOf(finding.severity) === worst));
  return rule === undefined ? [] : [`${style.strong('next:')} redvet explain ${rule.id}`];
};
