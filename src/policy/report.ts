import type { CacheLabels, Origin } from '../model/cache.ts';
import type { Evidence, Outcome } from '../model/finding.ts';
import type { Framework, MappedControl } from '../model/framework.ts';
import type { Problem } from '../model/problem.ts';
import type { Control, RuleSpec } from '../model/rule-spec.ts';
import type { InputScope, SubscriptionScope } from '../model/scope.ts';
import type { Severity, Threshold } from '../model/severity.ts';
import type { Remediation } from '../remediation/remediation.ts';

/** What is known when a run begins. Volatile values live here and in `Stats` only: everything else is the same for the same estate. */
export interface Run {
  readonly tool: { readonly name: 'redvet'; readonly version: string; readonly rulesetVersion: string };
  readonly id: string;
  readonly startedAt: string;
  /** The date that the rules were judged by, in UTC: `YYYY-MM-DD`. */
  readonly today: string;
  readonly source: 'arm' | 'graph' | 'files';
  readonly cloud: string;
  readonly tenantId: string | null;
  readonly failOn: Threshold;
  /** The rules that were selected, in report order. */
  readonly rules: readonly RuleSpec[];
  /** The frameworks to sum up by, with every control that any rule is mapped to. */
  readonly frameworks: readonly Framework[];
  /** Whether they were asked for, rather than being all that the rules are mapped to. */
  readonly byFramework: boolean;
  /** The configuration file that was read; null for none. */
  readonly config: { readonly path: string; readonly sha256: string } | null;
  /** Rules that the configuration switches off, and why. */
  readonly disabled: readonly { readonly rule: string; readonly reason: string }[];
  /** The options that were given, for whoever reads the report later. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** `waived`: a risk that was accepted for a time. `baselined`: known from an earlier result, no worse since then. */
export const DISPOSITIONS = ['active', 'waived', 'baselined'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

export const WAIVER_CATEGORIES = ['waiver', 'mitigated', 'false_positive'] as const;
export type WaiverCategory = (typeof WAIVER_CATEGORIES)[number];

/** A waiver as a finding tells of it. */
export interface FindingWaiver {
  readonly id: string;
  /** `expired`: it is not applied. */
  readonly state: 'applied' | 'expiring' | 'expired';
  readonly category: WaiverCategory;
  readonly reason: string;
  readonly owner: string;
  readonly ticket: string | null;
  /** The last day it holds, in UTC: `YYYY-MM-DD`. */
  readonly expires: string;
}

/** What became of a waiver in a run. */
export interface WaiverResult {
  readonly id: string;
  readonly state: 'applied' | 'unused' | 'expired' | 'expiring';
  readonly expires: string;
}

/** One cache under one rule, as every reporter shows it. */
export interface Finding {
  readonly rule: RuleSpec;
  readonly cache: CacheLabels;
  readonly severity: Severity;
  readonly outcome: Outcome;
  /** Of a failure: whether it counts, or why not. */
  readonly disposition: Disposition;
  /** The waiver that was meant for it, also one that has expired and no longer applies. */
  readonly waiver: FindingWaiver | null;
  /** Whether this alone makes the run exit 1. */
  readonly gating: boolean;
  readonly message: string;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly evidence: Evidence | null;
  readonly reason: string | null;
  /** When what it says comes about, as `YYYY-MM-DD`; null where nothing does. */
  readonly due: string | null;
  /** The rule whose failure on the same cache explains this one. */
  readonly relatedTo: string | null;
  readonly controls: readonly Control[];
  readonly remediation: Remediation | null;
  /** The address of what it is about, where that is not the cache itself. */
  readonly subject: string | null;
  /** Where the value that decided is written down; null for a cache that runs. */
  readonly origin: Pick<Origin, 'file' | 'language' | 'place' | 'address'> | null;
  readonly fingerprint: string;
}

/** One cache with its findings, in rule order. */
export interface AssessedCache {
  readonly cache: CacheLabels;
  readonly counts: Counts;
  readonly findings: readonly Finding[];
}

export interface Counts {
  readonly pass: number;
  readonly fail: number;
  readonly unknown: number;
  readonly notApplicable: number;
  readonly notEvaluated: number;
}

export interface Summary extends Counts {
  readonly caches: number;
  readonly rules: number;
  /** Pass and fail: what was judged. */
  readonly evaluated: number;
  readonly waived: number;
  readonly baselined: number;
  readonly gating: number;
  /** How many findings would gate at each threshold. */
  readonly gatingAt: Readonly<Record<Severity, number>>;
  readonly failBySeverity: Readonly<Record<Severity, number>>;
}

export const STATUS_OUTCOMES = [
  'clean',
  'findings',
  'usage',
  'incomplete',
  'access',
  'empty',
  'output',
  'internal',
  'interrupted',
] as const;
export type StatusOutcome = (typeof STATUS_OUTCOMES)[number];

export interface Status {
  readonly outcome: StatusOutcome;
  readonly exitCode: number;
  /** False whenever anything asked for was not seen, whatever the exit code. */
  readonly complete: boolean;
  readonly failOn: Threshold;
  /** One clause for people. */
  readonly reason: string;
}

export interface Stats {
  readonly apiCalls: number;
  readonly retries: number;
  readonly throttledMs: number;
  readonly durationMs: number;
}

export interface ControlResult extends MappedControl {
  /** `not_covered`: no rule of this run judged anything for it. */
  readonly state: 'pass' | 'fail' | 'unknown' | 'not_covered';
}

export interface FrameworkResult {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly ControlResult[];
}

/** What a run came to. The caches and their findings are not in it: they went by. */
export interface Report {
  readonly run: Run;
  readonly finishedAt: string;
  readonly subscriptions: readonly SubscriptionScope[];
  /** The files that were read, in a scan of files. */
  readonly inputs: readonly InputScope[];
  readonly problems: readonly Problem[];
  readonly frameworks: readonly FrameworkResult[];
  /** Those of rules that were selected, in the order of their file. */
  readonly waivers: readonly WaiverResult[];
  readonly summary: Summary;
  readonly status: Status;
  readonly stats: Stats;
}
