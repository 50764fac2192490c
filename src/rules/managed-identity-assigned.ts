import type { IdentityType } from '../model/cache.ts';
import type { Verdict } from '../model/finding.ts';
import { onTier } from './conditions.ts';
import { defineFix, redisCache, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const managedIdentityAssigned = defineRule({
  id: 'managed-identity-assigned',
  title: 'A Premium cache must have a managed identity',
  severity: 'info',
  appliesTo: ['redis'],
  why:
    'With an identity of its own the cache reaches its storage account without a stored key. ' +
    'Only persistence, import and export use it, and these are Premium.',
  evidence: 'identity.type (absent: None); not applicable to Basic and Standard',
  fix: defineFix({
    summary: 'Give the cache a system-assigned managed identity.',
    risk: 'Nothing breaks. Do not change the size or the version in the same request.',
    stage: 'prepare',
    // Not `az redis identity assign`: up to about 2.52 it sends enableNonSslPort and publicNetworkAccess: Enabled as well (seen with 2.45).
    steps: () => [{ type: 'patch', body: { identity: { type: 'SystemAssigned' } } }],
    verify: show('.identity.type'),
    rollback: 'The same with None takes the identity away, and with it every right that it was given.',
    terraform: { redis: redisCache('identity {', '  type = "SystemAssigned"', '}') },
    bicep: `// In the cache, beside its properties
identity: {
  type: 'SystemAssigned'
}`,
    portal: 'Settings > Identity > System assigned',
  }),
  aliases: ['redisCacheManagedIdentity'],
  controls: [{ framework: 'cis-azure-database-2.0', id: '2.5', origin: 'cis' }],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-managed-identity'],
  check: (cache) => onTier(cache, ['Premium'], () => given(cache.identityType, (type) => VERDICTS[type])),
});

const SYSTEM_ASSIGNED = pass('has a system-assigned managed identity', 'SystemAssigned');

const VERDICTS: Readonly<Record<IdentityType, Verdict>> = {
  None: fail('no managed identity', 'SystemAssigned'),
  SystemAssigned: SYSTEM_ASSIGNED,
  UserAssigned: pass('has a user-assigned managed identity; CIS 2.5 asks for a system-assigned one', 'SystemAssigned'),
  'SystemAssigned, UserAssigned': SYSTEM_ASSIGNED,
};
