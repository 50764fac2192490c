import { describe, expect, it } from 'vitest';
import { styleFor } from '../../../src/cli/style.ts';
import { seen } from '../../support/cache.ts';
import { cacheOf, linesOf, others, rulesOf, type Scene, tableOf, waiverOf } from '../../support/table.ts';

const PORT = 'non-ssl-port-disabled';
const PUBLIC = 'public-network-access-disabled';

const SCENE: Scene = {
  caches: ['one', 'two'].map((name) =>
    cacheOf(name, { nonSslPort: seen(true), publicNetworkAccess: seen('Enabled'), firewallRules: seen([]) }),
  ),
  rules: rulesOf(PORT, PUBLIC),
};

const matrixOf = (scene: Scene): readonly string[] => {
  const lines = linesOf(tableOf({ ...SCENE, ...scene }));
  const start = lines.findIndex((line) => /^ {2}cache +sku/.test(line));
  return lines.slice(start + 2, lines.indexOf('', start)).map((line) => line.trim().replaceAll(/ +/g, ' '));
};

describe('a failure that does not count', () => {
  const waivers = [waiverOf('one', PORT), waiverOf('one', PUBLIC), waiverOf('two', PORT)];

  it('stands in the matrix apart from those that do, by a letter that is explained below', () => {
    expect(matrixOf({ waivers })).toEqual([
      'one Premium P1 0+2w 0 0',
      'two Premium P1 1+1w 0 0',
      '+w waived: not counted (--show fail,waived shows them)',
    ]);
    expect(matrixOf({ known: [['one', PORT]] })).toEqual([
      'one Premium P1 1+1k 0 0',
      'two Premium P1 2 0 0',
      '+k in the baseline: not counted (--show fail shows them)',
    ]);
    expect(matrixOf({ waivers, known: [['two', PUBLIC]] }).slice(1)).toEqual([
      'two Premium P1 0+1w+1k 0 0',
      '+w waived, +k in the baseline: not counted (--show fail,waived shows them)',
    ]);
  });

  it.each<Scene['display'] & object>([{ wide: true }, { show: new Set(['fail']), isWaivedShown: true }])(
    'is only explained where it has a row (%o)',
    (display) => {
      expect(matrixOf({ waivers, known: [['two', PUBLIC]], display }).at(-1)).toBe('+w waived, +k in the baseline: not counted');
    },
  );

  it('is explained within 80 columns on one line', () => {
    const text = tableOf({ ...SCENE, waivers, known: [['two', PUBLIC]], display: { width: 80 } });
    expect(linesOf(text)).toContain('  +w waived, +k in the baseline: not counted (--show fail,waived shows them)');
  });

  it('is painted neither as what counts nor as none', () => {
    const style = styleFor(true);
    const text = tableOf({ ...SCENE, caches: [...(SCENE.caches ?? []), ...others(1)], waivers, display: { style } });
    const row = (name: string): string => linesOf(text).find((line) => line.startsWith(`  ${name} `)) ?? '';
    expect(row('one')).toContain('  0+2w  ');
    expect(row('two')).toContain(`  ${style.severity.high('1+1w')}  `);
    expect(row('other-1')).toContain(`  ${style.faint('   0')}  `);
  });

  it('is explained nowhere where there is none', () => {
    expect(tableOf(SCENE)).not.toContain('not counted');
  });
});
