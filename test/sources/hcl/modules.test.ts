// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates of Terraform
import { describe, expect, it } from 'vitest';
import { cacheWith, readTerraform, told } from '../../support/terraform-files.ts';

/** The minimum TLS version of the one cache, as a fact is told. */
const tlsIn = async (contents: Readonly<Record<string, string>>): Promise<unknown> => {
  const { caches, gaps } = await readTerraform(contents, [{ folder: '.', only: null }]);
  expect(gaps).toEqual([]);
  return told(caches[0]?.minimumTlsVersion);
};

const TLS = cacheWith('  minimum_tls_version = var.tls');

describe('a folder', () => {
  it('holds also what OpenTofu alone reads', async () => {
    const contents = {
      'main.tofu': cacheWith('  minimum_tls_version = "1.2"'),
      'override.tofu': cacheWith('  minimum_tls_version = "1.0"'),
    };
    expect(await tlsIn(contents)).toBe('1.0');
  });

  it('does not choose between Terraform and OpenTofu', async () => {
    const { gaps } = await readTerraform({ 'main.tofu': cacheWith(), 'main.tf': cacheWith() });
    expect(gaps.map(({ message }) => message)).toEqual([
      'main.tofu:1:1 cannot be read as Terraform: resource "azurerm_redis_cache.main" is declared a second time, first in main.tf:1',
    ]);
  });
});

