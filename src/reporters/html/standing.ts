import type { Standing } from '../table/standing.ts';

/** How findings stand, in the order that people ask for them, as the page calls them. */
export const STANDINGS: readonly { readonly standing: Standing; readonly word: string; readonly means: string }[] = [
  { standing: 'fail', word: 'fail', means: 'The requirement is not met, by a value that was seen.' },
  {
    standing: 'unknown',
    word: 'unknown',
    means: 'It could not be judged: something was not read, or not understood. It is no pass, and the run is incomplete.',
  },
  { standing: 'waived', word: 'waived', means: 'It fails, and somebody has accepted the risk until a day.' },
  { standing: 'baselined', word: 'known', means: 'It fails as it did in the baseline, an earlier result; it does not gate.' },
  { standing: 'pass', word: 'pass', means: 'The requirement is met, by a value that was seen and is well-formed.' },
  { standing: 'not_evaluated', word: 'not evaluated', means: 'What was scanned can never show it; nothing is claimed.' },
  { standing: 'not_applicable', word: 'not applicable', means: 'The requirement does not concern this cache.' },
];

export const wordOf = (of: Standing): string => STANDINGS.find(({ standing }) => standing === of)?.word ?? of;
