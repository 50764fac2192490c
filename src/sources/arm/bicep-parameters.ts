import type { Values } from './parameters.ts';

/** What a `.bicepparam` says, as far as its text tells without the compiler. */
export interface BicepParameters {
  /** The template that it is made for, as it is written; null for any: `using none`, and what cannot be told. */
  readonly using: string | null;
  /** The file whose values it has where it gives none of its own, as it is written: empty where that cannot be told, null for none. */
  readonly base: string | null;
  readonly values: Values;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-using and bicep-extend */
export const bicepParametersIn = (text: string): BicepParameters => {
  const code = codeOf(text);
  const values = new Map<string, unknown>();
  for (const [, name = '', value = ''] of code.matchAll(/^[ \t]*param[ \t]+(\w+)[ \t]*=(.*)$/gm)) {
    const key = name.toLowerCase();
    values.set(key, values.has(key) ? undefined : plain(value.trim()));
  }
  return { using: fileAfter('using', code) || null, base: fileAfter('extends', code), values };
};

/** What a statement names: empty for what is no plain text, null where there is no such statement. */
const fileAfter = (word: 'using' | 'extends', code: string): string | null => {
  const rest = new RegExp(`^[ \\t]*${word}\\b(.*)$`, 'm').exec(code)?.[1];
  return rest === undefined ? null : (/^[ \t]*'([^'\\$]*)'/.exec(rest)?.[1] ?? '');
};

/** Undefined for what is computed. */
const plain = (value: string): string | number | boolean | undefined => {
  if (value === 'true' || value === 'false') return value === 'true';
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  return /^'([^'\\$]*)'$/.exec(value)?.[1];
};

/** The text without its comments, and without what is in strings of several lines: neither holds a statement. */
const codeOf = (text: string): string => {
  const parts: string[] = [];
  // Braces that are open in each `${...}` around this place, the innermost last.
  const braces: number[] = [];
  let isInString = false;
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at, isInString ? IN_STRING : IN_CODE);
    at += token.length;
    const open = braces.at(-1);
    if (isInString) {
      if (token === '${') braces.push(0);
      isInString = token !== "'" && token !== '${' && token !== '\n';
    } else if (token === '}' && open === 0) {
      braces.pop();
      isInString = true;
    } else {
      if (open !== undefined && token === '{') braces[braces.length - 1] = open + 1;
      if (open !== undefined && token === '}') braces[braces.length - 1] = open - 1;
      isInString = token === "'";
    }
    parts.push(standsFor(token));
  }
  return parts.join('');
};

/** A comment, a string of several lines, or one character. */
const IN_CODE = /\/\/[^\r\n]*|\/\*.*?(?:\*\/|$)|'''.*?(?:'''+|$)|./sy;
const IN_STRING = /\\.|\$\{|./sy;

const tokenAt = (text: string, at: number, pattern: RegExp): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? text.charAt(at);
};

const standsFor = (token: string): string => {
  if (token.startsWith('//')) return '';
  if (token.startsWith('/*')) return ' ';
  return token.startsWith("'''") ? "''''''" : token;
};
