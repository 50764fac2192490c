import { identityOf } from '../azure/identity.ts';
import { readProxy } from '../azure/proxy.ts';
import { actionsOf, type Way } from '../model/need.ts';
import { NO_COUNTS } from '../policy/counts.ts';
import { COUNTING } from '../policy/evaluate.ts';
import { tallyOf } from '../policy/tally.ts';
import { safeJson } from '../reporters/escape.ts';
import { type Attempt, attempting } from '../sources/attempts.ts';
import { resourceManagerSource } from '../sources/resource-manager.ts';
import { ofOneEach } from '../sources/sampling.ts';
import { everythingFor } from '../sources/snapshot/everything.ts';
import { bareRun } from './bare-run.ts';
import { beginCourse } from './course.ts';
import { type Environment, type Examination, examinedIn, missingIn, verdictOf } from './examination.ts';
import { examinationText } from './examination-text.ts';
import { type Given, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { readScope } from './scope.ts';
import { type LiveSettings, readLiveSettings, readRunSettings } from './settings.ts';
import { looksOf } from './style.ts';
import { LIST_FORMATS } from './words.ts';

/** What concerns no subscription by itself. */
const GENERAL: ReadonlySet<string> = new Set([
  'Microsoft.Resources/subscriptions/read',
  'Microsoft.Resources/subscriptions/providers/read',
  'Microsoft.Management/managementGroups/descendants/read',
]);

/** `redvet doctor`: who signs in, which subscriptions there are, and which reads work. By the same code as a scan. */
export const runDoctor = async (given: Given, io: Io): Promise<number> => {
  const settings = readRunSettings(given);
  const format = wordOf(given, 'output', LIST_FORMATS, 'table');
  const scope = readScope(given);
  const live = readLiveSettings(given, io.env);
  const run = bareRun(live, io);
  // To find no cache is no mistake of the machine, nor of anybody's rights.
  const tally = tallyOf(run, { ...COUNTING, failOn: 'none', allowEmpty: true });
  const course = beginCourse(settings, tally, io);
  const attempts: Attempt[] = [];
  let token: string | null = null;
  let heard: () => string | null = () => null;
  let tried: Examination['tried'] = [];
  await course.follow(
    async () => {
      const [{ armOn, connectionTo }, { credentialHeard, triedIn }] = await Promise.all([
        import('./live.ts'),
        import('../azure/credential.ts'),
      ]);
      heard = credentialHeard(live.auth);
      const connection = connectionTo(live, settings, course.context, io);
      const overheard = (): ReturnType<typeof connection.credential> => {
        const credential = connection.credential();
        return {
          getToken: async (...asked) => {
            const answer = await credential.getToken(...asked).catch((error: unknown) => {
              tried = triedIn(error);
              throw error;
            });
            token = answer?.token ?? token;
            return answer;
          },
        };
      };
      const arm = armOn({ ...connection, credential: overheard }, settings, course.context, io);
      return resourceManagerSource(
        attempting(arm, (attempt) => void attempts.push(attempt)),
        {
          ...scope,
          ...settings,
          ...course.context,
          kinds: new Set(settings.rules.flatMap(({ appliesTo }) => appliesTo)),
          awaited: ofOneEach(everythingFor(settings.rules)),
        },
      );
    },
    async (seen) => {
      if (seen.type === 'cache') tally.add({ cache: seen.cache, counts: NO_COUNTS, findings: [] });
    },
  );
  const report = tally.report(course.end());
  const ways: readonly Way[] = [
    ...(scope.managementGroups.length > 0 ? (['managementGroups'] as const) : []),
    ...(readsIndex(given) ? (['graph'] as const) : []),
  ];
  const actions = actionsOf(settings.rules, ways).filter((action) => !GENERAL.has(action));
  const subscriptions = examinedIn(report.subscriptions, attempts, actions);
  const status = verdictOf(report, subscriptions);
  const examination: Examination = {
    tool: run.tool,
    environment: environmentOf(live, given, io),
    identity: token === null ? null : identityOf(token),
    isSignedIn: token !== null,
    credential: token === null ? null : heard(),
    tried,
    subscriptions,
    missing: missingIn(report.problems),
    problems: report.problems,
    status,
    stats: report.stats,
  };
  const looks = looksOf(io.stdout, settings.color, io);
  await io.stdout.write(format === 'json' ? jsonOf(examination) : examinationText(examination, looks));
  // A table tells of missing rights, and of a sign-in that failed; what else went wrong stands on stderr.
  await course.tell({ ...report, status }, format === 'table' && report.problems.every(({ kind }) => kind === 'permission'));
  return status.exitCode;
};

/** A scan with these settings would ask an index, which takes rights that are not tried here. */
const readsIndex = ({ config }: Given): boolean =>
  config?.option('source')?.values.includes('graph') === true || config?.option('graph-only')?.values.includes(true) === true;

const environmentOf = ({ cloud, auth }: LiveSettings, given: Given, io: Io): Environment => ({
  node: process.versions.node,
  platform: io.platform,
  cloud: cloud.name,
  endpoint: cloud.endpoint,
  authority: cloud.authority,
  auth,
  proxy: shown(readProxy(io.env), cloud.endpoint),
  certificates: io.env['NODE_EXTRA_CA_CERTS'] ?? null,
  config: given.config?.path ?? null,
});

const shown = (proxy: ReturnType<typeof readProxy>, endpoint: string): string | null =>
  proxy && `${proxy.url.protocol}//${proxy.url.host}${proxy.serves(new URL(endpoint)) ? '' : ' (NO_PROXY: not for this)'}`;

const jsonOf = ({
  tool,
  environment,
  isSignedIn,
  credential,
  tried,
  identity,
  subscriptions,
  missing,
  problems,
  status,
  stats,
}: Examination): string =>
  `${safeJson({
    $schema: 'urn:redvet:schema:doctor:1',
    schemaVersion: '1.0',
    tool,
    environment,
    signedIn: isSignedIn,
    credential,
    tried,
    identity,
    subscriptions,
    missing,
    problems,
    status: { outcome: status.outcome, exitCode: status.exitCode, complete: status.complete, reason: status.reason },
    stats,
  })}\n`;
