import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, BINARY, BY_SIX_RULES, emptyFolder, findingsDue, redvet, signedIn } from '../support/redvet.ts';
import { startResourceManager, subscriptionId, wireRedis } from '../support/resource-manager.ts';

const pipe = (): string => {
  const path = join(emptyFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
};

/** The demo, whole. */
const expectDemo = (text: string): void => {
  const result = JSON.parse(text);
  expect(result.caches).toHaveLength(18);
  expect(result.findings).toHaveLength(findingsDue(result));
};

describe('a report that nobody takes', () => {
  it('is 73 at once for a pipe that no process reads', async () => {
    const { code, stderr } = await redvet(['demo', '-o', `json=${pipe()}`], { killAfterMs: 10_000 });
    expect(code).toBe(73);
    expect(stderr).toMatch(/no process reads that pipe \(ENXIO\)/);
  });

  it('reaches a slow reader of a pipe whole', async () => {
    const path = pipe();
    const reader = spawn('sh', ['-c', 'exec 3< "$0"; sleep 1; cat <&3', path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    reader.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    const closed = new Promise((resolve) => reader.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { code } = await redvet(['demo', '-o', `json=${path}`, '--wide']);
    await closed;
    expect(code).toBe(1);
    expectDemo(text);
  });

  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`does not keep the process after ${signal}`, async () => {
      const id = subscriptionId(1);
      const caches = Array.from({ length: 500 }, (_, n) => wireRedis(id, `cache-${n}`));
      const arm = await startResourceManager({ subscriptions: [id], caches: { [id]: caches }, pageSize: 1_000 });
      // Nobody reads this stdout, and the report is larger than a pipe holds.
      const child = spawn(process.execPath, [BINARY, 'scan', ...at(arm), ...BY_SIX_RULES, '-o', 'json'], {
        cwd: emptyFolder(),
        env: { PATH: process.env['PATH'] ?? '', ...signedIn(arm) },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      child.stdout.pause();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const alive = child.exitCode === null;
      child.kill(signal);
      const code = await ended;
      await arm.close();
      expect({ alive, code }).toEqual({ alive: true, code: expected });
    });
  }
});

describe('what is printed outside of a report', () => {
  it('never stands in one, whoever prints it', async () => {
    const hook = `data:text/javascript,${encodeURIComponent('setTimeout(() => { console.log("chat"); console.info("chat"); }, 60)')}`;
    const { code, stdout, stderr } = await redvet(['demo', '-o', 'json'], { env: { NODE_OPTIONS: `--import ${hook}` } });
    expect(code).toBe(1);
    expectDemo(stdout);
    expect(stderr.match(/^chat$/gm)).toHaveLength(2);
  });

  it('is the help for `help`, `help COMMAND` and `--help`', async () => {
    for (const args of [['help'], ['--help'], ['-h'], ['help', 'scan'], ['scan', '--help']]) {
      const { code, stdout, stderr } = await redvet(args);
      expect({ args, code, stderr, usage: stdout.startsWith('Usage: redvet') }).toEqual({ args, code: 0, stderr: '', usage: true });
    }
  });

  it('is an error for `help` of a command that does not exist', async () => {
    const { code, stdout, stderr } = await redvet(['help', 'sacn']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/unknown command 'sacn'\n {2}help: Did you mean scan\?/);
  });

  it('leaves a report that is there alone when there is no command', async () => {
    const cwd = emptyFolder();
    await redvet(['demo', '-o', 'json=r.json'], { cwd });
    const before = readFileSync(join(cwd, 'r.json'), 'utf8');
    for (const args of [[], ['--'], ['scna'], ['rules', '--bogus']]) {
      const { code } = await redvet(args, { cwd, env: { REDVET_OUTPUT: 'json=r.json' } });
      expect({ args, code }).toEqual({ args, code: 2 });
    }
    expect(readFileSync(join(cwd, 'r.json'), 'utf8')).toBe(before);
  });
});
