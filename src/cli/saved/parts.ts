import { count } from '../../model/count.ts';
import type { Problem } from '../../model/problem.ts';
import type { AssessedCache } from '../../policy/report.ts';
import { type JsonObject, propertyOf } from '../../sources/decode/json.ts';
import { assessedOf, leftOf } from './assessed.ts';
import { AGAIN, damaged, damageIn } from './damage.ts';
import { type SavedEnd, savedEnd, savedProblem } from './end.ts';
import { type SavedFinding, savedCache, savedFinding } from './finding.ts';
import { list, type Place } from './reading.ts';
import type { SavedRun } from './run.ts';
import { isNewer, type Refuse, type SavedText } from './text.ts';

/** What follows the run in a saved result. `told` is a problem of the run, `damage` one of the file. */
export type Part =
  | { readonly type: 'assessed'; readonly assessed: AssessedCache }
  | { readonly type: 'told' | 'damage'; readonly problem: Problem }
  | { readonly type: 'end'; readonly end: SavedEnd };

/** Those of a result that is one object. */
export async function* partsOf(root: JsonObject, run: SavedRun, refuse: Refuse): AsyncIterable<Part> {
  const at = (name: string): Place => ({ value: propertyOf(root, name), at: name, refuse });
  // The property `findings` of a card is how many there are of each outcome.
  const caches = list(savedCache)(at('caches'));
  const { value } = at('findings');
  const all: readonly unknown[] = Array.isArray(value) ? value : [];
  let next = 0;
  for (const [index, card] of caches.entries()) {
    const due = Object.values(card.counts).reduce((sum, one) => sum + one, 0);
    const own = all.slice(next, next + due).map((item, offset) => savedFinding({ value: item, at: `findings[${next + offset}]`, refuse }));
    next += due;
    yield { type: 'assessed', assessed: assessedOf(card, own, run, `caches[${index}]`, refuse) };
  }
  if (next !== all.length) throw refuse('NOT_A_RESULT', `is damaged: findings[${next}] is of none of its caches`);
  for (const told of list(savedProblem)(at('problems'))) yield { type: 'told', problem: told };
  yield { type: 'end', end: savedEnd({ value: root, at: '', refuse }) };
}

/** Those of a result that has a line for each. Lines that cannot be relied on are told together. */
export async function* linesIn(
  { header, lines }: Extract<SavedText, { readonly form: 'lines' }>,
  run: SavedRun,
  path: string,
  refuse: Refuse,
): AsyncIterable<Part> {
  let own: SavedFinding[] = [];
  let any = false;
  let end: SavedEnd | null = null;
  let last = 1;
  const damages: { readonly number: number; readonly what: string }[] = [];
  /** Of these no more is told than how many there are. */
  let more = 0;
  let isBroken = false;
  for await (const line of lines) {
    last = line.number;
    const damage = damageIn(line, end !== null, isNewer(header));
    if (damage !== null) {
      isBroken = true;
      if (damages.length < DAMAGES_TOLD) damages.push({ number: line.number, what: damage });
      else more += 1;
      // Whatever else follows an end is of another result.
      if (end !== null) break;
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
        yield { type: 'assessed', assessed: isBroken ? leftOf(card, own, run, refuse) : assessedOf(card, own, run, place.at, refuse) };
        any = true;
        own = [];
        isBroken = false;
        break;
      }
      case 'problem':
        yield { type: 'told', problem: savedProblem(place) };
        break;
      case 'end':
        end = savedEnd(place);
        break;
    }
  }
  if (end === null && !any) throw refuse('NOT_A_RESULT', 'is cut off before its first cache', AGAIN);
  if (end !== null && own.length > 0 && !isBroken) throw refuse('NOT_A_RESULT', `is damaged: ${own[0]?.at} is of none of its caches`);
  // Where a file breaks off, the half line is told as that.
  const told = end === null ? damages.filter(({ number }) => number < last) : damages;
  if (told.length > 0) {
    const named = told.map(({ number, what }) => `line ${number} ${what}`).join(', ');
    yield { type: 'damage', problem: damaged(path, `${named}${more === 0 ? '' : `, and ${count(more, 'line')} more`}`, 'RESULT_DAMAGED') };
  }
  if (end === null) {
    const lost = own.length === 0 ? '' : ', and its last cache is left out';
    yield { type: 'damage', problem: damaged(path, `it is cut off: it has no end${lost}`, 'RESULT_CUT_OFF') };
  } else yield { type: 'end', end };
}

const DAMAGES_TOLD = 3;
