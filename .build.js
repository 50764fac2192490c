// Builds dist: one small entry, lazy chunks, no runtime dependencies. How long each command takes to start is decided here.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, parse, sep } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { ASSETS, assets } from './.assets.js';

const root = import.meta.dirname;
const dist = join(root, 'dist');
const { version } = createRequire(import.meta.url)('./package.json');

/**
 * Names are a quarter of what is installed, so they are shortened. A stack in the report of a bug is read by the maps that
 * `npm run build -- --source-maps` of that version writes beside the files; Node applies them with `--enable-source-maps`.
 */
const hasMaps = process.argv.includes('--source-maps');

/**
 * Packages that few runs need, by what is called of them. Each becomes a file of its own that is read on first use: Node takes
 * as long for the one regular expression with all emoji as for all of `--version`.
 * @type {Readonly<Record<string, string>>}
 */
const ON_FIRST_USE = {
  chalk: 'Chalk',
  'fastest-levenshtein': 'distance',
  'http-proxy-agent': 'HttpProxyAgent',
  'https-proxy-agent': 'HttpsProxyAgent',
  'ipaddr.js': 'IPv4',
  jsonwebtoken: 'default',
  'string-width': 'default',
};

/** What Terraform's language is parsed by; src/cli/grammar.ts reads both. A third as large when compressed, which takes 3 ms to undo. */
const WASM = ['web-tree-sitter/web-tree-sitter.wasm', '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'];

/** How esbuild writes that. */
const FETCHING = /=[\w$]+\(\([\w$]+,([\w$]+)\)=>\{\1\.exports=(require\("[^"]+"\)\.\$\d+)\}\)/g;

/** A line of a licence that says whose it is, rather than what has to be kept. */
const HOLDER = /^\s*Copyright\b(?! notice| and )/i;

/**
 * Licences whose text is the same whoever grants them, for packages that only name theirs.
 * @type {Readonly<Record<string, string>>}
 */
const NAMED_LICENCES = { 'Apache-2.0': 'node_modules/@tree-sitter-grammars/tree-sitter-hcl/LICENSE' };

/** Modules that cost start-up time and are not used: the browser opener, chalk's own colour detection, commander's executable subcommands, tests for older versions of Node. */
const stubs = {
  name: 'stubs',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^open$/ }, () => ({ path: 'open', namespace: 'stub' }));
    onResolve({ filter: /^semver$/ }, () => ({ path: 'semver', namespace: 'stub' }));
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
  // jsonwebtoken asks whether Node is at least 8, 15.7 and 16.9.
  semver: 'module.exports = { satisfies: () => true };',
  'supports-color': 'export default { stdout: false, stderr: false };',
  'child-process': 'module.exports = {};',
};

const onFirstUse = {
  name: 'on-first-use',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/package-/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^[a-z.-]+$/ }, ({ path, kind, namespace }) => {
      if (!Object.hasOwn(ON_FIRST_USE, path) || namespace === 'package') return undefined;
      return { path, namespace: kind === 'entry-point' ? 'package' : 'caller' };
    });
    onLoad({ filter: /.*/, namespace: 'package' }, ({ path }) => ({
      contents: `export { ${ON_FIRST_USE[path]} as real } from '${path}';`,
      resolveDir: root,
    }));
    onLoad({ filter: /.*/, namespace: 'caller' }, ({ path }) => ({
      contents: `
        const real = () => require('./package-${parse(path).name}.js').real;
        const proxy = new Proxy(function () {}, {
          apply: (_, self, args) => real()(...args),
          construct: (_, args) => new (real())(...args),
          get: (_, name) => real()[name],
        });
        export { proxy as ${ON_FIRST_USE[path]} };`,
    }));
  },
};

/** The schemas of what people write are compiled here: the code is an eighth of ajv, and needs no time to be made. */
const compiledSchemas = {
  name: 'compiled-schemas',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]schemas[\\/]compiled\.ts$/ }, async ({ path }) => {
      const schemas = await Promise.all(
        ['config', 'waivers'].map(async (name) =>
          JSON.parse(await readFile(join(dirname(path), `${name}.json`), 'utf8'), withoutDescription),
        ),
      );
      const ajv = new Ajv2020({ schemas, allErrors: true, strictTypes: false, messages: false, code: { source: true, esm: true } });
      const [config, waivers] = schemas.map(({ $id }) => $id);
      return { contents: standalone.default(ajv, { config, waivers }), resolveDir: root };
    });
  },
};

const pageAssets = {
  name: 'page-assets',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onLoad }) {
    onLoad({ filter: ASSETS }, async () => ({ contents: await assets() }));
  },
};

