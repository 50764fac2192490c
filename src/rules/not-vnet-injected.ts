import { defineFix, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const notVnetInjected = defineRule({
  id: 'not-vnet-injected',
  title: 'The cache must not be injected into a virtual network',
  severity: 'info',
  appliesTo: ['redis'],
  why:
    'Private Link has superseded the injection into a virtual network, and Azure Managed Redis does not have it. ' +
    'The tools that move caches there refuse an injected one, so that it has to be replaced before its tier ends.',
  evidence: 'properties.subnetId (absent: not injected)',
  fix: defineFix({
    summary: 'Plan a new cache with a private endpoint: export the data, import it there, then switch the clients.',
    risk: 'Nothing can be changed in place. Writes between the export and the switch are lost, unless clients write to both.',
    stage: 'scale',
    steps: () => [],
    verify: show('subnetId'),
    rollback: 'Keep the old cache until every client uses the new one.',
  }),
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-network-isolation',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-premium-vnet',
  ],
  check: (cache) =>
    given(cache.subnetId, (subnet) =>
      subnet === null
        ? pass('not injected into a virtual network', 'not set')
        : fail('injected into a virtual network, which Private Link supersedes and Azure Managed Redis does not have', 'not set'),
    ),
});
