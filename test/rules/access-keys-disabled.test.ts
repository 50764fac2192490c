import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/model/finding.ts';
import { accessKeysDisabled } from '../../src/rules/access-keys-disabled.ts';
import { compliantCache, NOT_EVALUATED, outOfReach, PATH, seen, UNSEEN, unknownVerdict } from '../support/cache.ts';

describe('access-keys-disabled', () => {
  it('is a requirement of severity medium on Azure Cache for Redis that follows from Entra authentication', () => {
    const { severity, appliesTo, follows } = accessKeysDisabled;
    expect({ severity, appliesTo, follows }).toEqual({ severity: 'medium', appliesTo: ['redis'], follows: 'entra-authentication-enabled' });
  });

  it('passes a cache whose access keys are disabled', () => {
    const verdict: Verdict = {
      outcome: 'pass',
      message: 'access keys are disabled',
      expected: 'true',
      actual: 'true',
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(accessKeysDisabled.check(compliantCache({ accessKeysDisabled: seen(true) }))).toEqual(verdict);
  });

  it('fails a cache that accepts access keys', () => {
    const verdict: Verdict = {
      outcome: 'fail',
      message: 'access keys are accepted',
      expected: 'true',
      actual: 'false',
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(accessKeysDisabled.check(compliantCache({ accessKeysDisabled: seen(false) }))).toEqual(verdict);
  });

  it('judges the keys alone: Entra authentication beside them is no pass', () => {
    const cache = compliantCache({ accessKeysDisabled: seen(false), entraAuthentication: seen(true) });
    expect(accessKeysDisabled.check(cache).outcome).toBe('fail');
  });

  it.each(UNSEEN)('is unknown when the setting is $kind', (fact) => {
    expect(accessKeysDisabled.check(compliantCache({ accessKeysDisabled: fact }))).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the setting', () => {
    expect(accessKeysDisabled.check(compliantCache({ accessKeysDisabled: outOfReach() }))).toEqual(NOT_EVALUATED);
  });
});
