import type { FixTarget } from '../model/fix.ts';
import { heldLines, rotationLines, stepLines, verifyLine } from './az.ts';
import { BASH_END, BASH_FRAME, CHANGE_FUNCTIONS } from './bash.ts';
import { commented, commentedAsIs, piece } from './comment.ts';
import { headerLines, type Origin, OWNER_WARNING, toMend } from './header.ts';
import type { CachePlan, Mend, Plan } from './plan.ts';
import { azCommand, quoted } from './shell.ts';
import { type Change, isChange, isOpen, settings, wordsOf } from './steps.ts';

const USE: readonly string[] = [
  'By itself it only prints the commands. To run them: APPLY=1 bash FILE',
  OWNER_WARNING,
  'Read what each change breaks: it stands above it. One change is made at a time and waited for; the first command that fails ends the script.',
  'Public access off is an outage for every client without an approved private endpoint and its private DNS: check both first.',
  'Sign in first with az login, to the tenant and the cloud of these subscriptions, with a role that may write caches.',
  'Lines that begin with "# az" need a decision, or have to wait for one. They are never run from here: words in capitals are to be replaced.',
];

/** A script for bash that mends one cache after the other; a piece of text each. */
export function* azScript(plan: Plan, origin: Origin): Iterable<string> {
  yield piece(['#!/usr/bin/env bash', ...headerLines('#', toMend(plan, USE, isReady), plan, origin)]);
  if (plan.caches.length === 0) return;
  yield `${BASH_FRAME}${CHANGE_FUNCTIONS}`;
  for (const cache of plan.caches) yield piece(['', ...sectionOf(cache)]);
  yield BASH_END;
}

/** Some change of it is made, without a decision before. */
const isReady = ({ rule, held }: Mend, target: FixTarget): boolean => {
  const steps = rule.fix.steps(target);
  return held === null && steps.some((step, index) => isChange(step) && isOpen(steps, index));
};

const sectionOf = ({ target, mends }: CachePlan): readonly string[] => {
  const { name, kind, sku, id } = target;
  const rotates = mends.some(({ rule }) => rule.fix.rotateKeys);
  return [
    `# ==== ${name} (${kind}${sku === null ? '' : `, ${sku}`})`,
    `here ${quoted(id)}`,
    ...mends.flatMap((mend) => ['', ...mendLines(mend, target)]),
    ...(rotates ? ['', ...rotation(target)] : []),
  ];
};

const mendLines = ({ rule, held }: Mend, target: FixTarget): readonly string[] => {
  const { fix } = rule;
  const verify = verifyLine(fix, target);
  return [
    `# -- ${rule.id}`,
    ...commented('#', fix.summary),
    ...commented('#', `Mind: ${fix.risk}`),
    ...commented('#', `Roll back: ${fix.rollback}`),
    ...(verify === null ? [] : commentedAsIs('#', `Check: ${verify}`)),
    ...(held === null
      ? stepLines(fix, target, (change) => changeLine(change, target))
      : [...commented('#', `Held back: ${held}. Mend that, scan again; or run it by hand:`), ...heldLines(fix, target)]),
  ];
};

const changeLine = (change: Change, target: FixTarget): string => {
  switch (change.type) {
    case 'patch':
      return `${target.kind === 'redis' ? 'patch' : 'cpatch'} ${quoted(JSON.stringify(change.body))}`;
    case 'database':
      return `dbset ${settings(change.body).map(quoted).join(' ')}`;
    default:
      return `run ${azCommand(wordsOf(change, target))}`;
  }
};

/** Between the two a person has to move every client, so neither is run from here. */
const rotation = (target: FixTarget): readonly string[] => [
  '# -- the access keys',
  ...commented('#', 'They may have been read on the way. When the above is in force, and not before, regenerate both:'),
  ...rotationLines(target).map((line) => (line.startsWith('#') ? line : `# ${line}`)),
];
