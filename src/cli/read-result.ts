import { Trouble } from '../errors.ts';
import { CACHE_KINDS } from '../model/cache.ts';
import { OUTCOMES } from '../model/finding.ts';
import { problem } from '../model/problem.ts';
import type { SavedFinding } from '../remediation/plan.ts';
import { isObject, type JsonObject, oneOf, propertyOf, shown, textOf } from '../sources/decode/json.ts';
import { whyUnread } from '../sources/input-text.ts';
import type { Io, Stop } from './io.ts';

/** A result that an earlier run wrote as JSON, as far as a later command reads it. */
export interface SavedResult {
  readonly schemaVersion: string;
  /** Of the redvet that wrote it; null when it does not say. */
  readonly version: string | null;
  /** When the scan began, in UTC; null when it does not say. */
  readonly startedAt: string | null;
  /** Whether everything that was asked for was seen; false when it does not say. */
  readonly complete: boolean;
  readonly findings: readonly SavedFinding[];
}

/** Bytes: close to the longest text that there can be. */
const MOST = 500 * 1024 * 1024;

const MAJOR = '1';

/** Reads a result from a file, or from standard input for `-`. Throws `Trouble` (usage) naming the file and what is wrong with it. */
export const readResult = async (file: string, io: Io): Promise<SavedResult> => {
  const refuse = refusalOf(file === '-' ? 'standard input' : file);
  const bytes = await io.readFile(file, MOST).catch((error: unknown) => {
    throw io.signal.aborted ? interruption(io.signal.reason) : refuse('CANNOT_READ', whyUnreadable(error), HOW_TO_WRITE, error);
  });
  return resultOf(parsed(bytes, refuse), refuse);
};

const whyUnreadable = (error: unknown): string => {
  const { code, why } = whyUnread(error);
  return code === 'EFBIG' ? `cannot be read: it is larger than ${MOST / 1024 / 1024} MB (EFBIG)` : why;
};

const interruption = ({ name, message }: Stop): Trouble =>
  new Trouble(problem('interrupted', name, `${message} before the result was read`));

type Refuse = (code: string, what: string, hint: string, cause?: unknown) => Trouble;

const refusalOf =
  (file: string): Refuse =>
  (code, what, hint, cause) =>
    new Trouble(problem('usage', code, `${file} ${what}`, { scope: file, hint }), { cause });

const HOW_TO_WRITE = 'Write a result with: redvet scan -o json=FILE';

const parsed = (bytes: Uint8Array, refuse: Refuse): unknown => {
  if (bytes.length === 0) throw refuse('NOT_A_RESULT', 'is empty', HOW_TO_WRITE);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw refuse('NOT_A_RESULT', 'is not UTF-8', `${HOW_TO_WRITE} (Windows PowerShell's > writes UTF-16).`, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse('NOT_A_RESULT', 'is not JSON, or not all of it', HOW_TO_WRITE, error);
  }
};

const resultOf = (root: unknown, refuse: Refuse): SavedResult => {
  const schemaVersion = isObject(root) ? textOf(root, 'schemaVersion') : null;
  if (!isObject(root) || schemaVersion === null || !/^\d{1,5}\.\d{1,5}$/.test(schemaVersion)) {
    throw refuse('NOT_A_RESULT', 'is JSON, but no result of redvet', HOW_TO_WRITE);
  }
  if (schemaVersion.split('.')[0] !== MAJOR) {
    throw refuse(
      'RESULT_VERSION',
      `is a result of format ${schemaVersion}, and this redvet reads ${MAJOR}.x`,
      'Use the redvet that wrote it, or scan again with this one.',
    );
  }
  const findings = propertyOf(root, 'findings');
  if (!Array.isArray(findings)) throw refuse('NOT_A_RESULT', 'has no list of findings', HOW_TO_WRITE);
  const outcome = inside(root, 'status', 'outcome');
  if (findings.length === 0 && /^(?:usage|access|internal)$/.test(String(outcome))) {
    throw refuse(
      'NOTHING_JUDGED',
      `is the result of a run that judged nothing (${outcome})`,
      `${HOW_TO_WRITE}; its problems say what went wrong.`,
    );
  }
  return {
    schemaVersion,
    version: matching(/^[\w.+-]{1,40}$/, inside(root, 'tool', 'version')),
    startedAt: matching(/^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$/, inside(root, 'run', 'startedAt')),
    complete: inside(root, 'status', 'complete') === true,
    findings: findings.map((item, index) => findingOf(item, `findings[${index}]`, refuse)),
  };
};

const inside = (root: JsonObject, name: string, property: string): unknown => {
  const object = propertyOf(root, name);
  return isObject(object) ? propertyOf(object, property) : undefined;
};

const matching = (pattern: RegExp, value: unknown): string | null => (typeof value === 'string' && pattern.test(value) ? value : null);

const DISPOSITIONS = ['active', 'waived', 'baselined'] as const;

const findingOf = (item: unknown, at: string, refuse: Refuse): SavedFinding => {
  if (!isObject(item))
    throw refuse('NOT_A_RESULT', `is no result that can be understood: ${at} is ${shown(item)}, not an object`, HOW_TO_WRITE);
  const read = <T>(name: string, expected: string, reading: (value: unknown) => T | undefined): T => {
    const value = propertyOf(item, name);
    const known = reading(value);
    if (known !== undefined) return known;
    const what = value === undefined ? 'missing' : `${shown(value)}, not ${expected}`;
    throw refuse('NOT_A_RESULT', `is no result that can be understood: ${at}.${name} is ${what}`, HOW_TO_WRITE);
  };
  return {
    ruleId: read('ruleId', 'the id of a rule', someText),
    outcome: read('outcome', `one of ${OUTCOMES.join(', ')}`, oneOf(OUTCOMES)),
    disposition: read('disposition', `one of ${DISPOSITIONS.join(', ')}`, oneOf(DISPOSITIONS)),
    resourceId: read('resourceId', 'an id', someText),
    resourceKind: read('resourceKind', `one of ${CACHE_KINDS.join(', ')}`, oneOf(CACHE_KINDS)),
    sku: read('sku', 'a text', (value) => (value === undefined ? null : someText(value))),
  };
};

const someText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
