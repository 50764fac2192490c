import { readGrammar } from '../../src/cli/grammar.ts';
import { Trouble } from '../../src/errors.ts';
import type { Cache } from '../../src/model/cache.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Files } from '../../src/sources/files.ts';
import { pathBelow } from '../../src/sources/paths.ts';
import { type TerraformFolder, terraformInputs } from '../../src/sources/terraform-hcl.ts';

type Contents = Readonly<Record<string, string | Uint8Array>>;

/** A file system in memory: texts by path. */
export const filesOf = (contents: Contents): Files => {
  const paths = Object.keys(contents);
  const missing = (path: string): Error => Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  const isFolder = (path: string): boolean => path === '.' || paths.some((one) => one.startsWith(`${path}/`));
  return {
    kindOf: async (given) => {
      const path = pathBelow('.', given);
      if (Object.hasOwn(contents, path)) return 'file';
      if (isFolder(path)) return 'folder';
      throw missing(path);
    },
    read: async function* (given) {
      const path = pathBelow('.', given);
      const text = Object.hasOwn(contents, path) ? contents[path] : undefined;
      if (text === undefined) throw missing(path);
      yield typeof text === 'string' ? new TextEncoder().encode(text) : text;
    },
    list: async (given) => {
      const path = pathBelow('.', given);
      if (!isFolder(path)) throw missing(path);
      const below = path === '.' ? paths : paths.filter((one) => one.startsWith(`${path}/`)).map((one) => one.slice(path.length + 1));
      const names = [...new Set(below.map((one) => one.split('/')[0] ?? ''))].sort();
      return names.map((name) => ({ name, kind: below.includes(name) ? 'file' : 'folder' }));
    },
    run: async () => null,
    grammar: readGrammar,
  };
};

interface Judged {
  readonly caches: readonly Cache[];
  readonly gaps: readonly Problem[];
  /** What a file that was named is refused for. */
  readonly refused: Problem | null;
}

/** All that is seen of folders, of every folder that holds Terraform when none is named. */
export const readTerraform = async (contents: Contents, places?: readonly TerraformFolder[]): Promise<Judged> => {
  const folders = [...new Set(Object.keys(contents).map((path) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.')))];
  const inputs = await terraformInputs(places ?? folders.sort().map((folder) => ({ folder, only: null })), filesOf(contents));
  const caches: Cache[] = [];
  const gaps: Problem[] = [];
  try {
    for (const input of inputs) {
      for await (const seen of input.read()) {
        if (seen.type === 'cache') caches.push(seen.cache);
        else if (seen.type === 'gap') gaps.push(seen.gap.problem);
      }
    }
    return { caches, gaps, refused: null };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { caches, gaps, refused: error.problem };
  }
};

/** A cache with these lines in it. */
export const cacheWith = (...lines: readonly string[]): string => ['resource "azurerm_redis_cache" "main" {', ...lines, '}', ''].join('\n');

/** A fact as a test tells it: the value, or why it is not known. */
export const told = (
  fact: Cache['tags' | 'subnetId' | 'nonSslPort' | 'minimumTlsVersion' | 'privateEndpoints' | 'firewallRules'] | undefined,
): unknown => {
  if (fact === undefined) return 'no cache';
  return fact.known ? fact.value : `${fact.kind}: ${fact.reason}${fact.actual === null ? '' : ` [${fact.actual}]`}`;
};
