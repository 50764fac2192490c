import type { Cache } from './cache.ts';
import type { Problem } from './problem.ts';

/** `denied`: nothing of it could be read for want of access. `partial`: something was not read. `skipped`: not asked for, with the reason. */
type ScopeStatus = 'read' | 'denied' | 'skipped' | 'partial';

export interface SubscriptionScope {
  readonly id: string;
  readonly name: string | null;
  readonly state: string | null;
  readonly status: ScopeStatus;
  /** How many caches were seen in it. */
  readonly caches: number;
  /** How many more there are that `--exclude` left out. */
  readonly excluded: number;
  /** Why it was skipped; null otherwise. */
  readonly reason: string | null;
}

/** What a scan of files was given. */
export const INPUT_KINDS = ['inventory', 'snapshot', 'terraform-plan', 'terraform-state', 'terraform', 'arm-template', 'bicep'] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

/** One file, folder or stream that was read. */
export interface InputScope {
  /** As the person named it; `-` for standard input. */
  readonly path: string;
  readonly kind: InputKind;
  /** `partial`: something of it was not read. */
  readonly status: 'read' | 'partial';
  /** How many caches were seen in it. */
  readonly caches: number;
  /** How many more there are that `--exclude` left out. */
  readonly excluded: number;
}

/** Something asked for that was not seen. It makes the run incomplete, never clean. */
export interface Gap {
  readonly problem: Problem;
  /** Azure's correlation id, for a support request. */
  readonly correlationId: string | null;
}

/** What a source yields. The line of a subscription or an input follows its caches and gaps. */
export type Seen =
  | { readonly type: 'cache'; readonly cache: Cache }
  | { readonly type: 'gap'; readonly gap: Gap }
  | { readonly type: 'subscription'; readonly subscription: SubscriptionScope }
  | { readonly type: 'input'; readonly input: InputScope };
