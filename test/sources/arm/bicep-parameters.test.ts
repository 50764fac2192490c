// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are strings of Bicep
import { describe, expect, it } from 'vitest';
import { bicepParametersIn } from '../../../src/sources/arm/bicep-parameters.ts';

const valuesOf = (text: string): unknown => Object.fromEntries(bicepParametersIn(text).values);

describe('a file of parameters in Bicep', () => {
  it.each<[text: string, using: string | null, base: string | null]>([
    ["using './main.bicep'", './main.bicep', null],
    ["  using\t'main.json'\r\nparam a = 1", 'main.json', null],
    ["/* one\n two */ using /* it */ 'main.bicep' // here", 'main.bicep', null],
    ["// using 'old.bicep'\nusing 'main.bicep'", 'main.bicep', null],
    ["/*\nusing 'old.bicep'\n*/\nusing 'main.bicep'", 'main.bicep', null],
    ["param a = '''\nusing 'old.bicep'\n'''\nusing 'main.bicep'", 'main.bicep', null],
    ["using 'br:example.azurecr.io/main:v1' with {\n  mode: 'stack'\n}", 'br:example.azurecr.io/main:v1', null],
    ['using none', null, null],
    ['param a = 1', null, null],
    ["using none\nextends '../base.bicepparam'", null, '../base.bicepparam'],
    ["using 'main.bicep'\nextends base", 'main.bicep', ''],
    ["using 'ma\\'in.bicep'", null, null],
    ["usings 'main.bicep'", null, null],
  ])('%j is for a template and takes over another file', (text, using, base) => {
    expect(bicepParametersIn(text)).toMatchObject({ using, base });
  });

  it.each<[text: string, values: unknown]>([
    ["param a = true\nparam B = false\n  param\tc='x'", { a: true, b: false, c: 'x' }],
    ['param n = -12\nparam big = 12345678901234567890', { n: -12, big: undefined }],
    ["param a = 'x${b}'\nparam b = 'it\\'s'\nparam c = f('x')", { a: undefined, b: undefined, c: undefined }],
    ['param a = {\n  b: 1\n}\nparam c = [\n  1\n]', { a: undefined, c: undefined }],
    ["param a = '''\nparam b = true\n'''\nparam c = '''''''", { a: undefined, c: undefined }],
    ['param a = true // false\nparam b = /* 1 */ 2 /* 3 */', { a: true, b: 2 }],
    ['param /* a\n */ a = true\n/* b\n*/ param b = true', { a: true, b: true }],
    ['// param a = true\n/* param b = true\nparam c = true\n*/', {}],
    ["param a = 'http://x' // y\nparam b = 'a /* b'\nparam c = 1 // */", { a: 'http://x', b: 'a /* b', c: 1 }],
    ['param a = 1\nparam A = 1', { a: undefined }],
    ["var a = 'x'\nparameter = 1\nparam = 1", {}],
    ["param a = '${f('/* b')}'\nparam b = true\nparam c = '*/'", { a: undefined, b: true, c: '*/' }],
    ["param a = '${f({ x: { y: 'z}/*' } })} // w'\nparam b = true /* '", { a: undefined, b: true }],
    ["param a = '${b}/*'\nparam b = true", { a: undefined, b: true }],
    ["param a = '${f({ x: 1 }, '/*')}'\nparam b = true", { a: undefined, b: true }],
    ["param a = '${f({ x: 1 })}/*'\nparam b = true", { a: undefined, b: true }],
    ["param a = 'never closed\n/*\nparam b = true\n*/", { a: undefined }],
    ["param a = '\\${/*'\nparam b = true", { a: undefined, b: true }],
    ['param a = 1 /* never closed\nparam b = true', { a: 1 }],
    ["param a = 'never closed /*\nparam b = true", { a: undefined, b: true }],
  ])('%j gives these values', (text, values) => {
    expect(valuesOf(text)).toStrictEqual(values);
  });
});
