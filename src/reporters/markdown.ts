import { count } from '../model/count.ts';
import type { Threshold } from '../model/severity.ts';
import type { Finding } from '../policy/report.ts';
import { headOf, type Section, sectionsOf } from './markdown/sections.ts';
import { code, link, words } from './markdown/text.ts';
import type { MarkdownChoices, Reporter } from './reporter.ts';
import { isTold, weightOf, worstOf } from './worst.ts';

/** More of them nobody reads, and no page shows. */
const MOST_FINDINGS = 20_000;

/** A report for a comment on a pull request, or the summary of a job: the verdict, what counts, what was not read. */
export const markdownReporter = ({ mostBytes }: MarkdownChoices): Reporter => {
  const worst = worstOf<string>(MOST_FINDINGS);
  let failOn: Threshold = 'none';
  return {
    begin: (run) => {
      failOn = run.failOn;
      return '';
    },
    assessed: ({ findings }) => {
      for (const finding of findings) if (isTold(finding)) worst.add(() => rowOf(finding), weightOf(finding, failOn));
      return '';
    },
    *end(report) {
      const head = headOf(report);
      const below = belowOf(sectionsOf(report), (mostBytes - bytesOf(head)) / 2);
      let room = mostBytes - bytesOf(head) - bytesOf(below) - bytesOf(TABLE) - BYTES_OF_MORE;
      let shown = 0;
      yield head;
      for (const row of worst.kept()) {
        room -= bytesOf(row);
        if (room < 0) break;
        yield shown === 0 ? `${TABLE}${row}` : row;
        shown += 1;
      }
      const left = worst.total() - shown;
      if (left > 0) yield `\n${count(left, 'more finding')} not shown here${shown > 0 ? ', none of them worse than these' : ''}.\n`;
      yield below;
    },
  };
};

const TABLE = '\n| | severity | cache | rule | finding |\n|---|---|---|---|---|\n';

/** Enough to say how many lines are left out. */
const BYTES_OF_MORE = 100;

const bytesOf = (text: string): number => Buffer.byteLength(text);

const rowOf = ({ rule, cache, gating, outcome, severity, message, waiver, origin, remediation }: Finding): string => {
  const where = origin === null ? '' : ` ${code(origin.place === null ? origin.file : `${origin.file}:${origin.place.line}`)}`;
  const expired = waiver?.state === 'expired' ? ` (waiver ${code(waiver.id)} expired on ${words(waiver.expires)})` : '';
  const summary = remediation?.summary ?? '';
  const fix = summary === '' ? '' : `<details><summary>fix</summary>${words(summary)}</details>`;
  const told = outcome === 'unknown' ? 'unknown' : 'fail';
  const cells = [
    gating ? `**${told}**` : told,
    severity,
    `${code(cache.name)}${where}`,
    link(rule.id, rule.references[0]),
    `${code(message)}${expired}${fix}`,
  ];
  return `| ${cells.join(' | ')} |\n`;
};

/** The sections, each within its share of the room: one that is long takes nothing from another. */
const belowOf = (sections: readonly Section[], room: number): string =>
  sections.map((section) => textOf(section, room / sections.length)).join('');

const textOf = ({ heading, lines }: Section, share: number): string => {
  let room = share - bytesOf(heading) - BYTES_OF_MORE;
  const overflowing = lines.findIndex((line) => {
    room -= bytesOf(line);
    return room < 0;
  });
  if (overflowing < 0) return `${heading}${lines.join('')}`;
  return `${heading}${lines.slice(0, overflowing).join('')}\n${lines.length - overflowing} more not shown here.\n`;
};
