import { describe, expect, it } from 'vitest';
import { Trouble } from '../../../src/errors.ts';
import { problem } from '../../../src/model/problem.ts';
import { isCalledParameters, lookAt } from '../../../src/sources/arm/parameters-document.ts';
import type { Files } from '../../../src/sources/files.ts';
import { bytesOf, filesOf } from '../../support/templates.ts';

const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#';
const TEMPLATE = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';

const filesWith = (read: Files['read']): Files => ({ ...filesOf({}), read });

const looked = async (path: string, read: Files['read']): Promise<unknown> => {
  const seen = await lookAt(path, filesWith(read));
  if (seen.is !== 'parameters') return seen.is;
  return seen.values === null ? 'unreadable' : Object.fromEntries(seen.values);
};

const port = '{"port": {"value": true}}';

describe('a JSON file', () => {
  it.each<[what: string, text: string, is: unknown]>([
    ['with the schema of parameters', `{"$schema": "${SCHEMA}", "parameters": ${port}}`, { port: true }],
    ['with that schema at its end', `{"parameters": ${port}, "$schema": "${SCHEMA.slice(0, -1)}"}`, { port: true }],
    ['with parameters that have values', `{"contentVersion": "1.0.0.0", "parameters": ${port}}`, { port: true }],
    ['with comments', `// of az\n{"parameters": ${port},}`, { port: true }],
    ['of az, with nothing around the parameters', port, { port: true }],
    ['with secrets of Key Vault', '{"parameters": {"port": {"reference": {}}}}', { port: undefined }],
    ['with what an expression gives', '{"parameters": {"port": {"expression": "[x]"}}}', { port: undefined }],
    ['with the same name in two cases', '{"parameters": {"port": {"value": 1}, "PORT": {"value": 1}}}', { port: undefined }],
    ['without any parameter', `{"$schema": "${SCHEMA}", "parameters": {}}`, {}],
    ['with the schema, and parameters that are no objects', `{"$schema": "${SCHEMA}", "parameters": {"port": true}}`, 'unreadable'],
    ['with the schema, and without parameters', `{"$schema": "${SCHEMA}"}`, 'unreadable'],
    ['with the schema, and broken', `{"$schema": "${SCHEMA}", "parameters": {"port": {`, 'unreadable'],
    ['that is broken, without the schema', '{"parameters": {"port": {"value": tr', 'other'],
    ['with definitions of parameters', '{"parameters": {"port": {"type": "bool", "defaultValue": true}}}', 'other'],
    ['with outputs of a deployment', '{"port": {"type": "Bool", "value": true}}', 'other'],
    ['with something else', '{"name": "x", "value": 1}', 'other'],
    ['that is a list', '[{"value": 1}]', 'other'],
    ['that is empty', '', 'other'],
    ['that is a template', `{"$schema": "${TEMPLATE}", "parameters": {}, "resources": []}`, 'template'],
    ['that is a template without a schema', '{"contentVersion": "1.0.0.0", "parameters": {}, "resources": [{"value": 1}]}', 'template'],
  ])('%s is told', async (_, text, is) => {
    expect(await looked('infra/prod.json', () => bytesOf(text))).toEqual(is);
  });

  it.each<[what: string, text: string, is: unknown]>([
    ['is broken', '{"parameters": {"port": {"value": tr', 'unreadable'],
    ['is broken, and no file of parameters', '{"compilerOptions": {', 'other'],
    [
      'says that it is a template, and is none',
      `{"$schema": "${TEMPLATE}", "parameters": ${port}, "x": "${'x'.repeat(5000)}"}`,
      { port: true },
    ],
    ['is a template', `{"$schema": "${TEMPLATE}", "parameters": {}, "resources": [], "x": "${'x'.repeat(5000)}"}`, 'template'],
    ['is a list', '[{"value": 1}]', 'other'],
  ])('that is called as files of parameters are and %s is told', async (_, text, is) => {
    expect(await looked('infra/prod.parameters.json', () => bytesOf(text))).toEqual(is);
  });

  it('in UTF-16 is read', async () => {
    const read = async function* () {
      yield new Uint8Array(Buffer.from(`\uFEFF{"parameters": ${port}}`, 'utf16le'));
    };
    expect(await looked('prod.json', read)).toEqual({ port: true });
  });

  it.each<[code: string, path: string, is: string]>([
    ['EACCES', 'prod.json', 'unreadable'],
    ['EIO', 'prod.json', 'unreadable'],
    ['EISDIR', 'prod.parameters.json', 'other'],
    ['ENOENT', 'prod.json', 'other'],
    ['ENOENT', 'prod.parameters.json', 'unreadable'],
  ])('that gives %s is told by its name %s: %s', async (code, path, is) => {
    const read = () => {
      throw Object.assign(new Error('no'), { code });
    };
    expect(await looked(path, read)).toBe(is);
  });

  it.each<[path: string, start: string, is: string]>([
    ['prod.json', '{"parameters": {', 'other'],
    ['prod.parameters.json', '{"parameters": {', 'unreadable'],
    ['prod.json', `{"$schema": "${SCHEMA}", "x": "${'x'.repeat(5000)}", `, 'unreadable'],
  ])('that is no text is told by its name %s and its beginning', async (path, start, is) => {
    const read = async function* () {
      yield* bytesOf(start);
      yield Uint8Array.of(0x22, 0xff, 0xff);
    };
    expect(await looked(path, read)).toBe(is);
  });

  it('is not what the run was stopped by', async () => {
    const stopped = new Trouble(problem('interrupted', 'STOPPED', 'stopped'));
    const aborted = Object.assign(new Error('aborted'), { name: 'AbortError', code: 'ABORT_ERR' });
    for (const error of [stopped, aborted]) {
      const read = () => {
        throw error;
      };
      await expect(looked('prod.parameters.json', read)).rejects.toBe(error);
    }
  });
});

