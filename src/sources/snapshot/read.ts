import { count } from '../../model/count.ts';
import { problem } from '../../model/problem.ts';
import type { Gap } from '../../model/scope.ts';
import { isObject, type JsonObject, listOf } from '../decode/json.ts';
import { nameOf, notUnderstood } from '../input-text.ts';
import { linesOf } from '../lines.ts';
import { parseStrictly } from '../strict-json.ts';
import { type Answer, type Answers, isListOfCaches, PATHS, type Told } from './answer.ts';
import { chained, type Digest } from './digest.ts';
import { type CollectedScope, readScopeFields, SNAPSHOT_SCHEMA } from './header.ts';

/** A snapshot as it stands in a file. */
export interface Snapshot {
  readonly scope: CollectedScope;
  /** The lines about each thing, by its path in lower case. They are parsed again when it is asked for. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  /** What is wrong with the file: whatever it holds, it is not all that was collected. */
  readonly gaps: readonly Gap[];
}

/** Characters. A list of more than forty thousand caches would not fit, and whoever parses one must not run out of memory. */
export const MOST_LINE = 64 * 2 ** 20;

/** The lines are held in memory; a hundred thousand caches need two thirds of it. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Reads all lines of a snapshot. Throws `Trouble` (usage) for what is none, what another major version wrote, and what breaks off
 * before anything could be judged.
 */
export const readSnapshot = async (bytes: AsyncIterable<Uint8Array>, path: string, digest: Digest): Promise<Snapshot> => {
  const lines = new Map<string, string[]>();
  const bad: BadLine[] = [];
  let header: Header | null = null;
  let end: JsonObject | null = null;
  let chain = '';
  let number = 0;
  for await (const line of linesOf(limited(bytes, path), MOST_BYTES)) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = line.length > MOST_LINE || opensIn(line) > MOST_OPENS ? { why: 'is too long' } : parseStrictly(line);
    const value = 'value' in parsed ? parsed.value : null;
    const type = isObject(value) ? value['type'] : null;
    if (header === null) header = readHeader(value, path);
    else if (type === 'snapshot')
      throw notUnderstood(path, 'holds more than one snapshot', 'Give each snapshot a file of its own, and name them all.');
    else if (end !== null) bad.push({ number, why: 'stands after the end' });
    else if (type === 'end' && isObject(value)) {
      end = value;
      continue;
    } else {
      const answers = readAnswers(value);
      const isUnknown = header.isNewer && typeof type === 'string' && type !== 'answers';
      if (answers !== null) add(lines, answers.below, line);
      else if (!isUnknown) bad.push({ number, why: 'why' in parsed ? parsed.why : 'holds no answers' });
    }
    chain = chained(chain, line, digest);
  }
  if (header === null) throw notUnderstood(path, 'is empty', AGAIN);
  if (!lines.has(PATHS.subscriptions)) throw notUnderstood(path, 'is damaged or breaks off: it holds no list of subscriptions', AGAIN);
  if (end === null && ![...lines.keys()].some(isListOfCaches))
    throw notUnderstood(path, 'breaks off before its first list of caches', AGAIN);
  // Where a file breaks off, the half line is told as that.
  return {
    scope: header.scope,
    lines,
    gaps: flaws({ path, bad: end === null ? bad.filter((line) => line.number < number) : bad, end, chain }),
  };
};

const AGAIN = 'Collect it again: redvet collect -o FILE';

const add = (lines: Map<string, string[]>, below: string, line: string): void => {
  const before = lines.get(below.toLowerCase());
  if (before === undefined) lines.set(below.toLowerCase(), [line]);
  else before.push(line);
};

interface Header {
  readonly scope: CollectedScope;
  /** A later minor version may know lines that are new. */
  readonly isNewer: boolean;
}

const [MAJOR, MINOR = 0] = SNAPSHOT_SCHEMA.schemaVersion.split('.').map(Number);

const readHeader = (value: unknown, path: string): Header => {
  if (!isObject(value) || value['type'] !== 'snapshot') throw notUnderstood(path, 'does not begin as a snapshot does', AGAIN);
  const version = value['schemaVersion'];
  const [major, minor] = typeof version === 'string' && /^\d{1,4}\.\d{1,4}$/.test(version) ? version.split('.').map(Number) : [];
  if (major === undefined || minor === undefined) throw notUnderstood(path, 'is a snapshot that does not say its version', AGAIN);
  if (major !== MAJOR) {
    throw notUnderstood(
      path,
      `is a snapshot of version ${major}, and this redvet reads version ${MAJOR}`,
      'Judge it by the redvet that collected it, or collect it again.',
    );
  }
  const options = value['options'];
  const scope = isObject(options) ? readScopeFields(options) : null;
  if (scope === null) throw notUnderstood(path, 'is a snapshot that does not say what it was collected for', AGAIN);
  return { scope, isNewer: minor > MINOR };
};

