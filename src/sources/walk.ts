import type { Files, FolderEntry } from './files.ts';
import { fileIn } from './paths.ts';

/** What stands below a folder: a folder with all that is in it, then its files and folders by name. */
export type Walked =
  | { readonly type: 'folder'; readonly path: string; readonly entries: readonly FolderEntry[] }
  | { readonly type: 'file'; readonly path: string; readonly name: string }
  | { readonly type: 'unlisted'; readonly path: string; readonly error: unknown };

/** Walks a folder without those of tools. Links to folders are not followed: one may lead to a folder above. */
export const walk = (root: string, files: Files): AsyncIterable<Walked> => {
  async function* below(folder: string, depth: number): AsyncIterable<Walked> {
    let entries: readonly FolderEntry[];
    try {
      entries = await files.list(folder);
    } catch (error) {
      yield { type: 'unlisted', path: folder, error };
      return;
    }
    yield { type: 'folder', path: folder, entries };
    for (const { name, kind } of entries) {
      const path = fileIn(folder, name);
      if (kind !== 'folder') yield { type: 'file', path, name };
      else if (!isPassedOver(name) && depth < MOST_DEPTH) yield* below(path, depth + 1);
    }
  }
  return below(root, 0);
};

/** Folders of tools, not of people: `.git`, `.terraform`, `node_modules`. */
const isPassedOver = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

const MOST_DEPTH = 64;
