import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Grammar } from '../sources/files.ts';

/** The parser of Terraform's language, and the language. The build puts both beside itself; before that, their packages hold them. */
export const readGrammar = async (): Promise<Grammar> => {
  const [runtime, language] = await Promise.all([
    read('web-tree-sitter.wasm', 'web-tree-sitter'),
    read('tree-sitter-terraform.wasm', '@tree-sitter-grammars/tree-sitter-hcl'),
  ]);
  return { runtime, language };
};

const read = (file: string, from: string): Promise<Uint8Array> =>
  readFile(join(import.meta.dirname, `${file}.br`)).then(brotliDecompressSync, () =>
    readFile(join(import.meta.dirname, '../../node_modules', from, file)),
  );
