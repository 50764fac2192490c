import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type Bodies, BUCKET, bodiesOf, type Estate, numberOf, PAGE, type Page } from './estate.ts';

/**
 * The loopback Resource Manager, sign-in service and CONNECT proxy of the benchmark, as a process of its own that is told over IPC what
 * to serve and ends with the process that started it.
 */

export interface Addresses {
  readonly arm: string;
  readonly proxy: string;
}

/** Since the estate was set. */
export interface Counts {
  /** To Resource Manager and Resource Graph. */
  readonly requests: number;
  readonly signIns: number;
  /** Answered 429. */
  readonly refused: number;
  /** Answered 404 where the estate holds nothing of that path: somebody asked for what is not there. */
  readonly strays: readonly string[];
  readonly connections: number;
  /** CONNECTs through the proxy. */
  readonly tunnels: number;
}

export type Ask =
  | { readonly ask: 'listen'; readonly key: string; readonly cert: string }
  | { readonly ask: 'serve'; readonly estate: Estate }
  | { readonly ask: 'counts' };

type Changing<T> = { -readonly [K in keyof T]: T[K] };

const NONE: Counts = { requests: 0, signIns: 0, refused: 0, strays: [], connections: 0, tunnels: 0 };

interface Serving {
  readonly estate: Estate;
  readonly numbers: readonly number[];
  readonly bodies: Bodies;
  readonly counts: Changing<Counts>;
  /** Tokens left and when that was, by subscription. */
  readonly buckets: Map<string, { readonly tokens: number; readonly at: number }>;
}

const servingOf = (estate: Estate): Serving => {
  const numbers = Array.from({ length: estate.subscriptions }, (_, i) => i + 1);
  return { estate, numbers, bodies: bodiesOf(estate, numbers), counts: { ...NONE }, buckets: new Map() };
};

let serving = servingOf({ subscriptions: 0, caches: 0, clusters: 0, latencyMs: 0, throttled: false, reader: 'tenant' });
let base = '';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const ok = (body: string, headers: Answer['headers'] = {}): Answer => ({ status: 200, headers, body });

const failure = (status: number, code: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify({ error: { code, message: code } }),
});

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length, ...headers });
  response.end(bytes);
};

const handle = (request: IncomingMessage, response: ServerResponse): void => {
  const now = serving;
  const { method = '', url = '/' } = request;
  const [path = '', query = ''] = url.split('?');
  if (path.includes('/.well-known/') || path.endsWith('/token')) {
    now.counts.signIns += 1;
    request.resume();
    send(response, signInAnswer(path));
    return;
  }
  now.counts.requests += 1;
  const answer = (body: string): void => {
    const made = refusal(now, path) ?? answerTo(now, { method, path, query, body });
    if (now.estate.latencyMs === 0) send(response, made);
    else setTimeout(() => send(response, made), now.estate.latencyMs);
  };
  if (method === 'GET') {
    answer('');
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => answer(body));
};

const signInAnswer = (path: string): Answer => {
  const tenant = path.split('/')[1];
  return ok(
    JSON.stringify(
      path.endsWith('/token')
        ? { token_type: 'Bearer', expires_in: 3600, access_token: 'loopback-token' }
        : {
            issuer: `${base}/${tenant}/v2.0`,
            authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
            token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
            jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
          },
    ),
  );
};

/** A 429 for whatever finds the bucket of its subscription empty. */
const refusal = ({ estate, buckets, counts }: Serving, path: string): Answer | null => {
  const id = /^\/subscriptions\/([^/]+)\//.exec(path)?.[1];
  if (!estate.throttled || id === undefined) return null;
  const at = performance.now();
  const before = buckets.get(id) ?? { tokens: BUCKET.burst, at };
  const tokens = Math.min(BUCKET.burst, before.tokens + ((at - before.at) / 1000) * BUCKET.perSecond);
  buckets.set(id, { tokens: tokens < 1 ? tokens : tokens - 1, at });
  if (tokens >= 1) return null;
  counts.refused += 1;
  return failure(429, 'SubscriptionRequestsThrottled', { 'retry-after': '1' });
};

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

const LIST = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Cache\/(redis|redisEnterprise)$/i;
const RIGHTS =
  /^(\/subscriptions\/[^/]+|\/providers\/Microsoft\.Management\/managementGroups\/[^/]+)\/providers\/Microsoft\.Authorization\/permissions$/i;
const BELOW = /^\/subscriptions\/([^/]+)\/resourceGroups\/[^/]+\/providers\/Microsoft\.Cache\/(redis|redisEnterprise)\/([^/]+)\/(.+)$/i;

