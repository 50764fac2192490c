import type { Read } from './input.ts';

// biome-ignore lint/correctness/useYield: to come
export async function* readTerraformJson(_bytes: AsyncIterable<Uint8Array>, _path: string): AsyncIterable<Read> {
  throw new Error('to come');
}
