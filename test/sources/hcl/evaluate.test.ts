// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates of Terraform
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Parser } from 'web-tree-sitter';
import { readGrammar } from '../../../src/cli/grammar.ts';
import { evaluate, type Scope } from '../../../src/sources/hcl/evaluate.ts';
import { parserOf } from '../../../src/sources/hcl/grammar.ts';
import { readNative } from '../../../src/sources/hcl/native.ts';
import { contentsOf, revealed } from '../../../src/sources/hcl/values.ts';
import { placeOfTerraform } from '../../support/terraform-binary.ts';

let parser: Parser;
beforeAll(async () => {
  parser = await parserOf({ grammar: readGrammar });
});

const SCOPE = (): Scope => ({ variable: () => undefined, local: () => undefined, output: () => undefined, depth: { now: 0 } });

/** What an expression comes to, or in words why not. */
const comesTo = (expression: string): unknown => {
  const parsed = readNative(parser, `a = ${expression}\n`);
  if ('mistake' in parsed) return `mistake: ${parsed.mistake.what}`;
  const attribute = parsed.body.attributes.get('a');
  if (attribute === undefined) return 'nothing';
  const value = evaluate(attribute.value, SCOPE());
  const { open } = contentsOf(value);
  return open === null ? revealed(value) : `open: ${open.reason}`;
};

const HEREDOC = ['<<-EOT', '    a', '      b', '    c${1}', '  ${2}d', '', '    e', '  EOT'].join('\n');

/** Expressions, and what Terraform makes of them; another test asks Terraform itself. */
const KNOWN: readonly (readonly [expression: string, value: unknown])[] = [
  ['"1.2"', '1.2'],
  ['1.20', 1.2],
  ['08', 8],
  ['null', null],
  ['(\n1\n+ 2)', 3],
  ['[\n1,\n2,\n]', [1, 2]],
  ['{\na = 1\n"b" = 2, (upper("c")) : 3\n}', { a: 1, b: 2, C: 3 }],
  ['{ a = 1, a = 2 }', { a: 2 }],
  ['/* c */ 1 /* d */ # e', 1],
  // Texts.
  ['""', ''],
  ['"  ${1}  x "', '  1  x '],
  ['"x${1.10}y${true}"', 'x1.1ytrue'],
  ['"${true}"', true],
  ['"${[1]}"', [1]],
  ['"a${"b${"c"}"}d"', 'abcd'],
  ['"$${a} %%{ if } $$ %"', '${a} %{ if } $$ %'],
  ['"a\\tb\\"c\\\\d\\u00e9\\U0001F600"', 'a\tb"c\\dé😀'],
  ['"é" == "e\\u0301"', true],
  ['<<EOT\nhello\n  world ${1}\nEOT', 'hello\n  world 1\n'],
  ['<<EOT\nEOT', ''],
  ['<<EOT\n$${a} %%{b} \\n\nEOT', '${a} %{b} \\n\n'],
  [HEREDOC, '  a\n    b\n  c1\n2d\n\n  e\n'],
  // Operators, and what binds closer.
  ['1 + 2 * 3 - 4', 3],
  ['10 - 3 - 2', 5],
  ['8 / 2 / 2', 2],
  ['-7 % 3', -1],
  ['2 - -1', 3],
  ['!true && false || true', true],
  ['!!true', true],
  ['1 < 2 && 2 <= 3', true],
  ['1 == 1 == true', true],
  ['1 == "1"', false],
  ['1 == 1.0', true],
  ['null == ""', false],
  ['[] == null', false],
  ['"1" + 1', 2],
  ['!"true"', false],
  // The grammar joins these from the left.
  ['false ? "a" : true ? "b" : false ? "c" : "d"', 'b'],
  ['true ? "a" : false ? "b" : "c"', 'a'],
  ['false ? 1 : false ? 2 : 3', 3],
  ['true ? false ? 1 : 2 : 3', 2],
  ['(true ? 1 : 2) == 1 ? "p" : "q"', 'p'],
  ['true ? 1 : "a"', '1'],
  ['true ? [1] : ["a"]', ['1']],
  // Parts of values.
  ['[1, 2]["1"]', 2],
  ['{ a = { b = 1 } }.a["b"]', 1],
  ['{ a = null }.a', null],
  // Functions.
  ['tostring(1.10)', '1.1'],
  ['tostring(null)', null],
  ['tobool("1")', true],
  ['tonumber("1.20")', 1.2],
  ['lower("ABC")', 'abc'],
  ['lower(1)', '1'],
  ['upper("a")', 'A'],
  ['trimspace("  a ")', 'a'],
  ['format("%s-%d%%", "a", 3)', 'a-3%'],
  ['format("%s", true)', 'true'],
  ['replace("a_b_c", "_", "-")', 'a-b-c'],
  ['join("-", ["a", 1, true], ["b"])', 'a-1-true-b'],
  ['join(",", [])', ''],
  ['split(",", "")', ['']],
  ['length({ a = 1 })', 1],
  ['contains(["a", "b"], "b")', true],
  ['element([1, 2, 3], 4)', 2],
  ['concat([1], [2], [])', [1, 2]],
  ['merge({ a = 1 }, { b = 2 }, { a = 3 })', { a: 3, b: 2 }],
  ['merge({ a = 1 }, null)', { a: 1 }],
  ['lookup({ a = 1 }, "b", 2)', 2],
  ['lookup({ a = null }, "a", 3)', null],
  ['coalesce(null, "", "y")', 'y'],
  ['try({}.a, [][0], "d")', 'd'],
  ['try(tonumber("x"), 7)', 7],
  ['can({}.a)', false],
  ['can(1)', true],
  ['toset(["b", "é", "z", "b"])', ['b', 'z', 'é']],
  ['startswith("abc", "ab")', true],
  ['endswith("abc", "ab")', false],
  ['nonsensitive(sensitive("a"))', 'a'],
];

