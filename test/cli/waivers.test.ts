import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ended, emptyFolder, redvet } from '../support/redvet.ts';
import { subscriptionId, wireRedis } from '../support/resource-manager.ts';

/** Waivers on the binary: an inventory with one open cache, and the failures that somebody answers for. */

const ONE = subscriptionId(1);
const OPEN = wireRedis(ONE, 'orders', { enableNonSslPort: true });

const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

interface Written {
  readonly id?: string;
  readonly rule?: string;
  readonly resource?: string;
  readonly category?: string;
  readonly expires?: string;
}

const waiver = ({
  id = 'W-1',
  rule = 'non-ssl-port-disabled',
  resource = OPEN.id,
  category = 'waiver',
  expires = day(30),
}: Written = {}): string =>
  `  - { id: ${id}, rule: '${rule}', resource: '${resource}', category: ${category}, reason: an appliance, owner: team@example.com, ticket: SEC-1, expires: '${expires}' }\n`;

const file = (...waivers: readonly string[]): string => `version: 1\nwaivers:${waivers.length === 0 ? ' []' : ''}\n${waivers.join('')}`;

/** A folder with the inventory, and the waivers under their own name. */
const folderWith = (waivers: string | null, more: Readonly<Record<string, string>> = {}): string => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'caches.json'), JSON.stringify([OPEN]));
  if (waivers !== null) writeFileSync(join(folder, '.redvet.waivers.yaml'), waivers);
  for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, name), text);
  return folder;
};

const PORT = ['--rule', 'non-ssl-port-disabled'];

const scanIn = (cwd: string, args: readonly string[] = []): Promise<Ended> =>
  redvet(['scan', 'caches.json', ...PORT, '-o', 'json', ...args], { cwd });

const brief = ({ code, stdout }: Ended) => {
  const { findings, waivers, summary, status } = JSON.parse(stdout);
  const [{ disposition, gating, waiver: told, outcome }] = findings;
  return {
    code,
    finding: `${outcome} ${disposition}${gating ? ' gates' : ''}${told === null ? '' : ` ${told.id} ${told.state}`}`,
    waivers: waivers.map(({ id, state }: { id: string; state: string }) => `${id} ${state}`),
    counts: `${summary.fail} fail, ${summary.waived} waived, ${summary.gating} gating, ${summary.gatingAt.high} at high`,
    reason: status.reason,
  };
};

