import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeJson, safeLine } from '../../src/reporters/escape.ts';

/** What a terminal, a bidi algorithm or a CI log would act on, or a reader would not see. Written from the promise, not from the code. */
const HIDDEN: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
  [0xd800, 0xdfff],
  [0xe0000, 0xe007f],
];

/** Iterating a string by code points yields a surrogate only where it is alone. */
const hiddenIn = (text: string): readonly string[] =>
  [...text]
    .map((character) => character.codePointAt(0) ?? 0)
    .filter((code) => HIDDEN.some(([first, last]) => code >= first && code <= last))
    .map((code) => `U+${code.toString(16)}`);

const AZURE_COMMAND = /##(?:\[|vso\[)/i;
const GITHUB_COMMAND = /^\s*::/;

/** Text that is more likely than chance to be dangerous: fragments of commands, invisible characters, halves of characters. */
const FRAGMENTS = ['#', '##', '[', 'vso[', 'VSO[', 'vSo', '##[', '##vso[', ':', '::', ' ', '\t', '\n', '\r\n', '\\', '"', 'x', '\u3000'];
const HIDDEN_CHARACTER = fc
  .constantFrom(...HIDDEN)
  .chain(([first, last]) => fc.integer({ min: first, max: last }))
  .map((code) => String.fromCodePoint(code));
const UNIT = fc.oneof(
  fc.constantFrom(...FRAGMENTS),
  HIDDEN_CHARACTER,
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
);
const HOSTILE = fc.array(UNIT, { maxLength: 12 }).map((parts) => parts.join(''));
const JSON_VALUE = fc.jsonValue({ stringUnit: UNIT });

const RUNS = { numRuns: 3_000 };

