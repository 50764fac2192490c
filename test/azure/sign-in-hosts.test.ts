import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import { describe, expect, it } from 'vitest';
import { CLOUD_NAMES } from '../../src/azure/cloud-names.ts';
import { type Cloud, cloudFor } from '../../src/azure/clouds.ts';
import { signInTransport } from '../../src/azure/sign-in-transport.ts';

const RETRY = { retries: 0, timeLeft: () => 1_000, traffic: { apiCalls: 0, retries: 0, throttledMs: 0 }, now: Date.now, random: () => 0 };

/** Stands for every sign-in service at once, and remembers who was asked. */
const everywhere = () => {
  const asked: string[] = [];
  const client: HttpClient = {
    sendRequest: async (request) => {
      const { origin, pathname } = new URL(request.url);
      asked.push(origin);
      const base = `${origin}/tenant`;
      const body = pathname.endsWith('openid-configuration')
        ? { issuer: base, token_endpoint: `${base}/token`, authorization_endpoint: `${base}/authorize`, jwks_uri: `${base}/keys` }
        : { token_type: 'Bearer', expires_in: 3600, access_token: 'living' };
      return { request, status: 200, headers: createHttpHeaders({ 'content-type': 'application/json' }), bodyAsText: JSON.stringify(body) };
    },
  };
  return { asked, client };
};

const tokenIn = async (cloud: Cloud, env: Readonly<Record<string, string>> = {}): Promise<string | undefined> => {
  const { client } = everywhere();
  const { client: httpClient } = signInTransport(client, cloud, env, RETRY);
  const credential = new ClientSecretCredential('11111111-aaaa-4bbb-8ccc-000000000001', 'client', 'secret', {
    authorityHost: cloud.authority,
    disableInstanceDiscovery: cloud.privateAuthority,
    httpClient,
  });
  return (await credential.getToken(`${cloud.audience}/.default`))?.token;
};

const send = async (cloud: Cloud, url: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { client } = everywhere();
  const transport = signInTransport(client, cloud, env, RETRY).client;
  return transport.sendRequest(createPipelineRequest({ url, method: 'POST', allowInsecureConnection: true })).then(
    () => 'sent',
    ({ code }: { code: string }) => code,
  );
};

describe('where a sign-in may go', () => {
  it.each(CLOUD_NAMES)('lets MSAL sign in to the cloud %s, by whatever name it knows its service', async (name) => {
    expect(await tokenIn(cloudFor({ cloud: name }))).toBe('living');
  });

  const cases: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['https://login.microsoftonline.com/t', {}, 'sent'],
    ['http://169.254.169.254/metadata/identity/oauth2/token', {}, 'sent'],
    ['http://127.0.0.1:40342/token', {}, 'FOREIGN_ORIGIN'],
    ['http://127.0.0.1:40342/token', { IDENTITY_ENDPOINT: 'http://127.0.0.1:40342/token' }, 'sent'],
    ['https://westeurope.login.microsoft.com/t', {}, 'FOREIGN_ORIGIN'],
    ['https://westeurope.login.microsoft.com/t', { AZURE_REGIONAL_AUTHORITY_NAME: 'westeurope' }, 'sent'],
    ['https://login.chinacloudapi.cn/t', {}, 'FOREIGN_ORIGIN'],
    ['https://evil.example/t', {}, 'FOREIGN_ORIGIN'],
    ['http://login.microsoftonline.com/t', {}, 'FOREIGN_ORIGIN'],
    ['https://login.microsoftonline.com:8443/t', {}, 'FOREIGN_ORIGIN'],
  ];
  it.each(cases)('%s with %j: %s', async (url, env, expected) => {
    expect(await send(cloudFor({ cloud: 'public' }), url, env)).toBe(expected);
  });
});
