import type { RuleSpec } from '../model/rule-spec.ts';
import { rankOf } from '../model/severity.ts';
import type { AssessedCache, Finding, FindingWaiver, Report, Run } from '../policy/report.ts';

/**
 * The result format, major version 1, field by field: a promise to whoever parses it, whether it comes as one object or line by
 * line. Arrays are always there, and a finding is flat enough to need no join.
 */
export const SCHEMA = { $schema: 'urn:redvet:schema:result:1', schemaVersion: '1.0' } as const;

/** `end`: what is known of a run when it is over. */
export const runJson = ({ id, startedAt, today, source, config, disabled, options }: Run, end: { readonly finishedAt?: string } = {}) => ({
  id,
  startedAt,
  ...end,
  judgedOn: today,
  source,
  config: { path: config?.path ?? null, sha256: config?.sha256 ?? null },
  disabledRules: disabled,
  options,
});

export const scopeJson = ({ run, subscriptions, inputs }: Report) => ({
  cloud: run.cloud,
  tenantId: run.tenantId,
  subscriptions,
  inputs,
});

export const findingJson = (finding: Finding) => {
  const { rule, cache } = finding;
  return {
    ruleId: rule.id,
    ruleTitle: rule.title,
    ruleUrl: rule.references[0],
    severity: finding.severity,
    severityRank: rankOf(finding.severity),
    outcome: finding.outcome,
    disposition: finding.disposition,
    gating: finding.gating,
    resourceId: finding.subject ?? cache.id,
    resourceName: cache.name,
    resourceKind: cache.kind,
    resourceGroup: cache.resourceGroup,
    subscriptionId: cache.subscriptionId,
    location: cache.location,
    sku: cache.sku,
    message: finding.message,
    expected: finding.expected,
    actual: finding.actual,
    relatedTo: finding.relatedTo,
    evidence: finding.evidence,
    origin: finding.origin && originJson(finding.origin),
    reason: finding.reason,
    due: finding.due,
    waiver: finding.waiver && waiverJson(finding.waiver),
    controls: finding.controls,
    remediation: finding.remediation,
    fingerprint: finding.fingerprint,
  };
};

const waiverJson = ({ id, state, category, reason, owner, ticket, expires }: FindingWaiver) => ({
  id,
  state,
  category,
  reason,
  owner,
  ticket,
  expires,
});

export const cacheJson = ({ cache, counts }: AssessedCache) => ({
  id: cache.id,
  name: cache.name,
  kind: cache.kind,
  sku: cache.sku,
  location: cache.location,
  resourceGroup: cache.resourceGroup,
  subscriptionId: cache.subscriptionId,
  provisioningState: cache.provisioningState,
  findings: counts,
  origin: cache.origin && originJson(cache.origin),
});

/** Line and column count from 1; null where the format has none. */
const originJson = ({ file, language, place, address }: NonNullable<Finding['origin']>) => ({
  file,
  language,
  line: place?.line ?? null,
  column: place?.column ?? null,
  address,
});

/** A rule as `redvet rules -o json` and every result list it. */
export const ruleJson = (rule: RuleSpec) => ({
  id: rule.id,
  title: rule.title,
  severity: rule.severity,
  severityRank: rankOf(rule.severity),
  kinds: rule.appliesTo,
  aliases: rule.aliases,
  needs: rule.needs,
  controls: rule.controls,
  options: rule.options,
  url: rule.references[0],
});
