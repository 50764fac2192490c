import { describe, expect, it } from 'vitest';
import { styleFor } from '../../../src/cli/style.ts';
import { RULES } from '../../../src/rules/index.ts';
import { invalid, missing, seen } from '../../support/cache.ts';
import { cacheOf, linesOf, others, rulesOf, type Scene, sectionOf, tableOf } from '../../support/table.ts';

const PORT = 'non-ssl-port-disabled';
const TLS = 'minimum-tls-1-2';

/** The last of them is the worst. */
const open = (many: number) =>
  Array.from({ length: many }, (_, nth) =>
    cacheOf(`open-${nth + 1}`, { nonSslPort: seen(true), ...(nth === many - 1 ? { minimumTlsVersion: seen('1.0' as const) } : {}) }),
  );

const BRIEF: NonNullable<Scene['display']> = { brief: true };
const TWO = rulesOf(PORT, TLS);

const titles = (text: string): readonly string[] => linesOf(text).flatMap((line) => /^(open-\d+) {2}/.exec(line)?.[1] ?? []);

const matrixOf = (text: string): readonly string[] => {
  const lines = linesOf(text);
  const start = lines.findIndex((line) => /^ {2}cache /.test(line));
  return lines.slice(start + 2, lines.indexOf('', start)).map((line) => line.trim().replaceAll(/ +/g, ' '));
};

describe('a table on a terminal', () => {
  it('has all caches as long as there are few enough to scroll through', () => {
    const text = tableOf({ caches: open(20), rules: TWO, display: BRIEF });
    expect([titles(text).length, matrixOf(text).length]).toEqual([20, 20]);
    expect(text).not.toContain(' more caches with');
  });

  it('has the worst of more, says what the others come to, and where they can be read', () => {
    const text = tableOf({ caches: open(50), rules: TWO, display: BRIEF });
    expect(titles(text).slice(0, 2)).toEqual(['open-50', 'open-1']);
    expect(titles(text)).toHaveLength(20);
    expect(linesOf(text)).toContain(
      '  and 30 more caches with 30 high: --wide or -o html=redvet.html has them, --group-by rule gathers them',
    );
  });

  it('has fewer of caches that fail much, but never fewer than five', () => {
    const worse = (many: number) =>
      open(many).map((cache) => ({
        ...cache,
        minimumTlsVersion: seen('1.0' as const),
        accessKeysDisabled: seen(false),
        entraAuthentication: seen(false),
        publicNetworkAccess: seen('Enabled' as const),
        privateEndpoints: seen([]),
        firewallRules: seen([]),
      }));
    const text = tableOf({ caches: worse(30), display: BRIEF });
    const rows = linesOf(text).filter((line) => /^ {2}(?:FAIL| {2}└─)/.test(line)).length;
    expect(titles(text)).toHaveLength(8);
    expect(rows).toBe(56);
    const wider = tableOf({ caches: worse(30), display: { ...BRIEF, show: new Set(['fail', 'pass', 'not_applicable']) } });
    expect(titles(wider)).toHaveLength(5);
  });

  it('has in the matrix the worst caches, worst first, and counts the others', () => {
    const matrix = matrixOf(tableOf({ caches: [...others(5), ...open(50)], rules: TWO, display: BRIEF }));
    expect(matrix.slice(0, 2)).toEqual(['open-50 Premium P1 2 0 0', 'open-1 Premium P1 1 0 1']);
    expect(matrix.slice(20)).toEqual(['and 35 more caches, none of them worse: --wide or -o html=redvet.html has all']);
    const unknown = cacheOf('unseen', { nonSslPort: missing() });
    expect(matrixOf(tableOf({ caches: [...others(30), unknown], rules: TWO, display: BRIEF }))[0]).toBe('unseen Premium P1 0 1 1');
  });

  it('names of a rule ten caches, and counts the others', () => {
    const caches = sectionOf(tableOf({ caches: open(12), rules: TWO, display: { ...BRIEF, groupBy: 'rule' } }), PORT);
    expect(caches.slice(1, 11).every((line) => line.startsWith('    open-'))).toBe(true);
    expect(caches.slice(11)).toEqual(['    and 2 more caches (--wide names them)']);
  });

  it('has the fixes of three rules, and names the others with what they come to', () => {
    const caches = [
      cacheOf('a', {
        nonSslPort: seen(true),
        minimumTlsVersion: seen('1.0'),
        publicNetworkAccess: seen('Enabled'),
        accessKeysDisabled: seen(false),
      }),
      cacheOf('b', { accessKeysDisabled: seen(false) }),
    ];
    const rules = rulesOf(PORT, TLS, 'public-network-access-disabled', 'access-keys-disabled');
    const fixes = (scene: Scene): readonly string[] => sectionOf(tableOf({ caches, rules, failOn: 'medium', ...scene }), 'Fix first');
    const headings = (lines: readonly string[]) => lines.filter((line) => /^ {2}\S/.test(line));
    expect(headings(fixes({ display: BRIEF }))).toEqual([
      `  ${PORT}  high, 1 cache`,
      `  ${TLS}  high, 1 cache`,
      '  public-network-access-disabled  high, 1 cache',
      '  and 1 more rule, whose fixes --wide prints:',
    ]);
    expect(fixes({ display: BRIEF }).at(-1)).toBe('    access-keys-disabled (medium, 2 caches)');
    for (const display of [{}, { ...BRIEF, wide: true }])
      expect(headings(fixes({ display })).at(-1)).toBe('  access-keys-disabled  medium, 2 caches');
  });

  it('does not say again in a row what is long and was said in the one before', () => {
    const why = '"a value that nobody has ever seen in it" is not what it should be';
    const caches = [
      cacheOf('a', {
        nonSslPort: invalid('"a value that nobody has ever seen in it"'),
        minimumTlsVersion: invalid('"a value that nobody has ever seen in it"'),
      }),
    ];
    const rows = (display: Scene['display']): readonly string[] =>
      sectionOf(tableOf({ caches, rules: TWO, ...(display === undefined ? {} : { display }) }), 'a').map((line) => line.slice(44));
    expect(rows({})).toEqual([why, why]);
    expect(rows({ brief: true, wide: true }).filter((line) => line === why)).toHaveLength(2);
    expect(rows(BRIEF)).toEqual([why, 'likewise']);
    const short = [cacheOf('a', { nonSslPort: missing(), minimumTlsVersion: missing() })];
    expect(tableOf({ caches: short, rules: TWO, display: BRIEF })).not.toContain('likewise');
  });
});

