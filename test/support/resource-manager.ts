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
  readonly body: string;
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
  /** Wire clusters (redisEnterprise) by subscription id. */
  readonly clusters?: Readonly<Record<string, readonly unknown[]>>;
  /**
   * Wire items of the lists below caches and clusters, by the path of the list below its resource in lower case:
   * `orders/firewallrules`, `ledger/databases`, `orders/providers/microsoft.insights/diagnosticsettings`.
   * What is not named is empty, but for `databases`, of which every cluster has one where all is well.
   */
  readonly below?: Readonly<Record<string, readonly unknown[]>>;
  readonly pageSize?: number;
  /** Ids of subscriptions by management group. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** What Resource Graph makes of a row, which by default is all that Resource Manager tells; null: it has none. */
  readonly indexed?: (row: Row) => Row | null;
  /** Subscriptions that Resource Graph does not answer for. */
  readonly unindexed?: readonly string[];
  /** What the caller may do at a path, such as `/subscriptions/ID`; by default it is Reader of each subscription, and of no group. */
  readonly rights?: (scope: string) => readonly unknown[] | undefined;
  /** Resource Manager's bucket for the reads of one subscription: what does not fit is answered 429. */
  readonly bucket?: { readonly perSecond: number; readonly burst: number };
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
    redisConfiguration: { maxclients: '7500', 'maxmemory-reserved': '642', 'aad-enabled': 'true' },
    redisVersion: '6.0',
    zonalAllocationPolicy: 'Automatic',
    linkedServers: [],
    accessKeys: null,
    ...properties,
  },
  ...more,
});

/** A cluster where everything is as it should be, but for the properties given: Azure Managed Redis unless the SKU says otherwise. */
export const wireCluster = (
  subscription: string,
  name: string,
  properties: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, unknown>> = {},
) => ({
  id: `/subscriptions/${subscription}/resourceGroups/rg-test/providers/Microsoft.Cache/redisEnterprise/${name}`,
  name,
  type: 'Microsoft.Cache/redisEnterprise',
  location: 'West Europe',
  kind: 'v2',
  tags: null,
  sku: { name: 'Balanced_B10' },
  identity: { type: 'None' },
  properties: {
    provisioningState: 'Succeeded',
    resourceState: 'Running',
    minimumTlsVersion: '1.2',
    publicNetworkAccess: 'Disabled',
    highAvailability: 'Enabled',
    redundancyMode: 'ZR',
    privateEndpointConnections: [],
    ...properties,
  },
  ...more,
});

/** The database of a cluster; an undefined property is not on the wire. */
export const wireDatabase = (properties: Readonly<Record<string, unknown>> = {}) => ({
  name: 'default',
  type: 'Microsoft.Cache/redisEnterprise/databases',
  properties: {
    provisioningState: 'Succeeded',
    resourceState: 'Running',
    clientProtocol: 'Encrypted',
    port: 10000,
    clusteringPolicy: 'OSSCluster',
    evictionPolicy: 'VolatileLRU',
    redisVersion: '7.4',
    accessKeysAuthentication: 'Disabled',
    ...properties,
  },
});

let shared: Promise<Certificate> | undefined;

