import type { AssessedCache, Finding, FindingWaiver, Report, Run } from '../policy/report.ts';
import { isWhole, shortcomings, shortcomingText } from './ending.ts';
import { safeLine } from './escape.ts';
import type { Reporter } from './reporter.ts';

/**
 * JUnit XML as Azure DevOps publishes it: a suite for each cache, a case for each rule. What fails is a failure, what could not be judged
 * an error, what is waived, known or not evaluated is skipped with the reason. The suite `redvet` is about the run itself, so that there
 * is always one.
 */
export const junitReporter = (): Reporter => {
  let run: Run | null = null;
  return {
    begin: (begun) => {
      run = begun;
      return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="redvet">\n';
    },
    assessed: (assessed) => suiteOf(assessed, run?.startedAt ?? ''),
    end: (report) => [ownSuite(report), '</testsuites>\n'],
  };
};

const suiteOf = ({ cache, findings }: AssessedCache, startedAt: string): string => {
  const cases = findings.map((finding) => caseOf(finding));
  const number = (kind: Kind): number => cases.filter((one) => one.kind === kind).length;
  const properties = {
    id: cache.id,
    kind: cache.kind,
    sku: cache.sku,
    location: cache.location,
    resourceGroup: cache.resourceGroup,
    subscriptionId: cache.subscriptionId,
  };
  const lines = [
    `<testsuite${attributes({ name: cache.name, tests: cases.length, failures: number('failure'), errors: number('error'), skipped: number('skipped'), timestamp: stamp(startedAt), time: '0' })}>`,
    '<properties>',
    ...Object.entries(properties).flatMap(([name, value]) => (value === null ? [] : [`<property${attributes({ name, value })}/>`])),
    '</properties>',
    ...cases.map(({ text }) => text),
    '</testsuite>',
  ];
  return `${lines.join('\n')}\n`;
};

type Kind = 'pass' | 'failure' | 'error' | 'skipped';

interface Case {
  readonly kind: Kind;
  readonly text: string;
}

const caseOf = (finding: Finding): Case => {
  const { rule, cache, origin } = finding;
  const { kind, element } = resultOf(finding);
  const file = origin === null ? {} : { file: origin.file, ...(origin.place === null ? {} : { line: origin.place.line }) };
  const open = `<testcase${attributes({ name: rule.title === '' ? rule.id : `${rule.id}: ${rule.title}`, classname: cache.name, time: '0', ...file })}`;
  return { kind, text: element === '' ? `${open}/>` : `${open}>${element}</testcase>` };
};

const resultOf = (finding: Finding): { readonly kind: Kind; readonly element: string } => {
  const { outcome, disposition, severity, message, waiver } = finding;
  const skipped = (why: string) => ({ kind: 'skipped' as const, element: `<skipped${attributes({ message: why })}/>` });
  switch (outcome) {
    case 'pass':
      return { kind: 'pass', element: '' };
    case 'unknown':
      return { kind: 'error', element: `<error${attributes({ type: severity, message })}>${detailsOf(finding)}</error>` };
    case 'not_applicable':
      return skipped(`does not apply: ${message}`);
    case 'not_evaluated':
      return skipped(`not evaluated: ${message}`);
    case 'fail':
      if (disposition === 'waived' && waiver !== null) return skipped(`${waivedBy(waiver)}; ${message}`);
      if (disposition === 'baselined') return skipped(`known: in the baseline; ${message}`);
      return { kind: 'failure', element: `<failure${attributes({ type: severity, message })}>${detailsOf(finding)}</failure>` };
  }
};

const waivedBy = ({ id, expires, category, owner, ticket, reason }: FindingWaiver): string =>
  `waived by ${id} until ${expires} (${[category, owner, ...(ticket === null ? [] : [ticket])].join(', ')}): ${reason}`;

const detailsOf = ({ expected, actual, evidence, waiver, remediation, rule, cache, subject }: Finding): string =>
  [
    `resource: ${subject ?? cache.id}`,
    ...(expected === null ? [] : [`expected: ${expected}`]),
    ...(actual === null ? [] : [`actual: ${actual}`]),
    ...(evidence === null ? [] : [`evidence: ${evidence.path} (${evidence.source})`]),
    ...(waiver?.state === 'expired' ? [`waiver ${waiver.id} expired on ${waiver.expires}`] : []),
    ...(remediation === null || remediation.summary === '' ? [] : [`fix: ${remediation.summary}`]),
    ...(rule.references[0] === '' ? [] : [`see: ${rule.references[0]}`]),
  ]
    .map((line) => content(safeLine(line)))
    .join('\n');

/** The run as a case: it passes only where everything was read. */
const ownSuite = (report: Report): string => {
  const { status, run } = report;
  const errors = shortcomings(report);
  const cases =
    errors.length === 0 ? [`<testcase${attributes({ name: 'scan', classname: 'redvet', time: '0' })}/>`] : errors.map(errorCase);
  const counts = { tests: cases.length, failures: 0, errors: errors.length, skipped: 0 };
  const ended = `exit ${status.exitCode} (${status.outcome}): ${status.reason}${isWhole(report) ? '' : '; this report is incomplete'}`;
  const lines = [
    `<testsuite${attributes({ name: 'redvet', ...counts, timestamp: stamp(run.startedAt), time: '0' })}>`,
    ...cases,
    `<system-out>${content(safeLine(ended))}</system-out>`,
    '</testsuite>',
  ];
  return `${lines.join('\n')}\n`;
};

const errorCase = (one: ReturnType<typeof shortcomings>[number]): string => {
  const text = shortcomingText(one);
  const open = `<testcase${attributes({ name: one.scope === null ? 'scan' : `scan: ${one.scope}`, classname: 'redvet', time: '0' })}>`;
  return `${open}<error${attributes({ type: one.code, message: text })}>${content(safeLine(text))}</error></testcase>`;
};

/** Without fractions and zone, as the format has it; in UTC. */
const stamp = (time: string): string => time.replace(/\.\d+Z$|Z$/, '');

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${content(safeLine(String(value))).replace(/"/g, '&quot;')}"`)
    .join('');

/** Most of what XML 1.0 cannot hold, not even by reference, was made visible before; the two that are left are no characters. */
const content = (text: string): string =>
  text
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
