import type { ResourceManager } from '../../azure/resource-manager.ts';
import { Trouble } from '../../errors.ts';
import { READ_ACTIONS } from '../../model/need.ts';
import { NOTHING_MATCHED, problem } from '../../model/problem.ts';
import { redacted } from '../../model/redact.ts';
import { type Answer, lineOf, PATHS, type Told } from './answer.ts';
import { readAnswers, type Snapshot } from './read.ts';

/** What was asked for, as a problem names it. */
interface Asked {
  readonly path: string;
  readonly scope: string | null;
  readonly action: string | null;
}

/** A Resource Manager that answers as it did when it was recorded. What was not recorded then cannot be read, and is no empty list. */
export const replaying = ({ lines, scope: { rules } }: Pick<Snapshot, 'lines' | 'scope'>): ResourceManager => {
  const answerTo = (asked: Asked): Answer => {
    const below = lineOf(asked.path);
    const at = asked.path.slice(below.length).toLowerCase();
    const found = (lines.get(below.toLowerCase()) ?? [])
      .flatMap((line) => readAnswers(JSON.parse(line))?.answers ?? [])
      .filter((answer) => answer.at.toLowerCase() === at);
    const [answer, ...others] = found;
    if (answer === undefined) throw notRecorded(asked, rules);
    // A list may be read twice in a long run: the same answer again says nothing new.
    const [text, ...texts] = others.length === 0 ? [] : found.map((one) => JSON.stringify({ ...one, at }));
    if (texts.some((other) => other !== text)) throw ambiguous(asked);
    return answer;
  };
  async function* pagesOf(asked: Asked): AsyncIterable<readonly unknown[]> {
    const { pages, items, problem: told } = answerTo(asked);
    if (pages > 0) yield items;
    if (told !== null) throw troubleOf(told);
  }
  const whole = (asked: Asked): readonly unknown[] => {
    const { items, problem: told } = answerTo(asked);
    if (told !== null) throw troubleOf(told);
    return items;
  };
  const single = (asked: Asked): unknown => {
    const [item, ...others] = whole(asked);
    if (item === undefined || others.length > 0) throw ambiguous(asked);
    return item;
  };
  return {
    subscriptions: () => pagesOf({ path: PATHS.subscriptions, scope: null, action: null }),
    descendants: (group) => pagesOf({ path: PATHS.descendants(group), scope: group, action: null }),
    redis: (id) => pagesOf({ path: PATHS.redis(id), scope: `/subscriptions/${id}`, action: READ_ACTIONS.redis }),
    clusters: (id) => pagesOf({ path: PATHS.clusters(id), scope: `/subscriptions/${id}`, action: READ_ACTIONS.managed }),
    query: () => pagesOf({ path: '', scope: null, action: null }),
    list: async (place) => whole(place),
    resource: async (place) => single(place),
    registrationOf: async (id) => {
      const state = single({ path: PATHS.registration(id), scope: `/subscriptions/${id}`, action: null });
      return typeof state === 'string' ? state : null;
    },
  };
};

const troubleOf = ({ correlationId, ...told }: Told): Trouble =>
  new Trouble(
    {
      ...told,
      // Where a selector matched nothing, nothing is unread; no answer says that.
      code: told.code === NOTHING_MATCHED ? 'UNEXPECTED_ANSWER' : told.code,
      message: redacted(told.message),
      hint: told.hint === null ? null : redacted(told.hint),
      affects: ['*'],
    },
    { correlationId },
  );

const AGAIN = 'Collect it again: redvet collect -o FILE';

const notRecorded = (asked: Asked, rules: readonly string[] | null): Trouble =>
  unanswered(asked, 'NOT_IN_SNAPSHOT', 'it is not in the snapshot', rules === null ? AGAIN : WITHOUT_RULES);

const WITHOUT_RULES = 'It was collected for some rules only. Collect it again, without --rule and --framework: redvet collect -o FILE';

const ambiguous = (asked: Asked): Trouble =>
  unanswered(asked, 'AMBIGUOUS_SNAPSHOT', 'the snapshot does not give one answer to one question', AGAIN);

const unanswered = ({ scope, action }: Asked, code: string, message: string, hint: string): Trouble =>
  new Trouble(problem('malformed', code, message, { scope, action, hint, affects: ['*'] }));
