import type * as Sarif from 'sarif';
import { count } from '../model/count.ts';
import type { Problem } from '../model/problem.ts';
import type { RuleSpec } from '../model/rule-spec.ts';
import type { Severity } from '../model/severity.ts';
import type { Finding, FindingWaiver, Report, Run } from '../policy/report.ts';
import { safeJson, safeLine } from './escape.ts';
import { locationOf } from './location.ts';
import type { Reporter, SarifChoices } from './reporter.ts';

/** GitHub reads `security-severity` as a CVSS score: above 9 is critical, from 7 high, from 4 medium, below it low. */
const SEVERITIES: Readonly<Record<Severity, { readonly level: 'error' | 'warning' | 'note'; readonly score: string }>> = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.5' },
  low: { level: 'note', score: '3.0' },
  info: { level: 'note', score: '1.0' },
};

/** GitHub refuses a run of more: https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit */
const MOST_RESULTS = 25_000;

/**
 * SARIF 2.1.0, by what GitHub code scanning makes of it. Failures are results, and so is what could not be judged, which would else look
 * mended. Written as it comes: the results, then the rules and what was not read.
 */
export const sarifReporter = ({ locations, isWaivedIncluded }: SarifChoices): Reporter => {
  const indexes = new Map<string, number>();
  let results = 0;
  let leftOut = 0;
  return {
    begin: ({ rules }) => {
      for (const [index, { id }] of rules.entries()) indexes.set(id, index);
      return `{\n"$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n"version": "2.1.0",\n"runs": [{\n"columnKind": "utf16CodeUnits",\n"results": [`;
    },
    assessed: ({ findings }) => {
      const told = findings.filter((finding) => isTold(finding, isWaivedIncluded));
      const room = told.slice(0, Math.max(0, MOST_RESULTS - results));
      leftOut += told.length - room.length;
      const text = room
        .map((finding, index) => `${results + index > 0 ? ',' : ''}\n${safeJson(resultOf(finding, indexes, locations))}`)
        .join('');
      results += room.length;
      return text;
    },
    *end(report) {
      yield results > 0 ? '\n],\n' : '],\n';
      yield `"tool": ${safeJson({ driver: driverOf(report.run) })},\n`;
      yield `"automationDetails": ${safeJson({ id: `redvet/${report.run.source}/` })},\n`;
      yield `"invocations": [${safeJson(invocationOf(report, leftOut))}]\n}]\n}\n`;
    },
  };
};

const isTold = ({ outcome, disposition }: Finding, isWaivedIncluded: boolean): boolean =>
  outcome === 'unknown' || (outcome === 'fail' && (isWaivedIncluded || disposition !== 'waived'));

const resultOf = (finding: Finding, indexes: ReadonlyMap<string, number>, locations: SarifChoices['locations']): Sarif.Result => {
  const { rule, cache, outcome, severity, disposition, waiver, subject, fingerprint } = finding;
  const { uri, line, column } = locationOf(finding, locations);
  const index = indexes.get(rule.id);
  return {
    ruleId: rule.id,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: outcome === 'unknown' ? 'warning' : SEVERITIES[severity].level,
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region: { startLine: line, ...(column === null ? {} : { startColumn: column }) } },
        logicalLocations: [{ name: safeLine(cache.name), fullyQualifiedName: safeLine(subject ?? cache.id), kind: 'resource' }],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: `${fingerprint}:1`, 'redvet/v1': fingerprint },
    ...(disposition === 'baselined' ? { baselineState: 'unchanged' } : {}),
    ...(disposition === 'waived' && waiver !== null ? { suppressions: [suppressionOf(waiver)] } : {}),
    properties: { severity, outcome, disposition, 'security-severity': SEVERITIES[severity].score },
  };
};

