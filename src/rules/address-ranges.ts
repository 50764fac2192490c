import { IPv4 } from 'ipaddr.js';

/** Addresses as numbers, both ends included. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** Addresses that no client on the internet can have: RFC 1918, and the carriers' own (RFC 6598). */
const NOT_PUBLIC = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

const notPublic = (): readonly Range[] =>
  NOT_PUBLIC.map((block) => ({
    first: numberOf(IPv4.networkAddressFromCIDR(block)),
    last: numberOf(IPv4.broadcastAddressFromCIDR(block)),
  }));

const numberOf = (address: IPv4): number => address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);

const addressOf = (text: string): number | null => (IPv4.isValidFourPartDecimal(text) ? numberOf(IPv4.parse(text)) : null);

/** The addresses from `start` to `end`; null when one of them is no IPv4 address, or they stand the wrong way round. */
export const rangeOf = (start: string, end: string): Range | null => {
  const first = addressOf(start);
  const last = addressOf(end);
  return first === null || last === null || first > last ? null : { first, last };
};

/** How many public addresses there are in all these ranges together; one that several hold counts once. */
export const publicAddressesIn = (ranges: readonly Range[]): number => {
  const holes = notPublic();
  const sorted = ranges.flatMap((range) => publicPartsOf(range, holes)).sort((a, b) => a.first - b.first);
  let count = 0;
  let next = 0;
  for (const { first, last } of sorted) {
    const from = Math.max(first, next);
    if (last < from) continue;
    count += last - from + 1;
    next = last + 1;
  }
  return count;
};

const publicPartsOf = (range: Range, holes: readonly Range[]): readonly Range[] =>
  holes.reduce<readonly Range[]>((parts, hole) => parts.flatMap((part) => without(part, hole)), [range]);

const without = (range: Range, hole: Range): readonly Range[] =>
  [
    { first: range.first, last: Math.min(range.last, hole.first - 1) },
    { first: Math.max(range.first, hole.last + 1), last: range.last },
  ].filter(({ first, last }) => first <= last);
