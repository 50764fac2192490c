import type { Files } from './files.ts';
import type { Read } from './input.ts';

/** What a template is read with. */
export interface TemplateContext {
  /** A file with parameters; null for their defaults. */
  readonly parameters: string | null;
  readonly files: Files;
}

// biome-ignore lint/correctness/useYield: to come
export async function* readArmTemplate(_bytes: AsyncIterable<Uint8Array>, _path: string, _context: TemplateContext): AsyncIterable<Read> {
  throw new Error('to come');
}
