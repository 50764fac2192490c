import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { FRAMEWORK_IDS, frameworkOf } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Told, told } from '../support/in-process.ts';

const CIS = 'cis-azure-database-2.0';

interface Control {
  readonly id: string;
  readonly origin: string;
  readonly rules: readonly string[];
  readonly state: string;
}

interface Result {
  readonly findings: readonly { readonly ruleId: string; readonly outcome: string }[];
  readonly rules: readonly { readonly id: string }[];
  readonly frameworks: readonly { readonly id: string; readonly title: string; readonly controls: readonly Control[] }[];
  readonly run: { readonly options: { readonly frameworks: readonly string[] } };
  readonly problems: readonly {
    readonly affects: readonly string[];
    readonly kind: string;
    readonly code: string;
    readonly message: string;
    readonly hint: string;
  }[];
}

const resultOf = async (...args: readonly string[]): Promise<Result> => JSON.parse((await told(['demo', '-o', 'json', ...args])).stdout);

/** What the findings say of a control, without the help of what is tested here. */
const stateBy = ({ findings, problems }: Result, rules: readonly string[]): string => {
  const outcomes = findings.filter(({ ruleId }) => rules.includes(ruleId)).map(({ outcome }) => outcome);
  const state = ['fail', 'unknown', 'pass'].find((outcome) => outcomes.includes(outcome)) ?? 'not_covered';
  return state === 'pass' && problems.some(({ affects }) => affects.includes('*')) ? 'unknown' : state;
};

/** Each control by each origin once, and with the rules that name it. */
const mappedTo = (framework: string): readonly string[] => {
  const of = new Map<string, readonly string[]>();
  for (const { id, controls } of RULES) {
    for (const control of controls.filter((one) => one.framework === framework)) {
      const key = `${control.id} ${control.origin}`;
      of.set(key, [...(of.get(key) ?? []), id]);
    }
  }
  return [...of].map(([key, rules]) => `${key} ${rules.join(' ')}`).sort();
};

const claimed = (controls: readonly Control[]): readonly string[] =>
  controls.map(({ id, origin, rules }) => `${id} ${origin} ${rules.join(' ')}`).sort();

describe('a result by framework', () => {
  let all: Result;
  beforeAll(async () => {
    all = await resultOf();
  });

  it('sums up by every framework that a rule is mapped to, when none was asked for', () => {
    expect(all.frameworks.map(({ id }) => id)).toEqual(FRAMEWORK_IDS);
    expect(all.run.options.frameworks).toEqual([]);
    expect(all.rules).toHaveLength(RULES.length);
  });

  it.each(FRAMEWORK_IDS)('claims for %s each mapped control by each origin once, and nothing beyond', (framework) => {
    const { title, controls = [] } = all.frameworks.find(({ id }) => id === framework) ?? {};
    expect(title).toBe(frameworkOf(framework, RULES).title);
    expect(claimed(controls)).toEqual(mappedTo(framework));
  });

  it.each(FRAMEWORK_IDS)('says of each control of %s what its findings say', async (framework) => {
    const result = await resultOf('--framework', framework);
    expect(result.frameworks.map(({ id }) => id)).toEqual([framework]);
    for (const { id, rules, state } of result.frameworks.flatMap(({ controls }) => controls)) {
      expect({ id, state }).toEqual({ id, state: stateBy(result, rules) });
    }
    // The rules of one control are all selected with its framework, so that it says the same as in a result of everything.
    expect(result.frameworks[0]?.controls).toEqual(all.frameworks.find(({ id }) => id === framework)?.controls);
    const selected = RULES.filter(({ controls }) => controls.some((control) => control.framework === framework));
    expect(result.rules.map(({ id }) => id)).toEqual(selected.map(({ id }) => id));
  });

  it('is not covered where the rules of a control were left out', async () => {
    const result = await resultOf('--framework', CIS, '--rule', 'minimum-tls-1-2', '--rule', 'update-channel-stable');
    const states = result.frameworks.flatMap(({ controls }) => controls.map(({ id, state }) => [id, state]));
    expect(states).toEqual([
      ...['2.1', '2.2'].map((id) => [id, 'not_covered']),
      ['2.3', 'fail'],
      ...['2.4', '2.5', '2.6', '2.7', '2.8', '2.9'].map((id) => [id, 'not_covered']),
      ['2.10', 'fail'],
    ]);
  });

  it('comes in the order in which the frameworks were asked for, each once', async () => {
    const { frameworks, run } = await resultOf('--framework', 'SOC-2', '--framework', 'hipaa', '--framework', 'soc-2');
    expect(frameworks.map(({ id }) => id)).toEqual(['soc-2', 'hipaa']);
    expect(run.options.frameworks).toEqual(['soc-2', 'hipaa']);
  });
});

const REFUSED: readonly { readonly what: string; readonly args: readonly string[]; readonly says: string; readonly helps: string }[] = [
  { what: 'one that is none', args: ['--framework', 'hippa'], says: '--framework "hippa"', helps: 'Did you mean hipaa?' },
  { what: 'one that is near none', args: ['--framework', 'x'], says: '--framework "x"', helps: 'There are cis-azure-database-2.0, ' },
  {
    what: 'one without the rule that was asked for',
    args: ['--framework', 'soc-2', '--rule', 'zone-redundant'],
    says: 'have no rule in common',
    helps: 'redvet rules',
  },
  {
    what: 'one whose every rule is left out',
    args: ['--framework', 'soc-2', '--skip-rule', 'non-ssl-port-disabled'],
    says: '--skip-rule leaves no rule',
    helps: 'redvet rules',
  },
];

