import type { RuleSpec } from '../../model/rule-spec.ts';
import type { Run } from '../../policy/report.ts';
import { isDocumentation } from '../links.ts';
import { html, type Markup, parameter } from './markup.ts';
import { STANDINGS } from './standing.ts';
import type { Tally } from './tally.ts';

/** Every rule of the run: why it matters, what mends it, and what that breaks. */
export const rulesSection = (
  { rules, disabled }: Run,
  tally: Tally,
): Markup => html`<section id="rules" aria-labelledby="h-rules"><h2 id="h-rules">Rules</h2>
${rules.map((rule) => ruleOf(rule, tally))}
${disabled.length === 0 ? null : html`<h3>Switched off by the configuration</h3><ul>${disabled.map(({ rule, reason }) => html`<li><code>${rule}</code>: ${reason}</li>`)}</ul>`}
</section>`;

const ruleOf = (rule: RuleSpec, tally: Tally): Markup => {
  const { counted } = tally.byRule(rule.id);
  const isTold = counted.fail + counted.unknown + counted.waived + counted.baselined > 0;
  const numbers = STANDINGS.filter(({ standing }) => counted[standing] > 0).map(
    ({ standing, word }) => html`<span class="word ${standing}">${counted[standing]} ${word}</span> `,
  );
  return html`<details class="panel rule${isTold ? ' told' : ''}" id="rule-${rule.id}"><summary><span class="tag ${rule.severity}">${rule.severity}</span><span><b>${rule.id}</b><small>${rule.title}</small></span><span class="counts">${numbers}</span></summary>
<dl>${text('Why', rule.why)}${text('What it reads', rule.evidence)}${text('Fix', rule.fix.summary)}${text('What that breaks', rule.fix.risk)}${text('Way back', rule.fix.rollback)}${rule.fix.portal === null ? null : text('In the portal', rule.fix.portal)}${options(rule)}${controls(rule)}${aliases(rule)}<dt>More</dt><dd><a href="#rule=${parameter(rule.id)}&amp;outcome=any">Its findings</a>${rule.references.filter(isDocumentation).map((url) => html` · <a href="${url}" rel="noreferrer">${pageOf(url)}</a>`)}</dd></dl></details>`;
};

const text = (name: string, value: string): Markup | null => (value === '' ? null : html`<dt>${name}</dt><dd>${value}</dd>`);

const options = ({ options: given }: RuleSpec): Markup | null =>
  given.length === 0
    ? null
    : html`<dt>Options</dt><dd>${given.map(({ name, help, value }) => html`<code>${name} = ${String(value)}</code> <small>${help}</small><br>`)}</dd>`;

const controls = ({ controls: mapped }: RuleSpec): Markup | null =>
  mapped.length === 0
    ? null
    : html`<dt>Controls</dt><dd>${mapped.map(({ framework, id }) => html`<span class="chip">${framework} ${id}</span> `)}</dd>`;

const aliases = ({ aliases: names }: RuleSpec): Markup | null =>
  names.length === 0 ? null : html`<dt>Elsewhere</dt><dd>${names.map((name) => html`<span class="chip">${name}</span> `)}</dd>`;

/** A page of the documentation as its address calls it. */
const pageOf = (url: string): string => url.replace(/^https:\/\//, '');
