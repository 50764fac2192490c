import { type Io, type Output, processIo } from '../../src/cli/io.ts';
import { main } from '../../src/main.ts';
import { emptyFolder } from './redvet.ts';

/** What a command line came to in this very process, with the files of this machine. */
export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface World {
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input?: string | Uint8Array;
  readonly now?: Date;
  /** Where configuration and waivers are looked for; the names of files are not relative to it. */
  readonly cwd?: string;
}

const real = processIo(new AbortController().signal);

/** Runs a command line; files are named by whole paths. */
export const toldWithFiles = async (args: readonly string[], { env = {}, input = '', now, cwd }: World = {}): Promise<Told> => {
  const stdout = collector();
  const stderr = collector();
  const folder = cwd ?? emptyFolder();
  const io: Io = {
    ...real,
    stdout: stdout.output,
    stderr: stderr.output,
    env,
    cwd: () => folder,
    now: () => now ?? new Date(),
    inputs: async (patience, signal) => {
      const files = await real.inputs(patience, signal);
      return { ...files, read: (path) => (path === '-' ? bytesOf(input) : files.read(path)) };
    },
  };
  const code = await main(args, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

async function* bytesOf(input: string | Uint8Array): AsyncIterable<Uint8Array> {
  yield Buffer.from(input);
}

const collector = (): { readonly output: Output; readonly text: () => string } => {
  const texts: string[] = [];
  return {
    output: { isTerminal: false, columns: undefined, write: async (text) => void texts.push(text) },
    text: () => texts.join(''),
  };
};
