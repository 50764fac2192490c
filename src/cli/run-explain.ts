import { CACHE_KINDS, type CacheKind } from '../model/cache.ts';
import { actionsOf } from '../model/need.ts';
import type { OptionValue, RuleSpec } from '../model/rule-spec.ts';
import { type ExplainedFix, explainedFix } from '../remediation/explained.ts';
import { groupBy } from '../reporters/group-by.ts';
import { wrap } from '../reporters/layout.ts';
import { RULES } from '../rules/index.ts';
import { type Given, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { rulesCalled } from './select-rules.ts';
import { type Looks, looksOf } from './style.ts';
import { COLOR_CHOICES, EXPLAIN_FORMATS } from './words.ts';

/** `redvet explain RULE|ALIAS`: why, by what evidence, with which right, how to mend it. */
export const runExplain = async (name: string, given: Given, io: Io): Promise<number> => {
  const rules = rulesCalled(name, RULES, 'explain');
  const format = wordOf(given, 'output', EXPLAIN_FORMATS, 'text');
  const looks = looksOf(io.stdout, wordOf(given, 'color', COLOR_CHOICES, 'auto'), io);
  const writers = {
    text: async () => rules.map((rule) => asText(rule, looks)).join('\n'),
    markdown: async () => rules.map(asMarkdown).join('\n'),
    json: async () => (await import('./explain-json.ts')).explanationJson(rules),
  };
  await io.stdout.write(await writers[format]());
  return 0;
};

/** A heading with prose that may be broken into lines, and with commands that may not: they are there to be copied. */
interface Section {
  readonly title: string;
  readonly prose?: readonly string[];
  readonly code?: readonly string[];
  readonly language?: 'bash' | 'bicep' | 'hcl';
}

const sectionsOf = (rule: RuleSpec): readonly Section[] => {
  const { fix } = rule;
  const fixes = CACHE_KINDS.filter((kind) => rule.appliesTo.includes(kind)).map((kind) => ({ kind, fix: explainedFix(rule, kind) }));
  return [
    { title: 'Why', prose: [rule.why] },
    { title: 'Evidence', prose: [rule.evidence] },
    { title: 'Options', prose: rule.options.map(optionText) },
    { title: 'Permission (the role Reader has all of it)', prose: actionsOf([rule]) },
    {
      title: 'Fix',
      prose: [fix.summary, `Mind: ${fix.risk}`, `Back: ${fix.rollback}`, ...(fix.portal === null ? [] : [`Portal: ${fix.portal}`])],
    },
    ...perKind(fixes, 'Fix with az', 'bash', (explained, kind) => azLines(explained, kind)),
    ...perKind(fixes, 'Fix in Bicep or ARM', 'bicep', ({ bicep }) => bicep),
    ...perKind(fixes, 'Fix in Terraform', 'hcl', ({ terraform }) => terraform),
    ...perKind(fixes, 'Check', 'bash', checkLines),
    ...perKind(fixes, 'Rotate the keys afterwards', 'bash', rotationLines),
    ...perKind(fixes, 'Keep it so with Azure Policy', 'bash', ({ policy }) => (policy === null ? [] : [policy])),
    ...(fix.policy === null ? [] : [{ title: 'About that policy', prose: [`${fix.policy.displayName}. ${fix.policy.risk}`] }]),
    ...byKind(fixes, 'Clients', clientLines).map(({ title, lines }) => ({ title, prose: lines })),
    { title: 'Known elsewhere as', prose: rule.aliases.length === 0 ? [] : [rule.aliases.join(', ')] },
    { title: 'Controls', prose: controlTexts(rule) },
    { title: 'See', prose: rule.references },
  ].filter(({ prose = [], code = [] }: Section) => prose.length + code.length > 0);
};

const optionText = ({ name, help, expected, default: fallback }: RuleSpec['options'][number]): string =>
  `${name}: ${help}. It takes ${expected}; default: ${valueText(fallback)}.`;

const valueText = (value: OptionValue): string => (typeof value === 'object' ? value.join(',') || 'none' : String(value));

const azLines = ({ variables, az }: ExplainedFix, kind: CacheKind): readonly string[] => {
  if (az.length === 0) return [];
  const isPatch = kind === 'redis' && az.some((line) => /^(?:# )?az rest --method patch/.test(line));
  return [...variables, ...az, ...(isPatch ? NOT_REDIS_UPDATE : [])];
};

/** Where no command mends it, nothing has set the variables yet. */
const checkLines = ({ variables, az, verify }: ExplainedFix): readonly string[] => {
  if (verify === null) return [];
  return az.length === 0 ? [...variables, verify] : [verify];
};

/** Where nothing stands above them, nothing has set the variables yet. */
const rotationLines = ({ variables, az, verify, rotateKeys }: ExplainedFix): readonly string[] =>
  rotateKeys.length > 0 && az.length === 0 && verify === null ? [...variables, ...rotateKeys] : rotateKeys;

const NOT_REDIS_UPDATE = [
  '# Not az redis update --set: az up to about 2.52 also re-opens public access with it,',
  '# and drops the properties that it does not know.',
];

const KIND_NAMES: Readonly<Record<CacheKind, string>> = {
  redis: 'Azure Cache for Redis',
  managed: 'Azure Managed Redis',
  enterprise: 'Redis Enterprise',
};

interface FixForKind {
  readonly kind: CacheKind;
  readonly fix: ExplainedFix;
}

/** One section of commands for all kinds that have the same ones. */
const perKind = (
  fixes: readonly FixForKind[],
  title: string,
  language: NonNullable<Section['language']>,
  linesOf: (explained: ExplainedFix, kind: CacheKind) => readonly string[],
): readonly Section[] => byKind(fixes, title, linesOf).map(({ title: of, lines }) => ({ title: of, code: lines, language }));

/** The same text once; the kinds that it is for are named only where there are several texts. */
const byKind = (
  fixes: readonly FixForKind[],
  title: string,
  linesOf: (explained: ExplainedFix, kind: CacheKind) => readonly string[],
): readonly { readonly title: string; readonly lines: readonly string[] }[] => {
  const kinds = fixes.map(({ kind, fix }) => ({ kind, lines: linesOf(fix, kind) }));
  const groups = [...groupBy(kinds, ({ lines }) => lines.join('\n')).values()].filter(
    ([first]) => first !== undefined && first.lines.length > 0,
  );
  return groups.map((group) => {
    const names = group.map(({ kind }) => KIND_NAMES[kind]).join(', ');
    return { title: group.length === kinds.length ? title : `${title} (${names})`, lines: group[0]?.lines ?? [] };
  });
};

const clientLines = ({ clients }: ExplainedFix): readonly string[] => clients.map(({ client, change }) => `${client}: ${change}`);

/** One line a framework; our own reading is told from what Microsoft or the benchmark maps. */
const controlTexts = ({ controls }: RuleSpec): readonly string[] =>
  [...groupBy(controls, ({ framework, origin }) => `${framework} (${origin})`)].map(
    ([name, group]) => `${name}: ${group.map(({ id }) => id).join(', ')}`,
  );

const READABLE_WIDTH = 100;

const asText = (rule: RuleSpec, { style, width: columns }: Looks): string => {
  const width = Math.min(columns, READABLE_WIDTH);
  const lines = sectionsOf(rule).flatMap(({ title, prose = [], code = [] }) => [
    '',
    style.strong(title),
    ...prose.flatMap((text) => wrap(text, width - 2)).map((line) => `  ${line}`),
    ...code.map((line) => `  ${line}`),
  ]);
  return `${[
    `${style.strong(rule.id)}  ${style.severity[rule.severity](rule.severity)}  ${style.faint(rule.appliesTo.join(', '))}`,
    ...wrap(rule.title, width),
    ...lines,
  ].join('\n')}\n`;
};

const asMarkdown = (rule: RuleSpec): string => {
  const sections = sectionsOf(rule).flatMap(({ title, prose = [], code = [], language }) => [
    `## ${title}`,
    '',
    // A line break of Markdown between paragraphs of one section would cost it its shape as a list.
    ...(prose.length === 1 ? [escaped(prose[0] ?? ''), ''] : prose.length > 1 ? [...prose.map((text) => `- ${escaped(text)}`), ''] : []),
    ...(code.length > 0 ? [`\`\`\`${language}`, ...code, '```', ''] : []),
  ]);
  return `${[`# ${rule.id}`, '', `${escaped(rule.title)}.`, '', `Severity ${rule.severity}; for ${rule.appliesTo.join(', ')}.`, '', ...sections].join('\n').trimEnd()}\n`;
};

/** Text that Markdown would take for markup. */
const escaped = (text: string): string => text.replace(/[\\`*_<>[\]|#]/g, '\\$&');
