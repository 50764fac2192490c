import { describe, expect, it } from 'vitest';
import { Trouble } from '../../../src/errors.ts';
import { parametersFiles } from '../../../src/sources/arm/parameters-files.ts';
import { readArmTemplate } from '../../../src/sources/arm-template.ts';
import { brief, bytesOf, cacheIn, filesOf, type Json, redis, template } from '../../support/templates.ts';

const portOf = async (definition: unknown, parameters: Json | null, more: Json = {}): Promise<unknown> => {
  const resources = [redis({ enableNonSslPort: "[parameters('port')]" })];
  return brief((await cacheIn({ parameters: { port: definition }, resources, ...more }, parameters)).nonSslPort);
};

describe('a parameter', () => {
  it.each<[what: string, definition: unknown, parameters: Json | null, value: unknown]>([
    ['has its default', { type: 'bool', defaultValue: true }, null, true],
    ['has its default where the file does not name it', { type: 'bool', defaultValue: true }, { other: { value: 1 } }, true],
    ['has the value of the file', { type: 'bool', defaultValue: true }, { port: { value: false } }, false],
    ['is named in any case', { type: 'Bool' }, { PORT: { value: false } }, false],
    ['becomes what its type says', { type: 'bool' }, { port: { value: 'True' } }, true],
    ['is open without a value', { type: 'bool' }, null, { deferred: 'depends on parameter port' }],
    ['is open by a secret of Key Vault', { type: 'bool' }, { port: { reference: { keyVault: {} } } }, { deferred: KEY_VAULT() }],
    [
      'is open by what is neither',
      { type: 'bool', defaultValue: false },
      { port: { metadata: {} } },
      { deferred: 'depends on parameter port' },
    ],
    ['is open by another type', { type: 'bool' }, { port: { value: 'open' } }, { deferred: 'parameter port is no bool' }],
    [
      'is open by a type that is none',
      { type: 'switch', defaultValue: false },
      null,
      { deferred: 'parameter port has a type that cannot be told' },
    ],
    ['is open by what is no definition', 7, { port: { value: false } }, { deferred: 'depends on parameter port, which is not declared' }],
    ['is absent where it may be null', { type: 'bool', nullable: true }, null, { byDefault: false }],
    ['has a default that is an expression', { type: 'bool', defaultValue: "[not(contains('a', 'b'))]" }, null, true],
    ['does not depend on itself', { type: 'bool', defaultValue: "[parameters('port')]" }, null, { deferred: 'port depends on itself' }],
    [
      'is a value of the file as it is written, no expression',
      { type: 'string' },
      { port: { value: '[false()]' } },
      { invalid: '"[false()]" is not true or false' },
    ],
  ])('%s', async (_, definition, parameters, value) => {
    expect(await portOf(definition, parameters)).toEqual(value);
  });

  it.each([
    [{ $ref: '#/definitions/switch' }, { switch: { type: 'bool' } }],
    [{ $ref: '#/definitions/outer' }, { outer: { $ref: '#/definitions/switch' }, switch: { type: 'bool' } }],
  ])('has a type of the template: %j', async (definition, definitions) => {
    expect(await portOf(definition, { port: { value: 'true' } }, { definitions })).toBe(true);
  });

  it('has no type by a definition that goes round in a circle', async () => {
    const definitions = { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } };
    expect(await portOf({ $ref: '#/definitions/a' }, { port: { value: true } }, { definitions })).toEqual({
      deferred: 'parameter port has a type that cannot be told',
    });
  });

  it.each<[what: string, parameters: Json | null, defaultValue: unknown, written: string | null, value: unknown]>([
    ['by its default', null, '1.0', '(sensitive)', '1.0'],
    ['by the file', { tls: { value: '1.0' } }, undefined, '(sensitive)', '1.0'],
    [
      'and never shown, also where it is no version',
      { tls: { value: 'hunter2' } },
      undefined,
      null,
      { invalid: 'the sensitive value is not one of 1.0, 1.1, 1.2, 1.3' },
    ],
    ['also where it is put together', { tls: { value: '0' } }, undefined, '(sensitive)', '1.0'],
  ])('that is secure is judged %s', async (what, parameters, defaultValue, written, value) => {
    const definition = { type: 'secureString', ...(defaultValue === undefined ? {} : { defaultValue }) };
    const expression = what.startsWith('also') ? "[concat('1.', parameters('tls'))]" : "[parameters('tls')]";
    const cache = await cacheIn({ parameters: { tls: definition }, resources: [redis({ minimumTlsVersion: expression })] }, parameters);
    expect(brief(cache.minimumTlsVersion)).toEqual(value);
    expect(cache.minimumTlsVersion.known && cache.minimumTlsVersion.written).toBe(written ?? false);
    expect(JSON.stringify(cache)).not.toContain('hunter2');
  });

  it('that is a secure object is hidden down to its last value', async () => {
    const parameters = {
      all: { type: 'secureObject', defaultValue: { sku: { name: 'Basic', family: 'C', capacity: 0 }, enableNonSslPort: true } },
    };
    const { nonSslPort, tier, size, sku } = await cacheIn({ parameters, resources: [{ ...redis(), properties: "[parameters('all')]" }] });
    expect([brief(nonSslPort), nonSslPort.known && nonSslPort.written, brief(tier), sku]).toEqual([true, '(sensitive)', 'Basic', null]);
    expect(brief(size)).toEqual({ invalid: expect.any(String) });
  });
});

