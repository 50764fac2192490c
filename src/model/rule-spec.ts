import type { CacheKind } from './cache.ts';
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
  /** What it reads beyond the list call. */
  readonly needs: readonly string[];
  /** The rule of the same cache whose failure explains this one. */
  readonly follows: string | null;
}

export interface Fix {
  readonly summary: string;
  /** What the change breaks and what to do first. */
  readonly risk: string;
  /** The body of a PATCH on Microsoft.Cache/redis that sets just this property. */
  readonly patch: { readonly properties: Readonly<Record<string, unknown>> };
  /** The `--query` of `az redis show` that proves it. */
  readonly verify: string;
  readonly arm: string;
  /** For azurerm 4 and newer, then older ones where the attribute had another name. */
  readonly terraform: string;
}

/** A control of a compliance framework and who says that the rule covers it: `redvet` marks our own reading. */
export interface Control {
  readonly framework: string;
  readonly id: string;
  readonly origin: 'azure-policy' | 'cis' | 'redvet';
}
