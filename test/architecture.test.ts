import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../src/model/severity.ts';
import { RULES } from '../src/rules/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Files below a folder of the repository, as paths from its root. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath.slice(ROOT.length).replaceAll('\\', '/'), entry.name))
    .sort();

type Outside = 'pure' | 'azure' | 'shell' | 'node';

interface Layer {
  /** A folder, or a file; the first that a file belongs to decides. */
  readonly layer: string;
  /** Folders and files of ours. */
  readonly mayImport: readonly string[];
  /** Files of ours of which only types are taken. */
  readonly mayImportTypesOf?: readonly string[];
  /** `azure`: the SDK. `shell`: commander and chalk. `node`: Node's own modules. `pure`: any other package. */
  readonly outside: readonly Outside[];
}

const LAYERS: readonly Layer[] = [
  { layer: 'src/model/', mayImport: ['src/model/'], outside: [] },
  { layer: 'src/errors.ts', mayImport: ['src/model/'], outside: [] },
  { layer: 'src/rules/', mayImport: ['src/rules/', 'src/model/'], outside: ['pure'] },
  {
    layer: 'src/azure/',
    mayImport: ['src/azure/', 'src/errors.ts', 'src/model/problem.ts', 'src/model/redact.ts'],
    outside: ['pure', 'azure', 'node'],
  },
  { layer: 'src/sources/', mayImport: ['src/sources/', 'src/model/', 'src/errors.ts', 'src/azure/'], outside: ['pure'] },
  { layer: 'src/schemas/', mayImport: ['src/schemas/'], outside: ['pure'] },
  { layer: 'src/assess.ts', mayImport: ['src/model/', 'src/rules/rule.ts'], outside: [] },
  { layer: 'src/remediation/', mayImport: ['src/remediation/', 'src/model/'], outside: [] },
  { layer: 'src/policy/', mayImport: ['src/policy/', 'src/model/', 'src/errors.ts', 'src/remediation/'], outside: [] },
  {
    layer: 'src/reporters/',
    mayImport: ['src/reporters/', 'src/model/'],
    mayImportTypesOf: ['src/policy/report.ts', 'src/policy/diff.ts'],
    outside: ['pure'],
  },
  { layer: 'src/init/', mayImport: ['src/init/'], outside: [] },
  { layer: 'src/demo/', mayImport: ['src/demo/', 'src/azure/', 'src/model/'], outside: ['pure', 'azure'] },
  { layer: 'src/cli/live.ts', mayImport: ['src/'], outside: ['pure', 'azure', 'shell', 'node'] },
  { layer: 'src/cli/', mayImport: ['src/'], outside: ['pure', 'shell', 'node'] },
  { layer: 'src/main.ts', mayImport: ['src/'], outside: ['pure', 'shell', 'node'] },
  { layer: 'bin/', mayImport: ['dist/main.js'], outside: ['node'] },
];

interface Import {
  /** A path from the root for what is ours, else as it is written. */
  readonly from: string;
  readonly typesOnly: boolean;
}

const COMPUTED = '(computed)';

/** How bin/redvet.js finds what was built: it names the file in a call of `dist`. */
const BIN_LOADER = /\brequire\(`\.\.\/dist\/\$\{file\}`\)/;

const importsOf = (file: string, source: string): readonly Import[] => {
  const code = source
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/|\/\*|\*)/.test(line))
    .join('\n');
  const found = (pattern: RegExp, typesOnly: (clause: string) => boolean): readonly Import[] =>
    [...code.matchAll(pattern)].map(({ groups = {} }) => ({
      from: resolved(file, groups['from'] ?? COMPUTED),
      typesOnly: typesOnly(groups['clause'] ?? ''),
    }));
  return [
    ...found(/^\s*(?:import|export)\s+(?<clause>[\w\s{},*$]+?)\s*from\s*['"](?<from>[^'"]+)['"]/gm, takesTypesOnly),
    ...found(/^\s*import\s*['"](?<from>[^'"]+)['"]/gm, () => false),
    ...found(/\b(?:import|require)\s*\(\s*(?:['"](?<from>[^'"]+)['"]\s*\))?/g, () => false).filter(
      ({ from }) => !(from === COMPUTED && file.startsWith('bin/') && BIN_LOADER.test(code)),
    ),
    ...(file.startsWith('bin/') ? found(/\bdist\(['"](?<from>[^'"]+)['"]\)/g, () => false) : []).map(({ from }) => ({
      from: `dist/${from}`,
      typesOnly: false,
    })),
  ];
};

