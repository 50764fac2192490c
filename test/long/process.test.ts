import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, BINARY, BY_SIX_RULES, type Ended, emptyFolder, findingsDue, redvet, scan, signedIn } from '../support/redvet.ts';
import { type LoopbackArm, startResourceManager, subscriptionId, wireRedis } from '../support/resource-manager.ts';

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];

const lastLine = (stderr: string): string => stderr.trimEnd().split('\n').at(-1) ?? '';

interface Result {
  readonly findings: readonly { readonly resourceName: string; readonly ruleId: string; readonly outcome: string }[];
  readonly caches: readonly { readonly name: string; readonly kind: string }[];
  readonly rules: readonly { readonly kinds: readonly string[] }[];
  readonly problems: readonly { readonly code: string; readonly kind: string; readonly scope: string | null; readonly message: string }[];
  readonly scope: { readonly subscriptions: readonly { readonly id: string; readonly status: string; readonly caches: number }[] };
  readonly status: { readonly outcome: string; readonly exitCode: number; readonly complete: boolean };
}

const resultOf = (text: string): Result => JSON.parse(text);

/** The demo, whole. */
const expectDemo = (text: string): void => {
  const result = resultOf(text);
  expect(result.caches).toHaveLength(18);
  expect(result.findings).toHaveLength(findingsDue(result));
};

/** Runs a line of bash in which `redvet` is the binary: for what only a shell can do with streams. */
const bash = (line: string, { cwd = emptyFolder(), env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {}) =>
  new Promise<Ended>((resolve) => {
    const script = `redvet() { "${process.execPath}" "${BINARY}" "$@"; }\n${line}`;
    const options = { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env }, maxBuffer: 2 ** 27 };
    const child = execFile('bash', ['-c', script], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
    );
  });

/** Runs the binary with given file descriptors for stdout and stderr. */
const onto = (args: readonly string[], stdout: number | 'pipe', stderr: number | 'pipe'): Promise<Ended> =>
  new Promise((resolve) => {
    const cwd = emptyFolder();
    const child = spawn(process.execPath, [BINARY, ...args], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd },
      stdio: ['ignore', stdout, stderr],
    });
    const said = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text;
    });
    child.on('close', (code, signal) => resolve({ code, signal, ...said }));
  });

const ontoFull = async (args: readonly string[], stream: 'stdout' | 'stderr'): Promise<Ended> => {
  const full = openSync('/dev/full', 'w');
  const ended = await (stream === 'stdout' ? onto(args, full, 'pipe') : onto(args, 'pipe', full));
  closeSync(full);
  return ended;
};

