import type { Cache } from './cache.ts';
import type { Awaitable } from './need.ts';
import type { Problem } from './problem.ts';
import type { RuleSpec } from './rule-spec.ts';
import type { Severity } from './severity.ts';

export const OUTCOMES = ['fail', 'unknown', 'pass', 'not_applicable', 'not_evaluated'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What one rule says of one cache. `pass` comes only from a value that was seen, is well-typed and known to be good. */
export interface Verdict {
  readonly outcome: Outcome;
  /** A clause that makes sense beside the rule id and the cache name. */
  readonly message: string;
  readonly expected: string | null;
  /** The value as it stood at the source. */
  readonly actual: string | null;
  readonly evidence: Evidence | null;
  /** For outcomes that judge nothing: why, in lower snake, such as `missing` or `vnet_injected`. */
  readonly reason: string | null;
  /** Of a finding that is milder than its rule can be. */
  readonly severity?: Severity;
  /** When what it says comes about, as `YYYY-MM-DD`; how many days that is away is for the table to say. */
  readonly due?: string;
  /** The address of what it is about, where that is not the cache itself: an output, a variable. */
  readonly subject?: string;
  /** What the source can still read and this verdict waits for. */
  readonly awaits?: Awaitable;
}

export interface Evidence {
  readonly path: string;
  readonly source: 'observed' | 'service_default';
}

/** One cache with its verdicts, in rule order, and the problems met while judging it. */
export interface Assessment {
  readonly cache: Cache;
  readonly judgements: readonly Judgement[];
  readonly problems: readonly Problem[];
}

export interface Judgement {
  readonly rule: RuleSpec;
  readonly severity: Severity;
  readonly verdict: Verdict;
}
