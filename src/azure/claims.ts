import { brief } from './failure.ts';

/** Who a token was given to, as far as it says so. Nobody has checked its signature: it is told, never relied on. */
export interface TokenClaims {
  readonly type: 'user' | 'app' | null;
  readonly name: string | null;
  readonly objectId: string | null;
  readonly tenantId: string | null;
  readonly appId: string | null;
  readonly appName: string | null;
}

/** Reads the middle part of a JWT; every part null for a token that is none. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
export const claimsIn = (token: string): TokenClaims => {
  const claims = payloadOf(token);
  const text = (...names: readonly string[]): string | null =>
    names.map((name) => claims.get(name)).flatMap((value) => (typeof value === 'string' && value !== '' ? [brief(value)] : []))[0] ?? null;
  const name = text('upn', 'unique_name', 'preferred_username', 'email');
  const appId = text('appid', 'azp');
  const kind = text('idtyp');
  return {
    type: kind === 'user' || kind === 'app' ? kind : guessed(name),
    name,
    objectId: text('oid'),
    tenantId: text('tid'),
    appId,
    appName: text('app_displayname') ?? KNOWN_APPS.get(appId ?? '') ?? null,
  };
};

/** An application has no name to sign in with; without one nobody can tell. */
const guessed = (name: string | null): 'user' | null => (name === null ? null : 'user');

const payloadOf = (token: string): ReadonlyMap<string, unknown> => {
  const [, payload = ''] = token.split('.');
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
};

/** Applications of Microsoft's that people sign in by, for tokens that do not name theirs. */
const KNOWN_APPS: ReadonlyMap<string, string> = new Map([
  ['04b07795-8ddb-461a-bbee-02f9e1bf7b46', 'Microsoft Azure CLI'],
  ['1950a258-227b-4e31-a9cf-717495945fc2', 'Microsoft Azure PowerShell'],
]);
