import type { Cache, CacheFacts, CacheKind, Database, Origin, Place } from '../../model/cache.ts';
import type { Fact } from '../../model/fact.ts';
import type { Read } from '../input.ts';
import {
  type Belongs,
  belongsTo,
  type Child,
  type Children,
  childrenOf,
  endpointLink,
  linkBy,
  listBelow,
  readAccessPolicy,
  readAssignment,
  readDiagnosticSetting,
  readEndpoint,
  readFirewallRule,
  readManagedAssignment,
} from './azurerm-children.ts';
import { defaultDatabaseOf, enterpriseDatabaseOf, enterpriseFactsOf, geoGroupOf, managedFactsOf } from './azurerm-clusters.ts';
import { type Target, toTargets } from './azurerm-join.ts';
import { redisFactsOf, redisSkuOf } from './azurerm-redis.ts';
import { countOf, databaseLinks, geoReplications, type LinkGroup, linkedServers, linkedWith, replicasIn } from './azurerm-replicas.ts';
import { ownSecretsOf } from './azurerm-secrets.ts';
import { literalOf, tagsOf, textBehind } from './azurerm-values.ts';
import { locationOf } from './facts.ts';
import { isDeferred, type JsonObject, propertyOf, unknown } from './json.ts';

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
  /**
   * The addresses that an attribute refers to, by its path: `redis_cache_name` of a firewall rule refers to a cache,
   * `private_service_connection.private_connection_resource_id` of an endpoint. With the module they stand in, as `address` is; a key
   * that is computed is left out. A local, a variable or an output that leads nowhere stays, and leaves open what is meant.
   */
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

interface Declared {
  readonly language: Origin['language'];
  readonly provider: ProviderMajor;
}

const KINDS: ReadonlyMap<string, CacheKind> = new Map([
  ['azurerm_redis_cache', 'redis'],
  ['azurerm_managed_redis', 'managed'],
  ['azurerm_redis_enterprise_cluster', 'enterprise'],
]);

/** The caches among the resources of one plan, state or root module, each with what belongs to it. */
export const azurermCaches = (resources: readonly TerraformResource[], declared: Declared): readonly Read[] => {
  const own = resources.flatMap((resource) => {
    const kind = KINDS.get(resource.type);
    return kind === undefined ? [] : [{ kind, resource }];
  });
  if (own.length === 0) return [];
  const below = belowIn(resources);
  const caches = own.map(({ kind, resource }) => cacheOf(kind, resource, below, declared));
  const byAddress = new Map(caches.map((cache) => [cache.id, cache]));
  // Replicas show what the caches before say, so that they come last.
  return caches.map((cache) => ({ type: 'cache', cache: { ...cache, replicas: replicasOf(cache, below, byAddress) } }));
};

/** All that is no cache, and what it belongs to. */
interface Below {
  readonly firewallRules: Children;
  readonly accessPolicies: Children;
  readonly assignments: Children;
  readonly managedAssignments: Children;
  readonly databases: Children;
  readonly endpoints: Children;
  readonly settings: Children;
  readonly servers: readonly LinkGroup[];
  readonly geoReplications: readonly LinkGroup[];
}

/** What of azurerm others may belong to. */
export const targetsIn = (resources: readonly TerraformResource[]): Readonly<Record<CacheKind | 'databases', readonly Target[]>> => {
  const targets = (wanted: string, type: Target['type']): readonly Target[] =>
    resources.filter((resource) => resource.type === wanted).map((resource) => ({ resource, type }));
  return {
    redis: targets('azurerm_redis_cache', 'redis'),
    managed: targets('azurerm_managed_redis', 'redisenterprise'),
    enterprise: targets('azurerm_redis_enterprise_cluster', 'redisenterprise'),
    databases: targets(DATABASE, 'databases'),
  };
};

