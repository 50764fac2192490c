// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates of Terraform
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../src/rules/index.ts';
import { cacheWith, readTerraform, told } from '../../support/terraform-files.ts';

/** Every rule that passes a cache of this text; the promise is that nothing else happens than gaps, refusals and findings. */
const passes = async (text: string | Uint8Array, name = 'main.tf'): Promise<readonly string[]> => {
  const { caches } = await readTerraform({ [name]: text });
  return caches.flatMap((cache) => RULES.filter(({ check }) => check(cache, '2026-01-01').outcome === 'pass').map(({ id }) => id));
};

const DEEP = 100_000;
const deep = (open: string, inner: string, close: string): string => open.repeat(DEEP) + inner + close.repeat(DEEP);

describe('nesting of 100,000 levels', () => {
  it.each([
    ['parentheses', deep('(', '"1.2"', ')')],
    ['lists', deep('[', '"1.2"', ']')],
    ['objects', deep('{a=', '"1.2"', '}')],
    ['calls', deep('lower(', '"1.2"', ')')],
    ['negations', `${'!'.repeat(DEEP)}true`],
    ['sums', `${'1+'.repeat(DEEP)}1`],
    ['attributes', `a${'.b'.repeat(DEEP)}`],
    ['indexes', `a${'[0]'.repeat(DEEP)}`],
    ['conditions', `${'true ? 1 : '.repeat(20_000)}"1.2"`],
    ['open parentheses', '('.repeat(DEEP)],
    ['open interpolations', '"${'.repeat(DEEP)],
  ])('of %s is no value', async (_, expression) => {
    const { caches, gaps } = await readTerraform({ 'main.tf': cacheWith(`  minimum_tls_version = ${expression}`) });
    expect(gaps.length + caches.length).toBe(1);
    for (const { minimumTlsVersion } of caches) expect(minimumTlsVersion).toMatchObject({ known: false, kind: 'deferred' });
  });

  it('of blocks is refused', async () => {
    const { caches, gaps } = await readTerraform({ 'main.tf': cacheWith(`${'a {\n'.repeat(1000)}${'}\n'.repeat(1000)}`) });
    expect({ caches: caches.length, gaps: gaps.map(({ message }) => message) }).toEqual({
      caches: 0,
      gaps: ['main.tf:202:1 cannot be read as Terraform: blocks are nested deeper than 200 levels'],
    });
  });

  it('of JSON is refused', async () => {
    const { gaps } = await readTerraform({ 'main.tf.json': deep('[', '', ']') });
    expect(gaps.map(({ message }) => message)).toEqual(['main.tf.json cannot be read as Terraform: it is nested deeper than 200 levels']);
  });

  it('of locals that lead to each other leaves them open', async () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => `  a${index} = local.a${index + 1}`);
    const text = `locals {\n${chain.join('\n')}\n  a10000 = "1.2"\n}\n${cacheWith('  minimum_tls_version = local.a0')}`;
    const { caches } = await readTerraform({ 'main.tf': text });
    expect(told(caches[0]?.minimumTlsVersion)).toContain('deferred: it refers to something that refers on, too often');
  });
});

