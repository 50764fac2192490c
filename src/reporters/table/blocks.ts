import type { CacheLabels, Origin } from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import type { Threshold } from '../../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { largest, widthOf, wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { type Gathering, type Lines, subscriptionNames } from './lines.ts';
import { poolBy } from './pool.ts';
import { messageOf, type Row as PlainRow, rowOf } from './row.ts';
import { FEW_CACHES, type Folded, foldedOf, foldedText, MILD_HINT, selectionOf } from './selection.ts';
import { paintsOf, STANDING_WIDTH, standingOf, weightOf, wordOf } from './standing.ts';

/** A cache that has something to show, reduced to that. */
interface Block {
  readonly title: Title;
  /** Worst first. */
  readonly rows: readonly Row[];
  readonly folded: Folded;
  /** The weights of the rows as characters, the heaviest first: the larger text is of the worse cache. */
  readonly rank: string;
}

interface Title extends Omit<CacheLabels, 'id' | 'kind' | 'origin'> {
  /** Where it is declared, for one that is: `infra/main.tf:12` and the address. */
  readonly declared: readonly string[];
}

interface Row extends PlainRow {
  /** Whether it stands under the finding that it follows from. */
  readonly follows: boolean;
}

/** One block a cache that has something to show. `failOn` is that of the run. */
export const blocks = (failOn: Threshold, display: Display): Gathering => {
  /** Whole, as long as there are few caches: then more of them is shown. */
  const first: AssessedCache[] = [];
  const kept: Block[] = [];
  let caches = 0;
  const compact = compacting();
  const blocksOf = (assessed: readonly AssessedCache[]): readonly Block[] =>
    assessed
      .map((one) => blockOf(one, caches, failOn, display))
      .filter(({ rows }) => rows.length > 0)
      .map(compact);
  return {
    add: (assessed) => {
      caches += 1;
      first.push(assessed);
      if (caches > FEW_CACHES) kept.push(...blocksOf(first.splice(0)));
    },
    sections: (report) => sections([...kept, ...blocksOf(first)], report, display),
  };
};

function* sections(all: Block[], report: Report, display: Display): Iterable<Lines> {
  const names = subscriptionNames(report);
  const ruleWidth = largest(all.map(({ rows }) => largest(rows.map(({ ruleId }) => ruleId.length))));
  // How to see what is only counted is said once.
  let hint = MILD_HINT;
  for (const { title, rows, folded } of all.sort((a, b) => compare(b.rank, a.rank))) {
    yield [
      ...titleLines(title, names, display),
      ...rows.flatMap((row) => rowLines(row, ruleWidth, report, display)),
      ...foldedLines(foldedText(folded, hint), display),
    ];
    if (folded.mild !== '') hint = '';
  }
}

const blockOf = ({ cache, findings }: AssessedCache, caches: number, failOn: Threshold, display: Display): Block => {
  const { name, sku, location, resourceGroup, subscriptionId, provisioningState, origin } = cache;
  const { rows, counts } = selectionOf(findings, caches, failOn, display);
  return {
    title: {
      name,
      sku,
      location,
      resourceGroup,
      subscriptionId,
      provisioningState,
      declared: origin === null ? [] : declarationOf(origin),
    },
    rows: worstFirst(rows).map((finding) => ({
      ...rowOf(finding, display),
      follows: rows.some((other) => isUnder(finding, other)),
    })),
    folded: foldedOf(counts),
    rank: String.fromCharCode(...rows.map(weightOf).sort((a, b) => b - a)),
  };
};

