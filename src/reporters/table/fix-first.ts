import type { RuleSpec } from '../../model/rule-spec.ts';
import { rankOf, reaches } from '../../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { groupBy } from '../group-by.ts';
import { count, wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import type { Lines } from './lines.ts';

/** Fixes are printed for this many caches of each gating rule; `--wide` prints all. */
const FIXES_SHOWN = 1;

/** The commands that mend what gates, worst rule first. They are never broken into lines: they are there to be copied. */
export const fixFirst = (report: Report, assessed: readonly AssessedCache[], display: Display): Lines => {
  const lines = gatingRules(report, assessed)
    .map(({ rule, findings }) => ({ rule, findings: findings.filter(({ severity }) => reaches(severity, display.minSeverity)) }))
    .filter(({ findings }) => findings.length > 0)
    .flatMap(({ rule, findings }) => fixLines(rule, findings, display));
  return lines.length === 0 ? [] : [display.style.strong('Fix first'), ...lines];
};

interface GatingRule {
  readonly rule: RuleSpec;
  readonly findings: readonly Finding[];
}

/** The rules with gating findings, the severe before the mild, else in report order. */
export const gatingRules = ({ run }: Report, assessed: readonly AssessedCache[]): readonly GatingRule[] => {
  const gating = assessed.flatMap(({ findings }) => findings.filter(({ gating: gates }) => gates));
  const groups = groupBy(gating, ({ rule }) => rule.id);
  return [...run.rules]
    .sort((a, b) => rankOf(b.severity) - rankOf(a.severity))
    .map((rule) => ({ rule, findings: groups.get(rule.id) ?? [] }))
    .filter(({ findings }) => findings.length > 0);
};

const fixLines = (rule: RuleSpec, findings: readonly Finding[], { style, width, wide }: Display): Lines => {
  const commands = findings.flatMap(({ remediation }) => (remediation?.az ? [remediation.az] : []));
  const printed = wide ? commands : commands.slice(0, FIXES_SHOWN);
  const left = commands.length - printed.length;
  const unsafe = findings.length - commands.length;
  return [
    `  ${style.severity[rule.severity](rule.id)}`,
    ...wrap(rule.fix.summary, width - 4).map((line) => `    ${line}`),
    ...wrap(`Mind: ${rule.fix.risk}`, width - 4).map((line) => `    ${style.faint(line)}`),
    ...printed.map((command) => `    ${style.link(safeLine(command))}`),
    ...(left > 0 ? [style.faint(`    and ${count(left, 'more cache')}: --wide or -o json has every command`)] : []),
    ...(unsafe > 0 ? [style.faint(`    no command for ${count(unsafe, 'cache')} whose id does not follow Azure's naming rules`)] : []),
  ];
};
