import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { told } from '../support/in-process.ts';
import { at, BINARY, BY_SIX_RULES, emptyFolder, redvet, scan, signedIn } from '../support/redvet.ts';
import { type LoopbackArm, startResourceManager, subscriptionId, wireRedis } from '../support/resource-manager.ts';
import { expectValidLines } from '../support/result-schema.ts';

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];

type Json = Readonly<Record<string, unknown>>;

interface Line {
  readonly type: string;
  readonly fields: Json;
}

/** Each line by itself; throws where one is no JSON. */
const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { type, ...fields }: { readonly type: string } & Json = JSON.parse(line);
      return { type, fields };
    });

const typesOf = (lines: readonly Line[]): readonly string[] => lines.map(({ type }) => type);

const ofType = (lines: readonly Line[], wanted: string): readonly Json[] =>
  lines.filter(({ type }) => type === wanted).map(({ fields }) => fields);

/** A whole result: a line of the run, an end and nothing after it, every line ended by one newline, and all by the schema that ships. */
const wholeLines = (text: string): readonly Line[] => {
  expect(text).toMatch(/[^\n]\n$/);
  expect(text).not.toMatch(/\r|\n\n/);
  expectValidLines(text);
  return linesOf(text);
};

const statusOf = (text: string): unknown => wholeLines(text).at(-1)?.fields['status'];

describe('the NDJSON of redvet demo', () => {
  let lines: readonly Line[];
  let result: Readonly<Record<string, readonly unknown[]>>;
  let objects: Readonly<Record<string, Json>>;
  beforeAll(async () => {
    const cwd = emptyFolder();
    await redvet(['demo', '-o', 'ndjson=r.ndjson', '-o', 'json=r.json'], { cwd });
    lines = wholeLines(readFileSync(join(cwd, 'r.ndjson'), 'utf8'));
    const text = readFileSync(join(cwd, 'r.json'), 'utf8');
    [result, objects] = [JSON.parse(text), JSON.parse(text)];
  });

  it('begins with what is known before the first cache, the rules among it', () => {
    const { run, tool, rules, $schema, schemaVersion } = objects;
    const { finishedAt, ...begun } = run ?? {};
    expect(finishedAt).toMatch(/Z$/);
    expect(ofType(lines, 'run')).toEqual([{ $schema, schemaVersion, tool, run: begun, rules }]);
  });

  it('has of each cache its findings and then its card, all as in JSON and in the same order', () => {
    const findings = ofType(lines, 'finding');
    const cards = ofType(lines, 'cache');
    expect(findings).toEqual(result['findings']);
    expect(cards).toEqual(result['caches']);
    const seen = lines.slice(1, 1 + findings.length + cards.length).map(({ fields }) => fields['resourceId'] ?? `card of ${fields['id']}`);
    expect(seen).toEqual(
      cards.flatMap(({ id }) => [...findings.filter(({ resourceId }) => resourceId === id).map(() => id), `card of ${id}`]),
    );
  });

  it('tells what could not be read after the last cache, as in JSON', () => {
    const problems = ofType(lines, 'problem');
    expect(problems).toEqual(result['problems']);
    expect(problems.length).toBeGreaterThan(0);
    expect(typesOf(lines).slice(-1 - problems.length)).toEqual([...problems.map(() => 'problem'), 'end']);
  });

  it('ends with all the rest of JSON', () => {
    const { run, scope, frameworks, waivers, summary, stats, status } = objects;
    const [end] = ofType(lines, 'end');
    expect(end).toEqual({ run: { id: run?.['id'], finishedAt: run?.['finishedAt'] }, scope, frameworks, waivers, summary, stats, status });
  });

  it('leaves out nothing that JSON says', () => {
    const [begin, end] = [ofType(lines, 'run')[0], ofType(lines, 'end')[0]];
    const said = new Set([...Object.keys(begin ?? {}), ...Object.keys(end ?? {}), 'findings', 'caches', 'problems']);
    expect([...said].sort()).toEqual(Object.keys(objects).sort());
  });

  it('is the same from run to run but for run and stats', async () => {
    const stable = async (): Promise<unknown> =>
      linesOf((await redvet(['demo', '-o', 'ndjson'])).stdout).map(({ type, fields }) => ({ type, ...fields, run: null, stats: null }));
    expect(await stable()).toEqual(await stable());
  });
});

