import type { Cache, DatabaseLink, Replica, ReplicaSettings } from '../../model/cache.ts';
import type { Fact } from '../../model/fact.ts';
import type { TerraformResource } from './azurerm.ts';
import { linkBy } from './azurerm-children.ts';
import { type Owner, ownerOf, ownersOf, type Target, type Targets } from './azurerm-join.ts';
import { textBehind } from './azurerm-values.ts';
import { lastPart } from './facts.ts';
import { propertyOf, unknown } from './json.ts';

/** Caches that a declaration links with each other. */

/** One end of a link: a cache of the declaration, one elsewhere by its id, or nobody knows which. */
type End =
  | { readonly is: 'here'; readonly of: Target }
  | { readonly is: 'elsewhere'; readonly id: string }
  | { readonly is: 'open'; readonly of: readonly Target[] };

/** Ends that are all linked with each other. */
export interface LinkGroup {
  readonly resource: TerraformResource;
  readonly ends: readonly End[];
}

/** `azurerm_redis_linked_server`: two caches, the first by its name. */
export const linkedServers = (resources: readonly TerraformResource[], targets: Targets): readonly LinkGroup[] =>
  resources
    .filter(({ type }) => type === 'azurerm_redis_linked_server')
    .map((resource) => ({
      resource,
      ends: [endOf(resource, 'target_redis_cache_name', 'name', targets), endOf(resource, 'linked_redis_cache_id', 'id', targets)],
    }));

/** `azurerm_managed_redis_geo_replication`: a cluster and all that it is linked with. */
export const geoReplications = (resources: readonly TerraformResource[], targets: Targets): readonly LinkGroup[] =>
  resources
    .filter(({ type }) => GEO_REPLICATIONS.includes(type))
    .map((resource) => {
      const items = ownersOf(resource, { ...linkBy(LINKED, 'id')(resource) }, targets);
      return {
        resource,
        ends: [endOf(resource, 'managed_redis_id', 'id', targets), ...items.map(({ owner, text }) => toEnd(owner, text))],
      };
    });

const GEO_REPLICATIONS: readonly string[] = ['azurerm_managed_redis_geo_replication', 'azurerm_managed_redis_database_geo_replication'];

const LINKED = 'linked_managed_redis_ids';

const endOf = (resource: TerraformResource, name: string, by: 'name' | 'id', targets: Targets): End =>
  toEnd(ownerOf(resource, linkBy(name, by)(resource), targets), textBehind(propertyOf(resource.values, name)));

const toEnd = (owner: Owner, text: string | null): End => {
  if (owner.is === 'one') return { is: 'here', of: owner.of };
  return text !== null && owner.of.length === 0 ? { is: 'elsewhere', id: text } : { is: 'open', of: owner.of };
};

/** The other ends of the groups that a cache is in. */
export const linkedWith = (address: string, groups: readonly LinkGroup[]): Fact<readonly Exclude<End, { readonly is: 'open' }>[]> => {
  const isIt = (end: End): boolean => end.is === 'here' && end.of.resource.address === address;
  const own = groups.filter(({ ends }) => ends.some(isIt));
  const doubtful =
    groups.find(({ ends }) => ends.some((end) => end.is === 'open' && end.of.some(({ resource }) => resource.address === address))) ??
    own.find(({ ends }) => ends.some(({ is }) => is === 'open'));
  if (doubtful !== undefined) return unknown(PATH, 'deferred', `what ${doubtful.resource.address} links is known after apply`);
  if (own.length === 0) return unknown(PATH, 'out_of_reach', 'no link is declared here, and others may be elsewhere');
  const value = own.flatMap(({ ends }) => ends.flatMap((end) => (end.is === 'open' || isIt(end) ? [] : [end])));
  return { known: true, value, path: own.map(({ resource }) => resource.address).join(', '), from: 'observed', written: null };
};

const PATH = 'linked_servers';

type Linked = ReturnType<typeof linkedWith>;

export const countOf = (linked: Linked): Fact<number> => (linked.known ? { ...linked, value: linked.value.length } : linked);

/** What is declared says nothing of whether the link holds. */
const LINK = unknown('linked_servers', 'out_of_reach', 'the state of a link is known once it is deployed');

export const replicasIn = (linked: Linked, caches: ReadonlyMap<string, Cache>): Fact<readonly Replica[]> =>
  linked.known ? { ...linked, value: linked.value.map((end) => replicaOf(end, caches)) } : linked;

const replicaOf = (end: Exclude<End, { readonly is: 'open' }>, caches: ReadonlyMap<string, Cache>): Replica => {
  const cache = end.is === 'here' ? caches.get(end.of.resource.address) : undefined;
  if (cache === undefined) {
    const id = end.is === 'here' ? end.of.resource.address : end.id;
    return { id, name: lastPart(id), link: LINK, settings: unknown(PATH, 'out_of_reach', 'the replica is not declared here') };
  }
  const { nonSslPort, minimumTlsVersion, publicNetworkAccess, accessKeysDisabled, databases } = cache;
  const value: ReplicaSettings = { nonSslPort, minimumTlsVersion, publicNetworkAccess, accessKeysDisabled, databases };
  return { id: cache.id, name: cache.name, link: LINK, settings: { known: true, value, path: cache.id, from: 'observed', written: null } };
};

/** The same as links of a database; a group that it is in without any link here may have members elsewhere. */
export const databaseLinks = (group: unknown, linked: Linked, path: string): Fact<readonly DatabaseLink[]> => {
  if (linked.known) {
    return { ...linked, value: linked.value.map((end) => ({ id: end.is === 'here' ? end.of.resource.address : end.id, state: LINK })) };
  }
  if (linked.kind !== 'out_of_reach' || group !== undefined) return linked;
  return { known: true, value: [], path, from: 'service_default', written: null };
};
