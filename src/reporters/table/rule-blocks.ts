import { count } from '../../model/count.ts';
import type { RuleSpec } from '../../model/rule-spec.ts';
import type { Threshold } from '../../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { largest, padEnd, widthOf } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { dotted, dottedLines, foldedLines, rowsLines, titleLines } from './block-lines.ts';
import { type Gathering, type Lines, linksOf, subscriptionNames } from './lines.ts';
import { poolBy } from './pool.ts';
import { messageOf, type Row, rowOf } from './row.ts';
import { type Counts, countIn, FEW_CACHES, foldedOf, foldedText, MILD_HINT, selectionOf } from './selection.ts';
import { weightOf, wordOf } from './standing.ts';

/** What is said of the caches under one rule. */
interface RuleBlock {
  readonly rule: RuleSpec;
  /** By all that they say. */
  readonly groups: Map<string, Group>;
  readonly counts: Counts;
}

/** Caches of which the same is said. */
interface Group {
  readonly row: Row;
  readonly weight: number;
  readonly caches: Label[];
}

interface Label {
  readonly name: string;
  readonly resourceGroup: string | null;
  readonly subscriptionId: string | null;
  /** Where the value that decided is declared, for one that is. */
  readonly declared: readonly string[];
}

/** One block a rule that has something to show, and in it the caches by what is said of them. `failOn` is that of the run. */
export const ruleBlocks = (failOn: Threshold, display: Display): Gathering => {
  /** Whole, as long as there are few caches: then more of them is shown. */
  const first: AssessedCache[] = [];
  const kept = new Map<string, RuleBlock>();
  let caches = 0;
  const text = poolBy((one: string) => one);
  const label = (one: string | null): string | null => one && text(one);
  const gather = (into: Map<string, RuleBlock>, { cache, findings }: AssessedCache): void => {
    const { name, resourceGroup, subscriptionId } = cache;
    const running = { name, resourceGroup: label(resourceGroup), subscriptionId: label(subscriptionId), declared: [] };
    const labelOf = ({ origin }: Finding): Label => (origin === null ? running : { ...running, declared: declarationOf(origin) });
    const { rows, counted } = selectionOf(findings, caches, failOn, display);
    for (const finding of rows) groupIn(blockIn(into, finding), finding, display).caches.push(labelOf(finding));
    for (const finding of counted) countIn(blockIn(into, finding).counts, finding);
  };
  return {
    add: (assessed) => {
      caches += 1;
      first.push(assessed);
      if (caches > FEW_CACHES) for (const one of first.splice(0)) gather(kept, one);
    },
    sections: (report) => {
      if (first.length === 0) return sections(kept, report, display);
      const few = new Map<string, RuleBlock>();
      for (const one of first) gather(few, one);
      return sections(few, report, display);
    },
  };
};

const declarationOf = ({ file, place, address }: NonNullable<Finding['origin']>): readonly string[] => [
  place === null ? file : `${file}:${place.line}`,
  address,
];

const blockIn = (blocks: Map<string, RuleBlock>, { rule }: Finding): RuleBlock => {
  const block = blocks.get(rule.id) ?? { rule, groups: new Map(), counts: new Map() };
  blocks.set(rule.id, block);
  return block;
};

const groupIn = ({ groups }: RuleBlock, finding: Finding, display: Display): Group => {
  // Of what is declared the line stands with the file.
  const row = { ...rowOf(finding, display), line: null };
  const key = JSON.stringify(row);
  const group = groups.get(key) ?? { row, weight: weightOf(finding), caches: [] };
  groups.set(key, group);
  return group;
};

function* sections(all: ReadonlyMap<string, RuleBlock>, report: Report, display: Display): Iterable<Lines> {
  const names = subscriptionNames(report);
  const shown = worstFirst(
    [...all.values()].filter(({ groups }) => groups.size > 0),
    report,
  );
  // How to see what is only counted is said once.
  let hint = MILD_HINT;
  for (const { rule, groups, counts } of shown) {
    const folded = foldedOf([counts]);
    yield blockLines(rule, worstGroupsFirst(groups), foldedText(folded, hint), { names, report, display });
    if (folded.mild !== '') hint = '';
  }
  yield othersLines(
    [...all.values()].filter(({ groups }) => groups.size === 0),
    shown.length > 0,
    hint,
    display,
  );
}

