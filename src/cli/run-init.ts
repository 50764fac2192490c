import { join, relative } from 'node:path';
import { Trouble } from '../errors.ts';
import { ciFiles, type RepositoryFile, settingsFiles } from '../init/files.ts';
import { CI_SYSTEMS, type CiSystem } from '../init/systems.ts';
import { count } from '../model/count.ts';
import { problem } from '../model/problem.ts';
import { dayAfter } from '../policy/waivers.ts';
import { safeLine } from '../reporters/escape.ts';
import { largest, padEnd } from '../reporters/layout.ts';
import { CONFIG_NAME, foldersAbove, refuseMisnamed, WAIVERS_NAME } from './config.ts';
import type { Given } from './given.ts';
import type { FileOutput, Io } from './io.ts';
import { didYouMean } from './suggest.ts';
import { codeOf, unwritable } from './unwritable.ts';
import { VERSION } from './version.ts';

/** No file of ours is nearly as long; one that is differs. */
const MOST_BYTES = 1_000_000;

/** How long the waiver of the example lasts. */
const WAIVER_DAYS = 90;

/** `kept`: settings are somebody's own from the first day on, and nothing replaces them. */
type State = 'new' | 'unchanged' | 'kept' | 'other';

interface Planned extends RepositoryFile {
  readonly state: State;
  /** From the working folder. */
  readonly shown: string;
}

/** `redvet init [SYSTEM]`: writes settings, and the files of a CI system, into the repository. All of them, or none. */
export const runInit = async (word: string | null, given: Given, io: Io): Promise<number> => {
  const system = CI_SYSTEMS.find((known) => known === word) ?? null;
  // An empty variable in a pipeline must not pass for no argument.
  if (system === null && word !== null) throw unknownSystem(word);
  const folders = await foldersAbove(io);
  const root = folders.at(-1) ?? io.cwd();
  for (const name of [CONFIG_NAME, WAIVERS_NAME]) for (const folder of folders) await refuseMisnamed(name, folder, io);
  const until = dayAfter(io.now().toISOString().slice(0, 'YYYY-MM-DD'.length), WAIVER_DAYS);
  const settings = settingsFiles(until);
  const jobs = system === null ? [] : ciFiles(system, VERSION);
  if (given.isOn('dry-run')) {
    await io.stdout.write([...settings, ...jobs].map(({ path, text }) => `# ${path}\n${text}\n`).join(''));
    return 0;
  }
  const planned = await Promise.all([
    ...settings.map(async (file) => ownIn(await plannedIn(root, file, io))),
    ...jobs.map((file) => plannedIn(root, file, io)),
  ]);
  const others = planned.filter(({ state }) => state === 'other');
  const isForced = given.isOn('force');
  if (others.length > 0 && !isForced) throw alreadyThere(others, system);
  await write(
    planned.filter(({ state }) => state === 'new' || state === 'other'),
    root,
    io,
  );
  await io.stdout.write(told(planned, await nextSteps(system, root, io)));
  return 0;
};

const ownIn = (planned: Planned): Planned => (planned.state === 'other' ? { ...planned, state: 'kept' } : planned);

const plannedIn = async (root: string, file: RepositoryFile, io: Io): Promise<Planned> => {
  const path = join(root, file.path);
  const shown = relative(io.cwd(), path);
  if (!(await io.exists(path))) return { ...file, shown, state: 'new' };
  const text = await io.readFile(path, MOST_BYTES).then(
    // A checkout on Windows may end lines otherwise.
    (bytes) => new TextDecoder().decode(bytes).replaceAll('\r\n', '\n'),
    (error: unknown) => {
      // A folder cannot be replaced by anybody's leave.
      if (codeOf(error) === 'EISDIR') throw cannotWrite(shown, error);
      // Every run would end with it, were it kept.
      if (codeOf(error) === 'ENOENT') throw cannotWrite(shown, new Error('it is a link that leads nowhere'));
      return null;
    },
  );
  return { ...file, shown, state: text === file.text ? 'unchanged' : 'other' };
};

/** All files are made before the first of them appears. */
const write = async (files: readonly Planned[], root: string, io: Io): Promise<void> => {
  const made: FileOutput[] = [];
  try {
    for (const { path, shown, text } of files) {
      const file = await opened(root, path, shown, io);
      made.push(file);
      await file.write(text).catch((error: unknown) => {
        throw cannotWrite(shown, error);
      });
    }
  } catch (error) {
    for (const file of made) await file.discard();
    throw error;
  }
  for (const [index, file] of made.entries()) {
    try {
      await file.commit();
    } catch (error) {
      for (const left of made.slice(index)) await left.discard();
      throw halfWritten(files, index, error);
    }
  }
};

