import { describe, expect, it } from 'vitest';
import { givenFrom } from '../../src/cli/given.ts';
import { RULE_OPTIONS } from '../../src/cli/options.ts';
import { readRules, rulesCalled, selectRules, withOptions } from '../../src/cli/select-rules.ts';
import { Trouble } from '../../src/errors.ts';
import type { Problem } from '../../src/model/problem.ts';
import { FRAMEWORK_IDS } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';

const PORT = 'non-ssl-port-disabled';
const TLS = 'minimum-tls-1-2';
const NETWORK = 'public-network-access-disabled';
const KEYS = 'access-keys-disabled';
const PROTOCOL = 'client-protocol-encrypted';
const EVERY = RULES.map(({ id }) => id);
const FIREWALL = ['firewall-rules-present', 'firewall-rules-narrow'];

const without = (...gone: readonly string[]): readonly string[] => EVERY.filter((id) => !gone.includes(id));

const problemOf = (act: () => unknown): Problem => {
  try {
    act();
  } catch (error) {
    if (error instanceof Trouble) return error.problem;
    throw error;
  }
  throw new Error('it was accepted');
};

interface Asked {
  readonly what: string;
  readonly rules?: readonly string[];
  readonly skipped?: readonly string[];
  readonly frameworks?: readonly string[];
}

