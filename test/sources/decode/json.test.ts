import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/model/fact.ts';
import {
  deferred,
  factAt,
  factOf,
  inside,
  isDeferred,
  isObject,
  isSensitive,
  isText,
  isTrueOrFalse,
  type JsonObject,
  listOf,
  oneOf,
  propertyOf,
  type Reading,
  sensitive,
  shown,
  textOf,
  unknown,
} from '../../../src/sources/decode/json.ts';

/** An object as it comes out of a parser: keys such as `__proto__` are its own. */
const parsed = (text: string): JsonObject => {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error(`${text} is no object`);
  return value;
};

describe('isObject', () => {
  it.each([
    [{}, true],
    [{ a: 1 }, true],
    [null, false],
    [undefined, false],
    [[], false],
    ['text', false],
    [1, false],
    [true, false],
  ])('takes %j for an object: %j', (value, expected) => {
    expect(isObject(value)).toBe(expected);
  });
});

describe('propertyOf', () => {
  it.each([
    { json: '{"a":1}', name: 'a', value: 1 },
    { json: '{"a":false}', name: 'a', value: false },
    { json: '{"a":0}', name: 'a', value: 0 },
    { json: '{"a":""}', name: 'a', value: '' },
    { json: '{"a":null}', name: 'a', value: undefined },
    { json: '{}', name: 'a', value: undefined },
    { json: '{"A":1}', name: 'a', value: undefined },
    { json: '{}', name: 'toString', value: undefined },
    { json: '{}', name: 'constructor', value: undefined },
    { json: '{}', name: '__proto__', value: undefined },
    { json: '{"__proto__":{"a":1}}', name: 'a', value: undefined },
    { json: '{"__proto__":7}', name: '__proto__', value: 7 },
    { json: '{"hasOwnProperty":1,"a":2}', name: 'a', value: 2 },
    { json: '{"hasOwnProperty":1}', name: 'hasOwnProperty', value: 1 },
  ])('finds $value under $name in $json', ({ json, name, value }) => {
    expect(propertyOf(parsed(json), name)).toEqual(value);
  });
});

describe('textOf', () => {
  it.each([
    ['{"a":"x"}', 'x'],
    ['{"a":" "}', ' '],
    ['{"a":""}', null],
    ['{"a":1}', null],
    ['{"a":true}', null],
    ['{"a":null}', null],
    ['{"a":["x"]}', null],
    ['{}', null],
  ])('reads %s as %j', (json, text) => {
    expect(textOf(parsed(json), 'a')).toBe(text);
  });
});

describe('factOf', () => {
  const colour = { expected: 'red or green', read: oneOf(['red', 'green']) };
  const withDefault = { ...colour, absent: { value: 'green' } } as const;
  const path = 'properties.colour';
  const read = (json: string, reading = colour): Fact<string> => factOf(parsed(json), 'properties', 'colour', reading);

  it('sees a documented value', () => {
    expect(read('{"colour":"red"}')).toEqual({ known: true, value: 'red', path, from: 'observed', written: 'red' });
  });

  it('sees a documented value also where it equals the default', () => {
    expect(read('{"colour":"green"}', withDefault)).toEqual({ known: true, value: 'green', path, from: 'observed', written: 'green' });
  });

  it.each(['{}', '{"colour":null}', '{"Colour":"red"}', '{"__proto__":{"colour":"red"}}'])('takes %s for absent', (json) => {
    expect([read(json), read(json, withDefault)]).toEqual([
      { known: false, path, kind: 'missing', reason: 'the property is missing from the answer', actual: null },
      { known: true, value: 'green', path, from: 'service_default', written: null },
    ]);
  });

  it.each([
    ['{"colour":"blue"}', '"blue"'],
    ['{"colour":""}', '""'],
    ['{"colour":" red"}', '" red"'],
    ['{"colour":1}', '1'],
    ['{"colour":false}', 'false'],
    ['{"colour":["red"]}', 'an array of 1'],
    ['{"colour":{"a":1}}', 'an object'],
  ])('does not know what %s means, default or not', (json, actual) => {
    const fact = { known: false, path, kind: 'invalid', reason: `${actual} is not red or green`, actual };
    expect([read(json), read(json, withDefault)]).toEqual([fact, fact]);
  });

  it.each([[null], [undefined]])('gives no default for an object that was not there: %j', (nothing) => {
    expect(factOf(nothing, 'properties', 'colour', withDefault)).toEqual({
      known: false,
      path,
      kind: 'missing',
      reason: 'properties is missing from the answer',
      actual: null,
    });
  });
});

