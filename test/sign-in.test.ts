import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ended, emptyFolder, redvet, scan, signedIn } from './support/redvet.ts';
import {
  CLIENT,
  type Estate,
  type LoopbackArm,
  listCalls,
  type Reply,
  SECRET,
  startResourceManager,
  subscriptionId,
  TENANT,
  tokenCalls,
  wireRedis,
} from './support/resource-manager.ts';

/** Every way to sign in without a person, over real sockets, and every way that fails. */

const ONE = subscriptionId(1);

/** One rule that reads one list, so that nothing but the sign-in decides. */
const AS_JSON = ['-o', 'json', '--rule', 'non-ssl-port-disabled'];

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** One cache that passes, so that 0 means: signed in, asked, answered. */
const startArm = async (more: Partial<Estate> = {}): Promise<LoopbackArm> => {
  const arm = await startResourceManager({ subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'good')] }, ...more });
  open.push(arm);
  return arm;
};

interface Asked {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Service {
  readonly url: string;
  readonly asked: readonly Asked[];
}

interface Told {
  readonly status?: number;
  readonly body: unknown;
}

/** A service beside the Resource Manager, which answers every request alike and keeps what it was sent. */
const listening = async (server: Server, scheme: string, answer: (asked: Asked, base: string) => Told): Promise<Service> => {
  const asked: Asked[] = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = `${scheme}://${scheme === 'https' ? 'localhost' : '127.0.0.1'}:${port}`;
  server.on('request', async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const received = { url: new URL(request.url ?? '', base), headers: request.headers, body };
    asked.push(received);
    const { status = 200, body: told } = answer(received, base);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told));
  });
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  return { url: base, asked };
};

/** A sign-in service on another host than the Resource Manager. */
const startAuthority = ({ certificate }: LoopbackArm): Promise<Service> =>
  listening(createHttpsServer({ key: certificate.key, cert: certificate.cert }), 'https', ({ url }, base) =>
    url.pathname.endsWith('/.well-known/openid-configuration')
      ? {
          body: {
            issuer: `${base}/${TENANT}/v2.0`,
            authorization_endpoint: `${base}/${TENANT}/oauth2/v2.0/authorize`,
            token_endpoint: `${base}/${TENANT}/oauth2/v2.0/token`,
            jwks_uri: `${base}/${TENANT}/discovery/v2.0/keys`,
          },
        }
      : { body: { token_type: 'Bearer', expires_in: 3600, access_token: 'token-of-the-authority' } },
  );

/** The endpoint that App Service and its like hand to a process for its managed identity: plain http on the machine itself. */
const startIdentityEndpoint = (status = 200, refusal?: unknown): Promise<Service> =>
  listening(createServer(), 'http', ({ url }) => ({
    status,
    body: refusal ?? {
      access_token: 'token-of-the-machine',
      token_type: 'Bearer',
      resource: url.searchParams.get('resource'),
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
    },
  }));

/** The forms that were posted to a token endpoint. */
const formsOf = ({ asked }: Service): readonly Record<string, string>[] =>
  asked.filter(({ url }) => url.pathname.endsWith('/token')).map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

/** The tokens that the Resource Manager was shown. */
const shownTo = ({ requests }: LoopbackArm): readonly (string | undefined)[] => [
  ...new Set(requests.filter(({ path }) => path.startsWith('/subscriptions')).map(({ authorization }) => authorization)),
];

const federatedTokenFile = (): string => {
  const file = join(emptyFolder(), 'token');
  writeFileSync(file, 'federated-token-of-the-pod');
  return file;
};

const closedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const expectSignedIn = ({ code, stderr }: Ended, arm: LoopbackArm): void => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'redvet: exit 0 (clean): 1 cache, nothing failed\n' });
  expect(listCalls(arm)).toHaveLength(1);
};

/** No token: exit 4, a whole report that says so, nothing sent to the Resource Manager, and no stack for the person. */
const expectNoToken = ({ code, stdout, stderr }: Ended, arm: LoopbackArm): void => {
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    findings: [],
    caches: [],
    problems: [{ kind: 'auth' }],
    status: { outcome: 'access', exitCode: 4, complete: false },
  });
  expect(stderr).toMatch(/^error\[[A-Z_]+\]: \S/);
  expect(stderr).toContain('\nredvet: exit 4 (access): ');
  expect(stderr).not.toMatch(/^(?:redvet: )?\s+at /m);
  expect(shownTo(arm)).toEqual([]);
};

