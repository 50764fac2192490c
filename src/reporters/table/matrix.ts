import { count } from '../../model/count.ts';
import { SEVERITIES, type Severity } from '../../model/severity.ts';
import type { AssessedCache, Disposition, Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { largest, padEnd, padStart, widthOf, wrap, wrapParts } from '../layout.ts';
import type { Display, Style } from '../reporter.ts';
import { CACHES_ON_SCREEN, type Gathering, type Lines } from './lines.ts';
import { poolBy } from './pool.ts';
import { isHidden } from './selection.ts';

interface Row {
  readonly name: string;
  readonly rest: Rest;
}

/** What many caches have in common. */
interface Rest {
  readonly sku: string | null;
  /**
   * `1+2w+3k`: one that counts, two that are waived, three known from the baseline.
   * `-`: no selected rule of that severity applied; `?`: none that did was evaluated.
   */
  readonly failures: Readonly<Record<Severity, string>>;
  readonly unknown: number;
  readonly pass: number;
}

interface Column {
  readonly title: string;
  /** The same where there is little room. */
  readonly short: string;
  readonly pad: (text: string, width: number) => string;
  readonly cell: (row: Row) => string;
  /** For a cell that says something; `0`, `-` and `?` are faint, and `0+1w` is neither. */
  readonly paint: (text: string) => string;
}

/** Every cache with its failures by severity: `0` where none failed of those that were evaluated. Those that do not count stand apart. */
export const matrix = (display: Display): Gathering => {
  const rows: Row[] = [];
  const shared = poolBy((rest: Rest) => JSON.stringify(rest));
  return {
    add: (assessed) => void rows.push({ name: assessed.cache.name, rest: shared(restOf(assessed)) }),
    sections: (report) => [lines(rows, report, display)],
  };
};

const restOf = ({ cache, counts, findings }: AssessedCache): Rest => ({
  sku: cache.sku,
  failures: {
    critical: failuresOf(findings, 'critical'),
    high: failuresOf(findings, 'high'),
    medium: failuresOf(findings, 'medium'),
    low: failuresOf(findings, 'low'),
    info: failuresOf(findings, 'info'),
  },
  unknown: counts.unknown,
  pass: counts.pass,
});

const failuresOf = (findings: readonly Finding[], severity: Severity): string => {
  const failures = findings.filter((finding) => finding.severity === severity && finding.outcome === 'fail');
  const applied = findings.filter(({ rule, outcome }) => rule.severity === severity && outcome !== 'not_applicable');
  if (failures.length === 0 && applied.every(({ outcome }) => outcome === 'not_evaluated')) return applied.length === 0 ? '-' : '?';
  const of = (disposition: Disposition): number => failures.filter((finding) => finding.disposition === disposition).length;
  const waived = of('waived');
  const known = of('baselined');
  return `${of('active')}${waived > 0 ? `+${waived}w` : ''}${known > 0 ? `+${known}k` : ''}`;
};

function* lines(all: readonly Row[], report: Report, display: Display): Lines {
  const { style, unicode, width: available, brief, wide } = display;
  if (all.length === 0) return;
  const rows = brief && !wide && all.length > CACHES_ON_SCREEN ? worstFirst(all).slice(0, CACHES_ON_SCREEN) : all;
  const measured = (columns: readonly Column[]) =>
    columns.map((column) => ({
      ...column,
      width: rows.reduce((most, row) => Math.max(most, widthOf(column.cell(row))), widthOf(column.title)),
    }));
  const full = columnsOf(report, style);
  // The SKU stands in the blocks, too.
  const fewer = full.filter(({ title }) => title !== 'sku');
  const ways = [full, fewer, fewer.map((column) => ({ ...column, title: column.short }))].map(measured);
  const columns = ways.find((way) => widthOfAll(way) <= available);
  if (columns === undefined) {
    const nameWidth = largest(rows.map(({ name }) => widthOf(safeLine(name))));
    for (const row of rows) yield* sentenceLines(row, nameWidth, fewer, display);
  } else {
    yield `  ${style.faint(columns.map(({ title, pad, width }) => pad(title, width)).join('  '))}`;
    yield `  ${style.faint((unicode ? '─' : '-').repeat(widthOfAll(columns) - 2))}`;
    for (const row of rows) {
      const cells = columns.map(({ cell, pad, width, paint }) => {
        const text = cell(row);
        return paintFor(text, paint, style)(pad(text, width));
      });
      yield `  ${cells.join('  ')}`;
    }
  }
  const left = all.length - rows.length;
  const more = left > 0 ? `and ${count(left, 'more cache')}, none of them worse: --wide or -o html=redvet.html has all` : '';
  for (const note of [more, legend(report, display)])
    for (const line of wrap(note, available - 2)) if (line !== '') yield style.faint(`  ${line}`);
}

/** A row where there is no room for columns: what is not there is left out, and only that. */
function* sentenceLines(row: Row, nameWidth: number, columns: readonly Column[], { width, style }: Display): Lines {
  const parts = columns.slice(1).flatMap(({ title, cell }) => {
    const text = cell(row);
    if (text === '?') return [`${title} not seen`];
    return /^[-0]$/.test(text) ? [] : [`${text} ${title}`];
  });
  const counts = parts.length === 0 ? ['nothing judged'] : parts;
  const name = safeLine(row.name);
  if (2 + nameWidth + 2 + widthOf(counts.join(', ')) <= width) {
    yield `  ${padEnd(name, nameWidth)}  ${style.faint(counts.join(', '))}`;
    return;
  }
  yield `  ${name}`;
  for (const line of wrapParts(counts, ', ', width - 4)) yield style.faint(`    ${line}`);
}

/** By the failures that count, the severe before the mild, and then by what is unknown. */
const worstFirst = (rows: readonly Row[]): readonly Row[] =>
  rows
    .map((row) => ({
      row,
      rank: [...SEVERITIES.map((severity) => Number.parseInt(row.rest.failures[severity], 10) || 0), row.rest.unknown],
    }))
    .sort((a, b) => differenceOf(b.rank, a.rank))
    .map(({ row }) => row);

const differenceOf = (a: readonly number[], b: readonly number[]): number =>
  a.map((number, index) => number - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;

const paintFor = (cell: string, paint: Style['faint'], { faint }: Style): Style['faint'] => {
  if (cell.startsWith('0+')) return (text) => text;
  return /^[-0?]$/.test(cell) ? faint : paint;
};

/** What the letters mean, and how to see what they count where it has no rows. */
const legend = ({ summary: { waived, baselined } }: Report, display: Display): string => {
  const met = (['waived', 'baselined'] as const).filter((standing) => (standing === 'waived' ? waived : baselined) > 0);
  if (met.length === 0) return '';
  const hidden = met.some((standing) => isHidden(standing, display));
  const hint = hidden ? ` (--show ${waived > 0 ? 'fail,waived' : 'fail'} shows them)` : '';
  return `${met.map((standing) => LETTERS[standing]).join(', ')}: not counted${hint}`;
};

const LETTERS = { waived: '+w waived', baselined: '+k in the baseline' };

const widthOfAll = (columns: readonly { readonly width: number }[]): number => columns.reduce((sum, { width }) => sum + width + 2, 0);

const columnsOf = ({ run, summary }: Report, style: Style): readonly Column[] => [
  { title: 'cache', short: 'cache', pad: padEnd, cell: ({ name }) => safeLine(name), paint: (text) => text },
  { title: 'sku', short: 'sku', pad: padEnd, cell: ({ rest }) => safeLine(rest.sku ?? '-'), paint: style.faint },
  ...SEVERITIES.filter((severity) => run.rules.some((rule) => rule.severity === severity) || summary.failBySeverity[severity] > 0).map(
    (severity) => ({
      title: severity,
      short: SHORT[severity],
      pad: padStart,
      cell: ({ rest }: Row) => rest.failures[severity],
      paint: style.severity[severity],
    }),
  ),
  { title: 'unknown', short: 'unkn', pad: padStart, cell: ({ rest }) => String(rest.unknown), paint: style.outcome.unknown },
  { title: 'pass', short: 'pass', pad: padStart, cell: ({ rest }) => String(rest.pass), paint: style.good },
];

const SHORT: Readonly<Record<Severity, string>> = { critical: 'crit', high: 'high', medium: 'med', low: 'low', info: 'info' };