describe('an expression that is known', () => {
  it.each(KNOWN)('%j comes to %j', (expression, value) => {
    expect(comesTo(expression)).toEqual(value);
  });
});

describe('an expression that nobody can tell without Azure, or not as exactly as Terraform', () => {
  it.each([
    ['var.x', 'open: undefined'],
    ['azurerm_subnet.cache["a"].id', 'open: depends on azurerm_subnet.cache["a"].id'],
    ['"x-${data.azurerm_client_config.me.tenant_id}"', 'open: depends on data.azurerm_client_config.me.tenant_id'],
    ['each.value.tls', 'open: depends on each.value.tls'],
    ['count.index', 'open: depends on count.index'],
    ['path.module', 'open: depends on path.module'],
    ['0.1 + 0.2', 'open: "+" is not evaluated for these numbers'],
    ['5 / 2', 'open: "/" is not evaluated for these numbers'],
    ['1 / 0', 'open: "/" is not evaluated for these numbers'],
    ['123456789012345678901234567890', 'open: a number with many digits is not evaluated here'],
    ['[1] == [1]', 'open: lists and objects are not compared here'],
    ['[for x in [1] : x]', 'open: a for expression is not evaluated here'],
    ['[{ a = 1 }][*].a', 'open: a splat expression is not evaluated here'],
    ['"%{ if true }x%{ endif }"', 'open: a template with directives is not evaluated here'],
    ['"a ${~ 1 ~} b"', 'open: a template that strips white space is not evaluated here'],
    ['replace("a1", "/[0-9]/", "")', 'open: the function replace is not evaluated here'],
    ['file("x")', 'open: the function file is not evaluated here'],
    ['upper("straße")', 'open: the function upper is not evaluated here'],
    ['format("%5s", "a")', 'open: the function format is not evaluated here'],
    ['constructor("a")', 'open: the function constructor is not evaluated here'],
    ['coalesce(1, "a")', 'open: the function coalesce is not evaluated here'],
    ['coalesce(a_b.c.d, "x")', 'open: depends on a_b.c.d'],
    ['try(a_b.c.d, "x")', 'open: depends on a_b.c.d'],
    ['merge({ a = 1 }, a_b.c.d)', 'open: depends on a_b.c.d'],
    ['a_b.c.d ? 1 : 1', 'open: depends on a_b.c.d'],
    ['true && a_b.c.d', 'open: depends on a_b.c.d'],
    ['tobool("True")', 'open: it is neither true nor false'],
    ['try(tonumber("1e3"), 0)', 'open: it is a number with many digits'],
    ['try(tonumber("1."), 0)', 'open: it is a number with many digits'],
    ['try(element([1, 2], -1), 0)', 'open: element asks for an item before the first one'],
    ['null.a', 'open: it asks for an attribute that is not there'],
    ['"x${null}"', 'open: it is no text'],
  ])('%s', (expression, reason) => {
    const text = comesTo(expression);
    expect(text ?? 'open: undefined').toBe(reason);
  });

  it('is known where the part that is not does not matter', () => {
    expect(comesTo('false && a_b.c.d')).toBe(false);
    expect(comesTo('a_b.c.d || true')).toBe(true);
    expect(comesTo('true ? 1 : a_b.c.d')).toBe(1);
    expect(comesTo('{ a = 1, b = a_b.c.d }.a')).toBe(1);
    expect(comesTo('[1, a_b.c.d][0]')).toBe(1);
    expect(comesTo('length([1, a_b.c.d])')).toBe(2);
    expect(comesTo('merge({ a = a_b.c.d }, { a = 1 }).a')).toBe(1);
  });
});

describe('names that objects of JavaScript have', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is none of an object that does not say so', (name) => {
    expect(comesTo(`{}.${name}`)).toBe('open: it asks for an attribute that is not there');
    expect(comesTo(`{ ${name} = 1 }["${name}"]`)).toBe(1);
    expect(comesTo(`lookup({}, "${name}", 2)`)).toBe(2);
    expect(comesTo(`merge({ ${name} = 1 }, {}).${name}`)).toBe(1);
  });
});

const terraform = placeOfTerraform();

describe.skipIf(terraform === null)('Terraform itself', () => {
  it('makes the same of every expression that is known here', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'redvet-console-'));
    const locals = KNOWN.map(([expression], index) => `  e${index} = ${expression}\n`);
    writeFileSync(join(folder, 'main.tf'), `locals {\n${locals.join('')}}\n`);
    const all = KNOWN.map((_, index) => `local.e${index}`);
    const input = `jsonencode([${all.join(', ')}])\n`;
    const env = { PATH: process.env['PATH'] ?? '', TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };
    const output = execFileSync(terraform ?? '', ['console'], { cwd: folder, input, env, encoding: 'utf8' });
    const theirs: unknown = JSON.parse(JSON.parse(output));
    expect(theirs).toEqual(KNOWN.map(([, value]) => value));
  });
});
