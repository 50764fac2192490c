import type { TerraformResource } from '../decode/azurerm.ts';
import { type Child, childrenOf, endpointLink, linkBy } from '../decode/azurerm-children.ts';
import { type Target, toTargets } from '../decode/azurerm-join.ts';
import { blockOf, literalOf } from '../decode/azurerm-values.ts';
import type { ArmResource } from '../decode/declared.ts';
import { inside, isDeferred, isObject, type JsonObject, propertyOf } from '../decode/json.ts';

/** What azurerm declares below the caches of azapi, as Resource Manager takes it. */
export const childrenInAzurerm = (resources: readonly TerraformResource[], caches: readonly Target[]): readonly ArmResource[] => {
  if (caches.length === 0) return [];
  const targets = toTargets(caches);
  return FORMS.flatMap(({ azurerm, link, type, properties }) =>
    childrenOf(azurerm, resources, link, targets)
      .all.filter(({ owner }) => owner.is === 'one' || owner.of.length > 0)
      .map((child) => toArm(child, type, properties(child.resource.values))),
  );
};

const toArm = ({ resource, owner }: Child, type: string, properties: JsonObject): ArmResource => ({
  type,
  apiVersion: null,
  name: literalOf(resource.values, 'name') ?? resource.name,
  body: { properties },
  address: resource.address,
  place: resource.place,
  places: resource.places,
  parent: owner.is === 'one' ? owner.of.resource.address : null,
  creates: resource.creates,
});

interface Form {
  readonly azurerm: string;
  readonly link: Parameters<typeof childrenOf>[2];
  readonly type: string;
  readonly properties: (values: JsonObject) => JsonObject;
}

const FORMS: readonly Form[] = [
  {
    azurerm: 'azurerm_redis_firewall_rule',
    link: linkBy('redis_cache_name', 'name'),
    type: 'Microsoft.Cache/redis/firewallRules',
    properties: (values) => ({ startIP: propertyOf(values, 'start_ip'), endIP: propertyOf(values, 'end_ip') }),
  },
  {
    azurerm: 'azurerm_redis_cache_access_policy',
    link: linkBy('redis_cache_id', 'id'),
    type: 'Microsoft.Cache/redis/accessPolicies',
    properties: (values) => ({ permissions: propertyOf(values, 'permissions') }),
  },
  {
    azurerm: 'azurerm_redis_cache_access_policy_assignment',
    link: linkBy('redis_cache_id', 'id'),
    type: 'Microsoft.Cache/redis/accessPolicyAssignments',
    properties: (values) => ({
      accessPolicyName: propertyOf(values, 'access_policy_name'),
      objectId: propertyOf(values, 'object_id'),
      objectIdAlias: propertyOf(values, 'object_id_alias'),
    }),
  },
  {
    azurerm: 'azurerm_private_endpoint',
    link: endpointLink,
    type: 'Microsoft.Network/privateEndpoints',
    properties: (values) => {
      const block = blockOf(values, 'private_service_connection');
      const manual = inside(block, 'is_manual_connection');
      const connections = [{ properties: { groupIds: inside(block, 'subresource_names') } }];
      if (isDeferred(manual)) return { privateLinkServiceConnections: manual };
      return manual === true || manual === 'true'
        ? { manualPrivateLinkServiceConnections: connections }
        : { privateLinkServiceConnections: connections };
    },
  },
  {
    azurerm: 'azurerm_monitor_diagnostic_setting',
    link: linkBy('target_resource_id', 'id'),
    type: 'Microsoft.Insights/diagnosticSettings',
    properties: (values) => {
      const enabled = propertyOf(values, 'enabled_log');
      if (!Array.isArray(enabled)) return { logs: enabled };
      return {
        logs: enabled.map((log) =>
          isObject(log) ? { category: log['category'], categoryGroup: log['category_group'], enabled: true } : log,
        ),
      };
    },
  },
];
