// What the HTML report brings along: its style and its script, from src/reporters/html/page, as a module that holds them as text.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';

/** The module in whose place this one stands. */
export const ASSETS = /[\\/]reporters[\\/]html[\\/]assets\.ts$/;

const page = join(import.meta.dirname, 'src/reporters/html/page');

/** @returns {Promise<string>} */
export const assets = async () => {
  const [style, first, script] = await Promise.all(['style.css', 'first.ts', 'page.ts'].map(bundled));
  const all = {
    STYLE: style,
    FIRST: first,
    SCRIPT: script,
    STYLE_HASH: digest(style),
    FIRST_HASH: digest(first),
    SCRIPT_HASH: digest(script),
  };
  return Object.entries(all)
    .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`)
    .join('\n');
};

/** @param {string} file */
const bundled = async (file) => {
  const { outputFiles } = await build({
    entryPoints: [join(page, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    // Whoever reads a report: browsers of the last two years.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    legalComments: 'none',
  });
  const text = (outputFiles[0]?.text ?? '').trim();
  // It stands in an element that this would end, and on one line: no line of a report may begin as a command of a CI system does.
  if (/<\/|<!--|\n/.test(text)) throw new Error(`${file} cannot stand in a page: it holds </, <!-- or a line break`);
  return text;
};

/** @param {string} text */
const digest = (text = '') => createHash('sha256').update(text).digest('base64');
