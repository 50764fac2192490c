import type { DeclaredSecret } from '../../model/cache.ts';
import type { Fact } from '../../model/fact.ts';
import type { TerraformResource } from './azurerm.ts';
import { secretIn } from './declared-secrets.ts';
import { isDeferred, isObject, isSensitive } from './json.ts';

/** Keys and connection strings that a declaration holds in clear. The values themselves go nowhere. */

/** Attributes that the service fills in: they stand in a state, and nobody wrote them. */
const isComputedSecret = (name: string): boolean => /^(?:primary|secondary)_(?:access_key|connection_string)$/.test(name);

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