/** Rules without a block, of which all is only counted. */
const othersLines = (others: readonly RuleBlock[], afterBlocks: boolean, hint: string, display: Display): Lines => {
  const counted = foldedText(foldedOf(others.map(({ counts }) => counts)), hint);
  if (counted === '') return [];
  return afterBlocks
    ? foldedLines(`${counted} of ${count(others.length, 'other rule')}`, 'and ', display)
    : foldedLines(`${counted} of ${count(others.length, 'rule')}`, '', display);
};

/** The rule with the worst failure; of two with equal ones that with more of them, else in report order. */
const worstFirst = (blocks: readonly RuleBlock[], { run }: Report): readonly RuleBlock[] => {
  const order = new Map(run.rules.map(({ id }, index) => [id, index]));
  return blocks
    .map((block) => {
      const groups = [...block.groups.values()];
      const worst = largest(groups.map(({ weight }) => weight));
      const times = groups.reduce((sum, { weight, caches }) => sum + (weight === worst ? caches.length : 0), 0);
      return { block, worst, times, at: order.get(block.rule.id) ?? order.size };
    })
    .sort((a, b) => b.worst - a.worst || b.times - a.times || a.at - b.at)
    .map(({ block }) => block);
};

/** Of equally bad ones that with more caches. */
const worstGroupsFirst = (groups: RuleBlock['groups']): readonly Group[] =>
  [...groups.values()].sort((a, b) => b.weight - a.weight || b.caches.length - a.caches.length);

interface Surroundings {
  readonly names: ReadonlyMap<string, string>;
  readonly report: Report;
  readonly display: Display;
}

function* blockLines(rule: RuleSpec, groups: readonly Group[], folded: string, surroundings: Surroundings): Lines {
  const { report, display } = surroundings;
  yield* titleLines(rule.id, [groups[0]?.row.severity ?? rule.severity, rule.title], display, linksOf(report, display));
  const told = groups.map(({ row, caches }) => {
    const many = caches.length > 1 ? ` (${count(caches.length, 'cache')})` : '';
    return { row, word: wordOf(row.standing), id: null, said: `${messageOf(row, report)}${many}` };
  });
  for (const [index, lines] of rowsLines(told, 0, display).entries()) {
    yield* lines;
    yield* cacheLines(groups[index]?.caches ?? [], surroundings);
  }
  yield* foldedLines(folded, 'and ', display);
}

/** Caches that are named for one reason where the table is brief. */
const CACHES_A_REASON = 10;

function* cacheLines(all: readonly Label[], { names, display }: Surroundings): Lines {
  const { style, unicode, width, brief, wide } = display;
  const caches = brief && !wide && all.length > CACHES_A_REASON ? all.slice(0, CACHES_A_REASON) : all;
  const nameWidth = largest(caches.map(({ name }) => widthOf(safeLine(name))));
  for (const cache of caches) {
    const subscription = cache.subscriptionId === null ? null : (names.get(cache.subscriptionId) ?? cache.subscriptionId);
    const parts = [...cache.declared, cache.resourceGroup, subscription].filter((part) => part !== null);
    const details = dotted(parts, unicode);
    const name = safeLine(cache.name);
    const room = width - INDENT - 2 - widthOf(details);
    if (room >= widthOf(name)) {
      yield `${' '.repeat(INDENT)}${room < nameWidth ? name : padEnd(name, nameWidth)}  ${style.faint(details)}`.trimEnd();
    } else {
      yield ' '.repeat(INDENT) + name;
      for (const line of dottedLines(parts, unicode, width - INDENT - 2)) yield ' '.repeat(INDENT + 2) + style.faint(line);
    }
  }
  if (caches.length < all.length)
    yield style.faint(`${' '.repeat(INDENT)}and ${count(all.length - caches.length, 'more cache')} (--wide names them)`);
}

const INDENT = 4;
