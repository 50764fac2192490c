import { count } from '../../model/count.ts';
import type { Problem } from '../../model/problem.ts';
import type { InputScope, SubscriptionScope } from '../../model/scope.ts';
import type { Report, WaiverResult } from '../../policy/report.ts';
import { shortcomings } from '../ending.ts';
import { html, linesOf, type Markup } from './markup.ts';

/** What was read and what was not, and the right or the step that is missing. */
export const coverageSection = (
  report: Report,
): Markup => html`<section id="coverage" aria-labelledby="h-coverage"><h2 id="h-coverage">Coverage</h2>
${problems(report)}
${subscriptions(report.subscriptions)}
${inputs(report.inputs)}
${waivers(report.waivers)}
</section>`;

const problems = (report: Report): Markup => {
  const told = shortcomings(report);
  if (told.length === 0) return html`<p class="lead">Everything that was asked for was read.</p>`;
  return html`<h3>${count(told.length, 'thing')} went wrong or could not be read</h3><ul class="problems">${told.map(problemOf)}</ul>`;
};

const problemOf = (one: Pick<Problem, 'code' | 'scope' | 'message' | 'hint'> & Partial<Pick<Problem, 'action' | 'affects'>>): Markup =>
  html`<li><p><b>${one.message}</b> <small>${one.code}</small></p><dl>${entry('Where', one.scope)}${entry('Missing action', one.action ?? null)}${affected(one.affects ?? [])}${one.hint === null ? null : html`<dt>To mend it</dt><dd>${hintOf(one.hint)}</dd>`}</dl></li>`;

/** A hint that ends with a command, which is for copying. */
const hintOf = (hint: string): Markup => {
  const [, told = hint, command] = /^(.*?:)\s+((?:az|redvet) .+)$/s.exec(hint) ?? [];
  return html`${told}${command === undefined ? null : html`<pre><code>${linesOf(command)}</code></pre>`}`;
};

const affected = (rules: readonly string[]): Markup | null => {
  if (rules.length === 0) return null;
  const told = rules.includes('*') ? 'every rule' : rules.map((rule) => html`<a class="chip" href="#rule-${rule}">${rule}</a> `);
  return html`<dt>Not judged</dt><dd>${told}</dd>`;
};

const entry = (name: string, value: string | null): Markup | null =>
  value === null ? null : html`<dt>${name}</dt><dd><code>${value}</code></dd>`;

const subscriptions = (scopes: readonly SubscriptionScope[]): Markup | null =>
  scopes.length === 0
    ? null
    : html`<h3>Subscriptions</h3><div class="scroll" tabindex="0" role="region" aria-label="Table of subscriptions"><table class="list"><thead><tr><th scope="col">Name</th><th scope="col">Id</th><th scope="col">State</th><th scope="col">Status</th><th scope="col" class="n">Caches</th><th scope="col">Note</th></tr></thead><tbody>${scopes.map(
        ({ id, name, state, status, caches, excluded, reason }) =>
          html`<tr><td>${name ?? '–'}</td><td><code>${id}</code></td><td>${state ?? '–'}</td><td><span class="word ${status}">${STATUSES[status]}</span></td><td class="n">${caches}</td><td>${reason ?? leftOut(excluded)}</td></tr>`,
      )}</tbody></table></div>`;

const STATUSES: Readonly<Record<SubscriptionScope['status'], string>> = {
  read: 'read',
  partial: 'read in part',
  denied: 'denied',
  skipped: 'passed over',
};

const leftOut = (excluded: number): string => (excluded === 0 ? '' : `${count(excluded, 'cache')} left out by --exclude`);

const inputs = (scopes: readonly InputScope[]): Markup | null =>
  scopes.length === 0
    ? null
    : html`<h3>Inputs</h3><div class="scroll" tabindex="0" role="region" aria-label="Table of inputs"><table class="list"><thead><tr><th scope="col">Path</th><th scope="col">Kind</th><th scope="col">Status</th><th scope="col" class="n">Caches</th><th scope="col">Note</th></tr></thead><tbody>${scopes.map(
        ({ path, kind, status, caches, excluded }) =>
          html`<tr><td><code>${path}</code></td><td>${kind}</td><td><span class="word ${status}">${STATUSES[status]}</span></td><td class="n">${caches}</td><td>${leftOut(excluded)}</td></tr>`,
      )}</tbody></table></div>`;

const waivers = (results: readonly WaiverResult[]): Markup | null =>
  results.length === 0
    ? null
    : html`<h3>Waivers</h3><table class="list"><thead><tr><th scope="col">Id</th><th scope="col">State</th><th scope="col">Last day</th></tr></thead><tbody>${results.map(({ id, state, expires }) => html`<tr><td><code>${id}</code></td><td><span class="word ${state}">${state}</span></td><td>${expires}</td></tr>`)}</tbody></table>`;
