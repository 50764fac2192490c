import type { Problem } from '../../model/problem.ts';
import { COUNTING } from '../../policy/evaluate.ts';
import type { AssessedCache } from '../../policy/report.ts';
import { tallyOf } from '../../policy/tally.ts';
import { shown } from '../../sources/decode/json.ts';
import { VERSION } from '../version.ts';
import type { SavedEnd } from './end.ts';
import type { SavedRun } from './run.ts';

/** Adds up what is in a saved result, by the gate it was held to, so that what it says of itself at its end need not be believed. */
export interface Account {
  add(assessed: AssessedCache): void;
  addProblem(problem: Problem): void;
  /** The first thing in which its end differs from what is in it, as a clause; null where it says the same. */
  difference(end: SavedEnd): string | null;
}

export const accountOf = (run: SavedRun): Account => {
  const { failOn, allowIncomplete, allowEmpty } = run;
  const tally = tallyOf(
    { ...run, cloud: '', tenantId: null, frameworks: [], byFramework: false },
    { ...COUNTING, failOn, allowIncomplete, allowEmpty },
  );
  return {
    add: tally.add,
    addProblem: tally.addProblem,
    difference: (end) => {
      for (const subscription of end.subscriptions) tally.addSubscription(subscription);
      const { summary, status } = tally.report({ finishedAt: end.finishedAt, stats: end.stats });
      const { reason: _, ...verdict } = end.status;
      // Other versions may say it in other words.
      const said = run.tool.version === VERSION ? end.status : verdict;
      const told = { ...valuesIn(end.summary, 'summary'), ...valuesIn(said, 'status') };
      const found = valuesIn({ summary, status }, '');
      const name = Object.keys(told).find((one) => told[one] !== found[one]);
      return name === undefined ? null : `${name} is ${shown(told[name])}, and what is in it comes to ${shown(found[name])}`;
    },
  };
};

type Values = Readonly<Record<string, unknown>>;

/** What an object holds, by the path to it. */
const valuesIn = (value: object, at: string): Values =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, one]: [string, unknown]) => {
      const path = at === '' ? name : `${at}.${name}`;
      return typeof one === 'object' && one !== null ? Object.entries(valuesIn(one, path)) : [[path, one]];
    }),
  );
