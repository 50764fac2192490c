import type { DeclaredSecret } from '../../model/cache.ts';
import { isObject } from './json.ts';

/** Secrets that stand in clear in a declaration, by what they look like. The value itself goes nowhere. */

interface Look {
  readonly what: string;
  readonly value: RegExp;
  /** Of the property that holds it; any, where it is null. */
  readonly name: RegExp | null;
}

const LOOKS: readonly Look[] = [
  { what: 'a storage account key', value: /\bAccountKey\s*=\s*[a-z0-9+/]{16}/i, name: null },
  { what: 'a shared access signature', value: /\bSharedAccessSignature\s*=\s*\S{16}|[?&]sig=[a-z0-9%+/]{16}/i, name: null },
  { what: 'an access key', value: /\brediss?:\/\/[^\s/@]*:[^\s/@]{16,}@/i, name: null },
  { what: 'an access key', value: /\.redis\.[^\s,]*,(?:[^\n]*,)?\s*password\s*=\s*[^\s,'"]{16}/i, name: null },
  // What the service makes: 44 characters of base64.
  { what: 'an access key', value: /^[a-z0-9+/]{40,}={0,2}$/i, name: /key|password|secret/i },
];

/** What a text gives away; null for nothing. `name` is what it is called. */
export const secretIn = (text: string, name: string): string | null =>
  LOOKS.find((look) => (look.name === null || look.name.test(name)) && look.value.test(text))?.what ?? null;

/** The secrets in a value that was decoded; what is a mark stands in clear elsewhere, or nowhere. */
export const secretsIn = (value: unknown, path: string, subject: string | null): readonly DeclaredSecret[] => {
  if (typeof value === 'string') {
    const what = secretIn(value, path.slice(path.lastIndexOf('.') + 1));
    return what === null ? [] : [{ what, path, subject }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => secretsIn(item, `${path}[${index}]`, subject));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => secretsIn(inner, path === '' ? name : `${path}.${name}`, subject));
};
