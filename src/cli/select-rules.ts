import { Trouble } from '../errors.ts';
import { isGlob, matchesGlob } from '../model/glob.ts';
import { problem } from '../model/problem.ts';
import type { OptionValue } from '../model/rule-spec.ts';
import type { Severity } from '../model/severity.ts';
import { FRAMEWORK_IDS, isInFramework } from '../rules/frameworks.ts';
import { RULES } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleConfig } from './config.ts';
import { badValue, type Given, listOf } from './given.ts';
import { didYouMean } from './suggest.ts';

/** The rules that a name means: an id, an alias from another tool, or a glob over ids. Throws `Trouble` (usage) when it means none. */
export const rulesCalled = (name: string, rules: readonly Rule[], flag: string): readonly Rule[] => {
  const wanted = name.toLowerCase();
  const found = rules.filter(({ id, aliases }) =>
    isGlob(name) ? matchesGlob(name, id) : id === wanted || aliases.some((alias) => alias.toLowerCase() === wanted),
  );
  if (found.length > 0) return found;
  const ids = rules.map(({ id }) => id);
  const known = didYouMean(name, ids) === '' ? rules.flatMap(({ aliases }) => aliases) : ids;
  throw new Trouble(
    problem('usage', 'UNKNOWN_RULE', `${flag} ${JSON.stringify(name)} matches no rule`, {
      scope: flag,
      hint: `${didYouMean(name, known)} List them with: redvet rules`.trim(),
    }),
  );
};

/** Where a choice came from, for messages. */
interface Origins {
  readonly rule: string;
  readonly skipRule: string;
  readonly framework: string;
}

const FLAGS: Origins = { rule: '--rule', skipRule: '--skip-rule', framework: '--framework' };

interface Choice {
  readonly rules?: readonly string[];
  readonly skipped?: readonly string[];
  /** Ids that exist. */
  readonly frameworks?: readonly string[];
}

/**
 * The rules to judge by, in report order: those that were named, of those the ones in a framework that was named, without those
 * that are to be left out. Throws `Trouble` (usage) when none would be left: a scan that checks nothing is no pass.
 */
export const selectRules = (
  all: readonly Rule[],
  { rules = [], skipped = [], frameworks = [] }: Choice,
  origins = FLAGS,
): readonly Rule[] => {
  const named = rules.length === 0 ? all : rules.flatMap((name) => rulesCalled(name, all, origins.rule));
  const mapped = named.filter((rule) => frameworks.length === 0 || frameworks.some((id) => isInFramework(rule, id)));
  if (mapped.length === 0) throw noRuleLeft(origins.framework, `${origins.framework} and ${origins.rule} have no rule in common`);
  const chosen = new Set(mapped);
  for (const rule of skipped.flatMap((name) => rulesCalled(name, all, origins.skipRule))) chosen.delete(rule);
  if (chosen.size === 0) throw noRuleLeft(origins.skipRule, `${origins.skipRule} leaves no rule to judge by`);
  return all.filter((rule) => chosen.has(rule));
};

const noRuleLeft = (scope: string, message: string): Trouble =>
  new Trouble(problem('usage', 'NO_RULE_LEFT', message, { scope, hint: 'Leave at least one rule; list them with: redvet rules' }));

/** What a run judges by. */
export interface RuleSettings {
  readonly rules: readonly Rule[];
  /** Ids of the frameworks that were asked for. */
  readonly frameworks: readonly string[];
  /** Those that a configuration switches off, and that would else be among them. */
  readonly disabled: readonly { readonly rule: string; readonly reason: string }[];
  /** Ids of those that nobody may waive. */
  readonly unwaivable: ReadonlySet<string>;
}

/**
 * `--rule`, `--skip-rule`, `--framework` and `--rule-option`, and what a configuration says of rules, as every command takes them. Whoever
 * names rules or a framework for one run does not want those of the file; a rule that is named by itself runs although the file
 * switches it off.
 */
export const readRules = (given: Given): RuleSettings => {
  const { all, off, unwaivable } = configured(RULES, given.config?.rules ?? []);
  const isChosen = given.isGiven('rule') || given.isGiven('framework');
  const chosen = (name: string): readonly string[] => (isChosen && !given.isGiven(name) ? [] : listOf(given, name));
  const frameworks = [...new Set(chosen('framework').map((id) => frameworkCalled(id, given.origin('framework'))))];
  const names = chosen('rule');
  const origins = { rule: given.origin('rule'), skipRule: given.origin('skip-rule'), framework: given.origin('framework') };
  const wanted = selectRules(all, { rules: names, skipped: listOf(given, 'skip-rule'), frameworks }, origins);
  const asked = given.isGiven('rule') ? names.filter((name) => !isGlob(name)).flatMap((name) => rulesCalled(name, all, origins.rule)) : [];
  const isOff = (rule: Rule): boolean => off.has(rule.id) && !asked.includes(rule);
  const selected = wanted.filter((rule) => !isOff(rule));
  const [firstOff] = off.values();
  if (selected.length === 0 && firstOff !== undefined)
    throw noRuleLeft(firstOff.origin, `${given.config?.path} switches every rule off that was selected`);
  const origin = given.origin('rule-option');
  const options = listOf(given, 'rule-option');
  return {
    rules: withOptions(selected, origin.startsWith('--') ? options : joined(options), origin),
    frameworks,
    disabled: wanted.filter(isOff).map(({ id }) => ({ rule: id, reason: off.get(id)?.reason ?? '' })),
    unwaivable,
  };
};

