import type { TerraformFix } from '../model/fix.ts';

/** A line of HCL, or a block of them with the line that opens it and the one that closes it. */
type Item = { readonly line: string } | Block;

interface Block {
  readonly opens: string;
  readonly items: readonly Item[];
  readonly closes: string;
}

/** A fix in Terraform: the lines for the newest provider, and as comments those for older ones. */
export const terraformLines = (fix: TerraformFix): readonly string[] => [`# in ${fix.resource}`, ...fix.lines, ...olderLines(fix)];

export const olderLines = ({ older }: TerraformFix): readonly string[] =>
  older === null ? [] : [`# ${older.provider}:`, ...older.lines.map((line) => `#   ${line}`)];

/**
 * The lines of several fixes for one resource. Blocks of the same name become one, because a second one is an error or another
 * thing; where two fixes set the same attribute, the later one has the last word.
 */
export const mergedLines = (fixes: readonly (readonly string[])[], indent: string): readonly string[] =>
  written(
    fixes.map((lines) => itemsOf(lines)).reduce((all, items) => items.reduce(withItem, all), []),
    indent,
  );

const itemsOf = (lines: readonly string[]): readonly Item[] => {
  const [items] = readItems(lines.map((line) => line.trim()).filter((line) => line !== ''));
  return items;
};

/** Up to the line that closes the block they stand in, which comes back as well with what follows it. */
const readItems = (lines: readonly string[]): readonly [items: readonly Item[], closes: string, rest: readonly string[]] => {
  const items: Item[] = [];
  let rest = lines;
  for (let [line, ...more] = rest; line !== undefined; [line, ...more] = rest) {
    if (/^[}\])]/.test(line)) return [items, line, more];
    if (!line.startsWith('#') && /[{[(]$/.test(line)) {
      const [inner, closes, after] = readItems(more);
      items.push({ opens: line, items: inner, closes });
      rest = after;
    } else {
      items.push({ line });
      rest = more;
    }
  }
  return [items, '', []];
};

const withItem = (items: readonly Item[], item: Item): readonly Item[] => {
  const at = items.findIndex((other) => keyOf(other) === keyOf(item));
  const before = items[at];
  if (before === undefined) return [...items, item];
  const both = 'opens' in item && 'opens' in before ? { ...item, items: item.items.reduce(withItem, before.items) } : item;
  return items.with(at, both);
};

/** What may stand there once: an attribute by its name, a block by its opening, a comment by its text. */
const keyOf = (item: Item): string => {
  if ('opens' in item) return item.opens;
  return /^(?<name>[\w-]+)\s*=/.exec(item.line)?.groups?.['name'] ?? item.line;
};

/** As `terraform fmt` writes it: the equals signs of attributes that follow each other stand below each other. */
const written = (items: readonly Item[], indent: string): readonly string[] =>
  items.flatMap((item, index) => {
    if ('opens' in item) return [indent + item.opens, ...written(item.items, `${indent}  `), indent + item.closes];
    const [, name, value] = ATTRIBUTE.exec(item.line) ?? [];
    if (name === undefined) return [indent + item.line];
    return [`${indent}${name.padEnd(widest(neighbours(items, index)))} = ${value}`];
  });

const ATTRIBUTE = /^([\w-]+)\s*=\s*(.*)$/;

const isAttribute = (item: Item | undefined): item is { readonly line: string } =>
  item !== undefined && 'line' in item && ATTRIBUTE.test(item.line);

/** The run of attributes that one stands in. */
const neighbours = (items: readonly Item[], index: number): readonly Item[] => {
  let first = index;
  let after = index + 1;
  while (isAttribute(items[first - 1])) first -= 1;
  while (isAttribute(items[after])) after += 1;
  return items.slice(first, after);
};

const widest = (items: readonly Item[]): number => Math.max(...items.map((item) => keyOf(item).length));
