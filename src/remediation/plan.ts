import type { CacheKind } from '../model/cache.ts';
import { compare } from '../model/compare.ts';
import type { Outcome } from '../model/finding.ts';
import { FIX_STAGES, type FixTarget } from '../model/fix.ts';
import type { RuleSpec } from '../model/rule-spec.ts';
import { heldBack } from './hold.ts';
import { isDeclarable } from './steps.ts';
import { checkedTarget } from './target.ts';

/** What a saved result says of one cache under one rule, as far as a fix depends on it. */
export interface SavedFinding {
  readonly ruleId: string;
  readonly outcome: Outcome;
  readonly disposition: 'active' | 'waived' | 'baselined';
  readonly resourceId: string;
  readonly resourceKind: CacheKind;
  readonly sku: string | null;
}

/** What is to be mended, in the order in which it is done. */
export interface Plan {
  readonly caches: readonly CachePlan[];
  /** Failures for which there is no command: the cache cannot be named in one, or is of a kind that the rule is not for. */
  readonly refused: readonly Refused[];
}

export interface CachePlan {
  readonly target: FixTarget;
  readonly mends: readonly Mend[];
}

export interface Mend {
  readonly rule: RuleSpec;
  /** Why no script makes this change yet, as a clause; null where nothing speaks against it. */
  readonly held: string | null;
}

interface Refused {
  /** As it stood in the result, with whatever is in it. */
  readonly id: string;
  readonly ruleIds: readonly string[];
}

/**
 * The failures that count, for `rules`, which are in report order: by subscription and cache, and in a cache by stage. Whether one is
 * held depends on every finding, whatever rules are asked for.
 */
export const planOf = (findings: readonly SavedFinding[], rules: readonly RuleSpec[]): Plan => {
  const caches: CachePlan[] = [];
  const refused: Refused[] = [];
  for (const ofCache of byCache(findings)) {
    const [first] = ofCache;
    const failed = rules.filter(({ id }) => ofCache.some((finding) => finding.ruleId === id && counts(finding)));
    if (first === undefined || failed.length === 0) continue;
    const target = checkedTarget({ id: first.resourceId, kind: first.resourceKind, sku: first.sku });
    const fitting = failed.filter(({ appliesTo }) => target !== null && appliesTo.includes(target.kind));
    const others = failed.filter((rule) => !fitting.includes(rule));
    if (others.length > 0) refused.push({ id: first.resourceId, ruleIds: others.map(({ id }) => id) });
    if (target === null || fitting.length === 0) continue;
    const outcomesOf = (id: string): readonly Outcome[] => ofCache.filter(({ ruleId }) => ruleId === id).map(({ outcome }) => outcome);
    const mends = fitting.map((rule) => ({ rule, held: heldBack(rule.id, target.kind, outcomesOf) }));
    caches.push({ target, mends: mends.toSorted((one, other) => stageOf(one) - stageOf(other)) });
  }
  return { caches: caches.toSorted(byPlace), refused };
};

/** Whether a finding asks for a fix: what is waived or known does not. */
export const counts = ({ outcome, disposition }: SavedFinding): boolean => outcome === 'fail' && disposition === 'active';

const byCache = (findings: readonly SavedFinding[]): Iterable<readonly SavedFinding[]> => {
  const groups = new Map<string, SavedFinding[]>();
  for (const finding of findings) {
    const key = `${finding.resourceKind} ${finding.resourceId.toLowerCase()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups.values();
};

const stageOf = ({ rule }: Mend): number => FIX_STAGES.indexOf(rule.fix.stage);

const byPlace = ({ target: one }: CachePlan, { target: other }: CachePlan): number =>
  compare(one.subscriptionId.toLowerCase(), other.subscriptionId.toLowerCase()) || compare(one.id.toLowerCase(), other.id.toLowerCase());

/** Why a file cannot declare what mends a failure, as the beginning of what it says instead; null where it can. */
export const obstacleOf = ({ rule, held }: Mend, target: FixTarget): string | null => {
  if (held !== null) return `Held back: ${held}.`;
  return isDeclarable(rule.fix.steps(target)) ? null : 'It needs a decision, or work beside it: see --as az.';
};

/** How many failures a plan mends. */
export const fixesIn = ({ caches }: Plan): number => caches.reduce((sum, { mends }) => sum + mends.length, 0);
