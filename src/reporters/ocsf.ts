import type { CacheKind, CacheLabels } from '../model/cache.ts';
import type { Problem } from '../model/problem.ts';
import type { Finding, Report, Run } from '../policy/report.ts';
import { safeJson, safeLine } from './escape.ts';
import { RULE } from './ocsf/class.ts';
import { type Event, eventOf } from './ocsf/event.ts';
import type { Reporter } from './reporter.ts';
import { textHash } from './text-hash.ts';
import { isWhole, SCAN_COMPLETE, sentence, toldOf, type Unread, unreadOf } from './unread.ts';

/**
 * Compliance Findings of the Open Cybersecurity Schema Framework, an event a line: every finding of every outcome, then what was not
 * read, and last whether everything was. Without that last one the events were cut off. What the schema has no place for is in
 * `unmapped`.
 */
export const ocsfReporter = (): Reporter => {
  let line = (_: Event): string => '';
  return {
    begin: (run) => {
      line = (event) => `${safeJson(eventOf(run, event))}\n`;
      return '';
    },
    assessed: ({ findings }) => findings.map((finding) => line(findingEvent(finding))).join(''),
    *end(report) {
      for (const unread of unreadOf(report)) if (unread.problem !== null) yield line(unreadEvent(unread, unread.problem));
      yield line(endEvent(report));
    },
  };
};

const TYPES: Readonly<Record<CacheKind, string>> = {
  redis: 'Microsoft.Cache/redis',
  managed: 'Microsoft.Cache/redisEnterprise',
  enterprise: 'Microsoft.Cache/redisEnterprise',
};

const findingEvent = (finding: Finding): Event => {
  const { rule, cache, outcome, severity, disposition, remediation } = finding;
  const frameworks = rule.controls.map(({ framework }) => framework);
  return {
    rule,
    fingerprint: finding.fingerprint,
    message: toldOf(finding),
    outcome,
    severity,
    disposition,
    standards: [...new Set(frameworks)],
    requirements: [...new Set(rule.controls.map(({ framework, id }) => `${framework} ${id}`))],
    analytic: { uid: rule.id, name: rule.title, type_id: RULE.id, type: RULE.name },
    subscriptionId: cache.subscriptionId,
    region: cache.location,
    resources: [resourceOf(cache, finding.subject)],
    remediation: remediation && { desc: remediation.summary, references: rule.references },
    unmapped: unmappedOf(finding),
  };
};

const resourceOf = ({ id, name, kind, location, resourceGroup, sku }: CacheLabels, subject: string | null): object => ({
  uid: subject ?? id,
  name,
  type: TYPES[kind],
  ...(location === null ? {} : { region: location }),
  ...(resourceGroup === null ? {} : { group: { name: resourceGroup } }),
  data: { kind, sku },
});

const unmappedOf = ({
  rule,
  severity,
  disposition,
  gating,
  expected,
  actual,
  evidence,
  reason,
  due,
  relatedTo,
  waiver,
  origin,
}: Finding) => ({
  severity,
  disposition,
  gating,
  expected,
  actual,
  evidence,
  reason,
  due,
  related_to: relatedTo,
  waiver,
  origin: origin && { file: origin.file, line: origin.place?.line ?? null, column: origin.place?.column ?? null, address: origin.address },
  controls: rule.controls,
});

const ABOUT_THE_RUN = {
  rule: SCAN_COMPLETE,
  severity: SCAN_COMPLETE.severity,
  disposition: 'active',
  standards: [],
  requirements: [],
  analytic: null,
  region: null,
  remediation: null,
} as const satisfies Partial<Event>;

const unreadEvent = ({ scope, text, fingerprint }: Unread, problem: Problem): Event => ({
  ...ABOUT_THE_RUN,
  fingerprint,
  message: text,
  outcome: 'unknown',
  subscriptionId: /^\/subscriptions\/([^/]+)/i.exec(scope ?? '')?.[1]?.toLowerCase() ?? null,
  resources: scope === null ? [] : [{ uid: scope }],
  remediation: problem.hint === null ? null : { desc: safeLine(problem.hint) },
  unmapped: { problem },
});

/** Whether everything was read that was asked for: that is seen, and may be said. */
const endEvent = ({ run, status, summary, finishedAt, stats }: Report): Event => ({
  ...ABOUT_THE_RUN,
  fingerprint: textHash(`${SCAN_COMPLETE.id}|end|${scopeOf(run)}`),
  message: sentence(`${status.outcome}: ${status.reason}`),
  outcome: isWhole(status) ? 'pass' : 'unknown',
  subscriptionId: null,
  resources: [],
  unmapped: { run: { id: run.id, source: run.source, finished_at: finishedAt }, status, summary, stats },
});

/** What was asked for, so that runs over different estates do not overwrite each other. */
const scopeOf = ({ source, options }: Run): string => JSON.stringify([source, options]);