describe('selectRules', () => {
  const TABLE: readonly (Asked & { readonly chosen: readonly string[] })[] = [
    { what: 'nothing asked for', chosen: EVERY },
    { what: 'an id', rules: [TLS], chosen: [TLS] },
    { what: 'an id in another case', rules: ['Minimum-TLS-1-2'], chosen: [TLS] },
    { what: 'two ids, in report order', rules: [KEYS, PORT], chosen: [PORT, KEYS] },
    { what: 'an id twice', rules: [TLS, TLS], chosen: [TLS] },
    { what: 'the name in Checkov', rules: ['CKV_AZURE_91'], chosen: [PORT] },
    { what: 'the name in Checkov in another case', rules: ['ckv_azure_148'], chosen: [TLS] },
    { what: 'the name in PSRule', rules: ['Azure.Redis.PublicNetworkAccess'], chosen: [NETWORK] },
    { what: 'the id of an Azure Policy', rules: ['22bee202-a82f-4305-9a2a-6d7f44d4dedb'], chosen: [PORT] },
    { what: 'a name that two rules have', rules: ['AC_AZURE_0390'], chosen: FIREWALL },
    { what: 'a glob', rules: ['*-disabled'], chosen: [PORT, NETWORK, KEYS] },
    { what: 'a glob in another case', rules: ['*TLS*'], chosen: [TLS] },
    { what: 'a glob of one character', rules: ['minimum-tls-1-?'], chosen: [TLS] },
    { what: 'a glob and an id, each rule once', rules: ['*-disabled', PORT, TLS], chosen: [PORT, TLS, NETWORK, KEYS] },
    { what: 'everything by glob', rules: ['*'], chosen: EVERY },
    { what: 'one left out', skipped: [KEYS], chosen: without(KEYS) },
    { what: 'one left out by alias', skipped: ['CKV_AZURE_89'], chosen: without(NETWORK) },
    { what: 'two left out by one alias', skipped: ['AC_AZURE_0390'], chosen: without(...FIREWALL) },
    { what: 'a glob left out', skipped: ['firewall-*'], chosen: without(...FIREWALL) },
    { what: 'chosen and left out', rules: ['*-disabled'], skipped: [NETWORK], chosen: [PORT, KEYS] },
    { what: 'left out though not chosen', rules: [PORT], skipped: [TLS], chosen: [PORT] },
    { what: 'a framework', frameworks: ['hipaa'], chosen: [PORT, TLS, PROTOCOL] },
    { what: 'two frameworks, each rule once', frameworks: ['soc-2', 'hipaa'], chosen: [PORT, TLS, PROTOCOL] },
    { what: 'a framework and rules: what they have in common', rules: [TLS, KEYS], frameworks: ['hipaa'], chosen: [TLS] },
    { what: 'a framework without a rule', frameworks: ['hipaa'], skipped: [PORT], chosen: [TLS, PROTOCOL] },
    {
      what: 'a framework, rules of it and others, and one left out',
      rules: ['*t*'],
      frameworks: ['hipaa'],
      skipped: [TLS],
      chosen: [PORT, PROTOCOL],
    },
  ];

  it.each(TABLE)('$what', ({ chosen, ...asked }) => {
    expect(selectRules(RULES, asked).map(({ id }) => id)).toEqual(chosen);
  });

  const REFUSED: readonly (Asked & { readonly message: string; readonly hint: string })[] = [
    {
      what: 'an unknown id',
      rules: ['non-ssl-prt-disabled'],
      message: '--rule "non-ssl-prt-disabled" ',
      hint: 'Did you mean non-ssl-port-disabled',
    },
    {
      what: 'an unknown id to leave out',
      skipped: ['minimum-tls-1.2'],
      message: '--skip-rule "minimum-tls-1.2" ',
      hint: 'Did you mean minimum-tls-1-2',
    },
    { what: 'an alias with a slip', rules: ['CKV_AZURE_19'], message: '--rule "CKV_AZURE_19" ', hint: 'CKV_AZURE_91' },
    { what: 'one unknown id among known ones', rules: [PORT, 'nonsense'], message: '--rule "nonsense" ', hint: 'redvet rules' },
    { what: 'a glob that matches nothing', rules: ['zzz*'], message: '--rule "zzz*" ', hint: 'redvet rules' },
    { what: 'an abbreviation, for there are none', rules: ['non-ssl-port'], message: '--rule "non-ssl-port" ', hint: PORT },
    { what: 'every rule left out', skipped: ['*'], message: '--skip-rule', hint: 'redvet rules' },
    { what: 'the only chosen rule left out', rules: [PORT], skipped: [PORT], message: '--skip-rule', hint: 'redvet rules' },
    { what: 'every rule of a framework left out', frameworks: ['soc-2'], skipped: [PORT], message: '--skip-rule', hint: 'redvet rules' },
    {
      what: 'a rule that is not in the framework',
      rules: ['zone-redundant'],
      frameworks: ['soc-2', 'hipaa'],
      message: '--framework and --rule have no rule in common',
      hint: 'redvet rules',
    },
  ];

  it.each(REFUSED)('$what is a usage error', ({ message, hint, ...asked }) => {
    const told = problemOf(() => selectRules(RULES, asked));
    expect(told).toMatchObject({ kind: 'usage', message: expect.stringContaining(message), hint: expect.stringContaining(hint) });
  });
});

describe('rulesCalled', () => {
  it('finds each rule by its id and by every alias of it', () => {
    for (const rule of RULES) {
      for (const name of [rule.id, ...rule.aliases]) expect(rulesCalled(name, RULES, '--rule')).toContain(rule);
    }
  });

  it('names the flag that was wrong', () => {
    expect(problemOf(() => rulesCalled('nonsense', RULES, 'explain'))).toMatchObject({ kind: 'usage', scope: 'explain' });
  });
});

type Env = Readonly<Record<string, string>>;

/** As commander hands them over, with the environment. */
const read = (parsed: Readonly<Record<string, readonly string[]>>, env: Env = {}) => readRules(givenFrom(RULE_OPTIONS, parsed, env));

