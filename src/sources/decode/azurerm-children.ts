import type {
  AccessPolicy,
  AccessPolicyAssignment,
  DiagnosticLog,
  DiagnosticSetting,
  ENDPOINT_STATES,
  FirewallRule,
  PrivateEndpoint,
} from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import type { Fact } from '../../model/fact.ts';
import type { TerraformResource } from './azurerm.ts';
import { type Link, type Owner, ownerOf, type Target, type Targets } from './azurerm-join.ts';
import { attribute, blockOf, CHOSEN_LATER, literalOf, or, shownText, switchTo, TRUE_OR_FALSE } from './azurerm-values.ts';
import { deferred, inside, isDeferred, isObject, type JsonObject, listOf, propertyOf, textOf, unknown } from './json.ts';

/** What stands below a cache in Azure is a resource of its own in Terraform, and belongs to the cache it refers to. */

/** A resource of one of these types, and what it may belong to. */
export interface Child {
  readonly resource: TerraformResource;
  readonly link: Link;
  readonly owner: Owner;
}

/** The children of one type. */
export interface Children {
  readonly all: readonly Child[];
  /** Those that belong to what stands at an address, and what leaves open whether it does. */
  readonly near: (address: string) => readonly Child[];
}

export const childrenOf = (
  type: string,
  resources: readonly TerraformResource[],
  link: (resource: TerraformResource) => Link | null,
  targets: Targets,
): Children => {
  const all = resources
    .filter((resource) => resource.type === type)
    .flatMap((resource) => {
      const found = link(resource);
      return found === null ? [] : [{ resource, link: found, owner: ownerOf(resource, found, targets) }];
    });
  const anywhere = all.find(({ owner }) => owner.is === 'some' && owner.of === targets.all);
  const near = new Map<string, Child[]>();
  const add = (child: Child, { resource: { address } }: Target): void => {
    const before = near.get(address);
    if (before === undefined) near.set(address, [child]);
    // One that is doubtful is enough.
    else if (child.owner.is === 'one' || before.every(({ owner }) => owner.is === 'one')) before.push(child);
  };
  for (const child of all) {
    if (child.owner.is === 'one') add(child, child.owner.of);
    else if (child.owner.of !== targets.all) for (const target of child.owner.of) add(child, target);
  }
  const rest = anywhere === undefined ? [] : [anywhere];
  return { all, near: (address) => [...(near.get(address) ?? []), ...rest] };
};

export const linkBy =
  (name: string, by: Link['by']) =>
  ({ values }: TerraformResource): Link => ({ value: propertyOf(values, name), names: [name], by });

/** Whether a child belongs to one of the targets that are asked for. */
export const belongsTo =
  (isOwn: (target: Target) => boolean) =>
  ({ owner }: Child): Belongs => {
    if (owner.is === 'one') return isOwn(owner.of) ? 'yes' : 'no';
    return owner.of.some(isOwn) ? 'maybe' : 'no';
  };

export type Belongs = 'yes' | 'no' | 'maybe';

/**
 * What is declared below a cache as one fact. One child that may belong to it, or may not, leaves the list open; where there is
 * none, others may be elsewhere.
 */
export const listBelow = <T extends { readonly name: string }>(
  what: string,
  path: string,
  children: readonly Child[],
  belongs: (child: Child) => Belongs,
  read: (child: Child) => T,
): Fact<readonly T[]> => {
  const doubtful = children.find((child) => belongs(child) === 'maybe');
  if (doubtful !== undefined) return unknown(path, 'deferred', `whether ${doubtful.resource.address} belongs to it is not known`);
  const own = children.filter((child) => belongs(child) === 'yes');
  if (own.length === 0) return unknown(path, 'out_of_reach', `no ${what} is declared here, and others may be elsewhere`);
  const value = own.map(read).sort((a, b) => compare(a.name, b.name));
  return { known: true, value, path: own.map(({ resource }) => resource.address).join(', '), from: 'observed', written: null };
};

export const readFirewallRule = ({ resource: { address, name, values } }: Child): FirewallRule => ({
  name: literalOf(values, 'name') ?? name,
  start: shownText(values, address, 'start_ip'),
  end: shownText(values, address, 'end_ip'),
});

export const readAccessPolicy = ({ resource: { address, name, values } }: Child): AccessPolicy => ({
  name: literalOf(values, 'name') ?? name,
  permissions: shownText(values, address, 'permissions', {
    expected: 'Redis ACL rules',
    read: (value) => (typeof value === 'string' ? value : undefined),
  }),
});