describe('a reader that goes away', () => {
  it.each(['head -1', 'head -c 10', 'true'])('does not change the verdict, nor stderr: | %s', async (reader) => {
    const whole = await redvet(['demo', '-o', 'json']);
    const { stdout, stderr } = await bash(`redvet demo -o json | ${reader} >/dev/null; echo "\${PIPESTATUS[0]}"`);
    expect(stdout).toBe('1\n');
    expect(stderr).toBe(whole.stderr);
    expect(lastLine(stderr)).toMatch(/^redvet: exit 1 \(findings\): /);
  });

  it('does not change the verdict in the middle of a large report', async () => {
    const caches = Array.from({ length: 400 }, (_, n) => wireRedis(ONE, `cache-${n}`, { enableNonSslPort: true }));
    const arm = await startResourceManager({ subscriptions: [ONE], caches: { [ONE]: caches } });
    const line = `redvet scan ${[...at(arm), ...BY_SIX_RULES].join(' ')} -o json | head -c 10; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await bash(line, { env: signedIn(arm) });
    await arm.close();
    expect(stdout).toMatch(/ 1\n$/);
    expect(stderr).toMatch(/^redvet: exit 1 \(findings\): 400 high at or above --fail-on high\n$/);
  });

  it('does not matter to help and catalogues', async () => {
    const commands = '--help rules "rules -o json" "explain minimum-tls-1-2"';
    const { stdout, stderr } = await bash(`for c in ${commands}; do redvet $c | true; echo -n "\${PIPESTATUS[0]} "; done`);
    expect({ stdout, stderr }).toEqual({ stdout: '0 0 0 0 ', stderr: '' });
  });
});

describe('a slow reader of a pipe', () => {
  it('gets a report of more than 5 MB whole', async () => {
    const cwd = emptyFolder();
    const each = 1_000;
    const caches = Object.fromEntries(
      [ONE, TWO, THREE].map((id) => [
        id,
        Array.from({ length: each }, (_, n) => wireRedis(id, `cache-${n}`, { minimumTlsVersion: '1.0' })),
      ]),
    );
    const arm = await startResourceManager({ subscriptions: [ONE, TWO, THREE], caches, pageSize: 500 });
    const line = `redvet scan ${[...at(arm), ...BY_SIX_RULES].join(' ')} -o json | (sleep 1; cat >report.json); echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await bash(line, { cwd, env: signedIn(arm) });
    await arm.close();
    const text = readFileSync(join(cwd, 'report.json'), 'utf8');
    const result = resultOf(text);
    expect({ stdout, stderr }).toEqual({
      stdout: '1\n',
      stderr: 'redvet: exit 1 (findings): 3000 high at or above --fail-on high\n',
    });
    expect(text.length).toBeGreaterThan(5_000_000);
    expect(text.endsWith('}\n')).toBe(true);
    expect(result.caches).toHaveLength(3 * each);
    expect(result.findings).toHaveLength(3 * each * 6);
    expect(result.status).toMatchObject({ outcome: 'findings', exitCode: 1, complete: true });
  });
});

