import type { TokenCredential } from '@azure/core-auth';
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import type { Cloud } from '../azure/clouds.ts';
import { clientSecret } from '../azure/credential.ts';
import { GRAPH_PATH } from '../azure/resource-graph.ts';
import { ESTATE, MANAGEMENT_GROUP, TENANT } from './estate.ts';
import { graphAnswer } from './graph.ts';
import { belowCache, belowCluster, wireCache, wireCluster } from './wire.ts';

/** A sign-in service and a Resource Manager that live in this process: the SDK talks to them, no socket is opened. */
export const demoConnection = () => {
  const transport = inProcess(answerTo);
  const signIn = { client: transport, lastFailure: () => null };
  return {
    cloud: CLOUD,
    transport,
    credential: (): TokenCredential =>
      clientSecret(TENANT, 'c0ffee00-0000-4000-8000-000000000001', 'demo', { cloud: CLOUD, transport: signIn }),
    // Nothing is throttled here.
    pace: { perSecond: 1e9, burst: 1e9 },
  };
};

const CLOUD: Cloud = {
  name: 'demo',
  endpoint: 'https://management.demo.invalid',
  authority: 'https://login.demo.invalid',
  audience: 'https://management.demo.invalid',
  signInHosts: ['https://login.demo.invalid'],
  privateAuthority: true,
};

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

const inProcess = (handle: (url: URL, body: string) => Answer): HttpClient => ({
  sendRequest: async (request: PipelineRequest) => {
    const { status = 200, body } = handle(new URL(request.url), typeof request.body === 'string' ? request.body : '');
    return { request, status, headers: createHttpHeaders({ 'content-type': 'application/json' }), bodyAsText: JSON.stringify(body) };
  },
});

const answerTo = (url: URL, body: string): Answer => {
  const { pathname } = url;
  if (url.origin === CLOUD.authority) return signInAnswer(pathname);
  if (pathname === GRAPH_PATH) return { body: graphAnswer(ESTATE, body) };
  const group = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)\/descendants$/i.exec(pathname)?.[1];
  if (group !== undefined) return groupAnswer(group);
  if (pathname === '/subscriptions') return { body: pageOf(ESTATE.map(wireSubscription), url) };
  const [, id, rest = ''] = /^\/subscriptions\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  const subscription = ESTATE.find((candidate) => candidate.id === id);
  if (!subscription) return failure(404, 'SubscriptionNotFound', 'The subscription could not be found.');
  const { caches, clusters = [] } = subscription;
  if (/^providers\/Microsoft\.Authorization\/permissions$/i.test(rest)) return { body: { value: caches === null ? [] : READER } };
  const list = /^providers\/Microsoft\.Cache\/(redis|redisEnterprise)$/i.exec(rest)?.[1]?.toLowerCase();
  if (list !== undefined) {
    if (caches === null) return denied(`Microsoft.Cache/${list === 'redis' ? 'redis' : 'redisEnterprise'}/read`);
    const items =
      list === 'redis'
        ? caches.map((cache) => wireCache(subscription, cache))
        : clusters.map((cluster) => wireCluster(subscription, cluster));
    return { body: pageOf(items, url) };
  }
  const [, type, name, child = ''] = /\/providers\/Microsoft\.Cache\/(redis|redisEnterprise)\/([^/]+)(?:\/(.+))?$/i.exec(`/${rest}`) ?? [];
  const cache = caches?.find((one) => type?.toLowerCase() === 'redis' && one.name === name);
  const cluster = clusters.find((one) => type?.toLowerCase() === 'redisenterprise' && one.name === name);
  if (child === '' && cache) return { body: wireCache(subscription, cache) };
  if (child === '' && cluster) return { body: wireCluster(subscription, cluster) };
  const below = cache ? belowCache(subscription, cache, child) : cluster && belowCluster(subscription, cluster, child);
  if (below === undefined || 'none' in below) return failure(404, 'ResourceNotFound', 'The resource was not found.');
  return 'denied' in below ? denied(below.denied) : { body: pageOf(below.items, url) };
};

const READER = [{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }];

/** One management group holds the whole estate. */
const groupAnswer = (group: string): Answer =>
  group === MANAGEMENT_GROUP
    ? {
        body: {
          value: ESTATE.map(({ id, name }) => ({
            id: `/subscriptions/${id}`,
            type: '/subscriptions',
            name: id,
            properties: { displayName: name },
          })),
        },
      }
    : failure(404, 'NotFound', 'The management group could not be found.');

const failure = (status: number, code: string, message: string): Answer => ({ status, body: { error: { code, message } } });

const denied = (action: string): Answer => failure(403, 'AuthorizationFailed', `No authorization to perform ${action}.`);

const signInAnswer = (pathname: string): Answer => {
  const base = `${CLOUD.authority}/${TENANT}`;
  if (pathname.endsWith('/.well-known/openid-configuration')) {
    return {
      body: {
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      },
    };
  }
  return { body: { token_type: 'Bearer', expires_in: 3600, access_token: 'demo-token' } };
};

const wireSubscription = ({ id, name, state }: (typeof ESTATE)[number]) => ({
  id: `/subscriptions/${id}`,
  subscriptionId: id,
  displayName: name,
  tenantId: TENANT,
  state,
});

const PAGE_SIZE = 3;

/** Pages, as the real one has them. */
const pageOf = (items: readonly unknown[], url: URL) => {
  const start = Number(url.searchParams.get('$skiptoken') ?? 0);
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(start + PAGE_SIZE));
  const value = items.slice(start, start + PAGE_SIZE);
  return start + PAGE_SIZE < items.length ? { value, nextLink: next.href } : { value };
};
