/** Redis ACL syntax, as far as it says whether somebody may do everything. */

/** Rights as they are after some tokens of Redis ACL syntax. */
interface Rights {
  readonly allCommands: boolean;
  /** What was taken away from all commands. */
  readonly taken: readonly Taken[];
  readonly keyPatterns: readonly string[];
}

interface Taken {
  /** A command (`flushall`), a subcommand (`config|set`) or a category (`@dangerous`). */
  readonly what: string;
  /** It is a command, and a category that was given later may hold it. */
  readonly perhapsGivenBack: boolean;
}

const NO_RIGHTS: Rights = { allCommands: false, taken: [], keyPatterns: [] };

/** What Redis ACL syntax knows: commands and categories, keys, channels, passwords, and words of its own. */
const TOKEN =
  /^(?:[+-]@?[a-z][a-z0-9_-]*(?:\|[a-z][a-z0-9_-]*)?|@[a-z]+|%(?:r|w|rw|wr)~\S*|~[^,\s]\S*|&\S+|[<>#!]\S+|(?:all|reset)(?:commands|keys|channels)|nocommands|reset|resetpass|nopass|on|off|)$/;

const EVERY_KEY = /^(?:%(?:rw|wr))?~\*+$/;

/** Whether permissions allow every command on every key; null when that cannot be told. Without a key pattern they concern all keys. */
export const grantsEverything = (permissions: string): boolean | null => {
  const tokens = permissions.toLowerCase().split(/\s+/);
  // A selector has rights of its own, beside these; of anything else that is no token of Redis nobody knows what it grants.
  if (!tokens.every((token) => TOKEN.test(token))) return null;
  const { allCommands, taken, keyPatterns } = tokens.reduce(rightsAfter, NO_RIGHTS);
  if (!allCommands || (keyPatterns.length > 0 && !keyPatterns.some((pattern) => EVERY_KEY.test(pattern)))) return false;
  if (taken.length === 0) return true;
  return taken.every(({ perhapsGivenBack }) => perhapsGivenBack) ? null : false;
};

/** Microsoft's examples name a category with and without a plus: `+@all` and `@all`. */
const rightsAfter = (rights: Rights, token: string): Rights => {
  if (token === 'reset') return NO_RIGHTS;
  if (/^(?:\+?@all|allcommands)$/.test(token)) return { ...rights, allCommands: true, taken: [] };
  if (/^(?:-@all|nocommands)$/.test(token)) return { ...rights, allCommands: false, taken: [] };
  if (token === 'resetkeys') return { ...rights, keyPatterns: [] };
  if (token === 'allkeys') return { ...rights, keyPatterns: ['~*'] };
  if (/^[%~]/.test(token)) return { ...rights, keyPatterns: [...rights.keyPatterns, token] };
  if (token.startsWith('-')) return { ...rights, taken: [...rights.taken, { what: token.slice(1), perhapsGivenBack: false }] };
  return /^[+@]/.test(token) ? { ...rights, taken: rights.taken.flatMap(takenAfter(token.replace('+', ''))) } : rights;
};

const takenAfter =
  (given: string) =>
  (taken: Taken): readonly Taken[] => {
    if (taken.what === given || taken.what.startsWith(`${given}|`)) return [];
    return isCategory(given) && !isCategory(taken.what) ? [{ ...taken, perhapsGivenBack: true }] : [taken];
  };

const isCategory = (what: string): boolean => what.startsWith('@');
