import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGlob, matchesGlob } from '../../src/model/glob.ts';

describe('matchesGlob', () => {
  it.each([
    // Without a star or a question mark: the whole text, without case.
    ['redis', 'redis', true],
    ['redis', 'REDIS', true],
    ['REDIS', 'redis', true],
    ['redis', 'redis-1', false],
    ['redis', 'my-redis', false],
    ['', '', true],
    ['', 'a', false],
    ['a', '', false],
    // A star is any run of characters, also of none, and slashes too.
    ['*', '', true],
    ['*', 'anything/at all', true],
    ['**', 'anything', true],
    ['red*', 'red', true],
    ['red*', 'redis', true],
    ['*dis', 'redis', true],
    ['*dis', 'redist', false],
    ['r*s', 'redis', true],
    ['r*s', 'redisx', false],
    ['*/resourceGroups/sandbox-*/*', '/subscriptions/s/resourceGroups/sandbox-1/providers/Microsoft.Cache/Redis/a', true],
    ['*/resourceGroups/sandbox-*/*', '/subscriptions/s/resourceGroups/prod/providers/Microsoft.Cache/Redis/a', false],
    ['/subscriptions/*/Redis/orders', '/subscriptions/s/resourceGroups/g/providers/Microsoft.Cache/redis/ORDERS', true],
    ['/subscriptions/*/Redis/orders', '/subscriptions/s/resourceGroups/g/providers/Microsoft.Cache/redis/orders-2', false],
    ['*a*b*c*', 'xxaxxbxxcxx', true],
    ['*a*b*c*', 'xxaxxcxxbxx', false],
    ['a*ab', 'aaab', true],
    ['*abab', 'ababab', true],
    // A question mark is one character, a slash too.
    ['?', 'a', true],
    ['?', '/', true],
    ['?', '', false],
    ['?', 'ab', false],
    ['r?dis', 'redis', true],
    ['r?dis', 'rdis', false],
    ['*?', '', false],
    ['*?', 'a', true],
    ['?*?', 'a', false],
    ['?*?', 'ab', true],
    // Nothing else is special.
    ['[ab]', 'a', false],
    ['[ab]', '[AB]', true],
    ['{a,b}', 'a', false],
    ['!a', 'b', false],
    ['a.c', 'abc', false],
    ['a.c', 'a.c', true],
    ['a+', 'aa', false],
    ['(a)', 'a', false],
    ['a|b', 'a', false],
    ['^a$', 'a', false],
    ['\\*', 'a', false],
    ['\\*', '\\anything', true],
    ['$&', '$&', true],
  ])('says of %j and %j: %j', (glob, text, expected) => {
    expect(matchesGlob(glob, text)).toBe(expected);
  });

  it.each([
    ['a letter outside of the basic plane', '𠮷'],
    ['a letter that is longer in lower case', 'İ'],
  ])('takes %s for one character', (_, letter) => {
    expect([matchesGlob('rg-?', `rg-${letter}`), matchesGlob('rg-??', `rg-${letter}`)]).toEqual([true, false]);
  });

  it('agrees with the same pattern as a regular expression', () => {
    const from = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 });
    const asRegExp = (glob: string): RegExp => new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is');
    fc.assert(
      fc.property(from('aB/*?'), from('AbB/'), (glob, text) => {
        expect(matchesGlob(glob, text)).toBe(asRegExp(glob).test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers soon where a regular expression would not', () => {
    const began = performance.now();
    expect(matchesGlob(`${'*a'.repeat(40)}b`, 'a'.repeat(2_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('isGlob', () => {
  it.each([
    ['non-ssl-port-disabled', false],
    ['[a]', false],
    ['', false],
    ['*', true],
    ['access-*', true],
    ['redis-00?', true],
  ])('takes %j for a pattern: %j', (text, expected) => {
    expect(isGlob(text)).toBe(expected);
  });
});
