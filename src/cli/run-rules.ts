import { rulesJson } from '../reporters/json.ts';
import { padEnd, wrap } from '../reporters/layout.ts';
import { RULES } from '../rules/index.ts';
import { type Given, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { COLOR_CHOICES, looksOf } from './style.ts';

/** `redvet rules`: the catalogue, in report order. */
export const runRules = async (given: Given, io: Io): Promise<number> => {
  const format = wordOf(given, 'output', ['table', 'json'], 'table');
  const looks = looksOf(io.stdout, wordOf(given, 'color', COLOR_CHOICES, 'auto'), io);
  await io.stdout.write(format === 'json' ? rulesJson(RULES) : rulesTable(looks));
  return 0;
};

const rulesTable = ({ style, width }: ReturnType<typeof looksOf>): string => {
  const ids = Math.max(...RULES.map(({ id }) => id.length));
  const lines = RULES.flatMap(({ id, severity, title, appliesTo }) => {
    const lead = `${style.severity[severity](padEnd(severity, 8))}  ${style.strong(padEnd(id, ids))}  `;
    const indent = 8 + 2 + ids + 2;
    const [first = '', ...rest] = wrap(`${title} (${appliesTo.join(', ')})`, Math.max(20, width - indent));
    return [`${lead}${first}`, ...rest.map((line) => ' '.repeat(indent) + line)];
  });
  return `${lines.join('\n')}\n\n${RULES.length} rules. Why, evidence and fix of one: redvet explain RULE\n`;
};
