import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CI_SYSTEMS } from '../../src/init/systems.ts';
import { emptyFolder, redvet } from '../support/redvet.ts';

const repository = (): string => {
  const folder = emptyFolder();
  mkdirSync(join(folder, '.git'));
  return folder;
};

const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

const isThere = (folder: string, path: string): boolean => existsSync(join(folder, path));

const SETTINGS = ['.redvet.yaml', '.redvet.waivers.yaml'];

const FILES: Readonly<Record<(typeof CI_SYSTEMS)[number], readonly string[]>> = {
  github: ['.github/actions/redvet/action.yml', '.github/workflows/redvet.yml'],
  'azure-pipelines': ['azure-pipelines.redvet.yml'],
  gitlab: ['.gitlab/redvet.gitlab-ci.yml'],
  'pre-commit': ['.pre-commit-config.yaml'],
};

/** Every setting that stands behind a `#` without a space, switched on. */
const switchedOn = (text: string): string => text.replace(/^#(?=[^ #]| {2})/gm, '').replace(/^waivers: \[\]$/m, 'waivers:');

describe('redvet init', () => {
  it('writes settings to the root of the repository, for everybody to read, and says what comes next', async () => {
    const cwd = repository();
    mkdirSync(join(cwd, 'infra/prod'), { recursive: true });
    const { code, stdout, stderr } = await redvet(['init'], { cwd: join(cwd, 'infra/prod') });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'written  ../../.redvet.yaml          settings',
      'written  ../../.redvet.waivers.yaml  accepted risks',
    ]);
    expect(stdout).toContain('redvet scan --fail-on none -o table -o json=redvet-baseline.json');
    for (const path of SETTINGS) expect(statSync(join(cwd, path)).mode & 0o444).toBe(0o444);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('writes to the working folder where there is no repository', async () => {
    const cwd = emptyFolder();
    await redvet(['init'], { cwd });
    expect(SETTINGS.filter((path) => isThere(cwd, path))).toEqual(SETTINGS);
  });

  it('writes settings that change nothing of a run', async () => {
    const cwd = repository();
    const without = await redvet(['demo', '-o', 'json'], { cwd });
    await redvet(['init'], { cwd });
    const having = await redvet(['demo', '-o', 'json'], { cwd });
    const { run: _, stats: __, ...before } = JSON.parse(without.stdout);
    const { run: ___, stats: ____, ...after } = JSON.parse(having.stdout);
    expect(after).toEqual(before);
    expect((await redvet(['waivers', 'check'], { cwd })).code).toBe(0);
  });

  it('writes settings of which every one can be switched on as it stands there', async () => {
    const cwd = repository();
    await redvet(['init'], { cwd });
    await redvet(['demo', '--fail-on', 'none', '-o', 'json=redvet-baseline.json'], { cwd });
    for (const path of SETTINGS) {
      const text = switchedOn(read(cwd, path));
      expect(text).not.toMatch(/^#\w/m);
      writeFileSync(join(cwd, path), text);
    }
    const shown = await redvet(['demo', '--show-config'], { cwd });
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    for (const told of ['baseline', 'cis-azure-database-2.0', 'minimum-tls-1-2', 'patch-schedule-set', 'html=redvet.html'])
      expect(shown.stdout).toContain(told);
    const checked = await redvet(['waivers', 'check'], { cwd });
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.stdout).toMatch(/1 waiver, nothing wrong/);
    // The baseline is the demo itself, and only what the settings make worse of it gates.
    const { findings } = JSON.parse((await redvet(['demo', '-q', '-o', 'json'], { cwd })).stdout);
    const gating = findings.filter((finding: { gating: boolean }) => finding.gating);
    expect(new Set(gating.map(({ ruleId }: { ruleId: string }) => ruleId))).toEqual(new Set(['minimum-tls-1-2']));
  });

  it.each(CI_SYSTEMS)('writes the files of %s, says that they are there when it is asked again', async (system) => {
    const cwd = repository();
    const first = await redvet(['init', system], { cwd });
    expect(first.code).toBe(0);
    const all = [...SETTINGS, ...FILES[system]];
    const told = (state: string, stdout: string): readonly string[] =>
      [...stdout.matchAll(new RegExp(`^${state} +(\\S+)`, 'gm'))].map(([, path = '']) => path);
    expect(told('written', first.stdout)).toEqual(all);
    const before = all.map((path) => read(cwd, path));
    for (const text of before) expect(text).not.toContain('redvet@0.0.0');
    const again = await redvet(['init', system], { cwd });
    expect({ code: again.code, told: told('unchanged', again.stdout) }).toEqual({ code: 0, told: all });
    expect(all.map((path) => read(cwd, path))).toEqual(before);
  });

  it('keeps settings that are there, whatever is forced', async () => {
    const cwd = repository();
    writeFileSync(join(cwd, '.redvet.yaml'), 'version: 1\n');
    for (const force of [[], ['--force']]) {
      const { code, stdout } = await redvet(['init', 'gitlab', ...force], { cwd });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^kept +\.redvet\.yaml/m);
      expect(read(cwd, '.redvet.yaml')).toBe('version: 1\n');
    }
  });

  it('leaves a job that is there as it is, and then writes nothing', async () => {
    const cwd = repository();
    mkdirSync(join(cwd, '.github/workflows'), { recursive: true });
    writeFileSync(join(cwd, '.github/workflows/redvet.yml'), 'name: mine\n');
    const { code, stdout, stderr } = await redvet(['init', 'github'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('.github/workflows/redvet.yml is there with other contents, so nothing was written');
    expect(stderr).toContain('--force');
    expect(SETTINGS.some((path) => isThere(cwd, path))).toBe(false);
    expect(isThere(cwd, '.github/actions')).toBe(false);
    const forced = await redvet(['init', 'github', '--force'], { cwd });
    expect(forced.stdout).toMatch(/^replaced +\.github\/workflows\/redvet\.yml/m);
    expect(read(cwd, '.github/workflows/redvet.yml')).toContain('Written by `redvet init github`');
  });

  it('prints instead of writing with --dry-run', async () => {
    const cwd = repository();
    const { code, stdout } = await redvet(['init', 'azure-pipelines', '--dry-run'], { cwd });
    expect(code).toBe(0);
    expect([...stdout.matchAll(/^# (\S+)$/gm)].map(([, path]) => path)).toEqual([...SETTINGS, ...FILES['azure-pipelines']]);
    expect([...SETTINGS, ...FILES['azure-pipelines']].some((path) => isThere(cwd, path))).toBe(false);
  });

  it('names the CI system that is here', async () => {
    const cwd = repository();
    writeFileSync(join(cwd, '.gitlab-ci.yml'), '');
    expect((await redvet(['init'], { cwd })).stdout).toContain('redvet init gitlab');
  });

  const HINDRANCES: readonly {
    readonly what: string;
    readonly prepare: (cwd: string) => void;
    readonly code: number;
    readonly says: string;
  }[] = [
    {
      what: 'a folder where a file should be',
      prepare: (cwd) => mkdirSync(join(cwd, '.redvet.waivers.yaml')),
      code: 73,
      says: 'cannot write .redvet.waivers.yaml: it is a folder (EISDIR)',
    },
    {
      what: 'a file where a folder should be',
      prepare: (cwd) => writeFileSync(join(cwd, '.gitlab'), ''),
      code: 73,
      says: 'cannot write .gitlab/redvet.gitlab-ci.yml: a part of the path is not a folder (ENOTDIR)',
    },
    {
      what: 'a link that leads nowhere',
      prepare: (cwd) => symlinkSync('nowhere', join(cwd, '.redvet.yaml')),
      code: 73,
      says: 'cannot write .redvet.yaml: it is a link that leads nowhere',
    },
    {
      what: 'a link where a folder should be',
      prepare: (cwd) => symlinkSync(emptyFolder(), join(cwd, '.gitlab')),
      code: 73,
      says: 'cannot write .gitlab/redvet.gitlab-ci.yml: .gitlab is a link, which is not followed',
    },
    {
      what: 'a configuration by another name',
      prepare: (cwd) => writeFileSync(join(cwd, '.redvet.yml'), 'version: 1\n'),
      code: 2,
      says: '.redvet.yml is not read',
    },
  ];

  it.each(HINDRANCES)('ends with $code for $what', async ({ prepare, code, says }) => {
    const cwd = repository();
    prepare(cwd);
    const ended = await redvet(['init', 'gitlab'], { cwd });
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
    // All or nothing.
    expect(['.redvet.yaml', '.gitlab/redvet.gitlab-ci.yml'].filter((path) => isThere(cwd, path))).toEqual([]);
  });

  it('writes through no link, whatever is forced', async () => {
    const cwd = repository();
    const elsewhere = join(emptyFolder(), 'precious.yml');
    writeFileSync(elsewhere, 'precious\n');
    mkdirSync(join(cwd, '.gitlab'));
    symlinkSync(elsewhere, join(cwd, '.gitlab/redvet.gitlab-ci.yml'));
    const { code, stderr } = await redvet(['init', 'gitlab', '--force'], { cwd });
    expect(code).toBe(73);
    expect(stderr).toContain('.gitlab/redvet.gitlab-ci.yml is a link, which is not followed');
    expect(readFileSync(elsewhere, 'utf8')).toBe('precious\n');
    expect(readdirSync(cwd).sort()).toEqual(['.git', '.gitlab']);
  });

  it('leaves no folder behind where it cannot write', async () => {
    const cwd = repository();
    mkdirSync(join(cwd, '.github'));
    writeFileSync(join(cwd, '.github/workflows'), '');
    expect((await redvet(['init', 'github'], { cwd })).code).toBe(73);
    expect([readdirSync(cwd).sort(), readdirSync(join(cwd, '.github'))]).toEqual([['.git', '.github'], ['workflows']]);
  });

  it('knows its files again where a checkout ends lines as Windows does', async () => {
    const cwd = repository();
    await redvet(['init', 'gitlab'], { cwd });
    for (const path of [...SETTINGS, ...FILES.gitlab]) writeFileSync(join(cwd, path), read(cwd, path).replaceAll('\n', '\r\n'));
    const { code, stdout } = await redvet(['init', 'gitlab'], { cwd });
    expect({ code, unchanged: stdout.match(/^unchanged/gm)?.length }).toEqual({ code: 0, unchanged: 3 });
  });

  it('takes no empty word for none', async () => {
    const cwd = repository();
    expect((await redvet(['init', ''], { cwd })).code).toBe(2);
    expect(SETTINGS.some((path) => isThere(cwd, path))).toBe(false);
  });

  it('takes no system that it does not know, and tells the nearest', async () => {
    const { code, stderr } = await redvet(['init', 'gitlb'], { cwd: repository() });
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean gitlab');
  });

  it('tells what it wrote where a file could not appear after others did', async () => {
    const cwd = repository();
    const before = join(cwd, 'rename.cjs');
    writeFileSync(
      before,
      `const fs = require('node:fs/promises');
const { rename } = fs;
let renamed = 0;
fs.rename = (...paths) => ((renamed += 1) === 2 ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : rename(...paths));
`,
    );
    const { code, stderr } = await redvet(['init', 'gitlab'], { cwd, env: { NODE_OPTIONS: `--require ${before}` } });
    expect(code).toBe(73);
    expect(stderr).toContain('cannot write .redvet.waivers.yaml: no space is left (ENOSPC)');
    expect(stderr).toContain('Written before that: .redvet.yaml.');
    expect([...SETTINGS, '.gitlab'].filter((path) => isThere(cwd, path))).toEqual(['.redvet.yaml']);
    expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
