import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { styleFor } from '../../src/cli/style.ts';
import type { Cache, Origin } from '../../src/model/cache.ts';
import { type Problem, problem } from '../../src/model/problem.ts';
import type { InputScope } from '../../src/model/scope.ts';
import type { Display } from '../../src/reporters/reporter.ts';
import { RULES } from '../../src/rules/index.ts';
import { cacheId, clusterId, compliantCache, compliantCluster, declaredIn, missing, PATH, SUBSCRIPTION, seen } from '../support/cache.ts';
import { type Told, told } from '../support/in-process.ts';
import { emptyFolder, redvet, scan } from '../support/redvet.ts';
import { startResourceManager, subscriptionId, wireRedis } from '../support/resource-manager.ts';
import { cacheOf, linesOf, others, rulesOf, type Scene, sectionOf, tableOf, waiverOf, wideLines } from '../support/table.ts';

const ESCAPE = '\u001b';

const SEVERITY_WORDS = ['critical', 'high', 'medium', 'low', 'info'];

/** Rows of findings: an outcome, a severity, a rule. */
const rowsOf = (stdout: string): readonly { readonly outcome: string; readonly severity: string; readonly rule: string }[] =>
  linesOf(stdout).flatMap((line) => {
    const [, outcome = '', severity = '', rule = ''] =
      /^ {2}(FAIL|UNKNOWN|pass|n\/a|unseen| {2}└─) +(critical|high|medium|low|info) +([a-z0-9-]+)/.exec(line) ?? [];
    return outcome === '' ? [] : [{ outcome: outcome.trim(), severity, rule }];
  });

/** A result without what differs from run to run. */
const stable = (text: string): unknown => ({ ...JSON.parse(text), run: null, stats: null });

describe('the table of redvet demo', () => {
  let piped: Told;
  beforeAll(async () => {
    piped = await told(['demo']);
  });

  it.each([80, 100, 120])('keeps every line within %i columns but for commands and addresses', async (columns) => {
    const { stdout } = await told(['demo'], { env: { COLUMNS: String(columns) } });
    expect(linesOf(stdout).length).toBeGreaterThan(50);
    expect(wideLines(stdout, columns)).toEqual([]);
  });

  it.each([80, 100, 120])('keeps every line within %i columns with --wide as well', async (columns) => {
    const { stdout } = await told(['demo', '--wide'], { env: { COLUMNS: String(columns) } });
    expect(wideLines(stdout, columns)).toEqual([]);
  });

  it('breaks no line in a pipe, so that each finding is one line', () => {
    expect(linesOf(piped.stdout)).toContainEqual(
      expect.stringMatching(/^ {2}FAIL +high +minimum-tls-1-2 +set to TLS 1\.0: a stale setting, the wire refuses it$/),
    );
  });

  it('has no colour in a pipe, on neither stream', () => {
    expect(piped.stdout.includes(ESCAPE)).toBe(false);
    expect(piped.stderr.includes(ESCAPE)).toBe(false);
  });

  it('ends with exactly one newline', () => {
    expect(piped.stdout.slice(-2)).toMatch(/^[^\n]\n$/);
  });

  it('says each severity as a word, the worst first, and tells what is mild by number only', () => {
    const rows = rowsOf(piped.stdout);
    expect(rows.length).toBeGreaterThan(30);
    expect([...new Set(rows.map(({ severity }) => severity))].sort()).toEqual(['critical', 'high', 'medium']);
    expect(rows[0]).toEqual({ outcome: 'FAIL', severity: 'critical', rule: 'authentication-required' });
  });

  it('tells of every finding that is not mild, once', async () => {
    const { stdout } = await told(['demo', '-o', 'json']);
    const { findings }: { readonly findings: readonly { readonly outcome: string; readonly severity: string; readonly ruleId: string }[] } =
      JSON.parse(stdout);
    const severe = findings.filter(
      ({ outcome, severity }) => /^(?:fail|unknown)$/.test(outcome) && /^(?:critical|high|medium)$/.test(severity),
    );
    expect(
      rowsOf(piped.stdout)
        .map(({ rule, severity }) => `${severity} ${rule}`)
        .sort(),
    ).toEqual(severe.map(({ ruleId, severity }) => `${severity} ${ruleId}`).sort());
  });

  it('hides what passed where there are many caches', () => {
    expect(rowsOf(piped.stdout).filter(({ outcome }) => outcome === 'pass')).toEqual([]);
  });

  it('counts what failed, what is unknown and what passed of each cache as the JSON does', async () => {
    const { stdout } = await told(['demo', '-o', 'json']);
    const result: {
      readonly caches: readonly { readonly name: string; readonly findings: Readonly<Record<string, number>> }[];
    } = JSON.parse(stdout);
    const lines = linesOf(piped.stdout);
    const start = lines.findIndex((line) => /^ {2}cache +sku/.test(line));
    expect(lines[start]?.trim().split(/ +/)).toEqual(['cache', 'sku', ...SEVERITY_WORDS, 'unknown', 'pass']);
    const rows = lines.slice(start + 2, lines.indexOf('', start)).map((line) => line.trim().split(/ {2,}/));
    const counted = rows.map(([name, , ...cells]) => {
      const numbers = cells.map((cell) => (cell === '-' ? 0 : Number(cell)));
      return { name, fail: numbers.slice(0, 5).reduce((sum, n) => sum + n, 0), unknown: numbers[5], pass: numbers[6] };
    });
    expect(counted).toEqual(
      result.caches.map(({ name, findings }) => ({ name, fail: findings['fail'], unknown: findings['unknown'], pass: findings['pass'] })),
    );
    // What is being deleted is judged by nothing.
    expect(rows.find(([name]) => name === 'loadtest-tmp')).toEqual(['loadtest-tmp', 'Standard C2', '-', '-', '-', '-', '-', '0', '0']);
  });

  it('names for what was not read the scope, the missing action and the command that grants it, once each', () => {
    const gap = sectionOf(piped.stdout, 'Not read');
    expect(gap).toEqual([
      expect.stringMatching(
        /^ {2}identity-sessions \(harborline-shared-services\): no right to Microsoft\.Insights\/diagnosticSettings\/read/,
      ),
      expect.stringMatching(/^ {4}help: .*az role assignment create .*--scope \/subscriptions\/7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1003$/),
      expect.stringMatching(/^ {2}harborline-data-lab: .*Microsoft\.Cache\/redis\/read.*; .*Microsoft\.Cache\/redisEnterprise\/read/),
      expect.stringMatching(/^ {4}help: .*az role assignment create .*--scope \/subscriptions\/7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1004$/),
      expect.stringMatching(/^ {2}harborline-pilot-2019: skipped, .*Disabled/),
    ]);
  });

  it('says that it is incomplete, and what to read up on', () => {
    expect(piped.stdout).toContain('\nThis report is incomplete: not everything that was asked for was seen.\n');
    expect(linesOf(piped.stdout).at(-2)).toBe('next: redvet explain authentication-required');
  });

  it('is pure ASCII where TERM is dumb, on both streams', async () => {
    const { stdout, stderr } = await told(['demo', '--wide', '--framework', 'mcsb'], { env: { TERM: 'dumb' } });
    expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    expect(stderr).toMatch(/^[\n\x20-\x7e]+$/);
  });

  it('is the same from the binary', async () => {
    const { code, stdout } = await redvet(['demo']);
    expect({ code, stdout }).toEqual({ code: piped.code, stdout: piped.stdout });
  });
});

