import type { RuleSpec } from '../../model/rule-spec.ts';
import type { Report } from '../../policy/report.ts';

/** What to do next, as a command or as words around one, and why. */
export interface Step {
  readonly command: string;
  readonly why: string;
}

/** Findings in files that nobody mends in a day. */
const MANY = 50;

const BASELINE = 'redvet-baseline.json';

/**
 * The one most useful thing to do after a run; null where the report has said it already, or nothing is to be done. `worst`: the rule
 * with the worst failure that gates. `isWatched`: somebody looks on, so that this may well be the first run.
 */
export const nextStep = (report: Report, worst: RuleSpec | null, isWatched: boolean): Step | null => {
  const { status, summary, problems, run } = report;
  const isLive = run.source !== 'files' && run.cloud !== 'demo';
  // A saved result may call a rule anything, and what stands here is pasted.
  const explain = worst !== null && /^[a-z0-9-]+$/.test(worst.id) ? { command: `redvet explain ${worst.id}`, why: '' } : null;
  switch (status.outcome) {
    case 'findings':
      if (run.cloud === 'demo' || hasBaseline(report)) return explain;
      // Most estates fail at first, and are not mended in a day.
      if (isLive) return FIRST_RESULT;
      return summary.gating < MANY ? explain : FIRST_RESULT_OF_FILES;
    case 'access':
      // Whoever could not sign in was told why, and could not for this either.
      return isLive && problems.some(({ kind }) => kind === 'permission' || kind === 'not_found') ? DOCTOR : null;
    case 'incomplete':
      return isLive && problems.some(({ kind }) => kind === 'permission') ? DOCTOR : null;
    case 'empty':
      return isLive && problems.length === 0 ? DOCTOR : null;
    case 'clean':
      return isWatched && run.config === null && run.cloud !== 'demo' ? INIT : null;
    default:
      return null;
  }
};

const WITH_BASELINE = `with --baseline ${BASELINE} only what is new then fails`;
const FIRST_RESULT: Step = { command: `redvet scan -o json=${BASELINE}`, why: WITH_BASELINE };
const FIRST_RESULT_OF_FILES: Step = { command: `add -o json=${BASELINE}`, why: WITH_BASELINE };
const DOCTOR: Step = { command: 'redvet doctor', why: 'who is signed in, what can be read and which rights are missing' };
const INIT: Step = { command: 'redvet init', why: 'writes settings and a CI job that keep it so' };

const hasBaseline = ({ run, summary }: Report): boolean => summary.baselined > 0 || (run.options['baseline'] ?? null) !== null;
