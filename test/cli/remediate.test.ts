import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { givenFrom } from '../../src/cli/given.ts';
import { type Io, type Output, processIo, type Stop } from '../../src/cli/io.ts';
import type { OptionSpec } from '../../src/cli/options.ts';
import { runRemediate } from '../../src/cli/run-remediate.ts';
import { Trouble } from '../../src/errors.ts';
import { main } from '../../src/main.ts';
import type { Problem } from '../../src/model/problem.ts';
import { cacheId } from '../support/cache.ts';
import { failing, REDIS, runScript } from '../support/mending.ts';
import { emptyFolder } from '../support/redvet.ts';

interface Said {
  readonly io: Io;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

const real = processIo(new AbortController().signal);

async function* bytesOf(input: string | Uint8Array): AsyncIterable<Uint8Array> {
  yield Buffer.from(input);
}

/** A world in which every file is read so. */
const reading = (read: () => AsyncIterable<Uint8Array>, differences: Partial<Io> = {}): Said =>
  world({ inputs: async (patience, signal) => ({ ...(await real.inputs(patience, signal)), read }), ...differences });

/** The world as it is, but for what is written; `-` is `input`. */
const world = (differences: Partial<Io> = {}, input: string | Uint8Array = ''): Said => {
  let out = '';
  let err = '';
  const output = (add: (text: string) => void): Output => ({ isTerminal: false, columns: undefined, write: async (text) => add(text) });
  const io: Io = {
    ...real,
    env: {},
    stdout: output((text) => {
      out += text;
    }),
    stderr: output((text) => {
      err += text;
    }),
    inputs: async (patience, signal) => {
      const files = await real.inputs(patience, signal);
      return { ...files, read: (path) => (path === '-' ? bytesOf(input) : files.read(path)) };
    },
    ...differences,
  };
  return { io, stdout: () => out, stderr: () => err };
};

const SPECS: readonly OptionSpec[] = [
  { flags: '--as <language>', group: 'Output', type: 'text', help: '' },
  { flags: '--rule <id>', group: 'Rules', type: 'list', help: '' },
  { flags: '--skip-rule <id>', group: 'Rules', type: 'list', help: '' },
];

type Options = Readonly<Record<string, unknown>>;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `redvet remediate -` of that result. */
const remediate = async (result: unknown, options: Options = {}, env: Io['env'] = {}): Promise<Ended> => {
  const isText = typeof result === 'string' || result instanceof Uint8Array;
  const { io, stdout, stderr } = world({ env }, isText ? result : JSON.stringify(result));
  const code = await runRemediate('-', givenFrom(SPECS, options, env), io);
  return { code, stdout: stdout(), stderr: stderr() };
};

/** What is wrong with a file. */
const refusal = async (file: string, said = world(), options: Options = {}): Promise<Problem> => {
  try {
    await runRemediate(file, givenFrom(SPECS, options, {}), said.io);
  } catch (error) {
    if (error instanceof Trouble) return { ...error.problem, message: `${error.problem.message}${said.stdout()}` };
    throw error;
  }
  throw new Error(`${file} was accepted`);
};

const PORT = 'non-ssl-port-disabled';
const TLS = 'minimum-tls-1-2';

const resultOf = (findings: readonly unknown[], differences: object = {}) => ({
  $schema: 'urn:redvet:schema:result:1',
  schemaVersion: '1.0',
  tool: { name: 'redvet', version: '1.2.3', rulesetVersion: '1' },
  findings,
  run: { id: 'x', startedAt: '2026-01-02T03:04:05.678Z' },
  status: { outcome: 'findings', exitCode: 1, complete: true },
  ...differences,
});

describe('redvet remediate', () => {
  it('prints a script for bash that mends what fails, and ends with 0', async () => {
    const { code, stdout, stderr } = await remediate(resultOf([failing(PORT), failing(TLS), failing(TLS, { resourceId: cacheId('b') })]));
    expect(code).toBe(0);
    expect(stdout.startsWith('#!/usr/bin/env bash\n# Mends 3 findings on 2 caches.\n')).toBe(true);
    expect(stdout).toContain('a result of redvet 1.2.3 (format 1.0, scan of 2026-01-02T03:04:05.678Z).');
    expect(stderr).toBe('redvet: 3 findings to mend on 2 caches; nothing was changed\n');
    expect(runScript(stdout, { apply: true }).calls.filter(([command]) => command === 'rest')).toHaveLength(3);
  });

  it.each([
    ['az', "\npatch '{"],
    ['bicep', '\nvar redis_orders = {\n'],
    ['terraform', '\nresource "azurerm_redis_cache" "redis_orders" {\n'],
    ['policy', '\nrun az policy assignment create '],
  ])('writes --as %s', async (language, part) => {
    const { code, stdout } = await remediate(resultOf([failing(PORT)]), { as: language });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(part) });
  });

