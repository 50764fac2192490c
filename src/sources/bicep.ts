import type { TemplateContext } from './arm-template.ts';
import type { Read } from './input.ts';

// biome-ignore lint/correctness/useYield: to come
export async function* readBicep(_path: string, _context: TemplateContext): AsyncIterable<Read> {
  throw new Error('to come');
}
