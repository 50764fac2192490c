import type {
  Cache,
  CacheFacts,
  CacheKind,
  Database,
  DeclaredSecret,
  EndpointState,
  Origin,
  Place,
  PrivateEndpoint,
} from '../../model/cache.ts';
import { ENDPOINT_STATES } from '../../model/cache.ts';
import type { Fact, Unknown } from '../../model/fact.ts';
import type { Read } from '../input.ts';
import {
  readAccessPolicies,
  readAccessPolicyAssignments,
  readDatabaseAssignments,
  readDatabases,
  readDiagnosticSettings,
  readFirewallRules,
  readPatchDays,
} from './children.ts';
import { declaredCluster } from './cluster.ts';
import { secretsIn } from './declared-secrets.ts';
import { DECLARED } from './dialect.ts';
import { lastPart, locationOf, notDeclared } from './facts.ts';
import { inside, isDeferred, isObject, type JsonObject, oneOf, propertyOf, unknown } from './json.ts';
import { declaredRedis } from './redis.ts';

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
  /** Its own among all resources. */
  readonly address: string;
  readonly place: Place | null;
  /** By path inside of the body, such as `properties.enableNonSslPort`. */
  readonly places: ReadonlyMap<string, Place>;
  /**
   * The address of what it belongs to: the parent of a child, the target of a private endpoint or a diagnostic setting, be it declared
   * here or not. Null for none, or when nobody can tell.
   */
  readonly parent: string | null;
  readonly creates: boolean;
  /** Why nobody knows whether it will be there, as a clause; left out of what surely will. */
  readonly doubt?: string;
}

/** A secret beside the caches, in an output or a default; or why nobody can tell whether there is one. */
export type Aside = { readonly of: string | null } & ({ readonly secret: DeclaredSecret } | { readonly doubt: string });

/**
 * The caches among resources, each with what is declared below it. `asides`: secrets outside of the bodies, by the address of the cache
 * that they concern, null for every one.
 */
export const declaredCaches = (
  resources: readonly ArmResource[],
  declared: Pick<Origin, 'file' | 'language'>,
  asides: readonly Aside[] = [],
): readonly Read[] => {
  const index = indexOf(resources);
  return resources.flatMap((resource) => {
    const type = typeOf(resource);
    if (type !== REDIS && type !== CLUSTER) return [];
    const own = type === REDIS ? declaredRedis(resource.body, resource.apiVersion) : declaredCluster(resource.body, resource.apiVersion);
    const children = CHILDREN.filter(([child]) => isBelow(child, type)).flatMap(([child, list]) =>
      under(index, resource, child).map((one) => ({ list, resource: one })),
    );
    const cache: Cache = {
      ...labelsOf(resource, own),
      origin: originOf(resource, declared, children),
      ...own,
      secrets: secretsOf(resource, asides),
      privateEndpoints: listed(index, resource, ENDPOINTS, own.privateEndpoints, (found) => endpointsOf(found)),
      ...(type === REDIS ? belowRedis(index, resource, own) : { databases: databasesOf(index, resource, own.databases) }),
    };
    return [{ type: 'cache', cache }];
  });
};

const REDIS = 'microsoft.cache/redis';
const CLUSTER = 'microsoft.cache/redisenterprise';
const ENDPOINTS = 'microsoft.network/privateendpoints';
const SETTINGS = 'microsoft.insights/diagnosticsettings';

/** What may stand below a cache, and how the list of it is called in the path of a fact. */
const CHILDREN: readonly (readonly [type: string, list: string])[] = [
  [`${REDIS}/firewallrules`, 'firewallRules'],
  [`${REDIS}/accesspolicies`, 'accessPolicies'],
  [`${REDIS}/accesspolicyassignments`, 'accessPolicyAssignments'],
  [`${REDIS}/patchschedules`, 'patchSchedules'],
  [`${REDIS}/linkedservers`, 'linkedServers'],
  [`${CLUSTER}/databases`, 'databases'],
  [ENDPOINTS, 'privateEndpoints'],
  [SETTINGS, 'diagnosticSettings'],
];

const isBelow = (child: string, type: string): boolean => child.startsWith(`${type}/`) || !child.startsWith('microsoft.cache/');

const typeOf = ({ type }: ArmResource): string => type.toLowerCase();

/** Resources by type and by what they belong to. */
type Index = ReadonlyMap<string, readonly ArmResource[]>;

