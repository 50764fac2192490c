import { distance } from 'fastest-levenshtein';

/** The known words nearest to one that is not known, best first; none when nothing is near enough to be meant. */
export const nearest = (word: string, known: Iterable<string>, most = 3): readonly string[] => {
  const wanted = word.toLowerCase();
  const candidates = [...new Set(known)];
  // Nobody who wrote JSON means ndjson.
  const same = candidates.find((candidate) => candidate !== word && candidate.toLowerCase() === wanted);
  if (same !== undefined) return [same];
  return candidates
    .map((candidate) => ({ candidate, off: offBy(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, off }) => off <= tolerance(wanted, candidate))
    .sort((a, b) => a.off - b.off || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
};

/** Half of a short word may be wrong, as in `hihg`; of a long one no more than a few letters. */
const tolerance = (wanted: string, candidate: string): number => Math.min(4, Math.floor(Math.max(wanted.length, candidate.length) / 2));

/** A word that begins or holds what was typed is as near as one with a slip. */
const offBy = (wanted: string, candidate: string): number =>
  wanted.length >= 3 && lettersOf(candidate).includes(lettersOf(wanted)) ? 1 : distance(wanted, candidate);

const lettersOf = (word: string): string => word.replace(/[-_.]/g, '');

/** `Did you mean a or b?`, or an empty text. */
export const didYouMean = (word: string, known: Iterable<string>): string => {
  const near = nearest(word, known);
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}?`;
};
