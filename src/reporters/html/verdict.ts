import { count } from '../../model/count.ts';
import { reaches, SEVERITIES } from '../../model/severity.ts';
import type { Report, StatusOutcome } from '../../policy/report.ts';

/** How the verdict looks: `good` only for a run that saw everything, and found nothing that counts. */
export type Mood = 'good' | 'bad' | 'unsure';

export interface Verdict {
  readonly mood: Mood;
  /** One sentence, the first that anybody reads. */
  readonly sentence: string;
}

/** What a run came to, for somebody who reads one sentence. */
export const verdictOf = (report: Report, gatingCaches: number): Verdict => {
  const { status, summary } = report;
  const moody = status.outcome === 'findings' ? 'bad' : 'unsure';
  // Without a gate nothing was held to anything.
  const isProven = status.outcome === 'clean' && status.complete && (status.failOn !== 'none' || summary.fail === 0);
  const mood = isProven ? 'good' : moody;
  return { mood, sentence: status.outcome === 'findings' ? findingsIn(report, gatingCaches) : SENTENCES[status.outcome](summary, report) };
};

const findingsIn = ({ status, summary }: Report, caches: number): string => {
  const counted = SEVERITIES.filter((severity) => reaches(severity, status.failOn));
  const numbers = counted.map((severity, index) => {
    const above = index === 0 ? 0 : summary.gatingAt[counted[index - 1] ?? severity];
    return { severity, n: summary.gatingAt[severity] - above };
  });
  const told = numbers.filter(({ n }) => n > 0).map(({ severity, n }) => `${n} ${severity}`);
  const have = caches === 1 ? 'has' : 'have';
  const reaching = status.failOn === 'critical' ? 'of severity critical' : `of severity ${status.failOn} or worse`;
  return `Not compliant: ${caches} of ${count(summary.caches, 'cache')} ${have} ${count(summary.gating, 'failure')} ${reaching}: ${listed(told)}.`;
};

const listed = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((some) => some !== '').join(' and ');

type Sentence = (summary: Report['summary'], report: Report) => string;

const notProven = (what: string): string => `Not proven: ${what}.`;

const SENTENCES: Readonly<Record<Exclude<StatusOutcome, 'findings'>, Sentence>> = {
  clean: ({ fail, waived, baselined }, { status }) => {
    if (!status.complete) return notProven('nothing that gates was found, but not everything was seen');
    if (status.failOn === 'none')
      return `Everything was seen, and held to no gate: ${count(fail, 'check')} ${fail === 1 ? 'fails' : 'fail'}.`;
    const accepted =
      waived + baselined > 0
        ? `, but for ${count(waived + baselined, 'failure')} that ${waived + baselined === 1 ? 'was' : 'were'} accepted`
        : '';
    const other = fail - waived - baselined > 0 ? ' Milder findings remain.' : '';
    return `Compliant: everything was seen, and nothing of severity ${status.failOn}${status.failOn === 'critical' ? '' : ' or worse'} fails${accepted}.${other}`;
  },
  incomplete: () => notProven('no failure gates, but something that was asked for was not seen'),
  access: () => notProven('nothing that was asked for could be read'),
  empty: () => notProven('no cache was found'),
  usage: () => notProven('the run was asked for something that it does not understand'),
  output: () => notProven('a report could not be written'),
  internal: () => notProven('redvet failed'),
  interrupted: () => notProven('the run was stopped before its end'),
};
