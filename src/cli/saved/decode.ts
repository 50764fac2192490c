import { CACHE_KINDS, type CacheLabels, type Origin } from '../../model/cache.ts';
import { OUTCOMES } from '../../model/finding.ts';
import { NEEDS } from '../../model/need.ts';
import type { Problem, ProblemKind } from '../../model/problem.ts';
import type { Control, OptionValue, RuleSpec } from '../../model/rule-spec.ts';
import { INPUT_KINDS, type InputScope, type SubscriptionScope } from '../../model/scope.ts';
import { SEVERITIES, THRESHOLDS } from '../../model/severity.ts';
import {
  type Counts,
  DISPOSITIONS,
  type Finding,
  type FindingWaiver,
  type FrameworkResult,
  type Run,
  type Stats,
  WAIVER_CATEGORIES,
} from '../../policy/report.ts';
import type { Remediation } from '../../remediation/remediation.ts';
import { RULES } from '../../rules/index.ts';
import { flag, inside, list, number, object, orMissing, orNull, type Read, text, word } from './reading.ts';

/** The parts of a saved result, as the reporters wrote them. Each reader is the other half of one in src/reporters/result-json.ts. */

/** A finding of which the cache is told elsewhere. */
export interface SavedFinding extends Omit<Finding, 'cache' | 'rule' | 'subject'> {
  readonly ruleId: string;
  readonly resourceId: string;
  readonly resourceName: string;
}

export interface SavedCache {
  readonly cache: CacheLabels;
  readonly counts: Counts;
}

/** What a result says of its run before its findings, or with them. */
export interface SavedRun
  extends Pick<Run, 'tool' | 'id' | 'startedAt' | 'today' | 'source' | 'failOn' | 'rules' | 'config' | 'disabled' | 'options'> {
  readonly allowIncomplete: boolean;
  readonly allowEmpty: boolean;
}

const ORIGINS = ['azure-policy', 'cis', 'redvet'] as const;
const LANGUAGES = ['terraform', 'arm', 'bicep'] as const;

const control: Read<Control> = (place) => {
  const read = inside(place);
  return { framework: read('framework', text), id: read('id', text), origin: read('origin', word(ORIGINS)) };
};

const optionValue: Read<OptionValue> = (place) =>
  typeof place.value === 'boolean' || typeof place.value === 'number' ? place.value : list(text)(place);

const option: Read<RuleSpec['options'][number]> = (place) => {
  const read = inside(place);
  return {
    name: read('name', text),
    help: read('help', text),
    expected: read('expected', text),
    default: read('default', optionValue),
    value: read('value', optionValue),
  };
};

/** A rule that this version does not know has no texts but those of the result. */
export const ruleSpec: Read<RuleSpec> = (place) => {
  const read = inside(place);
  const id = read('id', text);
  const known = RULES.find((rule) => rule.id === id);
  return {
    ...(known ?? UNKNOWN_RULE),
    id,
    title: read('title', text),
    severity: read('severity', word(SEVERITIES)),
    appliesTo: read('kinds', list(word(CACHE_KINDS))),
    aliases: read('aliases', list(text)),
    needs: read('needs', list(word(NEEDS))),
    controls: read('controls', list(control)),
    options: read('options', list(option)),
    references: [read('url', text), ...(known?.references.slice(1) ?? [])],
  };
};

const UNKNOWN_RULE: Pick<RuleSpec, 'why' | 'evidence' | 'fix' | 'follows'> = {
  why: '',
  evidence: '',
  follows: null,
  fix: {
    summary: '',
    risk: '',
    stage: 'change',
    steps: () => [],
    verify: () => null,
    rollback: '',
    terraform: {},
    bicep: null,
    policy: null,
    portal: null,
    clients: null,
    rotateKeys: false,
  },
};

const originOf: Read<NonNullable<Finding['origin']>> = (place) => {
  const read = inside(place);
  const line = read('line', orNull(number));
  const column = read('column', orNull(number));
  return {
    file: read('file', text),
    language: read('language', word(LANGUAGES)),
    place: line === null || column === null ? null : { line, column },
    address: read('address', text),
  };
};

const waiver: Read<FindingWaiver> = (place) => {
  const read = inside(place);
  return {
    id: read('id', text),
    state: read('state', word(['applied', 'expiring', 'expired'])),
    category: read('category', word(WAIVER_CATEGORIES)),
    reason: read('reason', text),
    owner: read('owner', text),
    ticket: read('ticket', orNull(text)),
    expires: read('expires', text),
  };
};

const remediation: Read<Remediation> = (place) => {
  const read = inside(place);
  const textOrNull = (name: string): string | null => read(name, orNull(text));
  return {
    summary: read('summary', text),
    risk: read('risk', text),
    az: textOrNull('az'),
    bicep: textOrNull('bicep'),
    terraform: textOrNull('terraform'),
    policy: textOrNull('policy'),
    verify: textOrNull('verify'),
    rollback: read('rollback', text),
    portal: textOrNull('portal'),
    clients: read(
      'clients',
      list((item) => ({ client: inside(item)('client', text), change: inside(item)('change', text) })),
    ),
    rotateKeys: textOrNull('rotateKeys'),
  };
};

