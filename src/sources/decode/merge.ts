import type { Cache, CacheFacts } from '../../model/cache.ts';
import type { Fact } from '../../model/fact.ts';
import { unknown } from './json.ts';

/**
 * One cache out of two reports of the same id, as happens when a list changes between two pages.
 * Where the two disagree nobody knows which is right, so the fact is unknown.
 */
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
  // The order of the two depends on the pages; the labels must not.
  const labels = one.id <= other.id ? one : other;
  const deleting = one.provisioningState === other.provisioningState ? one.provisioningState : null;
  return { ...labels, provisioningState: deleting, ...facts };
};

const agreed = <T>(one: Fact<T>, other: Fact<T>): Fact<T> => {
  if (!one.known || !other.known) return unseen(one, other);
  return one.value === other.value && one.from === other.from
    ? one
    : unknown(one.path, 'invalid', `reported twice with different values (${sorted(String(one.value), String(other.value))})`);
};

/** The fact that was not seen; of two such, always the same one whatever their order. */
const unseen = <T>(one: Fact<T>, other: Fact<T>): Fact<T> => {
  if (one.known) return other;
  return other.known || one.reason <= other.reason ? one : other;
};

const sorted = (...values: readonly string[]): string => [...values].sort().join(' and ');
