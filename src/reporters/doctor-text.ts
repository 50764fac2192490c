import { count } from '../model/count.ts';
import type { DiagnosedSubscription, Diagnosis, Environment, Identity, ReadCheck, ReadState } from '../model/diagnosis.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../policy/report.ts';
import { safeLine } from './escape.ts';
import { groupBy } from './group-by.ts';
import { largest, padEnd, widthOf, wrap } from './layout.ts';
import type { Display, Style } from './reporter.ts';

type Looks = Pick<Display, 'width' | 'style'>;

/** `redvet doctor` for a person: where it runs, who asks, what is there, which reads work, what is missing. Every mark is a word. */
export const doctorText = (diagnosis: Diagnosis, { run, problems, status }: Report, looks: Looks): string => {
  const { style } = looks;
  const told = new Set([
    ...(diagnosis.identity.problem === null ? [] : [diagnosis.identity.problem.message]),
    ...[...diagnosis.reads, ...diagnosis.subscriptions.flatMap(({ reads }) => reads)].flatMap(({ message }) => message ?? []),
  ]);
  const others = problems.filter(({ message }) => !told.has(message));
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['Environment', environmentLines(run.tool, diagnosis.environment, looks)],
    ['Sign-in', identityLines(diagnosis.identity, looks)],
    [subscriptionsTitle(diagnosis), subscriptionLines(diagnosis, looks)],
    [READS, readLines(diagnosis, looks)],
    ['Problems', problemLines(others, looks)],
    ['Missing actions', missingLines(diagnosis)],
    ['Verdict', verdictLines(diagnosis, status, looks)],
  ];
  return `${sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [style.strong(title), ...lines].join('\n'))
    .join('\n\n')}\n`;
};

const READS = 'Reads: each tried on one cache of its kind in each subscription';

type Mark = 'ok' | 'fail' | 'warn' | 'partial' | 'denied' | 'failed' | 'not tried' | 'skipped' | '-';

const MARK_COLUMNS = 'not tried'.length;

const PAINTS: Readonly<Record<Mark, (style: Style) => (text: string) => string>> = {
  ok: ({ good }) => good,
  fail: ({ outcome }) => outcome.fail,
  denied: ({ outcome }) => outcome.fail,
  failed: ({ outcome }) => outcome.fail,
  warn: ({ outcome }) => outcome.unknown,
  partial: ({ outcome }) => outcome.fail,
  'not tried': ({ outcome }) => outcome.unknown,
  skipped: ({ faint }) => faint,
  '-': ({ faint }) => faint,
};

