import type { ResourceManager } from '../../azure/resource-manager.ts';
import { Trouble } from '../../errors.ts';
import type { Cache } from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import { pathOf } from '../decode/resource-id.ts';
import { type Answer, keyOf, type Question } from './answer.ts';
import { redactedItem } from './redact.ts';

/** Remembers, without secrets, what Resource Manager answers, until it is taken. */
export interface Recorder {
  /** The same Resource Manager, overheard. */
  readonly overhear: (arm: ResourceManager) => ResourceManager;
  /** What concerns everything: the list of subscriptions, management groups. */
  readonly takeGeneral: () => readonly Answer[];
  /** The lists of a subscription. */
  readonly takeSubscription: (id: string) => readonly Answer[];
  /** What stands below a cache. */
  readonly takeCache: (cache: Cache) => readonly Answer[];
  /** All that is left. */
  readonly takeRest: () => readonly Answer[];
}

/** What the stop of a run leaves unread is not recorded: to whoever reads the recording it was never asked. */
export const recording = (stop: AbortSignal): Recorder => {
  const held = new Map<string, Answer[]>();
  const keep = (owner: string, answer: Answer): void => {
    const answers = held.get(owner) ?? [];
    held.set(owner, answers);
    answers.push(answer);
  };
  const take = (owner: string): readonly Answer[] => {
    const answers = held.get(owner) ?? [];
    held.delete(owner);
    return sorted(answers);
  };

  async function* overheard(
    owner: string,
    asked: Pick<Answer, 'what' | 'at'>,
    pages: AsyncIterable<readonly unknown[]>,
  ): AsyncIterable<readonly unknown[]> {
    const items: unknown[] = [];
    let count = 0;
    try {
      for await (const page of pages) {
        count += 1;
        for (const item of page) items.push(redactedItem(item));
        yield page;
      }
    } catch (error) {
      if (isAnswer(error, stop)) keep(owner, { ...asked, pages: count, items, ...toldOf(error) });
      throw error;
    }
    keep(owner, { ...asked, pages: count, items, ...ALL_WELL });
  }
  const once = async <T>(owner: string, what: Question, at: string, asking: Promise<T>, itemsOf: (value: T) => readonly unknown[]) => {
    try {
      const value = await asking;
      keep(owner, { what, at, pages: 1, items: itemsOf(value).map(redactedItem), ...ALL_WELL });
      return value;
    } catch (error) {
      if (isAnswer(error, stop)) keep(owner, { what, at, pages: 0, items: [], ...toldOf(error) });
      throw error;
    }
  };

  return {
    overhear: (arm) => ({
      subscriptions: () => overheard(GENERAL, { what: 'subscriptions', at: '' }, arm.subscriptions()),
      descendants: (group) => overheard(GENERAL, { what: 'managementGroup', at: group }, arm.descendants(group)),
      redis: (id) => overheard(subscriptionKey(id), { what: 'redis', at: id }, arm.redis(id)),
      clusters: (id) => overheard(subscriptionKey(id), { what: 'redisEnterprise', at: id }, arm.clusters(id)),
      registrationOf: (id) => once(subscriptionKey(id), 'registration', id, arm.registrationOf(id), (state) => [state]),
      list: (place) => once(ownerOf(place.path), 'list', place.path, arm.list(place), (items) => items),
      resource: (place) => once(OTHERS, 'resource', place.path, arm.resource(place), (item) => [item]),
      // A snapshot is of Resource Manager.
      query: (query) => arm.query(query),
    }),
    takeGeneral: () => take(GENERAL),
    takeSubscription: (id) => take(subscriptionKey(id)),
    takeCache: ({ id }) => take(pathOf(id)?.toLowerCase() ?? ''),
    takeRest: () => {
      const rest = [...held.values()].flat();
      held.clear();
      return sorted(rest);
    },
  };
};

const ALL_WELL = { problem: null, correlationId: null };

const GENERAL = 'general';
/** Caches that are read for the sake of others, whenever that is. */
const OTHERS = 'others';

const subscriptionKey = (id: string): string => `subscription ${id.toLowerCase()}`;

/** The path of the cache that a list stands below. */
const ownerOf = (path: string): string =>
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/[^/]+\/[^/]+\/[^/]+(?=\/)/.exec(path.toLowerCase())?.[0] ?? OTHERS;

const sorted = (answers: readonly Answer[]): readonly Answer[] =>
  answers
    .map((answer) => ({ answer, key: keyOf(answer) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ answer }) => answer);

const isAnswer = (error: unknown, stop: AbortSignal): error is Trouble => error instanceof Trouble && !stop.aborted;

const toldOf = ({ problem: { affects: _, ...told }, correlationId }: Trouble): Pick<Answer, 'problem' | 'correlationId'> => ({
  problem: told,
  correlationId,
});
