import { describe, expect, it } from 'vitest';
import type { Cache, TlsVersion } from '../../src/model/cache.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { minimumTls12 } from '../../src/rules/minimum-tls-1-2.ts';
import {
  byDefault,
  compliantCache,
  compliantCluster,
  judged,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const check = (differences: Partial<Cache>, rule = minimumTls12) => rule.check(compliantCache(differences), TODAY);

const DEFAULT = { evidence: { path: PATH, source: 'service_default' } } as const;

/** Compared as numbers: 1.3 passes. */
const CASES: readonly { readonly version: TlsVersion; readonly outcome: Verdict['outcome']; readonly message: string }[] = [
  { version: '1.0', outcome: 'fail', message: 'set to TLS 1.0: a stale setting, the wire refuses it' },
  { version: '1.1', outcome: 'fail', message: 'set to TLS 1.1: a stale setting, the wire refuses it' },
  { version: '1.2', outcome: 'pass', message: 'requires TLS 1.2' },
  { version: '1.3', outcome: 'pass', message: 'requires TLS 1.3' },
];

describe('minimum-tls-1-2', () => {
  it('is a requirement of severity high on every kind of cache', () => {
    const { severity, appliesTo, follows, needs } = minimumTls12;
    expect({ severity, appliesTo, follows, needs }).toEqual({
      severity: 'high',
      appliesTo: ['redis', 'managed', 'enterprise'],
      follows: null,
      needs: [],
    });
  });

  it.each(CASES)('says $outcome of TLS $version, on every kind of cache', ({ version, outcome, message }) => {
    const minimumTlsVersion = seen(version);
    const caches = [
      compliantCache({ minimumTlsVersion }),
      compliantCluster('managed', { minimumTlsVersion }),
      compliantCluster('enterprise', { minimumTlsVersion }),
    ];
    const verdict = judged(outcome, message, { expected: '1.2', actual: version });
    expect(caches.map((cache) => minimumTls12.check(cache, TODAY))).toEqual([verdict, verdict, verdict]);
  });

  it('passes a cache that never set it, and says that this is the default of the service', () => {
    expect(check({ minimumTlsVersion: byDefault('1.2') })).toEqual(
      judged('pass', 'not set: the service default is 1.2', { expected: '1.2', ...DEFAULT }),
    );
  });

  it('fails one that never set it where the default is older, as in azurerm before 3.0', () => {
    expect(check({ minimumTlsVersion: byDefault('1.0') })).toEqual(
      judged('fail', 'not set: the default there is TLS 1.0', { expected: '1.2', actual: '1.0', ...DEFAULT }),
    );
  });

  describe('with requireExplicit', () => {
    const strict = minimumTls12.withOptions({ requireExplicit: true });

    it('is an option that is off by default', () => {
      expect(minimumTls12.options.map(({ name, value }) => ({ name, value }))).toEqual([{ name: 'requireExplicit', value: false }]);
      expect(minimumTls12.readOption('requireExplicit', 'true')).toBe(true);
    });

    it('fails a cache that never set it', () => {
      expect(check({ minimumTlsVersion: byDefault('1.2') }, strict)).toEqual(
        judged('fail', 'not set, and requireExplicit asks for it', { expected: '1.2', ...DEFAULT }),
      );
    });

    it.each(CASES)('still says $outcome of TLS $version that was set', ({ version, outcome }) => {
      expect(check({ minimumTlsVersion: seen(version) }, strict).outcome).toBe(outcome);
    });

    it.each(UNSEEN)('is still unknown when the version is $kind', (fact) => {
      expect(check({ minimumTlsVersion: fact }, strict)).toEqual(unknownVerdict(fact));
    });
  });

  it.each(UNSEEN)('is unknown when the version is $kind', (fact) => {
    expect(check({ minimumTlsVersion: fact })).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the version', () => {
    expect(check({ minimumTlsVersion: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by one patch of the cache or the cluster', () => {
    expect(minimumTls12.fix.steps(compliantCluster('managed'))).toEqual([
      { type: 'patch', body: { properties: { minimumTlsVersion: '1.2' } } },
    ]);
  });
});