describe('a framework on the command line', () => {
  it.each(FRAMEWORK_IDS)('is %s in any case', (id) => {
    expect(read({ framework: [id.toUpperCase()] }).frameworks).toEqual([id]);
  });

  it('is asked for once, however often it is named, and in the order it was', () => {
    expect(read({ framework: ['soc-2', 'HIPAA', 'hipaa', 'SOC-2'] }).frameworks).toEqual(['soc-2', 'hipaa']);
  });

  it('is none unless it is asked for, and then all rules are', () => {
    const { rules, frameworks } = read({});
    expect({ rules: rules.length, frameworks }).toEqual({ rules: RULES.length, frameworks: [] });
  });

  it('comes from the variable as well, several with commas between', () => {
    expect(read({}, { REDVET_FRAMEWORK: 'hipaa, SOC-2' }).frameworks).toEqual(['hipaa', 'soc-2']);
    expect(problemOf(() => read({}, { REDVET_FRAMEWORK: 'hipaa,nonsense' }))).toMatchObject({
      kind: 'usage',
      scope: 'REDVET_FRAMEWORK',
      message: expect.stringContaining('REDVET_FRAMEWORK "nonsense" '),
    });
  });

  const SLIPS: readonly (readonly [name: string, meant: string])[] = [
    ['hippa', 'hipaa'],
    ['nist-800-53-r6', 'nist-800-53-r5'],
    ['soc2', 'soc-2'],
    ['cis-azure-database', 'cis-azure-database-2.0'],
    ['CIS-AZURE-DATABASE-2', 'cis-azure-database-2.0'],
  ];
  it.each(SLIPS)('that is unknown, %s, is a usage error that suggests %s and lists all', (name, meant) => {
    const { kind, code, scope, message, hint } = problemOf(() => read({ framework: [name] }));
    expect({ kind, code, scope }).toEqual({ kind: 'usage', code: 'UNKNOWN_FRAMEWORK', scope: '--framework' });
    expect(message).toContain(`--framework "${name}" `);
    expect(hint).toMatch(new RegExp(`^Did you mean [^?]*${meant.replaceAll('.', '\\.')}`));
    for (const id of FRAMEWORK_IDS) expect(hint).toContain(id);
  });

  it.each(['', ' '])('that is empty, %j, is a usage error: an empty variable must not widen what is asked for', (name) => {
    expect(problemOf(() => read({ framework: [name] }))).toMatchObject({ kind: 'usage', scope: '--framework' });
  });

  it.each(['constructor', '__proto__', 'toString'])('is none of the names that every object has: %s', (name) => {
    expect(problemOf(() => read({ framework: [name] }))).toMatchObject({ code: 'UNKNOWN_FRAMEWORK' });
  });

  it('names the variable where that has no rule in common with --rule', () => {
    expect(problemOf(() => read({ rule: ['zone-redundant'] }, { REDVET_FRAMEWORK: 'soc-2' })).message).toBe(
      'REDVET_FRAMEWORK and --rule have no rule in common',
    );
  });
});

/** The values of all options by `rule.name`, of the rules that were selected. */
const valuesOf = (rules: ReturnType<typeof read>['rules']): Readonly<Record<string, unknown>> =>
  Object.fromEntries(rules.flatMap(({ id, options }) => options.map(({ name, value }) => [`${id}.${name}`, value])));

const DEFAULTS = {
  'minimum-tls-1-2.requireExplicit': false,
  'public-network-access-disabled.acceptNarrowFirewall': false,
  'firewall-rules-narrow.maxAddresses': 256,
  'required-tags-present.tags': [],
};

