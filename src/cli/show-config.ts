import { safeLine } from '../reporters/escape.ts';
import { largest, padEnd } from '../reporters/layout.ts';
import type { RuleConfig } from './config.ts';
import type { Given } from './given.ts';
import type { Io } from './io.ts';
import { nameOf, type OptionSpec } from './options.ts';

/** `--show-config`: every setting of a command, what it is and where that was said, instead of what the command does. */
export const showConfig = async (specs: readonly OptionSpec[], given: Given, io: Io): Promise<number> => {
  const rows = [
    ...specs.filter((spec) => !ITSELF.has(nameOf(spec))).map((spec) => rowOf(spec, given)),
    ...(given.config?.rules ?? []).flatMap(ruleRows),
  ];
  const names = largest(rows.map(({ name }) => name.length));
  const values = Math.min(MOST_COLUMNS, largest(rows.map(({ value }) => value.length)));
  const lines = [
    given.config === null ? 'No configuration file is read.' : `Configuration: ${safeLine(given.config.path)}`,
    '',
    ...rows.map(({ name, value, from }) => `${padEnd(name, names)}  ${padEnd(value, values)}  ${from}`.trimEnd()),
  ];
  await io.stdout.write(`${lines.join('\n')}\n`);
  return 0;
};

const ITSELF: ReadonlySet<string> = new Set(['config', 'no-config', 'show-config']);

const MOST_COLUMNS = 40;

interface Row {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

const rowOf = (spec: OptionSpec, given: Given): Row => {
  const name = nameOf(spec);
  if (!given.isSet(name)) return { name, value: /default: ([^)]+)\)/.exec(spec.help)?.[1] ?? FALLBACKS[spec.type], from: 'built in' };
  const origin = given.origin(name).replace(/ [\w.]+$/, '');
  return { name, value: safeLine(told(spec, name, given)), from: safeLine(origin) };
};

const FALLBACKS: Readonly<Record<OptionSpec['type'], string>> = { text: '-', list: '-', switch: 'false', count: '0' };

const told = ({ type }: OptionSpec, name: string, given: Given): string => {
  if (type === 'switch') return String(given.isOn(name));
  return type === 'count' ? String(given.count(name)) : given.texts(name).join(', ');
};

/** What a file says of a rule has no option. */
const ruleRows = ({ name, origin, offBecause, severity, isWaivable, options }: RuleConfig): readonly Row[] => {
  const from = safeLine(origin.replace(/ .*$/s, ''));
  const row = (what: string, value: string, at = from): Row => ({
    name: safeLine(`rules.${name}.${what}`),
    value: safeLine(value),
    from: at,
  });
  return [
    ...(offBecause === null ? [] : [row('enabled', `false: ${offBecause}`)]),
    ...(severity === null ? [] : [row('severity', severity)]),
    ...(isWaivable ? [] : [row('waivable', 'false')]),
    ...options.map((option) =>
      row(`options.${option.name}`, JSON.stringify(option.value) ?? '', safeLine(option.origin.replace(/ .*$/s, ''))),
    ),
  ];
};
