import { createHash } from 'node:crypto';
import type { Io, Output } from '../../src/cli/io.ts';
import { main } from '../../src/main.ts';
import { holdToSchema } from './result-schema.ts';

/** What a command line came to in this very process: no build, no child, nothing of this machine's environment. */
export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface World {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether a terminal is there, as wide as most. */
  readonly terminal?: boolean;
}

/** Runs a command line without files. A width for people is asked for by COLUMNS, as in a pipe. */
export const told = async (args: readonly string[], world: World = {}): Promise<Told> => {
  const { io, stdout, stderr } = ioOf(world);
  const code = await main(args, io);
  holdToSchema(stdout(), args);
  return { code, stdout: stdout(), stderr: stderr() };
};

/** The world of such a run, and what was written to it so far. */
export const ioOf = ({
  env = {},
  terminal = false,
}: World = {}): {
  readonly io: Io;
  readonly stdout: () => string;
  readonly stderr: () => string;
} => {
  const stdout = collector(terminal);
  const stderr = collector(terminal);
  const io: Io = {
    stdout: stdout.output,
    stderr: stderr.output,
    env,
    platform: 'linux',
    signal: new AbortController().signal,
    now: () => new Date(),
    elapsed: () => performance.now(),
    random: Math.random,
    uuid: () => '55555555-0000-4000-8000-000000000001',
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    cwd: () => '/',
    exists: async () => false,
    readFile: () => Promise.reject(new Error('no file is read here')),
    inputs: () => Promise.reject(new Error('no file is read')),
    createFile: () => Promise.reject(new Error('no file is written here')),
    createShared: () => Promise.reject(new Error('no file is written here')),
    appendFile: () => Promise.reject(new Error('no file is written here')),
  };
  return { io, stdout: stdout.text, stderr: stderr.text };
};

const collector = (isTerminal: boolean): { readonly output: Output; readonly text: () => string } => {
  const parts: string[] = [];
  const output: Output = {
    isTerminal,
    columns: isTerminal ? 80 : undefined,
    write: async (text) => {
      parts.push(text);
    },
  };
  return { output, text: () => parts.join('') };
};
