import type { SignIn } from '../azure/witness.ts';
import { type Diagnosis, type Identity, NO_CLAIMS, type ReadCheck } from '../model/diagnosis.ts';
import { actionsOf, QUERY_GRAPH, READ_PERMISSIONS } from '../model/need.ts';
import { hasNoToken, type Problem } from '../model/problem.ts';
import { NO_COUNTS } from '../policy/counts.ts';
import { diagnosisStatus } from '../policy/diagnosis.ts';
import { COUNTING } from '../policy/evaluate.ts';
import { tallyOf } from '../policy/tally.ts';
import { doctorJson } from '../reporters/doctor-json.ts';
import { doctorText } from '../reporters/doctor-text.ts';
import { diagnosing } from '../sources/diagnosis/reads.ts';
import { resourceManagerSource } from '../sources/resource-manager.ts';
import { bareRun } from './bare-run.ts';
import { beginCourse } from './course.ts';
import { environmentOf } from './environment.ts';
import { type Given, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { hiding } from './redaction.ts';
import { readScope, type ScopeSettings } from './scope.ts';
import { isRedactedBy, readLiveSettings, readRunSettings } from './settings.ts';
import { looksOf } from './style.ts';
import { LIST_FORMATS } from './words.ts';

/** `redvet doctor`: the reads of a scan, each tried once, and what is missing for them. Nothing is judged. */
export const runDoctor = async (given: Given, io: Io): Promise<number> => {
  const format = wordOf(given, 'output', LIST_FORMATS, 'table');
  const settings = readRunSettings(given);
  const scope = readScope(given);
  const live = readLiveSettings(given, io.env);
  const hide = hiding(isRedactedBy(given), io);
  const { rules } = settings;
  const environment = await environmentOf(live.cloud, given.config, io);
  const run = bareRun(live, io);
  const tally = tallyOf(run, { ...COUNTING, ...settings, failOn: 'none' });
  const course = beginCourse(settings, tally, io, hide.text);
  const { context } = course;
  const checks = diagnosing(rules);
  const [{ armOn, connectionTo }, { credentialHeard }, { witnessing }] = await Promise.all([
    import('./live.ts'),
    import('../azure/credential.ts'),
    import('../azure/witness.ts'),
  ]);
  const witness = witnessing();
  const heard = credentialHeard(live.auth);

  await course.follow(
    async () => {
      const connection = connectionTo(live, settings, context, io);
      const arm = armOn({ ...connection, credential: witness.over(connection.credential) }, settings, context, io);
      return resourceManagerSource(checks.overhear(arm), {
        ...scope,
        ...settings,
        ...context,
        kinds: new Set(rules.flatMap(({ appliesTo }) => appliesTo)),
        awaited: checks.awaited,
      });
    },
    async (seen) => {
      checks.take(seen);
      if (seen.type === 'cache') tally.add({ cache: seen.cache, counts: NO_COUNTS, findings: [] });
    },
  );

  const report = tally.report(course.end());
  const subscriptions = checks.subscriptions();
  const reads = [...checks.reads(), ...(isOfIndex(given, scope) ? OF_INDEX : [])];
  const status = diagnosisStatus(report, [...reads, ...subscriptions.flatMap((one) => one.reads)]);
  const ways = scope.managementGroups.length > 0 ? (['managementGroups'] as const) : [];
  const diagnosis: Diagnosis = {
    environment,
    identity: identityOf(live.auth, witness.seen(), heard(), report.problems),
    visible: checks.visible(),
    subscriptions,
    reads,
    ...missing(report.problems, actionsOf(rules, ways)),
  };
  const told = { ...report, status };
  await io.stdout.write(
    hide.text(format === 'json' ? doctorJson(diagnosis, told) : doctorText(diagnosis, told, looksOf(io.stdout, settings.color, io))),
  );
  // The table has told of every problem.
  await course.tell(hide.report(format === 'table' ? { ...told, problems: [] } : told), format === 'table');
  return status.exitCode;
};

/** Whether a scan with the same settings would read an index, which takes two rights more. */
const isOfIndex = ({ config }: Given, { source }: ScopeSettings): boolean =>
  source === 'graph' ||
  config?.option('source')?.values.includes('graph') === true ||
  config?.option('graph-only')?.values.includes(true) === true;

const OF_INDEX: readonly ReadCheck[] = (
  [
    ['graph', QUERY_GRAPH],
    ['permissions', READ_PERMISSIONS],
  ] as const
).map(([need, action]) => ({
  need,
  action,
  resourceType: null,
  state: 'not_tried',
  resource: null,
  message: 'redvet doctor tries the way through Resource Manager',
  hint: null,
}));

const identityOf = (auth: string, signIn: SignIn | null, credential: string | null, problems: readonly Problem[]): Identity => {
  const failure = problems.find(hasNoToken) ?? null;
  const token = failure === null ? (signIn?.token ?? null) : null;
  const state = token === null && failure === null ? 'not_tried' : 'failed';
  return {
    state: token === null ? state : 'signed_in',
    auth,
    credential: token === null ? null : credential,
    claims: token?.claims ?? NO_CLAIMS,
    expiresAt: token === null ? null : timeOf(token.expiresAt),
    tried: signIn?.tried ?? [],
    problem: failure,
  };
};

/** Null for what is no time: it comes from the sign-in service. */
const timeOf = (ms: number): string | null => (Math.abs(ms) <= LAST_MS ? new Date(ms).toISOString() : null);

/** The last that a `Date` can hold. */
const LAST_MS = 8.64e15;

/** The rights that were refused, in the order of the role that has them all, and where. */
const missing = (problems: readonly Problem[], known: readonly string[]): Pick<Diagnosis, 'missingActions' | 'missingOn'> => {
  const refused = problems.filter(({ kind, action }) => kind === 'permission' && action !== null);
  const actions = new Set(refused.flatMap(({ action }) => action ?? []));
  return {
    missingActions: [...known.filter((action) => actions.has(action)), ...[...actions].filter((action) => !known.includes(action))],
    missingOn: [...new Set(refused.flatMap(({ scope }) => (scope === null ? [] : [wholeOf(scope)])))].sort(),
  };
};

/** A right on the whole subscription serves every cache in it. */
const wholeOf = (scope: string): string => /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? scope;