/**
 * The code would repeat them.
 * @param {string} key
 * @param {unknown} value
 */
const withoutDescription = (key, value) => (key === 'description' && typeof value === 'string' ? undefined : value);

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  // As a module it asks where it stands, which CommonJS does not tell it.
  alias: {
    'web-tree-sitter': join(root, 'node_modules/web-tree-sitter/web-tree-sitter.cjs'),
    // For Node it is CommonJS, of which nothing can be left out.
    yaml: join(root, 'node_modules/yaml/browser/index.js'),
  },
  target: 'node20.19',
  legalComments: 'none',
  // What redvet init writes.
  loader: { '.yml': 'text' },
  // web-tree-sitter can load grammars that bring their own JavaScript; ours brings none.
  logOverride: { 'direct-eval': 'silent' },
  logLevel: 'warning',
};

const modules = join(dist, 'modules');

await rm(dist, { recursive: true, force: true });
const { metafile } = await build({
  ...COMMON,
  ...(hasMaps ? { sourcemap: 'inline' } : {}),
  outdir: modules,
  entryPoints: {
    main: 'src/main.ts',
    io: 'src/cli/io.ts',
    ...Object.fromEntries(Object.keys(ON_FIRST_USE).map((name) => [`package-${parse(name).name}`, name])),
  },
  chunkNames: '[name]-[hash]',
  splitting: true,
  format: 'esm',
  define: { REDVET_VERSION: JSON.stringify(version) },
  plugins: [stubs, onFirstUse, compiledSchemas, pageAssets],
  metafile: true,
});
await mergeAndConvert(metafile);
await rm(modules, { recursive: true });
for (const file of WASM)
  await writeFile(join(dist, `${basename(file)}.br`), brotliCompressSync(await readFile(join(root, 'node_modules', file))));
await writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
// For the hints of editors, and whoever checks what redvet writes.
await mkdir(join(dist, 'schemas'));
for (const name of await readdir(join(root, 'src/schemas'))) {
  if (!name.endsWith('.json')) continue;
  const schema = JSON.parse(await readFile(join(root, 'src/schemas', name), 'utf8'));
  await writeFile(join(dist, 'schemas', name), `${JSON.stringify(schema)}\n`);
}

