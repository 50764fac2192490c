import type { Seen } from '../../model/scope.ts';
import type { LiveRequest, Narrowing } from '../live.ts';
import { resourceManagerSource } from '../resource-manager.ts';
import type { Source } from '../source.ts';
import type { Digest } from './digest.ts';
import { readSnapshot } from './read.ts';
import { replaying } from './replay.ts';

/** What of a snapshot is asked for; the rest it says itself. */
export interface ReplayRequest extends Pick<LiveRequest, 'concurrency' | 'kinds' | 'awaited'> {
  readonly narrowed: Narrowing;
  /** The one it was collected with. */
  readonly digest: Digest;
}

/** A scan of what was recorded, by the very source that a scan of Azure itself is made by. */
export const snapshotSource = (bytes: AsyncIterable<Uint8Array>, path: string, request: ReplayRequest): Source => ({
  async *open() {
    const { narrowed, digest, ...how } = request;
    const snapshot = await readSnapshot(bytes, path, digest);
    yield* snapshot.gaps.map((gap): Seen => ({ type: 'gap', gap }));
    const isNarrower = Object.values(narrowed.selection).some((selectors) => selectors.length > 0);
    yield* resourceManagerSource(replaying(snapshot), {
      ...how,
      ...snapshot.scope,
      ...(isNarrower ? { narrowed } : {}),
      watch: () => {},
    }).open();
  },
});
