import { propertyOf } from '../../sources/decode/json.ts';
import { AGAIN, damageIn } from './damage.ts';
import type { Place } from './reading.ts';
import { isNewer, refusalOf, type SavedText } from './text.ts';

/** The findings of a saved result and what else is told in lines, not decoded yet; `end` is the last. Throws for one that is cut off or damaged. */
export async function* placesIn(saved: SavedText, path: string): AsyncIterable<readonly [type: string, place: Place]> {
  const refuse = refusalOf(path);
  if (saved.form === 'object') {
    const findings = propertyOf(saved.root, 'findings');
    for (const [index, value] of (Array.isArray(findings) ? findings : []).entries())
      yield ['finding', { value, at: `findings[${index}]`, refuse }];
    yield ['end', { value: saved.root, at: '', refuse }];
    return;
  }
  let isEnded = false;
  for await (const line of saved.lines) {
    const damage = damageIn(line, isEnded, isNewer(saved.header));
    if (damage !== null) throw refuse('NOT_A_RESULT', `is no result that can be understood: line ${line.number} ${damage}`);
    if (!('value' in line)) continue;
    const type = propertyOf(line.value, 'type');
    isEnded = type === 'end';
    yield [String(type), { value: line.value, at: `line ${line.number}`, refuse }];
  }
  if (!isEnded) throw refuse('NOT_A_RESULT', 'is cut off: it has no end', AGAIN);
}
