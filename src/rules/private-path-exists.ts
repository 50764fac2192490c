import { byApproval, byPublicAccess, unlessInjected } from './conditions.ts';
import { privateEndpointApproved } from './private-endpoint-approved.ts';
import { defineRule, fail, pass } from './rule.ts';

export const privatePathExists = defineRule({
  id: 'private-path-exists',
  title: 'A cache without public access must be reachable privately',
  severity: 'low',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'Public access is disabled and no private endpoint is approved, so that no client reaches the cache. ' +
    'It costs money and serves nobody, and the quick remedy, public access, opens it to everyone.',
  evidence: 'properties.publicNetworkAccess and properties.privateEndpointConnections; not applicable where properties.subnetId is set',
  fix: {
    ...privateEndpointApproved.fix,
    summary: 'Create a private endpoint and its DNS zone, or delete the cache if nobody misses it.',
  },
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-private-link',
    'https://learn.microsoft.com/azure/redis/private-link',
  ],
  check: (cache) =>
    unlessInjected(cache, () =>
      byPublicAccess(cache, (isPublic) => {
        if (isPublic) return pass('reachable by its public address');
        return byApproval(cache, (approved) =>
          approved
            ? pass('reachable by an approved private endpoint', 'Approved')
            : fail('public access is disabled and no private endpoint is approved: nobody can reach it', 'Approved'),
        );
      }),
    ),
});
