import type { Cache } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Evidence, Outcome, Verdict } from '../model/finding.ts';
import type { Need } from '../model/need.ts';
import type { OptionValue, RuleSpec } from '../model/rule-spec.ts';
import { rankOf, type Severity } from '../model/severity.ts';
import type { OptionTable, OptionValues } from './options.ts';

/** A requirement and how one cache is held to it. The check is pure: it knows the model and nothing else. */
export interface Rule extends RuleSpec {
  /** `today`: the date of the run in UTC, as `YYYY-MM-DD`. */
  readonly check: (cache: Cache, today: string) => Verdict;
  /**
   * The same rule with other values of its options. Throws `TypeError` for one that it does not have or cannot take: whoever
   * reads them from outside tells first, by `readOption`.
   */
  readonly withOptions: (values: Readonly<Record<string, OptionValue>>) => Rule;
  /** The same rule, each of whose findings is that severe. */
  readonly withSeverity: (severity: Severity) => Rule;
  /** The value of an option as something outside wrote it, or undefined when it is none that the option takes. */
  readonly readOption: (name: string, written: unknown) => OptionValue | undefined;
}

interface Context<O extends OptionTable> {
  readonly options: OptionValues<O>;
  readonly today: string;
}

interface Definition<O extends OptionTable>
  extends Omit<RuleSpec, 'aliases' | 'controls' | 'needs' | 'follows' | 'options'>,
    Partial<Pick<RuleSpec, 'aliases' | 'controls' | 'follows'>> {
  readonly options?: O;
  readonly needs?: readonly Need[] | ((options: OptionValues<O>) => readonly Need[]);
  readonly check: (cache: Cache, context: Context<O>) => Verdict;
}

export const defineRule = <O extends OptionTable = Record<never, never>>(definition: Definition<O>): Rule => {
  const table: OptionTable = definition.options ?? {};
  const configured = (values: Readonly<Record<string, OptionValue>>): Rule => {
    // Every value in it was read by the option's own type.
    const options = values as OptionValues<O>;
    const { needs = [], check } = definition;
    return {
      ...definition,
      aliases: definition.aliases ?? [],
      controls: definition.controls ?? [],
      follows: definition.follows ?? null,
      needs: typeof needs === 'function' ? needs(options) : needs,
      options: Object.entries(table).map(([name, { help, expected, fallback }]) => ({
        name,
        help,
        expected,
        default: fallback,
        value: values[name] ?? fallback,
      })),
      check: (cache, today) => check(cache, { options, today }),
      readOption: (name, written) => (Object.hasOwn(table, name) ? table[name]?.read(written) : undefined),
      withOptions: (changes) => {
        for (const [name, value] of Object.entries(changes)) {
          if (!Object.hasOwn(table, name) || table[name]?.read(value) === undefined)
            throw new TypeError(`${definition.id} cannot take ${name}`);
        }
        return configured({ ...values, ...changes });
      },
      withSeverity: (severity) => ofSeverity(configured(values), severity),
    };
  };
  return configured(Object.fromEntries(Object.entries(table).map(([name, { fallback }]) => [name, fallback])));
};

const ofSeverity = (rule: Rule, severity: Severity): Rule => ({
  ...rule,
  severity,
  check: (cache, today) => {
    const { severity: _, ...verdict } = rule.check(cache, today);
    return verdict;
  },
  withOptions: (changes) => ofSeverity(rule.withOptions(changes), severity),
  withSeverity: (other) => ofSeverity(rule, other),
});

/**
 * Judges a fact that was seen. A fact that was not seen never reaches `judge`: it is `unknown`,
 * or `not_evaluated` where this kind of source can never show it.
 */
export const given = <T>(fact: Fact<T>, judge: (value: T) => Verdict): Verdict => {
  if (fact.known) {
    const verdict = judge(fact.value);
    if (verdict.evidence !== null) return verdict;
    const actual = verdict.outcome === 'not_applicable' ? null : (verdict.actual ?? fact.written);
    const expected = (verdict.expected !== null && fact.spelling?.[verdict.expected]) || verdict.expected;
    return { ...verdict, expected, actual, evidence: { path: fact.path, source: fact.from } };
  }
  return {
    outcome: fact.kind === 'out_of_reach' ? 'not_evaluated' : 'unknown',
    message: fact.reason,
    expected: null,
    actual: fact.actual,
    evidence: { path: fact.path, source: 'observed' },
    reason: fact.kind,
    ...(fact.need === undefined ? {} : { awaits: fact.need }),
  };
};

