import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BINARY, emptyFolder, redvet } from '../support/redvet.ts';
import { subscriptionId, wireRedis } from '../support/resource-manager.ts';

/** The Markdown that a CI system shows with a job, beside the annotations that it reads from stdout. */

const ARGS = ['scan', 'caches.json', '--rule', 'non-ssl-port-disabled'];

const folderWith = (caches = 1): string => {
  const folder = emptyFolder();
  const all = Array.from({ length: caches }, (_, n) => wireRedis(subscriptionId(1), `open-${n}`, { enableNonSslPort: true }));
  writeFileSync(join(folder, 'caches.json'), JSON.stringify(all));
  return folder;
};

describe('the summary of a job in GitHub Actions', () => {
  it('is put after what other steps wrote, and only once it is whole', async () => {
    const cwd = folderWith();
    const summary = join(cwd, 'summary.md');
    writeFileSync(summary, 'of the step before\n');
    const { code, stdout } = await redvet([...ARGS, '-o', 'github'], { cwd, env: { GITHUB_STEP_SUMMARY: summary } });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error /);
    const text = readFileSync(summary, 'utf8');
    expect(text.startsWith('of the step before\n## redvet: findings\n')).toBe(true);
    expect(text.match(/^## redvet/gm)).toHaveLength(1);
    expect(text).toContain('open-0');
  });

  it('is written anew, and once, when another report could not be written', async () => {
    const cwd = folderWith();
    const summary = join(cwd, 'summary.md');
    const { code } = await redvet([...ARGS, '-o', 'github', '-o', 'json=/dev/full'], { cwd, env: { GITHUB_STEP_SUMMARY: summary } });
    expect(code).toBe(73);
    const text = readFileSync(summary, 'utf8');
    expect(text.match(/^## redvet: .*/gm)).toEqual(['## redvet: output']);
  });

  it('is written anew, and once, when stdout fails after it was finished', async () => {
    const cwd = folderWith();
    const summary = join(cwd, 'summary.md');
    writeFileSync(summary, 'of the step before\n');
    const words = [process.execPath, BINARY, ...ARGS, '-o', 'github'].map((word) => `'${word}'`).join(' ');
    const { status } = spawnSync('bash', ['-c', `${words} > /dev/full`], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, GITHUB_STEP_SUMMARY: summary },
    });
    expect(status).toBe(73);
    const text = readFileSync(summary, 'utf8');
    expect(text.startsWith('of the step before\n## redvet: output\n')).toBe(true);
    expect(text.match(/^## redvet: .*/gm)).toEqual(['## redvet: output']);
  });

  it('stays below the megabyte that GitHub takes, and says what is left out', async () => {
    const cwd = folderWith(6_000);
    const summary = join(cwd, 'summary.md');
    await redvet([...ARGS, '-o', 'github'], { cwd, env: { GITHUB_STEP_SUMMARY: summary } });
    const bytes = readFileSync(summary);
    expect(bytes.length).toBeLessThan(1_000_000);
    expect(bytes.length).toBeGreaterThan(900_000);
    expect(bytes.toString()).toMatch(/[\d,]+ findings? (?:more|are left out|left out)|not shown/);
  });

  it.each<[what: string, args: readonly string[], env: Readonly<Record<string, string>>]>([
    ['elsewhere', ['-o', 'github'], {}],
    ['with an empty variable', ['-o', 'github'], { GITHUB_STEP_SUMMARY: '' }],
    ['for a file of commands, which somebody else prints', ['-o', 'github=commands'], { GITHUB_STEP_SUMMARY: 'summary.md' }],
    ['for another format', ['-o', 'json'], { GITHUB_STEP_SUMMARY: 'summary.md' }],
    ['of Azure Pipelines elsewhere', ['-o', 'azure-pipelines'], { AGENT_TEMPDIRECTORY: '.' }],
  ])('is not written %s', async (_, args, env) => {
    const cwd = folderWith();
    expect((await redvet([...ARGS, ...args], { cwd, env })).code).toBe(1);
    expect(readdirSync(cwd).filter((name) => name.endsWith('.md'))).toEqual([]);
  });

  it('that cannot be written is an error, and nothing is judged for nobody', async () => {
    const { code, stderr } = await redvet([...ARGS, '-o', 'github'], {
      cwd: folderWith(),
      env: { GITHUB_STEP_SUMMARY: '/nowhere/summary.md' },
    });
    expect(code).toBe(73);
    expect(stderr).toContain('cannot write /nowhere/summary.md: its folder does not exist (ENOENT)');
  });
});

describe('the summary of a job in Azure Pipelines', () => {
  it('is a file that the last command names', async () => {
    const cwd = folderWith();
    const { code, stdout } = await redvet([...ARGS, '-o', 'azure-pipelines'], { cwd, env: { TF_BUILD: 'True', AGENT_TEMPDIRECTORY: cwd } });
    expect(code).toBe(1);
    const [, path = ''] = /^##vso\[task\.uploadsummary\](.+)$/.exec(stdout.trim().split('\n').at(-1) ?? '') ?? [];
    expect(path.startsWith(join(cwd, 'redvet-'))).toBe(true);
    expect(readFileSync(path, 'utf8')).toMatch(/^## redvet: findings\n/);
  });
});