const wasmFolders = WASM.map((file) => `node_modules/${dirname(file)}`);
const packages = await Promise.all([...new Set([...bundledFolders(metafile), ...wasmFolders])].sort().map(readPackage));
await writeFile(join(root, 'dist/LICENSES.txt'), licenceTexts(packages).join(`\n${'-'.repeat(80)}\n`));
await writeFile(join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(sbom(packages), null, 2)}\n`);

/**
 * esbuild splits only what it writes as modules, and splits into many small files. Each costs Node time, as a module much more than as
 * CommonJS, which needs no asynchronous loader. So all become CommonJS; what every run loads is one file, and what every run loads
 * that knows the rules is another.
 * @param {import('esbuild').Metafile} metafile
 */
async function mergeAndConvert({ outputs }) {
  const files = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const always = loadedWith(files, 'main.js', 'io.js');
  const explain = loadedWith(files, builtFrom(files, 'src/cli/run-explain.ts'));
  const rules = loadedWith(files, builtFrom(files, 'src/cli/run-rules.ts'));
  const catalogue = [...rules].filter((file) => explain.has(file) && !always.has(file));
  const ofFiles = loadedWith(files, builtFrom(files, 'src/cli/run-file-scan.ts'), builtFrom(files, 'src/sources/inventory-file.ts'));
  const json = loadedWith(files, builtFrom(files, 'src/reporters/json.ts'));
  const live = loadedWith(files, builtFrom(files, 'src/cli/run-scan.ts'), builtFrom(files, 'src/cli/live.ts'));
  const groups = {
    main: [...always],
    catalogue,
    scan: [...ofFiles].filter((file) => live.has(file) && ![always, rules, explain, json].some((others) => others.has(file))),
  };
  const places = new Map(
    Object.entries(groups).flatMap(([into, group]) => group.map((file, index) => [file, { into: `${into}.js`, name: `$${index}` }])),
  );
  /** @param {string} into @param {string} contents */
  const convert = (into, contents) =>
    build({
      ...COMMON,
      ...(hasMaps ? { sourcemap: 'linked' } : {}),
      stdin: { contents, resolveDir: modules },
      outfile: join(dist, into),
      format: 'cjs',
      // Modules know where they stand by another name.
      define: { 'import.meta.dirname': '__dirname' },
      // `import()` in CommonJS would start the loader of modules after all.
      supported: { 'dynamic-import': false },
      plugins: [placing(places, into, (file) => Object.keys(files.get(file)?.inputs ?? {}).length === 0)],
    });
  const named = [...places].map(([file, { into, name }]) => ({ into, line: `export * as ${name} from './${file}';` }));
  await Promise.all([
    ...[...files.keys()].filter((file) => !places.has(file)).map((file) => convert(file, `export * from './${file}';`)),
    convert('main.js', `export * from './main.js'; export * from './io.js'; ${linesOf(named, 'main.js')}`),
    convert('catalogue.js', linesOf(named, 'catalogue.js')),
    convert('scan.js', linesOf(named, 'scan.js')),
  ]);
  await Promise.all((await readdir(dist)).filter((file) => file.endsWith('.js')).map(shorten));
}

/**
 * What only fetches a part of another file is wrapped by esbuild as if it were a module, which takes twice the room.
 * @param {string} file
 */
async function shorten(file) {
  const path = join(dist, file);
  await writeFile(path, (await readFile(path, 'utf8')).replace(FETCHING, '=()=>$2'));
}

/** @typedef {ReadonlyMap<string, import('esbuild').Metafile['outputs'][string]>} Files */

/**
 * The files that are loaded with these.
 * @param {Files} files
 * @param {readonly string[]} names
 */
function loadedWith(files, ...names) {
  const loaded = new Set(names);
  for (const file of loaded) {
    const imports = files.get(file)?.imports ?? [];
    for (const { path, kind } of imports) if (kind === 'import-statement' && files.has(basename(path))) loaded.add(basename(path));
  }
  return loaded;
}

/** @param {Files} files @param {string} source */
function builtFrom(files, source) {
  const [file] = [...files].find(([, { entryPoint }]) => entryPoint === source) ?? [];
  if (file === undefined) throw new Error(`nothing is loaded from ${source} on its own`);
  return file;
}

/** @param {readonly { readonly into: string, readonly line: string }[]} named @param {string} file */
function linesOf(named, file) {
  return named
    .filter(({ into }) => into === file)
    .map(({ line }) => line)
    .join('\n');
}

/**
 * Finds a file where it is by the end.
 * @param {ReadonlyMap<string, { readonly into: string, readonly name: string }>} places
 * @param {string} written
 * @param {(file: string) => boolean} isHelpers What esbuild adds of its own holds no state: each file gets what it needs of it.
 * @returns {import('esbuild').Plugin}
 */
function placing(places, written, isHelpers) {
  return {
    name: 'placing',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path, namespace, importer }) => {
        const file = basename(path);
        const place = places.get(file);
        const isOwn = file === written && importer === '<stdin>';
        if (namespace !== 'place' && (isOwn || isHelpers(file) || place?.into === written)) return undefined;
        return namespace === 'place' || place === undefined ? { path, external: true } : { path: file, namespace: 'place' };
      });
      onLoad({ filter: /.*/, namespace: 'place' }, ({ path }) => {
        const { into, name } = places.get(path) ?? {};
        return { contents: `module.exports = require('./${into}').${name};` };
      });
    },
  };
}

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
  const elsewhere = NAMED_LICENCES[license];
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'license.md']) {
    const text = await readFile(join(root, folder, file), 'utf8').catch(() => null);
    if (text !== null) return { name, version, license, text };
  }
  if (elsewhere !== undefined) return { name, version, license, text: await readFile(join(root, elsewhere), 'utf8') };
  throw new Error(`${name} has no licence file to ship`);
}

/**
 * A text that several packages come with stands once, under the names and copyright lines of all.
 * @param {readonly Bundled[]} packages
 */
function licenceTexts(packages) {
  const heads = new Map();
  for (const { name, version, license, text } of packages) {
    const lines = text.replaceAll('\r\n', '\n').trim().split('\n');
    const holders = lines.filter((line) => HOLDER.test(line)).map((line) => `  ${line.trim()}`);
    const body = lines
      .filter((line) => !HOLDER.test(line))
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
    // Many call what follows by its name, and some do not.
    const key = license === 'MIT' ? body.replace(/^(?:The )?MIT License(?: \(MIT\))?\s*/i, '').replace(/\s+/g, ' ') : body;
    const known = heads.get(key) ?? { body, whose: [] };
    heads.set(key, { ...known, whose: [...known.whose, [`${name} ${version} (${license})`, ...holders].join('\n')] });
  }
  return [...heads.values()].map(({ body, whose }) => `${whose.join('\n')}\n\n${body}\n`);
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
