import { describe, expect, it } from 'vitest';
import type { EnabledOrDisabled } from '../../src/model/cache.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { highAvailabilityEnabled } from '../../src/rules/high-availability-enabled.ts';
import {
  byDefault,
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

const check = (highAvailability: Fact<EnabledOrDisabled>): Verdict =>
  highAvailabilityEnabled.check(compliantCluster('managed', { highAvailability }), TODAY);

const expected = 'Enabled';

describe('high-availability-enabled', () => {
  it('is a requirement of severity medium on Azure Managed Redis', () => {
    const { severity, appliesTo } = highAvailabilityEnabled;
    expect({ severity, appliesTo }).toEqual({ severity: 'medium', appliesTo: ['managed'] });
  });

  it('passes a cluster with high availability', () => {
    expect(check(seen('Enabled'))).toEqual(judged('pass', 'high availability is on', { expected, actual: 'Enabled' }));
  });

  it('passes one that never set it, and says that this is the default of the service', () => {
    const evidence = { path: PATH, source: 'service_default' } as const;
    expect(check(byDefault('Enabled'))).toEqual(judged('pass', 'high availability is on', { expected, evidence }));
  });

  it('fails one without', () => {
    const message = 'high availability is off: no replica and no SLA';
    expect(check(seen('Disabled'))).toEqual(judged('fail', message, { expected, actual: 'Disabled' }));
  });

  it.each(UNSEEN)('is unknown when it is $kind', (fact) => {
    expect(check(fact)).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when the SKU is $kind: then nobody knows whether it is Azure Managed Redis', (skuName) => {
    const cluster = compliantCluster('managed', { skuName });
    expect(highAvailabilityEnabled.check(cluster, TODAY)).toEqual(unknownVerdict(skuName));
  });

  it('is not evaluated when the source can never show it', () => {
    expect(check(outOfReach())).toEqual(NOT_EVALUATED);
  });

  it('is mended by a patch of the cluster', () => {
    expect(highAvailabilityEnabled.fix.steps(compliantCluster('managed'))).toEqual([
      { type: 'patch', body: { properties: { highAvailability: 'Enabled' } } },
    ]);
  });
});
