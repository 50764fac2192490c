import { describe, expect, it } from 'vitest';
import { seen } from '../../support/cache.ts';
import { cacheOf, linesOf, others, type Scene, sectionOf, tableOf, waiverOf } from '../../support/table.ts';

const PORT = 'non-ssl-port-disabled';
const PUBLIC = 'public-network-access-disabled';
const ENDPOINT = 'private-endpoint-approved';
const FIREWALL = 'firewall-rules-present';
const PATCHES = 'patch-schedule-set';

/** Fails five rules: two are waived, one is in the baseline. */
const SCENE: Scene = {
  caches: [
    cacheOf('open', {
      nonSslPort: seen(true),
      publicNetworkAccess: seen('Enabled'),
      privateEndpoints: seen([]),
      firewallRules: seen([]),
      patchDays: seen([]),
    }),
    ...others(5),
  ],
  waivers: [waiverOf('open', PORT), waiverOf('open', PATCHES)],
  known: [['open', ENDPOINT]],
};

const told = (display: Scene['display'] = {}): readonly string[] =>
  sectionOf(tableOf({ ...SCENE, display }), 'open').map((line) =>
    line
      .trim()
      .replace(/^(\S+) +\S+ +([a-z]\S+-\S+) .*$/, '$1 $2')
      .replaceAll(/ +/g, ' '),
  );

describe('a failure that does not count', () => {
  it('has no row, and is counted as what it is, however mild', () => {
    expect(told()).toEqual([
      `FAIL ${PUBLIC}`,
      `└─ ${FIREWALL}`,
      'and 1 info (--min-severity info shows them), 2 waived, 1 in the baseline',
    ]);
  });

  it('is not counted where failures are not asked for, or none so mild', () => {
    expect(told({ show: new Set(['unknown']) })).toEqual([]);
    expect(told({ show: new Set(['not_applicable']) }).at(-1)).not.toMatch(/^and /);
    expect(told({ minSeverity: 'high' })).toEqual([`FAIL ${PUBLIC}`, 'and 1 waived']);
  });

  it('that is waived is shown when asked for, alone as well', () => {
    expect(told({ show: new Set(['fail']), isWaivedShown: true })).toEqual([
      `FAIL ${PUBLIC}`,
      `└─ ${FIREWALL}`,
      'FAIL tier-not-retiring',
      `KNOWN ${ENDPOINT}`,
      `WAIVED ${PORT}`,
      `WAIVED ${PATCHES}`,
    ]);
    expect(told({ show: new Set(), isWaivedShown: true })).toEqual([`WAIVED ${PORT}`, `WAIVED ${PATCHES}`]);
  });

  it('that is in the baseline is shown when failures are asked for, and what is waived is counted', () => {
    expect(told({ show: new Set(['fail']) }).slice(-2)).toEqual([`KNOWN ${ENDPOINT}`, 'and 2 waived']);
  });

  it('is shown with --wide, but not where no failures are asked for', () => {
    expect(told({ wide: true }).filter((line) => /^(?:KNOWN|WAIVED)/.test(line))).toEqual([
      `KNOWN ${ENDPOINT}`,
      `WAIVED ${PORT}`,
      `WAIVED ${PATCHES}`,
    ]);
    expect(told({ wide: true, show: new Set(['unknown']) })).toEqual([]);
  });

  it('gives a cache no block of its own where there are many caches', () => {
    const text = tableOf({
      caches: [cacheOf('open', { nonSslPort: seen(true) }), ...others(5)],
      waivers: [waiverOf('open', PORT)],
    });
    expect(sectionOf(text, 'open')).toEqual([]);
    expect(linesOf(text)).toContainEqual(expect.stringMatching(/^ {2}open .*0\+1w/));
  });

  it('never stands under one that counts, nor one that counts under it', () => {
    const waived = (rule: string): readonly string[] => {
      const text = tableOf({
        ...SCENE,
        waivers: [waiverOf('open', rule)],
        known: [],
        display: { show: new Set(['fail']), isWaivedShown: true },
      });
      return sectionOf(text, 'open').flatMap(
        (line) => /^ {2}(FAIL|WAIVED|KNOWN| {2}└─) .*(public|private|firewall)/.exec(line)?.slice(1).join(' ') ?? [],
      );
    };
    expect(waived(FIREWALL)).toEqual(['FAIL public', '  └─ private', 'WAIVED firewall']);
    expect(waived(PUBLIC)).toEqual(['FAIL private', 'FAIL firewall', 'WAIVED public']);
  });
});
