import { Trouble } from '../errors.ts';
import { isGlob } from '../model/glob.ts';
import { redacted } from '../model/redact.ts';
import { WAIVER_CATEGORIES } from '../policy/report.ts';
import { dayAfter, type Waiver } from '../policy/waivers.ts';
import { RULES } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { validateWaivers } from '../schemas/validators.ts';
import type { Io } from './io.ts';
import { type Mistake, mistakesIn } from './schema-mistakes.ts';
import { rulesCalled } from './select-rules.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

/** What waivers are held to. */
export interface WaiverTerms {
  /** The day of the run in UTC: `YYYY-MM-DD`. */
  readonly today: string;
  /** How many days ahead one may expire. */
  readonly maxDays: number;
  /** Ids of the rules that nobody may waive. */
  readonly unwaivable: ReadonlySet<string>;
}

/** A waiver as its file has it. */
export interface FiledWaiver extends Waiver {
  /** The rule as it is written there. */
  readonly rule: string;
}

/** The waivers in a file, and everything that is wrong with it. Throws `Trouble` (usage) where it cannot be read as YAML at all. */
export const readWaivers = async (
  path: string,
  terms: WaiverTerms,
  io: Pick<Io, 'readFile' | 'sha256'>,
): Promise<{ readonly waivers: readonly FiledWaiver[]; readonly mistakes: readonly Mistake[] }> => {
  const file = await readYamlFile(path, 'the file of waivers', io);
  const mistakes = mistakesIn(file, validateWaivers(file.value));
  if (mistakes.length > 0) return { waivers: [], mistakes };
  const waivers = listIn(file.value).map(waiverOf);
  const wrong = waivers.flatMap((waiver, index) => mistakesOf(waiver, index, waivers, file, terms));
  return {
    waivers: waivers.map((waiver) => ({ ...waiver, rules: rulesOf(waiver).filter((id) => !terms.unwaivable.has(id)) })),
    mistakes: wrong,
  };
};

const listIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] => {
  const list: unknown = Object(value)['waivers'];
  return Array.isArray(list) ? list.map((item) => ({ ...Object(item) })) : [];
};

const waiverOf = (item: Readonly<Record<string, unknown>>): FiledWaiver => ({
  id: String(item['id']),
  rule: String(item['rule']).trim(),
  rules: [],
  resource: String(item['resource']).trim(),
  category: WAIVER_CATEGORIES.find((category) => category === item['category']) ?? 'waiver',
  // Every report repeats these.
  reason: redacted(String(item['reason']).trim()),
  owner: redacted(String(item['owner']).trim()),
  ticket: item['ticket'] === undefined ? null : redacted(String(item['ticket']).trim()),
  expires: String(item['expires']),
});

const rulesOf = ({ rule }: FiledWaiver): readonly string[] => {
  const named = rulesNamed(rule);
  return named instanceof Trouble ? [] : named.map(({ id }) => id);
};

/** What a schema cannot say. */
const mistakesOf = (
  waiver: FiledWaiver,
  index: number,
  all: readonly FiledWaiver[],
  file: YamlFile,
  { today, maxDays, unwaivable }: WaiverTerms,
): readonly Mistake[] => {
  const { id, rule, expires } = waiver;
  const mistake = (key: string, message: string, hint: string): Mistake => ({
    place: file.place(['waivers', index, key]),
    message: `waiver ${id}: ${message}`,
    hint,
  });
  const wrong: Mistake[] = [];
  if (all.findIndex((other) => other.id === id) < index) wrong.push(mistake('id', 'its id is used twice', 'Give it an id of its own.'));
  const named = rulesNamed(rule);
  if (named instanceof Trouble) {
    wrong.push(mistake('rule', `rule ${JSON.stringify(rule)} matches no rule`, named.problem.hint ?? 'List them with: redvet rules'));
  } else if (named.every((one) => unwaivable.has(one.id))) {
    const which = isGlob(rule) ? 'matches only rules that are' : 'is';
    wrong.push(
      mistake(
        'rule',
        `rule ${JSON.stringify(rule)} ${which} not waivable`,
        'The configuration says waivable: false; mend the cache, or have that changed.',
      ),
    );
  }
  if (!isDay(expires))
    wrong.push(mistake('expires', `expires on ${JSON.stringify(expires)}, which is no day`, 'Write a day as YYYY-MM-DD.'));
  else if (expires > dayAfter(today, maxDays)) {
    const hint = `Write ${dayAfter(today, maxDays)} at the latest, or have waivers.maxDays of the configuration changed.`;
    wrong.push(mistake('expires', `expires on ${expires}, which is more than ${maxDays} days ahead`, hint));
  }
  return wrong;
};

const rulesNamed = (rule: string): readonly Rule[] | Trouble => {
  try {
    return rulesCalled(rule, RULES, 'rule');
  } catch (error) {
    if (error instanceof Trouble) return error;
    throw error;
  }
};

const isDay = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};
