import type { Fix, FixTarget, Step } from '../model/fix.ts';
import { commented, commentedAsIs } from './comment.ts';
import { azCommand } from './shell.ts';
import { type Change, isChange, isOpen, regenerateWords, verifyWords, waitWords, wordsOf } from './steps.ts';

/**
 * A fix as lines to paste into a shell: each change is waited for when another follows. What needs a decision is a comment, and
 * so is all that has to wait for it: a paste changes nothing too early.
 */
export const azLines = (fix: Fix, target: FixTarget): readonly string[] => {
  const steps = fix.steps(target);
  return steps.flatMap((step, index) => {
    const wait = isChange(step) && steps.slice(index + 1).some(isChange) ? waitWords(step, target) : null;
    return [...linesOf(step, index, steps, target), ...(wait === null ? [] : waiting(steps, index, azCommand(wait)))];
  });
};

const linesOf = (step: Step, index: number, steps: readonly Step[], target: FixTarget): readonly string[] =>
  isChange(step) ? waiting(steps, index, azCommand(wordsOf(step, target))) : decisionLines(step, target);

const waiting = (steps: readonly Step[], index: number, line: string): readonly string[] =>
  isOpen(steps, index) ? [line] : commentedAsIs('#', line);

/** The lines of a fix where `write` says how a change is made; what has to wait is a comment. */
export const stepLines = (fix: Fix, target: FixTarget, write: (change: Change) => string): readonly string[] => {
  const steps = fix.steps(target);
  return steps.flatMap((step, index) => (isChange(step) && isOpen(steps, index) ? [write(step)] : linesOf(step, index, steps, target)));
};

/** The same where everything has to wait. */
export const heldLines = (fix: Fix, target: FixTarget): readonly string[] =>
  fix
    .steps(target)
    .flatMap((step) => (isChange(step) ? commentedAsIs('#', azCommand(wordsOf(step, target))) : decisionLines(step, target)));

/** What a person has to decide, and the command for it. */
const decisionLines = (step: Extract<Step, { readonly type: 'decide' }>, target: FixTarget): readonly string[] => [
  ...commented('#', `${step.text.replace(/[.:]$/, '')}:`),
  ...(step.words.length === 0 ? [] : commentedAsIs('#', azCommand(wordsOf(step, target)))),
];

export const verifyLine = (fix: Fix, target: FixTarget): string | null => {
  const words = verifyWords(fix, target);
  return words === null ? null : azCommand(words);
};

/**
 * How both access keys are regenerated. The second command is a comment: between the two, every client has to move to the key
 * that is new by then.
 */
export const rotationLines = (target: FixTarget): readonly string[] => [
  ...commented('#', 'First, when the fix is in force: regenerate the secondary key. Whoever uses that one is cut off.'),
  azCommand(regenerateWords(target, 'Secondary')),
  ...commented('#', 'Then, when every client and Key Vault have the new secondary key:'),
  ...commentedAsIs('#', azCommand(regenerateWords(target, 'Primary'))),
];