const WRONG_SECRET: Reply = {
  status: 401,
  body: {
    error: 'invalid_client',
    error_description: [
      'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value,',
      "not the client secret ID, for a secret added to app '00000000-0000-4000-8000-000000000000'.",
      'Trace ID: 00000000-1111-4000-8000-000000000000 Correlation ID: 00000000-2222-4000-8000-000000000000',
      'Timestamp: 2026-01-01 00:00:00Z',
    ].join(' '),
    error_codes: [7000215],
    timestamp: '2026-01-01 00:00:00Z',
    trace_id: '00000000-1111-4000-8000-000000000000',
    correlation_id: '00000000-2222-4000-8000-000000000000',
    error_uri: 'https://login.microsoftonline.com/error?code=7000215',
  },
};

const PAGE = '<!DOCTYPE html><html><body>Accept the terms of this hotel to go on</body></html>';

describe('signing in by client secret', () => {
  it('sends the secret to AZURE_AUTHORITY_HOST when --authority is not given, and asks for the audience of the endpoint', async () => {
    const arm = await startArm();
    const authority = await startAuthority(arm);
    const ended = await redvet(['scan', '--auth', 'env', '--arm-endpoint', arm.url, ...AS_JSON], {
      env: { ...signedIn(arm), AZURE_AUTHORITY_HOST: `${authority.url}/` },
    });
    expectSignedIn(ended, arm);
    expect(formsOf(authority)).toEqual([
      expect.objectContaining({
        grant_type: 'client_credentials',
        client_id: CLIENT,
        client_secret: SECRET,
        scope: `${arm.url}/.default`,
      }),
    ]);
    expect(authority.asked.map(({ url }) => url.pathname.split('/')[1])).toEqual([TENANT, TENANT]);
    expect(shownTo(arm)).toEqual(['Bearer token-of-the-authority']);
    expect(tokenCalls(arm)).toEqual([]);
  });

  it('prefers --authority to AZURE_AUTHORITY_HOST', async () => {
    const arm = await startArm();
    const authority = await startAuthority(arm);
    expectSignedIn(await scan(arm, [...AS_JSON], { env: { AZURE_AUTHORITY_HOST: authority.url } }), arm);
    expect(authority.asked).toEqual([]);
    expect(tokenCalls(arm)).toHaveLength(1);
  });

  it('refuses an AZURE_AUTHORITY_HOST in clear text by that name, before anything is sent', async () => {
    const arm = await startArm();
    const { code, stdout, stderr } = await redvet(['scan', '--auth', 'env', '--arm-endpoint', arm.url, ...AS_JSON], {
      env: { ...signedIn(arm), AZURE_AUTHORITY_HOST: arm.url.replace('https:', 'http:') },
    });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ kind: 'usage', code: 'BAD_ENDPOINT' }], status: { exitCode: 2 } });
    expect(stderr).toContain('AZURE_AUTHORITY_HOST');
    expect(stderr).not.toContain('--authority');
    expect(arm.requests).toEqual([]);
  });

  it('is among what --auth auto tries', async () => {
    const arm = await startArm();
    const args = ['scan', '--auth', 'auto', '--arm-endpoint', arm.url, '--authority', arm.url, ...AS_JSON];
    expectSignedIn(await redvet(args, { env: signedIn(arm) }), arm);
    expect(tokenCalls(arm)).toHaveLength(1);
  });

  it('tells of a wrong secret in one sentence and by the name of its variable', async () => {
    const arm = await startArm({ reply: ({ path }) => (path.includes('/token') ? WRONG_SECRET : undefined) });
    const ended = await scan(arm, [...AS_JSON]);
    expectNoToken(ended, arm);
    const [error = '', help = '', ...rest] = ended.stderr.trimEnd().split('\n');
    expect(error).toContain('AADSTS7000215: Invalid client secret provided.');
    expect(error).not.toMatch(/Trace ID|Timestamp|aka\.ms/);
    expect(help).toBe('  help: The client secret is wrong: AZURE_CLIENT_SECRET takes the value of the secret, not its id.');
    expect(rest).toHaveLength(1);
  });

  it.each<[string, Reply | undefined, number]>([
    ['taken', undefined, 0],
    ['wrong', WRONG_SECRET, 4],
    ['answered with a page', { headers: { 'content-type': 'text/html' }, body: PAGE }, 4],
  ])('never shows the secret nor a token, however loud: a secret that is %s', async (_, answer, expected) => {
    const secret = 'canary-7f3e~secret';
    const arm = await startArm({ clientSecret: secret, reply: ({ path }) => (path.includes('/token') ? answer : undefined) });
    for (const loudness of [[], ['-v'], ['-vv']]) {
      const { code, stdout, stderr } = await scan(arm, [...AS_JSON, ...loudness], {
        env: { AZURE_CLIENT_SECRET: secret, AZURE_LOG_LEVEL: 'verbose', DEBUG: '*' },
      });
      expect(code).toBe(expected);
      expect(`${stdout}${stderr}`).not.toMatch(/canary|loopback-token/);
    }
    expect(tokenCalls(arm)).toHaveLength(3);
  });

  it('names the variables to set when none is', async () => {
    const arm = await startArm();
    const env = { NODE_EXTRA_CA_CERTS: arm.certificate.file };
    const ended = await redvet(['scan', '--auth', 'env', '--arm-endpoint', arm.url, '--authority', arm.url, ...AS_JSON], { env });
    expectNoToken(ended, arm);
    expect(ended.stderr).toContain('  help: Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET');
    expect(arm.requests).toEqual([]);
  });

  it('names the host and the network error when the authority cannot be reached', async () => {
    const arm = await startArm();
    const authority = `https://localhost:${await closedPort()}`;
    const args = ['scan', '--auth', 'env', '--arm-endpoint', arm.url, '--authority', authority, '--retries', '0', ...AS_JSON];
    const ended = await redvet(args, { env: signedIn(arm) });
    expectNoToken(ended, arm);
    const [error = ''] = ended.stderr.split('\n');
    expect(error).toContain(new URL(authority).host);
    expect(error).toContain('ECONNREFUSED');
    expect(ended.stderr).toContain('--authority');
    expect(arm.requests).toEqual([]);
  });
});

