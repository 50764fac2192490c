import stringWidth from 'string-width';
import { assess } from '../../src/assess.ts';
import type { Cache } from '../../src/model/cache.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { InputScope } from '../../src/model/scope.ts';
import { rankOf, type Threshold } from '../../src/model/severity.ts';
import { type Baseline, baselineOf } from '../../src/policy/baseline.ts';
import { COUNTING, evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { Run } from '../../src/policy/report.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { type Waiver, waiversFrom } from '../../src/policy/waivers.ts';
import type { Display } from '../../src/reporters/reporter.ts';
import { tableReporter } from '../../src/reporters/table.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { cacheId, compliantCache, SUBSCRIPTION, TODAY } from './cache.ts';
import { choicesOf, END, runOf } from './run.ts';

/** What a table is made of, where it is not as usual. */
export interface Scene {
  readonly caches?: readonly Cache[];
  readonly rules?: readonly Rule[];
  readonly failOn?: Threshold;
  readonly today?: string;
  readonly problems?: readonly Problem[];
  readonly display?: Partial<Display>;
  readonly source?: Run['source'];
  /** The files that were read, instead of a subscription. */
  readonly inputs?: readonly InputScope[];
  /** How many caches were left out. */
  readonly excluded?: number;
  /** Subscriptions that were passed over, and why. */
  readonly skipped?: readonly (readonly [name: string, reason: string])[];
  readonly waivers?: readonly Waiver[];
  /** The failures of an earlier result, by cache and rule. */
  readonly known?: readonly (readonly [cache: string, rule: string])[];
  readonly config?: Run['config'];
  readonly disabled?: Run['disabled'];
}

/** The table of what these rules say of these caches, on a terminal as wide as one likes. */
export const tableOf = (scene: Scene): string => {
  const { caches = [], rules = RULES, failOn = 'high', today = TODAY, problems = [], display = {} } = scene;
  const { inputs, source = inputs === undefined ? 'arm' : 'files', excluded = 0, skipped = [] } = scene;
  const policy: Policy = {
    ...COUNTING,
    failOn,
    waivers: waiversFrom(scene.waivers ?? [], false, { today, warnDays: WARN_DAYS }),
    baseline: scene.known === undefined ? null : knownOf(scene.known),
  };
  const run = runOf({
    startedAt: `${today}T00:00:00.000Z`,
    today,
    source,
    failOn,
    rules,
    config: scene.config ?? null,
    disabled: scene.disabled ?? [],
  });
  const tally = tallyOf(run, policy);
  const reporter = tableReporter(choicesOf(display).display);
  const parts = [reporter.begin(run)];
  for (const cache of caches) {
    const assessed = evaluate(assess(cache, rules, today), policy);
    tally.add(assessed);
    parts.push(reporter.assessed(assessed));
  }
  for (const input of inputs ?? []) tally.addInput(input);
  if (inputs === undefined)
    tally.addSubscription({
      id: SUBSCRIPTION,
      name: 'prod',
      state: 'Enabled',
      status: 'read',
      caches: caches.length,
      excluded,
      reason: null,
    });
  for (const [name, reason] of skipped) {
    tally.addSubscription({ id: name, name, state: 'Disabled', status: 'skipped', caches: 0, excluded: 0, reason });
  }
  for (const one of problems) tally.addProblem(one);
  return [...parts, ...reporter.end(tally.report({ ...END, finishedAt: run.startedAt }))].join('');
};

export const cacheOf = (name: string, differences: Partial<Cache> = {}): Cache =>
  compliantCache({ id: cacheId(name), name, ...differences });

/** That many caches where all is as it should be, but for the end of their tier, which is far. */
export const others = (count: number): readonly Cache[] => Array.from({ length: count }, (_, index) => cacheOf(`other-${index + 1}`));

export const rulesOf = (...ids: readonly string[]): readonly Rule[] => RULES.filter(({ id }) => ids.includes(id));

/** Whatever their severity is now. */
const knownOf = (known: NonNullable<Scene['known']>): Baseline =>
  baselineOf(new Map(known.map(([cache, rule]) => [`redvet/1|${rule}|${cacheId(cache).toLowerCase()}`, rankOf('critical')])));

/** A waiver ends within these days of being told of. */
const WARN_DAYS = 14;

/** A waiver of a cache that runs, for a year from the usual day. */
export const waiverOf = (cache: string, rule: string, differences: Partial<Waiver> = {}): Waiver => ({
  id: 'W-1',
  rules: [rule],
  resource: cacheId(cache),
  category: 'waiver',
  reason: 'moves soon',
  owner: 'team-test@example.com',
  ticket: null,
  expires: '2026-05-31',
  ...differences,
});

export const linesOf = (text: string): readonly string[] => text.split('\n');

/** The lines of a section, without its heading; an empty line ends it. */
export const sectionOf = (text: string, heading: string): readonly string[] => {
  const lines = linesOf(text);
  const start = lines.findIndex((line) => line === heading || line.startsWith(`${heading}  `));
  return start < 0 ? [] : lines.slice(start + 1, lines.indexOf('', start) < 0 ? undefined : lines.indexOf('', start));
};

/** What people copy is never broken, comments of a fix included; everything else keeps within the width, but for a word alone. */
const mayBeWide = (line: string): boolean =>
  /^(?:next:|\s*(?:# )?az ) ?/.test(line) ||
  /^ {4}# /.test(line) ||
  line.includes('https://') ||
  /^\s*help:/.test(line) ||
  !line.trim().includes(' ');

export const wideLines = (text: string, columns: number): readonly string[] =>
  linesOf(text).filter((line) => stringWidth(line) > columns && !mayBeWide(line));
