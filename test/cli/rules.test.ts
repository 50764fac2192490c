import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { FRAMEWORK_IDS } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';
import { told } from '../support/in-process.ts';

const ESCAPE = '\u001b';

interface Rule {
  readonly id: string;
  readonly options: readonly { readonly name: string; readonly default: unknown; readonly value: unknown }[];
}

interface Listed {
  readonly rules: readonly Rule[];
  readonly run: { readonly options: { readonly ruleOptions: unknown } };
}

const listed = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Listed> =>
  JSON.parse((await told(args, { env })).stdout);

const ROW = /^(critical|high|medium|low|info) +([a-z0-9-]+)/;

/** Severity and id of each row. */
const rowsOf = (stdout: string): readonly (readonly string[])[] =>
  stdout.split('\n').flatMap((line) => {
    const [, severity, id] = ROW.exec(line) ?? [];
    return severity === undefined || id === undefined ? [] : [[severity, id]];
  });

describe('redvet rules', () => {
  it('lists every rule in report order, with its severity, what it requires and of what', async () => {
    const { code, stdout, stderr } = await told(['rules']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rowsOf(stdout)).toEqual(RULES.map(({ severity, id }) => [severity, id]));
    for (const { title, appliesTo } of RULES) expect(stdout).toContain(`  ${title} (${appliesTo.join(', ')})\n`);
    expect(stdout.split('\n\n').at(-1)).toBe(
      `33 rules. Why, evidence and fix of one: redvet explain RULE\nThose of a framework: redvet rules --framework ID, with one of ${FRAMEWORK_IDS.join(', ')}\n`,
    );
  });

  it.each([40, 60, 80, 120])('keeps within %i columns, and still says everything', async (columns) => {
    const { stdout } = await told(['rules'], { env: { COLUMNS: String(columns) } });
    // The widest id does not fit into the narrowest.
    expect(stdout.split('\n').filter((line) => stringWidth(line) > Math.max(columns, 45))).toEqual([]);
    expect(rowsOf(stdout)).toHaveLength(RULES.length);
    const words = stdout.replace(/\s+/g, ' ');
    for (const { title, appliesTo } of RULES) {
      const [first = ''] = title.split(' ');
      expect(words).toContain(first);
      expect(words).toContain(`(${appliesTo.join(', ')})`);
    }
  });

  it('is coloured only where that was asked for', async () => {
    expect((await told(['rules'])).stdout).not.toContain(ESCAPE);
    expect((await told(['rules', '--color', 'always'])).stdout).toContain(ESCAPE);
    expect((await told(['rules'], { env: { FORCE_COLOR: '1', NO_COLOR: '' } })).stdout).toContain(ESCAPE);
  });

  it('lists a part of them', async () => {
    const { stdout } = await told(['rules', '--rule', 'AC_AZURE_0390', '--rule', '*tls*', '--skip-rule', 'firewall-rules-present']);
    expect(rowsOf(stdout).map(([, id]) => id)).toEqual(['minimum-tls-1-2', 'firewall-rules-narrow']);
    expect(stdout).toContain('\n2 rules. ');
  });

  it('counts one rule as one', async () => {
    expect((await told(['rules', '--rule', 'minimum-tls-1-2'])).stdout).toContain('\n1 rule. ');
  });

  it('is nothing that REDVET_OUTPUT is meant for', async () => {
    const { code, stdout } = await told(['rules'], { env: { REDVET_OUTPUT: 'json=r.json' } });
    expect({ code, rows: rowsOf(stdout).length }).toEqual({ code: 0, rows: RULES.length });
  });

  it.each(['text', 'markdown', 'json=r.json', 'JSON', ''])('does not take the format %j', async (format) => {
    const { code, stderr } = await told(['rules', '-o', format]);
    expect(code).toBe(2);
    expect(stderr).toContain('table, json');
  });
});

