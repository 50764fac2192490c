import type { Files, FolderEntry } from '../files.ts';
import { inOrder } from '../in-order.ts';
import { fileIn, folderOf, nameIn, pathBelow, shortPath } from '../paths.ts';
import { kindByName } from '../recognise.ts';
import { walk } from '../walk.ts';
import { isUsed, readBicepParameters } from './bicep-parameters-file.ts';
import type { Values } from './parameters.ts';
import { codeOfUnread, isCalledParameters, type Looked, lookAt } from './parameters-document.ts';

/** A file that may be given to a template when it is deployed. */
export interface ParametersFile {
  /** As people are told of it. */
  readonly path: string;
  /** Null where it cannot be read: it may set anything. */
  readonly values: Values | null;
  /** What it says of the template at a path, by its name or by what it uses; `any`: nothing, so it may be for any with its parameters. */
  readonly isFor: (template: string) => 'it' | 'another' | 'any';
}

/** Files of parameters of one run. */
export interface ParametersFiles {
  /** Those in the folder of a template, then those below all folders that are scanned. Each is read once, whoever asks. */
  readonly around: (template: string) => Promise<readonly ParametersFile[]>;
}

/** `paths`: what is scanned, of which only folders matter. Nothing is read before a template asks. */
export const parametersFiles = (paths: readonly string[], files: Files): ParametersFiles => {
  let below: Promise<ReadonlyMap<string, Place>> | null = null;
  const read = new Map<string, Promise<readonly ParametersFile[]>>();
  const readOnce = (key: string, place: () => Promise<Place>): Promise<readonly ParametersFile[]> => {
    const reading = read.get(key) ?? place().then((one) => readPlace(one, files));
    read.set(key, reading);
    return reading;
  };
  return {
    around: async (template) => {
      below ??= placesBelow(paths, files);
      const scanned = await below;
      const folder = folderOf(template);
      const own = pathBelow('.', folder);
      const found = template === '-' ? [] : [await readOnce(own, async () => scanned.get(own) ?? placeAt(folder, files))];
      for (const [key, place] of scanned) if (key !== own || template === '-') found.push(await readOnce(key, async () => place));
      return found.flat();
    },
  };
};

interface Place {
  readonly folder: string;
  /** What may be a template or give it parameters; null where nobody may see what is there. */
  readonly entries: readonly FolderEntry[] | null;
}

/** By a path that is the same however it was written. What cannot be listed there, whoever scans it tells. */
const placesBelow = async (paths: readonly string[], files: Files): Promise<ReadonlyMap<string, Place>> => {
  const places = new Map<string, Place>();
  for (const root of paths.map(shortPath)) {
    if ((await files.kindOf(root).catch(() => null)) !== 'folder') continue;
    for await (const walked of walk(root, files)) {
      const { path: folder } = walked;
      if (walked.type === 'folder') places.set(pathBelow('.', folder), { folder, entries: walked.entries.filter(matters) });
    }
  }
  return places;
};

const placeAt = async (folder: string, files: Files): Promise<Place> => {
  try {
    return { folder, entries: (await files.list(folder)).filter(matters) };
  } catch (error) {
    return { folder, entries: ['ENOENT', 'ENOTDIR'].includes(codeOfUnread(error)) ? [] : null };
  }
};

const matters = ({ name, kind }: FolderEntry): boolean =>
  (kind === 'file' || kind === 'link') && /\.(?:jsonc?|bicep|bicepparam)$/i.test(name);

const readPlace = async ({ folder, entries }: Place, files: Files): Promise<readonly ParametersFile[]> => {
  if (entries === null) return [{ path: folder, values: null, isFor: () => 'any' }];
  const templates = new Set<string>();
  const documents: Document[] = [];
  const found: ParametersFile[] = [];
  for await (const { name, looked } of inOrder(entries, AT_ONCE, (entry) => lookAtEntry(folder, entry, files))) {
    if (looked === null) continue;
    if ('isFor' in looked) found.push(looked);
    else if (looked.is === 'template') templates.add(baseOf(name));
    else if (looked.is === 'parameters' || isCalledParameters(name)) documents.push({ name, looked });
  }
  return [...documents.map((document) => jsonFile(document, folder, templates)), ...found];
};

const AT_ONCE = { concurrency: 8, ahead: 64 };

interface Document {
  readonly name: string;
  readonly looked: Looked;
}

const lookAtEntry = async (
  folder: string,
  { name, kind }: FolderEntry,
  files: Files,
): Promise<{ readonly name: string; readonly looked: Looked | ParametersFile | null }> => {
  const path = fileIn(folder, name);
  if (kindByName(name) === 'bicep') return { name, looked: { is: 'template' } };
  // A link to a pipe would be waited for.
  if (kind === 'link' && (await files.kindOf(path).catch(() => 'file')) !== 'file') return { name, looked: null };
  return { name, looked: /\.bicepparam$/i.test(name) ? await bicepFile(path, files) : await lookAt(path, files) };
};

const bicepFile = async (path: string, files: Files): Promise<ParametersFile> => {
  const { using, values } = await readBicepParameters(path, files);
  return {
    path,
    values,
    isFor: (template) => {
      if (using === null) return 'any';
      return isUsed(using, path, template) ? 'it' : 'another';
    },
  };
};

/** Whoever calls a file after a template beside it means it for that one: `main.parameters.json` for `main.bicep`. */
const jsonFile = ({ name, looked }: Document, folder: string, templates: ReadonlySet<string>): ParametersFile => {
  const key = pathBelow('.', folder);
  const bases = isCalledParameters(name) ? basesIn(name) : [];
  const otherwise = looked.is !== 'parameters' || bases.some((base) => templates.has(base)) ? 'another' : 'any';
  return {
    path: fileIn(folder, name),
    values: looked.is === 'parameters' ? looked.values : null,
    isFor: (template) => (bases.includes(baseOf(nameIn(template))) && pathBelow('.', folderOf(template)) === key ? 'it' : otherwise),
  };
};

/** `main` for `main.json`. */
const baseOf = (name: string): string => name.replace(/\.[^.]*$/, '').toLowerCase();

/** What a template is called after which a file is called: `main.prod` and `main` for `main.prod.parameters.json`. */
const basesIn = (name: string): readonly string[] => {
  const parts = baseOf(name).split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
};
