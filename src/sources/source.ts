import type { Seen } from '../model/scope.ts';

/** What can be seen of caches, and what could not, in a deterministic order: by subscription id, then by resource id. */
export interface Source {
  /** Throws `Trouble` when it cannot even begin: no token, an unreadable list of subscriptions, a selector that is ambiguous. */
  open(): AsyncIterable<Seen>;
}
