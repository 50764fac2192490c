import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../src/cli/config.ts';
import { CONFIG_KEYS } from '../../src/cli/config-keys.ts';
import { givenFrom } from '../../src/cli/given.ts';
import { processIo } from '../../src/cli/io.ts';
import { nameOf, SCAN_OPTIONS } from '../../src/cli/options.ts';
import { readRules } from '../../src/cli/select-rules.ts';
import { readScanSettings } from '../../src/cli/settings.ts';
import { Trouble } from '../../src/errors.ts';
import type { Problem } from '../../src/model/problem.ts';
import config from '../../src/schemas/config.json' with { type: 'json' };
import { emptyFolder, redvet } from '../support/redvet.ts';

/** Files below a folder of their own, by their paths in it. */
const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = emptyFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
};

const real = processIo(new AbortController().signal);

const read = (text: string, isNamed = true): Promise<Config | null> => {
  const folder = folderWith({ '.redvet.yaml': text, '.git/HEAD': '' });
  return readConfig({ path: isNamed ? join(folder, '.redvet.yaml') : null, isOff: false }, { ...real, cwd: () => folder });
};

const refusal = async (text: string): Promise<Problem> => {
  try {
    const found = await read(text);
    readScanSettings(givenFrom(SCAN_OPTIONS, {}, {}, found));
  } catch (error) {
    if (error instanceof Trouble) return error.problem;
    throw error;
  }
  throw new Error('it was taken');
};

