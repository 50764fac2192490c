import { describe, expect, it } from 'vitest';
import { seen } from '../../support/cache.ts';
import { cacheOf, linesOf, type Scene, sectionOf, tableOf, waiverOf, wideLines } from '../../support/table.ts';

const ESCAPE = '\u001b';

const PORT = 'non-ssl-port-disabled';

const CACHES = Array.from({ length: 9 }, (_, n) => cacheOf(`c${n}`, { nonSslPort: seen(true) }));

const waiversOf = (waivers: Scene['waivers'], more: Scene = {}): readonly string[] =>
  sectionOf(tableOf({ caches: CACHES, ...(waivers && { waivers }), ...more }), 'Waivers');

describe('the waivers to look at', () => {
  it('are those that have expired, that expire soon and that nothing used', () => {
    expect(
      waiversOf([
        waiverOf('c0', PORT, { id: 'good' }),
        waiverOf('gone', PORT, { id: 'unused' }),
        waiverOf('c1', PORT, { id: 'soon', expires: '2025-06-15' }),
        waiverOf('c2', PORT, { id: 'last-day', expires: '2025-06-01' }),
        waiverOf('c3', PORT, { id: 'later', expires: '2025-06-16' }),
        waiverOf('c4', PORT, { id: 'over', expires: '2025-05-31' }),
        waiverOf('gone', PORT, { id: 'long-over', expires: '2024-12-31' }),
      ]),
    ).toEqual([
      '  expired, not applied: long-over (2024-12-31), over (2025-05-31)',
      '  expiring: last-day on 2025-06-01 (0 days left), soon on 2025-06-15 (14 days left)',
      '  unused in this run: unused',
    ]);
  });

  it('are told in no section where there are none, also when waivers were used', () => {
    expect(tableOf({ caches: CACHES, waivers: [waiverOf('c0', PORT)] })).not.toContain('\nWaivers\n');
  });

  it('are named up to five of a kind, and the others counted', () => {
    const unused = Array.from({ length: 7 }, (_, n) => waiverOf('gone', PORT, { id: `W-${n}` }));
    expect(waiversOf(unused)).toEqual(['  unused in this run: W-0, W-1, W-2, W-3, W-4 and 2 more']);
  });

  it('stand right before the totals', () => {
    const lines = linesOf(tableOf({ caches: CACHES, waivers: [waiverOf('gone', PORT)] }));
    expect(lines.slice(lines.indexOf('Waivers'), lines.indexOf('Waivers') + 4)).toEqual([
      'Waivers',
      '  unused in this run: W-1',
      '',
      expect.stringMatching(/^\d+ checks · /),
    ]);
  });

  it('are told within the width, and perform nothing that their ids hold', () => {
    const waivers = Array.from({ length: 5 }, (_, n) => waiverOf('gone', PORT, { id: `##vso[${ESCAPE}[2J a-rather-long-name-${n}` }));
    const text = tableOf({ caches: CACHES, waivers, display: { width: 60 } });
    expect(text.replace(/\s+/g, ' ')).toContain('\\x23#vso[\\u{1b}[2J a-rather-long-name-0,');
    expect(text).not.toContain(ESCAPE);
    expect(wideLines(text, 60)).toEqual([]);
  });
});
