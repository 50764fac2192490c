export type ProblemKind =
  | 'usage'
  | 'permission'
  | 'not_found'
  | 'auth'
  | 'throttle'
  | 'timeout'
  | 'network'
  | 'proxy'
  | 'malformed'
  | 'limit'
  | 'rule_crash'
  | 'output'
  | 'interrupted'
  | 'internal';

/** Something that went wrong, told so that the reader can put it right. Texts may hold what Azure sent: writers escape them. */
export interface Problem {
  /** Stable, upper snake, such as `AUTHORIZATION_FAILED`. */
  readonly code: string;
  readonly kind: ProblemKind;
  /** What could not be read or done: an Azure scope (`/subscriptions/…`), a file, a flag; null for the whole run. */
  readonly scope: string | null;
  /** The Azure action that is missing or failed, such as `Microsoft.Cache/redis/read`. */
  readonly action: string | null;
  readonly httpStatus: number | null;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | null;
  /** The ids of the rules that could not be judged because of it; `['*']` for all that were selected. */
  readonly affects: readonly string[];
}

/** The code of a selector that matched nothing: nothing is unread because of it, and yet the run is no success. */
export const NOTHING_MATCHED = 'NOTHING_MATCHED';

/** The codes of a saved result of which a part is missing, or cannot be relied on. */
export const RESULT_NOT_WHOLE = ['RESULT_CUT_OFF', 'RESULT_DAMAGED', 'RESULT_INCONSISTENT'] as const;

export const isOfBrokenResult = ({ code }: Pick<Problem, 'code'>): boolean => RESULT_NOT_WHOLE.some((one) => one === code);

/** Whether nobody could be signed in, so that nothing was asked; a token that was refused is another matter. */
export const hasNoToken = ({ kind, code }: Pick<Problem, 'kind' | 'code'>): boolean => kind === 'auth' && NO_TOKEN.has(code);

const NO_TOKEN: ReadonlySet<string> = new Set(['SIGN_IN_FAILED', 'SIGN_IN_TIMEOUT', 'NO_TOKEN']);

/** A problem that says no more than it must; the rest is null. */
export const problem = (
  kind: ProblemKind,
  code: string,
  message: string,
  more: Partial<Omit<Problem, 'kind' | 'code' | 'message'>> = {},
): Problem => ({
  code,
  kind,
  scope: null,
  action: null,
  httpStatus: null,
  message,
  hint: null,
  affects: [],
  ...more,
});
