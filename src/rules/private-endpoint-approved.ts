import type { CacheKind } from '../model/cache.ts';
import type { FixTarget, Step, TerraformFix } from '../model/fix.ts';
import type { Control } from '../model/rule-spec.ts';
import { byApproval, unlessInjected } from './conditions.ts';
import { defineFix, showEndpoints } from './fixes.ts';
import { defineRule, fail, pass } from './rule.ts';

/** Microsoft's own initiatives, which map the policy that asks the same. */
const asAzurePolicySays = (framework: string, ...ids: readonly string[]): readonly Control[] =>
  ids.map((id) => ({ framework, id, origin: 'azure-policy' }));

const NIST = ['AC-4', 'AC-17', 'AC-17(1)', 'SC-7', 'SC-7(3)'];

/** What an endpoint is for, as Private Link calls it. */
const GROUPS: Readonly<Record<CacheKind, string>> = { redis: 'redisCache', managed: 'redisEnterprise', enterprise: 'redisEnterprise' };

const ZONES: Readonly<Record<CacheKind, string>> = {
  redis: 'privatelink.redis.cache.windows.net',
  managed: 'privatelink.redis.azure.net',
  enterprise: 'privatelink.redisenterprise.cache.azure.net',
};

const endpointSteps = ({ id, name, kind, resourceGroup, subscriptionId }: FixTarget): readonly Step[] => {
  const place = ['-g', resourceGroup, '--subscription', subscriptionId];
  const endpoint = `pe-${name}`;
  return [
    {
      type: 'decide',
      text: 'Create the endpoint in a subnet that the clients reach',
      words: [
        ...['network', 'private-endpoint', 'create', ...place, '-n', endpoint, '--vnet-name', 'VNET', '--subnet', 'SUBNET'],
        ...['--private-connection-resource-id', id, '--group-ids', GROUPS[kind], '--connection-name', endpoint],
      ],
    },
    {
      type: 'decide',
      text: 'Create the private DNS zone, unless your network has it already',
      words: ['network', 'private-dns', 'zone', 'create', ...place, '-n', ZONES[kind]],
    },
    {
      type: 'decide',
      text: 'Link the zone to each network that clients resolve names in',
      words: ['network', 'private-dns', 'link', 'vnet', 'create', ...place, '-z', ZONES[kind], '-n', 'LINK', '-v', 'VNET', '-e', 'false'],
    },
    {
      type: 'decide',
      text: 'Enter the endpoint into the zone',
      words: [
        ...['network', 'private-endpoint', 'dns-zone-group', 'create', ...place, '--endpoint-name', endpoint, '-n', 'default'],
        ...['--private-dns-zone', ZONES[kind], '--zone-name', 'redis'],
      ],
    },
  ];
};

const endpointInTerraform = (kind: CacheKind, resource: string): TerraformFix => ({
  resource: 'azurerm_private_endpoint',
  lines: [
    'name                = "NAME"',
    'location            = "LOCATION"',
    'resource_group_name = "RESOURCE_GROUP"',
    'subnet_id           = "SUBNET_ID"',
    '',
    'private_service_connection {',
    '  name                           = "NAME"',
    `  private_connection_resource_id = ${resource}.cache.id`,
    `  subresource_names              = ["${GROUPS[kind]}"]`,
    '  is_manual_connection           = false',
    '}',
    '',
    'private_dns_zone_group {',
    '  name                 = "default"',
    '  private_dns_zone_ids = ["ZONE_ID"]',
    '}',
  ],
  older: null,
});

export const privateEndpointApproved = defineRule({
  id: 'private-endpoint-approved',
  title: 'The cache must have an approved private endpoint',
  severity: 'medium',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'A private endpoint gives the cache an address inside your network, so that traffic to it never crosses the internet. ' +
    'Without one, nobody reaches the cache once public access is off.',
  evidence:
    'properties.privateEndpointConnections[].properties.privateLinkServiceConnectionState.status (absent: no connection); ' +
    'not applicable where properties.subnetId is set',
  fix: defineFix({
    summary: 'Create a private endpoint in the network of the clients, and a private DNS zone that leads them to it.',
    risk:
      'Without the DNS zone clients go on using the public address. Firewall rules stop being supported. Not for VNet-injected caches; ' +
      'geo-linked ones must be unlinked first; a clustered Premium cache takes one. On a cluster that never had publicNetworkAccess ' +
      'public access closes at once. A Basic cache may lose its data when an endpoint is made again.',
    stage: 'prepare',
    steps: endpointSteps,
    verify: showEndpoints,
    rollback: 'Delete the private endpoint, but not the last one while public access is disabled: nobody could reach the cache.',
    terraform: {
      redis: endpointInTerraform('redis', 'azurerm_redis_cache'),
      managed: endpointInTerraform('managed', 'azurerm_managed_redis'),
      enterprise: endpointInTerraform('enterprise', 'azurerm_redis_enterprise_cluster'),
    },
    bicep: `resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'NAME'
  location: LOCATION
  properties: {
    subnet: { id: 'SUBNET_ID' }
    privateLinkServiceConnections: [
      {
        name: 'NAME'
        properties: {
          privateLinkServiceId: cache.id
          groupIds: ['redisCache'] // Microsoft.Cache/redisEnterprise: redisEnterprise
        }
      }
    ]
  }
}

resource zones 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [{ name: 'redis', properties: { privateDnsZoneId: 'ZONE_ID' } }]
  }
}`,
    policy: {
      id: '7803067c-7d34-46e3-8c79-0ca68fc4036d',
      displayName: 'Azure Cache for Redis should use private link',
      kinds: ['redis'],
      effect: 'AuditIfNotExists',
      assignment: 'redvet-redis-link',
      risk: 'It reports and refuses nothing. It does not look at Azure Managed Redis.',
    },
    portal: 'Settings > Private Endpoint (Azure Managed Redis: Networking)',
  }),
  aliases: ['redis_cache_uses_private_link', 'redis-015', '7803067c-7d34-46e3-8c79-0ca68fc4036d', '960e650e-9ce3-4316-9590-8ee2c016ca2f'],
  controls: [
    { framework: 'cis-azure-database-2.0', id: '2.7', origin: 'cis' },
    ...asAzurePolicySays('mcsb', 'NS-2'),
    ...asAzurePolicySays('nist-800-53-r4', ...NIST),
    ...asAzurePolicySays('nist-800-53-r5', ...NIST),
    ...asAzurePolicySays('fedramp-high', ...NIST),
    ...asAzurePolicySays('fedramp-moderate', ...NIST),
    ...asAzurePolicySays('nist-800-171-r2', '3.1.1', '3.1.3', '3.1.12', '3.1.13', '3.1.14', '3.13.1', '3.13.2', '3.13.5'),
  ],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-private-link',
    'https://learn.microsoft.com/azure/redis/private-link',
  ],
  follows: 'public-network-access-disabled',
  check: (cache) =>
    unlessInjected(cache, () =>
      byApproval(cache, (approved) =>
        approved ? pass('has an approved private endpoint', 'Approved') : fail('no approved private endpoint', 'Approved'),
      ),
    ),
});
