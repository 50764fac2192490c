import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { FORMATS, type Format } from '../../src/reporters/index.ts';
import { BINARY, emptyFolder } from '../support/redvet.ts';
import { subscriptionId, wireRedis } from '../support/resource-manager.ts';

/** The exit code depends on what was found: not on the format, nor on where the report goes, nor on who looks. */

const FOLDER = emptyFolder();

const file = (name: string, contents: unknown): string => {
  const path = join(FOLDER, name);
  writeFileSync(path, typeof contents === 'string' ? contents : JSON.stringify(contents));
  return path;
};

const ONE = subscriptionId(1);
const good = wireRedis(ONE, 'good');
const open = wireRedis(ONE, 'open', { enableNonSslPort: true });

/** Runs in redvet before it. */
const before = (name: string, code: string): Readonly<Record<string, string>> => ({ NODE_OPTIONS: `--require ${file(name, code)}` });

interface Scene {
  readonly outcome: string;
  readonly code: number;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What has to be in the working folder. */
  readonly prepare?: (cwd: string) => void;
}

const SCENES: readonly Scene[] = [
  { outcome: 'clean', code: 0, args: [file('clean.json', [good])] },
  { outcome: 'findings', code: 1, args: [file('findings.json', [open, good])] },
  { outcome: 'usage', code: 2, args: [join(FOLDER, 'nowhere.json')] },
  { outcome: 'incomplete', code: 3, args: [file('incomplete.json', [good, { id: 7 }])] },
  { outcome: 'access', code: 4, args: ['--auth', 'env'], env: { AZURE_CLIENT_ID: '', AZURE_TENANT_ID: '', AZURE_CLIENT_SECRET: '' } },
  { outcome: 'empty', code: 5, args: [file('empty.json', '[]')] },
  { outcome: 'output', code: 73, args: [file('output.json', [open]), '-o', `json=${join(FOLDER, 'no/such/folder.json')}`] },
  {
    outcome: 'internal',
    code: 70,
    args: [file('internal.json', [open])],
    env: before('bug.cjs', "require('node:crypto').hash = () => { throw new TypeError('a bug'); };"),
  },
  {
    outcome: 'interrupted',
    code: 130,
    args: ['silent.json'],
    // Nobody writes to it.
    prepare: (cwd) => void execFileSync('mkfifo', [join(cwd, 'silent.json')]),
    env: before(
      'stop.cjs',
      `const fs = require('node:fs');
const { createReadStream } = fs;
fs.createReadStream = (path, ...more) => {
  if (path === 'silent.json') setTimeout(() => process.kill(process.pid, 'SIGINT'), 50);
  return createReadStream(path, ...more);
};`,
    ),
  },
];

interface Ran {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
}

const environment = (env: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: FOLDER,
  TERM: 'xterm',
  ...env,
});

const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Promise<Ran> =>
  new Promise((resolve) => {
    const options = { env, cwd, maxBuffer: 2 ** 26, timeout: 60_000 };
    const child = execFile(command, args, options, (_, stdout) => resolve({ code: child.exitCode, stdout }));
    child.stdin?.end();
  });

const inPipe = (args: readonly string[], scene: Scene, cwd: string): Promise<Ran> =>
  run(process.execPath, [BINARY, 'scan', ...args], environment(scene.env), cwd);

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** `script` gives it a terminal, and ends as it does. */
const onTerminal = (args: readonly string[], scene: Scene, cwd: string): Promise<Ran> =>
  run('script', ['-qec', [process.execPath, BINARY, 'scan', ...args].map(quoted).join(' '), '/dev/null'], environment(scene.env), cwd);

const hasTerminal = spawnSync('script', ['-qec', 'exit 3', '/dev/null']).status === 3;
if (!hasTerminal) process.stderr.write('test/long/matrix.test.ts: no script(1) here, so nothing is tried on a terminal\n');