describe('a display option', () => {
  const withJson = async (flags: readonly string[]) => {
    const folder = emptyFolder();
    const { code, stdout } = await redvet(['demo', '-o', 'table', '-o', 'json=r.json', ...flags], { cwd: folder });
    return { code, table: stdout, json: stable(readFileSync(join(folder, 'r.json'), 'utf8')) };
  };

  const SEVERE = ['critical', 'high', 'medium'];

  const CASES: readonly {
    readonly flags: readonly string[];
    readonly outcomes: readonly string[];
    readonly severities: readonly string[];
  }[] = [
    { flags: [], outcomes: ['FAIL', 'UNKNOWN', '└─'], severities: SEVERE },
    { flags: ['--show', 'fail'], outcomes: ['FAIL', '└─'], severities: SEVERITY_WORDS },
    { flags: ['--show', 'unknown'], outcomes: ['UNKNOWN'], severities: ['medium', 'low'] },
    { flags: ['--show', 'pass'], outcomes: ['pass'], severities: SEVERITY_WORDS },
    { flags: ['--show', 'unknown,not_applicable'], outcomes: ['UNKNOWN', 'n/a'], severities: SEVERITY_WORDS },
    { flags: ['--show', 'not_evaluated'], outcomes: [], severities: [] },
    { flags: ['--min-severity', 'high'], outcomes: ['FAIL', '└─'], severities: ['critical', 'high'] },
    { flags: ['--min-severity', 'critical'], outcomes: ['FAIL'], severities: ['critical'] },
    { flags: ['--min-severity', 'low'], outcomes: ['FAIL', 'UNKNOWN', '└─'], severities: [...SEVERE, 'low'] },
    { flags: ['--min-severity', 'info'], outcomes: ['FAIL', 'UNKNOWN', '└─'], severities: SEVERITY_WORDS },
    { flags: ['--wide'], outcomes: ['FAIL', 'UNKNOWN', 'pass', '└─'], severities: SEVERITY_WORDS },
  ];

  let plain: Awaited<ReturnType<typeof withJson>>;
  beforeAll(async () => {
    plain = await withJson([]);
  });

  it.each(CASES)(
    '$flags shows rows of $outcomes and changes neither the exit code nor the JSON',
    async ({ flags, outcomes, severities }) => {
      const { code, table, json } = await withJson(flags);
      const rows = rowsOf(table);
      expect([...new Set(rows.map(({ outcome }) => outcome))].sort()).toEqual([...outcomes].sort());
      expect([...new Set(rows.map(({ severity }) => severity))].sort()).toEqual([...severities].sort());
      expect(code).toBe(1);
      expect(json).toEqual(plain.json);
    },
  );

  it('--wide adds the evidence of each finding and a fix for every cache that gates', async () => {
    const { table } = await withJson(['--wide']);
    const fixes = (text: string): number => linesOf(text).filter((line) => /^\s*az (?:rest|resource update) /.test(line)).length;
    expect(table).toContain('properties.enableNonSslPort (observed)');
    expect(plain.table).not.toContain('properties.enableNonSslPort (observed)');
    expect(plain.table).toMatch(/^ {4}and \d more caches?: --wide or -o json has every command$/m);
    expect(table).not.toMatch(/more caches?: --wide/);
    expect(fixes(table)).toBeGreaterThan(fixes(plain.table));
  });
});

