import type { Cache, Database } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Verdict } from '../model/finding.ts';
import { type FixTarget, patchWords, type Step } from '../model/fix.ts';
import { byPersistence, onEachDatabase, onTier } from './conditions.ts';
import { database, defineFix, managedRedis, redisCache, show, showDatabase } from './fixes.ts';
import { defineRule, fail, given, notApplicable, pass } from './rule.ts';

export const persistenceEnabled = defineRule({
  id: 'persistence-enabled',
  title: 'Data must be persisted',
  severity: 'info',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'Without persistence all data is gone when the nodes fail together. Memory is not encrypted by the service; ' +
    'what a Premium cache persists is encrypted by the storage account, and what a cluster persists by its disk.',
  evidence:
    'properties.redisConfiguration: rdb-backup-enabled, aof-backup-enabled; of a cluster properties.persistence of each database (absent: off)',
  fix: defineFix({
    summary: 'Turn snapshots (RDB) on.',
    risk:
      'Snapshots add load, and on Premium the cost of storage. The identity and its role come first, or backups fail silently. ' +
      'Persistence and geo-replication exclude each other.',
    stage: 'change',
    steps,
    verify: (target) =>
      (target.kind === 'redis' ? show('redisConfiguration."rdb-backup-enabled"') : showDatabase('persistence.rdbEnabled'))(target),
    rollback: 'The same with false.',
    terraform: {
      redis: redisCache(
        'redis_configuration {',
        '  rdb_backup_enabled                     = true',
        '  rdb_backup_frequency                   = 60',
        '  rdb_storage_connection_string          = var.backup_storage # no account key in it',
        '  data_persistence_authentication_method = "ManagedIdentity"',
        '  storage_account_subscription_id        = "SUBSCRIPTION_ID"',
        '}',
      ),
      managed: managedRedis('default_database {', '  persistence_redis_database_backup_frequency = "12h"', '}'),
    },
    portal: 'Settings > Data persistence (Azure Managed Redis: Advanced settings)',
  }),
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-premium-persistence',
    'https://learn.microsoft.com/azure/redis/how-to-persistence',
  ],
  needs: ['databases'],
  check: (cache) =>
    cache.kind === 'redis'
      ? onTier(cache, ['Premium'], () => persistence(cache, cache.linkedServerCount, (count) => count > 0))
      : onEachDatabase(cache, (one) => persistence(one, one.links, ({ length }) => length > 0)),
});

/** Persistence and geo-replication exclude each other. */
const persistence = <T>(of: Cache | Database, links: Fact<T>, isLinked: (links: T) => boolean): Verdict =>
  byPersistence(of, (isOn) => {
    if (isOn) return pass('persistence is on', EXPECTED);
    return given(links, (linked) =>
      isLinked(linked)
        ? notApplicable('geo-replicated, which excludes persistence', 'geo_replicated')
        : given(of.rdbPersistence, () => fail('persistence is off: data lives in memory only', EXPECTED)),
    );
  });

const EXPECTED = 'RDB or AOF on';

function steps(target: FixTarget): readonly Step[] {
  if (target.kind !== 'redis') return [database({ persistence: { rdbEnabled: true, rdbFrequency: '12h', aofEnabled: false } })];
  return [
    {
      type: 'decide',
      text:
        'Name the storage account that takes the backups, without a key of it (CONNECTION_STRING), and its subscription (SUBSCRIPTION_ID). ' +
        'The identity of the cache needs the role Storage Blob Data Contributor on it first.',
      words: patchWords(target, SNAPSHOTS),
    },
  ];
}

const SNAPSHOTS = JSON.stringify({
  properties: {
    redisConfiguration: {
      'rdb-backup-enabled': 'true',
      'rdb-backup-frequency': '60',
      'rdb-storage-connection-string': 'CONNECTION_STRING',
      'preferred-data-persistence-auth-method': 'ManagedIdentity',
      'storage-subscription-id': 'SUBSCRIPTION_ID',
    },
  },
});