describe.each(['demo', 'rules', 'permissions'])('redvet %s with a framework', (command) => {
  it.each(REFUSED)('ends with 2 for $what', async ({ args, says, helps }) => {
    const { code, stdout, stderr } = await told([command, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain(helps);
  });
});

describe('a framework that is none', () => {
  it('is told in JSON as well, with all that there are', async () => {
    const { problems, findings, frameworks } = await resultOf('--framework', 'hippa');
    expect(problems).toMatchObject([{ kind: 'usage', code: 'UNKNOWN_FRAMEWORK', hint: expect.stringContaining('hipaa') }]);
    for (const id of FRAMEWORK_IDS) expect(problems[0]?.hint).toContain(id);
    expect([findings, frameworks]).toEqual([[], []]);
  });
});

describe('the table by framework', () => {
  const table = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await told(['demo', ...args], { env: { COLUMNS: '80' } })).stdout.split('\n');
  const titles = FRAMEWORK_IDS.map((id) => `${frameworkOf(id, RULES).title} (${id})`);

  it('has a section only for what was asked for', async () => {
    const [plain, asked] = await Promise.all([table(), table('--framework', CIS, '--framework', 'nist-800-53-r5')]);
    expect(plain.filter((line) => titles.includes(line))).toEqual([]);
    expect(asked.filter((line) => titles.includes(line))).toEqual([
      'CIS Microsoft Azure Database Services Benchmark 2.0 (cis-azure-database-2.0)',
      'NIST SP 800-53 Rev. 5 (nist-800-53-r5)',
    ]);
  });

  it('counts the controls and names those that are not met by number, with our own readings marked', async () => {
    const { stdout } = await told(['demo', '--framework', 'nist-800-53-r5', '--framework', 'hipaa', '--framework', CIS]);
    expect(stdout).toContain(
      [
        'NIST SP 800-53 Rev. 5 (nist-800-53-r5)',
        '  9 mapped controls: 0 passed, 9 failed',
        '  failed: AC-4, AC-17, AC-17(1), SC-7, SC-7*, SC-7(3), SC-8, SC-8*, SC-8(1)',
        '  * our own reading of the control, not a mapping by Microsoft or the benchmark',
        '',
        'HIPAA Security Rule (hipaa)',
        '  1 mapped control: 0 passed, 1 failed',
        '  failed: 164.312(e)(1)*',
        '  * our own reading of the control, not a mapping by Microsoft or the benchmark',
        '',
        'CIS Microsoft Azure Database Services Benchmark 2.0 (cis-azure-database-2.0)',
        '  10 mapped controls: 0 passed, 10 failed',
        '  failed: 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9, 2.10',
        '',
        'Not read',
      ].join('\n'),
    );
  });

  it('names what was not covered, and counts what is unknown or passed', async () => {
    const { stdout } = await told(['demo', '--framework', CIS, '--rule', 'update-channel-stable', '--rule', 'minimum-tls-1-2']);
    expect(stdout).toContain('  10 mapped controls: 0 passed, 2 failed, 8 not covered\n');
    expect(stdout).toContain('  failed: 2.3, 2.10\n');
    expect(stdout).toContain('  not covered: 2.1, 2.2, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9\n');
  });

  it.each(FRAMEWORK_IDS)('keeps within 80 columns for %s', async (framework) => {
    const lines = await table('--framework', framework);
    const start = lines.indexOf(titles.find((title) => title.endsWith(`(${framework})`)) ?? '');
    const section = lines.slice(start, lines.indexOf('', start));
    expect(section.length).toBeGreaterThanOrEqual(2);
    expect(section.filter((line) => stringWidth(line) > 80)).toEqual([]);
  });
});

describe('redvet rules --framework', () => {
  let catalogue: Told;
  beforeAll(async () => {
    catalogue = await told(['rules', '--framework', 'MCSB']);
  });

  it('lists the controls with their rules, our own readings marked, and then the rules', () => {
    expect(catalogue.stdout.split('\n').slice(0, 7)).toEqual([
      'Microsoft cloud security benchmark (mcsb)',
      '  DP-3  non-ssl-port-disabled',
      '  DP-3  minimum-tls-1-2, client-protocol-encrypted (our own reading)',
      '  IM-1  entra-authentication-enabled, access-keys-disabled (our own reading)',
      '  LT-4  diagnostic-logs-enabled (our own reading)',
      '  NS-2  private-endpoint-approved',
      '',
    ]);
    expect(catalogue).toMatchObject({ code: 0, stderr: '' });
  });

  it('is of the rules of that framework only', async () => {
    const rows = catalogue.stdout.split('\n').filter((line) => /^(?:critical|high|medium|low|info) /.test(line));
    const { rules }: Result = JSON.parse((await told(['rules', '--framework', 'mcsb', '-o', 'json'])).stdout);
    const ids = RULES.filter(({ controls }) => controls.some(({ framework }) => framework === 'mcsb')).map(({ id }) => id);
    expect(rows.map((row) => row.split(/ +/)[1])).toEqual(ids);
    expect(rules.map(({ id }) => id)).toEqual(ids);
  });

  it.each(FRAMEWORK_IDS)('keeps within 80 columns for %s', async (framework) => {
    const { stdout } = await told(['rules', '--framework', framework], { env: { COLUMNS: '80' } });
    expect(stdout.split('\n').filter((line) => stringWidth(line) > 80)).toEqual([]);
  });

  it('lists several frameworks one after another', async () => {
    const { stdout } = await told(['rules'], { env: { REDVET_FRAMEWORK: 'soc-2,hipaa' } });
    const headings = stdout
      .split('\n')
      .filter((line) => /^\S.* \([a-z0-9.-]+\)$/.test(line) && !/^(?:critical|high|medium|low|info) /.test(line));
    expect(headings).toEqual(['SOC 2 (soc-2)', 'HIPAA Security Rule (hipaa)']);
  });
});
