import { type ComparedFinding, diffOf, diffStatus, type Sight } from '../policy/diff.ts';
import { diffJson, diffText } from '../reporters/diff.ts';
import { safeLine } from '../reporters/escape.ts';
import type { Given } from './given.ts';
import { wordOf } from './given.ts';
import type { Io } from './io.ts';
import type { SavedEnd } from './saved/end.ts';
import { openResult } from './saved/result.ts';
import type { SavedRun } from './saved/run.ts';
import { refusalOf } from './saved/text.ts';
import { failOnOf } from './settings.ts';
import { COLOR_CHOICES, looksOf } from './style.ts';

interface Compared {
  readonly run: SavedRun;
  readonly findings: readonly ComparedFinding[];
  readonly end: SavedEnd;
  readonly isComplete: boolean;
}

/** `redvet diff OLD NEW`: what failed since, and what was mended. */
export const runDiff = async (older: string, newer: string, given: Given, io: Io): Promise<number> => {
  const format = wordOf(given, 'output', ['table', 'json'], 'table');
  const failOn = failOnOf(given) ?? 'high';
  const looks = looksOf(io.stdout, wordOf(given, 'color', COLOR_CHOICES, 'auto'), io);
  const before = await readCompared(older, io, ({ outcome }) => outcome === 'fail');
  const after = await readCompared(newer, io, () => true);
  const diff = diffOf(before.findings, after.findings, sightOf(before, after));
  const status = diffStatus(diff, failOn);
  await io.stdout.write(format === 'json' ? diffJson(diff, status) : diffText(diff, looks));
  if (!given.isOn('quiet')) {
    const notes = [
      ...(before.isComplete ? [] : [`${older} is of a run that did not see everything: what seems new may have been there`]),
      ...(after.isComplete ? [] : [`${newer} is of a run that did not see everything: there may be more that is new`]),
      `exit ${status.exitCode} (${status.outcome}): ${status.reason}`,
    ];
    await io.stderr.write(notes.map((note) => `redvet: ${safeLine(note)}\n`).join(''));
  }
  return status.exitCode;
};

/** Throws `Trouble` (usage) for what is no whole result: what it lacks would seem to be fixed, or new. */
const readCompared = async (path: string, io: Io, isKept: (finding: ComparedFinding) => boolean): Promise<Compared> => {
  const refuse = refusalOf(path);
  const { run, parts } = await openResult(path, io);
  const findings: ComparedFinding[] = [];
  let end: SavedEnd | null = null;
  let isComplete = true;
  for await (const part of parts) {
    io.signal.throwIfAborted();
    if (part.type === 'end') end = part.end;
    else if (part.type === 'gap') {
      const { code, kind, message, scope, affects } = part.gap.problem;
      if (code === 'RESULT_CUT_OFF' || code === 'RESULT_DAMAGED') throw refuse('NOT_A_RESULT', message, 'Scan again, and write it anew.');
      // What could not be read below a cache has findings of its own, which are unknown.
      const isBelow = affects.length > 0 && !affects.includes('*');
      isComplete &&= isBelow || kind === 'output' || (kind === 'usage' && scope === '--strict-waivers');
    } else {
      for (const { rule, cache, subject, fingerprint, severity, outcome, disposition, message } of part.assessed.findings) {
        const finding = {
          fingerprint,
          ruleId: rule.id,
          severity,
          outcome,
          disposition,
          resourceId: subject ?? cache.id,
          resourceName: cache.name,
          message,
        };
        if (isKept(finding)) findings.push(finding);
      }
    }
  }
  if (end === null) throw refuse('NOT_A_RESULT', 'is cut off: it has no end', 'Scan again, and write it anew.');
  if (end.summary.caches === 0 && !isComplete) throw refuse('NOTHING_JUDGED', 'is the result of a run that judged nothing');
  return { run, findings, end, isComplete };
};

/** The newer result speaks of what it looked at, in the same way as the older. */
const sightOf = (before: Compared, after: Compared): Sight => {
  const narrowed = SELECTORS.find(
    (name) => JSON.stringify(before.run.options[name] ?? []) !== JSON.stringify(after.run.options[name] ?? []),
  );
  const read = new Set(after.end.subscriptions.filter(({ status }) => status === 'read').map(({ id }) => id.toLowerCase()));
  const paths = new Set(after.end.inputs.filter(({ status }) => status === 'read').map(({ path }) => path));
  return {
    isComplete: after.isComplete,
    rules: new Set(after.run.rules.map(({ id }) => id)),
    mayMiss: ({ resourceId }) => {
      if (narrowed !== undefined) return `the newer scan was asked for other caches (${narrowed})`;
      if (before.run.source === 'files' || after.run.source === 'files') {
        const isSame = before.end.inputs.every(({ path }) => paths.has(path));
        return isSame ? null : 'the newer scan was given other files';
      }
      const [, subscription = ''] = /^\/subscriptions\/([^/]+)/i.exec(resourceId) ?? [];
      return read.has(subscription.toLowerCase()) ? null : 'its subscription was not read now';
    },
  };
};

const SELECTORS = ['resourceGroups', 'caches', 'tags', 'exclude'] as const;