const belowIn = (resources: readonly TerraformResource[]): Below => {
  const found = targetsIn(resources);
  const clusters = [...found.managed, ...found.enterprise];
  const [redis, managed] = [toTargets(found.redis), toTargets(found.managed)];
  const everything = toTargets([...found.redis, ...clusters]);
  const logging = toTargets([...found.redis, ...clusters, ...found.databases]);
  return {
    firewallRules: childrenOf('azurerm_redis_firewall_rule', resources, linkBy('redis_cache_name', 'name'), redis),
    accessPolicies: childrenOf('azurerm_redis_cache_access_policy', resources, linkBy('redis_cache_id', 'id'), redis),
    assignments: childrenOf(ASSIGNMENT, resources, linkBy('redis_cache_id', 'id'), redis),
    managedAssignments: childrenOf(MANAGED_ASSIGNMENT, resources, linkBy('managed_redis_id', 'id'), managed),
    databases: childrenOf(DATABASE, resources, linkBy('cluster_id', 'id'), toTargets(found.enterprise)),
    endpoints: childrenOf('azurerm_private_endpoint', resources, endpointLink, everything),
    settings: childrenOf(SETTING, resources, linkBy('target_resource_id', 'id'), logging),
    servers: linkedServers(resources, redis),
    geoReplications: geoReplications(resources, managed),
  };
};

const DATABASE = 'azurerm_redis_enterprise_database';

/** A finding on firewall rules stands where they do, as long as that is in the file of the cache. */
const withRules = (
  places: TerraformResource['places'],
  file: string,
  rules: readonly Child[],
  belongs: (child: Child) => Belongs,
): TerraformResource['places'] => {
  const all = new Map(places);
  for (const child of rules) {
    const { resource } = child;
    if (belongs(child) !== 'yes' || resource.place === null || resource.file !== file) continue;
    if (!all.has('firewallRules')) all.set('firewallRules', resource.place);
    all.set(`firewallRules/${readFirewallRule(child).name}`, resource.place);
  }
  return all;
};

const cacheOf = (kind: CacheKind, resource: TerraformResource, below: Below, { language, provider }: Declared): Cache => {
  const { address, values, place, places, creates, file, name } = resource;
  const isOwn = ({ resource: one }: Target): boolean => one.address === address;
  const belongs = belongsTo(isOwn);
  const labels = {
    id: address,
    name: literalOf(values, 'name') ?? name,
    kind,
    resourceGroup: literalOf(values, 'resource_group_name'),
    subscriptionId: /^\/subscriptions\/([^/]+)\//i.exec(textBehind(propertyOf(values, 'id')) ?? '')?.[1]?.toLowerCase() ?? null,
    location: locationOf(values),
    provisioningState: null,
    origin: { file, language, place, address, creates, places: withRules(places, file, below.firewallRules.near(address), belongs) },
  };
  const shared = {
    privateEndpoints: listBelow('private endpoint', 'azurerm_private_endpoint', below.endpoints.near(address), belongs, readEndpoint),
    tags: tagsOf(values),
    secrets: ownSecretsOf(resource),
    replicas: NOT_YET,
  };
  if (kind === 'redis') {
    return {
      ...labels,
      sku: redisSkuOf(values),
      ...injected(redisFactsOf(values, provider), resource),
      ...shared,
      linkedServerCount: countOf(linkedWith(address, below.servers)),
      firewallRules: listBelow(
        'firewall rule',
        'azurerm_redis_firewall_rule',
        below.firewallRules.near(address),
        belongs,
        readFirewallRule,
      ),
      accessPolicies: listBelow(
        'access policy',
        'azurerm_redis_cache_access_policy',
        below.accessPolicies.near(address),
        belongs,
        readAccessPolicy,
      ),
      accessPolicyAssignments: listBelow('access policy assignment', ASSIGNMENT, below.assignments.near(address), belongs, readAssignment),
      diagnosticSettings: listBelow('diagnostic setting', SETTING, below.settings.near(address), belongs, readDiagnosticSetting),
    };
  }
  const facts = kind === 'managed' ? managedFactsOf(values) : enterpriseFactsOf(values);
  return {
    ...labels,
    sku: literalOf(values, 'sku_name'),
    ...facts,
    ...shared,
    databases: kind === 'managed' ? managedDatabases(resource, below) : enterpriseDatabases(resource, below),
  };
};

/** The id of a subnet that is yet to be made is one for sure: whichever it will be, the cache is injected into it. */
const injected = <T extends Pick<CacheFacts, 'subnetId'>>(facts: T, { values, references }: TerraformResource): T => {
  const value = propertyOf(values, 'subnet_id');
  const [subnet, ...others] = references.get('subnet_id') ?? [];
  if (!isDeferred(value) || subnet === undefined || others.length > 0 || !SUBNET.test(subnet)) return facts;
  // What is more than its name, such as a condition, may choose another one, or none.
  if (value.written !== null && !SUBNET.test(value.written)) return facts;
  return { ...facts, subnetId: { known: true, value: subnet, path: 'subnet_id', from: 'observed', written: value.written } };
};

