import type { Expression } from './syntax.ts';

/** What stands between quotes, and in here-documents. */

export type TemplatePart = { readonly literal: string } | { readonly expression: Expression };

/** What a quoted text means, composed as Terraform composes every text; `why` is a clause. */
export const decodeQuoted = (raw: string): { readonly text: string } | { readonly why: string } => {
  if (/[\r\n]/.test(raw)) return { why: 'a quoted text ends with its line' };
  let why: string | null = null;
  const text = raw.replace(ESCAPE, (whole, written: string | undefined) => {
    if (written === undefined) return whole.slice(1);
    const meaning = meaningOf(written);
    if (meaning === null) why ??= `"\\${written.slice(0, 1)}" is no escape sequence`;
    return meaning ?? '';
  });
  return why === null ? { text: text.normalize('NFC') } : { why };
};

/** `$${` and `%%{` are `${` and `%{` in any template. */
const ESCAPE = /\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S]|$)|\$\$(?=\{)|%%(?=\{)/g;

const meaningOf = (written: string): string | null => {
  const point = /^[uU]([0-9a-fA-F]+)$/.exec(written)?.[1];
  if (point !== undefined) {
    const code = Number.parseInt(point, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : null;
  }
  return SIMPLE[written] ?? null;
};

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** In here-documents and in JSON a backslash is one. */
export const decodeTemplate = (raw: string): string => raw.replace(/\$\$(?=\{)|%%(?=\{)/g, (doubled) => doubled.slice(1)).normalize('NFC');

/**
 * The parts of an indented here-document (`<<-`) without the white space that begins every one of its lines. Blank lines do not count,
 * and one that begins with an interpolation has none (hashicorp/hcl, hclsyntax/parser_template.go, flushHeredocTemplateParts).
 */
export const flushed = (parts: readonly TemplatePart[]): readonly TemplatePart[] => {
  const lines = parts.flatMap((part): readonly TemplatePart[] =>
    'literal' in part ? part.literal.split(/(?<=\n)/).map((literal) => ({ literal })) : [part],
  );
  let begins = true;
  const beginning = lines.map((line) => {
    const isFirst = begins;
    begins = 'literal' in line && line.literal.endsWith('\n');
    return isFirst;
  });
  const indents = lines.flatMap((line, index) => {
    if (!beginning[index]) return [];
    if (!('literal' in line)) return [0];
    return /^\s*\n$/.test(line.literal) ? [] : [indentOf(line.literal)];
  });
  const least = indents.reduce((one, other) => Math.min(one, other), Number.MAX_SAFE_INTEGER);
  return lines.map((line, index) =>
    beginning[index] && 'literal' in line && !/^\s*\n$/.test(line.literal) ? { literal: line.literal.slice(least) } : line,
  );
};

const indentOf = (line: string): number => line.length - line.trimStart().length;
