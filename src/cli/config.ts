import { dirname, isAbsolute, join, relative } from 'node:path';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import { redacted } from '../model/redact.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';
import { CONFIG_KEYS, FILE_OPTIONS } from './config-keys.ts';
import { type Given, textOf } from './given.ts';
import type { Io } from './io.ts';
import type { YamlFile } from './yaml-file.ts';

/** A configuration file that was read and is right. */
export interface Config {
  /** As it is told to people. */
  readonly path: string;
  readonly sha256: string;
  /** Values for an option, as the command line would give them; null where it says nothing of it. */
  option(name: string): ConfigValue | null;
  readonly rules: readonly RuleConfig[];
  readonly locations: readonly { readonly glob: string; readonly file: string; readonly line: number }[];
  readonly waivers: { readonly maxDays: number; readonly warnDays: number };
}

export interface ConfigValue {
  readonly values: readonly (string | boolean)[];
  /** Such as `.redvet.yaml:4:11 gate.failOn`. */
  readonly origin: string;
}

/** What it says of one rule. */
export interface RuleConfig {
  /** As it is written: an id, or its name in another tool. */
  readonly name: string;
  readonly origin: string;
  /** Why it is switched off; null where it is not. */
  readonly offBecause: string | null;
  readonly severity: Severity | null;
  readonly isWaivable: boolean;
  readonly options: readonly { readonly name: string; readonly value: unknown; readonly origin: string }[];
}

/** How it is looked for. */
export interface ConfigRequest {
  /** The file that was named; null to look for `.redvet.yaml`. */
  readonly path: string | null;
  readonly isOff: boolean;
}

/** A flag that says yes wins over a variable that says no, and the other way round. */
export const configRequest = (given: Given): ConfigRequest => {
  const path = textOf(given, 'config') ?? null;
  const isNamed = given.isFlag('config') && path !== null;
  return { path, isOff: !isNamed && given.isOn('no-config') };
};

export const CONFIG_NAME = '.redvet.yaml';
export const WAIVERS_NAME = '.redvet.waivers.yaml';

/** What people write for it, and what would be passed over in silence. */
const MISNAMED: Readonly<Record<string, readonly string[]>> = {
  [CONFIG_NAME]: ['.redvet.yml', 'redvet.yaml', 'redvet.yml'],
  [WAIVERS_NAME]: ['.redvet.waivers.yml'],
};

/** Throws `Trouble` (usage) naming file, line and column. Null where there is none. */
export const readConfig = async ({ path: named, isOff }: ConfigRequest, io: Io): Promise<Config | null> => {
  if (isOff) return null;
  const path = named ?? (await findAbove(CONFIG_NAME, io));
  if (path === null) return null;
  const [{ readYamlFile }, { validateConfig }, { mistakesIn, refuseMistakes }] = await Promise.all([
    import('./yaml-file.ts'),
    import('../schemas/validators.ts'),
    import('./schema-mistakes.ts'),
  ]);
  const file = await readYamlFile(path, 'the configuration', io);
  refuseMistakes(mistakesIn(file, validateConfig(file.value)));
  return configIn(file, named !== null, io.cwd());
};

/**
 * A file in the working folder or above it, no further than the root of the repository; relative to the working folder. Null where there
 * is none. Throws `Trouble` (usage) for one whose name is almost right.
 */
export const findAbove = async (name: string, io: Pick<Io, 'cwd' | 'exists'>): Promise<string | null> => {
  const folders = await foldersAbove(io);
  for (const folder of folders) {
    if (await io.exists(join(folder, name))) return relative(io.cwd(), join(folder, name));
    await refuseMisnamed(name, folder, io);
  }
  return null;
};

/** Throws `Trouble` (usage) where a folder has a file whose name is almost right. */
export const refuseMisnamed = async (name: string, folder: string, io: Pick<Io, 'cwd' | 'exists'>): Promise<void> => {
  for (const other of MISNAMED[name] ?? []) {
    const path = join(folder, other);
    if (await io.exists(path)) throw misnamed(relative(io.cwd(), path), name);
  }
};

