import { rankOf } from '../model/severity.ts';
import type { ComparedFinding, Diff, DiffStatus } from '../policy/diff.ts';
import { safeJson, safeLine } from './escape.ts';
import { largest, padEnd, wrap } from './layout.ts';
import type { Display } from './reporter.ts';

/** `redvet diff -o json`: a list for each kind of change, of findings as flat as in a result. */
export const diffJson = ({ added, fixed, unchanged, unseen }: Diff, status: DiffStatus): string => {
  const lists = {
    new: added.map(flat),
    fixed: fixed.map(flat),
    unchanged: unchanged.map(flat),
    unseen: unseen.map((one) => ({ ...flat(one), why: one.why })),
  };
  const summary = { new: added.length, fixed: fixed.length, unchanged: unchanged.length, unseen: unseen.length };
  const fields = [
    ['$schema', safeJson('urn:redvet:schema:diff:1')],
    ['schemaVersion', safeJson('1.0')],
    ...Object.entries(lists).map(([name, items]) => [name, items.length === 0 ? '[]' : `[\n${items.map(safeJson).join(',\n')}\n]`]),
    ['summary', safeJson(summary)],
    ['status', safeJson(status)],
  ];
  return `{\n${fields.map(([name, value]) => `${safeJson(name)}: ${value}`).join(',\n')}\n}\n`;
};

const flat = ({ ruleId, severity, outcome, disposition, fingerprint, message, ...of }: ComparedFinding) => ({
  ruleId,
  severity,
  severityRank: rankOf(severity),
  outcome,
  disposition,
  resourceId: of.resourceId,
  resourceName: of.resourceName,
  resourceKind: of.resourceKind,
  resourceGroup: of.resourceGroup,
  subscriptionId: of.subscriptionId,
  message,
  fingerprint,
});

type Looks = Pick<Display, 'width' | 'style' | 'unicode'>;

/** What changed, for a person: what is new in full, the rest as far as it is news. */
export const diffText = (diff: Diff, looks: Looks): string => {
  const { added, fixed, unchanged, unseen } = diff;
  const { style } = looks;
  const all = [...added, ...fixed, ...unseen];
  const widths = {
    cache: largest(all.map((one) => safeLine(one.resourceName).length)),
    rule: largest(all.map(({ ruleId }) => safeLine(ruleId).length)),
  };
  const sections = [
    section(
      'New',
      added,
      (one) => [...(one.disposition === 'active' ? [] : [`(${one.disposition})`]), one.message].join(' '),
      widths,
      looks,
    ),
    section('Fixed', fixed, () => '', widths, looks),
    section('Not seen any more, which is not fixed', unseen, ({ why }) => why, widths, looks),
    unchanged.length === 0 ? [] : [style.faint(`Unchanged: ${unchanged.length}`)],
  ].filter((lines) => lines.length > 0);
  return sections.length === 0 ? 'Nothing failed, then or now.\n' : `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
};

const section = <T extends ComparedFinding>(
  title: string,
  findings: readonly T[],
  told: (finding: T) => string,
  widths: { readonly cache: number; readonly rule: number },
  { style, width }: Looks,
): readonly string[] => {
  if (findings.length === 0) return [];
  const lines = findings.flatMap((finding) => {
    const lead = `  ${style.severity[finding.severity](padEnd(finding.severity, SEVERITY_WIDTH))}  ${style.strong(padEnd(safeLine(finding.resourceName), widths.cache))}  ${padEnd(safeLine(finding.ruleId), widths.rule)}`;
    const indent = 2 + SEVERITY_WIDTH + 2 + widths.cache + 2 + widths.rule + 2;
    const text = safeLine(told(finding));
    if (text === '') return [lead.trimEnd()];
    if (width - indent < LEAST_COLUMNS) return [lead.trimEnd(), ...wrap(text, width - BELOW).map((line) => ' '.repeat(BELOW) + line)];
    const [first = '', ...rest] = wrap(text, width - indent);
    return [`${lead}  ${first}`, ...rest.map((line) => ' '.repeat(indent) + line)];
  });
  return [`${style.strong(title)} ${style.faint(`(${findings.length})`)}`, ...lines];
};

const SEVERITY_WIDTH = 8;

/** A text in a narrower column is hard to read, and goes below. */
const LEAST_COLUMNS = 30;
const BELOW = 12;
