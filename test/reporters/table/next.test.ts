import { describe, expect, it } from 'vitest';
import { problem } from '../../../src/model/problem.ts';
import { COUNTING } from '../../../src/policy/evaluate.ts';
import type { Report, Run } from '../../../src/policy/report.ts';
import { tallyOf } from '../../../src/policy/tally.ts';
import { nextStep } from '../../../src/reporters/table/next.ts';
import { nonSslPortDisabled } from '../../../src/rules/non-ssl-port-disabled.ts';
import { told } from '../../support/in-process.ts';
import { END, runOf } from '../../support/run.ts';

const EMPTY = tallyOf(runOf(), COUNTING).report(END);

interface End {
  readonly outcome: Report['status']['outcome'];
  readonly run?: Partial<Run>;
  readonly problems?: Report['problems'];
  readonly summary?: Partial<Report['summary']>;
  readonly isWatched?: boolean;
}

const next = ({ outcome, run, problems = [], summary, isWatched = true }: End): string | null => {
  const report: Report = {
    ...EMPTY,
    run: runOf(run),
    problems,
    summary: { ...EMPTY.summary, ...summary },
    status: { ...EMPTY.status, outcome },
  };
  return nextStep(report, outcome === 'findings' ? nonSslPortDisabled : null, isWatched)?.command ?? null;
};

const DENIED = problem('permission', 'AUTHORIZATION_FAILED', 'no right');
const SLOW = problem('timeout', 'TIMEOUT', 'too slow');
const SELECTOR = problem('not_found', 'NOTHING_MATCHED', 'no such cache');
const EXPLAIN = 'redvet explain non-ssl-port-disabled';
const BASELINE = 'redvet scan -o json=redvet-baseline.json';
const FILES_BASELINE = 'add -o json=redvet-baseline.json';
const DOCTOR = 'redvet doctor';
const config = { path: '.redvet.yaml', sha256: '' };

describe('what to do next', () => {
  const TABLE: readonly (readonly [what: string, end: End, command: string | null])[] = [
    ['a failure', { outcome: 'findings', summary: { gating: 1 } }, BASELINE],
    ['a failure and a gap', { outcome: 'findings', summary: { gating: 1 }, problems: [DENIED] }, BASELINE],
    ['a few failures in files', { outcome: 'findings', summary: { gating: 49 }, run: { source: 'files' } }, EXPLAIN],
    ['many failures in files', { outcome: 'findings', summary: { gating: 50 }, run: { source: 'files' } }, FILES_BASELINE],
    ['many failures beyond a baseline', { outcome: 'findings', summary: { gating: 50, baselined: 1 } }, EXPLAIN],
    [
      'many failures, a baseline that knows none',
      { outcome: 'findings', summary: { gating: 50 }, run: { options: { baseline: 'x' } } },
      EXPLAIN,
    ],
    ['many failures, baseline null', { outcome: 'findings', summary: { gating: 50 }, run: { options: { baseline: null } } }, BASELINE],
    ['many failures of the demo', { outcome: 'findings', summary: { gating: 50 }, run: { cloud: 'demo' } }, EXPLAIN],
    ['no access', { outcome: 'access', problems: [DENIED] }, DOCTOR],
    ['rights that are missing', { outcome: 'incomplete', problems: [SLOW, DENIED] }, DOCTOR],
    ['a sign-in that fails', { outcome: 'access', problems: [problem('auth', 'X', 'x')] }, null],
    ['a subscription that is not there', { outcome: 'access', problems: [problem('not_found', 'X', 'x')] }, DOCTOR],
    ['time that ran out', { outcome: 'incomplete', problems: [SLOW] }, null],
    ['checks that are unknown', { outcome: 'incomplete' }, null],
    ['rights that are missing in the demo', { outcome: 'incomplete', problems: [DENIED], run: { cloud: 'demo' } }, null],
    ['files that are incomplete', { outcome: 'incomplete', problems: [DENIED], run: { source: 'files' } }, null],
    ['no cache anywhere', { outcome: 'empty' }, DOCTOR],
    ['a selector that matches nothing', { outcome: 'empty', problems: [SELECTOR] }, null],
    ['a file without a cache', { outcome: 'empty', run: { source: 'files' } }, null],
    ['nothing found', { outcome: 'clean' }, 'redvet init'],
    ['nothing found in a log', { outcome: 'clean', isWatched: false }, null],
    ['nothing found with settings', { outcome: 'clean', run: { config } }, null],
    ['nothing found in the demo', { outcome: 'clean', run: { cloud: 'demo' } }, null],
    ['an interruption', { outcome: 'interrupted', problems: [DENIED] }, null],
    ['a bug', { outcome: 'internal' }, null],
  ];

  it.each(TABLE)('after %s: %j gives %j', (_, end, command) => {
    expect(next(end)).toBe(command);
  });

  it.each([...new Set(TABLE.flatMap(([, , command]) => (command?.startsWith('redvet ') ? [command] : [])))])(
    'is a command that there is: %s',
    async (command) => {
      const { code, stdout } = await told([...command.split(' ').slice(1), '--help']);
      expect({ code, usage: stdout.startsWith(`Usage: ${command.split(' ').slice(0, 2).join(' ')} `) }).toEqual({ code: 0, usage: true });
    },
  );

  it('is never a command made of what a saved result calls a rule', () => {
    const report: Report = { ...EMPTY, run: runOf({ source: 'files' }), status: { ...EMPTY.status, outcome: 'findings' } };
    expect(nextStep(report, { ...nonSslPortDisabled, id: 'x; rm -rf ~' }, true)).toBe(null);
  });
});
