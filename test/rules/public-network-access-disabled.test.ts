import { describe, expect, it } from 'vitest';
import type { NetworkAccess } from '../../src/model/cache.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { publicNetworkAccessDisabled } from '../../src/rules/public-network-access-disabled.ts';
import { byDefault, compliantCache, invalid, missing, NOT_EVALUATED, outOfReach, seen, UNSEEN, unknownVerdict } from '../support/cache.ts';

const ACCESS = 'properties.publicNetworkAccess';
const SUBNET = 'properties.subnetId';
const SUBNET_ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n';

const injected = seen(SUBNET_ID, SUBNET);
const notInjected = byDefault(null, SUBNET);

const INJECTED: Verdict = {
  outcome: 'not_applicable',
  message: 'injected into a virtual network, where the setting has no effect',
  expected: null,
  actual: null,
  evidence: { path: SUBNET, source: 'observed' },
  reason: 'vnet_injected',
};

describe('public-network-access-disabled', () => {
  it('is a requirement of severity high on every kind of cache', () => {
    const { severity, appliesTo } = publicNetworkAccessDisabled;
    expect({ severity, appliesTo }).toEqual({ severity: 'high', appliesTo: ['redis', 'managed', 'enterprise'] });
  });

  it('fails a cache with public access', () => {
    const verdict: Verdict = {
      outcome: 'fail',
      message: 'public access is enabled',
      expected: 'Disabled',
      actual: 'Enabled',
      evidence: { path: ACCESS, source: 'observed' },
      reason: null,
    };
    const cache = compliantCache({ publicNetworkAccess: seen('Enabled', ACCESS), subnetId: notInjected });
    expect(publicNetworkAccessDisabled.check(cache)).toEqual(verdict);
  });

  it('passes a cache without public access', () => {
    const verdict: Verdict = {
      outcome: 'pass',
      message: 'public access is disabled',
      expected: 'Disabled',
      actual: 'Disabled',
      evidence: { path: ACCESS, source: 'observed' },
      reason: null,
    };
    const cache = compliantCache({ publicNetworkAccess: seen('Disabled', ACCESS), subnetId: notInjected });
    expect(publicNetworkAccessDisabled.check(cache)).toEqual(verdict);
  });

  describe('on a cache that is injected into a virtual network', () => {
    const anything: readonly { readonly state: string; readonly access: Fact<NetworkAccess> }[] = [
      { state: 'enabled', access: seen('Enabled', ACCESS) },
      { state: 'disabled', access: seen('Disabled', ACCESS) },
      { state: 'missing', access: missing() },
      { state: 'invalid', access: invalid('"SecuredByPerimeter"') },
      { state: 'out of reach', access: outOfReach() },
    ];

    it.each(anything)('does not apply when public access is $state', ({ access }) => {
      expect(publicNetworkAccessDisabled.check(compliantCache({ publicNetworkAccess: access, subnetId: injected }))).toEqual(INJECTED);
    });
  });

  it.each(UNSEEN)('is unknown when public access is $kind', (fact) => {
    expect(publicNetworkAccessDisabled.check(compliantCache({ publicNetworkAccess: fact }))).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when the subnet is $kind, whatever the access', (fact) => {
    const verdicts = (['Enabled', 'Disabled'] as const).map((access) =>
      publicNetworkAccessDisabled.check(compliantCache({ subnetId: fact, publicNetworkAccess: seen(access) })),
    );
    expect(verdicts).toEqual([unknownVerdict(fact), unknownVerdict(fact)]);
  });

  it.each(['publicNetworkAccess', 'subnetId'] as const)('is not evaluated when the source can never show %s', (fact) => {
    expect(publicNetworkAccessDisabled.check(compliantCache({ [fact]: outOfReach() }))).toEqual(NOT_EVALUATED);
  });
});
