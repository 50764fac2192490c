import { describe, expect, it } from 'vitest';
import { assess } from '../../src/assess.ts';
import { Trouble } from '../../src/errors.ts';
import type { Judgement } from '../../src/model/finding.ts';
import { RULES } from '../../src/rules/index.ts';
import { isObject } from '../../src/sources/decode/json.ts';
import type { Read } from '../../src/sources/input.ts';
import { readInventory } from '../../src/sources/inventory-file.ts';
import { TODAY } from '../support/cache.ts';
import { subscriptionId, wireCluster, wireRedis } from '../support/resource-manager.ts';

const ID = subscriptionId(1);

const redis = (name: string, more: Readonly<Record<string, unknown>> = {}) => wireRedis(ID, name, { updateChannel: 'Stable' }, more);

const VM = {
  id: `/subscriptions/${ID}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v`,
  type: 'Microsoft.Compute/virtualMachines',
};

async function* chunksOf(text: string, size = 50): AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What is read, until it is refused. */
const read = async (text: string): Promise<{ readonly reads: readonly Read[]; readonly refused: Trouble | null }> => {
  const reads: Read[] = [];
  try {
    for await (const one of readInventory(chunksOf(text), 'export.json')) reads.push(one);
    return { reads, refused: null };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { reads, refused: error };
  }
};

/** Caches by their names, gaps by what they say, a refusal as what it says. */
const told = async (text: string): Promise<readonly string[]> => {
  const { reads, refused } = await read(text);
  return [
    ...reads.map((one) => (one.type === 'cache' ? one.cache.name : one.gap.problem.message)),
    ...(refused === null ? [] : [`${refused.problem.code}: ${refused.problem.message}`]),
  ];
};

