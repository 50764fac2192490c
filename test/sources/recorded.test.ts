import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CacheFacts } from '../../src/model/cache.ts';
import { isObject } from '../../src/sources/decode/json.ts';
import { readRedis } from '../../src/sources/decode/redis.ts';

/** Answers that Azure gave to the test recordings of other open projects. They are not ours, so they lie beside the repository. */
const SAMPLES = new URL('../../../shared/samples/', import.meta.url);
const RECORDED = new URL('recorded/', SAMPLES);
const present = existsSync(RECORDED);

if (!present) {
  process.stdout.write(`skipped: the recorded answers of Azure are not in ${fileURLToPath(RECORDED)}\n`);
}

const readJson = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));

const itemsOf = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error('the sample is no list');
  return value;
};

/** A recording wraps each resource; the answer of a list has them under `value`. */
const recorded = (file: string): readonly unknown[] =>
  itemsOf(readJson(new URL(file, RECORDED))).map((entry) => (isObject(entry) ? entry['resource'] : entry));

const caches = (): readonly unknown[] => {
  const list = readJson(new URL('arm-redis-listBySubscription.wire-2023-04-01.json', SAMPLES));
  return [...recorded('redis.json'), ...itemsOf(isObject(list) ? list['value'] : list)];
};

/** The wire value of a path such as `properties.subnetId`; undefined where there is none, or null. */
const wireAt = (item: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (isObject(value) ? (value[key] ?? undefined) : undefined), item);

const asBoolean = (wire: unknown): unknown => (typeof wire === 'string' ? JSON.parse(wire.toLowerCase()) : wire);
const asWritten = (wire: unknown): unknown => wire;

interface Expectation {
  readonly fact: keyof CacheFacts;
  readonly path: string;
  readonly meaning: (wire: unknown) => unknown;
  /** What Azure documents for absence; undefined where it documents nothing. */
  readonly absent: unknown;
}

const EXPECTATIONS: readonly Expectation[] = [
  { fact: 'nonSslPort', path: 'properties.enableNonSslPort', meaning: asWritten, absent: undefined },
  { fact: 'minimumTlsVersion', path: 'properties.minimumTlsVersion', meaning: asWritten, absent: '1.2' },
  { fact: 'publicNetworkAccess', path: 'properties.publicNetworkAccess', meaning: asWritten, absent: undefined },
  { fact: 'subnetId', path: 'properties.subnetId', meaning: asWritten, absent: null },
  { fact: 'authenticationDisabled', path: 'properties.redisConfiguration.authnotrequired', meaning: asBoolean, absent: false },
  { fact: 'entraAuthentication', path: 'properties.redisConfiguration.aad-enabled', meaning: asBoolean, absent: false },
  { fact: 'accessKeysDisabled', path: 'properties.disableAccessKeyAuthentication', meaning: asWritten, absent: undefined },
];

const factsOf = (item: unknown): CacheFacts => {
  const decoded = readRedis(item);
  if ('refused' in decoded) throw new Error(`refused: ${decoded.refused}`);
  return decoded.cache;
};

describe.skipIf(!present)('readRedis on what Azure answered', () => {
  it('refuses no cache, whatever the API version', () => {
    const refused = caches().flatMap((item) => {
      const decoded = readRedis(item);
      return 'refused' in decoded ? [decoded.refused] : [];
    });
    expect(refused).toEqual([]);
    expect(caches().length).toBeGreaterThan(40);
  });

  it.each(EXPECTATIONS)('takes $fact from $path and from nowhere else', ({ fact, path, meaning, absent }) => {
    const facts = caches().map((item) => factsOf(item)[fact]);
    const whenAbsent =
      absent === undefined ? { known: false, path, kind: 'missing' } : { known: true, path, value: absent, from: 'service_default' };
    expect(facts).toMatchObject(
      caches().map((item) => {
        const wire = wireAt(item, path);
        return wire === undefined ? whenAbsent : { known: true, path, value: meaning(wire), from: 'observed' };
      }),
    );
  });

  it('meets both states of what Azure leaves out', () => {
    const states = (path: string): readonly boolean[] => [...new Set(caches().map((item) => wireAt(item, path) !== undefined))].sort();
    const bothStates = EXPECTATIONS.map(({ path }) => path).filter((path) => states(path).length === 2);
    expect(bothStates).toEqual(
      expect.arrayContaining([
        'properties.minimumTlsVersion',
        'properties.publicNetworkAccess',
        'properties.subnetId',
        'properties.redisConfiguration.aad-enabled',
        'properties.disableAccessKeyAuthentication',
      ]),
    );
  });
});

const others = present ? readdirSync(RECORDED).filter((file) => file.endsWith('.json') && file !== 'redis.json') : [];

describe.skipIf(!present)('readRedis on other resources that Azure answered', () => {
  it('finds some', () => {
    expect(others).toContain('redisenterprise.json');
    expect(others).toContain('redis-firewallrules.json');
  });

  it.each(others)('takes none of %s for a cache, and says why', (file) => {
    const items = recorded(file);
    expect(items).not.toEqual([]);
    expect(items.map(readRedis)).toEqual(
      items.map(() => ({ refused: expect.stringMatching(/^its id ".+…?"? is not that of a Microsoft\.Cache\/redis$/) })),
    );
  });
});
