import { patchWords } from '../model/fix.ts';
import { byPersistence, onTier } from './conditions.ts';
import { configure, defineFix, redisCache, show } from './fixes.ts';
import { defineRule, fail, given, notApplicable, pass } from './rule.ts';

export const persistenceUsesManagedIdentity = defineRule({
  id: 'persistence-uses-managed-identity',
  title: 'Persistence must reach its storage account by managed identity',
  severity: 'medium',
  appliesTo: ['redis'],
  why:
    'Without a managed identity a key of the storage account stands in the configuration of the cache, and whoever holds it reads every backup. ' +
    'The service does not encrypt the memory of a cache; what it persists is encrypted by the storage account, so the right to that account protects it.',
  evidence:
    'properties.redisConfiguration: preferred-data-persistence-auth-method (absent: SAS), where rdb-backup-enabled or aof-backup-enabled',
  fix: defineFix({
    summary: 'Give the cache an identity and that identity the right to the storage account, then let persistence use it.',
    risk:
      'The role must have arrived first, which takes minutes: without it backups fail silently. ' +
      'Afterwards rotate the key of the storage account, which was kept in the cache.',
    stage: 'change',
    steps: (target) => [
      {
        type: 'decide',
        text: 'Give the cache an identity, unless it has one: this would take a user-assigned one away',
        words: patchWords(target, JSON.stringify({ identity: { type: 'SystemAssigned' } })),
      },
      {
        type: 'decide',
        text: 'Let the identity of the cache (OBJECT_ID) write to the storage account of the backups (STORAGE_ID), and wait until it can.',
        words: [
          'role',
          'assignment',
          'create',
          '--assignee-object-id',
          'OBJECT_ID',
          '--assignee-principal-type',
          'ServicePrincipal',
          '--role',
          'Storage Blob Data Contributor',
          '--scope',
          'STORAGE_ID',
        ],
      },
      configure({ 'preferred-data-persistence-auth-method': 'ManagedIdentity' }),
    ],
    verify: show('redisConfiguration."preferred-data-persistence-auth-method"'),
    rollback: 'The same with SAS, and a connection string with a key of the storage account.',
    terraform: {
      redis: redisCache(
        'identity {',
        '  type = "SystemAssigned"',
        '}',
        'redis_configuration {',
        '  data_persistence_authentication_method = "ManagedIdentity"',
        '}',
      ),
    },
    portal: 'Settings > Data persistence > Authentication Method: Managed Identity',
  }),
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-managed-identity',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-premium-persistence',
  ],
  check: (cache) =>
    onTier(cache, ['Premium'], () =>
      byPersistence(cache, (isOn) => {
        if (!isOn) return notApplicable('persistence is off', 'persistence_off');
        return given(cache.persistenceAuthentication, (method) =>
          method === 'ManagedIdentity'
            ? pass('backups are written by managed identity', 'ManagedIdentity')
            : fail('a key of the storage account is kept in the configuration', 'ManagedIdentity'),
        );
      }),
    ),
});
