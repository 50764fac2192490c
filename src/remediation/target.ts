import type { CacheKind } from '../model/cache.ts';
import type { FixTarget } from '../model/fix.ts';

/**
 * The cache as a command may name it: every name comes out of the id, and the id follows Azure's naming rules. Null when it
 * does not, because nothing else may become part of a command.
 */
export const checkedTarget = ({ id, kind, sku }: Pick<FixTarget, 'id' | 'kind' | 'sku'>): FixTarget | null => {
  const { subscription = '', group = '', type = '', name = '' } = ID.exec(id)?.groups ?? {};
  if (type.toLowerCase() !== TYPES[kind] || !SAFE_GROUP.test(group) || !SAFE_NAMES[kind].test(name)) return null;
  return { id, kind, name, resourceGroup: group, subscriptionId: subscription, sku: sku !== null && SAFE_SKU.test(sku) ? sku : null };
};

/** A cache that has no id yet, with words in capitals to be replaced. */
export const anyTarget = (kind: CacheKind): FixTarget => ({
  id: `/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Cache/${kind === 'redis' ? 'redis' : 'redisEnterprise'}/NAME`,
  name: 'NAME',
  kind,
  resourceGroup: 'GROUP',
  subscriptionId: 'SUBSCRIPTION',
  sku: null,
});

/** Without the flag `u`, `i` does not fold other letters into ASCII. */
const ID =
  /^\/subscriptions\/(?<subscription>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/resourceGroups\/(?<group>[^/]+)\/providers\/Microsoft\.Cache\/(?<type>redis|redisEnterprise)\/(?<name>[^/]+)$/i;

const TYPES: Readonly<Record<CacheKind, string>> = { redis: 'redis', managed: 'redisenterprise', enterprise: 'redisenterprise' };

const CLUSTER_NAME = /^(?=.{1,60}$)[a-z0-9]+(?:-[a-z0-9]+)*$/i;

/** Letters, digits and hyphens of ASCII. */
const SAFE_NAMES: Readonly<Record<CacheKind, RegExp>> = {
  redis: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i,
  managed: CLUSTER_NAME,
  enterprise: CLUSTER_NAME,
};

/** Letters and digits of any script and `_ ( ) . -`, not ending in a period; none of the letters that cannot be seen. */
const SAFE_GROUP = /^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u;

/** Such as `Basic C0` or `Balanced_B10`. */
const SAFE_SKU = /^[A-Za-z0-9_]{1,40}(?: [A-Za-z0-9_]{1,20}){0,2}$/;
