import type { RuleSpec } from '../model/rule-spec.ts';
import { rankOf } from '../model/severity.ts';
import type { Finding, Report, Run } from '../policy/report.ts';
import { safeJson } from './escape.ts';
import type { Reporter } from './reporter.ts';

/**
 * The result format, major version 1: a promise to whoever parses it. An object whose arrays are always there, flat enough
 * that jq needs no join. Written as it comes: findings first, one a line; what is only known at the end follows.
 */
export const jsonReporter = (): Reporter => {
  let any = false;
  return {
    begin: (run) =>
      `{\n${field('$schema', 'urn:redvet:schema:result:1')},\n${field('schemaVersion', '1.0')},\n${field('tool', run.tool)},\n"findings": [`,
    assessed: ({ findings }) => {
      const text = findings.map((finding, index) => `${any || index > 0 ? ',' : ''}\n${safeJson(findingJson(finding))}`).join('');
      any ||= findings.length > 0;
      return text;
    },
    *end(report) {
      yield any ? '\n]' : ']';
      yield* closing(report);
      yield '\n}\n';
    },
  };
};

const field = (name: string, value: unknown): string => `${safeJson(name)}: ${safeJson(value)}`;

/** A property whose value is an array, an item a line. */
function* list(name: string, items: readonly string[]): Iterable<string> {
  yield `${safeJson(name)}: [`;
  for (const [index, item] of items.entries()) yield `${index > 0 ? ',' : ''}\n${item}`;
  yield items.length > 0 ? '\n]' : ']';
}

/** What follows the findings. */
function* closing(report: Report): Iterable<string> {
  for (const pieces of [
    list(
      'caches',
      report.caches.map((card) => safeJson({ ...card, origin: null })),
    ),
    rulesList(report.run.rules),
    list('frameworks', report.frameworks.map(safeJson)),
    list('waivers', []),
    list('problems', report.problems.map(safeJson)),
    [field('scope', scopeJson(report))],
    [field('summary', report.summary)],
    [field('run', runJson(report.run, report.finishedAt))],
    [field('stats', report.stats)],
    [field('status', report.status)],
  ]) {
    yield ',\n';
    yield* pieces;
  }
}

const rulesList = (rules: readonly RuleSpec[]): Iterable<string> =>
  list(
    'rules',
    rules.map((rule) => safeJson(ruleJson(rule))),
  );

const runJson = ({ id, startedAt, source, options }: Run, finishedAt: string) => ({
  id,
  startedAt,
  finishedAt,
  source,
  config: { path: null, sha256: null },
  options,
});

const scopeJson = ({ run, subscriptions }: Report) => ({
  cloud: run.cloud,
  tenantId: run.tenantId,
  subscriptions,
  inputs: [],
});

const findingJson = (finding: Finding) => {
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
    resourceId: cache.id,
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
    origin: null,
    reason: finding.reason,
    waiver: null,
    controls: finding.controls,
    remediation: finding.remediation,
    fingerprint: finding.fingerprint,
  };
};

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

/** `redvet rules -o json`. */
export const rulesJson = (rules: readonly RuleSpec[]): string => `{\n${[...rulesList(rules)].join('')}\n}\n`;
