import type { Cache, CacheFacts } from '../../model/cache.ts';
import { problem } from '../../model/problem.ts';
import { type TerraformResource, targetsIn } from '../decode/azurerm.ts';
import { type Link, type Owner, ownerOf, type Target, toTargets } from '../decode/azurerm-join.ts';
import { AFTER_APPLY, textBehind } from '../decode/azurerm-values.ts';
import { type ArmResource, declaredCaches } from '../decode/declared.ts';
import { FACTS } from '../decode/fact-names.ts';
import { deferred, inside, isDeferred, isObject, isSensitive, type JsonObject, propertyOf, sensitive, unknown } from '../decode/json.ts';
import type { Read } from '../input.ts';
import { parseStrictly } from '../strict-json.ts';
import { childrenInAzurerm } from './azurerm-as-arm.ts';
import type { Found } from './resources.ts';

/** The azapi provider sends to Resource Manager what is written, and may change what azurerm makes. */

interface Sent {
  readonly resource: TerraformResource;
  /** In lower case, without the version. */
  readonly type: string;
  readonly apiVersion: string | null;
  readonly body: JsonObject;
  /** Whether the body is only what it changes. */
  readonly isPart: boolean;
}

const REDIS = 'microsoft.cache/redis';
const CLUSTER = 'microsoft.cache/redisenterprise';
const DATABASES = `${CLUSTER}/databases`;
const ENDPOINTS = 'microsoft.network/privateendpoints';
const SETTINGS = 'microsoft.insights/diagnosticsettings';

/** Something of azapi that is no cache of its own, and what it belongs to. */
interface Below {
  readonly sent: Sent;
  readonly owner: Owner;
}

/** The caches of azurerm with what azapi changes of them, and those of azapi itself. */
export const withAzapi = (azurerm: readonly Read[], found: readonly Found[], file: string): readonly Read[] => {
  const all = found.filter(({ resource }) => /^azapi_(?:update_)?resource$/.test(resource.type) || isUpdate(resource));
  if (all.length === 0) return azurerm;
  const sent = all.flatMap((one) => sentBy(one) ?? []);
  const resources = found.map(({ resource }) => resource);
  const own = ownTargets(sent);
  const others = targetsIn(resources);
  const targets = toTargets([...own, ...others.redis, ...others.managed, ...others.enterprise, ...others.databases]);
  const below = sent
    .filter((one) => !isWhole(one))
    .map((one): Below => ({ sent: one, owner: ownerOf(one.resource, linkOf(one), targets) }));
  // A part of a cache that is declared nowhere here is all that there is to see of it.
  const parts = below.filter(
    ({ sent: { type, isPart }, owner }) => isPart && isCache(type) && owner.is === 'some' && owner.of.length === 0,
  );
  const arm = [
    ...sent.filter(isWhole).map((one) => armOf(one, null)),
    ...parts.map(({ sent: one }) => armOf(one, null)),
    ...below.filter(({ sent: one }) => !one.isPart).flatMap(({ sent: one, owner }) => belowOwn(one, owner, own)),
    ...childrenInAzurerm(resources, own),
  ];
  const isPart = new Set(parts.map(({ sent: { resource } }) => resource.address));
  const caches = declaredCaches(arm, { file, language: 'terraform' }).map(
    (read): Read => (read.type === 'cache' && isPart.has(read.cache.id) ? { type: 'cache', cache: partOf(read.cache) } : read),
  );
  const isOwn = new Set(own.map(({ resource }) => resource.address));
  return [
    ...[...azurerm, ...caches].map(
      (read): Read => (read.type === 'cache' ? { type: 'cache', cache: changed(read.cache, below, isOwn) } : read),
    ),
    ...all.filter((one) => sentBy(one) === null).map(({ resource }) => untyped(resource, file)),
  ];
};

/** An action on the resource itself, which puts or patches it; others, such as listKeys, have a name. */
const isUpdate = ({ type, values }: TerraformResource): boolean =>
  type === 'azapi_resource_action' &&
  propertyOf(values, 'action') === undefined &&
  !/^(?:GET|HEAD|POST|DELETE)$/i.test(textBehind(propertyOf(values, 'method')) ?? 'POST');

const isCache = (type: string): boolean => type === REDIS || type === CLUSTER;

const isWhole = ({ type, isPart }: Sent): boolean => isCache(type) && !isPart;

/** Undefined for what has nothing to do with caches, null for what does not say what it is. */
const sentBy = ({ resource, isHidden }: Found): Sent | undefined | null => {
  const [, type, version] = /^([^@]+)(?:@(.*))?$/.exec(textBehind(propertyOf(resource.values, 'type')) ?? '') ?? [];
  if (type === undefined) return null;
  const lower = type.toLowerCase();
  if (!lower.startsWith('microsoft.cache/') && lower !== ENDPOINTS && lower !== SETTINGS) return undefined;
  const isPart = resource.type !== 'azapi_resource';
  return { resource, type: lower, apiVersion: version ?? null, body: bodyOf(resource.values, isHidden), isPart };
};

