import { problem } from '../../src/model/problem.ts';
import { findingOf, outcomeOf, type Rendering } from './rendered.ts';

/** A run that is not clean although nothing of it failed, or not only because of that. */
export interface BadEnd extends Rendering {
  readonly what: string;
  /** Something that a report has to say of it. */
  readonly says: string;
}

const denied = problem('permission', 'AUTHORIZATION_FAILED', 'no right to read', {
  scope: '/subscriptions/one',
  hint: 'Grant Reader.',
  affects: ['*'],
});

/** Every way to end otherwise than clean: not one of them may look like a clean run, in any format. */
export const BAD_ENDS: readonly BadEnd[] = [
  {
    what: 'a mistake on the command line',
    problems: [problem('usage', 'BAD_VALUE', '--fail-on "x" is no severity', { scope: '--fail-on' })],
    says: '"x" is no severity',
  },
  { what: 'nothing could be read', problems: [denied], says: 'no right to read' },
  { what: 'not all was read', findings: [outcomeOf('pass')], problems: [denied], says: 'no right to read' },
  { what: 'a bug', problems: [problem('internal', 'INTERNAL', 'it broke')], says: 'it broke' },
  {
    what: 'an interruption',
    findings: [outcomeOf('pass')],
    problems: [problem('interrupted', 'SIGINT', 'stopped by SIGINT')],
    says: 'stopped by SIGINT',
  },
  {
    what: 'another report that was not written',
    findings: [outcomeOf('pass')],
    problems: [problem('output', 'ENOSPC', 'no space')],
    says: 'no space',
  },
  { what: 'a check that is unknown and would gate', findings: [outcomeOf('unknown')], says: '1 unknown check that would gate' },
  { what: 'a check that is unknown below the gate', findings: [outcomeOf('unknown', { severity: 'low' })], says: '1 check unknown' },
  {
    what: 'a failure that gates, and a check that is unknown below the gate',
    findings: [findingOf(), outcomeOf('unknown', { severity: 'low' })],
    says: '1 check could not be judged',
  },
  { what: 'no rule that can judge', findings: [outcomeOf('not_evaluated')], says: 'no selected rule can be judged' },
  { what: 'no cache', says: 'there is no cache' },
];
