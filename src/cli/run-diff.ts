import { type ComparedFinding, comparisonWith, diffStatus } from '../policy/diff.ts';
import { diffJson, diffText } from '../reporters/diff.ts';
import { safeLine } from '../reporters/escape.ts';
import { type Given, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { readCompared } from './saved/compared.ts';
import { failOnOf } from './settings.ts';
import { sightOf } from './sight.ts';
import { looksOf } from './style.ts';
import { COLOR_CHOICES, LIST_FORMATS } from './words.ts';

/** `redvet diff OLD NEW`: what failed since, and what was mended. */
export const runDiff = async (older: string, newer: string, given: Given, io: Io): Promise<number> => {
  const format = wordOf(given, 'output', LIST_FORMATS, 'table');
  const failOn = failOnOf(given) ?? 'high';
  const looks = looksOf(io.stdout, wordOf(given, 'color', COLOR_CHOICES, 'auto'), io);
  const failures: ComparedFinding[] = [];
  const before = await readCompared(older, io, (finding) => {
    if (finding.outcome === 'fail') failures.push(finding);
  });
  const comparison = comparisonWith(failures);
  const after = await readCompared(newer, io, comparison.add);
  const diff = comparison.diff(sightOf(before, after));
  const status = diffStatus(diff, failOn);
  await io.stdout.write(format === 'json' ? diffJson(diff, status) : diffText(diff, looks));
  if (!given.isOn('quiet')) {
    const notes = [
      ...(before.end.status.complete ? [] : [`${older} is of a run that did not see everything: what seems new may have been there`]),
      ...(after.end.status.complete ? [] : [`${newer} is of a run that did not see everything: there may be more that is new`]),
      ...(before.run.startedAt > after.run.startedAt ? [`${older} is of a later run than ${newer}: are the two swapped?`] : []),
      `exit ${status.exitCode} (${status.outcome}): ${status.reason}`,
    ];
    await io.stderr.write(notes.map((note) => `redvet: ${safeLine(note)}\n`).join(''));
  }
  return status.exitCode;
};
