import { addToBaseline, type Baseline, baselineOf } from '../policy/baseline.ts';
import { isObject, propertyOf } from '../sources/decode/json.ts';
import type { Io } from './io.ts';
import { savedFinding } from './saved/finding.ts';
import { placesIn } from './saved/places.ts';
import { openSaved, refusalOf } from './saved/text.ts';

/**
 * The failures in an earlier result. Of each no more than its fingerprint is kept. Throws `Trouble` (usage) for what is no whole result,
 * and for that of a run that judged nothing: everything would be news.
 */
export const readBaseline = async (path: string, io: Io): Promise<Baseline> => {
  const known = new Map<string, number>();
  let any = false;
  let status: unknown = null;
  for await (const [type, place] of placesIn(await openSaved(path, io), path)) {
    if (type === 'end' && isObject(place.value)) status = propertyOf(place.value, 'status');
    if (type !== 'finding') continue;
    any = true;
    addToBaseline(known, savedFinding(place));
  }
  const outcome = isObject(status) ? propertyOf(status, 'outcome') : null;
  if (!any && /^(?:usage|access|internal)$/.test(String(outcome)))
    throw refusalOf(path)('NOTHING_JUDGED', `is the result of a run that judged nothing (${outcome})`);
  return baselineOf(known);
};
