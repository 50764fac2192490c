import { describe, expect, it } from 'vitest';
import type { FindingWaiver, WaiverResult } from '../../src/policy/report.ts';
import {
  dayAfter,
  savedWaivers,
  stateOn,
  strictProblems,
  type Waivable,
  type Waiver,
  waiverResults,
  waiversFrom,
} from '../../src/policy/waivers.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, compliantCache, declaredIn } from '../support/cache.ts';

const ID = cacheId('orders');
const DAYS = { today: '2026-06-15', warnDays: 14 };

const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  id: 'W-1',
  rules: [nonSslPortDisabled.id],
  resource: ID,
  category: 'waiver',
  reason: 'an appliance connects until cut-over',
  owner: 'team-orders@example.com',
  ticket: 'SEC-1',
  expires: '2026-12-31',
  ...more,
});

const failure = (more: Partial<Waivable> = {}): Waivable => ({
  rule: nonSslPortDisabled,
  cache: compliantCache({ id: ID, name: 'orders' }),
  subject: null,
  origin: null,
  waiver: null,
  ...more,
});

const chosen = (waivers: readonly Waiver[], of: Waivable = failure()): string | null => {
  const found = waiversFrom(waivers, false, DAYS).of(of);
  return found && `${found.id} ${found.state}`;
};

describe('a waiver', () => {
  it('tells who answers for it, for how long and why', () => {
    expect(waiversFrom([waiver()], false, DAYS).of(failure())).toEqual({
      id: 'W-1',
      state: 'applied',
      category: 'waiver',
      reason: 'an appliance connects until cut-over',
      owner: 'team-orders@example.com',
      ticket: 'SEC-1',
      expires: '2026-12-31',
    });
  });

  it.each<[what: string, waiver: Partial<Waiver>, chosen: string | null]>([
    ['matches the whole id', {}, 'W-1 applied'],
    ['matches without regard to case', { resource: ID.toUpperCase() }, 'W-1 applied'],
    ['does not match a part of the id', { resource: '*/redis/order' }, null],
    ['matches by a glob that runs over slashes', { resource: '/subscriptions/*/redis/orders' }, 'W-1 applied'],
    ['does not match another cache', { resource: '*/redis/payments' }, null],
    ['takes brackets as they are', { resource: '*/redis/[o]rders' }, null],
    ['is for its rules only', { rules: ['minimum-tls-1-2'] }, null],
    ['that all its rules were taken from is for none', { rules: [] }, null],
    ['holds on its last day', { expires: '2026-06-15' }, 'W-1 expiring'],
    ['has expired the day after', { expires: '2026-06-14' }, 'W-1 expired'],
    ['is told to be expiring in time', { expires: '2026-06-29' }, 'W-1 expiring'],
    ['is not told to be expiring too early', { expires: '2026-06-30' }, 'W-1 applied'],
  ])('%s', (_, more, expected) => {
    expect(chosen([waiver(more)])).toBe(expected);
  });

  it('that holds is preferred to one that has expired, and of those that hold the first', () => {
    const expired = waiver({ id: 'OLD', expires: '2026-01-01' });
    expect(chosen([expired, waiver({ id: 'A' }), waiver({ id: 'B' })])).toBe('A applied');
    expect(chosen([expired, waiver({ id: 'OLDER', expires: '2025-01-01' })])).toBe('OLD expired');
  });

  it('may name a declaration by its address, or by its file and address', () => {
    const origin = { file: 'infra/main.tf', language: 'terraform', place: null, address: 'azurerm_redis_cache.main' } as const;
    const cache = compliantCache({ id: origin.address, origin: declaredIn(origin.file, { address: origin.address }) });
    const of = failure({ cache, origin });
    expect(chosen([waiver({ resource: 'azurerm_redis_cache.main' })], of)).toBe('W-1 applied');
    expect(chosen([waiver({ resource: 'infra/*:azurerm_redis_cache.main' })], of)).toBe('W-1 applied');
    expect(chosen([waiver({ resource: 'other/*:azurerm_redis_cache.main' })], of)).toBe(null);
  });

  it('names what a finding is about, where that is not the cache', () => {
    expect(chosen([waiver({ resource: 'output.key' })], failure({ subject: 'output.key' }))).toBe('W-1 applied');
    expect(chosen([waiver()], failure({ subject: 'output.key' }))).toBe(null);
  });
});

