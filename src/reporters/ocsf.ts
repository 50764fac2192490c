import type { Outcome } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import type { Finding, Run } from '../policy/report.ts';
import { shortcomings, shortcomingText } from './ending.ts';
import { safeJson, safeLine } from './escape.ts';
import type { Reporter } from './reporter.ts';

/** The version of the schema that the events follow: https://schema.ocsf.io/1.5.0/classes/compliance_finding */
const SCHEMA_VERSION = '1.5.0';

const SEVERITIES: Readonly<Record<Severity, readonly [id: number, name: string]>> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

/** `status_id` of a compliance object. What judges nothing is none of its words but "other". */
const STATUSES: Readonly<Record<Outcome, readonly [id: number, name: string]>> = {
  pass: [1, 'Pass'],
  fail: [3, 'Fail'],
  unknown: [0, 'Unknown'],
  not_applicable: [99, 'Not applicable'],
  not_evaluated: [99, 'Not evaluated'],
};

/** Compliance Findings of the Open Cybersecurity Schema Framework (class 2003), an event a line: one a finding, and one for whatever was not read. */
export const ocsfReporter = (): Reporter => {
  let run: Run | null = null;
  return {
    begin: (begun) => {
      run = begun;
      return '';
    },
    assessed: ({ findings }) => findings.map((finding) => `${safeJson(eventOf(finding, run))}\n`).join(''),
    *end(report) {
      for (const [index, one] of shortcomings(report).entries())
        yield `${safeJson(gapEvent(one.code, shortcomingText(one), index, report.run))}\n`;
      if (report.summary.caches === 0 && shortcomings(report).length === 0)
        yield `${safeJson(gapEvent('EMPTY', report.status.reason, 0, report.run))}\n`;
    },
  };
};

/** What every event of class 2003 has to have. */
const commonOf = (run: Run | null, uid: string) => ({
  activity_id: 1,
  activity_name: 'Create',
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
  type_uid: 200301,
  type_name: 'Compliance Finding: Create',
  time: Date.parse(run?.startedAt ?? '') || 0,
  metadata: {
    version: SCHEMA_VERSION,
    uid,
    product: { name: 'redvet', vendor_name: 'redvet', version: run?.tool.version ?? '' },
    profiles: ['cloud'],
  },
});

const eventOf = (finding: Finding, run: Run | null) => {
  const {
    rule,
    cache,
    severity,
    outcome,
    disposition,
    message,
    expected,
    actual,
    evidence,
    reason,
    waiver,
    gating,
    fingerprint,
    remediation,
    subject,
  } = finding;
  const [severityId, severityName] = outcome === 'fail' || outcome === 'unknown' ? SEVERITIES[severity] : SEVERITIES.info;
  const [statusId, status] = STATUSES[outcome];
  return {
    ...commonOf(run, fingerprint),
    severity_id: severityId,
    severity: severityName,
    // Suppressed, or new.
    status_id: disposition === 'active' ? 1 : 3,
    status: disposition === 'active' ? 'New' : 'Suppressed',
    message: safeLine(`${cache.name}: ${message}`),
    finding_info: {
      uid: fingerprint,
      title: rule.title,
      ...(rule.why === '' ? {} : { desc: rule.why }),
      types: [rule.id],
      created_time: Date.parse(run?.startedAt ?? '') || 0,
    },
    compliance: {
      control: rule.id,
      requirements: rule.controls.map(({ framework, id }) => `${framework} ${id}`),
      standards: [...new Set(rule.controls.map(({ framework }) => framework))],
      status_id: statusId,
      status,
      status_detail: safeLine(message),
    },
    resources: [
      {
        uid: safeLine(subject ?? cache.id),
        name: safeLine(cache.name),
        type: TYPES[cache.kind],
        ...(cache.location === null ? {} : { region: safeLine(cache.location) }),
        ...(cache.resourceGroup === null ? {} : { group: { name: safeLine(cache.resourceGroup) } }),
      },
    ],
    cloud: {
      provider: 'Azure',
      ...(cache.subscriptionId === null ? {} : { account: { uid: safeLine(cache.subscriptionId), type: 'Azure AD Account', type_id: 6 } }),
      ...(cache.location === null ? {} : { region: safeLine(cache.location) }),
    },
    ...(remediation === null ? {} : { remediation: { desc: remediation.summary, references: [rule.references[0]] } }),
    unmapped: { redvet: { outcome, disposition, gating, severity, expected, actual, evidence, reason, waiver, sku: cache.sku } },
  };
};

const TYPES = {
  redis: 'Microsoft.Cache/redis',
  managed: 'Microsoft.Cache/redisEnterprise',
  enterprise: 'Microsoft.Cache/redisEnterprise',
} as const;

/** Of what was not seen nothing is known: an event says so, or there would be none. */
const gapEvent = (code: string, text: string, index: number, run: Run) => {
  const uid = `${run.id}-${index}`;
  return {
    ...commonOf(run, uid),
    severity_id: 4,
    severity: 'High',
    status_id: 1,
    status: 'New',
    message: safeLine(text),
    finding_info: {
      uid,
      title: 'Not everything that was asked for was read',
      desc: safeLine(text),
      types: [code],
      created_time: Date.parse(run.startedAt) || 0,
    },
    compliance: {
      control: 'redvet-incomplete',
      requirements: [],
      standards: [],
      status_id: 0,
      status: 'Unknown',
      status_detail: safeLine(text),
    },
    cloud: { provider: 'Azure' },
    unmapped: { redvet: { outcome: 'incomplete', code } },
  };
};
