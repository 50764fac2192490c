import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { appendFile, type FileHandle, lstat, mkdir, open, realpath, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { addAbortSignal } from 'node:stream';
import type { FileOutput } from './io.ts';
import { codeOf } from './unwritable.ts';

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

/** Whether anything is there, a link that leads nowhere included: what was put there is not passed over. */
export const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR',
  );

/** What is in a file, or in standard input for `-`. */
export const readFile = async (path: string, most: number, signal: AbortSignal): Promise<Uint8Array> => {
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

/** A file that appears whole when committed, or not at all, and that its owner alone reads. */
export const createFile = (path: string, signal: AbortSignal, wrote: (length: number) => void): Promise<FileOutput> =>
  fileAt(path, 0o600, signal, wrote);

/**
 * The same below `root`, for everybody whom the umask lets read, in folders that are made where they are missing and go again when it is
 * discarded. No link below `root` is followed: it may lead out of it.
 */
export const createShared = async (
  root: string,
  path: string,
  signal: AbortSignal,
  wrote: (length: number) => void,
): Promise<FileOutput> => {
  await refuseLinks(root, path);
  const folder = dirname(path);
  const first = await mkdir(folder, { recursive: true });
  const unmake = async (): Promise<void> => {
    if (first === undefined) return;
    // One that others have put something into stays.
    for (let made = folder; made.length >= first.length; made = dirname(made)) await rmdir(made).catch(() => {});
  };
  try {
    const file = await fileAt(path, 0o666, signal, wrote);
    return { ...file, discard: () => file.discard().then(unmake) };
  } catch (error) {
    await unmake();
    throw error;
  }
};

const refuseLinks = async (root: string, path: string): Promise<void> => {
  const parts = relative(root, path).split(sep);
  for (const [index] of parts.entries()) {
    const part = parts.slice(0, index + 1).join(sep);
    const found = await lstat(join(root, part)).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (found === null) return;
    if (found.isSymbolicLink()) throw new Error(`${part} is a link, which is not followed`);
    const isLast = index === parts.length - 1;
    if (!isLast && !found.isDirectory()) throw Object.assign(new Error('a file is in the way'), { code: 'ENOTDIR' });
  }
};

const fileAt = async (path: string, mode: number, signal: AbortSignal, wrote: (length: number) => void): Promise<FileOutput> => {
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
  const file = await open(written, special ? constants.O_WRONLY | constants.O_NONBLOCK : 'ax', mode);
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

/** What is appended is held until it is committed: it is no more than a summary. Rejects as `createFile` does. */
export const appendTo = async (path: string): Promise<FileOutput> => {
  const target = await realpath(path).catch(() => path);
  // Whether it can be written must be known now.
  await (await open(target, 'a', 0o600)).close();
  let bytes = Buffer.alloc(0);
  return {
    target,
    special: false,
    length: () => bytes.length,
    write: async (text) => {
      bytes = Buffer.concat([bytes, Buffer.from(text)]);
    },
    rewind: async (to) => {
      bytes = bytes.subarray(0, to);
    },
    commit: () => appendFile(target, bytes),
    discard: async () => {},
  };
};
