import { describe, expect, it } from 'vitest';
import { seen } from '../../support/cache.ts';
import { cacheOf, linesOf, rulesOf, type Scene, tableOf, waiverOf, wideLines } from '../../support/table.ts';

const ESCAPE = '\u001b';

const PORT = 'non-ssl-port-disabled';
const SCENE: Scene = { caches: [cacheOf('open', { nonSslPort: seen(true) })], rules: rulesOf(PORT), display: { isWaivedShown: true } };
const SAID = 'high      non-ssl-port-disabled  port 6379 is open: keys travel in clear text';

const rowOf = (scene: Scene): string | undefined => linesOf(tableOf({ ...SCENE, ...scene })).find((line) => line.includes(PORT));

describe('the row of a failure', () => {
  it('that is waived names the waiver, its last day and why', () => {
    expect(rowOf({ waivers: [waiverOf('open', PORT, { id: 'W-2026-014' })] })).toBe(
      `  WAIVED   ${SAID} (W-2026-014 until 2026-05-31: moves soon)`,
    );
  });

  it('whose waiver ends soon is waived like any other', () => {
    expect(rowOf({ waivers: [waiverOf('open', PORT, { expires: '2025-06-01' })] })).toBe(
      `  WAIVED   ${SAID} (W-1 until 2025-06-01: moves soon)`,
    );
  });

  it('whose waiver has expired counts, and says so', () => {
    expect(rowOf({ waivers: [waiverOf('open', PORT, { expires: '2025-05-31' })] })).toBe(
      `  FAIL     ${SAID} (waiver W-1 expired on 2025-05-31)`,
    );
  });

  it('that is in the baseline is known, also where its waiver has expired', () => {
    const known = [['open', PORT]] as const;
    const display = { show: new Set(['fail'] as const) };
    expect(rowOf({ known, display })).toBe(`  KNOWN    ${SAID}`);
    expect(rowOf({ known, display, waivers: [waiverOf('open', PORT, { expires: '2025-05-31' })] })).toBe(
      `  KNOWN    ${SAID} (waiver W-1 expired on 2025-05-31)`,
    );
  });

  it('that is waived gives a long reason by its beginning, on one line, and whole with --wide', () => {
    const reason = `The appliance of the vendor connects from outside\n  until the cut-over in winter\n`;
    const waivers = [waiverOf('open', PORT, { reason })];
    expect(rowOf({ waivers })).toMatch(/: The appliance of the vendor connects from outside until the…\)$/);
    expect(rowOf({ waivers, display: { isWaivedShown: true, unicode: false } })).toMatch(/ until the\.\.\.\)$/);
    expect(rowOf({ waivers, display: { wide: true } })).toMatch(/ outside until the cut-over in winter\)$/);
    expect(rowOf({ waivers: [waiverOf('open', PORT, { reason: 'x'.repeat(60) })] })).toMatch(/: x{60}\)$/);
  });

  it('that is waived performs nothing that its waiver holds', () => {
    const waivers = [waiverOf('open', PORT, { id: `W${ESCAPE}[2J`, reason: `##vso[x] ${ESCAPE}]0; ::error::` })];
    const text = tableOf({ ...SCENE, waivers });
    expect(text).toContain('(W\\u{1b}[2J until 2026-05-31: \\x23#vso[x] \\u{1b}]0; \\x3a:error::)');
    expect(text).not.toContain(ESCAPE);
  });

  it.each([50, 80, 120])('keeps within %i columns with what its waiver says', (width) => {
    const waivers = [waiverOf('open', PORT, { id: 'W-2026-014', reason: 'The appliance of the vendor connects from outside' })];
    const text = tableOf({ ...SCENE, waivers, display: { isWaivedShown: true, width } });
    expect(text.replace(/\s+/g, ' ')).toContain('(W-2026-014 until 2026-05-31: The appliance of the vendor connects from outside)');
    expect(wideLines(text, width)).toEqual([]);
  });
});
