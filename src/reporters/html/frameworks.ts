import type { ControlResult, FrameworkResult, Report } from '../../policy/report.ts';
import { ring } from './chart.ts';
import { html, type Markup, parameter } from './markup.ts';
import { controlsIn } from './overview.ts';

/** Each framework with its controls, or nothing. */
export const frameworksSection = ({ frameworks: results, run }: Pick<Report, 'frameworks' | 'run'>): Markup | null =>
  results.length === 0
    ? null
    : html`<section id="frameworks" aria-labelledby="h-frameworks"><h2 id="h-frameworks">Frameworks</h2><p class="lead">A control passes when every rule that covers it passes on every cache. What no rule of this run covers is not claimed. Mappings by Microsoft's Azure Policy, by CIS, and our own reading are told apart.</p>
${results.map((result) => frameworkOf(result, run.byFramework))}
</section>`;

/** Those that were asked for are printed with their controls. */
const frameworkOf = ({ id, title, controls }: FrameworkResult, isAskedFor: boolean): Markup => {
  const { pass, fail, unknown, notCovered, percent } = controlsIn(controls);
  const words = [
    `${pass} pass`,
    `${fail} fail`,
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(notCovered > 0 ? [`${notCovered} not covered`] : []),
  ];
  return html`<details class="panel${isAskedFor ? ' told' : ''}" id="framework-${id}"><summary>${ring(percent, percent === null ? `${title}: no control was judged` : `${title}: ${percent} percent of the judged controls pass`)}<span><b>${title}</b><small>${words.join(' · ')}</small></span></summary>
<table class="list"><thead><tr><th scope="col">Control</th><th scope="col">State</th><th scope="col">Mapped by</th><th scope="col">Rules</th></tr></thead><tbody>${controls.map((control) => controlRow(id, control))}</tbody></table></details>`;
};

const controlRow = (framework: string, { id, state, origin, rules }: ControlResult): Markup =>
  html`<tr><td><a href="#control=${parameter(`${framework} ${id}`)}" data-rules="${rules.join(' ')}">${id}</a></td><td><span class="word ${state}">${state.replace('_', ' ')}</span></td><td>${ORIGINS[origin]}</td><td>${rules.map((rule) => html`<a class="chip" href="#rule-${rule}">${rule}</a> `)}</td></tr>`;

const ORIGINS: Readonly<Record<ControlResult['origin'], string>> = { 'azure-policy': 'Azure Policy', cis: 'CIS', redvet: 'redvet' };