const indexOf = (resources: readonly ArmResource[]): Index => {
  const index = new Map<string, ArmResource[]>();
  for (const resource of resources) {
    const key = keyOf(typeOf(resource), resource.parent);
    const before = index.get(key);
    if (before === undefined) index.set(key, [resource]);
    else before.push(resource);
  }
  return index;
};

const keyOf = (type: string, parent: string | null): string => JSON.stringify([type, parent]);

/** What of a type surely belongs to a resource. */
const under = (index: Index, { address }: ArmResource, type: string): readonly ArmResource[] => index.get(keyOf(type, address)) ?? [];

/**
 * A list below a resource as one fact. What may belong to it, and what may not be there, leaves the whole list open: it may be the item
 * that counts.
 */
const listed = <T>(
  index: Index,
  owner: ArmResource,
  type: string,
  none: Fact<T>,
  read: (found: readonly ArmResource[]) => Fact<T>,
): Fact<T> => {
  const lost = (index.get(keyOf(type, null)) ?? []).find((one) => mayConcern(one, owner));
  if (lost !== undefined) return unknown(none.path, 'deferred', `what ${labelOf(lost)} belongs to is known after it is deployed`);
  const found = under(index, owner, type);
  const doubtful = found.find(({ doubt }) => doubt !== undefined);
  if (doubtful !== undefined) return unknown(none.path, 'deferred', `${labelOf(doubtful)}: ${doubtful.doubt}`);
  return found.length === 0 ? none : read(found);
};

/** A private endpoint says what kind of resource it leads to. */
const mayConcern = ({ type, body }: ArmResource, owner: ArmResource): boolean => {
  if (type.toLowerCase() !== ENDPOINTS) return true;
  const group = typeOf(owner) === REDIS ? 'rediscache' : 'redisenterprise';
  const groups = connectionsIn(body).flatMap((connection) => {
    const ids = inside(inside(connection, 'properties'), 'groupIds');
    return Array.isArray(ids) ? ids : [group];
  });
  return groups.length === 0 || groups.some((one) => typeof one !== 'string' || one.toLowerCase() === group);
};

const connectionsIn = (body: JsonObject): readonly unknown[] => {
  const properties = inside(body, 'properties');
  return ['privateLinkServiceConnections', 'manualPrivateLinkServiceConnections'].flatMap((name) => {
    const list = inside(properties, name);
    return Array.isArray(list) ? list : [];
  });
};

/** A child in the form that lists have on the wire. */
const itemOf = (resource: ArmResource): JsonObject => ({
  name: labelOf(resource),
  apiVersion: resource.apiVersion,
  properties: propertyOf(resource.body, 'properties'),
});

const labelOf = ({ name, address }: ArmResource): string => {
  const text = isDeferred(name) ? name.written : name;
  return typeof text === 'string' && text !== '' ? text : lastPart(address);
};

const labelsOf = (
  resource: ArmResource,
  { kind, sku }: { readonly kind: CacheKind; readonly sku: string | null },
): Omit<Cache, 'origin' | keyof CacheFacts> => ({
  id: resource.address,
  name: labelOf(resource),
  kind,
  resourceGroup: null,
  subscriptionId: null,
  location: locationOf(resource.body),
  sku,
  provisioningState: null,
});

const originOf = (
  { place, places, address, creates }: ArmResource,
  { file, language }: Pick<Origin, 'file' | 'language'>,
  children: readonly { readonly list: string; readonly resource: ArmResource }[],
): Origin => {
  const all = new Map(places);
  for (const { list, resource } of children) {
    const at = `${list}/${labelOf(resource)}`;
    if (resource.place !== null) all.set(at, resource.place);
    for (const [path, where] of resource.places) all.set(`${at}.${path}`, where);
  }
  return { file, language, place, address, creates, places: all };
};

const belowRedis = (index: Index, resource: ArmResource, own: CacheFacts): Partial<CacheFacts> => {
  const of = <T>(child: string, none: Fact<T>, read: (items: readonly unknown[], dialect: typeof DECLARED) => Fact<T>): Fact<T> =>
    listed(index, resource, child, none, (found) => read(found.map(itemOf), DECLARED));
  return {
    firewallRules: of(`${REDIS}/firewallrules`, own.firewallRules, readFirewallRules),
    accessPolicies: of(`${REDIS}/accesspolicies`, own.accessPolicies, readAccessPolicies),
    accessPolicyAssignments: of(`${REDIS}/accesspolicyassignments`, own.accessPolicyAssignments, readAccessPolicyAssignments),
    patchDays: of(`${REDIS}/patchschedules`, own.patchDays, readPatchDays),
    linkedServerCount: of(`${REDIS}/linkedservers`, own.linkedServerCount, ({ length }) => seen('linkedServers', length)),
    diagnosticSettings: of(SETTINGS, own.diagnosticSettings, readDiagnosticSettings),
  };
};