/** `rule.name` to default and value, as it stands in JSON. */
const optionsOf = ({ rules }: Listed): Readonly<Record<string, readonly [unknown, unknown]>> =>
  Object.fromEntries(rules.flatMap(({ id, options }) => options.map((one) => [`${id}.${one.name}`, [one.default, one.value]] as const)));

const ALL_SET = [
  'minimum-tls-1-2.requireExplicit=true',
  'public-network-access-disabled.acceptNarrowFirewall=true',
  'AC_AZURE_0391.maxAddresses=16',
  'required-tags-present.tags=owner,cost centre',
];

describe.each([
  { command: 'rules', args: ['rules', '-o', 'json'] },
  { command: 'demo', args: ['demo', '-o', 'json'] },
])('the options of rules in the JSON of redvet $command', ({ command, args }) => {
  const SET = {
    'minimum-tls-1-2.requireExplicit': [false, true],
    'public-network-access-disabled.acceptNarrowFirewall': [false, true],
    'firewall-rules-narrow.maxAddresses': [256, 16],
    'required-tags-present.tags': [[], ['owner', 'cost centre']],
  };

  it('are as they were when none is set', async () => {
    const result = await listed(args);
    expect(optionsOf(result)).toEqual(Object.fromEntries(Object.entries(SET).map(([name, [fallback]]) => [name, [fallback, fallback]])));
    if (command === 'demo') expect(result.run.options.ruleOptions).toEqual({});
  });

  it.each([
    { by: '--rule-option', flags: ALL_SET.flatMap((text) => ['--rule-option', text]), env: {} },
    { by: 'REDVET_RULE_OPTION', flags: [], env: { REDVET_RULE_OPTION: ALL_SET.join(',') } },
  ])('are what $by says, each beside its default', async ({ flags, env }) => {
    const result = await listed([...args, ...flags], env);
    expect(optionsOf(result)).toEqual(SET);
    if (command === 'demo') {
      expect(result.run.options.ruleOptions).toEqual(Object.fromEntries(Object.entries(SET).map(([name, [, value]]) => [name, value])));
    }
  });
});

interface Findings {
  readonly findings: readonly {
    readonly ruleId: string;
    readonly resourceName: string;
    readonly outcome: string;
    readonly message: string;
  }[];
}

describe('an option of a rule', () => {
  const outcomes = async (rule: string, ...args: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const { stdout } = await told(['demo', '-o', 'json', '--rule', rule, ...args]);
    const { findings }: Findings = JSON.parse(stdout);
    return new Map(findings.map(({ resourceName, outcome }) => [resourceName, outcome]));
  };

  it('changes what its rule says: a TLS version that nobody set', async () => {
    const [before, after] = await Promise.all([
      outcomes('minimum-tls-1-2'),
      outcomes('minimum-tls-1-2', '--rule-option', 'minimum-tls-1-2.requireExplicit=true'),
    ]);
    expect([before.get('shop-search-prod'), after.get('shop-search-prod')]).toEqual(['pass', 'fail']);
  });

  it('changes what its rule says: tags', async () => {
    const [before, after] = await Promise.all([
      outcomes('required-tags-present'),
      outcomes('required-tags-present', '--rule-option', 'redisCacheHasTags.tags=owner,nonsense'),
    ]);
    expect([before.get('pricing-prod'), after.get('pricing-prod')]).toEqual(['not_applicable', 'fail']);
  });

  it.each([
    ['demo', '--rule-option', 'nonsense'],
    ['rules', '--rule-option', 'minimum-tls-1-2.requireExplicit=yes'],
    ['permissions', '--rule', 'minimum-tls-1-2', '--rule-option', 'firewall-rules-narrow.maxAddresses=0'],
    ['demo', '--framework', 'soc-2', '--rule-option', 'minimum-tls-1-2.nonsense=1'],
  ])('that is wrong ends redvet %s with 2', async (...args) => {
    const { code, stdout, stderr } = await told(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error\[(?:BAD_VALUE|UNKNOWN_RULE)\]: --rule-option "/);
    expect(stderr).toContain('help: ');
  });
});