describe('a waiver', () => {
  const CASES: readonly (readonly [
    what: string,
    waivers: readonly Written[],
    code: number,
    finding: string,
    results: readonly string[],
  ])[] = [
    ['in date', [{}], 0, 'fail waived W-1 applied', ['W-1 applied']],
    ['on its last day', [{ expires: day(0) }], 0, 'fail waived W-1 expiring', ['W-1 expiring']],
    ['that is soon over', [{ expires: day(14) }], 0, 'fail waived W-1 expiring', ['W-1 expiring']],
    ['that has expired', [{ expires: day(-1) }], 1, 'fail active gates W-1 expired', ['W-1 expired']],
    ['that is for another cache', [{ resource: '*/other' }], 1, 'fail active gates', ['W-1 unused']],
    ['that is for a part of the id only', [{ resource: 'orders' }], 1, 'fail active gates', ['W-1 unused']],
    ['by a glob over the whole id', [{ resource: '/SUBSCRIPTIONS/*/redis/ORDERS' }], 0, 'fail waived W-1 applied', ['W-1 applied']],
    ['by the name of the rule in another tool', [{ rule: 'CKV_AZURE_91' }], 0, 'fail waived W-1 applied', ['W-1 applied']],
    ['by a glob over rules', [{ rule: '*port*' }], 0, 'fail waived W-1 applied', ['W-1 applied']],
    ['of a rule that was not selected', [{ rule: 'minimum-tls-1-2' }], 1, 'fail active gates', []],
    [
      'beside one that has expired',
      [{ id: 'OLD', expires: day(-1) }, { id: 'NEW' }, { id: 'SPARE' }],
      0,
      'fail waived NEW applied',
      ['OLD expired', 'NEW applied', 'SPARE unused'],
    ],
  ];

  it.each(CASES)('%s', async (_, waivers, code, finding, results) => {
    expect(brief(await scanIn(folderWith(file(...waivers.map(waiver)))))).toMatchObject({ code, finding, waivers: results });
  });

  it('leaves what it is for a failure, and counts it', async () => {
    expect(brief(await scanIn(folderWith(file(waiver()))))).toMatchObject({
      counts: '1 fail, 1 waived, 0 gating, 0 at high',
      reason: '1 cache, no failure that counts (1 waived)',
    });
  });

  it('changes nothing of what is unknown', async () => {
    const folder = folderWith(file(waiver()));
    writeFileSync(join(folder, 'caches.json'), JSON.stringify([wireRedis(ONE, 'orders', { enableNonSslPort: 'maybe' })]));
    expect(brief(await scanIn(folder))).toMatchObject({ code: 3, finding: 'unknown active', waivers: ['W-1 unused'] });
  });

  it('may name a declared cache by its address, or by its file and address', async () => {
    const folder = folderWith(null, {
      'main.tf': 'resource "azurerm_redis_cache" "main" {\n  name = "orders"\n  non_ssl_port_enabled = true\n}\n',
    });
    const scan = async (resource: string) => {
      writeFileSync(join(folder, '.redvet.waivers.yaml'), file(waiver({ resource })));
      return (await redvet(['scan', 'main.tf', ...PORT, '-o', 'none'], { cwd: folder })).code;
    };
    expect(await scan('azurerm_redis_cache.main')).toBe(0);
    expect(await scan('main.tf:azurerm_redis_cache.main')).toBe(0);
    expect(await scan('other.tf:azurerm_redis_cache.main')).toBe(1);
  });

  it('is told of on stderr where no table tells of it', async () => {
    const folder = folderWith(
      file(waiver({ id: 'A', expires: day(-1) }), waiver({ id: 'B', resource: '*/x' }), waiver({ id: 'C', expires: day(1) })),
    );
    const { stderr } = await scanIn(folder);
    expect(stderr).toContain('redvet: waivers: 1 expired and not applied (A), 1 expiring (C), 1 unused (B)\n');
    expect((await scanIn(folder, ['-q'])).stderr).toBe('');
  });
});

