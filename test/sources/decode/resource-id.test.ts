import { describe, expect, it } from 'vitest';
import { isPlainName, isSubnetId, isUuid, pathOf, readResourceId } from '../../../src/sources/decode/resource-id.ts';

describe('readResourceId', () => {
  it('takes the id of a top-level resource apart and keeps the case of each part', () => {
    expect(readResourceId('/subscriptions/S-1/resourceGroups/My.Group_(1)/providers/Microsoft.Cache/Redis/My-Cache')).toEqual({
      subscriptionId: 'S-1',
      resourceGroup: 'My.Group_(1)',
      provider: 'Microsoft.Cache',
      type: 'Redis',
      name: 'My-Cache',
    });
  });

  it('reads the fixed words without regard to case', () => {
    expect(readResourceId('/SUBSCRIPTIONS/s/RESOURCEGROUPS/g/PROVIDERS/p/t/n')).toEqual({
      subscriptionId: 's',
      resourceGroup: 'g',
      provider: 'p',
      type: 't',
      name: 'n',
    });
  });

  it.each([
    ['nothing', ''],
    ['a name', 'my-cache'],
    ['a subscription', '/subscriptions/s'],
    ['a resource group', '/subscriptions/s/resourceGroups/g'],
    ['an id without its first slash', 'subscriptions/s/resourceGroups/g/providers/p/t/n'],
    ['an id with a slash at its end', '/subscriptions/s/resourceGroups/g/providers/p/t/n/'],
    ['an empty part', '/subscriptions//resourceGroups/g/providers/p/t/n'],
    ['a child resource', '/subscriptions/s/resourceGroups/g/providers/p/t/n/firewallRules/r'],
    ['a resource of the subscription', '/subscriptions/s/providers/p/t/n'],
    ['another resource before it', '/x/subscriptions/s/resourceGroups/g/providers/p/t/n'],
    ['an id inside of a text', 'see /subscriptions/s/resourceGroups/g/providers/p/t/n'],
    ['other words', '/subscription/s/resourceGroups/g/providers/p/t/n'],
  ])('refuses %s', (_, text) => {
    expect(readResourceId(text)).toBeNull();
  });
});

describe('isSubnetId', () => {
  const subnet = (network: string) => `/subscriptions/s/resourceGroups/g/providers/${network}/virtualNetworks/v/subnets/n`;

  it.each([
    [subnet('Microsoft.Network'), true],
    [subnet('Microsoft.ClassicNetwork'), true],
    [subnet('microsoft.network').toUpperCase(), true],
    [subnet('Microsoft.Compute'), false],
    [subnet('MicrosoftXNetwork'), false],
    [`${subnet('Microsoft.Network')}/x`, false],
    [`x${subnet('Microsoft.Network')}`, false],
    ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v', false],
    ['yes', false],
    ['', false],
  ])('takes %s for a subnet: %j', (text, expected) => {
    expect(isSubnetId(text)).toBe(expected);
  });
});

describe('isUuid', () => {
  it.each([
    ['01234567-89ab-cdef-0123-456789abcdef', true],
    ['01234567-89AB-CDEF-0123-456789ABCDEF', true],
    ['01234567-89ab-cdef-0123-456789abcdeg', false],
    ['01234567-89ab-cdef-0123-456789abcde', false],
    ['0123456789abcdef0123456789abcdef', false],
    ['{01234567-89ab-cdef-0123-456789abcdef}', false],
    ['01234567-89ab-cdef-0123-456789abcdef/../x', false],
    [' 01234567-89ab-cdef-0123-456789abcdef', false],
    ['01234567-89ab-cdef-0123-456789abcdef\n', false],
    ['', false],
  ])('takes %j for a UUID, as subscriptions and tenants are called: %j', (text, expected) => {
    expect(isUuid(text)).toBe(expected);
  });
});

const ID = '01234567-89ab-cdef-0123-456789abcdef';

