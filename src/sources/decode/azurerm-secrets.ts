import type { DeclaredSecret } from '../../model/cache.ts';
import type { Fact } from '../../model/fact.ts';
import type { TerraformResource } from './azurerm.ts';
import { isDeferred, isObject, isSensitive } from './json.ts';

/** Keys and connection strings that a declaration holds in clear. The values themselves go nowhere. */

/**
 * What a text gives away, as a noun phrase; null when it looks like no secret. A key of Azure is 32 random bytes in base64; those
 * of Redis and of storage accounts carry a mark of their service in it.
 */
export const secretIn = (text: string): string | null => SECRETS.find(([pattern]) => pattern.test(text))?.[1] ?? null;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AccountKey|SharedAccessSignature)\s*=\s*[^\s;]{8,}/i, 'a storage account key'],
  [/\brediss?:\/\/[^\s/@]*:[^\s/@]+@/i, 'a Redis connection string'],
  [/\bpassword\s*=\s*[^\s,;]{8,}/i, 'a Redis connection string'],
  [/^[A-Za-z0-9+/]{33}AzCa[A-Za-z0-9+/=]{7,15}$|^[A-Za-z0-9+/]{43}=$/, 'an access key'],
];

/** Attributes that the service fills in: they stand in a state, and nobody wrote them. */
export const isComputedSecret = (name: string): boolean => /^(?:primary|secondary)_(?:access_key|connection_string)$/.test(name);

/**
 * Those that stand in the attributes of a cache itself. An attribute that refers to something takes its value from there: it is a
 * secret in clear only where it stands.
 */
export const ownSecretsOf = ({ values, references }: TerraformResource): Fact<readonly DeclaredSecret[]> => ({
  known: true,
  value: secretsBelow(values, '', (path) => references.has(path) || references.has(path.replace(/\..*$/, ''))),
  path: 'secrets',
  from: 'observed',
  written: null,
});

/** Those in any text of a value, by path; `refers` says which paths take their value from elsewhere. */
export const secretsBelow = (value: unknown, path: string, refers: (path: string) => boolean): readonly DeclaredSecret[] => {
  if (isDeferred(value) || (path !== '' && refers(path))) return [];
  if (isSensitive(value)) return secretsBelow(value.value, path, refers);
  if (typeof value === 'string') {
    const what = secretIn(value);
    return what === null ? [] : [{ what, path, subject: null }];
  }
  if (Array.isArray(value)) return value.flatMap((item) => secretsBelow(item, path, refers));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([name]) => !isComputedSecret(name))
    .flatMap(([name, item]) => secretsBelow(item, path === '' ? name : `${path}.${name}`, refers));
};
