// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates of Terraform
import { describe, expect, it } from 'vitest';
import { cacheWith, readTerraform } from '../../support/terraform-files.ts';

/** What is said of a file that was named. */
const refusal = async (text: string | Uint8Array, name = 'main.tf'): Promise<string | null> => {
  const { refused, caches } = await readTerraform({ [name]: text }, [{ folder: '.', only: name }]);
  expect(caches).toEqual([]);
  return refused === null ? null : refused.message;
};

const NO = 'cannot be read as Terraform:';

describe('a file that was named and is no Terraform is refused with the place', () => {
  it.each([
    ['a = "x', `main.tf:1:5 ${NO} the closing quote of a text is missing`],
    ['a = "x\n"', `main.tf:1:5 ${NO} a quoted text ends with its line`],
    ['a = <<EOT\nfoo\n', `main.tf:1:5 ${NO} the line that ends a here-document is missing`],
    ['a = "${b"', `main.tf:1:1 ${NO} `],
    ['a = "\\q"', `main.tf:1:6 ${NO} `],
    ['a = [1 2]', `main.tf:1:1 ${NO} this is not understood, from "a" on`],
    ['a = ', `main.tf:1:5 ${NO} a name is missing`],
    ['resource "a" "b" {\n  c = 1\n', `main.tf:1:1 ${NO} the } of a block is missing`],
    ['resource "a" {}', `main.tf:1:1 ${NO} a block "resource" has 2 labels`],
    ['locals "a" {}', `main.tf:1:1 ${NO} a block "locals" has no label`],
    ['resource "a" "b" {\n  c = 1\n}}\n', `main.tf:3:2 ${NO} this is not understood, from "}" on`],
    ['}', `main.tf:1:1 ${NO} this is not understood, from "}" on`],
    ['{ "resource": {} }', `main.tf:1:1 ${NO} a block or an attribute is expected here`],
    ['hello world', `main.tf:1:1 ${NO} this is not understood, from "hello" on`],
    // What the grammar lets through.
    ['locals {\n  a = 1 b = 2\n}', `main.tf:2:9 ${NO} this has to begin on a line of its own`],
    ['locals {\n  a = 1\n  + 2\n}', `main.tf:3:3 ${NO} this belongs to the line above, or a bracket is missing`],
    ['locals {\n  a =\n  2\n}', `main.tf:3:3 ${NO} this belongs to the line above, or a bracket is missing`],
    ['locals {\n  a = b\n  [0]\n}', `main.tf:3:3 ${NO} this belongs to the line above, or a bracket is missing`],
    ['locals\n{\n}', `main.tf:2:1 ${NO} this belongs to the line above, or a bracket is missing`],
    ['locals {\n  a = { b = 1 c = 2 }\n}', `main.tf:2:15 ${NO} a comma or a new line is missing before this`],
    ['locals {\n  a = 0x1F\n}', `main.tf:2:7 ${NO} this is no number`],
    ['locals {\n  a = 1\n  a = 2\n}', `main.tf:3:3 ${NO} "a" is set twice in one block, first in line 2`],
    ['locals {\n  a = 1\n}\nlocals {\n  a = 2\n}', `main.tf:5:3 ${NO} local.a is declared a second time`],
    ['variable "a" {}\nvariable "a" {}', `main.tf:2:1 ${NO} variable "a" is declared a second time, first in main.tf:1`],
    [`${cacheWith()}${cacheWith()}`, `main.tf:3:1 ${NO} resource "azurerm_redis_cache.main" is declared a second time, first in main.tf:1`],
    [
      cacheWith('  redis_configuration {}', '  redis_configuration {}'),
      `main.tf:3:3 ${NO} a block "redis_configuration" stands here a second time`,
    ],
  ])('%j', async (text, message) => {
    expect(await refusal(text)).toContain(message);
  });

  it.each([
    ['é = "x"\nb = ]', 'main.tf:2:5'],
    ['locals {\n  é = "ü" b = 2\n}', 'main.tf:2:11'],
    ['locals {\n  a = "😀" b = 2\n}', 'main.tf:2:11'],
    ['locals {\r\n  a = 1\r\n  a = 2\r\n}', 'main.tf:3:3'],
    ['\ufefflocals {\n  a = 1\n  a = 2\n}', 'main.tf:3:3'],
    ['\ufefflocals { a = 1 b = 2 }', 'main.tf:1:16'],
  ])('counts characters, not bytes: %j at %s', async (text, place) => {
    expect(await refusal(text)).toContain(`${place} ${NO}`);
  });

  it('says it also of JSON', async () => {
    expect(await refusal('{', 'main.tf.json')).toContain(`main.tf.json ${NO} it is not JSON, or not all of it`);
    expect(await refusal('{"locals": {"a": 1, "a": 2}}', 'main.tf.json')).toContain('repeats a name');
    expect(await refusal('', 'main.tf.json')).toContain('it is not JSON');
  });

  it('says it of what is no text', async () => {
    expect(await refusal(new Uint8Array([0x61, 0x20, 0x3d, 0x20, 0xff, 0xfe, 0x80, 0x80]))).toContain('is not text');
  });

  it('does not repeat what stands there: it may be a secret', async () => {
    const message = await refusal('locals {\n  a = "AccountKey=c2VjcmV0c2VjcmV0" "hunter2-hunter2" \n}');
    expect(message).not.toMatch(/c2Vj|hunter/);
  });
});

describe('a file of a folder', () => {
  it('is a gap, and the others are judged', async () => {
    const { caches, gaps, refused } = await readTerraform({ 'a/broken.tf': 'x = [', 'a/main.tf': cacheWith('  name = "orders"') });
    expect(refused).toBeNull();
    expect(caches.map(({ name }) => name)).toEqual(['orders']);
    expect(gaps).toEqual([
      expect.objectContaining({
        kind: 'malformed',
        scope: 'a/broken.tf',
        affects: ['*'],
        message: expect.stringContaining('a/broken.tf:1:1'),
      }),
    ]);
  });

  it('is a gap also beside the file that was named', async () => {
    const { caches, gaps } = await readTerraform({ 'broken.tf': 'x = [', 'main.tf': cacheWith() }, [{ folder: '.', only: 'main.tf' }]);
    expect({ caches: caches.length, gaps: gaps.map(({ scope }) => scope) }).toEqual({ caches: 1, gaps: ['broken.tf'] });
  });
});
