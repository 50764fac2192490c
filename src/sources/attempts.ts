import type { ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import { READ_ACTIONS } from '../model/need.ts';
import type { Problem } from '../model/problem.ts';

/** One read that was asked for, and what came of it. */
export interface Attempt {
  /** The Azure action whose right it takes. */
  readonly action: string;
  /** Lower case; null where it concerns none. */
  readonly subscriptionId: string | null;
  /** The resource or subscription that was read. */
  readonly scope: string;
  /** Null: it was answered. */
  readonly problem: Problem | null;
}

/** What of a subscription is read through its lists and below its caches; the rest concerns a run as a whole. */
const SUBSCRIPTION = /^\/subscriptions\/([^/]+)/i;

/** The same Resource Manager; every read of a subscription's caches, and what came of it, is told once it is done. */
export const attempting = (arm: ResourceManager, tell: (attempt: Attempt) => void): ResourceManager => {
  const done = (action: string, scope: string, problem: Problem | null): void =>
    tell({ action, scope, subscriptionId: SUBSCRIPTION.exec(scope)?.[1]?.toLowerCase() ?? null, problem });

  const whole = async <T>(action: string, scope: string, asking: Promise<T>): Promise<T> => {
    try {
      const value = await asking;
      done(action, scope, null);
      return value;
    } catch (error) {
      if (error instanceof Trouble) done(action, scope, error.problem);
      throw error;
    }
  };

  async function* pages(action: string, scope: string, asked: AsyncIterable<readonly unknown[]>): AsyncIterable<readonly unknown[]> {
    try {
      yield* asked;
    } catch (error) {
      if (error instanceof Trouble) done(action, scope, error.problem);
      throw error;
    }
    done(action, scope, null);
  }

  return {
    ...arm,
    redis: (id) => pages(READ_ACTIONS.redis, `/subscriptions/${id}`, arm.redis(id)),
    clusters: (id) => pages(READ_ACTIONS.managed, `/subscriptions/${id}`, arm.clusters(id)),
    list: (place) => whole(place.action, place.scope, arm.list(place)),
    resource: (place) => whole(place.action, place.scope, arm.resource(place)),
  };
};