describe('a sign-in service that does not give a token', () => {
  it.each<[string, Reply]>([
    ['no access_token', { body: { token_type: 'Bearer', expires_in: 3600 } }],
    ['an empty access_token', { body: { token_type: 'Bearer', expires_in: 3600, access_token: '' } }],
    ['an access_token that no header can hold', { body: { token_type: 'Bearer', expires_in: 3600, access_token: 'a\r\nx-injected: b' } }],
    ['null', { body: 'null' }],
    ['a list', { body: '[]' }],
    ['JSON that breaks off', { body: '{"token_type":"Bearer","access_token":"abc' }],
    ['nothing', { body: '' }],
    ['a page instead of JSON', { headers: { 'content-type': 'text/html' }, body: PAGE }],
    ['a page that refuses', { status: 403, headers: { 'content-type': 'text/html' }, body: PAGE }],
    ['a redirect', { status: 302, headers: { location: 'https://localhost:1/' }, body: '' }],
    ['a server error', { status: 500, headers: { 'content-type': 'text/html' }, body: PAGE }],
  ])('is no token and no crash: %s', async (_, answer) => {
    const arm = await startArm({ reply: ({ path }) => (path.includes('/token') ? answer : undefined) });
    const ended = await scan(arm, [...AS_JSON, '--retries', '0']);
    expectNoToken(ended, arm);
    expect(tokenCalls(arm)).toHaveLength(1);
  });

  it.each(['/.well-known/openid-configuration', '/token'])('is told as what it is, not as settings that lack: a page at %s', async (at) => {
    const answer: Reply = { headers: { 'content-type': 'text/html' }, body: PAGE };
    const arm = await startArm({ reply: ({ path }) => (path.includes(at) ? answer : undefined) });
    const ended = await scan(arm, [...AS_JSON, '--retries', '0']);
    expectNoToken(ended, arm);
    const [error = ''] = ended.stderr.split('\n');
    expect(error).toContain(new URL(arm.url).host);
    expect(ended.stderr).not.toContain('aka.ms');
    expect(ended.stderr).not.toContain('Set AZURE_TENANT_ID');
  });
});