const SUBNET = /^(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*(?:data\.)?azurerm_subnet\.[\w-]+(?:\[[^\]]*\])?\.id$/;

const SETTING = 'azurerm_monitor_diagnostic_setting';
const MANAGED_ASSIGNMENT = 'azurerm_managed_redis_access_policy_assignment';
const ASSIGNMENT = 'azurerm_redis_cache_access_policy_assignment';

/** Until all caches are read. */
const NOT_YET = unknown('linked_servers', 'out_of_reach', 'no link is declared here, and others may be elsewhere');

const replicasOf = (
  { id, kind }: Cache,
  { servers, geoReplications: geo }: Below,
  caches: ReadonlyMap<string, Cache>,
): Cache['replicas'] => {
  if (kind === 'enterprise') return NOT_YET;
  return replicasIn(linkedWith(id, kind === 'redis' ? servers : geo), caches);
};

const managedDatabases = (resource: TerraformResource, below: Below): Fact<readonly Database[]> => {
  const { address } = resource;
  const database = defaultDatabaseOf(resource);
  if (!database.known) return database;
  const belongs = belongsTo(({ resource: one }) => one.address === address);
  const value: Database = {
    ...database.value,
    links: databaseLinks(geoGroupOf(resource), linkedWith(address, below.geoReplications), 'default_database.geo_replication_group_name'),
    diagnosticSettings: listBelow(
      'diagnostic setting',
      SETTING,
      below.settings.near(address),
      ofDatabase(belongs, null),
      readDiagnosticSetting,
    ),
    accessPolicyAssignments: listBelow(
      'access policy assignment',
      MANAGED_ASSIGNMENT,
      below.managedAssignments.near(address),
      belongs,
      readManagedAssignment,
    ),
  };
  return { ...database, value: [value] };
};

const enterpriseDatabases = ({ address }: TerraformResource, below: Below): Fact<readonly Database[]> => {
  const belongs = belongsTo(({ resource }) => resource.address === address);
  return listBelow('database', DATABASE, below.databases.near(address), belongs, (child): Database => {
    const own = belongsTo(({ resource }) => resource.address === child.resource.address || resource.address === address);
    return {
      ...enterpriseDatabaseOf(child.resource),
      links: enterpriseLinks(child.resource),
      diagnosticSettings: listBelow(
        'diagnostic setting',
        SETTING,
        [...below.settings.near(child.resource.address), ...below.settings.near(address)],
        ofDatabase(own, child),
        readDiagnosticSetting,
      ),
      accessPolicyAssignments: unknown('access_policy_assignments', 'out_of_reach', 'this kind of cache has no access policies'),
    };
  });
};

const enterpriseLinks = ({ address, values }: TerraformResource): Database['links'] => {
  const path = `${address}.linked_database_id`;
  const value = propertyOf(values, 'linked_database_id');
  if (value === undefined || (Array.isArray(value) && value.length === 0))
    return { known: true, value: [], path, from: 'service_default', written: null };
  return unknown(path, 'deferred', 'which databases it is linked with is known after apply');
};

/**
 * A setting of a cluster is none of its database, where the logs are. An id that is not known may be that of either, unless what it
 * refers to, or how it is written, names a database.
 */
const ofDatabase =
  (belongs: (child: Child) => Belongs, database: Child | null) =>
  (child: Child): Belongs => {
    const { owner, link } = child;
    const told = belongs(child);
    if (told !== 'yes' || owner.is !== 'one') return told;
    if (owner.of.type === 'databases') return owner.of.resource.address === database?.resource.address ? 'yes' : 'no';
    const text = isDeferred(link.value) ? link.value.written : textBehind(link.value);
    const [, name] = /\/databases\/([^/"]+)/i.exec(text ?? '') ?? [];
    if (name !== undefined) return isNamed(name, database) ? 'yes' : 'maybe';
    if (owner.by.some((reference) => reference.includes('.default_database'))) return 'yes';
    return isDeferred(link.value) ? 'maybe' : 'no';
  };

/** A cluster has one database, which is called `default`. */
const isNamed = (name: string, database: Child | null): boolean =>
  name.toLowerCase() === (database === null ? 'default' : (literalOf(database.resource.values, 'name') ?? 'default')).toLowerCase();