const seen = <T>(path: string, value: T): Fact<T> => ({ known: true, value, path, from: 'observed', written: null });

const databasesOf = (index: Index, cluster: ArmResource, none: CacheFacts['databases']): CacheFacts['databases'] =>
  listed(index, cluster, `${CLUSTER}/databases`, none, (found) => {
    const databases = readDatabases(found.map(itemOf), DECLARED);
    if (!databases.known) return databases;
    return { ...databases, value: databases.value.map((database) => withBelow(index, database, found)) };
  });

const withBelow = (index: Index, database: Database, found: readonly ArmResource[]): Database => {
  const [resource, ...twins] = found.filter((one) => labelOf(one) === database.name);
  if (resource === undefined || twins.length > 0) return { ...database, diagnosticSettings: TWICE, accessPolicyAssignments: TWICE };
  return {
    ...database,
    diagnosticSettings: listed(index, resource, SETTINGS, notDeclared('diagnosticSettings', 'diagnostic setting'), (settings) =>
      readDiagnosticSettings(settings.map(itemOf), DECLARED),
    ),
    accessPolicyAssignments: listed(
      index,
      resource,
      `${CLUSTER}/databases/accesspolicyassignments`,
      notDeclared('databaseAccessPolicyAssignments', 'access policy assignment'),
      (assignments) => readDatabaseAssignments(assignments.map(itemOf), DECLARED),
    ),
  };
};

const TWICE: Unknown = unknown('databases', 'invalid', 'the database is declared twice');

const endpointsOf = (found: readonly ArmResource[]): Fact<readonly PrivateEndpoint[]> =>
  seen(
    'privateEndpoints',
    found.map((resource) => ({ name: labelOf(resource), state: endpointState(resource), subscriptionId: null })),
  );

/**
 * A connection is approved on the spot where whoever deploys it may approve it; a manual one waits for somebody.
 * https://learn.microsoft.com/azure/private-link/manage-private-endpoint
 */
const endpointState = (resource: ArmResource): Fact<EndpointState> => {
  const path = `privateEndpoints/${labelOf(resource)}`;
  const properties = inside(resource.body, 'properties');
  const [own, manual] = ['privateLinkServiceConnections', 'manualPrivateLinkServiceConnections'].map((name) => inside(properties, name));
  const open = [own, manual].find(isDeferred);
  if (open !== undefined) return unknown(path, 'deferred', open.reason, open.written);
  const [isOwn, isManual] = [hasItems(own), hasItems(manual)];
  if (isOwn === isManual) return unknown(path, 'invalid', 'it cannot be told whether somebody has to approve it');
  if (isManual) return { known: true, value: 'Pending', path, from: 'service_default', written: null };
  const [connection] = Array.isArray(own) ? own : [];
  return DECLARED.factOf<EndpointState>(
    inside(inside(connection, 'properties'), 'privateLinkServiceConnectionState') ?? {},
    path,
    'status',
    { expected: `one of ${ENDPOINT_STATES.join(', ')}`, read: oneOf(ENDPOINT_STATES) },
    { value: 'Approved' },
  );
};

const hasItems = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

const secretsOf = (resource: ArmResource, asides: readonly Aside[]): CacheFacts['secrets'] => {
  const about = asides.filter(({ of }) => of === null || of === resource.address);
  const secrets = [...secretsIn(resource.body, '', null), ...about.flatMap((one) => ('secret' in one ? [one.secret] : []))];
  if (secrets.length > 0) return seen('secrets', [...new Map(secrets.map((secret) => [JSON.stringify(secret), secret])).values()]);
  const doubt = about.find((one) => 'doubt' in one);
  if (doubt !== undefined && 'doubt' in doubt) return unknown('secrets', 'deferred', doubt.doubt);
  const properties = propertyOf(resource.body, 'properties');
  if (isDeferred(properties)) return unknown('secrets', 'deferred', properties.reason, properties.written);
  return isObject(properties) ? seen('secrets', []) : unknown('secrets', 'missing', 'the declaration has no properties');
};
