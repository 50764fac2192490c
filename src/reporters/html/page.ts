import { SEVERITIES } from '../../model/severity.ts';
import type { Report } from '../../policy/report.ts';
import { FIRST, FIRST_HASH, SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from './assets.ts';
import { PATTERNS } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { STANDINGS } from './standing.ts';
import type { Tally } from './tally.ts';

/** Nothing is loaded, nothing is sent, and no other script or style than these runs. */
const POLICY: Markup = {
  markup: [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `script-src 'sha256-${FIRST_HASH}' 'sha256-${SCRIPT_HASH}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
};

/** Everything above the overview. */
export const pageStart = ({ status, frameworks }: Report): Markup => html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>redvet: ${status.outcome} · Redis on Azure</title>
<style>${{ markup: STYLE }}</style>
<script>${{ markup: FIRST }}</script>
</head>
<body>
${PATTERNS}
<a class="skip" href="#findings">Skip to the findings</a>
<header class="top"><a class="brand" href="#overview"><b>redvet</b> <span>Redis on Azure</span></a><nav aria-label="Sections"><a href="#overview">Overview</a><a href="#findings">Findings</a><a href="#caches">Caches</a>${frameworks.length === 0 ? null : html`<a href="#frameworks">Frameworks</a>`}<a href="#rules">Rules</a><a href="#coverage">Coverage</a><a href="#about">About</a></nav><div class="tools" hidden><button type="button" id="theme">Theme: auto</button><button type="button" id="print">Print</button></div></header>
<main>
`;

/** What stands between the overview and the rows of findings. */
export const findingsStart = ({ run, subscriptions, summary }: Report, tally: Tally): Markup => {
  const counted = tally.all();
  const severities = SEVERITIES.map(
    (severity) =>
      html`<label class="pick"><input type="checkbox" name="severity" value="${severity}"><span class="tag ${severity}">${severity}</span></label>`,
  );
  const standings = STANDINGS.map(
    ({ standing, word }) =>
      html`<label class="pick"><input type="checkbox" name="outcome" value="${standing}"><span class="word ${standing}">${word} ${counted[standing]}</span></label>`,
  );
  const met = run.rules.filter(({ id }) => Object.values(tally.byRule(id).counted).some((n) => n > 0));
  return html`<section id="findings" aria-labelledby="h-findings"><h2 id="h-findings">Findings</h2>
<noscript><p class="note">Search, filters and sorting need JavaScript; everything else is here, the worst first.</p></noscript>
<form id="filters" class="filters" role="search" aria-label="Findings" hidden>
<div><label class="field grow">Search<input type="search" name="q" placeholder="cache, rule, message, id   ( / )" autocomplete="off" spellcheck="false"></label>
<label class="field">Rule<select name="rule"><option value="">all</option>${met.map(({ id }) => html`<option>${id}</option>`)}</select></label>
<label class="field">Subscription<select name="subscription"><option value="">all</option>${subscriptions.filter(({ caches }) => caches > 0).map(({ id, name }) => html`<option value="${id}">${name ?? id}</option>`)}</select></label></div>
<div><fieldset><legend>Severity</legend>${severities}</fieldset><fieldset><legend>Outcome</legend>${standings}</fieldset></div>
<div><p id="count" role="status"></p><span class="actions"><button type="button" id="expand">Expand all</button><button type="button" id="link">Copy link</button><button type="reset">Reset</button></span></div>
<p id="scope" class="scope" hidden></p>
</form>
${summary.caches === 0 ? html`<p class="note">No cache was judged.</p>` : null}
<table id="rows" class="rows"><caption class="sr">Findings, the worst first</caption><thead><tr>${HEADS.map(head)}</tr></thead><tbody>
`;
};

const HEADS = ['Severity', 'Outcome', 'Cache', 'Rule', 'Finding'];

const head = (name: string): Markup => html`<th scope="col">${name}</th>`;

const CACHE_HEADS = ['Cache', 'Resource group', 'Subscription'];

/** What stands between the findings and the rows of caches. */
export const cachesStart =
  (): Markup => html`<section id="caches" aria-labelledby="h-caches"><h2 id="h-caches">Caches</h2><p class="lead">How many checks fail by severity, could not be judged, are waived or known, and pass. A name shows all that was checked on it.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table of caches"><table id="cache-rows" class="list"><thead><tr>${CACHE_HEADS.map(head)}${[...SEVERITIES, 'unknown', 'accepted', 'pass'].map((name) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead><tbody>
`;

export const pageEnd = (): Markup => html`</main>
<footer><p>redvet reads only, and never calls a thing compliant that it did not see. This file loads nothing and sends nothing.</p></footer>
<script>${{ markup: SCRIPT }}</script>
</body>
</html>
`;
