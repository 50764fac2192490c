import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src/model/cache.ts';
import { type Fact, pending } from '../../../src/model/fact.ts';
import { readCluster } from '../../../src/sources/decode/cluster.ts';
import { mergeCaches, mergeReports } from '../../../src/sources/decode/merge.ts';
import { readRedis } from '../../../src/sources/decode/redis.ts';
import { byDefault, compliantCache, compliantCluster, invalid, listed, missing, PATH, privateEndpoint, seen } from '../../support/cache.ts';
import { subscriptionId, wireCluster, wireRedis } from '../../support/resource-manager.ts';

const disputed = (values: string): Fact<never> => ({
  known: false,
  path: PATH,
  kind: 'invalid',
  reason: `reported twice with different values (${values})`,
  actual: null,
});

/** What one report says, what the other says, and what is known after both. */
const CASES: readonly {
  readonly name: string;
  readonly one: Partial<Cache>;
  readonly other: Partial<Cache>;
  readonly both: Partial<Cache>;
}[] = [
  {
    name: 'an open and a closed port',
    one: { nonSslPort: seen(true) },
    other: { nonSslPort: seen(false) },
    both: { nonSslPort: disputed('false and true') },
  },
  {
    name: 'two versions of TLS',
    one: { minimumTlsVersion: seen('1.2') },
    other: { minimumTlsVersion: seen('1.0') },
    both: { minimumTlsVersion: disputed('1.0 and 1.2') },
  },
  {
    name: 'public access enabled and disabled',
    one: { publicNetworkAccess: seen('Enabled') },
    other: { publicNetworkAccess: seen('Disabled') },
    both: { publicNetworkAccess: disputed('Disabled and Enabled') },
  },
  {
    name: 'a subnet and none',
    one: { subnetId: seen('/subnet') },
    other: { subnetId: byDefault(null) },
    both: { subnetId: disputed('/subnet and absent') },
  },
  {
    name: 'authentication off and on',
    one: { authenticationDisabled: seen(true) },
    other: { authenticationDisabled: seen(false) },
    both: { authenticationDisabled: disputed('false and true') },
  },
  {
    name: 'Entra authentication on and off',
    one: { entraAuthentication: seen(true) },
    other: { entraAuthentication: byDefault(false) },
    both: { entraAuthentication: disputed('absent and true') },
  },
  {
    name: 'access keys disabled and accepted',
    one: { accessKeysDisabled: seen(true) },
    other: { accessKeysDisabled: seen(false) },
    both: { accessKeysDisabled: disputed('false and true') },
  },
  {
    name: 'a closed port and none at all',
    one: { nonSslPort: seen(false) },
    other: { nonSslPort: missing() },
    both: { nonSslPort: missing() },
  },
  {
    name: 'an open port and nonsense',
    one: { nonSslPort: seen(true) },
    other: { nonSslPort: invalid('"True"') },
    both: { nonSslPort: invalid('"True"') },
  },
  { name: 'nothing and nonsense', one: { nonSslPort: missing() }, other: { nonSslPort: invalid('7') }, both: { nonSslPort: invalid('7') } },
  {
    name: 'Deleting and Succeeded',
    one: { provisioningState: 'Deleting' },
    other: { provisioningState: 'Succeeded' },
    both: { provisioningState: null },
  },
  {
    name: 'Deleting and nothing',
    one: { provisioningState: 'Deleting' },
    other: { provisioningState: null },
    both: { provisioningState: null },
  },
  {
    name: 'Deleting twice',
    one: { provisioningState: 'Deleting' },
    other: { provisioningState: 'Deleting' },
    both: { provisioningState: 'Deleting' },
  },
];