describe('mild findings', () => {
  /** A low one, and the info one that every cache has. */
  const MILD = cacheOf('mild', { patchDays: seen([]) });
  const SEVERE = cacheOf('severe', { patchDays: seen([]), nonSslPort: seen(true) });
  const UNSEEN = cacheOf('unseen', { patchDays: missing(), nonSslPort: seen(true) });
  const rows = (text: string, cache: string): readonly string[] =>
    sectionOf(text, cache).map((line) =>
      line
        .trim()
        .replace(/^(\S+ +\S+ +\S+) .*$/, '$1')
        .replaceAll(/ +/g, ' '),
    );
  const HINT = '(--min-severity info shows them)';

  it('are told apart where there are no more than five caches', () => {
    const text = tableOf({ caches: [SEVERE, ...others(4)] });
    expect(rows(text, 'severe').slice(0, 3)).toEqual([
      'FAIL high non-ssl-port-disabled',
      'FAIL low patch-schedule-set',
      'FAIL info tier-not-retiring',
    ]);
    expect(text).not.toContain('  and 1 ');
  });

  it('are counted where there are more, and where to see them is said once', () => {
    const text = tableOf({ caches: [SEVERE, cacheOf('severe-too', { nonSslPort: seen(true) }), ...others(4)] });
    expect(sectionOf(text, 'severe').slice(1)).toEqual([`  and 1 low, 1 info ${HINT}`]);
    expect(rows(text, 'severe')[0]).toBe('FAIL high non-ssl-port-disabled');
    expect(sectionOf(text, 'severe-too').slice(1)).toEqual(['  and 1 info']);
  });

  it('alone give a cache no block of its own: the matrix counts them', () => {
    const text = tableOf({ caches: [MILD, SEVERE, ...others(4)] });
    expect(sectionOf(text, 'mild')).toEqual([]);
    expect(
      linesOf(text)
        .find((line) => line.startsWith('  mild '))
        ?.trim()
        .split(/ +/)
        .slice(3),
    ).toEqual(['0', '0', '0', '1', '1', '0', expect.any(String)]);
  });

  it('that are unknown are counted as that', () => {
    const text = tableOf({ caches: [UNSEEN, ...others(5)] });
    expect(sectionOf(text, 'unseen').slice(1)).toEqual([`  and 1 info, 1 unknown ${HINT}`]);
  });

  it.each<{ readonly what: string; readonly display: Partial<Display> }>([
    { what: '--wide', display: { wide: true } },
    { what: '--min-severity info', display: { minSeverity: 'info' } },
    { what: '--min-severity low', display: { minSeverity: 'low' } },
    { what: '--show fail', display: { show: new Set(['fail']) } },
  ])('are told apart with $what', ({ display }) => {
    const text = tableOf({ caches: [SEVERE, ...others(5)], display });
    expect(rows(text, 'severe')).toContain('FAIL low patch-schedule-set');
    expect(text).not.toMatch(/^ {2}and \d/m);
  });

  it('are told apart when --fail-on reaches them, and only those', () => {
    const low = tableOf({ caches: [SEVERE, ...others(5)], failOn: 'low' });
    expect(rows(low, 'severe').slice(0, 2)).toEqual(['FAIL high non-ssl-port-disabled', 'FAIL low patch-schedule-set']);
    expect(sectionOf(low, 'severe').at(-1)).toBe(`  and 1 info ${HINT}`);
    const info = tableOf({ caches: [SEVERE, ...others(5)], failOn: 'info' });
    expect(rows(info, 'severe')).toHaveLength(3);
    expect(rows(info, 'other-1')).toEqual(['FAIL info tier-not-retiring']);
  });

  it('that are unknown are told apart with --fail-on none, where each makes the run incomplete', () => {
    const text = tableOf({ caches: [UNSEEN, ...others(5)], failOn: 'none' });
    expect(rows(text, 'unseen').slice(0, 2)).toEqual(['FAIL high non-ssl-port-disabled', 'UNKNOWN low patch-schedule-set']);
    expect(sectionOf(text, 'unseen').at(-1)).toBe(`  and 1 info ${HINT}`);
  });
});

