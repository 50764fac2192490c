import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { at, BINARY, emptyFolder, signedIn } from './support/redvet.ts';
import { type Estate, startResourceManager, subscriptionId, wireRedis } from './support/resource-manager.ts';

const hasScript = (): boolean => {
  try {
    execFileSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stdout.write('skipped: redvet on a real terminal, because there is no script of util-linux\n');
    return false;
  }
};

const CLEAR = '\r\u001b[2K';

/** Runs it on a pseudo-terminal of its own, which both streams go to; `seen` is told of all that stands there so far. */
const onTerminal = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  seen: (text: string) => void,
): Promise<{ readonly code: number | null; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const words = [process.execPath, BINARY, ...args].map((word) => `'${word}'`).join(' ');
    const cwd = emptyFolder();
    const child: ChildProcess = spawn('script', ['-qefc', `stty cols 90 rows 30; exec ${words}`, '/dev/null'], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, TERM: 'xterm', SHELL: '/bin/sh', LANG: 'C.UTF-8', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 25_000);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      seen(text);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, text });
    });
  });

describe.skipIf(!hasScript())('on a real terminal', () => {
  const [ONE, TWO] = [subscriptionId(1), subscriptionId(2)];
  const ESTATE: Estate = {
    subscriptions: [ONE, TWO],
    caches: { [ONE]: [wireRedis(ONE, 'one')], [TWO]: [wireRedis(TWO, 'two', { enableNonSslPort: true })] },
  };

  /** Holds back what the second subscription answers until `text` was seen, if there is to be any. */
  const heldUntil = async (text: RegExp | null, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    if (text === null) release();
    const arm = await startResourceManager({
      ...ESTATE,
      reply: ({ path }) => {
        if (!path.includes(`${TWO}/providers/Microsoft.Cache/redis?`)) return undefined;
        const body = JSON.stringify({ value: ESTATE.caches?.[TWO] });
        return (_, response) => void released.then(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
      },
    });
    const ended = await onTerminal(['scan', ...at(arm), ...args], { ...signedIn(arm), ...env }, (seen) => {
      if (text?.test(seen)) release();
    });
    await arm.close();
    return ended;
  };

  it('a scan says how far it is until its report takes the place of that', async () => {
    const { code, text } = await heldUntil(/1\/2 subscriptions, 1 cache, .*\d+ calls/);
    expect(code).toBe(1);
    const report = text.slice(text.lastIndexOf(CLEAR) + CLEAR.length);
    expect(report).toMatch(/^\S*redvet\S* \d+\.\d+\.\d+ · Redis on Azure · 2 caches · 2 subscriptions · /);
    expect(report.trimEnd().split('\n').at(-1)).toBe('redvet: exit 1 (findings): 1 high at or above --fail-on high');
    expect(text.slice(0, -report.length).replaceAll(CLEAR, '')).not.toContain('\n');
  });

  // In a log a line is written at once, so that its absence says something.
  it.each([['--no-progress'], ['--quiet']])('a scan is silent with %s', async (flag) => {
    const { code, text } = await heldUntil(null, [flag], { CI: 'true' });
    expect({ code, cleared: text.includes(CLEAR), told: text.includes('redvet: sub-') }).toEqual({ code: 1, cleared: false, told: false });
  });

  it.each([{ CI: 'true' }, { TERM: 'dumb' }])('a scan moves nothing, and tells a subscription a line, with %o', async (env) => {
    const { text } = await heldUntil(/redvet: sub-1: 1 cache/, [], env);
    expect(text).toContain('redvet: sub-1: 1 cache\r\nredvet: sub-2: 1 cache\r\n');
    expect(text).not.toContain(CLEAR);
  });

  it('a table is coloured, and links where the terminal is known to follow links', async () => {
    const show = async (env: Readonly<Record<string, string>>): Promise<string> => (await onTerminal(['demo'], env, () => {})).text;
    const [plain, linking, none] = [
      await show({}),
      await show({ VTE_VERSION: '7600' }),
      await show({ VTE_VERSION: '7600', NO_COLOR: '1' }),
    ];
    const link = '\u001b]8;;https://learn.microsoft.com/';
    expect([plain, linking, none].map((text) => text.includes('\u001b['))).toEqual([true, true, false]);
    expect([plain, linking, none].map((text) => text.includes(link))).toEqual([false, true, false]);
  });
});
