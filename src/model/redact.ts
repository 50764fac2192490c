/**
 * What a secret looks like in text that came from outside: keys of storage connection strings, shared access signatures,
 * tokens, passwords in addresses. Properties that hold secrets are never read; this is for those that turn up elsewhere.
 */
const NAMES =
  'AccountKey|SharedAccessKey|SharedAccessSignature|(?:primary|secondary)_?(?:access_?)?key|access_?key|password|client_?secret|sig';

const SECRETS: readonly (readonly [RegExp, string])[] = [
  // `name=value`, `"name": "value"`, and the same inside a JSON text, where quotes are escaped.
  [new RegExp(`\\b(${NAMES})([\\\\"']*\\s*[=:]\\s*[\\\\"']*)[^\\s;&"'\\\\,}]+`, 'gi'), '$1$2(redacted)'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){0,4}/g, '(redacted)'],
  [/\b(Bearer\s+)[\w.~+/=-]{8,}/gi, '$1(redacted)'],
  [/\b(rediss?:\/\/)[^\s/@]*@/gi, '$1(redacted)@'],
  // A key of a cache (32 bytes) or of a storage account (64 bytes) in base64, and what looks like one.
  [/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={1,2}(?![A-Za-z0-9+/=])/g, '(redacted)'],
];

/** Without any of these a text has nothing that one of them matches, and most texts have none. */
const SUSPICIOUS = /[=:]|eyJ|bearer/i;

export const redacted = (text: string): string =>
  SUSPICIOUS.test(text) ? SECRETS.reduce((rest, [secret, shown]) => rest.replace(secret, shown), text) : text;

/** Redis ACL syntax can set a password, in clear or as its hash. */
export const withoutPasswords = (permissions: string): string => permissions.replace(/(^|\s)([<>#!])\S+/g, '$1$2(redacted)');
