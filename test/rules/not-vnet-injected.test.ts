import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { notVnetInjected } from '../../src/rules/not-vnet-injected.ts';
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

const SUBNET = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n';

const check = (differences: Partial<Cache>) => notVnetInjected.check(compliantCache(differences), TODAY);

describe('not-vnet-injected', () => {
  it('is a requirement of severity info on Azure Cache for Redis', () => {
    const { severity, appliesTo, follows, needs } = notVnetInjected;
    expect({ severity, appliesTo, follows, needs }).toEqual({ severity: 'info', appliesTo: ['redis'], follows: null, needs: [] });
  });

  it('fails a cache inside of a virtual network, and shows the subnet', () => {
    expect(check({ subnetId: seen(SUBNET) })).toEqual(
      judged('fail', 'injected into a virtual network, which Private Link supersedes and Azure Managed Redis does not have', {
        expected: 'not set',
        actual: SUBNET,
      }),
    );
  });

  it('never fails the absence of a virtual network', () => {
    expect(check({ subnetId: byDefault(null) })).toEqual(
      judged('pass', 'not injected into a virtual network', { expected: 'not set', evidence: { path: PATH, source: 'service_default' } }),
    );
  });

  it.each(UNSEEN)('is unknown when the subnet is $kind', (fact) => {
    expect(check({ subnetId: fact })).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the subnet', () => {
    expect(check({ subnetId: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('cannot be mended in place', () => {
    expect(notVnetInjected.fix.steps(compliantCache())).toEqual([]);
  });
});
