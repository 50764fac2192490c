import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { widthOf, wrap, wrapParts } from '../../src/reporters/layout.ts';

describe('widthOf', () => {
  it('is what the package says, for what it is not asked as well', () => {
    const unit = fc.oneof(
      fc.constantFrom(...' ~a0·…─└'),
      fc.constantFrom('日', 'é', 'e\u0301', '\u001b[1m', '👩‍💻', '\u200b', '·\u0301'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(widthOf(text)).toBe(stringWidth(text));
      }),
    );
  });
});

describe('wrap', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 13, ['one two three']],
    ['one two three', 12, ['one two', 'three']],
    ['a-word-that-is-too-long for it', 6, ['a-word-that-is-too-long', 'for it']],
    ['日本 語', 4, ['日本', '語']],
    ['日本 語', 7, ['日本 語']],
    ['', 10, ['']],
  ])('breaks %j at %i columns', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('loses no word, and keeps every line that holds more than one within the width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z日é]{1,12}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 60 }), (some, width) => {
        const lines = wrap(some.join(' '), width);
        expect(lines.join(' ')).toBe(some.join(' '));
        expect(lines.filter((line) => line.includes(' ') && widthOf(line) > width)).toEqual([]);
      }),
    );
  });

  it('takes a text of a million words, and breaks none where there is no end of the line', () => {
    const text = 'word '.repeat(1_000_000).trim();
    expect(wrap(text, Number.POSITIVE_INFINITY)).toEqual([text]);
    expect(wrap(text.slice(0, 500_000), 80).length).toBe(6_250);
  });
});

describe('wrapParts', () => {
  it.each([
    [['1 high', '2 low', '15 pass'], ', ', 14, ['1 high, 2 low,', '15 pass']],
    [['1 high', '2 low', '15 pass'], ', ', 13, ['1 high,', '2 low,', '15 pass']],
    [['Premium P1', 'rg', 'prod'], ' · ', 12, ['Premium P1 ·', 'rg · prod']],
    [['one two three', 'x'], ', ', 8, ['one two', 'three,', 'x']],
    [['one', 'two'], ', ', Number.POSITIVE_INFINITY, ['one, two']],
    [[], ', ', 10, ['']],
  ])('breaks %j by %j at %s columns between parts, and a part only where it is too long alone', (parts, separator, width, lines) => {
    expect(wrapParts(parts, separator, width)).toEqual(lines);
  });

  it('keeps every word, and every line of several within the width', () => {
    const part = fc.array(fc.stringMatching(/^[a-z日é]{1,9}$/), { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (parts, width) => {
        const lines = wrapParts(parts, ', ', width);
        expect(lines.join(' ')).toBe(parts.join(', '));
        expect(lines.filter((line) => line.includes(' ') && widthOf(line) > width)).toEqual([]);
      }),
    );
  });
});
