import type { Problem } from '../../model/problem.ts';
import type { Seen } from '../../model/scope.ts';
import type { Io } from '../io.ts';
import { type Account, accountOf } from './account.ts';
import { damaged } from './damage.ts';
import { linesIn, type Part, partsOf } from './parts.ts';
import { type SavedRun, savedRun } from './run.ts';
import { openSaved, refusalOf } from './text.ts';

/** A saved result, as far as it is known when it is opened. */
export interface SavedResult {
  readonly run: SavedRun;
  /** What is in it, in its order: each cache with its findings, and what was told beside them. To be read once. */
  readonly parts: AsyncIterable<SavedPart>;
}

export type SavedPart = Extract<Part, { readonly type: 'assessed' | 'end' }> | Extract<Seen, { readonly type: 'gap' }>;

/** Throws `Trouble` (usage) that names the file, the property and what it should be; also while it is read. */
export const openResult = async (path: string, io: Pick<Io, 'inputs' | 'signal'>): Promise<SavedResult> => {
  const saved = await openSaved(path, io);
  const refuse = refusalOf(path);
  const header = saved.form === 'object' ? saved.root : saved.header;
  const run = savedRun({ value: header, at: '', refuse });
  const account = accountOf(run);
  const parts = saved.form === 'object' ? partsOf(saved.root, run, refuse) : linesIn(saved, run, path, refuse);
  return { run, parts: accountedFor(parts, account, path) };
};

/** What its end says is held to what came before. The problems of a run are part of that; what is wrong with the file is not. */
async function* accountedFor(parts: AsyncIterable<Part>, account: Account, path: string): AsyncIterable<SavedPart> {
  let isWhole = true;
  for await (const part of parts) {
    if (part.type === 'assessed') account.add(part.assessed);
    if (part.type === 'told') account.addProblem(part.problem);
    if (part.type === 'damage') isWhole = false;
    if (part.type === 'end' && isWhole) {
      const difference = account.difference(part.end);
      if (difference !== null) yield gapSeen(damaged(path, `it contradicts itself: ${difference}`, 'RESULT_INCONSISTENT'));
    }
    yield 'problem' in part ? gapSeen(part.problem) : part;
  }
}

const gapSeen = (told: Problem): SavedPart => ({ type: 'gap', gap: { problem: told, correlationId: null } });
