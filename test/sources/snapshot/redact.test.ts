import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantsEverything } from '../../../src/rules/acl.ts';
import { readAccessPolicies } from '../../../src/sources/decode/children.ts';
import { readCluster } from '../../../src/sources/decode/cluster.ts';
import { readRedis } from '../../../src/sources/decode/redis.ts';
import { redactedItem } from '../../../src/sources/snapshot/redact.ts';
import { subscriptionId, wireCluster, wireRedis } from '../../support/resource-manager.ts';

const ONE = subscriptionId(1);

const KEY = 'CANARYabcdefghijklmnopqrstuvwxyzABCDEFGH0123=';

/** What is written where, and what of it is kept. */
const SECRETS: readonly { readonly what: string; readonly wire: unknown; readonly kept: unknown }[] = [
  { what: 'both keys', wire: { accessKeys: { primaryKey: 'a', secondaryKey: 'b' } }, kept: { accessKeys: '(redacted)' } },
  {
    what: 'keys of other names',
    wire: { primaryAccessKey: 'a', storageAccountKey: 'b', key1: 'c' },
    kept: { primaryAccessKey: '(redacted)', storageAccountKey: '(redacted)', key1: '(redacted)' },
  },
  {
    what: 'a connection string',
    wire: { redisConfiguration: { 'rdb-storage-connection-string': 'anything', 'aof-storage-connection-string-0': 'x', maxclients: '7' } },
    kept: {
      redisConfiguration: {
        'rdb-storage-connection-string': '(redacted)',
        'aof-storage-connection-string-0': '(redacted)',
        maxclients: '7',
      },
    },
  },
  {
    what: 'a connection string of any name',
    wire: { note: 'DefaultEndpointsProtocol=https;AccountKey=CANARY;x=1' },
    kept: { note: 'DefaultEndpointsProtocol=https;AccountKey=(redacted);x=1' },
  },
  {
    what: 'a password',
    wire: { adminPassword: 'x', pass: 'redis://:CANARY@host' },
    kept: { adminPassword: '(redacted)', pass: 'redis://(redacted)@host' },
  },
  {
    what: 'a shared access signature',
    wire: { url: 'https://a.example/?sv=1&sig=CANARY&x=1', sasToken: 'x' },
    kept: { url: 'https://a.example/?sv=1&sig=(redacted)&x=1', sasToken: '(redacted)' },
  },
  {
    what: 'a token',
    wire: { header: 'Bearer CANARYtoken', other: 'eyJhbGciOiJSUzI1NiJ9.eyJDQU5BUlkifQ.CANARY' },
    kept: { header: 'Bearer (redacted)', other: '(redacted)' },
  },
  { what: 'a key by its looks', wire: { description: `made with ${KEY} today` }, kept: { description: 'made with (redacted) today' } },
  {
    what: 'a secret in a tag',
    wire: { tags: { 'db-password': 'CANARY', owner: 'team' } },
    kept: { tags: { 'db-password': '(redacted)', owner: 'team' } },
  },
  {
    what: 'a secret in the name of a tag',
    wire: { tags: { 'password=CANARY': 'x' } },
    kept: { tags: { 'password=(redacted)': '(redacted)' } },
  },
  {
    what: 'a secret in a list',
    wire: { list: ['password=CANARY', { secret: 7 }] },
    kept: { list: ['password=(redacted)', { secret: '(redacted)' }] },
  },
];

/** Names and values that look like secrets and are what rules judge, or what answers are joined by. */
const JUDGED: readonly unknown[] = [
  { disableAccessKeyAuthentication: false, accessKeysAuthentication: 'Disabled' },
  { encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: 'https://kv.vault.azure.net/keys/redis/0b1c2d3e4f' } } },
  { 'preferred-data-persistence-auth-method': 'SAS', authnotrequired: 'true', 'aad-enabled': 'True' },
  { id: `/subscriptions/${ONE}/resourceGroups/rg-eyJabcdefghijk/providers/Microsoft.Cache/Redis/password`, name: 'eyJabcdefghijk' },
  { permissions: '+@all -@dangerous ~password:* allkeys' },
  { logs: [{ category: 'ConnectedClientList', categoryGroup: null, enabled: true }] },
  { accessKeys: null, primaryKey: null, startIP: '10.0.0.1', minimumTlsVersion: '1.2', enableNonSslPort: true },
];

