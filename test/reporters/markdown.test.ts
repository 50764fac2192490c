import { describe, expect, it } from 'vitest';
import { problem } from '../../src/model/problem.ts';
import { safeLine } from '../../src/reporters/escape.ts';
import { declaredIn } from '../support/cache.ts';
import { BAD_ENDS } from '../support/ends.ts';
import { baselined, findingOf, outcomeOf, type Rendering, rendered, waived, waiverOf } from '../support/rendered.ts';

const markdown = (rendering: Rendering): Promise<string> => rendered('markdown', rendering);

const rowsOf = (text: string): readonly string[] => text.split('\n').filter((line) => /^\| (?:\*\*)?(?:fail|unknown)/.test(line));

const within = (mostBytes: number): NonNullable<Rendering['choices']> => ({ markdown: { mostBytes } });

const many = (n: number): NonNullable<Rendering['findings']> =>
  Array.from({ length: n }, (_, index) => findingOf({ gating: false, severity: 'low', message: `number ${index}` }));

describe('Markdown', () => {
  it('begins with the verdict and what was counted', async () => {
    const text = await markdown({ findings: [findingOf(), waived(), baselined(), outcomeOf('pass'), outcomeOf('not_evaluated')] });
    expect(text.split('\n').slice(0, 5)).toEqual([
      '## redvet: findings',
      '',
      'Exit 1: `1 high at or above --fail-on high (1 waived, 1 in the baseline)`',
      '',
      '1 cache · 1 pass · 3 fail (3 high), of them 1 waived, 1 in the baseline · 1 not evaluated',
    ]);
  });

  it('has a row for each failure that counts and for what is unknown, and for nothing else', async () => {
    const findings = [
      waived(),
      findingOf(),
      baselined(),
      outcomeOf('pass'),
      outcomeOf('unknown', { message: 'no answer' }),
      outcomeOf('not_applicable'),
    ];
    expect(rowsOf(await markdown({ findings }))).toEqual([
      `| **fail** | high | \`good\` | [non-ssl-port-disabled](${findingOf().rule.references[0]}) | \`${findingOf().message}\`<details><summary>fix</summary>${findingOf().remediation?.summary}</details> |`,
      `| unknown | high | \`good\` | [non-ssl-port-disabled](${findingOf().rule.references[0]}) | \`no answer\` |`,
    ]);
  });

  it('leaves a sentence as it is in which nothing can act', async () => {
    const { remediation } = findingOf();
    const summary = 'Give the cache a system-assigned identity: a tenth (10 %) of it, then the clients.';
    const [row] = rowsOf(await markdown({ findings: [findingOf({ remediation: remediation && { ...remediation, summary } })] }));
    expect(row).toContain(`<summary>fix</summary>${summary}</details>`);
  });

  it('says where it is declared, and that a waiver has expired', async () => {
    const findings = [findingOf({ origin: declaredIn('infra/main.tf'), waiver: waiverOf({ state: 'expired', expires: '2025-05-31' }) })];
    const [row] = rowsOf(await markdown({ findings }));
    expect(row).toContain('`good` `infra/main.tf:3`');
    expect(row).toContain('(waiver `legacy` expired on 2025-05-31)');
  });

  it('puts the worst first', async () => {
    const findings = [
      findingOf({ gating: false, severity: 'low', message: '3' }),
      outcomeOf('unknown', { message: '2' }),
      findingOf({ message: '1' }),
      findingOf({ severity: 'critical', message: '0' }),
    ];
    expect(rowsOf(await markdown({ findings })).map((row) => /`(\d)`/.exec(row)?.[1])).toEqual(['0', '1', '2', '3']);
  });

  it('links nothing but Microsoft’s documentation', async () => {
    const { rule } = findingOf();
    const of = (url: string) => markdown({ findings: [findingOf({ rule: { ...rule, references: [url] } })] });
    for (const url of [
      'https://evil.example/',
      'javascript:alert(1)',
      'https://learn.microsoft.com/) [x](https://evil.example',
      'https://learn.microsoft.com.evil.example/',
      '',
    ]) {
      expect(await of(url)).not.toContain('](');
    }
    expect(await of('https://learn.microsoft.com/azure#x')).toContain('[non-ssl-port-disabled](https://learn.microsoft.com/azure#x)');
  });

  it.each(BAD_ENDS)('says what is wrong where the run ends with $what', async ({ says, ...rendering }) => {
    const text = await markdown(rendering);
    const [, problems = ''] = text.split('### Problems');
    expect(problems).toContain(says);
  });

  it('names no problem where there is none', async () => {
    const text = await markdown({ findings: [outcomeOf('pass')] });
    expect(text).toMatch(/^## redvet: clean\n/);
    expect(text).not.toMatch(/Problems|incomplete|Waivers|Switched off/);
  });

  it('says in bold that a report is incomplete', async () => {
    expect(await markdown({ findings: [outcomeOf('unknown')] })).toContain('\n**This report is incomplete: ');
  });

  it('tells which waivers to look after, and which rules are switched off and why', async () => {
    const text = await markdown({
      run: { disabled: [{ rule: 'zone-redundant', reason: 'one zone only' }] },
      report: () => ({
        waivers: [
          { id: 'a', state: 'applied', expires: '2026-01-01' },
          { id: 'b', state: 'unused', expires: '2026-01-01' },
          { id: 'c', state: 'expired', expires: '2025-01-01' },
          { id: 'd', state: 'expiring', expires: '2025-06-10' },
        ],
      }),
    });
    expect(text).toContain(
      '### Waivers\n\n- `b` is unused\n- `c` expired on 2025-01-01, and is not applied\n- `d` expires on 2025-06-10\n',
    );
    expect(text).toContain('- zone-redundant: `one zone only`\n');
  });

  it.each([
    '1. ',
    '1) x',
    '- x',
    '# x',
    'a_b_c',
    '*x*',
    '[x](y)',
    '@octocat',
    'see #1',
    ':smile:',
    'a :b:',
    'GH-1',
    'https://evil.example',
    'www.evil.example',
    '<b>',
    '&lt;',
  ])('leaves no sentence as it is in which something can act: %j', async (rule) => {
    expect(await markdown({ run: { disabled: [{ rule, reason: 'none' }] } })).toContain(`- \`${rule}\`: \`none\`\n`);
  });

  it('tells what was passed over and left out', async () => {
    const subscription = { id: 'x', name: null, state: null, caches: 0, excluded: 2, reason: null } as const;
    const text = await markdown({
      report: () => ({
        subscriptions: [
          { ...subscription, status: 'read' },
          { ...subscription, status: 'skipped', excluded: 0 },
        ],
      }),
    });
    expect(text).toContain('\nPassed over: 1 subscription.\n\nLeft out by --exclude: 2 caches.\n');
  });

  it.each([true, false])('has a table for each framework only when they were asked for: %s', async (byFramework) => {
    const text = await markdown({
      run: { byFramework },
      report: () => ({
        frameworks: [
          {
            id: 'mcsb',
            title: 'Microsoft cloud security benchmark',
            controls: [{ id: 'NS-2', origin: 'azure-policy', rules: ['one', 'two'], state: 'not_covered' }],
          },
        ],
      }),
    });
    expect(text.includes('### Microsoft cloud security benchmark')).toBe(byFramework);
    expect(text.includes('| NS-2 | azure-policy | not covered | one, two |')).toBe(byFramework);
  });
});

describe('Markdown of bounded size', () => {
  it('shows the worst 20,000 and says how many more there are', async () => {
    const text = await markdown({ findings: [...many(20_010), findingOf({ message: 'the worst' })] });
    const rows = rowsOf(text);
    expect(rows).toHaveLength(20_000);
    expect(rows[0]).toContain('the worst');
    expect(rows[1]).toContain('`number 0`');
    expect(text).toContain('\n11 more findings not shown here, none of them worse than these.\n');
  });

  const problems = (n: number): NonNullable<Rendering['problems']> =>
    Array.from({ length: n }, (_, index) => problem('permission', 'DENIED', `東京 ${index} ${'x'.repeat(5_000)}`, { affects: ['*'] }));

  it.each([
    { mostBytes: 8_000, failing: 5_000, unread: 0 },
    { mostBytes: 16_000, failing: 5_000, unread: 500 },
    { mostBytes: 16_000, failing: 0, unread: 500 },
    { mostBytes: 1_000_000, failing: 10_000, unread: 2_000 },
  ])('stays within $mostBytes bytes of $failing failures and $unread problems, cut at lines, and says what is left out', async (one) => {
    const { mostBytes, failing, unread } = one;
    const text = await markdown({ findings: many(failing), problems: problems(unread), choices: within(mostBytes) });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostBytes);
    const rows = rowsOf(text);
    for (const row of rows) expect(row).toMatch(/ \|$/);
    const told = text.split('\n').filter((line) => line.startsWith('- ')).length;
    expect(rows.length > 0).toBe(failing > 0);
    expect(told > 0).toBe(unread > 0);
    if (failing > 0) expect(text).toContain(`\n${new Intl.NumberFormat('en').format(failing - rows.length)} more findings not shown here`);
    if (unread > 0) expect(text).toContain(`\n${unread - told} more not shown here.\n`);
  });

  it('shows everything where there is room for it', async () => {
    const text = await markdown({ findings: many(50), problems: problems(3), choices: within(1_000_000) });
    expect(rowsOf(text)).toHaveLength(50);
    expect(text).not.toContain('not shown');
  });

  it('gives every section its share of the room', async () => {
    const waivers = Array.from({ length: 2_000 }, (_, index) => ({
      id: `forgotten-${index}`,
      state: 'unused' as const,
      expires: '2026-01-01',
    }));
    const disabled = Array.from({ length: 500 }, (_, index) => ({ rule: `rule-${index}`, reason: 'none' }));
    const text = await markdown({
      findings: many(100),
      problems: problems(500),
      run: { disabled },
      choices: within(20_000),
      report: () => ({ waivers }),
    });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
    for (const first of ['| `number 0`', '- `東京 0 x', '- `forgotten-0`', '- rule-0: ']) expect(text).toContain(first);
    expect(text.match(/\n\d+ more not shown here\.\n/g)).toHaveLength(3);
  });

  it('shortens a long text, but no character of it', async () => {
    const [row] = rowsOf(await markdown({ findings: [findingOf({ message: `${'x'.repeat(999)}🚀🚀` })] }));
    expect(row).toContain(`\`${'x'.repeat(999)}...\``);
    expect(row).toBe(safeLine(row ?? ''));
  });
});
