import { createReadStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Trouble } from '../../src/errors.ts';
import type { Cache, CacheFacts } from '../../src/model/cache.ts';
import type { Fact } from '../../src/model/fact.ts';
import { readInventory } from '../../src/sources/inventory-file.ts';

/** Answers and exports from other open projects, and some made after their code. They are not ours, so they lie beside the repository. */
const SAMPLES = new URL('../../../shared/samples/', import.meta.url);
const present = existsSync(SAMPLES);

if (!present) process.stdout.write(`skipped: the samples of exports are not in ${fileURLToPath(SAMPLES)}\n`);

const read = async (file: string) => {
  const caches: Cache[] = [];
  const told: string[] = [];
  try {
    for await (const one of readInventory(createReadStream(new URL(file, SAMPLES)), 'sample')) {
      if (one.type === 'cache') caches.push(one.cache);
      else told.push(one.gap.problem.message);
    }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    told.push(error.problem.code);
  }
  return { caches, told };
};

/** A known fact by its value, any other by why it is none. */
const known = (cache: Cache, name: keyof CacheFacts): unknown => {
  const fact: Fact<unknown> = cache[name];
  return fact.known ? fact.value : fact.kind;
};

const FACTS = ['nonSslPort', 'minimumTlsVersion', 'publicNetworkAccess', 'entraAuthentication', 'accessKeysDisabled', 'tier'] as const;
const CLUSTER_FACTS = ['minimumTlsVersion', 'publicNetworkAccess', 'highAvailability', 'skuName'] as const;

interface Sample {
  readonly file: string;
  /** The facts of each cache, in order. */
  readonly caches: readonly (readonly unknown[])[];
  readonly told?: readonly string[];
}

const GRAPH = [true, '1.2', 'Enabled', 'missing', 'missing', 'Standard'];

const REDIS: readonly Sample[] = [
  { file: 'az-redis-list.az-2.45-serializer.json', caches: [[true, '1.2', 'Enabled', true, 'missing', 'Premium']] },
  { file: 'az-resource-list.constructed.json', caches: [Array(FACTS.length).fill('missing')] },
  { file: 'az-graph-query.constructed.json', caches: [GRAPH] },
  { file: 'arg-table.constructed.json', caches: [GRAPH] },
  {
    file: 'arg-objectArray.constructed.json',
    caches: [GRAPH],
    told: ['sample is not all there is: "totalRecords" is 1001, and it holds 1; "$skipToken" leads to another page'],
  },
  { file: 'Get-AzRedisCache.constructed.json', caches: [[true, '1.2', 'out_of_reach', true, false, 'Standard']] },
  { file: 'arm-redis-get.spec-2024-11-01.json', caches: [[true, 'missing', 'Enabled', 'missing', 'missing', 'Premium']] },
  { file: 'arm-redis-put-response.wire-2024-11-01.json', caches: [[false, '1.2', 'Enabled', true, true, 'Premium']] },
  {
    file: 'arm-redis-listBySubscription.wire-2023-04-01.json',
    caches: [
      [false, 'missing', 'Disabled', 'missing', 'missing', 'Basic'],
      [false, 'missing', 'Enabled', 'missing', 'missing', 'Premium'],
      [false, 'missing', 'Enabled', 'missing', 'missing', 'Premium'],
      [false, '1.2', 'Enabled', 'missing', 'missing', 'Basic'],
      [false, 'missing', 'Enabled', 'missing', 'missing', 'Premium'],
    ],
  },
];

const CLUSTERS: readonly Sample[] = [
  { file: 'az-redisenterprise-list.constructed.json', caches: [['1.2', 'missing', 'Enabled', 'Balanced_B1']] },
  { file: 'arm-redisEnterprise-amr.wire-2026-06-01-preview.json', caches: [['1.2', 'Enabled', 'Enabled', 'Balanced_B1']] },
  { file: 'arm-redisEnterprise-get.spec-2026-09-01.json', caches: [['1.2', 'Disabled', 'missing', 'EnterpriseFlash_F300']] },
  { file: 'arm-redisEnterprise-list.spec-2025-07-01.json', caches: [['1.2', 'Disabled', 'missing', 'EnterpriseFlash_F300']] },
];

describe.skipIf(!present)('a sample of an export', () => {
  it.each(REDIS)('of caches is read: $file', async ({ file, caches, told = [] }) => {
    const sample = await read(file);
    expect(sample.caches.map((cache) => FACTS.map((name) => known(cache, name)))).toEqual(caches);
    expect(sample.told).toEqual(told);
  });

  it.each(CLUSTERS)('of clusters is read: $file', async ({ file, caches, told = [] }) => {
    const sample = await read(file);
    expect(sample.caches.map((cache) => CLUSTER_FACTS.map((name) => known(cache, name)))).toEqual(caches);
    expect(sample.told).toEqual(told);
  });

  it('of az redis list has its databases, private endpoints and settings in whatever spelling', async () => {
    const [cache] = (await read('az-redis-list.az-2.45-serializer.json')).caches;
    expect(cache).toMatchObject({
      authenticationDisabled: { value: true },
      rdbPersistence: { value: true },
      aofPersistence: { value: false, from: 'service_default' },
      maxmemoryReserved: { value: 642 },
      identityType: { value: 'SystemAssigned' },
      privateEndpoints: { value: [{ name: 'pec', state: { value: 'Approved' } }] },
      updateChannel: { known: false },
    });
    const [cluster] = (await read('az-redisenterprise-list.constructed.json')).caches;
    expect(cluster).toMatchObject({ databases: { value: [{ name: 'default', clientProtocol: { value: 'Plaintext' } }] } });
  });

  it.each([
    'az-redis-firewall-rules-list.az-2.45-serializer.json',
    'arm-redis-firewallRules-list.spec.json',
    'arm-redis-accessPolicies-list.spec.json',
    'arm-redis-linkedServers-list.spec.json',
    'arm-redis-patchSchedules-list.spec.json',
    'arm-redis-privateEndpointConnections-list.spec.json',
    'arm-redisEnterprise-databases-list.spec-2025-07-01.json',
    'arm-subscriptions-list.constructed.json',
    'arm-errors.json',
    'arg-resourcechanges.constructed.json',
    'arm-template-redis.constructed.json',
    'terraform-plan-azurerm-v4.constructed.json',
  ])('is none of caches: %s', async (file) => {
    expect(await read(file)).toEqual({ caches: [], told: ['NOT_OURS'] });
  });
});