describe('a variable', () => {
  it.each([
    ['has its default', 'variable "tls" {\n  default = "1.1"\n}', {}, '1.1'],
    ['is converted to its type', 'variable "tls" {\n  type = string\n  default = 1.1\n}', {}, '1.1'],
    ['of a type in quotes is, too', 'variable "tls" {\n  type = "string"\n  default = 1.1\n}', {}, '1.1'],
    ['without a default is open', 'variable "tls" {}', {}, 'deferred: depends on var.tls [var.tls]'],
    ['that is declared nowhere is open', '', {}, 'deferred: depends on var.tls, which is not declared [var.tls]'],
    ['of another type is open', 'variable "tls" {\n  type = list(string)\n  default = "1.2"\n}', {}, 'deferred: it is no list [var.tls]'],
    [
      'of no type is open',
      'variable "tls" {\n  type = strange(string)\n  default = "1.2"\n}',
      {},
      'deferred: depends on var.tls, whose type is not understood [var.tls]',
    ],
    ['is what terraform.tfvars says', 'variable "tls" {\n  default = "1.2"\n}', { 'terraform.tfvars': 'tls = "1.0"' }, '1.0'],
    [
      'is what the last of all files says',
      'variable "tls" {}',
      { 'terraform.tfvars': 'tls = "1.0"', 'a.auto.tfvars': 'tls = "1.1"', 'b.auto.tfvars.json': '{"tls": "1.2"}' },
      '1.2',
    ],
    [
      'is open where such a file cannot be read',
      'variable "tls" {\n  default = "1.2"\n}',
      { 'b.auto.tfvars': 'tls = [' },
      'deferred: depends on var.tls, and b.auto.tfvars could not be read [var.tls]',
    ],
    [
      'is open where a file that somebody may name sets it',
      'variable "tls" {\n  default = "1.2"\n}',
      { 'prod.tfvars': 'tls = "1.0"' },
      'deferred: depends on var.tls, which prod.tfvars may set [var.tls]',
    ],
    [
      'is open where such a file cannot be read, either',
      'variable "tls" {\n  default = "1.2"\n}',
      { 'prod.tfvars': 'tls = [' },
      'deferred: depends on var.tls, which prod.tfvars may set [var.tls]',
    ],
    [
      'is open where a file of an environment sets it',
      'variable "tls" {\n  default = "1.2"\n}',
      { 'env/prod/a.auto.tfvars': 'tls = "1.0"' },
      'deferred: depends on var.tls, which env/prod/a.auto.tfvars may set [var.tls]',
    ],
    [
      'is its default where such a file says the same',
      'variable "tls" {\n  default = "1.1"\n}',
      { 'env/prod.tfvars': 'tls = "1.1"' },
      '1.1',
    ],
    ['is what every such file says', 'variable "tls" {}', { 'dev.tfvars': 'tls = "1.1"', 'env/prod.tfvars': 'tls = "1.1"' }, '1.1'],
    [
      'is open where such files contradict each other',
      'variable "tls" {}',
      { 'dev.tfvars': 'tls = "1.1"', 'env/prod.tfvars': 'tls = "1.2"' },
      'deferred: depends on var.tls, which dev.tfvars may set [var.tls]',
    ],
    [
      'is its default where the file is of a module of its own',
      'variable "tls" {\n  default = "1.1"\n}',
      { 'examples/a/terraform.tfvars': 'tls = "1.0"', 'examples/a/main.tf': '' },
      '1.1',
    ],
    ['is its default where another file sets something else', 'variable "tls" {\n  default = "1.1"\n}', { 'prod.tfvars': 'x = 1' }, '1.1'],
  ])('%s', async (_, variable, files, expected) => {
    const contents = { 'main.tf': TLS, 'variables.tf': variable, ...files };
    const { caches } = await readTerraform(contents, [{ folder: '.', only: null }]);
    expect(told(caches[0]?.minimumTlsVersion)).toBe(expected);
  });

  it.each([
    ['map(any)', '{ open = true, sku = "Standard" }', 'var.v.open == "true"', '1.0'],
    ['map(any)', '{ open = true, sku = "Standard" }', 'var.v.open == true', '1.2'],
    ['map(any)', '{ open = true, tls = null }', 'var.v.open == true', '1.0'],
    ['list(any)', '[true, "x"]', 'var.v[0] == "true"', '1.0'],
    ['set(any)', '[1, "x"]', 'contains(var.v, "1")', '1.0'],
    ['map(any)', '{ a = { open = true, sku = "a" } }', 'var.v.a.open == true', '1.0'],
    [
      'map(any)',
      '{ a = { open = true }, b = { open = "true" } }',
      'var.v.a.open == true',
      'deferred: it is of several types, of which Terraform makes one [var.v.a.open == true ? "1.0" : "1.2"]',
    ],
  ])('of type %s with the value %s is of one type: %s', async (type, value, condition, expected) => {
    const variable = `variable "v" {\n  type = ${type}\n  default = ${value}\n}\n`;
    expect(await tlsIn({ 'main.tf': variable + cacheWith(`  minimum_tls_version = ${condition} ? "1.0" : "1.2"`) })).toBe(expected);
  });

  it('of objects takes the defaults of attributes that are optional', async () => {
    const variable =
      'variable "redis" {\n  type = object({\n    tls = optional(string, "1.1")\n    name = string\n  })\n  default = { name = "a", other = 1 }\n}';
    expect(await tlsIn({ 'main.tf': `${variable}\n${cacheWith('  minimum_tls_version = var.redis.tls')}` })).toBe('1.1');
  });

  it('of objects takes those defaults also for null', async () => {
    const variable = 'variable "redis" {\n  type = object({ tls = optional(string, "1.1") })\n  default = { tls = null }\n}';
    expect(await tlsIn({ 'main.tf': `${variable}\n${cacheWith('  minimum_tls_version = var.redis.tls')}` })).toBe('1.1');
  });

  it('that is null is absent, unless it refuses null', async () => {
    const call = 'module "a" {\n  source = "./redis"\n  tls = null\n}\n';
    const module = (more: string): string => `variable "tls" {\n  default = "1.1"\n${more}}\n${TLS}`;
    const provider = 'provider "azurerm" {\n  version = "~> 4.0"\n}\n';
    expect(await tlsIn({ 'main.tf': provider + call, 'redis/main.tf': module('') })).toBe('1.2');
    expect(await tlsIn({ 'main.tf': provider + call, 'redis/main.tf': module('  nullable = false\n') })).toBe('1.1');
  });

  it('that is sensitive is judged and not shown', async () => {
    const variable = 'variable "tls" {\n  default = "1.0"\n  sensitive = true\n}\n';
    const { caches } = await readTerraform({ 'main.tf': variable + TLS });
    expect(caches[0]?.minimumTlsVersion).toMatchObject({ known: true, value: '1.0', written: '(sensitive)' });
  });
});

