import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { patchScheduleSet } from '../../src/rules/patch-schedule-set.ts';
import {
  compliantCache,
  judged,
  NOT_EVALUATED,
  outOfReach,
  SUBSCRIPTION,
  seen,
  seenList,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const check = (differences: Partial<Cache>): Verdict => patchScheduleSet.check(compliantCache(differences), TODAY);

const expected = 'a day of the week';
const NONE = judged('fail', 'no maintenance window: updates come at any time', { expected });

describe('patch-schedule-set', () => {
  it('is a requirement of severity low on Azure Cache for Redis, where the schedules are read for it', () => {
    const { severity, appliesTo, needs } = patchScheduleSet;
    expect({ severity, appliesTo, needs }).toEqual({ severity: 'low', appliesTo: ['redis'], needs: ['patchSchedules'] });
  });

  it.each([
    { days: ['Sunday'], message: 'maintenance window: Sunday' },
    { days: ['Saturday', 'Sunday', 'Sunday'], message: 'maintenance window: Saturday, Sunday' },
    { days: ['Everyday'], message: 'maintenance window: Everyday' },
  ])('passes $days', ({ days, message }) => {
    expect(check({ patchDays: seenList(days) })).toEqual(judged('pass', message, { expected }));
  });

  it.each(['Standard', 'Premium'] as const)('fails %s without a day', (tier) => {
    expect(check({ tier: seen(tier), patchDays: seenList([]) })).toEqual(NONE);
  });

  it('finds it of no more than info on Basic', () => {
    const tier = seen('Basic' as const);
    expect(check({ tier, patchDays: seenList([]) })).toEqual({ ...NONE, severity: 'info' });
    expect(UNSEEN.map((fact) => check({ tier, patchDays: fact }))).toEqual(
      UNSEEN.map((fact) => ({ ...unknownVerdict(fact), severity: 'info' })),
    );
  });

  it.each([...UNSEEN, outOfReach()])('fails at the severity of the rule when the tier is $kind', (tier) => {
    expect(check({ tier, patchDays: seenList([]) })).toEqual(NONE);
  });

  it.each(UNSEEN)('is unknown when the schedule is $kind', (fact) => {
    expect(check({ patchDays: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(['Basic', 'Premium'] as const)('waits for the schedule of %s', (tier) => {
    expect(check({ tier: seen(tier), patchDays: pending('patchSchedules') }).awaits).toBe('patchSchedules');
  });

  it('is not evaluated when the source can never show schedules', () => {
    expect(check({ patchDays: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by a schedule', () => {
    expect(patchScheduleSet.fix.steps(compliantCache())).toEqual([
      {
        type: 'az',
        words: [
          'redis',
          'patch-schedule',
          'create',
          '-n',
          'good',
          '-g',
          'rg-test',
          '--subscription',
          SUBSCRIPTION,
          '--schedule-entries',
          '[{"dayOfWeek":"Sunday","startHourUtc":"02","maintenanceWindow":"PT5H"}]',
        ],
      },
    ]);
  });
});