  const NARROWED: readonly {
    readonly what: string;
    readonly options: Options;
    readonly env?: Io['env'];
    readonly rules: readonly string[];
  }[] = [
    { what: 'every rule', options: {}, rules: [TLS, PORT] },
    { what: 'one', options: { rule: [PORT] }, rules: [PORT] },
    { what: 'one by its name elsewhere', options: { rule: ['CKV_AZURE_148'] }, rules: [TLS] },
    { what: 'those of a glob', options: { rule: ['*-disabled'] }, rules: [PORT] },
    { what: 'all but one', options: { skipRule: [PORT] }, rules: [TLS] },
    { what: 'one that passes', options: { rule: ['authentication-required'] }, rules: [] },
    { what: 'one by the environment', options: {}, env: { REDVET_RULE: TLS }, rules: [TLS] },
  ];

  it.each(NARROWED)('mends $what', async ({ options, env = {}, rules }) => {
    const { code, stdout } = await remediate(resultOf([failing(PORT), failing(TLS)]), options, env);
    const mended = [...stdout.matchAll(/^# -- (?<id>[a-z0-9-]+)$/gm)].map(({ groups }) => groups?.['id']);
    expect({ code, mended }).toEqual({ code: 0, mended: rules });
  });

  it.each(['az', 'bicep', 'terraform', 'policy'])('says so where nothing is to be mended, in %s', async (language) => {
    const findings = [failing(PORT, { outcome: 'pass' }), failing(TLS, { disposition: 'waived' })];
    const { code, stdout, stderr } = await remediate(resultOf(findings), { as: language });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: expect.stringContaining('Nothing to mend.'),
      stderr: 'redvet: 0 findings to mend on 0 caches; nothing was changed\n',
    });
  });

  it('tells what it leaves out, holds back, and cannot know', async () => {
    const findings = [
      failing('public-network-access-disabled'),
      failing('private-endpoint-approved', { outcome: 'unknown' }),
      failing(PORT, { resourceId: '/x\n::error::y' }),
      failing('rule-of-tomorrow'),
      failing('rule-of-tomorrow', { outcome: 'pass' }),
    ];
    const { stdout, stderr } = await remediate(resultOf(findings, { status: { complete: false } }));
    expect(stderr.split('\n').slice(1, -1)).toEqual([
      'redvet: 1 change held back: the reason stands above each',
      'redvet: 1 cache left out: no command may name them, as what is only declared',
      'redvet: 1 finding left out: of rules that this version does not know',
      'redvet: the scan did not see everything it was asked for: there may be more to mend',
    ]);
    expect(stdout).toContain('# That scan did not see everything');
  });

  it('takes a result for incomplete that does not say', async () => {
    expect((await remediate({ schemaVersion: '1.0', findings: [] })).stderr).toContain('did not see everything');
  });

  it('is quiet when it is to be', async () => {
    expect((await remediate(resultOf([failing(PORT)]), {}, { REDVET_QUIET: '1' })).stderr).toBe('');
  });

