import { RedisManagementClient } from '@azure/arm-rediscache';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { TokenCredential } from '@azure/core-auth';
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import type { Cloud } from './clouds.ts';
import { type Attempt, troubleOf } from './failure.ts';
import { type Get, jsonAt, jsonOf, pagesAt, rawPages } from './listing.ts';
import { managementGroupId } from './management-group.ts';
import type { Pace } from './pacing.ts';
import { armPipeline } from './pipeline.ts';
import { GRAPH_PATH, type GraphQuery, graphPages, type Post } from './resource-graph.ts';
import type { TokenSource } from './tokens.ts';
import { counted, guarded, limited, type Traffic } from './transport.ts';

/** Azure Resource Manager as redvet reads it: raw pages, straight from the wire. Every failure is a `Trouble`. */
export interface ResourceManager {
  /** Pages of `GET /subscriptions`. */
  subscriptions(): AsyncIterable<readonly unknown[]>;
  /** Pages of `GET /subscriptions/<id>/providers/Microsoft.Cache/redis`, API 2024-11-01. */
  redis(subscriptionId: string): AsyncIterable<readonly unknown[]>;
  /** Pages of `GET /subscriptions/<id>/providers/Microsoft.Cache/redisEnterprise`, API 2025-07-01. */
  clusters(subscriptionId: string): AsyncIterable<readonly unknown[]>;
  /** All items of a list at a path below the endpoint, which is safe to become part of an address. */
  list(at: Place): Promise<readonly unknown[]>;
  /** Rows of a query of Resource Graph, page by page. */
  query(query: GraphQuery): AsyncIterable<readonly unknown[]>;
  /** Pages of what descends from a management group: other groups and subscriptions. */
  descendants(managementGroup: string): AsyncIterable<readonly unknown[]>;
  /** One resource. */
  resource(at: Place): Promise<unknown>;
  /** The `registrationState` of Microsoft.Cache in a subscription; null when the answer does not say. */
  registrationOf(subscriptionId: string): Promise<string | null>;
}

/** Where something is read. */
export interface Place {
  /** `/subscriptions/…`, each part escaped. */
  readonly path: string;
  readonly apiVersion: string;
  /** The resource or subscription that it is part of, for messages. */
  readonly scope: string;
  /** The action whose right it takes. */
  readonly action: string;
}

export interface ResourceManagerOptions {
  readonly cloud: Cloud;
  readonly tokens: TokenSource;
  readonly transport: HttpClient;
  readonly traffic: Traffic;
  readonly retries: number;
  readonly timeLeft: () => number;
  readonly now: () => number;
  readonly random: () => number;
  /** Stops the run; its reason is a `Trouble`. */
  readonly signal: AbortSignal;
  readonly userAgent: string;
  /** Requests under way at a time, of all subscriptions together. */
  readonly concurrency: number;
  /** How fast one subscription is read. */
  readonly pace: Pace;
}

const READ_SUBSCRIPTIONS = 'Microsoft.Resources/subscriptions/read';
const READ_REDIS = 'Microsoft.Cache/redis/read';
const READ_CLUSTERS = 'Microsoft.Cache/redisEnterprise/read';
const READ_GROUPS = 'Microsoft.Management/managementGroups/descendants/read';
const READ_GRAPH = 'Microsoft.ResourceGraph/resources/read';
const READ_PROVIDERS = 'Microsoft.Resources/subscriptions/providers/read';

export const openResourceManager = (options: ResourceManagerOptions): ResourceManager => {
  const { cloud, tokens, traffic, signal } = options;
  const { origin } = new URL(cloud.endpoint);
  const onlyReads = (url: URL, method: string): boolean =>
    url.origin === origin && (method === 'GET' || (method === 'POST' && url.pathname === GRAPH_PATH));
  const shared = {
    endpoint: cloud.endpoint,
    pipeline: armPipeline({ tokens, userAgent: options.userAgent, retry: options, pace: options.pace }),
    httpClient: guarded(limited(counted(options.transport, traffic), options.concurrency), onlyReads),
  };
  const subscriptions = new SubscriptionClient(NEVER_ASKED, shared);
  const get: Get = (url) => subscriptions.sendRequest(createPipelineRequest({ url, method: 'GET', abortSignal: signal }));
  const post: Post = (url, body) => {
    const request = createPipelineRequest({ url, method: 'POST', body, abortSignal: signal });
    request.headers.set('content-type', 'application/json');
    return subscriptions.sendRequest(request);
  };
  const addressOf = ({ path, apiVersion }: Pick<Place, 'path' | 'apiVersion'>): string =>
    `${cloud.endpoint}${path}?api-version=${apiVersion}`;
  const guardedRead = async <T>(attempt: Attempt, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      throw troubleOf(signal.aborted ? signal.reason : error, attempt);
    }
  };

  return {
    subscriptions: () =>
      pagesOf({ scope: null, action: READ_SUBSCRIPTIONS }, signal, subscriptions.subscriptions.list(rawPages(origin, signal)).byPage()),
    redis: (id) => {
      const client = new RedisManagementClient(NEVER_ASKED, id, shared);
      return pagesOf(
        { scope: `/subscriptions/${id}`, action: READ_REDIS },
        signal,
        client.redis.listBySubscription(rawPages(origin, signal)).byPage(),
      );
    },
    clusters: (id) => {
      const url = addressOf({ path: `/subscriptions/${id}/providers/Microsoft.Cache/redisEnterprise`, apiVersion: '2025-07-01' });
      return pagesOf({ scope: `/subscriptions/${id}`, action: READ_CLUSTERS }, signal, pagesAt(url, origin, get));
    },
    query: (query) => pagesOf({ scope: null, action: READ_GRAPH }, signal, graphPages(cloud.endpoint, query, post)),
    descendants: (managementGroup) => {
      const id = managementGroupId(encodeURIComponent(managementGroup));
      const url = addressOf({ path: `${id}/descendants`, apiVersion: '2020-05-01' });
      return pagesOf({ scope: managementGroupId(managementGroup), action: READ_GROUPS }, signal, pagesAt(url, origin, get));
    },
    list: (place) =>
      guardedRead(place, async () => {
        const items: unknown[] = [];
        for await (const page of pagesAt(addressOf(place), origin, get)) for (const item of page) items.push(item);
        return items;
      }),
    resource: (place) => guardedRead(place, async () => jsonOf(await jsonAt(addressOf(place), get))),
    registrationOf: (id) =>
      guardedRead({ scope: `/subscriptions/${id}`, action: READ_PROVIDERS }, async () => {
        const url = addressOf({ path: `/subscriptions/${id}/providers/Microsoft.Cache`, apiVersion: '2021-04-01' });
        return registrationIn((await jsonAt(url, get)).body);
      }),
  };
};

const registrationIn = (body: unknown): string | null => {
  const state = typeof body === 'object' && body !== null && 'registrationState' in body ? body.registrationState : null;
  return typeof state === 'string' ? state : null;
};

/** The shared pipeline signs every request; a client that asked for a token itself would be a second sign-in. */
const NEVER_ASKED: TokenCredential = {
  getToken: () => Promise.reject(new Error('a client asked for a token of its own')),
};

/** What a stopped run could not read, it could not read for the reason it was stopped, which is a `Trouble`. */
async function* pagesOf(
  attempt: Attempt,
  signal: AbortSignal,
  pages: AsyncIterable<readonly unknown[]>,
): AsyncIterable<readonly unknown[]> {
  try {
    yield* pages;
  } catch (error) {
    throw troubleOf(signal.aborted ? signal.reason : error, attempt);
  }
}
