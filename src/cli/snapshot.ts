import { awaitedBy } from '../assess.ts';
import type { Cache } from '../model/cache.ts';
import { type Problem, problem } from '../model/problem.ts';
import { safeJson } from '../reporters/escape.ts';
import type { FileRequest } from '../sources/input.ts';
import type { Selection } from '../sources/selection.ts';
import { type Answers, isListOfCaches } from '../sources/snapshot/answer.ts';
import { chained, type Digest } from '../sources/snapshot/digest.ts';
import { MOST_LINE } from '../sources/snapshot/read.ts';
import { snapshotSource } from '../sources/snapshot/source.ts';
import type { FileOutput, Io } from './io.ts';
import type { ScanSettings } from './settings.ts';
import { unwritable } from './unwritable.ts';

/** How a scan of files reads a snapshot. */
export const openSnapshot = (
  { rules, concurrency }: Pick<ScanSettings, 'rules' | 'concurrency'>,
  selection: Selection,
  today: string,
  io: Pick<Io, 'sha256'>,
): FileRequest['replay'] => {
  const request = {
    concurrency,
    kinds: new Set(rules.flatMap(({ appliesTo }) => appliesTo)),
    awaited: (cache: Cache) => awaitedBy(cache, rules, today),
    digest: digestBy(io),
  };
  return async (bytes, path, judge) => snapshotSource(bytes, path, { ...request, narrowed: { selection, judge } });
};

export const digestBy =
  (io: Pick<Io, 'sha256'>): Digest =>
  (text) =>
    io.sha256(text);

/** A snapshot that is being written. Everything throws `Trouble` (output) when that cannot be done. */
export interface SnapshotWriter {
  readonly begin: (header: object) => Promise<void>;
  /** To what could not be written, because nobody could read it back. */
  readonly write: (lines: readonly Answers[]) => Promise<readonly Problem[]>;
  /** Whether there is anything in it that could be judged. */
  readonly hasLists: () => boolean;
  readonly end: (fields: object) => Promise<void>;
  /** Leaves what was there before. */
  readonly discard: () => Promise<void>;
}

const BATCH_CHARACTERS = 64 * 1024;

/** `-` is stdout. */
export const openSnapshotWriter = async (path: string, io: Io): Promise<SnapshotWriter> => {
  const name = path === '-' ? 'stdout' : path;
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw unwritable(name, error);
    }
  };
  const file: FileOutput | null = path === '-' ? null : await attempt(() => io.createFile(path));
  const output = file ?? io.stdout;
  const digest = digestBy(io);
  let chain = '';
  let buffer = '';
  let count = 0;
  let hasLists = false;
  const flush = (): Promise<void> =>
    attempt(async () => {
      const text = buffer;
      buffer = '';
      await output.write(text);
    });
  const add = async (line: string): Promise<void> => {
    chain = chained(chain, line, digest);
    buffer += `${line}\n`;
    if (buffer.length >= BATCH_CHARACTERS) await flush();
  };
  return {
    hasLists: () => hasLists,
    begin: (header) => add(safeJson({ type: 'snapshot', ...header })),
    write: async (lines) => {
      const problems: Problem[] = [];
      for (const one of lines) {
        count += one.answers.length;
        hasLists ||= isListOfCaches(one.below);
        const line = lineOf(one);
        if (line.length > MOST_LINE) problems.push(tooLarge(one));
        await add(line.length > MOST_LINE ? lineOf(withoutItems(one)) : line);
      }
      return problems;
    },
    end: async (fields) => {
      buffer += `${safeJson({ type: 'end', ...fields, answers: count, digest: chain })}\n`;
      await flush();
      if (file !== null) await attempt(() => file.commit());
    },
    discard: async () => {
      await file?.discard();
    },
  };
};

const lineOf = (answers: Answers): string => safeJson({ type: 'answers', ...answers });

const tooLarge = ({ below }: Answers): Problem =>
  problem('limit', 'ANSWER_TOO_LARGE', `the answer is larger than ${MOST_LINE / 2 ** 20} MB`, {
    scope: below,
    hint: 'Judge it without a snapshot: redvet scan',
    affects: ['*'],
  });

const withoutItems = (all: Answers): Answers => {
  const { affects: _, ...told } = tooLarge(all);
  return { ...all, answers: all.answers.map(({ at }) => ({ at, pages: 0, items: [], problem: { ...told, correlationId: null } })) };
};