describe('a signal while a long report is read slowly', () => {
  it('still gives the whole report, though it takes longer than an end without progress may', async () => {
    const cwd = emptyFolder();
    const caches = { [ONE]: Array.from({ length: 1_200 }, (_, n) => wireRedis(ONE, `cache-${n}`, { minimumTlsVersion: '1.0' })) };
    const arm = await startResourceManager({
      subscriptions: [ONE, TWO],
      caches,
      // The second subscription is what it is stopped at.
      reply: ({ path }) => (path.startsWith(`/subscriptions/${TWO}/providers/`) ? () => {} : undefined),
    });
    const child = spawn(process.execPath, [BINARY, 'scan', ...at(arm), ...BY_SIX_RULES, '-o', 'json'], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...signedIn(arm) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (!arm.requests.some(({ path }) => path.startsWith(`/subscriptions/${TWO}/providers/`))) await sleep(20);
    await sleep(500);
    child.kill('SIGTERM');
    const started = performance.now();
    // A reader in no hurry: it takes a part now and then, for longer than nobody may take anything.
    const taking = setInterval(() => {
      if (performance.now() - started > 5_000) {
        clearInterval(taking);
        child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      } else chunks.push(child.stdout.read(300_000) ?? child.stdout.read() ?? Buffer.alloc(0));
    }, 500);
    const code = await ended;
    clearInterval(taking);
    await arm.close();
    const result = resultOf(Buffer.concat(chunks).toString('utf8'));
    expect(performance.now() - started).toBeGreaterThan(5_000);
    expect(code).toBe(143);
    expect(result.findings).toHaveLength(1_200 * 6);
    expect(result.status).toMatchObject({ outcome: 'interrupted', complete: false });
    expect(stderr).toContain('redvet: exit 143 (interrupted)');
  });
});

describe('a report in a file', () => {
  it('is whole, private to its owner, and leaves stdout empty', async () => {
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await redvet(['demo', '-o', 'json=r.json', '-o', 'ndjson=r.ndjson', '-o', 'table=r.txt'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(readdirSync(cwd).sort()).toEqual(['r.json', 'r.ndjson', 'r.txt']);
    expect(readdirSync(cwd).map((name) => statSync(join(cwd, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    expectDemo(readFileSync(join(cwd, 'r.json'), 'utf8'));
    expect(readFileSync(join(cwd, 'r.txt'), 'utf8')).toMatch(/^redvet .*\n$/s);
    expect(lastLine(stderr)).toMatch(/^redvet: exit 1 \(findings\): /);
  });

  it('is as private after it replaced a public one', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'r.json'), 'old', { mode: 0o644 });
    await redvet(['demo', '-o', 'json=r.json'], { cwd });
    expect(statSync(join(cwd, 'r.json')).mode & 0o777).toBe(0o600);
    expect(resultOf(readFileSync(join(cwd, 'r.json'), 'utf8')).status.exitCode).toBe(1);
  });

  it('goes through a symbolic link to the file it names', async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'real'));
    writeFileSync(join(cwd, 'real/r.json'), 'old');
    symlinkSync('real/r.json', join(cwd, 'link.json'));
    const { code } = await redvet(['demo', '-o', 'json=link.json'], { cwd });
    expect(code).toBe(1);
    expect(readlinkSync(join(cwd, 'link.json'))).toBe('real/r.json');
    expect(resultOf(readFileSync(join(cwd, 'real/r.json'), 'utf8')).status.exitCode).toBe(1);
    expect([readdirSync(cwd).sort(), readdirSync(join(cwd, 'real'))]).toEqual([['link.json', 'real'], ['r.json']]);
  });

  it('may be a device, which stays one', async () => {
    const { code, stdout } = await redvet(['demo', '-o', 'json=/dev/null']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('may be a named pipe', async () => {
    const { stdout } = await bash(
      'mkfifo pipe; cat pipe >copy.json & redvet demo -q -o json=pipe 2>/dev/null; echo $?; wait; tail -c 2 copy.json',
    );
    expect(stdout).toBe('1\n}\n');
  });

  it('is the very text that another place gets', async () => {
    const cwd = emptyFolder();
    const { stdout } = await redvet(['demo', '-o', 'json=r.json', '-o', 'json=s.json', '-o', 'json'], { cwd });
    expect(['r.json', 's.json'].map((name) => readFileSync(join(cwd, name), 'utf8') === stdout)).toEqual([true, true]);
  });

  it('says the same exit code as another format, the last line and the process', async () => {
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await redvet(['demo', '-o', 'json=r.json', '-o', 'json', '--fail-on', 'none'], { cwd });
    const codes = [resultOf(stdout), resultOf(readFileSync(join(cwd, 'r.json'), 'utf8'))].map(({ status }) => status.exitCode);
    expect([code, ...codes]).toEqual([3, 3, 3]);
    expect(lastLine(stderr)).toMatch(/^redvet: exit 3 \(incomplete\): /);
  });
});

describe('a report that cannot be written', () => {
  const PLACES: readonly { readonly what: string; readonly path: string; readonly code: string }[] = [
    { what: 'in a folder that does not exist', path: 'nowhere/r.json', code: 'ENOENT' },
    { what: 'onto a folder', path: 'folder', code: 'EISDIR' },
    { what: 'onto a link to a folder', path: 'link', code: 'EISDIR' },
    { what: 'under a file', path: 'old.json/r.json', code: 'ENOTDIR' },
    { what: 'where not even root may create a file', path: '/proc/redvet.json', code: 'ENOENT' },
    { what: 'under a name that is too long', path: `${'x'.repeat(300)}.json`, code: 'ENAMETOOLONG' },
    { what: 'onto a device that is full', path: '/dev/full', code: 'ENOSPC' },
  ];

  const folderWithOldReport = (): string => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'folder'));
    symlinkSync('folder', join(cwd, 'link'));
    writeFileSync(join(cwd, 'old.json'), 'old');
    return cwd;
  };

  it.each(PLACES)('ends with 73, names the path and leaves nothing behind: $what', async ({ path, code }) => {
    const cwd = folderWithOldReport();
    const ended = await redvet(['demo', '-o', `json=${path}`], { cwd });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 73, stdout: '' });
    expect(ended.stderr).toContain(`cannot write ${path}`);
    expect(ended.stderr).toContain(code);
    expect(lastLine(ended.stderr)).toMatch(/^redvet: exit 73 \(output\): /);
    expect(readdirSync(cwd).sort()).toEqual(['folder', 'link', 'old.json']);
    expect(readdirSync(join(cwd, 'folder'))).toEqual([]);
    expect(readFileSync(join(cwd, 'old.json'), 'utf8')).toBe('old');
  });

  it.each(PLACES)('does not stop the others, which tell of it: $what', async ({ path }) => {
    const cwd = folderWithOldReport();
    const { code, stdout } = await redvet(['demo', '-o', `table=${path}`, '-o', 'json=good.json', '-o', 'json'], { cwd });
    const results = [resultOf(stdout), resultOf(readFileSync(join(cwd, 'good.json'), 'utf8'))];
    expect(code).toBe(73);
    for (const result of results) {
      const { findings, problems, status } = result;
      expect(findings).toHaveLength(findingsDue(result));
      expect(findings.length).toBeGreaterThan(100);
      expect(problems.filter(({ kind }) => kind === 'output')).toMatchObject([{ scope: path }]);
      expect(status).toMatchObject({ outcome: 'output', exitCode: 73 });
    }
  });

  it('is told by a report that was named before it, too', async () => {
    const cwd = emptyFolder();
    const { code } = await redvet(['demo', '-o', 'json=good.json', '-o', 'table=/dev/full'], { cwd });
    expect([code, resultOf(readFileSync(join(cwd, 'good.json'), 'utf8')).status.exitCode]).toEqual([73, 73]);
  });

  it.each(['table', 'json', 'ndjson', 'sarif', 'ocsf', 'gitlab-codequality'])('is 73 on a full stdout as well: %s', async (format) => {
    const { code, stderr } = await ontoFull(['demo', '-o', format], 'stdout');
    expect(code).toBe(73);
    expect(lastLine(stderr)).toMatch(/^redvet: exit 73 \(output\): .*stdout.*ENOSPC/);
  });

  it.each([['--help'], ['--version'], ['rules'], ['rules', '-o', 'json'], ['explain', 'minimum-tls-1-2']])(
    'is 73 for %s, and no bug',
    async (...args) => {
      const { code, stderr } = await ontoFull(args, 'stdout');
      expect(code).toBe(73);
      expect(stderr).not.toMatch(/INTERNAL|bug/);
    },
  );
});

