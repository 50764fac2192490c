import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import { accessPoliciesAssigned } from '../../src/rules/access-policies-assigned.ts';
import {
  assignment,
  awaiting,
  byDefault,
  compliantCache,
  judged,
  listed,
  missing,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const ON = { entraAuthentication: seen(true, 'properties.redisConfiguration.aad-enabled') };

const check = (differences: Partial<Cache>) => accessPoliciesAssigned.check(compliantCache(differences), TODAY);

describe('access-policies-assigned', () => {
  it('is a requirement of severity low on Azure Cache for Redis', () => {
    const { severity, appliesTo, follows, needs } = accessPoliciesAssigned;
    expect({ severity, appliesTo, follows, needs }).toEqual({
      severity: 'low',
      appliesTo: ['redis'],
      follows: null,
      needs: ['accessPolicyAssignments'],
    });
  });

  it('fails a cache with Entra authentication and no assignment', () => {
    expect(check({ ...ON, accessPolicyAssignments: listed([]) })).toEqual(
      judged('fail', 'Entra authentication is on, and no identity has an access policy', { expected: 'at least one assignment' }),
    );
  });

  it.each([
    { names: ['a'], message: '1 access policy assignment' },
    { names: ['a', 'b'], message: '2 access policy assignments' },
  ])('passes one with $message', ({ names, message }) => {
    expect(check({ ...ON, accessPolicyAssignments: listed(names.map((name) => assignment(name, 'Data Owner'))) })).toEqual(
      judged('pass', message, { expected: 'at least one assignment' }),
    );
  });

  it.each([
    { fact: seen(false), source: 'observed' },
    { fact: byDefault(false), source: 'service_default' },
  ] as const)('has no meaning without Entra authentication ($source), and asks for no assignments', ({ fact, source }) => {
    for (const accessPolicyAssignments of [listed([]), missing(), pending('accessPolicyAssignments')]) {
      expect(check({ entraAuthentication: fact, accessPolicyAssignments })).toEqual(
        judged('not_applicable', 'Entra authentication is off', { reason: 'entra_off', evidence: { path: PATH, source } }),
      );
    }
  });

  it('waits for the assignments where Entra authentication is on', () => {
    expect(check({ ...ON, accessPolicyAssignments: pending('accessPolicyAssignments') })).toEqual(awaiting('accessPolicyAssignments'));
  });

  it.each(UNSEEN)('is unknown when the assignments are $kind', (fact) => {
    expect(check({ ...ON, accessPolicyAssignments: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when Entra authentication is $kind, whatever is assigned', (fact) => {
    expect(check({ entraAuthentication: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(['entraAuthentication', 'accessPolicyAssignments'] as const)('is not evaluated when the source can never show %s', (name) => {
    expect(check({ [name]: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended before anything that closes a way in', () => {
    const { stage, steps } = accessPoliciesAssigned.fix;
    expect({ stage, types: steps(compliantCache()).map(({ type }) => type) }).toEqual({ stage: 'prepare', types: ['decide'] });
  });
});