export const startResourceManager = async (estate: Estate): Promise<LoopbackArm> => {
  shared ??= loopbackCertificate();
  const certificate = await shared;
  const requests: Received[] = [];
  const times = new Map<string, number>();
  const throttle = throttling(estate.bucket);
  const server = createHttpsServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    const { method = '', url: path = '/', headers } = request;
    const arrived = { method, path, authorization: headers.authorization, userAgent: headers['user-agent'], body: '' };
    requests.push(arrived);
    const nth = (times.get(path) ?? 0) + 1;
    times.set(path, nth);
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      arrived.body += chunk;
    });
    request.on('end', () => {
      const received: Received = arrived;
      const answer = estate.reply?.(received, nth, urlOf(server)) ?? throttle(received) ?? answerOf(estate, received, urlOf(server));
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

const answerOf = (estate: Estate, { method, path, body }: Received, base: string): Reply => {
  const url = new URL(path, base);
  if (url.pathname === GRAPH_PATH && method === 'POST') return { body: graphAnswer(estate, body), headers: QUOTA };
  const group = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)\/descendants$/.exec(url.pathname)?.[1];
  if (group !== undefined && estate.groups?.[decodeURIComponent(group)] !== undefined) {
    const members = (estate.groups[decodeURIComponent(group)] ?? []).map((id) => ({
      id: `/subscriptions/${id}`,
      type: '/subscriptions',
      name: id,
    }));
    const inner = {
      id: '/providers/Microsoft.Management/managementGroups/inner',
      type: 'Microsoft.Management/managementGroups',
      name: 'inner',
    };
    return { body: pageOf([inner, ...members], url, estate.pageSize) };
  }
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
  const [, id = '', type] = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Cache\/(redis|redisEnterprise)$/i.exec(url.pathname) ?? [];
  if (type !== undefined) {
    const items = /^redis$/i.test(type) ? estate.caches?.[id] : estate.clusters?.[id];
    return { body: pageOf(items ?? [], url, estate.pageSize) };
  }
  const scope = /^(.+)\/providers\/Microsoft\.Authorization\/permissions$/.exec(decodeURIComponent(url.pathname))?.[1];
  if (scope !== undefined) {
    const held = estate.rights?.(scope) ?? (scope.startsWith('/subscriptions/') ? READER : undefined);
    return held === undefined ? { status: 403, body: FORBIDDEN } : { body: pageOf(held, url, estate.pageSize) };
  }
  const items = itemsBelow(estate, url.pathname);
  if (items !== null) return { body: pageOf(items, url, estate.pageSize) };
  const resource = resourceAt(estate, url.pathname);
  if (resource !== undefined) return { body: resource };
  return { status: 404, body: { error: { code: 'NotFound', message: `nothing at ${path}` } } };
};

export const READER = [{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }];

const FORBIDDEN = { error: { code: 'AuthorizationFailed', message: 'The client does not have authorization to perform it.' } };

export const GRAPH_PATH = '/providers/Microsoft.ResourceGraph/resources';

export type Row = Readonly<Record<string, unknown>>;

const QUOTA = { 'x-ms-user-quota-remaining': '14', 'x-ms-user-quota-resets-after': '00:00:05' };

/** Resource Graph over the same estate: as many rows a page as the lists have, all of one column in lower case, nothing for absent. */
const graphAnswer = (estate: Estate, body: string): unknown => {
  const { query, subscriptions, options } = JSON.parse(body);
  const scope: readonly string[] = subscriptions.filter((id: string) => !estate.unindexed?.includes(id));
  const all = String(query).startsWith('resourcecontainers')
    ? scope.map((subscriptionId): Row => ({ id: `/subscriptions/${subscriptionId}`, subscriptionId }))
    : scope.flatMap((id) => indexRows(estate, id, String(query)));
  const start = Number(options.$skipToken ?? 0);
  const data = all.slice(start, start + Math.min(estate.pageSize ?? 100, options.$top));
  const end = start + data.length;
  return {
    ...{ totalRecords: all.length, count: data.length, data, facets: [], resultTruncated: 'false' },
    ...(end < all.length ? { $skipToken: String(end) } : {}),
  };
};

const indexRows = ({ caches = {}, clusters = {}, indexed = (row) => row }: Estate, subscriptionId: string, query: string): readonly Row[] =>
  [
    ...(query.includes("'microsoft.cache/redis'") ? (caches[subscriptionId] ?? []) : []),
    ...(query.includes("'microsoft.cache/redisenterprise'") ? (clusters[subscriptionId] ?? []) : []),
  ]
    .map((item): Row => ({ ...ABSENT, ...Object(item) }))
    .map((row): Row => ({ ...row, subscriptionId, type: String(row['type']).toLowerCase() }))
    .map(indexed)
    .filter((row) => row !== null)
    .sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));

const ABSENT = { sku: null, zones: null, identity: null, tags: null, kind: '' };

/** A cache or cluster by its id. */
const resourceAt = ({ caches = {}, clusters = {} }: Estate, path: string): unknown =>
  [...Object.values(caches), ...Object.values(clusters)].flat().find((item) => {
    const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : null;
    return typeof id === 'string' && id.toLowerCase() === decodeURIComponent(path).toLowerCase();
  });

/** Lists below a cache or cluster; null for a path that is none. */
const itemsBelow = ({ below = {} }: Estate, path: string): readonly unknown[] | null => {
  const [, cluster, name = '', list = ''] =
    /\/providers\/Microsoft\.Cache\/redis(Enterprise)?\/([^/]+)\/(.+)$/i.exec(path)?.map((part) => part?.toLowerCase()) ?? [];
  if (
    !/^(?:firewallrules|accesspolicies|accesspolicyassignments|patchschedules|linkedservers|databases|(?:.*\/)?(?:diagnosticsettings|accesspolicyassignments))$/.test(
      list,
    )
  )
    return null;
  const items = below[`${name}/${list}`];
  if (items !== undefined) return items;
  return cluster !== undefined && list === 'databases' ? [wireDatabase()] : [];
};

/** Answers 429 to whatever finds the bucket of its subscription empty. */
const throttling = (bucket: Estate['bucket']): ((received: Received) => Reply | undefined) => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return ({ path }) => {
    const id = /^\/subscriptions\/([^/]+)\//.exec(path)?.[1];
    if (bucket === undefined || id === undefined) return undefined;
    const at = performance.now();
    const one = buckets.get(id) ?? { tokens: bucket.burst, at };
    const tokens = Math.min(bucket.burst, one.tokens + ((at - one.at) / 1000) * bucket.perSecond);
    buckets.set(id, { tokens: tokens < 1 ? tokens : tokens - 1, at });
    if (tokens >= 1) return undefined;
    return {
      status: 429,
      headers: { 'retry-after': '1' },
      body: { error: { code: 'SubscriptionRequestsThrottled', message: 'Number of requests exceeded the limit.' } },
    };
  };
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

/** Requests for the clusters of a subscription. */
export const clusterListCalls = ({ requests }: LoopbackArm): readonly Received[] =>
  requests.filter(({ path }) => /\/providers\/Microsoft\.Cache\/redisEnterprise\?/i.test(path));

/** Queries of Resource Graph, by the first word. */
export const graphCalls = ({ requests }: LoopbackArm, table: 'resources' | 'resourcecontainers' | '' = ''): readonly Received[] =>
  requests.filter(({ path, body }) => path.startsWith(GRAPH_PATH) && body.includes(`"query":"${table}`));

/** Sign-ins: POSTs to the token endpoint. */
export const tokenCalls = ({ requests }: LoopbackArm): readonly Received[] => requests.filter(({ path }) => /\/token(?:\?|$)/.test(path));