describe('a local', () => {
  it('is followed through others, whatever their order', async () => {
    const locals = 'locals {\n  a = local.b.tls\n  b = merge({ tls = "1.0" }, { tls = local.c })\n  c = "1.${1}"\n}\n';
    expect(await tlsIn({ 'main.tf': locals + cacheWith('  minimum_tls_version = local.a') })).toBe('1.1');
  });

  it('that depends on itself is open', async () => {
    const locals = 'locals {\n  a = local.b\n  b = local.a\n}\n';
    expect(await tlsIn({ 'main.tf': locals + cacheWith('  minimum_tls_version = local.a') })).toBe(
      'deferred: local.a depends on itself [local.a]',
    );
  });
});

describe('how often', () => {
  it.each([
    ['count = 0', 0],
    ['count = "0"', 0],
    ['count = var.off ? 1 : 0', 0],
    ['for_each = {}', 0],
    ['for_each = toset([])', 0],
    ['count = 3', 1],
    ['count = var.unknown ? 1 : 0', 1],
    ['for_each = toset(["a", "b"])', 1],
    ['for_each = var.unknown', 1],
    ['count = null', 1],
  ])('with %s there are so many caches to judge: %i', async (line, expected) => {
    const variables = 'variable "off" {\n  default = false\n}\nvariable "unknown" {}\n';
    const { caches } = await readTerraform({ 'main.tf': variables + cacheWith(`  ${line}`) });
    expect(caches.map(({ id }) => id)).toEqual(expected === 0 ? [] : ['azurerm_redis_cache.main']);
  });

  it.each([
    ['{ a = "1.1", b = "1.1" }', 'each.value', '1.1'],
    ['toset(["1.1"])', 'each.key', '1.1'],
    ['{ a = { tls = "1.1" }, b = {} }', 'lookup(each.value, "tls", "1.1")', '1.1'],
    ['{ a = {}, b = { open = true } }', 'try(each.value.tls, "1.1")', '1.1'],
    ['{ a = "1.2", b = "1.0" }', 'each.value', 'deferred: it is not the same in all that are made [each.value]'],
    ['{ a = "1.2", b = var.x }', 'each.value', 'deferred: it is not the same in all that are made [each.value]'],
    ['{ a = var.x, b = var.x }', 'each.value', 'deferred: depends on var.x [each.value]'],
    ['var.x', 'each.value', 'deferred: depends on each.value [each.value]'],
  ])('knows what all have alike: for_each = %s with %s', async (each, expression, expected) => {
    const text = `variable "x" {}\n${cacheWith(`  for_each = ${each}`, `  minimum_tls_version = ${expression}`)}`;
    expect(await tlsIn({ 'main.tf': text })).toBe(expected);
  });

  it.each([
    ['for_each = { a = "1.1", b = "1.1" }\n  tls = each.value', '1.1'],
    ['for_each = { a = "1.1", b = "1.2" }\n  tls = each.value', 'deferred: it is not the same in all that are made [var.tls]'],
    ['count = 2\n  tls = count.index == 2 ? "1.0" : "1.1"', '1.1'],
    ['count = 2\n  tls = count.index == 1 ? "1.0" : "1.1"', 'deferred: it is not the same in all that are made [var.tls]'],
  ])('knows what all modules are given alike: %s', async (lines, expected) => {
    const call = `module "a" {\n  source = "./redis"\n  ${lines}\n}\n`;
    expect(await tlsIn({ 'main.tf': call, 'redis/main.tf': `variable "tls" {}\n${TLS}` })).toBe(expected);
  });

  it('leaves open a block that is dynamic', async () => {
    const lines = [
      '  dynamic "redis_configuration" {',
      '    for_each = [1]',
      '    content {',
      '      authentication_enabled = true',
      '    }',
      '  }',
    ];
    const { caches } = await readTerraform({ 'main.tf': cacheWith(...lines) });
    expect(caches[0]?.authenticationDisabled.known).toBe(false);
  });
});

