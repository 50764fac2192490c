import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emptyFolder, redvet } from './support/redvet.ts';
import { placeOfTerraform } from './support/terraform-binary.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures/terraform', import.meta.url));
const GATES = ['non-ssl-port-disabled', 'minimum-tls-1-2', 'public-network-access-disabled'];

/** A folder with the fixtures in `infra`. */
const copied = (): string => {
  const folder = emptyFolder();
  cpSync(FIXTURES, join(folder, 'infra'), { recursive: true });
  return folder;
};

/** A folder with these files. */
const written = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

const scan = async (cwd: string, ...args: readonly string[]) => {
  const { code, stdout, stderr } = await redvet(['scan', ...args, ...GATES.flatMap((id) => ['--rule', id]), '-o', 'json'], { cwd });
  return { code, stderr, result: JSON.parse(stdout) };
};

interface Found {
  readonly ruleId: string;
  readonly outcome: string;
  readonly message: string;
  readonly origin: { readonly file: string; readonly line: number; readonly column: number; readonly address: string };
}

const rows = ({ findings }: { readonly findings: readonly Found[] }): readonly string[] =>
  findings.map(
    ({ ruleId, outcome, origin: { file, line, column, address } }) => `${outcome} ${ruleId} ${file}:${line}:${column} ${address}`,
  );

const SESSIONS = 'azurerm_redis_cache.sessions';
const ORDERS = 'module.orders.azurerm_redis_cache.this';

describe('a folder of Terraform', () => {
  it('is judged with its variables, its files of values, and the modules it calls, each finding at its line', async () => {
    const { code, result } = await scan(copied(), 'infra');
    expect(rows(result)).toEqual([
      `fail non-ssl-port-disabled infra/app/main.tf:31:3 ${SESSIONS}`,
      `fail minimum-tls-1-2 infra/app/main.tf:32:3 ${SESSIONS}`,
      `unknown public-network-access-disabled infra/app/main.tf:33:3 ${SESSIONS}`,
      `pass non-ssl-port-disabled infra/modules/redis/main.tf:9:1 ${ORDERS}`,
      `pass minimum-tls-1-2 infra/modules/redis/main.tf:16:3 ${ORDERS}`,
      `pass public-network-access-disabled infra/modules/redis/main.tf:17:3 ${ORDERS}`,
    ]);
    expect(code).toBe(1);
    expect(result.scope.inputs).toEqual([{ path: 'infra/app', kind: 'terraform', status: 'read', caches: 2, excluded: 0 }]);
  });

  it('is read from where the person stands', async () => {
    const folder = copied();
    const { result } = await scan(join(folder, 'infra/app'), '.');
    expect(result.findings.map(({ origin }: Found) => origin.file)).toEqual([
      ...GATES.map(() => 'main.tf'),
      ...GATES.map(() => '../modules/redis/main.tf'),
    ]);
  });

  it('with one broken file is incomplete, and tells the place', async () => {
    const folder = copied();
    writeFileSync(join(folder, 'infra/app/broken.tf'), 'locals {\n  a = [1, 2\n}\n');
    const { code, result, stderr } = await scan(folder, 'infra');
    expect({ code, findings: result.findings.length, complete: result.status.complete }).toEqual({ code: 1, findings: 6, complete: false });
    expect(stderr).toMatch(/infra\/app\/broken\.tf:\d:\d+ cannot be read as Terraform: /);
  });

  it('without a cache is empty', async () => {
    expect((await scan(written({ 'main.tf': 'locals {\n  a = 1\n}\n' }), '.')).code).toBe(5);
  });
});

describe('a file of Terraform that was named', () => {
  it('is judged with its folder', async () => {
    const { code, result } = await scan(copied(), 'infra/modules/redis/main.tf');
    expect({ code, rows: rows(result).map((row) => row.split(' ')[0]) }).toEqual({ code: 0, rows: ['pass', 'pass', 'pass'] });
  });

  it('is refused with the place before anything is judged when it is none', async () => {
    const { code, result, stderr } = await scan(written({ 'main.tf': 'locals {\n  é = "ü" b = 2\n}\n' }), 'main.tf');
    expect({ code, findings: result.findings }).toEqual({ code: 2, findings: [] });
    expect(stderr).toContain('main.tf:2:11 cannot be read as Terraform: this has to begin on a line of its own');
  });
});

describe('a folder that means harm', () => {
  it('is read to its end', async () => {
    const folder = written({
      'a/nul.tf': '\0'.repeat(10_000),
      'b/bytes.tf': Uint8Array.from({ length: 10_000 }, (_, index) => (index * 7919 + 13) % 256),
      'c/utf16.tf': Buffer.from('\ufefflocals {\r\n  a = 1\r\n}\r\n', 'utf16le'),
      'd/main.tf': 'module "up" {\n  source = "../../../../../../../../../.."\n}\n',
      'e/folder.tf/main.tf': 'resource "azurerm_redis_cache" "inside" {\n  minimum_tls_version = "1.0"\n}\n',
    });
    mkdirSync(join(folder, 'f'));
    symlinkSync('loop.tf', join(folder, 'f/loop.tf'));
    symlinkSync('..', join(folder, 'f/up'));
    symlinkSync('/dev/zero', join(folder, 'f/zero.tf'));
    symlinkSync('/dev/zero', join(folder, 'f/terraform.tfvars'));
    const { code, result, stderr } = await scan(folder, '.');
    expect(code).toBe(1);
    expect(result.caches.map(({ id }: { readonly id: string }) => id)).toEqual(['azurerm_redis_cache.inside']);
    expect(stderr).not.toMatch(/TypeError|RangeError|INTERNAL|\bat .*\.js:/);
    for (const file of ['a/nul.tf', 'b/bytes.tf', 'f/loop.tf', 'f/zero.tf', 'f/terraform.tfvars']) expect(stderr).toContain(file);
  });
});

const terraform = placeOfTerraform();

describe.skipIf(terraform === null)('the fixtures', () => {
  it('are as terraform fmt writes them', () => {
    expect(readdirSync(FIXTURES).length).toBeGreaterThan(1);
    const output = execFileSync(terraform ?? '', ['fmt', '-check', '-recursive', '-list=true', FIXTURES], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' },
    });
    expect(output).toBe('');
  });
});

describe('a firewall rule that is declared', () => {
  const CACHE = [
    'resource "azurerm_redis_cache" "main" {',
    '  name                = "main"',
    '  resource_group_name = "rg"',
    '  sku_name            = "Standard"',
    '}',
    '',
  ];
  const RULE = [
    'resource "azurerm_redis_firewall_rule" "all" {',
    '  name                = "all"',
    '  redis_cache_name    = azurerm_redis_cache.main.name',
    '  resource_group_name = "rg"',
    '  start_ip            = "0.0.0.0"',
    '  end_ip              = "255.255.255.255"',
    '}',
    '',
  ];

  it.each([
    ['in the file of the cache', { 'main.tf': [...CACHE, ...RULE].join('\n') }, 7],
    ['in another file, at the cache', { 'main.tf': CACHE.join('\n'), 'net.tf': ['', ...RULE].join('\n') }, 1],
  ])('that lets everybody in is found where it stands, %s', async (_, files, line) => {
    const cwd = written(files);
    const { stdout } = await redvet(['scan', '.', '--rule', 'firewall-rules-narrow', '-o', 'json'], { cwd });
    expect(JSON.parse(stdout).findings).toMatchObject([{ outcome: 'fail', origin: { file: 'main.tf', line } }]);
  });
});
