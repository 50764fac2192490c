/** The parts of an Azure Resource Manager id of a top-level resource. */
export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly provider: string;
  readonly type: string;
  readonly name: string;
}

const RESOURCE_ID = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/([^/]+)\/([^/]+)$/i;

/** Null when the text is not such an id. Parts keep the case they were written in. */
export const readResourceId = (text: string): ResourceId | null => {
  const [, subscriptionId, resourceGroup, provider, type, name] = RESOURCE_ID.exec(text) ?? [];
  return subscriptionId && resourceGroup && provider && type && name ? { subscriptionId, resourceGroup, provider, type, name } : null;
};

const SUBNET_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.(?:Network|ClassicNetwork)\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;

/** The pattern that the API specification gives for `subnetId`. */
export const isSubnetId = (text: string): boolean => SUBNET_ID.test(text);

/** A subscription id: it becomes part of a request path, so nothing but a GUID will do. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/**
 * The path of a cache or cluster below the endpoint, each part escaped; null when a name in it could lead anywhere else.
 * An id comes out of an answer, and nothing out of an answer becomes part of an address unless it can only be a name.
 */
export const pathOf = (id: string): string | null => {
  const parts = readResourceId(id);
  if (parts === null || !isUuid(parts.subscriptionId)) return null;
  const { subscriptionId, resourceGroup, provider, type, name } = parts;
  const isCache = /^microsoft\.cache\/(?:redis|redisenterprise)$/i.test(`${provider}/${type}`);
  if (!isCache || !isPlainName(name) || !isGroupName(resourceGroup)) return null;
  const kind = type.toLowerCase() === 'redis' ? 'redis' : 'redisEnterprise';
  return `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(resourceGroup)}/providers/Microsoft.Cache/${kind}/${name}`;
};

/** What caches, clusters and databases may be called. */
export const isPlainName = (name: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/i.test(name);

/** Letters and digits of any script and `_ ( ) . -`, not ending in a period. */
const isGroupName = (name: string): boolean => /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u.test(name);