describe('safeLine', () => {
  const CASES: readonly { readonly what: string; readonly text: string; readonly shown: string }[] = [
    { what: 'plain text', text: 'shop-cart-prod (Premium P1)', shown: 'shop-cart-prod (Premium P1)' },
    { what: 'letters of every script', text: 'Zürich – 東京 – القاهرة – 🚀 👍🏽', shown: 'Zürich – 東京 – القاهرة – 🚀 👍🏽' },
    { what: 'an empty text', text: '', shown: '' },
    { what: 'an escape sequence that colours', text: 'a\u001b[31mred', shown: 'a\\u{1b}[31mred' },
    { what: 'an escape sequence that sets the title', text: '\u001b]0;owned\u0007', shown: '\\u{1b}]0;owned\\u{7}' },
    { what: 'a device control string', text: '\u001bP$q"p\u001b\\', shown: '\\u{1b}P$q"p\\u{1b}\\' },
    { what: 'CSI as one C1 character', text: '\u009b2J', shown: '\\u{9b}2J' },
    { what: 'the C1 line break', text: 'a\u0085b', shown: 'a\\u{85}b' },
    { what: 'DEL', text: 'a\u007fb', shown: 'a\\u{7f}b' },
    { what: 'NUL', text: 'a\0b', shown: 'a\\u{0}b' },
    { what: 'backspaces', text: 'pass\b\b\b\bfail', shown: 'pass\\u{8}\\u{8}\\u{8}\\u{8}fail' },
    { what: 'a line feed', text: 'a\nb', shown: 'a\\nb' },
    { what: 'a carriage return', text: 'a\rb', shown: 'a\\rb' },
    { what: 'a tabulator', text: 'a\tb', shown: 'a\\tb' },
    { what: 'a vertical tabulator and a form feed', text: '\v\f', shown: '\\u{b}\\u{c}' },
    { what: 'right-to-left override', text: 'exe\u202egpj', shown: 'exe\\u{202e}gpj' },
    { what: 'a bidirectional isolate', text: '\u2066x\u2069', shown: '\\u{2066}x\\u{2069}' },
    { what: 'the Arabic letter mark', text: '\u061c', shown: '\\u{61c}' },
    { what: 'zero-width space, joiners and marks', text: 'a\u200bb\u200dc\u200f', shown: 'a\\u{200b}b\\u{200d}c\\u{200f}' },
    { what: 'line and paragraph separators', text: '\u2028\u2029', shown: '\\u{2028}\\u{2029}' },
    { what: 'word joiner', text: '\u2060', shown: '\\u{2060}' },
    { what: 'a byte order mark', text: '\ufeffname', shown: '\\u{feff}name' },
    { what: 'a tag character', text: 'a\u{e0041}b', shown: 'a\\u{e0041}b' },
    { what: 'a high surrogate alone', text: 'a\ud83d', shown: 'a\\u{d83d}' },
    { what: 'a low surrogate alone', text: '\ude80a', shown: '\\u{de80}a' },
    { what: 'two halves in the wrong order', text: '\ude80\ud83d', shown: '\\u{de80}\\u{d83d}' },
    { what: 'a pipeline command', text: '##vso[task.setvariable variable=PATH]x', shown: '\\x23#vso[task.setvariable variable=PATH]x' },
    { what: 'a pipeline command in mixed case', text: '##VsO[task.complete]', shown: '\\x23#VsO[task.complete]' },
    { what: 'a pipeline command in the middle', text: 'a ##vso[x]', shown: 'a \\x23#vso[x]' },
    { what: 'an old-style command', text: '##[error]x', shown: '\\x23#[error]x' },
    { what: 'an old-style command after one more #', text: '###[error]x', shown: '#\\x23#[error]x' },
    { what: 'two commands', text: '##[a]##[b]', shown: '\\x23#[a]\\x23#[b]' },
    { what: 'a heading, which is no command', text: '## heading [1]', shown: '## heading [1]' },
    { what: 'a workflow command', text: '::error::x', shown: '\\x3a:error::x' },
    { what: 'a workflow command after spaces', text: '   ::error::x', shown: '   \\x3a:error::x' },
    { what: 'a workflow command after an ideographic space', text: '\u3000::error::x', shown: '\u3000\\x3a:error::x' },
    { what: 'three colons at the start', text: ':::x', shown: '\\x3a::x' },
    { what: 'colons in the middle, which are no command', text: 'a::b', shown: 'a::b' },
  ];

  it.each(CASES)('shows $what', ({ text, shown }) => {
    expect(safeLine(text)).toBe(shown);
  });

  it('gives one line that nothing acts on, for any text', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const line = safeLine(text);
        expect({ hidden: hiddenIn(line), azure: AZURE_COMMAND.test(line), github: GITHUB_COMMAND.test(line) }).toEqual({
          hidden: [],
          azure: false,
          github: false,
        });
      }),
      RUNS,
    );
  });

  it('leaves a text alone that is harmless', () => {
    const visible = fc.string({ unit: fc.constantFrom('#', '[', 'v', ':', ' ', '\\', '"', 'a', 'Z', '7', '.', 'é', '東') });
    fc.assert(
      fc.property(visible, (text) => {
        // After a space, too, where a line may be broken.
        fc.pre(!AZURE_COMMAND.test(text) && !/(?:^|\s)::/.test(text));
        expect(safeLine(text)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('safeJson', () => {
  const CASES: readonly { readonly what: string; readonly value: unknown; readonly text: string }[] = [
    { what: 'a text', value: 'Zürich 東京 🚀', text: '"Zürich 東京 🚀"' },
    { what: 'null', value: null, text: 'null' },
    { what: 'nothing as null', value: undefined, text: 'null' },
    { what: 'an escape sequence', value: '\u001b[31m', text: '"\\u001b[31m"' },
    { what: 'CSI as one C1 character', value: '\u009b2J', text: '"\\u009b2J"' },
    { what: 'DEL', value: '\u007f', text: '"\\u007f"' },
    { what: 'line breaks', value: '\r\n\u2028\u2029', text: '"\\r\\n\\u2028\\u2029"' },
    { what: 'right-to-left override', value: '\u202e', text: '"\\u202e"' },
    { what: 'a bidirectional isolate', value: '\u2066', text: '"\\u2066"' },
    { what: 'a zero-width space and a byte order mark', value: '\u200b\ufeff', text: '"\\u200b\\ufeff"' },
    { what: 'a tag character, as its two halves', value: '\u{e0041}', text: '"\\udb40\\udc41"' },
    { what: 'a surrogate alone', value: '\ud800', text: '"\\ud800"' },
    { what: 'a pipeline command', value: '##vso[x]', text: '"\\u0023#vso[x]"' },
    { what: 'a pipeline command in mixed case', value: '##VSO[x]', text: '"\\u0023#VSO[x]"' },
    { what: 'an old-style command', value: '##[error]', text: '"\\u0023#[error]"' },
    { what: 'an old-style command after one more #', value: '###[error]', text: '"#\\u0023#[error]"' },
    { what: 'a hostile key', value: { '##[group]\u202e': 1 }, text: '{"\\u0023#[group]\\u202e":1}' },
  ];

  it.each(CASES)('writes $what', ({ value, text }) => {
    expect(safeJson(value)).toBe(text);
  });

  it('is read back as exactly the text that went in, halves of characters included', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        expect(JSON.parse(safeJson(text))).toBe(text);
      }),
      RUNS,
    );
  });

  it('is read back as the value that went in, keys included', () => {
    fc.assert(
      fc.property(JSON_VALUE, (value) => {
        expect(JSON.stringify(JSON.parse(safeJson(value)))).toBe(JSON.stringify(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds nothing that acts, for any value', () => {
    fc.assert(
      fc.property(fc.oneof(HOSTILE, JSON_VALUE), (value) => {
        const text = safeJson(value);
        expect({ hidden: hiddenIn(text), azure: AZURE_COMMAND.test(text), github: GITHUB_COMMAND.test(text) }).toEqual({
          hidden: [],
          azure: false,
          github: false,
        });
      }),
      RUNS,
    );
  });
});