export const savedFinding: Read<SavedFinding> = (place) => {
  const read = inside(place);
  return {
    ruleId: read('ruleId', text),
    resourceId: read('resourceId', text),
    resourceName: read('resourceName', text),
    severity: read('severity', word(SEVERITIES)),
    outcome: read('outcome', word(OUTCOMES)),
    disposition: read('disposition', word(DISPOSITIONS)),
    waiver: read('waiver', orNull(waiver)),
    gating: read('gating', flag),
    message: read('message', text),
    expected: read('expected', orNull(text)),
    actual: read('actual', orNull(text)),
    evidence: read(
      'evidence',
      orNull((item) => ({ path: inside(item)('path', text), source: inside(item)('source', word(['observed', 'service_default'])) })),
    ),
    reason: read('reason', orNull(text)),
    due: read('due', orMissing(orNull(text), null)),
    relatedTo: read('relatedTo', orNull(text)),
    controls: read('controls', list(control)),
    remediation: read('remediation', orNull(remediation)),
    origin: read('origin', orNull(originOf)),
    fingerprint: read('fingerprint', text),
  };
};

const counts: Read<Counts> = (place) => {
  const read = inside(place);
  return {
    pass: read('pass', number),
    fail: read('fail', number),
    unknown: read('unknown', number),
    notApplicable: read('notApplicable', number),
    notEvaluated: read('notEvaluated', number),
  };
};

export const savedCache: Read<SavedCache> = (place) => {
  const read = inside(place);
  const textOrNull = (name: string): string | null => read(name, orNull(text));
  const origin = read('origin', orNull(originOf));
  return {
    cache: {
      id: read('id', text),
      name: read('name', text),
      kind: read('kind', word(CACHE_KINDS)),
      sku: textOrNull('sku'),
      location: textOrNull('location'),
      resourceGroup: textOrNull('resourceGroup'),
      subscriptionId: textOrNull('subscriptionId'),
      provisioningState: textOrNull('provisioningState'),
      origin: origin && wholeOrigin(origin),
    },
    counts: read('findings', counts),
  };
};

/** Where single values stand, each finding says of itself. */
const wholeOrigin = (origin: NonNullable<Finding['origin']>): Origin => ({ ...origin, creates: true, places: new Map() });

/** `place` holds `tool`, `run` and `rules`. */
export const savedRun: Read<SavedRun> = (place) => {
  const read = inside(place);
  return read('run', (run) => {
    const of = inside(run);
    const config = of('config', (item) => ({ path: inside(item)('path', orNull(text)), sha256: inside(item)('sha256', orNull(text)) }));
    const options = of('options', object);
    const choice = inside({ ...run, value: options, at: `${run.at}.options` });
    const startedAt = of('startedAt', text);
    return {
      tool: read('tool', (tool) => ({
        name: 'redvet' as const,
        version: inside(tool)('version', text),
        rulesetVersion: inside(tool)('rulesetVersion', text),
      })),
      id: of('id', text),
      startedAt,
      today: of('judgedOn', orMissing(text, startedAt.slice(0, 'YYYY-MM-DD'.length))),
      source: of('source', word(['arm', 'graph', 'files'])),
      rules: read('rules', list(ruleSpec)),
      config: config.path === null || config.sha256 === null ? null : { path: config.path, sha256: config.sha256 },
      disabled: of(
        'disabledRules',
        orMissing(
          list((item) => ({ rule: inside(item)('rule', text), reason: inside(item)('reason', text) })),
          [],
        ),
      ),
      options,
      failOn: choice('failOn', orMissing(word(THRESHOLDS), 'high')),
      allowIncomplete: choice('allowIncomplete', orMissing(flag, false)),
      allowEmpty: choice('allowEmpty', orMissing(flag, false)),
    };
  });
};

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

/** What a result says when it is over. */
export interface SavedEnd extends Pick<Run, 'cloud' | 'tenantId'> {
  readonly finishedAt: string;
  readonly subscriptions: readonly SubscriptionScope[];
  readonly inputs: readonly InputScope[];
  readonly frameworks: readonly FrameworkResult[];
  readonly waivers: readonly { readonly id: string; readonly expires: string }[];
  readonly caches: number;
  readonly counts: Counts;
  readonly stats: Stats;
}

/** `place` holds `run`, `scope`, `frameworks`, `waivers`, `summary` and `stats`. */
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
    finishedAt: read('run', (run) => inside(run)('finishedAt', text)),
    frameworks: read(
      'frameworks',
      list((item) => {
        const of = inside(item);
        return { id: of('id', text), title: of('title', text), controls: of('controls', list(controlResult)) };
      }),
    ),
    waivers: read(
      'waivers',
      list((item) => ({ id: inside(item)('id', text), expires: inside(item)('expires', text) })),
    ),
    caches: read('summary', (summary) => inside(summary)('caches', number)),
    counts: read('summary', counts),
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
