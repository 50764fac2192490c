import type { ResourceManager } from '../../azure/resource-manager.ts';
import { Trouble } from '../../errors.ts';
import type { Cache } from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import { redacted } from '../../model/redact.ts';
import { pathOf } from '../decode/resource-id.ts';
import { type Answer, type Answers, lineOf, PATHS, type Told } from './answer.ts';
import { redactedItem } from './redact.ts';

/** Remembers, without secrets, what Resource Manager answers, until it is taken. */
export interface Recorder {
  /** The same Resource Manager, overheard. */
  readonly overhear: (arm: ResourceManager) => ResourceManager;
  /** What concerns everything: the list of subscriptions, management groups. */
  readonly takeGeneral: () => readonly Answers[];
  /** The lists of a subscription. */
  readonly takeSubscription: (id: string) => readonly Answers[];
  /** What stands below a cache. */
  readonly takeCache: (cache: Cache) => readonly Answers[];
  /** All that is left: caches that were read for the sake of others, and what a stop left unfinished. */
  readonly takeRest: () => readonly Answers[];
}

/** What the stop of a run leaves unread is not recorded: to whoever reads the recording it was never asked. */
export const recording = (stop: AbortSignal): Recorder => {
  const general = holding();
  const lists = holding();
  const others = holding();
  const keep = (holder: Holding, path: string, pages: number, items: readonly unknown[], problem: Told | null): void => {
    const below = lineOf(path);
    holder.add(below, { at: path.slice(below.length), pages, items, problem });
  };
  const isAnswer = (error: unknown): error is Trouble => error instanceof Trouble && !stop.aborted;

  async function* pagesOf(holder: Holding, path: string, pages: AsyncIterable<readonly unknown[]>): AsyncIterable<readonly unknown[]> {
    const items: unknown[] = [];
    let count = 0;
    try {
      for await (const page of pages) {
        count += 1;
        for (const item of page) items.push(redactedItem(item));
        yield page;
      }
    } catch (error) {
      if (isAnswer(error)) keep(holder, path, count, items, toldOf(error));
      throw error;
    }
    keep(holder, path, count, items, null);
  }
  const whole = async <T>(holder: Holding, path: string, asking: Promise<T>, itemsOf: (value: T) => readonly unknown[]): Promise<T> => {
    try {
      const value = await asking;
      keep(holder, path, 1, itemsOf(value).map(redactedItem), null);
      return value;
    } catch (error) {
      if (isAnswer(error)) keep(holder, path, 0, [], toldOf(error));
      throw error;
    }
  };

  return {
    overhear: (arm) => ({
      subscriptions: () => pagesOf(general, PATHS.subscriptions, arm.subscriptions()),
      descendants: (group) => pagesOf(general, PATHS.descendants(group), arm.descendants(group)),
      redis: (id) => pagesOf(lists, PATHS.redis(id), arm.redis(id)),
      clusters: (id) => pagesOf(lists, PATHS.clusters(id), arm.clusters(id)),
      registrationOf: (id) => whole(lists, PATHS.registration(id), arm.registrationOf(id), (state) => [state]),
      list: (place) => whole(lists, place.path, arm.list(place), (items) => items),
      // Whenever another cache asks for it.
      resource: (place) => whole(others, place.path, arm.resource(place), (item) => [item]),
      // A snapshot is of Resource Manager.
      query: (query) => arm.query(query),
    }),
    takeGeneral: general.takeAll,
    takeSubscription: (id) => [PATHS.registration(id), PATHS.redis(id), PATHS.clusters(id)].flatMap(lists.take),
    takeCache: ({ id }) => lists.take(pathOf(id) ?? ''),
    takeRest: () => [...lists.takeAll(), ...others.takeAll()],
  };
};

interface Holding {
  readonly add: (below: string, answer: Answer) => void;
  readonly take: (below: string) => readonly Answers[];
  readonly takeAll: () => readonly Answers[];
}

/** Answers by what they are about; they are taken in a fixed order, whatever order they came in. */
const holding = (): Holding => {
  const held = new Map<string, { readonly below: string; readonly answers: Answer[] }>();
  const take = (below: string): readonly Answers[] => {
    const found = held.get(below.toLowerCase());
    held.delete(below.toLowerCase());
    return found === undefined ? [] : [{ below: found.below, answers: found.answers.sort((a, b) => compare(a.at, b.at)) }];
  };
  return {
    add: (below, answer) => {
      const found = held.get(below.toLowerCase()) ?? { below, answers: [] };
      held.set(below.toLowerCase(), found);
      found.answers.push(answer);
    },
    take,
    takeAll: () => [...held.keys()].sort(compare).flatMap(take),
  };
};

const toldOf = ({ problem: { affects: _, ...told }, correlationId }: Trouble): Told => ({
  ...told,
  message: redacted(told.message),
  hint: told.hint === null ? null : redacted(told.hint),
  correlationId,
});
