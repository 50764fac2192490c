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

/** What is being kept of an item, or of an object around a list. */
interface Kept {
  readonly line: number;
  readonly parts: Uint8Array[];
  /** Bytes in the parts. */
  length: number;
  depth: number;
  deepest: number;
  members: number;
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;

/** The bytes of a byte order mark: where files were put one after the other, it stands between two documents. */
const isMark = (byte: number): boolean => byte === 0xef || byte === 0xbb || byte === 0xbf;

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
  let isInString = false;
  let isEscaped = false;
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

  const keep = (): Kept => ({ line, parts: [], length: 0, depth: 0, deepest: 0, members: 0 });

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
    around = { ...keep(), depth: 1, deepest: 1 };
    from = at;
    mode = 'inside';
    isInString = false;
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
      if (around === null) mode = 'outside';
      else {
        from = at + 1;
        mode = 'inside';
        isInString = false;
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
    item = keep();
    from = at;
    isInString = byte === QUOTE;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      item.depth = 1;
      item.deepest = 1;
    }
    mode = byte === QUOTE || item.depth === 1 ? 'inside' : 'scalar';
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

  /** Where all the bytes are: everything else here is written for people, this for speed. */
  const inside = (start: number, kept: Kept): number => {
    const bytes = chunk;
    const { length } = bytes;
    const watchesNames = kept === around;
    let { depth, deepest, members } = kept;
    let inString = isInString;
    let at = start;
    const leave = (to: number): number => {
      kept.depth = depth;
      kept.deepest = deepest;
      kept.members = members;
      isInString = inString;
      return to;
    };
    if (isEscaped && at < length) {
      isEscaped = false;
      at += 1;
    }
    for (; at < length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (inString) {
        if (byte === QUOTE) {
          inString = false;
          if (depth === 0) {
            leave(at + 1);
            endItem(kept, at + 1);
            return at + 1;
          }
          isName = false;
        } else if (byte === BACKSLASH) {
          at += 1;
          if (at === length) isEscaped = true;
          // Whoever escapes letters of a name does not name a list.
          if (isName) name = '\\';
        } else if (byte === NEWLINE) {
          line += 1;
          if (watchesNames && !hasList && breaksLine(kept, at, false)) return leave(at + 1);
        } else if (isName && name.length <= MOST_NAME) name += String.fromCharCode(byte);
        continue;
      }
      switch (byte) {
        case QUOTE:
          inString = true;
          if (watchesNames && depth === 1) {
            isName = expectsName;
            if (expectsName) name = '';
            expectsName = false;
          }
          break;
        case COLON:
          members += 1;
          break;
        case COMMA:
          if (watchesNames && depth === 1) expectsName = true;
          break;
        case OPEN_BRACE:
        case OPEN_BRACKET:
          if (watchesNames && depth === 1 && byte === OPEN_BRACKET && LISTS.includes(name)) {
            copy(kept, at);
            kept.parts.push(NO_ITEMS);
            kept.length += NO_ITEMS.length;
            name = '';
            hasList = true;
            beginList();
            return leave(at + 1);
          }
          depth += 1;
          if (depth > deepest) deepest = depth;
          break;
        case CLOSE_BRACE:
        case CLOSE_BRACKET:
          depth -= 1;
          if (depth === 0) {
            leave(at + 1);
            if (watchesNames) endObject(kept, at + 1);
            else endItem(kept, at + 1);
            return at + 1;
          }
          break;
        case NEWLINE:
          line += 1;
          if (watchesNames && !hasList && breaksLine(kept, at, continues(at))) return leave(at + 1);
          break;
      }
    }
    return leave(at);
  };

  /**
   * Whether an object ends with this newline though it is not closed: another one stands at the very beginning of the next line, and
   * nothing before the newline asks for it, or each had a line of its own so far. Then the others are read.
   */
  const breaksLine = (kept: Kept, newline: number, isAsked: boolean): boolean => {
    if (isAsked && !isByLine) return false;
    if (newline + 1 === chunk.length) mayBreak = true;
    if (chunk[newline + 1] !== OPEN_BRACE) return false;
    breakLine(kept);
    return true;
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
      case 'inside': {
        const kept = item ?? around;
        return kept === null ? at + 1 : inside(at, kept);
      }
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
