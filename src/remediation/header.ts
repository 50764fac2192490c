import { count } from '../model/count.ts';
import type { FixTarget } from '../model/fix.ts';
import { type CommentMark, commented } from './comment.ts';
import { fixesIn, type Mend, type Plan } from './plan.ts';

/** Where a plan comes from. */
export interface Origin {
  /** Of the redvet that wrote the result; null when the result does not say. */
  readonly version: string | null;
  readonly schemaVersion: string;
  /** When the scan began; null when the result does not say. */
  readonly startedAt: string | null;
  /** False: something was not seen, so that this may not be all. */
  readonly complete: boolean;
  /** Makes one harmless line of a text that came from outside. */
  readonly safeLine: (text: string) => string;
}

interface Purpose {
  readonly what: string;
  /** How to use it, paragraph by paragraph; empty where there is nothing in it. */
  readonly use: readonly string[];
}

/** The purpose of what mends the failures of a plan; `isReady` tells those that it mends as it is. */
export const toMend = (plan: Plan, use: readonly string[], isReady: (mend: Mend, target: FixTarget) => boolean): Purpose => {
  if (plan.caches.length > 0) {
    const ready = plan.caches.flatMap(({ target, mends }) => mends.filter((mend) => isReady(mend, target))).length;
    const others = fixesIn(plan) - ready;
    const rest = `${count(others, 'other')} ${others === 1 ? 'needs' : 'need'} a decision, work beside it, or another fix first.`;
    const on = count(plan.caches.length, 'cache');
    return { what: `Mends ${count(ready, 'finding')} on ${on}.${others === 0 ? '' : ` ${rest}`}`, use };
  }
  return { what: plan.refused.length === 0 ? 'Nothing to mend.' : 'Nothing that could be mended from here.', use: [] };
};

/** What stands above every script and file: what it does, how to use it, where it comes from, and what is not in it. */
export const headerLines = (mark: CommentMark, { what, use }: Purpose, plan: Plan, origin: Origin): readonly string[] => [
  ...commented(mark, what),
  ...commented(
    mark,
    `Written from a result of redvet${origin.version ? ` ${origin.version}` : ''} (format ${origin.schemaVersion}${when(origin)}).`,
  ),
  ...(origin.complete ? [] : commented(mark, 'That scan did not see everything it was asked for: there may be more to mend.')),
  ...use.flatMap((text) => [mark, ...commented(mark, text)]),
  ...refusedLines(mark, plan, origin),
];

const when = ({ startedAt }: Origin): string => (startedAt === null ? '' : `, scan of ${startedAt}`);

/** Longer than any id can be. */
const SHOWN_CHARACTERS = 300;

const refusedLines = (mark: CommentMark, { refused }: Plan, { safeLine }: Origin): readonly string[] => {
  if (refused.length === 0) return [];
  return [
    mark,
    ...commented(
      mark,
      `Left out: ${count(refused.length, 'cache')} that no command may name, or that the rule is not for. What is only declared is mended ` +
        'where it is written: each finding of the result says how.',
    ),
    ...refused.map(({ id, ruleIds }) => `${mark}   ${safeLine(shortened(id))} (${ruleIds.join(', ')})`),
  ];
};

const shortened = (text: string): string => (text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text);

/** What every one of them says, whatever it is written in. */
export const OWNER_WARNING =
  'Where Terraform, Bicep or Pulumi owns a cache, change it there: the next deployment takes back what is changed elsewhere.';
