import { setMaxListeners } from 'node:events';
import { Agent, request as httpsRequest } from 'node:https';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { awaitedBy } from '../../src/assess.ts';
import { cloudFor } from '../../src/azure/clouds.ts';
import type { Pace } from '../../src/azure/pacing.ts';
import { openResourceManager } from '../../src/azure/resource-manager.ts';
import type { Seen } from '../../src/model/scope.ts';
import { RULES } from '../../src/rules/index.ts';
import { resourceManagerSource } from '../../src/sources/resource-manager.ts';
import { EVERY_CACHE } from '../../src/sources/selection.ts';
import { TODAY } from '../support/cache.ts';
import { type LoopbackArm, type Received, startResourceManager, subscriptionId, wireRedis } from '../support/resource-manager.ts';

const ONE = subscriptionId(1);
const SOCKETS = 8;

/** HTTPS that trusts the certificate of a test: the real transport trusts what Node was started with. */
const trusting = ({ certificate }: LoopbackArm): { readonly client: HttpClient; readonly close: () => void } => {
  const agent = new Agent({ ca: certificate.cert, keepAlive: true, maxSockets: SOCKETS });
  const client: HttpClient = {
    sendRequest: (sent) =>
      new Promise((resolve, reject) => {
        const outgoing = httpsRequest(sent.url, { agent, method: sent.method, headers: sent.headers.toJSON() }, (incoming) => {
          let bodyAsText = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => {
            bodyAsText += chunk;
          });
          incoming.on('end', () => {
            const headers = createHttpHeaders();
            for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === 'string') headers.set(name, value);
            resolve({ request: sent, status: incoming.statusCode ?? 0, headers, bodyAsText });
          });
        });
        outgoing.on('error', reject);
        outgoing.end();
      }),
  };
  return { client, close: () => agent.destroy() };
};

/** A public, linked cache: the catalogue wants five things more of it. */
const hungry = (name: string) => wireRedis(ONE, name, { publicNetworkAccess: 'Enabled', linkedServers: [{ id: 'x' }] });

/** Scans so many caches with the whole catalogue, as the command does, against a service with a bucket. */
const scan = async (caches: number, bucket: Pace, pace: Pace, retries: number) => {
  const server = await startResourceManager({
    subscriptions: [ONE],
    caches: { [ONE]: Array.from({ length: caches }, (_, index) => hungry(`cache-${String(index).padStart(4, '0')}`)) },
    bucket,
  });
  const { client, close } = trusting(server);
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
  const arm = openResourceManager({
    cloud: cloudFor({ cloud: 'public', armEndpoint: server.url, authority: server.url }),
    tokens: { current: () => 'token', token: async () => 'token', renewed: async () => 'token' },
    transport: client,
    traffic,
    retries,
    timeLeft: () => 60_000,
    now: Date.now,
    random: Math.random,
    signal,
    userAgent: 'redvet/test',
    concurrency: 16,
    pace,
  });
  // Sockets are opened before the bucket begins to count: a handshake would hold some requests up and not others.
  await Promise.all(Array.from({ length: SOCKETS }, () => arm.registrationOf(subscriptionId(2)).catch(() => null)));
  const source = resourceManagerSource(arm, {
    managementGroups: [],
    selection: EVERY_CACHE,
    subscriptions: [],
    concurrency: 16,
    kinds: new Set(['redis', 'managed', 'enterprise']),
    awaited: (cache) => awaitedBy(cache, RULES, TODAY),
    watch: () => {},
  });
  const seen: Seen[] = [];
  for await (const one of source.open()) seen.push(one);
  close();
  await server.close();
  return { seen, traffic, requests: server.requests.filter(({ path }) => path.startsWith(`/subscriptions/${ONE}/`)) };
};

const gapsIn = (seen: readonly Seen[]) => seen.flatMap((one) => (one.type === 'gap' ? [one.gap.problem] : []));

const unreadIn = (seen: readonly Seen[]) =>
  seen.flatMap((one) => {
    if (one.type !== 'cache') return [];
    const { firewallRules, accessPolicyAssignments, patchDays, diagnosticSettings, replicas } = one.cache;
    return [firewallRules, accessPolicyAssignments, patchDays, diagnosticSettings, replicas].filter(({ known }) => !known);
  });

const asked = (requests: readonly Received[]): number => new Set(requests.map(({ path }) => path)).size;

describe('a subscription with many caches', () => {
  it('is read at a pace that Resource Manager allows: nothing is throttled, nothing is unknown', async () => {
    const CACHES = 300;
    // The relation of the real ones, 25 to 24 a second, at thirty times their speed; where a machine that is busy for a moment holds up
    // thirty times as many requests, so that a burst has more room.
    const { seen, traffic, requests } = await scan(CACHES, { perSecond: 750, burst: 250 }, { perSecond: 720, burst: 150 }, 0);
    expect(gapsIn(seen)).toEqual([]);
    expect(unreadIn(seen)).toEqual([]);
    expect(traffic).toMatchObject({ retries: 0, throttledMs: 0 });
    expect(seen.filter(({ type }) => type === 'cache')).toHaveLength(CACHES);
    // The two lists of the subscription, in pages of a hundred, and five of every cache: each once.
    expect(requests).toHaveLength(CACHES / 100 + 1 + 5 * CACHES);
    expect(asked(requests)).toBe(requests.length);
  });

  it('is throttled at any other pace, which is told of what it costs', async () => {
    const { seen } = await scan(30, { perSecond: 10, burst: 20 }, { perSecond: 1e9, burst: 1e9 }, 0);
    expect(gapsIn(seen).length).toBeGreaterThan(10);
    expect(new Set(gapsIn(seen).map(({ code }) => code))).toEqual(new Set(['THROTTLED']));
    expect(unreadIn(seen)).toHaveLength(gapsIn(seen).length);
  });

  it('is read all the same when it is throttled now and then: what waits a second is asked for again', async () => {
    const { seen, traffic } = await scan(15, { perSecond: 40, burst: 30 }, { perSecond: 1e9, burst: 1e9 }, 5);
    expect(traffic.retries).toBeGreaterThan(0);
    expect(gapsIn(seen)).toEqual([]);
    expect(unreadIn(seen)).toEqual([]);
  });
});
