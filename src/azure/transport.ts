import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { createHttpHeaders, type HttpClient, type PipelineRequest, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { readProxy, tunnelAgent } from './proxy.ts';

/** Counts of one run, for progress and `stats`. */
export interface Traffic {
  apiCalls: number;
  retries: number;
  /** Milliseconds spent waiting because a service asked for it. */
  throttledMs: number;
  /** When the last of those waits ends, by the time of day in milliseconds; absent as long as there was none. */
  resumesAt?: number;
}

export interface TransportLimits {
  /** For a whole request, its body included, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Of a decompressed body. */
  readonly maxBodyBytes: number;
  readonly maxSockets: number;
  /** For the proxy settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * HTTP over Node's own sockets, directly or through the proxy of the environment. Every request settles: with an answer, or with
 * a `RestError` whose code says why.
 * The SDK's own transport does not on Node 20: it never settles on a gzip body that is cut in the middle.
 * It follows no redirect, and the trust in certificates cannot be switched off by NODE_TLS_REJECT_UNAUTHORIZED.
 */
export const nodeTransport = ({ requestTimeoutMs, maxBodyBytes, maxSockets, env }: TransportLimits): HttpClient => {
  const direct = new HttpsAgent({ keepAlive: true, maxSockets, rejectUnauthorized: true });
  const plain = new HttpAgent({ keepAlive: false });
  const proxy = readProxy(env);
  const tunnels = proxy === null ? null : tunnelAgent(proxy, { maxSockets, connectTimeoutMs: requestTimeoutMs });
  const agentFor = (url: URL): HttpsAgent | HttpAgent => {
    if (url.protocol !== 'https:') return plain;
    return tunnels !== null && proxy?.serves(url) ? tunnels : direct;
  };

  const sendRequest = (request: PipelineRequest): Promise<PipelineResponse> =>
    new Promise((resolve, reject) => {
      const url = new URL(request.url);
      const agent = agentFor(url);
      const timeoutMs = request.timeout > 0 ? Math.min(request.timeout, requestTimeoutMs) : requestTimeoutMs;
      let settled = false;
      const settle = (act: () => void): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        request.abortSignal?.removeEventListener('abort', onAbort);
        act();
      };
      const fail = (error: Error): void => {
        // Settle first: destroying emits errors of its own.
        settle(() => reject(error));
        outgoing.destroy();
      };
      const failAs = (code: string, message: string): void => fail(new RestError(message, { code, request }));
      const onAbort = (): void => fail(abortError());

      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = send(url, {
        method: request.method,
        headers: { 'accept-encoding': 'gzip, deflate', ...request.headers.toJSON({ preserveCase: true }) },
        agent,
      });
      // Not unref'ed: a request under way must keep the process alive until it settles.
      const timer = setTimeout(() => failAs('DEADLINE', `no complete answer from ${url.host} within ${timeoutMs} ms`), timeoutMs);
      outgoing.on('error', (error: NodeJS.ErrnoException) => failAs(error.code ?? 'NETWORK', error.message));
      outgoing.on('response', (incoming) => {
        readBody(incoming, maxBodyBytes).then(
          (bodyAsText) => settle(() => resolve({ request, status: incoming.statusCode ?? 0, headers: headersOf(incoming), bodyAsText })),
          (error: BodyError) => failAs(error.code, error.message),
        );
      });
      if (request.abortSignal?.aborted) return onAbort();
      request.abortSignal?.addEventListener('abort', onAbort);
      if (typeof request.body === 'string') outgoing.end(request.body);
      else if (request.body === undefined || request.body === null) outgoing.end();
      else failAs('UNSUPPORTED_BODY', 'only text can be sent');
    });

  return { sendRequest };
};

interface BodyError {
  readonly code: string;
  readonly message: string;
}

/** Resolves with the whole decoded text or rejects; `pipe` alone forwards neither an error nor an early end of its source. */
const readBody = (incoming: IncomingMessage, maxBytes: number): Promise<string> =>
  new Promise((resolve, reject: (error: BodyError) => void) => {
    const body = decoded(incoming);
    const refuse = (code: string, message: string): void => {
      reject({ code, message });
      incoming.destroy();
      body?.destroy();
    };
    if (body === null) return refuse('ENCODING', `the answer has the unknown content-encoding ${incoming.headers['content-encoding']}`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const cut = (): void => refuse('ECONNRESET', 'the answer was cut off in the middle');
    incoming.on('aborted', cut);
    incoming.on('error', cut);
    incoming.on('close', () => {
      if (!incoming.complete) cut();
    });
    body.on('error', cut);
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) refuse('TOO_LARGE', `the answer is larger than ${Math.round(maxBytes / 2 ** 20)} MiB`);
      else chunks.push(chunk);
    });
    body.on('end', () => {
      try {
        resolve(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
      } catch {
        refuse('PARSE_ERROR', 'the answer is not UTF-8 text');
      }
    });
  });

const decoded = (incoming: IncomingMessage): Readable | null => {
  switch ((incoming.headers['content-encoding'] ?? 'identity').toLowerCase()) {
    case 'identity':
      return incoming;
    case 'gzip':
      return incoming.pipe(createGunzip());
    case 'deflate':
      return incoming.pipe(createInflate());
    default:
      return null;
  }
};

const headersOf = (incoming: IncomingMessage): PipelineResponse['headers'] => {
  const headers = createHttpHeaders();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
};

/** The name is what the SDK, and whoever catches it, knows an abort by. */
export const abortError = (): Error => Object.assign(new Error('the run was stopped'), { name: 'AbortError' });

/** Refuses every request that is not a read on one of the given origins, before a socket is opened for it. */
export const guarded = (inner: HttpClient, allowed: (url: URL, method: string) => boolean): HttpClient => ({
  sendRequest: (request) => {
    const url = new URL(request.url);
    if (allowed(url, request.method)) return inner.sendRequest(request);
    return Promise.reject(new RestError(`refused to send ${request.method} to ${url.origin}`, { code: 'FOREIGN_ORIGIN', request }));
  },
});

/** Counts every request that goes out. */
export const counted = (inner: HttpClient, traffic: Traffic): HttpClient => ({
  sendRequest: (request) => {
    traffic.apiCalls += 1;
    return inner.sendRequest(request);
  },
});

/** Lets at most `limit` requests be under way; the others wait in line, and only then does their own deadline begin. */
export const limited = (inner: HttpClient, limit: number): HttpClient => {
  let free = limit;
  const line: (() => void)[] = [];
  const turn = (signal: PipelineRequest['abortSignal']): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError());
      if (free > 0) {
        free -= 1;
        return resolve();
      }
      const go = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        line.splice(line.indexOf(go), 1);
        reject(abortError());
      };
      signal?.addEventListener('abort', leave);
      line.push(go);
    });
  return {
    sendRequest: async (request) => {
      await turn(request.abortSignal);
      try {
        return await inner.sendRequest(request);
      } finally {
        const next = line.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
};
