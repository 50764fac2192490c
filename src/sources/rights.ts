import { managementGroupId } from '../azure/management-group.ts';
import type { Place, ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import { matchesGlob } from '../model/glob.ts';
import { READ_ACTIONS, READ_PERMISSIONS } from '../model/need.ts';
import { problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';
import { isObject, type JsonObject, propertyOf } from './decode/json.ts';
import { gapOf } from './gaps.ts';
import type { Reading } from './live.ts';
import type { Subscription } from './subscriptions.ts';

/**
 * Resource Graph leaves out what its caller may not read, without a word: only the rights on the whole of a subscription prove that
 * its rows are all there are.
 */

/** Of which subscriptions it is not proven that their rows are all of them, by id. Never rejects but for a bug. */
export type Prove = (subscriptions: readonly Subscription[]) => Promise<ReadonlyMap<string, Unproven>>;

interface Unproven {
  readonly gaps: readonly Gap[];
  /** None of the rights is there. */
  readonly denied: boolean;
}

/**
 * One question for each subscription, but for those below a management group on which the rights are held: they are inherited.
 * Asked are the groups that the person named, or else the root of every tenant of several subscriptions; it is called like the tenant.
 */
export const proving = ({ arm, request, groups, subscriptions, skipped }: Reading): Prove => {
  const actions = [...new Set([...request.kinds].map((kind) => READ_ACTIONS[kind]))];
  const read = subscriptions.filter((subscription) => !skipped.has(subscription));
  const wide = groups.length > 0 ? groups.map(({ group, subscriptions: ids }) => ({ group, ids })) : rootsOf(read);
  const inherited = Promise.all(wide.map(async ({ group, ids }) => ((await isHeldOn(arm, group, actions)) ? ids : [])));
  // It is awaited where it is needed; until then a bug is not unhandled.
  inherited.catch(() => {});
  return async (asked) => {
    const proven = new Set((await inherited).flat());
    const open = asked.filter(({ id }) => !proven.has(id));
    const asking = open.map(async ({ id }) => [id, await unprovenOf(arm, id, actions)] as const);
    return new Map((await Promise.all(asking)).filter(([, { gaps }]) => gaps.length > 0));
  };
};

interface Wide {
  readonly group: string;
  /** Of the subscriptions below it. */
  readonly ids: readonly string[];
}

const rootsOf = (subscriptions: readonly Subscription[]): readonly Wide[] => {
  const byTenant = new Map<string, string[]>();
  for (const { id, tenantId } of subscriptions) {
    if (tenantId === null) continue;
    const ids = byTenant.get(tenantId) ?? [];
    byTenant.set(tenantId, ids);
    ids.push(id);
  }
  return [...byTenant].filter(([, ids]) => ids.length > 1).map(([group, ids]) => ({ group, ids }));
};

/** Nothing is told of a failure: whoever may not read the group may still read all of its subscriptions. */
const isHeldOn = async (arm: ResourceManager, group: string, actions: readonly string[]): Promise<boolean> => {
  try {
    return (await lacking(arm, managementGroupId(encodeURIComponent(group)), actions)).length === 0;
  } catch (error) {
    if (error instanceof Trouble) return false;
    throw error;
  }
};

const unprovenOf = async (arm: ResourceManager, id: string, actions: readonly string[]): Promise<Unproven> => {
  const scope = `/subscriptions/${id}`;
  try {
    const missing = await lacking(arm, scope, actions);
    const gaps = missing.map((action) => ({ problem: notHeld(scope, action), correlationId: null }));
    return { gaps, denied: missing.length === actions.length };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { gaps: [gapOf(error, 'nobody can tell whether Resource Graph shows all of it')], denied: false };
  }
};

/**
 * The actions that the caller has no right to. `GET {scope}/providers/Microsoft.Authorization/permissions` tells what its role
 * assignments grant there, inherited ones too: https://learn.microsoft.com/rest/api/authorization/permissions
 */
const lacking = async (arm: ResourceManager, scope: string, actions: readonly string[]): Promise<readonly string[]> => {
  const place: Place = {
    path: `${scope}/providers/Microsoft.Authorization/permissions`,
    apiVersion: '2022-04-01',
    scope,
    action: READ_PERMISSIONS,
  };
  const permissions = await arm.list(place);
  return actions.filter((action) => !permissions.some((permission) => isObject(permission) && grants(permission, action)));
};

/** What a role takes away it takes from itself alone: another may still grant it. */
const grants = (permission: JsonObject, action: string): boolean =>
  covers(propertyOf(permission, 'actions'), action) === true && covers(propertyOf(permission, 'notActions') ?? [], action) === false;

/** Null where it cannot be understood. */
const covers = (patterns: unknown, action: string): boolean | null =>
  Array.isArray(patterns) && patterns.every((pattern) => typeof pattern === 'string')
    ? patterns.some((pattern) => matchesGlob(pattern, action))
    : null;

const notHeld = (scope: string, action: string) =>
  problem('permission', 'AUTHORIZATION_FAILED', `no right to ${action} on the whole subscription: Resource Graph may hide caches`, {
    scope,
    action,
    hint: `Grant Reader: az role assignment create --role Reader --assignee OBJECT_ID --scope ${scope}`,
    affects: ['*'],
  });
