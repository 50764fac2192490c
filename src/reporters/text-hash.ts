const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const DIGITS = 16;

/** A short stable name for a text, in hexadecimal: FNV-1a of 64 bits over its UTF-16 units. For telling apart, not for secrets. */
export const textHash = (text: string): string => {
  let hash = OFFSET;
  for (let index = 0; index < text.length; index += 1) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * PRIME);
  return hash.toString(16).padStart(DIGITS, '0');
};
