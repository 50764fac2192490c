import type { CacheLabels } from '../model/cache.ts';
import type { RuleSpec } from '../model/rule-spec.ts';
import { azLines, heldLines, rotationLines, verifyLine } from './az.ts';
import { bicepLines } from './bicep.ts';
import { type ClientChange, clientChanges } from './clients.ts';
import { commented } from './comment.ts';
import { assignmentWords, policyFor } from './policy.ts';
import { azCommand } from './shell.ts';
import { anyTarget, checkedTarget } from './target.ts';
import { terraformLines } from './terraform.ts';

/** What mends one finding, in every language we know of it. Commands are for bash. */
export interface Remediation {
  /** What to do, in one sentence. */
  readonly summary: string;
  /** What the change breaks and what to do first. */
  readonly risk: string;
  /**
   * Commands to paste, one a line; what needs a decision stands on lines that begin with `# `. Null where nothing can be changed
   * in place, for a cache that is only declared, and, as everything that would name the cache, where its id does not follow Azure's
   * naming rules.
   */
  readonly az: string | null;
  /** What has to stand in the declaration of the cache; null where none does it. */
  readonly bicep: string | null;
  /** Lines of HCL under a comment that names the resource; null where it cannot be mended there. */
  readonly terraform: string | null;
  /** A command that assigns the built-in policy to the cache's subscription; null where there is none for this kind of cache. */
  readonly policy: string | null;
  /** A command that shows whether it worked; null where none does. */
  readonly verify: string | null;
  /** How to go back, as a sentence. */
  readonly rollback: string;
  /** Where the portal has the switch; null where we know of none. */
  readonly portal: string | null;
  /** What has to change in the programs that connect; empty where nothing has to. */
  readonly clients: readonly ClientChange[];
  /** How to regenerate both access keys when it is done; null where they were not exposed. */
  readonly rotateKeys: string | null;
}

/** `held`: why the change has to wait on this cache, as a clause; then its commands are comments. */
export const remediationOf = ({ fix }: RuleSpec, cache: Mendable, held: string | null = null): Remediation => {
  const target = cache.origin ? null : checkedTarget(cache);
  const terraform = fix.terraform[cache.kind];
  const policy = policyFor(fix, cache.kind);
  return {
    summary: fix.summary,
    risk: fix.risk,
    az: target && textOf(held === null ? azLines(fix, target) : [...commented('#', `Held back: ${held}:`), ...heldLines(fix, target)]),
    bicep: target === null && !cache.origin ? null : textOf(bicepLines(fix, target ?? anyTarget(cache.kind))),
    terraform: terraform === undefined ? null : textOf(terraformLines(terraform)),
    policy: target && policy && azCommand(assignmentWords(policy, target.subscriptionId)),
    verify: target && verifyLine(fix, target),
    rollback: fix.rollback,
    portal: fix.portal,
    clients: clientChanges(fix, cache.kind),
    rotateKeys: target && fix.rotateKeys ? textOf(rotationLines(target)) : null,
  };
};

/** A cache that runs, or one that is declared. */
export type Mendable = Pick<CacheLabels, 'id' | 'kind' | 'sku'> & Partial<Pick<CacheLabels, 'origin'>>;

const textOf = (lines: readonly string[]): string | null => (lines.length === 0 ? null : lines.join('\n'));
