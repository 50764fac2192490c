import { count } from '../../model/count.ts';
import type { RuleSpec } from '../../model/rule-spec.ts';
import { rankOf, reaches, SEVERITIES, type Severity } from '../../model/severity.ts';
import type { AssessedCache, Finding, Report } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { groupBy } from '../group-by.ts';
import { wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import type { Lines } from './lines.ts';

/** Fixes are printed for this many caches of each gating rule; `--wide` prints all. */
const FIXES_SHOWN = 1;

/** The commands that mend what gates, worst rule first. They are never broken into lines: they are there to be copied. */
export const fixFirst = (report: Report, assessed: readonly AssessedCache[], display: Display): Lines => {
  const lines = gatingRules(report, assessed)
    .map((group) => ({ ...group, findings: group.findings.filter(({ severity }) => reaches(severity, display.minSeverity ?? 'info')) }))
    .filter(({ findings }) => findings.length > 0)
    .flatMap((group) => fixLines(group, display));
  return lines.length === 0 ? [] : [display.style.strong('Fix first'), ...lines];
};

interface GatingRule {
  readonly rule: RuleSpec;
  readonly findings: readonly Finding[];
  /** Of the worst of them, which may be milder than the rule can be. */
  readonly severity: Severity;
}

/** The rules with gating findings, the severe before the mild, else in report order. */
export const gatingRules = ({ run }: Report, assessed: readonly AssessedCache[]): readonly GatingRule[] => {
  const gating = assessed.flatMap(({ findings }) => findings.filter(({ gating: gates }) => gates));
  const groups = groupBy(gating, ({ rule }) => rule.id);
  return run.rules
    .map((rule) => ({ rule, findings: groups.get(rule.id) ?? [] }))
    .filter(({ findings }) => findings.length > 0)
    .map((group) => ({ ...group, severity: worstOf(group.findings) }))
    .sort((a, b) => rankOf(b.severity) - rankOf(a.severity));
};

const worstOf = (findings: readonly Finding[]): Severity =>
  SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'info';

const fixLines = ({ rule, severity, findings }: GatingRule, { style, width, wide }: Display): Lines => {
  const mendable = findings.filter(({ cache }) => rule.fix.steps(cache).length > 0);
  const commands = mendable.flatMap(({ remediation }) => (remediation?.az ? [remediation.az] : []));
  const printed = wide ? commands : commands.slice(0, FIXES_SHOWN);
  const left = commands.length - printed.length;
  const unsafe = mendable.length - commands.length;
  const larger = findings.length - mendable.length;
  return [
    `  ${style.severity[severity](rule.id)}`,
    ...wrap(rule.fix.summary, width - 4).map((line) => `    ${line}`),
    ...wrap(`Mind: ${rule.fix.risk}`, width - 4).map((line) => `    ${style.faint(line)}`),
    ...printed
      .flatMap((command) => command.split('\n'))
      .map((line) => `    ${(line.startsWith('#') ? style.faint : style.link)(safeLine(line))}`),
    ...(left > 0 ? [style.faint(`    and ${count(left, 'more cache')}: --wide or -o json has every command`)] : []),
    ...(larger > 0 ? [style.faint(`    no command for ${count(larger, 'cache')}: it takes more than a setting`)] : []),
    ...(unsafe > 0 ? [style.faint(`    no command for ${count(unsafe, 'cache')} whose id does not follow Azure's naming rules`)] : []),
  ];
};
