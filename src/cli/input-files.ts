import { execFile } from 'node:child_process';
import { constants, createReadStream, fstatSync, type Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FileKind, Files, FolderEntry, Ran } from '../sources/files.ts';
import { readGrammar } from './grammar.ts';
import { codeOf } from './unwritable.ts';

/** How long a pipe may say nothing, and a program may take. */
export interface Patience {
  readonly idleMs: number;
  readonly programMs: number;
}

/** What a scan of files reads of this machine. The reason of the signal is an error: what is under way ends with it. */
export const inputFiles = ({ idleMs, programMs }: Patience, signal: AbortSignal): Files => ({
  kindOf: async (path) => kindOf(path === '-' ? fstatSync(0) : await stat(path), path),
  read: (path) => bytesOf(path, idleMs, signal),
  list: async (path) => {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry): FolderEntry => ({ name: entry.name, kind: entryKind(entry) })).sort((a, b) => (a.name < b.name ? -1 : 1));
  },
  run: (program, words) => run(program, words, programMs, signal),
  grammar: readGrammar,
});

const kindOf = (found: Stats, path: string): FileKind => {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  return found.isFIFO() || (path === '-' && found.isSocket()) ? 'stream' : 'other';
};

const entryKind = (entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): FolderEntry['kind'] => {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
};

async function* bytesOf(path: string, idleMs: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const stream = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
  const endWith = (error: Error): void => {
    stream.destroy(error);
    void unblock(path);
  };
  const stop = (): void => endWith(Object.assign(new Error(`nothing came for ${idleMs / 1000} s`), { code: 'ETIMEDOUT' }));
  const onAbort = (): void => endWith(signal.reason);
  let timer = setTimeout(stop, idleMs);
  signal.addEventListener('abort', onAbort);
  try {
    for await (const chunk of stream as Readable & AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      // Whoever takes its time with what came is not waited for.
      yield chunk;
      timer = setTimeout(stop, idleMs);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    stream.destroy();
  }
}

/**
 * To open a pipe that nobody writes to blocks, and so does reading one whose writer has stopped: then the process cannot end, and
 * only a writer ends that. What is written is read by nobody.
 */
const unblock = async (path: string): Promise<void> => {
  if (path === '-') return;
  try {
    if (!(await stat(path)).isFIFO()) return;
    const writer = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    await writer.write('\n').finally(() => writer.close());
  } catch {
    // Nobody waits there any more.
  }
};

const MOST_OUTPUT_BYTES = 64 * 2 ** 20;

const run = (program: string, words: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<Ran | null> =>
  new Promise((resolve, reject) => {
    const options = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OUTPUT_BYTES,
      signal,
      encoding: 'utf8',
      windowsHide: true,
    } as const;
    const child = execFile(program, [...words], options, (error, stdout, stderr) => {
      if (signal.aborted) return reject(signal.reason);
      if (error !== null && codeOf(error) === 'ENOENT') return resolve(null);
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
    // Whoever asks for something is told at once that nobody answers.
    child.stdin?.end();
  });
