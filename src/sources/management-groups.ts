import type { ResourceManager } from '../azure/resource-manager.ts';
import { Trouble } from '../errors.ts';
import { count } from '../model/count.ts';
import { problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';
import { isObject, textOf } from './decode/json.ts';
import { isUuid } from './decode/resource-id.ts';
import { gapOf, unreadable } from './gaps.ts';

/** What descends from one management group. */
export interface GroupMembers {
  readonly group: string;
  /** Ids of the subscriptions, lower case, however deep they stand. */
  readonly subscriptions: readonly string[];
  readonly gaps: readonly Gap[];
}

/** Reads the subscriptions below a management group. What cannot be read is a gap beside those that were. */
export const readGroup = async (arm: ResourceManager, group: string): Promise<GroupMembers> => {
  const subscriptions = new Set<string>();
  const gaps: Gap[] = [];
  let unknown = 0;
  try {
    for await (const page of arm.descendants(group)) {
      for (const item of page) {
        const id = isObject(item) ? (textOf(item, 'id') ?? '') : '';
        const subscription = /^\/subscriptions\/([^/]+)$/i.exec(id)?.[1];
        if (subscription !== undefined && isUuid(subscription)) subscriptions.add(subscription.toLowerCase());
        else if (!/^\/providers\/Microsoft\.Management\/managementGroups\/[^/]+$/i.test(id)) unknown += 1;
      }
    }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    gaps.push(gapOf(error, `the management group ${group} could not be read`));
  }
  const what = `${count(unknown, 'item')} below the management group ${group} cannot be understood`;
  if (unknown > 0) gaps.push(unreadable('UNREADABLE_SUBSCRIPTION', what, null));
  return { group, subscriptions: [...subscriptions].sort(), gaps };
};

/** Subscriptions of a group that the list of subscriptions does not have: they were asked for and cannot be seen. */
export const invisible = (group: string, ids: readonly string[]): Gap => ({
  problem: problem(
    'not_found',
    'SUBSCRIPTION_NOT_FOUND',
    `${ids.length} of the subscriptions in the management group ${group} cannot be seen: ${named(ids)}`,
    {
      scope: group,
      hint: `Ask for the role Reader on the management group: it is inherited by all of its subscriptions.`,
      affects: ['*'],
    },
  ),
  correlationId: null,
});

const NAMED = 5;

/** The first of them, and how many there are more. */
export const named = (ids: readonly string[]): string =>
  `${ids.slice(0, NAMED).join(', ')}${ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''}`;
