import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { THRESHOLDS } from '../../../src/model/severity.ts';
import { clusterId, compliantCluster, declaredIn, missing, PATH, SUBSCRIPTION, seen } from '../../support/cache.ts';
import { anyChoice, anyEstate, assessedOf, tableOfAssessed } from '../../support/estate.ts';
import { told } from '../../support/in-process.ts';
import { redvet } from '../../support/redvet.ts';
import { cacheOf, linesOf, others, rulesOf, type Scene, sectionOf, tableOf, waiverOf, wideLines } from '../../support/table.ts';

const ESCAPE = '\u001b';

const PORT = 'non-ssl-port-disabled';
const TLS = 'minimum-tls-1-2';
const PATCHES = 'patch-schedule-set';

const open = (name: string): ReturnType<typeof cacheOf> => cacheOf(name, { nonSslPort: seen(true) });

const tableByRule = ({ display, ...scene }: Scene): string => tableOf({ ...scene, display: { ...display, groupBy: 'rule' } });

/** The ids of the rules that have a block, in their order. */
const rulesIn = (text: string): readonly string[] => linesOf(text).flatMap((line) => /^([a-z0-9-]+) {2}[a-z]+ · /.exec(line)?.[1] ?? []);

describe('the table by rule', () => {
  it('names under each rule the caches by what is said of them', () => {
    const caches = [
      cacheOf('old', { minimumTlsVersion: seen('1.0') }),
      cacheOf('older', { minimumTlsVersion: seen('1.1') }),
      open('open-1'),
    ];
    const text = tableByRule({ caches: [...caches, open('two'), ...others(2)], rules: rulesOf(PORT, TLS) });
    expect(linesOf(text).slice(2, 13)).toEqual([
      'non-ssl-port-disabled  high · The non-SSL port 6379 must be closed',
      '  FAIL     high      port 6379 is open: keys travel in clear text (2 caches)',
      '    open-1  rg-test · prod',
      '    two     rg-test · prod',
      '',
      'minimum-tls-1-2  high · Clients must use TLS 1.2 or newer',
      '  FAIL     high      set to TLS 1.0: a stale setting, the wire refuses it',
      '    old  rg-test · prod',
      '  FAIL     high      set to TLS 1.1: a stale setting, the wire refuses it',
      '    older  rg-test · prod',
      '',
    ]);
    expect(linesOf(text)).toContainEqual(expect.stringMatching(/^ {2}open-1 +Premium P1 +1 /));
  });

  it('begins with the rule of the worst failure, of equal ones with the one that fails more often', () => {
    const caches = [
      cacheOf('a', { minimumTlsVersion: seen('1.0') }),
      cacheOf('b', { nonSslPort: seen(true), patchDays: seen([]) }),
      cacheOf('c', { nonSslPort: seen(true), patchDays: missing() }),
      cacheOf('d', { authenticationDisabled: seen(true) }),
    ];
    expect(rulesIn(tableByRule({ caches, display: { show: new Set(['fail', 'unknown']) } }))).toEqual([
      'authentication-required',
      PORT,
      TLS,
      PATCHES,
      'tier-not-retiring',
    ]);
  });

  it('puts failures that count before what is unknown, and both before what was accepted and what passed', () => {
    const caches = [cacheOf('good'), cacheOf('unseen', { nonSslPort: missing() }), ...['waived', 'known', 'open'].map(open)];
    const scene: Scene = { caches, rules: rulesOf(PORT), waivers: [waiverOf('waived', PORT)], known: [['known', PORT]] };
    const rows = (display: Scene['display'] = {}): readonly string[] =>
      sectionOf(tableByRule({ ...scene, display }), PORT).map((line) => line.trim().replace(/ .*/, ''));
    expect(rows({ show: new Set(['fail', 'unknown', 'pass']), isWaivedShown: true })).toEqual(
      [
        ['FAIL', 'open'],
        ['UNKNOWN', 'unseen'],
        ['KNOWN', 'known'],
        ['WAIVED', 'waived'],
        ['pass', 'good'],
      ].flat(),
    );
    expect(sectionOf(tableByRule(scene), PORT).at(-1)).toBe('  and 1 waived, 1 in the baseline');
  });

  it('counts what is mild where there are many caches, also that of rules without a block', () => {
    const caches = [cacheOf('b', { nonSslPort: seen(true), patchDays: seen([]) }), cacheOf('c', { patchDays: missing() }), ...others(5)];
    const text = tableByRule({ caches, rules: rulesOf(PORT, PATCHES, 'tier-not-retiring') });
    expect(rulesIn(text)).toEqual([PORT]);
    expect(linesOf(text)).toContain('  and 1 low, 7 info, 1 unknown (--min-severity info shows them) of 2 other rules');
    const only = tableByRule({ caches, rules: rulesOf(PATCHES) });
    expect(linesOf(only)).toContain('  1 low, 1 unknown (--min-severity info shows them) of 1 rule');
  });

  it('says how to see what is mild once', () => {
    const retiring = compliantCluster('enterprise', { id: clusterId('soon'), name: 'soon' });
    const caches = [retiring, cacheOf('unpatched', { patchDays: seen([]) }), ...others(5)];
    const text = tableByRule({ caches, today: '2026-12-01', rules: rulesOf('tier-not-retiring', PATCHES) });
    expect(linesOf(text).filter((line) => line.startsWith('  and '))).toEqual([
      '  and 6 info (--min-severity info shows them)',
      '  and 1 low of 1 other rule',
    ]);
  });

  it('tells where the value of a declared cache stands', () => {
    const address = 'azurerm_redis_cache.orders';
    const origin = declaredIn('infra/main.tf', { address, places: new Map([[PATH, { line: 17, column: 3 }]]) });
    const differences = { resourceGroup: null, subscriptionId: null, origin, nonSslPort: seen(true) };
    const cache = cacheOf('orders', { id: address, ...differences });
    const text = tableByRule({
      caches: [cache],
      inputs: [{ path: 'infra', kind: 'terraform', status: 'read', caches: 1, excluded: 0 }],
      rules: rulesOf(PORT),
    });
    expect(sectionOf(text, PORT)).toEqual([
      '  FAIL     high      port 6379 is open: keys travel in clear text',
      '    orders  infra/main.tf:17 · azurerm_redis_cache.orders',
    ]);
  });

  it('shows with --wide where each was seen, and the days that are left', () => {
    const text = tableByRule({
      caches: [cacheOf('old')],
      rules: rulesOf('tier-not-retiring'),
      display: { wide: true },
      today: '2028-09-29',
    });
    expect(sectionOf(text, 'tier-not-retiring')).toEqual([
      expect.stringMatching(/^ {2}FAIL +\S+ +Premium retires on 2028-09-30: .* \(1 day left\)$/),
      `    ${PATH} (observed)`,
      '    old  rg-test · prod',
    ]);
  });

  it('puts below a name what does not fit behind it, and keeps its columns where they fit', () => {
    const caches = [open('a-name-of-a-cache-that-is-long'), open('b')];
    const rows = (width: number): readonly string[] =>
      sectionOf(tableByRule({ caches, rules: rulesOf(PORT), display: { width } }), PORT).filter((line) => /^ {4} {0,2}\S/.test(line));
    expect(rows(50)).toEqual(['    a-name-of-a-cache-that-is-long  rg-test · prod', '    b                               rg-test · prod']);
    expect(rows(49)).toEqual(['    a-name-of-a-cache-that-is-long', '      rg-test · prod', '    b  rg-test · prod']);
  });

  it('performs nothing that names hold', () => {
    const hostile = cacheOf(`x${ESCAPE}[2J`, {
      id: 'x',
      resourceGroup: `##vso[y]\n::error::`,
      subscriptionId: SUBSCRIPTION,
      nonSslPort: seen(true),
    });
    const text = tableByRule({ caches: [hostile], rules: rulesOf(PORT) });
    expect(sectionOf(text, PORT).at(-1)).toBe('    x\\u{1b}[2J  \\x23#vso[y]\\n::error:: · prod');
    expect(text).not.toContain(ESCAPE);
  });

  it.each([20, 40, 80, 120])('keeps within %i columns for all of an estate', async (columns) => {
    for (const more of [[], ['--wide']]) {
      const { stdout } = await told(['demo', '--group-by', 'rule', ...more], { env: { COLUMNS: String(columns) } });
      expect(linesOf(stdout).length).toBeGreaterThan(50);
      expect(wideLines(stdout, columns)).toEqual([]);
    }
  });

  it('is pure ASCII where TERM is dumb', async () => {
    const { stdout } = await told(['demo', '--wide', '--group-by', 'rule'], { env: { TERM: 'dumb' } });
    expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    expect(stdout).toContain('\n    shop-cart-prod  rg-shop - harborline-production\n');
  });

  it('is the same from the binary, and so is the exit code', async () => {
    const { code, stdout } = await redvet(['demo', '--group-by', 'rule']);
    const here = await told(['demo', '--group-by', 'rule']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: here.stdout });
  });
});

