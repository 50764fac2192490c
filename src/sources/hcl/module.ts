import { Trouble } from '../../errors.ts';
import { pathBelow } from '../paths.ts';
import type { Declared } from './declarations.ts';
import type { Folder } from './folder.ts';
import type { Block } from './syntax.ts';

/** A folder as it is called: the root module, or one that another module calls. */
export interface Module {
  readonly folder: Folder;
  /** By the label of the block. */
  readonly calls: ReadonlyMap<string, Call>;
}

export interface Call {
  readonly declared: Declared<Block>;
  readonly called: { readonly module: Module } | Unread;
}

/** A module that is not read. */
interface Unread {
  /** A clause. */
  readonly why: string;
  /** As it is written; null when it is no plain text. */
  readonly source: string | null;
  /** Somewhere else: a registry, a repository. */
  readonly isRemote: boolean;
  readonly trouble: Trouble | null;
}

/** Deeper, and more, than what anybody calls. */
const MOST_DEPTH = 24;
const MOST_MODULES = 1000;

/** Reads a module and all that it calls. `read` gives a folder, or why it cannot be read. */
export const readModule = async (root: Folder, read: (path: string) => Promise<Folder | Trouble>): Promise<Module> => {
  let modules = 0;
  const from = async (folder: Folder, key: readonly string[], above: readonly string[]): Promise<Module> => {
    modules += 1;
    const chain = [...above, folder.path];
    const calls = new Map<string, Call>();
    for (const [name, declared] of folder.declared.modules) {
      const place = placeOf(declared.is, folder, [...key, name], root);
      calls.set(name, { declared, called: await calledFrom(place, [...key, name], chain) });
    }
    return { folder, calls };
  };
  const calledFrom = async (place: Place, key: readonly string[], chain: readonly string[]): Promise<Call['called']> => {
    if ('why' in place) return place;
    const unread = (why: string, trouble: Trouble | null = null): Unread => ({ why, source: place.source, isRemote: false, trouble });
    if (chain.includes(place.path)) return unread('it calls itself');
    if (chain.length >= MOST_DEPTH || modules >= MOST_MODULES) return unread('too many modules call each other');
    const folder = await read(place.path);
    if (folder instanceof Trouble) return unread('it cannot be read', folder);
    if (folder.isEmpty) return unread(`there is no Terraform in ${place.path}`);
    return { module: await from(folder, key, chain) };
  };
  return from(root, [], []);
};

type Place = { readonly path: string; readonly source: string | null } | Unread;

const placeOf = (block: Block, folder: Folder, key: readonly string[], root: Folder): Place => {
  const source = sourceOf(block);
  if (source !== null && isLocal(source)) return { path: pathBelow(folder.path, source), source };
  const installed = root.installed.get(key.join('.'));
  if (installed !== undefined) return { path: pathBelow(root.path, installed), source };
  return { why: 'its source is not here', source, isRemote: true, trouble: null };
};

export const sourceOf = ({ body }: Block): string | null => {
  const value = body.attributes.get('source')?.value;
  return value?.is === 'literal' && typeof value.value === 'string' ? value.value : null;
};

/** Terraform takes only these for folders beside it. */
export const isLocal = (source: string): boolean => /^\.\.?(?:[\\/]|$)/.test(source);
