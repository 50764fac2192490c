import { Trouble } from '../errors.ts';
import type { Cache, CacheKind } from '../model/cache.ts';
import { problem } from '../model/problem.ts';
import type { Gap, InputKind, Seen } from '../model/scope.ts';
import type { ParametersFiles } from './arm/parameters-files.ts';
import type { FileKind, Files } from './files.ts';
import { gapOf } from './gaps.ts';
import { EMPTY_INPUT, NOT_OURS, notUnderstood, unreadableInput, utf8Of } from './input-text.ts';
import { folderOf, shortPath } from './paths.ts';
import { kindByName, type Recognised, recognise } from './recognise.ts';
import { type Judge, type Selection, selectorOf } from './selection.ts';
import type { Source } from './source.ts';
import { walk } from './walk.ts';

/** What a scan of files is asked for. */
export interface FileRequest {
  /** Files, folders or `-`, as the person named them. */
  readonly paths: readonly string[];
  /** What they all are; null to tell by their contents. */
  readonly from: InputKind | null;
  /** A file with parameters for the templates; null for their defaults. */
  readonly parameters: string | null;
  readonly selection: Selection;
  readonly kinds: ReadonlySet<CacheKind>;
  readonly files: Files;
  /** Opens what a snapshot recorded as if it were live. What it yields was judged to be wanted by the selector that it is given. */
  readonly replay: (bytes: AsyncIterable<Uint8Array>, path: string, judge: Judge) => Promise<Source>;
  /** Told how far the scan is, for progress only. */
  readonly watch: (event: { readonly type: 'input'; readonly path: string } | { readonly type: 'cache' }) => void;
}

/** What a reader yields of one input. */
export type Read = Extract<Seen, { readonly type: 'cache' | 'gap' }>;

/** One document, stream, or folder of Terraform files. */
export interface Input {
  /** As it is told to people: the path as it was named, or found below a folder that was named. */
  readonly path: string;
  readonly kind: InputKind;
  /**
   * Throws `Trouble` (usage) for what cannot be understood as long as nothing of it was yielded; after that a gap says what is missing.
   */
  readonly read: () => AsyncIterable<Exclude<Seen, { readonly type: 'input' }>>;
}

/** The request, and what all inputs of the run share. */
interface Opening extends FileRequest {
  readonly judge: Judge;
  /** What may give templates their parameters. */
  readonly beside: () => Promise<ParametersFiles>;
}

/** Declarations and exports: what a cache is, or will be, without asking Azure. */
export const fileSource = (request: FileRequest): Source => ({
  async *open() {
    const selector = selectorOf(request.selection);
    const repeated = repetitions();
    const { begun, mistakes } = await begin({ ...request, judge: selector.judge, beside: besideOnce(request) });
    if (mistakes.length > 0) {
      yield* mistakes.map(gapSeen);
      return;
    }
    for (const found of begun) {
      request.watch({ type: 'input', path: found.path });
      for await (const seen of readFound(found, request.kinds, selector.judge, repeated)) {
        if (seen.type === 'cache') request.watch({ type: 'cache' });
        yield seen;
      }
    }
    yield* selector.unmatched().map(gapSeen);
  },
});

/** Only templates need it, and what they are read by. */
const besideOnce = ({ paths, files }: FileRequest): Opening['beside'] => {
  let beside: Promise<ParametersFiles> | null = null;
  return () => {
    beside ??= import('./arm/parameters-files.ts').then(({ parametersFiles }) => parametersFiles(paths, files));
    return beside;
  };
};

const gapSeen = (gap: Gap): Read => ({ type: 'gap', gap });

/** Reads the beginning of all that was named: a mistake is told before anything is judged. */
const begin = async (request: Opening): Promise<{ readonly begun: readonly Found[]; readonly mistakes: readonly Gap[] }> => {
  const begun: Found[] = [];
  const mistakes: Gap[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      mistakes.push(gapOf(error));
    }
  };
  for (const path of request.paths) {
    await attempt(async () => {
      for (const found of await foundAt(path, request)) {
        await attempt(async () => {
          if (!found.isNamed) {
            begun.push(found);
            return;
          }
          const input = await found.open();
          if (input === null) throw notUnderstood(found.path, 'is nothing that redvet can judge', WHAT_IT_READS);
          const started = await beginInput(input);
          begun.push({ ...found, open: async () => started });
        });
      }
    });
  }
  return { begun, mistakes };
};

const WHAT_IT_READS =
  'It reads exports of az, PowerShell, Resource Graph and redvet collect, Terraform plans and files, ARM templates and Bicep; --from says which.';

/** The same input, with what comes first already read. */
const beginInput = async (input: Input): Promise<Input> => {
  const iterator = input.read()[Symbol.asyncIterator]();
  const first = await iterator.next();
  return {
    ...input,
    read: async function* () {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    },
  };
};

