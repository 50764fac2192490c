import type { CacheKind } from './cache.ts';
import type { Fix } from './fix.ts';
import type { Need } from './need.ts';
import type { Severity } from './severity.ts';

/** What a rule says of itself: everything but its check. */
export interface RuleSpec {
  /** States the required good state; never changes, is never reused. */
  readonly id: string;
  /** The requirement as a sentence without a full stop. */
  readonly title: string;
  /** The highest severity the rule can reach. */
  readonly severity: Severity;
  readonly appliesTo: readonly CacheKind[];
  /** Why it matters, in about two sentences. */
  readonly why: string;
  /** The property it judges, as Azure calls it. */
  readonly evidence: string;
  readonly fix: Fix;
  /** Names of the same check in other tools. */
  readonly aliases: readonly string[];
  readonly controls: readonly Control[];
  /** Microsoft's documentation, best page first. */
  readonly references: readonly [string, ...string[]];
  /** What it may read beyond the list calls, with the options as they are. */
  readonly needs: readonly Need[];
  /** The rule of the same cache whose failure explains this one. */
  readonly follows: string | null;
  readonly options: readonly RuleOption[];
}

export type OptionValue = boolean | number | readonly string[];

/** A parameter of a rule, with the value it has in this run. */
interface RuleOption {
  readonly name: string;
  readonly help: string;
  /** What it takes, for people: `true or false`. */
  readonly expected: string;
  readonly default: OptionValue;
  readonly value: OptionValue;
}

/** A control of a compliance framework and who says that the rule covers it: `redvet` marks our own reading. */
export interface Control {
  readonly framework: string;
  readonly id: string;
  readonly origin: 'azure-policy' | 'cis' | 'redvet';
}