/** The same of one of several things: a fact of it that was not seen is told with its name. */
export const givenOf = <T>(subject: string, fact: Fact<T>, judge: (value: T) => Verdict): Verdict => {
  const verdict = given(fact, judge);
  return fact.known ? verdict : { ...verdict, message: `${subject}: ${verdict.message}` };
};

/** What a verdict may say beside its message. */
interface More {
  /** For a finding that is milder than the rule can be. */
  readonly severity?: Severity;
  /** The value that decided, where the fact is no single value. */
  readonly actual?: string;
  readonly evidence?: Evidence;
  /** When it comes about, as `YYYY-MM-DD`. */
  readonly due?: string;
}

/** `expected` is the good value, as Azure writes it. */
export const pass = (message: string, expected: string | null = null, more: More = {}): Verdict => ({
  outcome: 'pass',
  message,
  expected,
  ...NOTHING_SAID,
  ...more,
});

export const fail = (message: string, expected: string | null = null, more: More = {}): Verdict => ({
  outcome: 'fail',
  message,
  expected,
  ...NOTHING_SAID,
  ...more,
});

/** Something was seen that nobody can judge; `reason` is `invalid` or `missing`. */
export const unknown = (message: string, reason: 'invalid' | 'missing', more: More = {}): Verdict => ({
  outcome: 'unknown',
  message,
  expected: null,
  ...NOTHING_SAID,
  reason,
  ...more,
});

/** The rule has no meaning for this cache; `reason` is a word in lower snake. */
export const notApplicable = (message: string, reason: string): Verdict => ({
  outcome: 'not_applicable',
  message,
  expected: null,
  ...NOTHING_SAID,
  reason,
});

/** `given` adds what was seen and where. Copied in last: Node takes thirty times as long to add properties to a copy. */
const NOTHING_SAID = { actual: null, evidence: null, reason: null };

/** What decides when several things are judged at once: the first of these that occurs. */
const PRECEDENCE: readonly Outcome[] = ['fail', 'unknown', 'not_evaluated', 'pass', 'not_applicable'];

/**
 * One verdict on several: fail wins over unknown, unknown over pass, and the message names each that decides. While one still
 * awaits something that can be read, so does the whole. A failure is milder than its rule only where everything was seen: what
 * was not may be as bad as the rule can tell.
 */
export const worstOf = (verdicts: readonly [Verdict, ...Verdict[]]): Verdict => {
  const [waiting] = verdicts.filter(({ awaits }) => awaits !== undefined);
  if (waiting !== undefined) return waiting;
  const outcome = PRECEDENCE.find((candidate) => verdicts.some((verdict) => verdict.outcome === candidate));
  const deciding = verdicts.filter((verdict) => verdict.outcome === outcome);
  const severity = deciding.map((verdict) => verdict.severity).reduce(severer);
  const doubts = outcome === 'fail' && severity !== undefined ? verdicts.filter((verdict) => verdict.outcome === 'unknown') : [];
  const all = [...deciding, ...doubts];
  const [first = verdicts[0], ...others] = all;
  if (others.length === 0) return first;
  const { severity: _, ...rest } = first;
  const values = [...new Set(all.flatMap(({ actual }) => (actual === null ? [] : [actual])))];
  return {
    ...rest,
    message: named([...new Set(all.map(({ message }) => message))], '; '),
    actual: values.length === 0 ? null : named(values, ', '),
    ...(severity === undefined || doubts.length > 0 ? {} : { severity }),
  };
};

/** A finding has to be readable, whatever an answer holds. */
const NAMED = 100;

/** All of them, or the first hundred and how many there are more. */
export const named = (items: readonly string[], separator: string): string =>
  items.length <= NAMED ? items.join(separator) : [...items.slice(0, NAMED), `and ${items.length - NAMED} more`].join(separator);

/** Undefined is the rule's own, which is the highest. */
const severer = (one: Severity | undefined, other: Severity | undefined): Severity | undefined => {
  if (one === undefined || other === undefined) return undefined;
  return rankOf(one) >= rankOf(other) ? one : other;
};

/** Judges every item of a list that was seen; `none` is the verdict on an empty one. */
export const givenEach = <T>(fact: Fact<readonly T[]>, none: () => Verdict, judge: (item: T) => Verdict): Verdict =>
  given(fact, (items) => {
    const [first, ...others] = items.map(judge);
    return first === undefined ? none() : worstOf([first, ...others]);
  });
