import { count } from '../model/count.ts';
import type { Threshold } from '../model/severity.ts';
import type { Finding, Report, Run } from '../policy/report.ts';
import { aboutSection } from './html/about.ts';
import { cacheRow, cacheWeight } from './html/cache-row.ts';
import { coverageSection } from './html/coverage.ts';
import { findingRow, leftOutRow } from './html/finding-row.ts';
import { frameworksSection } from './html/frameworks.ts';
import { html, type Markup } from './html/markup.ts';
import { overview } from './html/overview.ts';
import { cachesStart, findingsStart, pageEnd, pageStart } from './html/page.ts';
import type { Row } from './html/row.ts';
import { rulesSection } from './html/rules.ts';
import { tallyOf } from './html/tally.ts';
import type { Reporter } from './reporter.ts';
import { weightOf as weightOfStanding } from './table/standing.ts';
import { isTold, weightOf, worstOf } from './worst.ts';

/** More than these a browser shows slowly, and nobody reads. */
const MOST_FINDINGS = 20_000;
const MOST_CACHES = 5_000;

/** One page for a browser that needs nothing else: the verdict, charts, every finding with its fix, and where it all comes from. */
export const htmlReporter = (): Reporter => {
  const tally = tallyOf();
  const findings = worstOf<Row>(MOST_FINDINGS);
  const caches = worstOf<Row>(MOST_CACHES);
  let run: Pick<Run, 'failOn' | 'cloud'> = { failOn: 'none', cloud: '' };
  return {
    begin: ({ failOn, cloud }) => {
      run = { failOn, cloud };
      return '';
    },
    assessed: (assessed) => {
      const { cloud, failOn } = run;
      tally.add(assessed);
      caches.add(() => cacheRow(assessed), cacheWeight(assessed));
      for (const finding of assessed.findings) findings.add(() => findingRow(finding, cloud), weightIn(finding, failOn));
      return '';
    },
    *end(report) {
      const nameOf = namesIn(report);
      yield html`${pageStart(report)}${overview(report, tally)}${findingsStart(report, tally)}`.markup;
      for (const row of findings.kept())
        yield `${row.until}${nameOf(row, (name) => html`<dt>Subscription</dt><dd>${name}</dd>`)}${row.after}\n`;
      yield html`</tbody></table><p class="more"><button type="button" id="more" hidden>Show more</button></p>${leftOutRow(findings.total() - findings.kept().length)}</section>\n${cachesStart()}`
        .markup;
      for (const row of caches.kept()) yield `${row.until}${nameOf(row, (name) => html`${name}`)}${row.after}\n`;
      yield html`</tbody></table></div>${cachesLeft(caches.total() - caches.kept().length)}</section>\n`.markup;
      yield html`${frameworksSection(report)}${rulesSection(report.run, tally)}${coverageSection(report)}${aboutSection(report)}${pageEnd()}`
        .markup;
    },
  };
};

/** What is to be acted on before the rest, and that in the order of the table. */
const weightIn = (finding: Finding, failOn: Threshold): number =>
  isTold(finding) ? 1_000 + weightOf(finding, failOn) : weightOfStanding(finding);

const namesIn = ({ subscriptions }: Report) => {
  const names = new Map(subscriptions.map(({ id, name }) => [id.toLowerCase(), name]));
  return ({ subscriptionId }: Row, show: (name: string) => Markup): string => {
    if (subscriptionId === null) return '';
    return show(names.get(subscriptionId.toLowerCase()) ?? subscriptionId).markup;
  };
};

const cachesLeft = (left: number): Markup | null =>
  left === 0 ? null : html`<p class="note" role="note">${count(left, 'more cache')} not listed here, none of them worse than these.</p>`;
