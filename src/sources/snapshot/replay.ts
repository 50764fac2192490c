import type { ResourceManager } from '../../azure/resource-manager.ts';
import { Trouble } from '../../errors.ts';
import { READ_ACTIONS } from '../../model/need.ts';
import { NOTHING_MATCHED, problem } from '../../model/problem.ts';
import { redacted } from '../../model/redact.ts';
import { type Answer, keyOf, type Question } from './answer.ts';
import { readAnswer, type Snapshot } from './read.ts';

/** What was asked for, as a problem names it. */
interface Asked {
  readonly scope: string | null;
  readonly action: string | null;
}

/** A Resource Manager that answers as it did when it was recorded. What was not recorded then cannot be read, and is no empty list. */
export const replaying = ({ lines, scope: { rules } }: Pick<Snapshot, 'lines' | 'scope'>): ResourceManager => {
  const answerTo = (what: Question, at: string, asked: Asked): Answer => {
    const line = lines.get(keyOf({ what, at }));
    if (line === undefined) throw notRecorded(asked, rules);
    const answer = line === null ? null : readAnswer(JSON.parse(line));
    if (answer === null) throw ambiguous(asked);
    return answer;
  };
  async function* pages(what: Question, at: string, asked: Asked): AsyncIterable<readonly unknown[]> {
    const { pages: count, items, problem: told, correlationId } = answerTo(what, at, asked);
    if (count > 0) yield items;
    if (told !== null) throw troubleOf(told, correlationId);
  }
  const whole = (what: Question, at: string, asked: Asked): readonly unknown[] => {
    const { items, problem: told, correlationId } = answerTo(what, at, asked);
    if (told !== null) throw troubleOf(told, correlationId);
    return items;
  };
  return {
    subscriptions: () => pages('subscriptions', '', { scope: null, action: null }),
    descendants: (group) => pages('managementGroup', group, { scope: group, action: null }),
    redis: (id) => pages('redis', id, { scope: `/subscriptions/${id}`, action: READ_ACTIONS.redis }),
    clusters: (id) => pages('redisEnterprise', id, { scope: `/subscriptions/${id}`, action: READ_ACTIONS.managed }),
    query: () => {
      throw notRecorded({ scope: null, action: null }, null);
    },
    list: async (place) => whole('list', place.path, place),
    resource: async (place) => whole('resource', place.path, place)[0],
    registrationOf: async (id) => {
      const [state] = whole('registration', id, { scope: `/subscriptions/${id}`, action: null });
      return typeof state === 'string' ? state : null;
    },
  };
};

const troubleOf = (told: NonNullable<Answer['problem']>, correlationId: string | null): Trouble =>
  new Trouble(
    {
      ...told,
      // To a selector that matched nothing, nothing is unread.
      code: told.code === NOTHING_MATCHED ? 'UNEXPECTED_ANSWER' : told.code,
      message: redacted(told.message),
      hint: told.hint === null ? null : redacted(told.hint),
      affects: ['*'],
    },
    { correlationId },
  );

const notRecorded = ({ scope, action }: Asked, rules: readonly string[] | null): Trouble =>
  new Trouble(
    problem('malformed', 'NOT_IN_SNAPSHOT', 'it is not in the snapshot', {
      scope,
      action,
      hint:
        rules === null
          ? 'Collect it again: redvet collect -o FILE'
          : 'It was collected for some rules only. Collect it again, without --rule and --framework: redvet collect -o FILE',
      affects: ['*'],
    }),
  );

const ambiguous = ({ scope, action }: Asked): Trouble =>
  new Trouble(
    problem('malformed', 'RECORDED_TWICE', 'the snapshot gives two different answers to the same question', {
      scope,
      action,
      hint: 'Collect it again: redvet collect -o FILE',
      affects: ['*'],
    }),
  );
