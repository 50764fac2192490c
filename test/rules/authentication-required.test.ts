import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/model/finding.ts';
import { authenticationRequired } from '../../src/rules/authentication-required.ts';
import { byDefault, compliantCache, NOT_EVALUATED, outOfReach, PATH, seen, UNSEEN, unknownVerdict } from '../support/cache.ts';

describe('authentication-required', () => {
  it('is a requirement of severity critical on Azure Cache for Redis', () => {
    const { severity, appliesTo } = authenticationRequired;
    expect({ severity, appliesTo }).toEqual({ severity: 'critical', appliesTo: ['redis'] });
  });

  it('fails a cache that lets clients in without a credential', () => {
    const verdict: Verdict = {
      outcome: 'fail',
      message: 'clients need no credential',
      expected: 'false',
      actual: 'true',
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(authenticationRequired.check(compliantCache({ authenticationDisabled: seen(true) }))).toEqual(verdict);
  });

  it('passes a cache that says it requires authentication, and shows what it says', () => {
    const verdict: Verdict = {
      outcome: 'pass',
      message: 'clients must authenticate',
      expected: 'false',
      actual: 'false',
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(authenticationRequired.check(compliantCache({ authenticationDisabled: seen(false) }))).toEqual(verdict);
  });

  it('passes a cache that does not mention it, and says that this is the default of the service', () => {
    const verdict: Verdict = {
      outcome: 'pass',
      message: 'clients must authenticate',
      expected: 'false',
      actual: null,
      evidence: { path: PATH, source: 'service_default' },
      reason: null,
    };
    expect(authenticationRequired.check(compliantCache({ authenticationDisabled: byDefault(false) }))).toEqual(verdict);
  });

  it.each(UNSEEN)('is unknown when the setting is $kind', (fact) => {
    expect(authenticationRequired.check(compliantCache({ authenticationDisabled: fact }))).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the setting', () => {
    expect(authenticationRequired.check(compliantCache({ authenticationDisabled: outOfReach() }))).toEqual(NOT_EVALUATED);
  });
});
