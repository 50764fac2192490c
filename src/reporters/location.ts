import { matchesGlob } from '../model/glob.ts';
import type { Finding } from '../policy/report.ts';
import type { SarifChoices } from './reporter.ts';

/** A place in a repository, for tools that show findings beside code. */
export interface Location {
  /** A relative URI reference, percent-encoded. */
  readonly uri: string;
  /** From 1. */
  readonly line: number;
  /** From 1; null where only the line is known. */
  readonly column: number | null;
}

/**
 * Where a finding is shown: where it is declared, else where the configuration says that the cache is, else at a path that stands for the
 * cache. Tools that show code reject a finding without a place.
 */
export const locationOf = ({ origin, cache, subject }: Finding, locations: SarifChoices['locations'] = []): Location => {
  if (origin !== null) return { uri: uriOf(origin.file), line: origin.place?.line ?? 1, column: origin.place?.column ?? null };
  const id = subject ?? cache.id;
  const declared = locations.find(({ glob }) => matchesGlob(glob, id));
  if (declared !== undefined) return { uri: uriOf(declared.file), line: declared.line, column: null };
  const parts = ['azure', cache.subscriptionId, cache.resourceGroup, cache.name].map((part) => segmentOf(part ?? '_'));
  return { uri: parts.join('/'), line: 1, column: null };
};

/**
 * A path as a relative reference. What leads out of the working folder keeps its name only: how folders of a machine are called is nobody
 * else's business, and nothing there is part of the repository.
 */
const uriOf = (path: string): string => {
  const parts = path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.');
  const leavesFolder = /^(?:[\\/]|[A-Za-z]:)/.test(path) || parts.includes('..');
  const kept = leavesFolder ? parts.slice(-1) : parts;
  return kept.length === 0 || kept[0] === '..' ? 'stdin' : kept.map(segmentOf).join('/');
};

/** One segment, never empty nor `.` or `..`. */
const segmentOf = (part: string): string => {
  // A lone surrogate has no UTF-8.
  const encoded = encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return /^\.{0,2}$/.test(encoded) ? `_${encoded}` : encoded;
};
