import type { Verdict } from '../model/finding.ts';
import { type FixTarget, patchWords, type Step } from '../model/fix.ts';
import { onEachDatabase } from './conditions.ts';
import { defineFix, patch, redisCache, show, showDatabase } from './fixes.ts';
import { defineRule, fail, given, pass, unknown } from './rule.ts';

export const redisVersionSupported = defineRule({
  id: 'redis-version-supported',
  title: 'Redis must be of version 6 or newer',
  severity: 'medium',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'Redis 4 gets no fixes any more, and Azure retired it in 2023. ' +
    'What is older than 6 also lacks what access policies and Entra authentication build on.',
  evidence: 'properties.redisVersion; of a cluster that of each database',
  fix: defineFix({
    summary: 'Upgrade Redis to version 6 or newer.',
    risk:
      'It cannot be undone, it must be alone in its request, and there is a failover; a Basic cache loses its data. ' +
      'A geo-replicated cache has to be unlinked first, and one on Cloud Services to be moved.',
    stage: 'scale',
    steps,
    verify: (target) => (target.kind === 'redis' ? show('redisVersion') : showDatabase('redisVersion'))(target),
    rollback: 'None: Redis cannot be downgraded.',
    terraform: { redis: redisCache('redis_version = "6"') },
    portal: 'Advanced settings (Azure Managed Redis: Overview > Upgrade)',
  }),
  aliases: ['redisVersion', 'Azure.Redis.Version', 'AZR-000347'],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-upgrade',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-retired-features',
    'https://learn.microsoft.com/azure/redis/how-to-upgrade',
  ],
  needs: ['databases'],
  check: (cache) =>
    cache.kind === 'redis' ? given(cache.redisVersion, judge) : onEachDatabase(cache, ({ redisVersion }) => given(redisVersion, judge)),
});

const EXPECTED = '6 or newer';

const judge = (version: string): Verdict => {
  if (/^latest$/i.test(version)) return pass('runs the latest Redis', EXPECTED);
  const major = /^(\d{1,9})(?:\.\d{1,9})*$/.exec(version)?.[1];
  if (major === undefined) return unknown(`${version} is no version of Redis`, 'invalid');
  return Number(major) >= 6 ? pass(`runs Redis ${version}`, EXPECTED) : fail(`runs Redis ${version}, which gets no fixes`, EXPECTED);
};

/** A Basic cache, and one that may be Basic, loses its data: nothing that is done unasked. */
function steps(target: FixTarget): readonly Step[] {
  const { kind, name, resourceGroup, subscriptionId, sku } = target;
  if (kind !== 'redis') {
    const cluster = ['--cluster-name', name, '-g', resourceGroup, '--subscription', subscriptionId, '--database-name', 'default'];
    return [{ type: 'az', words: ['redisenterprise', 'database', 'upgrade-db-redis-version', ...cluster] }];
  }
  if (/^(?:Standard|Premium) /.test(sku ?? '')) return [patch({ redisVersion: '6' })];
  return [
    {
      type: 'decide',
      text: 'The upgrade of a Basic cache loses its data: decide when that does no harm.',
      words: patchWords(target, '{"properties":{"redisVersion":"6"}}'),
    },
  ];
}