/** In azapi 1 the body is a text, since 2.0 an object; location, identity and tags may stand beside it. */
const bodyOf = (values: JsonObject, isHidden: boolean): JsonObject => {
  const body = objectBehind(propertyOf(values, 'body'));
  const identity = propertyOf(values, 'identity');
  const beside = {
    location: propertyOf(values, 'location'),
    tags: propertyOf(values, 'tags'),
    identity: Array.isArray(identity) ? identity[0] : identity,
  };
  const set = Object.fromEntries(Object.entries(beside).filter(([, value]) => value !== undefined));
  if (isDeferred(body)) return { ...Object.fromEntries(OF_BODY.map((name) => [name, body])), ...set };
  const isCovered = isHidden && propertyOf(values, 'sensitive_body') !== undefined;
  return { ...body, ...set, ...(isCovered ? { properties: deferred('sensitive_body may change it') } : {}) };
};

const OF_BODY = ['properties', 'sku', 'zones', 'identity', 'tags', 'location'] as const;

const objectBehind = (body: unknown): JsonObject | ReturnType<typeof deferred> => {
  if (isSensitive(body)) {
    const inner = objectBehind(body.value);
    return isDeferred(inner) ? inner : withHiddenLeaves(inner);
  }
  if (body === undefined) return {};
  if (isDeferred(body)) return body;
  if (isObject(body)) return body;
  const parsed = typeof body === 'string' ? parseStrictly(body) : { why: 'is no object' };
  return 'value' in parsed && isObject(parsed.value) ? parsed.value : deferred('its body cannot be understood');
};

/** What is sensitive as a whole is sensitive in all of its parts. */
const withHiddenLeaves = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, hidden(value)]));

const hidden = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(hidden);
  if (isObject(value)) return withHiddenLeaves(value);
  return value === null || isDeferred(value) || isSensitive(value) ? value : sensitive(value);
};

/** As the resources of azurerm stand: by id, or by name and group. */
const ownTargets = (sent: readonly Sent[]): readonly Target[] =>
  sent
    .filter(({ type, isPart }) => !isPart && (isCache(type) || type === DATABASES))
    .map(({ resource, type }) => {
      const { values } = resource;
      const group = /\/resourceGroups\/([^/]+)$/i.exec(textBehind(propertyOf(values, 'parent_id')) ?? '')?.[1];
      const shown = { id: propertyOf(values, 'id'), name: propertyOf(values, 'name'), resource_group_name: group };
      return {
        resource: { ...resource, values: shown },
        type: type === REDIS ? 'redis' : type === CLUSTER ? 'redisenterprise' : 'databases',
      };
    });

const linkOf = ({ resource: { values }, type, isPart, body }: Sent): Link => {
  const id = propertyOf(values, 'resource_id');
  if (isPart && isCache(type)) {
    if (id !== undefined) return { value: id, names: ['resource_id'], by: 'id' };
    const [parent, name] = [textBehind(propertyOf(values, 'parent_id')), textBehind(propertyOf(values, 'name'))];
    if (parent === null || name === null) return { value: propertyOf(values, 'name'), names: ['name'], by: 'name' };
    return { value: `${parent}/providers/${type}/${name}`, names: [], by: 'id' };
  }
  if (type === ENDPOINTS) return { value: connectedTo(body), names: ['body'], by: 'id' };
  return id === undefined
    ? { value: propertyOf(values, 'parent_id'), names: ['parent_id'], by: 'id' }
    : { value: id, names: ['resource_id'], by: 'id' };
};

const connectedTo = (body: JsonObject): unknown => {
  const properties = propertyOf(body, 'properties');
  const lists = CONNECTIONS.map((name) => inside(properties, name));
  const [connection] = lists.flatMap((list) => (Array.isArray(list) ? list : []));
  return connection === undefined
    ? (lists.find(isDeferred) ?? AFTER_APPLY)
    : inside(inside(connection, 'properties'), 'privateLinkServiceId');
};

const CONNECTIONS = ['privateLinkServiceConnections', 'manualPrivateLinkServiceConnections'];

const armOf = ({ resource, type, apiVersion, body }: Sent, parent: string | null): ArmResource => ({
  type,
  apiVersion,
  name: propertyOf(resource.values, 'name') ?? resource.name,
  body,
  address: resource.address,
  place: resource.place,
  places: resource.places,
  parent,
  creates: resource.creates,
});