/** `type { A }`, or `{ type A, type B }`. */
const takesTypesOnly = (clause: string): boolean => {
  if (/^type\s/.test(clause)) return true;
  const names = /^\{(?<names>[^}]*)\}$/.exec(clause.trim())?.groups?.['names'];
  return names?.split(',').every((name) => name.trim() === '' || /^type\s/.test(name.trim())) ?? false;
};

const resolved = (file: string, from: string): string => (from.startsWith('.') ? posix.join(posix.dirname(file), from) : from);

const isIn = (place: string, file: string): boolean => (place.endsWith('/') ? file.startsWith(place) : file === place);

const outsideOf = (from: string): Outside => {
  if (from.startsWith('node:')) return 'node';
  if (from.startsWith('@azure/')) return 'azure';
  return /^(?:commander|chalk)(?:\/|$)/.test(from) ? 'shell' : 'pure';
};

const isOurs = (from: string): boolean => /^(?:src|bin|dist|test|\.\.)(?:\/|$)/.test(from);

/** Every import of a file that its layer does not allow. */
const violations = (file: string, source: string): readonly string[] => {
  const layer = LAYERS.find(({ layer: place }) => isIn(place, file));
  if (layer === undefined) return [`${file} belongs to no layer`];
  const { mayImport, mayImportTypesOf = [], outside } = layer;
  const isAllowed = ({ from, typesOnly }: Import): boolean => {
    if (from === COMPUTED) return false;
    if (!isOurs(from)) return outside.includes(outsideOf(from));
    return mayImport.some((place) => isIn(place, from)) || (typesOnly && mayImportTypesOf.some((place) => isIn(place, from)));
  };
  return importsOf(file, source)
    .filter((one) => !isAllowed(one))
    .map(({ from }) => `${file} imports ${from}`);
};

