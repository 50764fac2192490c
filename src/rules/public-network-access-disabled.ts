import type { Cache } from '../model/cache.ts';
import type { Verdict } from '../model/finding.ts';
import { byApproval, isOutOfSight, unlessInjected } from './conditions.ts';
import { MAX_ADDRESSES, narrowness } from './firewall.ts';
import { defineFix, managedRedis, patch, redisCache, show } from './fixes.ts';
import { flag } from './options.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const publicNetworkAccessDisabled = defineRule({
  id: 'public-network-access-disabled',
  title: 'The cache must not be reachable from public networks',
  severity: 'high',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'With public access on, the cache has an address that every machine on the internet can connect to; a leaked key is then enough. ' +
    'With it off, only private endpoints reach it.',
  evidence: 'properties.publicNetworkAccess; not applicable where properties.subnetId is set',
  fix: defineFix({
    summary: 'Create a private endpoint and its DNS zone, check that clients use it, then disable public network access.',
    risk:
      'An outage for every client without an approved private endpoint and its private DNS: check both first. The portal console ' +
      'stops working. A cluster that never had the property can be set once and never back to unset.',
    stage: 'cut',
    steps: () => [patch({ publicNetworkAccess: 'Disabled' })],
    verify: show('publicNetworkAccess'),
    rollback: 'The same with Enabled. Deleting all private endpoints later leaves the cache unreachable.',
    terraform: {
      redis: redisCache('public_network_access_enabled = false'),
      managed: managedRedis('public_network_access = "Disabled"'),
    },
    policy: {
      id: '470baccb-7e51-4549-8b1a-3e5be069f663',
      displayName: 'Azure Cache for Redis should disable public network access',
      kinds: ['redis'],
      effect: 'Deny',
      assignment: 'redvet-redis-private',
      risk: 'Caches injected into a virtual network can never comply: exempt them. There is no built-in for Azure Managed Redis.',
    },
    portal: 'Settings > Private Endpoint (Azure Managed Redis: Networking)',
  }),
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
  options: {
    acceptNarrowFirewall: flag(`pass a redis cache whose every firewall rule lets in at most ${MAX_ADDRESSES} public addresses`),
  },
  needs: ({ acceptNarrowFirewall }) => (acceptNarrowFirewall ? ['firewallRules'] : []),
  check: (cache, { options }) =>
    unlessInjected(cache, () =>
      given(cache.publicNetworkAccess, (access) => {
        if (access === 'Disabled') return pass('public access is disabled', 'Disabled');
        if (access === null) return olderThanTheProperty(cache);
        return options.acceptNarrowFirewall && cache.kind === 'redis'
          ? behindFirewall(
              cache,
              given(cache.publicNetworkAccess, () => PUBLIC),
            )
          : PUBLIC;
      }),
    ),
});

const PUBLIC = fail('public access is enabled', 'Disabled');

/** Microsoft's private-link article for Azure Managed Redis: on such a cluster a private endpoint restricts all public access. */
const olderThanTheProperty = (cache: Cache): Verdict =>
  byApproval(cache, (approved) =>
    approved
      ? pass('older than the property: its approved private endpoint restricts all public access', 'Disabled')
      : fail('older than the property, and without an approved private endpoint: publicly reachable', 'Disabled'),
  );

/** Beside an approved private endpoint firewall rules are not supported, so they protect nothing; `open` is what is to be said then. */
const behindFirewall = (cache: Cache, open: Verdict): Verdict => {
  const { origin, firewallRules, privateEndpoints } = cache;
  // A declaration that holds no rule excuses nothing: what may stand elsewhere is no reason to let it through.
  if (origin !== null && isOutOfSight(firewallRules)) return open;
  if (origin !== null && isOutOfSight(privateEndpoints)) return byRules(cache);
  return byApproval(cache, (approved) => (approved ? open : byRules(cache)));
};

const byRules = (cache: Cache): Verdict =>
  given(cache.firewallRules, ([first, ...others]) => {
    if (first === undefined) return fail('public access is enabled, and no firewall rule narrows it', 'Disabled');
    const verdict = narrowness([first, ...others], MAX_ADDRESSES);
    if (verdict.outcome === 'pass') return { ...verdict, message: 'public access is enabled, but every firewall rule is narrow' };
    // The rule's own severity: public access is what fails here.
    const { severity: _, ...rest } = verdict;
    return { ...rest, message: `public access is enabled: ${verdict.message}` };
  });
