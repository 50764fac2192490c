import { setMaxListeners } from 'node:events';
import type { Files } from '../sources/files.ts';
import type { Patience } from './input-files.ts';
import { codeOf, unwritable } from './unwritable.ts';

/** The world as one argument: whatever is not in here, a command does not touch. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** Its reason is a `Stop`. */
  readonly signal: AbortSignal;
  now(): Date;
  /** Milliseconds that only go forward. */
  elapsed(): number;
  random(): number;
  uuid(): string;
  sha256(text: string): string;
  /** The working folder, absolute. */
  cwd(): string;
  /** Whether anything is there. */
  exists(path: string): Promise<boolean>;
  /** What is in a file, or in standard input for `-`. Rejects with a Node error, `EFBIG` for more than `most` bytes. */
  readFile(path: string, most: number): Promise<Uint8Array>;
  /** Files and programs of this machine, for a scan of files; the signal ends every read with its reason. */
  inputs(patience: Patience, signal: AbortSignal): Promise<Files>;
  /** A file that appears whole when committed, or not at all. Rejects with a Node error when the place cannot be written. */
  createFile(path: string): Promise<FileOutput>;
  /** The same for a file below `root` that others are to read as well; its folders are made, links below `root` are not followed. */
  createShared(root: string, path: string): Promise<FileOutput>;
  /** The end of a file that others write to as well; it grows when it is committed. */
  appendFile(path: string): Promise<FileOutput>;
}

/** Why the process must end: a signal, or an error that nothing caught. */
export interface Stop {
  readonly name: 'SIGINT' | 'SIGTERM' | 'crash';
  readonly code: number;
  readonly message: string;
}

export interface Output {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  /** Resolves when the text has left the process, so that a slow reader slows the writer. A reader that went away is no error. */
  write(text: string): Promise<void>;
}

export interface FileOutput {
  /** Where it will stand, links resolved. */
  readonly target: string;
  /** A device or a pipe: written at once and in place, so it cannot be taken back. */
  readonly special: boolean;
  write(text: string): Promise<void>;
  /** Takes back everything that was written since `length` bytes. Not for a special one. */
  rewind(length: number): Promise<void>;
  /** Bytes so far. */
  length(): number;
  commit(): Promise<void>;
  /** Leaves what was there before. */
  discard(): Promise<void>;
}

/** The process, and how much it has written: whoever waits for it to end sees whether it still gets on. */
export interface ProcessIo extends Io {
  /** Bytes and characters that have left the process so far. */
  written(): number;
}

export const processIo = (signal: AbortSignal): ProcessIo => {
  setMaxListeners(0, signal);
  let written = 0;
  const wrote = (length: number): void => {
    written += length;
  };
  return {
    written: () => written,
    stdout: outputTo(() => process.stdout, wrote),
    stderr: forgiving(
      outputTo(
        () => process.stderr,
        () => {},
      ),
    ),
    env: process.env,
    platform: process.platform,
    signal,
    now: () => new Date(),
    elapsed: () => performance.now(),
    random: Math.random,
    uuid: () => cryptography().randomUUID(),
    sha256: (text) => cryptography().hash('sha256', text),
    cwd: () => process.cwd(),
    exists: async (path) => (await import('./files.ts')).exists(path),
    readFile: async (path, most) => (await import('./files.ts')).readFile(path, most, signal),
    inputs: async (patience, stop) => (await import('./input-files.ts')).inputFiles(patience, stop),
    createFile: async (path) => (await import('./files.ts')).createFile(path, signal, wrote),
    createShared: async (root, path) => (await import('./files.ts')).createShared(root, path, signal, wrote),
    appendFile: async (path) => (await import('./files.ts')).appendTo(path),
  };
};

/** Not imported: whoever asks for help does not wait for it. */
const cryptography = () => process.getBuiltinModule('node:crypto');

/** `stream` is made on first use: a run that says nothing on stderr does without. */
const outputTo = (stream: () => NodeJS.WriteStream, wrote: (length: number) => void): Output => {
  let gone = false;
  let listening = false;
  const opened = (): NodeJS.WriteStream => {
    if (!listening) {
      stream().on('error', () => {
        gone = true;
      });
      listening = true;
    }
    return stream();
  };
  return {
    get isTerminal() {
      return opened().isTTY === true;
    },
    get columns() {
      return opened().columns;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        if (gone || text === '') return resolve();
        opened().write(text, (error) => {
          if (!error) {
            wrote(text.length);
            return resolve();
          }
          gone = true;
          const code = codeOf(error);
          if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') resolve();
          else reject(unwritable('stdout', error));
        });
      }),
  };
};

/** What is told beside a report may get lost: nothing depends on it. */
const forgiving = (output: Output): Output => ({
  get isTerminal() {
    return output.isTerminal;
  },
  get columns() {
    return output.columns;
  },
  write: (text) => output.write(text).catch(() => {}),
});