interface Told {
  readonly cache: string;
  readonly rule: string;
  readonly said: string;
}

const inOrder = (rows: readonly Told[]): readonly string[] => rows.map(({ cache, rule, said }) => `${cache} ${rule} ${said}`).sort();

/** What a table says before its matrix, section by section. */
const blocksOf = (text: string): readonly (readonly string[])[] => {
  const sections = text.trimEnd().split('\n\n').slice(1, -1);
  const end = sections.findIndex((section) => /^ {2}cache {2,}sku/.test(section));
  return sections.slice(0, end < 0 ? undefined : end).map((section) => section.split('\n'));
};

const readByCache = (text: string): readonly Told[] =>
  blocksOf(text).flatMap(([title = '', ...lines]) => {
    const cache = title.replace(/ .*/, '');
    let word = '';
    return lines.flatMap((line) => {
      const [, lead = '', severity, rule = '', message] = /^ {2}(\S+| {2}└─) +(\S+) +(\S+) +(.*)$/.exec(line) ?? [];
      if (rule === '' || lead === 'and' || line.startsWith('    p')) return [];
      // What stands under a row stands as that does.
      if (!lead.includes('└─')) word = lead;
      return [{ cache, rule, said: `${word} ${severity} ${message}` }];
    });
  });

const readByRule = (text: string): readonly Told[] =>
  blocksOf(text).flatMap(([title = '', ...lines]) => {
    let said = '';
    return lines.flatMap((line) => {
      const [, word, severity, message = ''] = /^ {2}([A-Za-z/]+) +(critical|high|medium|low|info) {2,}(.*)$/.exec(line) ?? [];
      if (word !== undefined) said = `${word} ${severity} ${message.replace(/ \(\d+ caches\)$/, '')}`;
      const [, cache] = /^ {4}(cache-\d+) +\S/.exec(line) ?? [];
      return cache === undefined ? [] : [{ cache, rule: title.replace(/ .*/, ''), said }];
    });
  });