describe('the file of waivers', () => {
  it('is looked for up to the root of the repository, named by a flag or by the configuration, or not read', async () => {
    const folder = folderWith(file(waiver()));
    mkdirSync(join(folder, '.git'));
    mkdirSync(join(folder, 'a'));
    const here = (args: readonly string[], cwd = folder) =>
      redvet(['scan', join(folder, 'caches.json'), ...PORT, '-o', 'none', ...args], { cwd });
    expect((await here([], join(folder, 'a'))).code).toBe(0);
    expect((await here(['--no-waivers'])).code).toBe(1);
    writeFileSync(join(folder, 'none.yaml'), file());
    expect((await here(['--waivers', 'none.yaml'])).code).toBe(1);
    writeFileSync(join(folder, '.redvet.yaml'), 'version: 1\nwaivers: { file: none.yaml }\n');
    expect((await here([])).code).toBe(1);
    expect((await here([], join(folder, 'a'))).code).toBe(1);
    expect((await here(['--waivers', '.redvet.waivers.yaml'])).code).toBe(0);
  });

  it('has to be there where it is named', async () => {
    const { code, stderr, stdout } = await scanIn(folderWith(null), ['--waivers', 'nope.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('nope.yaml, the file of waivers, cannot be read: there is no such file (ENOENT)');
    expect(JSON.parse(stdout).status).toMatchObject({ exitCode: 2, outcome: 'usage' });
  });

  const MISTAKES: readonly (readonly [what: string, text: string, place: string, message: RegExp])[] = [
    [
      'an unknown rule',
      file(waiver({ rule: 'non-ssl-port' })),
      '3:22',
      /rule "non-ssl-port" matches no rule.*Did you mean non-ssl-port-disabled/,
    ],
    ['an over-long term', file(waiver({ expires: day(181) })), '3:', /more than 180 days ahead/],
    ['a day that is none', file(waiver({ expires: '2026-02-30' })), '3:', /"2026-02-30", which is no day/],
    ['a date in another form', file(waiver({ expires: '31.12.2026' })), '3:', /expires is "31\.12\.2026", which is not of its form/],
    ['an id that is used twice', file(waiver(), waiver()), '4:11', /its id is used twice/],
    ['no owner', file(waiver().replace('owner: team@example.com, ', '')), '3:5', /has no owner/],
    ['an empty reason', file(waiver().replace('an appliance', "' '")), '3:', /reason is empty/],
    ['another category', file(waiver({ category: 'accepted' })), '3:', /category is "accepted".*waiver, mitigated, false_positive/],
    ['an unknown key', file(waiver().replace('ticket:', 'tickets:')), '3:', /tickets is nothing that redvet knows.*Did you mean ticket/],
    ['no version', 'waivers: []', '1:1', /has no version/],
    ['no list', 'version: 1\nwaivers: {}', '2:10', /waivers is keys with values/],
  ];

  it.each(MISTAKES)('with %s is refused before anything is judged, by file, line and column', async (_, text, place, message) => {
    const folder = folderWith(text);
    const scanned = await scanIn(folder);
    expect(scanned.code).toBe(2);
    expect(JSON.parse(scanned.stdout)).toMatchObject({ findings: [], status: { outcome: 'usage' } });
    const checked = await redvet(['waivers', 'check'], { cwd: folder });
    expect({ code: checked.code, stdout: checked.stdout }).toEqual({ code: 2, stdout: '' });
    for (const { stderr } of [scanned, checked]) {
      expect(stderr).toContain(`.redvet.waivers.yaml:${place}`);
      expect(stderr.replaceAll('\n', ' ')).toMatch(message);
    }
  });

  it('may not waive what the configuration calls not waivable', async () => {
    const config = { '.redvet.yaml': 'version: 1\nrules: { CKV_AZURE_91: { waivable: false } }\n' };
    const named = await scanIn(folderWith(file(waiver()), config));
    expect(named.code).toBe(2);
    expect(named.stderr).toMatch(/rule "non-ssl-port-disabled" is not waivable/);
    // A glob leaves it out.
    expect(brief(await scanIn(folderWith(file(waiver({ rule: '*-disabled' })), config)))).toMatchObject({
      code: 1,
      finding: 'fail active gates',
    });
  });

  it('may be given a longer term by the configuration', async () => {
    const config = { '.redvet.yaml': 'version: 1\nwaivers: { maxDays: 400, warnDays: 0 }\n' };
    expect(brief(await scanIn(folderWith(file(waiver({ expires: day(390) })), config)))).toMatchObject({
      code: 0,
      waivers: ['W-1 applied'],
    });
    expect(brief(await scanIn(folderWith(file(waiver({ expires: day(1) })), config)))).toMatchObject({ waivers: ['W-1 applied'] });
  });
});

describe('--strict-waivers', () => {
  it('objects to what has expired or is unused, after the report is written', async () => {
    const folder = folderWith(file(waiver(), waiver({ id: 'W-2', expires: day(-1) }), waiver({ id: 'W-3', resource: '*/x' })));
    const { code, stdout, stderr } = await scanIn(folder, ['--strict-waivers', '-o', 'table=t.txt']);
    const { findings, problems, status } = JSON.parse(stdout);
    expect({ code, findings: findings.length, status }).toMatchObject({ code: 2, findings: 1, status: { outcome: 'usage', exitCode: 2 } });
    expect(problems.map(({ code: name, message }: { code: string; message: string }) => `${name}: ${message}`)).toEqual([
      'WAIVER_EXPIRED: 1 waiver expired: W-2',
      'WAIVER_UNUSED: 1 waiver unused: W-3',
    ]);
    expect(stderr).toContain('exit 2 (usage): 1 waiver expired: W-2');
    expect(readFileSync(join(folder, 't.txt'), 'utf8')).toContain('orders');
  });

  it('has nothing against waivers that are used', async () => {
    expect((await scanIn(folderWith(file(waiver())), ['--strict-waivers'])).code).toBe(0);
  });

  it('calls nothing unused where not everything was read', async () => {
    const folder = folderWith(file(waiver({ resource: '*/x' })));
    writeFileSync(join(folder, 'caches.json'), JSON.stringify([wireRedis(ONE, 'good'), { id: 7 }]));
    expect((await scanIn(folder, ['--strict-waivers'])).code).toBe(3);
  });
});

describe('redvet waivers', () => {
  const folder = folderWith(
    file(waiver({ id: 'A', expires: day(-1) }), waiver({ id: 'B' }), waiver({ id: 'C', resource: '*', expires: day(2) })),
  );

  it('checks a file that is right, and says what to look at', async () => {
    const { code, stdout, stderr } = await redvet(['waivers', 'check'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `.redvet.waivers.yaml: 3 waivers, nothing wrong\n  expired, and not applied: A\n  expiring by ${day(14)}: C\n  for every cache there is: C\n`,
    );
  });

  it('lists them for people and for machines', async () => {
    const { code, stdout } = await redvet(['waivers', 'list', '-o', 'json'], { cwd: folder });
    expect(code).toBe(0);
    expect(
      JSON.parse(stdout).waivers.map(({ id, state, rules }: { id: string; state: string; rules: string[] }) => [id, state, rules]),
    ).toEqual([
      ['A', 'expired', ['non-ssl-port-disabled']],
      ['B', 'valid', ['non-ssl-port-disabled']],
      ['C', 'expiring', ['non-ssl-port-disabled']],
    ]);
    expect((await redvet(['waivers', 'list'], { cwd: folder })).stdout).toMatch(/^id\s+state\s+expires.*\nA\s+expired/);
  });

  it.each([
    [[], /missing required argument/],
    [['chek'], /Did you mean check\?/],
    [['check', 'more'], /does not take the argument "more"/],
    [['list', '-o', 'xml'], /It takes table, json/],
  ])('refuses %j', async (words, message) => {
    const { code, stderr } = await redvet(['waivers', ...words], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('says where it looked when there is none', async () => {
    const { code, stderr } = await redvet(['waivers', 'check'], { cwd: emptyFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is no \.redvet\.waivers\.yaml here.*\n.*\n?.*--waivers FILE/);
  });

  it('hands on nothing that looks like a secret, nor does a report, nor the reason why a rule is off', async () => {
    const secret = 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=';
    const leaky = folderWith(
      file(waiver().replace('an appliance', `'AccountKey=${secret}'`).replace('SEC-1', `'password=hunter2hunter2'`)),
      {
        '.redvet.yaml': "version: 1\nrules: { minimum-tls-1-2: { enabled: false, reason: 'password=hunter2hunter2' } }\n",
      },
    );
    const ran = [
      await redvet(['waivers', 'list'], { cwd: leaky }),
      await redvet(['waivers', 'list', '-o', 'json'], { cwd: leaky }),
      await redvet(['scan', 'caches.json', '-o', 'json'], { cwd: leaky }),
      await redvet(['scan', 'caches.json', '--show-config'], { cwd: leaky }),
    ];
    for (const { stdout, stderr } of ran) expect(stdout + stderr).not.toMatch(/c2VjcmV0|hunter2/);
    expect(ran[2]?.stdout).toContain('AccountKey=(redacted)');
  });

  it('does not let a hostile file act', async () => {
    const hostile = folderWith(file(waiver({ id: 'W-1', rule: '\u001b[2J##vso[task.complete]::error::' })));
    const { stderr } = await redvet(['waivers', 'check'], { cwd: hostile });
    expect(stderr).not.toContain('\u001b');
    expect(stderr).not.toContain('##vso[');
  });
});

describe('a baseline', () => {
  it('lets what is known pass, in any order of caches and tags, and tells what is new', async () => {
    const folder = emptyFolder();
    const write = (name: string, caches: readonly unknown[]): void => writeFileSync(join(folder, name), JSON.stringify(caches));
    const cache = (name: string, more = {}) => ({ ...wireRedis(ONE, name, { enableNonSslPort: true }), ...more });
    write('before.json', [cache('a', { tags: { x: '1', y: '2' } }), cache('b')]);
    write('after.json', [cache('b'), cache('a', { tags: { y: '3', z: '2' } })]);
    write('more.json', [cache('b'), cache('c'), cache('a')]);
    const scan = (name: string, args: readonly string[]) => redvet(['scan', name, ...PORT, ...args], { cwd: folder });
    for (const format of ['json', 'ndjson']) {
      expect((await scan('before.json', ['-o', `${format}=base`])).code).toBe(1);
      expect((await scan('after.json', ['-o', 'none', '--baseline', 'base'])).code).toBe(0);
      const { code, stdout, stderr } = await scan('more.json', ['-o', 'json', '--baseline', 'base']);
      expect(code).toBe(1);
      const told = JSON.parse(stdout).findings.map(
        (one: { resourceName: string; disposition: string; gating: boolean }) => `${one.resourceName} ${one.disposition} ${one.gating}`,
      );
      expect(told.sort()).toEqual(['a baselined false', 'b baselined false', 'c active true']);
      expect(stderr).toContain('1 high at or above --fail-on high (2 in the baseline)');
    }
  });

  it('is no excuse for what became worse, nor for what was waived', async () => {
    const folder = folderWith(file(waiver()));
    expect((await redvet(['scan', 'caches.json', ...PORT, '-o', 'json=waived.json'], { cwd: folder })).code).toBe(0);
    expect((await scanIn(folder, ['--no-waivers', '--baseline', 'waived.json'])).code).toBe(1);
    expect((await redvet(['scan', 'caches.json', ...PORT, '--no-waivers', '-o', 'json=open.json'], { cwd: folder })).code).toBe(1);
    expect((await scanIn(folder, ['--no-waivers', '--baseline', 'open.json'])).code).toBe(0);
    writeFileSync(join(folder, '.redvet.yaml'), 'version: 1\nrules: { non-ssl-port-disabled: { severity: critical } }\n');
    expect((await scanIn(folder, ['--no-waivers', '--baseline', 'open.json'])).code).toBe(1);
  });

  it('of another version of redvet is the same: fingerprints do not change', async () => {
    const folder = folderWith(null);
    await redvet(['scan', 'caches.json', ...PORT, '-o', 'json=base.json'], { cwd: folder });
    const base = JSON.parse(readFileSync(join(folder, 'base.json'), 'utf8'));
    const other = { ...base, schemaVersion: '1.7', tool: { ...base.tool, version: '9.9.9', rulesetVersion: '77' }, extra: {} };
    writeFileSync(join(folder, 'base.json'), JSON.stringify(other));
    expect((await scanIn(folder, ['--baseline', 'base.json'])).code).toBe(0);
    // printf 'redvet/1|non-ssl-port-disabled|ID' | sha256sum: a change would break every baseline there is.
    expect(base.findings[0].fingerprint).toBe('bbfceda00a8cd1f3486b41adf44227f3');
  });

  it.each([
    ['is not there', null, /before\.json cannot be read: there is no such file/],
    ['is no JSON', '{', /before\.json is not JSON/],
    ['is something else', '[]', /no result of redvet/],
    ['is of another major version', '{"schemaVersion":"2.0","findings":[]}', /format 2\.0, and this redvet reads 1\.x/],
    ['is cut off', '{"type":"run","schemaVersion":"1.0"}\n', /cut off/],
  ])('that %s is refused before anything is judged', async (_, text, message) => {
    const { code, stdout, stderr } = await scanIn(folderWith(null, text === null ? {} : { 'before.json': text }), [
      '--baseline',
      'before.json',
    ]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ findings: [], status: { exitCode: 2 } });
    expect(stderr).toMatch(message);
  });
});
