import { type ClientRequest, request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { BlockList, isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The proxy of this environment and the targets it is for. */
export interface Proxy {
  readonly url: URL;
  /** For the header `proxy-authorization`; null without a user. */
  readonly authorization: string | null;
  serves(target: URL): boolean;
}

/**
 * HTTPS_PROXY, else ALL_PROXY, with the exceptions of NO_PROXY; null for direct connections.
 * Variables may be written in lower case, and the address without a scheme. Throws `Trouble` (usage) for one that is no address.
 */
export const readProxy = (env: Env): Proxy | null => {
  const [name, text] = firstSet(env, ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']);
  if (text === '') return null;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  const user = url === null ? null : userOf(url);
  if (url === null || user === null || url.hostname === '' || !/^https?:$/.test(url.protocol)) {
    throw new Trouble(
      problem('usage', 'BAD_PROXY', `${name} is not the address of an HTTP proxy`, {
        scope: name,
        hint: 'Write http://host:port or host:port, with % in a password as %25; SOCKS is not spoken. NO_PROXY=* goes without.',
      }),
    );
  }
  const [, exceptions] = firstSet(env, ['NO_PROXY', 'no_proxy']);
  return {
    url,
    authorization: user === '' ? null : `Basic ${Buffer.from(user).toString('base64')}`,
    serves: (target) => !isExempt(target, exceptions),
  };
};

/** `user:password`, decoded; empty without a user, null when it cannot be decoded. */
const userOf = ({ username, password }: URL): string | null => {
  try {
    return username === '' ? '' : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    return null;
  }
};

const firstSet = (env: Env, names: readonly string[]): readonly [string, string] => {
  const name = names.find((candidate) => env[candidate]) ?? '';
  return [name, (env[name] ?? '').trim()];
};

/** `*`, a host, a domain with or without a leading dot, `host:port`, an address or a range such as 10.0.0.0/8; commas or spaces between. */
const isExempt = ({ hostname, port }: URL, list: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return isInRange(host, entry);
      const [, name = entry, only] = /^(.+?):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? [];
      if (only !== undefined && only !== (port || '443')) return false;
      const domain = name.replace(/^\*?\./, '');
      return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
    });
};

const isInRange = (host: string, range: string): boolean => {
  const [base = '', bits = ''] = range.split('/');
  const family = isIP(base);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(base, Number(bits), kind);
  return list.check(host, kind);
};

/** An agent whose sockets are tunnels through the proxy. They are kept alive: the SDK's own opens one for every request. */
export const tunnelAgent = (
  { url: proxy, authorization }: Proxy,
  limits: { readonly maxSockets: number; readonly connectTimeoutMs: number },
): Agent => {
  const agent = new Agent({ keepAlive: true, maxSockets: limits.maxSockets, rejectUnauthorized: true });
  return Object.assign(agent, {
    createConnection: (target: Target, done: (error: Error | null, socket?: Socket) => void): void => {
      const { host, port, servername } = target;
      const asking = connectRequest(proxy, authorization, `${host}:${port}`, limits.connectTimeoutMs);
      asking.once('timeout', () => asking.destroy(proxyError('TIMEOUT', proxy, 'did not answer')));
      asking.once('error', (error: NodeJS.ErrnoException) =>
        done(/^PROXY_/.test(error.code ?? '') ? error : proxyError(error.code ?? 'ERROR', proxy, `cannot be reached: ${error.message}`)),
      );
      asking.once('connect', ({ statusCode = 0 }, socket: Socket) => {
        asking.setTimeout(0);
        if (statusCode === 200) {
          done(null, connect({ ...target, host: undefined, port: undefined, path: undefined, socket, servername: servername || host }));
          return;
        }
        socket.destroy();
        done(proxyError(String(statusCode), proxy, `answered ${statusCode} to a request for ${host}:${port}`));
      });
      asking.end();
    },
  });
};

interface Target {
  readonly host: string;
  readonly port: number;
  readonly servername?: string;
}

const connectRequest = (proxy: URL, authorization: string | null, target: string, timeout: number): ClientRequest => {
  const headers = { host: target, ...(authorization === null ? {} : { 'proxy-authorization': authorization }) };
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  return send({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: target,
    agent: false,
    rejectUnauthorized: true,
    timeout,
    headers,
  });
};

const proxyError = (code: string, proxy: URL, what: string): Error =>
  Object.assign(new Error(`the proxy ${proxy.host} ${what}`), { code: `PROXY_${code}` });
