import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src/model/cache.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { mergeCaches } from '../../../src/sources/decode/merge.ts';
import { byDefault, compliantCache, invalid, missing, PATH, seen } from '../../support/cache.ts';

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
});
