import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { BenchUsage, readArguments, selectRows } from './bench/arguments.ts';
import { floorSeconds, idealMs, ratiosOf, spreadOf } from './bench/arithmetic.ts';
import { BUCKET, bodiesOf, type Estate, failuresOf, GATE, ONE_RULE } from './bench/estate.ts';
import { startLoopback } from './bench/loopback.ts';
import { openProcesses } from './bench/processes.ts';
import { checkExit, checkReport, checkTraffic, countIn, listCalls, NotInThisBuild, WrongScan } from './bench/scans.ts';
import { type Bench, MARKERS, type Result, type RowSpec, tableJson, tableText, withTable } from './bench/table.ts';
import { emptyFolder } from './support/redvet.ts';

/** That the benchmark measures right. What it measures is no test: a busy machine is no bug. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));

describe('the arithmetic', () => {
  it('knows what cannot be beaten', () => {
    expect(idealMs(1_000, 32, 50)).toBe(1_650);
    expect(idealMs(2_000, 32, 50)).toBe(3_200);
    expect(idealMs(32, 32, 50)).toBe(100);
    expect(floorSeconds(4_250, BUCKET)).toBe(160);
    expect(floorSeconds(10, BUCKET)).toBe(0);
  });

  it('compares each run with its neighbour', () => {
    expect(ratiosOf([3, 8], [2, 4])).toEqual([1.5, 2]);
    expect(() => ratiosOf([1], [1, 2])).toThrow('1 measured, but 2');
  });

  it('tells median, least and most', () => {
    expect(spreadOf([10, 9, 2])).toEqual({ median: 9, min: 2, max: 10 });
    expect(spreadOf([4, 1, 2, 100])).toEqual({ median: 3, min: 1, max: 100 });
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});

describe('the arguments', () => {
  it('are understood', () => {
    expect(readArguments([])).toEqual({ help: false, list: false, json: false, write: false, quick: false, only: [], runs: null });
    expect(readArguments(['--only', 'a', '--only=b*', '--runs', '3', '--json', '--quick'])).toMatchObject({
      only: ['a', 'b*'],
      runs: 3,
      json: true,
      quick: true,
    });
  });

  it.each([['--fast'], ['row'], ['--runs=0'], ['--runs=many'], ['--runs=101'], ['--write --only=a']])('refuse %s', (line) => {
    expect(() => readArguments(line.split(' '))).toThrow(BenchUsage);
  });

  it('select rows by a part of their id or a glob of all of it', () => {
    const ids = ['start-up-help', 'start-up-help-cpu', 'live-1x5'];
    expect([...selectRows(ids, [])]).toEqual(ids);
    expect([...selectRows(ids, ['help'])]).toEqual(['start-up-help', 'start-up-help-cpu']);
    expect([...selectRows(ids, ['*-help', 'live'])]).toEqual(['start-up-help', 'live-1x5']);
    expect(() => selectRows(ids, ['live', 'l.ve'])).toThrow('--only l.ve is no row');
  });
});

const rowOf = (more: Partial<RowSpec>, result: Result) => ({
  id: 'one',
  group: 'Group',
  what: 'what it is',
  unit: '×' as const,
  target: null,
  ...more,
  result,
});

const measured = (...samples: readonly number[]): Result => ({ state: 'measured', samples, note: '' });

const BENCH: Bench = {
  date: '2026-01-02',
  machine: { node: 'v20.19.0', cores: 2, memoryGb: 8, platform: 'linux/x64' },
  rows: [
    rowOf({ id: 'met', target: 1.7 }, measured(1.7, 1.6, 1.8)),
    rowOf({ id: 'missed', target: 1.7 }, measured(1.72)),
    rowOf({ id: 'free', unit: 's' }, { state: 'measured', samples: [12.345], note: 'peak 80 MB' }),
    rowOf({ id: 'absent', target: 2 }, { state: 'absent', why: 'not in this build' }),
    rowOf({ id: 'wrong', group: 'Other', target: 2 }, { state: 'failed', why: `it ended with 70 ${'and so on '.repeat(20)}` }),
  ],
};

describe('the table', () => {
  it('marks what is met, missed and wrong, within 100 columns', () => {
    const lines = tableText(BENCH).split('\n');
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    const cells = lines.filter((line) => /^ {2}\w/.test(line)).map((line) => line.trim().split(/ {2,}/));
    expect(cells).toEqual([
      ['met', '1.70 × (1.60–1.80)', '≤ 1.7 ×', 'met'],
      ['missed', '1.72 ×', '≤ 1.7 ×', 'missed'],
      ['free', '12.35 s'],
      ['absent', 'not in this build', '≤ 2 ×'],
      ['wrong', '-', '≤ 2 ×', 'FAILED'],
    ]);
    expect(lines).toContain('    what it is: peak 80 MB');
  });

  it('is JSON for machines', () => {
    const { rows, machine } = JSON.parse(tableJson(BENCH));
    expect(machine).toEqual(BENCH.machine);
    expect(rows[0]).toMatchObject({ id: 'met', median: 1.7, min: 1.6, max: 1.8, runs: 3, target: 1.7, verdict: 'met' });
    expect(rows.map(({ verdict }: { readonly verdict: string | null }) => verdict)).toEqual(['met', 'missed', null, null, 'failed']);
  });

  it('takes the place between the markers and keeps the rest', () => {
    const before = `# Title\n\n${MARKERS.begin}\nold\n${MARKERS.end}\n\nafter $& $1\n`;
    const after = withTable(before, BENCH);
    expect(after.startsWith(`# Title\n\n${MARKERS.begin}\nMeasured on 2026-01-02: Node v20.19.0, 2 cores, 8 GB, linux/x64.\n\n| `)).toBe(
      true,
    );
    expect(after.endsWith(`|\n${MARKERS.end}\n\nafter $& $1\n`)).toBe(true);
    expect(after).not.toContain('old');
    expect(withTable(after, BENCH)).toBe(after);
  });

  it.each([[''], [MARKERS.begin], [`${MARKERS.end}${MARKERS.begin}`], [`${MARKERS.begin}${MARKERS.end}`.repeat(2)]])(
    'is not put into a text without its place: %s',
    (text) => {
      expect(() => withTable(text, BENCH)).toThrow('README.md does not hold');
    },
  );

  it('has its place in the README', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    expect(withTable(readme, BENCH)).toContain('| Group | what it is: peak 80 MB | 12.35 s |  |  |');
  });
});

const ESTATE: Estate = { subscriptions: 2, caches: 12, clusters: 0, latencyMs: 0, throttled: false, reader: 'tenant' };

describe('the estate', () => {
  it('has failures that are known beforehand', () => {
    expect(failuresOf(ESTATE, GATE)).toBe(2 * 4);
    expect(failuresOf(ESTATE, ONE_RULE)).toBe(2 * 2);
    const rows = bodiesOf(ESTATE, [1, 2]).redis(2, 0).items;
    expect(rows.filter((row) => JSON.parse(row).properties.enableNonSslPort === true)).toHaveLength(2);
    expect(rows.join('')).not.toContain('@N@');
  });

  it('is listed in pages', () => {
    const large = { ...ESTATE, subscriptions: 1_001, caches: 2_000 };
    expect(listCalls(large, 1)).toBe(2 + 1_001 * 2);
    expect(listCalls(large, 2)).toBe(2 + 1_001 * 3);
    const bodies = bodiesOf({ ...ESTATE, caches: 1_500 }, [1]);
    expect([bodies.redis(1, 0), bodies.redis(1, 1_000)].map(({ items, next }) => [items.length, next])).toEqual([
      [1_000, 1_000],
      [500, null],
    ]);
    const ids = bodies.rows('resources', [1], 0, 1_000).items.map((row) => JSON.parse(row).id);
    expect(ids).toEqual([...ids].sort());
  });
});

describe('a scan that is measured', () => {
  const counts = { requests: 5, signIns: 2, refused: 0, strays: [], connections: 1, tunnels: 0 };
  const ended = { code: 1, stderr: '', wallMs: 1, cpuMs: null, peakMb: null };

  it('must end as it should', () => {
    expect(() => checkExit(ended, 1)).not.toThrow();
    expect(() => checkExit({ ...ended, code: 3 }, 1)).toThrow(WrongScan);
    expect(() => checkExit({ ...ended, code: 2, stderr: 'error[USAGE]: two of one name' }, 1)).toThrow(WrongScan);
    expect(() => checkExit({ ...ended, code: 2, stderr: "error[USAGE]: unknown option '--source'" }, 1)).toThrow(NotInThisBuild);
  });

  it('must take the calls that it should', () => {
    expect(() => checkTraffic(counts, { calls: 5 })).not.toThrow();
    expect(() => checkTraffic(counts, { calls: 4 })).toThrow('it took 5 requests, not 4');
    expect(() => checkTraffic({ ...counts, refused: 1 }, { calls: null })).toThrow('answered 429');
    expect(() => checkTraffic({ ...counts, strays: ['/x'] }, { calls: null })).toThrow('/x');
  });

  const estate = { ...ESTATE, subscriptions: 1, caches: 1 };
  const plan = { format: 'ndjson', estate, rules: ONE_RULE };
  const line = '{"type":"finding","ruleId":"non-ssl-port-disabled","outcome":"fail"}\n';
  const end = '{"type":"end","status":{"complete":true},"stats":{"durationMs":12}}\n';
  const reportOf = (text: string): string => {
    const file = join(emptyFolder(), 'report');
    writeFileSync(file, text);
    return file;
  };

  it('must report everything', async () => {
    expect(await checkReport(reportOf(line + end), plan)).toEqual({ bytes: line.length + end.length, durationMs: 12 });
  });

  it.each([
    ['nothing', '', 'is empty'],
    ['a part', (line + end).trim(), 'breaks off'],
    ['no end', line, 'does not say that it is complete'],
    ['one finding too few', end, 'holds 0 times "ruleId":, not 1'],
    ['one too many', line + line + end, 'holds 2 times "ruleId":, not 1'],
    ['a wrong verdict', line.replace('fail', 'pass') + end, 'holds 0 times "outcome":"fail", not 1'],
  ])('must not report %s', async (_, text, message) => {
    await expect(checkReport(reportOf(text), plan)).rejects.toThrow(message);
  });

  it('is counted across the pieces that a large file is read in', async () => {
    const file = reportOf(`${'x'.repeat(2 ** 20 - 3)}needle${'y'.repeat(2 ** 20)}needleneedle`);
    expect(await countIn(file, ['needle', 'nobody', 'y'])).toEqual({ needle: 3, nobody: 0, y: 2 ** 20 });
  });
});

interface GraphAnswer {
  readonly data: readonly { readonly subscriptionId: string }[];
}

describe('npm run bench', () => {
  const built = (name: string): string => join(ROOT, 'node_modules/.cache/redvet-bench', name);
  const run = (
    args: readonly string[],
    more: { readonly env?: Readonly<Record<string, string>>; readonly onStart?: (child: ChildProcess) => void } = {},
  ) =>
    new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
      const child = spawn(process.execPath, args, {
        env: { PATH: process.env['PATH'] ?? '', HOME: emptyFolder(), TMPDIR: emptyFolder(), ...more.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), 25_000);
      const [stdout, stderr]: [string[], string[]] = [[], []];
      child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, stdout: stdout.join(''), stderr: stderr.join('') });
      });
      more.onStart?.(child);
    });
  const bench = (args: readonly string[], more: Parameters<typeof run>[1] = {}) => run([join(ROOT, 'test/bench/run.js'), ...args], more);

  let list = '';
  beforeAll(async () => {
    // Builds what the others run.
    list = (await bench(['--list'])).stdout;
  });

  it('lists its rows and the targets', () => {
    const ids = list
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids).toEqual(expect.arrayContaining(['start-up-help', 'live-1x5', 'live-1000x5-gate', 'graph-100k-memory', 'throttled']));
    expect(list).toMatch(/^start-up-help: .* \(≤ 1\.7 ×\)$/m);
  });

  it.each([
    [['--nope'], '--nope'],
    [['--only', 'nothing-like-it'], '--only nothing-like-it is no row'],
  ])('ends with 2 for %j', async (args, message) => {
    const { code, stdout, stderr } = await bench(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('measures a scan', async () => {
    const { code, stdout } = await bench(['--only', 'live-1x5', '--runs', '1', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rows[0]).toMatchObject({ id: 'live-1x5', state: 'measured', runs: 1 });
  });

  it('serves Resource Graph page by page, of the subscriptions that were asked for', async () => {
    const processes = await openProcesses(emptyFolder());
    const loopback = await startLoopback(processes, built('server.mjs'));
    const ca = readFileSync(loopback.env['NODE_EXTRA_CA_CERTS'] ?? '');
    const ask = async (query: string, options: object, subscriptions?: readonly string[]): Promise<GraphAnswer> => {
      const url = `${loopback.arm}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01`;
      const asking = request(url, { method: 'POST', ca, agent: false });
      asking.end(JSON.stringify({ query, options, ...(subscriptions ? { subscriptions } : {}) }));
      const [answer]: IncomingMessage[] = await once(asking, 'response');
      return JSON.parse(answer ? await text(answer) : '');
    };
    try {
      await loopback.serve({ ...ESTATE, subscriptions: 3, caches: 700 });
      const first = await ask('resources | order by id asc', { $top: 1_000 });
      expect(first).toMatchObject({ totalRecords: 2_100, count: 1_000, resultTruncated: 'true', $skipToken: '1000' });
      const last = await ask('resources', { $top: 1_000, $skipToken: '2000' });
      expect(last).toMatchObject({ totalRecords: 2_100, count: 100, resultTruncated: 'false' });
      expect(last).not.toHaveProperty('$skipToken');
      expect(last.data[99]).toMatchObject({ type: 'microsoft.cache/redis', properties: { minimumTlsVersion: '1.2' } });
      const [, second = ''] = (await ask('resourcecontainers', {})).data.map(({ subscriptionId }) => subscriptionId);
      expect((await ask('resources', {}, [second])).data[0]?.subscriptionId).toBe(second);
      expect(await loopback.counts()).toMatchObject({ requests: 4, refused: 0, strays: [] });
    } finally {
      processes.stop();
    }
  });

  /** The benchmark on another checkout, or with another server. */
  const runAt = (root: string, server: string) => {
    const script = `const { main } = await import('${pathToFileURL(built('bench.mjs')).href}');
      process.exitCode = await main(['--only', 'live-1x5'], ${JSON.stringify({ root, server })});`;
    return run(['--input-type=module', '-e', script]);
  };

  it('ends with 2 when its server does not start', async () => {
    const { code, stdout, stderr } = await runAt(ROOT, built('no-server.mjs'));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('bench: the loopback server');
  });

  it('ends with 1 for a scan that is fast and wrong', async () => {
    const root = emptyFolder();
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin/redvet.js'), 'process.exitCode = 1;\n');
    const { code, stdout, stderr } = await runAt(root, built('server.mjs'));
    expect(stdout).toMatch(/live-1x5 .* FAILED$/m);
    expect(stderr).toContain('FAILED, a scan did not do what it should: live-1x5, live-1x5-cpu');
    expect(code).toBe(1);
  });

  it('stops what it started when it is interrupted', async () => {
    const folder = emptyFolder();
    const { code, stdout } = await bench(['--only', 'throttled'], {
      env: { TMPDIR: folder },
      onStart: (child) => {
        child.stderr?.on('data', (text: string) => {
          if (text.includes('throttled')) setTimeout(() => child.kill('SIGINT'), 500);
        });
      },
    });
    expect([code, stdout]).toEqual([130, '']);
    expect(readdirSync(folder)).toEqual([]);
  });
});
