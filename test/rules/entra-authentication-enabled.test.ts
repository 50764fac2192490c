import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/model/finding.ts';
import { entraAuthenticationEnabled } from '../../src/rules/entra-authentication-enabled.ts';
import { byDefault, compliantCache, NOT_EVALUATED, outOfReach, PATH, seen, UNSEEN, unknownVerdict } from '../support/cache.ts';

describe('entra-authentication-enabled', () => {
  it('is a requirement of severity medium on Azure Cache for Redis', () => {
    const { severity, appliesTo } = entraAuthenticationEnabled;
    expect({ severity, appliesTo }).toEqual({ severity: 'medium', appliesTo: ['redis'] });
  });

  it('passes a cache with Entra authentication', () => {
    const verdict: Verdict = {
      outcome: 'pass',
      message: 'Entra authentication is on',
      expected: 'true',
      actual: 'true',
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(entraAuthenticationEnabled.check(compliantCache({ entraAuthentication: seen(true) }))).toEqual(verdict);
  });

  it('fails a cache that says it is off, and shows what it says', () => {
    const verdict: Verdict = {
      outcome: 'fail',
      message: 'Entra authentication is off',
      expected: 'true',
      actual: 'false',
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(entraAuthenticationEnabled.check(compliantCache({ entraAuthentication: seen(false) }))).toEqual(verdict);
  });

  it('fails a cache that does not mention it, and says that this is the default of the service', () => {
    const verdict: Verdict = {
      outcome: 'fail',
      message: 'Entra authentication is off',
      expected: 'true',
      actual: null,
      evidence: { path: PATH, source: 'service_default' },
      reason: null,
    };
    expect(entraAuthenticationEnabled.check(compliantCache({ entraAuthentication: byDefault(false) }))).toEqual(verdict);
  });

  it.each(UNSEEN)('is unknown when the setting is $kind', (fact) => {
    expect(entraAuthenticationEnabled.check(compliantCache({ entraAuthentication: fact }))).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the setting', () => {
    expect(entraAuthenticationEnabled.check(compliantCache({ entraAuthentication: outOfReach() }))).toEqual(NOT_EVALUATED);
  });
});