describe('a module beside', () => {
  const MODULE = `variable "tls" {\n  default = "1.0"\n}\n${TLS}output "name" {\n  value = azurerm_redis_cache.main.name\n}\n`;

  it('is judged with what it is given, where it stands', async () => {
    const { caches, gaps } = await readTerraform({
      'infra/main.tf': 'module "cache" {\n  source = "../modules/redis"\n  tls = "1.1"\n}\n',
      'modules/redis/main.tf': MODULE,
    });
    expect(gaps).toEqual([]);
    expect(caches.map(({ id, origin, minimumTlsVersion }) => [id, origin?.file, origin?.place?.line, told(minimumTlsVersion)])).toEqual([
      ['module.cache.azurerm_redis_cache.main', 'modules/redis/main.tf', 4, '1.1'],
    ]);
  });

  it('is judged once for each call, and not by itself', async () => {
    const calls = '"a" {\n  source = "./redis"\n  tls = "1.1"\n}\nmodule "b" {\n  source = "./redis"\n}\n';
    const { caches } = await readTerraform({ 'main.tf': `module ${calls}`, 'redis/main.tf': MODULE });
    expect(caches.map(({ id, minimumTlsVersion }) => [id, told(minimumTlsVersion)])).toEqual([
      ['module.a.azurerm_redis_cache.main', '1.1'],
      ['module.b.azurerm_redis_cache.main', '1.0'],
    ]);
  });

  it('is judged with its defaults where nothing calls it', async () => {
    const { caches } = await readTerraform({ 'redis/main.tf': MODULE, 'other/main.tf': '' });
    expect(caches.map(({ id, minimumTlsVersion }) => [id, told(minimumTlsVersion)])).toEqual([['azurerm_redis_cache.main', '1.0']]);
  });

  it('is called as often as another one says, whatever their order', async () => {
    const { caches } = await readTerraform({
      'main.tf': 'module "a" {\n  source = "./redis"\n  count = module.b.count\n}\nmodule "b" {\n  source = "./numbers"\n}\n',
      'redis/main.tf': MODULE,
      'numbers/main.tf': 'output "count" {\n  value = 0\n}\n',
    });
    expect(caches).toEqual([]);
  });

  it('is not there where it is called zero times', async () => {
    const { caches } = await readTerraform({ 'main.tf': 'module "a" {\n  source = "./redis"\n  count = 0\n}\n', 'redis/main.tf': MODULE });
    expect(caches).toEqual([]);
  });

  it('is a gap where it is missing, calls itself, or holds no Terraform', async () => {
    const call = (source: string): string => `module "a" {\n  source = "${source}"\n}\n`;
    const gapsOf = async (contents: Readonly<Record<string, string>>): Promise<readonly string[]> =>
      (await readTerraform(contents)).gaps.map(({ message }) => message);
    expect(await gapsOf({ 'main.tf': call('./gone') })).toEqual([
      expect.stringContaining('main.tf:1:1: module a (./gone) was not read: it cannot be read: gone cannot be read: there is no such file'),
    ]);
    expect(await gapsOf({ 'a/main.tf': call('../b'), 'b/main.tf': call('../a') })).toEqual([
      'b/main.tf:1:1: module module.a.a (../a) was not read: it calls itself',
    ]);
    expect(await gapsOf({ 'main.tf': call('./.') })).toEqual(['main.tf:1:1: module a (./.) was not read: it calls itself']);
    expect(await gapsOf({ 'a/main.tf': call('../b'), 'b/read.me': '' })).toEqual([
      'a/main.tf:1:1: module a (../b) was not read: there is no Terraform in b',
    ]);
    expect((await gapsOf({ 'a/main.tf': call('../../../../../..') })).length).toBe(1);
  });

  it('lends its outputs to those who refer to it', async () => {
    const { caches } = await readTerraform({
      'main.tf': `module "cache" {\n  source = "./redis"\n}\nresource "azurerm_redis_firewall_rule" "a" {\n  name = "office"\n  redis_cache_name = module.cache.name\n  start_ip = "203.0.113.1"\n  end_ip = "203.0.113.2"\n}\n`,
      'redis/main.tf': MODULE,
    });
    expect(caches[0]?.firewallRules).toMatchObject({ known: true, value: [{ name: 'office' }] });
  });
});

