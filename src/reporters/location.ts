import { matchesGlob } from '../model/glob.ts';
import type { Finding, Run } from '../policy/report.ts';
import type { Choices } from './reporter.ts';

/** A place in a repository, for tools that show nothing without one. */
export interface Location {
  /** Below the root of the repository: folders and a file, none of them empty, `.` or `..`, none with a slash. */
  readonly path: readonly string[];
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units; null where it is not known. */
  readonly column: number | null;
}

export type Placing = Pick<Choices, 'sarif' | 'folder'>;

const AZURE = 'azure';
const STDIN = 'stdin';
/** What stands for a name that is missing, or that no path can hold. */
const NAMELESS = '_';

/**
 * Where a finding is shown: where it is declared, else where the configuration says that such a cache is declared, else at a path
 * made of its names, which no repository has, and which stays the same from run to run.
 */
export const locationOf = ({ origin, cache }: Pick<Finding, 'origin' | 'cache'>, { sarif, folder }: Placing): Location => {
  if (origin) return { path: filePath(origin.file, folder), line: origin.place?.line ?? 1, column: origin.place?.column ?? null };
  const declared = sarif.locations.find(({ glob }) => matchesGlob(glob, cache.id));
  if (declared) return { path: filePath(declared.file, folder), line: Math.max(1, declared.line), column: null };
  return top([AZURE, cache.subscriptionId, cache.resourceGroup, cache.name].map(nameOf));
};

const AZURE_SCOPE = /^\/(?:subscriptions|providers)\//i;

/** Where something is shown that was not read: the file, or the names in the Azure scope. */
export const scopeLocation = (scope: string | null, { source }: Pick<Run, 'source'>, { folder }: Pick<Placing, 'folder'>): Location => {
  if (scope === null) return top([AZURE]);
  // `/subscriptions/ID/resourceGroups/NAME/...`: every second part is a name.
  if (AZURE_SCOPE.test(scope)) return top([AZURE, ...scope.split('/').filter(isEverySecond).map(nameOf)]);
  return top(source === 'files' || isAbsolute(scope) ? filePath(scope, folder) : [AZURE, nameOf(scope)]);
};

const isEverySecond = (_: string, index: number): boolean => index > 0 && index % 2 === 0;

const top = (path: readonly string[]): Location => ({ path, line: 1, column: null });

/**
 * A file as it is called below the root of the repository, which is taken for the working folder. What lies outside of it keeps
 * what does not tell of the machine: of an absolute path the name of the file, of one with `..` what follows them.
 */
const filePath = (file: string, folder: string | null): readonly string[] => {
  if (file === '-') return [STDIN];
  const path = slashed(file.replace(/^file:(?:\/\/)?/i, ''));
  const parts = below(path, folder === null ? null : slashed(folder)) ?? withoutDots(path).slice(-1);
  return parts.length === 0 ? [NAMELESS] : parts.map(nameOf);
};

const slashed = (path: string): string => path.replaceAll('\\', '/');

const isAbsolute = (path: string): boolean => /^(?:[a-z]:)?[/\\]/i.test(path);

/** The parts of a path that is relative, or absolute and in the folder; null for any other. */
const below = (path: string, folder: string | null): readonly string[] | null => {
  if (!isAbsolute(path)) return withoutDots(path);
  const parts = withoutDots(path);
  const root = folder === null ? null : withoutDots(folder);
  return root !== null && root.length < parts.length && root.every((part, index) => part === parts[index])
    ? parts.slice(root.length)
    : null;
};

const withoutDots = (path: string): readonly string[] => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
};

/** A name that can stand in a path, whatever is in it: half a character has no place in any. */
const nameOf = (name: string | null): string => {
  const part = (name ?? '').replace(/[/\\\p{Surrogate}]/gu, NAMELESS);
  return part === '' || part === '.' || part === '..' ? NAMELESS : part;
};

/** A relative reference to it (RFC 3986): a colon is escaped as well, so that no name reads as a scheme. */
export const uriOf = ({ path }: Location): string => path.map(encodeURIComponent).join('/');
