import { isOfBrokenResult, NOTHING_MATCHED, type Problem } from '../../model/problem.ts';
import type { ComparedFinding } from '../../policy/diff.ts';
import type { Finding } from '../../policy/report.ts';
import type { Io } from '../io.ts';
import { AGAIN } from './damage.ts';
import type { SavedEnd } from './end.ts';
import { openResult } from './result.ts';
import type { SavedRun } from './run.ts';
import { refusalOf } from './text.ts';

/** A saved result as it is compared with another; its findings went by. */
export interface Compared {
  readonly run: SavedRun;
  readonly end: SavedEnd;
  /** Whether all the caches were seen that were to be, whatever was unknown of one. */
  readonly hasEveryCache: boolean;
}

/** Throws `Trouble` (usage) for what is no whole result, or judged nothing: what it lacks would seem to be fixed, or new. */
export const readCompared = async (path: string, io: Io, take: (finding: ComparedFinding) => void): Promise<Compared> => {
  const refuse = refusalOf(path);
  const { run, parts } = await openResult(path, io);
  let end: SavedEnd | null = null;
  let hasEveryCache = true;
  for await (const part of parts) {
    if (part.type === 'end') end = part.end;
    if (part.type === 'assessed') for (const finding of part.assessed.findings) take(comparedOf(finding));
    if (part.type !== 'gap') continue;
    const { problem } = part.gap;
    if (isOfBrokenResult(problem)) throw refuse('NOT_A_RESULT', `cannot be compared: ${problem.message}`, AGAIN);
    hasEveryCache &&= !hidesCaches(problem);
  }
  if (end === null) throw refuse('NOT_A_RESULT', 'is cut off: it has no end', AGAIN);
  if (judgedNothing(end)) throw refuse('NOTHING_JUDGED', `is the result of a run that judged nothing (${end.status.outcome})`);
  return { run, end, hasEveryCache };
};

/** Whether a whole cache may be missing because of it. What could not be read below one has findings of its own, which are unknown. */
const hidesCaches = ({ code, kind, scope, affects }: Problem): boolean => {
  if (code === NOTHING_MATCHED || kind === 'output' || (kind === 'usage' && scope === '--strict-waivers')) return false;
  return affects.length === 0 || affects.includes('*');
};

/** An estate that was read and is empty is a verdict; so is one to which no rule applies. */
const judgedNothing = ({ summary, status }: SavedEnd): boolean => {
  if (summary.caches === 0) return !status.complete;
  return summary.evaluated + summary.unknown === 0 && (summary.notEvaluated > 0 || summary.notApplicable === 0);
};

const comparedOf = ({ rule, cache, subject, fingerprint, severity, outcome, disposition, message }: Finding): ComparedFinding => ({
  fingerprint,
  ruleId: rule.id,
  severity,
  outcome,
  disposition,
  resourceId: subject ?? cache.id,
  resourceName: cache.name,
  resourceKind: cache.kind,
  resourceGroup: cache.resourceGroup,
  subscriptionId: cache.subscriptionId,
  message,
  file: cache.origin?.file ?? null,
  cacheKey: cache.origin === null ? cache.id.toLowerCase() : `${cache.origin.file}|${cache.id}`,
});
