import { Trouble } from '../../errors.ts';
import { isObject, type JsonObject } from '../decode/json.ts';
import type { Files } from '../files.ts';
import { utf8Of, wholeText } from '../input-text.ts';
import { joined } from '../paths.ts';
import { named } from './evaluate.ts';
import { keyOf, openAt, shortly } from './open.ts';
import { readParameters } from './parameters.ts';
import type { Given } from './scope.ts';

/** A file of parameters beside a template: called after it, as `main.parameters.json`, or using it, as a `.bicepparam` does. */
interface Beside {
  readonly file: string;
  /** Null where it cannot be read: it may set anything. */
  readonly parameters: JsonObject | null;
}

/**
 * What such files may give a template, when nobody says which of them is meant. Where all of them, and the default, say the same, that
 * is the value; else it is open. One that cannot be read leaves every parameter open.
 */
export const givenBeside = async (template: JsonObject, path: string, files: Files): Promise<Given> => {
  const all = await filesBeside(path, files);
  const definitions = named(template, 'parameters');
  const broken = all.find(({ parameters }) => parameters === null);
  return (name) => {
    const open = (why: string) => ({
      value: openAt(`depends on parameter ${shortly(name)}, which ${why}`, keyOf([path, name.toLowerCase()])),
    });
    if (broken !== undefined) return open(`${broken.file}, which cannot be read, may set`);
    const entries = all.flatMap(({ file, parameters }) => {
      const entry = parameters === null ? undefined : named(parameters, name);
      return isObject(entry) ? [{ file, value: named(entry, 'value') }] : [];
    });
    const [first] = entries;
    if (first === undefined) return null;
    const definition = isObject(definitions) ? named(definitions, name) : undefined;
    const byDefault = isObject(definition) ? named(definition, 'defaultValue') : undefined;
    const values = [...(byDefault === undefined ? [] : [byDefault]), ...entries.map(({ value }) => value)];
    const isSame = !values.includes(undefined) && new Set(values.map((value) => JSON.stringify(value))).size === 1;
    if (isSame) return byDefault === undefined ? { value: first.value } : null;
    return open(`${first.file} may set`);
  };
};

const filesBeside = async (path: string, files: Files): Promise<readonly Beside[]> => {
  const [, folder = '', own = ''] = /^(.*[\\/])?([^\\/]*)$/.exec(path) ?? [];
  const base = own.replace(/\.[^.]*$/, '').toLowerCase();
  const entries = path === '-' ? [] : await files.list(folder === '' ? '.' : folder).catch(() => []);
  const read = entries.map(async ({ name, kind }): Promise<readonly Beside[]> => {
    const isJson = OF_JSON.test(name) && name.toLowerCase().startsWith(`${base}.`) && name !== own;
    if ((kind !== 'file' && kind !== 'link') || !(isJson || /\.bicepparam$/i.test(name))) return [];
    const file = folder === '' ? name : joined(folder, name);
    try {
      if (isJson) return [{ file, parameters: await readParameters(file, files) }];
      const text = await wholeText(utf8Of(files.read(file)), file);
      const [, used = ''] = /^[ \t]*using[ \t]+'(?:\.\/)?([^']*)'/m.exec(text) ?? [];
      return used.toLowerCase() === own.toLowerCase() ? [{ file, parameters: inBicep(text) }] : [];
    } catch (error) {
      if (error instanceof Trouble || (error instanceof Error && 'code' in error)) return [{ file, parameters: null }];
      throw error;
    }
  });
  return (await Promise.all(read)).flat();
};

const OF_JSON = /\.(?:.*[.-])?param(?:eter)?s?(?:[.-].*)?\.json$/i;

/** Plain values of `param name = value`; of what is more than that only that it is set. */
const inBicep = (text: string): JsonObject =>
  Object.fromEntries(
    [...text.matchAll(/^[ \t]*param[ \t]+(\w+)[ \t]*=(.*)$/gm)].map(([, name = '', value = '']) => [name, { value: plain(value.trim()) }]),
  );

const plain = (value: string): string | number | boolean | undefined => {
  if (value === 'true' || value === 'false') return value === 'true';
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  return /^'([^'\\$]*)'$/.exec(value)?.[1];
};
