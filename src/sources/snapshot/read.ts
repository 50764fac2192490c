import { count } from '../../model/count.ts';
import { problem } from '../../model/problem.ts';
import type { Gap } from '../../model/scope.ts';
import { isObject, type JsonObject } from '../decode/json.ts';
import { nameOf, notUnderstood } from '../input-text.ts';
import { parseStrictly } from '../strict-json.ts';
import { type Answer, keyOf, QUESTIONS } from './answer.ts';
import { chained, type Digest } from './digest.ts';
import { type CollectedScope, readScopeFields, SNAPSHOT_SCHEMA } from './header.ts';

/** A snapshot as it stands in a file. */
export interface Snapshot {
  readonly scope: CollectedScope;
  /** The line of each answer by its key; null where two lines say different things. */
  readonly lines: ReadonlyMap<string, string | null>;
  /** What is wrong with the file: whatever it holds, it is not all that was collected. */
  readonly gaps: readonly Gap[];
}

/** Characters. A list of more than forty thousand caches would not fit, and whoever parses one must not run out of memory. */
export const MOST_LINE = 64 * 2 ** 20;

/** The lines are held in memory; a hundred thousand caches need half of it. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Reads all lines of a snapshot. Throws `Trouble` (usage) for what is none, what another major version wrote, and what breaks off
 * before anything could be judged.
 */
export const readSnapshot = async (bytes: AsyncIterable<Uint8Array>, path: string, digest: Digest): Promise<Snapshot> => {
  const lines = new Map<string, string | null>();
  const bad: BadLine[] = [];
  let header: Header | null = null;
  let end: JsonObject | null = null;
  let chain = '';
  let number = 0;
  for await (const line of linesOf(bytes, path)) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = line.length > MOST_LINE ? { why: 'is too long' } : parseStrictly(line);
    const value = 'value' in parsed ? parsed.value : null;
    if (header === null) {
      header = readHeader(value, path);
    } else if (isObject(value) && value['type'] === 'snapshot') {
      throw notUnderstood(path, 'holds more than one snapshot', 'Give each snapshot a file of its own, and name them all.');
    } else if (end !== null) {
      bad.push({ number, why: 'stands after the end' });
    } else if (isObject(value) && value['type'] === 'end') {
      end = value;
      continue;
    } else {
      const answer = readAnswer(value);
      if (answer !== null) add(lines, keyOf(answer), line);
      else if ('why' in parsed) bad.push({ number, why: parsed.why });
      else if (!header.isNewer || !isObject(value) || value['type'] === 'answer') bad.push({ number, why: 'is no answer' });
    }
    chain = chained(chain, line, digest);
  }
  if (header === null) throw notUnderstood(path, 'is empty', COLLECT);
  if (!lines.has(keyOf({ what: 'subscriptions', at: '' })))
    throw notUnderstood(path, 'breaks off, or was changed: it holds no list of subscriptions', COLLECT);
  if (end === null && ![...lines.keys()].some((key) => key.startsWith('redis')))
    throw notUnderstood(path, 'breaks off before its first list of caches', COLLECT);
  return {
    scope: header.scope,
    lines,
    gaps: flaws({ path, bad: end === null ? bad.filter((line) => line.number < number) : bad, end, chain }),
  };
};

const COLLECT = 'Collect it again: redvet collect -o FILE';

const add = (lines: Map<string, string | null>, key: string, line: string): void => {
  const before = lines.get(key);
  // A list may be read twice in a long run, and what both say is said once.
  lines.set(key, before === undefined || before === line ? line : null);
};

interface Header {
  readonly scope: CollectedScope;
  /** A later minor version may know lines that are new. */
  readonly isNewer: boolean;
}

const [MAJOR, MINOR] = SNAPSHOT_SCHEMA.schemaVersion.split('.').map(Number);

const readHeader = (value: unknown, path: string): Header => {
  if (!isObject(value) || value['type'] !== 'snapshot') throw notUnderstood(path, 'does not begin as a snapshot does', COLLECT);
  const version = value['schemaVersion'];
  const [major, minor] = typeof version === 'string' && /^\d{1,4}\.\d{1,4}$/.test(version) ? version.split('.').map(Number) : [];
  if (major === undefined || minor === undefined) throw notUnderstood(path, 'is a snapshot that does not say its version', COLLECT);
  if (major !== MAJOR)
    throw notUnderstood(
      path,
      `is a snapshot of version ${major}, and this redvet reads version ${MAJOR}`,
      'Read it by the redvet that wrote it.',
    );
  const options = value['options'];
  const scope = isObject(options) ? readScopeFields(options) : null;
  if (scope === null) throw notUnderstood(path, 'is a snapshot that does not say what it was collected for', COLLECT);
  return { scope, isNewer: minor > (MINOR ?? 0) };
};

/** An answer, or null when it is none that can be relied on. */
export const readAnswer = (value: unknown): Answer | null => {
  if (!isObject(value) || value['type'] !== 'answer') return null;
  const { at, pages, items, problem: told, correlationId } = value;
  const what = QUESTIONS.find((question) => question === value['what']);
  if (what === undefined || typeof at !== 'string' || typeof pages !== 'number' || !Number.isSafeInteger(pages) || pages < 0) return null;
  if (!Array.isArray(items) || !(correlationId === null || typeof correlationId === 'string')) return null;
  if (told === null) {
    const isWhole = pages > 0 && (items.length === 1 || (what !== 'resource' && what !== 'registration'));
    return isWhole ? { what, at, pages, items, problem: null, correlationId } : null;
  }
  const problemTold = isObject(told) ? readProblem(told) : null;
  return problemTold && { what, at, pages, items, problem: problemTold, correlationId };
};

const readProblem = (told: JsonObject): Answer['problem'] => {
  const { code, kind, scope, action, httpStatus, message, hint } = told;
  const known = KINDS.find((one) => one === kind);
  return known !== undefined &&
    typeof code === 'string' &&
    /^\w{1,60}$/.test(code) &&
    isTextOrNull(scope) &&
    isTextOrNull(action) &&
    isTextOrNull(hint) &&
    typeof message === 'string' &&
    (httpStatus === null || typeof httpStatus === 'number')
    ? { code, kind: known, scope, action, httpStatus, message, hint }
    : null;
};

/** What an answer can fail by. Others end a run, or count for nothing. */
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
  /** Without the one at which the file breaks off. */
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
    ...(typeof end?.['stopped'] === 'string' ? [flaw(path, 'STOPPED', 'was not collected to its end: the run was stopped')] : []),
  ];
};

const flaw = (path: string, code: string, what: string): Gap => ({
  problem: problem('malformed', `SNAPSHOT_${code}`, `${nameOf(path)} ${what}`, { scope: path, hint: COLLECT, affects: ['*'] }),
  correlationId: null,
});

async function* linesOf(bytes: AsyncIterable<Uint8Array>, path: string): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let open = '';
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MOST_BYTES)
      throw notUnderstood(path, `is larger than ${MOST_BYTES / 2 ** 20} MB`, 'Collect it in parts: redvet collect --subscription ID');
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        yield withoutReturn(open);
        open = '';
      }
      open += part;
    }
  }
  open += decoder.decode();
  if (open !== '') yield withoutReturn(open);
}

/** An editor, or git, may have made two characters of each end. */
const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