const json = (...values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join('\n');

describe('an inventory', () => {
  it.each<[string, string, readonly string[]]>([
    ['a list', json([redis('a'), redis('b')]), ['a', 'b']],
    ['a page', json({ value: [redis('a')], nextLink: null }), ['a']],
    ['an answer of az graph query', json({ count: 1, data: [redis('a')], skip_token: null, total_records: 1 }), ['a']],
    ['an answer of Resource Graph', json({ totalRecords: 1, count: 1, data: [redis('a')], facets: [], resultTruncated: 'false' }), ['a']],
    ['what Search-AzGraph gives', json({ Data: [redis('a')], Count: 1, SkipToken: null }), ['a']],
    ['a list as PowerShell 5 wraps it', json({ value: [redis('a')], Count: 1 }), ['a']],
    ['one cache', json(redis('a')), ['a']],
    ['one cache a line', json(redis('a'), redis('b')), ['a', 'b']],
    ['one list after the other', `[]\n${JSON.stringify([redis('a')], null, 2)}\n${json([redis('b')])}`, ['a', 'b']],
    ['caches and clusters', json([redis('a'), wireCluster(ID, 'c')]), ['a', 'c']],
    ['nothing but an empty list', '[]', []],
    ['nothing but an empty page', '{"value":[]}', []],
    ['caches among other resources', json([VM, redis('a'), VM]), ['a']],
  ])('may be %s', async (_, text, expected) => {
    expect(await told(text)).toEqual(expected);
  });

  const row = [redis('a').id, redis('a').properties];
  const columns = [{ name: 'id' }, { name: 'properties' }];
  const table = (data: unknown) => json({ count: 1, totalRecords: 1, data });
  it.each<[string, string, readonly string[]]>([
    ['in columns and rows', table({ columns, rows: [row] }), ['a']],
    [
      'with a row that does not fit',
      table({ columns, rows: [row, [1]] }),
      [
        'a',
        'row 2 of export.json does not fit the columns',
        'export.json is not all there is: "count" is 1, and it holds 2; "totalRecords" is 1, and it holds 2',
      ],
    ],
    [
      'with a column twice',
      table({ columns: [...columns, { name: 'id' }], rows: [[...row, 'x']] }),
      [expect.stringContaining('NOT_UNDERSTOOD')],
    ],
    ['with a column without a name', table({ columns: [{}], rows: [row] }), [expect.stringContaining('NOT_UNDERSTOOD')]],
  ])('may be a table of Resource Graph %s', async (_, text, expected) => {
    expect(await told(text)).toEqual(expected);
  });

  const around = (more: object) => json({ ...more, data: [redis('a')] });
  it.each<[string, string, readonly string[]]>([
    ['nextLink', json({ nextLink: 'https://management.azure.com/canary', value: [redis('a')] }), ['"nextLink" leads to another page']],
    ['@odata.nextLink', json({ value: [redis('a')], '@odata.nextLink': 'x' }), ['"@odata.nextLink" leads to another page']],
    ['skip_token', around({ skip_token: 'x' }), ['"skip_token" leads to another page']],
    ['$skipToken', around({ $skipToken: 'x' }), ['"$skipToken" leads to another page']],
    ['SkipToken', around({ SkipToken: 'x' }), ['"SkipToken" leads to another page']],
    ['a link of another type', around({ nextLink: 7 }), ['"nextLink" leads to another page']],
    ['resultTruncated', around({ resultTruncated: 'true' }), ['"resultTruncated" is not false']],
    ['a count of more', around({ count: 2 }), ['"count" is 2, and it holds 1']],
    ['a count of less', around({ count: 0 }), ['"count" is 0, and it holds 1']],
    ['a count that is none', around({ count: 'canary' }), ['"count" is no number, and it holds 1']],
    ['total_records', around({ count: 1, total_records: 1001 }), ['"total_records" is 1001, and it holds 1']],
    [
      'totalRecords and a token',
      around({ totalRecords: 3, $skipToken: 'x' }),
      ['"totalRecords" is 3, and it holds 1', '"$skipToken" leads to another page'],
    ],
  ])('is incomplete by %s', async (_, text, expected) => {
    expect(await told(text)).toEqual(['a', `export.json is not all there is: ${expected.join('; ')}`]);
  });

  it('is incomplete by the link of an empty page, too', async () => {
    expect(await told(json({ value: [], nextLink: 'x' }))).toEqual(['export.json is not all there is: "nextLink" leads to another page']);
  });

  it.each([
    [99, false],
    [100, true],
    [1000, true],
  ])('of %i rows of Resource Graph without a word of other pages may be a page: %s', async (length, isDoubtful) => {
    const row = { ...redis('a'), type: 'microsoft.cache/redis' };
    const gaps = (text: string) => told(text).then((lines) => lines.filter((line) => line !== 'a'));
    const doubt = `export.json may not be all there is: it holds ${length} rows, and that is where a query of Resource Graph ends`;
    expect(await gaps(json(Array(length).fill(row)))).toEqual(isDoubtful ? [doubt] : []);
    expect(await gaps(json(Array(length).fill(redis('a'))))).toEqual([]);
    expect(await gaps(json({ count: length, data: Array(length).fill(row), skip_token: null }))).toEqual([]);
  });

  const a = JSON.stringify(redis('a'));
  const b = JSON.stringify(redis('b'));
  it.each<[string, string, readonly string[]]>([
    ['an item that is none', `[${a},7,${b}]`, ['a', 'item 2 in line 1 of export.json cannot be read: it is no object', 'b']],
    [
      'an item without id and type',
      `[${a},{"name":"x"},${b}]`,
      ['a', 'item 2 in line 1 of export.json cannot be read: it has neither a type nor the id of a resource', 'b'],
    ],
    [
      'a cache without an id',
      `[{"type":"Microsoft.Cache/Redis"},${b}]`,
      ['item 1 in line 1 of export.json cannot be read: it has no id', 'b'],
    ],
    [
      'a name twice',
      `[{"id":"x","id":"y"},\n${b}]`,
      ['item 1 in line 1 of export.json repeats a name in one object, and nobody can tell which of the two counts', 'b'],
    ],
    ['text that is no JSON', `[{a:1},${b}]`, ['item 1 in line 1 of export.json is not JSON, or not all of it', 'b']],
    ['a bad line', `${a}\n{"id":\n${b}`, ['a', 'line 2 of export.json is not JSON, or not all of it', 'b']],
    [
      'a line of another kind',
      `${a}\n{"error":{"code":"x"}}\n${b}`,
      ['a', 'line 2 of export.json cannot be read: it has neither a type nor the id of a resource', 'b'],
    ],
    ['garbage behind it', `[${a}] Done.`, ['a', 'line 1 of export.json holds something that is not JSON']],
    ['an end that is missing', `[${a},\n{"id`, ['a', 'line 2 of export.json breaks off']],
    ['a list in a list', `[${a},[${b}]]`, ['a', 'item 2 in line 1 of export.json cannot be read: it is no object']],
  ])('with %s says so, and what else it holds is read', async (_, text, expected) => {
    expect(await told(text)).toEqual(expected);
    const { reads } = await read(text);
    for (const one of reads)
      if (one.type === 'gap')
        expect(one.gap.problem).toMatchObject({ kind: 'malformed', scope: 'export.json', affects: ['*'], hint: expect.any(String) });
  });

  it('with a cluster of no SKU says that nobody knows its kind', async () => {
    const cluster = { ...wireCluster(ID, 'c'), sku: null };
    expect(await told(json([cluster]))).toEqual([
      'c',
      `${cluster.id} of export.json has no SKU, and without it nobody can tell what kind of cluster it is`,
    ]);
  });

  it.each<[string, string, string]>([
    [
      'breaks off before its first cache',
      '[{"id":"/subscriptions',
      'NOT_UNDERSTOOD: export.json holds no cache that can be read: line 1 breaks off',
    ],
    [
      'breaks off after something else',
      `[${JSON.stringify(VM)},`,
      'NOT_UNDERSTOOD: export.json holds no cache that can be read: line 1 breaks off',
    ],
    ['is no JSON', 'Done.', 'NOT_OURS: export.json holds no cache that can be read: line 1 holds something that is not JSON'],
    ['is nested without end', '['.repeat(100_000), 'NOT_OURS: export.json holds no cache that can be read: line 1 breaks off'],
    [
      'is nested too deeply',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      'NOT_OURS: export.json holds no cache that can be read: item 1 in line 1 is nested deeper than 200 levels',
    ],
    [
      'names things twice',
      '{"id":"x","id":"y"}',
      'NOT_OURS: export.json holds no cache that can be read: it repeats a name in one object, and nobody can tell which of the two counts',
    ],
    ['holds other resources', json([VM]), 'NOT_OURS: export.json says nothing of caches'],
    [
      'holds numbers',
      '[1,2]',
      'NOT_OURS: export.json says nothing of caches: of item 1 in line 1 nobody can tell what it is, because it is no object',
    ],
    [
      'is an empty object',
      '{}',
      'NOT_OURS: export.json says nothing of caches: of it nobody can tell what it is, because it has neither a type nor the id of a resource',
    ],
    [
      'holds another answer',
      json({ value: [{ id: '1', displayName: 'x' }] }),
      'NOT_OURS: export.json says nothing of caches: of item 1 in line 1 nobody can tell what it is, because it has neither a type nor the id of a resource',
    ],
  ])('is none where it %s', async (_, text, expected) => {
    expect(await told(text)).toEqual([expected]);
  });

  it('tells a hundred gaps, and how many more there are', async () => {
    const lines = await told(`[${a}${',7'.repeat(250)},${b}]`);
    expect(lines.filter((line) => line.includes('no object'))).toHaveLength(100);
    expect([lines[0], ...lines.slice(101)]).toEqual(['a', 'b', '150 more places cannot be read']);
  });

  it('is not read on where nothing of it can be read', async () => {
    let lines = 0;
    const endless = async function* () {
      for (; ; lines += 1) yield new TextEncoder().encode('7\n');
    };
    const reading = async () => {
      for await (const _ of readInventory(endless(), '-')) expect.unreachable();
    };
    await expect(reading()).rejects.toMatchObject({
      problem: { message: 'standard input holds no cache that can be read: line 1 holds something that is not JSON' },
    });
    expect(lines).toBeLessThan(10_010);
  });

  it('shows no secret, wherever one stands', async () => {
    const secret = 'canary+canary/canary=';
    const leaking = {
      accessKeys: { primaryKey: secret, secondaryKey: secret },
      redisConfiguration: {
        'rdb-storage-connection-string': `AccountKey=${secret}`,
        rdbStorageConnectionString: secret,
        primaryKey: secret,
      },
      primaryKey: secret,
      hostName: secret,
    };
    const { id, name, type } = redis('a');
    const texts = [
      json([redis('a', leaking), { ...redis('b'), properties: { ...redis('b').properties, ...leaking } }, { id, name, type, ...leaking }]),
      json([{ Id: id, Name: name, ...leaking, RedisConfiguration: leaking.redisConfiguration, PrimaryKey: secret }]),
      json([redis('a'), secret, { primaryKey: secret }, [secret]], { keys: [secret] }, { nextLink: secret, value: [] }),
      `[${a}, ${secret}] ${secret}`,
      json({ primaryKey: secret }),
      json([
        { ...redis('a'), properties: `@{primaryKey=${secret}}` },
        { ...redis('b'), properties: { redisConfiguration: `@{x=${secret}}` } },
      ]),
    ];
    for (const text of texts) {
      const { reads, refused } = await read(text);
      expect(JSON.stringify([reads, refused?.problem])).not.toContain('canary');
      expect(reads.length + (refused === null ? 0 : 1)).toBeGreaterThan(0);
    }
  });
});

/** Every way in which the caches of an export may be written, each with everything wrong that a rule can see. */
const OPEN = {
  ...redis('open').properties,
  enableNonSslPort: true,
  minimumTlsVersion: '1.0',
  publicNetworkAccess: 'Enabled',
  disableAccessKeyAuthentication: false,
  updateChannel: 'Preview',
  redisVersion: '4.0',
  sku: { name: 'Basic', family: 'C', capacity: 0 },
  subnetId: null,
  privateEndpointConnections: [{ name: 'p', properties: { privateLinkServiceConnectionState: { status: 'Pending' } } }],
  redisConfiguration: {
    maxclients: '1',
    authnotrequired: 'true',
    'aad-enabled': 'false',
    'rdb-backup-enabled': 'false',
    'aof-backup-enabled': 'false',
    'preferred-data-persistence-auth-method': 'SAS',
    'maxmemory-reserved': '0',
  },
};
const { properties: _, ...OUTSIDE } = redis('open');
const CLUSTER = {
  ...wireCluster(ID, 'c').properties,
  publicNetworkAccess: 'Enabled',
  minimumTlsVersion: '1.0',
  highAvailability: 'Disabled',
  redundancyMode: 'None',
};
const { properties: __, ...OUTSIDE_OF_CLUSTER } = wireCluster(ID, 'c');

const EXPORTS: Readonly<Record<string, unknown>> = {
  nested: { ...OUTSIDE, properties: OPEN },
  flat: { ...OUTSIDE, ...OPEN, identity: null, zones: null, resourceGroup: 'g' },
  'nested cluster': { ...OUTSIDE_OF_CLUSTER, properties: CLUSTER },
  'flat cluster': {
    ...{ ...OUTSIDE_OF_CLUSTER, ...CLUSTER, zones: null },
    databases: [
      {
        name: 'default',
        clientProtocol: 'Plaintext',
        accessKeysAuthentication: 'Enabled',
        redisVersion: '4.0',
        persistence: { rdbEnabled: false, aofEnabled: false },
      },
    ],
  },
  PowerShell: {
    ...{
      Id: OUTSIDE.id,
      Name: 'open',
      Type: OUTSIDE.type,
      Location: 'x',
      Tag: {},
      Zone: null,
      IdentityType: null,
      Sku: 'Basic',
      Size: '250MB',
    },
    ...{
      EnableNonSslPort: true,
      MinimumTlsVersion: '1.0',
      DisableAccessKeyAuthentication: false,
      UpdateChannel: 'Preview',
      RedisVersion: '4.0',
    },
    ...{ SubnetId: null, ZonalAllocationPolicy: 'NoZones', ProvisioningState: 'Succeeded', RedisConfiguration: OPEN.redisConfiguration },
  },
};

const judged = async (item: unknown): Promise<readonly Judgement[]> => {
  const { reads } = await read(JSON.stringify([item]));
  return reads.flatMap((one) => (one.type === 'cache' ? assess(one.cache, RULES, TODAY).judgements : []));
};

type Path = readonly (string | number)[];

const pathsIn = (value: unknown): readonly Path[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => [[index], ...pathsIn(item).map((path) => [index, ...path])]);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [[name], ...pathsIn(inner).map((path) => [name, ...path])]);
};

