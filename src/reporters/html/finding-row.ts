import { count } from '../../model/count.ts';
import { rankOf } from '../../model/severity.ts';
import type { Finding, FindingWaiver } from '../../policy/report.ts';
import { standingOf } from '../table/standing.ts';
import { html, linesOf, type Markup, parameter } from './markup.ts';
import { portalOf } from './portal.ts';
import type { Row } from './row.ts';
import { wordOf } from './standing.ts';

/** The row with all that the page tells of a finding; `cloud` is where its cache runs. */
export const findingRow = (finding: Finding, cloud: string): Row => {
  const { rule, cache, severity, gating, message, fingerprint } = finding;
  const standing = standingOf(finding);
  const where = [cache.resourceGroup, cache.location].filter((part) => part !== null).join(' · ');
  const until = html`<tr id="f-${fingerprint}" data-s="${severity}" data-o="${standing}" data-r="${rule.id}" data-u="${cache.subscriptionId ?? ''}"${gating ? html` data-g` : null}><td data-v="${rankOf(severity)}"><span class="tag ${severity}">${severity}</span></td><td><span class="word ${standing}">${wordOf(standing)}</span>${gating ? html` <span class="gate">gates</span>` : null}</td><td><a href="#cache=${parameter(cache.id)}">${cache.name}</a>${where === '' ? null : html` <small>${where}</small>`}</td><td><a href="#rule-${rule.id}">${rule.id}</a></td><td><details><summary>${message}</summary><dl><dt>Requirement</dt><dd class="why">${rule.title}. <a href="#rule-${rule.id}">Why, and what it breaks to mend it</a></dd>${entries(finding)}<dt>Cache</dt><dd><code data-copy>${cache.id}</code>${portalOf(cache.id, cloud)}</dd>`;
  const after = html`${fixOf(finding)}</dl><p class="foot"><a href="#f-${fingerprint}">Link to this finding</a></p></details></td></tr>`;
  return { subscriptionId: cache.subscriptionId, until: until.markup, after: after.markup };
};

const entries = ({ expected, actual, evidence, reason, due, relatedTo, origin, subject, waiver, outcome }: Finding): readonly Markup[] => [
  ...entry('Expected', expected),
  ...entry('Found', actual),
  ...(evidence === null
    ? []
    : [
        html`<dt>Evidence</dt><dd><code>${evidence.path}</code> <small>${evidence.source === 'observed' ? 'as it was read' : "not set: the service's default"}</small></dd>`,
      ]),
  ...entry('At', subject),
  ...entry('Declared in', origin && (origin.place === null ? origin.file : `${origin.file}:${origin.place.line}`)),
  ...(outcome === 'fail' || outcome === 'pass' ? [] : entry('Reason', reason)),
  ...entry('Comes about on', due),
  ...(relatedTo === null ? [] : [html`<dt>Follows from</dt><dd><a href="#rule-${relatedTo}">${relatedTo}</a> failing on this cache</dd>`]),
  ...(waiver === null ? [] : [html`<dt>Waiver</dt><dd>${waiverText(waiver)}</dd>`]),
];

const entry = (name: string, value: string | null): readonly Markup[] =>
  value === null ? [] : [html`<dt>${name}</dt><dd><code>${value}</code></dd>`];

const waiverText = ({ id, state, category, reason, owner, ticket, expires }: FindingWaiver): Markup =>
  html`<b>${id}</b> (${category.replace('_', ' ')}) ${WAIVER_STATES[state]} ${expires}: ${reason} <small>${owner}${ticket === null ? null : html`, ${ticket}`}</small>`;

const WAIVER_STATES: Readonly<Record<FindingWaiver['state'], string>> = {
  applied: 'holds until',
  expiring: 'holds no longer than',
  expired: 'is not applied: it expired on',
};

/** What mends it, in the language that the cache is made by. */
const fixOf = ({ remediation, origin }: Finding): Markup | null => {
  if (remediation === null) return null;
  const text = origin === null ? remediation.az : remediation[origin.language === 'terraform' ? 'terraform' : 'bicep'];
  return html`<dt>Fix</dt><dd>${remediation.summary}${block('fix', text)}</dd>${
    remediation.verify === null ? null : html`<dt>Verify</dt><dd>${block('verify', remediation.verify)}</dd>`
  }`;
};

const block = (purpose: 'fix' | 'verify', text: string | null): Markup | null =>
  text === null ? null : html`<pre class="${purpose}"><code>${linesOf(text)}</code></pre>`;

/** The last row, where there are more findings than a page holds. */
export const leftOutRow = (left: number): Markup | null =>
  left === 0
    ? null
    : html`<p class="note" role="note">${count(left, 'more finding')} not listed here, none of them worse than these. All are counted in the charts; <code>-o json</code> and <code>-o csv</code> hold every one.</p>`;
