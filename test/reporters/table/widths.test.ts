import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src/model/cache.ts';
import { problem } from '../../../src/model/problem.ts';
import { RULES } from '../../../src/rules/index.ts';
import { seen } from '../../support/cache.ts';
import { cacheOf, linesOf, others, type Scene, tableOf, wideLines } from '../../support/table.ts';

/** Every third of them is open, every fifth takes old TLS. */
const mixed = (many: number): readonly Cache[] =>
  Array.from({ length: many }, (_, nth) =>
    cacheOf(`${nth % 7 === 0 ? 'a-cache-with-a-long-name' : nth % 7 === 1 ? '東京' : 'cache'}-${nth}`, {
      nonSslPort: seen(nth % 3 === 0),
      minimumTlsVersion: seen(nth % 5 === 0 ? '1.0' : '1.2'),
      ...(nth % 4 === 0 ? { publicNetworkAccess: seen('Enabled'), privateEndpoints: seen([]), firewallRules: seen([]) } : {}),
    }),
  );

const ESTATES: readonly { readonly what: string; readonly scene: Scene }[] = [
  { what: 'no cache', scene: { caches: [] } },
  { what: 'no failure that counts', scene: { caches: others(3) } },
  { what: 'one failure that counts', scene: { caches: [cacheOf('open', { nonSslPort: seen(true) })] } },
  { what: 'about 20 findings', scene: { caches: mixed(9) } },
  {
    what: 'about 500 findings, and a gap',
    scene: { caches: mixed(200), problems: [problem('permission', 'AUTHORIZATION_FAILED', 'no right to Microsoft.Cache/redis/read')] },
  },
];

const CASES = ESTATES.flatMap((estate) => [20, 40, 60, 80, 120, 200].map((width) => ({ ...estate, width })));

/** The names that a table tells of, in order: rules in rows and fixes, caches at the head of blocks and in the matrix. */
const factsOf = (text: string, caches: readonly Cache[]): readonly string[] => {
  const known = new Set([...RULES.map(({ id }) => id), ...caches.map(({ name }) => name)]);
  return text.split(/[\s,()]+/).filter((word) => known.has(word));
};

describe('the table', () => {
  it.each(CASES)('keeps within $width columns with $what', ({ scene, width }) => {
    for (const brief of [true, false])
      for (const wide of [true, false]) expect(wideLines(tableOf({ ...scene, display: { width, brief, wide } }), width)).toEqual([]);
  });

  it.each(CASES)('tells at $width columns of $what what it tells where nothing is broken', ({ scene, width }) => {
    for (const brief of [true, false]) {
      const whole = factsOf(tableOf({ ...scene, display: { brief } }), scene.caches ?? []);
      expect(factsOf(tableOf({ ...scene, display: { width, brief } }), scene.caches ?? [])).toEqual(whole);
    }
  });

  it.each(CASES)('draws at $width columns with $what by ASCII alone where a terminal has no more', ({ scene, width }) => {
    const caches = scene.caches?.map((cache) => ({ ...cache, name: cache.name.replace('東京', 'tokyo') })) ?? [];
    for (const brief of [true, false])
      expect(tableOf({ ...scene, caches, display: { width, brief, unicode: false } })).toMatch(/^[\n\x20-\x7e]+$/);
  });
});

describe('a row', () => {
  const caches = [cacheOf('open', { publicNetworkAccess: seen('Enabled'), privateEndpoints: seen([]), firewallRules: seen([]) })];
  const row = (width: number): readonly string[] => {
    const lines = linesOf(tableOf({ caches: [...caches, ...others(5)], display: { width } }));
    const at = lines.findIndex((line) => line.startsWith('  FAIL'));
    return lines.slice(at, lines.indexOf('', at)).slice(0, 3);
  };

  it('is one line where the column behind the ids has room for what it says', () => {
    expect(row(120)[0]).toBe('  FAIL     high      public-network-access-disabled  public access is enabled');
    expect(row(120)[1]).toBe('    └─     medium    private-endpoint-approved       no approved private endpoint');
  });

  it('is two lines, like all of its block, where one of them would not fit', () => {
    expect(row(80).slice(0, 2)).toEqual(['  FAIL     high      public-network-access-disabled', '           public access is enabled']);
    const short = linesOf(tableOf({ caches: [cacheOf('x', { accessKeysDisabled: seen(false) }), ...others(5)], display: { width: 80 } }));
    expect(short).toContain('  FAIL     medium    access-keys-disabled  access keys are accepted');
  });

  it('is three lines where not even its id fits behind the severity', () => {
    expect(row(50)).toEqual(['  FAIL     high', '    public-network-access-disabled', '      public access is enabled']);
  });
});

describe('the matrix where it does not fit', () => {
  const matrix = (width: number, caches: readonly Cache[]): readonly string[] => {
    const sections = tableOf({ caches, display: { width } }).split('\n\n');
    return linesOf(sections.find((section) => /^ {2}[a-z-]+(?: {2,}|\n {4})\d+ (?:high|info)/.test(section)) ?? '');
  };
  const open = cacheOf('open', { nonSslPort: seen(true) });
  const long = cacheOf('a-name-that-takes-half-of-it');

  it('says of each cache what there is, on one line or below its name', () => {
    expect(matrix(60, [open, long])).toEqual([
      expect.stringMatching(/^ {2}open {26}1 high, 1 info, \d+ pass$/),
      expect.stringMatching(/^ {2}a-name-that-takes-half-of-it {2}1 info, \d+ pass$/),
    ]);
    expect(matrix(40, [open, long])).toEqual([
      '  open',
      expect.stringMatching(/^ {4}1 high, 1 info, \d+ pass$/),
      '  a-name-that-takes-half-of-it',
      expect.stringMatching(/^ {4}1 info, \d+ pass$/),
    ]);
  });

  it('tells a cache of which nothing is judged', () => {
    const left = cacheOf('leaving', { provisioningState: 'Deleting' });
    expect(tableOf({ caches: [left, open, long], display: { width: 50 } })).toMatch(/^ {2}leaving\s+nothing judged$/m);
  });
});
