import { defineFix, patch, redisCache, show } from './fixes.ts';
import { flag } from './options.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const minimumTls12 = defineRule({
  id: 'minimum-tls-1-2',
  title: 'Clients must use TLS 1.2 or newer',
  severity: 'high',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'Auditors read the setting, and TLS 1.0 and 1.1 are broken. Since 2025 the service refuses both on the wire whatever the setting says, ' +
    'so an older value is a stale setting that fails the control, not a way in.',
  evidence: 'properties.minimumTlsVersion (absent: the service default, 1.2)',
  fix: defineFix({
    summary: 'Set the minimum TLS version to 1.2.',
    risk: 'Nothing changes on the wire: 1.0 and 1.1 are already refused. A setting of 1.0 or 1.1 cannot be restored.',
    stage: 'change',
    steps: () => [patch({ minimumTlsVersion: '1.2' })],
    verify: show('minimumTlsVersion'),
    rollback: 'None: Azure no longer takes 1.0 or 1.1.',
    terraform: {
      redis: redisCache('minimum_tls_version = "1.2"'),
      enterprise: { resource: 'azurerm_redis_enterprise_cluster', lines: ['minimum_tls_version = "1.2"'], older: null },
    },
    portal: 'Settings > Advanced settings > Minimum TLS version',
    clients: 'tls',
  }),
  aliases: [
    'Azure.Redis.MinTLS',
    'AZR-000164',
    'Azure.RedisEnterprise.MinTLS',
    'AZR-000301',
    'CKV_AZURE_148',
    'minimumTlsVersion',
    'redis_cache_min_tls_1_2',
    'redis-009',
    'e22e5620-3679-418e-bb74-c9f71731ab0f',
  ],
  controls: [
    { framework: 'cis-azure-database-2.0', id: '2.3', origin: 'cis' },
    { framework: 'mcsb', id: 'DP-3', origin: 'redvet' },
    { framework: 'pci-dss-4.0', id: '4.2.1', origin: 'redvet' },
    { framework: 'nist-800-53-r5', id: 'SC-8', origin: 'redvet' },
    { framework: 'hipaa', id: '164.312(e)(1)', origin: 'redvet' },
  ],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-remove-tls-10-11'],
  options: {
    requireExplicit: flag('fail where the property is not set; new caches may refuse to store it'),
  },
  check: ({ minimumTlsVersion }, { options }) =>
    given(minimumTlsVersion, (version) => {
      if (minimumTlsVersion.known && minimumTlsVersion.from === 'service_default') {
        // azurerm before 3.0 sends a default of its own.
        if (Number(version) < 1.2) return fail(`not set: the default there is TLS ${version}`, '1.2', { actual: version });
        return options.requireExplicit
          ? fail('not set, and requireExplicit asks for it', '1.2')
          : pass('not set: the service default is 1.2', '1.2');
      }
      return Number(version) >= 1.2
        ? pass(`requires TLS ${version}`, '1.2')
        : fail(`set to TLS ${version}: a stale setting, the wire refuses it`, '1.2');
    }),
});
