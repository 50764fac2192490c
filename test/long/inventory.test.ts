import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BINARY, BY_SIX_RULES, type Ended, emptyFolder, redvet } from '../support/redvet.ts';
import { subscriptionId, wireRedis } from '../support/resource-manager.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/inventory/', import.meta.url));

const ID = subscriptionId(1);

const cache = (name: string, properties: Readonly<Record<string, unknown>> = {}) =>
  wireRedis(ID, name, { updateChannel: 'Stable', ...properties });

const written = (name: string, content: string | Uint8Array): string => {
  const file = join(emptyFolder(), name);
  writeFileSync(file, content);
  return file;
};

const asText = (...values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join('\n');

interface Finding {
  readonly resourceName: string;
  readonly ruleId: string;
  readonly outcome: string;
  readonly message: string;
}

interface Result {
  readonly findings: readonly Finding[];
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly scope: { readonly inputs: readonly unknown[] };
  readonly status: { readonly exitCode: number; readonly complete: boolean };
}

const resultOf = ({ stdout }: Ended): Result => JSON.parse(stdout);

/** Nothing that only we could understand: whatever came in, it is told in words. */
const isTold = (ended: Ended): void => {
  expect(ended.signal).toBeNull();
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/^\s+at |TypeError|RangeError|SyntaxError|Unexpected token|INTERNAL|\(internal\)/m);
};

const scan = async (...args: readonly string[]): Promise<Ended> => {
  const ended = await redvet(['scan', ...args, '--no-progress', '-o', 'json']);
  isTold(ended);
  expect(resultOf(ended).status.exitCode).toBe(ended.code);
  return ended;
};

/** The same behind a shell: `$SCAN` is the command, `$1` the file. */
const shell = async (script: string, file = ''): Promise<Ended> => {
  const child = spawn('bash', ['-c', script, 'bash', file], {
    env: { PATH: process.env['PATH'] ?? '', HOME: emptyFolder(), SCAN: `${process.execPath} ${BINARY} scan --no-progress -o json` },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 25_000);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = await new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.on('close', (ended, by) => resolve([ended, by])),
  );
  clearTimeout(timer);
  isTold({ code, signal, stdout, stderr });
  return { code, signal, stdout, stderr };
};

const outcomesOf = (ended: Ended, name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    resultOf(ended)
      .findings.filter(({ resourceName }) => resourceName === name)
      .map(({ ruleId, outcome }) => [ruleId, outcome]),
  );

const [PORT, TLS, PUBLIC, AUTHENTICATION, ENTRA, KEYS, PROTOCOL] = [
  'non-ssl-port-disabled',
  'minimum-tls-1-2',
  'public-network-access-disabled',
  'authentication-required',
  'entra-authentication-enabled',
  'access-keys-disabled',
  'client-protocol-encrypted',
] as const;

const GOOD = { [PORT]: 'pass', [TLS]: 'pass', [PUBLIC]: 'pass', [AUTHENTICATION]: 'pass', [ENTRA]: 'pass', [KEYS]: 'pass' };
const OF_CLUSTERS = { [TLS]: 'pass', [PUBLIC]: 'pass', [KEYS]: 'pass', [PROTOCOL]: 'pass' };
const UNKNOWN = Object.fromEntries(Object.keys(GOOD).map((id) => [id, 'unknown']));

