import { describe, expect, it } from 'vitest';
import type { UpdateChannel } from '../../src/model/cache.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { updateChannelStable } from '../../src/rules/update-channel-stable.ts';
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

const check = (updateChannel: Fact<UpdateChannel>): Verdict => updateChannelStable.check(compliantCache({ updateChannel }), TODAY);

const expected = 'Stable';

describe('update-channel-stable', () => {
  it('is a requirement of severity low on Azure Cache for Redis', () => {
    const { severity, appliesTo } = updateChannelStable;
    expect({ severity, appliesTo }).toEqual({ severity: 'low', appliesTo: ['redis'] });
  });

  it('passes Stable', () => {
    expect(check(seen('Stable'))).toEqual(judged('pass', 'takes updates from Stable', { expected, actual: 'Stable' }));
  });

  it('passes a cache that never chose, and says that this is the default of the service', () => {
    const evidence = { path: PATH, source: 'service_default' } as const;
    expect(check(byDefault('Stable'))).toEqual(judged('pass', 'takes updates from Stable', { expected, evidence }));
  });

  it('fails Preview', () => {
    expect(check(seen('Preview'))).toEqual(judged('fail', 'takes updates from Preview', { expected, actual: 'Preview' }));
  });

  it.each(UNSEEN)('is unknown when the channel is $kind', (fact) => {
    expect(check(fact)).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the channel', () => {
    expect(check(outOfReach())).toEqual(NOT_EVALUATED);
  });

  it('is mended by a patch', () => {
    expect(updateChannelStable.fix.steps(compliantCache())).toEqual([{ type: 'patch', body: { properties: { updateChannel: 'Stable' } } }]);
  });
});
