import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/model/finding.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { compliantCache, NOT_EVALUATED, outOfReach, PATH, seen, UNSEEN, unknownVerdict } from '../support/cache.ts';

describe('non-ssl-port-disabled', () => {
  it('is a requirement of severity high on Azure Cache for Redis', () => {
    const { severity, appliesTo } = nonSslPortDisabled;
    expect({ severity, appliesTo }).toEqual({ severity: 'high', appliesTo: ['redis'] });
  });

  it('fails an open port 6379', () => {
    const verdict: Verdict = {
      outcome: 'fail',
      message: 'port 6379 is open: keys travel in clear text',
      expected: 'false',
      actual: 'true',
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(nonSslPortDisabled.check(compliantCache({ nonSslPort: seen(true) }))).toEqual(verdict);
  });

  it('passes a closed port 6379', () => {
    const verdict: Verdict = {
      outcome: 'pass',
      message: 'port 6379 is closed',
      expected: 'false',
      actual: 'false',
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(nonSslPortDisabled.check(compliantCache({ nonSslPort: seen(false) }))).toEqual(verdict);
  });

  it('judges the port alone: a private cache with an open port fails', () => {
    const cache = compliantCache({ nonSslPort: seen(true), publicNetworkAccess: seen('Disabled'), minimumTlsVersion: seen('1.3') });
    expect(nonSslPortDisabled.check(cache).outcome).toBe('fail');
  });

  it.each(UNSEEN)('is unknown when the port is $kind', (fact) => {
    expect(nonSslPortDisabled.check(compliantCache({ nonSslPort: fact }))).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the port', () => {
    expect(nonSslPortDisabled.check(compliantCache({ nonSslPort: outOfReach() }))).toEqual(NOT_EVALUATED);
  });
});