describe('signing in by workload identity', () => {
  it('hands the federated token to the authority', async () => {
    const arm = await startArm();
    const authority = await startAuthority(arm);
    const args = ['scan', '--auth', 'workload', '--arm-endpoint', arm.url, '--authority', authority.url, ...AS_JSON];
    const ended = await redvet(args, { env: workload(arm) });
    expectSignedIn(ended, arm);
    expect(formsOf(authority)).toEqual([
      expect.objectContaining({
        client_id: CLIENT,
        client_assertion: 'federated-token-of-the-pod',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        scope: `${arm.url}/.default`,
      }),
    ]);
    expect(shownTo(arm)).toEqual(['Bearer token-of-the-authority']);
  });

  it('names the variables to set when none is', async () => {
    const arm = await startArm();
    const ended = await redvet(['scan', '--auth', 'workload', '--arm-endpoint', arm.url, '--authority', arm.url, ...AS_JSON]);
    expectNoToken(ended, arm);
    expect(ended.stderr).toContain('  help: Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE');
  });

  it('names the token file when it is not there', async () => {
    const arm = await startArm();
    const file = join(emptyFolder(), 'gone');
    const ended = await redvet(['scan', '--auth', 'workload', '--arm-endpoint', arm.url, '--authority', arm.url, ...AS_JSON], {
      env: { ...workload(arm), AZURE_FEDERATED_TOKEN_FILE: file },
    });
    expectNoToken(ended, arm);
    expect(ended.stderr).toContain(file);
    expect(tokenCalls(arm)).toEqual([]);
  });
});

describe('--auth auto', () => {
  it('advises to sign in where nothing is set up, also when the address of managed identities answers like a proxy', async () => {
    const refusing = createServer((_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<html>no</html>'));
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const { port } = refusing.address() as AddressInfo;
    const env = { PATH: emptyFolder(), AZURE_POD_IDENTITY_AUTHORITY_HOST: `http://127.0.0.1:${port}` };
    const { code, stderr } = await redvet(['scan'], { env });
    refusing.closeAllConnections();
    await new Promise((resolve) => refusing.close(resolve));
    expect(code).toBe(4);
    expect(stderr).toMatch(/DefaultAzureCredential tried \d+ ways of signing in and none is set up/);
    expect(stderr).toMatch(/help: Sign in with az login/);
  });

  it('tells why what is set up was refused', async () => {
    const arm = await startArm({ reply: ({ path }) => (path.includes('/token') ? UNKNOWN_WORKLOAD : undefined) });
    const args = ['scan', '--auth', 'auto', '--arm-endpoint', arm.url, '--authority', arm.url, ...AS_JSON];
    const ended = await redvet(args, { env: { ...workload(arm), AZURE_TOKEN_CREDENTIALS: 'WorkloadIdentityCredential' } });
    expectNoToken(ended, arm);
    const [error = ''] = ended.stderr.split('\n');
    expect(error).toContain('AADSTS700213: No matching federated identity record found');
    expect(error).not.toContain('none is set up');
  });

  it('refuses an AZURE_TOKEN_CREDENTIALS that is no credential, as a usage error', async () => {
    const arm = await startArm();
    const args = ['scan', '--auth', 'auto', '--arm-endpoint', arm.url, '--authority', arm.url, ...AS_JSON];
    const { code, stdout, stderr } = await redvet(args, { env: { ...signedIn(arm), AZURE_TOKEN_CREDENTIALS: 'nonsense' } });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ kind: 'usage', scope: 'AZURE_TOKEN_CREDENTIALS' }], status: { exitCode: 2 } });
    expect(stderr).toContain('  help: Set it to prod, dev or the name of one credential, or unset it.');
    expect(arm.requests).toEqual([]);
  });
});

const UNKNOWN_WORKLOAD: Reply = {
  status: 401,
  body: {
    error: 'invalid_client',
    error_description: [
      'AADSTS700213: No matching federated identity record found for presented assertion subject.',
      'Trace ID: 0 Correlation ID: 0 Timestamp: 2026-01-01 00:00:00Z',
    ].join(' '),
    error_codes: [700213],
    timestamp: '2026-01-01 00:00:00Z',
  },
};

