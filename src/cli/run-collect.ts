import { problemOf, Trouble } from '../errors.ts';
import { count } from '../model/count.ts';
import { problem } from '../model/problem.ts';
import { NO_COUNTS } from '../policy/counts.ts';
import { COUNTING } from '../policy/evaluate.ts';
import type { Report, Status } from '../policy/report.ts';
import { tallyOf } from '../policy/tally.ts';
import { RULES } from '../rules/index.ts';
import { resourceManagerSource } from '../sources/resource-manager.ts';
import type { Answers } from '../sources/snapshot/answer.ts';
import { everythingFor } from '../sources/snapshot/everything.ts';
import { SNAPSHOT_SCHEMA, scopeFields } from '../sources/snapshot/header.ts';
import { recording } from '../sources/snapshot/record.ts';
import { bareRun } from './bare-run.ts';
import { beginCourse } from './course.ts';
import { type Given, textOf } from './given.ts';
import type { Io } from './io.ts';
import { readScope } from './scope.ts';
import { readLiveSettings, readRunSettings } from './settings.ts';
import { openSnapshotWriter } from './snapshot.ts';

/** `redvet collect`: what Resource Manager answers to all that a rule may ask, without secrets, in one file. */
export const runCollect = async (given: Given, io: Io): Promise<number> => {
  const settings = readRunSettings(given);
  const path = fileOf(given);
  const scope = readScope(given);
  const live = readLiveSettings(given, io.env);
  const rules = isNarrowed(given) ? settings.rules : null;
  const run = bareRun(live, io);
  const tally = tallyOf(run, { ...COUNTING, ...settings, failOn: 'none' });
  const writer = await openSnapshotWriter(path, io);
  const isTorn = path === '-' && io.stdout.isTerminal;
  const course = beginCourse({ ...settings, progress: settings.progress && !isTorn, isAdvised: true }, tally, io);
  const { context } = course;
  const recorder = recording(context.signal);

  const write = async (lines: readonly Answers[]): Promise<void> => {
    for (const unwritten of await writer.write(lines)) tally.addProblem(unwritten);
  };

  const ended = await course.follow(
    async () => {
      await writer.begin({
        ...SNAPSHOT_SCHEMA,
        tool: run.tool,
        collectedAt: run.startedAt,
        cloud: run.cloud,
        tenantId: run.tenantId,
        options: scopeFields({ ...scope, rules: rules?.map(({ id }) => id) ?? null }),
      });
      const { armOn, connectionTo } = await import('./live.ts');
      const arm = armOn(connectionTo(live, settings, context, io), settings, context, io);
      return resourceManagerSource(recorder.overhear(arm), {
        ...scope,
        ...settings,
        ...context,
        kinds: new Set((rules ?? RULES).flatMap(({ appliesTo }) => appliesTo)),
        awaited: everythingFor(rules ?? RULES),
      });
    },
    async (seen) => {
      await write(recorder.takeGeneral());
      if (seen.type === 'subscription') await write(recorder.takeSubscription(seen.subscription.id));
      if (seen.type !== 'cache') return;
      const { cache } = seen;
      tally.add({ cache, counts: NO_COUNTS, findings: [] });
      await write([...recorder.takeSubscription(cache.subscriptionId ?? ''), ...recorder.takeCache(cache)]);
    },
  );

  const end = course.end();
  const stopped = ended !== null && (ended.kind === 'interrupted' || ended.code === 'RUN_TIMEOUT') ? ended.code : null;
  try {
    if (ended === null || stopped !== null) await write([...recorder.takeGeneral(), ...recorder.takeRest()]);
    // Where nothing was read, a snapshot that is there already says more.
    if (ended === null || (stopped !== null && writer.hasLists())) await writer.end(endOf(tally.report(end), stopped));
    else await writer.discard();
  } catch (error) {
    await writer.discard();
    tally.addProblem(problemOf(error));
  }
  const report = tally.report(end);
  const status = statusOf(report);
  await course.tell({ ...report, status }, false);
  return status.exitCode;
};

const fileOf = (given: Given): string => {
  const path = textOf(given, 'output');
  if (path !== undefined) return path;
  throw new Trouble(
    problem('usage', 'USAGE', 'redvet collect does not know where to write', {
      scope: '--output',
      hint: 'Name a file: redvet collect -o redvet-snapshot.ndjson; or - for stdout.',
    }),
  );
};

const isNarrowed = (given: Given): boolean => ['rule', 'skip-rule', 'framework'].some((name) => given.texts(name).length > 0);

const endOf = ({ finishedAt, summary, subscriptions, problems, status, stats }: Report, stopped: string | null) => ({
  finishedAt,
  complete: status.complete,
  stopped,
  subscriptions: subscriptions.length,
  caches: summary.caches,
  problems: problems.length,
  apiCalls: stats.apiCalls,
});

/** In the words of who collects. */
const statusOf = ({ status, summary, problems }: Report): Status => {
  if (status.outcome === 'clean') return { ...status, reason: `${count(summary.caches, 'cache')}, everything was read` };
  const isEmpty = status.outcome === 'empty' && problems.length === 0 && status.exitCode !== 0;
  return isEmpty ? { ...status, reason: 'everything asked for was read, and there is no cache in it' } : status;
};