describe('the scope', () => {
  const caches = [cacheOf('good')];

  it('is told with what was left out, and with the index that it was read from', () => {
    expect(linesOf(tableOf({ caches })).slice(1, 2)).toEqual(['']);
    expect(linesOf(tableOf({ caches, source: 'graph', excluded: 1 })).slice(1, 3)).toEqual([
      'Read from Resource Graph, an index that lags by seconds, sometimes minutes.',
      'Left out by --exclude: 1 cache.',
    ]);
    expect(linesOf(tableOf({ caches, excluded: 1_200 }))[1]).toBe('Left out by --exclude: 1,200 caches.');
  });

  it('names what matched nothing apart from what was not read', () => {
    const unmatched = problem('not_found', 'NOTHING_MATCHED', '--cache "x" matches no cache', { scope: '--cache x', hint: 'Look.' });
    const text = tableOf({ caches, problems: [unmatched] });
    expect(sectionOf(text, 'Not found')).toEqual(['  --cache "x" matches no cache', '    help: Look.']);
    expect(sectionOf(text, 'Not read')).toEqual([]);
    const denied = problem('permission', 'AUTHORIZATION_FAILED', 'no right', { scope: '/x', affects: ['*'] });
    const both = tableOf({ caches, problems: [denied, unmatched] });
    expect([sectionOf(both, 'Not found').length, sectionOf(both, 'Not read')]).toEqual([2, ['  /x: no right']]);
  });

  it('names a few of the subscriptions that are passed over for one reason, and counts the others', () => {
    const skipped = [...Array.from({ length: 7 }, (_, nth) => [`old-${nth}`, 'it is disabled'] as const), ['left', 'left out'] as const];
    expect(sectionOf(tableOf({ caches, skipped }), 'Skipped')).toEqual([
      '  old-0, old-1, old-2, old-3, old-4 and 2 more: skipped, it is disabled',
      '  left: skipped, left out',
    ]);
  });
});

describe('rules that are switched off', () => {
  const disabled = [
    { rule: 'patch-schedule-set', reason: 'platform team\n owns patching' },
    { rule: 'zone-redundant', reason: `none here ${ESCAPE}[2J` },
  ];
  const config = { path: '.redvet.yaml', sha256: '' };

  it('are all named in the heading, with why, and with the file that says so', () => {
    const line = 'Switched off in .redvet.yaml: patch-schedule-set (platform team owns patching), zone-redundant (none here \\u{1b}[2J)';
    expect(linesOf(tableOf({ caches: others(1), config, disabled })).slice(1, 3)).toEqual([line, '']);
    expect(linesOf(tableOf({ caches: others(1), config, disabled, excluded: 1 })).slice(1, 3)).toEqual([
      'Left out by --exclude: 1 cache.',
      line,
    ]);
    const narrow = tableOf({ caches: others(1), config, disabled, display: { width: 60 } });
    expect([wideLines(narrow, 60), narrow.replace(/\s+/g, ' ').includes(line)]).toEqual([[], true]);
  });

  it('are not told of where there are none', () => {
    expect(tableOf({ caches: others(1), config })).not.toContain('Switched off');
  });
});

describe('the totals', () => {
  const total = (scene: Scene): string | undefined => linesOf(tableOf(scene)).find((line) => /^\d+ checks? · /.test(line));
  const caches = ['a', 'b', 'c'].map((name) => cacheOf(name, { nonSslPort: seen(true) }));
  const rules = rulesOf('non-ssl-port-disabled');

  it('tell of the failures how many are waived and how many are in the baseline', () => {
    const waivers = [waiverOf('a', 'non-ssl-port-disabled')];
    const known = [['b', 'non-ssl-port-disabled']] as const;
    expect(total({ caches, rules })).toBe('3 checks · 0 pass, 3 fail (3 high)');
    expect(total({ caches, rules, waivers })).toBe('3 checks · 0 pass, 3 fail (3 high; of them 1 waived)');
    expect(total({ caches, rules, known })).toBe('3 checks · 0 pass, 3 fail (3 high; of them 1 in the baseline)');
    expect(total({ caches, rules, waivers, known })).toBe('3 checks · 0 pass, 3 fail (3 high; of them 1 waived, 1 in the baseline)');
  });
});