describe('factOf, of what encloses it', () => {
  const colour = { expected: 'red or green', read: oneOf(['red', 'green']), absent: { value: 'green' } } as const;

  it.each([
    ['red', '"red"'],
    ['', '""'],
    [0, '0'],
    [false, 'false'],
    [[], 'an array of 0'],
    [[{ colour: 'red' }], 'an array of 1'],
  ])('shows the raw value when it is no object: %j', (object, actual) => {
    expect(factOf(object, 'properties', 'colour', colour)).toEqual({
      known: false,
      path: 'properties.colour',
      kind: 'invalid',
      reason: `properties is ${actual}, not an object`,
      actual,
    });
  });

  it('names what stands in the item itself without a dot', () => {
    expect(factOf({ colour: 'red' }, '', 'colour', colour)).toMatchObject({ path: 'colour', value: 'red' });
  });

  it.each([
    [['red'], null],
    [{ a: 'red' }, null],
    ['red', 'red'],
    [7, '7'],
    [false, 'false'],
  ])('writes %j as %j: a list or an object is no single value', (value, written) => {
    expect(factOf({ any: value }, '', 'any', { expected: 'anything', read: (one) => one })).toMatchObject({ value, written });
  });
});

describe('isText', () => {
  it.each([
    ['x', 'x'],
    [' ', ' '],
    ['', undefined],
    [7, undefined],
    [true, undefined],
    [['x'], undefined],
    [null, undefined],
    [undefined, undefined],
  ])('takes %j for %j', (value, expected) => {
    expect(isText(value)).toBe(expected);
  });
});

describe('listOf', () => {
  const read = listOf(isText);

  it.each([
    [[], []],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [['a', null], undefined],
    [['a', 7], undefined],
    [[undefined], undefined],
    [[['a']], undefined],
    ['ab', undefined],
    [{ length: 1, 0: 'a' }, undefined],
    [null, undefined],
    [undefined, undefined],
    [7, undefined],
  ])('reads %j as %j', (value, expected) => {
    expect(read(value)).toEqual(expected);
  });

  it('keeps what is false, and says so of what is nothing', () => {
    expect(listOf(isTrueOrFalse)([false, true])).toEqual([false, true]);
    expect(listOf<number>((item) => (item === 0 ? 0 : undefined))([0])).toEqual([0]);
  });
});

describe('oneOf', () => {
  const read = oneOf(['Enabled', 'Disabled']);

  it.each([
    ['Enabled', 'Enabled'],
    ['enabled', 'Enabled'],
    ['DISABLED', 'Disabled'],
    ['Enabled ', undefined],
    ['', undefined],
    ['SecuredByPerimeter', undefined],
    [true, undefined],
    [null, undefined],
    [['Enabled'], undefined],
  ])('reads %j as %j', (value, word) => {
    expect(read(value)).toBe(word);
  });
});

describe('isTrueOrFalse', () => {
  it.each([
    [true, true],
    [false, false],
    ['true', undefined],
    ['False', undefined],
    [0, undefined],
    [1, undefined],
    [null, undefined],
    [{}, undefined],
  ])('reads %j as %j', (value, expected) => {
    expect(isTrueOrFalse(value)).toBe(expected);
  });
});

describe('shown', () => {
  it.each([
    ['1.2', '"1.2"'],
    [1.2, '1.2'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[], 'an array of 0'],
    [[1, [2]], 'an array of 2'],
    [{ deep: {} }, 'an object'],
    ['x'.repeat(58), `"${'x'.repeat(58)}"`],
    ['x'.repeat(100), `"${'x'.repeat(60)}"...`],
  ])('shows %j as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it.each([
    'DefaultEndpointsProtocol=https;AccountKey=c2VjcmV0LXNlY3JldA==',
    '?sv=2024&sig=c2VjcmV0LXNlY3JldA%3D%3D',
    'rediss://:c2VjcmV0LXNlY3JldA@cache.example.com',
    'password=c2VjcmV0LXNlY3JldA',
  ])('keeps the secret in %s to itself', (text) => {
    expect(shown(text)).not.toContain('c2VjcmV0');
  });
});

