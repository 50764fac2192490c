import type { Cache, CacheFacts } from '../../model/cache.ts';
import type { Fact } from '../../model/fact.ts';
import { compare } from '../compare.ts';
import { unknown } from './json.ts';

/**
 * One cache out of all reports of the same id, of which there are several when a list changes between two pages.
 * Where they disagree nobody knows which is right, so the fact is unknown. Their order does not matter.
 */
export const mergeReports = (reports: readonly [Cache, ...Cache[]]): Cache => {
  const [first, ...others] = reports;
  if (others.length === 0) return first;
  const sorted = reports.map((cache) => ({ cache, key: JSON.stringify(cache) })).sort((a, b) => compare(a.key, b.key));
  return sorted.map(({ cache }) => cache).reduce(mergeCaches);
};

export const mergeCaches = (one: Cache, other: Cache): Cache => {
  const facts: { readonly [K in keyof CacheFacts]: CacheFacts[K] } = {
    nonSslPort: agreed(one.nonSslPort, other.nonSslPort),
    minimumTlsVersion: agreed(one.minimumTlsVersion, other.minimumTlsVersion),
    publicNetworkAccess: agreed(one.publicNetworkAccess, other.publicNetworkAccess),
    subnetId: agreed(one.subnetId, other.subnetId),
    authenticationDisabled: agreed(one.authenticationDisabled, other.authenticationDisabled),
    entraAuthentication: agreed(one.entraAuthentication, other.entraAuthentication),
    accessKeysDisabled: agreed(one.accessKeysDisabled, other.accessKeysDisabled),
  };
  const labels = compare(labelsKey(one), labelsKey(other)) <= 0 ? one : other;
  const provisioningState = one.provisioningState === other.provisioningState ? one.provisioningState : null;
  return { ...labels, provisioningState, ...facts };
};

/** Which report lends its labels must not depend on the pages. */
const labelsKey = ({ id, name, location, sku }: Cache): string => JSON.stringify([id, name, location, sku]);

const agreed = <T>(one: Fact<T>, other: Fact<T>): Fact<T> => {
  if (!one.known || !other.known) return unseen(one, other);
  if (one.value === other.value && one.from === other.from) return one;
  const values = [one, other].map(({ value, from }) => (from === 'observed' ? String(value) : 'absent')).sort();
  return unknown(one.path, 'invalid', `reported twice with different values (${values.join(' and ')})`);
};

/** The fact that was not seen; of two such, always the same one whatever their order. */
const unseen = <T>(one: Fact<T>, other: Fact<T>): Fact<T> => {
  if (one.known) return other;
  return other.known || one.reason <= other.reason ? one : other;
};
