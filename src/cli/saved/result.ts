import { compare } from '../../model/compare.ts';
import { type Problem, problem } from '../../model/problem.ts';
import type { Seen } from '../../model/scope.ts';
import { countsOf } from '../../policy/counts.ts';
import type { AssessedCache, Counts, Finding } from '../../policy/report.ts';
import { type JsonObject, propertyOf } from '../../sources/decode/json.ts';
import type { Io } from '../io.ts';
import {
  type SavedCache,
  type SavedEnd,
  type SavedFinding,
  type SavedRun,
  savedCache,
  savedEnd,
  savedFinding,
  savedProblem,
  savedRun,
} from './decode.ts';
import { list, type Place } from './reading.ts';
import { openSaved, type Refuse, refusalOf, type SavedLine, type SavedText } from './text.ts';

/** A saved result, as far as it is known when it is opened. */
export interface SavedResult {
  readonly run: SavedRun;
  /** What is in it, in its order: each cache with its findings, and what was told beside them. To be read once. */
  readonly parts: AsyncIterable<SavedPart>;
}

export type SavedPart =
  | { readonly type: 'assessed'; readonly assessed: AssessedCache }
  | { readonly type: 'end'; readonly end: SavedEnd }
  | Extract<Seen, { readonly type: 'gap' }>;

/** Throws `Trouble` (usage) that names the file, the property and what it should be; also while it is read. */
export const openResult = async (path: string, io: Io): Promise<SavedResult> => {
  const saved = await openSaved(path, io);
  const refuse = refusalOf(path);
  const header = saved.form === 'object' ? saved.root : saved.header;
  const run = savedRun({ value: header, at: '', refuse });
  return { run, parts: saved.form === 'object' ? partsOf(saved.root, run, refuse) : linesIn(saved, run, path, refuse) };
};

/** Every finding of a saved result, for what needs no more than that. Throws as `openResult` does, and for one that is cut off or damaged. */
export async function* findingsIn(saved: SavedText, path: string): AsyncIterable<SavedFinding> {
  const refuse = refusalOf(path);
  if (saved.form === 'object') {
    const findings = propertyOf(saved.root, 'findings');
    for (const [index, value] of (Array.isArray(findings) ? findings : []).entries())
      yield savedFinding({ value, at: `findings[${index}]`, refuse });
    return;
  }
  let isEnded = false;
  for await (const line of saved.lines) {
    if ('why' in line) throw refuse('NOT_A_RESULT', `is no result that can be understood: line ${line.number} ${line.why}`);
    const type = propertyOf(line.value, 'type');
    if (type === 'finding') yield savedFinding({ value: line.value, at: `line ${line.number}`, refuse });
    isEnded ||= type === 'end';
  }
  if (!isEnded) throw refuse('NOT_A_RESULT', 'is cut off: it has no end', 'Scan again, and write it anew.');
}

async function* partsOf(root: JsonObject, run: SavedRun, refuse: Refuse): AsyncIterable<SavedPart> {
  const at = (name: string): Place => ({ value: propertyOf(root, name), at: name, refuse });
  // The property `findings` of a card is how many there are of each outcome.
  const caches = list(savedCache)(at('caches'));
  const findings = at('findings').value;
  const all = Array.isArray(findings) ? findings : [];
  let next = 0;
  for (const [index, card] of caches.entries()) {
    const due = Object.values(card.counts).reduce((sum, one) => sum + one, 0);
    const own = all.slice(next, next + due).map((value, offset) => savedFinding({ value, at: `findings[${next + offset}]`, refuse }));
    next += due;
    yield {
      type: 'assessed',
      assessed: assessedOf(card, own, run, (what) => refuse('NOT_A_RESULT', `is damaged: caches[${index}] ${what}`)),
    };
  }
  if (next !== all.length) throw refuse('NOT_A_RESULT', `is damaged: it has ${all.length} findings, and its caches ${next}`);
  for (const told of list(savedProblem)(at('problems'))) yield gapSeen(told);
  const end = savedEnd({ value: root, at: '', refuse });
  yield* lost(
    end,
    caches.map(({ counts }) => counts),
    refuse,
  );
  yield { type: 'end', end };
}

