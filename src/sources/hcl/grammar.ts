import { Language, Parser } from 'web-tree-sitter';
import { Trouble } from '../../errors.ts';
import { problem } from '../../model/problem.ts';
import type { Files } from '../files.ts';

/** A parser for Terraform's own syntax. */
export const parserOf = async (files: Pick<Files, 'grammar'>): Promise<Parser> => {
  const { runtime, language } = await files.grammar();
  try {
    await Parser.init({ wasmBinary: runtime });
    const parser = new Parser();
    parser.setLanguage(await Language.load(language));
    return parser;
  } catch (error) {
    // All parsers share their memory, and a document of before may have used it up.
    if (!(error instanceof Error) || error.name !== 'RuntimeError') throw error;
    throw new Trouble(problem('limit', 'PARSER_BROKE', 'nothing more of Terraform can be read: a file before was too large', MORE), {
      cause: error,
    });
  }
};

const MORE = { hint: 'Scan that file, or the plan, by itself.', affects: ['*'] };
