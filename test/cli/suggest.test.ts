import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../src/cli/suggest.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import { FRAMEWORK_IDS } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';

const COMMANDS = ['scan', 'demo', 'rules', 'explain', 'remediate', 'permissions'];
const RULE_IDS = RULES.map(({ id }) => id);
const AUTH = ['auto', 'cli', 'env', 'workload', 'managed', 'powershell', 'azd'];

describe('nearest', () => {
  const TABLE: readonly {
    readonly what: string;
    readonly word: string;
    readonly known: readonly string[];
    readonly first: string | undefined;
  }[] = [
    { what: 'a letter missing', word: 'scn', known: COMMANDS, first: 'scan' },
    { what: 'a letter too many', word: 'scann', known: COMMANDS, first: 'scan' },
    { what: 'a wrong letter', word: 'explaim', known: COMMANDS, first: 'explain' },
    { what: 'another case', word: 'SCAN', known: COMMANDS, first: 'scan' },
    { what: 'a word that others hold, in another case', word: 'JSON', known: ['ndjson', 'json'], first: 'json' },
    { what: 'a plural', word: 'rule', known: COMMANDS, first: 'rules' },
    { what: 'letters swapped in a long word', word: 'critcial', known: SEVERITIES, first: 'critical' },
    { what: 'a letter missing in a rule id', word: 'non-ssl-prt-disabled', known: RULE_IDS, first: 'non-ssl-port-disabled' },
    { what: 'the beginning of a rule id', word: 'minimum-tls', known: RULE_IDS, first: 'minimum-tls-1-2' },
    { what: 'a part of a rule id', word: 'tls', known: RULE_IDS, first: 'minimum-tls-1-2' },
    { what: 'letters swapped in a framework', word: 'hippa', known: FRAMEWORK_IDS, first: 'hipaa' },
    { what: 'a framework without its hyphen', word: 'soc2', known: FRAMEWORK_IDS, first: 'soc-2' },
    { what: 'the beginning of a framework', word: 'cis-azure-database', known: FRAMEWORK_IDS, first: 'cis-azure-database-2.0' },
    { what: 'a command by its singular', word: 'permission', known: COMMANDS, first: 'permissions' },
    { what: 'a doubled letter', word: 'clii', known: AUTH, first: 'cli' },
    { what: 'a word that means nothing', word: 'kubernetes', known: COMMANDS, first: undefined },
    { what: 'an empty word', word: '', known: COMMANDS, first: undefined },
    { what: 'nothing known', word: 'scan', known: [], first: undefined },
  ];

  it.each(TABLE)('$what: $word means $first', ({ word, known, first }) => {
    expect(nearest(word, known)[0]).toBe(first);
  });

  it('names at most three, the nearest first, each once', () => {
    expect(nearest('abcdef', ['abcdxx', 'abcdef', 'abcdex', 'abcdfx', 'abcdef', 'xbcdxf'])).toEqual(['abcdef', 'abcdex', 'abcdfx']);
  });

  it('names one alone that is the same but for its case', () => {
    expect(nearest('JSON', ['ndjson', 'json'])).toEqual(['json']);
  });

  it('orders equally near words the same way, however they were listed', () => {
    const [one, other] = [nearest('rulez', ['rulea', 'ruleb', 'rulec']), nearest('rulez', ['rulec', 'rulea', 'ruleb'])];
    expect(one).toEqual(['rulea', 'ruleb', 'rulec']);
    expect(other).toEqual(one);
  });
});

describe('didYouMean', () => {
  it('asks about one word', () => {
    expect(didYouMean('scn', COMMANDS)).toBe('Did you mean scan?');
  });

  it('asks about several words', () => {
    expect(didYouMean('abcdefg', ['abcdefh', 'abcdefi'])).toBe('Did you mean abcdefh or abcdefi?');
  });

  it('asks about every one of many rules that a word stands in, three at most', () => {
    expect(nearest('private', RULE_IDS)).toEqual(['private-endpoint-approved', 'private-endpoint-requests-settled', 'private-path-exists']);
    expect(nearest('e', RULE_IDS)).toEqual([]);
  });

  it('says nothing when nothing is near', () => {
    expect(didYouMean('kubernetes', COMMANDS)).toBe('');
  });
});
