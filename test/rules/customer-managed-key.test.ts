import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { customerManagedKey } from '../../src/rules/customer-managed-key.ts';
import {
  byDefault,
  clusterId,
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

const KEY = 'https://vault.example/keys/redis/1';

const check = (fact: Fact<string | null>): Verdict =>
  customerManagedKey.check(compliantCluster('managed', { customerManagedKey: fact }), TODAY);

const expected = 'the address of a key in Key Vault';

describe('customer-managed-key', () => {
  it('is a requirement of severity info on clusters', () => {
    const { severity, appliesTo, needs } = customerManagedKey;
    expect({ severity, appliesTo, needs }).toEqual({ severity: 'info', appliesTo: ['managed', 'enterprise'], needs: [] });
  });

  it('passes a cluster with a key of its own', () => {
    expect(check(seen(KEY))).toEqual(judged('pass', 'the disks are encrypted with your key', { expected, actual: KEY }));
  });

  it('fails one that has none: then Microsoft manages the key', () => {
    expect(check(byDefault(null))).toEqual(
      judged('fail', 'the disks are encrypted with a key that Microsoft manages', {
        expected,
        evidence: { path: PATH, source: 'service_default' },
      }),
    );
  });

  it.each(UNSEEN)('is unknown when the key is $kind', (fact) => {
    expect(check(fact)).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the key', () => {
    expect(check(outOfReach())).toEqual(NOT_EVALUATED);
  });

  it('leaves the key and the identity to a person', () => {
    const steps = customerManagedKey.fix.steps(compliantCluster('enterprise'));
    expect(steps).toEqual([
      {
        type: 'decide',
        text: expect.stringMatching(/KEY_URL.*IDENTITY_ID/),
        words: [
          'rest',
          '--method',
          'patch',
          '--url',
          `${clusterId('good')}?api-version=2025-07-01`,
          '--body',
          expect.anything(),
          '-o',
          'none',
        ],
      },
    ]);
    const words = steps[0]?.type === 'decide' ? steps[0].words : [];
    expect(JSON.parse(words[6] ?? '')).toEqual({
      identity: { type: 'UserAssigned', userAssignedIdentities: { IDENTITY_ID: {} } },
      properties: {
        encryption: {
          customerManagedKeyEncryption: {
            keyEncryptionKeyUrl: 'KEY_URL',
            keyEncryptionKeyIdentity: { identityType: 'userAssignedIdentity', userAssignedIdentityResourceId: 'IDENTITY_ID' },
          },
        },
      },
    });
  });

  it('is kept so by the built-in policy', () => {
    const { id, effect, assignment } = customerManagedKey.fix.policy ?? {};
    expect({ id, effect, assignment }).toEqual({
      id: '09aa11bb-87ec-409f-bf0b-49b7c1561a87',
      effect: 'Deny',
      assignment: 'redvet-redis-cmk',
    });
  });
});
