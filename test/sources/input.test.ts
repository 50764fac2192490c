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
