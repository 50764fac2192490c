import type { CacheLabels, Origin } from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import { count } from '../../model/count.ts';
import type { Outcome } from '../../model/finding.ts';
import { rankOf, reaches, SEVERITIES, type Severity, type Threshold } from '../../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { largest, widthOf, wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { type Gathering, type Lines, subscriptionNames } from './lines.ts';
import { poolBy } from './pool.ts';

/** With no more caches than this, a person wants to see what passed, too. */
const FEW_CACHES = 5;

/** A cache that has something to show, reduced to that. */
interface Block {
  readonly title: Title;
  /** Worst first. */
  readonly rows: readonly Row[];
  /** What is only counted, as text; empty when that is nothing. */
  readonly folded: string;
  /** The weights of the rows as characters, the heaviest first: the larger text is of the worse cache. */
  readonly rank: string;
}

interface Title extends Omit<CacheLabels, 'id' | 'kind' | 'origin'> {
  /** Where it is declared, for one that is: `infra/main.tf:12` and the address. */
  readonly declared: readonly string[];
}

interface Row {
  readonly outcome: Outcome;
  readonly severity: Severity;
  readonly ruleId: string;
  /** Whether it stands under the finding that it follows from. */
  readonly follows: boolean;
  readonly message: string;
  readonly due: string | null;
  /** The line that the value stands in, where that is another one than its declaration begins at. */
  readonly line: number | null;
  /** Where it was seen, where that is printed. */
  readonly evidence: string | null;
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
  let hint = ' (--min-severity info shows them)';
  for (const { title, rows, folded } of all.sort((a, b) => compare(b.rank, a.rank))) {
    yield [
      ...titleLines(title, names, display),
      ...rows.flatMap((row) => rowLines(row, ruleWidth, report, display)),
      ...(folded === '' ? [] : [display.style.faint(`  and ${folded}${hint}`)]),
    ];
    if (folded !== '') hint = '';
  }
}

const blockOf = ({ cache, findings }: AssessedCache, caches: number, failOn: Threshold, display: Display): Block => {
  const { name, sku, location, resourceGroup, subscriptionId, provisioningState, origin } = cache;
  const shown = findings.filter((finding) => isShown(finding, caches, display));
  const apart = shown.filter((finding) => isToldApart(finding, caches, failOn, display));
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
    rows: worstFirst(apart).map((finding) => rowOf(finding, apart, display)),
    folded: foldedText(shown.filter((finding) => !apart.includes(finding))),
    rank: String.fromCharCode(...apart.map(weight).sort((a, b) => b - a)),
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
    folded: text(folded),
    rank: text(rank),
  });
};

const declarationOf = ({ file, place, address }: Origin): readonly string[] => [place === null ? file : `${file}:${place.line}`, address];

const rowOf = (
  { rule, cache, outcome, severity, message, due, relatedTo, evidence, origin }: Finding,
  beside: readonly Finding[],
  { wide }: Display,
): Row => ({
  outcome,
  severity,
  ruleId: rule.id,
  follows: relatedTo !== null && beside.some((other) => other.rule.id === relatedTo),
  message,
  due,
  line: origin?.place && origin.place.line !== cache.origin?.place?.line ? origin.place.line : null,
  evidence: wide && evidence !== null ? `${evidence.path} (${evidence.source})` : null,
});

/** Mild findings of many caches bury the severe ones: there they are counted, and `--wide` or a milder `--min-severity` shows them. */
const isToldApart = ({ severity, outcome }: Finding, caches: number, failOn: Threshold, { wide, show, minSeverity }: Display): boolean => {
  if (wide || show !== null || minSeverity !== null || caches <= FEW_CACHES) return true;
  return reaches(severity, 'medium') || reaches(severity, failOn) || (outcome === 'unknown' && failOn === 'none');
};

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

/** A finding that follows from another stands right under it. */
const worstFirst = (rows: readonly Finding[]): readonly Finding[] => {
  const follows = (row: Finding, leader: Finding): boolean => row.relatedTo === leader.rule.id;
  const leaders = rows.filter((row) => !rows.some((leader) => follows(row, leader)));
  return bySeverity(leaders).flatMap((leader) => [leader, ...bySeverity(rows.filter((row) => follows(row, leader)))]);
};

const bySeverity = (rows: readonly Finding[]): readonly Finding[] => [...rows].sort((a, b) => weight(b) - weight(a));

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

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  fail: 'FAIL',
  unknown: 'UNKNOWN',
  pass: 'pass',
  not_applicable: 'n/a',
  not_evaluated: 'unseen',
};

const plain = (text: string): string => text;

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

const rowLines = (
  { outcome, severity, ruleId, follows, message: said, due, line, evidence: seen }: Row,
  ruleWidth: number,
  report: Report,
  { style, unicode, width }: Display,
): readonly string[] => {
  const told = outcome === 'fail' || outcome === 'unknown';
  const word = follows ? (unicode ? '  └─' : '  +-') : OUTCOME_WORDS[outcome];
  const lead = [
    style.outcome[outcome](word.padEnd(OUTCOME_WIDTH)),
    (told ? style.severity[severity] : style.faint)(severity.padEnd(SEVERITY_WIDTH)),
    (told ? plain : style.faint)(ruleId.padEnd(ruleWidth)),
  ].join('  ');
  const indent = 2 + OUTCOME_WIDTH + 2 + SEVERITY_WIDTH + 2 + ruleWidth + 2;
  const message = safeLine(`${said}${daysLeft(due, report)}${line === null ? '' : ` (line ${line})`}`);
  const paint = told ? plain : style.faint;
  const evidence = seen === null ? [] : wrap(safeLine(seen), width - 4).map((text) => style.faint(`    ${text}`));
  if (width - indent < MESSAGE_COLUMNS) {
    // Too narrow for columns: the message goes below.
    const below = Math.min(2 + OUTCOME_WIDTH + 2, Math.max(6, width - MESSAGE_COLUMNS));
    return [`  ${lead}`.trimEnd(), ...wrap(message, width - below).map((text) => ' '.repeat(below) + paint(text)), ...evidence];
  }
  const [first = '', ...rest] = wrap(message, width - indent);
  return [`  ${lead}  ${paint(first)}`.trimEnd(), ...rest.map((text) => ' '.repeat(indent) + paint(text)), ...evidence];
};
