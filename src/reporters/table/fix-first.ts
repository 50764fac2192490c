import type { CacheLabels } from '../../model/cache.ts';
import { count } from '../../model/count.ts';
import { targetOf } from '../../model/fix.ts';
import type { RuleSpec } from '../../model/rule-spec.ts';
import { rankOf, reaches, type Severity } from '../../model/severity.ts';
import type { Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { widthOf, wrap, wrapParts } from '../layout.ts';
import type { Display } from '../reporter.ts';
import { type Gathering, type Lines, linksOf } from './lines.ts';

/** Fixes are printed for this many caches of each gating rule; `--wide` prints all. */
const FIXES_SHOWN = 1;

/** What gates, and the commands that mend it. */
export interface Fixes extends Gathering {
  /** The rule with the worst gating findings, also where none of them is shown. */
  worst(report: Report): RuleSpec | null;
}

/** The gating findings of one rule. */
interface Gating {
  /** Of the worst of them, which may be milder than the rule can be. */
  severity: Severity;
  /** Those that are shown. */
  findings: number;
  /** Those of them that a setting mends. */
  mendable: number;
  /** Those of them whose id may stand in no command. */
  unnamed: number;
  /** Those of them that are declared in a language that the fix is not known in. */
  unwritten: number;
  /** Those of them that nothing printed mends. */
  left: number;
  /** What will be printed: commands, or lines for a declaration. */
  readonly printed: string[];
  /** The lines among them: they name no cache, and mend every other declaration as well. */
  readonly lines: Set<string>;
}

/** The commands that mend what gates, worst rule first. They are never broken into lines: they are there to be copied. */
export const fixFirst = (display: Display): Fixes => {
  const byRule = new Map<string, Gating>();
  return {
    add: ({ findings }) => {
      for (const finding of findings) if (finding.gating) gather(byRule, finding, display);
    },
    sections: (report) => [lines(byRule, report, display)],
    worst: (report) => gatingRules(byRule, report)[0]?.rule ?? null,
  };
};

const gather = (byRule: Map<string, Gating>, { rule, cache, severity, remediation }: Finding, { minSeverity, wide }: Display): void => {
  const gating = byRule.get(rule.id) ?? {
    severity,
    findings: 0,
    mendable: 0,
    unnamed: 0,
    unwritten: 0,
    left: 0,
    printed: [],
    lines: new Set<string>(),
  };
  byRule.set(rule.id, gating);
  if (rankOf(severity) > rankOf(gating.severity)) gating.severity = severity;
  if (!reaches(severity, minSeverity ?? 'info')) return;
  gating.findings += 1;
  if (rule.fix.steps(targetOf(cache)).length === 0) return;
  gating.mendable += 1;
  const text = remediation && textFor(cache, remediation);
  const isDeclared = cache.origin !== null;
  if (!text) {
    gating[isDeclared ? 'unwritten' : 'unnamed'] += 1;
    return;
  }
  if (gating.lines.has(text)) return;
  if (!wide && gating.printed.length >= FIXES_SHOWN) {
    gating.left += 1;
    return;
  }
  gating.printed.push(text);
  if (isDeclared) gating.lines.add(text);
};

/** What is declared has to be mended in its declaration: the next deployment would take back anything else. */
const textFor = ({ origin }: CacheLabels, { az, terraform, bicep }: NonNullable<Finding['remediation']>): string | null => {
  if (origin === null) return az;
  return origin.language === 'terraform' ? terraform : bicep;
};

type GatingRule = Gating & { readonly rule: RuleSpec };

/** The severe before the mild, else in report order. */
const gatingRules = (byRule: ReadonlyMap<string, Gating>, { run }: Report): readonly GatingRule[] =>
  run.rules
    .flatMap((rule) => {
      const gating = byRule.get(rule.id);
      return gating === undefined ? [] : [{ ...gating, rule }];
    })
    .sort((a, b) => rankOf(b.severity) - rankOf(a.severity));

/** Rules of which the fixes are printed where the table is brief. */
const RULES_ON_SCREEN = 3;

function* lines(byRule: ReadonlyMap<string, Gating>, report: Report, display: Display): Lines {
  const { brief, wide, style, width } = display;
  const all = gatingRules(byRule, report).filter(({ findings }) => findings > 0);
  const shown = brief && !wide ? all.slice(0, RULES_ON_SCREEN) : all;
  const linked = linksOf(report, display);
  if (shown.length > 0) yield style.strong('Fix first');
  for (const rule of shown) yield* fixLines(rule, linked, display);
  const left = all.slice(shown.length);
  if (left.length === 0) return;
  for (const line of wrap(`and ${count(left.length, 'more rule')}, whose fixes --wide prints:`, width - 2)) yield style.faint(`  ${line}`);
  const named = left.map(({ rule, severity, findings }) => `${safeLine(rule.id)} (${severity}, ${count(findings, 'cache')})`);
  for (const line of wrapParts(named, ', ', width - 4)) yield style.faint(`    ${line}`);
}

function* fixLines(
  { rule, severity, findings, mendable, unnamed, unwritten, left, printed }: GatingRule,
  linked: (id: string) => string,
  { style, width }: Display,
): Lines {
  const id = safeLine(rule.id);
  const counted = `${severity}, ${count(findings, 'cache')}`;
  const heading = `  ${style.severity[severity](linked(id))}`;
  if (4 + widthOf(id) + widthOf(counted) <= width) yield `${heading}  ${style.faint(counted)}`;
  else yield* [heading, ...wrap(counted, width - 4).map((text) => style.faint(`    ${text}`))];
  for (const line of wrap(rule.fix.summary, width - 4)) yield `    ${line}`;
  for (const line of wrap(`Mind: ${rule.fix.risk}`, width - 4)) yield `    ${style.faint(line)}`;
  for (const command of printed) {
    for (const line of command.split('\n')) yield `    ${(/^(?:#|\/\/)/.test(line) ? style.faint : style.link)(safeLine(line))}`;
  }
  const larger = findings - mendable;
  const notes = [
    ...(left > 0 ? [`and ${count(left, 'more cache')}: --wide or -o json has every command`] : []),
    ...(larger > 0 ? [`no command for ${count(larger, 'cache')}: it takes more than a setting`] : []),
    ...(unnamed > 0 ? [`no command for ${count(unnamed, 'cache')} whose id does not follow Azure's naming rules`] : []),
    ...(unwritten > 0 ? [`no lines for ${count(unwritten, 'cache')}: redvet cannot write this in their language`] : []),
  ];
  for (const note of notes) for (const line of wrap(note, width - 4)) yield style.faint(`    ${line}`);
}
