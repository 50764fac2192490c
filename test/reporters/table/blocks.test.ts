import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../src/model/fix.ts';
import { rankOf, reaches, SEVERITIES, THRESHOLDS, type Threshold } from '../../../src/model/severity.ts';
import type { AssessedCache, Disposition, Finding } from '../../../src/policy/report.ts';
import { RULES } from '../../../src/rules/index.ts';
import { anyChoice, anyEstate, assessedOf, type Choice, tableOfAssessed } from '../../support/estate.ts';

// The table as a reader of its promise would make it, with the whole estate at hand.

const isTold = ({ outcome }: Finding): boolean => outcome === 'fail' || outcome === 'unknown';

/** As a row, or as a number. */
const isShown = (finding: Finding, few: boolean, { show, isWaivedShown, minSeverity, wide }: Choice): boolean =>
  (minSeverity === null || reaches(finding.severity, minSeverity)) &&
  ((isWaivedShown && finding.disposition === 'waived') ||
    (show?.has(finding.outcome) ?? (isTold(finding) || (finding.outcome === 'pass' && (few || wide)))));

const isCountedOnly = (finding: Finding, few: boolean, failOn: Threshold, choice: Choice): boolean => {
  const { severity, outcome, disposition } = finding;
  const { show, isWaivedShown, minSeverity, wide } = choice;
  if (disposition === 'waived') return !isWaivedShown && !wide;
  if (disposition === 'baselined') return show === null && !wide;
  const mild = severity === 'low' || severity === 'info';
  const matters = reaches(severity, failOn) || (outcome === 'unknown' && failOn === 'none');
  return !few && !wide && show === null && minSeverity === null && mild && !matters;
};

const WORDS = ['n/a', 'unseen', 'pass', 'WAIVED', 'KNOWN', 'UNKNOWN', 'FAIL'];

const wordOf = ({ outcome, disposition }: Finding): string => {
  if (disposition === 'waived') return 'WAIVED';
  if (disposition === 'baselined') return 'KNOWN';
  const words = { fail: 'FAIL', unknown: 'UNKNOWN', pass: 'pass', not_applicable: 'n/a', not_evaluated: 'unseen' };
  return words[outcome];
};

const badness = (finding: Finding): number => WORDS.indexOf(wordOf(finding)) * 10 + rankOf(finding.severity);

const worstFirst = (findings: readonly Finding[]): readonly Finding[] => [...findings].sort((a, b) => badness(b) - badness(a));

/** The worst finding decides, then the next; who has more of the same is worse. */
const isWorse = (a: readonly Finding[], b: readonly Finding[]): number => {
  const [one, other] = [worstFirst(a).map(badness), worstFirst(b).map(badness)];
  for (let nth = 0; nth < Math.max(one.length, other.length); nth += 1) {
    if (one[nth] !== other[nth]) return (other[nth] ?? -1) - (one[nth] ?? -1);
  }
  return 0;
};

const noteOf = ({ waiver }: Finding): string => {
  if (waiver === null) return '';
  return waiver.state === 'expired' ? ' (waiver W-0 expired on 2025-05-31)' : ' (W-1 until 2025-06-30: moves soon)';
};

const expectedBlocks = (estate: readonly AssessedCache[], failOn: Threshold, choice: Choice): readonly (readonly string[])[] => {
  const few = estate.length <= 5;
  let hint = ' (--min-severity info shows them)';
  return estate
    .map(({ cache, findings }) => {
      const shown = findings.filter((finding) => isShown(finding, few, choice));
      const counted = shown.filter((finding) => isCountedOnly(finding, few, failOn, choice));
      return { cache, rows: shown.filter((finding) => !counted.includes(finding)), counted };
    })
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => isWorse(a.rows, b.rows))
    .map(({ cache, rows, counted }) => {
      const leaderOf = (finding: Finding): Finding | undefined =>
        rows.find((row) => row.rule.id === finding.relatedTo && wordOf(row) === wordOf(finding));
      const rowOf = (finding: Finding, word: string): readonly string[] => [
        `${word} ${finding.severity} ${finding.rule.id} ${finding.message}${noteOf(finding)}`,
        ...(choice.wide && finding.evidence !== null ? [`${finding.evidence.path} (${finding.evidence.source})`] : []),
      ];
      const lines = worstFirst(rows.filter((finding) => leaderOf(finding) === undefined)).flatMap((leader) => [
        ...rowOf(leader, wordOf(leader)),
        ...worstFirst(rows.filter((finding) => leaderOf(finding) === leader)).flatMap((finding) => rowOf(finding, '└─')),
      ]);
      const failures = SEVERITIES.map((severity) => ({
        of: severity,
        count: counted.filter((finding) => wordOf(finding) === 'FAIL' && finding.severity === severity).length,
      }));
      const words = (word: string): number => counted.filter((finding) => wordOf(finding) === word).length;
      const text = (numbers: readonly { readonly of: string; readonly count: number }[]): string =>
        numbers
          .filter(({ count }) => count > 0)
          .map(({ of, count }) => `${count} ${of}`)
          .join(', ');
      const mild = text([...failures, { of: 'unknown', count: words('UNKNOWN') }]);
      const accepted = text([
        { of: 'waived', count: words('WAIVED') },
        { of: 'in the baseline', count: words('KNOWN') },
      ]);
      const numbers = [mild === '' ? '' : `${mild}${hint}`, accepted].filter((part) => part !== '');
      const folded = numbers.length === 0 ? [] : [`and ${numbers.join(', ')}`];
      if (mild !== '') hint = '';
      return [`${cache.name} ${cache.sku} · westeurope · ${cache.resourceGroup} · prod`, ...lines, ...folded];
    });
};