/** From the working folder to the root of the repository it is in; itself alone where it is in none. */
export const foldersAbove = async ({ cwd, exists }: Pick<Io, 'cwd' | 'exists'>): Promise<readonly string[]> => {
  const folders: string[] = [];
  for (let folder = cwd(); ; folder = dirname(folder)) {
    folders.push(folder);
    if (await exists(join(folder, '.git'))) return folders;
    if (dirname(folder) === folder) return folders.slice(0, 1);
  }
};

const misnamed = (path: string, name: string): Trouble =>
  new Trouble(problem('usage', 'MISNAMED_FILE', `${path} is not read`, { scope: path, hint: `Call it ${name}, or take it away.` }));

/** Of a value that its schema allows. */
const configIn = (file: YamlFile, isNamed: boolean, cwd: string): Config => {
  const root = objectIn(file.value);
  const originOf = (...keys: readonly string[]): string => `${file.path}:${placeIn(file, keys)} ${keys.join('.')}`;
  const folder = isAbsolute(file.path) ? dirname(file.path) : dirname(join(cwd, file.path));
  const fileAt = (path: string, origin: string): string => {
    if (!isNamed && leavesFolder(path))
      throw new Trouble(
        problem('usage', 'BAD_VALUE', `${origin} ${JSON.stringify(path)} leads out of the folder of the configuration`, {
          scope: origin,
          hint: `A file that was found may not: name it by --config ${file.path}, or the path on the command line.`,
        }),
      );
    return isAbsolute(path) ? path : relative(cwd, join(folder, path)) || '.';
  };
  return {
    path: file.path,
    sha256: file.sha256,
    option: (name) => {
      const key = CONFIG_KEYS[name];
      if (key === undefined) return null;
      const keys = key.split('.');
      const value = keys.reduce<unknown>((found, step) => objectIn(found)[step], root);
      if (value === undefined || value === null) return null;
      const origin = originOf(...keys);
      const values = (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'boolean' ? one : String(one)));
      if (!FILE_OPTIONS.has(name)) return { values, origin };
      return {
        values: values.map((one) => (typeof one === 'boolean' ? one : withFile(name, one, (path) => fileAt(path, origin)))),
        origin,
      };
    },
    rules: Object.entries(objectIn(root['rules'])).map(([name, value]) =>
      ruleIn(name, objectIn(value), (...keys) => originOf('rules', name, ...keys)),
    ),
    locations: Object.entries(objectIn(objectIn(root['sarif'])['locations'])).map(([glob, place]) => locationIn(glob, String(place))),
    waivers: {
      maxDays: numberIn(objectIn(root['waivers'])['maxDays'], MOST_DAYS),
      warnDays: numberIn(objectIn(root['waivers'])['warnDays'], WARN_DAYS),
    },
  };
};

/** How far ahead a waiver may expire, and how long before it is told. */
export const MOST_DAYS = 180;
export const WARN_DAYS = 14;

const ruleIn = (name: string, rule: Readonly<Record<string, unknown>>, originOf: (...keys: readonly string[]) => string): RuleConfig => ({
  name,
  origin: originOf(),
  // Every report repeats it.
  offBecause: rule['enabled'] === false ? redacted(String(rule['reason'])) : null,
  severity: SEVERITIES.find((severity) => severity === rule['severity']) ?? null,
  isWaivable: rule['waivable'] !== false,
  options: Object.entries(objectIn(rule['options'])).map(([option, value]) => ({
    name: option,
    value,
    origin: originOf('options', option),
  })),
});

const locationIn = (glob: string, place: string): Config['locations'][number] => {
  const [, file = place, line = '1'] = /^(.*):(\d+)$/s.exec(place) ?? [];
  return { glob, file, line: Number(line) };
};

const objectIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const numberIn = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

/** `line:column` of the value that these keys lead to. */
const placeIn = (file: YamlFile, keys: readonly string[]): string => file.place(keys).slice(file.path.length + 1);

/** `json=FILE` names a file, `json` none. */
const withFile = (name: string, text: string, at: (path: string) => string): string => {
  if (name !== 'output') return at(text);
  const [format = '', ...rest] = text.split('=');
  const path = rest.join('=');
  return path === '' ? text : `${format}=${at(path)}`;
};

const leavesFolder = (path: string): boolean => isAbsolute(path) || /^[A-Za-z]:|^\\/.test(path) || path.split(/[\\/]/).includes('..');
