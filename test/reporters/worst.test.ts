import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { worstOf } from '../../src/reporters/worst.ts';

describe('the worst of many', () => {
  it('are the heaviest, those of one weight as they came, however many there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 200, size: 'max' }),
        fc.integer({ min: 1, max: 12 }),
        (weights, most) => {
          const worst = worstOf<string>(most);
          const items = weights.map((weight, index) => ({ name: `${index}`, weight }));
          for (const { name, weight } of items) worst.add(() => name, weight);
          const expected = [...items].sort((a, b) => b.weight - a.weight).slice(0, most);
          expect(worst.kept()).toEqual(expected.map(({ name }) => name));
          expect(worst.total()).toBe(weights.length);
        },
      ),
    );
  });

  it('are alone made, once there are enough that weigh as much', () => {
    const worst = worstOf<number>(10);
    let made = 0;
    for (let n = 0; n < 1_000; n += 1)
      worst.add(() => {
        made += 1;
        return n;
      }, 1);
    expect(worst.kept()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(made).toBeLessThan(50);
  });
});
