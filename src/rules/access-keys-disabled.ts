import { defineRule, fail, given, pass } from './rule.ts';

export const accessKeysDisabled = defineRule({
  id: 'access-keys-disabled',
  title: 'Access keys must be disabled',
  severity: 'medium',
  appliesTo: ['redis'],
  why:
    'Both access keys give full rights to whoever holds them, and they sit in connection strings, pipelines and laptops. ' +
    'As long as they are accepted, a leaked one opens the cache whatever Entra says.',
  evidence: 'properties.disableAccessKeyAuthentication',
  fix: {
    summary: 'Enable Microsoft Entra authentication, move every client to it, then disable the access keys.',
    risk: 'Drops every connection, those with Entra tokens too. Geo-replicated caches must be unlinked, changed and linked again.',
    patch: { properties: { disableAccessKeyAuthentication: true } },
    verify: 'disableAccessKeyAuthentication',
    arm: '"disableAccessKeyAuthentication": true',
    terraform: 'access_keys_authentication_enabled = false   (azurerm 4 or newer)',
  },
  aliases: ['Azure.Redis.LocalAuth', 'AZR-000496', 'redis-017', '3827af20-8f80-4b15-8300-6db0873ec901'],
  controls: [
    { framework: 'cis-azure-database-2.0', id: '2.9', origin: 'cis' },
    { framework: 'mcsb', id: 'IM-1', origin: 'redvet' },
  ],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication'],
  follows: 'entra-authentication-enabled',
  check: (cache) =>
    given(cache.accessKeysDisabled, (disabled) =>
      disabled ? pass('access keys are disabled', 'true') : fail('access keys are accepted', 'true'),
    ),
});
