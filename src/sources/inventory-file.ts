import type { Read } from './input.ts';

/** Exports of running caches. */
// biome-ignore lint/correctness/useYield: to come
export async function* readInventory(_bytes: AsyncIterable<Uint8Array>, _path: string): AsyncIterable<Read> {
  throw new Error('to come');
}