function KEY_VAULT(): string {
  return 'a secret of Key Vault, which is read when it is deployed';
}

const troubleOf = async (path: string, text: string | null): Promise<unknown> => {
  const files = filesOf(text === null ? {} : { [path]: text });
  try {
    for await (const _ of readArmTemplate(bytesOf(JSON.stringify(template({ resources: [redis()] }))), 'main.json', {
      parameters: path,
      beside: parametersFiles([], files),
      files,
    }));
  } catch (error) {
    if (error instanceof Trouble) return [error.problem.kind, error.problem.code, error.problem.message];
    throw error;
  }
  return null;
};

describe('a file with parameters', () => {
  it.each<[path: string, text: string | null, message: unknown]>([
    ['p.json', null, ['usage', 'CANNOT_READ', 'p.json cannot be read: there is no such file (ENOENT)']],
    ['p.json', '', ['usage', 'NOT_UNDERSTOOD', 'p.json is not JSON, or not all of it (line 1, column 1)']],
    ['p.json', '{"parameters": {', ['usage', 'NOT_UNDERSTOOD', expect.stringMatching(/^p\.json is not JSON, or not all of it/)]],
    ['p.json', '[]', ['usage', 'NOT_UNDERSTOOD', 'p.json holds no parameters']],
    ['p.json', '{"resources": []}', ['usage', 'NOT_UNDERSTOOD', 'p.json holds no parameters']],
    ['p.json', '{"parameters": {"a": 1}}', ['usage', 'NOT_UNDERSTOOD', 'p.json has a parameter "a" that is no object']],
    [
      'p.json',
      '{"parameters": {"a": {}, "a": {}}}',
      ['usage', 'NOT_UNDERSTOOD', expect.stringContaining('repeats the name "a" in one object (line 1)')],
    ],
    ['main.bicepparam', 'using "./main.bicep"', ['usage', 'NOT_UNDERSTOOD', 'main.bicepparam is no JSON']],
    ['p.json', '// as az writes them\n{"$schema": "x", "parameters": {"a": {"value": 1},},}', null],
  ])('%s of %j is told: %j', async (path, text, message) => {
    expect(await troubleOf(path, text)).toEqual(message);
  });
});

