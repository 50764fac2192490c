// Builds dist: one small entry, lazy chunks, no runtime dependencies.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { build } from 'esbuild';

const root = import.meta.dirname;
const { version } = createRequire(import.meta.url)('./package.json');

/** Modules that cost start-up time and are not used: the browser opener, chalk's own colour detection, commander's executable subcommands. */
const stubs = {
  name: 'stubs',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^open$/ }, () => ({ path: 'open', namespace: 'stub' }));
    onResolve({ filter: /^#supports-color$/ }, () => ({ path: 'supports-color', namespace: 'stub' }));
    onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) =>
      importer.includes(`${sep}commander${sep}`) ? { path: 'child-process', namespace: 'stub' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ contents: CONTENTS[path] ?? '' }));
  },
};

/** @type {Readonly<Record<string, string>>} */
const CONTENTS = {
  open: 'export default () => { throw new Error("sign-in by browser is not part of redvet"); }',
  'supports-color': 'export default { stdout: false, stderr: false };',
  'child-process': 'module.exports = {};',
};

await rm(join(root, 'dist'), { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { main: join(root, 'src/main.ts'), io: join(root, 'src/cli/io.ts') },
  outdir: join(root, 'dist'),
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: true,
  legalComments: 'none',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  define: { REDVET_VERSION: JSON.stringify(version) },
  // Bundled CommonJS asks for Node's own modules by `require`.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  plugins: [stubs],
  metafile: true,
  absWorkingDir: root,
  logLevel: 'warning',
});

const packages = await Promise.all(bundledFolders(metafile).map(readPackage));
await writeFile(join(root, 'dist/LICENSES.txt'), packages.map(licenceText).join(`\n${'-'.repeat(80)}\n`));
await writeFile(join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(sbom(packages), null, 2)}\n`);

/**
 * @typedef {{ readonly name: string, readonly version: string, readonly license: string, readonly text: string }} Bundled
 */

/**
 * The folders of all packages of which something is bundled.
 * @param {import('esbuild').Metafile} metafile
 */
function bundledFolders({ outputs }) {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const used = inputs.filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path.includes('node_modules/'));
  return [...new Set(used.map(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? ''))].sort();
}

/**
 * @param {string} folder
 * @returns {Promise<Bundled>}
 */
async function readPackage(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'license.md']) {
    const text = await readFile(join(root, folder, file), 'utf8').catch(() => null);
    if (text !== null) return { name, version, license, text };
  }
  throw new Error(`${name} has no licence file to ship`);
}

/** @param {Bundled} bundled */
function licenceText({ name, version, license, text }) {
  return `${name} ${version} (${license})\n\n${text}`;
}

/**
 * What is in the package, for whoever must know: CycloneDX 1.5.
 * @param {readonly Bundled[]} bundled
 */
function sbom(bundled) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', name: 'redvet', version, purl: `pkg:npm/redvet@${version}` } },
    components: bundled.map(({ name, version: of, license }) => ({
      type: 'library',
      name,
      version: of,
      purl: `pkg:npm/${name.replace('@', '%40')}@${of}`,
      licenses: [{ license: { id: license } }],
    })),
  };
}
