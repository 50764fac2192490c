import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type BenchOptions, BenchUsage, readArguments, selectRows, USAGE } from './arguments.ts';
import { EXPERIMENTS, type Experiment } from './experiments.ts';
import { type Loopback, NotStarted, startLoopback } from './loopback.ts';
import { openProcesses, type Processes } from './processes.ts';
import { type Kit, NotInThisBuild, WrongScan } from './scans.ts';
import { type Bench, type Result, type Row, tableJson, tableText, verdictOf, withTable } from './table.ts';

interface Place {
  /** The checkout. */
  readonly root: string;
  /** The loopback server, built. */
  readonly server: string;
}

const INTERRUPTED = 130;

/** Measures what was asked for, prints the table and returns the exit code. */
export const main = async (argv: readonly string[], place: Place): Promise<number> => {
  try {
    const options = readArguments(argv);
    if (options.help) return print(USAGE, 0);
    const selected = selectRows(
      EXPERIMENTS.flatMap(({ rows }) => rows.map(({ id }) => id)),
      options.only,
    );
    const experiments = EXPERIMENTS.filter(({ rows, slow }) => rows.some(({ id }) => selected.has(id)) && !(options.quick && slow));
    if (options.list) return print(listText(experiments, selected), 0);
    return await measureAll(experiments, selected, options, place);
  } catch (error) {
    if (!(error instanceof BenchUsage || error instanceof NotStarted)) throw error;
    process.stderr.write(`bench: ${error.message}\n${error instanceof BenchUsage ? 'help: npm run bench -- --help\n' : ''}`);
    return 2;
  }
};

const print = (text: string, code: number): number => {
  process.stdout.write(text);
  return code;
};

const listText = (experiments: readonly Experiment[], selected: ReadonlySet<string>): string =>
  experiments
    .flatMap(({ rows }) => rows)
    .filter(({ id }) => selected.has(id))
    .map(({ id, what, target, unit }) => `${id}: ${what}${target === null ? '' : ` (≤ ${target} ${unit})`}\n`)
    .join('');

const measureAll = async (
  experiments: readonly Experiment[],
  selected: ReadonlySet<string>,
  options: BenchOptions,
  { root, server }: Place,
): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'redvet-bench-'));
  // What helpers write to the temporary folder goes with it.
  process.env['TMPDIR'] = folder;
  const processes = await openProcesses(folder);
  const interrupted = interruptible(processes);
  try {
    const loopback = await startLoopback(processes, server);
    const kit = kitOf({ processes, loopback, root, folder }, options);
    const rows: Row[] = [];
    for (const experiment of experiments) {
      if (interrupted()) return INTERRUPTED;
      rows.push(...(await rowsOf(experiment, kit)).filter(({ id }) => selected.has(id)));
    }
    if (interrupted()) return INTERRUPTED;
    return await tell({ date: new Date().toISOString().slice(0, 10), machine: machine(), rows }, options, root);
  } catch (error) {
    if (interrupted()) return INTERRUPTED;
    throw error;
  } finally {
    processes.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Stops what runs at the first signal; what waits for it then fails, and the benchmark ends. */
const interruptible = (processes: Processes): (() => boolean) => {
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      interrupted = true;
      processes.stop();
    });
  return () => interrupted;
};

const kitOf = (
  parts: { readonly processes: Processes; readonly loopback: Loopback; readonly root: string; readonly folder: string },
  { runs }: BenchOptions,
): Kit => ({
  ...parts,
  runs: (usual) => runs ?? usual,
  say: (text) => {
    process.stderr.write(`bench:   ${text}\n`);
  },
});

const rowsOf = async ({ rows, measure }: Experiment, kit: Kit): Promise<readonly Row[]> => {
  process.stderr.write(`bench: ${rows.map(({ id }) => id).join(' ')}\n`);
  const all = (result: Result): readonly Row[] => rows.map((row) => ({ ...row, result }));
  try {
    const sampled = await measure(kit);
    return rows.map((row) => {
      const one = sampled[row.id];
      return { ...row, result: one ? { state: 'measured', samples: one.samples, note: one.note ?? '' } : { state: 'absent', why: '-' } };
    });
  } catch (error) {
    if (error instanceof NotInThisBuild) return all({ state: 'absent', why: error.message });
    if (error instanceof WrongScan) return all({ state: 'failed', why: error.message });
    throw error;
  }
};

const machine = (): Bench['machine'] => ({
  node: process.version,
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1e9),
  platform: `${platform()}/${arch()}`,
});

const tell = async (bench: Bench, { json, write }: BenchOptions, root: string): Promise<number> => {
  process.stdout.write(json ? tableJson(bench) : tableText(bench));
  const failed = bench.rows.filter((row) => verdictOf(row) === 'FAILED');
  if (failed.length > 0) {
    process.stderr.write(`bench: FAILED, a scan did not do what it should: ${failed.map(({ id }) => id).join(', ')}\n`);
    return 1;
  }
  if (write) {
    const readme = join(root, 'README.md');
    await writeFile(readme, withTable(await readFile(readme, 'utf8'), bench));
  }
  return 0;
};
