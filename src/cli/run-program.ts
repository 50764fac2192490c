import { execFile } from 'node:child_process';
import type { Ran } from '../sources/files.ts';
import { codeOf } from './unwritable.ts';

const MOST_OUTPUT_BYTES = 64 * 2 ** 20;

/** Runs a program without a shell, at most for that long; null where there is none of that name. */
export const runProgram = (program: string, words: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<Ran | null> =>
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
