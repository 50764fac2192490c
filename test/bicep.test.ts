import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Ended, emptyFolder, redvet } from './support/redvet.ts';

/**
 * Bicep by a stand-in for its compiler, which prints what the real one makes of the file: none can be installed here. What the real one
 * prints was written by hand after its documentation.
 */

const FIXTURES = fileURLToPath(new URL('fixtures/bicep/', import.meta.url));
const COMPILED = join(FIXTURES, 'main.json');

/** A folder with these programs, each the body of a script, and nothing else. */
const programs = (bodies: Readonly<Record<string, string>>): string => {
  const folder = emptyFolder();
  for (const [name, body] of Object.entries(bodies)) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  }
  return folder;
};

/** Writes down what it was asked, then prints the template. */
const compiler = (log: string): string => `echo "$0 $*" | /bin/sed 's#.*/##' >> '${log}'\n/bin/cat '${COMPILED}'`;

const scanBicep = async (
  bodies: Readonly<Record<string, string>>,
  { args = ['main.bicep'], files = {} }: { readonly args?: readonly string[]; readonly files?: Readonly<Record<string, string>> } = {},
): Promise<Ended> => {
  const cwd = emptyFolder();
  copyFileSync(join(FIXTURES, 'main.bicep'), join(cwd, 'main.bicep'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(cwd, path, '..'), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  return redvet(['scan', ...args, '-o', 'json'], { cwd, env: { PATH: programs(bodies) } });
};

const resultOf = ({ stdout }: Ended) => JSON.parse(stdout);

const problemsOf = (ended: Ended): readonly unknown[] =>
  resultOf(ended).problems.map(({ message }: { readonly message: string }) => message);

describe('a Bicep file', () => {
  it('is judged as the template that it compiles to, by its own names, at its own file', async () => {
    const log = join(emptyFolder(), 'log');
    const ended = await scanBicep({ bicep: compiler(log) });
    const { caches, findings } = resultOf(ended);
    expect(caches.map(({ id, name, kind, origin }: Readonly<Record<string, unknown>>) => ({ id, name, kind, origin }))).toEqual([
      {
        id: 'cache',
        name: 'orders',
        kind: 'redis',
        origin: { file: 'main.bicep', language: 'bicep', line: null, column: null, address: 'cache' },
      },
      {
        id: "amr/Microsoft.Cache/redisEnterprise/[parameters('name')]",
        name: 'orders-amr',
        kind: 'managed',
        origin: {
          file: 'main.bicep',
          language: 'bicep',
          line: null,
          column: null,
          address: "amr/Microsoft.Cache/redisEnterprise/[parameters('name')]",
        },
      },
    ]);
    const outcomeOf = (rule: string): unknown => findings.find(({ ruleId }: { readonly ruleId: string }) => ruleId === rule)?.outcome;
    expect(['non-ssl-port-disabled', 'minimum-tls-1-2', 'client-protocol-encrypted'].map(outcomeOf)).toEqual(['fail', 'pass', 'fail']);
    expect(ended.code).toBe(1);
    expect(readFileSync(log, 'utf8')).toBe('bicep build --no-restore --stdout main.bicep\n');
  });

  it('takes parameters out of a file', async () => {
    const files = { 'p.json': JSON.stringify({ parameters: { tls: { value: '1.0' } } }) };
    const ended = await scanBicep({ bicep: `/bin/cat '${COMPILED}'` }, { args: ['main.bicep', '--parameters', 'p.json'], files });
    const finding = resultOf(ended).findings.find(({ ruleId }: { readonly ruleId: string }) => ruleId === 'minimum-tls-1-2');
    expect([finding.outcome, finding.actual]).toEqual(['fail', '1.0']);
  });

  it('may be compiled to a text with a byte order mark', async () => {
    const ended = await scanBicep({ bicep: `printf '\\357\\273\\277'; /bin/cat '${COMPILED}'` });
    expect(resultOf(ended).caches).toHaveLength(2);
  });

  it('is compiled by az where there is no bicep, but only if az has one', async () => {
    const log = join(emptyFolder(), 'log');
    const ended = await scanBicep({ az: compiler(log) });
    expect(resultOf(ended).caches).toHaveLength(2);
    expect(readFileSync(log, 'utf8')).toBe('az bicep version\naz bicep build --no-restore --stdout --file main.bicep\n');
  });

  it('makes az download nothing', async () => {
    const log = join(emptyFolder(), 'log');
    const ended = await scanBicep({ az: `echo "$*" >> '${log}'\necho 'Bicep CLI not found.' >&2\nexit 1` });
    expect([ended.code, readFileSync(log, 'utf8')]).toEqual([2, 'bicep version\n']);
  });

  it('without a compiler is a mistake that says how to get one', async () => {
    const ended = await scanBicep({});
    expect(ended.code).toBe(2);
    expect(resultOf(ended).problems).toMatchObject([
      { code: 'NO_COMPILER', kind: 'usage', scope: 'main.bicep', message: 'main.bicep is Bicep, and no compiler is here' },
    ]);
    expect(ended.stderr).toContain('az bicep install');
  });

  it.each<[what: string, body: string, message: RegExp]>([
    [
      'fails',
      "echo 'main.bicep(1,1) : Warning no-unused: x' >&2\necho 'main.bicep(3,5) : Error BCP018: Expected the \"=\" character' >&2\nexit 1",
      /^main\.bicep could not be compiled: main\.bicep\(3,5\) : Error BCP018: Expected the "=" character$/,
    ],
    ['fails without a word', 'exit 1', /^main\.bicep could not be compiled: bicep says nothing$/],
    [
      'tells a secret',
      "echo 'Error: AccountKey=abcdefghijklmnopqrstuvwxyz' >&2\nexit 1",
      /^main\.bicep could not be compiled: Error: AccountKey=\(redacted\)$/,
    ],
    ['prints garbage', 'echo Segmentation fault', /^main\.bicep was compiled to something that is no template$/],
    ['prints nothing', 'exit 0', /^main\.bicep was compiled to something that is no template$/],
    ['prints another document', "echo '{}'", /^main\.bicep was compiled to something that is no template$/],
    ['kills itself', 'kill -9 $$', /^main\.bicep could not be compiled: bicep took too long, or was stopped$/],
  ])('is a mistake where the compiler %s', async (_, body, message) => {
    const ended = await scanBicep({ bicep: body });
    expect([ended.code, ended.signal]).toEqual([2, null]);
    expect(problemsOf(ended)).toEqual([expect.stringMatching(message)]);
    expect(ended.stdout + ended.stderr).not.toContain('abcdefghijklmnopqrstuvwxyz');
  });

  it('does not wait for a compiler that hangs', async () => {
    const ended = await scanBicep({ bicep: 'exec /bin/sleep 60' }, { args: ['main.bicep', '--timeout', '1s'] });
    expect([ended.code, ended.signal]).not.toEqual([0, null]);
    expect(ended.signal).toBe(null);
  });

  it('that cannot be read by name of its parameters is refused before anything', async () => {
    const files = { 'main.bicepparam': "using './main.bicep'" };
    const ended = await scanBicep({ bicep: `/bin/cat '${COMPILED}'` }, { args: ['main.bicep', '--parameters', 'main.bicepparam'], files });
    expect([ended.code, problemsOf(ended)]).toEqual([2, ['main.bicepparam is no JSON']]);
  });
});

describe('a folder of Bicep files', () => {
  it('passes over what surely has no cache, where there is no compiler, and tells of the rest', async () => {
    const files = {
      'infra/storage.bicep': "resource s 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: 'x' }",
      'infra/registry.bicep': "module m 'br/public:avm/res/cache/x:0.1.0' = { name: 'm' }",
      'infra/cache.bicep': "resource c 'Microsoft.Cache/Redis@2024-11-01' = { name: 'x' }",
    };
    const ended = await scanBicep({}, { args: ['infra'], files });
    expect(problemsOf(ended)).toEqual([
      'infra/cache.bicep is Bicep, and no compiler is here',
      'infra/registry.bicep is Bicep, and no compiler is here',
    ]);
    expect(ended.code).toBe(3);
  });
});