const answerTo = (now: Serving, { method, path, query, body }: Asked): Answer => {
  if (method === 'POST' && /^\/providers\/Microsoft\.ResourceGraph\/resources$/i.test(path)) return graphAnswer(now, body);
  const start = Number(new URLSearchParams(query).get('$skiptoken') ?? 0);
  if (path === '/subscriptions') return listAnswer(path, query, now.bodies.subscriptions(start));
  const rights = RIGHTS.exec(path)?.[1];
  if (rights !== undefined) {
    const held = rights.startsWith('/subscriptions/') || now.estate.reader === 'tenant';
    return held ? ok('{"value":[{"actions":["*/read"],"notActions":[]}]}') : failure(403, 'AuthorizationFailed');
  }
  const [, listed = '', type] = LIST.exec(path) ?? [];
  const list = type === undefined ? null : numberOf(now.estate, listed);
  if (list !== null) {
    return listAnswer(path, query, /^redis$/i.test(type ?? '') ? now.bodies.redis(list, start) : now.bodies.clusters(list, start));
  }
  const [, id = '', kind = '', name = '', child = ''] = BELOW.exec(path) ?? [];
  const n = numberOf(now.estate, id);
  const below = n === null ? undefined : now.bodies.below(n, kind, name, child);
  if (below === undefined) now.counts.strays = [...now.counts.strays, path].slice(0, 10);
  return below === undefined || !('items' in below) ? failure(404, 'ResourceNotFound') : ok(JSON.stringify({ value: below.items }));
};

const listAnswer = (path: string, query: string, { items, next }: Page): Answer => {
  const parameters = new URLSearchParams(query);
  parameters.set('$skiptoken', String(next));
  const link = next === null ? '' : `,"nextLink":${JSON.stringify(`${base}${path}?${parameters}`)}`;
  return ok(`{"value":[${items.join(',')}]${link}}`);
};

/** Far from the quota of 15 queries in five seconds: what is measured is the reading, not the waiting. */
const QUOTA = { 'x-ms-user-quota-remaining': '10000', 'x-ms-user-quota-resets-after': '00:00:05' };

const graphAnswer = ({ estate, numbers, bodies }: Serving, text: string): Answer => {
  const { query = '', subscriptions, options }: GraphBody = JSON.parse(text);
  const within = subscriptions?.flatMap((id) => numberOf(estate, id) ?? []).sort((a, b) => a - b) ?? numbers;
  // The service's own default is 100.
  const size = Math.min(PAGE, options?.$top ?? 100);
  const { items, total, next } = bodies.rows(query, within, Number(options?.$skipToken ?? 0), size);
  const token = next === null ? '' : `,"$skipToken":"${next}"`;
  return ok(
    `{"totalRecords":${total},"count":${items.length},"data":[${items.join(',')}],"facets":[],"resultTruncated":"${next === null ? 'false' : 'true'}"${token}}`,
    QUOTA,
  );
};

interface GraphBody {
  readonly query?: string;
  readonly subscriptions?: readonly string[];
  readonly options?: { readonly $top?: number; readonly $skipToken?: string };
}

/** A proxy that knows CONNECT alone, and only to this server. */
const proxy = createHttpServer((_, response) => response.writeHead(405).end());
proxy.on('connect', ({ url = '' }: IncomingMessage, socket: Socket, head: Buffer) => {
  serving.counts.tunnels += 1;
  const { host, port } = new URL(base);
  if (url !== host) {
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    return;
  }
  const target = connect(Number(port), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    target.write(head);
    target.pipe(socket).pipe(target);
  });
  target.on('error', () => socket.destroy());
  socket.on('error', () => target.destroy());
});

const listening = (server: { listen(port: number, host: string, done: () => void): unknown; address(): AddressInfo | string | null }) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

const listen = async ({ key, cert }: { readonly key: string; readonly cert: string }): Promise<Addresses> => {
  // A pause between two pages or two turns must not cost a handshake.
  const arm = createServer({ key, cert, keepAliveTimeout: 60_000 }, handle);
  arm.on('secureConnection', () => {
    serving.counts.connections += 1;
  });
  base = `https://localhost:${await listening(arm)}`;
  return { arm: base, proxy: `http://127.0.0.1:${await listening(proxy)}` };
};

process.on('message', async (message: Ask) => {
  switch (message.ask) {
    case 'listen':
      process.send?.(await listen(message));
      return;
    case 'serve':
      serving = servingOf(message.estate);
      process.send?.(NONE);
      return;
    case 'counts':
      process.send?.({ ...serving.counts });
  }
});

// Whoever started it stops it, and takes it along however it ends.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