describe('a table that goes elsewhere, or is asked for as a whole,', () => {
  it.each<NonNullable<Scene['display']>>([{ brief: false }, { brief: true, wide: true }])('has every cache (%o)', (display) => {
    const text = tableOf({ caches: open(50), rules: TWO, display });
    expect([new Set(titles(text)).size, matrixOf(text).length]).toEqual([50, 50]);
    const byRule = tableOf({ caches: open(50), rules: TWO, display: { ...display, groupBy: 'rule' } });
    expect(new Set(byRule.match(/open-\d+/g)).size).toBe(50);
    expect(`${text}${byRule}`).not.toMatch(/more cache[^:]*(?:with|none|names)/);
  });
});

describe('the id of a rule', () => {
  const url = RULES.find(({ id }) => id === PORT)?.references[0] ?? '';
  const link = `\u001b]8;;${url}\u001b\\${PORT}\u001b]8;;\u001b\\`;
  const scene: Scene = { caches: [cacheOf('open', { nonSslPort: seen(true) })], rules: TWO };

  it('leads to its documentation where a terminal follows links: in rows, in headings and with its fix', () => {
    const style = styleFor(false, true);
    const lines = linesOf(tableOf({ ...scene, display: { style } }));
    expect(lines.filter((line) => line.includes(link)).map((line) => line.replace(link, 'LINK'))).toEqual([
      '  FAIL     high      LINK  port 6379 is open: keys travel in clear text',
      '  LINK  high, 1 cache',
    ]);
    const byRule = linesOf(tableOf({ ...scene, display: { style, groupBy: 'rule' } }));
    expect(byRule.filter((line) => line.includes(link))[0]).toMatch(/high · /);
  });

  it('changes nothing else, at any width', () => {
    for (const width of [20, 60, 80, 120]) {
      const alone = { ...scene, rules: rulesOf(PORT) };
      const linked = tableOf({ ...alone, display: { width, style: styleFor(false, true) } });
      expect(linked.replaceAll(link, PORT)).toBe(tableOf({ ...alone, display: { width } }));
    }
  });
});
