import { count } from '../model/count.ts';
import type { ReadCheck } from '../model/diagnosis.ts';
import type { Problem } from '../model/problem.ts';
import { severalOf } from '../model/several.ts';
import { EXIT_CODES } from './exit-code.ts';
import type { Report, Status } from './report.ts';

/**
 * What a scan would come to for want of access, from the reads that were tried for it. Only 0 says that they work, and it says which
 * were not tried; `complete` is true when none is left. The report is that of the run which tried them.
 */
export const diagnosisStatus = ({ status, problems }: Pick<Report, 'status' | 'problems'>, reads: readonly ReadCheck[]): Status => {
  if (!['clean', 'findings', 'incomplete', 'empty'].includes(status.outcome)) return { ...status, complete: false };
  const of = (state: ReadCheck['state']): readonly ReadCheck[] => reads.filter((one) => one.state === state);
  const [ok, denied, failed, untried] = [of('ok'), of('denied'), of('failed'), of('not_tried')];
  if (denied.length + failed.length + problems.length > 0)
    return {
      ...status,
      outcome: 'incomplete',
      exitCode: EXIT_CODES.incomplete,
      complete: false,
      reason: whatIsMissing(denied, failed, problems),
    };
  const reason = `${count(ok.length, 'read works', 'reads work')}${untried.length === 0 ? '' : `; ${notTried(untried, ok)}`}`;
  return { ...status, outcome: 'clean', exitCode: EXIT_CODES.clean, complete: untried.length === 0, reason };
};

/** What was tried elsewhere may still fail here; what was tried nowhere is named. */
const notTried = (untried: readonly ReadCheck[], ok: readonly ReadCheck[]): string => {
  if (untried.every(({ resourceType }) => resourceType !== null) && !ok.some(({ resource }) => isCache(resource)))
    return `there is no cache to try the other ${untried.length} on`;
  const keyOf = ({ need, resourceType }: ReadCheck): string => `${need}|${resourceType}`;
  const tried = new Set(ok.map(keyOf));
  const nowhere = new Map(untried.filter((one) => !tried.has(keyOf(one))).map((one) => [keyOf(one), one]));
  const names = [...nowhere.values()].map(({ need, resourceType }) => (resourceType === null ? need : `${need} of ${resourceType}`));
  return `${untried.length} not tried${names.length === 0 ? '' : `, in no subscription: ${severalOf(names)}`}`;
};

const isCache = (resource: string | null): boolean => /\/providers\/Microsoft\.Cache\//i.test(resource ?? '');

const whatIsMissing = (denied: readonly ReadCheck[], failed: readonly ReadCheck[], problems: readonly Problem[]): string => {
  const parts = [
    denied.length > 0 ? `${count(denied.length, 'read')} denied` : '',
    failed.length > 0 ? `${count(failed.length, 'read')} failed` : '',
    denied.length + failed.length === 0 ? (problems[0]?.message ?? '') : '',
  ];
  return `a scan would miss something: ${parts.filter((part) => part !== '').join(', ')}`;
};
