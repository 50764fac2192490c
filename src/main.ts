import type { Io } from './cli/io.ts';
import { readInvocation } from './cli/program.ts';
import { problemOf } from './errors.ts';

/** Runs one command line and returns the exit code. Nothing escapes it: a mistake is told, a bug is told as a bug. */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  try {
    const invocation = await readInvocation(argv, io);
    return 'run' in invocation ? await invocation.run() : invocation.exitCode;
  } catch (error) {
    const { guessSettings, runFailure } = await import('./cli/run-failure.ts');
    return runFailure(problemOf(error), error, guessSettings(argv, io.env), io);
  }
};
