import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { compliantCache, judged, NOT_EVALUATED, outOfReach, seen, TODAY, UNSEEN, unknownVerdict } from '../support/cache.ts';

const check = (differences: Partial<Cache>) => nonSslPortDisabled.check(compliantCache(differences), TODAY);

describe('non-ssl-port-disabled', () => {
  it('is a requirement of severity high on Azure Cache for Redis, from which nothing excepts', () => {
    const { severity, appliesTo, follows, needs, options } = nonSslPortDisabled;
    expect({ severity, appliesTo, follows, needs, options }).toEqual({
      severity: 'high',
      appliesTo: ['redis'],
      follows: null,
      needs: [],
      options: [],
    });
  });

  it('fails an open port 6379', () => {
    expect(check({ nonSslPort: seen(true) })).toEqual(
      judged('fail', 'port 6379 is open: keys travel in clear text', { expected: 'false', actual: 'true' }),
    );
  });

  it('passes a closed port 6379', () => {
    expect(check({ nonSslPort: seen(false) })).toEqual(judged('pass', 'port 6379 is closed', { expected: 'false', actual: 'false' }));
  });

  const protections: readonly Partial<Cache>[] = [
    { publicNetworkAccess: seen('Disabled'), minimumTlsVersion: seen('1.3') },
    { subnetId: seen('a subnet') },
    { accessKeysDisabled: seen(true), entraAuthentication: seen(true) },
  ];

  it.each(protections)('judges the port alone: an open one fails, whatever else protects the cache', (differences) => {
    expect(check({ ...differences, nonSslPort: seen(true) }).outcome).toBe('fail');
  });

  it.each(UNSEEN)('is unknown when the port is $kind', (fact) => {
    expect(check({ nonSslPort: fact })).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the port', () => {
    expect(check({ nonSslPort: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by one patch, after which both keys are to be regenerated', () => {
    const { fix } = nonSslPortDisabled;
    expect(fix.steps(compliantCache())).toEqual([{ type: 'patch', body: { properties: { enableNonSslPort: false } } }]);
    expect({ rotateKeys: fix.rotateKeys, clients: fix.clients, stage: fix.stage }).toEqual({
      rotateKeys: true,
      clients: 'tls',
      stage: 'cut',
    });
    expect(fix.policy).toMatchObject({ id: '22bee202-a82f-4305-9a2a-6d7f44d4dedb', effect: 'Deny' });
  });
});
