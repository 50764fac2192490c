import type { Problem } from '../../model/problem.ts';

/** One answer of Resource Manager. */
export interface Answer {
  /** What follows the path of the line it stands in. */
  readonly at: string;
  /** How many pages came. None is no empty list: then `problem` says why nothing did. */
  readonly pages: number;
  /** What stood on the pages; of a resource itself, and of a registration its state, the only one. */
  readonly items: readonly unknown[];
  /** What went wrong after those pages; null when that was all. */
  readonly problem: Told | null;
}

/** What it leaves without a verdict depends on who asks. */
export interface Told extends Omit<Problem, 'affects'> {
  /** Azure's, for a support request. */
  readonly correlationId: string | null;
}

/** All answers about one thing: a line of a snapshot. */
export interface Answers {
  /** The path of a list, or of the cache that several lists stand below. */
  readonly below: string;
  readonly answers: readonly Answer[];
}

/** The paths below the endpoint that are asked for, but for those of caches. */
export const PATHS = {
  subscriptions: '/subscriptions',
  descendants: (group: string) => `/providers/Microsoft.Management/managementGroups/${group}/descendants`,
  redis: (id: string) => `${subscriptionPath(id)}/providers/Microsoft.Cache/redis`,
  clusters: (id: string) => `${subscriptionPath(id)}/providers/Microsoft.Cache/redisEnterprise`,
  registration: (id: string) => `${subscriptionPath(id)}/providers/Microsoft.Cache`,
};

const subscriptionPath = (id: string): string => `/subscriptions/${id}`;

/** Whether caches stand in the list of that path, in any case. */
export const isListOfCaches = (path: string): boolean =>
  /^\/subscriptions\/[^/]+\/providers\/microsoft\.cache\/redis(?:enterprise)?$/i.test(path);

/** The line in which the answer to a path stands: that of the cache that it belongs to, or one of its own. */
export const lineOf = (path: string): string => CACHE_PATH.exec(path)?.[0] ?? path;

const CACHE_PATH = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+\/[^/]+\/[^/]+/i;