describe('unknown', () => {
  it('is a fact without a value', () => {
    expect([unknown('properties.colour', 'denied', 'no right to read it')]).toEqual([
      { known: false, path: 'properties.colour', kind: 'denied', reason: 'no right to read it', actual: null },
    ]);
  });
});

describe('factAt', () => {
  const READINGS: readonly Reading<unknown>[] = [
    { expected: 'true or false', read: isTrueOrFalse },
    { expected: 'true or false', read: isTrueOrFalse, absent: { value: false } },
    { expected: 'one of a, B', read: oneOf(['a', 'B']), absent: { value: 'a' } },
    { expected: 'a list', read: listOf(isText) },
  ];

  it.each(READINGS)('says of every object what factOf says, whatever it was asked before: $expected', (reading) => {
    const read = factAt('properties', 'x', reading);
    const value = fc.oneof(fc.constantFrom('a', 'A', 'b', 'true', '', true, false, null, undefined, 1, 0), fc.anything());
    const object = fc.oneof({ weight: 5, arbitrary: value.map((x) => ({ x })) }, fc.anything());
    fc.assert(
      fc.property(fc.array(object, { maxLength: 120 }), (objects) => {
        for (const one of objects) expect(read(one)).toEqual(factOf(one, 'properties', 'x', reading));
      }),
    );
  });

  it('gives the same fact for the same value, and keeps no more of them than a few', () => {
    const read = factAt('properties', 'x', { expected: 'text', read: isText });
    expect(read({ x: 'a' })).toBe(read({ x: 'a', y: 1 }));
    expect(read({})).toBe(read({ y: 2 }));
    const many = Array.from({ length: 200 }, (_, nth) => ({ x: `value ${nth}` }));
    const first = many.map(read);
    const kept = many.filter((one, nth) => read(one) === first[nth]);
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThan(100);
  });
});

describe('what a declaration leaves open or hides', () => {
  const OPEN = deferred('depends on var.open', 'var.open');
  const READING = { expected: 'true or false', read: isTrueOrFalse, absent: { value: false } };

  it('is no object, and has no properties', () => {
    for (const mark of [OPEN, sensitive({ flag: true })]) {
      expect(isObject(mark)).toBe(false);
      expect(textOf({ mark }, 'mark')).toBeNull();
    }
    expect([isDeferred(OPEN), isDeferred(sensitive(1)), isSensitive(sensitive(1)), isSensitive(OPEN)]).toEqual([true, false, true, false]);
    expect([{}, null, 'x', []].map((value) => isDeferred(value) || isSensitive(value))).toEqual([false, false, false, false]);
  });

  it.each([
    ['the value', { flag: OPEN }],
    ['what encloses it', OPEN],
    ['an item of it', { flag: [true, OPEN] }],
  ])('is unknown where %s is left open, whatever absence means', (_, object) => {
    expect(factOf(object, 'properties', 'flag', READING)).toEqual(
      unknown('properties.flag', 'deferred', 'depends on var.open', 'var.open'),
    );
    expect(factAt('properties', 'flag', READING)(object)).toEqual(factOf(object, 'properties', 'flag', READING));
  });

  it('is judged where it is hidden, and never shown', () => {
    expect(factOf({ flag: sensitive(true) }, 'properties', 'flag', READING)).toMatchObject({
      known: true,
      value: true,
      written: '(sensitive)',
    });
    const wrong = factOf({ flag: sensitive('hunter2') }, 'properties', 'flag', READING);
    expect(wrong).toMatchObject({ known: false, kind: 'invalid', actual: '(sensitive)' });
    expect(JSON.stringify(wrong)).not.toContain('hunter2');
  });

  it('is found inside of what may be absent, no object, or left open', () => {
    expect(inside({ a: 1 }, 'a')).toBe(1);
    expect(inside(OPEN, 'a')).toBe(OPEN);
    expect([null, undefined, 1, 'a', [], sensitive({ a: 1 })].map((value) => inside(value, 'a'))).toEqual(Array(6).fill(undefined));
  });

  it('is shown by what is written there, or why it is not', () => {
    expect([OPEN, deferred('known after apply'), sensitive('hunter2')].map(shown)).toEqual([
      'var.open',
      '(known after apply)',
      '(sensitive)',
    ]);
  });
});
