import { count } from '../model/count.ts';
import { severalOf } from '../model/several.ts';
import { safeLine } from '../reporters/escape.ts';
import { largest, padEnd, padStart, wrap } from '../reporters/layout.ts';
import type { Examination, Examined, ReadState } from './examination.ts';
import type { Looks } from './style.ts';

/** Of more subscriptions, those with something wrong are listed, and the others counted. */
const MOST_SUBSCRIPTIONS = 20;

/** What was found out, for people, from the outside in: this machine, who signs in, what can be read. */
export const examinationText = (examination: Examination, looks: Looks): string => {
  const sections = [
    environment(examination),
    signIn(examination, looks),
    subscriptions(examination, looks),
    reads(examination),
    missing(examination, looks),
  ];
  return sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ heading, lines }) => `${looks.style.strong(heading)}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n');
};

interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

const environment = ({ tool, environment: env }: Examination): Section => ({
  heading: 'Environment',
  lines: [
    `redvet         ${tool.version}, ruleset ${tool.rulesetVersion}, Node ${env.node} on ${env.platform}`,
    `cloud          ${env.cloud} (${safeLine(env.endpoint)}, sign-in by ${safeLine(env.authority)})`,
    `proxy          ${env.proxy === null ? 'none' : safeLine(env.proxy)}`,
    ...(env.certificates === null ? [] : [`certificates   ${safeLine(env.certificates)}, beside those of Node`]),
    `configuration  ${env.config === null ? 'none' : safeLine(env.config)}`,
  ],
});

const TYPES = { user: 'user', app: 'application', managed_identity: 'managed identity' } as const;

const signIn = (
  { identity, isSignedIn, credential, tried, environment: { auth }, problems }: Examination,
  { style, width }: Looks,
): Section => {
  if (!isSignedIn) {
    const [problem] = problems.filter(({ kind }) => kind === 'auth');
    const told = wrap(safeLine(problem?.message ?? 'nobody was signed in'), width - 11);
    const each = tried.flatMap(({ credential: of, message }) => {
      const [first = '', ...rest] = wrap(safeLine(`${of ?? 'another'}: ${message}`), width - 13);
      return [`           ${first}`, ...rest.map((line) => `             ${line}`)];
    });
    return {
      heading: 'Sign-in',
      lines: [...told.map((line, index) => (index === 0 ? `${style.outcome.fail('failed')}   ${line}` : `         ${line}`)), ...each],
    };
  }
  const way = `by --auth ${auth}${credential === null ? '' : ` (${credential})`}`;
  if (identity === null) return { heading: 'Sign-in', lines: [`${style.good('ok')}       ${way}; the token does not say for whom`] };
  const { type, name, objectId, appId, app, tenantId, expiresOn } = identity;
  const by = [app, appId].filter((one) => one !== null);
  return {
    heading: 'Sign-in',
    lines: [
      `${style.good('ok')}       as ${safeLine(name ?? 'one without a name')} (${TYPES[type]})`,
      `         ${way}`,
      ...(by.length === 0 ? [] : [`         application ${safeLine(by.join(', '))}`]),
      `         tenant ${safeLine(tenantId ?? 'unknown')}, object id ${safeLine(objectId ?? 'unknown')}`,
      ...(expiresOn === null ? [] : [`         the token holds until ${expiresOn.slice(0, 16).replace('T', ' ')} UTC`]),
    ],
  };
};

const STATUSES: Readonly<Record<Examined['status'], string>> = { read: 'ok', partial: 'partial', denied: 'denied', skipped: 'skipped' };

const subscriptions = ({ subscriptions: all, isSignedIn }: Examination, { style, width }: Looks): Section => {
  const heading = 'Subscriptions';
  if (!isSignedIn) return { heading, lines: [] };
  if (all.length === 0) return { heading, lines: ['none can be seen'] };
  const wrong = all.filter(({ status }) => status !== 'read');
  const shown = all.length <= MOST_SUBSCRIPTIONS ? all : wrong.slice(0, MOST_SUBSCRIPTIONS);
  const lines = shown.flatMap(({ id, name, status, caches, reason, state }) => {
    const word = padEnd(STATUSES[status], 'skipped'.length);
    const paint = status === 'denied' || status === 'partial' ? style.outcome.fail : style.faint;
    const told = status === 'skipped' ? (reason ?? state ?? '') : count(caches, 'cache');
    const [first = '', ...rest] = wrap(safeLine(`${name ?? id}: ${told}`), width - 11);
    return [`${status === 'read' ? style.good(word) : paint(word)}  ${first}`, ...rest.map((line) => `         ${line}`)];
  });
  const left = all.length - shown.length;
  return {
    heading,
    lines: [...lines, ...(left === 0 ? [] : [`and ${count(left, 'other subscription')}, ${all.length - wrong.length} of all ok`])],
  };
};

const STATES: readonly { readonly state: ReadState; readonly head: string }[] = [
  { state: 'ok', head: 'ok' },
  { state: 'denied', head: 'denied' },
  { state: 'failed', head: 'failed' },
  { state: 'not_tried', head: 'not tried' },
];

const READS = 'Reads, by subscription (each tried on one cache of a kind)';

const reads = ({ subscriptions: all }: Examination): Section => {
  const every = all.flatMap((one) => one.reads);
  const actions = [...new Set(every.map(({ action }) => action))];
  if (actions.length === 0) return { heading: READS, lines: [] };
  const width = largest(actions.map(({ length }) => length));
  const columns = STATES.filter(({ state }) => state !== 'failed' || every.some((read) => read.state === state));
  const head = `${padEnd('', width)}  ${columns.map(({ head: name }) => name).join('  ')}`;
  const rows = actions.map((action) => {
    const of = every.filter((read) => read.action === action);
    const numbers = columns.map(({ state, head: name }) => padStart(String(of.filter((read) => read.state === state).length), name.length));
    return `${padEnd(action, width)}  ${numbers.join('  ')}`;
  });
  return { heading: READS, lines: [head, ...rows] };
};

const missing = ({ missing: actions, identity }: Examination, { style }: Looks): Section => {
  if (actions.length === 0) return { heading: 'Missing', lines: [] };
  const scopes = [...new Set(actions.flatMap(({ scopes: where }) => where.map(subscriptionOf)))];
  const assignee = identity?.objectId ?? 'OBJECT_ID';
  return {
    heading: 'Missing',
    lines: [
      ...actions.map(({ action, scopes: where }) => `${style.outcome.fail(action)}  on ${safeLine(severalOf(where.map(nameOf)))}`),
      'The role Reader has all of them:',
      ...scopes
        .slice(0, MOST_COMMANDS)
        .map((scope) => `  az role assignment create --role Reader --assignee ${safeLine(assignee)} --scope ${safeLine(scope)}`),
      ...(scopes.length > MOST_COMMANDS ? [`  and the same for ${count(scopes.length - MOST_COMMANDS, 'more scope')}`] : []),
      'The least that a scan takes: redvet permissions',
    ],
  };
};

const MOST_COMMANDS = 5;

const subscriptionOf = (scope: string): string => /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? scope;

/** The last part of a scope; of a subscription the whole. */
const nameOf = (scope: string): string => (/^\/subscriptions\/[^/]+$/i.test(scope) ? scope : (scope.split('/').at(-1) ?? scope));
