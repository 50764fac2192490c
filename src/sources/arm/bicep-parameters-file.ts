import { Trouble } from '../../errors.ts';
import type { Files } from '../files.ts';
import { utf8Of, wholeText } from '../input-text.ts';
import { folderOf, nameIn, pathBelow } from '../paths.ts';
import { bicepParametersIn } from './bicep-parameters.ts';
import type { Values } from './parameters.ts';
import { codeOfUnread } from './parameters-document.ts';

/** A `.bicepparam` with what it takes over from others. */
export interface BicepParametersFile {
  /** The template that it is made for, as it is written; null for any. */
  readonly using: string | null;
  /** Null where it, or what it takes over, cannot be read. */
  readonly values: Values | null;
}

/** `above`: the files that take over the values of this one. */
export const readBicepParameters = async (path: string, files: Files, above: readonly string[] = []): Promise<BicepParametersFile> => {
  const text = await textAt(path, files);
  if (text === null) return { using: null, values: null };
  const { using, base, values } = bicepParametersIn(text);
  if (base === null) return { using, values };
  const around = [...above, pathBelow('.', path)];
  const taken = pathBelow(folderOf(path), base);
  if (base === '' || around.includes(taken)) return { using, values: null };
  const inherited = (await readBicepParameters(taken, files, around)).values;
  return { using, values: inherited === null ? null : new Map([...inherited, ...values]) };
};

const textAt = async (path: string, files: Files): Promise<string | null> => {
  try {
    return await wholeText(utf8Of(files.read(path)), path);
  } catch (error) {
    if (error instanceof Trouble && error.problem.kind === 'usage') return null;
    codeOfUnread(error);
    return null;
  }
};

/**
 * Whether a template is the one that a `.bicepparam` uses; it is the same before and after it was compiled. Of paths that begin in
 * different places nobody knows whether they meet, and the same name has to do.
 */
export const isUsed = (using: string, path: string, template: string): boolean => {
  const used = uncompiled(pathBelow(folderOf(path), using));
  const asked = uncompiled(pathBelow('.', template));
  if (used === asked) return true;
  const isComparable = climbs(used) <= climbs(asked) && isAbsolute(used) === isAbsolute(asked);
  return !isComparable && nameIn(used) === nameIn(asked);
};

const uncompiled = (path: string): string => path.replace(/\.(?:bicep|jsonc?)$/i, '').toLowerCase();

const climbs = (path: string): number => path.split('/').filter((part) => part === '..').length;

const isAbsolute = (path: string): boolean => /^(?:[\\/]|[a-z]:)/i.test(path);
