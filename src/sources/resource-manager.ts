import type { ResourceManager } from '../azure/resource-manager.ts';
import type { Gap, Seen, SubscriptionScope } from '../model/scope.ts';
import { inTurn } from './in-turn.ts';
import { readLists } from './lists.ts';
import { AHEAD, beginReading, type LiveRequest, type Reading, readCaches, scopeOf, skippedScope, whatMatchedNothing } from './live.ts';
import type { Source } from './source.ts';
import type { Subscription } from './subscriptions.ts';

/** The live source: Azure Resource Manager, subscription by subscription. */
export const resourceManagerSource = (manager: ResourceManager, request: LiveRequest): Source => ({
  async *open() {
    const reading = await beginReading(manager, request);
    yield* reading.gaps.map((gap): Seen => ({ type: 'gap', gap }));
    const limits = { concurrency: request.concurrency, ahead: AHEAD };
    yield* inTurn(reading.subscriptions, limits, (subscription) => readSubscription(reading, subscription));
    yield* whatMatchedNothing(reading);
  },
});

async function* readSubscription(reading: Reading, subscription: Subscription): AsyncIterable<Seen> {
  const reason = reading.skipped.get(subscription);
  if (reason !== undefined) {
    yield skippedScope(subscription, reason);
    return;
  }
  const { arm, request } = reading;
  const { caches, gaps, pages } = await readLists(arm, request.kinds, subscription);
  const counted = yield* readCaches(reading, subscription, { caches, gaps });
  const scope = scopeOf(subscription, statusOf(gaps, pages), counted);
  request.watch({ type: 'read', subscription: scope });
  yield { type: 'subscription', subscription: scope };
}

const statusOf = (gaps: readonly Gap[], pages: number): SubscriptionScope['status'] => {
  if (gaps.length === 0) return 'read';
  return pages === 0 && gaps.every(({ problem: { kind } }) => DENIED.has(kind)) ? 'denied' : 'partial';
};

const DENIED: ReadonlySet<string> = new Set(['permission', 'not_found', 'auth']);
