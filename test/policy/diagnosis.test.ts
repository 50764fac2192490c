import { describe, expect, it } from 'vitest';
import type { ReadCheck, ReadState } from '../../src/model/diagnosis.ts';
import { problem } from '../../src/model/problem.ts';
import { diagnosisStatus } from '../../src/policy/diagnosis.ts';
import { EXIT_CODES } from '../../src/policy/exit-code.ts';
import type { Status, StatusOutcome } from '../../src/policy/report.ts';

const CACHE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Cache/redis/orders';

const readOf = (need: ReadCheck['need'], state: ReadState, more: Partial<ReadCheck> = {}): ReadCheck => ({
  ...{
    need,
    resourceType: 'redis',
    action: `${need}/read`,
    state,
    resource: state === 'not_tried' ? null : CACHE,
    message: null,
    hint: null,
  },
  ...more,
});

const statusOf = (outcome: StatusOutcome): Status => ({
  ...{ outcome, exitCode: EXIT_CODES[outcome], complete: true, failOn: 'none', reason: `it is ${outcome}` },
});

const verdict = (outcome: StatusOutcome, reads: readonly ReadCheck[], problems = [] as ReturnType<typeof problem>[]) => {
  const { exitCode, complete, reason } = diagnosisStatus({ status: statusOf(outcome), problems }, reads);
  return { exitCode, complete, reason };
};

describe('the verdict of a diagnosis', () => {
  it('is 0 and complete when everything was tried and works', () => {
    expect(verdict('clean', [readOf('firewallRules', 'ok')])).toEqual({
      ...{ exitCode: 0, complete: true, reason: '1 read works' },
    });
  });

  it('is 0 without being complete when something was not tried', () => {
    const reads = [readOf('firewallRules', 'ok'), readOf('firewallRules', 'not_tried'), readOf('linkedServers', 'not_tried')];
    expect(verdict('clean', reads)).toEqual({
      ...{ exitCode: 0, complete: false },
      reason: '1 read works; 2 not tried, in no subscription: linkedServers of redis',
    });
  });

  it('is 0 for an estate without a cache, and says so', () => {
    expect(verdict('empty', [readOf('redis', 'ok', { resource: '/subscriptions/s' }), readOf('firewallRules', 'not_tried')])).toEqual({
      ...{ exitCode: 0, complete: false, reason: '1 read works; there is no cache to try the other 1 on' },
    });
  });

  it('does not blame the want of a cache for what is tried on none', () => {
    const reads = [readOf('redis', 'ok', { resource: '/subscriptions/s' }), readOf('graph', 'not_tried', { resourceType: null })];
    expect(verdict('empty', reads).reason).toBe('1 read works; 1 not tried, in no subscription: graph');
  });

  const BAD: readonly ReadState[] = ['denied', 'failed'];
  it.each(BAD)('is 3 for one read that is %s, whatever the run came to', (state) => {
    const reads = [readOf('firewallRules', 'ok'), readOf('accessPolicies', state)];
    for (const outcome of ['clean', 'incomplete', 'empty'] as const)
      expect(verdict(outcome, reads)).toEqual({ exitCode: 3, complete: false, reason: `a scan would miss something: 1 read ${state}` });
  });

  it('is 3 for a problem that is of no read', () => {
    const told = problem('not_found', 'SUBSCRIPTION_NOT_FOUND', 'no visible subscription has the id or name "x"');
    expect(verdict('clean', [readOf('firewallRules', 'ok')], [told])).toEqual({
      ...{ exitCode: 3, complete: false, reason: `a scan would miss something: ${told.message}` },
    });
  });

  const ENDED: readonly StatusOutcome[] = ['usage', 'access', 'output', 'internal', 'interrupted'];
  it.each(ENDED)('stays %s when the run ended so', (outcome) => {
    expect(verdict(outcome, [readOf('firewallRules', 'ok')])).toEqual({
      ...{ exitCode: EXIT_CODES[outcome], complete: false, reason: `it is ${outcome}` },
    });
  });
});
