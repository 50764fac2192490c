import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Cloud } from './clouds.ts';
import { brief, messageOf } from './failure.ts';
import { type RetryOptions, retrying } from './pipeline.ts';
import { guarded } from './transport.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface SignInTransport {
  readonly client: HttpClient;
  /** What last went wrong below MSAL, which reports every transport error as a bare `network_error`. */
  lastFailure(): string | null;
}

/** A transport for sign-in: secrets go to the authority and to this machine's identity endpoints, and nowhere else. */
export const signInTransport = (inner: HttpClient, cloud: Cloud, env: Env, retry: RetryOptions): SignInTransport => {
  const origins = signInOrigins(cloud, env);
  const client = guarded(inner, (url) => origins.has(url.origin));
  const policy = retrying(retry);
  let last: string | null = null;
  return {
    lastFailure: () => last,
    client: {
      sendRequest: async (request) => {
        try {
          // The identity endpoints of a machine answer at once or not at all; the probe for them must stay short.
          const answer = request.url.startsWith('https:')
            ? await policy.sendRequest(request, (again) => client.sendRequest(again))
            : await client.sendRequest(request);
          last = isJson(answer.bodyAsText)
            ? null
            : `${new URL(request.url).host} answered HTTP ${answer.status} without JSON: a proxy or captive portal?`;
          return answer;
        } catch (error) {
          last = `${new URL(request.url).host}: ${brief(messageOf(error))}`;
          throw error;
        }
      },
    },
  };
};

const isJson = (text: string | null | undefined): boolean => {
  try {
    return typeof JSON.parse(text ?? '') === 'object';
  } catch {
    return false;
  }
};

const IMDS = 'http://169.254.169.254';

/** Addresses that the platform hands to a process for its managed identity. */
const IDENTITY_VARIABLES = [
  'IDENTITY_ENDPOINT',
  'IMDS_ENDPOINT',
  'MSI_ENDPOINT',
  'AZURE_POD_IDENTITY_AUTHORITY_HOST',
  'AZURE_KUBERNETES_TOKEN_PROXY',
];

const signInOrigins = (cloud: Cloud, env: Env): ReadonlySet<string> => {
  const given = IDENTITY_VARIABLES.map((name) => env[name]).filter((url) => url !== undefined && URL.canParse(url));
  const discovery = cloud.privateAuthority ? [] : ['https://login.microsoftonline.com'];
  const region = env['AZURE_REGIONAL_AUTHORITY_NAME'] ?? '';
  const regional = /^[a-z0-9]+$/i.test(region) && !cloud.privateAuthority ? [`https://${region.toLowerCase()}.login.microsoft.com`] : [];
  return new Set([...cloud.signInHosts, ...discovery, ...regional, IMDS, ...given.map((url) => new URL(url ?? IMDS).origin)]);
};
