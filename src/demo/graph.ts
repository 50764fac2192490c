import type { DemoSubscription } from './estate.ts';
import { wireCache, wireCluster } from './wire.ts';

/** The estate as Resource Graph tells it: types and locations in lower case, nothing for absent, nothing of what may not be read. */

const ROWS_PER_PAGE = 5;

type Row = Readonly<Record<string, unknown>>;

export const graphAnswer = (estate: readonly DemoSubscription[], body: string): unknown => {
  const { query, subscriptions, options } = JSON.parse(body);
  const scope = estate.filter(({ id, caches, state }) => subscriptions.includes(id) && caches !== null && state === 'Enabled');
  const all = /^resourcecontainers\b/.test(query) ? scope.map(subscriptionRow) : scope.flatMap((one) => rowsOf(one, query));
  const start = Number(options.$skipToken ?? 0);
  const data = all.slice(start, start + ROWS_PER_PAGE);
  const end = start + data.length;
  const more = end < all.length ? { $skipToken: String(end) } : {};
  return { totalRecords: all.length, count: data.length, data, facets: [], resultTruncated: 'false', ...more };
};

const subscriptionRow = ({ id, name }: DemoSubscription): Row => ({ id: `/subscriptions/${id}`, subscriptionId: id, name });

const rowsOf = (subscription: DemoSubscription, query: string): readonly Row[] =>
  [
    ...(query.includes("'microsoft.cache/redis'") ? (subscription.caches ?? []).map((cache) => wireCache(subscription, cache)) : []),
    ...(query.includes("'microsoft.cache/redisenterprise'")
      ? (subscription.clusters ?? []).map((cluster) => wireCluster(subscription, cluster))
      : []),
  ]
    .map((wire) => rowOf(subscription, wire))
    .sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));

const rowOf = ({ id: subscriptionId }: DemoSubscription, wire: Row): Row => ({
  ...{ sku: null, zones: null, identity: null, kind: '', tags: null },
  ...wire,
  subscriptionId,
  type: String(wire['type']).toLowerCase(),
  location: String(wire['location']).toLowerCase().replaceAll(' ', ''),
});