/** Whether a document is whole, by the parser of its format. */
const PARSERS: Readonly<Partial<Record<Format, (text: string) => void>>> = {
  json: (text) => void JSON.parse(text),
  sarif: (text) => void JSON.parse(text),
  'gitlab-codequality': (text) => expect(Array.isArray(JSON.parse(text))).toBe(true),
  ndjson: (text) => {
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ type: 'run' });
    expect(lines.at(-1)).toMatchObject({ type: 'end' });
  },
  ocsf: (text) => {
    for (const line of text.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ class_uid: 2003 });
  },
  junit: (text) => XmlDocument.fromString(text).dispose(),
  none: (text) => expect(text).toBe(''),
};

/** Nothing that looks like a clean estate comes of a run that was none. */
const SAYS_SO: Readonly<Partial<Record<Format, RegExp>>> = {
  json: /"outcome":"(?!clean)/,
  ndjson: /"outcome":"(?!clean)/,
  sarif: /"executionSuccessful":false|"level":"(?:error|warning)"/,
  junit: /<error|<failure/,
  markdown: /## redvet: (?!clean)/,
  html: /<div class="verdict (?:bad|unsure)"/,
  csv: /"(?:problem|status|fail|unknown)"/,
  ocsf: /"status":"(?:Fail|Warning|Unknown)"|"status_id":(?:2|3|0|99)/,
  'gitlab-codequality': /"check_name"/,
  github: /::(?:error|warning)/,
  'azure-pipelines': /##vso\[task\.logissue/,
};

describe.each(SCENES)('a run that comes to $outcome', (scene) => {
  const base = [...scene.args, '--rule', 'non-ssl-port-disabled', '--rule', 'minimum-tls-1-2'];
  const folder = (): string => {
    const cwd = emptyFolder();
    scene.prepare?.(cwd);
    return cwd;
  };

  it.concurrent.each(FORMATS)(
    'ends alike as %s, whole, on stdout and in a file, in a pipe and on a terminal',
    async (format) => {
      const cwd = folder();
      const piped = await inPipe([...base, '-o', format], scene, cwd);
      expect(piped.code).toBe(scene.code);
      PARSERS[format]?.(piped.stdout);
      if (scene.outcome !== 'clean') expect(piped.stdout).toMatch(SAYS_SO[format] ?? /^/);
      if (format !== 'none') {
        const filed = await inPipe([...base, '-o', `${format}=report`], scene, cwd);
        expect(filed).toEqual({ code: scene.code, stdout: '' });
        const text = readFileSync(join(cwd, 'report'), 'utf8');
        PARSERS[format]?.(text);
        if (scene.outcome !== 'clean') expect(text).toMatch(SAYS_SO[format] ?? /^/);
      }
      if (!hasTerminal) return;
      expect((await onTerminal([...base, '-o', format], scene, cwd)).code).toBe(scene.code);
      if (format !== 'none') expect((await onTerminal([...base, '-o', `${format}=terminal`], scene, cwd)).code).toBe(scene.code);
    },
    120_000,
  );

  it('ends alike whatever the table shows, and the files are the same', async () => {
    const timeless = (text: string): string =>
      text
        .replace(/"(?:id|startedAt|finishedAt)":"[^"]*"/g, '""')
        .replace(/"stats": ?\{[^}]*\}/g, '""')
        .replace(/"(?:start|end)TimeUtc":"[^"]*"/g, '""');
    const seen = async (more: readonly string[]) => {
      const cwd = folder();
      const { code } = await inPipe([...base, '-o', 'table', '-o', 'json=j', '-o', 'sarif=s', ...more], scene, cwd);
      return { code, files: ['j', 's'].map((name) => timeless(readFileSync(join(cwd, name), 'utf8'))) };
    };
    const plain = await seen([]);
    expect(plain.code).toBe(scene.code);
    for (const more of [
      ['--show', 'pass'],
      ['--min-severity', 'critical'],
      ['--show', 'waived', '--min-severity', 'info', '--group-by', 'rule', '--wide'],
    ])
      expect(await seen(more)).toEqual(plain);
  }, 120_000);
});
