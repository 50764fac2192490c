import { count } from '../model/count.ts';
import type { Framework } from '../model/framework.ts';
import type { RuleSpec } from '../model/rule-spec.ts';
import { largest, padEnd, wrap } from '../reporters/layout.ts';
import { FRAMEWORK_IDS, frameworkOf } from '../rules/frameworks.ts';
import { RULES } from '../rules/index.ts';
import { type Given, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { readRules } from './select-rules.ts';
import { type Looks, looksOf } from './style.ts';
import { COLOR_CHOICES, LIST_FORMATS } from './words.ts';

/** `redvet rules`: the catalogue, in report order, or the part of it that a framework asks for. */
export const runRules = async (given: Given, io: Io): Promise<number> => {
  const format = wordOf(given, 'output', LIST_FORMATS, 'table');
  const { rules, frameworks } = readRules(given);
  const looks = looksOf(io.stdout, wordOf(given, 'color', COLOR_CHOICES, 'auto'), io);
  const mapped = frameworks.map((id) => frameworkOf(id, RULES));
  await io.stdout.write(format === 'json' ? (await import('../reporters/json.ts')).rulesJson(rules) : rulesTable(rules, mapped, looks));
  return 0;
};

const rulesTable = (rules: readonly RuleSpec[], frameworks: readonly Framework[], looks: Looks): string => {
  const { style, width } = looks;
  const ids = largest(rules.map(({ id }) => id.length));
  const lines = rules.flatMap(({ id, severity, title, appliesTo }) => {
    const lead = `${style.severity[severity](padEnd(severity, 8))}  ${style.strong(padEnd(id, ids))}  `;
    const indent = 8 + 2 + ids + 2;
    const text = `${title} (${appliesTo.join(', ')})`;
    if (width - indent < 20) return [lead.trimEnd(), ...wrap(text, width - 10).map((line) => `          ${line}`)];
    const [first = '', ...rest] = wrap(text, width - indent);
    return [`${lead}${first}`, ...rest.map((line) => ' '.repeat(indent) + line)];
  });
  const sections = frameworks.map((framework) => controlLines(framework, looks).join('\n'));
  const more = [
    ...wrap(`${count(rules.length, 'rule')}. Why, evidence and fix of one: redvet explain RULE`, width),
    ...(frameworks.length > 0
      ? []
      : wrap(`Those of a framework: redvet rules --framework ID, with one of ${FRAMEWORK_IDS.join(', ')}`, width)),
  ];
  return `${[...sections, lines.join('\n'), more.join('\n')].join('\n\n')}\n`;
};

/** The controls of a framework by number, each with its rules. */
const controlLines = ({ id, title, controls }: Framework, { style, width }: Looks): readonly string[] => {
  const numbers = largest(controls.map((control) => control.id.length));
  const indent = 2 + numbers + 2;
  return [
    ...wrap(`${style.strong(title)} (${id})`, width),
    ...controls.flatMap((control) => {
      const own = control.origin === 'redvet' ? ' (our own reading)' : '';
      const [first = '', ...rest] = wrap(`${control.rules.join(', ')}${own}`, width - indent);
      return [`  ${padEnd(control.id, numbers)}  ${first}`, ...rest.map((line) => ' '.repeat(indent) + line)];
    }),
  ];
};
