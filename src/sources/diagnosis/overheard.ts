import type { Place, ResourceManager } from '../../azure/resource-manager.ts';
import { Trouble } from '../../errors.ts';
import { READ_ACTIONS, SCOPE_ACTIONS } from '../../model/need.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { isObject, textOf } from '../decode/json.ts';

/** A read that was tried, and what came of it. */
export interface Asked {
  readonly action: string;
  readonly scope: string | null;
  /** Null: it was answered. */
  readonly failure: Problem | null;
}

/** Notes which reads a source tries. What is not noted was not tried, whatever the source makes of it. */
export interface Listener {
  /** The same Resource Manager, overheard. */
  readonly overhear: (arm: ResourceManager) => ResourceManager;
  readonly asked: () => readonly Asked[];
  /** How many subscriptions were listed; null when the list was not there. */
  readonly visible: () => number | null;
}

export const listening = (): Listener => {
  const asked: Asked[] = [];
  const visible = new Set<string>();
  let isListed = false;

  const note = (action: string, scope: string | null, failure: Problem | null): void => {
    asked.push({ action, scope, failure });
  };
  async function* pages(action: string, scope: string | null, from: AsyncIterable<readonly unknown[]>): AsyncIterable<readonly unknown[]> {
    try {
      yield* from;
    } catch (error) {
      note(action, scope, failureOf(error));
      throw error;
    }
    note(action, scope, null);
  }
  const whole = async <T>({ action, scope }: Pick<Place, 'action' | 'scope'>, asking: Promise<T>): Promise<T> => {
    try {
      const answer = await asking;
      note(action, scope, null);
      return answer;
    } catch (error) {
      note(action, scope, failureOf(error));
      throw error;
    }
  };
  async function* counted(from: AsyncIterable<readonly unknown[]>): AsyncIterable<readonly unknown[]> {
    for await (const page of from) {
      isListed = true;
      for (const item of page) visible.add((isObject(item) ? (textOf(item, 'subscriptionId') ?? '') : '').toLowerCase());
      yield page;
    }
  }

  return {
    asked: () => asked,
    visible: () => (isListed ? [...visible].filter((id) => id !== '').length : null),
    overhear: (arm) => ({
      subscriptions: () => pages(SCOPE_ACTIONS.subscriptions, null, counted(arm.subscriptions())),
      descendants: (group) =>
        pages(SCOPE_ACTIONS.managementGroups, `/providers/Microsoft.Management/managementGroups/${group}`, arm.descendants(group)),
      redis: (id) => pages(READ_ACTIONS.redis, `/subscriptions/${id}`, arm.redis(id)),
      clusters: (id) => pages(READ_ACTIONS.managed, `/subscriptions/${id}`, arm.clusters(id)),
      registrationOf: (id) => whole({ action: SCOPE_ACTIONS.providers, scope: `/subscriptions/${id}` }, arm.registrationOf(id)),
      list: (place) => whole(place, arm.list(place)),
      resource: (place) => whole(place, arm.resource(place)),
      // What is diagnosed is the way through Resource Manager.
      query: (query) => arm.query(query),
    }),
  };
};

const failureOf = (error: unknown): Problem =>
  error instanceof Trouble ? error.problem : problem('internal', 'INTERNAL', error instanceof Error ? error.message : String(error));
