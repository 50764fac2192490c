import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compliantCache } from '../support/cache.ts';
import { emptyFolder } from '../support/redvet.ts';
import { FORMS, type Form, fileWith, savedText } from '../support/saved.ts';
import { type Told, toldWithFiles } from '../support/with-files.ts';

const [SHOP, STAGING, IDENTITY, DENIED] = ['1001', '1002', '1003', '1004'].map((end) => `7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b${end}`) as [
  string,
  string,
  string,
  string,
];

const PORT = 'non-ssl-port-disabled';

/** The day on which the calendar of the sample estate stands still. */
const NOW = new Date('2026-12-01T12:00:00Z');

const later = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);

/** A day so many days later, as `YYYY-MM-DD`. */
const inDays = (days: number): string => later(days).toISOString().slice(0, 10);

const waiver = (id: string, more: Readonly<Record<string, string>> = {}): string =>
  `  - ${JSON.stringify({ id, rule: PORT, resource: '*', category: 'waiver', reason: 'why', owner: 'me', expires: inDays(60), ...more })}\n`;

const waivers = (...all: readonly string[]): string => fileWith(`version: 1\nwaivers:\n${all.join('')}`, 'waivers.yaml');

interface Scanned {
  /** As it was told when it was written; the table is what stood on stdout. */
  readonly told: Told;
  readonly files: Readonly<Record<Form, string>>;
}

/** `redvet demo` with a result in either form. */
const scanned = async (args: readonly string[]): Promise<Scanned> => {
  const folder = emptyFolder();
  const files = { json: join(folder, 'r.json'), ndjson: join(folder, 'r.ndjson') };
  const outputs = FORMS.flatMap((form) => ['-o', `${form}=${files[form]}`]);
  return { told: await toldWithFiles(['demo', ...args, ...outputs, '-o', 'table'], { now: NOW }), files };
};

const report = (file: string, ...args: readonly string[]): Promise<Told> => toldWithFiles(['report', file, ...args], { now: NOW });

/** What a scan of the demo estate may come to, and how it is asked for. */
const SCANS: readonly { readonly what: string; readonly args: readonly string[]; readonly code: number }[] = [
  { what: 'findings, and not all was read', args: [], code: 1 },
  { what: 'findings', args: ['-s', SHOP], code: 1 },
  { what: 'nothing that gates', args: ['-s', STAGING, '--rule', 'dedicated-node'], code: 0 },
  { what: 'unknown checks that would gate', args: ['-s', IDENTITY, '--rule', 'diagnostic-logs-enabled', '--fail-on', 'low'], code: 3 },
  { what: 'no access', args: ['-s', DENIED], code: 4 },
  { what: 'no cache', args: ['-g', 'nothing'], code: 3 },
  { what: 'no cache where all was read', args: ['-s', SHOP, '-g', 'nothing'], code: 5 },
  { what: 'nothing: a mistake on the command line', args: ['--rule', 'nonsense'], code: 2 },
];