describe('an export', () => {
  it.each<[string, number, Readonly<Record<string, unknown>>]>([
    ['az-redis-list.json', 1, { orders: GOOD, sessions: { ...GOOD, [PORT]: 'fail', [PUBLIC]: 'fail' } }],
    ['az-redis-list-of-an-older-az.json', 0, { legacy: { ...GOOD, [ENTRA]: 'fail', [KEYS]: 'unknown' } }],
    [
      'az-redisenterprise-list.json',
      1,
      { ledger: OF_CLUSTERS, 'ledger-test': { ...OF_CLUSTERS, [PUBLIC]: 'unknown', [PROTOCOL]: 'fail' } },
    ],
    ['az-resource-show.json', 0, { orders: GOOD }],
    ['az-rest-page.json', 1, { orders: GOOD, sessions: { ...GOOD, [PORT]: 'fail' } }],
    ['az-graph-query.json', 1, { orders: GOOD, sessions: { ...GOOD, [PORT]: 'fail' } }],
    ['resource-graph-page.json', 3, { orders: GOOD }],
    ['search-azgraph.json', 0, { orders: GOOD }],
    ['az-resource-list.json', 3, { orders: UNKNOWN }],
    ['get-azrediscache.json', 0, { orders: { ...GOOD, [PUBLIC]: 'not_evaluated' } }],
    [
      'get-azrediscache-cut-off.json',
      1,
      { orders: { ...GOOD, [PORT]: 'fail', [PUBLIC]: 'not_evaluated', [AUTHENTICATION]: 'unknown', [ENTRA]: 'unknown' } },
    ],
    ['caches.ndjson', 1, { orders: GOOD, sessions: { ...GOOD, [PORT]: 'fail' }, ledger: OF_CLUSTERS }],
  ])('such as %s ends with %i', async (file, code, caches) => {
    const ended = await scan(`${FIXTURES}${file}`, ...BY_SIX_RULES, '--rule', PROTOCOL);
    expect(Object.fromEntries(Object.keys(caches).map((name) => [name, outcomesOf(ended, name)]))).toEqual(caches);
    const count = Object.keys(caches).length;
    expect(resultOf(ended).scope.inputs).toEqual([
      {
        path: `${FIXTURES}${file}`,
        kind: 'inventory',
        status: resultOf(ended).problems.length > 0 ? 'partial' : 'read',
        caches: count,
        excluded: 0,
      },
    ]);
    expect(ended.code).toBe(code);
  });

  it('is told with the command that shows more, where it shows no properties', async () => {
    const { findings } = resultOf(await scan(`${FIXTURES}az-resource-list.json`, '--rule', PORT));
    expect(findings.map(({ message }) => message)).toEqual(['this export shows no properties of resources: use az redis list -o json']);
  });

  it('of what stands below caches is none', async () => {
    const ended = await scan(`${FIXTURES}az-redis-firewall-rules-list.json`);
    expect(ended.code).toBe(2);
    expect(resultOf(ended).problems).toMatchObject([{ code: 'NOT_OURS' }]);
  });

  it('in a folder is judged beside all the others, and what is none is passed over', async () => {
    const folder = emptyFolder();
    for (const name of ['az-redis-list.json', 'az-redis-firewall-rules-list.json', 'az-redisenterprise-list.json'])
      writeFileSync(join(folder, name), readFileSync(`${FIXTURES}${name}`));
    const ended = await scan(folder, '--rule', TLS);
    expect(new Set(resultOf(ended).findings.map(({ resourceName }) => resourceName))).toEqual(
      new Set(['orders', 'sessions', 'ledger', 'ledger-test']),
    );
    expect(resultOf(ended).problems).toEqual([]);
    expect(ended.code).toBe(0);
  });

  it('never shows a secret that it holds', async () => {
    const names = ['az-redis-list.json', 'az-rest-page.json', 'get-azrediscache.json', 'resource-graph-page.json'];
    for (const format of ['json', 'ndjson', 'table']) {
      const { stdout, stderr } = await redvet(['scan', ...names.map((name) => `${FIXTURES}${name}`), '-vv', '--wide', '-o', format]);
      expect(`${stdout}${stderr}`).not.toContain('canary');
      expect(stdout).toContain('sessions');
    }
  });
});

const utf16 = (text: string, mark: boolean, isBig: boolean): Uint8Array => {
  const bytes = Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};

describe('whatever wrote it, an export', () => {
  const text = `${asText([cache('größe', { enableNonSslPort: true })])}\r\n`;
  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16LE, as > of Windows PowerShell writes it', utf16(text, true, false)],
    ['UTF-16BE', utf16(text, true, true)],
    ['UTF-16LE without a mark', utf16(text, false, false)],
    ['UTF-16BE without a mark', utf16(text, false, true)],
  ])('is read as %s', async (_, bytes) => {
    const ended = await scan(written('export.json', bytes), '--rule', PORT);
    expect(outcomesOf(ended, 'größe')).toEqual({ [PORT]: 'fail' });
    expect(ended.code).toBe(1);
  });
});

