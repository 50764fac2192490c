import { describe, expect, it } from 'vitest';
import { parametersFiles } from '../../../src/sources/arm/parameters-files.ts';
import type { FileKind, Files, FolderEntry } from '../../../src/sources/files.ts';
import { filesOf } from '../../support/terraform-files.ts';

const port = (value: boolean): string => JSON.stringify({ parameters: { port: { value } } });
const TEMPLATE = JSON.stringify({ contentVersion: '1.0.0.0', resources: [] });

/** What is found around a template: the path of each file, and what it is for. */
const around = async (paths: readonly string[], template: string, files: Files): Promise<readonly string[]> =>
  (await parametersFiles(paths, files).around(template)).map(
    ({ path, values, isFor }) => `${path} ${isFor(template)}${values === null ? ', unreadable' : ''}`,
  );

const ESTATE = {
  'here.json': port(true),
  'infra/main.json': TEMPLATE,
  'infra/prod.json': port(true),
  'infra/p/dev.json': port(true),
  'infra/p/dev.bicepparam': "using '../main.bicep'",
  'infra/.git/x.json': port(true),
  'infra/node_modules/x.json': port(true),
  'other/main.bicep': '',
  'other/main.parameters.json': port(true),
  'other/x.ndjson': port(true),
};

describe('files of parameters', () => {
  it.each<[what: string, paths: readonly string[], template: string, found: readonly string[]]>([
    ['stand in the folder of a template that is named', ['infra/main.json'], 'infra/main.json', ['infra/prod.json any']],
    [
      'stand below a folder that is scanned, without folders of tools',
      ['./infra'],
      'infra/main.json',
      ['infra/prod.json any', 'infra/p/dev.json any', 'infra/p/dev.bicepparam it'],
    ],
    [
      'stand below another folder that is scanned',
      ['infra/main.json', 'infra/p/'],
      'infra/main.json',
      ['infra/prod.json any', 'infra/p/dev.json any', 'infra/p/dev.bicepparam it'],
    ],
    ['are for the template that they are called after', ['other/main.bicep'], 'other/main.bicep', ['other/main.parameters.json it']],
    [
      'are for no other one',
      ['infra/main.json', 'other'],
      'infra/main.json',
      ['infra/prod.json any', 'other/main.parameters.json another'],
    ],
    ['have no folder of their own beside a stream', ['-', 'infra/p'], '-', ['infra/p/dev.json any', 'infra/p/dev.bicepparam another']],
    ['are none where nothing stands', ['gone/main.json', 'gone'], 'gone/main.json', []],
  ])('%s', async (_, paths, template, found) => {
    expect(await around(paths, template, filesOf(ESTATE))).toEqual(found);
  });

  it('in this folder are told by their names alone', async () => {
    const files = filesOf({ 'main.json': TEMPLATE, 'prod.json': port(true), 'a/dev.json': port(true) });
    expect(await around(['main.json'], 'main.json', files)).toEqual(['prod.json any']);
    expect(await around(['.'], 'main.json', files)).toEqual(['prod.json any', 'a/dev.json any']);
  });

  it('are read once, however many templates ask, and not before', async () => {
    const read: string[] = [];
    const files = filesOf(ESTATE);
    const beside = parametersFiles(['infra', 'infra/p'], {
      ...files,
      read: (path) => {
        read.push(path);
        return files.read(path);
      },
    });
    expect(read).toEqual([]);
    await Promise.all(['infra/main.json', 'infra/p/a.json', 'infra/b.bicep', './infra/main.json'].map(beside.around));
    expect(read.toSorted()).toEqual(['infra/main.json', 'infra/p/dev.bicepparam', 'infra/p/dev.json', 'infra/prod.json']);
  });

  it.each([
    ['EACCES', ['infra any, unreadable']],
    ['ENOENT', []],
  ])('may be in a folder that nobody may list: %s', async (code, found) => {
    const files = { ...filesOf(ESTATE), list: () => Promise.reject(Object.assign(new Error('no'), { code })) };
    expect(await around(['infra/main.json'], 'infra/main.json', files)).toEqual(found);
  });

  it.each<[leadsTo: FileKind | 'nothing', found: readonly string[]]>([
    ['file', ['prod.parameters.json any']],
    ['folder', []],
    ['stream', []],
    ['other', []],
    ['nothing', ['prod.parameters.json any, unreadable']],
  ])('may be links, here to: %s', async (leadsTo, found) => {
    const link: FolderEntry = { name: 'prod.parameters.json', kind: 'link' };
    const files: Files = {
      ...filesOf(leadsTo === 'nothing' ? {} : { [link.name]: port(true) }),
      kindOf: async (path) => {
        if (leadsTo === 'nothing' || path !== link.name) throw Object.assign(new Error('no'), { code: 'ENOENT' });
        return leadsTo;
      },
      list: async () => [link],
    };
    expect(await around([], 'main.json', files)).toEqual(found);
  });

  it('are more than are open at once', async () => {
    let open = 0;
    let most = 0;
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`p${index}.json`, port(true)]));
    const files = filesOf(many);
    const read: Files['read'] = async function* (path) {
      open += 1;
      most = Math.max(most, open);
      yield* files.read(path);
      open -= 1;
    };
    expect(await around([], 'main.json', { ...files, read })).toHaveLength(200);
    expect(most).toBeLessThanOrEqual(8);
  });
});
