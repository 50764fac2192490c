import { type ChildProcess, fork, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Something that Node runs, with a clean environment. */
export interface Command {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Killed after so long: every loop has an end. */
  readonly timeoutMs: number;
  /** Takes what is written to stdout; without it, that is thrown away. */
  readonly reader?: (stdout: Readable) => void;
}

export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  readonly wallMs: number;
  /** User and system; null where it was not asked for or cannot be had. */
  readonly cpuMs: number | null;
  /** Megabytes of 10^6 bytes; null where it was not asked for. */
  readonly peakMb: number | null;
}

/** What is measured of a run. CPU time costs a shell around it and memory a module before it, so that short runs take each by itself. */
export type Measure = 'wall' | 'cpu' | 'peak';

export interface Processes {
  run(command: Command, ...measures: readonly Measure[]): Promise<Ended>;
  /** A Node process with IPC that lives until all is stopped. */
  start(file: string): ChildProcess;
  readonly cpuIsMeasured: boolean;
  /** Ends whatever still runs. */
  stop(): void;
}

export const openProcesses = async (folder: string): Promise<Processes> => {
  const running = new Set<ChildProcess>();
  const track = (child: ChildProcess): ChildProcess => {
    running.add(child);
    child.once('close', () => running.delete(child));
    child.once('error', () => running.delete(child));
    return child;
  };
  const peak = peakIn(folder);
  const run = async (command: Command, ...measures: readonly Measure[]): Promise<Ended> => {
    const withPeak = measures.includes('peak') ? peak.before(command) : command;
    const ended = await runOne(withPeak, measures.includes('cpu') && cpuIsMeasured, track);
    return { ...ended, peakMb: measures.includes('peak') ? peak.read() : null };
  };
  const nothing = { args: ['-e', '0'], env: {}, cwd: folder, timeoutMs: 10_000 };
  const cpuIsMeasured = await runOne(nothing, true, track).then(
    ({ cpuMs }) => cpuMs !== null && cpuMs > 0,
    () => false,
  );
  return {
    run,
    start: (file) => track(fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: {}, execArgv: [] })),
    cpuIsMeasured,
    stop: () => {
      for (const child of running) kill(child);
    },
  };
};

/** A group of its own, so that the shell and what it runs end together. */
const GROUP = process.platform !== 'win32';

const kill = (child: ChildProcess): void => {
  try {
    if (GROUP && child.spawnargs[0] !== process.execPath && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has just ended.
  }
};

/** By getrusage, to the millisecond; `times` of the shell knows hundredths of a second only. */
const TIMED = 'TIMEFORMAT=\'%3U %3S\'; { time "$@" 2>&3 3>&- 4>&-; } 2>&4';

const runOne = (command: Command, timed: boolean, track: (child: ChildProcess) => ChildProcess): Promise<Omit<Ended, 'peakMb'>> =>
  new Promise((resolve, reject) => {
    const { args, cwd, timeoutMs, reader } = command;
    const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, ...command.env };
    const stdout = reader ? 'pipe' : 'ignore';
    const started = process.hrtime.bigint();
    const options: SpawnOptions = timed
      ? { cwd, env, stdio: ['ignore', stdout, 'ignore', 'pipe', 'pipe'], detached: GROUP }
      : { cwd, env, stdio: ['ignore', stdout, 'pipe'] };
    const child = track(
      timed ? spawn('bash', ['-c', TIMED, 'bash', process.execPath, ...args], options) : spawn(process.execPath, args, options),
    );
    const timer = setTimeout(() => kill(child), timeoutMs);
    const stderr = textOf(child.stdio[timed ? 3 : 2]);
    const times = textOf(child.stdio[4]);
    if (reader && child.stdout) reader(child.stdout);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      const wallMs = Number(process.hrtime.bigint() - started) / 1e6;
      clearTimeout(timer);
      resolve({ code, stderr: stderr(), wallMs, cpuMs: timed ? cpuIn(times()) : null });
    });
  });

const textOf = (stream: unknown): (() => string) => {
  let text = '';
  if (isReadable(stream))
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return () => text;
};

const isReadable = (stream: unknown): stream is Readable => typeof stream === 'object' && stream !== null && 'setEncoding' in stream;

const cpuIn = (times: string): number | null => {
  const [, user, system] = /^(\d+[.,]\d+) (\d+[.,]\d+)\s*$/.exec(times) ?? [];
  if (user === undefined || system === undefined) return null;
  return (Number(user.replace(',', '.')) + Number(system.replace(',', '.'))) * 1000;
};

/**
 * A module that notes the most memory a process held, at its end. On Linux that is VmHWM: what getrusage says there is not less than
 * what the process that started it held, because the two are one until the new program is loaded.
 */
const PEAK = `process.on('exit', () => {
  const { readFileSync, writeFileSync } = require('node:fs');
  const status = (() => { try { return readFileSync('/proc/self/status', 'utf8'); } catch { return ''; } })();
  const kib = /^VmHWM:\\s+(\\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  writeFileSync(FILE, String(kib));
});
`;

const peakIn = (folder: string) => {
  const file = join(folder, 'peak.txt');
  const module = join(folder, 'peak.cjs');
  writeFileSync(module, PEAK.replace('FILE', JSON.stringify(file)));
  return {
    before: (command: Command): Command => {
      writeFileSync(file, '');
      return { ...command, args: ['--require', module, ...command.args] };
    },
    read: (): number | null => {
      const kib = Number(readFileSync(file, 'utf8'));
      return kib > 0 ? (kib * 1024) / 1e6 : null;
    },
  };
};
