import type { Invocation, Notification } from 'sarif';
import { count } from '../../model/count.ts';
import type { Report } from '../../policy/report.ts';
import { isWhole, sentence, type Unread } from '../unread.ts';
import { messageText } from './message.ts';

/** GitHub refuses a run with more results, and shows so many of one that it takes. */
const LIMITS = { refused: 25_000, shown: 5_000 } as const;

/** How the run went. What was not read is told here too, for viewers that show it apart from results. */
export const invocationOf = ({ run, status, finishedAt }: Report, unread: readonly Unread[], results: number): Invocation => ({
  executionSuccessful: isWhole(status),
  exitCode: status.exitCode,
  exitCodeDescription: sentence(`${status.outcome}: ${status.reason}`),
  startTimeUtc: run.startedAt,
  endTimeUtc: finishedAt,
  toolExecutionNotifications: [...unread.map(unreadNotification), ...limitNotifications(results)],
});

const unreadNotification = ({ code, scope, text, problem }: Unread): Notification => ({
  descriptor: { id: code },
  level: 'error',
  message: { text: messageText(text) },
  properties: {
    kind: problem?.kind ?? null,
    scope,
    action: problem?.action ?? null,
    httpStatus: problem?.httpStatus ?? null,
    affects: problem?.affects ?? ['*'],
  },
});

/** Nothing is left out for the sake of one reader: it is said what GitHub will do, and what helps. */
const limitNotifications = (results: number): readonly Notification[] => {
  const said = limitText(results);
  return said === null ? [] : [{ descriptor: { id: 'RESULT_LIMIT' }, level: 'warning', message: { text: messageText(sentence(said)) } }];
};

const limitText = (results: number): string | null => {
  const has = `this file has ${count(results, 'result')}`;
  if (results > LIMITS.refused)
    return `${has}: GitHub refuses more than ${count(LIMITS.refused, 'result')} in a run; write a file for each subscription`;
  if (results > LIMITS.shown) return `${has}: GitHub shows ${count(LIMITS.shown, 'result')} of a run, the worst first`;
  return null;
};