describe('a file of parameters beside a template', () => {
  const portBeside = async (contents: Readonly<Record<string, string>>, byDefault: Json = { defaultValue: false }): Promise<unknown> => {
    const resources = [redis({ enableNonSslPort: "[parameters('port')]" })];
    const text = JSON.stringify(template({ parameters: { port: { type: 'bool', ...byDefault } }, resources }));
    const files = filesOf(contents);
    const context = { parameters: null, beside: parametersFiles([], files), files };
    for await (const seen of readArmTemplate(bytesOf(text), 'infra/main.json', context))
      if (seen.type === 'cache') return brief(seen.cache.nonSslPort);
    return 'no cache';
  };
  const json = (value: unknown): string => JSON.stringify({ parameters: { port: { value } } });
  const OF_ANOTHER = JSON.stringify({ parameters: { port: { value: true }, shards: { value: 2 } } });
  const TWICE = JSON.stringify({ parameters: { port: { value: false }, PORT: { value: true } } });
  const open = (file: string): Json => ({ deferred: `depends on parameter port, which ${file} may set` });

  it.each<[what: string, contents: Readonly<Record<string, string>>, byDefault: Json | undefined, value: unknown]>([
    ['may set what is otherwise by default', { 'infra/main.parameters.json': json(true) }, undefined, open('infra/main.parameters.json')],
    ['may be one of several', { 'infra/main.prod.parameters.json': json(true) }, undefined, open('infra/main.prod.parameters.json')],
    ['says what the default says', { 'infra/main.parameters-prod.json': json(false) }, undefined, false],
    ['is what there is without a default', { 'infra/main.parameters.json': json(true) }, {}, true],
    [
      'contradicts another one',
      { 'infra/main.parameters.dev.json': json(true), 'infra/main.parameters.prod.json': json(false) },
      {},
      open('infra/main.parameters.dev.json'),
    ],
    [
      'may take it out of Key Vault',
      { 'infra/main.parameters.json': '{"parameters":{"port":{"reference":{}}}}' },
      {},
      open('infra/main.parameters.json'),
    ],
    [
      'that differs from the default is the one that is told',
      { 'infra/a.json': json(false), 'infra/b.json': json(true) },
      undefined,
      open('infra/b.json'),
    ],
    [
      'may set what is null by default',
      { 'infra/main.parameters.json': json(true) },
      { defaultValue: null },
      open('infra/main.parameters.json'),
    ],
    [
      'may set what is declared and more, where it is called after the template',
      { 'infra/main.parameters.json': OF_ANOTHER },
      undefined,
      open('infra/main.parameters.json'),
    ],
    [
      'that holds something else may set anything, where it is called after the template',
      { 'infra/main.parameters.json': '[]' },
      undefined,
      { deferred: 'depends on parameter port, which infra/main.parameters.json, which cannot be read, may set' },
    ],
    ['that holds something else does not count by any other name', { 'infra/prod.parameters.json': '[]' }, undefined, false],
    ['of another template does not count', { 'infra/other.parameters.json': OF_ANOTHER }, undefined, false],
    [
      'of any name may be for it if all its parameters are declared',
      { 'infra/other.parameters.json': json(true) },
      undefined,
      open('infra/other.parameters.json'),
    ],
    ['names them in any case', { 'infra/prod.json': json(true).replace('port', 'PORT') }, undefined, open('infra/prod.json')],
    ['may name one twice in two cases', { 'infra/prod.json': TWICE }, undefined, open('infra/prod.json')],
    ['of any name gives no value that nothing else gives', { 'infra/prod.json': json(true) }, {}, open('infra/prod.json')],
    [
      'of any name may contradict one that is called after the template',
      { 'infra/main.parameters.json': json(true), 'infra/prod.json': json(false) },
      {},
      open('infra/main.parameters.json'),
    ],
    [
      'of any name may say the same as one that is called after the template',
      { 'infra/main.parameters.json': json(true), 'infra/prod.json': json(true) },
      {},
      true,
    ],
    [
      'is for the template beside it that it is called after, and for no other one',
      { 'infra/other.json': JSON.stringify(template({ resources: [] })), 'infra/other.parameters.json': json(true) },
      undefined,
      false,
    ],
    ['is so where that is Bicep', { 'infra/other.bicep': '', 'infra/other.prod.parameters.json': json(true) }, undefined, false],
    [
      'of any name that is broken may set anything if it says what it is',
      { 'infra/prod.json': '{"$schema": "https://x/deploymentParameters.json#", "parameters": {' },
      undefined,
      { deferred: 'depends on parameter port, which infra/prod.json, which cannot be read, may set' },
    ],
    [
      'of any name that is broken and does not say what it is does not count',
      { 'infra/prod.json': json(true).slice(0, -1) },
      undefined,
      false,
    ],
    [
      'that is broken may set anything',
      { 'infra/main.parameters.json': json(true).slice(0, -1) },
      undefined,
      { deferred: 'depends on parameter port, which infra/main.parameters.json, which cannot be read, may set' },
    ],
    [
      'may be one of Bicep',
      { 'infra/prod.bicepparam': "using './main.json'\n\nparam port = true\n" },
      undefined,
      open('infra/prod.bicepparam'),
    ],
    ['may say the same in Bicep', { 'infra/prod.bicepparam': "using 'main.json'\nparam port = false\n" }, undefined, false],
    [
      'may compute it in Bicep',
      { 'infra/prod.bicepparam': "using 'main.json'\nparam port = a ? b : c\n" },
      undefined,
      open('infra/prod.bicepparam'),
    ],
    [
      'may be one of Bicep for what it was compiled from',
      { 'infra/prod.bicepparam': "using 'main.bicep'\nparam port = true\n" },
      undefined,
      open('infra/prod.bicepparam'),
    ],
    [
      'may be one of Bicep for any template',
      { 'infra/base.bicepparam': 'using none\nparam port = true\n' },
      undefined,
      open('infra/base.bicepparam'),
    ],
    [
      'may be one of Bicep for templates with other parameters',
      { 'infra/base.bicepparam': 'using none\nparam port = true\nparam x = 1\n' },
      undefined,
      false,
    ],
    [
      'may have it in Bicep from another one',
      {
        'infra/prod.bicepparam': "using 'main.bicep'\nextends 'a/base.bicepparam'\n",
        'infra/a/base.bicepparam': 'using none\nparam port = true\n',
      },
      undefined,
      open('infra/prod.bicepparam'),
    ],
    [
      'of Bicep that uses another template does not count',
      { 'infra/prod.bicepparam': "using 'x.bicep'\nparam port = true\n" },
      undefined,
      false,
    ],
  ])('%s', async (_, contents, byDefault, value) => {
    expect(await portBeside(contents, byDefault)).toEqual(value);
  });
});
