import { SEVERITIES, type Severity } from '../../model/severity.ts';
import type { AssessedCache, Finding } from '../../policy/report.ts';
import { html, parameter } from './markup.ts';
import type { Row } from './row.ts';

export const cacheRow = ({ cache, counts, findings }: AssessedCache): Row => {
  const active = (severity: Severity): number => findings.filter((finding) => finding.severity === severity && isActive(finding)).length;
  const accepted = findings.filter(({ outcome, disposition }) => outcome === 'fail' && disposition !== 'active').length;
  const about = [cache.sku, cache.location].filter((part) => part !== null).join(' · ');
  const until = html`<tr data-u="${cache.subscriptionId ?? ''}"><td><a href="#cache=${parameter(cache.id)}">${cache.name}</a>${about === '' ? null : html` <small>${about}</small>`}</td><td>${cache.resourceGroup ?? '–'}</td><td>`;
  const numbers = SEVERITIES.map((severity) => cell(active(severity), severity));
  const after = html`</td>${numbers}${cell(counts.unknown, 'unknown')}${cell(accepted, 'accepted')}${cell(counts.pass, 'pass')}</tr>`;
  return { subscriptionId: cache.subscriptionId, until: until.markup, after: after.markup };
};

const cell = (n: number, kind: string) =>
  html`<td class="n" data-v="${n}">${n === 0 ? html`<span class="zero">0</span>` : html`<b class="${kind}">${n}</b>`}</td>`;

const isActive = ({ outcome, disposition }: Finding): boolean => outcome === 'fail' && disposition === 'active';

/** Caches with findings that gate first, then by the worst that fails, then by how much of it there is. */
export const cacheWeight = ({ findings, counts }: AssessedCache): number => {
  const gating = findings.filter((finding) => finding.gating).length;
  const worst = SEVERITIES.findIndex((severity) => findings.some((finding) => finding.severity === severity && isActive(finding)));
  const rank = worst < 0 ? 0 : SEVERITIES.length - worst;
  return 1e6 * Math.min(gating, 1) + 1e5 * rank + 1e3 * Math.min(gating, 99) + 10 * Math.min(counts.fail, 99) + Math.min(counts.unknown, 9);
};