describe('mergeCaches', () => {
  it('leaves two equal reports as they are', () => {
    expect(mergeCaches(compliantCache(), compliantCache())).toEqual(compliantCache());
  });

  it.each(CASES)('knows nothing that the two reports do not agree on: $name', ({ one, other, both }) => {
    expect(mergeCaches(compliantCache(one), compliantCache(other))).toEqual(compliantCache(both));
  });

  it.each(CASES)('gives the same for both orders: $name', ({ one, other }) => {
    const [a, b] = [compliantCache(one), compliantCache(other)];
    expect(mergeCaches(b, a)).toEqual(mergeCaches(a, b));
  });

  it('does not take a version that was seen for one that was assumed, and does not call the two different', () => {
    const merged = mergeCaches(compliantCache({ minimumTlsVersion: seen('1.2') }), compliantCache({ minimumTlsVersion: byDefault('1.2') }));
    expect(merged.minimumTlsVersion.known).toBe(false);
    expect(merged.minimumTlsVersion).not.toMatchObject({ reason: expect.stringContaining('different values (1.2 and 1.2)') });
  });

  it('keeps one spelling of the id, the same for both orders', () => {
    const [a, b] = [compliantCache({ id: '/SUBSCRIPTIONS/S' }), compliantCache({ id: '/subscriptions/s' })];
    expect([mergeCaches(a, b).id, mergeCaches(b, a).id]).toEqual(['/SUBSCRIPTIONS/S', '/SUBSCRIPTIONS/S']);
  });

  /** Every cache has all of them, whatever its kind: what is no fact is a label. */
  const FACTS = Object.entries(compliantCache()).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && 'known' in value ? [name] : [],
  );

  it('knows all facts there are', () => {
    expect(FACTS).toHaveLength(33);
  });

  it.each(FACTS)('knows nothing that the two reports do not agree on: %s', (name) => {
    const [one, other] = [compliantCache({ [name]: seen('a') }), compliantCache({ [name]: seen('b') })];
    expect([mergeCaches(one, other), mergeCaches(other, one)]).toEqual([
      compliantCache({ [name]: disputed('a and b') }),
      compliantCache({ [name]: disputed('a and b') }),
    ]);
  });

  it.each(FACTS)('keeps what both of them say: %s', (name) => {
    const one = compliantCache({ [name]: seen('a') });
    expect(mergeCaches(one, structuredClone(one))).toEqual(one);
  });

  it.each(FACTS)('leaves open what neither has read yet: %s', (name) => {
    const one = compliantCache({ [name]: pending('firewallRules') });
    expect(mergeCaches(one, structuredClone(one))).toEqual(one);
  });

  it('compares lists by what is in them', () => {
    const zones = (...all: readonly string[]) => compliantCache({ zones: listed(all) });
    expect(mergeCaches(zones('1', '2'), zones('1', '2'))).toEqual(zones('1', '2'));
    expect(mergeCaches(zones('1', '2'), zones('1', '3')).zones).toEqual(disputed('an array of 2 and an array of 2'));
    expect(mergeCaches(zones('1', '2'), zones('1')).zones).toEqual(disputed('an array of 1 and an array of 2'));
    expect(mergeCaches(zones(), compliantCache({ zones: byDefault([]) })).zones).toEqual(disputed('absent and an array of 0'));
  });

  it('compares what is in a list to the bottom', () => {
    const withState = (state: 'Approved' | 'Pending') =>
      compliantCache({ privateEndpoints: listed([privateEndpoint({ state: seen(state) })]) });
    expect(mergeCaches(withState('Approved'), withState('Approved'))).toEqual(withState('Approved'));
    expect(mergeCaches(withState('Approved'), withState('Pending')).privateEndpoints.known).toBe(false);
  });

  it('takes the label of one report, not half of each', () => {
    const [a, b] = [
      compliantCache({ location: 'a', sku: 'Premium P1', name: 'one' }),
      compliantCache({ location: 'b', sku: 'Basic C0', name: 'other' }),
    ];
    const labels = ({ location, sku, name }: Cache) => [location, sku, name];
    expect([labels(mergeCaches(a, b)), labels(mergeCaches(b, a))]).toEqual([
      ['a', 'Premium P1', 'one'],
      ['a', 'Premium P1', 'one'],
    ]);
  });

  it('has one kind for a cluster whose SKU is disputed, whatever came first, and does not know the SKU', () => {
    const [managed, enterprise] = [compliantCluster('managed'), compliantCluster('enterprise')];
    const both = [mergeCaches(managed, enterprise), mergeCaches(enterprise, managed)];
    expect(both.map(({ kind, skuName }) => [kind, skuName.known])).toEqual([
      ['enterprise', false],
      ['enterprise', false],
    ]);
  });
});

describe('mergeReports', () => {
  const cacheIn = (decoded: ReturnType<typeof readRedis>): Cache => {
    if ('refused' in decoded) throw new Error(decoded.refused);
    return decoded.cache;
  };
  const ONE = subscriptionId(1);
  const redis = (properties: Readonly<Record<string, unknown>> = {}) => cacheIn(readRedis(wireRedis(ONE, 'c', properties)));
  const cluster = (properties: Readonly<Record<string, unknown>> = {}) => cacheIn(readCluster(wireCluster(ONE, 'c', properties)));

  it('gives the one report there is', () => {
    const one = redis();
    expect(mergeReports([one])).toBe(one);
  });

  it('leaves equal reports as they are: what was not read is still to be read', () => {
    expect(mergeReports([redis(), redis(), redis()])).toEqual(redis());
    expect(mergeReports([cluster(), cluster()])).toEqual(cluster());
    expect(mergeReports([redis({ enableNonSslPort: true }), redis()])).toMatchObject({
      nonSslPort: { known: false, kind: 'invalid' },
      firewallRules: { kind: 'pending', need: 'firewallRules' },
      replicas: { kind: 'pending', need: 'linkedServers' },
    });
  });

  it('gives the same for every order of three that differ, also in how they are written', () => {
    const [a, b, c] = [
      redis({ publicNetworkAccess: 'disabled', redisVersion: '6.0' }),
      redis({ publicNetworkAccess: 'DISABLED', redisVersion: '4.0' }),
      redis({ publicNetworkAccess: 'Disabled', redisVersion: '7.2', zonalAllocationPolicy: 'Automatic' }),
    ];
    const expected = mergeReports([a, b, c]);
    expect(expected).toMatchObject({ publicNetworkAccess: { known: true, value: 'Disabled' }, redisVersion: { known: false } });
    expect([mergeReports([a, c, b]), mergeReports([b, a, c]), mergeReports([c, b, a])]).toEqual([expected, expected, expected]);
  });
});
