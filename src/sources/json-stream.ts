import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isMark,
  isSpace,
  type Kept,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  scan,
} from './json-scan.ts';
import { parseMeasured, type StrictJson } from './strict-json.ts';

/**
 * JSON as it comes, without ever holding more than one item of a list: a list, an object, a page that holds a list under one of the
 * names below, lines of such, or several of them one after the other. Bytes are UTF-8.
 */

/** Under these names a page of any service and tool holds its list. */
const LISTS: readonly string[] = ['value', 'Value', 'data', 'Data'];

/** Bytes of one item, or of what stands around a list. Resource Manager takes no resource of more than 4 MB. */
export const MOST_ITEM_BYTES = 8 * 2 ** 20;

/** What does not end before that is not read to its end. */
const MOST_PASSED_BYTES = 128 * 2 ** 20;

export type Piece =
  /** An item of a list, counted from 1. */
  | { readonly type: 'item'; readonly item: StrictJson; readonly number: number; readonly line: number }
  /** A list that stood by itself and ended. */
  | { readonly type: 'list'; readonly items: number; readonly line: number }
  /** An object that ended; where it is a page, its lists are empty here, and `items` is how many they held. */
  | { readonly type: 'object'; readonly item: StrictJson; readonly items: number | null; readonly line: number }
  /** Something that is no JSON; `what` follows the name of the place. */
  | { readonly type: 'broken'; readonly what: string; readonly line: number };

/** The pieces of a stream of bytes, as many at a time as a chunk holds. */
export async function* piecesOf(bytes: AsyncIterable<Uint8Array>): AsyncIterable<readonly Piece[]> {
  const splitter = jsonSplitter();
  for await (const chunk of bytes) {
    yield splitter.push(chunk);
    if (splitter.isOver()) return;
  }
  yield splitter.end();
}

export interface Splitter {
  readonly push: (chunk: Uint8Array) => readonly Piece[];
  readonly end: () => readonly Piece[];
  /** Whether nothing more is read. */
  readonly isOver: () => boolean;
}

/**
 * `outside` of every document, in a `stray` line that is none, in a `list` between two items, or `inside` of what is being kept: an
 * item, or an object around a list. `scalar`: inside of a bare word or number in a list.
 */
type Mode = 'outside' | 'stray' | 'list' | 'inside' | 'scalar' | 'over';

