import type { Finding } from '../policy/report.ts';
import { isWhole, shortcomings, shortcomingText } from './ending.ts';
import { safeLine } from './escape.ts';
import type { Reporter } from './reporter.ts';

/** The columns in the order a person reads; those that JSON has too are called as there. */
const COLUMNS: readonly (readonly [name: string, of: (finding: Finding) => string | number | boolean | null])[] = [
  ['severity', ({ severity }) => severity],
  ['outcome', ({ outcome }) => outcome],
  ['disposition', ({ disposition }) => disposition],
  ['gating', ({ gating }) => gating],
  ['ruleId', ({ rule }) => rule.id],
  ['ruleTitle', ({ rule }) => rule.title],
  ['resourceName', ({ cache }) => cache.name],
  ['message', ({ message }) => message],
  ['expected', ({ expected }) => expected],
  ['actual', ({ actual }) => actual],
  ['reason', ({ reason }) => reason],
  ['fix', ({ remediation }) => remediation?.summary ?? null],
  ['resourceKind', ({ cache }) => cache.kind],
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
 * RFC 4180 with every field quoted and no byte order mark: one row a finding, whatever its outcome. What was not read has rows with the
 * outcome `problem`, and a run without any row says how it ended: no file looks like that of a clean estate which is not.
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
      const { status } = report;
      if (!any && isWhole(report)) yield told('status', status.outcome, status.reason);
    },
  };
};

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

/**
 * What begins so, after space and what opens a text, is a formula to some spreadsheet; an apostrophe before it makes text of it. Line
 * breaks and tabulators are gone by then.
 */
const FORMULA = /^[\s'"]*[=+\-@|%＝＋－＠]/;

const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
