import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, BY_SIX_RULES, type Ended, emptyFolder, signedIn } from './support/redvet.ts';
import { startResourceManager, subscriptionId, wireRedis } from './support/resource-manager.ts';

/** What a person gets who installs the packed tool somewhere else. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const run = promisify(execFile);

/** npm with nothing of this machine's configuration, cache or registry. */
const npm = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const home = emptyFolder();
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, npm_config_cache: join(home, 'cache'), npm_config_update_notifier: 'false' };
  const { stdout } = await run('npm', [...args], { cwd: folder, env, maxBuffer: 2 ** 24 });
  return stdout;
};

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** The packed tool, and an empty folder that it was installed in. */
interface Installed {
  readonly packed: Packed;
  readonly folder: string;
  /** What npm says that it did. */
  readonly done: { readonly added: number };
}

/** Without scripts: dist is what the other tests run, and must not be rebuilt under them. */
const install = async (): Promise<Installed> => {
  const [from, folder] = [emptyFolder(), emptyFolder()];
  const [packed]: readonly Packed[] = JSON.parse(await npm(ROOT, 'pack', '--ignore-scripts', '--json', '--pack-destination', from));
  if (packed === undefined) throw new Error('npm packed nothing');
  const flags = ['--offline', '--no-audit', '--no-fund', '--json'];
  const done = JSON.parse(await npm(folder, 'install', join(from, packed.filename), ...flags));
  return { packed, folder, done };
};

let installed: Installed;

beforeAll(async () => {
  installed = await install();
});

/** The installed command, by the link that npm made for it, in a folder of its own. */
const command = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  const cwd = emptyFolder();
  const options = { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env }, timeout: 25_000 };
  return new Promise((resolve) => {
    const child = execFile(join(installed.folder, 'node_modules/.bin/redvet'), [...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
    });
  });
};

