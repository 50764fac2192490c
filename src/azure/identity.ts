/** Who a token is for, by its own claims. Nothing of the token itself is in it. */
export interface Identity {
  readonly type: 'user' | 'app' | 'managed_identity';
  /** The name of a user; of an application where the token says it. */
  readonly name: string | null;
  readonly tenantId: string | null;
  /** What a role is assigned to. */
  readonly objectId: string | null;
  /** The application that signed in, or through which a user did. */
  readonly appId: string | null;
  /** Its name, where it is one of Microsoft's own tools or the token says it. */
  readonly app: string | null;
  /** In UTC. */
  readonly expiresOn: string | null;
}

/** The tools that people sign in with, by their application. */
const TOOLS: Readonly<Record<string, string>> = {
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46': 'Microsoft Azure CLI',
  '1950a258-227b-4e31-a9cf-717495945fc2': 'Microsoft Azure PowerShell',
};

/**
 * Reads the claims of an access token of Entra ID; null for one that is none. They are told to people and decide nothing, so that the
 * signature is left to whom the token is for. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export const identityOf = (token: string): Identity | null => {
  const claims = claimsOf(token);
  if (claims === null) return null;
  const text = (...names: readonly string[]): string | null => {
    const value = names.map((name) => claims[name]).find((one) => typeof one === 'string' && one !== '');
    return typeof value === 'string' ? value : null;
  };
  const appId = text('appid', 'azp');
  const isUser = text('idtyp') === 'user' || (text('idtyp') === null && text('upn', 'unique_name', 'preferred_username') !== null);
  const other = text('xms_mirid') === null ? 'app' : 'managed_identity';
  const tool = appId !== null && Object.hasOwn(TOOLS, appId) ? TOOLS[appId] : undefined;
  const expires = claims['exp'];
  return {
    type: isUser ? 'user' : other,
    name: isUser ? text('upn', 'unique_name', 'preferred_username', 'name') : text('app_displayname'),
    tenantId: text('tid'),
    objectId: text('oid'),
    appId,
    app: tool ?? text('app_displayname'),
    expiresOn: typeof expires === 'number' && expires > 0 && expires < MOST_SECONDS ? new Date(expires * 1000).toISOString() : null,
  };
};

/** The year 9999: later than that is no date. */
const MOST_SECONDS = 253_402_300_800;

const claimsOf = (token: string): Readonly<Record<string, unknown>> | null => {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : null;
  } catch {
    return null;
  }
};
