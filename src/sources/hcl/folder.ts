import type { Parser } from 'web-tree-sitter';
import { Trouble } from '../../errors.ts';
import type { Files } from '../files.ts';
import { notUnderstood, unreadableInput, utf8Of, wholeText } from '../input-text.ts';
import { joined } from '../paths.ts';
import { type Declarations, declarationsOf, misfitIn, type SourceFile } from './declarations.ts';
import { readJsonSyntax, readJsonValues } from './json-syntax.ts';
import { mistaken } from './mistakes.ts';
import { readNative } from './native.ts';
import type { Attribute, Parsed } from './syntax.ts';

/** What a folder of Terraform files declares, and what of it could not be read. */
export interface Folder {
  readonly path: string;
  /** Whether no file of it is Terraform. */
  readonly isEmpty: boolean;
  readonly declared: Declarations;
  /** By the file that each stands in. */
  readonly troubles: readonly FileTrouble[];
  /** Variables as the folder itself sets them, the last one first. */
  readonly settings: readonly Settings[];
  /** The text of `.terraform.lock.hcl`, parsed. */
  readonly lock: Parsed | null;
  /** `.terraform/modules/modules.json`: where `terraform init` put the modules that are not here. */
  readonly installed: ReadonlyMap<string, string>;
}

interface FileTrouble {
  readonly file: string;
  readonly trouble: Trouble;
}

/** One `.tfvars`; null for one that could not be read. */
export interface Settings {
  readonly file: string;
  readonly values: ReadonlyMap<string, Attribute> | null;
  /** Whether Terraform takes it by itself. */
  readonly isAutomatic: boolean;
}

/** Larger than any file that a person writes. */
const MOST_FILE_BYTES = 8 * 2 ** 20;

/** Reads a folder. Rejects with `Trouble` when it cannot be listed. */
export const readFolder = async (path: string, files: Files, parser: Parser): Promise<Folder> => {
  const names = await namesIn(path, files);
  const sources: SourceFile[] = [];
  const troubles: FileTrouble[] = [];
  const settings: Settings[] = [];
  for (const name of names.filter((one) => /\.(?:tf|tofu)(?:\.json)?$/i.test(one))) {
    const file = filePath(path, name);
    const text = await attempt(file, () => textOf(file, files));
    const parsed = text instanceof Trouble ? text : parsedAs(text, /\.json$/i.test(name), file, parser);
    if (parsed instanceof Trouble) troubles.push({ file, trouble: parsed });
    else sources.push({ file, isOverride: isOverride(name), body: parsed });
  }
  const beside = names.filter((one) => SETTINGS.test(one)).toSorted(byPrecedence);
  for (const name of [...(await settingsBelow(path, '', files)), ...beside]) {
    const file = filePath(path, name);
    const text = await attempt(file, () => textOf(file, files));
    const parsed = text instanceof Trouble ? text : settingsIn(text, name, file, parser);
    const isAutomatic = beside.includes(name) && AUTOMATIC.test(name);
    if (parsed instanceof Trouble) troubles.push({ file, trouble: parsed });
    settings.unshift({ file, values: parsed instanceof Trouble ? null : parsed, isAutomatic });
  }
  return {
    path,
    isEmpty: sources.length === 0 && troubles.length === 0,
    declared: declarationsOf(sources, troubles),
    troubles,
    settings,
    lock: await optional(joined(path, '.terraform.lock.hcl'), files, (text) => readNative(parser, text)),
    installed: (await optional(joined(path, '.terraform/modules/modules.json'), files, installedIn)) ?? new Map(),
  };
};