/** The same with another value at a path; undefined for none. */
const replaced = (value: unknown, [first, ...rest]: Path, by: unknown): unknown => {
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      index === first ? (rest.length === 0 && by === undefined ? [] : [replaced(item, rest, by)]) : [item],
    );
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, name === first ? replaced(inner, rest, by) : inner]))
    : value;
};

describe('whatever is missing of an export, or is not what it should be,', () => {
  const HOSTILE = [undefined, null, '', 'x', ' ', 0, 99, -1, {}, [[]], 'True ', '__proto__', 'System.Object', '@{a=b}'];

  it.each(Object.entries(EXPORTS))('no rule passes because of it: %s', async (shape, item) => {
    /** Whether absence means here that Azure did not report it: where null is written for that, nothing means nothing. */
    const says = (path: Path, value: unknown): boolean =>
      value === null ||
      (value === undefined &&
        ((shape !== 'flat' && shape !== 'PowerShell') || (/^redisConfiguration$/i.test(String(path[0])) && path.length > 1)));
    const before = new Map((await judged(item)).map(({ rule, verdict }) => [rule.id, verdict.outcome]));
    expect([...before.values()].filter((outcome) => outcome === 'fail').length).toBeGreaterThan(4);
    const wrong: unknown[] = [];
    // A list with another item, or without one, is another list.
    for (const path of pathsIn(item).filter((one) => typeof one.at(-1) === 'string'))
      for (const value of HOSTILE)
        for (const { rule, verdict } of await judged(replaced(item, path, value))) {
          if (verdict.outcome !== 'pass' || before.get(rule.id) === 'pass') continue;
          if (verdict.evidence?.source === 'service_default' && says(path, value)) continue;
          wrong.push({ rule: rule.id, path: path.join('.'), value, verdict });
        }
    expect(wrong).toEqual([]);
  });
});
