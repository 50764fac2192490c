import { defineRule, fail, given, notApplicable, pass } from './rule.ts';

export const publicNetworkAccessDisabled = defineRule({
  id: 'public-network-access-disabled',
  title: 'The cache must not be reachable from public networks',
  severity: 'high',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'With public access on, the cache has an address that every machine on the internet can connect to; a leaked key is then enough. ' +
    'With it off, only private endpoints reach it.',
  evidence: 'properties.publicNetworkAccess; not applicable where properties.subnetId is set',
  fix: {
    summary: 'Create a private endpoint and its DNS zone, check that clients use it, then disable public network access.',
    risk: 'An outage for every client without an approved private endpoint and its private DNS: check both first. The portal console stops working.',
    patch: { properties: { publicNetworkAccess: 'Disabled' } },
    verify: 'publicNetworkAccess',
    arm: '"publicNetworkAccess": "Disabled"',
    terraform: 'public_network_access_enabled = false',
  },
  aliases: [
    'Azure.Redis.PublicNetworkAccess',
    'AZR-000165',
    'CKV_AZURE_89',
    'redisCachePrivateEndpoint',
    'redis-014',
    '470baccb-7e51-4549-8b1a-3e5be069f663',
  ],
  controls: [
    { framework: 'cis-azure-database-2.0', id: '2.6', origin: 'cis' },
    { framework: 'mcsb-2-preview', id: 'NS-2', origin: 'azure-policy' },
    { framework: 'nist-800-53-r5', id: 'SC-7', origin: 'redvet' },
    { framework: 'pci-dss-4.0', id: '1.3.1', origin: 'redvet' },
  ],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-private-link'],
  check: (cache) =>
    given(cache.subnetId, (subnet) =>
      subnet === null
        ? given(cache.publicNetworkAccess, (access) =>
            access === 'Disabled' ? pass('public access is disabled', 'Disabled') : fail('public access is enabled', 'Disabled'),
          )
        : notApplicable('injected into a virtual network, where the setting has no effect', 'vnet_injected'),
    ),
});
