import { padEnd, padStart, wrap } from '../../src/reporters/layout.ts';
import { type Spread, spreadOf } from './arithmetic.ts';

export type Unit = '×' | 's' | 'MB' | 'calls' | 'packages';

export interface RowSpec {
  readonly id: string;
  readonly group: string;
  readonly what: string;
  readonly unit: Unit;
  /** The median is to be no more; null where there is nothing to hold. */
  readonly target: number | null;
}

export type Result =
  | { readonly state: 'measured'; readonly samples: readonly number[]; readonly note: string }
  /** This machine or this build cannot say. */
  | { readonly state: 'absent'; readonly why: string }
  /** The scan did not do what it should: what it took says nothing. */
  | { readonly state: 'failed'; readonly why: string };

export interface Row extends RowSpec {
  readonly result: Result;
}

interface Machine {
  readonly node: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
}

export interface Bench {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

const shapeOf = ({ node, cores, memoryGb, platform }: Machine): string =>
  `Node ${node}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGb} GB, ${platform}`;

export const verdictOf = ({ result, target }: Row): '' | 'met' | 'missed' | 'FAILED' => {
  if (result.state === 'failed') return 'FAILED';
  if (result.state === 'absent' || target === null) return '';
  return spreadOf(result.samples).median <= target ? 'met' : 'missed';
};

const numberText = (value: number, unit: Unit): string => {
  if (unit === '×') return value.toFixed(2);
  if (unit === 's') return value.toFixed(value < 100 ? 2 : 0);
  if (unit === 'MB') return value.toFixed(value < 10 ? 1 : 0);
  return value.toLocaleString('en-US');
};

const spreadText = ({ median, min, max }: Spread, unit: Unit): string => {
  const range = min === max ? '' : ` (${numberText(min, unit)}–${numberText(max, unit)})`;
  return `${numberText(median, unit)} ${unit}${range}`;
};

const valueText = ({ result, unit }: Row): string => {
  if (result.state === 'absent') return result.why;
  return result.state === 'failed' ? '-' : spreadText(spreadOf(result.samples), unit);
};

const targetText = ({ target, unit }: RowSpec): string => (target === null ? '' : `≤ ${target.toLocaleString('en-US')} ${unit}`);

const noteOf = ({ result }: Row): string => (result.state === 'measured' ? result.note : '');

const whatText = (row: Row): string => (noteOf(row) === '' ? row.what : `${row.what}: ${noteOf(row)}`);

/** Columns of the table for people: 100 together. */
const ID = 38;
const VALUE = 30;
const TARGET = 16;
const WIDTH = 100;

/** For people, at 100 columns: a line for what was measured, and one for what that is. */
export const tableText = ({ date, machine, rows }: Bench): string => {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const head = `redvet bench · ${date} · ${shapeOf(machine)}\nmedian (least–most)\n`;
  return (
    head +
    groups
      .map(
        (group) =>
          `\n${group}\n${rows
            .filter((row) => row.group === group)
            .map(rowText)
            .join('')}`,
      )
      .join('')
  );
};

const rowText = (row: Row): string => {
  const cells = [padEnd(row.id, ID), padStart(valueText(row), VALUE), padStart(targetText(row), TARGET), '  ', verdictOf(row)];
  const why = row.result.state === 'failed' ? [row.result.why] : [];
  const below = [whatText(row), ...why].flatMap((text) => wrap(text, WIDTH - 4)).map((line) => `    ${line}`);
  return [`  ${cells.join('')}`.trimEnd(), ...below].map((line) => `${line}\n`).join('');
};

/** For machines: one object. */
export const tableJson = ({ date, machine, rows }: Bench): string =>
  `${JSON.stringify({ date, machine, rows: rows.map(rowJson) }, null, 2)}\n`;

const rowJson = (row: Row) => {
  const { id, group, what, unit, target, result } = row;
  const measured = result.state === 'measured' ? { ...spreadOf(result.samples), runs: result.samples.length, note: result.note } : {};
  const why = result.state === 'measured' ? {} : { why: result.why };
  return { id, group, what, unit, target, state: result.state, ...measured, ...why, verdict: verdictOf(row).toLowerCase() || null };
};

export const MARKERS = { begin: '<!-- bench:begin -->', end: '<!-- bench:end -->' } as const;

/** Puts the table between the markers of a Markdown text and keeps everything else. Throws where the two are not there, once and in order. */
export const withTable = (markdown: string, bench: Bench): string => {
  const [before, rest, ...more] = markdown.split(MARKERS.begin);
  const [, after, ...others] = rest?.split(MARKERS.end) ?? [];
  if (before === undefined || after === undefined || more.length + others.length > 0 || before.includes(MARKERS.end))
    throw new Error(`README.md does not hold ${MARKERS.begin} and then ${MARKERS.end}, once each`);
  return `${before}${MARKERS.begin}\n${tableMarkdown(bench)}${MARKERS.end}${after}`;
};

const tableMarkdown = ({ date, machine, rows }: Bench): string => {
  const cells = rows.map((row) => [row.group, whatText(row), valueText(row), targetText(row), verdictOf(row)]);
  const lines = [['group', 'what', 'median (least–most)', 'target', 'verdict'], ['---', '---', '---', '---', '---'], ...cells];
  const text = lines.map((line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('');
  return `Measured on ${date}: ${shapeOf(machine)}.\n\n${text}`;
};
