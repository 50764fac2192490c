import type { Origin, Place } from '../../model/cache.ts';
import type { Read } from '../input.ts';
import type { JsonObject } from './json.ts';

/** A resource as Resource Manager takes it, out of a declaration: values may be marks (`deferred`, `sensitive`). */
export interface ArmResource {
  /** Such as `Microsoft.Cache/redis/firewallRules`, in any case. */
  readonly type: string;
  /** Null when it is not said. */
  readonly apiVersion: string | null;
  /** The last part of the name; a mark when nobody can tell. */
  readonly name: unknown;
  /** As it would be sent: `properties`, `sku`, `identity`, `zones`, `tags`, `location`. */
  readonly body: JsonObject;
  readonly address: string;
  readonly place: Place | null;
  /** By path inside of the body, such as `properties.enableNonSslPort`. */
  readonly places: ReadonlyMap<string, Place>;
  /** The address of the cache it belongs to: the parent of a child, the target of a private endpoint or a diagnostic setting; null for none, or when nobody can tell. */
  readonly parent: string | null;
  readonly creates: boolean;
}

/** The caches among resources, each with what is declared below it. */
export const declaredCaches = (_resources: readonly ArmResource[], _declared: Pick<Origin, 'file' | 'language'>): readonly Read[] => [];
