/** The bytes of JSON. */

export const NEWLINE = 0x0a;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

export const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;

/** The bytes of a byte order mark: where files were put one after the other, it stands between two documents. */
export const isMark = (byte: number): boolean => byte === 0xef || byte === 0xbb || byte === 0xbf;

/** What is being kept of an item, or of an object around a list. */
export interface Kept {
  readonly line: number;
  readonly parts: Uint8Array[];
  /** Bytes in the parts, and of what was too much to keep. */
  length: number;
  depth: number;
  deepest: number;
  members: number;
  isInString: boolean;
  /** The next byte is, because the last was a backslash. */
  isEscaped: boolean;
  newlines: number;
}

/**
 * Counts what is inside of something until its depth is down to `floor`, or the bytes end; until a newline, too, where that is asked
 * for. Here nearly all the bytes are: everything else is written for people, this for speed.
 */
export const scan = (bytes: Uint8Array, start: number, kept: Kept, floor: number, stopsAtNewline: boolean): number => {
  const { length } = bytes;
  let { depth, deepest, members, isInString } = kept;
  let newlines = 0;
  let at = start;
  if (kept.isEscaped && at < length) {
    kept.isEscaped = false;
    at += 1;
  }
  while (at < length) {
    if (isInString) {
      at = endOfString(bytes, at);
      if (at >= length) {
        kept.isEscaped = at > length;
        at = length;
        break;
      }
      at += 1;
      if (bytes[at - 1] === NEWLINE) {
        newlines += 1;
        if (stopsAtNewline) break;
        continue;
      }
      isInString = false;
      if (depth === floor) break;
      continue;
    }
    const byte = bytes[at];
    at += 1;
    if (byte === QUOTE) isInString = true;
    else if (byte === COLON) members += 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === floor) break;
    } else if (byte === NEWLINE) {
      newlines += 1;
      if (stopsAtNewline) break;
    }
  }
  kept.depth = depth;
  kept.deepest = deepest;
  kept.members = members;
  kept.isInString = isInString;
  kept.newlines = newlines;
  return at;
};

/** The next quote or newline in a string; the length where there is none, and one more where the byte after that is escaped. */
const endOfString = (bytes: Uint8Array, start: number): number => {
  let at = start;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE || byte === NEWLINE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return at;
};
