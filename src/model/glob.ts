/**
 * Whether a text matches a glob as a whole, without regard to case: `*` is any run of characters, `/` included, `?` is one
 * character, and nothing else is special.
 */
export const matchesGlob = (glob: string, text: string): boolean => {
  const pattern = charactersOf(glob);
  const subject = charactersOf(text);
  let at = 0;
  let star = -1;
  let resume = 0;
  let p = 0;
  while (at < subject.length) {
    if (p < pattern.length && (pattern[p] === '?' || (pattern[p] === subject[at] && pattern[p] !== '*'))) {
      p += 1;
      at += 1;
    } else if (pattern[p] === '*') {
      star = p;
      resume = at;
      p += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      p = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
};

/** Whole characters, each without its case. */
const charactersOf = (text: string): readonly string[] => Array.from(text, (character) => character.toLowerCase());

export const isGlob = (text: string): boolean => /[*?]/.test(text);
