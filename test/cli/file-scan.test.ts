import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILES_ONLY, LIVE_ONLY, nameOf, SCAN_OPTIONS } from '../../src/cli/options.ts';
import { told } from '../support/in-process.ts';
import { BINARY, emptyFolder, redvet } from '../support/redvet.ts';

/** The flag with something that it could take. */
const flagOf = (name: string): readonly string[] =>
  SCAN_OPTIONS.find((spec) => nameOf(spec) === name)?.type === 'switch' ? [`--${name}`] : [`--${name}`, 'x'];

const variableOf = (name: string): string => `REDVET_${name.toUpperCase().replaceAll('-', '_')}`;

const variables = (names: readonly string[]) => Object.fromEntries(names.map((name) => [variableOf(name), 'x']));

describe('an option that changes nothing', () => {
  it.each(FILES_ONLY)('is refused: --%s without files', async (name) => {
    expect(await told(['scan', ...flagOf(name), '-q'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error[USAGE]: --${name} is for a scan of files\n  help: Name the files: redvet scan FILE\n`,
    });
  });

  it.each(LIVE_ONLY)('is refused: --%s with files', async (name) => {
    const refused = {
      code: 2,
      stdout: '',
      stderr: `error[USAGE]: --${name} is for a scan of Azure itself\n  help: Leave it out, or the files.\n`,
    };
    expect(await told(['scan', 'main.tf', ...flagOf(name), '-q'])).toEqual(refused);
    expect(await told(['scan', ...flagOf(name), '-q', '--', '-'])).toEqual(refused);
  });

  it('is not refused as a variable, which may be meant for other scans: it is not even read', async () => {
    const files = await redvet(['scan', emptyFolder(), '-o', 'json'], { env: variables(LIVE_ONLY) });
    expect({ code: files.code, stderr: files.stderr }).toEqual({
      code: 5,
      stderr: expect.stringContaining('redvet: exit 5 (empty)'),
    });
    // Without a credential it ends before it asks anybody.
    const live = await told(['scan', '--auth', 'env', '-q'], { env: variables(FILES_ONLY) });
    expect(live.code).toBe(4);
    expect(`${live.stdout}${live.stderr}`).not.toMatch(/REDVET_|--from|--parameters/);
  });
});

describe('a scan of files', () => {
  it('repeats in its result what was asked for', async () => {
    const [one, other] = [emptyFolder(), emptyFolder()];
    const id = '33333333-0000-4000-8000-000000000001';
    const flags = ['-s', id, '-g', 'rg', '--cache', 'c', '--tag', 'a=b', '--exclude', '*/x'];
    const { code, stdout } = await redvet(['scan', one, other, ...flags, '--from', 'bicep', '--parameters', 'p.json', '-o', 'json']);
    const { run, scope, caches, problems } = JSON.parse(stdout);
    expect({ code, source: run.source, scope, caches }).toEqual({
      code: 5,
      source: 'files',
      scope: { cloud: 'none', tenantId: null, subscriptions: [], inputs: [] },
      caches: [],
    });
    expect(run.options).toMatchObject({
      inputs: [one, other],
      from: 'bicep',
      parameters: 'p.json',
      subscriptions: [id],
      resourceGroups: ['rg'],
      caches: ['c'],
      tags: ['a=b'],
      exclude: ['*/x'],
    });
    expect(problems.map(({ code: what, scope: of }: Record<string, unknown>) => [what, of])).toEqual(
      [`--subscription ${id}`, '--resource-group rg', '--cache c', '--tag a=b'].map((selector) => ['NOTHING_MATCHED', selector]),
    );
  });

  it('of a folder in which there is nothing is empty, and clean with --allow-empty', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'node_modules'));
    expect((await redvet(['scan', folder])).code).toBe(5);
    expect((await redvet(['scan', folder, '--allow-empty'])).code).toBe(0);
  });

  /** A scan of standard input to which nobody writes, and which nobody ends. */
  const silent = (args: readonly string[], act: (child: ReturnType<typeof spawn>) => void = () => {}) =>
    new Promise<{ readonly code: number | null; readonly stdout: string }>((resolve) => {
      const child = spawn(process.execPath, [BINARY, 'scan', '-', '-o', 'json', ...args], {
        cwd: emptyFolder(),
        env: { PATH: process.env['PATH'] ?? '' },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const guard = setTimeout(() => child.kill('SIGKILL'), 20_000);
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.on('close', (code) => {
        clearTimeout(guard);
        resolve({ code, stdout });
      });
      act(child);
    });

  const problemsIn = (stdout: string) =>
    JSON.parse(stdout).problems.map(({ kind, code, scope }: Record<string, unknown>) => ({ kind, code, scope }));

  it('ends by --timeout, incomplete, however long the input is silent', async () => {
    const { code, stdout } = await silent(['--timeout', '700ms']);
    expect({ code, problems: problemsIn(stdout) }).toEqual({
      code: 3,
      problems: [{ kind: 'timeout', code: 'RUN_TIMEOUT', scope: null }],
    });
  });

  it('ends by ten times the --request-timeout of a silent input, as one that cannot be read', async () => {
    const { code, stdout } = await silent(['--request-timeout', '50ms']);
    expect({ code, problems: problemsIn(stdout) }).toEqual({
      code: 2,
      problems: [{ kind: 'usage', code: 'CANNOT_READ', scope: '-' }],
    });
  });

  it('ends by a signal, as interrupted and nothing else', async () => {
    const { code, stdout } = await silent([], (child) => setTimeout(() => child.kill('SIGINT'), 1_500));
    expect({ code, problems: problemsIn(stdout) }).toEqual({
      code: 130,
      problems: [{ kind: 'interrupted', code: 'SIGINT', scope: null }],
    });
  });
});
