import { describe, expect, it } from 'vitest';
import type { Seen } from '../../src/model/scope.ts';
import { fileSource } from '../../src/sources/input.ts';
import { EVERY_CACHE } from '../../src/sources/selection.ts';
import { filesOf } from '../support/terraform-files.ts';

const FORBIDDEN = Object.assign(new Error('no'), { code: 'EACCES' });

/** What is seen of a folder in which one folder may not be listed. */
const seenOf = async (forbidden: string): Promise<readonly Seen[]> => {
  const files = filesOf({ 'infra/a/page.json': '{"value":[]}', 'infra/b/page.json': '{"value":[]}' });
  const seen: Seen[] = [];
  const source = fileSource({
    paths: ['infra'],
    from: null,
    parameters: null,
    selection: EVERY_CACHE,
    kinds: new Set(['redis']),
    files: { ...files, list: (path) => (path === forbidden ? Promise.reject(FORBIDDEN) : files.list(path)) },
    replay: () => Promise.reject(new Error('there is no snapshot')),
    watch: () => {},
  });
  for await (const one of source.open()) seen.push(one);
  return seen;
};

describe('a folder that may not be listed', () => {
  it('is a mistake where it was named: nothing else is read', async () => {
    expect(await seenOf('infra')).toMatchObject([
      { type: 'gap', gap: { problem: { kind: 'usage', code: 'CANNOT_READ', scope: 'infra' } } },
    ]);
  });

  it('is something unseen where it stands below: the rest is read', async () => {
    const seen = await seenOf('infra/a');
    expect(seen).toMatchObject([
      { type: 'gap', gap: { problem: { kind: 'malformed', code: 'CANNOT_READ', scope: 'infra/a' } } },
      { type: 'input', input: { path: 'infra/b/page.json', kind: 'inventory', status: 'read' } },
    ]);
  });
});

describe('a file of parameters', () => {
  it('is read once for all templates of a run, and once to tell that it is no input', async () => {
    const template = JSON.stringify({ contentVersion: '1.0.0.0', parameters: { a: { type: 'int' } }, resources: [] });
    const names = ['a/main.json', 'a/other.json', 'b/main.json'];
    const contents = Object.fromEntries(names.map((name) => [`infra/${name}`, template]));
    const files = filesOf({ ...contents, 'infra/prod.json': '{"parameters":{"a":{"value":1}}}' });
    const read: string[] = [];
    const source = fileSource({
      paths: ['infra'],
      from: null,
      parameters: null,
      selection: EVERY_CACHE,
      kinds: new Set(['redis']),
      files: {
        ...files,
        read: (path) => {
          read.push(path);
          return files.read(path);
        },
      },
      replay: () => Promise.reject(new Error('there is no snapshot')),
      watch: () => {},
    });
    const inputs: string[] = [];
    for await (const seen of source.open()) if (seen.type === 'input') inputs.push(seen.input.path);
    expect(inputs).toEqual(names.map((name) => `infra/${name}`));
    expect(read.filter((path) => path === 'infra/prod.json')).toHaveLength(2);
  });
});
