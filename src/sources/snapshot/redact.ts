import { redacted, withoutPasswords } from '../../model/redact.ts';
import { isPlainName } from '../decode/resource-id.ts';

/**
 * What of an answer may stand in a file: everything but secrets. A secret is told by the name of its property or by how it looks,
 * and its place is kept, so that what a rule judges (that a property is there, a tag, a policy) stays as it was.
 */
export const redactedItem = (value: unknown): unknown => redactedAt(value, '', 0);

const redactedAt = (value: unknown, name: string, depth: number): unknown => {
  if (value === null || typeof value === 'boolean') return value;
  if (isSecretName(name)) return REDACTED;
  if (typeof value === 'string') return redactedText(value, name);
  // JSON would make it null, which is absent: and absence may have a meaning.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return null;
  if (depth > MOST_DEPTH) return '(nested too deep)';
  if (Array.isArray(value)) return value.map((item) => redactedAt(item, '', depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redacted(key), redactedAt(inner, key, depth + 1)]));
};

const REDACTED = '(redacted)';

/** Deeper than anything that describes a cache, and less deep than what a reader of the file refuses. */
const MOST_DEPTH = 100;

/** Names without case and punctuation: `rdb-storage-connection-string`, `primaryKey`. */
const isSecretName = (name: string): boolean => {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return SECRET_NAME.test(plain) || SECRET_PART.test(plain);
};

/** Whole names: `disableAccessKeyAuthentication` and `keyEncryptionKeyUrl` are what rules judge. */
const SECRET_NAME =
  /^(?:(?:primary|secondary)(?:access|connection)?(?:key|string)|(?:access|account|storage|storageaccount|shared|sharedaccess|master|admin|client|api)?keys?\d?|sas|token)$/;

const SECRET_PART = /connectionstring|password|passphrase|secret|credential|(?:sas|access|refresh|bearer)(?:token|url|uri)|signature/;

const redactedText = (text: string, name: string): string => {
  // What answers are joined by follows rules that leave no room for a secret.
  if ((name === 'name' && isPlainName(text)) || ID.test(text)) return text;
  // Token by token: what follows one that looks like the name of a secret is a right that a rule judges.
  return name === 'permissions' ? withoutPasswords(text).replace(/\S+/g, redacted) : redacted(text);
};

const ID = /^\/(?:subscriptions|providers)\/[\p{L}\p{N}/_().-]+$/iu;
