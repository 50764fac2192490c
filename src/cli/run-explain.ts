import type { RuleSpec } from '../model/rule-spec.ts';
import { azTemplate } from '../remediation/az.ts';
import { safeJson } from '../reporters/escape.ts';
import { groupBy } from '../reporters/group-by.ts';
import { ruleJson } from '../reporters/json.ts';
import { wrap } from '../reporters/layout.ts';
import { RULES } from '../rules/index.ts';
import { type Given, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { rulesCalled } from './select-rules.ts';
import { COLOR_CHOICES, type Looks, looksOf } from './style.ts';

/** `redvet explain RULE|ALIAS`: why, by what evidence, with which right, how to mend it. */
export const runExplain = async (name: string, given: Given, io: Io): Promise<number> => {
  const rules = rulesCalled(name, RULES, 'explain');
  const format = wordOf(given, 'output', ['text', 'json'], 'text');
  const looks = looksOf(io.stdout, wordOf(given, 'color', COLOR_CHOICES, 'auto'), io);
  const text = rules.map((rule) => explanation(rule, looks)).join('\n');
  await io.stdout.write(format === 'json' ? `${safeJson({ rules: rules.map(explanationJson) })}\n` : text);
  return 0;
};

const explanationJson = (rule: RuleSpec) => ({
  ...ruleJson(rule),
  why: rule.why,
  evidence: rule.evidence,
  permissions: PERMISSIONS,
  fix: rule.fix,
  references: rule.references,
});

const PERMISSIONS: readonly string[] = ['Microsoft.Resources/subscriptions/read', 'Microsoft.Cache/redis/read'];

const READABLE_WIDTH = 100;

const explanation = (rule: RuleSpec, { style, width: columns }: Looks): string => {
  const width = Math.min(columns, READABLE_WIDTH);
  const section = (title: string, ...lines: readonly string[]): readonly string[] => [
    '',
    style.strong(title),
    ...lines.map((line) => `  ${line}`),
  ];
  const prose = (text: string): readonly string[] => wrap(text, width - 2);
  const { fix } = rule;
  return `${[
    `${style.strong(rule.id)}  ${style.severity[rule.severity](rule.severity)}  ${style.faint(rule.appliesTo.join(', '))}`,
    rule.title,
    ...section('Why', ...prose(rule.why)),
    ...section('Evidence', ...prose(rule.evidence)),
    ...section('Permission', ...prose(`${PERMISSIONS.join(', ')} (the role Reader has both)`)),
    ...section('Fix', ...prose(fix.summary), ...prose(`Mind: ${fix.risk}`)),
    // Commands are never broken: they are there to be copied.
    ...section('Fix with az', ...azLines(fix)),
    ...section('Fix in ARM or Bicep, under properties', fix.arm),
    ...section('Fix in Terraform, azurerm_redis_cache', ...prose(fix.terraform)),
    ...section('Check', `az redis show --ids "$ID" --query ${fix.verify} -o tsv`),
    ...(rule.aliases.length > 0 ? section('Known elsewhere as', ...prose(rule.aliases.join(', '))) : []),
    ...(rule.controls.length > 0 ? section('Controls', ...controlLines(rule, width)) : []),
    ...section('See', ...rule.references),
  ].join('\n')}\n`;
};

const azLines = (fix: RuleSpec['fix']): readonly string[] => [
  'ID=/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Cache/redis/NAME',
  azTemplate(fix),
  '# Not az redis update --set: az up to about 2.52 also re-opens public access with it.',
];

/** One line a framework; our own reading is told from what Microsoft or the benchmark maps. */
const controlLines = (rule: RuleSpec, width: number): readonly string[] =>
  [...groupBy(rule.controls, ({ framework, origin }) => `${framework} (${origin})`)].flatMap(([name, controls]) =>
    wrap(`${name}: ${controls.map(({ id }) => id).join(', ')}`, width - 2),
  );
