import { countsOf } from '../../policy/counts.ts';
import type { AssessedCache, Counts, Finding } from '../../policy/report.ts';
import { shown } from '../../sources/decode/json.ts';
import type { SavedCache, SavedFinding } from './finding.ts';
import type { SavedRun } from './run.ts';
import type { Refuse } from './text.ts';

/**
 * Puts the card of a cache and its findings together again. Throws what `refuse` makes of a finding that is of another cache, of a sum
 * that is wrong, and of a rule that is there twice or not at all. `at` is where the card stands.
 */
export const assessedOf = (
  card: SavedCache,
  findings: readonly SavedFinding[],
  run: Pick<SavedRun, 'rules'>,
  at: string,
  refuse: Refuse,
): AssessedCache => {
  const wrong = (what: string) => refuse('NOT_A_RESULT', `is damaged: ${what}`);
  const { cache, counts } = card;
  for (const finding of findings) {
    const foreign = foreignIn(finding, card);
    if (foreign !== null) throw wrong(`${finding.at}.${foreign}`);
  }
  const found = countsOf(findings);
  const miscounted = COUNTED.find((name) => found[name] !== counts[name]);
  if (miscounted !== undefined) throw wrong(`${at}.findings.${miscounted} is ${counts[miscounted]}, and there are ${found[miscounted]}`);
  const due = run.rules.filter(({ appliesTo }) => appliesTo.includes(cache.kind));
  const missing = due.find(({ id }) => !findings.some(({ ruleId }) => ruleId === id));
  if (missing !== undefined) throw wrong(`the cache at ${at} has no finding of the rule ${missing.id}`);
  if (findings.length > due.length) throw wrong(`the cache at ${at} has ${findings.length} findings of ${due.length} rules`);
  return { cache, counts, findings: findings.map((finding) => findingOf(finding, card, run, refuse)) };
};

/** The same for a cache next to which a line cannot be read: what is left of it, counted anew. */
export const leftOf = (
  card: SavedCache,
  findings: readonly SavedFinding[],
  run: Pick<SavedRun, 'rules'>,
  refuse: Refuse,
): AssessedCache => {
  const own = findings.filter((finding) => foreignIn(finding, card) === null);
  return { cache: card.cache, counts: countsOf(own), findings: own.map((finding) => findingOf(finding, card, run, refuse)) };
};

const COUNTED: readonly (keyof Counts)[] = ['pass', 'fail', 'unknown', 'notApplicable', 'notEvaluated'];

/** In what a finding is not of that cache, as the property and what it holds; null where it is. */
const foreignIn = ({ labels, resourceId }: SavedFinding, { cache }: SavedCache): string | null => {
  const label = LABELS.find(([, name]) => labels[name] !== cache[name]);
  if (label !== undefined) return `${label[0]} is ${shown(labels[label[1]])}, and that of its cache ${shown(cache[label[1]])}`;
  // Only of what is declared a finding may be about something else.
  return cache.origin === null && resourceId !== cache.id
    ? `resourceId is ${shown(resourceId)}, and its cache is ${shown(cache.id)}`
    : null;
};

const LABELS = [
  ['resourceName', 'name'],
  ['resourceKind', 'kind'],
  ['resourceGroup', 'resourceGroup'],
  ['subscriptionId', 'subscriptionId'],
  ['location', 'location'],
  ['sku', 'sku'],
] as const satisfies readonly (readonly [string, keyof SavedFinding['labels']])[];

const findingOf = (
  { ruleId, resourceId, labels: _, at, ...rest }: SavedFinding,
  { cache }: SavedCache,
  { rules }: Pick<SavedRun, 'rules'>,
  refuse: Refuse,
): Finding => {
  const rule = rules.find(({ id }) => id === ruleId);
  if (rule === undefined) throw refuse('NOT_A_RESULT', `is damaged: ${at}.ruleId is ${shown(ruleId)}, which is not among its rules`);
  return { ...rest, rule, cache, subject: resourceId === cache.id ? null : resourceId };
};