describe('dayAfter', () => {
  it.each([
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-06-15', 0, '2026-06-15'],
  ])('%s and %i', (day, days, expected) => {
    expect(dayAfter(day, days)).toBe(expected);
  });
});

describe('stateOn', () => {
  it('warns of the last day only where nothing is warned of in advance', () => {
    expect(stateOn({ expires: '2026-06-15' }, { today: '2026-06-15', warnDays: 0 })).toBe('expiring');
    expect(stateOn({ expires: '2026-06-16' }, { today: '2026-06-15', warnDays: 0 })).toBe('applied');
  });
});

describe('the waivers of a saved result', () => {
  const [told] = [waiversFrom([waiver()], false, DAYS).of(failure())];
  const LAX = { isStrict: false, unwaivable: new Set<string>() };
  const on = (today: string, held = LAX) => savedWaivers([waiver()], held, { today, warnDays: 14 }).of(failure({ waiver: told ?? null }));

  it('are held to the day on which it is read', () => {
    expect(on('2026-06-15')).toEqual(told);
    expect(on('2026-12-20')).toMatchObject({ id: 'W-1', state: 'expiring' });
    expect(on('2027-01-01')).toMatchObject({ id: 'W-1', state: 'expired' });
  });

  it('are none where it tells of none', () => {
    expect(savedWaivers([], LAX, DAYS).of(failure())).toBe(null);
  });

  it('do not hold for a rule that nobody may waive any more', () => {
    expect(on('2026-06-15', { ...LAX, unwaivable: new Set([nonSslPortDisabled.id]) })).toBe(null);
  });

  it('are what they are known to be by the end of the result', () => {
    const all: Waiver[] = [];
    const waivers = savedWaivers(all, { ...LAX, isStrict: true }, DAYS);
    all.push(waiver());
    expect(waivers).toMatchObject({ all: [{ id: 'W-1' }], isStrict: true, today: DAYS.today });
  });
});

describe('waiverResults', () => {
  const resultsOf = (all: readonly Waiver[], met = new Map<string, FindingWaiver['state']>()) =>
    waiverResults({ all, today: DAYS.today }, met, [nonSslPortDisabled]);

  it('says what became of each, in the order of the file', () => {
    const all = [waiver({ id: 'A' }), waiver({ id: 'B' }), waiver({ id: 'C' }), waiver({ id: 'D', expires: '2026-06-14' })];
    const met = new Map<string, FindingWaiver['state']>([
      ['C', 'expiring'],
      ['A', 'applied'],
    ]);
    expect(resultsOf(all, met).map(({ id, state }) => `${id} ${state}`)).toEqual(['A applied', 'B unused', 'C expiring', 'D expired']);
  });

  it('leaves out those whose rules did not run', () => {
    expect(resultsOf([waiver({ rules: ['minimum-tls-1-2'] }), waiver({ rules: [] })])).toEqual([]);
  });
});

describe('--strict-waivers', () => {
  const result = (id: string, state: WaiverResult['state']): WaiverResult => ({ id, state, expires: '2026-01-01' });

  it('objects to what has expired and to what nothing used', () => {
    const problems = strictProblems([result('A', 'applied'), result('B', 'unused'), result('C', 'expired'), result('D', 'expiring')], true);
    expect(problems.map(({ kind, code, message }) => `${kind} ${code}: ${message}`)).toEqual([
      'usage WAIVER_EXPIRED: 1 waiver expired: C',
      'usage WAIVER_UNUSED: 1 waiver unused: B',
    ]);
  });

  it('does not call a waiver unused where not everything was seen', () => {
    expect(strictProblems([result('B', 'unused')], false)).toEqual([]);
  });

  it('names five and counts the rest', () => {
    const [told] = strictProblems(
      ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((id) => result(id, 'unused')),
      true,
    );
    expect(told?.message).toBe('7 waivers unused: A, B, C, D, E and 2 more');
  });
});
