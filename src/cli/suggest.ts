import { distance } from 'fastest-levenshtein';

/** The known words nearest to one that is not known, best first; none when nothing is near enough to be meant. */
export const nearest = (word: string, known: Iterable<string>, most = 3): readonly string[] => {
  const wanted = word.toLowerCase();
  return [...new Set(known)]
    .map((candidate) => ({ candidate, off: offBy(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, off }) => off <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3)))
    .sort((a, b) => a.off - b.off || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
};

/** A word that begins or holds what was typed is as near as one with a slip. */
const offBy = (wanted: string, candidate: string): number =>
  wanted.length >= 3 && candidate.includes(wanted) ? 1 : distance(wanted, candidate);

/** `Did you mean a or b?`, or an empty text. */
export const didYouMean = (word: string, known: Iterable<string>): string => {
  const near = nearest(word, known);
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}?`;
};