describe('the table of any estate by rule', () => {
  it('has the same rows as by cache', () => {
    fc.assert(
      fc.property(anyEstate, anyChoice, fc.constantFrom(...THRESHOLDS), (caches, choice, failOn) => {
        const estate = assessedOf(caches, failOn);
        const byRule = readByRule(tableOfAssessed(estate, failOn, { ...choice, groupBy: 'rule' }));
        expect(inOrder(byRule)).toEqual(inOrder(readByCache(tableOfAssessed(estate, failOn, choice))));
      }),
      { numRuns: 300 },
    );
  });

  it('tells of every failure and of all that is unknown, as a row or as a number', () => {
    fc.assert(
      fc.property(anyEstate, fc.boolean(), fc.constantFrom(...THRESHOLDS), (caches, wide, failOn) => {
        const estate = assessedOf(caches, failOn);
        const text = tableOfAssessed(estate, failOn, { wide, groupBy: 'rule' });
        const rows = readByRule(text).filter(({ said }) => /^[A-Z]/.test(said));
        const counted = blocksOf(text)
          .flat()
          .filter((line) => /^ {2}(?:and )?\d/.test(line))
          .flatMap((line) => line.replace(/ of \d+.*$/, '').match(/\d+/g) ?? [])
          .reduce((sum, number) => sum + Number(number), 0);
        const told = estate.flatMap(({ findings }) => findings.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown'));
        expect(rows.length + counted).toBe(told.length);
      }),
      { numRuns: 300 },
    );
  });
});