describe('an option of a rule', () => {
  it('has its default when nothing is given', () => {
    expect(valuesOf(read({}).rules)).toEqual(DEFAULTS);
  });

  const GOOD: readonly { readonly texts: readonly string[]; readonly set: Readonly<Record<string, unknown>> }[] = [
    { texts: ['minimum-tls-1-2.requireExplicit=true'], set: { 'minimum-tls-1-2.requireExplicit': true } },
    { texts: ['minimum-tls-1-2.requireExplicit=false'], set: {} },
    {
      texts: ['public-network-access-disabled.acceptNarrowFirewall=true'],
      set: { 'public-network-access-disabled.acceptNarrowFirewall': true },
    },
    { texts: ['firewall-rules-narrow.maxAddresses=16'], set: { 'firewall-rules-narrow.maxAddresses': 16 } },
    { texts: ['required-tags-present.tags=owner'], set: { 'required-tags-present.tags': ['owner'] } },
    { texts: ['required-tags-present.tags=owner, cost centre'], set: { 'required-tags-present.tags': ['owner', 'cost centre'] } },
    // The name of a rule in another tool, in any case, and a glob; a name that two rules have sets the one that has the option.
    { texts: ['CKV_AZURE_148.requireExplicit=true'], set: { 'minimum-tls-1-2.requireExplicit': true } },
    { texts: ['Azure.Redis.MinTLS.requireExplicit=true'], set: { 'minimum-tls-1-2.requireExplicit': true } },
    { texts: ['MINIMUM-TLS-1-2.requireExplicit=true'], set: { 'minimum-tls-1-2.requireExplicit': true } },
    { texts: ['firewall-*.maxAddresses=16'], set: { 'firewall-rules-narrow.maxAddresses': 16 } },
    { texts: ['AC_AZURE_0390.maxAddresses=16'], set: { 'firewall-rules-narrow.maxAddresses': 16 } },
    // Several, and the last word on one of them.
    {
      texts: ['minimum-tls-1-2.requireExplicit=true', 'firewall-rules-narrow.maxAddresses=8'],
      set: { 'minimum-tls-1-2.requireExplicit': true, 'firewall-rules-narrow.maxAddresses': 8 },
    },
    {
      texts: ['firewall-rules-narrow.maxAddresses=8', 'firewall-rules-narrow.maxAddresses=9'],
      set: { 'firewall-rules-narrow.maxAddresses': 9 },
    },
    { texts: ['required-tags-present.tags=a', 'required-tags-present.tags=b'], set: { 'required-tags-present.tags': ['b'] } },
  ];

  it.each(GOOD)('is set by $texts', ({ texts, set }) => {
    expect(valuesOf(read({ ruleOption: texts }).rules)).toEqual({ ...DEFAULTS, ...set });
  });

  it.each(GOOD)('is set by the variable that says $texts', ({ texts, set }) => {
    expect(valuesOf(read({}, { REDVET_RULE_OPTION: texts.join(',') }).rules)).toEqual({ ...DEFAULTS, ...set });
  });

  it('keeps the commas of its own names in a variable, before and between others', () => {
    const text = ' required-tags-present.tags=owner, cost centre ,env, minimum-tls-1-2.requireExplicit=true';
    expect(valuesOf(read({}, { REDVET_RULE_OPTION: text }).rules)).toEqual({
      ...DEFAULTS,
      'required-tags-present.tags': ['owner', 'cost centre', 'env'],
      'minimum-tls-1-2.requireExplicit': true,
    });
  });

  it('gives way to a flag, whole', () => {
    const both = read(
      { ruleOption: ['minimum-tls-1-2.requireExplicit=true'] },
      { REDVET_RULE_OPTION: 'firewall-rules-narrow.maxAddresses=8' },
    );
    expect(valuesOf(both.rules)).toEqual({ ...DEFAULTS, 'minimum-tls-1-2.requireExplicit': true });
  });

  it('leaves the rule that everybody else has as it is', () => {
    read({ ruleOption: ['minimum-tls-1-2.requireExplicit=true'] });
    expect(valuesOf(RULES)).toEqual(DEFAULTS);
  });

  const BAD: readonly { readonly what: string; readonly text: string; readonly message?: string; readonly hint: string }[] = [
    {
      what: 'no rule, no name, no value',
      text: 'nonsense',
      message: 'is not RULE.NAME=VALUE',
      hint: 'firewall-rules-narrow.maxAddresses=16',
    },
    { what: 'no value', text: 'minimum-tls-1-2.requireExplicit', message: 'is not RULE.NAME=VALUE', hint: '--rule-option' },
    { what: 'no name', text: 'minimum-tls-1-2=true', message: 'is not RULE.NAME=VALUE', hint: '--rule-option' },
    { what: 'no rule', text: '.requireExplicit=true', message: 'is not RULE.NAME=VALUE', hint: '--rule-option' },
    { what: 'nothing before the equals sign', text: '=true', message: 'is not RULE.NAME=VALUE', hint: '--rule-option' },
    { what: 'nothing but the equals sign', text: '=', message: 'is not RULE.NAME=VALUE', hint: '--rule-option' },
    {
      what: 'a rule that is none',
      text: 'minimum-tls.requireExplicit=true',
      message: '"minimum-tls"',
      hint: 'Did you mean minimum-tls-1-2',
    },
    { what: 'a rule without options', text: `${PORT}.x=1`, message: `names no option of ${PORT}`, hint: 'It has no options' },
    { what: 'a name that is none', text: `${TLS}.explicit=true`, message: `names no option of ${TLS}`, hint: `${TLS}.requireExplicit` },
    { what: 'a name in another case', text: `${TLS}.requireexplicit=true`, message: 'names no option', hint: `${TLS}.requireExplicit` },
    { what: 'an empty name', text: `${TLS}.=true`, message: 'names no option', hint: `${TLS}.requireExplicit` },
    { what: 'a name that every object has', text: `${TLS}.constructor=true`, message: 'names no option', hint: `${TLS}.requireExplicit` },
    { what: 'a glob of which no rule has it', text: '*tls*.maxAddresses=1', message: 'names no option', hint: `${TLS}.requireExplicit` },
    { what: 'an empty value', text: `${TLS}.requireExplicit=`, message: 'does not take', hint: 'true or false' },
    {
      what: 'a word for a switch',
      text: `${TLS}.requireExplicit=yes`,
      message: `${TLS}.requireExplicit does not take`,
      hint: 'true or false',
    },
    {
      what: 'a number out of range',
      text: 'firewall-rules-narrow.maxAddresses=0',
      message: 'firewall-rules-narrow.maxAddresses does not take',
      hint: 'a whole number from 1 to 16777215',
    },
    { what: 'no names', text: 'required-tags-present.tags=', message: 'does not take', hint: 'names, with commas between' },
    {
      what: 'an empty name among names',
      text: 'required-tags-present.tags=a,,b',
      message: 'does not take',
      hint: 'names, with commas between',
    },
  ];

  it.each(BAD)('is a usage error for $what: $text', ({ text, message = '', hint }) => {
    const told = problemOf(() => read({ ruleOption: [text] }));
    expect(told).toMatchObject({ kind: 'usage', scope: '--rule-option', hint: expect.stringContaining(hint) });
    expect(told.message).toContain('--rule-option ');
    expect(told.message).toContain(message);
  });

  it('is a usage error that names the variable, where it stands in one', () => {
    expect(problemOf(() => read({}, { REDVET_RULE_OPTION: `${TLS}.requireExplicit=yes` }))).toMatchObject({
      scope: 'REDVET_RULE_OPTION',
      message: expect.stringContaining('REDVET_RULE_OPTION '),
    });
  });

  it('is held to what it takes even where its rule is not selected: a slip must not be ignored', () => {
    expect(problemOf(() => read({ rule: [PORT], ruleOption: [`${TLS}.requireExplicit=yes`] }))).toMatchObject({ scope: '--rule-option' });
    expect(problemOf(() => read({ skipRule: [TLS], ruleOption: [`${TLS}.nonsense=1`] }))).toMatchObject({ scope: '--rule-option' });
    const { rules } = read({ rule: [PORT], ruleOption: [`${TLS}.requireExplicit=true`] });
    expect(rules.map(({ id }) => id)).toEqual([PORT]);
  });

  it('changes what its rule reads', () => {
    const [rule] = withOptions(rulesCalled(NETWORK, RULES, '--rule'), [`${NETWORK}.acceptNarrowFirewall=true`], '--rule-option');
    expect(rule?.needs).toEqual(['firewallRules']);
  });
});