const expectedMatrix = (estate: readonly AssessedCache[]): readonly string[] =>
  estate.map(({ cache, findings }) => {
    const times = (outcome: Finding['outcome']): number => findings.filter((finding) => finding.outcome === outcome).length;
    const cells = SEVERITIES.map((severity) => {
      const failures = findings.filter((finding) => finding.outcome === 'fail' && finding.severity === severity);
      const of = (disposition: Disposition): number => failures.filter((finding) => finding.disposition === disposition).length;
      const accepted = `${of('waived') > 0 ? `+${of('waived')}w` : ''}${of('baselined') > 0 ? `+${of('baselined')}k` : ''}`;
      const outcomes = findings.filter(({ rule }) => rule.severity === severity).map(({ outcome }) => outcome);
      const seen = outcomes.some((outcome) => ['pass', 'fail', 'unknown'].includes(outcome));
      if (failures.length > 0 || seen) return `${of('active')}${accepted}`;
      return outcomes.includes('not_evaluated') ? '?' : '-';
    });
    return [cache.name, cache.sku, ...cells, times('unknown'), times('pass')].join(' ');
  });

/** By rule, the worst that gates first: what is told of the commands, as numbers. */
const expectedFixes = (estate: readonly AssessedCache[], { minSeverity, wide }: Choice): readonly string[] => {
  const gating = estate.flatMap(({ findings }) => findings.filter((finding) => finding.gating));
  const worst = (ruleId: string): number =>
    Math.max(...gating.filter(({ rule }) => rule.id === ruleId).map(({ severity }) => rankOf(severity)));
  return RULES.filter(({ id }) => gating.some(({ rule }) => rule.id === id))
    .sort((a, b) => worst(b.id) - worst(a.id))
    .flatMap(({ id, fix }) => {
      const some = gating.filter(({ rule, severity }) => rule.id === id && reaches(severity, minSeverity ?? 'info'));
      const mendable = some.filter(({ cache }) => fix.steps(targetOf(cache)).length > 0);
      const commands = mendable.flatMap(({ remediation }) => remediation?.az ?? []);
      const printed = wide ? commands : commands.slice(0, 1);
      if (some.length === 0) return [];
      return [
        `${id} ${SEVERITIES.find((severity) => rankOf(severity) === worst(id))}, ${some.length}`,
        ...printed.flatMap((command) => command.split('\n')),
        ...(commands.length > printed.length ? [`and ${commands.length - printed.length} more`] : []),
        ...(some.length > mendable.length ? [`no command for ${some.length - mendable.length}: larger`] : []),
        ...(mendable.length > commands.length ? [`no command for ${mendable.length - commands.length}: unsafe`] : []),
      ];
    });
};

const squeezed = (line: string): string => line.trim().replaceAll(/ {2,}/g, ' ');

/** What a table says, section by section, without its padding. */
const read = (text: string) => {
  const sections = text.trimEnd().split('\n\n');
  const isMatrix = (section: string): boolean => /^ {2}cache {2,}sku/.test(section);
  const matrixAt = sections.findIndex(isMatrix);
  const fixes = sections.find((section) => section.startsWith('Fix first\n'))?.split('\n') ?? [];
  return {
    blocks: sections.slice(1, matrixAt < 0 ? -1 : matrixAt).map((section) => section.split('\n').map(squeezed)),
    // What the letters mean stands below.
    matrix: (sections[matrixAt] ?? '')
      .split('\n')
      .slice(2)
      .map(squeezed)
      .filter((line) => !line.startsWith('+')),
    fixes: fixes.slice(1).flatMap((line) => {
      const [, left] = /^ {4}and (\d+) more cache/.exec(line) ?? [];
      const [, none, why = ''] = /^ {4}no command for (\d+) caches?(.*)$/.exec(line) ?? [];
      if (left !== undefined) return [`and ${left} more`];
      if (none !== undefined) return [`no command for ${none}: ${why.startsWith(':') ? 'larger' : 'unsafe'}`];
      const [, heading] = /^ {2}([a-z0-9-]+ {2}[a-z]+, \d+) caches?$/.exec(line) ?? [];
      if (heading !== undefined) return [squeezed(heading)];
      return /^ {4}(?:# |az )/.test(line) ? [line.trim()] : [];
    }),
  };
};

describe('the table', () => {
  it('says of any estate what a reader with all of it at hand would say', () => {
    fc.assert(
      fc.property(anyEstate, anyChoice, fc.constantFrom(...THRESHOLDS), (caches, choice, failOn) => {
        const estate = assessedOf(caches, failOn);
        expect(read(tableOfAssessed(estate, failOn, choice))).toEqual({
          blocks: expectedBlocks(estate, failOn, choice),
          matrix: expectedMatrix(estate),
          fixes: expectedFixes(estate, choice),
        });
      }),
      { numRuns: 500 },
    );
  });
});