describe('a stream', () => {
  const file = written('export.json', asText([cache('orders'), cache('sessions', { enableNonSslPort: true })]));

  it.each([
    ['standard input', 'cat "$1" | $SCAN - --rule non-ssl-port-disabled', '-'],
    ['a file as standard input', '$SCAN - --rule non-ssl-port-disabled < "$1"', '-'],
    ['a substituted process', '$SCAN <(cat "$1") --rule non-ssl-port-disabled', expect.stringMatching(/^\/dev\/fd\//)],
    ['a named pipe', 'mkfifo "$1.pipe"; cat "$1" > "$1.pipe" & $SCAN "$1.pipe" --rule non-ssl-port-disabled', `${file}.pipe`],
  ])('is read as a file is: %s', async (_, script, path) => {
    const ended = await shell(script, file);
    expect(ended.code).toBe(1);
    expect(resultOf(ended)).toMatchObject({ problems: [], scope: { inputs: [{ path, kind: 'inventory', status: 'read', caches: 2 }] } });
  });

  const cut = written('cut.json', asText([cache('orders'), cache('sessions')]).slice(0, 1_100));
  const short = written('short.json', asText([cache('orders')]).slice(0, 100));
  // Ten times what a request may take is waited for a pipe.
  const soon = '--request-timeout 100ms --rule non-ssl-port-disabled';
  // Whoever holds both ends of a pipe keeps it from ending.
  const HELD = 'rm -f "$1.held"; mkfifo "$1.held"; exec 3<>"$1.held"';
  it.each<[string, string, string, number, string]>([
    ['that nobody writes to', `mkfifo "$1.fifo"; $SCAN "$1.fifo" ${soon}`, file, 2, 'CANNOT_READ'],
    ['of which nothing comes', `${HELD}; $SCAN - ${soon} < "$1.held"`, file, 2, 'CANNOT_READ'],
    ['that stops before the first cache', `${HELD}; cat "$1" >&3; $SCAN - ${soon} < "$1.held"`, short, 2, 'CANNOT_READ'],
    ['that stops in its midst', `${HELD}; cat "$1" >&3; $SCAN "$1.held" ${soon}`, cut, 3, 'CANNOT_READ'],
    ['whose writer dies before the first cache', `cat "$1" | $SCAN - ${soon}`, short, 2, 'NOT_UNDERSTOOD'],
    ['whose writer dies in its midst', `cat "$1" | $SCAN - ${soon}`, cut, 3, 'BROKEN_INPUT'],
    ['of nothing', `true | $SCAN - ${soon}`, file, 2, 'EMPTY_INPUT'],
    ['without end', `cat /dev/zero | $SCAN - ${soon}`, file, 2, 'NOT_UNDERSTOOD'],
    ['of one bracket without end', `yes '[' | tr -d '\\n' | $SCAN - ${soon}`, file, 2, 'NOT_OURS'],
    ['of garbage without end', `{ echo '[]'; yes oops; } | $SCAN - ${soon}`, file, 2, 'NOT_UNDERSTOOD'],
  ])('%s ends the scan', async (_, script, input, code, problem) => {
    const started = performance.now();
    const ended = await shell(script, input);
    expect(resultOf(ended).problems.map((one) => one.code)).toContain(problem);
    expect(ended.code).toBe(code);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('that is no stream is named as what it is', async () => {
    const ended = await scan('/dev/zero');
    expect(resultOf(ended).problems).toMatchObject([{ code: 'CANNOT_READ', message: '/dev/zero is neither a file nor a pipe' }]);
    expect(ended.code).toBe(2);
  });

  it.skipIf(!existsSync('/usr/bin/script'))('that is a terminal is not waited for', async () => {
    const ended = await shell('script -qec "$SCAN -" /dev/null < /dev/null');
    expect(ended.stdout).toContain('standard input is neither a file nor a pipe');
    expect(ended.code).toBe(2);
  });
});

describe('a document', () => {
  const one = asText(cache('orders'));
  const forged = `[{"id":${JSON.stringify(cache('orders').id)},"name":"orders","__proto__":{"properties":{"enableNonSslPort":false,"minimumTlsVersion":"1.2"},"enableNonSslPort":false}}]`;
  it.each<[string, string, number, string | null]>([
    ['of nothing', '', 2, 'EMPTY_INPUT'],
    ['of blanks', ' \n\t\r\n', 2, 'EMPTY_INPUT'],
    ['of nulls', '\0\0\0\0\0\0', 2, 'NOT_UNDERSTOOD'],
    ['that is {}', '{}', 2, 'NOT_UNDERSTOOD'],
    ['that is null', 'null', 2, 'NOT_UNDERSTOOD'],
    ['that is a text', '"x"', 2, 'NOT_UNDERSTOOD'],
    ['that is []', '[]', 5, null],
    ['that is an empty page', '{"value":[]}', 5, null],
    ['that is an empty answer of Resource Graph', '{"count":0,"data":[],"skip_token":null,"total_records":0}', 5, null],
    ['of numbers', '[1,2,3]', 2, 'NOT_OURS'],
    ['of lists', `[[${one}]]`, 2, 'NOT_OURS'],
    ['of wrong types', '{"value":{"id":7}}', 2, 'NOT_OURS'],
    ['cut off in its first cache', `[${one.slice(0, -20)}`, 2, 'NOT_UNDERSTOOD'],
    ['cut off behind its first cache', `[${one}`, 3, 'BROKEN_INPUT'],
    ['nested 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000), 2, 'NOT_OURS'],
    [
      'nested 100,000 deep in a cache',
      `[${one.replace('"tags":{}', `"tags":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)}]`,
      2,
      'NOT_UNDERSTOOD',
    ],
    [
      'with a name twice',
      `[${one.replace('"enableNonSslPort":false', '"enableNonSslPort":true,"enableNonSslPort":false')}]`,
      2,
      'NOT_UNDERSTOOD',
    ],
    ['with a name twice beside a good one', `[${one},{"id":"x","id":"y"}]`, 3, 'UNREADABLE_ITEM'],
    ['with a forged prototype', forged, 3, null],
    ['with garbage behind it', `[${one}]\noops`, 3, 'BROKEN_INPUT'],
    ['that is incomplete by its own word', `{"value":[${one}],"nextLink":"x"}`, 3, 'INCOMPLETE_INPUT'],
  ])('%s', async (_, text, code, problem) => {
    const ended = await scan(written('export.json', text), '--rule', PORT, '--rule', TLS);
    expect([ended.code, resultOf(ended).problems.map((told) => told.code)]).toEqual([code, problem === null ? [] : [problem]]);
  });

  it('that repeats a name is not judged by the second', async () => {
    const file = written(
      'export.json',
      `[${one.replace('"enableNonSslPort":false', '"enableNonSslPort":true,"enableNonSslPort":false')},${asText(cache('other'))}]`,
    );
    const ended = await scan(file, '--rule', PORT);
    expect(outcomesOf(ended, 'orders')).toEqual({});
    expect(outcomesOf(ended, 'other')).toEqual({ [PORT]: 'pass' });
    expect(ended.code).toBe(3);
  });

  it('that is forced to be an inventory is held to it', async () => {
    for (const text of ['{}', 'null', '"x"', '{"resources":[]}'])
      expect((await scan(written('export.json', text), '--from', 'inventory')).code).toBe(2);
  });
});

/** The most memory that a scan held, in MB. */
const PEAK = `process.on('exit', () => {
  const kib = /^VmHWM:\\s+(\\d+) kB$/m.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))[1];
  require('node:fs').writeFileSync(process.env.PEAK_FILE, String(kib / 1000));
});`;

describe.skipIf(process.platform !== 'linux')('200 MB of inventory', () => {
  it('take no more memory than some', async () => {
    const folder = emptyFolder();
    const file = join(folder, 'export.json');
    const caches = 10_000;
    const tags = { note: 'x'.repeat(20_000) };
    await pipeline(function* () {
      yield '{"value":[';
      for (let n = 0; n < caches; n += 1) yield `${n === 0 ? '' : ','}${JSON.stringify({ ...cache(`c${n}`), tags })}`;
      yield ']}';
    }, createWriteStream(file));
    writeFileSync(join(folder, 'peak.cjs'), PEAK);
    const env = { NODE_OPTIONS: `--require ${join(folder, 'peak.cjs')}`, PEAK_FILE: join(folder, 'peak') };
    const ended = await redvet(['scan', file, '--rule', PORT, '-o', `ndjson=${join(folder, 'out')}`], { env });
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('10,000 caches') });
    expect(Number(readFileSync(join(folder, 'peak'), 'utf8'))).toBeLessThan(160);
    execFileSync('rm', ['-r', folder]);
  }, 60_000);
});
