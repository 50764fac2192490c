import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, emptyFolder, redvet, scan } from '../support/redvet.ts';
import { startResourceManager, subscriptionId, wireRedis } from '../support/resource-manager.ts';

const ESCAPE = '\u001b';

const SEVERITY_WORDS = ['critical', 'high', 'medium', 'low', 'info'];

const linesOf = (text: string): readonly string[] => text.split('\n');

/** Rows of findings: an outcome, a severity, a rule. */
const rowsOf = (stdout: string): readonly { readonly outcome: string; readonly severity: string }[] =>
  linesOf(stdout).flatMap((line) => {
    const [, outcome = '', severity = ''] = /^ {2}(FAIL|UNKNOWN|pass|n\/a|unseen| {2}└─) +(\S+) +[a-z0-9-]+/.exec(line) ?? [];
    return outcome === '' ? [] : [{ outcome: outcome.trim(), severity }];
  });

/** What people copy is never broken; everything else keeps within the width. */
const isForCopying = (line: string): boolean => /^\s*az /.test(line) || line.includes('https://') || /^\s*help:/.test(line);

const wideLines = (text: string, columns: number): readonly string[] =>
  linesOf(text).filter((line) => stringWidth(line) > columns && !isForCopying(line));

/** A result without what differs from run to run. */
const stable = (text: string): unknown => ({ ...JSON.parse(text), run: null, stats: null });

describe('the table of redvet demo', () => {
  let piped: Ended;
  beforeAll(async () => {
    piped = await redvet(['demo']);
  });

  it.each([80, 120])('keeps every line within %i columns but for commands and addresses', async (columns) => {
    const { stdout } = await redvet(['demo'], { env: { COLUMNS: String(columns) } });
    expect(linesOf(stdout).length).toBeGreaterThan(50);
    expect(wideLines(stdout, columns)).toEqual([]);
  });

  it.each([80, 120])('keeps every line within %i columns with --wide as well', async (columns) => {
    const { stdout } = await redvet(['demo', '--wide'], { env: { COLUMNS: String(columns) } });
    expect(wideLines(stdout, columns)).toEqual([]);
  });

  it('breaks no line in a pipe, so that each finding is one line', () => {
    expect(linesOf(piped.stdout)).toContainEqual(
      expect.stringMatching(/^ {2}FAIL +high +minimum-tls-1-2 +set to TLS 1\.0: a stale setting, the wire refuses it$/),
    );
  });

  it('has no colour in a pipe, on neither stream', () => {
    expect(piped.stdout.includes(ESCAPE)).toBe(false);
    expect(piped.stderr.includes(ESCAPE)).toBe(false);
  });

  it('ends with exactly one newline', () => {
    expect(piped.stdout.slice(-2)).toMatch(/^[^\n]\n$/);
  });

  it('says each severity as a word', () => {
    const rows = rowsOf(piped.stdout);
    expect(rows).toHaveLength(19);
    expect(rows.filter(({ severity }) => !SEVERITY_WORDS.includes(severity))).toEqual([]);
    expect(rows[0]).toEqual({ outcome: 'FAIL', severity: 'critical' });
  });

  it('hides what passed where there are many caches', () => {
    expect(rowsOf(piped.stdout).filter(({ outcome }) => outcome === 'pass')).toEqual([]);
  });

  it('counts the unknown of each cache in a column of its own', () => {
    const lines = linesOf(piped.stdout);
    const header = lines.find((line) => /^ {2}cache +sku/.test(line));
    expect(header?.trim().split(/ +/)).toEqual(['cache', 'sku', 'critical', 'high', 'medium', 'unknown', 'pass']);
    const cellsOf = (name: string): readonly string[] | undefined =>
      lines
        .find((line) => new RegExp(`^ {2}${name} .*\\d$`).test(line))
        ?.trim()
        .split(/ {2,}/);
    expect(cellsOf('feature-flags')).toEqual(['feature-flags', 'Standard C1', '0', '0', '0', '1', '5']);
    expect(cellsOf('shop-cart-prod')).toEqual(['shop-cart-prod', 'Premium P2', '0', '2', '2', '0', '2']);
    expect(cellsOf('loadtest-tmp')).toEqual(['loadtest-tmp', 'Standard C2', '-', '-', '-', '0', '0']);
  });

  it('names for what was not read the subscription, the missing action and the command that grants it', () => {
    const lines = linesOf(piped.stdout);
    const gap = lines.slice(lines.indexOf('Not read'));
    expect(gap[1]).toMatch(/harborline-data-lab: .*Microsoft\.Cache\/redis\/read/);
    expect(gap[2]).toMatch(/help: .*az role assignment create .*--scope \/subscriptions\/7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1004$/);
    expect(gap[3]).toMatch(/harborline-pilot-2019: skipped, .*Disabled/);
  });

  it('says that it is incomplete', () => {
    expect(piped.stdout).toContain('This report is incomplete');
  });

  it('is pure ASCII where TERM is dumb, on both streams', async () => {
    const { stdout, stderr } = await redvet(['demo', '--wide'], { env: { TERM: 'dumb' } });
    expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    expect(stderr).toMatch(/^[\n\x20-\x7e]+$/);
  });
});

