import { addToBaseline, type Baseline, baselineOf } from '../policy/baseline.ts';
import { isObject, propertyOf } from '../sources/decode/json.ts';
import type { Io } from './io.ts';
import { findingsIn } from './saved/result.ts';
import { openSaved, refusalOf } from './saved/text.ts';

/**
 * The failures in an earlier result. Of each no more than its fingerprint is kept. Throws `Trouble` (usage) for what is no whole result,
 * and for that of a run that judged nothing: everything would be news.
 */
export const readBaseline = async (path: string, io: Io): Promise<Baseline> => {
  const saved = await openSaved(path, io);
  const known = new Map<string, number>();
  let any = false;
  for await (const finding of findingsIn(saved, path)) {
    any = true;
    addToBaseline(known, finding);
  }
  const status = saved.form === 'object' ? propertyOf(saved.root, 'status') : null;
  const outcome = isObject(status) ? propertyOf(status, 'outcome') : null;
  if (!any && /^(?:usage|access|internal)$/.test(String(outcome)))
    throw refusalOf(path)('NOTHING_JUDGED', `is the result of a run that judged nothing (${outcome})`);
  return baselineOf(known);
};
