import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { authenticationRequired } from '../../src/rules/authentication-required.ts';
import {
  byDefault,
  compliantCache,
  judged,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const check = (differences: Partial<Cache>) => authenticationRequired.check(compliantCache(differences), TODAY);

describe('authentication-required', () => {
  it('is a requirement of severity critical on Azure Cache for Redis', () => {
    const { severity, appliesTo, follows, needs } = authenticationRequired;
    expect({ severity, appliesTo, follows, needs }).toEqual({ severity: 'critical', appliesTo: ['redis'], follows: null, needs: [] });
  });

  it('fails a cache that lets clients in without a credential', () => {
    expect(check({ authenticationDisabled: seen(true) })).toEqual(
      judged('fail', 'clients need no credential', { expected: 'false', actual: 'true' }),
    );
  });

  it('fails it inside of a virtual network too', () => {
    expect(check({ authenticationDisabled: seen(true), subnetId: seen('a subnet') }).outcome).toBe('fail');
  });

  it('passes a cache that says it requires authentication, and shows what it says', () => {
    expect(check({ authenticationDisabled: seen(false) })).toEqual(
      judged('pass', 'clients must authenticate', { expected: 'false', actual: 'false' }),
    );
  });

  it('passes a cache that does not mention it, and says that this is the default of the service', () => {
    expect(check({ authenticationDisabled: byDefault(false) })).toEqual(
      judged('pass', 'clients must authenticate', { expected: 'false', evidence: { path: PATH, source: 'service_default' } }),
    );
  });

  it.each(UNSEEN)('is unknown when the setting is $kind', (fact) => {
    expect(check({ authenticationDisabled: fact })).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the setting', () => {
    expect(check({ authenticationDisabled: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by one key of the configuration, with which clients without a credential are cut off', () => {
    const { fix } = authenticationRequired;
    expect(fix.steps(compliantCache())).toEqual([
      { type: 'patch', body: { properties: { redisConfiguration: { authnotrequired: 'false' } } } },
    ]);
    expect(fix.stage).toBe('cut');
    expect(fix.terraform.redis?.older?.lines).toEqual(['redis_configuration {', '  enable_authentication = true', '}']);
  });
});