describe('a date', () => {
  const last = (today: string): string => {
    const text = tableOf({ caches: [cacheOf('old')], rules: rulesOf('tier-not-retiring'), today });
    return sectionOf(text, 'old')[0] ?? '';
  };

  it.each([
    { today: '2026-12-01', left: '(669 days left)' },
    { today: '2028-09-29', left: '(1 day left)' },
    { today: '2028-09-30', left: '(0 days left)' },
    { today: '2028-10-01', left: '(1 day ago)' },
    { today: '2029-09-30', left: '(365 days ago)' },
    // Summer time begins and ends on the way.
    { today: '2028-03-25', left: '(189 days left)' },
  ])('is told on $today with the days that are left: $left', ({ today, left }) => {
    expect(last(today)).toMatch(/FAIL +(?:info|low|medium|high|critical) +tier-not-retiring +Premium retires on 2028-09-30: .* \(/);
    expect(last(today).endsWith(` ${left}`)).toBe(true);
  });

  it('has its days in the table only', async () => {
    const { stdout } = await told(['demo', '-o', 'json']);
    expect((await told(['demo'])).stdout).toContain('(120 days left)');
    expect(stdout).not.toMatch(/days? (?:left|ago)/);
  });
});

describe('what follows from another finding', () => {
  const OPEN = cacheOf('open', { publicNetworkAccess: seen('Enabled'), privateEndpoints: seen([]), firewallRules: seen([]) });

  it('stands under it, whatever is severer elsewhere', () => {
    const text = tableOf({ caches: [OPEN, ...others(5)] });
    expect(sectionOf(text, 'open').map((line) => line.trim().split(/ +/).slice(0, 3).join(' '))).toEqual([
      'FAIL high public-network-access-disabled',
      '└─ medium private-endpoint-approved',
      '└─ medium firewall-rules-present',
      'and 1 info',
    ]);
  });

  it('stands alone where that one is not shown', () => {
    const rules = rulesOf('private-endpoint-approved', 'firewall-rules-present');
    const text = tableOf({ caches: [OPEN], rules });
    expect(rowsOf(text).map(({ outcome }) => outcome)).toEqual(['FAIL', 'FAIL']);
  });
});

describe('the evidence of a finding', () => {
  it('is shown with --wide, with whatever a name in it holds made harmless', () => {
    const hostile = `diagnosticSettings/${ESCAPE}[31m##vso[x]`;
    const text = tableOf({
      caches: [cacheOf('one', { nonSslPort: seen(true, hostile) })],
      rules: rulesOf('non-ssl-port-disabled'),
      display: { wide: true },
    });
    expect(text).toContain('    diagnosticSettings/\\u{1b}[31m\\x23#vso[x] (observed)\n');
    expect(text).not.toContain(ESCAPE);
  });

  it('is broken where it is wider than the terminal', () => {
    const path = `properties.${'x'.repeat(60)}`;
    const text = tableOf({
      caches: [cacheOf('one', { nonSslPort: seen(true, path) })],
      rules: rulesOf('non-ssl-port-disabled'),
      display: { wide: true, width: 80 },
    });
    expect(text).toContain(`    ${path}\n    (observed)\n`);
  });
});

describe('what to fix first', () => {
  const fixes = (scene: Scene): readonly string[] => sectionOf(tableOf(scene), 'Fix first');
  const headings = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => /^ {2}[a-z]/.test(line)).map((line) => line.trim().split('  ')[0] ?? '');

  it('is what gates, the worst first as it was judged, and not as bad as it can get', () => {
    const scene: Scene = { caches: [cacheOf('one', { nonSslPort: seen(true), patchDays: seen([]) })], failOn: 'info' };
    expect(headings(fixes(scene))).toEqual(['non-ssl-port-disabled', 'patch-schedule-set', 'tier-not-retiring']);
    // The first failing run of an estate is told how to begin; what the worst rule is about, in any other.
    expect(tableOf(scene)).toContain('\nnext: redvet scan -o json=redvet-baseline.json (with --baseline redvet-baseline.json only');
    expect(headings(fixes({ ...scene, today: '2028-10-01' }))).toEqual([
      'tier-not-retiring',
      'non-ssl-port-disabled',
      'patch-schedule-set',
    ]);
    expect(headings(fixes({ ...scene, failOn: 'high' }))).toEqual(['non-ssl-port-disabled']);
    expect(fixes({ ...scene, failOn: 'none' })).toEqual([]);
  });

  it('is printed line by line, what needs a decision as a comment', () => {
    const open = cacheOf('open', { publicNetworkAccess: seen('Enabled'), privateEndpoints: seen([]), firewallRules: seen([]) });
    const lines = fixes({ caches: [open], failOn: 'medium', rules: rulesOf('firewall-rules-present', 'entra-authentication-enabled') });
    expect(lines.slice(-2)).toEqual([
      '    # Create a rule for each range of addresses that clients come from, one after another:',
      `    # az redis firewall-rules create -n open -g rg-test --subscription ${SUBSCRIPTION} --rule-name NAME --start-ip FIRST_IP --end-ip LAST_IP -o none`,
    ]);
    const entra = fixes({
      caches: [cacheOf('e', { entraAuthentication: seen(false) })],
      failOn: 'medium',
      rules: rulesOf('entra-authentication-enabled'),
    });
    const commands = entra.filter((line) => /^ {4}(?:# )?az /.test(line));
    expect(commands.map((line) => line.split(' --')[0])).toEqual([
      '    az rest',
      '    # az redis access-policy-assignment create -n e -g rg-test',
    ]);
    expect(entra.join('\n')).not.toContain('\\n');
  });

  it('is painted line by line as well', () => {
    const scene: Scene = {
      caches: [cacheOf('e', { entraAuthentication: seen(false) })],
      failOn: 'medium',
      rules: rulesOf('entra-authentication-enabled'),
    };
    const paint = styleFor(true);
    const plain = fixes(scene).filter((line) => /^ {4}(?:# |az )/.test(line));
    const painted = linesOf(tableOf({ ...scene, display: { style: paint } }));
    expect(plain).toHaveLength(3);
    for (const line of plain) {
      const text = line.trim();
      expect(painted).toContain(`    ${text.startsWith('#') ? paint.faint(text) : paint.link(text)}`);
    }
  });

  it('tells a fix that is no command from an id that no command may name', () => {
    const retiring = fixes({ caches: others(2), failOn: 'info', rules: rulesOf('tier-not-retiring') });
    expect(retiring.at(-1)).toBe('    no command for 2 caches: it takes more than a setting');
    const hostile = cacheOf('x', { id: "/subscriptions/x/'; rm -rf ~", nonSslPort: seen(true) });
    const unsafe = fixes({ caches: [hostile, cacheOf('good', { nonSslPort: seen(true) })], rules: rulesOf('non-ssl-port-disabled') });
    expect(unsafe.at(-2)).toMatch(/^ {4}az rest .*\/redis\/good\?/);
    expect(unsafe.at(-1)).toBe("    no command for 1 cache whose id does not follow Azure's naming rules");
    const zones = fixes({
      caches: [
        cacheOf('one', { zonalPolicy: seen('NoZones') }),
        compliantCluster('managed', { id: clusterId('two'), name: 'two', redundancyMode: seen('None') }),
      ],
      failOn: 'low',
      rules: rulesOf('zone-redundant'),
    });
    expect(zones.slice(-2)).toEqual([expect.stringMatching(/^ {4}az rest /), '    no command for 1 cache: it takes more than a setting']);
  });

  it('names one cache a rule, and says how many more there are', () => {
    const open = [1, 2, 3].map((n) => cacheOf(`open-${n}`, { nonSslPort: seen(true) }));
    const scene: Scene = { caches: open, rules: rulesOf('non-ssl-port-disabled') };
    expect(fixes(scene).at(-1)).toBe('    and 2 more caches: --wide or -o json has every command');
    expect(fixes({ ...scene, display: { wide: true } }).filter((line) => line.includes('az rest'))).toHaveLength(3);
  });

  it('leaves out what --min-severity hides', () => {
    const scene: Scene = { caches: [cacheOf('one', { nonSslPort: seen(true), patchDays: seen([]) })], failOn: 'low' };
    expect(headings(fixes({ ...scene, display: { minSeverity: 'high' } }))).toEqual(['non-ssl-port-disabled']);
  });
});

describe('a cache that is declared', () => {
  const input = (path: string, differences: Partial<InputScope> = {}): InputScope => ({
    path,
    kind: 'terraform',
    status: 'read',
    caches: 1,
    excluded: 0,
    ...differences,
  });

  const declared = (name: string, origin: Partial<Origin> = {}, differences: Partial<Cache> = {}): Cache => {
    const address = `azurerm_redis_cache.${name}`;
    return compliantCache({
      id: address,
      name,
      resourceGroup: null,
      subscriptionId: null,
      location: null,
      provisioningState: null,
      origin: declaredIn('infra/main.tf', { address, place: { line: 12, column: 1 }, ...origin }),
      secrets: seen([]),
      nonSslPort: seen(true),
      ...differences,
    });
  };

  const PORT = rulesOf('non-ssl-port-disabled');

  it('has in its title where it is declared, its address, and what else the declaration says', () => {
    const title = (cache: Cache): string | undefined =>
      linesOf(tableOf({ caches: [cache], inputs: [input('infra')], rules: PORT })).find((line) => line.startsWith('orders'));
    expect(title(declared('orders'))).toBe('orders  infra/main.tf:12 · azurerm_redis_cache.orders · Premium P1');
    expect(
      title(declared('orders', {}, { sku: null, location: 'westeurope', resourceGroup: 'rg-shop', subscriptionId: SUBSCRIPTION })),
    ).toBe(`orders  infra/main.tf:12 · azurerm_redis_cache.orders · westeurope · rg-shop · ${SUBSCRIPTION}`);
    expect(title(declared('orders', { place: null }))).toBe('orders  infra/main.tf · azurerm_redis_cache.orders · Premium P1');
  });

  it('has a title that cannot act in a terminal or a CI log, whatever files and addresses are called', () => {
    const file = `a\n::error::${ESCAPE}[2Jb.tf`;
    const text = tableOf({ caches: [declared('x', { file, address: `\r##vso[x]${ESCAPE}]0;` })], inputs: [input(file)], rules: PORT });
    expect(text).not.toContain(ESCAPE);
    expect(text).not.toContain('\r');
    expect(text).not.toContain('##vso[');
    expect(linesOf(text).filter((line) => line.startsWith('::'))).toEqual([]);
  });

  it('has behind a message the line that its value stands in, where that is another one', () => {
    const row = (places: Origin['places'], place: Origin['place'] = { line: 12, column: 1 }): string | undefined =>
      linesOf(tableOf({ caches: [declared('orders', { place, places })], inputs: [input('infra')], rules: PORT })).find((line) =>
        line.includes('FAIL'),
      );
    const message = '  FAIL     high      non-ssl-port-disabled  port 6379 is open: keys travel in clear text';
    expect(row(new Map())).toBe(message);
    expect(row(new Map([[PATH, { line: 12, column: 30 }]]))).toBe(message);
    expect(row(new Map([[PATH, { line: 17, column: 3 }]]))).toBe(`${message} (line 17)`);
    // What encloses the value says better where it stands than the whole declaration.
    expect(row(new Map([['properties', { line: 15, column: 3 }]]))).toBe(`${message} (line 15)`);
    expect(row(new Map([['properties.other', { line: 15, column: 3 }]]))).toBe(message);
    expect(row(new Map([[PATH, { line: 17, column: 3 }]]), null)).toBe(`${message} (line 17)`);
    expect(row(new Map(), null)).toBe(message);
  });

  it('has its lines within the width, with the line number as well', () => {
    const cache = declared('orders', { places: new Map([[PATH, { line: 17, column: 3 }]]) });
    const text = tableOf({ caches: [cache], inputs: [input('infra')], rules: PORT, display: { width: 60 } });
    expect(text.replace(/\s+/g, ' ')).toContain('port 6379 is open: keys travel in clear text (line 17)');
    expect(wideLines(text, 60).filter((line) => !line.includes('azurerm_redis_cache'))).toEqual([]);
  });

  const fixes = (...caches: readonly Cache[]): readonly string[] =>
    sectionOf(tableOf({ caches, inputs: [input('infra')], rules: PORT }), 'Fix first').slice(3);

  it('is mended in its own language: Terraform, or Bicep also for a template, and never by az', () => {
    expect(fixes(declared('orders'))).toEqual([
      '    # in azurerm_redis_cache',
      '    non_ssl_port_enabled = false',
      '    # azurerm before 4.0:',
      '    #   enable_non_ssl_port = false',
    ]);
    const bicep = ['    // in Microsoft.Cache/redis@2024-11-01', '    properties: {', '      enableNonSslPort: false', '    }'];
    expect(fixes(declared('orders', { language: 'bicep', file: 'main.bicep' }))).toEqual(bicep);
    expect(fixes(declared('orders', { language: 'arm', file: 'main.json' }))).toEqual(bicep);
    for (const language of ['terraform', 'bicep', 'arm'] as const)
      expect(tableOf({ caches: [declared('orders', { language })], inputs: [input('infra')] })).not.toMatch(/^ *(?:# )?az /m);
  });

  it('is mended by lines that stand there once for all caches that they mend', () => {
    const caches = ['a', 'b', 'c'].map((name) => declared(name));
    const once = fixes(declared('orders'));
    expect(fixes(...caches)).toEqual(once);
    const wide = tableOf({ caches, inputs: [input('infra')], rules: PORT, display: { wide: true } });
    expect(sectionOf(wide, 'Fix first').slice(3)).toEqual(once);
    expect(fixes(...caches, declared('d', { language: 'bicep' }))).toEqual([
      ...once,
      '    and 1 more cache: --wide or -o json has every command',
    ]);
  });

  it('has comments and lines painted as comments and commands are', () => {
    const paint = styleFor(true);
    for (const language of ['terraform', 'bicep'] as const) {
      const lines = linesOf(
        tableOf({ caches: [declared('x', { language })], inputs: [input('x')], rules: PORT, display: { style: paint } }),
      );
      for (const line of fixes(declared('x', { language })).map((one) => one.slice(4)))
        expect(lines).toContain(`    ${/^(?:#|\/\/)/.test(line) ? paint.faint(line) : paint.link(line)}`);
    }
  });

  it('is told apart where its language is one that the fix is not known in', () => {
    const zones = sectionOf(
      tableOf({
        caches: [declared('x', {}, { zonalPolicy: seen('NoZones') })],
        inputs: [input('infra')],
        rules: rulesOf('zone-redundant'),
        failOn: 'low',
      }),
      'Fix first',
    );
    expect(zones.at(-1)).toBe('    no lines for 1 cache: redvet cannot write this in their language');
  });
});

describe('the heading of a scan of files', () => {
  const heading = (inputs: readonly InputScope[], caches: readonly Cache[] = []): readonly string[] =>
    linesOf(tableOf({ caches, inputs })).slice(0, 2);
  const input = (path: string, excluded = 0): InputScope => ({ path, kind: 'inventory', status: 'read', caches: 0, excluded });

  it('counts inputs in the place of subscriptions', () => {
    const rules = `${RULES.length} rules`;
    expect(heading([input('a.json')])[0]).toBe(`redvet 0.0.0 · Redis on Azure · 0 caches · 1 input · ${rules}`);
    expect(heading([input('a.json'), input('-')], others(2))[0]).toBe(`redvet 0.0.0 · Redis on Azure · 2 caches · 2 inputs · ${rules}`);
    expect(heading([])[0]).toBe(`redvet 0.0.0 · Redis on Azure · 0 caches · 0 inputs · ${rules}`);
  });

  it('counts what --exclude left out of all of them', () => {
    expect(heading([input('a.json', 1), input('b.json', 2)])[1]).toBe('Left out by --exclude: 3 caches.');
    expect(heading([input('a.json')])[1]).toBe('');
  });
});

describe('what was not read', () => {
  const REDIS = `/subscriptions/${SUBSCRIPTION}`;
  const denied = (action: string, scope: string, hint: string | null = `grant it on ${scope}`): Problem =>
    problem('permission', 'AUTHORIZATION_FAILED', `no right to ${action}`, { scope, action, hint });
  const gaps = (...problems: readonly Problem[]): readonly string[] => sectionOf(tableOf({ caches: others(1), problems }), 'Not read');

  it('is told once for one scope and one way out', () => {
    expect(gaps(denied('redis/read', REDIS), denied('redisEnterprise/read', REDIS))).toEqual([
      '  prod: no right to redis/read; no right to redisEnterprise/read',
      `    help: grant it on ${REDIS}`,
    ]);
  });

  it('is told once where it is the very same problem twice', () => {
    expect(gaps(denied('redis/read', REDIS), denied('redis/read', REDIS))[0]).toBe('  prod: no right to redis/read');
  });

  it('is told apart where the way out or the code differs', () => {
    expect(gaps(denied('a/read', REDIS, 'do this'), denied('b/read', REDIS, 'do that'))).toEqual([
      '  prod: no right to a/read',
      '    help: do this',
      '  prod: no right to b/read',
      '    help: do that',
    ]);
    const throttled = problem('throttle', 'THROTTLED', 'too many requests', { scope: REDIS, hint: 'do this' });
    expect(gaps(denied('a/read', REDIS, 'do this'), throttled)).toHaveLength(4);
  });

  it('is told once for several scopes, with the help of the first, which goes for the others', () => {
    expect(gaps(denied('logs/read', cacheId('one')), denied('logs/read', cacheId('two')))).toEqual([
      '  one (prod), two (prod): no right to logs/read',
      `    help: grant it on ${cacheId('one')} (likewise for the others)`,
    ]);
    expect(gaps(denied('logs/read', cacheId('one'), 'wait'), denied('logs/read', cacheId('two'), 'wait'))[1]).toBe('    help: wait');
  });

  it('names a cache by its name, and what is below it by that; a scope that it does not know as it is', () => {
    expect(gaps(denied('logs/read', `${clusterId('ledger')}/databases/default`))[0]).toBe(
      '  ledger/databases/default (prod): no right to logs/read',
    );
    expect(gaps(denied('logs/read', `${REDIS}/providers/Microsoft.Cache`))[0]).toBe(
      '  prod/providers/Microsoft.Cache: no right to logs/read',
    );
    expect(gaps(denied('x/read', '/subscriptions/other'))[0]).toBe('  /subscriptions/other: no right to x/read');
    expect(gaps(problem('network', 'X', 'no network'))).toEqual(['  no network']);
  });

  it('names five scopes and counts the rest', () => {
    const many = Array.from({ length: 7 }, (_, index) => denied('x/read', cacheId(`c${index + 1}`), null));
    expect(gaps(...many)).toEqual(['  c1 (prod), c2 (prod), c3 (prod), c4 (prod), c5 (prod) and 2 more: no right to x/read']);
  });
});

describe('the matrix of caches', () => {
  const ONE = subscriptionId(1);
  const NAMES = ['plain', '東京キャッシュ', '缓存-生产环境', 'ＦＵＬＬ', 'señal', '👍🏽-cache'];

  it('leaves the SKU out where it would be too wide, and shortens its titles where that is not enough', () => {
    const caches = [cacheOf('a-name-of-a-cache-that-is-long'), ...others(1)];
    const header = (width: number, rules = RULES): readonly string[] | undefined =>
      linesOf(tableOf({ caches, rules, display: { width } }))
        .find((line) => /^ {2}cache /.test(line))
        ?.trim()
        .split(/ +/);
    expect(header(120)).toEqual(['cache', 'sku', ...SEVERITY_WORDS, 'unknown', 'pass']);
    expect(header(90)).toEqual(['cache', ...SEVERITY_WORDS, 'unknown', 'pass']);
    expect(header(80)).toEqual(['cache', 'crit', 'high', 'med', 'low', 'info', 'unkn', 'pass']);
    // With the columns of one severity there is room for it.
    expect(header(80, rulesOf('non-ssl-port-disabled'))).toEqual(['cache', 'sku', 'high', 'unknown', 'pass']);
  });

  it('has just as many columns as fit', () => {
    const caches = [cacheOf('x')];
    const widest = (width: number): number =>
      Math.max(
        ...sectionOf(`\n${tableOf({ caches, rules: rulesOf('non-ssl-port-disabled'), display: { width } })}`, '  cache').map((line) =>
          stringWidth(line),
        ),
      );
    const all = widest(1_000);
    expect([widest(all), widest(all - 1) < all]).toEqual([all, true]);
  });

  it('tells none of a severity from none that applied', () => {
    const text = tableOf({
      caches: [compliantCluster('managed', { name: 'cluster' }), cacheOf('cache-1')],
      rules: rulesOf('authentication-required', 'minimum-tls-1-2'),
    });
    const cells = (name: string): readonly string[] | undefined =>
      linesOf(text)
        .find((line) => new RegExp(`^ {2}${name} .*\\d$`).test(line))
        ?.trim()
        .split(/ {2,}/)
        .slice(2);
    expect([cells('cluster'), cells('cache-1')]).toEqual([
      ['-', '0', '0', '1'],
      ['0', '0', '0', '2'],
    ]);
  });

  it.each(['', '80'])('stays aligned under names of wide characters (COLUMNS=%j)', async (columns) => {
    const caches = NAMES.map((name, index) => ({ ...wireRedis(ONE, `cache-${index}`), name }));
    const arm = await startResourceManager({ subscriptions: [ONE], caches: { [ONE]: caches } });
    const { code, stdout } = await scan(arm, ['-o', 'table'], { env: { COLUMNS: columns } });
    await arm.close();
    const lines = linesOf(stdout);
    const start = lines.findIndex((line) => /^ {2}cache +sku/.test(line));
    const header = lines[start] ?? '';
    const rows = lines.slice(start + 2, start + 2 + NAMES.length);
    const columnOf = (line: string, text: string): number => stringWidth(line.slice(0, line.indexOf(text)));
    expect(code).toBe(0);
    expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual(NAMES);
    expect(rows.map((row) => columnOf(row, 'Premium'))).toEqual(NAMES.map(() => columnOf(header, 'sku')));
    expect(rows.map((row) => stringWidth(row))).toEqual(NAMES.map(() => stringWidth(header)));
    expect(stringWidth(lines[start + 1] ?? '')).toBe(stringWidth(header));
  });
});
