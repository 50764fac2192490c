import { count } from '../../model/count.ts';
import { rankOf, SEVERITIES, type Severity } from '../../model/severity.ts';
import type { FrameworkResult, Report } from '../../policy/report.ts';
import { bar, type Part } from './chart.ts';
import { html, type Markup, parameter } from './markup.ts';
import { type Counted, scoreOf, type Tally } from './tally.ts';
import { type Mood, verdictOf } from './verdict.ts';

/** What a manager reads: the verdict, five numbers, and what they are made of. */
export const overview = (report: Report, tally: Tally): Markup => html`<section id="overview" aria-labelledby="verdict">
${verdict(report, tally)}
${tiles(report)}
<div class="cards">${severities(tally)}${seen(report)}${mendFirst(report, tally)}${frameworks(report.frameworks)}</div>
</section>`;

const verdict = (report: Report, tally: Tally): Markup => {
  const { mood, sentence } = verdictOf(report, tally.gatingCaches());
  const { status, run, finishedAt } = report;
  const missing =
    status.complete || status.outcome === 'incomplete'
      ? null
      : html`<p class="warn"><b>Not everything was seen.</b> What was not read may fail as well: <a href="#coverage">what is missing, and how to mend it</a>.</p>`;
  return html`<div class="verdict ${mood}">${icon(mood)}<div><h1 id="verdict">${sentence}</h1>${missing}
<p class="sub">Exit ${status.exitCode} (${status.outcome}): ${status.reason} · <time datetime="${finishedAt}">${dayOf(finishedAt)}</time> · redvet ${run.tool.version}</p></div></div>`;
};

/** Told apart by shape, not by colour alone. */
const icon = (mood: Mood): Markup => html`<svg class="icon" viewBox="0 0 48 48" aria-hidden="true">${ICONS[mood]}</svg>`;

const ICONS: Readonly<Record<Mood, Markup>> = {
  good: html`<circle cx="24" cy="24" r="22"/><path d="M14 25l7 7 14-16"/>`,
  bad: html`<path class="fill" d="M15 2h18l13 13v18L33 46H15L2 33V15z"/><path d="M16 16l16 16M32 16L16 32"/>`,
  unsure: html`<path class="fill" d="M24 3l22 40H2z"/><path d="M24 17v13M24 35v2"/>`,
};

/** In UTC, to the minute. */
const dayOf = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

const tiles = ({ summary, status, subscriptions, inputs }: Report): Markup => {
  const accepted = [
    ...(summary.waived > 0 ? [`${summary.waived} waived`] : []),
    ...(summary.baselined > 0 ? [`${summary.baselined} known`] : []),
  ];
  const scopes =
    inputs.length > 0
      ? count(inputs.length, 'input')
      : count(subscriptions.filter((one) => one.status !== 'skipped').length, 'subscription');
  return html`<ul class="tiles">${[
    tile('gating', summary.gating, 'gate', status.failOn === 'none' ? 'no severity gates' : `at or above ${status.failOn}`, '#gates=yes'),
    tile('fail', summary.fail, 'fail', accepted.length > 0 ? `of them ${accepted.join(', ')}` : 'of every severity', '#outcome=fail'),
    tile('unknown', summary.unknown, 'unknown', unknownIn(summary, status), '#outcome=unknown'),
    tile('pass', summary.pass, 'pass', `of ${summary.evaluated + summary.unknown} judged`, '#outcome=pass'),
    tile('caches', summary.caches, summary.caches === 1 ? 'cache' : 'caches', `in ${scopes}`, '#caches'),
  ]}</ul>`;
};

const unknownIn = ({ unknown, evaluated }: Report['summary'], { complete }: Report['status']): string => {
  if (unknown > 0) return 'could not be judged';
  if (evaluated === 0) return 'nothing was judged';
  return complete ? 'all could be judged' : 'of what was read';
};

const tile = (kind: string, n: number, word: string, told: string, href: string): Markup =>
  html`<li class="${kind}${n === 0 ? ' zero' : ''}"><a href="${href}"><b>${n.toLocaleString('en')}</b> ${word} <small>${told}</small></a></li>`;

const severities = (tally: Tally): Markup =>
  html`<section class="card"><h2>By severity</h2><table class="chart"><caption>How much of what was to be judged passes</caption><thead class="sr"><tr><th scope="col">Severity</th><th scope="col">Bar</th><th scope="col">Counts</th><th scope="col">Passing</th></tr></thead><tbody>${SEVERITIES.map((severity) => severityRow(severity, tally.bySeverity(severity)))}</tbody></table>${LEGEND}</section>`;

const severityRow = (severity: Severity, counted: Counted): Markup => {
  const { fail, unknown, pass } = counted;
  const accepted = counted.waived + counted.baselined;
  const words = [
    `${fail} fail`,
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    `${pass} pass`,
  ];
  const score = scoreOf(counted);
  const parts: readonly Part[] = [
    { size: fail, paint: severity },
    { size: accepted, paint: 'accepted' },
    { size: unknown, paint: 'unknown' },
    { size: pass, paint: 'pass' },
  ];
  return html`<tr><th scope="row"><a class="tag ${severity}" href="#severity=${severity}">${severity}</a></th><td>${bar(parts, `${severity}: ${words.join(', ')}`)}</td><td>${words.join(' · ')}</td><td class="score">${score === null ? '–' : `${score}%`}</td></tr>`;
};

const LEGEND = html`<p class="legend" aria-hidden="true"><span class="key fail"></span>fail <span class="key accepted"></span>waived or known <span class="key unknown"></span>unknown <span class="key pass"></span>pass</p>`;

