import { RedisManagementClient } from '@azure/arm-rediscache';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { TokenCredential } from '@azure/core-auth';
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import type { Cloud } from './clouds.ts';
import { type Attempt, troubleOf } from './failure.ts';
import { rawPages } from './listing.ts';
import { armPipeline } from './pipeline.ts';
import type { TokenSource } from './tokens.ts';
import { counted, guarded, type Traffic } from './transport.ts';

/** Azure Resource Manager as redvet reads it: raw pages, straight from the wire. Every failure is a `Trouble`. */
export interface ResourceManager {
  /** Pages of `GET /subscriptions`. */
  subscriptions(): AsyncIterable<readonly unknown[]>;
  /** Pages of `GET /subscriptions/<id>/providers/Microsoft.Cache/redis`, API 2024-11-01. */
  redis(subscriptionId: string): AsyncIterable<readonly unknown[]>;
  /** The `registrationState` of Microsoft.Cache in a subscription; null when the answer does not say. */
  registrationOf(subscriptionId: string): Promise<string | null>;
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
}

const READ_SUBSCRIPTIONS = 'Microsoft.Resources/subscriptions/read';
const READ_REDIS = 'Microsoft.Cache/redis/read';
const READ_PROVIDERS = 'Microsoft.Resources/subscriptions/providers/read';

export const openResourceManager = (options: ResourceManagerOptions): ResourceManager => {
  const { cloud, tokens, traffic, signal } = options;
  const { origin } = new URL(cloud.endpoint);
  const onlyReads = (url: URL, method: string): boolean => method === 'GET' && url.origin === origin;
  const shared = {
    endpoint: cloud.endpoint,
    pipeline: armPipeline({ tokens, userAgent: options.userAgent, retry: options }),
    httpClient: guarded(counted(options.transport, traffic), onlyReads),
  };
  const subscriptions = new SubscriptionClient(NEVER_ASKED, shared);

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
    registrationOf: async (id) => {
      try {
        const url = `${cloud.endpoint}/subscriptions/${id}/providers/Microsoft.Cache?api-version=2021-04-01`;
        const { status, bodyAsText } = await subscriptions.sendRequest(createPipelineRequest({ url, method: 'GET', abortSignal: signal }));
        return status === 200 ? registrationIn(bodyAsText ?? '') : null;
      } catch (error) {
        throw troubleOf(signal.aborted ? signal.reason : error, { scope: `/subscriptions/${id}`, action: READ_PROVIDERS });
      }
    },
  };
};

const registrationIn = (text: string): string | null => {
  try {
    const body: unknown = JSON.parse(text);
    const state = typeof body === 'object' && body !== null && 'registrationState' in body ? body.registrationState : null;
    return typeof state === 'string' ? state : null;
  } catch {
    return null;
  }
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
