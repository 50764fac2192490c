import type { Identity } from '../azure/identity.ts';
import { compare } from '../model/compare.ts';
import { count } from '../model/count.ts';
import type { Problem } from '../model/problem.ts';
import type { SubscriptionScope } from '../model/scope.ts';
import { severalOf } from '../model/several.ts';
import type { Report, Run, Stats, Status } from '../policy/report.ts';
import type { Attempt } from '../sources/attempts.ts';

/** What `redvet doctor` found out. */
export interface Examination {
  readonly tool: Run['tool'];
  readonly environment: Environment;
  /** Null where nobody could be signed in, or the token does not say who it is for. */
  readonly identity: Identity | null;
  readonly isSignedIn: boolean;
  /** The class of the credential that gave the token; null where nobody is signed in, or nobody knows. */
  readonly credential: string | null;
  /** What each credential of a chain said that was asked in vain. */
  readonly tried: readonly { readonly credential: string | null; readonly message: string }[];
  readonly subscriptions: readonly Examined[];
  /** Actions that were refused, and where. */
  readonly missing: readonly { readonly action: string; readonly scopes: readonly string[] }[];
  readonly problems: readonly Problem[];
  readonly status: Status;
  readonly stats: Stats;
}

export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly cloud: string;
  /** Resource Manager. */
  readonly endpoint: string;
  readonly authority: string;
  readonly auth: string;
  /** Without what signs in to it; null for none. */
  readonly proxy: string | null;
  /** The file with more certificates to trust; null for none. */
  readonly certificates: string | null;
  /** The configuration that was read; null for none. */
  readonly config: string | null;
}

export interface Examined extends SubscriptionScope {
  /** Of a subscription that is passed over, none. */
  readonly reads: readonly Read[];
}

/** `not_tried`: there was nothing to try it on. It may work or not. */
export type ReadState = 'ok' | 'denied' | 'failed' | 'not_tried';

interface Read {
  readonly action: string;
  readonly state: ReadState;
  /** What it was tried on, where that failed. */
  readonly scope: string | null;
  readonly message: string | null;
}

/** What came of each action in each subscription. One refusal outweighs whatever else was answered. */
export const examinedIn = (
  subscriptions: readonly SubscriptionScope[],
  attempts: readonly Attempt[],
  actions: readonly string[],
): readonly Examined[] => {
  const met = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const key = `${attempt.subscriptionId} ${attempt.action}`;
    const before = met.get(key);
    if (before === undefined || rankOf(attempt) > rankOf(before)) met.set(key, attempt);
  }
  return subscriptions.map((subscription) => ({
    ...subscription,
    reads:
      subscription.status === 'skipped'
        ? []
        : actions.map((action) => readOf(action, met.get(`${subscription.id.toLowerCase()} ${action}`))),
  }));
};

const RANKS: readonly ReadState[] = ['not_tried', 'ok', 'failed', 'denied'];

const rankOf = (attempt: Attempt): number => RANKS.indexOf(stateOf(attempt));

const stateOf = ({ problem }: Attempt): ReadState => {
  if (problem === null) return 'ok';
  return problem.kind === 'permission' ? 'denied' : 'failed';
};

const readOf = (action: string, attempt: Attempt | undefined): Read => {
  if (attempt === undefined) return { action, state: 'not_tried', scope: null, message: null };
  const { problem, scope } = attempt;
  return { action, state: stateOf(attempt), scope: problem === null ? null : scope, message: problem?.message ?? null };
};

/** The actions that are missing by what was refused, each with where. */
export const missingIn = (problems: readonly Problem[]): Examination['missing'] => {
  const scopes = new Map<string, Set<string>>();
  for (const { kind, action, scope } of problems) {
    if (kind !== 'permission' || action === null) continue;
    const known = scopes.get(action) ?? new Set();
    scopes.set(action, known.add(scope ?? '/'));
  }
  return [...scopes].sort(([a], [b]) => compare(a, b)).map(([action, where]) => ({ action, scopes: [...where].sort(compare) }));
};

/** In the words of who asks whether a scan would work. */
export const verdictOf = ({ status, problems }: Report, examined: readonly Examined[]): Status => {
  if (status.outcome === 'empty' && problems.length === 0) return { ...status, outcome: 'clean', exitCode: 0, reason: NO_CACHE };
  if (status.outcome !== 'clean') return status;
  const untried = new Set(examined.flatMap(({ reads }) => reads.filter(({ state }) => state === 'not_tried').map(({ action }) => action)));
  for (const { reads } of examined) for (const { action, state } of reads) if (state === 'ok') untried.delete(action);
  const note = untried.size === 0 ? '' : `; ${count(untried.size, 'other')} could not be tried: ${severalOf([...untried])}`;
  return { ...status, reason: `every read that was tried works${note}` };
};

const NO_CACHE = 'the lists can be read; there is no cache to try anything else on';