describe('the package', () => {
  it('holds the command, what it runs, the licences and the readme, and nothing of the sources or tests', () => {
    const paths = installed.packed.files.map(({ path }) => path);
    const present = (name: string): readonly string[] => (existsSync(join(ROOT, name)) ? [name] : []);
    const tops = new Set(paths.map((path) => path.split('/')[0]));
    expect([...tops].sort()).toEqual(
      ['LICENSE', 'bin', 'dist', 'package.json', ...present('CHANGELOG.md'), ...present('README.md')].sort(),
    );
    expect(paths.filter((path) => path.startsWith('bin/')).sort()).toEqual(['bin/package.json', 'bin/redvet.js']);
    expect(paths).toEqual(expect.arrayContaining(['dist/main.js', 'dist/package.json', 'dist/LICENSES.txt', 'dist/sbom.cdx.json']));
    expect(paths.filter((path) => /\.(?:ts|map|test\.js|tgz)$|(?:^|\/)(?:src|test|node_modules)\/|(?:^|\/)\./.test(path))).toEqual([]);
  });

  it('holds the schemas, by which editors help and others check what redvet writes', () => {
    const folder = join(installed.folder, 'node_modules/redvet/dist/schemas');
    const ids = readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')).$id]);
    expect(ids.sort()).toEqual(
      ['config', 'diff', 'doctor', 'result', 'snapshot', 'waivers'].map((name) => [`${name}.json`, `urn:redvet:schema:${name}:1`]),
    );
  });

  it('holds what ajv makes of the schemas, and nothing of ajv', () => {
    // A message of its compiler.
    const mark = 'schema with key or id "';
    expect(readFileSync(join(ROOT, 'node_modules/ajv/dist/core.js'), 'utf8')).toContain(mark);
    const dist = join(ROOT, 'dist');
    const code = readdirSync(dist)
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(dist, name), 'utf8'));
    expect(code.filter((text) => text.includes(mark) || /\brequire\(["']ajv/.test(text))).toEqual([]);
    // What it tells of a condition, in code that it made.
    expect(code.filter((text) => text.includes('failingKeyword'))).toHaveLength(1);
  });

  it('is smaller than 2 MB when unpacked', () => {
    expect(installed.packed.unpackedSize).toBeGreaterThan(100_000);
    expect(installed.packed.unpackedSize).toBeLessThan(2_000_000);
  });
});

describe('the licences of what is bundled', () => {
  const text = readFileSync(join(ROOT, 'dist/LICENSES.txt'), 'utf8');
  const entries = text.split(/^-{80}$/m).map((entry) => entry.trim());
  // A text that several packages come with stands once, under all their names.
  const heads = entries.flatMap((entry) =>
    (entry.split('\n\n')[0] ?? '')
      .split('\n')
      // Under each name stands whose it is.
      .filter((line) => !line.startsWith('  '))
      .map((line) => /^(\S+) (\S+) \((.+)\)$/.exec(line)?.slice(1) ?? []),
  );

  /** The packages that go into the bundle, by a build of its own. What the real one stubs is left out of it. */
  const bundled = async (): Promise<readonly string[]> => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: ['src/main.ts', 'src/cli/io.ts'],
      // The code that it makes of schemas is there instead of ajv.
      external: ['open', 'ajv', 'semver'],
      outdir: 'unused',
      write: false,
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      loader: { '.yml': 'text' },
      define: { REDVET_VERSION: '""' },
      metafile: true,
      logLevel: 'silent',
    });
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
    const names = inputs
      .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path.includes('node_modules/'))
      .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '');
    return [...new Set(names)].sort();
  };

  it('names every package in the bundle, and no other', async () => {
    const names = [...new Set(heads.map(([name]) => name))].sort();
    // No code of the grammar is in the bundle: it stands beside it.
    expect(names).toEqual([...(await bundled()), '@tree-sitter-grammars/tree-sitter-hcl'].sort());
    expect(names).toEqual(expect.arrayContaining(['@azure/identity', '@azure/msal-node', '@azure/msal-common', 'commander', 'chalk']));
  });

  it('gives the version that is locked, and the text of a licence that may be passed on', () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const locked = Object.entries<{ version: string }>(packages).map(
      ([path, { version }]) => `${path.split('node_modules/').at(-1)} ${version}`,
    );
    for (const [name, version] of heads) expect(locked).toContain(`${name} ${version}`);
    for (const [, , licence] of heads) expect(['MIT', 'BSD-3-Clause', 'Apache-2.0', 'ISC', '0BSD']).toContain(licence);
    for (const entry of entries) expect(entry).toMatch(/permission|redistribution|license/i);
    expect(Math.min(...entries.map(({ length }) => length))).toBeGreaterThan(500);
  });

  it('has a bill of materials beside it with the same packages and versions', () => {
    const { bomFormat, components } = JSON.parse(readFileSync(join(ROOT, 'dist/sbom.cdx.json'), 'utf8'));
    expect(bomFormat).toBe('CycloneDX');
    const byName = (a: string, b: string): number => (a < b ? -1 : 1);
    expect(components.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`).sort(byName)).toEqual(
      heads.map(([name, version]) => `${name} ${version}`).sort(byName),
    );
  });
});

describe('the installed package', () => {
  it('is one package, without dependencies, from an empty cache and without a registry', () => {
    expect(installed.done.added).toBe(1);
    const modules = join(installed.folder, 'node_modules');
    expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['redvet']);
    const manifest = JSON.parse(readFileSync(join(modules, 'redvet/package.json'), 'utf8'));
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies']) {
      expect(manifest).not.toHaveProperty(kind);
    }
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
  });

  it('shows its help', async () => {
    const { code, stdout, stderr } = await command(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: redvet /m);
    expect(stdout).toMatch(/^ +scan /m);
  });

  it('says the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await command(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it('runs the demo: findings, exit 1, and JSON that says so', async () => {
    const { code, stdout, stderr } = await command(['demo', '-o', 'json']);
    expect(code).toBe(1);
    expect(stderr).toContain('redvet: exit 1 (findings)');
    const { findings, caches, status } = JSON.parse(stdout);
    expect(findings.length).toBeGreaterThan(caches.length);
    expect(status).toMatchObject({ outcome: 'findings', exitCode: 1 });
  });

  it('signs in and scans', async () => {
    const one = subscriptionId(1);
    const arm = await startResourceManager({ subscriptions: [one], caches: { [one]: [wireRedis(one, 'good')] } });
    const { code, stderr } = await command(['scan', ...at(arm), ...BY_SIX_RULES, '-o', 'none'], signedIn(arm));
    await arm.close();
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'redvet: exit 0 (clean): 1 cache, nothing failed\n' });
  });
});
