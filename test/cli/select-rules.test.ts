import { describe, expect, it } from 'vitest';
import { rulesCalled, selectRules } from '../../src/cli/select-rules.ts';
import { Trouble } from '../../src/errors.ts';
import type { Problem } from '../../src/model/problem.ts';
import { RULES } from '../../src/rules/index.ts';

const PORT = 'non-ssl-port-disabled';
const TLS = 'minimum-tls-1-2';
const NETWORK = 'public-network-access-disabled';
const AUTHENTICATION = 'authentication-required';
const ENTRA = 'entra-authentication-enabled';
const KEYS = 'access-keys-disabled';
const EVERY = [PORT, TLS, NETWORK, AUTHENTICATION, ENTRA, KEYS];

const problemOf = (act: () => unknown): Problem => {
  try {
    act();
  } catch (error) {
    if (error instanceof Trouble) return error.problem;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('selectRules', () => {
  const TABLE: readonly {
    readonly what: string;
    readonly rule: readonly string[];
    readonly skip: readonly string[];
    readonly chosen: readonly string[];
  }[] = [
    { what: 'nothing asked for', rule: [], skip: [], chosen: EVERY },
    { what: 'an id', rule: [TLS], skip: [], chosen: [TLS] },
    { what: 'an id in another case', rule: ['Minimum-TLS-1-2'], skip: [], chosen: [TLS] },
    { what: 'two ids, in report order', rule: [KEYS, PORT], skip: [], chosen: [PORT, KEYS] },
    { what: 'an id twice', rule: [TLS, TLS], skip: [], chosen: [TLS] },
    { what: 'the name in Checkov', rule: ['CKV_AZURE_91'], skip: [], chosen: [PORT] },
    { what: 'the name in Checkov in another case', rule: ['ckv_azure_148'], skip: [], chosen: [TLS] },
    { what: 'the name in PSRule', rule: ['Azure.Redis.PublicNetworkAccess'], skip: [], chosen: [NETWORK] },
    { what: 'the id of an Azure Policy', rule: ['22bee202-a82f-4305-9a2a-6d7f44d4dedb'], skip: [], chosen: [PORT] },
    { what: 'a glob', rule: ['*-disabled'], skip: [], chosen: [PORT, NETWORK, KEYS] },
    { what: 'a glob in another case', rule: ['*TLS*'], skip: [], chosen: [TLS] },
    { what: 'a glob of one character', rule: ['minimum-tls-1-?'], skip: [], chosen: [TLS] },
    { what: 'a glob and an id, each rule once', rule: ['*-disabled', PORT, TLS], skip: [], chosen: [PORT, TLS, NETWORK, KEYS] },
    { what: 'everything by glob', rule: ['*'], skip: [], chosen: EVERY },
    { what: 'one left out', rule: [], skip: [ENTRA], chosen: [PORT, TLS, NETWORK, AUTHENTICATION, KEYS] },
    { what: 'one left out by alias', rule: [], skip: ['CKV_AZURE_89'], chosen: [PORT, TLS, AUTHENTICATION, ENTRA, KEYS] },
    { what: 'a glob left out', rule: [], skip: ['*auth*'], chosen: [PORT, TLS, NETWORK, KEYS] },
    { what: 'chosen and left out', rule: ['*-disabled'], skip: [NETWORK], chosen: [PORT, KEYS] },
    { what: 'left out though not chosen', rule: [PORT], skip: [TLS], chosen: [PORT] },
  ];

  it.each(TABLE)('$what: $rule without $skip', ({ rule, skip, chosen }) => {
    expect(selectRules(RULES, rule, skip).map(({ id }) => id)).toEqual(chosen);
  });

  const REFUSED: readonly {
    readonly what: string;
    readonly rule: readonly string[];
    readonly skip: readonly string[];
    readonly message: string;
    readonly hint: string;
  }[] = [
    {
      what: 'an unknown id',
      rule: ['non-ssl-prt-disabled'],
      skip: [],
      message: '--rule "non-ssl-prt-disabled" ',
      hint: 'Did you mean non-ssl-port-disabled',
    },
    {
      what: 'an unknown id to leave out',
      rule: [],
      skip: ['minimum-tls-1.2'],
      message: '--skip-rule "minimum-tls-1.2" ',
      hint: 'Did you mean minimum-tls-1-2',
    },
    { what: 'an alias with a slip', rule: ['CKV_AZURE_19'], skip: [], message: '--rule "CKV_AZURE_19" ', hint: 'CKV_AZURE_91' },
    { what: 'one unknown id among known ones', rule: [PORT, 'nonsense'], skip: [], message: '--rule "nonsense" ', hint: 'redvet rules' },
    { what: 'a glob that matches nothing', rule: ['zzz*'], skip: [], message: '--rule "zzz*" ', hint: 'redvet rules' },
    {
      what: 'an abbreviation, for there are none',
      rule: ['non-ssl-port'],
      skip: [],
      message: '--rule "non-ssl-port" ',
      hint: 'non-ssl-port-disabled',
    },
    { what: 'every rule left out', rule: [], skip: ['*'], message: '--skip-rule', hint: 'redvet rules' },
    { what: 'the only chosen rule left out', rule: [PORT], skip: [PORT], message: '--skip-rule', hint: 'redvet rules' },
  ];

  it.each(REFUSED)('$what is a usage error', ({ rule, skip, message, hint }) => {
    const told = problemOf(() => selectRules(RULES, rule, skip));
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