async function* linesIn(
  saved: Extract<SavedText, { readonly form: 'lines' }>,
  run: SavedRun,
  path: string,
  refuse: Refuse,
): AsyncIterable<SavedPart> {
  let own: SavedFinding[] = [];
  let isEnded = false;
  const totals: Counts[] = [];
  for await (const line of saved.lines) {
    const damage = damageIn(line, isEnded);
    if (damage !== null) {
      yield gapSeen(damaged(path, `line ${line.number} ${damage}`));
      continue;
    }
    if (!('value' in line)) continue;
    const place: Place = { value: line.value, at: `line ${line.number}`, refuse };
    switch (propertyOf(line.value, 'type')) {
      case 'finding':
        own.push(savedFinding(place));
        break;
      case 'cache': {
        const card = savedCache(place);
        totals.push(card.counts);
        yield {
          type: 'assessed',
          assessed: assessedOf(card, own, run, (what) => refuse('NOT_A_RESULT', `is damaged: the cache in line ${line.number} ${what}`)),
        };
        own = [];
        break;
      }
      case 'problem':
        yield gapSeen(savedProblem(place));
        break;
      case 'end': {
        isEnded = true;
        const end = savedEnd(place);
        yield* lost(end, totals, refuse);
        yield { type: 'end', end };
        break;
      }
    }
  }
  if (!isEnded) yield gapSeen(damaged(path, 'it is cut off: it has no end', 'RESULT_CUT_OFF'));
}

/** What makes a line none that can be relied on. Types that a later minor version adds are passed over. */
const damageIn = (line: SavedLine, isEnded: boolean): string | null => {
  if ('why' in line) return line.why;
  if (isEnded) return 'stands after the end';
  return typeof propertyOf(line.value, 'type') === 'string' ? null : 'does not say what it is';
};

const gapSeen = (told: Problem): SavedPart => ({ type: 'gap', gap: { problem: told, correlationId: null } });

const damaged = (path: string, what: string, code = 'RESULT_DAMAGED'): Problem =>
  problem('malformed', code, `the saved result is not whole: ${what}`, {
    scope: path,
    hint: 'Scan again, and write it anew.',
    affects: ['*'],
  });

/** What was summed up when it was written has to be in it. */
function* lost({ caches, counts }: SavedEnd, found: readonly Counts[], refuse: Refuse): Iterable<SavedPart> {
  const sum = (name: keyof Counts): number => found.reduce((total, one) => total + one[name], 0);
  const names: readonly (keyof Counts)[] = ['pass', 'fail', 'unknown', 'notApplicable', 'notEvaluated'];
  const wrong = names.find((name) => sum(name) !== counts[name]);
  if (caches !== found.length) throw refuse('NOT_A_RESULT', `is damaged: it says that it has ${caches} caches, and has ${found.length}`);
  if (wrong !== undefined)
    throw refuse('NOT_A_RESULT', `is damaged: summary.${wrong} is ${counts[wrong]}, and its findings are ${sum(wrong)}`);
}

/** Puts a card and its findings together again. Throws what `refuse` makes of a finding that is of another cache, or of a sum that is wrong. */
const assessedOf = (
  { cache, counts }: SavedCache,
  findings: readonly SavedFinding[],
  { rules }: SavedRun,
  refuse: (what: string) => Error,
): AssessedCache => {
  const foreign = findings.find(({ resourceName }) => compare(resourceName, cache.name) !== 0);
  if (foreign !== undefined) throw refuse(`has a finding of ${JSON.stringify(foreign.resourceName)}`);
  const found = countsOf(findings);
  if (JSON.stringify(found) !== JSON.stringify(counts)) throw refuse('has other findings than it says');
  return {
    cache,
    counts,
    findings: findings.map(({ ruleId, resourceId, resourceName: _, ...rest }): Finding => {
      const rule = rules.find(({ id }) => id === ruleId);
      if (rule === undefined) throw refuse(`has a finding of the rule ${JSON.stringify(ruleId)}, which is not among its rules`);
      return { ...rest, rule, cache, subject: resourceId === cache.id ? null : resourceId };
    }),
  };
};