describe('a display option', () => {
  const withJson = async (flags: readonly string[]) => {
    const folder = emptyFolder();
    const { code, stdout } = await redvet(['demo', '-o', 'table', '-o', 'json=r.json', ...flags], { cwd: folder });
    return { code, table: stdout, json: stable(readFileSync(join(folder, 'r.json'), 'utf8')) };
  };

  const CASES: readonly {
    readonly flags: readonly string[];
    readonly outcomes: readonly string[];
    readonly severities: readonly string[];
  }[] = [
    { flags: [], outcomes: ['FAIL', 'UNKNOWN', '└─'], severities: ['critical', 'high', 'medium'] },
    { flags: ['--show', 'fail'], outcomes: ['FAIL', '└─'], severities: ['critical', 'high', 'medium'] },
    { flags: ['--show', 'unknown'], outcomes: ['UNKNOWN'], severities: ['medium'] },
    { flags: ['--show', 'pass'], outcomes: ['pass'], severities: ['critical', 'high', 'medium'] },
    { flags: ['--show', 'unknown,not_applicable'], outcomes: ['UNKNOWN', 'n/a'], severities: ['critical', 'high', 'medium'] },
    { flags: ['--show', 'not_evaluated'], outcomes: [], severities: [] },
    { flags: ['--min-severity', 'high'], outcomes: ['FAIL'], severities: ['critical', 'high'] },
    { flags: ['--min-severity', 'critical'], outcomes: ['FAIL'], severities: ['critical'] },
    { flags: ['--wide'], outcomes: ['FAIL', 'UNKNOWN', 'pass', '└─'], severities: ['critical', 'high', 'medium'] },
  ];

  let plain: Awaited<ReturnType<typeof withJson>>;
  beforeAll(async () => {
    plain = await withJson([]);
  });

  it.each(CASES)(
    '$flags shows rows of $outcomes and changes neither the exit code nor the JSON',
    async ({ flags, outcomes, severities }) => {
      const { code, table, json } = await withJson(flags);
      const rows = rowsOf(table);
      expect([...new Set(rows.map(({ outcome }) => outcome))].sort()).toEqual([...outcomes].sort());
      expect([...new Set(rows.map(({ severity }) => severity))].sort()).toEqual([...severities].sort());
      expect(code).toBe(1);
      expect(json).toEqual(plain.json);
    },
  );

  it('--wide adds the evidence of each finding and a fix for every cache that gates', async () => {
    const { table } = await withJson(['--wide']);
    const fixes = (text: string): number => linesOf(text).filter((line) => /^\s*az rest /.test(line)).length;
    expect(table).toContain('properties.enableNonSslPort (observed)');
    expect(plain.table).not.toContain('properties.enableNonSslPort (observed)');
    expect(fixes(table)).toBe(9);
    expect(fixes(plain.table)).toBeLessThan(9);
  });
});

describe('the matrix of caches', () => {
  const ONE = subscriptionId(1);
  const NAMES = ['plain', '東京キャッシュ', '缓存-生产环境', 'ＦＵＬＬ', 'señal', '👍🏽-cache'];

  it.each(['', '80'])('stays aligned under names of wide characters (COLUMNS=%j)', async (columns) => {
    const caches = NAMES.map((name, index) => ({ ...wireRedis(ONE, `cache-${index}`), name }));
    const arm = await startResourceManager({ subscriptions: [ONE], caches: { [ONE]: caches } });
    const { code, stdout } = await scan(arm, ['-o', 'table'], { env: { COLUMNS: columns } });
    await arm.close();
    const lines = linesOf(stdout);
    const start = lines.findIndex((line) => /^ {2}cache +sku/.test(line));
    const header = lines[start] ?? '';
    const rows = lines.slice(start + 2, start + 2 + NAMES.length);
    const columnOf = (line: string, text: string): number => stringWidth(line.slice(0, line.indexOf(text)));
    expect(code).toBe(0);
    expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual(NAMES);
    expect(rows.map((row) => columnOf(row, 'Premium'))).toEqual(NAMES.map(() => columnOf(header, 'sku')));
    expect(rows.map((row) => stringWidth(row))).toEqual(NAMES.map(() => stringWidth(header)));
    expect(stringWidth(lines[start + 1] ?? '')).toBe(stringWidth(header));
  });
});
