import { describe, expect, it } from 'vitest';
import { publicAddressesIn, rangeOf } from '../../src/rules/address-ranges.ts';

type Ends = readonly [start: string, end: string];

/** How many public addresses there are from each start to each end, together. */
const counted = (...ranges: readonly Ends[]): number =>
  publicAddressesIn(
    ranges.map(([start, end]) => {
      const range = rangeOf(start, end);
      if (range === null) throw new Error(`${start}-${end} is no range`);
      return range;
    }),
  );

const EVERYTHING: Ends = ['0.0.0.0', '255.255.255.255'];

/** All IPv4 addresses without 10/8, 100.64/10, 172.16/12 and 192.168/16. */
const ALL_PUBLIC = 2 ** 32 - 2 ** 24 - 2 ** 22 - 2 ** 20 - 2 ** 16;

describe('a range', () => {
  it.each([
    ['0.0.0.0', '0.0.0.0', { first: 0, last: 0 }],
    ['0.0.1.0', '0.0.1.255', { first: 256, last: 511 }],
    // More than a signed number of 32 bits can hold.
    ['128.0.0.0', '255.255.255.255', { first: 2 ** 31, last: 2 ** 32 - 1 }],
  ])('goes from %s to %s, both included', (start, end, range) => {
    expect(rangeOf(start, end)).toEqual(range);
  });

  it.each([
    ['', '1.1.1.1'],
    ['1.1.1.1', ''],
    ['1.1.1', '1.1.1.1'],
    ['1.1.1.1', '1.1.1.256'],
    ['1.1.1.1', '1.1.1.1.1'],
    ['01.1.1.1', '1.1.1.1'],
    ['0x1.1.1.1', '1.1.1.1'],
    ['1.1.1.1/24', '1.1.1.255'],
    [' 1.1.1.1', '1.1.1.1'],
    ['1.1.1.1', '1.1.1.1\n'],
    ['16843009', '16843009'],
    ['::1', '::1'],
    ['::ffff:1.1.1.1', '1.1.1.1'],
    ['localhost', 'localhost'],
    ['-1.1.1.1', '1.1.1.1'],
  ])('is none from "%s" to "%s": both ends are four decimal numbers', (start, end) => {
    expect(rangeOf(start, end)).toBeNull();
  });

  it('is none the wrong way round', () => {
    expect(rangeOf('1.1.1.2', '1.1.1.1')).toBeNull();
    expect(rangeOf('200.0.0.0', '10.0.0.0')).toBeNull();
  });
});

describe('public addresses', () => {
  it.each([
    ['one', ['1.1.1.1', '1.1.1.1'], 1],
    ['a /24', ['1.1.1.0', '1.1.1.255'], 256],
    ['a /8', ['1.0.0.0', '1.255.255.255'], 2 ** 24],
    ['all there are', EVERYTHING, ALL_PUBLIC],
    ['0.0.0.0', ['0.0.0.0', '0.0.0.0'], 1],
  ] as const)('are counted: %s', (_, ends, count) => {
    expect(counted(ends)).toBe(count);
  });

  it.each([
    ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0']],
    ['100.64.0.0/10', ['100.64.0.0', '100.127.255.255'], ['100.63.255.255', '100.128.0.0']],
    ['172.16.0.0/12', ['172.16.0.0', '172.31.255.255'], ['172.15.255.255', '172.32.0.0']],
    ['192.168.0.0/16', ['192.168.0.0', '192.168.255.255'], ['192.167.255.255', '192.169.0.0']],
  ] as const)('are none in %s, and one on either side', (_, block, around) => {
    expect([counted(block), counted(around)]).toEqual([0, 2]);
  });

  it.each([
    ['172/8 is public but for its /12', ['172.0.0.0', '172.255.255.255'], 2 ** 24 - 2 ** 20],
    ['100/8 is public but for its /10', ['100.0.0.0', '100.255.255.255'], 2 ** 24 - 2 ** 22],
    ['192/8 is public but for its /16', ['192.0.0.0', '192.255.255.255'], 2 ** 24 - 2 ** 16],
    ['127/8 is not among the private ones', ['127.0.0.0', '127.0.0.255'], 256],
    ['a range that begins inside of a private one', ['10.255.255.0', '11.0.0.9'], 10],
    ['a range that ends inside of a private one', ['9.255.255.250', '10.0.0.9'], 6],
  ] as const)('%s', (_, ends, count) => {
    expect(counted(ends)).toBe(count);
  });

  describe('of several ranges', () => {
    it.each([
      [
        'apart',
        [
          ['1.1.1.0', '1.1.1.9'],
          ['1.1.2.0', '1.1.2.9'],
        ],
        20,
      ],
      [
        'that touch',
        [
          ['1.1.1.0', '1.1.1.9'],
          ['1.1.1.10', '1.1.1.19'],
        ],
        20,
      ],
      [
        'that overlap',
        [
          ['1.1.1.0', '1.1.1.9'],
          ['1.1.1.5', '1.1.1.14'],
        ],
        15,
      ],
      [
        'that are the same',
        [
          ['1.1.1.0', '1.1.1.9'],
          ['1.1.1.0', '1.1.1.9'],
        ],
        10,
      ],
      [
        'of which one holds the other',
        [
          ['1.1.1.0', '1.1.1.99'],
          ['1.1.1.5', '1.1.1.9'],
          ['1.1.1.98', '1.1.1.100'],
        ],
        101,
      ],
      [
        'that share one address',
        [
          ['1.1.1.0', '1.1.1.9'],
          ['1.1.1.9', '1.1.1.9'],
        ],
        10,
      ],
      [
        'the two halves of everything',
        [
          ['0.0.0.0', '127.255.255.255'],
          ['128.0.0.0', '255.255.255.255'],
        ],
        ALL_PUBLIC,
      ],
    ] as const)('%s count once, in whatever order', (_, ranges, count) => {
      expect([counted(...ranges), counted(...[...ranges].reverse())]).toEqual([count, count]);
    });

    it('are none without a range', () => {
      expect(counted()).toBe(0);
    });
  });
});