/** Makes a block share with those before it what they have in common. */
const compacting = (): ((block: Block) => Block) => {
  const text = poolBy((one: string) => one);
  const row = poolBy((one: Row) => JSON.stringify(one));
  const label = (one: string | null): string | null => one && text(one);
  return ({ title, rows, folded, rank }) => ({
    title: {
      name: title.name,
      sku: label(title.sku),
      location: label(title.location),
      resourceGroup: label(title.resourceGroup),
      subscriptionId: label(title.subscriptionId),
      provisioningState: label(title.provisioningState),
      declared: title.declared,
    },
    rows: rows.map(row),
    folded: { mild: text(folded.mild), accepted: text(folded.accepted) },
    rank: text(rank),
  });
};

const declarationOf = ({ file, place, address }: Origin): readonly string[] => [place === null ? file : `${file}:${place.line}`, address];

/** A finding that follows from another stands right under it, but not under one that counts where it does not, or the other way round. */
const isUnder = (finding: Finding, leader: Finding): boolean =>
  finding.relatedTo === leader.rule.id && standingOf(finding) === standingOf(leader);

const worstFirst = (rows: readonly Finding[]): readonly Finding[] => {
  const leaders = rows.filter((row) => !rows.some((leader) => isUnder(row, leader)));
  return bySeverity(leaders).flatMap((leader) => [leader, ...bySeverity(rows.filter((row) => isUnder(row, leader)))]);
};

/** Equal ones keep their order. */
const bySeverity = (rows: readonly Finding[]): readonly Finding[] => [...rows].sort((a, b) => weightOf(b) - weightOf(a));

const titleLines = (cache: Title, names: ReadonlyMap<string, string>, { style, unicode, width }: Display): readonly string[] => {
  const state = cache.provisioningState === 'Succeeded' ? null : cache.provisioningState;
  const subscription = cache.subscriptionId === null ? null : (names.get(cache.subscriptionId) ?? cache.subscriptionId);
  const details = [...cache.declared, cache.sku, cache.location, cache.resourceGroup, subscription, state]
    .filter((part) => part !== null)
    .map(safeLine)
    .join(unicode ? ' · ' : ' - ');
  const name = safeLine(cache.name);
  return widthOf(name) + 2 + widthOf(details) <= width
    ? [`${style.strong(name)}  ${style.faint(details)}`]
    : [style.strong(name), ...wrap(details, width - 2).map((line) => `  ${style.faint(line)}`)];
};

/** A message in a narrower column is hard to read. */
const MESSAGE_COLUMNS = 36;

const SEVERITY_WIDTH = 8;

const rowLines = (row: Row, ruleWidth: number, report: Report, { style, unicode, width }: Display): readonly string[] => {
  const paints = paintsOf(row, style);
  const word = row.follows ? (unicode ? '  └─' : '  +-') : wordOf(row.standing);
  const lead = [
    paints.word(word.padEnd(STANDING_WIDTH)),
    paints.severity(row.severity.padEnd(SEVERITY_WIDTH)),
    paints.text(row.ruleId.padEnd(ruleWidth)),
  ].join('  ');
  const indent = 2 + STANDING_WIDTH + 2 + SEVERITY_WIDTH + 2 + ruleWidth + 2;
  const message = safeLine(messageOf(row, report));
  const evidence = row.evidence === null ? [] : wrap(safeLine(row.evidence), width - 4).map((text) => style.faint(`    ${text}`));
  if (width - indent < MESSAGE_COLUMNS) {
    // Too narrow for columns: the message goes below.
    const below = Math.min(2 + STANDING_WIDTH + 2, Math.max(6, width - MESSAGE_COLUMNS));
    return [`  ${lead}`.trimEnd(), ...wrap(message, width - below).map((text) => ' '.repeat(below) + paints.text(text)), ...evidence];
  }
  const [first = '', ...rest] = wrap(message, width - indent);
  return [`  ${lead}  ${paints.text(first)}`.trimEnd(), ...rest.map((text) => ' '.repeat(indent) + paints.text(text)), ...evidence];
};

const foldedLines = (text: string, { style, width }: Display): readonly string[] =>
  text === '' ? [] : wrap(`and ${text}`, width - 2).map((line) => style.faint(`  ${line}`));