describe('a module that is somewhere else', () => {
  const far = (source: string, more = ''): string => `module "m" {\n  source = "${source}"\n${more}}\n`;

  it.each([
    ['its source', far('Azure/avm-res-cache-redis/azurerm')],
    ['an input', far('git::https://example.com/platform.git', '  redis_sku = "Basic"\n')],
    ['its name', 'module "redis" {\n  source = "acme/platform/azurerm"\n}\n'],
  ])('is a gap when %s speaks of redis', async (_, text) => {
    const { gaps } = await readTerraform({ 'main.tf': text + cacheWith() });
    expect(gaps.map(({ code, hint }) => [code, hint])).toEqual([['MODULE_NOT_READ', expect.stringContaining('terraform init')]]);
  });

  it('is no gap otherwise, where caches were found', async () => {
    const { gaps } = await readTerraform({ 'a/main.tf': far('acme/network/azurerm'), 'b/main.tf': cacheWith() });
    expect(gaps).toEqual([]);
  });

  it('is told once where no cache was found at all', async () => {
    const { gaps } = await readTerraform({
      'a/main.tf': far('acme/network/azurerm'),
      'b/main.tf': far('acme/dns/azurerm'),
      'c/main.tf': '',
    });
    expect(gaps.map(({ message }) => message)).toEqual([
      'no cache is declared here, but some may be in modules that are not here: module.m',
    ]);
  });

  it('is read where terraform init put it', async () => {
    const { caches, gaps } = await readTerraform(
      {
        'main.tf': far('Azure/avm-res-cache-redis/azurerm'),
        '.terraform/modules/modules.json':
          '{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"x","Dir":".terraform/modules/m"}]}',
        '.terraform/modules/m/main.tf': cacheWith('  minimum_tls_version = "1.1"'),
      },
      [{ folder: '.', only: null }],
    );
    expect(gaps).toEqual([]);
    expect(caches.map(({ id }) => id)).toEqual(['module.m.azurerm_redis_cache.main']);
  });
});

describe('one file that was named', () => {
  const CONTENTS = {
    'one.tf': cacheWith('  minimum_tls_version = local.tls').replace('main', 'one'),
    'two.tf': 'module "cache" {\n  source = "./redis"\n}\nlocals {\n  tls = "1.1"\n}\n',
    'redis/main.tf': cacheWith(),
  };

  it.each([
    ['one.tf', ['azurerm_redis_cache.one']],
    ['two.tf', ['module.cache.azurerm_redis_cache.main']],
  ])('%s yields what it declares and calls, with its folder as context', async (only, ids) => {
    const { caches } = await readTerraform(CONTENTS, [{ folder: '.', only }]);
    expect(caches.map(({ id }) => id)).toEqual(ids);
    for (const { id, minimumTlsVersion } of caches) if (id.endsWith('one')) expect(told(minimumTlsVersion)).toBe('1.1');
  });
});

describe('override files', () => {
  it('replace attributes, and blocks of a type as a whole', async () => {
    const { caches, gaps } = await readTerraform({
      'main.tf': cacheWith(
        '  minimum_tls_version = "1.2"',
        '  non_ssl_port_enabled = false',
        '  redis_configuration {',
        '    aof_backup_enabled = true',
        '  }',
      ),
      'override.tf': cacheWith('  minimum_tls_version = "1.0"', '  redis_configuration {}'),
      'b_override.tf': cacheWith('  non_ssl_port_enabled = true'),
    });
    expect(gaps).toEqual([]);
    const [cache] = caches;
    expect([told(cache?.minimumTlsVersion), told(cache?.nonSslPort), cache?.aofPersistence]).toEqual([
      '1.0',
      true,
      expect.objectContaining({ known: true, value: false, from: 'service_default' }),
    ]);
    expect([...(cache?.origin?.places.keys() ?? [])].sort()).toEqual([]);
  });

  it('leave nothing to judge when one cannot be read', async () => {
    const { caches, gaps } = await readTerraform({ 'main.tf': cacheWith(), 'override.tf': 'x = [' });
    expect({ caches, gaps: gaps.map(({ scope }) => scope) }).toEqual({ caches: [], gaps: ['override.tf'] });
  });
});