describe('a mistake in a configuration', () => {
  const MISTAKES: readonly (readonly [what: string, text: string, place: string, message: RegExp, hint: RegExp])[] = [
    ['an unknown key', 'version: 1\ngates: {}', '2:1', /gates is nothing that redvet knows/, /Did you mean gate\?/],
    ['an unknown key below', 'version: 1\ngate:\n  failon: high', '3:3', /gate\.failon is nothing/, /Did you mean failOn\?.*allowEmpty/],
    ['a key in other letters', 'version: 1\nScope: {}', '2:1', /Scope is nothing/, /Did you mean scope\?/],
    ['a value that is none', 'version: 1\ngate: { failOn: hihg }', '2:17', /gate\.failOn is "hihg"/, /Did you mean high\?.*critical, high/],
    ['text for a switch', 'version: 1\ngate: { allowEmpty: yes }', '2:21', /gate\.allowEmpty is "yes"/, /true or false/],
    ['a text for a list', 'version: 1\nframeworks: mcsb', '2:13', /frameworks is "mcsb"/, /a list/],
    ['a list for keys', 'version: 1\nrules: [x]', '2:8', /rules is a list/, /keys with values/],
    ['an empty list', 'version: 1\nscope: { subscriptions: [] }', '2:25', /scope\.subscriptions is an empty list/, /leave it out/],
    ['an empty text', "version: 1\nauth: { tenant: ' ' }", '2:17', /auth\.tenant is empty/, /an id, or a domain/],
    ['nothing for a value', 'version: 1\ngate:\n  failOn:\n', '3:3', /gate\.failOn is empty/, /critical/],
    ['a number out of range', 'version: 1\nrun: { concurrency: 0 }', '2:21', /run\.concurrency is 0/, /from 1 to 256/],
    ['a part of a number', 'version: 1\nrun: { retries: 1.5 }', '2:17', /run\.retries is 1\.5/, /a whole number/],
    ['a duration without a unit', "version: 1\nrun: { timeout: '10' }", '2:17', /run\.timeout is "10"/, /such as 500ms/],
    ['another version', 'version: 2', '1:10', /version is 2/, /It has to be 1/],
    ['no version', 'gate: {}', '1:1', /it has no version/, /version/],
    ['nothing at all', '# nothing yet\n', '1:1', /it is empty/, /keys with values/],
    ['a key that stands twice', 'version: 1\ngate: {}\ngate: {}', '3:1', /unique/, /YAML/],
    ['nesting without end', `version: 1\nscope: ${'['.repeat(100_000)}`, '2:', /nested too deeply/, /YAML/],
    ['what is no YAML', 'version: 1\ngate: { failOn', '2:15', /./, /YAML/],
    ['a tag', 'version: 1\nredact: !!js/function ids', '2:9', /tag/i, /YAML/],
    ['two documents', 'version: 1\n---\nversion: 1', '2:1', /document/, /YAML/],
    [
      'a rule that is none',
      'version: 1\nrules:\n  non-ssl-port-disable: {}',
      '3:25',
      /matches no rule/,
      /Did you mean non-ssl-port-disabled/,
    ],
    ['a glob for a rule', 'version: 1\nrules:\n  "*tls*": {}', '3:12', /is a glob/, /Name each rule/],
    [
      'a rule by two of its names',
      'version: 1\nrules:\n  non-ssl-port-disabled: {}\n  CKV_AZURE_91: {}',
      '4:17',
      /sets non-ssl-port-disabled, which is set already/,
      /together/,
    ],
    [
      'a rule switched off without a reason',
      'version: 1\nrules: { minimum-tls-1-2: { enabled: false } }',
      '2:27',
      /has no reason/,
      /reason/,
    ],
    [
      'an option that is none',
      'version: 1\nrules: { minimum-tls-1-2: { options: { requireExplict: true } } }',
      '2:56',
      /is no option of minimum-tls-1-2/,
      /requireExplicit/,
    ],
    [
      'a value that an option does not take',
      'version: 1\nrules: { minimum-tls-1-2: { options: { requireExplicit: maybe } } }',
      '2:57',
      /"maybe" is nothing that minimum-tls-1-2\.requireExplicit takes/,
      /true or false/,
    ],
    [
      'every rule switched off',
      'version: 1\nselect: { rules: [patch-schedule-set] }\nrules: { patch-schedule-set: { enabled: false, reason: x } }',
      '3:30',
      /switches every rule off/,
      /at least one rule/,
    ],
    ['a rule to select that is none', 'version: 1\nselect: { rules: [nope] }', '2:18', /"nope" matches no rule/, /redvet rules/],
    ['a framework that is none', 'version: 1\nframeworks: [mscb]', '2:13', /"mscb" is no framework/, /Did you mean mcsb/],
    ['a format that is none', 'version: 1\noutputs: [jsn]', '2:10', /"jsn" names no format/, /Did you mean json/],
    ['two reports on stdout', 'version: 1\noutputs: [json, table]', '2:10', /would mix two reports/, /-o json=FILE/],
    ['a place without a file', 'version: 1\nsarif: { locations: { "*": ":12" } }', '2:28', /sarif\.locations\.\* is ":12"/, /./],
  ];

  it.each(MISTAKES)('%s is told by file, line and column, with what was expected', async (_, text, place, message, hint) => {
    const problem = await refusal(text);
    expect(problem.kind).toBe('usage');
    expect(`${problem.scope} ${problem.message}`).toContain(`.redvet.yaml:${place}`);
    expect(problem.message).toMatch(message);
    expect(problem.hint).toMatch(hint);
  });

  it('in what is scanned is told so by the scan', async () => {
    const folder = folderWith({ '.redvet.yaml': 'version: 1\nscope: { exclude: [sandbox] }\n' });
    const { code, stderr } = await redvet(['scan'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('.redvet.yaml:2:19 scope.exclude "sandbox" can match no id');
  });

  it('is counted where it is not the only one', async () => {
    expect((await refusal('version: 1\ngate: { failon: high, allowempty: true }\nrun: { retries: 99 }')).message).toMatch(
      /and 2 more mistakes in the file/,
    );
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.from([0x76, 0xff, 0xfe]), /not UTF-8/],
    ['UTF-16', Buffer.from('version: 1', 'utf16le'), /./],
    ['more than a megabyte', Buffer.alloc(1024 * 1024 + 1, '#'), /larger than 1 MB/],
    [
      'aliases without end',
      Buffer.from(
        `a: &a [x]\n${Array.from(
          { length: 9 },
          (_, n) =>
            `${String.fromCharCode(98 + n)}: &${String.fromCharCode(98 + n)} [${Array(9)
              .fill(`*${String.fromCharCode(97 + n)}`)
              .join(', ')}]`,
        ).join('\n')}\n`,
      ),
      /aliases|nothing that redvet knows/,
    ],
  ])('of bytes is told as well: %s', async (_, bytes, message) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'c.yaml'), bytes);
    const { code, stderr, stdout } = await redvet(['demo', '--config', 'c.yaml'], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('does not hand on what it holds as it is', async () => {
    const problem = await refusal('version: 1\nauth: { tenant: 5, clientSecret: AccountKey=abcdefghijklmnop }');
    expect(JSON.stringify(problem)).not.toContain('abcdefghijklmnop');
  });
});

describe('a configuration', () => {
  it('says what the command line says, for every option but those that only a person may give', () => {
    const options = SCAN_OPTIONS.map(nameOf);
    expect(Object.keys(CONFIG_KEYS).filter((name) => !options.includes(name))).toEqual([]);
    expect(options.filter((name) => !Object.hasOwn(CONFIG_KEYS, name))).toEqual([
      // What one run reads.
      ...['from', 'parameters'],
      // Where a token goes.
      ...['arm-endpoint', 'authority', 'audience'],
      // A section of its own.
      'rule-option',
      'no-waivers',
      ...['quiet', 'verbose', 'config', 'no-config', 'show-config'],
    ]);
  });

  it('has a key in its schema for every option, and no other', () => {
    const keys = Object.entries(config.properties).flatMap(([section, of]): readonly string[] =>
      'properties' in of ? Object.keys(of.properties).map((key) => `${section}.${key}`) : [section],
    );
    const own = ['version', 'rules', 'sarif.locations', 'waivers.maxDays', 'waivers.warnDays'];
    expect(keys.filter((key) => !own.includes(key)).sort()).toEqual(Object.values(CONFIG_KEYS).sort());
  });

  it('decides where nobody else does', async () => {
    const found = await read(`version: 1
scope: { subscriptions: [prod], source: graph }
gate: { failOn: low, allowEmpty: true, baseline: before.json }
outputs: [table, "json=out/redvet.json"]
sarif: { locations: { "*/redis/payments-*": "infra/redis.bicep:12", "*": main.tf }, waived: include }
table: { show: [fail, waived], groupBy: rule, wide: true }
redact: ids
waivers: { file: w.yaml, maxDays: 30, warnDays: 3, strict: true }
run: { concurrency: 4, timeout: 90s, progress: false }
`);
    const given = givenFrom(SCAN_OPTIONS, {}, {}, found);
    const folder = found?.path.replace(/\/\.redvet\.yaml$/, '') ?? '';
    expect(readScanSettings(given)).toMatchObject({
      failOn: 'low',
      allowEmpty: true,
      allowIncomplete: false,
      gate: {
        baseline: expect.stringContaining('before.json'),
        waivers: expect.stringContaining('w.yaml'),
        isStrict: true,
        maxDays: 30,
        warnDays: 3,
      },
      outputs: [
        { format: 'table', file: null },
        { format: 'json', file: expect.stringContaining('out/redvet.json') },
      ],
      sarif: {
        locations: [
          { glob: '*/redis/payments-*', file: 'infra/redis.bicep', line: 12 },
          { glob: '*', file: 'main.tf', line: 1 },
        ],
        isWaivedIncluded: true,
      },
      table: { show: new Set(['fail']), isWaivedShown: true, groupBy: 'rule', wide: true },
      isRedacted: true,
      concurrency: 4,
      timeoutMs: 90_000,
      progress: false,
    });
    expect(folder).not.toBe('');
    expect(given.texts('subscription')).toEqual(['prod']);
    expect(given.origin('fail-on')).toMatch(/\.redvet\.yaml:3:17 gate\.failOn$/);
  });

  it('is passed over by a variable, and that by a flag', async () => {
    const found = await read('version: 1\ngate: { failOn: low, allowEmpty: true }\nscope: { tags: [a] }');
    const settings = (parsed: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>>) =>
      readScanSettings(givenFrom(SCAN_OPTIONS, parsed, env, found));
    expect(settings({}, {}).failOn).toBe('low');
    expect(settings({}, { REDVET_FAIL_ON: 'info' }).failOn).toBe('info');
    expect(settings({ failOn: 'none' }, { REDVET_FAIL_ON: 'info' }).failOn).toBe('none');
    expect(settings({}, { REDVET_ALLOW_EMPTY: 'false' }).allowEmpty).toBe(false);
    expect(givenFrom(SCAN_OPTIONS, { tag: ['b'] }, {}, found).texts('tag')).toEqual(['b']);
  });

  describe('of rules', () => {
    const rulesOf = async (text: string, parsed: Readonly<Record<string, unknown>> = {}, env: Readonly<Record<string, string>> = {}) =>
      readRules(givenFrom(SCAN_OPTIONS, parsed, env, await read(`version: 1\n${text}`)));
    const ids = ({ rules }: { readonly rules: readonly { readonly id: string }[] }): readonly string[] => rules.map(({ id }) => id);

    it('replaces the severity of a rule and of all its findings', async () => {
      const { rules } = await rulesOf('select: { rules: [minimum-tls-1-2] }\nrules: { Azure.Redis.MinTLS: { severity: info } }');
      expect(rules).toMatchObject([{ id: 'minimum-tls-1-2', severity: 'info' }]);
    });

    it('sets options, which a flag sets again', async () => {
      const text =
        'rules: { firewall-rules-narrow: { options: { maxAddresses: 8 } }, minimum-tls-1-2: { severity: low, options: { requireExplicit: true } } }';
      const optionsOf = async (parsed = {}) => {
        const { rules } = await rulesOf(text, parsed);
        return rules.flatMap(({ id, options }) => options.map(({ name, value }) => [`${id}.${name}`, value]));
      };
      expect(await optionsOf()).toEqual(
        expect.arrayContaining([
          ['firewall-rules-narrow.maxAddresses', 8],
          ['minimum-tls-1-2.requireExplicit', true],
        ]),
      );
      expect(await optionsOf({ ruleOption: ['firewall-rules-narrow.maxAddresses=16'] })).toEqual(
        expect.arrayContaining([
          ['firewall-rules-narrow.maxAddresses', 16],
          ['minimum-tls-1-2.requireExplicit', true],
        ]),
      );
      const { rules } = await rulesOf(text, { ruleOption: ['minimum-tls-1-2.requireExplicit=false'] });
      expect(rules.find(({ id }) => id === 'minimum-tls-1-2')?.severity).toBe('low');
    });

    it('switches rules off, and tells why; one that is named for a run runs', async () => {
      const text = 'rules: { patch-schedule-set: { enabled: false, reason: platform team }, memory-reserved: { enabled: true } }';
      const all = await rulesOf(text);
      expect(ids(all)).not.toContain('patch-schedule-set');
      expect(all.disabled).toEqual([{ rule: 'patch-schedule-set', reason: 'platform team' }]);
      const named = await rulesOf(text, { rule: ['patch-schedule-set', 'memory-reserved'] });
      expect(ids(named)).toEqual(['patch-schedule-set', 'memory-reserved']);
      expect(named.disabled).toEqual([]);
      // A glob names no rule by itself.
      const globbed = await rulesOf(text, { rule: ['patch-*', 'memory-reserved'] });
      expect(ids(globbed)).toEqual(['memory-reserved']);
      expect(globbed.disabled).toEqual([{ rule: 'patch-schedule-set', reason: 'platform team' }]);
    });

    it('gives way to whoever names rules or a framework for a run', async () => {
      const text = 'select: { rules: [patch-schedule-set] }';
      expect(ids(await rulesOf(text))).toEqual(['patch-schedule-set']);
      expect(ids(await rulesOf(text, { rule: ['memory-reserved'] }))).toEqual(['memory-reserved']);
      expect(ids(await rulesOf(text, { framework: ['cis-azure-database-2.0'] })).length).toBeGreaterThan(5);
      expect(ids(await rulesOf('frameworks: [hipaa]', {}, { REDVET_RULE: 'memory-reserved' }))).toEqual(['memory-reserved']);
    });

    it('names those that nobody may waive', async () => {
      const { unwaivable } = await rulesOf('rules: { CKV_AZURE_91: { waivable: false }, memory-reserved: { waivable: true } }');
      expect([...unwaivable]).toEqual(['non-ssl-port-disabled']);
    });
  });
});

describe('a configuration is looked for', () => {
  const codeIn = async (cwd: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
    const { code, stderr } = await redvet(['demo', '-o', 'none', ...args], { cwd, env });
    return { code, last: stderr.trim().split('\n').at(-1) };
  };
  const NONE = 'version: 1\ngate: { failOn: none, allowIncomplete: true }\n';

  it('in the working folder, and above it up to the root of the repository', async () => {
    const folder = folderWith({ '.redvet.yaml': NONE, '.git/HEAD': '', 'a/b/x': '', 'nested/.git/HEAD': '', 'nested/a/x': '' });
    expect((await codeIn(folder)).code).toBe(0);
    expect((await codeIn(join(folder, 'a/b'))).code).toBe(0);
    // Another repository.
    expect((await codeIn(join(folder, 'nested/a'))).code).toBe(1);
  });

  it('in the working folder alone where that is in no repository', async () => {
    const folder = folderWith({ '.redvet.yaml': NONE, 'a/x': '' });
    expect((await codeIn(folder)).code).toBe(0);
    expect((await codeIn(join(folder, 'a'))).code).toBe(1);
  });

  it('where it is named, and not at all where that is asked for', async () => {
    const folder = folderWith({ 'ci/c.yaml': NONE, '.redvet.yaml': 'version: 1\ngate: { failOn: low }' });
    expect((await codeIn(folder, ['--config', 'ci/c.yaml'])).code).toBe(0);
    expect((await codeIn(folder, [], { REDVET_CONFIG: 'ci/c.yaml' })).code).toBe(0);
    expect((await codeIn(folder, ['--no-config'])).last).toContain('--fail-on high');
    expect((await codeIn(folder, ['--no-config'], { REDVET_CONFIG: 'ci/c.yaml' })).code).toBe(1);
    expect((await codeIn(folder, ['--config', 'ci/c.yaml'], { REDVET_NO_CONFIG: '1' })).code).toBe(0);
    expect((await codeIn(folder, ['--config', 'nope.yaml'])).last).toContain(
      'nope.yaml, the configuration, cannot be read: there is no such file',
    );
  });

  it('and says which estate is scanned for scans of Azure only: neither for files nor for the demo', async () => {
    const folder = folderWith({
      '.redvet.yaml':
        'version: 1\nscope: { subscriptions: [prod], resourceGroups: [rg], exclude: ["/subscriptions/x*"] }\nauth: { kind: env }\n',
      'main.tf': 'resource "azurerm_redis_cache" "main" {\n  name = "orders"\n  non_ssl_port_enabled = false\n}\n',
    });
    expect((await redvet(['scan', 'main.tf', '--rule', 'non-ssl-port-disabled'], { cwd: folder })).code).toBe(0);
    expect((await codeIn(folder)).code).toBe(1);
    const live = await redvet(['scan', '--show-config'], { cwd: folder });
    expect(live.stdout).toMatch(/^subscription +prod +\.redvet\.yaml/m);
  });

  it('by its name only: one that is almost right is not passed over in silence', async () => {
    const folder = folderWith({ '.redvet.yml': NONE });
    expect(await codeIn(folder)).toEqual({ code: 2, last: 'redvet: exit 2 (usage): .redvet.yml is not read' });
  });

  it('and told when it cannot be read: a link that leads nowhere, a folder', async () => {
    const folder = folderWith({ x: '' });
    symlinkSync('nowhere', join(folder, '.redvet.yaml'));
    expect(await codeIn(folder)).toMatchObject({ code: 2, last: expect.stringContaining('there is no such file (ENOENT)') });
    const other = folderWith({ '.redvet.waivers.yaml/x': '' });
    expect(await codeIn(other)).toMatchObject({ code: 2, last: expect.stringContaining('it is a folder (EISDIR)') });
  });

  it('and names files from where it stands; one that was found names none outside of its folder', async () => {
    const folder = folderWith({ '.redvet.yaml': 'version: 1\noutputs: ["json=out.json"]\n', '.git/HEAD': '', 'a/x': '' });
    expect((await redvet(['demo'], { cwd: join(folder, 'a') })).code).toBe(1);
    expect(JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')).run.config).toEqual({
      path: '../.redvet.yaml',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    for (const path of ['../out.json', '/elsewhere/out.json', 'a/../../out.json', 'C:\\out.json']) {
      const other = folderWith({ '.redvet.yaml': `version: 1\noutputs: ['json=${path}']\n` });
      expect((await codeIn(other, ['-q'])).last).not.toContain('exit 1');
      const { code, stderr } = await redvet(['demo'], { cwd: other });
      expect(code).toBe(2);
      expect(stderr).toContain('leads out of the folder of the configuration');
    }
  });

  it('and is shown with where each value comes from', async () => {
    const folder = folderWith({
      '.redvet.yaml': 'version: 1\ngate: { failOn: low }\nrules: { patch-schedule-set: { enabled: false, reason: why not } }\n',
    });
    const { code, stdout, stderr } = await redvet(['scan', '--show-config', '--retries', '2'], {
      cwd: folder,
      env: { REDVET_CLOUD: 'usgov' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = new Map(stdout.split('\n').map((line) => [line.split(/\s{2,}/)[0], line.split(/\s{2,}/).slice(1)]));
    expect(rows.get('fail-on')).toEqual(['low', '.redvet.yaml:2:17']);
    expect(rows.get('cloud')).toEqual(['usgov', 'REDVET_CLOUD']);
    expect(rows.get('retries')).toEqual(['2', '--retries']);
    expect(rows.get('concurrency')).toEqual(['32', 'built in']);
    expect(rows.get('rules.patch-schedule-set.enabled')).toEqual(['false: why not', '.redvet.yaml:3:30']);
  });

  it('and is not shown where a value is wrong', async () => {
    expect((await redvet(['scan', '--show-config', '--retries', 'x'])).code).toBe(2);
  });
});
