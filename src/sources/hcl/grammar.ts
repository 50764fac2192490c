import { Language, Parser } from 'web-tree-sitter';
import type { Files } from '../files.ts';

/** A parser for Terraform's own syntax. */
export const parserOf = async (files: Pick<Files, 'grammar'>): Promise<Parser> => {
  const { runtime, language } = await files.grammar();
  await Parser.init({ wasmBinary: runtime });
  const parser = new Parser();
  parser.setLanguage(await Language.load(language));
  return parser;
};