describe('a closed stdout', () => {
  it('keeps the verdict', async () => {
    const { stdout } = await bash('code() { echo $? >&3; }; exec 3>&1; redvet demo -o json -q 2>/dev/null >&-; code');
    expect(stdout).toBe('1\n');
  });
});

describe('stderr', () => {
  it('may be closed: the verdict is kept', async () => {
    const { stdout } = await bash('redvet demo -o none 2>&-; echo $?; redvet demo -o none --fail-on none 2>&-; echo $?');
    expect(stdout).toBe('1\n3\n');
  });

  it('may be full: the verdict and the one report are kept', async () => {
    const { code, stdout } = await ontoFull(['demo', '-o', 'json'], 'stderr');
    expect(code).toBe(1);
    expect(resultOf(stdout).status.exitCode).toBe(1);
  });

  it('may go away: the verdict is kept', async () => {
    const { stdout } = await bash('{ redvet demo -vv -o none; echo $?; } 2> >(true)');
    expect(stdout).toBe('1\n');
  });

  const LAST: readonly { readonly args: readonly string[]; readonly code: number; readonly line: RegExp }[] = [
    { args: ['demo'], code: 1, line: /^redvet: exit 1 \(findings\): 1 critical, 11 high at or above --fail-on high/ },
    { args: ['demo', '-o', 'json'], code: 1, line: /^redvet: exit 1 \(findings\): / },
    { args: ['demo', '-o', 'none'], code: 1, line: /^redvet: exit 1 \(findings\): / },
    { args: ['demo', '-vv'], code: 1, line: /^redvet: exit 1 \(findings\): / },
    { args: ['demo', '--fail-on', 'none'], code: 3, line: /^redvet: exit 3 \(incomplete\): / },
    { args: ['demo', '--fail-on', 'none', '--allow-incomplete'], code: 0, line: /^redvet: exit 0 \(incomplete\): .*--allow-incomplete/ },
    { args: ['demo', '--fail-on', 'nonsense'], code: 2, line: /^redvet: exit 2 \(usage\): / },
    { args: ['scan', '--auth', 'env'], code: 4, line: /^redvet: exit 4 \(access\): / },
  ];
  it.each(LAST)('ends with a line that names the code of $args', async ({ args, code, line }) => {
    const ended = await redvet(args);
    expect(ended.code).toBe(code);
    expect(ended.stderr.endsWith('\n')).toBe(true);
    expect(lastLine(ended.stderr)).toMatch(line);
  });

  it.each(LAST)('leaves that line out with -q: $args', async ({ args, code }) => {
    const ended = await redvet([...args, '-q']);
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toContain('redvet: exit');
  });
});

