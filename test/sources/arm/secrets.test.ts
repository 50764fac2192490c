import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src/model/cache.ts';
import { brief, cluster, INNER, type Json, nested, read, redis } from '../../support/templates.ts';

// Made up, of the length and alphabet of real ones.
const STORAGE_KEY = `${'aB3'.repeat(28)}xY==`;
const STORAGE = `DefaultEndpointsProtocol=https;AccountName=backups;AccountKey=${STORAGE_KEY};EndpointSuffix=core.windows.net`;
const REDIS_KEY = `${'kL9'.repeat(11)}AzCaM0n0Op8=`;

const persisted = (connection: unknown): Json => redis({ redisConfiguration: { 'rdb-storage-connection-string': connection } });

/** The secrets of each cache: what, where, and of what beside it. */
const secretsOf = async (content: Json, parameters: Json | null = null): Promise<readonly unknown[]> => {
  const { caches } = await read(content, parameters);
  expect(JSON.stringify(caches)).not.toContain(STORAGE_KEY.slice(0, 20));
  expect(JSON.stringify(caches)).not.toContain(REDIS_KEY);
  return caches.map((cache: Cache) =>
    cache.secrets.known ? cache.secrets.value.map(({ what, path, subject }) => [what, path, subject]) : brief(cache.secrets),
  );
};

const AT = 'properties.redisConfiguration.rdb-storage-connection-string';
const OWN = ['a storage account key', AT, null];

describe('a secret in clear', () => {
  it.each<[where: string, content: Json, secrets: unknown]>([
    ['is none', { resources: [redis()] }, []],
    ['stands in a property', { resources: [persisted(STORAGE)] }, [OWN]],
    ['stands in an expression', { resources: [persisted(`[concat('${STORAGE}')]`)] }, [OWN]],
    ['stands in an expression that is open', { resources: [persisted(`[concat('${STORAGE}', parameters('x'))]`)] }, [OWN]],
    [
      'stands in the default of a parameter',
      { parameters: { connection: { type: 'secureString', defaultValue: STORAGE } }, resources: [persisted("[parameters('connection')]")] },
      [['a storage account key', 'parameters.connection.defaultValue', 'parameters.connection']],
    ],
    [
      'stands in a variable',
      { variables: { all: { keys: [REDIS_KEY] } }, resources: [redis()] },
      [['an access key', 'variables.all.keys[0]', 'variables.all']],
    ],
    [
      'stands in an output',
      { outputs: { url: { type: 'string', value: `rediss://:${REDIS_KEY}@orders.redis.cache.windows.net:6380` } }, resources: [redis()] },
      [['an access key', 'outputs.url', 'outputs.url']],
    ],
    [
      'stands in the parameters of a nested template',
      { resources: [nested({ parameters: { key: { type: 'string', defaultValue: REDIS_KEY } }, resources: [redis()] }, INNER)] },
      [['an access key', 'module/parameters.key.defaultValue', 'module/parameters.key']],
    ],
    [
      'is a shared access signature',
      { resources: [persisted(`SharedAccessSignature=sv=2022&sig=${'a'.repeat(40)}`)] },
      [['a shared access signature', AT, null]],
    ],
    [
      'is none where it is put in later',
      { resources: [persisted("[concat('AccountKey=', listKeys('x', '2023-01-01').keys[0].value, ';')]")] },
      [],
    ],
    ['is none in a reference', { parameters: { c: { type: 'secureString' } }, resources: [persisted("[parameters('c')]")] }, []],
    [
      'is unknown in properties that are open',
      { parameters: { p: { type: 'object' } }, resources: [{ ...redis(), properties: "[parameters('p')]" }] },
      { deferred: 'depends on parameter p' },
    ],
    ['is unknown without properties', { resources: [{ ...redis(), properties: null }] }, { missing: 'the declaration has no properties' }],
  ])('%s', async (_, content, secrets) => {
    expect(await secretsOf(content)).toEqual([secrets]);
  });

  it('stands in a file with parameters', async () => {
    const content = { parameters: { connection: { type: 'secureString' } }, resources: [persisted("[parameters('connection')]")] };
    expect(await secretsOf(content, { connection: { value: STORAGE } })).toEqual([
      [['a storage account key', 'parameters.connection.value', 'parameters.connection']],
    ]);
  });
});

const KEYS = ['the access keys', 'outputs.key', 'outputs.key'];
const ID = "resourceId('Microsoft.Cache/redis', 'orders')";

describe('an output that gives out keys', () => {
  const output = (value: string, more: Json = {}): Json => ({
    outputs: { key: { type: 'string', value, ...more } },
    resources: [redis(), cluster()],
  });

  it.each<[value: string, orders: unknown, amr: unknown]>([
    [`[listKeys(${ID}, '2024-11-01').primaryKey]`, [KEYS], []],
    [`[format('{0}:6380,password={1}', 'host', listKeys(${ID}, '2024-11-01').primaryKey)]`, [KEYS], []],
    [`[reference(${ID}, '2024-11-01').accessKeys.primaryKey]`, [KEYS], []],
    ["[listKeys(resourceId('Microsoft.Cache/redisEnterprise/databases', 'amr', 'default'), '2025-07-01').primaryKey]", [], [KEYS]],
    ["[listKeys(resourceId('Microsoft.Cache/redis', 'other'), '2024-11-01').primaryKey]", [KEYS], [KEYS]],
    ["[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'backups'), '2023-01-01').keys[0].value]", [], []],
    [`[reference(${ID}, '2024-11-01').hostName]`, [], []],
  ])('%s is one of the cache', async (value, orders, amr) => {
    expect(await secretsOf(output(value))).toEqual([orders, amr]);
  });

  it.each(["[listKeys(parameters('id'), '2024-11-01').primaryKey]", "[listKeys('something', '2024-11-01').primaryKey]"])(
    'leaves it open whose they are: %s',
    async (value) => {
      const doubt = { deferred: 'outputs.key gives out keys, and whose they are is known after it is deployed' };
      expect(await secretsOf(output(value))).toEqual([doubt, doubt]);
    },
  );

  it.each([{ type: 'secureString' }, { type: 'securestring' }, { condition: false }])('is none with %j', async (more) => {
    expect(await secretsOf(output(`[listKeys(${ID}, '2024-11-01').primaryKey]`, more))).toEqual([[], []]);
  });

  it('is one of the cache where a loop makes it', async () => {
    const input = `[listKeys(${ID}, '2024-11-01').primaryKey]`;
    const content = { outputs: { key: { type: 'array', copy: { count: 2, input } } }, resources: [redis(), cluster()] };
    expect(await secretsOf(content)).toEqual([[KEYS], []]);
  });

  it('may name the cache by its symbol', async () => {
    const content = {
      outputs: { key: { type: 'string', value: "[listKeys('cache', '2024-11-01').primaryKey]" } },
      resources: { cache: redis(), cluster: cluster() },
    };
    expect(await secretsOf(content)).toEqual([[KEYS], []]);
  });
});
