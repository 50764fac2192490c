import type { Finding, Report } from '../policy/report.ts';
import { shortcomings, shortcomingText } from './ending.ts';
import { safeLine } from './escape.ts';
import type { Reporter } from './reporter.ts';

/** One row a finding, whatever its outcome; the column it has in the order a person reads. */
const COLUMNS: readonly (readonly [name: string, of: (finding: Finding) => string | number | boolean | null])[] = [
  ['severity', ({ severity }) => severity],
  ['outcome', ({ outcome }) => outcome],
  ['disposition', ({ disposition }) => disposition],
  ['gating', ({ gating }) => gating],
  ['rule', ({ rule }) => rule.id],
  ['title', ({ rule }) => rule.title],
  ['cache', ({ cache }) => cache.name],
  ['message', ({ message }) => message],
  ['expected', ({ expected }) => expected],
  ['actual', ({ actual }) => actual],
  ['reason', ({ reason }) => reason],
  ['fix', ({ remediation }) => remediation?.summary ?? null],
  ['kind', ({ cache }) => cache.kind],
  ['sku', ({ cache }) => cache.sku],
  ['location', ({ cache }) => cache.location],
  ['resourceGroup', ({ cache }) => cache.resourceGroup],
  ['subscriptionId', ({ cache }) => cache.subscriptionId],
  ['file', ({ origin }) => origin?.file ?? null],
  ['line', ({ origin }) => origin?.place?.line ?? null],
  ['waiver', ({ waiver }) => waiver?.id ?? null],
  ['waiverState', ({ waiver }) => waiver?.state ?? null],
  ['waiverExpires', ({ waiver }) => waiver?.expires ?? null],
  ['controls', ({ controls }) => controls.map(({ framework, id }) => `${framework}:${id}`).join(' ')],
  ['resourceId', ({ cache, subject }) => subject ?? cache.id],
  ['fingerprint', ({ fingerprint }) => fingerprint],
];

/**
 * RFC 4180 with every field quoted. What was not read has rows with the outcome `problem`, and a run without any row says how it ended:
 * no file looks like that of a clean estate which is not.
 */
export const csvReporter = (): Reporter => {
  let any = false;
  return {
    begin: () => row(COLUMNS.map(([name]) => name)),
    assessed: ({ findings }) => {
      any ||= findings.length > 0;
      return findings.map((finding) => row(COLUMNS.map(([, of]) => of(finding)))).join('');
    },
    *end(report) {
      for (const one of shortcomings(report)) yield told('problem', one.code, shortcomingText(one));
      if (!any && shortcomings(report).length === 0) yield told('status', report.status.outcome, reasonOf(report));
    },
  };
};

const reasonOf = ({ status }: Report): string => status.reason;

/** A row that is of no cache. */
const told = (outcome: string, reason: string, message: string): string => {
  const cells: Readonly<Record<string, string>> = { outcome, reason, message };
  return row(COLUMNS.map(([name]) => cells[name] ?? null));
};

const row = (cells: readonly (string | number | boolean | null)[]): string => `${cells.map(quoted).join(',')}\r\n`;

const quoted = (cell: string | number | boolean | null): string => {
  const text = typeof cell === 'string' ? guarded(safeLine(cell)) : String(cell ?? '');
  return `"${text.replaceAll('"', '""')}"`;
};

/** A spreadsheet takes what begins so for a formula; the apostrophe, which it does not show, makes text of it. */
const FORMULA = /^[\s'"]*[=+\-@|%＝＋－＠\t\r\n]/;

const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