const workload = ({ certificate }: LoopbackArm): Readonly<Record<string, string>> => ({
  AZURE_TENANT_ID: TENANT,
  AZURE_CLIENT_ID: CLIENT,
  AZURE_FEDERATED_TOKEN_FILE: federatedTokenFile(),
  NODE_EXTRA_CA_CERTS: certificate.file,
});

describe('signing in by managed identity', () => {
  it.each([
    ['of the system', {}, null],
    ['of a user, by AZURE_CLIENT_ID', { AZURE_CLIENT_ID: CLIENT }, CLIENT],
  ])('asks the endpoint of the machine for the identity %s', async (_, chosen, clientId) => {
    const arm = await startArm();
    const machine = await startIdentityEndpoint();
    const ended = await redvet(['scan', '--auth', 'managed', '--arm-endpoint', arm.url, ...AS_JSON], {
      env: { ...managed(arm, machine), ...chosen },
    });
    expectSignedIn(ended, arm);
    expect(
      machine.asked.map(({ url: { pathname, searchParams }, headers }) => ({
        pathname,
        header: headers['x-identity-header'],
        resource: searchParams.get('resource'),
        clientId: searchParams.get('client_id'),
      })),
    ).toEqual([{ pathname: '/msi/token', header: 'header-of-the-machine', resource: arm.url, clientId }]);
    expect(shownTo(arm)).toEqual(['Bearer token-of-the-machine']);
    expect(tokenCalls(arm)).toEqual([]);
  });
});

describe('a managed identity that is not there', () => {
  it('is no token, and says so in the words of the machine', async () => {
    const arm = await startArm();
    const machine = await startIdentityEndpoint(400, { statusCode: 400, message: 'No User Assigned or Delegated Managed Identity found' });
    const ended = await redvet(['scan', '--auth', 'managed', '--arm-endpoint', arm.url, ...AS_JSON], { env: managed(arm, machine) });
    expectNoToken(ended, arm);
    expect(ended.stderr).toContain('No User Assigned or Delegated Managed Identity found');
    expect(ended.stderr).toContain('  help: Run on an Azure resource that has an identity');
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('header-of-the-machine');
  });

  it('is told with its address when nothing listens there', async () => {
    const arm = await startArm();
    const url = `http://127.0.0.1:${await closedPort()}`;
    const ended = await redvet(['scan', '--auth', 'managed', '--arm-endpoint', arm.url, ...AS_JSON], {
      env: managed(arm, { url, asked: [] }),
    });
    expectNoToken(ended, arm);
    expect(ended.stderr).toContain(new URL(url).host);
    expect(ended.stderr).toContain('ECONNREFUSED');
  });
});

const managed = ({ certificate }: LoopbackArm, { url }: Service): Readonly<Record<string, string>> => ({
  IDENTITY_ENDPOINT: `${url}/msi/token`,
  IDENTITY_HEADER: 'header-of-the-machine',
  NODE_EXTRA_CA_CERTS: certificate.file,
});

describe('a proxy address without a scheme', () => {
  // Identity's own pipeline throws a TypeError on it; ours reaches every credential by an option that is not documented.
  const withProxy = { HTTPS_PROXY: '127.0.0.1:1', HTTP_PROXY: '127.0.0.1:1', NO_PROXY: 'localhost,127.0.0.1' };

  it.each(['env', 'auto'])('does not stop --auth %s from signing in', async (auth) => {
    const arm = await startArm();
    const args = ['scan', '--auth', auth, '--arm-endpoint', arm.url, '--authority', arm.url, ...AS_JSON];
    expectSignedIn(await redvet(args, { env: { ...signedIn(arm), ...withProxy } }), arm);
  });

  it('does not stop --auth workload from signing in', async () => {
    const arm = await startArm();
    const authority = await startAuthority(arm);
    const args = ['scan', '--auth', 'workload', '--arm-endpoint', arm.url, '--authority', authority.url, ...AS_JSON];
    expectSignedIn(await redvet(args, { env: { ...workload(arm), ...withProxy } }), arm);
  });

  it('does not stop --auth managed from signing in', async () => {
    const arm = await startArm();
    const env = { ...managed(arm, await startIdentityEndpoint()), ...withProxy };
    expectSignedIn(await redvet(['scan', '--auth', 'managed', '--arm-endpoint', arm.url, ...AS_JSON], { env }), arm);
  });
});