describe('the version of azurerm', () => {
  const required = (version: string): string =>
    `terraform {\n  required_providers {\n    azurerm = {\n      source = "hashicorp/azurerm"\n      version = "${version}"\n    }\n  }\n}\n`;
  const lock = (version: string): string => `provider "registry.terraform.io/hashicorp/azurerm" {\n  version = "${version}"\n}\n`;
  const OPEN = expect.stringContaining('depends on the azurerm version');

  it.each([
    ['~> 2.99', {}, '1.0'],
    ['=2.46.0', {}, '1.0'],
    ['~> 3.0', {}, '1.2'],
    ['>= 3.0', {}, '1.2'],
    ['>= 3.0, < 5.0', {}, '1.2'],
    ['>= 2.0, < 3.0.0', {}, '1.0'],
    ['~> 2', {}, OPEN],
    ['>= 2.0', {}, OPEN],
    ['>= 2.0', { '.terraform.lock.hcl': lock('2.99.0') }, '1.0'],
    ['>= 2.0', { '.terraform.lock.hcl': lock('4.10.0') }, '1.2'],
    ['nonsense', {}, OPEN],
  ])('%s decides what an absent TLS version means', async (version, files, expected) => {
    const contents = { 'main.tf': required(version) + cacheWith('  name = "a"'), ...files };
    const { caches } = await readTerraform(contents, [{ folder: '.', only: null }]);
    expect(told(caches[0]?.minimumTlsVersion)).toEqual(expected);
  });

  it('is open where nothing says it, and the older of them in a provider block', async () => {
    expect(await tlsIn({ 'main.tf': cacheWith('  name = "a"') })).toEqual(OPEN);
    expect(await tlsIn({ 'main.tf': `provider "azurerm" {\n  version = "=2.10.0"\n}\n${cacheWith()}` })).toBe('1.0');
  });
});

describe('JSON', () => {
  it('is the same language', async () => {
    const text = JSON.stringify({
      variable: { tls: { type: 'string', default: '1.0' } },
      locals: { port: '${true}' },
      resource: {
        azurerm_redis_cache: {
          main: {
            '//': 'a comment',
            name: 'orders-${var.tls}',
            minimum_tls_version: '${var.tls}',
            non_ssl_port_enabled: '${local.port}',
            redis_configuration: { aof_backup_enabled: true },
            tags: { a: 'b' },
          },
        },
      },
    });
    const { caches, gaps } = await readTerraform({ 'main.tf.json': text });
    expect(gaps).toEqual([]);
    const [cache] = caches;
    expect([cache?.name, told(cache?.minimumTlsVersion), told(cache?.nonSslPort), cache?.aofPersistence]).toEqual([
      'orders-1.0',
      '1.0',
      true,
      expect.objectContaining({ value: true }),
    ]);
  });

  it('has places', async () => {
    const text =
      '{\n  "resource": {\n    "azurerm_redis_cache": {\n      "é": {\n        "minimum_tls_version": "1.0"\n      }\n    }\n  }\n}\n';
    const { caches } = await readTerraform({ 'main.tf.json': text });
    expect(caches[0]?.origin).toMatchObject({ place: { line: 4, column: 7 } });
    expect(caches[0]?.origin?.places.get('minimum_tls_version')).toEqual({ line: 5, column: 9 });
  });
});

