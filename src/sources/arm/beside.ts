import { isObject, type JsonObject } from '../decode/json.ts';
import { named } from './evaluate.ts';
import { keyOf, openAt, shortly } from './open.ts';
import type { Values } from './parameters.ts';
import type { ParametersFile, ParametersFiles } from './parameters-files.ts';
import type { Given } from './scope.ts';

/** A file that may be given to this template. */
interface Beside {
  readonly file: string;
  /** Null where it cannot be read: it may set anything. */
  readonly values: Values | null;
  /** Whether it says that it is for this template. */
  readonly isOwn: boolean;
}

/**
 * What the files around a template may give it, when nobody says which of them is meant. Where all of them, and the default, say the
 * same, that is the value; else it is open. One that cannot be read leaves every parameter open. One that does not say for which
 * template it is never gives a value that there is not without it.
 */
export const givenBeside = async (template: JsonObject, path: string, around: ParametersFiles): Promise<Given> => {
  const definitions = named(template, 'parameters');
  const declared = isObject(definitions) ? definitions : {};
  const names = new Set(Object.keys(declared).map((name) => name.toLowerCase()));
  const all = names.size === 0 ? [] : (await around.around(path)).flatMap((file) => besideOf(file, path, names));
  const broken = all.find(({ values }) => values === null);
  return (name) => {
    const open = (why: string) => ({
      value: openAt(`depends on parameter ${shortly(name)}, which ${why}`, keyOf([path, name.toLowerCase()])),
    });
    if (broken !== undefined) return open(`${broken.file}, which cannot be read, may set`);
    const key = name.toLowerCase();
    const entries = all.flatMap(({ file, values, isOwn }) => (values?.has(key) ? [{ file, isOwn, value: values.get(key) }] : []));
    const [first] = entries;
    if (first === undefined) return null;
    const definition = named(declared, name);
    const byDefault = isObject(definition) ? named(definition, 'defaultValue') : undefined;
    const expected = JSON.stringify(byDefault === undefined ? first.value : byDefault);
    const other = entries.find(({ value }) => value === undefined || JSON.stringify(value) !== expected);
    if (other !== undefined) return open(`${(byDefault === undefined ? first : other).file} may set`);
    if (byDefault !== undefined) return null;
    return entries.some(({ isOwn }) => isOwn) ? { value: first.value } : open(`${first.file} may set`);
  };
};

/** Resource Manager refuses parameters that a template does not declare. */
const besideOf = ({ path: file, values, isFor }: ParametersFile, path: string, names: ReadonlySet<string>): readonly Beside[] => {
  const its = isFor(path);
  if (its === 'another') return [];
  const may = its === 'it' || values === null || (values.size > 0 && [...values.keys()].every((name) => names.has(name)));
  return may ? [{ file, values, isOwn: its === 'it' }] : [];
};
