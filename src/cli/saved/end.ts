import type { Problem, ProblemKind } from '../../model/problem.ts';
import { INPUT_KINDS, type InputScope, type SubscriptionScope } from '../../model/scope.ts';
import type { Severity } from '../../model/severity.ts';
import { type FrameworkResult, type Run, STATUS_OUTCOMES, type Stats, type Status, type Summary } from '../../policy/report.ts';
import { counts, ORIGINS } from './finding.ts';
import { day, flag, inside, list, moment, number, orMissing, orNull, type Read, text, word } from './reading.ts';

/** What a result says when it is over. */
export interface SavedEnd extends Pick<Run, 'cloud' | 'tenantId'> {
  readonly finishedAt: string;
  readonly subscriptions: readonly SubscriptionScope[];
  readonly inputs: readonly InputScope[];
  readonly frameworks: readonly FrameworkResult[];
  readonly waivers: readonly { readonly id: string; readonly expires: string }[];
  readonly summary: Summary;
  readonly status: Pick<Status, 'outcome' | 'exitCode' | 'complete' | 'reason'>;
  readonly stats: Stats;
}

const PROBLEM_KINDS: Readonly<Record<ProblemKind, true>> = {
  usage: true,
  permission: true,
  not_found: true,
  auth: true,
  throttle: true,
  timeout: true,
  network: true,
  proxy: true,
  malformed: true,
  limit: true,
  rule_crash: true,
  output: true,
  interrupted: true,
  internal: true,
};

const problemKind: Read<ProblemKind> = (place) => word(Object.keys(PROBLEM_KINDS).filter(isProblemKind))(place);

const isProblemKind = (name: string): name is ProblemKind => Object.hasOwn(PROBLEM_KINDS, name);

export const savedProblem: Read<Problem> = (place) => {
  const read = inside(place);
  return {
    code: read('code', text),
    kind: read('kind', problemKind),
    scope: read('scope', orNull(text)),
    action: read('action', orNull(text)),
    httpStatus: read('httpStatus', orNull(number)),
    message: read('message', text),
    hint: read('hint', orNull(text)),
    affects: read('affects', list(text)),
  };
};

const STATUSES = ['read', 'denied', 'skipped', 'partial'] as const;

const subscription: Read<SubscriptionScope> = (place) => {
  const read = inside(place);
  return {
    id: read('id', text),
    name: read('name', orNull(text)),
    state: read('state', orNull(text)),
    status: read('status', word(STATUSES)),
    caches: read('caches', number),
    excluded: read('excluded', orMissing(number, 0)),
    reason: read('reason', orMissing(orNull(text), null)),
  };
};

const input: Read<InputScope> = (place) => {
  const read = inside(place);
  return {
    path: read('path', text),
    kind: read('kind', word(INPUT_KINDS)),
    status: read('status', word(['read', 'partial'])),
    caches: read('caches', number),
    excluded: read('excluded', orMissing(number, 0)),
  };
};

const bySeverity: Read<Record<Severity, number>> = (place) => {
  const read = inside(place);
  return {
    critical: read('critical', number),
    high: read('high', number),
    medium: read('medium', number),
    low: read('low', number),
    info: read('info', number),
  };
};

const summary: Read<Summary> = (place) => {
  const read = inside(place);
  return {
    caches: read('caches', number),
    rules: read('rules', number),
    evaluated: read('evaluated', number),
    ...counts(place),
    waived: read('waived', number),
    baselined: read('baselined', number),
    gating: read('gating', number),
    gatingAt: read('gatingAt', bySeverity),
    failBySeverity: read('failBySeverity', bySeverity),
  };
};

/** `place` holds `run`, `scope`, `frameworks`, `waivers`, `summary`, `status` and `stats`. */
export const savedEnd: Read<SavedEnd> = (place) => {
  const read = inside(place);
  const scope = read('scope', (item) => {
    const of = inside(item);
    return {
      cloud: of('cloud', text),
      tenantId: of('tenantId', orNull(text)),
      subscriptions: of('subscriptions', list(subscription)),
      inputs: of('inputs', list(input)),
    };
  });
  return {
    ...scope,
    finishedAt: read('run', (run) => inside(run)('finishedAt', moment)),
    frameworks: read(
      'frameworks',
      list((item) => {
        const of = inside(item);
        return { id: of('id', text), title: of('title', text), controls: of('controls', list(controlResult)) };
      }),
    ),
    waivers: read(
      'waivers',
      list((item) => ({ id: inside(item)('id', text), expires: inside(item)('expires', day) })),
    ),
    summary: read('summary', summary),
    status: read('status', (item) => {
      const of = inside(item);
      return {
        outcome: of('outcome', word(STATUS_OUTCOMES)),
        exitCode: of('exitCode', number),
        complete: of('complete', flag),
        reason: of('reason', text),
      };
    }),
    stats: read('stats', (stats) => {
      const of = inside(stats);
      return {
        apiCalls: of('apiCalls', number),
        retries: of('retries', number),
        throttledMs: of('throttledMs', number),
        durationMs: of('durationMs', number),
      };
    }),
  };
};

const controlResult: Read<FrameworkResult['controls'][number]> = (place) => {
  const read = inside(place);
  return {
    id: read('id', text),
    origin: read('origin', word(ORIGINS)),
    rules: read('rules', list(text)),
    state: read('state', word(['pass', 'fail', 'unknown', 'not_covered'])),
  };
};