export const jsonSplitter = (): Splitter => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let pieces: Piece[] = [];
  let chunk: Uint8Array = new Uint8Array();
  let mode: Mode = 'outside';
  let line = 1;
  /** Where in this chunk begins what is to be kept and was not copied yet. */
  let from = 0;

  /** The object that is being read, or around the list that is; null where the list stands by itself. */
  let around: Kept | null = null;
  let item: Kept | null = null;
  let items = 0;
  let hasList = false;
  /** Of the object that is being read, at its own level: the name that was last read there, as far as it is told apart. */
  let name = '';
  let isName = false;
  let expectsName = false;

  /** In a list: what may come next. */
  let expected: 'first' | 'comma' | 'item' = 'first';
  let isListBroken = false;

  /** An object stood in one line, so that others may be expected to. */
  let isByLine = false;

  /** The last byte before this chunk that is no space. */
  let before = 0;
  /** The last chunk ended with a newline that an object at the beginning of the next one makes the end of a broken line. */
  let mayBreak = false;

  const keep = (depth: number, isInString = false): Kept => ({
    line,
    parts: [],
    length: 0,
    depth,
    deepest: depth,
    members: 0,
    isInString,
    isEscaped: false,
    newlines: 0,
  });

  const copy = (kept: Kept, to: number): void => {
    // What is too large is counted, and not kept.
    if (kept.length <= MOST_ITEM_BYTES && to > from) kept.parts.push(chunk.slice(from, to));
    kept.length += to - from;
    from = to;
  };

  const parsed = (kept: Kept, to: number): StrictJson => {
    if (kept.parts.length > 0 || kept.length + to - from > MOST_ITEM_BYTES) copy(kept, to);
    if (kept.length > MOST_ITEM_BYTES) return { why: `is larger than ${MOST_ITEM_BYTES / 2 ** 20} MB` };
    let text: string;
    try {
      text = decoder.decode(kept.parts.length > 0 ? joinedBytes(kept) : chunk.subarray(from, to));
    } catch {
      return { why: 'holds bytes that are not UTF-8' };
    }
    return parseMeasured(text, { depth: kept.deepest, members: kept.members });
  };

  const broken = (what: string, at: number): void => {
    pieces.push({ type: 'broken', what, line: at });
  };

  const beginList = (): void => {
    mode = 'list';
    expected = 'first';
    isListBroken = false;
  };

  const endItem = (kept: Kept, to: number): void => {
    items += 1;
    pieces.push({ type: 'item', item: parsed(kept, to), number: items, line: kept.line });
    item = null;
    mode = 'list';
    expected = 'comma';
  };

  const endObject = (kept: Kept, to: number): void => {
    pieces.push({ type: 'object', item: parsed(kept, to), items: hasList ? items : null, line: kept.line });
    isByLine ||= kept.line === line;
    around = null;
    mode = 'outside';
  };

  const breakList = (): void => {
    if (!isListBroken) broken('is not JSON between two items of a list', line);
    isListBroken = true;
  };

  const beginDocument = (byte: number, at: number): void => {
    items = 0;
    hasList = false;
    around = null;
    if (byte === OPEN_BRACKET) {
      beginList();
      return;
    }
    around = keep(1);
    from = at;
    mode = 'inside';
    expectsName = true;
    name = '';
  };

  const outside = (at: number): number => {
    const byte = chunk[at] ?? 0;
    if (byte === NEWLINE) line += 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) beginDocument(byte, at);
    else if (!isSpace(byte) && !isMark(byte)) {
      broken('holds something that is not JSON', line);
      mode = 'stray';
    }
    return at + 1;
  };

  const stray = (at: number): number => {
    const end = chunk.indexOf(NEWLINE, at);
    if (end === -1) return chunk.length;
    mode = 'outside';
    return end;
  };

  const list = (at: number): number => {
    const byte = chunk[at] ?? 0;
    if (byte === NEWLINE) line += 1;
    if (isSpace(byte)) return at + 1;
    if (byte === CLOSE_BRACKET) {
      if (expected === 'item') breakList();
      if (around === null) {
        pieces.push({ type: 'list', items, line });
        mode = 'outside';
      } else {
        from = at + 1;
        mode = 'inside';
      }
      return at + 1;
    }
    if (byte === COMMA) {
      if (expected !== 'comma') breakList();
      expected = 'item';
      return at + 1;
    }
    if (expected === 'comma') breakList();
    if (byte === CLOSE_BRACE || byte === COLON) {
      breakList();
      return at + 1;
    }
    item = keep(byte === OPEN_BRACE || byte === OPEN_BRACKET ? 1 : 0, byte === QUOTE);
    from = at;
    mode = item.depth === 1 || item.isInString ? 'inside' : 'scalar';
    return at + 1;
  };

  const scalar = (at: number, kept: Kept): number => {
    let to = at;
    for (; to < chunk.length; to += 1) {
      const byte = chunk[to];
      if (isSpace(byte) || byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
        endItem(kept, to);
        return to;
      }
    }
    return to;
  };

  const insideItem = (start: number, kept: Kept): number => {
    const at = scan(chunk, start, kept, 0, false);
    line += kept.newlines;
    kept.newlines = 0;
    if (kept.depth === 0 && !kept.isInString) endItem(kept, at);
    return at;
  };

  /** Of an object its own level: what stands deeper is passed as a whole. */
  const insideObject = (start: number, kept: Kept): number => {
    const isLine = !hasList;
    if (kept.depth > 1 || kept.isInString) {
      const wasInString = kept.depth === 1;
      const at = scan(chunk, start, kept, 1, isLine);
      if (wasInString && isName && name.length <= MOST_NAME) name += startOf(chunk, start, kept.isInString ? at : at - 1);
      if (kept.newlines === 0) return at;
      line += kept.newlines;
      kept.newlines = 0;
      if (isLine) breaksLine(kept, at - 1, !kept.isInString && continues(at - 1));
      return at;
    }
    const byte = chunk[start];
    const at = start + 1;
    switch (byte) {
      case QUOTE:
        kept.isInString = true;
        isName = expectsName;
        if (expectsName) name = '';
        expectsName = false;
        break;
      case COLON:
        kept.members += 1;
        break;
      case COMMA:
        expectsName = true;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (byte === OPEN_BRACKET && LISTS.includes(name)) {
          copy(kept, start);
          kept.parts.push(NO_ITEMS);
          kept.length += NO_ITEMS.length;
          name = '';
          hasList = true;
          beginList();
          break;
        }
        kept.depth = 2;
        kept.deepest = Math.max(kept.deepest, 2);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        kept.depth = 0;
        endObject(kept, at);
        break;
      case NEWLINE:
        line += 1;
        if (isLine) breaksLine(kept, start, continues(start));
        break;
    }
    return at;
  };

  /**
   * Ends an object with this newline, if it does end there though it is not closed: another one stands at the very beginning of the
   * next line, and nothing before the newline asks for it, or each had a line of its own so far. Then the others are read.
   */
  const breaksLine = (kept: Kept, newline: number, isAsked: boolean): void => {
    if (isAsked && !isByLine) return;
    if (newline + 1 === chunk.length) mayBreak = true;
    if (chunk[newline + 1] === OPEN_BRACE) breakLine(kept);
  };

  const continues = (newline: number): boolean => {
    let at = newline - 1;
    while (at >= 0 && isSpace(chunk[at])) at -= 1;
    const last = at >= 0 ? chunk[at] : before;
    return last === COMMA || last === COLON || last === OPEN_BRACKET;
  };

  const breakLine = (kept: Kept): void => {
    broken('is not JSON, or not all of it', kept.line);
    around = null;
    mode = 'outside';
  };

  const step = (at: number): number => {
    switch (mode) {
      case 'outside':
        return outside(at);
      case 'stray':
        return stray(at);
      case 'list':
        return list(at);
      case 'scalar':
        return item === null ? at + 1 : scalar(at, item);
      case 'inside':
        if (item !== null) return insideItem(at, item);
        return around === null ? at + 1 : insideObject(at, around);
      case 'over':
        return chunk.length;
    }
  };

  const take = (): readonly Piece[] => {
    const taken = pieces;
    pieces = [];
    return taken;
  };

  return {
    push: (next) => {
      chunk = next;
      from = 0;
      if (mayBreak && around !== null && chunk[0] === OPEN_BRACE) breakLine(around);
      if (chunk.length > 0) mayBreak = false;
      for (let at = 0; at < chunk.length; ) at = step(at);
      const kept = mode === 'inside' || mode === 'scalar' ? (item ?? around) : null;
      if (kept !== null) {
        copy(kept, chunk.length);
        if (kept.length > MOST_PASSED_BYTES) {
          broken(`is larger than ${MOST_PASSED_BYTES / 2 ** 20} MB: what comes after it was not read`, kept.line);
          mode = 'over';
        }
      }
      for (let at = chunk.length - 1; at >= 0; at -= 1)
        if (!isSpace(chunk[at])) {
          before = chunk[at] ?? 0;
          break;
        }
      return take();
    },
    end: () => {
      if (mode === 'scalar' && item !== null) {
        from = 0;
        chunk = new Uint8Array();
        endItem(item, 0);
      }
      if (mode === 'list' || mode === 'inside') broken('breaks off', line);
      mode = 'over';
      return take();
    },
    isOver: () => mode === 'over',
  };
};

/** As much of a name as tells it from others. */
const startOf = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, Math.min(end, start + MOST_NAME + 1)));

const NO_ITEMS = new TextEncoder().encode('[]');

/** One more than the longest name that is told apart. */
const MOST_NAME = 5;

const joinedBytes = ({ parts }: Kept): Uint8Array => {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
