import type { Problem } from '../model/problem.ts';
import type { Severity } from '../model/severity.ts';
import type { Finding, Report } from '../policy/report.ts';
import { safeLine } from './escape.ts';
import { textHash } from './text-hash.ts';

/**
 * Formats that list findings, and nothing else, would look clean where nothing was read. There it is a finding as well, of a rule
 * of its own: what it is that was not seen.
 */
export const SCAN_COMPLETE = {
  id: 'scan-complete',
  title: 'Everything that was asked for must be read',
  why: 'What was not read was not judged: it may be anything, and a report without it is no proof.',
  fix: 'Do what the message says and scan again.',
  severity: 'high',
} as const satisfies { readonly id: string; readonly severity: Severity; readonly [text: string]: string };

export interface Unread {
  readonly code: string;
  readonly scope: string | null;
  /** Sentences on one line, escaped. */
  readonly text: string;
  /** The same from run to run, and each once in a report. */
  readonly fingerprint: string;
  /** Null for a run that says in its status alone that it is no success. */
  readonly problem: Problem | null;
}

/** Whether all was read and judged that was asked for; what it came to is another matter. */
export const isWhole = ({ complete, outcome }: Report['status']): boolean => complete && (outcome === 'clean' || outcome === 'findings');

/** Everything that went wrong, in order; never empty where a run is not whole, but for unknown findings that show it themselves. */
export const unreadOf = ({ problems, status, summary }: Pick<Report, 'problems' | 'status' | 'summary'>): readonly Unread[] => {
  const met = new Map<string, number>();
  const once = (key: string): string => {
    const nth = (met.get(key) ?? 0) + 1;
    met.set(key, nth);
    return textHash(`${SCAN_COMPLETE.id}|${key}|${nth}`);
  };
  const told = problems.map((problem): Unread => {
    const { code, scope, action, message, hint } = problem;
    const where = scope === null || message.includes(scope) ? message : `${scope}: ${message}`;
    // A hint may end with a command, which is pasted: no full stop may follow it.
    const text = [sentence(where), ...(hint === null ? [] : [safeLine(hint)])].join(' ');
    return { code, scope, text, fingerprint: once([code, scope ?? '', action ?? ''].join('|')), problem };
  });
  const isShown = summary.unknown > 0 && (status.outcome === 'incomplete' || status.outcome === 'findings');
  if (told.length > 0 || isShown || isWhole(status)) return told;
  const code = status.outcome.toUpperCase();
  return [{ code, scope: null, text: sentence(status.reason), fingerprint: once(code), problem: null }];
};

/** A clause as a sentence of one line, escaped. */
export const sentence = (clause: string): string => {
  const text = safeLine(clause);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};

/** What a finding says, for people. A waiver that has run out is told of, or the finding would seem to come from nowhere. */
export const toldOf = ({ cache, outcome, message, waiver }: Finding): string => {
  const said = outcome === 'unknown' ? `not known: ${message}` : message;
  const expired =
    waiver?.state === 'expired' ? ` ${sentence(`The waiver ${waiver.id} expired on ${waiver.expires} and is not applied`)}` : '';
  return `${sentence(`${cache.name}: ${said}`)}${expired}`;
};