describe('a saved result that is reported again', () => {
  const ALIKE: typeof SCANS = [
    ...SCANS,
    { what: 'a stricter gate', args: ['--fail-on', 'low'], code: 1 },
    { what: 'tolerated gaps', args: ['--fail-on', 'none', '--allow-incomplete'], code: 0 },
    { what: 'tolerated emptiness', args: ['-s', SHOP, '-g', 'nothing', '--allow-empty'], code: 0 },
    { what: 'a framework', args: ['--framework', 'cis-azure-database-2.0'], code: 1 },
    { what: 'options of rules', args: ['-s', SHOP, '--rule-option', 'minimum-tls-1-2.requireExplicit=true'], code: 1 },
    { what: 'hashes in place of ids', args: ['--redact', 'ids'], code: 1 },
    { what: 'waivers', args: ['--waivers', waivers(waiver('W-1'), waiver('W-2', { resource: '*/nobody' }))], code: 1 },
    {
      what: 'waivers that have expired, end soon, and are for another rule',
      args: [
        '--waivers',
        waivers(
          waiver('W-1', { expires: inDays(-1) }),
          waiver('W-2', { rule: 'minimum-tls-1-2', expires: inDays(3) }),
          waiver('W-3', { rule: 'sku-has-sla' }),
        ),
        '--rule',
        PORT,
        '--rule',
        'minimum-tls-1-2',
      ],
      code: 1,
    },
    {
      what: 'waivers of which the unused are a mistake',
      args: ['-s', SHOP, '--rule', PORT, '--strict-waivers', '--waivers', waivers(waiver('W-1'), waiver('W-2', { resource: '*/nobody' }))],
      code: 2,
    },
    {
      what: 'a configuration',
      args: [
        '--config',
        fileWith(
          `version: 1\nrules:\n  ${PORT}: { severity: low }\n  patch-schedule-set: { enabled: false, reason: someone else does }\n`,
          'config.yaml',
        ),
      ],
      code: 1,
    },
  ];

  it.each(ALIKE)('is the same in every format and form: $what', async ({ args, code }) => {
    const { told, files } = await scanned(args);
    expect(told.code).toBe(code);
    const again = args.flatMap((word, index) => (word === '--config' ? [word, args[index + 1] ?? ''] : []));
    for (const from of FORMS) {
      for (const to of FORMS) {
        const { code: same, stdout, stderr } = await report(files[from], '-o', to, ...again);
        expect(same).toBe(code);
        expect(stdout).toBe(readFileSync(files[to], 'utf8'));
        expect(stderr.trimEnd().split('\n').at(-1)).toBe(told.stderr.trimEnd().split('\n').at(-1));
      }
      // Of a command line that could not be understood, no table is written.
      if (code !== 2 || told.stdout !== '') expect(await report(files[from], ...again)).toEqual(told);
    }
  });

  it('is the same as a baseline left it', async () => {
    const before = await scanned(['-s', SHOP]);
    const { files, told } = await scanned(['--baseline', before.files.ndjson]);
    expect(told.stderr).toContain('in the baseline');
    for (const form of FORMS) expect((await report(files[form], '-o', form)).stdout).toBe(readFileSync(files[form], 'utf8'));
  });

  it.each(FORMS)('may come from standard input, as %s', async (form) => {
    const text = savedText(form, { caches: [compliantCache()] });
    const { code, stdout } = await toldWithFiles(['report', '-', '-o', form], { input: text });
    expect({ code, stdout }).toEqual({ code: 0, stdout: text });
  });

  it('may be written over itself', async () => {
    const file = fileWith(savedText('ndjson', { caches: [compliantCache()] }));
    expect((await report(file, '-o', `json=${file}`)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(savedText('json', { caches: [compliantCache()] }));
  });
});

describe('the gate that a saved result is held to', () => {
  const GATES: readonly (readonly string[])[] = [
    [],
    ...['critical', 'medium', 'info', 'none'].map((severity) => ['--fail-on', severity]),
    ['--allow-incomplete'],
    ['--allow-empty'],
    ['--allow-incomplete', '--fail-on', 'none'],
    ['--allow-empty', '--allow-incomplete'],
  ];

  it.each(SCANS)('is that of a scan that finds the same: $what', async ({ args }) => {
    const { files } = await scanned(args);
    for (const gate of GATES) {
      const { told } = await scanned([...args, ...gate]);
      // A mistake on the command line has ended the scan before anything was known of a gate.
      for (const form of FORMS) expect([gate, (await report(files[form], ...gate)).code]).toEqual([gate, told.code]);
    }
  });

  it('is written into the report', async () => {
    const { files } = await scanned(['-s', SHOP]);
    const { stdout } = await report(files.json, '-o', 'json', '--fail-on', 'none', '--allow-empty');
    const { run, status } = JSON.parse(stdout);
    expect(run.options).toMatchObject({ failOn: 'none', allowEmpty: true, allowIncomplete: false });
    expect(status).toMatchObject({ failOn: 'none', exitCode: 0 });
  });

  it('may come from a configuration, which also changes how severe a rule is', async () => {
    const { files } = await scanned(['-s', SHOP, '--rule', PORT]);
    const config = fileWith(`version: 1\ngate: { failOn: critical }\nrules:\n  ${PORT}: { severity: medium }\n`, 'config.yaml');
    const { code, stdout } = await report(files.json, '-o', 'json', '--config', config);
    const { findings, rules, summary } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(rules).toMatchObject([{ id: PORT, severity: 'medium', severityRank: 3 }]);
    expect(new Set(findings.map(({ severity }: { severity: string }) => severity))).toEqual(new Set(['medium']));
    expect(summary.failBySeverity).toEqual({ critical: 0, high: 0, medium: summary.fail, low: 0, info: 0 });
  });
});

describe('what excuses failures in a saved result', () => {
  let saved: Scanned;
  beforeAll(async () => {
    saved = await scanned(['-s', SHOP, '--rule', PORT, '--waivers', waivers(waiver('W-1', { expires: inDays(30) }))]);
  });

  const dispositions = (text: string): readonly string[] => [
    ...new Set<string>(
      JSON.parse(text)
        .findings.filter(({ outcome }: { outcome: string }) => outcome === 'fail')
        .map(({ disposition }: { disposition: string }) => disposition),
    ),
  ];

  it('is its waivers, as long as they hold', async () => {
    expect(saved.told.code).toBe(0);
    for (const form of FORMS) expect((await report(saved.files[form])).code).toBe(0);
  });

  it.each(FORMS)('is no waiver that has expired since: %s', async (form) => {
    const now = later(31);
    const { code, stdout } = await toldWithFiles(['report', saved.files[form], '-o', 'json'], { now });
    const { findings, waivers: told } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(dispositions(stdout)).toEqual(['active']);
    expect(findings.find(({ outcome }: { outcome: string }) => outcome === 'fail').waiver).toMatchObject({ id: 'W-1', state: 'expired' });
    expect(told).toEqual([{ id: 'W-1', expires: inDays(30), state: 'expired' }]);
  });

  it('is a mistake where it has expired and that is asked for', async () => {
    const now = later(31);
    const { code, stderr } = await toldWithFiles(['report', saved.files.json, '--strict-waivers'], { now });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('1 waiver expired: W-1') });
  });

  it('does not come back by a clock that is behind', async () => {
    const expired = await scanned(['-s', SHOP, '--rule', PORT, '--waivers', waivers(waiver('W-1', { expires: inDays(-1) }))]);
    expect(expired.told.code).toBe(1);
    expect((await toldWithFiles(['report', expired.files.json], { now: later(-30) })).code).toBe(1);
  });

  it('is none of them with --no-waivers', async () => {
    const { code, stdout } = await report(saved.files.json, '--no-waivers', '-o', 'json');
    expect({ code, dispositions: dispositions(stdout) }).toEqual({ code: 1, dispositions: ['active'] });
    expect(JSON.parse(stdout).run.options.waivers).toBe(false);
  });

  it('is others, where a file says so', async () => {
    const file = waivers(waiver('W-9', { resource: '*/nobody' }));
    const { code, stdout } = await report(saved.files.ndjson, '--waivers', file, '-o', 'json');
    expect({ code, dispositions: dispositions(stdout) }).toEqual({ code: 1, dispositions: ['active'] });
    expect(JSON.parse(stdout).waivers).toMatchObject([{ id: 'W-9', state: 'unused' }]);
  });

  it('is no waiver for a rule that the configuration says nobody may waive', async () => {
    const config = fileWith(`version: 1\nrules:\n  ${PORT}: { waivable: false }\n`, 'config.yaml');
    expect((await report(saved.files.json, '--config', config)).code).toBe(1);
  });

  it('is an earlier result, where one is given', async () => {
    const { files } = await scanned(['-s', SHOP, '--rule', PORT]);
    const { code, stdout } = await report(files.json, '--baseline', files.ndjson, '-o', 'json');
    expect({ code, dispositions: dispositions(stdout) }).toEqual({ code: 0, dispositions: ['baselined'] });
    // And it stays so when that report is read again.
    expect((await report(fileWith(stdout), '-o', 'json')).stdout).toBe(stdout);
  });

  it('is not, what was wrong with another report of the scan', async () => {
    const folder = emptyFolder();
    const good = join(folder, 'good.json');
    writeFileSync(join(folder, 'file'), '');
    const scan = ['demo', '-s', STAGING, '--rule', 'dedicated-node', '-o', `json=${good}`, '-o', `table=${join(folder, 'file', 'x')}`];
    expect((await toldWithFiles(scan)).code).toBe(73);
    expect(JSON.parse(readFileSync(good, 'utf8')).status.outcome).toBe('output');
    expect((await report(good)).code).toBe(0);
  });
});