describe('the layers', () => {
  it('import only what the table allows', () => {
    const files = [...filesIn('src').filter((file) => !file.endsWith('.yml')), 'bin/redvet.js'];
    expect(files.length).toBeGreaterThan(40);
    expect(files.flatMap((file) => violations(file, read(file)))).toEqual([]);
  });

  it('are read from every kind of import that the code uses', () => {
    const from = (file: string): readonly string[] => importsOf(file, read(file)).map((one) => one.from);
    // Every rule, and the type of a rule.
    expect(from('src/rules/index.ts')).toHaveLength(RULES.length + 1);
    expect(from('src/reporters/index.ts')).toContain('src/reporters/table.ts');
    expect(from('src/azure/credential.ts')).toContain('@azure/identity');
    expect(from('src/main.ts')).toContain('src/cli/run-failure.ts');
    expect(from('bin/redvet.js')).toEqual(['node:fs', 'dist/main.js']);
  });

  it.each([
    ['src/model/cache.ts', "import { given } from '../rules/rule.ts';", 'src/rules/rule.ts'],
    ['src/model/cache.ts', "import pad from 'left-pad';", 'left-pad'],
    ['src/errors.ts', "import { azCommand } from './remediation/az.ts';", 'src/remediation/az.ts'],
    ['src/rules/a.ts', "import type { Source } from '../sources/source.ts';", 'src/sources/source.ts'],
    ['src/rules/a.ts', "import { readFileSync } from 'node:fs';", 'node:fs'],
    ['src/rules/a.ts', "import '@azure/identity';", '@azure/identity'],
    ['src/azure/a.ts', "import { RULES } from '../rules/index.ts';", 'src/rules/index.ts'],
    ['src/azure/a.ts', "import type { Cache } from '../model/cache.ts';", 'src/model/cache.ts'],
    ['src/azure/a.ts', "import { Chalk } from 'chalk';", 'chalk'],
    ['src/sources/a.ts', "import type { Rule } from '../rules/rule.ts';", 'src/rules/rule.ts'],
    ['src/sources/a.ts', "import type { HttpClient } from '@azure/core-rest-pipeline';", '@azure/core-rest-pipeline'],
    ['src/sources/decode/a.ts', "const net = await import('node:net');", 'node:net'],
    ['src/assess.ts', "import { RULES } from './rules/index.ts';", 'src/rules/index.ts'],
    ['src/remediation/a.ts', "export * from '../policy/report.ts';", 'src/policy/report.ts'],
    ['src/policy/a.ts', "export { tableReporter } from '../reporters/table.ts';", 'src/reporters/table.ts'],
    ['src/policy/a.ts', "import {\n  readFile,\n  writeFile,\n} from 'node:fs/promises';", 'node:fs/promises'],
    ['src/reporters/a.ts', "import { evaluate } from '../policy/evaluate.ts';", 'src/policy/evaluate.ts'],
    ['src/reporters/a.ts', "import { Report } from '../policy/report.ts';", 'src/policy/report.ts'],
    ['src/reporters/a.ts', "import { type Report, total } from '../policy/report.ts';", 'src/policy/report.ts'],
    ['src/reporters/a.ts', 'import { Command } from "commander";', 'commander'],
    ['src/demo/a.ts', "import type { Io } from '../cli/io.ts';", 'src/cli/io.ts'],
    ['src/cli/scan.ts', "const identity = import( '@azure/identity' );", '@azure/identity'],
    ['src/cli/scan.ts', "import { cacheOf } from '../../test/support/cache.ts';", 'test/support/cache.ts'],
    ['src/cli/scan.ts', 'const module = await import(name);', COMPUTED],
    ['src/cli/scan.ts', 'const module = await import(`./only-a-template.ts`);', COMPUTED],
    ['bin/redvet.js', "import { main } from '../src/main.ts';", 'src/main.ts'],
    ['bin/redvet.js', "const { main } = require('../src/main.ts');", 'src/main.ts'],
    ['bin/redvet.js', 'const { main } = require(name);', COMPUTED],
    ['bin/redvet.js', "await dist('cli.js');", 'dist/cli.js'],
    ['bin/redvet.js', "const { processIo } = dist('io.js');", 'dist/io.js'],
  ])('forbid %s to say %s', (file, source, from) => {
    expect(violations(file, `/** A comment: import('../policy/report.ts') */\n${source}\n`)).toEqual([`${file} imports ${from}`]);
  });

  it.each([
    ['src/reporters/a.ts', "import type { Report } from '../policy/report.ts';"],
    ['src/reporters/a.ts', "import { type Report, type Run } from '../policy/report.ts';"],
    ['src/reporters/a.ts', "import stringWidth from 'string-width';"],
    ['src/sources/a.ts', "import type { ResourceManager } from '../azure/resource-manager.ts';"],
    ['src/cli/live.ts', "import type { TokenCredential } from '@azure/core-auth';"],
    ['src/cli/run-demo.ts', "await import('../demo/connection.ts');"],
    ['src/azure/a.ts', "import { request } from 'node:https';"],
  ])('allow %s to say %s', (file, source) => {
    expect(violations(file, source)).toEqual([]);
  });

  it('hold every file', () => {
    expect(violations('src/utils.ts', '')).toEqual(['src/utils.ts belongs to no layer']);
    expect(violations('src/lib/a.ts', '')).toEqual(['src/lib/a.ts belongs to no layer']);
  });
});

/** Files of src/rules that hold no rule. */
const NO_RULES = ['rule', 'index', 'options', 'conditions', 'fixes', 'firewall', 'address-ranges', 'frameworks', 'acl', 'diagnostic-logs'];

const ruleFiles = filesIn('src/rules')
  .map((file) => posix.basename(file, '.ts'))
  .filter((name) => !NO_RULES.includes(name));

const ids = RULES.map(({ id }) => id);

