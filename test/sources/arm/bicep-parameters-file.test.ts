import { describe, expect, it } from 'vitest';
import { Trouble } from '../../../src/errors.ts';
import { problem } from '../../../src/model/problem.ts';
import { isUsed, readBicepParameters } from '../../../src/sources/arm/bicep-parameters-file.ts';
import { filesOf } from '../../support/templates.ts';

const read = async (contents: Readonly<Record<string, string>>): Promise<unknown> => {
  const { using, values } = await readBicepParameters('p/prod.bicepparam', filesOf(contents));
  return { using, values: values === null ? null : Object.fromEntries(values) };
};

const PROD = "using '../main.bicep'\nextends '../shared/base.bicepparam'\nparam a = 1\n";

describe('a .bicepparam', () => {
  it('has the values of what it takes over where it gives none of its own', async () => {
    const contents = {
      'p/prod.bicepparam': PROD,
      'shared/base.bicepparam': "using none\nextends 'all.bicepparam'\nparam A = 2\nparam b = 2\n",
      'shared/all.bicepparam': 'using none\nparam b = 3\nparam c = 3\n',
    };
    expect(await read(contents)).toEqual({ using: '../main.bicep', values: { a: 1, b: 2, c: 3 } });
  });

  it.each<[what: string, contents: Readonly<Record<string, string>>, using: string | null]>([
    ['that takes over what is not there', { 'p/prod.bicepparam': PROD }, '../main.bicep'],
    ['that takes over what nobody can tell', { 'p/prod.bicepparam': "using 'x.bicep'\nextends base\n" }, 'x.bicep'],
    ['that takes over itself', { 'p/prod.bicepparam': "using 'x.bicep'\nextends './prod.bicepparam'\n" }, 'x.bicep'],
    [
      'that is taken over by what it takes over',
      { 'p/prod.bicepparam': PROD, 'shared/base.bicepparam': "extends '../p/prod.bicepparam'" },
      '../main.bicep',
    ],
    ['that is not there', {}, null],
  ])('%s may set anything', async (_, contents, using) => {
    expect(await read(contents)).toEqual({ using, values: null });
  });

  it('that is no text may set anything', async () => {
    const files = {
      ...filesOf({}),
      read: async function* () {
        yield Uint8Array.of(0x75, 0x73, 0xff, 0xfe);
      },
    };
    expect(await readBicepParameters('a.bicepparam', files)).toEqual({ using: null, values: null });
  });

  it('is not what the run was stopped by', async () => {
    const stopped = new Trouble(problem('interrupted', 'STOPPED', 'stopped'));
    const files = {
      ...filesOf({}),
      read: () => {
        throw stopped;
      },
    };
    await expect(readBicepParameters('a.bicepparam', files)).rejects.toBe(stopped);
  });
});

describe('the template that a .bicepparam uses', () => {
  it.each([
    ['../main.bicep', 'infra/p/prod.bicepparam', 'infra/main.bicep', true],
    ['../main.bicep', 'infra/p/prod.bicepparam', 'infra/main.json', true],
    ['../Main.json', 'infra/p/prod.bicepparam', './infra/main.bicep', true],
    ['main.bicep', 'prod.bicepparam', 'main.bicep', true],
    ['.\\main.bicep', '/infra/prod.bicepparam', '/infra/main.json', true],
    ['./main.bicep', 'infra/prod.bicepparam', 'main.bicep', false],
    ['main.bicep', 'p/prod.bicepparam', 'p/main.prod.json', false],
    ['main.prod.bicep', 'p/prod.bicepparam', 'p/main.json', false],
    ['br:example.azurecr.io/main:v1', 'prod.bicepparam', 'main.json', false],
    // Nobody knows how the folder of the run is called.
    ['../infra/main.bicep', 'prod.bicepparam', 'main.bicep', true],
    ['../infra/other.bicep', 'prod.bicepparam', 'main.bicep', false],
    ['../main.bicep', '/infra/p/prod.bicepparam', 'main.bicep', true],
    ['../main.bicep', '../p/prod.bicepparam', '../main.bicep', true],
    ['../main.bicep', '../p/prod.bicepparam', '../infra/main.bicep', false],
  ])('%s in %s: is %s it? %s', (using, path, template, is) => {
    expect(isUsed(using, path, template)).toBe(is);
  });
});
