import type { Run } from '../../policy/report.ts';
import { textHash } from '../text-hash.ts';

/** Which options say what was looked at. */
const SCOPE = ['inputs', 'managementGroups', 'subscriptions', 'resourceGroups', 'caches', 'tags', 'exclude'] as const;

/**
 * The id of the run. GitHub takes what stands before its last slash for the category, and an upload closes every alert of its
 * category that it does not have: two scans that looked at different things may not share one. (The `category` of the upload
 * action is not used where this is given.)
 */
export const automationId = ({ id, source, options }: Run): string => {
  const scope = SCOPE.map((name) => options[name]).filter((value) => Array.isArray(value) && value.length > 0);
  const what = source === 'files' ? 'files' : 'azure';
  return `redvet/${what}${scope.length === 0 ? '' : `-${textHash(JSON.stringify(SCOPE.map((name) => options[name] ?? [])))}`}/${id}`;
};
