import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { managedIdentityAssigned } from '../../src/rules/managed-identity-assigned.ts';
import {
  byDefault,
  compliantCache,
  judged,
  missing,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const EXPECTED = { expected: 'SystemAssigned' };

const check = (differences: Partial<Cache>) =>
  managedIdentityAssigned.check(compliantCache({ tier: seen('Premium', 'properties.sku.name'), ...differences }), TODAY);

describe('managed-identity-assigned', () => {
  it('is a requirement of severity info on Azure Cache for Redis', () => {
    const { severity, appliesTo, follows, needs } = managedIdentityAssigned;
    expect({ severity, appliesTo, follows, needs }).toEqual({ severity: 'info', appliesTo: ['redis'], follows: null, needs: [] });
  });

  it.each(['SystemAssigned', 'SystemAssigned, UserAssigned'] as const)('passes a Premium cache with %s', (type) => {
    expect(check({ identityType: seen(type) })).toEqual(
      judged('pass', 'has a system-assigned managed identity', { ...EXPECTED, actual: type }),
    );
  });

  it('passes one with a user-assigned identity alone, and says what CIS asks for', () => {
    expect(check({ identityType: seen('UserAssigned') })).toEqual(
      judged('pass', 'has a user-assigned managed identity; CIS 2.5 asks for a system-assigned one', {
        ...EXPECTED,
        actual: 'UserAssigned',
      }),
    );
  });

  it('fails one with none, said or not', () => {
    expect([check({ identityType: seen('None') }), check({ identityType: byDefault('None') })]).toEqual([
      judged('fail', 'no managed identity', { ...EXPECTED, actual: 'None' }),
      judged('fail', 'no managed identity', { ...EXPECTED, evidence: { path: PATH, source: 'service_default' } }),
    ]);
  });

  it.each(['Basic', 'Standard'] as const)('has no meaning for the tier %s, whatever the identity', (tier) => {
    const identities: readonly Cache['identityType'][] = [seen('None'), seen('SystemAssigned'), missing()];
    for (const identityType of identities) {
      expect(check({ tier: seen(tier), identityType })).toEqual(
        judged('not_applicable', `Premium only, and this is ${tier}`, { reason: 'tier' }),
      );
    }
  });

  it.each(UNSEEN)('is unknown when the identity is $kind', (fact) => {
    expect(check({ identityType: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when the tier is $kind', (fact) => {
    expect(check({ tier: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(['tier', 'identityType'] as const)('is not evaluated when the source can never show the %s', (name) => {
    expect(check({ [name]: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by a change of the identity alone: az redis identity assign also opens public access', () => {
    expect(managedIdentityAssigned.fix.steps(compliantCache())).toEqual([
      { type: 'patch', body: { identity: { type: 'SystemAssigned' } } },
    ]);
    expect(managedIdentityAssigned.fix.verify(compliantCache())).toContain('identity.type');
  });
});
