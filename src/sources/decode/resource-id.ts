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
export const isSubscriptionId = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
