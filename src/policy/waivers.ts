import { count } from '../model/count.ts';
import { matchesGlob } from '../model/glob.ts';
import { type Problem, problem } from '../model/problem.ts';
import { severalOf } from '../model/several.ts';
import type { Finding, FindingWaiver, WaiverCategory, WaiverResult } from './report.ts';

/** A risk that someone answers for until a day. */
export interface Waiver {
  readonly id: string;
  /** The ids of the rules that it is meant for, without those that nobody may waive. */
  readonly rules: readonly string[];
  /** A glob over the whole id of a cache, without regard to case; of a declared one over its address, alone or as `file:address`. */
  readonly resource: string;
  readonly category: WaiverCategory;
  readonly reason: string;
  readonly owner: string;
  readonly ticket: string | null;
  /** The last day it holds, to its end in UTC: `YYYY-MM-DD`. */
  readonly expires: string;
}

/** What of a finding a waiver is chosen by. */
export type Waivable = Pick<Finding, 'rule' | 'cache' | 'subject' | 'origin' | 'waiver'>;

/** The waivers of a run. */
export interface Waivers {
  readonly all: readonly Pick<Waiver, 'id' | 'rules' | 'expires'>[];
  /** The one that is meant for a failure; also one that has expired, where no other is. */
  of(failure: Waivable): FindingWaiver | null;
  /** Whether an unused or expired one is a mistake. */
  readonly isStrict: boolean;
  /** The day they are held to, in UTC: `YYYY-MM-DD`. */
  readonly today: string;
}

export const NO_WAIVERS: Waivers = { all: [], of: () => null, isStrict: false, today: '' };

export interface WaiverDays {
  /** The day of the run in UTC: `YYYY-MM-DD`. */
  readonly today: string;
  /** How many days before its end a waiver is told to be expiring. */
  readonly warnDays: number;
}

/** Of several that match, the first in the file that has not expired counts. */
export const waiversFrom = (all: readonly Waiver[], isStrict: boolean, days: WaiverDays): Waivers => ({
  all,
  isStrict,
  today: days.today,
  of: (failure) => {
    const matching = all
      .filter((waiver) => isMeantFor(waiver, failure))
      .map((waiver) => ({ ...told(waiver), state: stateOn(waiver, days) }));
    return matching.find(({ state }) => state !== 'expired') ?? matching[0] ?? null;
  },
});

const isMeantFor = ({ rules, resource }: Waiver, { rule, cache, subject, origin }: Waivable): boolean => {
  if (!rules.includes(rule.id)) return false;
  const id = subject ?? cache.id;
  return matchesGlob(resource, id) || (origin !== null && matchesGlob(resource, `${origin.file}:${id}`));
};

const told = ({ id, category, reason, owner, ticket, expires }: Waiver) => ({ id, category, reason, owner, ticket, expires });

export const stateOn = ({ expires }: Pick<Waiver, 'expires'>, { today, warnDays }: WaiverDays): FindingWaiver['state'] => {
  if (expires < today) return 'expired';
  return expires <= dayAfter(today, warnDays) ? 'expiring' : 'applied';
};

/** The day that many days later, as `YYYY-MM-DD`. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * MS_A_DAY).toISOString().slice(0, day.length);

const MS_A_DAY = 86_400_000;

/**
 * The waivers that a saved result tells of: held to another day than they were, one may have expired. What they are, `all`, is told at
 * the end of a result only, and may grow until then.
 */
export const savedWaivers = (
  all: Waivers['all'],
  { isStrict, unwaivable }: { readonly isStrict: boolean; readonly unwaivable: ReadonlySet<string> },
  days: WaiverDays,
): Waivers => ({
  all,
  isStrict,
  today: days.today,
  of: ({ rule, waiver }) => (waiver === null || unwaivable.has(rule.id) ? null : { ...waiver, state: stateOn(waiver, days) }),
});

/** What became of the waivers, by what the findings of a run say of them. Those of rules that did not run are no concern of it. */
export const waiverResults = (
  { all, today }: Pick<Waivers, 'all' | 'today'>,
  met: ReadonlyMap<string, FindingWaiver['state']>,
  rules: readonly { readonly id: string }[],
): readonly WaiverResult[] => {
  const selected = new Set(rules.map(({ id }) => id));
  return all
    .filter((waiver) => waiver.rules.some((rule) => selected.has(rule)))
    .map(({ id, expires }) => ({ id, expires, state: expires < today ? 'expired' : (met.get(id) ?? 'unused') }));
};

/**
 * What `--strict-waivers` objects to. Where not everything was seen, a waiver that nothing used may be for what was not.
 */
export const strictProblems = (results: readonly WaiverResult[], isComplete: boolean): readonly Problem[] => {
  const named = (state: WaiverResult['state']): readonly string[] => results.filter((one) => one.state === state).map(({ id }) => id);
  const expired = named('expired');
  const unused = isComplete ? named('unused') : [];
  return [
    ...(expired.length === 0 ? [] : [strictProblem('WAIVER_EXPIRED', expired, 'expired', 'Mend what it was for, or have it renewed.')]),
    ...(unused.length === 0 ? [] : [strictProblem('WAIVER_UNUSED', unused, 'unused', 'Take it out: what it was for is mended or gone.')]),
  ];
};

const strictProblem = (code: string, ids: readonly string[], state: string, hint: string): Problem =>
  problem('usage', code, `${count(ids.length, 'waiver')} ${state}: ${severalOf(ids)}`, { scope: '--strict-waivers', hint });