describe('what is large', () => {
  it('is read up to 5 MB', { timeout: 60_000 }, async () => {
    const block = 'resource "azurerm_subnet" "s@" {\n  name = "x" # padding padding padding padding padding padding padding padding\n}\n';
    const blocks = Array.from({ length: Math.ceil((5 * 2 ** 20) / block.length) }, (_, index) => block.replace('@', String(index)));
    const { caches, gaps } = await readTerraform({ 'main.tf': `${blocks.join('')}${cacheWith('  name = "orders"')}` });
    expect({ names: caches.map(({ name }) => name), gaps }).toEqual({ names: ['orders'], gaps: [] });
  });

  it('is refused beyond 8 MB', async () => {
    const { gaps } = await readTerraform({ 'main.tf': `#${' '.repeat(9 * 2 ** 20)}` });
    expect(gaps.map(({ message }) => message)).toEqual(['main.tf is larger than 8 MB']);
  });

  it('breaks the parser rather than the run', { timeout: 60_000 }, async () => {
    const { caches, gaps } = await readTerraform({ 'main.tf': cacheWith(`  a = ${'='.repeat(2 ** 21)}`) });
    expect({ caches, gaps: gaps.map(({ message }) => message) }).toEqual({
      caches: [],
      gaps: ['main.tf cannot be read as Terraform: it is larger than anything that a person writes, or means to be'],
    });
  });

  it('is no value where lists hold each other', async () => {
    const layers = Array.from({ length: 40 }, (_, index) => `  a${index + 1} = [local.a${index}, local.a${index}, local.a${index}]`);
    const text = `locals {\n  a0 = "1.2"\n${layers.join('\n')}\n}\n${cacheWith('  tags = { a = local.a40 }', '  minimum_tls_version = local.a40')}`;
    const { caches } = await readTerraform({ 'main.tf': text });
    expect(told(caches[0]?.minimumTlsVersion)).toBe('deferred: its value is too large to be evaluated [local.a40]');
  });

  it('is no value where texts double', async () => {
    const layers = Array.from({ length: 60 }, (_, index) => `  a${index + 1} = "\${local.a${index}}\${local.a${index}}"`);
    const text = `locals {\n  a0 = "1.2"\n${layers.join('\n')}\n}\n${cacheWith('  minimum_tls_version = local.a60')}`;
    const { caches } = await readTerraform({ 'main.tf': text });
    expect(told(caches[0]?.minimumTlsVersion)).toBe('deferred: its value is too large to be evaluated [local.a60]');
  });

  it('is a gap where modules call each other by the thousand', async () => {
    const calls = (to: string): string =>
      Array.from({ length: 10 }, (_, index) => `module "m${index}" {\n  source = "../${to}"\n}\n`).join('');
    const folders = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}/main.tf`, calls(`f${index + 1}`)]));
    const { gaps } = await readTerraform({ ...folders, 'f20/main.tf': cacheWith() });
    expect(gaps[0]?.message).toContain('too many modules call each other');
  });
});

describe('a document without meaning', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \n\t\r\n'],
    ['a comment', '# azurerm_redis_cache'],
    ['a resource without labels', 'resource {}'],
    ['a resource with one label', 'resource "azurerm_redis_cache" {}'],
    ['a locals block with labels', 'locals "a" { a = 1 }'],
    ['names of prototypes', 'resource "__proto__" "constructor" {}\nlocals {\n  __proto__ = 1\n}\n__proto__ {}\nconstructor {}'],
    ['NUL', '\0'.repeat(1000)],
    ['binary', String.fromCharCode(...Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256))],
    ['quotes', '"'.repeat(10_001)],
    ['a lone surrogate', 'locals {\n  a = "\ud800"\n}'],
  ])('of %s passes nothing', async (_, text) => {
    expect(await passes(text)).toEqual([]);
  });

  it.each(['null', '1', '"a"', '[]', '[null]', '{}', '{"resource": null}', '{"resource": 1}', '{"resource": {"azurerm_redis_cache": 1}}'])(
    'of JSON %s passes nothing',
    async (text) => {
      expect(await passes(text, 'main.tf.json')).toEqual([]);
    },
  );

  it.each(['{"resource": {"azurerm_redis_cache": {"main": 1}}}', '{"resource": {"__proto__": {"main": {}}}}', '{"__proto__": {"a": 1}}'])(
    'of JSON %s passes nothing either',
    async (text) => {
      expect(await passes(text, 'main.tf.json')).toEqual([]);
    },
  );

  it('of the wrong types everywhere has no fact that is good', async () => {
    const names = [
      'non_ssl_port_enabled',
      'minimum_tls_version',
      'public_network_access_enabled',
      'sku_name',
      'family',
      'capacity',
      'zones',
    ];
    for (const wrong of ['[]', '{}', '"?"', '-1', '["a"]', '{ a = 1 }']) {
      const { caches } = await readTerraform({ 'main.tf': cacheWith(...names.map((name) => `  ${name} = ${wrong}`)) });
      const [cache] = caches;
      expect([cache?.nonSslPort.known, cache?.minimumTlsVersion.known, cache?.publicNetworkAccess.known]).toEqual([false, false, false]);
    }
  });
});

describe('texts that are meant for somebody else', () => {
  it('show no secret that stands in an expression', async () => {
    const key = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=';
    const { caches } = await readTerraform({
      'main.tf': cacheWith(`  minimum_tls_version = "AccountKey=${key};\${azurerm_a.b.c}"`, `  name = "rediss://:${key}@x-\${var.y}"`),
    });
    expect(JSON.stringify(caches)).not.toContain(key.slice(0, 12));
  });

  it('stay short, and in one line', async () => {
    const { caches } = await readTerraform({
      'main.tf': cacheWith(`  minimum_tls_version = join("", [\n${'azurerm_a.b.c,\n'.repeat(500)}])`),
    });
    const fact = caches[0]?.minimumTlsVersion;
    expect(fact?.known === false && fact.actual).toMatch(/^join\("", \[ azurerm_a\.b\.c, .{1,70}\.\.\.$/);
  });
});
