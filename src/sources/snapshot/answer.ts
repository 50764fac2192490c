import type { Problem } from '../../model/problem.ts';

/** What of Resource Manager is asked: its lists by name, `list` for one below a cache, `resource` for a cache itself. */
export const QUESTIONS = ['subscriptions', 'managementGroup', 'redis', 'redisEnterprise', 'registration', 'list', 'resource'] as const;
export type Question = (typeof QUESTIONS)[number];

/** One answer of Resource Manager, as a line of a snapshot holds it. */
export interface Answer {
  readonly what: Question;
  /** The id of a subscription or management group, or the path of a list or resource; empty for the list of subscriptions. */
  readonly at: string;
  /** How many pages came. None is no empty list: then `problem` says why nothing did. */
  readonly pages: number;
  /** What stood on the pages; of a resource itself, and of a registration its state, the only one. */
  readonly items: readonly unknown[];
  /** What went wrong after those pages; null when that was all. */
  readonly problem: Told | null;
  readonly correlationId: string | null;
}

/** What it left without a verdict depends on who asks. */
export type Told = Omit<Problem, 'affects'>;

/** Azure compares ids without case. */
export const keyOf = ({ what, at }: Pick<Answer, 'what' | 'at'>): string => `${what} ${at.toLowerCase()}`;