/** The answers of a line, or null when one of them is none that can be relied on. */
export const readAnswers = (value: unknown): Answers | null => {
  if (!isObject(value) || value['type'] !== 'answers') return null;
  const { below, answers } = value;
  const read = listOf(readAnswer)(answers);
  return typeof below === 'string' && read !== undefined ? { below, answers: read } : null;
};

const readAnswer = (value: unknown): Answer | undefined => {
  if (!isObject(value)) return undefined;
  const { at, pages, items, problem: told } = value;
  const isOne = typeof at === 'string' && typeof pages === 'number' && Number.isSafeInteger(pages) && pages >= 0 && Array.isArray(items);
  if (!isOne || items.length > MOST_ITEMS) return undefined;
  // Nothing at all is an answer only where something says why.
  if (told === null) return pages > 0 ? { at, pages, items, problem: null } : undefined;
  const read = isObject(told) ? readProblem(told) : null;
  return read === null ? undefined : { at, pages, items, problem: read };
};

/** Objects and lists of one line; a cache is about ten, and millions of empty ones would take gigabytes. */
const MOST_OPENS = 4_000_000;

const opensIn = (line: string): number => {
  if (line.length <= MOST_OPENS) return 0;
  let opens = 0;
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) opens += 1;
  }
  return opens;
};

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** As of a list that is read from Azure itself. */
const MOST_ITEMS = 1_000_000;

const readProblem = (told: JsonObject): Told | null => {
  const { code, kind, scope, action, httpStatus, message, hint, correlationId } = told;
  const known = KINDS.find((one) => one === kind);
  return known !== undefined &&
    typeof code === 'string' &&
    /^\w{1,60}$/.test(code) &&
    isTextOrNull(scope) &&
    isTextOrNull(action) &&
    isTextOrNull(hint) &&
    isTextOrNull(correlationId) &&
    typeof message === 'string' &&
    (httpStatus === null || typeof httpStatus === 'number')
    ? { code, kind: known, scope, action, httpStatus, message, hint, correlationId }
    : null;
};

/** What a question can fail by. Others end a run, or do not count as unread. */
const KINDS = ['permission', 'not_found', 'auth', 'throttle', 'timeout', 'network', 'proxy', 'malformed', 'limit'] as const;

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

interface BadLine {
  /** From 1. */
  readonly number: number;
  /** What follows it in a sentence. */
  readonly why: string;
}

interface Lines {
  readonly path: string;
  readonly bad: readonly BadLine[];
  readonly end: JsonObject | null;
  readonly chain: string;
}

const flaws = ({ path, bad: [first, ...others], end, chain }: Lines): readonly Gap[] => {
  const more = others.length === 0 ? '' : `; and ${count(others.length, 'other line')}`;
  return [
    ...(first ? [flaw(path, 'BAD_LINE', `cannot be understood as a whole: line ${first.number} ${first.why}${more}`)] : []),
    ...(end === null ? [flaw(path, 'CUT_OFF', 'breaks off: it has no end')] : []),
    ...(end !== null && end['digest'] !== chain ? [flaw(path, 'CHANGED', 'was changed after it was collected')] : []),
    ...(end !== null && end['stopped'] !== null ? [flaw(path, 'STOPPED', 'was not collected to its end: the run was stopped')] : []),
  ];
};

const flaw = (path: string, code: string, what: string): Gap => ({
  problem: problem('malformed', `SNAPSHOT_${code}`, `${nameOf(path)} ${what}`, { scope: path, hint: AGAIN, affects: ['*'] }),
  correlationId: null,
});

/** No more of them than can be held. */
async function* limited(bytes: AsyncIterable<Uint8Array>, path: string): AsyncIterable<Uint8Array> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MOST_BYTES)
      throw notUnderstood(path, `is larger than ${MOST_BYTES / 2 ** 20} MB`, 'Collect it in parts: redvet collect --subscription ID');
    yield chunk;
  }
}