async function* readFound(
  found: Found,
  kinds: ReadonlySet<CacheKind>,
  judge: Judge,
  repeated: (cache: Cache) => Gap | 'same' | null,
): AsyncIterable<Seen> {
  let caches = 0;
  let excluded = 0;
  let isPartial = false;
  let kind: InputKind | null = null;
  try {
    const input = await found.open();
    if (input === null) return;
    kind = input.kind;
    const select = kind === 'snapshot' ? WANTED : judge;
    for await (const seen of input.read()) {
      if (seen.type === 'subscription') {
        yield seen;
        continue;
      }
      const { is, gap } = seen.type === 'gap' ? { is: 'other' as const, gap: seen.gap } : placed(seen.cache, kinds, select, repeated);
      if (gap !== null) {
        isPartial = true;
        yield gapSeen(gap);
      }
      if (is === 'excluded') excluded += 1;
      if (is !== 'wanted') continue;
      caches += 1;
      yield seen;
    }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    // Whoever named a folder did not name all that is in it.
    if (PASSED_OVER.has(error.problem.code) && caches === 0) return;
    isPartial = true;
    const { problem: told } = error;
    yield gapSeen(gapOf(new Trouble(told.kind === 'usage' ? { ...told, kind: 'malformed' } : told)));
  }
  if (kind !== null) yield { type: 'input', input: { path: found.path, kind, status: isPartial ? 'partial' : 'read', caches, excluded } };
}

const WANTED: Judge = () => 'wanted';

/** What a folder may hold that is nothing of ours. */
const PASSED_OVER: ReadonlySet<string> = new Set([NOT_OURS, EMPTY_INPUT]);

/** Whether a cache is asked for, and what is doubtful about it. */
const placed = (
  cache: Cache,
  kinds: ReadonlySet<CacheKind>,
  judge: Judge,
  repeated: (cache: Cache) => Gap | 'same' | null,
): { readonly is: 'wanted' | 'excluded' | 'other'; readonly gap: Gap | null } => {
  if (!kinds.has(cache.kind)) return { is: 'other', gap: null };
  const is = judge(cache);
  if (typeof is === 'object') return { is: 'other', gap: is };
  const again = is === 'wanted' ? repeated(cache) : null;
  return again === 'same' ? { is: 'other', gap: null } : { is, gap: again };
};

/**
 * Tells of a cache that stands in the inputs twice. `same`: one declaration that was named twice. Of a running one nobody knows which
 * of the two it is now. Remembers a number a cache.
 */
const repetitions = (): ((cache: Cache) => Gap | 'same' | null) => {
  const known = new Set<number>();
  return ({ id, origin }) => {
    const number = hashOf(origin === null ? id.toLowerCase() : `${origin.file}|${origin.place?.line}|${origin.place?.column}|${id}`);
    if (!known.has(number)) {
      known.add(number);
      return null;
    }
    if (origin !== null) return 'same';
    const more = { scope: id, hint: 'Give one inventory of it, the newest.', affects: ['*'] };
    return { problem: problem('malformed', 'REPEATED_CACHE', 'the cache stands in the inputs more than once', more), correlationId: null };
  };
};

/** 53 bits of a text, out of two FNV hashes. */
const hashOf = (text: string): number => {
  let one = 0x811c9dc5;
  let other = 0x01000193;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b);
  }
  return (one >>> 0) * 2 ** 21 + (other >>> 11);
};

/** Something that may be an input. */
interface Found {
  readonly path: string;
  /** Whether the person named it, rather than a folder above it. */
  readonly isNamed: boolean;
  /** Null for what is none. */
  readonly open: () => Promise<Input | null>;
}

const foundAt = async (written: string, request: Opening): Promise<readonly Found[]> => {
  const { files, from } = request;
  const path = shortPath(written);
  const kind = await kindAt(path, files);
  if (kind === 'other')
    throw notUnderstood(path, 'is neither a file nor a pipe', 'Name a file or a folder, or pipe into -.', 'CANNOT_READ');
  if (kind === 'folder') return inFolder(path, request);
  if (kind === 'file' && kindByName(path) === 'terraform' && (from ?? 'terraform') === 'terraform')
    return terraform([{ folder: folderOf(path), only: path }], request, true);
  return [{ path, isNamed: true, open: () => openDocument(path, request) }];
};

const kindAt = async (path: string, files: Files): Promise<FileKind> => {
  try {
    return await files.kindOf(path);
  } catch (error) {
    throw unreadableInput(path, error);
  }
};

