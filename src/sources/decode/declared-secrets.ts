import type { DeclaredSecret } from '../../model/cache.ts';
import { isObject } from './json.ts';

/** Secrets that stand in clear in a declaration, by what they look like. The value itself goes nowhere. */

const LOOKS: readonly (readonly [look: RegExp, what: string])[] = [
  [/\bAccountKey\s*=\s*[a-z0-9+/]{16}/i, 'a storage account key'],
  [/\bSharedAccessSignature\s*=\s*[^\s'",]{16}|[?&]sig=[a-z0-9%+/]{16}/i, 'a shared access signature'],
  [/\brediss?:\/\/[^\s/@]*:[^\s/@]{16,}@/i, 'an access key'],
  [/\.redis\.[^\s,]*,(?:[^\n]*,)?\s*password\s*=\s*[^\s,'"]{16}/i, 'an access key'],
  // 32 random bytes in base64; keys of Redis carry a mark of their service.
  [/^[a-z0-9+/]{33}AzCa[a-z0-9+/=]{7,15}$|^[a-z0-9+/]{43}=$/i, 'an access key'],
  [/^[a-z0-9+/]{86}==$/i, 'a storage account key'],
];

/** What a text gives away; null for nothing. */
export const secretIn = (text: string): string | null => LOOKS.find(([look]) => look.test(text))?.[1] ?? null;

/** The secrets in a value that was decoded; what is a mark stands in clear elsewhere, or nowhere. */
export const secretsIn = (value: unknown, path: string, subject: string | null): readonly DeclaredSecret[] => {
  if (typeof value === 'string') {
    const what = secretIn(value);
    return what === null ? [] : [{ what, path, subject }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => secretsIn(item, `${path}[${index}]`, subject));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => secretsIn(inner, path === '' ? name : `${path}.${name}`, subject));
};
