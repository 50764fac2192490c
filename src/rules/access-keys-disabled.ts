import type { FixTarget, Step } from '../model/fix.ts';
import { onEachDatabase } from './conditions.ts';
import { database, defineFix, managedRedis, patch, redisCache, show, showDatabase } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const accessKeysDisabled = defineRule({
  id: 'access-keys-disabled',
  title: 'Access keys must be disabled',
  severity: 'medium',
  appliesTo: ['redis', 'managed'],
  why:
    'Both access keys give full rights to whoever holds them, and they sit in connection strings, pipelines and laptops. ' +
    'As long as they are accepted, a leaked one opens the cache whatever Entra says.',
  evidence: 'properties.disableAccessKeyAuthentication; Azure Managed Redis: properties.accessKeysAuthentication of each database',
  fix: defineFix({
    summary: 'Enable Microsoft Entra authentication, move every client to it, then disable the access keys.',
    risk: 'Drops every connection, those with Entra tokens too. Geo-replicated caches must be unlinked, changed and linked again.',
    stage: 'cut',
    steps: (target) =>
      target.kind === 'redis'
        ? [patch({ disableAccessKeyAuthentication: true })]
        : [assignInDatabase(target), database({ accessKeysAuthentication: 'Disabled' })],
    verify: (target) =>
      target.kind === 'redis' ? show('disableAccessKeyAuthentication')(target) : showDatabase('accessKeysAuthentication')(target),
    rollback: 'The same with false (Azure Managed Redis: Enabled) accepts the keys again.',
    terraform: {
      redis: redisCache('access_keys_authentication_enabled = false'),
      managed: managedRedis('default_database {', '  access_keys_authentication_enabled = false', '}'),
    },
    policy: {
      id: '3827af20-8f80-4b15-8300-6db0873ec901',
      displayName: 'Azure Cache for Redis should not use access keys for authentication',
      kinds: ['redis'],
      effect: 'Deny',
      assignment: 'redvet-redis-no-keys',
      risk: 'Deny also refuses other changes of caches that still accept keys: move those first. It does not look at Azure Managed Redis.',
    },
    portal: 'Settings > Authentication > Access keys > Disable Access Keys Authentication',
    clients: 'entra',
  }),
  aliases: ['Azure.Redis.LocalAuth', 'AZR-000496', 'redis-017', '3827af20-8f80-4b15-8300-6db0873ec901'],
  controls: [
    { framework: 'cis-azure-database-2.0', id: '2.9', origin: 'cis' },
    { framework: 'mcsb', id: 'IM-1', origin: 'redvet' },
  ],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication',
    'https://learn.microsoft.com/azure/redis/entra-for-authentication',
  ],
  needs: ['databases'],
  follows: 'entra-authentication-enabled',
  check: (cache) =>
    cache.kind === 'redis'
      ? given(cache.accessKeysDisabled, (disabled) =>
          disabled ? pass('access keys are disabled', 'true') : fail('access keys are accepted', 'true'),
        )
      : onEachDatabase(cache, ({ accessKeys }) =>
          given(accessKeys, (keys) =>
            keys === 'Disabled' ? pass('access keys are disabled', 'Disabled') : fail('access keys are accepted', 'Disabled'),
          ),
        ),
});

/** Azure Managed Redis knows one access policy: everything. */
const assignInDatabase = ({ name, resourceGroup, subscriptionId }: FixTarget): Step => ({
  type: 'decide',
  text: 'Give each client identity access to the database',
  words: [
    ...['redisenterprise', 'database', 'access-policy-assignment', 'create', '--cluster-name', name, '-g', resourceGroup],
    ...['--subscription', subscriptionId, '--database-name', 'default', '--access-policy-assignment-name', 'NAME'],
    ...['--access-policy-name', 'default', '--object-id', 'OBJECT_ID'],
  ],
});