/** A mark and what it is about, in as many lines as it takes. Texts are escaped by whoever gives them. */
const marked = (mark: Mark | '', text: string, { width, style }: Looks, indent = 2): readonly string[] => {
  const column = indent + MARK_COLUMNS + 2;
  const [first = '', ...rest] = wrap(text, width - column);
  const lead = mark === '' ? ' '.repeat(MARK_COLUMNS) : PAINTS[mark](style)(padEnd(mark, MARK_COLUMNS));
  return [`${' '.repeat(indent)}${lead}  ${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(column) + line)];
};

/** What was not tried is no more than told. */
const environmentLines = (tool: Report['run']['tool'], environment: Environment, looks: Looks): readonly string[] => {
  const { node, platform, cloud, endpoint, authority, audience, proxy, extraCertificates, asksForNoTrust, config } = environment;
  const line = (mark: Mark, text: string): readonly string[] => marked(mark, safeLine(text), looks);
  return [
    ...line('ok', `redvet ${tool.version}, rules ${tool.rulesetVersion}, Node ${node} on ${platform}`),
    ...line('-', `cloud ${cloud}: ${endpoint}, sign-in at ${authority}${audience === endpoint ? '' : `, for ${audience}`}`),
    ...proxyLines(proxy, line),
    ...(extraCertificates === null ? line('-', 'no certificates of your own (NODE_EXTRA_CA_CERTS)') : []),
    ...(extraCertificates?.exists === true ? line('-', `certificates of NODE_EXTRA_CA_CERTS ${extraCertificates.path}`) : []),
    ...(extraCertificates?.exists === false
      ? line('fail', `NODE_EXTRA_CA_CERTS names ${extraCertificates.path}, which is not there: Node goes without`)
      : []),
    ...(asksForNoTrust ? line('warn', 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set: redvet checks certificates all the same') : []),
    ...(config === null ? line('-', 'no configuration file') : line('ok', `configuration ${config}`)),
  ];
};

const proxyLines = (proxy: Environment['proxy'], line: (mark: Mark, text: string) => readonly string[]): readonly string[] => {
  if (proxy === null) return line('-', 'no proxy (HTTPS_PROXY)');
  if (proxy.problem !== null) return line('fail', told(proxy.problem));
  const user = proxy.hasCredentials ? ', with a user and password that are not shown' : '';
  const direct = [...(proxy.servesEndpoint ? [] : ['Resource Manager']), ...(proxy.servesAuthority ? [] : ['sign-in'])];
  return line('-', `proxy ${proxy.address}${user}${direct.length === 0 ? '' : `; NO_PROXY: not for ${direct.join(' and ')}`}`);
};

const told = ({ message, hint }: Problem): string => (hint === null ? message : `${message}. ${hint}`);

const identityLines = (identity: Identity, looks: Looks): readonly string[] => {
  const { state, auth, credential, claims, expiresAt, tried, problem } = identity;
  if (state === 'not_tried') return marked('not tried', 'the run ended before a sign-in', looks);
  if (state === 'failed') {
    return [
      ...marked('fail', safeLine(problem?.message ?? 'no token'), looks),
      ...tried.flatMap(({ credential: name, message }) => marked('', safeLine(name === null ? message : `${name}: ${message}`), looks)),
      ...(problem?.hint == null ? [] : marked('', `${looks.style.strong('help:')} ${safeLine(problem.hint)}`, looks)),
    ];
  }
  const rows = [
    [claims.type ?? 'name', claims.name ?? (claims.type === 'app' ? claims.appName : null)],
    ['object id', claims.objectId],
    ['application', withId(claims.appName, claims.appId)],
    ['tenant', claims.tenantId],
    ['expires', expiresAt],
  ] as const;
  const known = rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const names = largest(known.map(([name]) => name.length));
  return [
    ...marked('ok', safeLine(`signed in with --auth ${auth}${credential === null ? '' : ` (${credential})`}`), looks),
    ...(claims.objectId === null && claims.name === null ? marked('', 'the token does not say whom it was given to', looks) : []),
    ...known.flatMap(([name, value]) => marked('', `${padEnd(name, names)}  ${safeLine(value)}`, looks)),
  ];
};

const withId = (name: string | null, id: string | null): string | null => {
  if (id === null) return name;
  return name === null ? id : `${name} (${id})`;
};

/** Lines about single subscriptions: more are summed up. */
const MOST = 20;

const subscriptionsTitle = ({ visible, subscriptions }: Diagnosis): string => {
  const read = subscriptions.filter(({ status }) => status !== 'skipped').length;
  return visible === null ? 'Subscriptions' : `Subscriptions: ${visible} visible, ${read} to be read`;
};

const SUBSCRIPTION_MARKS: Readonly<Record<DiagnosedSubscription['status'], Mark>> = {
  read: 'ok',
  partial: 'partial',
  denied: 'denied',
  skipped: 'skipped',
};

const subscriptionLines = ({ subscriptions, visible, reads }: Diagnosis, looks: Looks): readonly string[] => {
  if (subscriptions.length === 0) {
    const list = reads.find(({ need }) => need === 'subscriptions');
    const why = list?.state === 'ok' ? 'none to be read' : (list?.message ?? 'not reached');
    return marked(
      list === undefined ? 'not tried' : markOf(list.state === 'ok' ? 'failed' : list.state),
      visible === 0 ? 'none is visible' : safeLine(why),
      looks,
    );
  }
  // What is wrong comes first where not all are shown.
  const ordered = subscriptions.length <= MOST ? subscriptions : [...subscriptions].sort((a, b) => weightOf(b) - weightOf(a));
  const shown = ordered.slice(0, MOST);
  const names = largest(shown.map((one) => widthOf(nameOf(one))));
  return [
    ...shown.flatMap((one) => {
      const reason = one.reason === null ? (one.state ?? 'of no state') : one.reason;
      const text = `${padEnd(nameOf(one), names)}  ${one.id}  ${safeLine(reason)}`;
      return marked(SUBSCRIPTION_MARKS[one.status], text, looks);
    }),
    ...restLine(ordered.slice(MOST), looks),
  ];
};

const weightOf = ({ status }: DiagnosedSubscription): number => ['read', 'skipped', 'partial', 'denied'].indexOf(status);

const restLine = (rest: readonly DiagnosedSubscription[], looks: Looks): readonly string[] => {
  if (rest.length === 0) return [];
  const parts = [...groupBy(rest, ({ status }) => SUBSCRIPTION_MARKS[status])].map(([mark, some]) => `${some.length} ${mark}`);
  return marked('', `and ${rest.length} more: ${parts.join(', ')} (-o json holds all)`, looks);
};

const nameOf = ({ name, id }: DiagnosedSubscription): string => safeLine(name ?? id);

const markOf = (state: ReadState): Mark => (state === 'not_tried' ? 'not tried' : state);

/** Groups of subscriptions in which the same reads end alike: an estate has few. */
const MOST_GROUPS = 10;

const readLines = ({ subscriptions, reads }: Diagnosis, looks: Looks): readonly string[] => {
  const read = subscriptions.filter(({ status }) => status !== 'skipped');
  const groups = [...groupBy(read, signatureOf).values()].sort((a, b) => troubleIn(b) - troubleIn(a));
  const rest = groups.slice(MOST_GROUPS).flat();
  return [
    ...reads.flatMap((one) => checkLines([one], false, looks, 2)),
    ...groups.slice(0, MOST_GROUPS).flatMap((group) => groupLines(group, looks)),
    ...(rest.length === 0 ? [] : [`  ${count(rest.length, 'subscription')} more, each in another way: -o json holds them`]),
  ];
};

const signatureOf = ({ reads }: DiagnosedSubscription): string =>
  JSON.stringify(reads.map(({ need, resourceType, state, message }) => [need, resourceType, state, state === 'ok' ? '' : message]));

const troubleIn = ([first]: readonly DiagnosedSubscription[]): number =>
  first?.reads.filter(({ state }) => state === 'denied' || state === 'failed').length ?? 0;

const NAMED = 3;

const groupLines = (group: readonly DiagnosedSubscription[], looks: Looks): readonly string[] => {
  const [first] = group;
  if (first === undefined) return [];
  const names = group.slice(0, NAMED).map(nameOf).join(', ');
  const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : '';
  const caches = group.reduce((sum, one) => sum + one.caches, 0);
  const isWhole = group.every(({ status }) => status === 'read');
  // Of what could not be listed nobody knows how many there are.
  const title = `${names}${more} (${count(caches, 'cache')}${isWhole ? '' : ' seen'})`;
  return [
    ...wrap(title, looks.width - 2).map((line) => `  ${looks.style.strong(line)}`),
    ...[...groupBy(first.reads, alikeOf).values()].flatMap((some) => checkLines(some, group.length === 1, looks, 4)),
  ];
};

/** What was not tried for the same reason stands in one line. */
const alikeOf = ({ need, resourceType, state, resource, message }: ReadCheck): string =>
  JSON.stringify(state === 'not_tried' ? [state, message] : [need, resourceType, resource]);

const LABELS: Readonly<Partial<Record<ReadCheck['need'], string>>> = {
  subscriptions: 'list subscriptions',
  managementGroups: 'list a management group',
  providers: 'resource providers',
  redis: 'list Azure Cache for Redis',
  redisEnterprise: 'list Azure Managed Redis and Redis Enterprise',
  linkedCaches: 'a linked cache',
  graph: 'query Resource Graph',
  permissions: 'own permissions',
};

const checkLines = (checks: readonly ReadCheck[], isNamed: boolean, looks: Looks, indent: number): readonly string[] => {
  const [first] = checks;
  if (first === undefined) return [];
  const { state, message, hint, action, resource } = first;
  const on = /\/providers\/Microsoft\.Cache\/[^/]+\/([^/]+)/i.exec(resource ?? '')?.[1];
  const what = [...new Set(checks.map(({ need }) => LABELS[need] ?? need))].join(', ');
  const where = on === undefined || !isNamed ? '' : ` of ${safeLine(on)}`;
  const why = message === null ? '' : `: ${safeLine(message)}`;
  // What to do about a missing right is told once, below.
  const help = state === 'failed' && hint !== null ? marked('', safeLine(hint), looks, indent) : [];
  return [...marked(markOf(state), `${what}${where}${why}${state === 'failed' ? ` (${action})` : ''}`, looks, indent), ...help];
};

const problemLines = (problems: readonly Problem[], looks: Looks): readonly string[] =>
  [...groupBy(problems, ({ code, message }) => `${code}|${message}`).values()].slice(0, MOST).flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : marked('fail', safeLine(`${told(first)}${group.length > 1 ? ` (${group.length} times)` : ''}`), looks);
  });

const MOST_SCOPES = 3;

const missingLines = ({ missingActions, missingOn, identity }: Diagnosis): readonly string[] => {
  if (missingActions.length === 0) return [];
  const { objectId } = identity.claims;
  const assignee = objectId !== null && UUID.test(objectId) ? objectId : 'OBJECT_ID';
  const groups = missingOn.flatMap((scope) => /^\/providers\/Microsoft\.Management\/managementGroups\/([\w.-]+)$/.exec(scope)?.[1] ?? []);
  const scopes = missingOn.filter((scope) => COPYABLE.test(scope)).slice(0, MOST_SCOPES);
  const rest = missingOn.length - scopes.length;
  return [
    ...missingActions.map((action) => `  ${safeLine(action)}`),
    '',
    '  As a custom role with everything that a scan needs:',
    `    redvet permissions --as role ${groups.map((group) => `--management-group ${group} `).join('')}> role.json`,
    ...(scopes.length === 0 ? [] : ['  Or by the built-in role Reader, which has it all:']),
    // A command stays on one line, so that it can be copied.
    ...scopes.map((scope) => `    az role assignment create --role Reader --assignee ${assignee} --scope ${scope}`),
    ...(rest > 0 && scopes.length > 0 ? [`    and the same for ${rest} more`] : []),
  ];
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const COPYABLE = /^[\w./-]+$/;

const verdictLines = (
  { identity, missingActions }: Diagnosis,
  { exitCode, outcome, reason }: Report['status'],
  looks: Looks,
): readonly string[] => [
  ...marked(exitCode === 0 ? 'ok' : 'fail', safeLine(reason), looks),
  ...marked('', nextOf(identity, missingActions.length > 0, outcome), looks),
];

const nextOf = ({ state }: Identity, lacksRights: boolean, outcome: Report['status']['outcome']): string => {
  if (outcome === 'clean') return 'Next: redvet scan';
  if (state === 'failed') return 'Next: sign in, then redvet doctor';
  return lacksRights ? 'Next: grant what is missing, then redvet doctor' : 'Next: mend what is told above, then redvet doctor';
};