describe('a rule', () => {
  it.each(ruleFiles)('in src/rules/%s.ts is the one of that id in RULES', async (name) => {
    const module: Readonly<Record<string, unknown>> = await import(new URL(`../src/rules/${name}.ts`, import.meta.url).href);
    const [rule, ...more] = RULES.filter((one) => Object.values(module).includes(one));
    expect({ id: rule?.id, more }).toEqual({ id: name, more: [] });
  });

  it('stands in RULES exactly once', () => {
    expect([...ids].sort()).toEqual([...ruleFiles].sort());
  });

  it.each(ids)('%s has a test of its own', (id) => {
    expect(existsSync(join(ROOT, 'test/rules', `${id}.test.ts`))).toBe(true);
  });

  it('stands beside no file that is gone', () => {
    expect(NO_RULES.filter((name) => !existsSync(join(ROOT, 'src/rules', `${name}.ts`)))).toEqual([]);
  });

  it('has no test without a rule', () => {
    const tested = filesIn('test/rules').map((file) => posix.basename(file, '.test.ts'));
    expect(tested.filter((name) => name !== 'catalogue' && !NO_RULES.includes(name) && !ids.includes(name))).toEqual([]);
  });
});

/** The rows of a Markdown text that begin with a name in back-ticks, table by table. */
const namedTables = (markdown: string): readonly (readonly { readonly name: string; readonly cells: readonly string[] }[])[] =>
  markdown
    .split(/\n(?!\|)/)
    .map((block) =>
      block.split('\n').flatMap((line) => {
        const name = /^\| `(?<name>[^`]+)` \|/.exec(line)?.groups?.['name'];
        return name === undefined ? [] : [{ name, cells: line.split('|').map((cell) => cell.trim().replaceAll(/[*`]/g, '')) }];
      }),
    )
    .filter((rows) => rows.length > 0);

/** Rows of tables that list rules: those that hold at least one rule, or give a severity to each name. */
const ruleRows = (markdown: string) =>
  namedTables(markdown)
    .filter((rows) => rows.some(({ name }) => ids.includes(name)) || rows.every(({ cells }) => severityIn(cells) !== undefined))
    .flat();

const severityIn = (cells: readonly string[]): string | undefined => SEVERITIES.find((severity) => cells.includes(severity));

describe('README.md', () => {
  it.each(RULES)('has a row for $id that says $severity', ({ id, severity }) => {
    const rows = ruleRows(read('README.md')).filter(({ name }) => name === id);
    expect(rows.map(({ cells }) => severityIn(cells))).toEqual([severity]);
  });

  it('has no row for a rule that does not exist', () => {
    expect(ruleRows(read('README.md')).filter(({ name }) => !ids.includes(name))).toEqual([]);
  });

  it('is read table by table: a list of formats is none of rules', () => {
    const markdown =
      '| `json` | for machines |\n| `gitlab-codequality` | for GitLab |\n\n| `gone-rule` | high |\n\ntext\n| `non-ssl-port-disabled` | **high** |\n| `other-rule` | - |\n';
    expect(ruleRows(markdown).map(({ name, cells }) => [name, severityIn(cells)])).toEqual([
      ['gone-rule', 'high'],
      ['non-ssl-port-disabled', 'high'],
      ['other-rule', undefined],
    ]);
  });
});

describe('the catalogue', () => {
  it('gives every rule an id of its own', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(id))).toEqual([]);
  });

  it.each(RULES)('gives $id no name twice', ({ id, aliases }) => {
    const names = [id, ...aliases].map((name) => name.toLowerCase());
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each(RULES)('gives $id no name of another rule for an alias', ({ aliases }) => {
    expect(aliases.filter((alias) => ids.includes(alias.toLowerCase()))).toEqual([]);
  });

  it.each(RULES)('lets $id follow from a rule that exists, and not from itself', ({ id, follows }) => {
    expect(follows === null || (ids.includes(follows) && follows !== id)).toBe(true);
  });

  it.each(RULES)('refers for $id to Microsoft only', ({ references }) => {
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((url) => !url.startsWith('https://learn.microsoft.com/'))).toEqual([]);
  });
});