const seen = ({ subscriptions, inputs, summary, problems, status }: Report): Markup => {
  const scopes = [...subscriptions, ...inputs];
  const by = (status: string): number => scopes.filter((one) => one.status === status).length;
  const what = inputs.length > 0 ? 'Inputs' : 'Subscriptions';
  const scopeParts = [
    { size: by('read'), paint: 'pass', word: 'read' },
    { size: by('partial'), paint: 'unknown', word: 'read in part' },
    { size: by('denied'), paint: 'critical', word: 'denied' },
    { size: by('skipped'), paint: 'skipped', word: 'passed over' },
  ];
  const checkParts = [
    { size: summary.evaluated, paint: 'pass', word: 'judged' },
    { size: summary.unknown, paint: 'unknown', word: 'unknown' },
    { size: summary.notEvaluated, paint: 'skipped', word: 'not evaluated' },
    { size: summary.notApplicable, paint: 'none', word: 'not applicable' },
  ];
  const told =
    problems.length > 0
      ? html`<a href="#coverage">${count(problems.length, 'thing')} that could not be read</a>, each with how to mend it.`
      : null;
  return html`<section class="card"><h2>What was seen</h2><table class="chart"><caption class="sr">What was read and judged</caption><tbody>${coverageRow(what, scopeParts)}${coverageRow('Checks', checkParts)}</tbody></table><p>${told}${status.complete ? 'Everything that was asked for was seen.' : null}</p></section>`;
};

const coverageRow = (name: string, parts: readonly (Part & { readonly word: string })[]): Markup => {
  const words = parts.filter(({ size }) => size > 0).map(({ size, word }) => `${size} ${word}`);
  return html`<tr><th scope="row">${name}</th><td>${bar(parts, `${name}: ${words.join(', ')}`)}</td><td>${words.length === 0 ? 'none' : words.join(' · ')}</td></tr>`;
};

const MOST_RULES = 8;

/** The rules that hold most back: those that gate first. */
const mendFirst = ({ run }: Report, tally: Tally): Markup | null => {
  const failing = run.rules
    .flatMap((rule) => {
      const { worst, ...counts } = tally.byRule(rule.id);
      return worst === null ? [] : [{ rule, worst, ...counts }];
    })
    .sort((a, b) => isGating(b) - isGating(a) || rankOf(b.worst) - rankOf(a.worst) || b.counted.fail - a.counted.fail);
  if (failing.length === 0) return null;
  const most = Math.max(...failing.map(({ counted }) => counted.fail));
  const rows = failing.slice(0, MOST_RULES).map(({ rule, worst, counted, gating }) => {
    const parts = [
      { size: counted.fail, paint: worst },
      { size: most - counted.fail, paint: 'none' },
    ];
    const told = `${count(counted.fail, 'cache')} fail${counted.fail === 1 ? 's' : ''}, ${gating > 0 ? 'gates' : 'does not gate'}`;
    return html`<tr><th scope="row"><a href="#rule=${parameter(rule.id)}">${rule.id}</a> <span class="tag ${worst}">${worst}</span><small>${rule.fix.summary}</small></th><td>${bar(parts, told)}</td><td>${told}</td></tr>`;
  });
  return html`<section class="card wide"><h2>Mend first</h2><table class="chart first"><caption class="sr">The rules that fail most, those that gate first</caption><tbody>${rows}</tbody></table>${failing.length > MOST_RULES ? html`<p><a href="#rules">All ${failing.length} rules that fail</a></p>` : null}</section>`;
};

const isGating = ({ gating }: { readonly gating: number }): number => Math.min(gating, 1);

/** Those of which anything was judged; null where it is none. */
const frameworks = (all: readonly FrameworkResult[]): Markup | null => {
  const results = all.filter(({ controls }) => controlsIn(controls).percent !== null);
  return results.length === 0
    ? null
    : html`<section class="card wide"><h2>By framework</h2><table class="chart"><caption>Controls that a rule of this run judged; the rest is not covered, and nothing is claimed of it</caption><thead class="sr"><tr><th scope="col">Framework</th><th scope="col">Bar</th><th scope="col">Controls</th><th scope="col">Passing</th></tr></thead><tbody>${results.map(frameworkRow)}</tbody></table></section>`;
};

const frameworkRow = ({ id, title, controls }: FrameworkResult): Markup => {
  const { pass, fail, unknown, percent } = controlsIn(controls);
  const words = [`${fail} fail`, ...(unknown > 0 ? [`${unknown} unknown`] : []), `${pass} pass`].join(' · ');
  const parts = [
    { size: fail, paint: 'critical' },
    { size: unknown, paint: 'unknown' },
    { size: pass, paint: 'pass' },
  ];
  return html`<tr><th scope="row"><a href="#framework-${id}">${title}</a></th><td>${bar(parts, `${title}: ${words}`)}</td><td>${words}</td><td class="score">${percent === null ? '–' : `${percent}%`}</td></tr>`;
};

/** How the controls of a framework stand; the percentage is of those that were judged, rounded down. */
export const controlsIn = (controls: FrameworkResult['controls']) => {
  const by = (state: FrameworkResult['controls'][number]['state']): number => controls.filter((one) => one.state === state).length;
  const [pass, fail, unknown, notCovered] = [by('pass'), by('fail'), by('unknown'), by('not_covered')];
  const judged = pass + fail + unknown;
  return { pass, fail, unknown, notCovered, percent: judged === 0 ? null : Math.floor((100 * pass) / judged) };
};