/** The cache is named here: GitHub shows the message before the place. */
const messageOf = ({ cache, outcome, message, expected, actual, waiver }: Finding): string => {
  const values = expected === null ? '' : ` (expected ${expected}, found ${actual ?? 'nothing'})`;
  const what = outcome === 'unknown' ? `could not be judged: ${message}` : `${message}${values}`;
  const expired = waiver?.state === 'expired' ? `; waiver ${waiver.id} expired on ${waiver.expires}` : '';
  return plainText(`${cache.name}: ${what}${expired}.`);
};

const suppressionOf = ({ id, category, reason, owner, ticket, expires }: FindingWaiver): Sarif.Suppression => ({
  kind: 'external',
  status: 'accepted',
  justification: plainText(`${id} (${category}): ${reason}; owner ${owner}${ticket === null ? '' : `, ${ticket}`}; until ${expires}`),
});

/** In a message of SARIF brackets make links and braces stand for arguments (3.11.5, 3.11.6); neither is ours to make of data. */
const plainText = (text: string): string =>
  safeLine(text)
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/\{/g, '{{')
    .replace(/\}/g, '}}');

const driverOf = ({ tool, rules }: Run): Sarif.ToolComponent => ({
  name: 'redvet',
  version: tool.version,
  semanticVersion: tool.version,
  informationUri: 'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-best-practices-development',
  properties: { rulesetVersion: tool.rulesetVersion },
  rules: rules.map(descriptorOf),
  notifications: [],
});

/** GitHub shows at most twenty tags. */
const MOST_TAGS = 20;

const descriptorOf = (rule: RuleSpec): Sarif.ReportingDescriptor => {
  const { id, title, severity, why, fix, references, controls, aliases } = rule;
  const told = [why, fix.summary === '' ? '' : `Fix: ${fix.summary}`, fix.risk === '' ? '' : `Mind: ${fix.risk}`].filter(
    (text) => text !== '',
  );
  const tags = ['security', 'azure', 'redis', ...new Set(controls.map((control) => `${control.framework}/${control.id}`))];
  return {
    id,
    name: id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${plainText(title)}.` },
    fullDescription: { text: plainText(why === '' ? `${title}.` : why) },
    help: {
      text: plainText([`${title}.`, ...told].join(' ')),
      markdown: [`**${title}.**`, ...told, `[Documentation](${references[0]})`].join('\n\n'),
    },
    helpUri: references[0],
    defaultConfiguration: { level: SEVERITIES[severity].level },
    properties: { tags: tags.slice(0, MOST_TAGS), precision: 'very-high', 'security-severity': SEVERITIES[severity].score, aliases },
  };
};

/** A run that did not see everything did not succeed, whatever it found: GitHub would else close what it did not see. */
const invocationOf = ({ run, finishedAt, problems, status, summary }: Report, leftOut: number): Sarif.Invocation => {
  const isWhole = status.complete && ['clean', 'findings', 'empty'].includes(status.outcome);
  const notifications = [
    ...problems.map(notificationOf),
    ...(isWhole || problems.length > 0
      ? []
      : [{ level: 'error', message: { text: plainText(`${status.outcome}: ${status.reason}.`) } } as const]),
    ...(leftOut === 0
      ? []
      : [
          {
            level: 'warning',
            message: { text: `${count(leftOut, 'result')} left out: a run may have no more than ${MOST_RESULTS}.` },
          } as const,
        ]),
  ];
  return {
    executionSuccessful: isWhole && leftOut === 0,
    exitCode: status.exitCode,
    exitCodeDescription: plainText(`${status.outcome}: ${status.reason}`),
    startTimeUtc: run.startedAt,
    endTimeUtc: finishedAt,
    ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
    properties: { caches: summary.caches, evaluated: summary.evaluated, waived: summary.waived, baselined: summary.baselined },
  };
};

const notificationOf = ({ code, kind, scope, message, hint }: Problem): Sarif.Notification => ({
  level: 'error',
  message: { text: plainText(`${scope === null ? '' : `${scope}: `}${message}.${hint === null ? '' : ` ${hint}`}`) },
  properties: { code, kind },
});