const opened = async (root: string, path: string, shown: string, io: Io): Promise<FileOutput> => {
  try {
    return await io.createShared(root, join(root, path));
  } catch (error) {
    throw cannotWrite(shown, error);
  }
};

/** The paths are not for the person to choose: what to do is said otherwise than of a report. */
const cannotWrite = (shown: string, error: unknown): Trouble => {
  const trouble = unwritable(shown, error);
  const hint = 'Nothing was written. Clear the way, or make room or rights there, and run it again; --dry-run prints the files.';
  return new Trouble({ ...trouble.problem, hint }, { cause: error });
};

/** A folder was changed in the meantime, or the disk is full: what appeared before stays, and is told. */
const halfWritten = (files: readonly Planned[], index: number, error: unknown): Trouble => {
  const trouble = unwritable(files[index]?.shown ?? '', error);
  const there = files.slice(0, index).map(({ shown }) => shown);
  if (there.length === 0) return cannotWrite(files[index]?.shown ?? '', error);
  return new Trouble(
    { ...trouble.problem, hint: `Written before that: ${there.join(', ')}. Clear the way and run it again.` },
    { cause: error },
  );
};

const WORDS: Readonly<Record<State, string>> = { new: 'written', other: 'replaced', unchanged: 'unchanged', kept: 'kept' };

const told = (planned: readonly Planned[], next: readonly (readonly [what: string, why: string])[]): string => {
  const state = largest(planned.map((one) => WORDS[one.state].length));
  const path = largest(planned.map(({ shown }) => shown.length));
  const rows = planned.map((one) => `${padEnd(WORDS[one.state], state)}  ${padEnd(safeLine(one.shown), path)}  ${one.about}`);
  const steps = next.flatMap(([what, why]) => [`  ${what}`, `      ${why}`]);
  return `${[...rows, '', 'next:', ...steps].join('\n')}\n`;
};

/** What a CI system is told by that is here. */
const SIGNS: readonly (readonly [sign: string, system: CiSystem])[] = [
  ['.github', 'github'],
  ['azure-pipelines.yml', 'azure-pipelines'],
  ['.gitlab-ci.yml', 'gitlab'],
  ['.pre-commit-config.yaml', 'pre-commit'],
];

const nextSteps = async (system: CiSystem | null, root: string, io: Io): Promise<readonly (readonly [string, string])[]> => {
  const signs = await Promise.all(SIGNS.map(async ([sign, of]) => ((await io.exists(join(root, sign))) ? [of] : [])));
  const [seen] = signs.flat();
  return [
    ['redvet scan . --allow-empty', 'what this repository declares; needs no Azure'],
    ['redvet scan --fail-on none -o table -o json=redvet-baseline.json', 'what runs; with --baseline only what is new since then gates'],
    ...(system === null
      ? [
          [
            `redvet init ${seen ?? 'github'}`,
            seen === undefined ? `the jobs of a CI system: ${CI_SYSTEMS.join(', ')}` : 'the jobs of the CI system that is here',
          ] as const,
        ]
      : [[STEPS[system], 'then the jobs run'] as const]),
  ];
};

const STEPS: Readonly<Record<CiSystem, string>> = {
  github: 'read the head of .github/workflows/redvet.yml, commit what is new',
  'azure-pipelines': 'read the head of azure-pipelines.redvet.yml, commit what is new, make a pipeline of it',
  gitlab: 'read the head of .gitlab/redvet.gitlab-ci.yml, include it, commit what is new',
  'pre-commit': 'pre-commit install',
};

const unknownSystem = (word: string): Trouble =>
  new Trouble(
    problem('usage', 'USAGE', `redvet init does not know ${JSON.stringify(word)}`, {
      hint: `${didYouMean(word, CI_SYSTEMS)} It takes ${CI_SYSTEMS.join(', ')}, or nothing for the settings alone.`.trim(),
    }),
  );

const alreadyThere = (others: readonly Planned[], system: CiSystem | null): Trouble => {
  const again = ['redvet init', ...(system === null ? [] : [system])].join(' ');
  return new Trouble(
    problem(
      'usage',
      'ALREADY_THERE',
      `${others.map(({ shown }) => shown).join(', ')} ${others.length === 1 ? 'is' : 'are'} there with other contents, so nothing was written`,
      {
        scope: others[0]?.shown ?? null,
        hint: `Replace ${others.length === 1 ? 'it' : count(others.length, 'file')} by --force, or take over by hand what ${again} --dry-run prints.`,
      },
    ),
  );
};