const PROPERTIES = [
  ...['enableNonSslPort', 'minimumTlsVersion', 'publicNetworkAccess', 'subnetId', 'redisConfiguration', 'sku'],
  ...['privateEndpointConnections', 'encryption', 'highAvailability', 'linkedServers', 'provisioningState'],
];

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Whether an access policy allows everything; null when nobody can tell. */
const grantedBy = (policy: unknown): boolean | null => {
  const policies = readAccessPolicies([policy]);
  const permissions = policies.known ? policies.value[0]?.permissions : undefined;
  return permissions?.known ? grantsEverything(permissions.value) : null;
};

describe('a redacted answer', () => {
  it.each(SECRETS)('holds $what no more, and says that it was there', ({ wire, kept }) => {
    const redacted = redactedItem(wire);
    expect(redacted).toEqual(kept);
    expect(redactedItem(redacted)).toEqual(redacted);
  });

  it.each(JUDGED.map((wire) => ({ wire })))('keeps what rules judge: $wire', ({ wire }) => {
    expect(redactedItem(wire)).toEqual(
      typeof wire === 'object' && wire !== null && 'permissions' in wire
        ? { permissions: '+@all -@dangerous ~password:(redacted) allkeys' }
        : wire,
    );
  });

  it.each(['+@all ~* >hunter2', '>a +@all #b allkeys', '+@all ~password: allkeys', '+get ~password=x', '~sig: +@all', 'on +@all <p ~*'])(
    'says of the rights %j what they were',
    (permissions) => {
      const wire = { name: 'p', properties: { permissions } };
      const kept = redactedItem(wire);
      expect(JSON.stringify(kept)).not.toMatch(/hunter2|>a |#b|<p /);
      expect(grantedBy(kept)).toBe(grantedBy(wire));
      expect(grantedBy(wire)).not.toBeNull();
    },
  );

  it('does not let a number that JSON has none for become absent, which may mean a default', () => {
    const item = redactedItem(JSON.parse('{"minimumTlsVersion":1e999,"other":-1e999,"fine":1.5}'));
    expect(JSON.parse(JSON.stringify(item))).toEqual({ minimumTlsVersion: 'Infinity', other: '-Infinity', fine: 1.5 });
  });

  it('neither crashes on nesting that nobody can walk nor keeps it', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const text = JSON.stringify(redactedItem({ tags: deep, enableNonSslPort: true }));
    expect(text.length).toBeLessThan(1000);
    expect(text).toContain('(nested too deep)');
    expect(text).toContain('"enableNonSslPort":true');
  });

  it('treats the name __proto__ as any other', () => {
    const item = redactedItem(
      JSON.parse('{"__proto__":{"enableNonSslPort":false},"properties":{"__proto__":{"minimumTlsVersion":"1.2"}}}'),
    );
    expect(JSON.stringify(item)).toBe('{"__proto__":{"enableNonSslPort":false},"properties":{"__proto__":{"minimumTlsVersion":"1.2"}}}');
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
  });

  it('says of a cache whatever its answer said, when no property of it looks like a secret', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PROPERTIES), fc.jsonValue({ maxDepth: 3 }), fc.boolean(), (name, value, isCluster) => {
        const wire = overTheWire(isCluster ? wireCluster(ONE, 'c', { [name]: value }) : wireRedis(ONE, 'c', { [name]: value }));
        const kept = overTheWire(redactedItem(wire));
        fc.pre(!JSON.stringify(kept).includes('(redacted)'));
        const read = isCluster ? readCluster : readRedis;
        expect(read(kept)).toEqual(read(wire));
      }),
      { numRuns: 300 },
    );
  });
});