describe('what may not be made', () => {
  const endpoint = (...lines: readonly string[]): string =>
    [
      'resource "azurerm_private_endpoint" "pe" {',
      ...lines,
      '  private_service_connection {',
      '    name = "c"',
      '    is_manual_connection = false',
      '    private_connection_resource_id = azurerm_redis_cache.main.id',
      '  }',
      '}',
      '',
    ].join('\n');

  it.each([
    ['without a count it belongs to its cache', '', '', true],
    ['with a count that is known', '  count = 1', '', true],
    ['with a count that is open', '  count = var.x ? 1 : 0', '', false],
    ['with the same count', '  count = var.x ? 1 : 0', '  count = var.x ? 1 : 0', true],
    ['with another count', '  count = var.y ? 1 : 0', '  count = var.x ? 1 : 0', false],
    ['for each of the caches', '  for_each = azurerm_redis_cache.main', '  for_each = var.x', true],
  ])('%s: is it known? %s', async (_, own, cache, isKnown) => {
    const text = `variable "x" {}\nvariable "y" {}\n${cacheWith(cache)}${endpoint(own)}`;
    const { caches } = await readTerraform({ 'main.tf': text });
    expect(caches[0]?.privateEndpoints.known).toBe(isKnown);
  });

  it('leaves open which of several caches is meant', async () => {
    const text = cacheWith('  for_each = toset(["a", "b"])') + endpoint().replace('main.id', 'main["a"].id');
    const { caches } = await readTerraform({ 'main.tf': text });
    expect(caches[0]?.privateEndpoints).toMatchObject({ known: false, kind: 'deferred' });
  });

  it('is clear where there is at most one', async () => {
    const text = `variable "x" {}\n${cacheWith('  count = var.x ? 1 : 0')}${endpoint('  count = var.x ? 1 : 0').replace('main.id', 'main[0].id')}`;
    const { caches } = await readTerraform({ 'main.tf': text });
    expect(caches[0]?.privateEndpoints.known).toBe(true);
  });

  it('leaves open a cache that is named in clear', async () => {
    const rule =
      'resource "azurerm_redis_firewall_rule" "r" {\n  count = var.x\n  name = "r"\n  redis_cache_name = "orders"\n  start_ip = "10.0.0.1"\n  end_ip = "10.0.0.1"\n}\n';
    const { caches } = await readTerraform({ 'main.tf': `variable "x" {}\n${cacheWith('  name = "orders"')}${rule}` });
    expect(caches[0]?.firewallRules).toMatchObject({ known: false, kind: 'deferred' });
  });
});

