import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';

/** An output that could not be written, by its path or as `stdout`. */
export const unwritable = (file: string, error: unknown): Trouble => {
  if (error instanceof Trouble) return error;
  const code = codeOf(error);
  const why = WHY[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return new Trouble(
    problem('output', 'CANNOT_WRITE', `cannot write ${file}: ${why}${code ? ` (${code})` : ''}`, {
      scope: file,
      hint:
        file === 'stdout'
          ? 'See where the output goes, or send it to a file.'
          : 'Give another path, or make room or rights there. What was there before is untouched.',
    }),
    { cause: error },
  );
};

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENXIO: 'no process reads that pipe',
  EAGAIN: 'the process that reads that pipe has stopped reading',
  EACCES: 'no right to write there',
  EPERM: 'no right to write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
};

/** The code of a Node error, such as `ENOENT`. */
export const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
