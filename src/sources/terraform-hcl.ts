import type { Files } from './files.ts';
import type { Input, Read } from './input.ts';

/** A folder of Terraform files; `only`: the one file of it whose caches are asked for. */
export interface TerraformFolder {
  readonly folder: string;
  readonly only: string | null;
}

/** The root modules among folders, each with what it calls; a folder that another one calls is no input of its own. */
export const terraformInputs = async (_folders: readonly TerraformFolder[], _files: Files): Promise<readonly Input[]> => [];

/** Terraform source from a stream: one file without its folder. */
// biome-ignore lint/correctness/useYield: to come
export async function* readTerraformText(_bytes: AsyncIterable<Uint8Array>, _path: string): AsyncIterable<Read> {
  throw new Error('to come');
}