describe('a subnet', () => {
  const subnet = 'resource "azurerm_subnet" "a" {}\n';
  it.each([
    ['that is declared is one', 'azurerm_subnet.a.id', 'azurerm_subnet.a.id'],
    ['that is looked up is one', 'data.azurerm_subnet.a.id', 'data.azurerm_subnet.a.id'],
    ['of a condition may be none', 'var.x ? azurerm_subnet.a.id : null', 'deferred: depends on var.x'],
    ['that is tried may be none', 'try(azurerm_subnet.a.id, null)', 'deferred: depends on azurerm_subnet.a.id'],
    ['that is given may be none', 'var.x', 'deferred: depends on var.x'],
  ])('%s', async (_, expression, expected) => {
    const { caches } = await readTerraform({ 'main.tf': `${subnet}${cacheWith(`  subnet_id = ${expression}`)}variable "x" {}\n` });
    expect(String(told(caches[0]?.subnetId)).replace(/ \[.*/, '')).toBe(expected);
  });
});

describe('secrets in clear', () => {
  const STORAGE = 'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0';

  const secretsIn = async (text: string): Promise<unknown> => {
    const { caches } = await readTerraform({ 'main.tf': text });
    return caches.map(({ id, secrets }) => [id, secrets.known && secrets.value.map(({ path, subject }) => [path, subject])]);
  };

  it.each([
    [
      'of an attribute',
      cacheWith('  redis_configuration {', `    rdb_storage_connection_string = "${STORAGE}"`, '  }'),
      ['redis_configuration.rdb_storage_connection_string', null],
    ],
    [
      'of a text that is made of something open, too',
      cacheWith('  redis_configuration {', `    rdb_storage_connection_string = "${STORAGE}=;AccountName=\${var.x}"`, '  }'),
      ['redis_configuration.rdb_storage_connection_string', null],
    ],
    [
      'of a default, once',
      `variable "c" {\n  default = "${STORAGE}"\n}\n${cacheWith('  redis_configuration {', '    rdb_storage_connection_string = var.c', '  }')}`,
      ['var.c.default', 'var.c'],
    ],
    ['of a local', `locals {\n  c = { x = "${STORAGE}" }\n}\n${cacheWith()}`, ['local.c.x', 'local.c']],
    [
      'of an output that shows a key',
      `${cacheWith()}output "key" {\n  value = azurerm_redis_cache.main.primary_access_key\n}\n`,
      ['output.key', 'output.key'],
    ],
    [
      'of an output within a text',
      `${cacheWith()}output "key" {\n  value = "x:\${azurerm_redis_cache.main.secondary_connection_string}"\n}\n`,
      ['output.key', 'output.key'],
    ],
  ])('%s', async (_, text, secret) => {
    expect(await secretsIn(text)).toEqual([['azurerm_redis_cache.main', [secret]]]);
  });

  it.each([
    [
      'an output that says it is sensitive',
      'output "key" {\n  value = azurerm_redis_cache.main.primary_access_key\n  sensitive = true\n}\n',
    ],
    ['an output of something else', 'output "host" {\n  value = azurerm_redis_cache.main.hostname\n}\n'],
    ['a text that only looks a little like one', 'variable "a" {\n  default = "AccountKey"\n}\n'],
  ])('are not in %s', async (_, text) => {
    expect(await secretsIn(cacheWith() + text)).toEqual([['azurerm_redis_cache.main', []]]);
  });
});

describe('azapi', () => {
  const azapi = (body: string): string =>
    `resource "azapi_resource" "main" {\n  type = "Microsoft.Cache/redis@2024-11-01"\n  name = "orders"\n  parent_id = azurerm_resource_group.a.id\n  body = ${body}\n}\n`;

  it('is read also as the JSON that azapi took before 2.0', async () => {
    const body = 'jsonencode({\n    properties = { enableNonSslPort = true, minimumTlsVersion = var.tls }\n  })';
    const { caches, gaps } = await readTerraform({ 'main.tf': azapi(body) });
    expect(gaps).toEqual([]);
    expect(told(caches[0]?.nonSslPort)).toBe(true);
    expect(told(caches[0]?.minimumTlsVersion)).toMatch('deferred: depends on var.tls');
  });

  it('is read as it is sent', async () => {
    const body = '{ properties = { enableNonSslPort = true, minimumTlsVersion = var.tls } }';
    const { caches } = await readTerraform({ 'a/main.tf': azapi(body) });
    expect(caches.map(({ id, name, origin }) => [id, name, origin?.file])).toEqual([['azapi_resource.main', 'orders', 'a/main.tf']]);
    expect(told(caches[0]?.nonSslPort)).toBe(true);
    expect(told(caches[0]?.minimumTlsVersion)).toContain('depends on var.tls');
  });

  it('is open where its body is', async () => {
    const { caches } = await readTerraform({ 'main.tf': azapi('jsonencode({ properties = var.properties })') });
    expect(caches.map(({ nonSslPort }) => nonSslPort.known)).toEqual([false]);
  });
});

describe('a template of Resource Manager that is deployed', () => {
  const deployment = (content: string): string =>
    `resource "azurerm_resource_group_template_deployment" "a" {\n  name = "a"\n  template_content = ${content}\n}\n`;

  it.each([
    ['a text', '<<EOT\n{"resources": [{"type": "Microsoft.Cache/Redis"}]}\nEOT'],
    ['an object', 'jsonencode({ resources = [{ type = "Microsoft.Cache/redis" }] })'],
    ['a file', 'templatefile("${path.module}/redis.json", {})'],
    ['a file of any name', 'file("main.json")'],
    ['what is known elsewhere', 'data.http.template.response_body'],
  ])('is not read, and told where it may hold a cache: %s', async (_, content) => {
    const { caches, gaps } = await readTerraform({ 'main.tf': deployment(content) });
    expect(caches).toEqual([]);
    expect(gaps.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'TEMPLATE_NOT_READ: azurerm_resource_group_template_deployment.a deploys a template that is not read here, and there is or may be a cache in it',
    ]);
  });

  it('is nothing of ours otherwise', async () => {
    expect((await readTerraform({ 'main.tf': deployment('jsonencode({ resources = [] })') })).gaps).toEqual([]);
  });
});
