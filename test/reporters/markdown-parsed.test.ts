import fc from 'fast-check';
import { lexer, type Token, walkTokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/model/problem.ts';
import { safeLine } from '../../src/reporters/escape.ts';
import { declaredIn } from '../support/cache.ts';
import { findingOf, type Rendering, rendered, waiverOf } from '../support/rendered.ts';

const tokensOf = (markdown: string): readonly Token[] => {
  const tokens: Token[] = [];
  walkTokens(lexer(markdown), (token) => void tokens.push(token));
  return tokens;
};

/** What is no code and has nothing below it. */
const plainIn = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap((token) => (['text', 'escape'].includes(token.type) && !('tokens' in token) ? [token.raw] : []));

/** Data as it is shown: a bar would end a cell, and what is longer than a thousand characters is cut. */
const shown = (text: string): string => safeLine(text).replaceAll('|', '\\u{7c}');

/** The same text wherever data can stand, also where only a saved result can have it. */
const everywhere = (text: string): Rendering => {
  const { rule, cache, remediation } = findingOf();
  return {
    findings: [
      findingOf({
        rule: { ...rule, id: text, title: text, references: [text] },
        cache: { ...cache, name: text },
        message: text,
        origin: { ...declaredIn(text), place: null },
        waiver: waiverOf({ state: 'expired', id: text, expires: text }),
        remediation: remediation && { ...remediation, summary: text },
      }),
    ],
    problems: [problem('usage', 'CODE', text)],
    run: { byFramework: true, disabled: [{ rule: text, reason: text }] },
    report: () => ({
      waivers: [{ id: text, state: 'expired', expires: text }],
      frameworks: [{ id: text, title: text, controls: [{ id: text, origin: 'redvet', rules: [text], state: 'fail' }] }],
    }),
  };
};

const OURS = ['<details>', '<summary>', '</summary>', '</details>'];

/** What a page makes of text by itself: mentions, issues, addresses. */
const ACTING = /@|#\d|:\/\/|www\.|\bgh-\d/i;

const FRAGMENTS = [
  '`',
  '``',
  '```',
  '|',
  '\\',
  '\\|',
  '\\`',
  '\n',
  '\n\n',
  '\r\n',
  '<b>',
  '<!--',
  '<script>alert(1)</script>',
  '</details>',
  '&lt;',
  '&#64;x',
  '![x](https://evil.example/x.png)',
  '[x](https://evil.example)',
  '[x]: https://evil.example',
  '<https://evil.example>',
  'https://evil.example',
  'www.evil.example',
  'a@evil.example',
  '@octocat',
  '#123',
  'GH-1',
  '**',
  '__',
  '~~',
  '---',
  '# ',
  '- ',
  '1. ',
  '> ',
  '    ',
  '\t',
  '$x$',
  ':smile:',
  '| x |',
  ' ',
  'x',
];
const HOSTILE = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 10 })
  .map((parts) => parts.join(''));

describe('Markdown of any text, as a parser reads it', () => {
  it.each(FRAGMENTS)('holds neither link, image nor HTML of it, nor what becomes one: %j', async (text) => {
    const tokens = tokensOf(await rendered('markdown', everywhere(text)));
    const ofType = (...types: readonly string[]) => tokens.filter(({ type }) => types.includes(type)).map(({ raw }) => raw);
    expect(ofType('link', 'image', 'def')).toEqual([]);
    expect(ofType('html').filter((html) => !OURS.includes(html))).toEqual([]);
    expect(plainIn(tokens).filter((plain) => ACTING.test(plain))).toEqual([]);
  });

  it('keeps its structure, and every text is read back as it is shown', async () => {
    await fc.assert(
      fc.asyncProperty(HOSTILE, async (text) => {
        const tokens = tokensOf(await rendered('markdown', everywhere(text)));
        const types = tokens
          .map(({ type }) => type)
          .filter((type) => ['heading', 'table', 'list', 'link', 'image', 'def', 'code', 'blockquote', 'hr', 'del'].includes(type));
        expect(types.sort()).toEqual(['heading', 'heading', 'heading', 'heading', 'heading', 'list', 'list', 'list', 'table', 'table']);
        expect(tokens.filter(({ type, raw }) => type === 'html' && !OURS.includes(raw))).toEqual([]);
        const spans = tokens.flatMap((token) => (token.type === 'codespan' ? [String(token['text'])] : []));
        expect(plainIn(tokens).filter((plain) => ACTING.test(plain))).toEqual([]);
        fc.pre(shown(text).trim() !== '');
        // Its name, its message, where it is declared, and what went wrong.
        expect(spans.filter((span) => span === shown(text)).length).toBeGreaterThanOrEqual(4);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has rows of as many cells as the heading', async () => {
    const tokens = tokensOf(await rendered('markdown', everywhere('a | b `|` \\| c')));
    const tables = tokens.flatMap((token) => (token.type === 'table' ? [token] : []));
    expect(tables.map((table) => [table['header'].length, ...table['rows'].map((row: readonly unknown[]) => row.length)])).toEqual([
      [5, 5],
      [4, 4],
    ]);
  });
});
