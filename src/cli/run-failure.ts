import type { Problem } from '../model/problem.ts';
import { redacted } from '../model/redact.ts';
import { COUNTING } from '../policy/evaluate.ts';
import { tallyOf } from '../policy/tally.ts';
import { safeLine } from '../reporters/escape.ts';
import { RULESET_VERSION } from '../rules/index.ts';
import type { Io } from './io.ts';
import { guessOutputs, type OutputRequest } from './outputs.ts';
import { openReports } from './reports.ts';
import { PLAIN_CHOICES } from './settings.ts';
import { looksOf } from './style.ts';
import { lastLine, problemLines } from './tell.ts';
import { VERSION } from './version.ts';

/** What of the settings is known when a command ends before it begins. */
interface FailureSettings {
  readonly outputs: readonly OutputRequest[];
  readonly isQuiet: boolean;
  /** Whether the stack of the error is told. */
  readonly isVerbose: boolean;
}

/** What of them can be made out on a command line that could not be understood. */
export const guessSettings = (argv: readonly string[], env: Io['env']): FailureSettings => ({
  outputs: guessOutputs(argv, env),
  isQuiet: argv.some((word) => /^(?:-[qv]*q[a-z]*|--quiet)$/.test(word)) || /^(?:1|true|yes|on)$/i.test(env['REDVET_QUIET'] ?? ''),
  isVerbose: argv.some((word) => /^-vv+$/.test(word)) || env['REDVET_VERBOSE'] === '2',
});

/** A command that ended before it began: the mistake goes to stderr, and into whatever machine format was asked for. */
export const runFailure = async (
  cause: Problem,
  error: unknown,
  { outputs, isQuiet, isVerbose }: FailureSettings,
  io: Io,
): Promise<number> => {
  const now = io.now().toISOString();
  const run = {
    tool: { name: 'redvet', version: VERSION, rulesetVersion: RULESET_VERSION },
    id: io.uuid(),
    startedAt: now,
    today: now.slice(0, 10),
    source: 'arm',
    cloud: 'public',
    tenantId: null,
    failOn: 'high',
    rules: [],
    frameworks: [],
    byFramework: false,
    config: null,
    disabled: [],
    options: {},
  } as const;
  const tally = tallyOf(run, COUNTING);
  tally.addProblem(cause);
  const report = () => tally.report({ finishedAt: now, stats: { apiCalls: 0, retries: 0, throttledMs: 0, durationMs: 0 } });
  const reports = await openReports({ outputs, color: 'never', ...PLAIN_CHOICES }, io);
  await reports.begin(run);
  await reports.end(report, (failure) => tally.addProblem(failure));

  const { status, problems } = report();
  await io.stderr.write(problemLines(problems, looksOf(io.stderr, 'auto', io)));
  if ((cause.kind === 'internal' || isVerbose) && error instanceof Error)
    await io.stderr.write(
      `${redacted(error.stack ?? '')
        .split('\n')
        .map(safeLine)
        .join('\n')}\n`,
    );
  if (!isQuiet) {
    await io.stderr.write(lastLine(status));
  }
  return status.exitCode;
};