  it.each([
    ['version', { tool: { version: '1\n::error::x' } }],
    ['version', { tool: { version: 7 } }],
    ['version', { tool: null }],
    ['time', { run: { startedAt: "2026-01-02'; id" } }],
    ['time', { run: 'x' }],
  ])('repeats no %s that is none: %j', async (_, differences) => {
    const { stdout } = await remediate(resultOf([], differences));
    expect(stdout).toMatch(/^# Written from a result of redvet(?: 1\.2\.3)? \(format 1\.0(?:, scan of 2026-01-02T03:04:05\.678Z)?\)\.$/m);
    expect(stdout).not.toMatch(/error|id/);
  });

  it.each([
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['what Windows PowerShell makes of it', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['more than it knows', (text: string) => text.replace('{', '{"future":{"__proto__":1},')],
    ['a newer minor version', (text: string) => text.replace('"1.0"', '"1.27"')],
    ['no size of the cache', (text: string) => text.replace('"Premium P1"', 'null')],
  ])('reads a result with %s', async (_, changed) => {
    const { stdout } = await remediate(changed(JSON.stringify(resultOf([failing(PORT)]))));
    expect(stdout).toContain('Mends 1 finding on 1 cache.');
  });

  const linesOf = (result: ReturnType<typeof resultOf>): readonly string[] => {
    const { findings, status, ...run } = result;
    return [{ type: 'run', ...run }, ...findings.map((one) => ({ type: 'finding', ...Object(one) })), { type: 'end', status }].map((one) =>
      JSON.stringify(one),
    );
  };

  it.each(['az', 'terraform'])('reads a result line by line, with the same in the end: %s', async (language) => {
    const result = resultOf([failing(PORT), failing(TLS, { outcome: 'unknown' }), failing(PORT, { resourceId: cacheId('b') })]);
    expect(await remediate(linesOf(result).join('\n'), { as: language })).toEqual(await remediate(result, { as: language }));
  });

  it.each([
    ['without its end', (lines: readonly string[]) => lines.slice(0, -1), 'is cut off: it has no end'],
    ['with a line that is broken', ([run = '', ...rest]: readonly string[]) => [run, '{', ...rest], 'line 2 is not JSON'],
    ['followed by another', (lines: readonly string[]) => [...lines, ...lines], 'line 4 stands after the end'],
  ])('takes no result line by line %s: a change may have to wait for what is missing', async (_, change, says) => {
    const text = change(linesOf(resultOf([failing(PORT)]))).join('\n');
    expect(await refusal('-', world({}, text))).toMatchObject({ code: 'NOT_A_RESULT', message: expect.stringContaining(says) });
  });

  it('reads a file', async () => {
    const file = join(emptyFolder(), 'result.json');
    writeFileSync(file, JSON.stringify(resultOf([failing(PORT)])));
    const { io, stdout } = world();
    expect(await runRemediate(file, givenFrom(SPECS, {}, {}), io)).toBe(0);
    expect(stdout()).toContain(REDIS.id);
  });
});

describe('a file that is no result', () => {
  const folder = emptyFolder();
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  mkdirSync(join(folder, 'a-folder'));

  const good = resultOf([failing(PORT)]);
  const finding = failing(PORT);

  const FILES: readonly { readonly what: string; readonly file: string; readonly code?: string; readonly says: string }[] = [
    { what: 'missing', file: join(folder, 'nowhere.json'), code: 'CANNOT_READ', says: 'there is no such file (ENOENT)' },
    { what: 'a folder', file: join(folder, 'a-folder'), code: 'CANNOT_READ', says: 'it is a folder (EISDIR)' },
    { what: 'in no folder', file: join(file('plain', '{}'), 'x.json'), code: 'CANNOT_READ', says: 'is not a folder (ENOTDIR)' },
    { what: 'named too long', file: join(folder, 'x'.repeat(300)), code: 'CANNOT_READ', says: 'the name is too long (ENAMETOOLONG)' },
    ...(['usage', 'access', 'internal'] as const).map((outcome) => ({
      what: `of a run that ended with ${outcome}`,
      file: file(`${outcome}.json`, JSON.stringify({ ...resultOf([]), status: { outcome, complete: false } })),
      code: 'NOTHING_JUDGED',
      says: `is the result of a run that judged nothing (${outcome})`,
    })),
    { what: 'empty', file: file('empty.json', ''), says: 'is empty' },
    { what: 'binary', file: file('binary.json', Uint8Array.of(0x7b, 0x80, 0x7d)), says: 'is not UTF-8' },
    { what: 'no JSON', file: file('text.json', 'hello'), says: 'is not JSON' },
    { what: 'cut off', file: file('cut.json', JSON.stringify(good).slice(0, -5)), says: 'is not JSON, or not all of it' },
    { what: 'two documents', file: file('two.json', '{}\n{}'), says: 'is not JSON' },
    ...['null', '[]', '7', '"x"', '{}', '{"findings":[]}', '{"schemaVersion":1,"findings":[]}', '{"schemaVersion":"x","findings":[]}'].map(
      (text, index) => ({ what: text, file: file(`other-${index}.json`, text), says: 'is JSON, but no result of redvet' }),
    ),
    {
      what: 'of the next major version',
      file: file('2.json', JSON.stringify({ ...good, schemaVersion: '2.0' })),
      code: 'RESULT_VERSION',
      says: 'format 2.0, and this redvet reads 1.x',
    },
    {
      what: 'of the major version before',
      file: file('0.json', JSON.stringify({ ...good, schemaVersion: '0.9' })),
      code: 'RESULT_VERSION',
      says: 'format 0.9',
    },
    ...[{}, 'x', null].map((findings, index) => ({
      what: `one with findings ${JSON.stringify(findings)}`,
      file: file(`findings-${index}.json`, JSON.stringify({ ...good, findings })),
      says: 'has no list of findings',
    })),
    ...(
      [
        [null, 'findings[1] is null, not an object'],
        [7, 'findings[1] is 7, not an object'],
        [{ ...finding, ruleId: undefined }, 'findings[1].ruleId is missing'],
        [{ ...finding, ruleId: 7 }, 'findings[1].ruleId is 7, not the id of a rule'],
        [{ ...finding, outcome: 'failed' }, 'findings[1].outcome is "failed", not one of fail,'],
        [{ ...finding, outcome: true }, 'findings[1].outcome is true, not one of'],
        [{ ...finding, disposition: null }, 'findings[1].disposition is null, not one of active,'],
        [{ ...finding, resourceId: ['x'] }, 'findings[1].resourceId is an array of 1, not an id'],
        [{ ...finding, resourceId: '' }, 'findings[1].resourceId is "", not an id'],
        [{ ...finding, resourceKind: 'valkey' }, 'findings[1].resourceKind is "valkey", not one of redis, managed, enterprise'],
        [{ ...finding, sku: 7 }, 'findings[1].sku is 7, not a text'],
      ] as const
    ).map(([item, says], index) => ({
      what: says,
      file: file(`finding-${index}.json`, JSON.stringify(resultOf([finding, item]))),
      says,
    })),
  ];

  it.each(FILES)(
    'is a usage error that names it, before anything is written: $what',
    async ({ file: path, code = 'NOT_A_RESULT', says }) => {
      const problem = await refusal(path);
      expect(problem).toMatchObject({ kind: 'usage', code, scope: path, hint: expect.stringMatching(/redvet|scan/) });
      expect(problem.message.startsWith(`${path} `)).toBe(true);
      expect(problem.message).toContain(says);
    },
  );

  it('names standard input as that', async () => {
    expect(await refusal('-', world({}, 'x'))).toMatchObject({
      scope: '-',
      message: 'standard input is not JSON, or not all of it',
    });
  });

  it.each([
    ['EACCES', 'no right to read it (EACCES)'],
    ['EIO', 'the disk is gone (EIO)'],
  ])('tells why it cannot be read: %s', async (code, says) => {
    // biome-ignore lint/correctness/useYield: it ends before it begins
    const said = reading(async function* () {
      throw Object.assign(new Error('the disk is gone'), { code });
    });
    expect(await refusal('x.json', said)).toMatchObject({ kind: 'usage', code: 'CANNOT_READ', message: `x.json cannot be read: ${says}` });
  });

  it('is no mistake of whoever stops the reading', async () => {
    const stopped = new AbortController();
    const stop: Stop = { name: 'SIGINT', code: 130, message: 'stopped by SIGINT' };
    const said = reading(
      // biome-ignore lint/correctness/useYield: it ends before it begins
      async function* () {
        stopped.abort(stop);
        throw new Error('aborted');
      },
      { signal: stopped.signal },
    );
    expect(await refusal('x.json', said)).toMatchObject({ kind: 'interrupted', code: 'SIGINT' });
  });

  it.each([
    [{ as: 'powershell' }, '--as "powershell"'],
    [{ rule: ['nonsense'] }, '--rule "nonsense"'],
    [{ skipRule: ['*'] }, '--skip-rule'],
  ])('is not read when the options are wrong: %j', async (options, names) => {
    // biome-ignore lint/correctness/useYield: it ends before it begins
    const said = reading(async function* () {
      throw new Error('it was read');
    });
    expect(await refusal('x.json', said, options)).toMatchObject({ kind: 'usage', message: expect.stringContaining(names) });
  });
});

describe('reading', () => {
  const { readFile } = real;
  const file = join(emptyFolder(), 'ten');
  writeFileSync(file, '0123456789');

  it('brings a file whole', async () => {
    expect(Buffer.from(await readFile(file, 10)).toString()).toBe('0123456789');
  });

  it('ends at a file that is too large', async () => {
    await expect(readFile(file, 9)).rejects.toMatchObject({ code: 'EFBIG' });
  });

  it('ends when the process is to end', async () => {
    await expect(processIo(AbortSignal.abort()).readFile(file, 10)).rejects.toThrow();
  });
});

describe('the demo', () => {
  it('writes a result that can be mended, by scripts that run to their end', async () => {
    const demo = world();
    await main(['demo', '-o', 'json'], demo.io);
    for (const language of ['az', 'policy', 'bicep', 'terraform']) {
      const said = world({}, demo.stdout());
      expect({ code: await main(['remediate', '-', '--as', language], said.io), stderr: said.stderr() }).toEqual({
        code: 0,
        stderr: expect.stringContaining('nothing was changed'),
      });
      if (language === 'bicep' || language === 'terraform') continue;
      const { code, calls, stderr } = runScript(said.stdout(), { apply: true });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(calls.length).toBeGreaterThan(1);
    }
  });
});
