import type { CacheLabels } from '../model/cache.ts';
import type { Fix } from '../model/rule-spec.ts';

const API_VERSION = '2024-11-01';

/**
 * The `az` command that applies a fix to one cache, ready to paste into bash; null when the id does not follow Azure's naming
 * rules, because nothing else may become part of a command.
 *
 * A PATCH through `az rest` changes the named property only; `az redis update --set` of `az` up to about 2.52 also re-opens
 * public access (azure-cli PR 27227). `-o none`, because the answer to a PATCH contains the access keys.
 */
export const azCommand = (cache: CacheLabels, fix: Fix): string | null =>
  cache.kind === 'redis' && isSafeId(cache.id) ? azPatch(quoted(`${cache.id}?api-version=${API_VERSION}`), fix) : null;

/** The same for any cache, whose id a shell variable ID holds. */
export const azTemplate = (fix: Fix): string => azPatch(`"$ID?api-version=${API_VERSION}"`, fix);

const azPatch = (url: string, fix: Fix): string =>
  `az rest --method patch --url ${url} --body ${quoted(JSON.stringify(fix.patch))} -o none`;

/** Subscription GUID; cache name of letters, digits and hyphens. Without the flag `u`, `i` does not fold other letters into ASCII. */
const SAFE_ID =
  /^\/subscriptions\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Cache\/redis\/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Letters and digits of any script and `_ ( ) . -`, not ending in a period. */
const SAFE_GROUP = /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u;

export const isSafeId = (id: string): boolean => SAFE_GROUP.test(SAFE_ID.exec(id)?.[1] ?? '');

/** One word for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
