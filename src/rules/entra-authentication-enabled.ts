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
  fix: {
    summary: 'Enable Microsoft Entra authentication, then assign an access policy to each client identity.',
    risk: 'All nodes reboot, which can take 30 minutes. Entra authentication works over TLS only, and clients must renew their tokens.',
    patch: { properties: { redisConfiguration: { 'aad-enabled': 'true' } } },
    verify: 'redisConfiguration',
    arm: '"redisConfiguration": { "aad-enabled": "true" }',
    terraform: 'redis_configuration { active_directory_authentication_enabled = true }   (azurerm 3.83 or newer)',
  },
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
