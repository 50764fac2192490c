import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/model/count.ts';

describe('count', () => {
  it.each([
    [0, '0 caches'],
    [1, '1 cache'],
    [999, '999 caches'],
    [1_200, '1,200 caches'],
    [1_000_000, '1,000,000 caches'],
  ])('says %d as %s', (n, text) => {
    expect(count(n, 'cache')).toBe(text);
  });

  it('takes the plural that it is given', () => {
    expect(count(2, 'retry', 'retries')).toBe('2 retries');
  });

  it('writes every whole number as English does', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (n) => {
        expect(count(n, 'x', 'x')).toBe(`${n.toLocaleString('en-US')} x`);
      }),
    );
  });
});