/** A child of one of azapi's caches; one that may belong to several, or to none, leaves all of them open. */
const belowOwn = (sent: Sent, owner: Owner, own: readonly Target[]): readonly ArmResource[] => {
  if (owner.is === 'one') return own.includes(owner.of) ? [armOf(sent, owner.of.resource.address)] : [];
  return owner.of.some((target) => own.includes(target)) ? [armOf(sent, null)] : [];
};

/** What is not written of a part stays as it is, and nobody here knows how. */
const partOf = (cache: Cache): Cache => {
  const facts = FACTS.flatMap((name): readonly (readonly [string, unknown])[] => {
    const fact = cache[name];
    return fact.known && fact.from === 'service_default' ? [[name, unknown(fact.path, 'missing', NOT_IN_IT)]] : [];
  });
  return { ...cache, ...(Object.fromEntries(facts) as Partial<CacheFacts>) };
};

const NOT_IN_IT = 'azapi_update_resource changes a part of the cache, and this is not in it';

/** A cache with the facts left open that something else changes, too. */
const changed = (cache: Cache, below: readonly Below[], own: ReadonlySet<string>): Cache => {
  const facts = below.flatMap(({ sent, owner }) => {
    const of = owner.is === 'one' ? [owner.of] : owner.of;
    if (!of.some(({ resource }) => resource.address === cache.id)) return [];
    // What stands below a cache of azapi is part of it already.
    if (!sent.isPart && own.has(cache.id)) return [];
    const names = isCache(sent.type)
      ? changedBy(sent.body)
      : (BELOW.get(sent.type) ?? (cache.kind === 'redis' ? [] : (['databases'] as const)));
    return names.map((name): readonly [string, unknown] => [
      name,
      unknown(cache[name].path, 'deferred', `${sent.resource.address} says something of it, too`),
    ]);
  });
  return facts.length === 0 ? cache : { ...cache, ...(Object.fromEntries(facts) as Partial<CacheFacts>) };
};

const changedBy = (body: JsonObject): readonly (keyof CacheFacts)[] => {
  const properties = propertyOf(body, 'properties');
  const outside = OUTSIDE.flatMap(([name, facts]) => (propertyOf(body, name) === undefined ? [] : facts));
  if (properties !== undefined && !isObject(properties)) return [...outside, ...INSIDE.flatMap(([, facts]) => facts)];
  return [
    ...outside,
    ...INSIDE.flatMap(([name, facts]) => (properties === undefined || propertyOf(properties, name) === undefined ? [] : facts)),
  ];
};

type Touched = readonly (readonly [name: string, facts: readonly (keyof CacheFacts)[]])[];

const OUTSIDE: Touched = [
  ['zones', ['zones', 'zonalPolicy']],
  ['tags', ['tags']],
  ['identity', ['identityType']],
  ['sku', ['skuName']],
];

const INSIDE: Touched = [
  ['enableNonSslPort', ['nonSslPort']],
  ['minimumTlsVersion', ['minimumTlsVersion']],
  ['publicNetworkAccess', ['publicNetworkAccess']],
  ['subnetId', ['subnetId']],
  ['disableAccessKeyAuthentication', ['accessKeysDisabled']],
  ['redisVersion', ['redisVersion']],
  ['updateChannel', ['updateChannel']],
  ['zonalAllocationPolicy', ['zonalPolicy', 'zones']],
  ['sku', ['tier', 'size']],
  [
    'redisConfiguration',
    ['authenticationDisabled', 'entraAuthentication', 'rdbPersistence', 'aofPersistence', 'persistenceAuthentication', 'maxmemoryReserved'],
  ],
  ['highAvailability', ['highAvailability']],
  ['encryption', ['customerManagedKey']],
];

const BELOW: ReadonlyMap<string, readonly (keyof CacheFacts)[]> = new Map([
  [`${REDIS}/firewallrules`, ['firewallRules']],
  [`${REDIS}/accesspolicies`, ['accessPolicies']],
  [`${REDIS}/accesspolicyassignments`, ['accessPolicyAssignments']],
  [`${REDIS}/patchschedules`, ['patchDays']],
  [`${REDIS}/linkedservers`, ['linkedServerCount', 'replicas']],
  [DATABASES, ['databases']],
  [`${DATABASES}/accesspolicyassignments`, ['databases']],
  [ENDPOINTS, ['privateEndpoints']],
  [SETTINGS, ['diagnosticSettings', 'databases']],
]);

const untyped = ({ address }: TerraformResource, file: string): Read => ({
  type: 'gap',
  gap: {
    problem: problem('malformed', 'INCOMPLETE_PLAN', `${address} does not say what it is`, { scope: file, affects: ['*'] }),
    correlationId: null,
  },
});
