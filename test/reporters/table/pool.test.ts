import { describe, expect, it } from 'vitest';
import { poolBy } from '../../../src/reporters/table/pool.ts';

describe('a pool', () => {
  it('gives the first of all that are equal by their texts', () => {
    const pool = poolBy(({ text }: { readonly text: string }) => text);
    const [one, other, again] = [{ text: 'a' }, { text: 'b' }, { text: 'a' }];
    expect([pool(one), pool(other), pool(again)].map((item) => [one, other, again].indexOf(item))).toEqual([0, 1, 0]);
  });

  it('shares nothing with another one', () => {
    const [one, other] = [{ text: 'a' }, { text: 'a' }];
    const poolOf = () => poolBy(({ text }: { readonly text: string }) => text);
    poolOf()(one);
    expect(poolOf()(other)).toBe(other);
  });

  it('gives what it has no room for as it is', () => {
    const pool = poolBy(({ text }: { readonly text: string }) => text);
    const items = Array.from({ length: 20_000 }, (_, index) => ({ text: String(index) }));
    expect(items.filter((item) => pool(item) !== item)).toEqual([]);
    const [first, last] = [{ text: '0' }, { text: '19999' }];
    expect([pool(first) === items[0], pool(last) === last]).toEqual([true, true]);
  });
});
