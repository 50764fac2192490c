import type { Fact } from './fact.ts';

/**
 * `redis`: Microsoft.Cache/redis (Basic, Standard, Premium). `managed`: Microsoft.Cache/redisEnterprise with an Azure Managed Redis SKU.
 * `enterprise`: the same type with an `Enterprise_` or `EnterpriseFlash_` SKU.
 */
export type CacheKind = 'redis' | 'managed' | 'enterprise';

export const TLS_VERSIONS = ['1.0', '1.1', '1.2', '1.3'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

export const NETWORK_ACCESS = ['Enabled', 'Disabled'] as const;
export type NetworkAccess = (typeof NETWORK_ACCESS)[number];

/** One cache as a source saw it. Labels are for people and may be null; what a rule judges is a `Fact`. */
export interface Cache extends CacheLabels, CacheFacts {}

export interface CacheLabels {
  /** The Azure Resource Manager id as the source wrote it; compared without case. */
  readonly id: string;
  readonly name: string;
  readonly kind: CacheKind;
  readonly resourceGroup: string;
  readonly subscriptionId: string;
  readonly location: string | null;
  /** For people, such as `Premium P1`. */
  readonly sku: string | null;
  readonly provisioningState: string | null;
}

export interface CacheFacts {
  /** Whether port 6379 accepts connections without TLS. */
  readonly nonSslPort: Fact<boolean>;
  readonly minimumTlsVersion: Fact<TlsVersion>;
  readonly publicNetworkAccess: Fact<NetworkAccess>;
  /** The subnet the cache is injected into; a known null when it is not VNet-injected. */
  readonly subnetId: Fact<string | null>;
  /** Whether clients may connect without any credential. */
  readonly authenticationDisabled: Fact<boolean>;
  readonly entraAuthentication: Fact<boolean>;
  readonly accessKeysDisabled: Fact<boolean>;
}

/** A cache that Azure is removing: nothing about it can be mended any more. */
export const isBeingDeleted = (cache: CacheLabels): boolean => /^delet(ing|ed)$/i.test(cache.provisioningState ?? '');