describe('a large JSON file', () => {
  /** What is told of one that begins so and goes on for 3 MB, and how much of it was read. */
  const large = async (path: string, start: string): Promise<readonly [unknown, number]> => {
    let characters = 0;
    const read = async function* () {
      yield* bytesOf(start);
      for (let index = 0; index < 48; index += 1) {
        characters += 65_536;
        yield* bytesOf(' '.repeat(65_536));
      }
      yield* bytesOf(`"parameters": ${port}}`);
    };
    return [await looked(path, read), characters];
  };

  it.each([
    ['an inventory', '{"value": [{"id": "/subscriptions/1"}'],
    ['a list', '[{"id": "/subscriptions/1"}'],
    ['a template', `{"$schema": "${TEMPLATE}"`],
  ])('is read no further than it takes to tell that it is %s', async (what, start) => {
    expect(await large('prod.json', start)).toEqual([what === 'a template' ? 'template' : 'other', 65_536]);
  });

  it('is read to its end where it says that it holds parameters', async () => {
    expect(await large('prod.json', `{"$schema": "${SCHEMA}", `)).toEqual([{ port: true }, 48 * 65_536]);
  });

  it('may set anything where it says so and is larger than any template may be', async () => {
    const chunk = new Uint8Array(2 ** 20).fill(0x20);
    let chunks = 0;
    const read = async function* () {
      yield* bytesOf(`{"$schema": "${SCHEMA}", `);
      for (; chunks < 1000; chunks += 1) yield chunk;
    };
    expect([await looked('prod.json', read), chunks]).toEqual(['unreadable', 127]);
  });

  it.each(['prod.json', 'prod.parameters.json'])('that does not say so is left after 1 MB: %s', async (path) => {
    expect(await large(path, '{"contentVersion": "1.0.0.0", ')).toEqual(['other', 2 ** 20]);
  });
});

describe('the name of a file', () => {
  it.each([
    'parameters.json',
    'params.json',
    'a/main.parameters.json',
    'main.param.prod.json',
    'main-parameters-prod.json',
    'x_params.jsonc',
  ])('%s says that it holds parameters', (path) => {
    expect(isCalledParameters(path)).toBe(true);
  });

  it.each(['prod.json', 'params/prod.json', 'parametric.json', 'parameters.yaml', 'a.bicepparam'])('%s does not', (path) => {
    expect(isCalledParameters(path)).toBe(false);
  });
});
