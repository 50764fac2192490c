import { type FixTarget, patchWords, type Step } from '../model/fix.ts';
import { onTier } from './conditions.ts';
import { configure, defineFix, redisCache, show } from './fixes.ts';
import { defineRule, fail, given, pass, unknown } from './rule.ts';

/** Megabytes of one shard, by size; 1 GB is 1024 MB. */
const MEGABYTES: ReadonlyMap<string, number> = new Map([
  ['C0', 256],
  ['C1', 1024],
  ['C2', 2560],
  ['C3', 6144],
  ['C4', 13_312],
  ['C5', 26_624],
  ['C6', 54_272],
  ['P1', 6144],
  ['P2', 13_312],
  ['P3', 26_624],
  ['P4', 54_272],
  ['P5', 122_880],
]);

export const memoryReserved = defineRule({
  id: 'memory-reserved',
  title: 'A tenth of the memory must be kept free for what is not data',
  severity: 'info',
  appliesTo: ['redis'],
  why:
    'Replication, failover and backups need memory beside the data; where data fills it all, they slow down or fail just when they are needed. ' +
    'Azure reserves about a tenth by default.',
  evidence: 'properties.redisConfiguration: maxmemory-reserved, in megabytes of each shard; properties.sku',
  fix: defineFix({
    summary: 'Reserve a tenth of the memory of each shard.',
    risk: 'It leaves less room for data: a cache that is nearly full evicts keys. It sets maxfragmentationmemory-reserved to the same.',
    stage: 'change',
    steps,
    verify: show('redisConfiguration."maxmemory-reserved"'),
    rollback: 'The same with the numbers of before.',
    terraform: {
      redis: redisCache(
        'redis_configuration {',
        '  maxmemory_reserved              = MEGABYTES # a tenth of one shard, such as 615 for P1',
        '  maxfragmentationmemory_reserved = MEGABYTES',
        '}',
      ),
    },
    portal: 'Settings > Advanced settings > maxmemory-reserved',
  }),
  aliases: ['Azure.Redis.MaxMemoryReserved', 'AZR-000160'],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-best-practices-memory-management#configure-your-maxmemory-reserved-setting',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure#memory-policies',
  ],
  check: (cache) =>
    onTier(cache, ['Standard', 'Premium'], () =>
      given(cache.size, (size) => {
        const megabytes = MEGABYTES.get(size);
        if (megabytes === undefined) return unknown(`the memory of size ${size} is not documented`, 'invalid');
        return given(cache.maxmemoryReserved, (reserved) =>
          reserved * 10 >= megabytes
            ? pass(`${reserved} MB are reserved: at least 10 % of size ${size}`, String(tenthOf(megabytes)))
            : fail(`${reserved} MB are reserved: less than 10 % of size ${size}`, String(tenthOf(megabytes))),
        );
      }),
    ),
});

/** The least whole number that passes. */
function tenthOf(megabytes: number): number {
  return Math.ceil(megabytes / 10);
}

function steps(target: FixTarget): readonly Step[] {
  const megabytes = MEGABYTES.get(/^(?:Standard|Premium) (\S+)$/.exec(target.sku ?? '')?.[1] ?? '');
  if (megabytes !== undefined) {
    const tenth = String(tenthOf(megabytes));
    return [configure({ 'maxmemory-reserved': tenth, 'maxfragmentationmemory-reserved': tenth })];
  }
  return [
    {
      type: 'decide',
      text: 'Write a tenth of the memory of one shard for MEGABYTES, such as 615 for P1.',
      words: patchWords(
        target,
        '{"properties":{"redisConfiguration":{"maxmemory-reserved":"MEGABYTES","maxfragmentationmemory-reserved":"MEGABYTES"}}}',
      ),
    },
  ];
}
