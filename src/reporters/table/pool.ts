/** More different ones than this are hardly ever met again. */
const MOST = 10_000;

/**
 * Keeps one of all that are equal by their texts: of a hundred thousand caches most say the same, and a text that was cut out of a
 * longer one keeps all of that.
 */
export const poolBy = <T>(textOf: (item: T) => string): ((item: T) => T) => {
  const known = new Map<string, T>();
  return (item) => {
    const text = textOf(item);
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size < MOST) known.set(text, item);
    return item;
  };
};
