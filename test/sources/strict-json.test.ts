import { describe, expect, it } from 'vitest';
import { MOST_JSON_DEPTH, parseStrictly } from '../../src/sources/strict-json.ts';

describe('parseStrictly', () => {
  it.each(['null', '1', '"a:b"', '[]', '{"a":{"a":[{"a":1},{"a":2}]}}', '{"a\\":":1,"b":"\\\\"}', '{"__proto__":{"x":1},"toString":2}'])(
    'reads %s as JSON.parse does',
    (text) => {
      expect(parseStrictly(text)).toEqual({ value: JSON.parse(text) });
    },
  );

  it.each([
    ['a name that stands twice', '{"a":1,"a":1}'],
    ['a name that is escaped the second time', '{"a":1,"\\u0061":2}'],
    ['deep inside', '[{"x":[{"enableNonSslPort":true,"b":{},"enableNonSslPort":false}]}]'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['names like numbers', '{"1":1,"1":2}'],
  ])('refuses %s', (_, text) => {
    expect(parseStrictly(text)).toEqual({ why: expect.stringMatching(/repeats a name/) });
  });

  it.each(['', '{', '[1,]', '{"a":1}x', "{'a':1}", '// a\n{}', '\u0000', '{"a":"unfinished'])('refuses %j, which is no JSON', (text) => {
    expect(parseStrictly(text)).toEqual({ why: 'is not JSON, or not all of it' });
  });

  it('refuses what nobody can walk, however it is made, and no less', () => {
    const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(parseStrictly(nested(MOST_JSON_DEPTH))).toHaveProperty('value');
    expect(parseStrictly(nested(MOST_JSON_DEPTH + 1))).toEqual({ why: 'is nested deeper than 200 levels' });
    expect(parseStrictly('{"a":'.repeat(100_000))).toEqual({ why: 'is nested deeper than 200 levels' });
    expect(parseStrictly(`{"a":"${'['.repeat(1000)}"}`)).toHaveProperty('value');
  });
});
