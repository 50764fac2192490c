import { SEVERITIES, type Severity } from '../../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { largest, padEnd, padStart, widthOf } from '../layout.ts';
import type { Display, Style } from '../reporter.ts';
import type { Lines } from './lines.ts';

interface Column {
  readonly title: string;
  readonly pad: (text: string, width: number) => string;
  readonly cell: (assessed: AssessedCache) => string;
  /** For a cell that says something; `0` and `-` are faint. */
  readonly paint: (text: string) => string;
}

/** Every cache with its failures by severity. `-`: no selected rule of that severity applied; `0`: none of them failed. */
export const matrix = (report: Report, assessed: readonly AssessedCache[], { style, unicode, width: available }: Display): Lines => {
  if (assessed.length === 0) return [];
  const all = columnsOf(report, style).map((column) => {
    const cells = assessed.map(column.cell);
    return { ...column, cells, width: largest([column.title, ...cells].map(widthOf)) };
  });
  // The SKU stands in the blocks, too.
  const columns = widthOfAll(all) <= available ? all : all.filter(({ title }) => title !== 'sku');
  const rule = (unicode ? '─' : '-').repeat(widthOfAll(columns) - 2);
  const row = (index: number): string =>
    columns
      .map(({ cells, pad, width, paint }) => {
        const cell = cells[index] ?? '';
        return (/^[-0]$/.test(cell) ? style.faint : paint)(pad(cell, width));
      })
      .join('  ');
  return [
    `  ${style.faint(columns.map(({ title, pad, width }) => pad(title, width)).join('  '))}`,
    `  ${style.faint(rule)}`,
    ...assessed.map((_, index) => `  ${row(index)}`),
  ];
};

const widthOfAll = (columns: readonly { readonly width: number }[]): number => columns.reduce((sum, { width }) => sum + width + 2, 0);

const columnsOf = ({ run, summary }: Report, style: Style): readonly Column[] => [
  { title: 'cache', pad: padEnd, cell: ({ cache }) => safeLine(cache.name), paint: (text) => text },
  { title: 'sku', pad: padEnd, cell: ({ cache }) => safeLine(cache.sku ?? '-'), paint: style.faint },
  ...SEVERITIES.filter((severity) => run.rules.some((rule) => rule.severity === severity) || summary.failBySeverity[severity] > 0).map(
    (severity) => ({
      title: severity,
      pad: padStart,
      cell: ({ findings }: AssessedCache) => failuresOf(findings, severity),
      paint: style.severity[severity],
    }),
  ),
  { title: 'unknown', pad: padStart, cell: ({ findings }) => String(ofOutcome(findings, 'unknown').length), paint: style.outcome.unknown },
  { title: 'pass', pad: padStart, cell: ({ findings }) => String(ofOutcome(findings, 'pass').length), paint: style.good },
];

const ofOutcome = (findings: readonly Finding[], wanted: Finding['outcome']): readonly Finding[] =>
  findings.filter(({ outcome }) => outcome === wanted);

const failuresOf = (findings: readonly Finding[], severity: Severity): string => {
  const failures = ofOutcome(findings, 'fail').filter((finding) => finding.severity === severity);
  const applied = findings.some(({ rule, outcome }) => rule.severity === severity && outcome !== 'not_applicable');
  return failures.length === 0 && !applied ? '-' : String(failures.length);
};