export const readAssignment = ({ resource: { address, name, values } }: Child): AccessPolicyAssignment => ({
  name: literalOf(values, 'name') ?? name,
  policy: shownText(values, address, 'access_policy_name'),
  objectId: literalOf(values, 'object_id'),
  alias: literalOf(values, 'object_id_alias'),
});

/** Azure Managed Redis knows one access policy. */
export const readManagedAssignment = ({ resource: { address, name, values } }: Child): AccessPolicyAssignment => ({
  name,
  policy: { known: true, value: 'default', path: address, from: 'service_default', written: null },
  objectId: literalOf(values, 'object_id'),
  alias: null,
});

const CONNECTION = 'private_service_connection';

/** Null for an endpoint that leads to an alias: caches have none. */
export const endpointLink = ({ values }: TerraformResource): Link | null => {
  const block = blockOf(values, CONNECTION);
  const value = inside(block, 'private_connection_resource_id');
  if (value === undefined && inside(block, 'private_connection_resource_alias') !== undefined) return null;
  return { value, names: [`${CONNECTION}.private_connection_resource_id`, 'private_connection_resource_id', CONNECTION], by: 'id' };
};

/** Whoever connects by hand waits for somebody to approve it; otherwise Azure does on creation. */
export const readEndpoint = ({ resource: { address, name, values } }: Child): PrivateEndpoint => {
  const block = blockOf(values, CONNECTION);
  return {
    name: (isObject(block) ? textOf(block, 'name') : null) ?? name,
    state: attribute(block, `${address}.${CONNECTION}`, 'is_manual_connection', {
      ...switchTo<(typeof ENDPOINT_STATES)[number]>('Pending', 'Approved'),
    }),
    subscriptionId: /^\/subscriptions\/([^/]+)\//i.exec(literalOf(values, 'id') ?? '')?.[1]?.toLowerCase() ?? null,
  };
};

export const readDiagnosticSetting = ({ resource: { address, name, values } }: Child): DiagnosticSetting => ({
  name: literalOf(values, 'name') ?? name,
  logs: logsOf(values, address),
});

/** `enabled_log` since 3.39, `log` before 4.0; what one of them leaves open does not hide what the other says. */
const logsOf = (values: JsonObject, address: string): DiagnosticSetting['logs'] => {
  const [enabled, older] = [propertyOf(values, 'enabled_log'), propertyOf(values, 'log')];
  // Where the newer form is written the provider computes the older one from it.
  const isOpen = (value: unknown): boolean => isDeferred(value) && !(value === older && value === CHOSEN_LATER && isNonEmpty(enabled));
  const seen = { logs: [...listed(enabled, true), ...listed(older, undefined)] };
  const logs = attribute<readonly DiagnosticLog[]>(seen, address, 'logs', {
    expected: 'a list of logs',
    read: listOf((log) => readLog(log, address)),
  });
  if (!logs.known || !(isOpen(enabled) || isOpen(older))) return logs;
  const rest = unknown(`${address}.enabled_log`, 'deferred', 'what else it logs is known after apply');
  return { ...logs, value: [...logs.value, { category: null, group: null, enabled: rest }] };
};

const isNonEmpty = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** Blocks of logs, as if each said whether it is on; what is no list is left for the reading to refuse. */
const listed = (value: unknown, enabled: true | undefined): readonly unknown[] => {
  if (value === undefined || (isDeferred(value) && !Array.isArray(value))) return [];
  const blocks = Array.isArray(value) ? value : [value];
  return enabled === undefined ? blocks : blocks.map((block) => (isObject(block) ? { ...block, enabled } : block));
};

const readLog = (log: unknown, address: string): DiagnosticLog | undefined => {
  if (!isObject(log)) return undefined;
  const [category, group] = [textOf(log, 'category'), textOf(log, 'category_group')];
  const open = [propertyOf(log, 'category'), propertyOf(log, 'category_group')].find(isDeferred);
  if (category === null && group === null && open === undefined) return undefined;
  const at = `${address}.log/${category ?? group ?? 'unknown'}`;
  // Without its name nobody knows which log it is; absent, `enabled` is true in Terraform.
  const told = category === null && group === null ? { enabled: deferred(open?.reason ?? '') } : log;
  return { category, group, enabled: attribute(told, at, 'enabled', or(TRUE_OR_FALSE, true)) };
};
