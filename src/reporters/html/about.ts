import type { Report } from '../../policy/report.ts';
import { html, type Markup } from './markup.ts';
import { STANDINGS } from './standing.ts';

/** Where the report comes from, for whoever has to rely on it, and what its words mean. */
export const aboutSection = ({
  run,
  finishedAt,
  stats,
  status,
}: Report): Markup => html`<section id="about" aria-labelledby="h-about"><h2 id="h-about">About this report</h2>
<dl class="about">${[
  entry('Made by', `redvet ${run.tool.version}, ruleset ${run.tool.rulesetVersion}`),
  entry('Run', run.id),
  entry('Began', run.startedAt),
  entry('Ended', finishedAt),
  entry('Judged by the date', run.today),
  entry('Read from', SOURCES[run.source]),
  entry('Cloud', run.cloud),
  entry('Tenant', run.tenantId),
  entry('Gate', status.failOn === 'none' ? 'none' : `${status.failOn} or worse`),
  entry('Complete', status.complete ? 'yes' : 'no'),
  entry('Configuration', run.config && `${run.config.path} (SHA-256 ${run.config.sha256})`),
  entry('Calls', `${stats.apiCalls}, of them ${stats.retries} again`),
]}</dl>
<h3>Words</h3><dl class="about">${STANDINGS.map(({ word, means }) => html`<dt>${word}</dt><dd>${means}</dd>`)}<dt>gates</dt><dd>It fails, nobody has accepted it, and its severity reaches the gate: it makes redvet exit with 1.</dd><dt>passing, in percent</dt><dd>Checks that pass, of those that pass, fail, are accepted or unknown; rounded down.</dd></dl>
</section>`;

const SOURCES: Readonly<Record<Report['run']['source'], string>> = {
  arm: 'Azure Resource Manager',
  graph: 'Azure Resource Graph',
  files: 'files',
};

const entry = (name: string, value: string | null): Markup | null => (value === null ? null : html`<dt>${name}</dt><dd>${value}</dd>`);
