import { describe, expect, it } from 'vitest';
import type { Known } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { RULES } from '../../src/rules/index.ts';
import { defineRule, fail, given, notApplicable, pass } from '../../src/rules/rule.ts';
import { byDefault, compliantCache, NOT_EVALUATED, outOfReach, PATH, seen, UNSEEN, unknownVerdict } from '../support/cache.ts';

const GOOD: Verdict = {
  outcome: 'pass',
  message: 'it is good',
  expected: null,
  actual: null,
  evidence: { path: PATH, source: 'observed' },
  reason: null,
};

const neverAsked = (): Verdict => {
  throw new Error('a fact that was not seen was judged');
};

describe('given', () => {
  it('judges the value that was seen and names where it stands', () => {
    const verdict = given(seen('1.2'), (value) => pass(`it is ${value}`, '1.2'));
    expect(verdict).toEqual({ ...GOOD, message: 'it is 1.2', expected: '1.2', actual: '1.2' });
  });

  it('shows the value as it is written at the source, not as it was understood', () => {
    expect(given({ ...seen(true), written: 'True' }, () => pass('it is good'))).toEqual({ ...GOOD, actual: 'True' });
  });

  it('says when the value is a default of the service', () => {
    expect(given(byDefault('1.2'), () => pass('it is good'))).toEqual({ ...GOOD, evidence: { path: PATH, source: 'service_default' } });
  });

  it.each([{ value: false }, { value: null }, { value: '' }, { value: 0 }])('judges $value like any other value', ({ value }) => {
    const fact: Known<unknown> = seen(value);
    expect(given(fact, (judged) => pass(`it is ${judged}`))).toEqual({ ...GOOD, message: `it is ${value}`, actual: String(value) });
  });

  it('keeps the evidence of the fact that decided', () => {
    const verdict = given(seen(null, 'properties.first'), () => given(byDefault(true, 'properties.second'), () => fail('it is bad')));
    expect(verdict).toEqual({
      ...GOOD,
      outcome: 'fail',
      message: 'it is bad',
      evidence: { path: 'properties.second', source: 'service_default' },
    });
  });

  it('names the fact that makes a rule meaningless', () => {
    expect(given(seen('a subnet'), () => notApplicable('it has no effect here', 'vnet_injected'))).toEqual({
      ...GOOD,
      outcome: 'not_applicable',
      message: 'it has no effect here',
      reason: 'vnet_injected',
    });
  });

  it.each(UNSEEN)('is unknown for a fact that is $kind, without judging', (fact) => {
    expect(given(fact, neverAsked)).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated for a fact that the source can never show, without judging', () => {
    expect(given(outOfReach(), neverAsked)).toEqual(NOT_EVALUATED);
  });
});

describe('defineRule', () => {
  const spec = {
    id: 'door-closed',
    title: 'The door must be closed',
    severity: 'low',
    appliesTo: ['redis'],
    why: 'It is cold.',
    evidence: 'properties.door',
    fix: { summary: 'Close it.', risk: 'None.', patch: { properties: { door: 'closed' } }, verify: 'door', arm: '', terraform: '' },
    references: ['https://learn.microsoft.com/azure/doors'],
    check: () => pass('it is closed'),
  } as const;

  it('leaves nothing out: what a rule does not say is empty', () => {
    expect(defineRule(spec)).toEqual({ ...spec, aliases: [], controls: [], needs: [], follows: null });
  });

  it('keeps what a rule says', () => {
    const said = {
      aliases: ['DOOR-1'],
      controls: [{ framework: 'mcsb', id: 'DP-3', origin: 'redvet' }],
      needs: ['hinges'],
      follows: 'house-built',
    } as const;
    expect(defineRule({ ...spec, ...said })).toEqual({ ...spec, ...said });
  });
});

describe('RULES', () => {
  it.each(RULES)('$id passes on a compliant cache', (rule) => {
    expect(rule.check(compliantCache()).outcome).toBe('pass');
  });
});
