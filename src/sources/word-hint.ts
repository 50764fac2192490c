/** What a word was meant for that is nothing where it stands; null where nobody can tell. */
export const wordHint = (word: string): string | null => {
  if (/^[\u2010-\u2015\u2212]/.test(word)) return 'It begins with a long dash, as copied text may: type the hyphen of an option yourself.';
  if (/^["'\u2018-\u201f]/.test(word)) return 'It begins with a quote that is part of it: type the quotes yourself, around the whole word.';
  return /\s--?[a-z]/.test(word) ? 'It is one word with an option in it: put only what belongs together in quotes.' : null;
};
