import type { CacheLabels, Origin } from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import { count } from '../../model/count.ts';
import type { Threshold } from '../../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../../policy/report.ts';
import { largest } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { foldedLines, rowsLines, type Told, titleLines } from './block-lines.ts';
import { CACHES_ON_SCREEN, type Gathering, type Lines, linksOf, subscriptionNames } from './lines.ts';
import { poolBy } from './pool.ts';
import { messageOf, type Row as PlainRow, rowOf } from './row.ts';
import { type Counts, countIn, countRow, FEW_CACHES, type Folded, foldedOf, foldedText, MILD_HINT, selectionOf } from './selection.ts';
import { standingOf, weightOf, wordOf } from './standing.ts';

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
  const linked = linksOf(report, display);
  const ordered = all.sort((a, b) => compare(b.rank, a.rank));
  const shown = ordered.slice(0, shownOf(ordered, display));
  const ruleWidth = largest(shown.map(({ rows }) => largest(rows.map(({ ruleId }) => ruleId.length))));
  // How to see what is only counted is said once.
  let hint = MILD_HINT;
  for (const { title, rows, folded } of shown) {
    const told = rows.map((row) => ({ row, word: leadOf(row, display), id: row.ruleId, said: messageOf(row, report) }));
    const lines = rowsLines(display.brief && !display.wide ? withoutEchoes(told) : told, ruleWidth, display, linked);
    yield [
      ...titleLines(title.name, detailsOf(title, names), display),
      ...lines.flat(),
      ...foldedLines(foldedText(folded, hint), 'and ', display),
    ];
    if (folded.mild !== '') hint = '';
  }
  yield moreLines(ordered.slice(shown.length), display);
}

/** Rows of findings where the table is brief, and blocks that it has at least. */
const ROWS_ON_SCREEN = 60;
const BLOCKS_ON_SCREEN = 5;

/** How many blocks are shown: all, or those that one cares to scroll through. */
const shownOf = (ordered: readonly Block[], { brief, wide }: Display): number => {
  if (!brief || wide || ordered.length <= CACHES_ON_SCREEN) return ordered.length;
  let rows = 0;
  const fitting = ordered.findIndex((block) => {
    rows += block.rows.length;
    return rows > ROWS_ON_SCREEN;
  });
  return Math.min(CACHES_ON_SCREEN, Math.max(BLOCKS_ON_SCREEN, fitting < 0 ? ordered.length : fitting));
};

/** What the other blocks would have held, as numbers, and where it can be read. */
const moreLines = (left: readonly Block[], display: Display): Lines => {
  if (left.length === 0) return [];
  const counts: Counts = new Map();
  for (const { rows } of left) for (const row of rows) countRow(counts, row);
  const { mild, accepted } = foldedOf([counts]);
  const numbers = [mild, accepted].filter((text) => text !== '').join(', ');
  const caches = `${count(left.length, 'more cache')}${numbers === '' ? '' : ` with ${numbers}`}`;
  return foldedLines(`${caches}: --wide or -o html=redvet.html has them, --group-by rule gathers them`, 'and ', display);
};

/** What is long and was said in the row before is not said again. */
const withoutEchoes = (all: readonly Told[]): readonly Told[] =>
  all.map((one, index) => (one.said.length > ECHO_CHARACTERS && one.said === all[index - 1]?.said ? { ...one, said: 'likewise' } : one));

const ECHO_CHARACTERS = 40;

const blockOf = ({ cache, findings }: AssessedCache, caches: number, failOn: Threshold, display: Display): Block => {
  const { name, sku, location, resourceGroup, subscriptionId, provisioningState, origin } = cache;
  const { rows, counted } = selectionOf(findings, caches, failOn, display);
  const counts: Counts = new Map();
  for (const finding of counted) countIn(counts, finding);
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
    folded: foldedOf([counts]),
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

const detailsOf = (title: Title, names: ReadonlyMap<string, string>): readonly string[] => {
  const { declared, sku, location, resourceGroup, subscriptionId, provisioningState } = title;
  const state = provisioningState === 'Succeeded' ? null : provisioningState;
  const subscription = subscriptionId === null ? null : (names.get(subscriptionId) ?? subscriptionId);
  return [...declared, sku, location, resourceGroup, subscription, state].filter((part) => part !== null);
};

/** What follows from another finding has its mark in the place of its word. */
const leadOf = ({ follows, standing }: Row, { unicode }: Display): string => {
  if (!follows) return wordOf(standing);
  return unicode ? '  └─' : '  +-';
};
