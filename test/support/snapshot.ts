import { createHash } from 'node:crypto';
import type { CacheKind } from '../../src/model/cache.ts';
import type { Seen } from '../../src/model/scope.ts';
import type { LiveRequest } from '../../src/sources/live.ts';
import { EVERY_CACHE, type Selection, selectorOf } from '../../src/sources/selection.ts';
import { chained } from '../../src/sources/snapshot/digest.ts';
import { snapshotSource } from '../../src/sources/snapshot/source.ts';
import { subscriptionId, wireRedis, wireSubscription } from './resource-manager.ts';

/** Snapshots as text, whole or spoiled. */

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const SCOPE = { subscriptions: [], managementGroups: [], resourceGroups: [], caches: [], tags: [], exclude: [], rules: null };

export const header = (more: object = {}): object => ({
  type: 'snapshot',
  $schema: 'urn:redvet:schema:snapshot:1',
  schemaVersion: '1.0',
  options: SCOPE,
  ...more,
});

export const answer = (items: readonly unknown[], more: object = {}): object => ({ at: '', pages: 1, items, problem: null, ...more });

export const denied = (scope: string, more: object = {}): object =>
  answer([], {
    pages: 0,
    problem: {
      code: 'AUTHORIZATION_FAILED',
      kind: 'permission',
      scope,
      action: 'Microsoft.Cache/redis/read',
      httpStatus: 403,
      message: 'no right',
      hint: null,
      correlationId: null,
      ...more,
    },
  });

export const line = (below: string, ...answers: readonly object[]): object => ({ type: 'answers', below, answers });

/** Lines with an end that fits them. */
export const whole = (lines: readonly (object | string)[], more: object = {}): string => {
  const texts = lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  const chain = texts.reduce((before, text) => chained(before, text, digest), '');
  return `${[...texts, JSON.stringify({ type: 'end', stopped: null, digest: chain, ...more })].join('\n')}\n`;
};

const ONE = subscriptionId(1);

/** A subscription with two caches. */
export const SUBSCRIPTIONS = line('/subscriptions', answer([wireSubscription(ONE)]));
export const REDIS = line(
  `/subscriptions/${ONE}/providers/Microsoft.Cache/redis`,
  answer([wireRedis(ONE, 'good'), wireRedis(ONE, 'other')]),
);
export const CLUSTERS = line(`/subscriptions/${ONE}/providers/Microsoft.Cache/redisEnterprise`, answer([]));
export const SMALL: readonly object[] = [header(), SUBSCRIPTIONS, REDIS, CLUSTERS];

/** In pieces that respect neither lines nor characters. */
async function* piecesOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const ALL_KINDS: readonly CacheKind[] = ['redis', 'managed', 'enterprise'];

/** What a scan of a snapshot sees. */
export const seenIn = async (
  text: string,
  {
    selection = {},
    awaited = () => new Map(),
    size = 4096,
  }: { readonly selection?: Partial<Selection>; readonly awaited?: LiveRequest['awaited']; readonly size?: number } = {},
): Promise<readonly Seen[]> => {
  const wanted = { ...EVERY_CACHE, ...selection };
  const narrowed = { selection: wanted, judge: selectorOf(wanted).judge };
  const source = snapshotSource(piecesOf(text, size), 'snap.ndjson', {
    concurrency: 4,
    kinds: new Set(ALL_KINDS),
    awaited,
    narrowed,
    digest,
  });
  const seen: Seen[] = [];
  for await (const one of source.open()) seen.push(one);
  return seen;
};

export const namesIn = (seen: readonly Seen[]): readonly string[] => seen.flatMap((one) => (one.type === 'cache' ? [one.cache.name] : []));

export const problemsIn = (seen: readonly Seen[]): readonly string[] =>
  seen.flatMap((one) => (one.type === 'gap' ? [`${one.gap.problem.code}: ${one.gap.problem.message}`] : []));
