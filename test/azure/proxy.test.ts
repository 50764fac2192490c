import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readProxy } from '../../src/azure/proxy.ts';
import { redvet, scan } from '../support/redvet.ts';
import { startResourceManager, subscriptionId, wireRedis } from '../support/resource-manager.ts';

const ENDPOINT = 'https://management.azure.com';

describe('which proxy serves an address', () => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, string, string | null])[] = [
    [{}, ENDPOINT, null],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, ENDPOINT, 'http://proxy:3128/'],
    [{ https_proxy: 'proxy:3128' }, ENDPOINT, 'http://proxy:3128/'],
    [{ HTTPS_PROXY: '10.0.0.1:3128' }, ENDPOINT, 'http://10.0.0.1:3128/'],
    [{ HTTPS_PROXY: 'https://proxy' }, ENDPOINT, 'https://proxy/'],
    [{ ALL_PROXY: 'proxy:1' }, ENDPOINT, 'http://proxy:1/'],
    [{ HTTP_PROXY: 'proxy:1' }, ENDPOINT, null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: '*' }, ENDPOINT, null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'management.azure.com' }, ENDPOINT, null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'a, MANAGEMENT.azure.com ,b' }, ENDPOINT, null],
    [{ HTTPS_PROXY: 'p:1', no_proxy: '.azure.com' }, ENDPOINT, null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'azure.com' }, ENDPOINT, null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: '*.azure.com' }, ENDPOINT, null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'zure.com' }, ENDPOINT, 'http://p:1/'],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'management.azure.com:443' }, ENDPOINT, null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'management.azure.com:8443' }, ENDPOINT, 'http://p:1/'],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'management.azure.com:8443' }, `${ENDPOINT}:8443`, null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: '10.0.0.0/8' }, 'https://10.20.30.40', null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: '10.0.0.0/8' }, 'https://11.20.30.40', 'http://p:1/'],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'fd00::/8' }, 'https://[fd00::1]', null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: '::1' }, 'https://[::1]', null],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: '10.0.0.0/99,nonsense/8' }, 'https://10.0.0.1', 'http://p:1/'],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: '0.1' }, 'https://10.0.0.1', 'http://p:1/'],
  ];
  for (const [env, target, expected] of cases) {
    it(`${JSON.stringify(env)} for ${target}: ${expected ?? 'direct'}`, () => {
      const proxy = readProxy(env);
      expect(proxy?.serves(new URL(target)) ? proxy.url.href : null).toBe(expected);
    });
  }

  it('refuses what is no address of an HTTP proxy, without repeating a password in it', async () => {
    for (const text of ['socks5://user:pw-canary@proxy:1', 'http://', 'ftp://x', 'http://a b', 'http://user:50%off-canary@proxy:1']) {
      const { code, stderr } = await redvet(['scan', '--auth', 'env'], { env: { HTTPS_PROXY: text } });
      expect({ code, told: /error\[BAD_PROXY\]: HTTPS_PROXY is not/.test(stderr), leak: stderr.includes('canary') }).toEqual({
        code: 2,
        told: true,
        leak: false,
      });
    }
  });
});

const ONE = subscriptionId(1);
const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A forward proxy that counts tunnels, or answers every CONNECT with a status. */
const startProxy = async (status?: number) => {
  const asked: { target: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer();
  server.on('connect', (request, socket, head) => {
    asked.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n<html>no</html>`);
      return;
    }
    const [, port = '0'] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [upstream, socket]) one.on('error', () => {});
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, asked };
};

describe('a scan behind a proxy', () => {
  it('signs in and reads through few tunnels that are kept alive, with the user and password of the address', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => subscriptionId(n + 1));
    const arm = await startResourceManager({
      subscriptions: ids,
      caches: Object.fromEntries(ids.map((id) => [id, [wireRedis(id, 'good')]])),
    });
    const proxy = await startProxy();
    const { code, stdout } = await scan(arm, ['-o', 'json', '--concurrency', '4'], {
      env: { HTTPS_PROXY: `us%40er:pw@127.0.0.1:${proxy.port}` },
    });
    await arm.close();
    expect({ code, caches: JSON.parse(stdout).caches.length }).toEqual({ code: 0, caches: 40 });
    expect(proxy.asked.length).toBeLessThanOrEqual(5);
    expect(new Set(proxy.asked.map(({ authorization }) => authorization))).toEqual(
      new Set([`Basic ${Buffer.from('us@er:pw').toString('base64')}`]),
    );
  });

  it('goes around it for a host that NO_PROXY names', async () => {
    const arm = await startResourceManager({ subscriptions: [ONE], caches: { [ONE]: [wireRedis(ONE, 'good')] } });
    const proxy = await startProxy();
    const { code } = await scan(arm, [], { env: { HTTPS_PROXY: `127.0.0.1:${proxy.port}`, NO_PROXY: 'localhost' } });
    await arm.close();
    expect({ code, asked: proxy.asked.length }).toEqual({ code: 0, asked: 0 });
  });

  for (const status of [403, 407, 502]) {
    it(`says that the proxy answered ${status}, and not that a right is missing`, async () => {
      const arm = await startResourceManager({ subscriptions: [ONE] });
      const proxy = await startProxy(status);
      const { code, stderr } = await scan(arm, [], { env: { HTTPS_PROXY: `127.0.0.1:${proxy.port}` } });
      await arm.close();
      expect(code).toBe(4);
      expect(stderr).toContain(`the proxy 127.0.0.1:${proxy.port} answered ${status}`);
      expect(arm.requests).toEqual([]);
    });
  }

  it('says that the proxy cannot be reached', async () => {
    const arm = await startResourceManager({ subscriptions: [ONE] });
    const { code, stderr } = await scan(arm, [], { env: { HTTPS_PROXY: '127.0.0.1:1' } });
    await arm.close();
    expect(code).toBe(4);
    expect(stderr).toMatch(/the proxy 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/);
  });
});