/** Everything below a folder that may be an input, by path. */
const inFolder = async (root: string, request: Opening): Promise<readonly Found[]> => {
  const folders: string[] = [];
  const others: Found[] = [];
  for await (const walked of walk(root, request.files)) {
    const { path } = walked;
    if (walked.type === 'folder') {
      if (walked.entries.some(({ name, kind }) => kind !== 'folder' && kindByName(name) === 'terraform')) folders.push(path);
    } else if (walked.type === 'unlisted') {
      const trouble = unreadableInput(path, walked.error);
      if (path === root) throw trouble;
      others.push({ path, isNamed: false, open: () => Promise.reject(trouble) });
    } else if (mayBeDocument(path)) {
      others.push({ path, isNamed: false, open: () => openDocument(path, request) });
    }
  }
  return [
    ...(await terraform(
      folders.map((folder) => ({ folder, only: null })),
      request,
      false,
    )),
    ...others,
  ];
};

const mayBeDocument = (path: string): boolean => {
  const kind = kindByName(path);
  return kind === 'bicep' || (kind === null && /\.(?:json|jsonc|ndjson|jsonl)$/i.test(path));
};

/** Terraform is read by the folder: what a file leaves open, another one of its folder may say. */
const terraform = async (
  places: readonly { readonly folder: string; readonly only: string | null }[],
  { files }: FileRequest,
  isNamed: boolean,
): Promise<readonly Found[]> => {
  if (places.length === 0) return [];
  const { terraformInputs } = await import('./terraform-hcl.ts');
  const inputs = await terraformInputs(places, files);
  return inputs.map((input) => ({ path: input.path, isNamed, open: async () => input }));
};

/** A document of its own, told by its name or by what is in it. */
const openDocument = async (path: string, request: Opening): Promise<Input | null> => {
  const { from, files, parameters } = request;
  if ((from ?? kindByName(path)) === 'bicep') {
    const { readBicep } = await import('./bicep.ts');
    const beside = await request.beside();
    return { path, kind: 'bicep', read: () => readBicep(path, { parameters, beside, files }) };
  }
  const { kind, bytes } = await recognised(path, request);
  switch (kind) {
    case null:
      return null;
    case 'inventory': {
      const { readInventory } = await import('./inventory-file.ts');
      return { path, kind, read: () => readInventory(bytes, path) };
    }
    case 'snapshot':
      return {
        path,
        kind,
        read: async function* () {
          yield* withoutInputs(await request.replay(bytes, path, request.judge));
        },
      };
    case 'terraform-plan':
    case 'terraform-state': {
      const { readTerraformJson } = await import('./terraform-plan.ts');
      return { path, kind, read: () => readTerraformJson(bytes, path) };
    }
    case 'terraform': {
      const { readTerraformText } = await import('./terraform-hcl.ts');
      return { path, kind, read: () => readTerraformText(bytes, path, files) };
    }
    case 'arm-template': {
      const { readArmTemplate } = await import('./arm-template.ts');
      const beside = await request.beside();
      return { path, kind, read: () => readArmTemplate(bytes, path, { parameters, beside, files }) };
    }
    case 'bicep':
      return null;
  }
};

async function* withoutInputs(source: Source): ReturnType<Input['read']> {
  for await (const seen of source.open()) if (seen.type !== 'input') yield seen;
}

interface Opened {
  readonly kind: InputKind | null;
  /** All of them, as UTF-8. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** As much of a document as it takes to tell what it is, and then all of it. */
const recognised = async (path: string, { from, files }: FileRequest): Promise<Opened> => {
  const source = utf8Of(readable(path, files));
  if (from !== null) return { kind: from, bytes: source };
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let head = '';
  let told: Recognised = 'undecided';
  for (let looked = 0, isAll = false; told === 'undecided' && !isAll; ) {
    const next = await iterator.next();
    isAll = next.done === true;
    if (!next.done) {
      chunks.push(next.value);
      head += decoder.decode(next.value, { stream: true });
    }
    // Most documents say at once what they are. Looking at all of it anew for every chunk would take time by its square.
    while (told === 'undecided' && (head.length >= 2 * looked || isAll)) {
      looked = Math.min(head.length, Math.max(2 * looked, FIRST_LOOK_CHARACTERS));
      const isEnd = isAll && looked === head.length;
      told = recognise(head.slice(0, looked), isEnd || looked > MOST_HEAD_CHARACTERS);
      if (looked === head.length) break;
    }
  }
  if (head.trim() === '') throw notUnderstood(path, 'is empty', WHAT_IT_READS, EMPTY_INPUT);
  if (typeof told === 'object' && 'refused' in told) throw notUnderstood(path, told.refused, told.hint, NOT_OURS);
  const bytes = (async function* () {
    yield* chunks;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  })();
  return { kind: typeof told === 'object' ? told.kind : null, bytes };
};

const FIRST_LOOK_CHARACTERS = 4096;

/** What comes this late does not tell what a document is. */
const MOST_HEAD_CHARACTERS = 8 * 2 ** 20;

async function* readable(path: string, files: Files): AsyncIterable<Uint8Array> {
  try {
    yield* files.read(path);
  } catch (error) {
    // Whoever stopped the run says why.
    if (error instanceof Trouble || (error instanceof Error && error.name === 'AbortError')) throw error;
    throw unreadableInput(path, error);
  }
}
