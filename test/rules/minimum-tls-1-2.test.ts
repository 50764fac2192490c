import { describe, expect, it } from 'vitest';
import type { TlsVersion } from '../../src/model/cache.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { minimumTls12 } from '../../src/rules/minimum-tls-1-2.ts';
import { byDefault, compliantCache, NOT_EVALUATED, outOfReach, PATH, seen, UNSEEN, unknownVerdict } from '../support/cache.ts';

/** Compared as numbers: 1.3 passes. */
const CASES: readonly { readonly version: TlsVersion; readonly outcome: Verdict['outcome']; readonly message: string }[] = [
  { version: '1.0', outcome: 'fail', message: 'set to TLS 1.0: a stale setting, the wire refuses it' },
  { version: '1.1', outcome: 'fail', message: 'set to TLS 1.1: a stale setting, the wire refuses it' },
  { version: '1.2', outcome: 'pass', message: 'requires TLS 1.2' },
  { version: '1.3', outcome: 'pass', message: 'requires TLS 1.3' },
];

describe('minimum-tls-1-2', () => {
  it('is a requirement of severity high on every kind of cache', () => {
    const { severity, appliesTo } = minimumTls12;
    expect({ severity, appliesTo }).toEqual({ severity: 'high', appliesTo: ['redis', 'managed', 'enterprise'] });
  });

  it.each(CASES)('says $outcome of TLS $version', ({ version, outcome, message }) => {
    const verdict: Verdict = {
      outcome,
      message,
      expected: '1.2',
      actual: version,
      evidence: { path: PATH, source: 'observed' },
      reason: null,
    };
    expect(minimumTls12.check(compliantCache({ minimumTlsVersion: seen(version) }))).toEqual(verdict);
  });

  it('passes a cache that never set it, and says that this is the default of the service', () => {
    const verdict: Verdict = {
      outcome: 'pass',
      message: 'not set: the service default is 1.2',
      expected: '1.2',
      actual: null,
      evidence: { path: PATH, source: 'service_default' },
      reason: null,
    };
    expect(minimumTls12.check(compliantCache({ minimumTlsVersion: byDefault('1.2') }))).toEqual(verdict);
  });

  it.each(UNSEEN)('is unknown when the version is $kind', (fact) => {
    expect(minimumTls12.check(compliantCache({ minimumTlsVersion: fact }))).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the version', () => {
    expect(minimumTls12.check(compliantCache({ minimumTlsVersion: outOfReach() }))).toEqual(NOT_EVALUATED);
  });
});
