import { createHash, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { addAbortSignal } from 'node:stream';
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
  /** What is in a file, or in standard input for `-`. Rejects with a Node error, `EFBIG` for more than `most` bytes. */
  readFile(path: string, most: number): Promise<Uint8Array>;
  /** A file that appears whole when committed, or not at all. Rejects with a Node error when the place cannot be written. */
  createFile(path: string): Promise<FileOutput>;
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
    stdout: outputTo(process.stdout, wrote),
    stderr: forgiving(outputTo(process.stderr, () => {})),
    env: process.env,
    platform: process.platform,
    signal,
    now: () => new Date(),
    elapsed: () => performance.now(),
    random: Math.random,
    uuid: randomUUID,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    readFile: (path, most) => readFile(path, most, signal),
    createFile: (path) => createFile(path, signal, wrote),
  };
};

const outputTo = (stream: NodeJS.WriteStream, wrote: (length: number) => void): Output => {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        if (gone || text === '') return resolve();
        stream.write(text, (error) => {
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
  isTerminal: output.isTerminal,
  get columns() {
    return output.columns;
  },
  write: (text) => output.write(text).catch(() => {}),
});

/** Writes to a pipe as fast as its reader reads, and gives up when the process is to end. */
const writeWaiting = async (file: FileHandle, bytes: Buffer, signal: AbortSignal): Promise<void> => {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += (await file.write(bytes, at)).bytesWritten;
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, PIPE_PERIOD_MS));
    }
  }
};

const PIPE_PERIOD_MS = 10;

const readFile = async (path: string, most: number, signal: AbortSignal): Promise<Uint8Array> => {
  const stream = addAbortSignal(signal, path === '-' ? process.stdin : createReadStream(path));
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > most) throw Object.assign(new Error('it is too large'), { code: 'EFBIG' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const createFile = async (path: string, signal: AbortSignal, wrote: (length: number) => void): Promise<FileOutput> => {
  const target = await realpath(path).catch(() => path);
  const existing = await stat(target).catch((error: NodeJS.ErrnoException) => {
    // Whatever else is wrong with the name must be known now, and not when the report is done.
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (existing?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  // A device or a pipe, such as /dev/null, is written in place: renaming onto it would replace it.
  const special = existing !== null && !existing.isFile();
  const written = special ? target : join(dirname(target), `.redvet-${process.pid}-${randomUUID().slice(0, 8)}.tmp`);
  // Appending, so that what follows a rewind stands at the new end.
  const file = await open(written, special ? constants.O_WRONLY | constants.O_NONBLOCK : 'ax', 0o600);
  const discard = async (): Promise<void> => {
    await file.close().catch(() => {});
    if (!special) await unlink(written).catch(() => {});
  };
  let length = 0;
  return {
    target,
    special,
    length: () => length,
    write: async (text) => {
      const bytes = Buffer.from(text);
      await (special ? writeWaiting(file, bytes, signal) : file.writeFile(bytes));
      length += bytes.length;
      wrote(bytes.length);
    },
    rewind: async (to) => {
      await file.truncate(to);
      length = to;
    },
    commit: async () => {
      try {
        if (!special) await file.sync();
        await file.close();
        if (!special) await rename(written, target);
      } catch (error) {
        await discard();
        throw error;
      }
    },
    discard,
  };
};
