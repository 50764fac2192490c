import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { entraAuthenticationEnabled } from '../../src/rules/entra-authentication-enabled.ts';
import {
  byDefault,
  compliantCache,
  judged,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  SUBSCRIPTION,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const check = (differences: Partial<Cache>) => entraAuthenticationEnabled.check(compliantCache(differences), TODAY);

describe('entra-authentication-enabled', () => {
  it('is a requirement of severity medium on Azure Cache for Redis: clusters have it or cannot have it', () => {
    const { severity, appliesTo, follows, needs } = entraAuthenticationEnabled;
    expect({ severity, appliesTo, follows, needs }).toEqual({ severity: 'medium', appliesTo: ['redis'], follows: null, needs: [] });
  });

  it('passes a cache with Entra authentication', () => {
    expect(check({ entraAuthentication: seen(true) })).toEqual(
      judged('pass', 'Entra authentication is on', { expected: 'true', actual: 'true' }),
    );
  });

  it('fails a cache that says it is off, and shows what it says', () => {
    expect(check({ entraAuthentication: seen(false) })).toEqual(
      judged('fail', 'Entra authentication is off', { expected: 'true', actual: 'false' }),
    );
  });

  it('fails a cache that does not mention it, and says that this is the default of the service', () => {
    expect(check({ entraAuthentication: byDefault(false) })).toEqual(
      judged('fail', 'Entra authentication is off', { expected: 'true', evidence: { path: PATH, source: 'service_default' } }),
    );
  });

  it.each(UNSEEN)('is unknown when the setting is $kind', (fact) => {
    expect(check({ entraAuthentication: fact })).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the setting', () => {
    expect(check({ entraAuthentication: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by a restart with Entra on, then an assignment for each client', () => {
    expect(entraAuthenticationEnabled.fix.stage).toBe('scale');
    expect(entraAuthenticationEnabled.fix.clients).toBe('entra');
    expect(entraAuthenticationEnabled.fix.steps(compliantCache())).toEqual([
      { type: 'patch', body: { properties: { redisConfiguration: { 'aad-enabled': 'true' } } } },
      {
        type: 'decide',
        text: 'Assign an access policy to the identity of each client',
        words: [
          ...['redis', 'access-policy-assignment', 'create', '-n', 'good', '-g', 'rg-test', '--subscription', SUBSCRIPTION],
          ...['--policy-assignment-name', 'NAME', '--access-policy-name', 'Data Contributor'],
          ...['--object-id', 'OBJECT_ID', '--object-id-alias', 'ALIAS'],
        ],
      },
    ]);
  });

  it('is verified by a key whose hyphen is quoted in the query', () => {
    expect(entraAuthenticationEnabled.fix.verify(compliantCache())).toContain('properties.redisConfiguration."aad-enabled"');
  });
});
