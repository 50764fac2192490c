import type { Problem } from '../model/problem.ts';
import { severalOf } from '../model/several.ts';
import type { Report, Status, WaiverResult } from '../policy/report.ts';
import { safeLine } from '../reporters/escape.ts';
import { groupBy } from '../reporters/group-by.ts';
import { wrap } from '../reporters/layout.ts';
import { nextStep } from '../reporters/table/next.ts';
import type { Looks } from './style.ts';

/** Problems as they stand on stderr: what, where, and the way out; the same one on many scopes once. */
export const problemLines = (problems: readonly Problem[], { style, width }: Looks): string => {
  const groups = groupBy(problems, ({ code, message }) => `${code}|${message}`);
  return [...groups.values()].map((group) => groupLines(group, { style, width })).join('');
};

const groupLines = (group: readonly Problem[], { style, width }: Pick<Looks, 'style' | 'width'>): string => {
  const [first] = group;
  if (first === undefined) return '';
  const scopes = [...new Set(group.flatMap(({ scope }) => (scope?.startsWith('/') ? [scope] : [])))];
  const [start = '', ...rest] = wrap(`error[${first.code}]: ${safeLine(first.message)}`, width - 2);
  const where =
    scopes.length > 0
      ? [`  in ${scopes.slice(0, 3).map(safeLine).join(', ')}${scopes.length > 3 ? ` and ${scopes.length - 3} more` : ''}`]
      : [];
  const help = first.hint === null ? [] : [`  ${style.strong('help:')} ${safeLine(first.hint)}`];
  const head = start.replace(/^\S+/, (word) => style.outcome.fail(word));
  return `${[head, ...rest.map((line) => `  ${line}`), ...where, ...help].join('\n')}\n`;
};

/** The line that every run ends with, unless it is to be quiet. */
export const lastLine = ({ exitCode, outcome, reason }: Status): string => `redvet: exit ${exitCode} (${outcome}): ${safeLine(reason)}\n`;

/** What to do where there was nothing that a report could be about. */
export const nextLine = (report: Report): string => {
  const step = report.status.outcome === 'access' ? nextStep(report, null, false) : null;
  return step === null ? '' : `redvet: next: ${step.command} (${step.why})\n`;
};

/** What of the waivers wants doing, in one line; nothing where that is nothing. */
export const waiverLine = (waivers: readonly WaiverResult[]): string => {
  const parts = TOLD.flatMap(([state, what]) => {
    const ids = waivers.filter((one) => one.state === state).map(({ id }) => id);
    return ids.length === 0 ? [] : [`${ids.length} ${what} (${severalOf(ids)})`];
  });
  return parts.length === 0 ? '' : `redvet: waivers: ${safeLine(parts.join(', '))}\n`;
};

const TOLD = [
  ['expired', 'expired and not applied'],
  ['expiring', 'expiring'],
  ['unused', 'unused'],
] as const;
