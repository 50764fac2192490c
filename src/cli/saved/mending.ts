import { CACHE_KINDS } from '../../model/cache.ts';
import { OUTCOMES } from '../../model/finding.ts';
import { DISPOSITIONS } from '../../policy/report.ts';
import type { SavedFinding } from '../../remediation/plan.ts';
import { isObject, type JsonObject, propertyOf, textOf } from '../../sources/decode/json.ts';
import type { Io } from '../io.ts';
import { placesIn } from './places.ts';
import { inside, orMissing, orNull, type Read, text, word, wrong } from './reading.ts';
import { openSaved, refusalOf } from './text.ts';

/** A saved result, as far as it says what is to be mended. */
export interface MendedResult {
  readonly schemaVersion: string;
  /** Of the redvet that wrote it; null when it does not say. */
  readonly version: string | null;
  /** When the scan began, in UTC; null when it does not say. */
  readonly startedAt: string | null;
  /** Whether everything that was asked for was seen; false when it does not say. */
  readonly complete: boolean;
  readonly findings: readonly SavedFinding[];
}

/**
 * Reads what `redvet remediate` needs of a result, and asks no more of it. Throws `Trouble` (usage) naming the file and what is wrong
 * with it; also for one that is cut off: whether a change has to wait depends on every finding of a cache.
 */
export const readMended = async (path: string, io: Pick<Io, 'inputs' | 'signal'>): Promise<MendedResult> => {
  const saved = await openSaved(path, io);
  const header = saved.form === 'object' ? saved.root : saved.header;
  const findings: SavedFinding[] = [];
  let status: unknown = null;
  for await (const [type, place] of placesIn(saved, path)) {
    if (type === 'finding') findings.push(mendedFinding(place));
    if (type === 'end' && isObject(place.value)) status = propertyOf(place.value, 'status');
  }
  const outcome = isObject(status) ? propertyOf(status, 'outcome') : undefined;
  if (findings.length === 0 && /^(?:usage|access|internal)$/.test(String(outcome)))
    throw refusalOf(path)('NOTHING_JUDGED', `is the result of a run that judged nothing (${outcome})`);
  return {
    schemaVersion: textOf(header, 'schemaVersion') ?? '',
    version: matching(/^[\w.+-]{1,40}$/, textIn(header, 'tool', 'version')),
    startedAt: matching(/^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$/, textIn(header, 'run', 'startedAt')),
    complete: isObject(status) && propertyOf(status, 'complete') === true,
    findings,
  };
};

const textIn = (root: JsonObject, name: string, property: string): string | null => {
  const object = propertyOf(root, name);
  return isObject(object) ? textOf(object, property) : null;
};

const matching = (pattern: RegExp, value: string | null): string | null => (value !== null && pattern.test(value) ? value : null);

const someText =
  (what: string): Read<string> =>
  (place) => {
    if (typeof place.value === 'string' && place.value !== '') return place.value;
    throw wrong(place, what);
  };

const mendedFinding: Read<SavedFinding> = (place) => {
  const read = inside(place);
  return {
    ruleId: read('ruleId', someText('the id of a rule')),
    outcome: read('outcome', word(OUTCOMES)),
    disposition: read('disposition', word(DISPOSITIONS)),
    resourceId: read('resourceId', someText('an id')),
    resourceKind: read('resourceKind', word(CACHE_KINDS)),
    sku: read('sku', orMissing(orNull(text), null)),
  };
};