describe('a command that only tells', () => {
  const COMMANDS: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
    { args: ['--version'], says: /^\d+\.\d+\.\d+\n$/ },
    { args: ['-V'], says: /^\d+\.\d+\.\d+\n$/ },
    { args: ['--help'], says: /^Usage: redvet .*\n$/s },
    { args: ['scan', '--help'], says: /^Usage: redvet scan .*--fail-on.*\n$/s },
    { args: ['demo', '-h'], says: /^Usage: redvet demo .*\n$/s },
    { args: ['rules'], says: /non-ssl-port-disabled.*\n$/s },
    { args: ['rules', '-o', 'json'], says: /^\{\n"rules": .*\}\n$/s },
    { args: ['explain', 'minimum-tls-1-2'], says: /^minimum-tls-1-2 .*\n$/s },
    { args: ['explain', 'CKV_AZURE_91'], says: /^non-ssl-port-disabled .*\n$/s },
    { args: ['explain', 'minimum-tls-1-2', '-o', 'json'], says: /^\{.*\}\n$/s },
  ];
  it.each(COMMANDS)('ends with 0 and a newline, and leaves stderr alone: $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await redvet(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(says);
    expect(stdout).not.toMatch(/\n\n$/);
  });

  it('ends with 2 where there is nothing to tell', async () => {
    const { code, stdout, stderr } = await redvet(['explain', 'nonsense']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('nonsense');
  });
});

