import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { CloudName } from './cloud-names.ts';

/** Where to sign in and whom to ask. Endpoints are origins without a trailing slash. */
export interface Cloud {
  readonly name: string;
  /** Azure Resource Manager. */
  readonly endpoint: string;
  readonly authority: string;
  /** The resource that tokens are for: the scope is `<audience>/.default`. */
  readonly audience: string;
  /** Every host that a sign-in may be sent to; MSAL prefers another name of the same service in some clouds. */
  readonly signInHosts: readonly string[];
  /** An authority that Microsoft's discovery service does not know: MSAL must not ask about it. */
  readonly privateAuthority: boolean;
}

const cloud = (name: string, endpoint: string, authority: string, ...aliases: readonly string[]): Cloud => ({
  name,
  endpoint,
  authority,
  audience: endpoint,
  signInHosts: [authority, ...aliases],
  privateAuthority: false,
});

export const CLOUDS: Readonly<Record<CloudName, Cloud>> = {
  public: cloud('public', 'https://management.azure.com', 'https://login.microsoftonline.com'),
  usgov: cloud('usgov', 'https://management.usgovcloudapi.net', 'https://login.microsoftonline.us'),
  china: cloud(
    'china',
    'https://management.chinacloudapi.cn',
    'https://login.chinacloudapi.cn',
    'https://login.partner.microsoftonline.cn',
  ),
};

export interface CloudRequest {
  readonly cloud: CloudName;
  readonly armEndpoint?: string | undefined;
  readonly authority?: string | undefined;
  readonly audience?: string | undefined;
  /** Where each was given, for messages: a flag or a variable. */
  readonly origins?: Readonly<Record<'armEndpoint' | 'authority' | 'audience', string>>;
}

const FLAGS = { armEndpoint: '--arm-endpoint', authority: '--authority', audience: '--audience' } as const;

/** The chosen cloud with the endpoints that were given by hand. Throws `Trouble` (usage) for an address that cannot serve. */
export const cloudFor = ({ cloud: name, armEndpoint, authority, audience, origins = FLAGS }: CloudRequest): Cloud => {
  const base = CLOUDS[name];
  const endpoint = armEndpoint === undefined ? base.endpoint : originOf(origins.armEndpoint, armEndpoint, '');
  const host = authority === undefined ? base.authority : originOf(origins.authority, authority, ' (the tenant goes to --tenant)');
  return {
    name: armEndpoint === undefined ? name : 'custom',
    endpoint,
    authority: host,
    audience: audience === undefined ? endpoint : audienceOf(origins.audience, audience),
    ...signInAt(host),
  };
};

/** A host of Microsoft's is known with its other names; any other stands alone. */
const signInAt = (host: string): Pick<Cloud, 'signInHosts' | 'privateAuthority'> => {
  const known = Object.values(CLOUDS).find(({ signInHosts }) => signInHosts.includes(host));
  return { signInHosts: known?.signInHosts ?? [host], privateAuthority: known === undefined };
};

const originOf = (origin: string, text: string, more: string): string => {
  const url = urlOf(text);
  if (url === null) throw refused(origin, text, 'is not an address', 'an https address such as https://management.example.com');
  if (url.protocol !== 'https:') throw refused(origin, text, 'is not https', 'https: a token must never travel in clear text');
  if (hasUser(url)) throw refused(origin, text, 'holds a user or password', 'the address alone');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw refused(origin, text, 'has more than a host and port', `the origin alone: ${url.origin}${more}`);
  }
  return url.origin;
};

const audienceOf = (origin: string, text: string): string => {
  const url = urlOf(text);
  if (url === null || !/^(?:https?|api):$/.test(url.protocol) || hasUser(url)) {
    throw refused(origin, text, 'is not a resource', 'an address such as https://management.azure.com');
  }
  return text;
};

const urlOf = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

const hasUser = ({ username, password }: URL): boolean => username !== '' || password !== '';

/** Whatever is wrong with an address, a password in it is not repeated. */
const refused = (origin: string, value: string, what: string, expected: string): Trouble =>
  new Trouble(
    problem('usage', 'BAD_ENDPOINT', `${origin} ${value.replace(/^.*@/s, '(redacted)@')} ${what}`, {
      scope: origin,
      hint: `Give ${expected}.`,
    }),
  );