const idOf = ({ subscription = ID, group = 'rg-1', type = 'Microsoft.Cache/redis', name = 'orders' }) =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${name}`;

describe('pathOf', () => {
  it.each([
    ['/subscriptions/ID/resourceGroups/rg-1/providers/Microsoft.Cache/Redis/Orders', 'redis/Orders'],
    ['/SUBSCRIPTIONS/ID/resourcegroups/rg-1/PROVIDERS/microsoft.cache/REDIS/orders', 'redis/orders'],
    ['/subscriptions/ID/resourceGroups/rg-1/providers/Microsoft.Cache/RedisEnterprise/ledger', 'redisEnterprise/ledger'],
    ['/subscriptions/ID/resourceGroups/rg-1/providers/MICROSOFT.CACHE/redisenterprise/ledger', 'redisEnterprise/ledger'],
  ])('writes the fixed words of %s in one case, and the names as they are', (id, end) => {
    expect(pathOf(id.replace('ID', ID))).toBe(`/subscriptions/${ID}/resourceGroups/rg-1/providers/Microsoft.Cache/${end}`);
  });

  it.each([
    ['rg', 'rg'],
    ['.rg', '.rg'],
    ['a.b_(c)-d', 'a.b_(c)-d'],
    ['Größe', 'Gr%C3%B6%C3%9Fe'],
    ['グループ', '%E3%82%B0%E3%83%AB%E3%83%BC%E3%83%97'],
    ['g'.repeat(90), 'g'.repeat(90)],
  ])('escapes a resource group that may be called so: %s', (group, escaped) => {
    expect(pathOf(idOf({ group }))).toBe(idOf({ group: escaped }));
  });

  it.each([
    '.',
    '..',
    '...',
    'rg.',
    'a b',
    'a%2fb',
    '%2e%2e',
    '%2E',
    'a?b',
    'a#b',
    'a\\b',
    "a'b",
    'a"b',
    'a;b',
    'a&b',
    'a=b',
    'a$b',
    'a@b',
    'a:b',
    'a\u0000b',
    'a\nb',
    'a\rb',
    '\u202e',
    '\ud800',
    'a\udc00b',
    'g\u200b',
    '😀',
    'g'.repeat(91),
  ])('is nothing for a resource group that could lead elsewhere: %j', (group) => {
    expect(pathOf(idOf({ group }))).toBeNull();
  });

  it.each([
    '.',
    '..',
    '-orders',
    'orders.',
    'or.ders',
    'or_ders',
    'a b',
    'a%2fb',
    '%2e%2e',
    'a?api-version=1',
    'a#b',
    'a\\b',
    "a'b",
    'a"b',
    'ördérs',
    '\u212aelvin',
    'ſ',
    'orders\n',
    'orders\u0000',
    '\ud800',
    'n'.repeat(64),
  ])('is nothing for a name that could lead elsewhere, or is none: %j', (name) => {
    expect([pathOf(idOf({ name })), isPlainName(name)]).toEqual([null, false]);
  });

  it.each(['a', 'A1', '7', 'a-b-c', 'n'.repeat(63)])('takes %s for a name', (name) => {
    expect([pathOf(idOf({ name })), isPlainName(name)]).toEqual([idOf({ name }), true]);
  });

  it('takes no empty name', () => {
    expect(isPlainName('')).toBe(false);
  });

  it.each(['not-a-guid', '..', `${ID}%2f`, `${ID}?`, ''])('is nothing for a subscription that is no GUID: %j', (subscription) => {
    expect(pathOf(idOf({ subscription }))).toBeNull();
  });

  it.each([
    'Microsoft.Storage/storageAccounts',
    'Microsoft.Cache/redisx',
    'Microsoft.Cachex/redis',
    'MicrosoftXCache/redis',
    'x.Microsoft.Cache/redis',
  ])('is nothing for a %s', (type) => {
    expect(pathOf(idOf({ type }))).toBeNull();
  });

  it.each(['', 'orders', `${idOf({})}/`, `${idOf({})}/firewallRules/x`, `https://evil.example${idOf({})}`, `${idOf({})}/../..`])(
    'is nothing for what is no id: %j',
    (id) => {
      expect(pathOf(id)).toBeNull();
    },
  );

  it('stays the same path when it becomes an address', () => {
    for (const group of ['.rg', 'a.b_(c)-d', 'Größe']) {
      const path = pathOf(idOf({ group })) ?? '';
      expect(new URL(`https://management.azure.com${path}?api-version=1`).pathname).toBe(path);
    }
  });
});