/** One file from a stream, without its folder. */
export const readSingle = (text: string, path: string, parser: Parser): Folder => {
  const parsed = parsedAs(text, /^\s*[{[]/.test(text), path, parser);
  const troubles = parsed instanceof Trouble ? [{ file: path, trouble: parsed }] : [];
  const sources = parsed instanceof Trouble ? [] : [{ file: path, isOverride: false, body: parsed }];
  return {
    path: '.',
    isEmpty: false,
    declared: declarationsOf(sources, troubles),
    troubles,
    settings: [],
    lock: null,
    installed: new Map(),
  };
};

/** `main.tf`, rather than `./main.tf`, in the working folder. */
const filePath = (folder: string, name: string): string => (folder === '.' ? name : joined(folder, name));

const isOverride = (name: string): boolean => /^(?:.*_)?override\.(?:tf|tofu)(?:\.json)?$/i.test(name);

const namesIn = async (path: string, files: Files): Promise<readonly string[]> => {
  const entries = await files.list(path).catch((error: unknown) => {
    throw unreadableInput(path, error);
  });
  const names: string[] = [];
  for (const { name, kind } of entries) {
    if (!/\.(?:tf|tfvars|tofu)(?:\.json)?$/i.test(name) || name.startsWith('.')) continue;
    const is = kind === 'link' ? await files.kindOf(joined(path, name)).catch(() => 'file' as const) : kind;
    if (is !== 'folder') names.push(name);
  }
  return names;
};

const SETTINGS = /\.tfvars(?:\.json)?$/i;

/** Those of environments, such as `env/prod.tfvars`: in folders below that are no modules, which have settings of their own. */
const settingsBelow = async (root: string, below: string, files: Files): Promise<readonly string[]> => {
  const entries = await files.list(below === '' ? root : joined(root, below)).catch(() => []);
  const isModule = entries.some(({ name, kind }) => kind !== 'folder' && /\.(?:tf|tofu)(?:\.json)?$/i.test(name));
  if (below !== '' && isModule) return [];
  const found: string[] = [];
  for (const { name, kind } of entries) {
    const path = below === '' ? name : `${below}/${name}`;
    const isNear = !name.startsWith('.') && name !== 'node_modules' && path.split('/').length <= MOST_BELOW;
    if (kind === 'folder' && isNear) found.push(...(await settingsBelow(root, path, files)));
    else if (below !== '' && kind !== 'folder' && SETTINGS.test(name)) found.push(path);
  }
  return found;
};

/** Levels of folders. */
const MOST_BELOW = 3;

const AUTOMATIC = /^terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$/;

/** Later ones win: terraform.tfvars, terraform.tfvars.json, then the others by name (Terraform's documentation of input variables). */
const byPrecedence = (one: string, other: string): number => {
  const rank = (name: string): number => ['terraform.tfvars', 'terraform.tfvars.json'].indexOf(name);
  const [a, b] = [rank(one), rank(other)];
  if (a !== b) return a === -1 ? 1 : b === -1 ? -1 : a - b;
  return one < other ? -1 : 1;
};

const attempt = async <T>(file: string, work: () => Promise<T>): Promise<T | Trouble> => {
  try {
    return await work();
  } catch (error) {
    return error instanceof Trouble ? error : unreadableInput(file, error);
  }
};

const textOf = async (file: string, files: Files): Promise<string> => {
  const kind = await files.kindOf(file);
  if (kind === 'other') throw notUnderstood(file, 'is a device', 'Name a file or a folder.', 'CANNOT_READ');
  return wholeText(utf8Of(capped(files.read(file), file)), file);
};

async function* capped(bytes: AsyncIterable<Uint8Array>, file: string): AsyncIterable<Uint8Array> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MOST_FILE_BYTES)
      throw notUnderstood(file, `is larger than ${MOST_FILE_BYTES / 2 ** 20} MB`, 'Scan the plan instead: terraform show -json.');
    yield chunk;
  }
}

const parsedAs = (text: string, isJson: boolean, file: string, parser: Parser): SourceFile['body'] | Trouble => {
  const parsed = isJson ? readJsonSyntax(parser, text) : readNative(parser, text);
  if ('mistake' in parsed) return mistaken(file, parsed.mistake);
  const misfit = misfitIn(parsed.body);
  return misfit === null ? parsed.body : mistaken(file, misfit);
};

const settingsIn = (text: string, name: string, file: string, parser: Parser): ReadonlyMap<string, Attribute> | Trouble => {
  const parsed = /\.json$/i.test(name) ? readJsonValues(text) : readNative(parser, text);
  return 'mistake' in parsed ? mistaken(file, parsed.mistake) : parsed.body.attributes;
};

const optional = async <T>(file: string, files: Files, read: (text: string) => T): Promise<T | null> => {
  if ((await files.kindOf(file).catch(() => null)) !== 'file') return null;
  const text = await attempt(file, () => textOf(file, files));
  return text instanceof Trouble ? null : read(text);
};

/** The folder of each module by its key, such as `network.subnets`, relative to the root module. */
const installedIn = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  try {
    const { Modules: all }: { readonly Modules?: unknown } = JSON.parse(text);
    if (!Array.isArray(all)) return found;
    for (const one of all) if (typeof one?.Key === 'string' && typeof one.Dir === 'string') found.set(one.Key, one.Dir);
  } catch {
    // Whatever wrote it, it is as good as not there.
  }
  return found;
};
