// Bundles the benchmark, which is TypeScript, for a Node that cannot strip types, and runs it in this process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const outdir = join(root, 'node_modules/.cache/redvet-bench');

await build({
  entryPoints: { bench: join(root, 'test/bench/bench.ts'), server: join(root, 'test/bench/server.ts') },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Bundled CommonJS asks for Node's own modules by `require`.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  logLevel: 'warning',
});

/** @type {typeof import('./bench.ts')} */
const { main } = await import(pathToFileURL(join(outdir, 'bench.mjs')).href);
process.exitCode = await main(process.argv.slice(2), { root, server: join(outdir, 'server.mjs') });
