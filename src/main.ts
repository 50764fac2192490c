import type { Io } from './cli/io.ts';
import { guessOutputs } from './cli/outputs.ts';
import { readInvocation } from './cli/program.ts';
import { Trouble } from './errors.ts';
import { type Problem, problem } from './model/problem.ts';

/** Runs one command line and returns the exit code. Nothing escapes it: a mistake is told, a bug is told as a bug. */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  try {
    const invocation = await readInvocation(argv, io);
    return 'run' in invocation ? await invocation.run() : invocation.exitCode;
  } catch (error) {
    const { runFailure } = await import('./cli/run-failure.ts');
    return runFailure(problemOf(error), error, guessOutputs(argv, io.env), argv, io);
  }
};

const problemOf = (error: unknown): Problem =>
  error instanceof Trouble
    ? error.problem
    : problem('internal', 'INTERNAL', error instanceof Error ? `${error.name}: ${error.message}` : String(error), {
        hint: 'Please report it with the text above.',
      });
