const NAMED = 5;

/** The first few of them, and how many more there are. */
export const severalOf = (names: readonly string[]): string =>
  `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`;
