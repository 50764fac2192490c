import type { Origin, Place } from '../../model/cache.ts';
import type { Read } from '../input.ts';
import type { JsonObject } from './json.ts';

/** A managed resource in Terraform's words, out of a plan, a state or the source. */
export interface TerraformResource {
  /** Such as `module.cache[0].azurerm_redis_cache.this["a"]`. */
  readonly address: string;
  readonly type: string;
  /** The last label. */
  readonly name: string;
  /**
   * Attributes and blocks as `terraform show -json` writes them: a block that may be repeated is a list of objects. What is not set is
   * absent or null; what is set and cannot be told is a mark (`deferred`), what must not be shown is marked `sensitive`.
   */
  readonly values: JsonObject;
  /** The addresses that an attribute refers to, by its name: `redis_cache_name` of a firewall rule refers to a cache. */
  readonly references: ReadonlyMap<string, readonly string[]>;
  readonly place: Place | null;
  /** By path of the attribute: `minimum_tls_version`, `redis_configuration.authentication_enabled`, `default_database.client_protocol`. */
  readonly places: ReadonlyMap<string, Place>;
  /** Whether applying it makes a new one. */
  readonly creates: boolean;
  /** The file that it stands in, where the declaration has several. */
  readonly file: string;
}

/** The azurerm provider as far as it decides what an absent attribute means; null when nothing tells. */
export type ProviderMajor = 2 | 3 | 4 | 5 | null;

/** The caches among the resources of one plan, state or root module, each with what belongs to it. */
export const azurermCaches = (
  _resources: readonly TerraformResource[],
  _declared: { readonly language: Origin['language']; readonly provider: ProviderMajor },
): readonly Read[] => [];