describe('the end line', () => {
  let arm: LoopbackArm;
  beforeAll(async () => {
    arm = await startResourceManager({
      subscriptions: [ONE, TWO, THREE],
      caches: { [ONE]: [wireRedis(ONE, 'good')] },
      reply: ({ path }) => (path.startsWith(`/subscriptions/${TWO}/`) ? { status: 403, body: {} } : undefined),
    });
  });
  afterAll(() => arm.close());

  const onEstate = (...args: readonly string[]) => scan(arm, [...args, '-o', 'ndjson', ...BY_SIX_RULES]);

  it.each([
    { what: 'nothing fails', of: () => onEstate('-s', ONE), exitCode: 0, outcome: 'clean' },
    { what: 'something gates', of: () => redvet(['demo', '-o', 'ndjson']), exitCode: 1, outcome: 'findings' },
    { what: 'a subscription was not read', of: () => onEstate(), exitCode: 3, outcome: 'incomplete' },
    { what: 'nothing was read', of: () => onEstate('-s', TWO), exitCode: 4, outcome: 'access' },
    { what: 'nobody can sign in', of: () => redvet(['scan', '--auth', 'env', '-o', 'ndjson']), exitCode: 4, outcome: 'access' },
    { what: 'there is no cache', of: () => onEstate('-s', THREE), exitCode: 5, outcome: 'empty' },
  ])('says how it ended where $what: $outcome', async ({ of, exitCode, outcome }) => {
    const { code, stdout } = await of();
    expect(code).toBe(exitCode);
    expect(statusOf(stdout)).toMatchObject({ exitCode, outcome });
  });

  it.each([
    { what: 'a bad value', args: ['demo', '-o', 'ndjson', '--fail-on', 'x'] },
    { what: 'an unknown flag', args: ['scan', '-o', 'ndjson', '--nope'] },
    { what: 'no command', args: ['-o', 'ndjson'] },
    { what: 'a version that lines do not have', args: ['demo', '-o', 'ndjson@1'] },
    { what: 'a bad value, by the variable', args: ['demo', '--fail-on', 'x'], env: { REDVET_OUTPUT: 'ndjson' } },
  ])('follows the run and the mistake where the command line is not understood: $what', async ({ args, env = {} }) => {
    const { code, stdout } = await redvet(args, { env });
    const lines = wholeLines(stdout);
    expect(code).toBe(2);
    expect(typesOf(lines)).toEqual(['run', 'problem', 'end']);
    expect(lines[1]?.fields).toMatchObject({ kind: 'usage' });
    expect(statusOf(stdout)).toMatchObject({ exitCode: 2, outcome: 'usage' });
  });

  it('follows the mistake in a file as well', async () => {
    const cwd = emptyFolder();
    const { code, stdout } = await redvet(['demo', '-o', 'ndjson=r.ndjson', '--fail-on', 'x'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(statusOf(readFileSync(join(cwd, 'r.ndjson'), 'utf8'))).toMatchObject({ exitCode: 2 });
  });

  it('tells of another report that could not be written, of which the caches knew nothing', async () => {
    const cwd = emptyFolder();
    const { code } = await redvet(['demo', '-o', 'ndjson=r.ndjson', '-o', 'json=/dev/full'], { cwd });
    const lines = wholeLines(readFileSync(join(cwd, 'r.ndjson'), 'utf8'));
    expect(code).toBe(73);
    expect(ofType(lines, 'cache')).toHaveLength(18);
    expect(ofType(lines, 'problem').at(-1)).toMatchObject({ kind: 'output', scope: '/dev/full' });
    expect(lines.at(-1)?.fields['status']).toMatchObject({ exitCode: 73, outcome: 'output' });
  });
});

describe('NDJSON of a scan that does not come to its end', () => {
  const MANY = Array.from({ length: 100 }, (_, n) => wireRedis(ONE, `cache-${n}`, { enableNonSslPort: true }));

  /** The first subscription is read, and more of it written than a pipe holds; the second never answers. */
  const stoppedBy = async (signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => {
    const arm = await startResourceManager({
      subscriptions: [ONE, TWO],
      caches: { [ONE]: MANY },
      reply: ({ path }) => (path.startsWith(`/subscriptions/${TWO}/`) ? () => {} : undefined),
    });
    const folder = emptyFolder();
    const child = spawn(process.execPath, [BINARY, 'scan', ...at(arm), ...BY_SIX_RULES, '-o', 'ndjson'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...signedIn(arm) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (stdout.length < 64 * 1024) await sleep(20);
    child.kill(signal);
    const code = await ended;
    await arm.close();
    return { code, stdout };
  };

  it.each([
    { signal: 'SIGINT', exitCode: 130 },
    { signal: 'SIGTERM', exitCode: 143 },
  ] as const)('is whole after $signal: all that was seen, the problem and the end', async ({ signal, exitCode }) => {
    const { code, stdout } = await stoppedBy(signal);
    const lines = wholeLines(stdout);
    expect(code).toBe(exitCode);
    expect([ofType(lines, 'finding').length, ofType(lines, 'cache').length]).toEqual([600, 100]);
    expect(ofType(lines, 'problem')).toMatchObject([{ kind: 'interrupted', code: signal }]);
    expect(lines.at(-1)?.fields['status']).toMatchObject({ outcome: 'interrupted', exitCode, complete: false });
  });

  it('has no end where the process was killed, and its whole lines can be read', async () => {
    const { code, stdout } = await stoppedBy('SIGKILL');
    const lines = linesOf(stdout.slice(0, stdout.lastIndexOf('\n') + 1));
    expect(code).toBe(null);
    expect(lines[0]?.type).toBe('run');
    expect(ofType(lines, 'cache').length).toBeGreaterThan(5);
    expect(ofType(lines, 'end')).toEqual([]);
    expect(stdout).not.toContain('"type":"end"');
  });

  it('has no end wherever it was cut', async () => {
    const { stdout } = await told(['demo', '-o', 'ndjson']);
    const end = stdout.lastIndexOf('{"type":"end"');
    for (const length of [1, 1_000, end - 1, end, end + 1, stdout.length - 2]) {
      const whole = stdout.slice(0, length).split('\n').slice(0, -1);
      expect(whole.filter((line) => JSON.parse(line).type === 'end')).toEqual([]);
    }
    expect(ofType(wholeLines(stdout), 'end')).toHaveLength(1);
  });
});

describe('on a terminal', () => {
  // In a log a line is written at once; one that changes waits for its time, and the demo is over by then.
  const LOG = { terminal: true, env: { CI: 'true' } };
  const PROGRESS = /^redvet: harborline-production: 10 caches$/m;

  it.each(['json', 'ndjson', 'sarif', 'ocsf', 'gitlab-codequality', 'html'])('no progress tears the lines of %s', async (format) => {
    const { stderr } = await told(['demo', '-o', format], LOG);
    expect(stderr).toContain('redvet: exit 1');
    expect(stderr).not.toMatch(PROGRESS);
  });

  it.each(['table', 'none'])('there is progress beside %s', async (format) => {
    const { stderr } = await told(['demo', '-o', format], LOG);
    expect(stderr).toMatch(PROGRESS);
  });
});
