import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonSplitter, MOST_ITEM_BYTES, type Piece, piecesOf } from '../../src/sources/json-stream.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const cutAt = (bytes: Uint8Array, size: number): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));

const split = (chunks: readonly Uint8Array[]): readonly Piece[] => {
  const splitter = jsonSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
};

const pieces = (text: string): readonly Piece[] => split([bytesOf(text)]);

/** Short enough for a table: an item by its value, an object with how many items its lists held, what is broken by its line. */
const told = (text: string): readonly unknown[] =>
  pieces(text).flatMap((piece) => {
    if (piece.type === 'list') return [];
    if (piece.type === 'broken') return `${piece.line} ${piece.what}`;
    const value = 'why' in piece.item ? piece.item.why : piece.item.value;
    return piece.type === 'item' ? [value] : { object: value, items: piece.items };
  });

const alone = (object: unknown) => ({ object, items: null });

describe('the splitter', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['nothing', '', []],
    ['an empty list', ' [ ] ', []],
    ['a list of anything', '[{"a":1}, [2], "x,]}", -3.5e1 ,true,null]', [{ a: 1 }, [2], 'x,]}', -35, true, null]],
    ['a word at the end of a list', '[1]', [1]],
    ['brackets and quotes inside of strings', '[{"a\\"]":"\\\\"},"}{"]', [{ 'a"]': '\\' }, '}{']],
    ['an object', '{"a":{"b":[1,2]}}', [alone({ a: { b: [1, 2] } })]],
    ['a page', '{"value":[1,2],"nextLink":"x"}', [1, 2, { object: { value: [], nextLink: 'x' }, items: 2 }]],
    [
      'a page whose list comes last',
      '{"count":1,"skip_token":null,"data":[1]}',
      [1, { object: { count: 1, skip_token: null, data: [] }, items: 1 }],
    ],
    ['an empty page', '{"value":[]}', [{ object: { value: [] }, items: 0 }]],
    ['a page with two lists', '{"value":[1],"data":[2]}', [1, 2, { object: { value: [], data: [] }, items: 2 }]],
    ['PowerShell\u2019s words', '{"Data":[1],"Count":1}', [1, { object: { Data: [], Count: 1 }, items: 1 }]],
    ['a list of no such name', '{"values":[1]}', [alone({ values: [1] })]],
    ['a list of such a name further down', '{"a":{"value":[1]}}', [alone({ a: { value: [1] } })]],
    ['a value that is no list', '{"value":{"a":[1]}}', [alone({ value: { a: [1] } })]],
    ['the name of a list as a value', '{"a":"value","b":[1]}', [alone({ a: 'value', b: [1] })]],
    ['the name of a list in escapes', '{"\\u0076alue":[1]}', [alone({ value: [1] })]],
    ['one object a line', '{"a":1}\n{"a":2}\r\n\n{"a":3}', [alone({ a: 1 }), alone({ a: 2 }), alone({ a: 3 })]],
    ['documents one after the other', '[]\n[\n  {\n    "a": 1\n  }\n]\n{"a":\n{\n"b":2}}[3]', [{ a: 1 }, alone({ a: { b: 2 } }), 3]],
    ['byte order marks between documents', '\uFEFF[1]\n\uFEFF[2]', [1, 2]],
    ['a list with its objects at the beginning of lines', '[\n{"a":\n{"b":1}},\n{"a":2}\n]', [{ a: { b: 1 } }, { a: 2 }]],
  ])('takes apart %s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it.each<[string, string, readonly unknown[]]>([
    ['a list that breaks off between items', '[1,2', [1, 2, '1 breaks off']],
    ['a list that breaks off after a comma', '[{"a":1},', [{ a: 1 }, '1 breaks off']],
    ['a list that breaks off in an item', '[{"a":1},\n{"a', [{ a: 1 }, '2 breaks off']],
    ['a page that breaks off behind its list', '{"value":[1]', [1, '1 breaks off']],
    ['an object that breaks off', '{"a":"', ['1 breaks off']],
    ['a comma at the end of a list', '[1,]', [1, '1 is not JSON between two items of a list']],
    ['a comma at the beginning', '[,1]', ['1 is not JSON between two items of a list', 1]],
    ['no comma', '[1 2 3]', [1, '1 is not JSON between two items of a list', 2, 3]],
    ['a bracket too many', '[{"a":1}},{"a":2}]', [{ a: 1 }, '1 is not JSON between two items of a list', { a: 2 }]],
    ['an item that is no JSON', '[{"a":1},{a:2},{"a":3}]', [{ a: 1 }, 'is not JSON, or not all of it', { a: 3 }]],
    ['a word that is no JSON', '[1,oops,2]', [1, 'is not JSON, or not all of it', 2]],
    ['a name twice in an item', '[{"a":1,"a":2},{"a":3}]', [expect.stringContaining('repeats a name'), { a: 3 }]],
    ['a name twice around a list', '{"value":[1],"value":[2]}', [1, 2, { object: expect.stringContaining('repeats a name'), items: 2 }]],
    ['something around a list', '{"value":[1],oops}', [1, { object: 'is not JSON, or not all of it', items: 1 }]],
    ['text behind a document', '[1]\nDone.\n[2]', [1, '2 holds something that is not JSON', 2]],
    ['a line that breaks off', '{"a":1}\n{"a":[2,\n{"a":3}', [alone({ a: 1 }), '2 is not JSON, or not all of it', alone({ a: 3 })]],
    [
      'a line that breaks off in a string',
      '{"a":1}\n{"a":"2\n{"a":3}',
      [alone({ a: 1 }), '2 is not JSON, or not all of it', alone({ a: 3 })],
    ],
    [
      'a line that breaks off behind a value',
      '{"a":1}\n{"a":2\n{"a":3}',
      [alone({ a: 1 }), '2 is not JSON, or not all of it', alone({ a: 3 })],
    ],
    ['a first line that breaks off', '{"a":{"b":1}\n{"a":3}', ['1 is not JSON, or not all of it', alone({ a: 3 })]],
    ['nesting that nobody can walk', `[${'['.repeat(201)}${']'.repeat(201)},1]`, ['is nested deeper than 200 levels', 1]],
  ])('tells of %s, and reads on', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it('counts items and lines', () => {
    expect(pieces('[\n1,\n\n{"a":\n2}]\n{}')).toMatchObject([
      { number: 1, line: 2 },
      { number: 2, line: 4 },
      { type: 'list', items: 2, line: 5 },
      { type: 'object', line: 6 },
    ]);
  });

  it('refuses bytes that are not UTF-8, in the item that holds them alone', () => {
    const bytes = Uint8Array.from([...bytesOf('["'), 0xff, ...bytesOf('",1]')]);
    expect(split([bytes])).toMatchObject([{ item: { why: 'holds bytes that are not UTF-8' } }, { item: { value: 1 } }, { type: 'list' }]);
  });

  it('does not take a forged prototype for one', () => {
    const [piece] = pieces('[{"__proto__":{"enableNonSslPort":false}}]');
    expect(piece).toMatchObject({ type: 'item' });
    const item = piece?.type === 'item' && 'value' in piece.item ? piece.item.value : null;
    expect(Object.keys(item ?? {})).toEqual(['__proto__']);
    expect(Reflect.get(Object(item), 'enableNonSslPort')).toBeUndefined();
  });

  it('keeps nothing of what is too large, and reads on', () => {
    const text = 'x'.repeat(MOST_ITEM_BYTES);
    const splitter = jsonSplitter();
    const read = [...cutAt(bytesOf(`["${text}",1]`), 2 ** 16).flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
    expect(read).toMatchObject([{ item: { why: 'is larger than 8 MB' } }, { item: { value: 1 } }, { type: 'list' }]);
  });

  it('gives up on what does not end', async () => {
    let chunks = 0;
    const endless = async function* () {
      yield bytesOf('["');
      for (const chunk = new Uint8Array(2 ** 20).fill(0x78); ; chunks += 1) yield chunk;
    };
    const read: Piece[] = [];
    for await (const some of piecesOf(endless())) read.push(...some);
    expect(read).toEqual([{ type: 'broken', what: 'is larger than 128 MB: what comes after it was not read', line: 1 }]);
    expect(chunks).toBeLessThan(130);
  });

  const ends = (text: string, size: number): readonly Piece[] => split(cutAt(bytesOf(text), size));

  it('reads the same however the bytes come', () => {
    const hostile = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', ' ', '1', 'é', 'value', '{"a":1}') });
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 7 }), (text, size) => {
        expect(ends(text, size)).toEqual(ends(text, 1_000_000));
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads what JSON.parse reads', () => {
    const spaces = fc.constantFrom(undefined, 0, 1, 2);
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), spaces, fc.integer({ min: 1, max: 40 }), (values, space, size) => {
        const expected: unknown[] = JSON.parse(JSON.stringify(values));
        const read = ends(JSON.stringify(values, null, space), size);
        expect(read.slice(0, -1).map((piece) => (piece.type === 'item' && 'value' in piece.item ? piece.item.value : piece))).toEqual(
          expected,
        );
        expect(read.at(-1)).toMatchObject({ type: 'list', items: values.length });
      }),
    );
  });

  it('never takes for whole what was cut anywhere', () => {
    const whole = '{"count":2,"value":[{"a":[1,{"b":"]}\\"\\\\"}]},{"c":2}],"nextLink":null}';
    for (let length = 1; length < whole.length; length += 1) {
      const read = pieces(whole.slice(0, length));
      expect(read.at(-1)).toMatchObject({ type: 'broken', what: 'breaks off' });
    }
    expect(pieces(whole).at(-1)).toMatchObject({ type: 'object', items: 2 });
  });
});
