import type { Problem } from '../model/problem.ts';
import { redacted } from '../model/redact.ts';
import { COUNTING } from '../policy/evaluate.ts';
import { tallyOf } from '../policy/tally.ts';
import { safeLine } from '../reporters/escape.ts';
import { RULESET_VERSION } from '../rules/index.ts';
import type { Io } from './io.ts';
import type { OutputRequest } from './outputs.ts';
import { openReports } from './reports.ts';
import { PLAIN_CHOICES } from './settings.ts';
import { looksOf } from './style.ts';
import { lastLine, problemLines } from './tell.ts';
import { VERSION } from './version.ts';

/** A command that ended before it began: the mistake goes to stderr, and into whatever machine format was asked for. */
export const runFailure = async (
  cause: Problem,
  error: unknown,
  outputs: readonly OutputRequest[],
  argv: readonly string[],
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
  const isBug = cause.kind === 'internal' || argv.some((word) => /^-vv+$/.test(word)) || io.env['REDVET_VERBOSE'] === '2';
  if (isBug && error instanceof Error)
    await io.stderr.write(
      `${redacted(error.stack ?? '')
        .split('\n')
        .map(safeLine)
        .join('\n')}\n`,
    );
  const quiet = argv.some((word) => /^(?:-[qv]*q[a-z]*|--quiet)$/.test(word)) || /^(?:1|true|yes|on)$/i.test(io.env['REDVET_QUIET'] ?? '');
  if (!quiet) {
    await io.stderr.write(lastLine(status));
  }
  return status.exitCode;
};
