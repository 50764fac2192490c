import { assign, configure, defineFix, redisCache, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const entraAuthenticationEnabled = defineRule({
  id: 'entra-authentication-enabled',
  title: 'Microsoft Entra authentication must be enabled',
  severity: 'medium',
  appliesTo: ['redis'],
  why:
    'An access key is one shared password with full rights that never expires. ' +
    'Entra tokens name who connects, carry only the rights that were granted, and end by themselves.',
  evidence: 'properties.redisConfiguration.aad-enabled (absent: the service default, false)',
  fix: defineFix({
    summary: 'Enable Microsoft Entra authentication, then assign an access policy to each client identity.',
    risk:
      'All nodes reboot, which can take 30 minutes. Entra authentication works over TLS only, and clients must renew their tokens. ' +
      'Caches that still run on Cloud Services cannot have it.',
    stage: 'scale',
    steps: (target) => [configure({ 'aad-enabled': 'true' }), assign(target)],
    verify: show('redisConfiguration."aad-enabled"'),
    rollback: 'The same with false turns it off, and all nodes reboot again.',
    terraform: { redis: redisCache('redis_configuration {', '  active_directory_authentication_enabled = true', '}') },
    portal: 'Settings > Authentication > Microsoft Entra Authentication',
    clients: 'entra',
  }),
  aliases: ['Azure.Redis.EntraID', 'AZR-000427'],
  controls: [
    { framework: 'cis-azure-database-2.0', id: '2.1', origin: 'cis' },
    { framework: 'mcsb', id: 'IM-1', origin: 'redvet' },
  ],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication'],
  check: (cache) =>
    given(cache.entraAuthentication, (enabled) =>
      enabled ? pass('Entra authentication is on', 'true') : fail('Entra authentication is off', 'true'),
    ),
});
