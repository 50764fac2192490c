import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Certificate, loopbackCertificate } from './certificate.ts';

/** A Resource Manager and sign-in service on loopback: real HTTPS, real sockets, with the faults a test asks for. */
export interface LoopbackArm {
  readonly url: string;
  readonly certificate: Certificate;
  /** Every request so far, oldest first. */
  readonly requests: readonly Received[];
  close(): Promise<void>;
}

export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
}

/** An answer, or a function that plays with the socket. */
export type Reply =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Estate {
  /** Wire subscriptions; a string stands for an enabled one of that id. */
  readonly subscriptions?: readonly unknown[];
  /** Wire caches by subscription id. */
  readonly caches?: Readonly<Record<string, readonly unknown[]>>;
  readonly pageSize?: number;
  readonly clientSecret?: string;
  /** Overrides the answer to a request; undefined leaves it as it is. `nth` counts requests of the same path from 1. */
  readonly reply?: (request: Received, nth: number, url: string) => Reply | undefined;
}

export const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
export const CLIENT = '11111111-aaaa-4bbb-8ccc-000000000002';
export const SECRET = 'loopback-client-secret';

/** The id of the nth subscription of a test. */
export const subscriptionId = (n: number): string => `22222222-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const wireSubscription = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id: `/subscriptions/${id}`,
  subscriptionId: id,
  displayName: `sub-${Number(id.slice(-12))}`,
  tenantId: TENANT,
  state: 'Enabled',
  ...more,
});

/** A cache where everything is as it should be, but for the properties given; an undefined one is not on the wire. */
export const wireRedis = (
  subscription: string,
  name: string,
  properties: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, unknown>> = {},
) => ({
  id: `/subscriptions/${subscription}/resourceGroups/rg-test/providers/Microsoft.Cache/Redis/${name}`,
  name,
  type: 'Microsoft.Cache/Redis',
  location: 'West Europe',
  tags: {},
  properties: {
    provisioningState: 'Succeeded',
    sku: { name: 'Premium', family: 'P', capacity: 1 },
    enableNonSslPort: false,
    minimumTlsVersion: '1.2',
    publicNetworkAccess: 'Disabled',
    disableAccessKeyAuthentication: true,
    redisConfiguration: { maxclients: '7500', 'aad-enabled': 'true' },
    accessKeys: null,
    ...properties,
  },
  ...more,
});

let shared: Promise<Certificate> | undefined;

export const startResourceManager = async (estate: Estate): Promise<LoopbackArm> => {
  shared ??= loopbackCertificate();
  const certificate = await shared;
  const requests: Received[] = [];
  const times = new Map<string, number>();
  const server = createHttpsServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    const { method = '', url: path = '/', headers } = request;
    const received = { method, path, authorization: headers.authorization, userAgent: headers['user-agent'] };
    requests.push(received);
    const nth = (times.get(path) ?? 0) + 1;
    times.set(path, nth);
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const answer = estate.reply?.(received, nth, urlOf(server)) ?? answerOf(estate, received, body, urlOf(server));
      if (typeof answer === 'function') answer(request, response);
      else send(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: urlOf(server),
    certificate,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const urlOf = (server: Server): string => `https://localhost:${(server.address() as AddressInfo).port}`;

const send = (response: ServerResponse, { status = 200, headers = {}, body }: Exclude<Reply, (...all: never[]) => void>): void => {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(raw ? body : JSON.stringify(body ?? {}));
};

const answerOf = (estate: Estate, { path }: Received, body: string, base: string): Reply => {
  const url = new URL(path, base);
  if (url.pathname.endsWith('/.well-known/openid-configuration')) {
    const tenant = url.pathname.split('/')[1];
    return {
      body: {
        issuer: `${base}/${tenant}/v2.0`,
        authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
        jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
      },
    };
  }
  if (/\/oauth2\/(?:v2\.0\/)?token$/.test(url.pathname)) {
    return new URLSearchParams(body).get('client_secret') === (estate.clientSecret ?? SECRET)
      ? { body: { token_type: 'Bearer', expires_in: 3600, access_token: 'loopback-token' } }
      : {
          status: 401,
          body: {
            error: 'invalid_client',
            error_description:
              'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value. Trace ID: 0 Correlation ID: 0 Timestamp: 2026-01-01 00:00:00Z',
            error_codes: [7000215],
          },
        };
  }
  if (url.pathname === '/subscriptions') {
    const items = (estate.subscriptions ?? []).map((item) => (typeof item === 'string' ? wireSubscription(item) : item));
    return { body: pageOf(items, url, estate.pageSize) };
  }
  const id = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Cache\/redis$/i.exec(url.pathname)?.[1];
  const caches = id === undefined ? undefined : estate.caches?.[id];
  if (id !== undefined) return { body: pageOf(caches ?? [], url, estate.pageSize) };
  return { status: 404, body: { error: { code: 'NotFound', message: `nothing at ${path}` } } };
};

const pageOf = (items: readonly unknown[], url: URL, size = 100) => {
  const start = Number(url.searchParams.get('$skiptoken') ?? 0);
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(start + size));
  const value = items.slice(start, start + size);
  return start + size < items.length ? { value, nextLink: next.href } : { value };
};

/** Requests for the caches of a subscription. */
export const listCalls = ({ requests }: LoopbackArm): readonly Received[] =>
  requests.filter(({ path }) => /\/providers\/Microsoft\.Cache\/redis\?/i.test(path));

/** Sign-ins: POSTs to the token endpoint. */
export const tokenCalls = ({ requests }: LoopbackArm): readonly Received[] => requests.filter(({ path }) => /\/token(?:\?|$)/.test(path));