/** What a configuration says of the severity of rules, by id, and of who may waive them. Throws as `readRules` does. */
export const ruleConfigs = ({
  config,
}: Given): { readonly severities: ReadonlyMap<string, Severity>; readonly unwaivable: ReadonlySet<string> } => {
  const configs = config?.rules ?? [];
  const { all, unwaivable } = configured(RULES, configs);
  const changed = all.filter(({ id }) =>
    configs.some(({ name, severity, origin }) => severity !== null && rulesCalled(name, RULES, origin).some((rule) => rule.id === id)),
  );
  return { severities: new Map(changed.map(({ id, severity }) => [id, severity])), unwaivable };
};

interface Configured {
  readonly all: readonly Rule[];
  /** By id: why, and where that is written. */
  readonly off: ReadonlyMap<string, { readonly reason: string; readonly origin: string }>;
  readonly unwaivable: ReadonlySet<string>;
}

/** The rules as a configuration sets them. Throws `Trouble` (usage) for what names no rule or option, or one rule twice. */
const configured = (rules: readonly Rule[], configs: readonly RuleConfig[]): Configured => {
  const set = new Map<string, Rule>();
  const off = new Map<string, { readonly reason: string; readonly origin: string }>();
  const unwaivable = new Set<string>();
  for (const config of configs) {
    if (isGlob(config.name))
      throw badValue(config.origin, config.name, 'is a glob', 'Name each rule: what it sets should be seen where it is set.');
    for (const rule of rulesCalled(config.name, rules, config.origin)) {
      if (set.has(rule.id)) throw badValue(config.origin, config.name, `sets ${rule.id}, which is set already`, 'Put both together.');
      set.set(rule.id, ruleAs(rule, config));
      if (config.offBecause !== null) off.set(rule.id, { reason: config.offBecause, origin: config.origin });
      if (!config.isWaivable) unwaivable.add(rule.id);
    }
  }
  return { all: rules.map((rule) => set.get(rule.id) ?? rule), off, unwaivable };
};

const ruleAs = (rule: Rule, { severity, options }: RuleConfig): Rule => {
  const values = options.map(({ name, value, origin }) => {
    const option = rule.options.find((one) => one.name === name);
    if (option === undefined) {
      const names = rule.options.map((one) => one.name);
      throw badValue(origin, name, `is no option of ${rule.id}`, `${didYouMean(name, names)} ${optionsHint([rule])}`.trim());
    }
    const read = rule.readOption(name, value);
    if (read === undefined)
      throw badValue(origin, shown(value), `is nothing that ${rule.id}.${name} takes`, `It takes ${option.expected}.`);
    return [name, read] as const;
  });
  const withValues = values.length === 0 ? rule : rule.withOptions(Object.fromEntries(values));
  return severity === null ? withValues : withValues.withSeverity(severity);
};

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'));

/** The id of a framework, written in any case. Throws `Trouble` (usage) for one that no rule is mapped to. */
const frameworkCalled = (name: string, origin: string): string => {
  const id = FRAMEWORK_IDS.find((known) => known === name.toLowerCase());
  if (id !== undefined) return id;
  throw new Trouble(
    problem('usage', 'UNKNOWN_FRAMEWORK', `${origin} ${JSON.stringify(name)} is no framework that a rule is mapped to`, {
      scope: origin,
      hint: `${didYouMean(name, FRAMEWORK_IDS)} There are ${FRAMEWORK_IDS.join(', ')}.`.trim(),
    }),
  );
};

/** The rules with what `RULE.NAME=VALUE` texts set. A rule that is not selected is checked all the same: a slip must not be ignored. */
export const withOptions = (selected: readonly Rule[], texts: readonly string[], origin: string): readonly Rule[] => {
  const changes = new Map<string, Record<string, OptionValue>>();
  for (const text of texts) {
    for (const { rule, name, value } of readRuleOption(text, origin)) changes.set(rule.id, { ...changes.get(rule.id), [name]: value });
  }
  return selected.map((rule) => {
    const values = changes.get(rule.id);
    return values === undefined ? rule : rule.withOptions(values);
  });
};

/** A variable is split at commas, and so are the names in `required-tags-present.tags=owner,cost`: what holds no `=` goes on the one before. */
const joined = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text, index) => {
    if (index > 0 && !text.includes('=')) return [];
    const following = texts.slice(index + 1);
    const end = following.findIndex((other) => other.includes('='));
    return [[text, ...(end < 0 ? following : following.slice(0, end))].join(',')];
  });

interface RuleOptionGiven {
  readonly rule: Rule;
  readonly name: string;
  readonly value: OptionValue;
}

const readRuleOption = (text: string, origin: string): readonly RuleOptionGiven[] => {
  const at = text.indexOf('=');
  const target = text.slice(0, Math.max(0, at));
  const dot = target.lastIndexOf('.');
  if (at < 1 || dot < 1) {
    throw badValue(origin, text, 'is not RULE.NAME=VALUE', 'For example: --rule-option firewall-rules-narrow.maxAddresses=16');
  }
  const name = target.slice(dot + 1);
  const written = text.slice(at + 1);
  const rules = rulesCalled(target.slice(0, dot), RULES, origin);
  const having = rules.filter(({ options }) => options.some((option) => option.name === name));
  if (having.length === 0) throw badValue(origin, text, `names no option of ${rules.map(({ id }) => id).join(', ')}`, optionsHint(rules));
  return having.map((rule) => {
    const value = rule.readOption(name, written);
    if (value !== undefined) return { rule, name, value };
    const expected = rule.options.find((option) => option.name === name)?.expected ?? '';
    throw badValue(origin, text, `has a value that ${rule.id}.${name} does not take`, `It takes ${expected}.`);
  });
};

const optionsHint = (rules: readonly Rule[]): string => {
  const names = rules.flatMap(({ id, options }) => options.map((option) => `${id}.${option.name}`));
  return names.length === 0 ? 'It has no options. See: redvet explain RULE' : `There is ${names.join(', ')}.`;
};