describe('a signal during a scan', () => {
  /** One subscription has answered, the other never does: first the one, then the other comes first in the report. */
  const hanging = (mute: string): Promise<LoopbackArm> =>
    startResourceManager({
      subscriptions: [ONE, TWO],
      caches: {
        [ONE]: [wireRedis(ONE, 'of-one', { enableNonSslPort: true })],
        [TWO]: [wireRedis(TWO, 'of-two', { enableNonSslPort: true })],
      },
      reply: ({ path }) => (path.startsWith(`/subscriptions/${mute}/`) ? () => {} : undefined),
    });

  let muteOne: LoopbackArm;
  let muteTwo: LoopbackArm;
  beforeAll(async () => {
    [muteOne, muteTwo] = await Promise.all([hanging(ONE), hanging(TWO)]);
  });
  afterAll(async () => {
    await Promise.all([muteOne.close(), muteTwo.close()]);
  });

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  const until = async (holds: () => boolean): Promise<void> => {
    for (let waited = 0; !holds() && waited < 10_000; waited += 20) await pause(20);
  };

  const TOKEN = /\/token(?:\?|$)/;
  const listsAsked = ({ requests }: LoopbackArm): number => requests.filter(({ path }) => /Microsoft\.Cache/i.test(path)).length;

  /** Sends the signal when both subscriptions have been asked for both lists and one of them has had time to answer. */
  const whenAsked = async (arm: LoopbackArm, before: number, act: () => void): Promise<void> => {
    await until(() => listsAsked(arm) >= before + 4);
    await pause(200);
    act();
  };

  const CASES = [
    { name: 'SIGINT', exit: 130, mute: ONE, seen: 'of-two' },
    { name: 'SIGINT', exit: 130, mute: TWO, seen: 'of-one' },
    { name: 'SIGTERM', exit: 143, mute: ONE, seen: 'of-two' },
    { name: 'SIGTERM', exit: 143, mute: TWO, seen: 'of-one' },
  ] as const;

  it.each(CASES)('$name gives a valid, incomplete report with what $seen had, and $exit', async ({ name, exit, mute, seen }) => {
    const arm = mute === ONE ? muteOne : muteTwo;
    const cwd = emptyFolder();
    const before = listsAsked(arm);
    let sent = 0;
    const { code, stdout, stderr } = await scan(arm, ['-o', 'json', '-o', 'json=r.json', ...BY_SIX_RULES], {
      cwd,
      onStart: (child) =>
        void whenAsked(arm, before, () => {
          sent = Date.now();
          child.kill(name);
        }),
    });
    const took = Date.now() - sent;
    expect(code).toBe(exit);
    expect(took).toBeLessThan(5_000);
    expect(lastLine(stderr)).toMatch(new RegExp(`^redvet: exit ${exit} \\(interrupted\\): .*${name}`));
    expect(readdirSync(cwd)).toEqual(['r.json']);
    for (const text of [stdout, readFileSync(join(cwd, 'r.json'), 'utf8')]) {
      const { findings, problems, scope, status } = resultOf(text);
      expect(status).toMatchObject({ outcome: 'interrupted', exitCode: exit, complete: false });
      expect(problems).toMatchObject([{ code: name, kind: 'interrupted' }]);
      expect(new Set(findings.map(({ resourceName }) => resourceName))).toEqual(new Set([seen]));
      expect(findings).toHaveLength(6);
      const statuses = new Map(scope.subscriptions.map((subscription) => [subscription.id, subscription.status]));
      expect(statuses.get(mute)).not.toBe('read');
      expect(statuses.get(mute === ONE ? TWO : ONE)).toBe('read');
    }
  });

  it('shows what was seen as a table, too, and says that it is incomplete', async () => {
    const before = listsAsked(muteOne);
    const { code, stdout } = await scan(muteOne, ['-o', 'table', ...BY_SIX_RULES], {
      onStart: (child) => void whenAsked(muteOne, before, () => child.kill('SIGINT')),
    });
    expect(code).toBe(130);
    expect(stdout).toContain('of-two');
    expect(stdout).toContain('This report is incomplete');
  });

  it('leaves unknown what stands below a cache and was not read yet, and judges the rest', async () => {
    const arm = await startResourceManager({
      subscriptions: [ONE],
      caches: { [ONE]: [wireRedis(ONE, 'of-one', { enableNonSslPort: true })] },
      reply: ({ path }) => (/\/patchSchedules\?/.test(path) ? () => {} : undefined),
    });
    const rules = ['non-ssl-port-disabled', 'access-policies-assigned', 'patch-schedule-set'];
    const args = rules.flatMap((rule) => ['--rule', rule]);
    const { code, stdout } = await scan(arm, [...args, '-o', 'json'], {
      onStart: (child) =>
        void (async () => {
          await until(() => arm.requests.some(({ path }) => /\/patchSchedules\?/.test(path)));
          await pause(200);
          child.kill('SIGTERM');
        })(),
    });
    await arm.close();
    expect(code).toBe(143);
    const { findings, problems, status } = resultOf(stdout);
    expect(findings.map(({ ruleId, outcome }) => [ruleId, outcome])).toEqual([
      ['non-ssl-port-disabled', 'fail'],
      ['access-policies-assigned', 'fail'],
      ['patch-schedule-set', 'unknown'],
    ]);
    expect(problems).toMatchObject([{ code: 'SIGTERM', kind: 'interrupted', scope: null }]);
    expect(status).toMatchObject({ outcome: 'interrupted', exitCode: 143, complete: false });
  });

  it('ends a scan that waits before a retry', async () => {
    const arm = await startResourceManager({
      subscriptions: [ONE],
      reply: ({ path }) =>
        /Microsoft\.Cache/i.test(path)
          ? { status: 429, headers: { 'retry-after': '30' }, body: { error: { code: 'TooManyRequests', message: 'slow down' } } }
          : undefined,
    });
    let sent = 0;
    const { code, stdout } = await scan(arm, ['-o', 'json'], {
      onStart: (child) =>
        void (async () => {
          await until(() => listsAsked(arm) > 0);
          await pause(200);
          sent = Date.now();
          child.kill('SIGINT');
        })(),
    });
    const took = Date.now() - sent;
    await arm.close();
    expect(code).toBe(130);
    expect(took).toBeLessThan(5_000);
    expect(resultOf(stdout).status).toMatchObject({ outcome: 'interrupted', complete: false });
  });

  it('ends a sign-in that never answers', async () => {
    const arm = await startResourceManager({ subscriptions: [ONE], reply: ({ path }) => (TOKEN.test(path) ? () => {} : undefined) });
    let sent = 0;
    const { code, stdout } = await scan(arm, ['-o', 'json'], {
      onStart: (child) =>
        void (async () => {
          await until(() => arm.requests.some(({ path }) => TOKEN.test(path)));
          sent = Date.now();
          child.kill('SIGTERM');
        })(),
    });
    const took = Date.now() - sent;
    await arm.close();
    expect(code).toBe(143);
    expect(took).toBeLessThan(5_000);
    expect(resultOf(stdout)).toMatchObject({ findings: [], status: { outcome: 'interrupted', exitCode: 143, complete: false } });
  });

  it('means now when it comes a second time, and leaves the old report as it was', async () => {
    const many = Array.from({ length: 1_500 }, (_, n) => wireRedis(TWO, `cache-${n}`));
    const arm = await startResourceManager({ subscriptions: [TWO], caches: { [TWO]: many }, pageSize: 500 });
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'r.json'), 'old');
    // Nobody reads stdout: neither the report nor its end can be written.
    const child: ChildProcess = spawn(process.execPath, [BINARY, 'scan', ...at(arm), ...BY_SIX_RULES, '-o', 'json', '-o', 'json=r.json'], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...signedIn(arm) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise<NodeJS.Signals | number | null>((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
    // Three pages of caches, one of clusters.
    await until(() => listsAsked(arm) === 4);
    await pause(500);
    child.kill('SIGINT');
    await pause(700);
    const stillRunning = child.exitCode === null && child.signalCode === null;
    const sent = Date.now();
    child.kill('SIGINT');
    const guard = setTimeout(() => child.kill('SIGKILL'), 5_000);
    const end = await ended;
    const took = Date.now() - sent;
    clearTimeout(guard);
    child.stdout?.destroy();
    await arm.close();
    expect(stillRunning).toBe(true);
    expect(end).toBe('SIGINT');
    expect(took).toBeLessThan(1_000);
    expect(readFileSync(join(cwd, 'r.json'), 'utf8')).toBe('old');
  });
});
